//! Alerts that are posted to us: taken in once they are on the disk, told again after a restart, refused where they
//! are hostile, asked for again where there is too much to do.

use std::io::{Read, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use warroom::app::Msg;
use warroom::incident::inbox::{Batch, Extent, Told as State};
use warroom::io::clock::Clock;
use warroom::io::posted::{Shelf, kept};
use warroom::io::runtime;

use super::listening::Post;

const GOOD: &str = r#"{"status":"firing","labels":{"alertname":"HostDown","instance":"a"},"annotations":{},
  "startsAt":"2026-11-21T13:00:00Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"aa"}"#;

fn body(alerts: &[&str]) -> String {
    format!(
        r#"{{"version":"4","groupKey":"{{}}","truncatedAlerts":0,"receiver":"warroom","status":"firing","alerts":[{}]}}"#,
        alerts.join(",")
    )
}

/// The batches the loop was told, but for what was there at the start.
fn batches(post: &Post) -> Vec<Batch> {
    let batch = |msg| if let Msg::Alerts(batch) = msg { Some(batch) } else { None };
    post.heard().into_iter().filter_map(batch).collect()
}

fn complaints(post: &Post) -> Vec<String> {
    let problems = |msg| if let Msg::Problems(problems) = msg { Some(problems) } else { None };
    post.heard().into_iter().filter_map(problems).flatten().map(|problem| problem.to_string()).collect()
}

/// Waits until the loop was told so many batches: they are handed over as the answer is written.
async fn batches_of(post: &Post, count: usize) -> Vec<Batch> {
    while batches(post).len() < count {
        tokio::task::yield_now().await;
    }
    batches(post)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_is_on_the_disk_and_told_again_after_a_restart() {
    let post = Post::open(None).await;
    for path in ["/alertmanager?source=am", "/alertmanager?source=am", "/alertmanager"] {
        let (status, said) = post.post(path, &[], &body(&[GOOD])).await;
        assert_eq!((status, said.as_str()), (200, r#"{"alerts":1,"done":"taken"}"#));
    }
    let told = batches_of(&post, 3).await;
    let sources: Vec<&str> = told.iter().map(|batch| batch.source.as_str()).collect();
    assert_eq!(sources, ["am", "am", "webhook"]);
    assert!(told.iter().all(|batch| batch.extent == Extent::Part && batch.alerts.len() == 1), "{told:?}");
    // Nobody was given the time to close anything.
    let data = post.data();
    let there = kept(&data);
    let sources: Vec<&str> = there.iter().map(|batch| batch.source.as_str()).collect();
    assert_eq!(sources, ["am", "webhook"], "one word an alert and source, the newest");
    assert_eq!(there[1].alerts, told[2].alerts);

    let ended = GOOD.replace("firing", "resolved");
    assert_eq!(post.post("/alertmanager?source=am", &[], &body(&[&ended])).await.0, 200);
    let (_shelf, again) = Shelf::open(&data, Clock::wall().now()).expect("it opens beside");
    let am = again.iter().find(|batch| batch.source == "am").expect("there");
    assert_eq!(am.alerts[0].told, State::Resolved, "a restart tells that it is over");
    let far = Clock::wall().now() + chrono::TimeDelta::days(2);
    let (_shelf, later) = Shelf::open(&data, far).expect("it opens");
    assert_eq!(later.len(), 1, "what is over goes after a day");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_none_makes_room_for_a_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("alerts.db"),
        "no database at all, but long enough to be looked at".repeat(99),
    )
    .expect("a file");
    let (_shelf, kept) = Shelf::open(folder.path(), Clock::wall().now()).expect("a new one");
    assert_eq!(kept, Vec::new());
    assert!(folder.path().join("alerts.db.broken").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_alert_costs_itself_and_what_was_cut_off_is_said_once() {
    let post = Post::open(None).await;
    let bad = GOOD.replace(r#""instance":"a""#, r#""instance":7"#).replace("HostDown", "B\\u001b[31mad");
    let text = body(&[GOOD, &bad]).replace(r#""truncatedAlerts":0"#, r#""truncatedAlerts":7"#);
    for _ in 0..2 {
        assert_eq!(post.post("/alertmanager", &[], &text).await.0, 200);
    }
    let told = batches_of(&post, 2).await;
    assert!(told.iter().all(|batch| batch.alerts.len() == 1), "{told:?}");
    // The answer to a third post comes after all that is said of the first two.
    assert_eq!(post.post("/alertmanager?source=am", &[], &body(&[GOOD])).await.0, 200);
    batches_of(&post, 3).await;
    let said = complaints(&post);
    assert_eq!(said.len(), 2, "each once: {said:?}");
    assert!(said[0].contains("webhook: alert B") && !said[0].contains('\u{1b}'), "{said:?}");
    assert!(said[1].contains("webhook: 7 alerts were cut off by the sender (max_alerts)"), "{said:?}");
}

/// The headers, the body, and the answer's code.
type Case<'a> = (&'a [(&'a str, &'a str)], &'a str, u16);

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_post_is_refused_and_nothing_of_it_is_kept() {
    let post = Post::open(Some("open sesame")).await;
    let key = ("Authorization", "Bearer open sesame");
    let deep = body(&[&format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000))]);
    let only_bad = body(&[&GOOD.replace("aa", "")]);
    let old = body(&[GOOD]).replace(r#""version":"4""#, r#""version":"3""#);
    let good = body(&[GOOD]);
    let plain = ("Content-Type", "text/plain");
    let cases: [Case<'_>; 8] = [
        (&[key], &deep, 422),
        (&[key], "[]", 422),
        (&[key], "{\"version\":\"4\"}", 422),
        (&[key], &only_bad, 422),
        (&[key], &old, 422),
        (&[key, plain], &good, 415),
        (&[], &good, 401),
        (&[("Authorization", "Bearer wrong")], &good, 401),
    ];
    for (headers, body, expected) in cases {
        let (status, said) = post.post("/alertmanager", headers, body).await;
        assert_eq!(status, expected, "{headers:?}: {said}");
    }
    let long = body(&[&GOOD.replace("HostDown", &"a".repeat(50 * 1024 * 1024))]);
    let (status, _) = post.post("/alertmanager", &[key], &long).await;
    assert!(status == 413 || status == 0, "{status}: refused, or the connection closed in its face");
    assert_eq!((batches(&post), kept(&post.data())), (Vec::new(), Vec::new()));
    assert_eq!(post.post("/alertmanager", &[key], &good).await.0, 200, "the next one is heard");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_drips_alerts_is_given_up_while_others_are_heard() {
    let post = Post::open(None).await;
    let address = post.address();
    let mut slow = TcpStream::connect(address).expect("it listens");
    let head = format!("POST /alertmanager HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json");
    write!(slow, "{head}\r\nContent-Length: 400\r\n\r\n{{\"version\"").expect("the head is taken");
    assert_eq!(post.post("/alertmanager", &[], &body(&[GOOD])).await.0, 200, "meanwhile");
    slow.set_read_timeout(Some(Duration::from_mins(1))).expect("a timeout");
    let mut answer = [0; 12];
    slow.read_exact(&mut answer).expect("an answer in the end");
    assert_eq!(&answer, b"HTTP/1.1 408");
    assert_eq!(kept(&post.data()).len(), 1);
}

/// The loop's queue is full: whoever posts is asked to come again, and is taken in when there is room.
#[tokio::test(flavor = "multi_thread")]
async fn a_loop_that_has_enough_to_do_asks_to_come_again() {
    let (tell, mut told) = runtime::messages();
    let post = Post::telling(None, tell.clone()).await;
    while tell.try_send(Msg::Output(Vec::new()).into()).is_ok() {}
    let (status, said) = post.post("/alertmanager", &[], &body(&[GOOD])).await;
    assert_eq!((status, said.contains("post it again")), (503, true), "{said}");
    assert_eq!(kept(&post.data()), Vec::new());
    while told.try_recv().is_ok() {}
    assert_eq!(post.post("/alertmanager", &[], &body(&[GOOD])).await.0, 200);
}
