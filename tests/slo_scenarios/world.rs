//! A simulated service, the way its numbers are brought, and the evaluator that watches it.

use std::collections::BTreeMap;
use std::time::Duration;

use warroom::slo::alert::{Severity, Tier, Transition};
use warroom::slo::{Counter, Evaluator, Objective, Query, Reading, Sample, Sli, Slo, Tile};
use warroom::text::{Time, when};

use super::script::{Feed, Part, Phase, Promise, Scenario, span};

const BUCKET: Duration = Duration::from_mins(5);

pub struct World {
    pub evaluator: Evaluator,
    pub now: Time,
    pub said: Vec<String>,
    promise: Slo,
    counters: BTreeMap<&'static str, f64>,
    last_scrape: Option<(Time, Sample)>,
    past: Past,
}

/// All that happened, as a Prometheus remembers it.
struct Past {
    start: Time,
    /// Events of a bucket before the start.
    before: (f64, f64),
    /// When, and all events (part, total) since the start.
    log: Vec<(Time, f64, f64)>,
    /// Stretches in which it was down.
    down: Vec<(Time, Time)>,
}

impl World {
    pub fn new(scenario: &Scenario) -> Self {
        let now: Time = "2026-11-21T00:00:00Z".parse().unwrap();
        let promise = slo(&scenario.slo);
        let neighbour = Slo { id: "b".to_owned(), ..promise.clone() };
        let mut evaluator = Evaluator::new(vec![promise.clone(), neighbour]);
        evaluator.set_interval("a", span(&scenario.slo.every));
        let buckets = usize::try_from(scenario.history_days * 288).unwrap();
        evaluator.restore("a", now, vec![Some(scenario.history); buckets]);
        let mut counters = BTreeMap::from([("total-1", 1e6), ("total-2", 2e6)]);
        if scenario.phases[0].feed != Feed::PartAbsent {
            counters.insert("part-1", 1e3);
        }
        let before = (scenario.history.bad, scenario.history.total);
        let past = Past { start: now, before, log: vec![(now, 0.0, 0.0)], down: Vec::new() };
        Self { evaluator, now, said: Vec::new(), promise, counters, last_scrape: None, past }
    }

    pub fn enter(&mut self, phase: &Phase) {
        if phase.edited {
            let labels = BTreeMap::from([("team".to_owned(), "checkout".to_owned())]);
            let edited = Slo { labels, owner: Some("ana".to_owned()), ..self.promise.clone() };
            self.evaluator.set_slos(vec![edited]);
        }
    }

    pub fn live(&mut self, phase: &Phase, every: Duration) {
        if phase.feed == Feed::Restarted {
            self.counters.insert("total-1", 0.0);
            self.counters.insert("part-1", 0.0);
        }
        let (part, total) = (phase.part * every.as_secs_f64(), phase.total * every.as_secs_f64());
        self.grow("total-1", total / 2.0);
        self.grow("total-2", total / 2.0);
        if phase.feed != Feed::PartAbsent {
            self.grow("part-1", part);
        }
        let then = when::after(self.now, every);
        if phase.feed == Feed::Down {
            self.past.down.push((self.now, then));
        }
        let (_, parts, totals) = *self.past.log.last().unwrap();
        self.past.log.push((then, parts + part, totals + total));
        self.now = then;
    }

    fn grow(&mut self, counter: &'static str, by: f64) {
        *self.counters.entry(counter).or_default() += by;
    }

    /// One poll; the neighbour's answers are always garbage and must never matter.
    pub fn poll(&mut self, feed: Feed) {
        let garbage = Tile { part: f64::NAN, total: -1.0 };
        let garbage = Sample::Tiles { end: self.now, width: BUCKET, tiles: vec![Some(garbage)] };
        self.evaluator.observe("b", self.now, Ok(garbage));
        for outcome in self.outcomes(feed) {
            self.evaluator.observe("a", self.now, outcome);
        }
    }

    fn outcomes(&mut self, feed: Feed) -> Vec<Result<Sample, String>> {
        let shifted = |by: i64| self.now + chrono::TimeDelta::seconds(by);
        match feed {
            Feed::Silent => Vec::new(),
            Feed::Refused => vec![Err("cannot reach target: connection refused".to_owned())],
            Feed::Down => vec![Err("cannot reach prometheus: connection refused".to_owned())],
            Feed::Absent => vec![Ok(Sample::Counters { part: Vec::new(), total: Vec::new() })],
            Feed::Nan => vec![Ok(self.scrape(f64::NAN))],
            Feed::Infinite => vec![Ok(self.scrape(f64::INFINITY))],
            Feed::Twice => vec![Ok(self.scrape(0.0)), Ok(self.scrape(0.0))],
            Feed::OutOfOrder => self.out_of_order(),
            Feed::Scraped | Feed::Restarted | Feed::PartAbsent => vec![Ok(self.scrape(0.0))],
            Feed::Prometheus => self.answers(self.now, 0),
            Feed::Ahead => self.answers(shifted(120), 120),
            Feed::FarAhead => self.answers(shifted(3600), 3600),
            Feed::Behind => self.answers(shifted(-30), -30),
            Feed::FarBehind => self.answers(shifted(-600), -600),
            Feed::Late => {
                let mut tiles = self.past.tiles(self.now, 0);
                tiles.pop();
                tiles.push(None);
                vec![Ok(Sample::Tiles { end: self.now, width: BUCKET, tiles })]
            }
            Feed::Partial => {
                let tiles = self.past.tiles(self.now, 0).into_iter().enumerate();
                let tiles = tiles.map(|(at, tile)| tile.filter(|_| at % 2 == 1)).collect();
                vec![Ok(Sample::Tiles { end: self.now, width: BUCKET, tiles })]
            }
        }
    }

    /// A run that ends at the poll; where a bucket was closed also one that ends with it. The server's
    /// clock shows `skew` seconds more than ours.
    fn answers(&self, end: Time, skew: i64) -> Vec<Result<Sample, String>> {
        let run = |end| Ok(Sample::Tiles { end, width: BUCKET, tiles: self.past.tiles(end, skew) });
        let closed = end.timestamp().rem_euclid(300);
        let aligned = end - chrono::TimeDelta::seconds(closed);
        if closed < 15 { vec![run(aligned), run(end)] } else { vec![run(end)] }
    }

    fn out_of_order(&mut self) -> Vec<Result<Sample, String>> {
        let now = self.scrape(0.0);
        if let Some((at, sample)) = self.last_scrape.replace((self.now, now.clone())) {
            self.evaluator.observe("a", self.now, Ok(now));
            self.evaluator.observe("a", at, Ok(sample));
            return Vec::new();
        }
        vec![Ok(now)]
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

    pub fn evaluate(&mut self) -> &Reading {
        let said = self.evaluator.evaluate(self.now);
        self.said.extend(said.iter().map(sentence));
        &self.evaluator.readings()[0]
    }
}

impl Past {
    /// An hour of tiles that end when the server's clock shows `end`.
    fn tiles(&self, end: Time, skew: i64) -> Vec<Option<Tile>> {
        let edge = |back: i32| end - chrono::TimeDelta::seconds(skew) - chrono::TimeDelta::minutes(5) * back;
        (0..12).rev().map(|back| self.tile(edge(back + 1), edge(back))).collect()
    }

    fn tile(&self, from: Time, to: Time) -> Option<Tile> {
        if self.down.iter().any(|(start, end)| *start < to && from < *end) {
            return None;
        }
        let (before, after) = (self.until(from), self.until(to));
        Some(Tile { part: (after.0 - before.0).max(0.0), total: (after.1 - before.1).max(0.0) })
    }

    /// All events (part, total) until an instant; what is to come is not there.
    fn until(&self, at: Time) -> (f64, f64) {
        if at < self.start {
            let buckets = when::since(at, self.start).as_secs_f64() / BUCKET.as_secs_f64();
            return (-self.before.0 * buckets, -self.before.1 * buckets);
        }
        let next = self.log.partition_point(|(then, ..)| *then <= at);
        let (then, part, total) = self.log[next - 1];
        let Some((later, more, most)) = self.log.get(next) else { return (part, total) };
        let share = when::since(then, at).as_secs_f64() / when::since(then, *later).as_secs_f64();
        (part + (more - part) * share, total + (most - total) * share)
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
