//! The evaluator from outside: samples in, readings and transitions out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::float_cmp, reason = "counts are whole numbers, exact in binary")]

mod exclusions;
mod gauges;
mod groups;
mod intake;
mod journeys;
mod rows;
mod terms;
mod tiers;

use std::time::Duration;

use warroom::slo::{Counter, Evaluator, Objective, Query, Reading, Sample, Sli, Slo, Tile};
use warroom::text::Time;

const BUCKET: Duration = Duration::from_mins(5);

fn slo(id: &str) -> Slo {
    Slo::new(
        id,
        "shop",
        Objective::from_percent(99.9).unwrap(),
        Duration::from_hours(720),
        Sli::Bad { bad: Query::parse("errors_total"), total: Query::parse("requests_total") },
    )
}

fn good(id: &str) -> Slo {
    let sli = Sli::Good { good: Query::parse("good_total"), total: Query::parse("requests_total") };
    Slo { sli, ..slo(id) }
}

/// Noon, a multiple of five minutes, and seconds after it.
fn noon(seconds: i64) -> Time {
    let noon: Time = "2026-11-21T12:00:00Z".parse().unwrap();
    noon + chrono::TimeDelta::seconds(seconds)
}

#[expect(clippy::unnecessary_wraps, reason = "a tile as samples carry it")]
fn tile(part: f64, total: f64) -> Option<Tile> {
    Some(Tile { part, total })
}

fn tiles(end: Time, tiles: Vec<Option<Tile>>) -> Sample {
    Sample::Tiles { end, width: BUCKET, tiles }
}

fn scrape(errors: &[(&str, f64)], requests: &[(&str, f64)]) -> Sample {
    let side = |counters: &[(&str, f64)]| {
        counters
            .iter()
            .map(|(series, value)| Counter { series: (*series).to_owned(), value: *value })
            .collect()
    };
    Sample::Counters { part: side(errors), total: side(requests) }
}

fn month_of(tile: Option<Tile>) -> Vec<Option<Tile>> {
    vec![tile; 8640]
}

fn with_history(slo: Slo, tile: Option<Tile>) -> Evaluator {
    let id = slo.id.clone();
    let mut evaluator = Evaluator::new(vec![slo]);
    evaluator.observe(id.as_str(), noon(0), Ok(tiles(noon(0), month_of(tile))));
    evaluator
}

fn row(evaluator: &mut Evaluator, now: Time) -> Reading {
    evaluator.evaluate(now);
    evaluator.readings()[0].clone()
}

fn burn(reading: &Reading, minutes: u64) -> f64 {
    reading.burn_over(Duration::from_mins(minutes)).unwrap()
}

fn same(found: f64, wanted: f64) {
    assert!((found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0), "{wanted} expected, {found} found");
}
