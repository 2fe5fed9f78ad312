//! A real Prometheus, polled for minutes of simulated time: what the evaluator's windows hold between
//! two boundaries and at them, for steady traffic and for bursts shorter than a bucket.

use std::fmt::Write;
use std::time::Duration;

use crate::real_prometheus::Prometheus;
use crate::rig::{Ask, Heard, answer, bad_slo};
use warroom::config::SourceKind;
use warroom::io::clock::Clock;
use warroom::io::sources::SourceMsg;
use warroom::slo::{Evaluator, Sample, Slo};
use warroom::text::Time;

const STEP: i64 = 15;
const BUDGET: f64 = 0.001;
const WINDOWS: [(&str, u64); 3] = [("5m", 300), ("30m", 1_800), ("1h", 3_600)];
/// How much faster than the wall the test's clock runs, and how long it watches, in its own seconds.
const SPEED: f64 = 40.0;
const WATCHED: i64 = 11 * 60;

/// Three hours before `now` and half an hour after it: the server answers for any time it has.
fn past(now: i64) -> String {
    let mut text = String::from("# TYPE web_requests counter\n");
    for traffic in ["steady", "bursty"] {
        for code in ["200", "500"] {
            let mut count = 0.0;
            let mut at = now - 3 * 3_600;
            while at <= now + 1_800 {
                let errors = share_of_errors(traffic, at);
                count += 1_500.0 * if code == "500" { errors } else { 1.0 - errors };
                let labels = format!("traffic=\"{traffic}\",code=\"{code}\"");
                let _ = writeln!(text, "web_requests_total{{{labels}}} {count:.1} {at}");
                at += STEP;
            }
        }
    }
    text.push_str("# EOF\n");
    text
}

/// Bursts last half a minute and come every seven minutes, so that they fall on any part of a bucket.
fn share_of_errors(traffic: &str, at: i64) -> f64 {
    if traffic == "bursty" && at.rem_euclid(420) < 30 { 0.2 } else { 0.002 }
}

fn slo(traffic: &str) -> Slo {
    let all = format!("web_requests_total{{traffic=\"{traffic}\"}}");
    let bad = format!("web_requests_total{{traffic=\"{traffic}\",code=\"500\"}}");
    bad_slo(traffic, &bad, &all)
}

fn increase(prometheus: &Prometheus, slo: &Slo, window: &str, at: f64) -> (f64, f64) {
    let value =
        |query: &str| prometheus.value(&format!("sum(increase({query}[{window}]))"), at).expect("a number");
    let [bad, total] = slo.sli.queries()[..] else { panic!("two queries") };
    (value(bad.text()), value(total.text()))
}

async fn backfilled(heard: &mut Heard, evaluator: &mut Evaluator, now: Time) {
    loop {
        if let SourceMsg::Backfill(piece) = heard.next().await {
            evaluator.observe(piece.subject, now, piece.sample);
            if piece.done >= 1.0 {
                return;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_up_to_an_hour_are_those_of_promql_within_their_bound() {
    let clock = Clock::scaled(SPEED);
    let began = clock.now();
    let Some(prometheus) = Prometheus::with_past(&past(began.timestamp())) else { return };
    let slos = ["steady", "bursty"].map(slo).to_vec();
    let mut evaluator = Evaluator::new(slos.clone());
    let kind = SourceKind::Prometheus { url: prometheus.url.clone() };
    let every = Duration::from_secs(15);
    let mut heard = Ask { every, clock, ..Ask::of(kind, slos.clone()) }.start();
    backfilled(&mut heard, &mut evaluator, began).await;
    let (mut boundaries, mut between) = (0, 0);
    let first = clock.now();
    while (clock.now() - first).num_seconds() < WATCHED {
        let polled = heard.poll().await;
        for slo in &slos {
            let sample = answer(&polled, &slo.id).expect("a sample");
            let Sample::Tiles { end, .. } = sample else { panic!("tiles expected") };
            evaluator.observe(slo.id.as_str(), polled.at, Ok(sample));
            evaluator.evaluate(polled.at);
            let is_boundary = end.timestamp_millis() % 300_000 == 0;
            compare(&evaluator, &prometheus, slo, end, is_boundary);
            *if is_boundary { &mut boundaries } else { &mut between } += 1;
        }
    }
    assert!(boundaries >= 4 && between >= 40, "{boundaries} polls at boundaries, {between} between");
}

/// The newest five minutes and every window at a boundary agree, with steady traffic all windows do.
/// Between boundaries a burst may be counted in the wrong minute of its bucket: at the window's old end,
/// and where the newest tile begins before the console did.
fn compare(evaluator: &Evaluator, prometheus: &Prometheus, slo: &Slo, end: Time, is_boundary: bool) {
    let at = end.timestamp_millis() as f64 / 1e3;
    let reading = evaluator.readings().iter().find(|reading| reading.slo == slo.id).expect("a row");
    for (name, seconds) in WINDOWS {
        let ours = reading.burn_over(Duration::from_secs(seconds)).expect("observed") * BUDGET;
        let (bad, total) = increase(prometheus, slo, name, at);
        let off = (ours - bad / total).abs();
        println!(
            "{} {name} {:.1} boundary={is_boundary}: {:.2} %",
            slo.id,
            at,
            100.0 * (ours / (bad / total) - 1.0)
        );
        let exact = seconds == 300 || is_boundary || slo.id == "steady";
        let cut = |window| if exact { 0.0 } else { cut_bucket(prometheus, slo, at, window) };
        let bound = (0.01 * bad + cut(seconds) + cut(300)) / total;
        assert!(off <= bound, "{} over {name} at {at} ({is_boundary}): off by {off}, bound {bound}", slo.id);
    }
}

/// Bad events of the bucket in which a window begins.
fn cut_bucket(prometheus: &Prometheus, slo: &Slo, at: f64, window: u64) -> f64 {
    let end = ((at - window as f64) / 300.0).ceil() * 300.0;
    increase(prometheus, slo, "5m", end).0
}
