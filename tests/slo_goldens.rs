//! The numbers of `tests/fixtures/slo/goldens.yaml`, to 1e-9; and where a Prometheus with recording rules has
//! no number, what we say instead.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use warroom::slo::series::Sum;
use warroom::slo::{
    Component, Counter, Evaluator, Method, Objective, Query, Reading, Sample, Sli, Slo, SloState, Standing,
    TierState, Tile, budget, burn,
};
use warroom::text::Time;

const DAY_S: f64 = 86_400.0;
const STEP_S: i64 = 300;

#[derive(Deserialize)]
struct Goldens {
    budget: BTreeMap<String, OfObjective>,
    arithmetic: Vec<Arithmetic>,
    weighting: Vec<Weighted>,
    timeslices: Vec<Timeslices>,
    ratio_timeslices: Vec<RatioTimeslices>,
    prometheus_observed: BTreeMap<String, Observed>,
}

#[derive(Deserialize)]
struct OfObjective {
    ratio: f64,
    minutes_30d: f64,
    minutes_28d: f64,
    max_burn: f64,
}

#[derive(Deserialize)]
struct Arithmetic {
    objective: f64,
    error_ratio: Option<f64>,
    burn: Option<f64>,
    tte_full_budget_30d: Option<String>,
    tte_30d: Option<String>,
    remaining: Option<serde_json::Value>,
    good: Option<f64>,
    total: Option<f64>,
    burned: Option<f64>,
}

#[derive(Deserialize)]
struct Weighted {
    buckets: Vec<Bucket>,
    event_ratio: f64,
    mean_of_ratios: f64,
}

#[derive(Deserialize)]
struct Bucket {
    bad: f64,
    total: f64,
}

#[derive(Deserialize)]
struct Timeslices {
    window: String,
    target: f64,
    slice: String,
    slices: f64,
    allowed_bad_slices: f64,
    as_time: Option<String>,
}

#[derive(Deserialize)]
struct RatioTimeslices {
    window: Option<String>,
    target: Option<f64>,
    baseline: Option<f64>,
    during: Option<f64>,
    minutes_to_exhaust: Option<f64>,
    #[serde(default)]
    components: Vec<f64>,
    #[serde(default)]
    weights: Vec<f64>,
    composite: Option<f64>,
}

/// What recording rules made of some series.
#[derive(Deserialize)]
struct Observed {
    at: String,
    remaining: serde_json::Value,
}

fn goldens() -> Goldens {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/slo/goldens.yaml");
    serde_saphyr::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn objective(percent: f64) -> Objective {
    Objective::from_percent(percent).unwrap()
}

fn sum(bad: f64, total: f64) -> Sum {
    Sum { bad, total, observed_ms: 0.0 }
}

/// Seconds of `1w`, `16h48m` and the like.
fn seconds(text: &str) -> f64 {
    let mut total = 0.0;
    let mut number = String::new();
    for letter in text.chars() {
        let unit = match letter {
            'm' => 60.0,
            'h' => 3600.0,
            'd' => DAY_S,
            'w' => 7.0 * DAY_S,
            digit => {
                number.push(digit);
                continue;
            }
        };
        total += number.parse::<f64>().unwrap() * unit;
        number.clear();
    }
    total
}

#[track_caller]
fn same(found: f64, wanted: f64) {
    near(found, wanted, 1e-9);
}

#[track_caller]
fn near(found: f64, wanted: f64, slack: f64) {
    assert!((found - wanted).abs() <= slack * wanted.abs().max(1e-3), "{wanted} expected, {found} found");
}

fn rate(sum: &Sum, objective: Objective) -> Option<f64> {
    Some(burn::of(burn::error_ratio(sum)?, objective))
}

#[test]
fn budgets_minutes_and_highest_burns() {
    for (percent, wanted) in goldens().budget {
        let objective = objective(percent.parse().unwrap());
        same(objective.error_budget(), wanted.ratio);
        same(budget::minutes(objective, Duration::from_hours(720)), wanted.minutes_30d);
        same(budget::minutes(objective, Duration::from_hours(672)), wanted.minutes_28d);
        same(burn::highest(objective), wanted.max_burn);
    }
}

#[test]
fn burns_remains_and_times_to_exhaustion() {
    for case in goldens().arithmetic {
        let objective = objective(case.objective);
        let period = Duration::from_hours(720);
        let left = case.remaining.as_ref().and_then(serde_json::Value::as_f64);
        if let (Some(ratio), Some(burning)) = (case.error_ratio, case.burn) {
            same(rate(&sum(ratio * 1e6, 1e6), objective).unwrap(), burning);
            let standing = Standing { consumed: Some(1.0 - left.unwrap_or(1.0)), length: period, left: None };
            let lasts = standing.exhausted_in(burning).unwrap();
            same(lasts.as_secs_f64(), seconds(&case.tte_full_budget_30d.or(case.tte_30d).unwrap()));
        }
        let (Some(good), Some(total)) = (case.good, case.total) else { continue };
        let found = rate(&sum(total - good, total), objective);
        assert_eq!(found.is_some(), left.is_some(), "undefined where there are no events");
        if let (Some(burned), Some(left)) = (found, left) {
            same(1.0 - burned, left);
            same(burned, case.burned.unwrap());
        }
    }
}

#[test]
fn events_weigh_not_buckets() {
    for case in goldens().weighting {
        let mut evaluator = evaluator(requests(), 99.9);
        let tiles = case.buckets.iter().map(|b| Some(Tile { part: b.bad, total: b.total })).collect();
        evaluator.observe("a", noon(0), Ok(run(tiles)));
        same(1.0 - read(&mut evaluator, 0).sli.unwrap(), case.event_ratio);
        assert!((case.mean_of_ratios - case.event_ratio).abs() > 0.1, "the two answers differ");
    }
}

#[test]
fn slices_that_may_be_bad() {
    for case in goldens().timeslices {
        same(seconds(&case.window) / seconds(&case.slice), case.slices);
        let objective = Objective::from_ratio(case.target).unwrap();
        near(rate(&sum(case.allowed_bad_slices, case.slices), objective).unwrap(), 1.0, 1e-9);
        if let Some(time) = case.as_time {
            same(seconds(&case.slice) * case.allowed_bad_slices, seconds(&time));
        }
    }
}

#[test]
fn mean_shares_of_slices() {
    for case in goldens().ratio_timeslices {
        if let Some(composite) = case.composite {
            same(journey(&case.components, &case.weights), composite);
        }
        let Some(minutes) = case.minutes_to_exhaust else { continue };
        let slices = seconds(case.window.as_deref().unwrap()) / 60.0;
        let (before, during) = (1.0 - case.baseline.unwrap(), 1.0 - case.during.unwrap());
        let bad = minutes * during + (slices - minutes) * before;
        let objective = Objective::from_ratio(case.target.unwrap()).unwrap();
        // The golden is rounded to a thousandth of a minute.
        near(rate(&sum(bad, slices), objective).unwrap(), 1.0, 1e-6);
    }
}

/// The good share of a journey whose components have these.
fn journey(components: &[f64], weights: &[f64]) -> f64 {
    let names = ["one", "two"];
    let parts = names.iter().zip(weights).map(|(name, weight)| Component {
        name: (*name).to_owned(),
        weight: *weight,
        sli: requests(),
        source: None,
    });
    let sli = Sli::Journey(parts.collect());
    let method = Method::RatioTimeslices { slice: Duration::from_mins(1) };
    let mut evaluator = Evaluator::new(vec![Slo { method, ..slo(sli, 95.0) }]);
    for (name, good) in names.iter().zip(components) {
        let tiles = vec![Some(Tile { part: 5.0 * (1.0 - good), total: 5.0 }); 288];
        evaluator.observe(format!("a/{name}"), noon(0), Ok(run(tiles)));
    }
    read(&mut evaluator, 0).sli.unwrap()
}

/// A gap without traffic poisons the rules' 30 days; ours hold the events there were.
#[test]
fn a_gap_without_traffic_is_no_gap_in_the_numbers() {
    let theirs = observed("zero_traffic_gap", 4 * 3600 + 1800);
    assert_eq!(theirs.as_f64().filter(|number| number.is_finite()), None, "they have no number");
    let ok = [vec![1000.0; 24], vec![0.0; 6], vec![1000.0; 24]].concat();
    let err = [vec![1.0; 24], vec![0.0; 6], vec![1.0; 24]].concat();
    let reading = scraped(&ok, &err);
    same(1.0 - reading.sli.unwrap(), 1.0 / 1001.0);
    same(reading.budget.unwrap().remaining, 1.0 - 1.0 / 1.001);
}

/// Errors that never happened have no series: the rules say nothing, we say that nothing failed.
#[test]
fn errors_that_never_happened_are_none() {
    assert_eq!(observed("no_error_series_ever", 4 * 3600).as_str(), Some("absent"));
    let reading = scraped(&[1000.0; 48], &[]);
    assert_eq!((reading.sli, reading.burn_over(Duration::from_mins(5))), (Some(1.0), Some(0.0)));
    same(reading.budget.unwrap().remaining, 1.0);
}

/// A quarter of an hour of nothing but errors: the rules call a month's budget overspent 999 times and fire
/// every alert. The arithmetic is ours too; what it says of a month is not known yet.
#[test]
fn minutes_do_not_speak_for_a_month() {
    let theirs = observed("all_failing_since_birth", 900).as_f64().unwrap();
    same(1.0 - rate(&sum(1500.0, 1500.0), objective(99.9)).unwrap(), theirs);
    let mut evaluator = evaluator(requests(), 99.9);
    for minute in 0..=15 {
        let count = |n: i64| vec![Counter { series: "a".to_owned(), value: n as f64 * 100.0 }];
        let sample = Sample::Counters { part: count(minute), total: count(minute) };
        evaluator.observe("a", noon(minute * 60), Ok(sample));
    }
    let reading = read(&mut evaluator, 900);
    assert_eq!((reading.state, reading.budget), (SloState::Frozen, None));
    assert!(reading.alerts.iter().all(|tier| tier.state == TierState::Frozen), "{:?}", reading.alerts);
    assert_eq!(
        reading.burn_over(Duration::from_mins(5)),
        Some(burn::highest(objective(99.9))),
        "but it is seen"
    );
}

/// The budget that the rules say remains, at an instant that the file names too.
fn observed(name: &str, at_s: u64) -> serde_json::Value {
    let case = goldens().prometheus_observed.remove(name).unwrap();
    same(seconds(&case.at), at_s as f64);
    case.remaining
}

/// What an SLO of one day says after these growths, scraped every five minutes.
fn scraped(ok: &[f64], err: &[f64]) -> Reading {
    let mut evaluator =
        Evaluator::new(vec![Slo { period: Duration::from_hours(24), ..slo(requests(), 99.9) }]);
    evaluator.set_interval("a", Duration::from_secs(STEP_S.unsigned_abs()));
    let mut counts = [0.0, 0.0];
    for step in 0..=ok.len() {
        let series = |name: &str, value: f64| Counter { series: name.to_owned(), value };
        let bad: Vec<_> = (!err.is_empty()).then(|| series("err", counts[1])).into_iter().collect();
        let total = [vec![series("ok", counts[0])], bad.clone()].concat();
        let at = noon(i64::try_from(step).unwrap() * STEP_S);
        evaluator.observe("a", at, Ok(Sample::Counters { part: bad, total }));
        counts[0] += ok.get(step).unwrap_or(&0.0);
        counts[1] += err.get(step).unwrap_or(&0.0);
    }
    read(&mut evaluator, i64::try_from(ok.len()).unwrap() * STEP_S)
}

fn requests() -> Sli {
    Sli::Bad { bad: Query::parse("errors_total"), total: Query::parse("requests_total") }
}

fn slo(sli: Sli, percent: f64) -> Slo {
    Slo::new("a", "shop", objective(percent), Duration::from_hours(720), sli)
}

fn evaluator(sli: Sli, percent: f64) -> Evaluator {
    Evaluator::new(vec![slo(sli, percent)])
}

fn run(tiles: Vec<Option<Tile>>) -> Sample {
    Sample::Tiles { end: noon(0), width: Duration::from_mins(5), tiles }
}

fn noon(second: i64) -> Time {
    let noon: Time = "2026-11-21T12:00:00Z".parse().unwrap();
    noon + chrono::TimeDelta::seconds(second)
}

fn read(evaluator: &mut Evaluator, second: i64) -> Reading {
    evaluator.evaluate(noon(second));
    evaluator.readings()[0].clone()
}
