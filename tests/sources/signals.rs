//! Signals of services, as a Prometheus and as a metrics page give them.

use std::time::Duration;

use tokio::sync::mpsc::{Receiver, channel};
use warroom::config::SourceKind;
use warroom::io::clock::Clock;
use warroom::io::sources::{Client, Filled, SourceMsg};
use warroom::slo::Slo;
use warroom::slo::preset::{Across, Full, Histogram, Load, LoadKind, Service, Tick};
use warroom::slo::signal::{Signal, Signals, quantile};

use crate::hostile::{Manner, Server};
use crate::real_prometheus::Prometheus;
use crate::rig::{Ask, PATIENCE, bad_slo};

fn web() -> Service {
    Service {
        requests: Some("web_requests_total".to_owned()),
        errors: Some("web_requests_total{code=\"500\"}".to_owned()),
        duration: Some(Histogram { base: "web_seconds".to_owned(), unit: Tick::Seconds }),
        loads: vec![load("pool", "used", Full::Series(vec!["most".to_owned()]))],
        ..Service::new("web")
    }
}

fn load(name: &str, value: &str, full: Full) -> Load {
    let (name, value) = (name.to_owned(), value.to_owned());
    Load { name, value, kind: LoadKind::Gauge, across: Across::Worst, full, left: false, unit: String::new() }
}

/// A source that is asked for signals and for SLOs, as a console does it.
fn ask_both(kind: SourceKind, services: Vec<Service>, slos: &[Slo]) -> Receiver<SourceMsg> {
    let source = Ask::of(kind, Vec::new()).source();
    let client = Client::new(&source, Clock::wall());
    let (tx, inbox) = channel(16);
    client.signals(services, tx.clone());
    client.poll(slos.iter().flat_map(Slo::indicators).collect(), &Filled::default(), tx);
    inbox
}

fn ask(kind: SourceKind, services: Vec<Service>) -> Receiver<SourceMsg> {
    ask_both(kind, services, &[])
}

/// The first signals of a service that satisfy a condition.
async fn heard(inbox: &mut Receiver<SourceMsg>, service: &str, wanted: impl Fn(&Signals) -> bool) -> Signals {
    let search = async {
        loop {
            match inbox.recv().await.expect("a living source") {
                SourceMsg::Signals(said) if said.service == service && wanted(&said.signals) => {
                    return said.signals;
                }
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, search).await.expect("such signals in time")
}

/// Ten minutes at 20 requests a second, a tenth of them errors, four tenths under 0.1 s.
fn past(now: i64) -> String {
    let mut text = String::from("# TYPE web_requests counter\n");
    let times = |at: i64| (at - (now - 600)) as f64;
    let steps = || (now - 600..=now).step_by(15);
    let mut family = |name: &str, labels: &str, per_second: f64| {
        for at in steps() {
            text.push_str(&format!("{name}{{{labels}}} {} {at}\n", times(at) * per_second));
        }
    };
    family("web_requests_total", "code=\"200\"", 18.0);
    family("web_requests_total", "code=\"500\"", 2.0);
    text.push_str("# TYPE web_seconds histogram\n");
    for at in steps() {
        for (le, rate) in [("0.1", 8.0), ("0.5", 18.0), ("1.0", 19.9), ("+Inf", 20.0)] {
            text.push_str(&format!("web_seconds_bucket{{le=\"{le}\"}} {} {at}\n", times(at) * rate));
        }
        text.push_str(&format!(
            "web_seconds_count {} {at}\nweb_seconds_sum {} {at}\n",
            times(at) * 20.0,
            times(at)
        ));
    }
    for (name, value) in [("used", 9), ("most", 10)] {
        text.push_str(&format!("# TYPE {name} gauge\n"));
        for at in steps() {
            text.push_str(&format!("{name}{{db=\"a\"}} {value} {at}\n"));
        }
    }
    text + "# EOF\n"
}

fn near(value: Option<f64>, expected: f64, what: &str) {
    let value = value.unwrap_or_else(|| panic!("{what} is known"));
    assert!((value / expected - 1.0).abs() < 0.02, "{what}: {value} is not {expected}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prometheus_gives_all_signals_of_a_service() {
    let Some(prometheus) = Prometheus::with_past(&past(Clock::wall().now().timestamp())) else { return };
    let kind = SourceKind::Prometheus { url: prometheus.url.clone() };
    let signals = heard(&mut ask(kind, vec![web()]), "web", |_| true).await;
    assert_eq!(signals.faults, []);
    near(signals.rate_per_s, 20.0, "rate");
    near(signals.error_share, 0.1, "errors");
    let buckets = [(0.1, 8.0), (0.5, 18.0), (1.0, 19.9), (f64::INFINITY, 20.0)];
    for (signal, known) in [(0.5, signals.p50_s), (0.95, signals.p95_s), (0.99, signals.p99_s)] {
        near(known, quantile(signal, &buckets).expect("observations"), "a percentile");
    }
    near(signals.value(Signal::Load(0)), 0.9, "pool");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_that_the_server_refuses_takes_no_other_with_it() {
    let mut text = past(Clock::wall().now().timestamp()).replace("# EOF\n", "");
    let now = Clock::wall().now().timestamp();
    // rate() drops the name, so two metrics of the same labels are one series twice.
    text.push_str("# TYPE twin_a counter\n");
    for at in (now - 600..=now).step_by(15) {
        text.push_str(&format!("twin_a_total {at} {at}\n"));
    }
    text.push_str("# TYPE twin_b counter\n");
    for at in (now - 600..=now).step_by(15) {
        text.push_str(&format!("twin_b_total {at} {at}\n"));
    }
    text.push_str("# EOF\n");
    let Some(prometheus) = Prometheus::with_past(&text) else { return };
    let twins = "{__name__=~\"twin_[ab]_total\"}";
    let broken = Load { kind: LoadKind::Rate, across: Across::Sum, ..load("twins", twins, Full::Open) };
    let service = Service { loads: vec![broken, load("used", "used", Full::Open)], ..web() };
    let kind = SourceKind::Prometheus { url: prometheus.url.clone() };
    let mut inbox = ask(kind, vec![service]);
    for _ in 0..2 {
        let signals = heard(&mut inbox, "web", |_| true).await;
        let why = signals.fault(Signal::Load(0)).expect("a reason").to_owned();
        assert!(why.contains("same labelset"), "{why}");
        assert_eq!(signals.faults.len(), 1);
        near(signals.rate_per_s, 20.0, "rate");
        near(signals.value(Signal::Load(1)), 9.0, "used");
    }
}

#[tokio::test]
async fn a_server_that_is_gone_says_why_for_every_signal() {
    let kind = SourceKind::Prometheus { url: "http://127.0.0.1:1".to_owned() };
    let signals =
        heard(&mut ask(kind, vec![web(), Service { name: "b".to_owned(), ..web() }]), "b", |_| true).await;
    assert_eq!(signals.faults.len(), Signal::of(&web()).len());
    assert!(signals.faults.iter().all(|(_, why)| why == "connection refused"), "{:?}", signals.faults);
    assert_eq!((signals.rate_per_s, signals.p99_s), (None, None));
}

#[tokio::test]
async fn a_poll_of_a_few_services_is_one_query() {
    let server = Server::start().await;
    let empty = "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}";
    server.set("/api/v1/query_range", Manner::ok(empty));
    let mut inbox = ask(
        SourceKind::Prometheus { url: server.at("") },
        vec![web(), Service { name: "b".to_owned(), ..web() }],
    );
    for _ in 1..=3 {
        let signals = heard(&mut inbox, "web", |_| true).await;
        assert_eq!((signals.rate_per_s, signals.faults.len()), (None, 0), "nothing matches, nothing failed");
    }
    assert!(server.asked().iter().all(|target| target.matches("histogram_quantile").count() == 6));
}

/// A page whose counters have grown with every request for it.
fn page(_: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static ASKED: AtomicU32 = AtomicU32::new(0);
    let n = ASKED.fetch_add(1, Ordering::Relaxed);
    format!(
        "web_requests_total{{code=\"200\"}} {}\nweb_requests_total{{code=\"500\"}} {n}\n\
         web_seconds_bucket{{le=\"0.1\"}} {}\nweb_seconds_bucket{{le=\"+Inf\"}} {}\nused 3\nmost 4\n",
        3 * n,
        4 * n,
        4 * n
    )
}

#[tokio::test]
async fn pages_give_shares_percentiles_and_gauges_from_the_second_poll_on() {
    let server = Server::start().await;
    server.set("/metrics", Manner::Computes(page));
    let kind = SourceKind::Scrape { urls: vec![server.at("/metrics")] };
    let mut inbox = ask(kind, vec![web()]);
    let first = heard(&mut inbox, "web", |_| true).await;
    assert_eq!((first.rate_per_s, first.value(Signal::Load(0))), (None, Some(0.75)));
    let signals = heard(&mut inbox, "web", |signals| signals.rate_per_s.is_some()).await;
    assert_eq!(signals.error_share, Some(0.25));
    near(signals.p50_s, 0.05, "p50");
    assert_eq!(signals.faults, []);
}

#[tokio::test]
async fn a_page_that_fails_is_named() {
    let server = Server::start().await;
    server.set("/metrics", Manner::answer("503 Service Unavailable", ""));
    let kind = SourceKind::Scrape { urls: vec![server.at("/metrics")] };
    let signals = heard(&mut ask(kind, vec![web()]), "web", |_| true).await;
    let why = signals.fault(Signal::Rate).expect("a reason");
    assert!(why.ends_with("/metrics: HTTP 503 Service Unavailable"), "{why}");
}

#[tokio::test]
async fn a_page_is_fetched_once_a_poll_for_slos_and_signals_together() {
    let server = Server::start().await;
    server.set("/metrics", Manner::Computes(page));
    let kind = SourceKind::Scrape { urls: vec![server.at("/metrics")] };
    let slo = bad_slo("web", "web_requests_total{code=\"500\"}", "web_requests_total");
    let mut inbox = ask_both(kind, vec![web()], &[slo]);
    let (mut polls, mut signals) = (0, Vec::new());
    while polls < 4 || signals.len() < 4 {
        match tokio::time::timeout(PATIENCE, inbox.recv()).await.expect("in time").expect("a living source") {
            SourceMsg::Polled(polled) => {
                polls += 1;
                assert!(polled.answers.expect("a page").iter().all(|(_, outcome)| outcome.is_ok()));
                // The one that is under way may be there already.
                assert!(server.asked().len() <= polls + 1, "{polls} polls: {:?}", server.asked());
            }
            SourceMsg::Signals(said) => signals.push(said.signals),
            _ => {}
        }
    }
    assert!(signals.iter().skip(1).all(|signals| signals.error_share == Some(0.25)), "{signals:?}");
}

#[tokio::test]
async fn a_server_that_told_the_slos_to_wait_is_not_asked_for_signals_either() {
    let server = Server::start().await;
    let busy = Manner::answer_with("429 Too Many Requests", &["Retry-After: 300"], "");
    server.set("/api/v1/query_range", busy);
    // Without a past, so that every request is one of a poll.
    let slo = Slo { period: Duration::from_secs(1), ..bad_slo("web", "bad_total", "all_total") };
    let source = Ask::of(SourceKind::Prometheus { url: server.at("") }, Vec::new()).source();
    let client = Client::new(&source, Clock::wall());
    let (tx, mut inbox) = channel(16);
    client.poll(slo.indicators(), &Filled::default(), tx.clone());
    let first = tokio::time::timeout(PATIENCE, inbox.recv()).await.expect("in time");
    assert!(matches!(first, Some(SourceMsg::Polled(polled)) if polled.answers.is_err()));
    client.signals(vec![web()], tx);
    for _ in 0..4 {
        let signals = heard(&mut inbox, "web", |_| true).await;
        let why = signals.fault(Signal::Rate).expect("it is left alone");
        assert!(why.starts_with("HTTP 429 Too Many Requests (asked again in "), "{why}");
    }
    let asked = server.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
}
