//! Runs every `tests/scenarios/*.toml`: a service lives through phases, is scraped all the while, and
//! at given instants its row must be in a given state.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use warroom::slo::alert::{Severity, Tier, TierState, Transition};
use warroom::slo::{Counter, Counts, Evaluator, Objective, Query, Reading, Sample, Sli, Slo, SloState};
use warroom::text::{Time, when};

const BUCKET_S: u64 = 300;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    #[expect(dead_code, reason = "for whoever reads the file")]
    about: String,
    #[serde(default)]
    slo: Promise,
    /// Days of closed buckets before the first scrape.
    #[serde(default)]
    history_days: u64,
    /// Events of each bucket of the history.
    #[serde(default)]
    history: Counts,
    phases: Vec<Phase>,
    expect: Vec<Expect>,
    /// All that changed in the run, as `page 14.4: ok > FIRING`, in order.
    transitions: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Promise {
    objective: f64,
    counts: Part,
    min_events: f64,
    /// `for` of the one tier below; the default tiers where there is none.
    hold: Option<String>,
    every: String,
}

impl Default for Promise {
    fn default() -> Self {
        Self { objective: 99.9, counts: Part::Bad, min_events: 0.0, hold: None, every: "15s".to_owned() }
    }
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Part {
    Bad,
    Good,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Phase {
    #[serde(rename = "for")]
    lasts: String,
    /// Events a second.
    #[serde(default)]
    total: f64,
    #[serde(default)]
    part: f64,
    #[serde(default)]
    feed: Feed,
}

#[derive(Deserialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Feed {
    /// Two processes behind one selector, scraped well.
    #[default]
    Scraped,
    /// As scraped, but the first process restarts as the phase begins.
    Restarted,
    /// As scraped, but the part was never counted: it has no series.
    PartAbsent,
    /// The page is there, the metric is not.
    Absent,
    /// A counter says NaN.
    Nan,
    /// The target does not answer.
    Refused,
    /// Nobody asks.
    Silent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    at: String,
    state: SloState,
    tiers: Option<Vec<TierState>>,
    remaining: Option<f64>,
    /// `unknown` where too little was observed to speak of it.
    budget: Option<String>,
    bad: Option<f64>,
    total: Option<f64>,
    error: Option<String>,
}

/// A simulated service and the evaluator that watches it.
struct World {
    evaluator: Evaluator,
    counters: BTreeMap<&'static str, f64>,
    now: Time,
    said: Vec<String>,
}

impl World {
    fn new(scenario: &Scenario) -> Self {
        let now: Time = "2026-11-21T00:00:00Z".parse().unwrap();
        let mut evaluator = Evaluator::new(vec![slo(&scenario.slo)]);
        evaluator.set_interval("a", span(&scenario.slo.every));
        let buckets = usize::try_from(scenario.history_days * 86_400 / BUCKET_S).unwrap();
        evaluator.restore("a", now, vec![Some(scenario.history); buckets]);
        let mut counters = BTreeMap::from([("total-1", 1e6), ("total-2", 2e6)]);
        if scenario.phases[0].feed != Feed::PartAbsent {
            counters.insert("part-1", 1e3);
        }
        Self { evaluator, counters, now, said: Vec::new() }
    }

    fn live(&mut self, phase: &Phase, every: Duration) {
        if phase.feed == Feed::Restarted {
            self.counters.insert("total-1", 0.0);
            self.counters.insert("part-1", 0.0);
        }
        self.grow("total-1", phase.total / 2.0 * every.as_secs_f64());
        self.grow("total-2", phase.total / 2.0 * every.as_secs_f64());
        if phase.feed != Feed::PartAbsent {
            self.grow("part-1", phase.part * every.as_secs_f64());
        }
    }

    fn grow(&mut self, counter: &'static str, by: f64) {
        *self.counters.entry(counter).or_default() += by;
    }

    fn poll(&mut self, feed: Feed) {
        let outcome = match feed {
            Feed::Silent => return,
            Feed::Refused => Err("cannot reach target: connection refused".to_owned()),
            Feed::Absent => Ok(Sample::Counters { part: Vec::new(), total: Vec::new() }),
            Feed::Nan => Ok(self.scrape(f64::NAN)),
            Feed::Scraped | Feed::Restarted | Feed::PartAbsent => Ok(self.scrape(0.0)),
        };
        self.evaluator.observe("a", self.now, outcome);
    }

    fn scrape(&self, noise: f64) -> Sample {
        let side = |name: &str| {
            let counters = self.counters.iter().filter(|(series, _)| series.starts_with(name));
            counters
                .map(|(series, value)| Counter { series: (*series).to_owned(), value: value + noise })
                .collect()
        };
        Sample::Counters { part: side("part"), total: side("total") }
    }

    fn evaluate(&mut self) -> &Reading {
        let said = self.evaluator.evaluate(self.now);
        self.said.extend(said.iter().map(sentence));
        &self.evaluator.readings()[0]
    }
}

fn sentence(change: &Transition) -> String {
    let Transition { severity, factor, from, to, .. } = change;
    format!("{} {}: {} > {}", severity.word(), factor.unwrap_or_default(), from.word(), to.word())
}

fn slo(promise: &Promise) -> Slo {
    let [part, total] = ["errors_total", "requests_total"].map(Query::parse);
    let hold = promise.hold.as_deref().map(span);
    Slo {
        tiers: hold.map(tier).into_iter().collect(),
        min_events: promise.min_events,
        ..Slo::new(
            "a",
            "shop",
            Objective::from_percent(promise.objective).unwrap(),
            Duration::from_hours(720),
            match promise.counts {
                Part::Bad => Sli::Bad { bad: part, total },
                Part::Good => Sli::Good { good: part, total },
            },
        )
    }
}

fn tier(hold: Duration) -> Tier {
    let [long, short] = [60, 5].map(Duration::from_mins);
    Tier { hold, ..Tier::burn(Severity::Page, 14.4, long, short) }
}

/// `1h30m15s` and the like.
fn span(text: &str) -> Duration {
    let mut left = text;
    let mut seconds = 0;
    while let Some(at) = left.find(char::is_alphabetic) {
        let unit = match &left[at..=at] {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            other => panic!("{text}: unit {other}"),
        };
        seconds += unit * left[..at].parse::<u64>().unwrap();
        left = &left[at + 1..];
    }
    Duration::from_secs(seconds)
}

fn run(name: &str, scenario: &Scenario) {
    let every = span(&scenario.slo.every);
    let mut world = World::new(scenario);
    let start = world.now;
    let mut expectations = scenario.expect.iter().peekable();
    for phase in &scenario.phases {
        let end = when::after(world.now, span(&phase.lasts));
        while world.now < end {
            world.poll(phase.feed);
            world.evaluate();
            while let Some(expect) = expectations.next_if(|e| when::after(start, span(&e.at)) <= world.now) {
                check(name, expect, world.evaluate());
            }
            world.live(phase, every);
            world.now = when::after(world.now, every);
        }
    }
    assert!(expectations.next().is_none(), "{name}: an expectation lies after the last phase");
    assert_eq!(world.said, scenario.transitions, "{name}: transitions");
}

fn check(name: &str, expect: &Expect, reading: &Reading) {
    let place = format!("{name} at {}", expect.at);
    let tiers: Vec<TierState> = reading.alerts.iter().map(|alert| alert.state).collect();
    assert_eq!(reading.state, expect.state, "{place}: {reading:#?}");
    assert!(expect.tiers.as_ref().is_none_or(|wanted| *wanted == tiers), "{place}: tiers {tiers:?}");
    if expect.budget.as_deref() == Some("unknown") {
        assert_eq!(reading.budget, None, "{place}");
    }
    near(&place, expect.remaining, reading.budget.map(|budget| budget.remaining));
    near(&place, expect.bad, Some(reading.bad));
    near(&place, expect.total, Some(reading.total));
    match (&expect.error, &reading.error) {
        (Some(wanted), Some(error)) => assert!(error.contains(wanted), "{place}: error {error:?}"),
        (None, None) => {}
        (wanted, error) => panic!("{place}: error {error:?}, expected {wanted:?}"),
    }
}

fn near(place: &str, wanted: Option<f64>, found: Option<f64>) {
    let Some(wanted) = wanted else { return };
    let found = found.unwrap_or_else(|| panic!("{place}: {wanted} expected, unknown found"));
    let slack = 1e-6 * wanted.abs().max(1.0);
    assert!((found - wanted).abs() <= slack, "{place}: {wanted} expected, {found} found");
}

#[test]
fn every_scenario_goes_as_it_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    assert!(names.len() >= 13, "scenarios are missing");
    let mut failed = Vec::new();
    for path in names {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let scenario: Scenario = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        if std::panic::catch_unwind(|| run(&name, &scenario)).is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "failed, each told above: {failed:?}");
}
