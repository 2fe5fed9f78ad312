//! Probes of real pages: what counts as success, as fast and as up, and why a failed one failed.

use std::time::Duration;

use crate::hostile::{Manner, Server};
use crate::rig::{Ask, Heard, answer, bad_slo};
use warroom::config::probe::{Asking, Expected};
use warroom::config::{Probe, SourceKind};
use warroom::io::sources::Polled;
use warroom::slo::{Counter, Op, Query, Sample, Sli, Slo};

fn probe(urls: Vec<String>) -> Probe {
    Probe { urls, expect: vec![Expected::Class(2)], within: None, method: Asking::Get, body: None }
}

/// Success, speed, presence and duration, a row a URL.
fn slos() -> Vec<Slo> {
    let good = |id: &str, good: &str| Slo {
        sli: Sli::Good { good: Query::parse(good), total: Query::parse("probe_requests_total") },
        by: vec!["url".to_owned()],
        ..bad_slo(id, "a", "b")
    };
    let gauge = |id: &str, sli: Sli| Slo { sli, by: vec!["url".to_owned()], ..bad_slo(id, "a", "b") };
    let duration = Query::parse("probe_duration_seconds");
    vec![
        good("success", "probe_success_total"),
        good("fast", "probe_fast_total"),
        gauge("up", Sli::Up { gauge: Query::parse("probe_up") }),
        gauge("slow", Sli::Bound { value: duration, op: Op::Below, bound: 0.5 }),
    ]
}

fn start(probe: Probe) -> Heard {
    Ask::of(SourceKind::Probe(probe), slos()).start()
}

fn of(polled: &Polled, slo: &str, url: &str) -> Sample {
    answer(polled, &format!("{slo}{{url=\"{url}\"}}")).expect("a sample")
}

/// Good of all probes.
fn counted(polled: &Polled, slo: &str, url: &str) -> (f64, f64) {
    let Sample::Counters { part, total } = of(polled, slo, url) else { panic!("counters expected") };
    let sum = |counters: Vec<Counter>| counters.iter().map(|counter| counter.value).sum();
    (sum(part), sum(total))
}

fn gauge(polled: &Polled, slo: &str, url: &str) -> f64 {
    let Sample::Gauges { values } = of(polled, slo, url) else { panic!("a gauge expected") };
    assert_eq!(values.len(), 1);
    values[0]
}

#[tokio::test]
async fn every_url_counts_on_its_own_from_poll_to_poll() {
    let server = Server::start().await;
    server.set("/well", Manner::ok("fine"));
    server.set("/ill", Manner::answer("503 Service Unavailable", "busy"));
    let (well, ill) = (server.at("/well"), server.at("/ill"));
    let mut heard = start(probe(vec![well.clone(), ill.clone()]));
    for poll in [1.0, 2.0, 3.0] {
        let polled = heard.poll().await;
        assert_eq!(counted(&polled, "success", &well), (poll, poll));
        assert_eq!(counted(&polled, "fast", &well), (poll, poll));
        assert_eq!(counted(&polled, "success", &ill), (0.0, poll));
        assert_eq!((gauge(&polled, "up", &well), gauge(&polled, "up", &ill)), (1.0, 0.0));
        assert!(gauge(&polled, "slow", &well) > 0.0);
        let why = format!("{ill}: HTTP 503 Service Unavailable, which is not expected");
        assert_eq!(polled.warnings, [why]);
    }
    server.set("/ill", Manner::ok("well again"));
    let polled = heard.poll_until(|polled| gauge(polled, "up", &ill) > 0.0).await;
    assert!((counted(&polled, "success", &ill).0 - 1.0).abs() < f64::EPSILON);
    assert_eq!(polled.warnings, Vec::<String>::new());
}

/// Whether a probe of a page in some manner succeeds, and why not.
async fn verdict(manner: Manner, change: impl Fn(Probe) -> Probe) -> Option<String> {
    let server = Server::start().await;
    server.set("/page", manner);
    let url = server.at("/page");
    let asked = Ask::of(SourceKind::Probe(change(probe(vec![url.clone()]))), slos());
    let polled = Ask { timeout: Duration::from_millis(300), ..asked }.start().poll().await;
    let (good, all) = counted(&polled, "success", &url);
    assert_eq!((good, all), (f64::from(u8::from(polled.warnings.is_empty())), 1.0), "{:?}", polled.warnings);
    polled.warnings.first().map(|why| why.replace(&format!("{url}: "), ""))
}

#[tokio::test]
async fn what_is_expected_is_success_and_all_else_a_failure_with_its_reason() {
    let same = |probe| probe;
    let expecting = |expect: Vec<Expected>| move |probe| Probe { expect: expect.clone(), ..probe };
    let body = |probe| Probe { body: Some("all systems go".to_owned()), ..probe };
    let head = |probe| Probe { method: Asking::Head, ..probe };
    let not = |why: &str| Some(why.to_owned());
    let found = || Manner::redirect("/elsewhere");
    assert_eq!(verdict(Manner::ok(""), same).await, None);
    assert_eq!(verdict(Manner::answer("204 No Content", ""), same).await, None);
    assert_eq!(verdict(found(), same).await, not("HTTP 302 Found, which is not expected"));
    assert_eq!(verdict(found(), expecting(vec![Expected::Class(3)])).await, None);
    let teapot = vec![Expected::Status(200), Expected::Status(418)];
    assert_eq!(verdict(Manner::answer("418 I'm a teapot", ""), expecting(teapot)).await, None);
    let created = expecting(vec![Expected::Status(200)]);
    assert_eq!(
        verdict(Manner::answer("201 Created", ""), created).await,
        not("HTTP 201 Created, which is not expected")
    );
    assert_eq!(verdict(Manner::ok("today all systems go."), body).await, None);
    assert_eq!(
        verdict(Manner::ok("maintenance"), body).await,
        not("the answer does not hold \"all systems go\"")
    );
    assert_eq!(
        verdict(Manner::Says(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n".to_vec()), head).await,
        None
    );
    assert_eq!(verdict(Manner::Hangs, same).await, not("timed out after 300ms"));
    assert_eq!(verdict(Manner::broken_off("half"), same).await, not("the answer broke off before its end"));
}

#[tokio::test]
async fn a_host_that_is_not_there_or_not_what_it_seems_is_a_failed_probe_and_not_a_missing_one() {
    let server = Server::start().await;
    let encrypted = server.at("/secret").replace("http:", "https:");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let refused = format!("http://{}/", listener.local_addr().expect("an address"));
    drop(listener);
    let unknown = "http://no-such-host.invalid/".to_owned();
    let urls = vec![encrypted.clone(), refused.clone(), unknown.clone()];
    let polled = start(probe(urls.clone())).poll().await;
    for url in &urls {
        assert_eq!((counted(&polled, "success", url), gauge(&polled, "up", url)), ((0.0, 1.0), 0.0), "{url}");
    }
    assert_eq!(polled.warnings.len(), 3, "{:?}", polled.warnings);
    assert!(polled.warnings[0].starts_with(&encrypted), "{:?}", polled.warnings);
    assert_eq!(polled.warnings[1], format!("{refused}: connection refused"));
    assert!(polled.warnings[2].starts_with(&unknown), "{:?}", polled.warnings);
}

#[tokio::test]
async fn a_good_answer_that_is_late_is_a_success_and_not_fast() {
    let server = Server::start().await;
    server.set("/page", Manner::ok("fine"));
    let url = server.at("/page");
    let impossible = Some(Duration::from_nanos(1));
    let polled = start(Probe { within: impossible, ..probe(vec![url.clone()]) }).poll().await;
    assert_eq!(counted(&polled, "success", &url), (1.0, 1.0));
    assert_eq!(counted(&polled, "fast", &url), (0.0, 1.0));
}

#[tokio::test]
async fn a_name_that_a_probe_does_not_have_is_said() {
    let server = Server::start().await;
    server.set("/page", Manner::ok("fine"));
    let ask = Ask::of(
        SourceKind::Probe(probe(vec![server.at("/page")])),
        vec![bad_slo("web", "probe_failures_total", "probe_tries_total")],
    );
    let polled = ask.start().poll().await;
    let why = "no series matches the total `probe_tries_total` (is the name right?)";
    assert_eq!(answer(&polled, "web"), Err(why.to_owned()));
}
