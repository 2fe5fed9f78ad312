//! The evaluator from outside: samples in, readings and transitions out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use warroom::slo::{
    Counter, Counts, Evaluator, Objective, Query, Reading, Sample, Sli, Slo, SloState, TierState,
};
use warroom::text::{Place, Time};

const BUCKET: Duration = Duration::from_mins(5);

fn slo(id: &str) -> Slo {
    Slo {
        id: id.to_owned(),
        service: "shop".to_owned(),
        objective: Objective::from_percent(99.9).unwrap(),
        period: Duration::from_hours(720),
        sli: Sli::Bad { bad: Query::parse("errors_total"), total: Query::parse("requests_total") },
        tiers: Vec::new(),
        min_events: 0.0,
        source: None,
        runbook: None,
        criticality: None,
        owner: None,
        defined_at: Place::default(),
    }
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
fn counts(bad: f64, total: f64) -> Option<Counts> {
    Some(Counts { bad, total })
}

fn tiles(end: Time, tiles: Vec<Option<Counts>>) -> Sample {
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

fn month_of(tile: Option<Counts>) -> Vec<Option<Counts>> {
    vec![tile; 8640]
}

fn with_history(slo: Slo, tile: Option<Counts>) -> Evaluator {
    let id = slo.id.clone();
    let mut evaluator = Evaluator::new(vec![slo]);
    evaluator.observe(&id, noon(0), Ok(tiles(noon(0), month_of(tile))));
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

#[test]
fn every_slo_has_a_reading_before_anything_is_known() {
    let evaluator = Evaluator::new(vec![slo("a"), slo("b")]);
    let states: Vec<_> =
        evaluator.readings().iter().map(|row| (row.slo.as_str(), row.state, row.age_s)).collect();
    assert_eq!(states, [("a", SloState::NoData, None), ("b", SloState::NoData, None)]);
    assert_eq!(evaluator.slo("a").unwrap().tiers.len(), 4, "no tiers of its own: the defaults");
}

#[test]
fn a_month_of_history_fills_every_number_of_the_row() {
    let mut evaluator = with_history(slo("a"), counts(1.0, 2000.0));
    let reading = row(&mut evaluator, noon(10));
    assert_eq!(reading.state, SloState::Ok);
    assert_eq!((reading.bad, reading.total, reading.age_s), (8640.0, 17_280_000.0, Some(10)));
    same(reading.coverage, 1.0);
    same(reading.sli.unwrap(), 0.9995);
    same(reading.budget.unwrap().remaining, 0.5);
    assert_eq!(reading.exhausted_in_s, Some(30 * 86_400));
    let windows: Vec<u64> = reading.burn.iter().map(|burn| burn.window_s).collect();
    assert_eq!(windows, [300, 1800, 3600, 7200, 21_600, 86_400, 259_200]);
    for burn in &reading.burn {
        same(burn.rate.unwrap(), 0.5);
    }
}

#[test]
fn the_always_shown_windows_stay_whatever_the_tiers_are() {
    let mut custom = slo("a");
    custom.tiers = vec![warroom::slo::alert::default_tiers(Duration::from_hours(168))[0]];
    let mut evaluator = Evaluator::new(vec![custom]);
    let windows: Vec<u64> = row(&mut evaluator, noon(0)).burn.iter().map(|burn| burn.window_s).collect();
    assert_eq!(windows, [60, 300, 840, 3600, 21_600, 259_200]);
}

#[test]
fn windows_up_to_an_hour_are_the_tiles_of_the_newest_run() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    let end = noon(137);
    let hour: Vec<_> = (1..=12).map(|tile| counts(f64::from(tile), 100.0)).collect();
    evaluator.observe("a", end, Ok(tiles(end, hour)));
    let reading = row(&mut evaluator, end);
    same(burn(&reading, 5), 12.0 / 100.0 / 0.001);
    same(burn(&reading, 30), (7..=12).sum::<u64>() as f64 / 600.0 / 0.001);
    same(burn(&reading, 60), 78.0 / 1200.0 / 0.001);
}

#[test]
fn a_longer_window_is_the_newest_hour_and_then_the_buckets_cut_at_the_seam() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    let end = noon(150);
    evaluator.observe("a", end, Ok(tiles(end, vec![counts(10.0, 1000.0); 12])));
    let reading = row(&mut evaluator, end);
    same(burn(&reading, 120), 120.0 / 24_000.0 / 0.001);
    same(reading.coverage, 1.0);
}

#[test]
fn a_run_that_ends_on_a_bucket_is_the_newest_hour_too() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    evaluator.observe("a", noon(150), Ok(tiles(noon(150), vec![counts(500.0, 1000.0); 12])));
    evaluator.observe("a", noon(301), Ok(tiles(noon(300), vec![counts(0.0, 1000.0); 13])));
    let reading = row(&mut evaluator, noon(301));
    same(burn(&reading, 60), 0.0);
    assert_eq!(reading.age_s, Some(1));
}

#[test]
fn one_five_minute_answer_a_poll_moves_the_newest_hour_on() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    for second in (15..=600).step_by(15) {
        let end = noon(second);
        evaluator.observe("a", end, Ok(tiles(end, vec![counts(100.0, 1000.0)])));
    }
    let reading = row(&mut evaluator, noon(600));
    same(burn(&reading, 5), 100.0);
    assert!((burn(&reading, 60) - 100.0 * 15.0 / 60.0).abs() < 2.0, "{}", burn(&reading, 60));
}

#[test]
fn late_data_overwrites_the_last_buckets() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    evaluator.observe("a", noon(310), Ok(tiles(noon(300), vec![counts(7.0, 900.0); 3])));
    let reading = row(&mut evaluator, noon(310));
    assert_eq!((reading.bad, reading.total), (21.0, 8637.0 * 1000.0 + 3.0 * 900.0));
    let buckets = evaluator.buckets("a", noon(-900), noon(300));
    let wanted: Vec<_> = [(-900, 0.0, 1000.0), (-600, 7.0, 900.0), (-300, 7.0, 900.0), (0, 7.0, 900.0)]
        .map(|(start, bad, total)| (noon(start), counts(bad, total)))
        .into();
    assert_eq!(buckets, wanted);
}

#[test]
fn chunks_of_history_may_come_newest_first_and_say_how_much_there_is() {
    let mut evaluator = Evaluator::new(vec![slo("a")]);
    let mut coverage = Vec::new();
    for chunk in 0..3 {
        let end = noon(-chunk * 10 * 86_400);
        evaluator.observe("a", noon(0), Ok(tiles(end, vec![counts(1.0, 1000.0); 2880])));
        coverage.push((row(&mut evaluator, noon(0)).coverage * 3.0).round());
    }
    assert_eq!(coverage, [1.0, 2.0, 3.0]);
    same(evaluator.readings()[0].bad, 8640.0);
}

#[test]
fn gaps_are_not_zeros() {
    let mut evaluator = with_history(slo("a"), None);
    let reading = row(&mut evaluator, noon(0));
    assert_eq!((reading.state, reading.budget, reading.coverage), (SloState::NoData, None, 0.0));
    let error = reading.error.unwrap();
    assert!(error.contains("no recent samples"), "{error}");
}

#[test]
fn good_events_of_tiles_become_bad_ones() {
    let mut evaluator = with_history(good("a"), counts(1999.0, 2000.0));
    same(row(&mut evaluator, noon(0)).bad, 8640.0);
}

#[test]
fn what_is_not_a_count_costs_its_tile_and_is_said() {
    let odd = [
        counts(f64::NAN, 10.0),
        counts(1.0, f64::NAN),
        counts(f64::INFINITY, f64::INFINITY),
        counts(-1.0, 10.0),
        counts(1.0, -10.0),
        counts(1.0, 1e300),
    ];
    for tile in odd {
        let mut evaluator = Evaluator::new(vec![slo("a"), slo("b")]);
        let run = vec![counts(1.0, 1000.0), tile, counts(1.0, 1000.0)];
        evaluator.observe("a", noon(0), Ok(tiles(noon(0), run)));
        evaluator.observe("b", noon(0), Ok(tiles(noon(0), vec![counts(0.0, 1.0); 3])));
        let reading = row(&mut evaluator, noon(0));
        assert_eq!((reading.bad, reading.total), (2.0, 2000.0), "{tile:?}");
        assert_eq!(evaluator.buckets("a", noon(-600), noon(-300)), [(noon(-600), None)]);
        assert!(reading.error.unwrap().contains("not a count"), "{tile:?}");
        assert_eq!(evaluator.readings()[1].error, None, "the other row is untouched");
    }
}

#[test]
fn an_answer_from_the_future_or_in_odd_tiles_is_left_out() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    let wrong = [
        tiles(noon(3600), vec![counts(1.0, 1.0)]),
        Sample::Tiles { end: noon(0), width: Duration::ZERO, tiles: vec![counts(1.0, 1.0)] },
        Sample::Tiles { end: noon(0), width: Duration::MAX, tiles: vec![counts(1.0, 1.0)] },
    ];
    for sample in wrong {
        evaluator.observe("a", noon(1), Ok(sample));
        let reading = row(&mut evaluator, noon(1));
        same(reading.bad, 0.0);
        assert!(reading.error.unwrap().starts_with("answer: "));
    }
}

#[test]
fn an_endpoint_that_was_away_does_not_count_its_life_again() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    let both = |n: f64| scrape(&[("a", 1e6), ("b", 2e6)], &[("a", 1e7 + n), ("b", 2e7 + n)]);
    let one = |n: f64| scrape(&[("a", 1e6)], &[("a", 1e7 + n)]);
    let mut second = 0;
    for (polls, sample) in [(4, &both as &dyn Fn(f64) -> Sample), (20, &one), (4, &both)] {
        for _ in 0..polls {
            evaluator.observe("a", noon(second), Ok(sample(second as f64)));
            second += 15;
        }
    }
    let reading = row(&mut evaluator, noon(second));
    same(reading.bad, 0.0);
    assert!(reading.total < 8641.0 * 1000.0, "{}", reading.total);
}

#[test]
fn a_series_away_for_one_poll_counts_on() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    let b = [100.0, 110.0, f64::NAN, 130.0];
    for (n, b) in (0..).zip(b) {
        let mut total = vec![("a", 5.0)];
        total.extend((!b.is_nan()).then_some(("b", b)));
        evaluator.observe("a", noon(n * 15), Ok(scrape(&[], &total)));
    }
    same(evaluator.spent("a", noon(0), noon(45)).unwrap().total, 30.0);
}

#[test]
fn rows_by_id_unknown_ids_are_passed_over() {
    let mut evaluator = Evaluator::new(vec![slo("a")]);
    evaluator.observe("gone", noon(0), Ok(tiles(noon(0), vec![counts(1.0, 1.0)])));
    evaluator.set_interval("gone", BUCKET);
    evaluator.unmeasurable("gone", "why".to_owned());
    assert_eq!(row(&mut evaluator, noon(0)).state, SloState::NoData);
    assert_eq!(evaluator.spent("gone", noon(0), noon(1)), None);
    assert_eq!(evaluator.sparkline("gone", BUCKET, 3), [None; 3]);
    assert!(evaluator.buckets("gone", noon(0), noon(1)).is_empty());
}

#[test]
fn unmeasurable_says_why_until_a_sample_arrives_after_all() {
    let mut evaluator = Evaluator::new(vec![slo("a")]);
    evaluator.unmeasurable("a", "a scrape cannot answer PromQL".to_owned());
    let reading = row(&mut evaluator, noon(0));
    assert_eq!(reading.state, SloState::Unmeasurable);
    assert_eq!(reading.error.as_deref(), Some("a scrape cannot answer PromQL"));
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), month_of(counts(0.0, 1.0)))));
    let reading = row(&mut evaluator, noon(0));
    assert_eq!((reading.state, reading.error), (SloState::Ok, None));
}

#[test]
fn data_is_stale_after_three_intervals_and_at_least_a_minute() {
    for (interval, fresh, stale) in [(1, 60, 61), (15, 60, 61), (60, 180, 181)] {
        let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
        evaluator.set_interval("a", Duration::from_secs(interval));
        assert_eq!(row(&mut evaluator, noon(fresh)).state, SloState::Ok, "{interval}");
        assert_eq!(row(&mut evaluator, noon(stale)).state, SloState::Stale, "{interval}");
    }
}

#[test]
fn a_failed_poll_is_shown_and_the_next_good_one_clears_it() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    evaluator.observe("a", noon(15), Err("cannot reach prod: timed out".to_owned()));
    let reading = row(&mut evaluator, noon(15));
    assert_eq!(
        (reading.state, reading.error.as_deref()),
        (SloState::Ok, Some("cannot reach prod: timed out"))
    );
    evaluator.observe("a", noon(30), Ok(tiles(noon(30), vec![counts(0.0, 1000.0); 12])));
    assert_eq!(row(&mut evaluator, noon(30)).error, None);
}

#[test]
fn a_transition_carries_the_numbers_that_made_it() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    let hour = [vec![counts(0.0, 1000.0); 10], vec![counts(500.0, 1000.0); 2]].concat();
    evaluator.observe("a", noon(15), Ok(tiles(noon(15), hour)));
    let said = evaluator.evaluate(noon(16));
    let page = &said[0];
    assert_eq!((page.slo.as_str(), page.service.as_str(), page.at), ("a", "shop", noon(16)));
    assert_eq!((page.from, page.to), (TierState::Ok, TierState::Firing));
    assert!(page.pages());
    assert_eq!((page.long_s, page.short_s, page.bad, page.total), (3600, 300, 1000.0, 12_000.0));
    same(page.long_burn, 1000.0 / 12_000.0 / 0.001);
    same(page.short_burn, 500.0);
    assert_eq!(page.budget_remaining, evaluator.readings()[0].budget.map(|budget| budget.remaining));
    assert_eq!(evaluator.evaluate(noon(17)), [], "said once");
}

#[test]
fn while_stale_nothing_fires_and_nothing_resolves() {
    let mut evaluator = with_history(slo("a"), counts(100.0, 1000.0));
    assert_eq!(evaluator.evaluate(noon(0)).len(), 4);
    assert_eq!(evaluator.evaluate(noon(7200)), []);
    let reading = &evaluator.readings()[0];
    assert_eq!((reading.state, reading.alerts[0].state), (SloState::Stale, TierState::Firing));
    same(burn(reading, 5), 100.0);
}

#[test]
fn a_frozen_ticket_tier_does_not_hide_the_row() {
    let mut evaluator = Evaluator::new(vec![slo("a")]);
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), vec![counts(0.0, 1000.0); 72])));
    let reading = row(&mut evaluator, noon(0));
    let tiers: Vec<TierState> = reading.alerts.iter().map(|alert| alert.state).collect();
    assert_eq!(tiers, [TierState::Ok, TierState::Ok, TierState::Frozen, TierState::Frozen]);
    assert_eq!(reading.state, SloState::Ok);
}

#[test]
fn an_edited_slo_keeps_its_history_unless_it_measures_something_else() {
    let mut evaluator = with_history(slo("a"), counts(100.0, 1000.0));
    evaluator.evaluate(noon(0));
    let laxer = Slo { objective: Objective::from_percent(99.0).unwrap(), ..slo("a") };
    evaluator.set_slos(vec![slo("new"), laxer]);
    assert_eq!(evaluator.evaluate(noon(1)).len(), 1, "14.4 of 1 % is not reached any more");
    let reading = evaluator.readings()[1].clone();
    same(burn(&reading, 60), 10.0);
    assert_eq!((reading.objective, reading.coverage), (0.99, 1.0));
    evaluator.set_slos(vec![good("a")]);
    assert_eq!(row(&mut evaluator, noon(2)).state, SloState::NoData);
}

#[test]
fn a_longer_period_shows_the_coverage_it_lacks() {
    let mut evaluator = with_history(slo("a"), counts(1.0, 1000.0));
    evaluator.set_slos(vec![Slo { period: Duration::from_hours(90 * 24), ..slo("a") }]);
    let reading = row(&mut evaluator, noon(0));
    assert!((reading.coverage - 1.0 / 3.0).abs() < 0.001, "{}", reading.coverage);
    same(reading.bad, 8640.0);
}

#[test]
fn spent_is_a_share_of_the_whole_periods_budget() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    evaluator.observe("a", noon(310), Ok(tiles(noon(300), vec![counts(864.0, 1000.0)])));
    let spent = evaluator.spent("a", noon(0), noon(9999)).unwrap();
    assert_eq!((spent.bad, spent.total), (864.0, 1000.0));
    same(spent.budget_share.unwrap(), 0.1);
    assert_eq!(
        evaluator.spent("a", noon(-31 * 86_400), noon(-30 * 86_400 - 900)),
        None,
        "before all history"
    );
    assert_eq!(evaluator.spent("a", noon(300), noon(0)), None);
}

#[test]
fn a_sparkline_ends_now_and_leaves_out_what_is_not_known() {
    let mut evaluator = with_history(slo("a"), counts(2.0, 1000.0));
    assert_eq!(evaluator.sparkline("a", BUCKET, 2), [None, None], "not evaluated yet");
    evaluator.evaluate(noon(600));
    let line = evaluator.sparkline("a", BUCKET * 4, 4);
    assert_eq!(line.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false, false]);
    same(line[0].unwrap(), 2.0);
    assert!(evaluator.sparkline("a", BUCKET, 0).is_empty());
    assert_eq!(evaluator.sparkline("a", Duration::MAX, usize::MAX).len(), 4096);
}

#[test]
fn buckets_put_back_are_the_same_history() {
    let mut first = with_history(good("a"), counts(999.0, 1000.0));
    first.evaluate(noon(0));
    let buckets = first.buckets("a", noon(-30 * 86_400), noon(0));
    assert_eq!(buckets.len(), 8640);
    let mut second = Evaluator::new(vec![good("a")]);
    second.restore("a", noon(0), buckets.into_iter().map(|(_, counts)| counts).collect());
    second.evaluate(noon(0));
    assert_eq!(first.readings(), second.readings());
}

#[test]
fn a_clock_set_back_lives_that_time_again() {
    let mut evaluator = with_history(slo("a"), counts(0.0, 1000.0));
    let poll = |evaluator: &mut Evaluator, second: i64, total: f64| {
        evaluator.observe("a", noon(second), Ok(scrape(&[], &[("a", total)])));
        evaluator.evaluate(noon(second));
    };
    for step in 0..40 {
        poll(&mut evaluator, step * 15, step as f64 * 10.0);
    }
    poll(&mut evaluator, 60, 400.0);
    poll(&mut evaluator, 75, 410.0);
    let reading = &evaluator.readings()[0];
    assert_eq!((reading.state, reading.age_s), (SloState::Ok, Some(0)));
    same(evaluator.spent("a", noon(60), noon(75)).unwrap().total, 10.0);
}

#[test]
fn a_history_takes_less_than_150_kb_an_slo() {
    let mut evaluator = with_history(slo("a"), counts(1.0, 1000.0));
    for step in 0..1000 {
        evaluator.observe("a", noon(step * 15), Ok(scrape(&[], &[("a", step as f64)])));
    }
    assert!(evaluator.history_bytes("a") <= 150_000, "{}", evaluator.history_bytes("a"));
}
