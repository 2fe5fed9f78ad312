//! Calendar periods: the budget is the whole term's, and begins anew with it.

use std::time::Duration;

use warroom::slo::{Calendar, Evaluator, Slo, budget, calendar::Unit};
use warroom::text::Time;

use super::{noon, row, same, slo, tile, tiles};

fn monthly(zone: &str) -> Slo {
    let calendar = Calendar::natural(Unit::Month, zone.parse().unwrap());
    Slo { calendar: Some(calendar), ..slo("a") }
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// Days of history up to `end`, so many bad of a thousand a bucket.
fn lived(evaluator: &mut Evaluator, end: &str, days: usize, bad: f64) {
    evaluator.observe("a", at(end), Ok(tiles(at(end), vec![tile(bad, 1000.0); days * 288])));
}

#[test]
fn what_burnt_counts_by_the_share_of_the_term_that_has_passed() {
    // Day 10 of 30: a burn of 1 for ten days is a third of the month's budget.
    let mut evaluator = Evaluator::new(vec![monthly("UTC")]);
    lived(&mut evaluator, "2026-11-11T00:00:00Z", 40, 1.0);
    let reading = row(&mut evaluator, at("2026-11-11T00:00:00Z"));
    same(reading.budget.unwrap().remaining, 2.0 / 3.0);
    assert_eq!((reading.total, reading.period_s), (2_880_000.0, 30 * 86_400));
    same(reading.coverage, 1.0);
    same(reading.exhausted_in_s.map_or(0.0, |s| s as f64), 0.0);
    same(
        evaluator
            .spent("a", at("2026-11-10T00:00:00Z"), at("2026-11-11T00:00:00Z"))
            .unwrap()
            .budget_share
            .unwrap(),
        1.0 / 30.0,
    );
}

#[test]
fn exhaustion_is_told_when_it_comes_before_the_term_ends() {
    let mut evaluator = Evaluator::new(vec![monthly("UTC")]);
    lived(&mut evaluator, "2026-11-11T00:00:00Z", 10, 2.0);
    let reading = row(&mut evaluator, at("2026-11-11T00:00:00Z"));
    // A third is left; at twice the pace it lasts five of the twenty days.
    assert_eq!(reading.exhausted_in_s, Some(5 * 86_400));
}

#[test]
fn a_new_term_is_a_new_budget_and_the_history_stays() {
    let mut evaluator = Evaluator::new(vec![monthly("UTC")]);
    lived(&mut evaluator, "2026-12-01T00:00:00Z", 30, 2.0);
    let before = row(&mut evaluator, at("2026-11-30T23:59:59Z"));
    same(before.budget.unwrap().remaining, -1.0);
    let begun = row(&mut evaluator, at("2026-12-01T00:00:00Z"));
    assert_eq!((begun.budget, begun.period_s), (None, 31 * 86_400), "nothing of it is known yet");
    lived(&mut evaluator, "2026-12-01T01:00:00Z", 0, 0.0);
    let hour = vec![tile(1000.0, 1000.0); 12];
    evaluator.observe("a", at("2026-12-01T01:00:00Z"), Ok(tiles(at("2026-12-01T01:00:00Z"), hour)));
    let after = row(&mut evaluator, at("2026-12-01T01:00:00Z"));
    // An hour of outage is 60 of 44.64 minutes.
    same(budget::minutes(slo("a").objective, Duration::from_secs(after.period_s)), 44.64);
    same(after.budget.unwrap().remaining, 1.0 - 60.0 / 44.64);
    assert_eq!(
        after.burn.iter().find(|burn| burn.window_s == 259_200).map(|burn| burn.rate.is_some()),
        Some(true)
    );
}

#[test]
fn terms_follow_the_clocks_of_their_zone() {
    let cases = [
        ("Europe/Berlin", "2026-03-15T00:00:00Z", 31 * 24 - 1),
        ("Europe/Berlin", "2026-10-15T00:00:00Z", 31 * 24 + 1),
        ("UTC", "2026-02-10T00:00:00Z", 28 * 24),
        ("UTC", "2028-02-10T00:00:00Z", 29 * 24),
        ("America/New_York", "2026-11-15T00:00:00Z", 30 * 24 + 1),
    ];
    for (zone, now, hours) in cases {
        let mut evaluator = Evaluator::new(vec![monthly(zone)]);
        lived(&mut evaluator, now, 1, 0.0);
        assert_eq!(row(&mut evaluator, at(now)).period_s, hours * 3600, "{zone} {now}");
    }
}

#[test]
fn the_last_moment_of_a_term_in_its_zone_is_still_of_it() {
    let mut evaluator = Evaluator::new(vec![monthly("Europe/Berlin")]);
    lived(&mut evaluator, "2026-10-31T22:55:00Z", 40, 1.0);
    // October in Berlin begins at 22:00 UTC of September and has an hour more.
    let reading = row(&mut evaluator, at("2026-10-31T22:55:00Z"));
    same(reading.total, (31.0 * 24.0 * 12.0 + 12.0 - 1.0) * 1000.0);
    assert_eq!(row(&mut evaluator, at("2026-10-31T23:00:00Z")).total, 0.0, "November");
}

#[test]
fn weeks_and_quarters_keep_what_they_need() {
    for (unit, days) in [(Unit::Week, 7), (Unit::Quarter, 92), (Unit::Year, 366)] {
        let calendar = Calendar::natural(unit, "UTC".parse().unwrap());
        let slo = Slo { calendar: Some(calendar), ..slo("a") };
        let mut evaluator = Evaluator::new(vec![slo]);
        let term = calendar.term_at(noon(0));
        let end = at("2026-11-21T12:00:00Z");
        lived(&mut evaluator, "2026-11-21T12:00:00Z", days, 1.0);
        let reading = row(&mut evaluator, end);
        let passed = (end - term.start).num_minutes() as f64 / (term.end - term.start).num_minutes() as f64;
        same(reading.budget.unwrap().remaining, 1.0 - passed);
    }
}
