//! A real Prometheus with history: what the console and `slo status` say is what PromQL says.

use std::f64::consts::TAU;
use std::fmt::Write;

use serde_json::Value;
use warroom::io::clock::Clock;

use super::home::Home;
use crate::real_prometheus::Prometheus;

const DAY: i64 = 86_400;
const BUDGET: f64 = 0.001;
const WINDOWS: [&str; 4] = ["5m", "1h", "6h", "3d"];

/// Ten days of two instances with a daily wave and bursts of errors, up to `now`.
fn past(now: i64) -> String {
    let mut text = String::from("# TYPE web_requests counter\n");
    for (instance, traffic) in [("a", 80.0), ("b", 50.0)] {
        for code in ["200", "500"] {
            let mut counter = 0.0;
            let mut at = now - 10 * DAY;
            while at <= now {
                let step = if now - at > 7 * 3_600 { 60 } else { 15 };
                counter += traffic * share(at, now - at, code) * step as f64;
                let _ = writeln!(
                    text,
                    "web_requests_total{{instance=\"{instance}\",code=\"{code}\"}} {counter:.0} {at}"
                );
                at += step;
            }
        }
    }
    text.push_str("# EOF\n");
    text
}

/// Requests of one code, as a share of the traffic. Bursts rise gently: at a cliff on a window's edge
/// PromQL's own extrapolation differs from the sum of its parts.
fn share(at: i64, ago: i64, code: &str) -> f64 {
    let wave = 1.0 + 0.5 * (TAU * (at % DAY) as f64 / DAY as f64).sin();
    let burst = |hours_ago: f64, hours: f64| (-((ago as f64 / 3_600.0 - hours_ago) / hours).powi(2)).exp();
    let errors = 0.0008 + 0.05 * burst(0.5, 1.5) + 0.1 * burst(9.0, 1.0) + 0.04 * burst(50.0, 2.0);
    wave * if code == "500" { errors } else { 1.0 - errors }
}

fn configuration(url: &str) -> String {
    format!(
        "[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"{url}\"\nevery = \"5s\"\n\
         [[slo]]\nid = \"web\"\nservice = \"web\"\nobjective = 99.9\nperiod = \"30d\"\n\
         bad = 'web_requests_total{{code=\"500\"}}'\ntotal = 'web_requests_total'\n"
    )
}

/// What PromQL says of the burn over a window that ends at `at`.
fn burn(prometheus: &Prometheus, window: &str, at: f64) -> f64 {
    let bad = format!("sum(increase(web_requests_total{{code=\"500\"}}[{window}]))");
    let promql = format!("{bad} / sum(increase(web_requests_total[{window}]))");
    prometheus.value(&promql, at).expect("a ratio") / BUDGET
}

#[test]
fn burn_rates_are_those_of_a_real_prometheus_within_one_percent() {
    let now = Clock::wall().now().timestamp();
    let Some(prometheus) = Prometheus::with_past(&past(now)) else { return };
    let home = Home::new().configured(&configuration(&prometheus.url));
    let status: Value = serde_json::from_str(&home.ok(&["slo", "status", "--json"])).expect("JSON");
    let at: warroom::text::Time = status["at"].as_str().and_then(|at| at.parse().ok()).expect("a time");
    let slo = &status["slos"][0];
    assert_eq!(slo["error"], Value::Null, "{slo}");
    let age = slo["age_s"].as_f64().expect("an age");
    let end = at.timestamp_millis() as f64 / 1e3 - age;
    for window in WINDOWS {
        let ours = slo["burn"][window].as_f64().unwrap_or_else(|| panic!("{window} of {slo}"));
        let theirs = burn(&prometheus, window, end);
        let off = (ours - theirs).abs() / theirs;
        assert!(off < 0.01, "{window}: ours {ours}, PromQL {theirs}, {:.2} % off", off * 100.0);
    }
}

#[test]
fn the_console_shows_what_a_real_prometheus_measured() {
    let now = Clock::wall().now().timestamp();
    let Some(prometheus) = Prometheus::with_past(&past(now)) else { return };
    let home = Home::new().configured(&configuration(&prometheus.url));
    let console = home.console(&[]);
    console.wait_for("a page", |seen| seen.row(">web ").contains("FIRING"));
    // The two long windows hardly move while the test runs; they are right once the history is loaded.
    let (six_hours, three_days) = (burn(&prometheus, "6h", now as f64), burn(&prometheus, "3d", now as f64));
    console.keys("\r");
    console.wait_for(&format!("6h at {six_hours:.2}, 3d at {three_days:.2}"), |seen| {
        let text = seen.text();
        let words = text.split_whitespace();
        let rates: Vec<f64> = words.filter_map(|word| word.strip_suffix('x')?.parse().ok()).collect();
        let shown = |promql: f64| rates.iter().any(|rate| (rate - promql).abs() / promql < 0.03);
        shown(six_hours) && shown(three_days)
    });
}
