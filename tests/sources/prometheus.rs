//! A real Prometheus: what our source fetches gives the ratios that PromQL itself gives.

use std::f64::consts::TAU;
use std::fmt::Write;
use std::time::Duration;

use crate::ledger::{Ledger, ratio};
use crate::real_prometheus::Prometheus;
use crate::rig::{Ask, Heard, answer, bad_slo};
use warroom::config::SourceKind;
use warroom::io::clock::Clock;
use warroom::io::sources::SourceMsg;
use warroom::slo::{Query, Sample, Sli, Slo};

const DAY: i64 = 86_400;
const WINDOWS: [(&str, Duration); 6] = [
    ("5m", Duration::from_mins(5)),
    ("30m", Duration::from_mins(30)),
    ("1h", Duration::from_hours(1)),
    ("6h", Duration::from_hours(6)),
    ("1d", Duration::from_hours(24)),
    ("3d", Duration::from_hours(72)),
];

const BAD: &str = r#"web_requests_total{code="500"}"#;
const GOOD: &str = r#"web_requests_total{code!="500"}"#;
const ALL: &str = "web_requests_total";

/// Thirty days of two instances, with a daily wave, bursts of errors, restarts and a hole, ending 65 s
/// before `now`. Scraped every 15 s in the last six hours, more coarsely before.
fn past(now: i64) -> String {
    let mut text = String::from("# TYPE web_requests counter\n");
    for instance in ["a", "b"] {
        for code in ["200", "500"] {
            series(&mut text, now, instance, code);
        }
    }
    text.push_str("# EOF\n");
    text
}

fn series(text: &mut String, now: i64, instance: &str, code: &str) {
    let mut counter = 0.0;
    let mut at = now - 30 * DAY;
    while at <= now - 65 {
        let ago = now - at;
        let step = if ago > 4 * DAY {
            150
        } else if ago > 6 * 3_600 {
            60
        } else {
            15
        };
        let is_restart = instance == "b"
            && [2 * 3_600, 20 * 3_600].iter().any(|restart| (0..step).contains(&(restart - ago)));
        if is_restart {
            counter = 0.0;
        }
        counter += growth(at, ago, instance, code) * step as f64;
        let is_hole = (40 * 3_600..40 * 3_600 + 600).contains(&ago);
        if !is_hole {
            let _ = writeln!(
                text,
                "web_requests_total{{instance=\"{instance}\",code=\"{code}\"}} {counter:.0} {at}"
            );
        }
        at += step;
    }
}

/// Events a second of a series. Bursts rise gently: at a cliff on a window's edge PromQL's own
/// extrapolation over the window differs from the sum of its parts.
fn growth(at: i64, ago: i64, instance: &str, code: &str) -> f64 {
    let wave = 1.0 + 0.5 * (TAU * (at % DAY) as f64 / DAY as f64).sin();
    let all = wave * if instance == "a" { 80.0 } else { 50.0 };
    let burst = |hours_ago: f64, hours: f64| (-((ago as f64 / 3_600.0 - hours_ago) / hours).powi(2)).exp();
    let errors = 0.0008 + 0.1 * burst(0.25, 0.4) + 0.1 * burst(9.0, 0.5) + 0.04 * burst(50.0, 1.0);
    all * if code == "500" { errors } else { 1.0 - errors }
}

/// The same SLI three ways: selectors, rates, and good events.
fn slos() -> Vec<Slo> {
    let rate = |selector: &str| format!("sum(rate({selector}[{{{{ .window }}}}]))");
    let good = Sli::Good { good: Query::parse(GOOD), total: Query::parse(ALL) };
    vec![
        bad_slo("selectors", BAD, ALL),
        bad_slo("rates", &rate(BAD), &rate(ALL)),
        Slo { sli: good, ..bad_slo("good", "", "") },
    ]
}

async fn fill(heard: &mut Heard) -> Ledger {
    let mut ledger = Ledger::default();
    loop {
        let message = heard.next().await;
        let is_last = matches!(&message, SourceMsg::Backfill(piece) if piece.done >= 1.0);
        ledger.hear(message);
        if is_last {
            return ledger;
        }
    }
}

/// What PromQL says of the share of bad events over a window.
fn expected(prometheus: &Prometheus, window: &str, at: f64) -> f64 {
    let promql = format!("sum(increase({BAD}[{window}])) / sum(increase({ALL}[{window}]))");
    prometheus.value(&promql, at).expect("a ratio")
}

fn assert_near(ours: f64, theirs: f64, what: &str) {
    let off = (ours - theirs).abs() / theirs;
    assert!(off < 0.01, "{what}: ours {ours}, PromQL {theirs}, {:.3} % off", off * 100.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn history_and_polls_agree_with_promql_within_one_percent() {
    let Some(prometheus) = Prometheus::with_past(&past(Clock::wall().now().timestamp())) else { return };
    let kind = SourceKind::Prometheus { url: prometheus.url.clone() };
    let mut heard = Ask { every: Duration::from_secs(1), ..Ask::of(kind, slos()) }.start();
    let ledger = fill(&mut heard).await;
    for slo in &slos() {
        let end = ledger.newest(&slo.id);
        for (name, window) in WINDOWS {
            let theirs = expected(&prometheus, name, end as f64);
            assert_near(ledger.ratio(slo, end, window), theirs, &format!("{} over {name}", slo.id));
        }
    }
    newest_tile_agrees(&mut heard, &prometheus).await;
}

/// A poll gives the newest five minutes at its own end.
async fn newest_tile_agrees(heard: &mut Heard, prometheus: &Prometheus) {
    let polled = heard.poll().await;
    for slo in &slos() {
        let sample = answer(&polled, &slo.id).expect("a sample");
        let Sample::Tiles { end, tiles, .. } = sample else { panic!("tiles expected") };
        let ours = ratio(&slo.sli, tiles.last().copied().flatten().into_iter());
        let theirs = expected(prometheus, "5m", end.timestamp_millis() as f64 / 1e3);
        assert_near(ours, theirs, &format!("poll of {}", slo.id));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_server_explains_a_bad_query_and_knows_no_absent_series() {
    let text = "# TYPE web_requests counter\nweb_requests_total 1 1700000000\n# EOF\n";
    let Some(prometheus) = Prometheus::with_past(text) else { return };
    let slos =
        vec![bad_slo("broken", "web_requests_total{", ALL), bad_slo("absent", "no_total", "none_total")];
    let kind = SourceKind::Prometheus { url: prometheus.url.clone() };
    // A second is long enough for one poll to be told from the next.
    let asked = Ask { every: Duration::from_secs(1), ..Ask::of(kind, slos) };
    let polled = asked.start().poll().await;
    let broken = answer(&polled, "broken").expect_err("an error");
    assert!(broken.starts_with("bad query: bad_data: ") && broken.contains("parse error"), "{broken}");
    match answer(&polled, "absent") {
        Err(why) => assert!(why.contains("no recent samples"), "{why}"),
        // Four closed buckets, where a poll ends on one.
        Ok(Sample::Tiles { tiles, .. }) => assert!(tiles.iter().all(Option::is_none), "{tiles:?}"),
        Ok(other) => panic!("tiles expected: {other:?}"),
    }
}
