//! Recorded numbers of Sloth and Pyrra beside ours: what is the same, and why the rest is not. Once by
//! tables, once with a real Prometheus that runs Sloth's own rules, and Pyrra's.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

#[path = "common/daemon.rs"]
mod daemon;
#[path = "common/real_prometheus.rs"]
#[expect(dead_code, reason = "one without rules is for the tests of sources")]
mod real_prometheus;

#[path = "slo_parity/groups.rs"]
mod groups;
#[path = "slo_parity/pyrra.rs"]
mod pyrra;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;
use std::time::Duration;

use real_prometheus::Prometheus;
use serde_json::Value;
use warroom::io::clock::Clock;
use warroom::slo::parity::{Ours, Recorded, Row, Tool, Why, compare, query};
use warroom::slo::{Evaluator, Objective, Query, Sample, Sli, Slo, Tile};
use warroom::text::Time;

const ID: &str = "web-availability";
const DAY: Duration = Duration::from_hours(24);
const TILES: usize = 8_640;

fn now() -> Time {
    // A multiple of five minutes.
    Time::from_timestamp(1_800_000_000, 0).expect("a time")
}

fn slo() -> Slo {
    let objective = Objective::from_percent(99.9).expect("an objective");
    let counted = Sli::Bad { bad: Query::parse("web_total{code=\"500\"}"), total: Query::parse("web_total") };
    Slo::new(ID, "web", objective, 30 * DAY, counted)
}

/// Thirty days of a hundred events each five minutes, one in two thousand bad.
fn evaluator() -> Evaluator {
    let mut evaluator = Evaluator::new(vec![slo()]);
    let tiles = vec![Some(Tile { part: 0.05, total: 100.0 }); TILES];
    let sample = Sample::Tiles { end: now(), width: Duration::from_mins(5), tiles };
    evaluator.observe(ID, now(), Ok(sample));
    evaluator.evaluate(now());
    evaluator
}

fn series(name: &str, labels: &[(&str, &str)], value: f64) -> Recorded {
    let named = [("__name__", name)];
    let labels = named.iter().chain(labels).map(|(label, text)| ((*label).to_owned(), (*text).to_owned()));
    Recorded { labels: labels.collect(), value }
}

fn sloth(name: &str, value: f64) -> Recorded {
    series(name, &[("sloth_id", ID)], value)
}

/// What Sloth would have recorded of the same events.
fn agreeing() -> Vec<Recorded> {
    let windows = ["5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"];
    let ratios = windows.map(|window| sloth(&format!("slo:sli_error:ratio_rate{window}"), 0.0005));
    let meta = [
        sloth("slo:objective:ratio", 0.999_000_000_000_000_1),
        sloth("slo:error_budget:ratio", 0.000_999_999_999_999_9),
        sloth("slo:time_period:days", 30.0),
        sloth("slo:period_error_budget_remaining:ratio", 0.5),
        series("slo:sli_error:ratio_rate5m", &[("sloth_id", ID), ("warroom_parity", "began")], 0.0),
    ];
    ratios.into_iter().chain(meta).collect()
}

fn with(name: &str, value: f64) -> Vec<Recorded> {
    let mut recorded = agreeing();
    recorded.retain(|one| one.labels.get("__name__").is_none_or(|known| known != name));
    recorded.push(sloth(name, value));
    recorded
}

fn without(unwanted: &str) -> Vec<Recorded> {
    let mut recorded = agreeing();
    recorded.retain(|one| !one.labels.values().any(|text| text.starts_with(unwanted)));
    recorded
}

fn rows(recorded: &[Recorded]) -> Vec<Row> {
    let evaluator = evaluator();
    compare(&Ours::all(&evaluator, ID)[0], recorded)
}

/// What differs, and why.
fn odd(recorded: &[Recorded]) -> Vec<(String, Why)> {
    rows(recorded).into_iter().filter_map(|row| Some((row.what, row.why?))).collect()
}

#[test]
fn what_agrees_is_the_same_in_every_window() {
    let rows = rows(&agreeing());
    let what: Vec<&str> = rows.iter().map(|row| row.what.as_str()).collect();
    let expected = [
        "error ratio 5m",
        "error ratio 30m",
        "error ratio 1h",
        "error ratio 2h",
        "error ratio 6h",
        "error ratio 1d",
        "error ratio 3d",
        "error ratio 30d",
        "error budget",
        "budget remaining",
        "page fires",
        "ticket fires",
    ];
    assert_eq!(what, expected);
    assert!(rows.iter().all(|row| row.why.is_none() && row.tool == Tool::Sloth), "{rows:#?}");
    assert!(rows.iter().all(|row| row.difference().is_some_and(|by| by.abs() < 1e-9)), "{rows:#?}");
}

#[test]
fn each_difference_has_its_reason() {
    let period = "slo:sli_error:ratio_rate30d";
    let all_ratios =
        ["5m", "30m", "1h", "2h", "6h", "1d", "3d", "30d"].map(|window| format!("error ratio {window}"));
    let absent = all_ratios.into_iter().chain(["budget remaining".to_owned()]);
    let one = |what: &str, why: Why| vec![(what.to_owned(), why)];
    let evaluated = Recorded {
        value: 1_799_999_980.0,
        ..series("", &[("sloth_id", ID), ("warroom_parity", "evaluated")], 0.0)
    };
    let late = |recorded: Vec<Recorded>| recorded.into_iter().chain([evaluated.clone()]).collect::<Vec<_>>();
    let alert =
        series("ALERTS", &[("sloth_id", ID), ("alertstate", "firing"), ("sloth_severity", "page")], 1.0);
    let firing: Vec<Recorded> = agreeing().into_iter().chain([alert]).collect();
    let cases = [
        ("mean of ratios", with(period, 0.002), one("error ratio 30d", Why::MeanOfRatios)),
        (
            "younger",
            with(period, 0.002)
                .into_iter()
                .filter(|one| !one.labels.contains_key("warroom_parity"))
                .collect(),
            one("error ratio 30d", Why::Younger),
        ),
        ("a NaN within", with(period, f64::NAN), one("error ratio 30d", Why::NanAfterNoTraffic)),
        (
            "no error ever",
            without("slo:sli_error").into_iter().filter(|one| (one.value - 0.5).abs() > 1e-12).collect(),
            absent.map(|what| (what, Why::ErrorsAbsent)).collect(),
        ),
        ("one not recorded", without("slo:sli_error:ratio_rate3d"), one("error ratio 3d", Why::NotRecorded)),
        (
            "a rule that ran before",
            late(with("slo:sli_error:ratio_rate5m", 0.002)),
            one("error ratio 5m", Why::Delay(Some(Duration::from_secs(20)))),
        ),
        (
            "nothing that explains it",
            with("slo:sli_error:ratio_rate1h", 0.002),
            one("error ratio 1h", Why::Unexplained),
        ),
        ("an alert of theirs", firing.clone(), one("page fires", Why::OtherTiers)),
        (
            "an alert of theirs, just so",
            late(firing),
            one("page fires", Why::Delay(Some(Duration::from_secs(20)))),
        ),
    ];
    for (name, recorded, expected) in cases {
        assert_eq!(odd(&recorded), expected, "{name}");
    }
}

#[test]
fn another_objective_and_another_period_are_named() {
    let mut recorded = with("slo:objective:ratio", 0.99);
    recorded.retain(|one| !one.labels.values().any(|name| name.contains("budget")));
    recorded.extend([
        sloth("slo:error_budget:ratio", 0.01),
        sloth("slo:period_error_budget_remaining:ratio", 0.95),
    ]);
    let expected =
        ["error budget", "budget remaining"].map(|what| (what.to_owned(), Why::OtherObjective(0.99)));
    assert_eq!(odd(&recorded), expected);
    assert_eq!(Why::OtherObjective(0.99).words(), "they promise 99 %");

    let mut recorded = with("slo:time_period:days", 28.0);
    recorded.retain(|one| !one.labels.values().any(|name| name.contains("remaining")));
    recorded.push(sloth("slo:period_error_budget_remaining:ratio", 0.4));
    let odd = odd(&recorded);
    assert!(odd.contains(&("budget remaining".to_owned(), Why::OtherPeriod(28 * DAY))), "{odd:?}");
}

#[test]
fn pyrras_burnrate_is_a_plain_ratio() {
    let pyrra = |name: &str, value: f64| series(name, &[("slo", ID)], value);
    let events = 28.0 * 288.0 * 100.0;
    let recorded = [
        pyrra("web:burnrate5m", 0.0005),
        pyrra("web:burnrate1h4m", 0.004),
        series("web:increase4w", &[("slo", ID), ("code", "200")], events * 0.999_5),
        series("web:increase4w", &[("slo", ID), ("code", "500")], events * 0.000_5),
        pyrra("other:increase4w", 7.0),
        pyrra("pyrra_objective", 0.999),
        pyrra("pyrra_availability", 0.9995),
        pyrra("pyrra_window", 2_592_000.0),
    ];
    let rows = rows(&recorded);
    let said: BTreeMap<&str, Option<Why>> = rows.iter().map(|row| (row.what.as_str(), row.why)).collect();
    let expected = BTreeMap::from([
        ("error ratio 5m (burnrate)", None),
        ("error ratio 64m (burnrate)", Some(Why::Delay(None))),
        ("events 28d (increase)", None),
        ("objective", None),
        ("availability", None),
    ]);
    assert_eq!(said, expected);
    assert!(rows.iter().all(|row| row.tool == Tool::Pyrra));
}

#[test]
fn what_nobody_records_has_no_rows_and_names_are_quoted() {
    assert_eq!(rows(&[]), []);
    let odd = Slo { id: "team/a\"b".to_owned(), ..slo() };
    let promql = query(&odd);
    assert!(promql.contains("sloth_id=\"team/a\\\"b\"") && promql.contains("slo=\"a\\\"b\""), "{promql}");
}

/// Of the rules that Sloth makes of its own example.
const RULES: &str = include_str!("fixtures/slo/sloth/expected/getting-started.yml");
const SLOTH_ID: &str = "myservice-requests-availability";

/// Thirty days in which nights are quiet and bad and days busy and good, so that a mean of five-minute
/// ratios is far from the ratio of all events; and what Sloth recorded of it, five minutes by five.
fn past(now: i64) -> String {
    let start = now - 30 * 86_400 - 600;
    let bad_share = |at: i64| if is_night(at, now) { 0.002 } else { 0.000_2 };
    let mut text = String::from("# TYPE http_request_duration_seconds_count unknown\n");
    for (code, share) in [("200", 0), ("500", 1)] {
        let mut count = 0.0;
        for at in (start..=now).step_by(60) {
            let bad = bad_share(at);
            let rate = if is_night(at, now) { 1.0 } else { 100.0 };
            count += 60.0 * rate * if share == 1 { bad } else { 1.0 - bad };
            let _ = writeln!(
                text,
                "http_request_duration_seconds_count{{job=\"myservice\",code=\"{code}\"}} {count} {at}"
            );
        }
    }
    text.push_str("# TYPE slo:sli_error:ratio_rate5m gauge\n");
    let labels = format!(
        "cmd=\"examplesgen.sh\",owner=\"myteam\",repo=\"myorg/myservice\",sloth_id=\"{SLOTH_ID}\",sloth_service=\"myservice\",\
         sloth_slo=\"requests-availability\",sloth_window=\"5m\",tier=\"2\""
    );
    for at in (start..now - 60).step_by(300) {
        let _ = writeln!(text, "slo:sli_error:ratio_rate5m{{{labels}}} {} {at}", bad_share(at));
    }
    text + "# EOF\n"
}

/// Eight hours of each day, which began twelve hours ago whatever time it is: no window that is compared begins or
/// ends where day and night meet, where a moment between two looks would make much of a difference.
fn is_night(at: i64, now: i64) -> bool {
    (at - now + 12 * 3_600).rem_euclid(86_400) < 8 * 3_600
}

fn parity(home: &std::path::Path) -> Value {
    let told = Command::new(env!("CARGO_BIN_EXE_warroom"))
        .args(["--config", "warroom.toml", "slo", "status", "--parity", "--json"])
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .output()
        .expect("it runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    serde_json::from_slice(&told.stdout).expect("JSON")
}

#[test]
fn sloths_own_rules_agree_but_for_the_period_which_is_a_mean_of_ratios() {
    let start = Clock::wall().now().timestamp();
    let Some(prometheus) = Prometheus::with_rules(&past(start), RULES) else { return };
    let recorded = format!("slo:period_error_budget_remaining:ratio{{sloth_id=\"{SLOTH_ID}\"}}");
    while prometheus.value(&recorded, Clock::wall().now().timestamp() as f64).is_none() {
        std::thread::yield_now();
    }
    let home = tempfile::tempdir().expect("a home");
    let config = format!(
        "[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"{}\"\n[[slo]]\nid = \"{SLOTH_ID}\"\nservice = \"myservice\"\n\
         objective = 99.9\nperiod = \"30d\"\n\
         bad = 'http_request_duration_seconds_count{{job=\"myservice\",code=~\"(5..|429)\"}}'\n\
         total = 'http_request_duration_seconds_count{{job=\"myservice\"}}'\n",
        prometheus.url
    );
    std::fs::write(home.path().join("warroom.toml"), config).expect("a writable home");
    let document = parity(home.path());
    let slo = &document["parity"][0];
    assert_eq!((slo["slo"].as_str(), &slo["error"]), (Some(SLOTH_ID), &Value::Null));
    let rows = slo["rows"].as_array().expect("rows");
    let of = |what: &str| {
        rows.iter().find(|row| row["what"] == what).unwrap_or_else(|| panic!("{what}: {rows:#?}"))
    };
    for what in [
        "error ratio 1h",
        "error ratio 6h",
        "error ratio 1d",
        "error ratio 3d",
        "error budget",
        "page fires",
        "ticket fires",
    ] {
        assert_eq!(of(what)["same"], true, "{what}: {:#?}", of(what));
    }
    let mean = "theirs is the mean of five-minute ratios, ours is weighed by events";
    for what in ["error ratio 30d", "budget remaining"] {
        assert_eq!(of(what)["why"], mean, "{what}: {:#?}", of(what));
    }
    // Nights are a third of the time and a two-hundred-and-first of the events.
    let near = |value: &Value, expected: f64| {
        let value = value.as_f64().expect("a number");
        assert!((value / expected - 1.0).abs() < 0.02, "{value} is not {expected}");
    };
    near(&of("error ratio 30d")["theirs"], (0.002 + 2.0 * 0.000_2) / 3.0);
    near(&of("error ratio 30d")["ours"], (0.002 + 200.0 * 0.000_2) / 201.0);
}
