//! An Alertmanager as a source: a real one, and servers that are down, wrong, flooding or hostile.

use std::time::Duration;

use warroom::config::SourceKind;
use warroom::incident::inbox::{Batch, Extent, Heard as Told, Matcher, SilenceWish, Told as State};
use warroom::io::clock::Clock;
use warroom::io::sources::SourceMsg;
use warroom::io::sources::alertmanager::Alertmanager as Client;
use warroom::text::when::after;

use crate::hostile::{Manner, Server};
use crate::real_alertmanager::Alertmanager;
use crate::rig::{Ask, Heard, PATIENCE};

fn kind(url: &str) -> SourceKind {
    SourceKind::Alertmanager { url: url.to_owned() }
}

/// The first batch from now on that satisfies a condition.
async fn batch_until(heard: &mut Heard, wanted: impl Fn(&Batch) -> bool) -> Batch {
    let search = async {
        loop {
            if let SourceMsg::Alerts(batch) = heard.next().await
                && wanted(&batch)
            {
                return batch;
            }
        }
    };
    tokio::time::timeout(PATIENCE, search).await.expect("such a batch in time")
}

fn named<'a>(batch: &'a Batch, name: &str) -> Option<&'a Told> {
    batch.alerts.iter().map(AsRef::as_ref).find(|alert: &&Told| alert.name() == name)
}

const STATUS: &str = r#"{"uptime":"2026-11-21T13:00:00Z"}"#;
const ONE: &str = r#"[{"fingerprint":"aa","startsAt":"2026-11-21T13:00:00Z","status":{"state":"active"},
  "labels":{"alertname":"A\u001b[31m\u202eevil"}}]"#;

#[tokio::test]
async fn a_real_server_is_polled_silenced_seen_silenced_and_unsilenced() {
    let Some(server) = Alertmanager::start() else { return };
    server.post(&[
        "HostDown cluster=prod instance=a",
        "HostDown cluster=prod instance=b",
        "Disk cluster=dev",
    ]);
    let ask = Ask::of(kind(&server.url), Vec::new());
    let (source, clock) = (ask.source(), Clock::wall());
    let mut heard = ask.start();
    let batch = batch_until(&mut heard, |batch| batch.alerts.len() == 3).await;
    assert!(matches!(batch.extent, Extent::Whole { up_since: Some(_) }), "{:?}", batch.extent);
    assert!(batch.alerts.iter().all(|alert| alert.told == State::Firing), "{batch:?}");

    let client = Client::new(&source, &server.url);
    let wish = SilenceWish {
        source: source.name,
        matchers: vec![Matcher::equal("alertname", "HostDown"), Matcher::equal("cluster", "prod")],
        ends_at: after(clock.now(), Duration::from_hours(1)),
        by: "ana".to_owned(),
        comment: "rack is moved".to_owned(),
    };
    assert_eq!(wish.covered(batch.alerts.iter().map(AsRef::as_ref)).len(), 2, "what is shown before");
    let id = client.silence(&wish, clock.now()).await.expect("it takes the silence");
    let is_quiet = |batch: &Batch| {
        matches!(named(batch, "HostDown").map(|alert| &alert.told), Some(State::Suppressed(_)))
    };
    let batch = batch_until(&mut heard, is_quiet).await;
    let quiet: Vec<&str> = batch
        .alerts
        .iter()
        .filter(|alert| matches!(&alert.told, State::Suppressed(hush) if hush.silenced_by == [id.clone()]))
        .map(|alert| alert.label("instance").unwrap_or_default())
        .collect();
    assert_eq!(quiet.len(), 2, "exactly what was shown: {quiet:?}");
    let there = server.get("/api/v2/silences");
    assert_eq!((&there[0]["createdBy"], &there[0]["comment"]), (&"ana".into(), &"rack is moved".into()));

    let listed = client.silences().await.expect("a list");
    assert_eq!(
        (listed[0].id.as_str(), listed[0].state(), listed[0].words()),
        (id.as_str(), "active", wish.words())
    );
    client.end_silence(&id).await.expect("it ends");
    batch_until(&mut heard, |batch| !is_quiet(batch)).await;
    assert!(client.end_silence("no/such id").await.is_err());

    server.post(&["Disk cluster=dev @endsAt=2026-01-01T00:00:00Z @startsAt=2025-12-31T00:00:00Z"]);
    batch_until(&mut heard, |batch| named(batch, "Disk").is_none()).await;
    heard.leave().await;
}

#[tokio::test]
async fn a_server_that_is_down_or_wrong_tells_why_and_is_asked_again() {
    let server = Server::start().await;
    server.set("/api/v2/status", Manner::ok(STATUS));
    let cases: [(Manner, &str); 7] = [
        (
            Manner::answer("500 Internal Server Error", "\"it hurts\\u001b[2J\""),
            "HTTP 500 Internal Server Error: it hurts",
        ),
        (Manner::answer("404 Not Found", ""), "HTTP 404 Not Found"),
        (Manner::ok("<html>sign in"), "a page for people answers there"),
        (Manner::ok("{\"status\":\"success\"}"), "no list of alerts"),
        (Manner::ok(&"[".repeat(10_000)), "no list of alerts"),
        (Manner::broken_off("["), "broke off"),
        (Manner::Floods(80), "the answer is larger than 64 MiB"),
    ];
    for (manner, why) in cases {
        server.set("/api/v2/alerts", manner.clone());
        let mut heard = Ask::of(kind(&server.at("")), Vec::new()).start();
        let polled = heard.poll().await;
        let said = polled.answers.expect_err("nothing was given");
        assert!(said.contains(why), "{manner:?}: {said}");
        server.set("/api/v2/alerts", Manner::ok("[]"));
        heard.poll_until(|polled| polled.answers.is_ok()).await;
        heard.leave().await;
    }
    let mut heard = Ask::of(kind("http://127.0.0.1:1"), Vec::new()).start();
    let why = heard.poll().await.answers.expect_err("nobody is there");
    assert!(why.contains("connection refused"), "{why}");
    heard.leave().await;
}

#[tokio::test]
async fn a_bad_alert_is_a_warning_and_hostile_labels_come_as_they_are() {
    let server = Server::start().await;
    server.set("/api/v2/alerts", Manner::ok(&ONE.replace("[{", "[{\"fingerprint\":\"bad\"},{")));
    let mut heard = Ask::of(kind(&server.at("")), Vec::new()).start();
    let batch = batch_until(&mut heard, |batch| !batch.alerts.is_empty()).await;
    assert_eq!(batch.alerts[0].name(), "A\u{1b}[31m\u{202e}evil", "raw: made safe where it is shown");
    assert_eq!(batch.extent, Extent::Whole { up_since: None }, "a gateway may hide the status");
    let polled = heard.poll_until(|polled| !polled.warnings.is_empty()).await;
    assert!(polled.warnings[0].starts_with("alert bad: "), "{:?}", polled.warnings);
    heard.leave().await;
}

#[tokio::test]
async fn a_refused_silence_says_what_the_server_says_and_is_sent_once() {
    let server = Server::start().await;
    server.set(
        "/api/v2/silences",
        Manner::answer("400 Bad Request", "\"invalid silence: at least one matcher\""),
    );
    let source = Ask::of(kind(&server.at("")), Vec::new()).source();
    let client = Client::new(&source, &server.at(""));
    let now = Clock::wall().now();
    let wish = SilenceWish {
        source: "test".to_owned(),
        matchers: Vec::new(),
        ends_at: now,
        by: "ana".to_owned(),
        comment: "x".to_owned(),
    };
    let why = client.silence(&wish, now).await.expect_err("refused");
    assert!(why.contains("HTTP 400 Bad Request: invalid silence: at least one matcher"), "{why}");
    assert_eq!(server.asked().len(), 1);
}
