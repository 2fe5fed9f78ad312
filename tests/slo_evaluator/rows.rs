//! What a row says, when it changes, and what may be asked of its past.

use std::time::Duration;

use warroom::slo::policy::{Borders, Policy};
use warroom::slo::{BudgetStatus, Evaluator, Objective, Slo, SloState, TierState};

use super::{BUCKET, burn, good, month_of, noon, row, same, slo, tile, tiles, with_history};

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
    let mut evaluator = with_history(slo("a"), tile(1.0, 2000.0));
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
    custom.tiers = vec![warroom::slo::alert::default_tiers(Duration::from_hours(168))[0].clone()];
    let mut evaluator = Evaluator::new(vec![custom]);
    let windows: Vec<u64> = row(&mut evaluator, noon(0)).burn.iter().map(|burn| burn.window_s).collect();
    assert_eq!(windows, [60, 300, 840, 3600, 21_600, 259_200]);
}

#[test]
fn rows_by_id_unknown_ids_are_passed_over() {
    let mut evaluator = Evaluator::new(vec![slo("a")]);
    evaluator.observe("gone", noon(0), Ok(tiles(noon(0), vec![tile(1.0, 1.0)])));
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
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), month_of(tile(0.0, 1.0)))));
    let reading = row(&mut evaluator, noon(0));
    assert_eq!((reading.state, reading.error), (SloState::Ok, None));
}

#[test]
fn data_is_stale_after_three_intervals_and_at_least_a_minute() {
    for (interval, fresh, stale) in [(1, 60, 61), (15, 60, 61), (60, 180, 181)] {
        let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
        evaluator.set_interval("a", Duration::from_secs(interval));
        assert_eq!(row(&mut evaluator, noon(fresh)).state, SloState::Ok, "{interval}");
        assert_eq!(row(&mut evaluator, noon(stale)).state, SloState::Stale, "{interval}");
    }
}

#[test]
fn a_failed_poll_is_shown_and_the_next_good_one_clears_it() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    evaluator.observe("a", noon(15), Err("cannot reach prod: timed out".to_owned()));
    let reading = row(&mut evaluator, noon(15));
    assert_eq!(
        (reading.state, reading.error.as_deref()),
        (SloState::Ok, Some("cannot reach prod: timed out"))
    );
    evaluator.observe("a", noon(30), Ok(tiles(noon(30), vec![tile(0.0, 1000.0); 12])));
    assert_eq!(row(&mut evaluator, noon(30)).error, None);
}

#[test]
fn a_transition_carries_the_numbers_that_made_it() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    let hour = [vec![tile(0.0, 1000.0); 10], vec![tile(500.0, 1000.0); 2]].concat();
    evaluator.observe("a", noon(15), Ok(tiles(noon(15), hour)));
    let said = evaluator.evaluate(noon(16));
    let page = &said[0];
    assert_eq!((page.slo.as_str(), page.service.as_str(), page.at), ("a", "shop", noon(16)));
    assert_eq!((page.from, page.to), (TierState::Ok, TierState::Firing));
    assert!(page.pages());
    assert_eq!((page.long_s, page.short_s, page.bad, page.total), (Some(3600), Some(300), 1000.0, 12_000.0));
    same(page.long_burn, 1000.0 / 12_000.0 / 0.001);
    same(page.short_burn, 500.0);
    assert_eq!(page.budget_remaining, evaluator.readings()[0].budget.map(|budget| budget.remaining));
    assert_eq!(evaluator.evaluate(noon(17)), [], "said once");
}

#[test]
fn while_stale_nothing_fires_and_nothing_resolves() {
    let mut evaluator = with_history(slo("a"), tile(100.0, 1000.0));
    assert_eq!(evaluator.evaluate(noon(0)).len(), 4);
    assert_eq!(evaluator.evaluate(noon(7200)), []);
    let reading = &evaluator.readings()[0];
    assert_eq!((reading.state, reading.alerts[0].state), (SloState::Stale, TierState::Firing));
    same(burn(reading, 5), 100.0);
}

#[test]
fn a_frozen_ticket_tier_does_not_hide_the_row() {
    let mut evaluator = Evaluator::new(vec![slo("a")]);
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), vec![tile(0.0, 1000.0); 72])));
    let reading = row(&mut evaluator, noon(0));
    let tiers: Vec<TierState> = reading.alerts.iter().map(|alert| alert.state).collect();
    assert_eq!(tiers, [TierState::Ok, TierState::Ok, TierState::Frozen, TierState::Frozen]);
    assert_eq!(reading.state, SloState::Ok);
}

#[test]
fn an_edited_slo_keeps_its_history_unless_it_measures_something_else() {
    let mut evaluator = with_history(slo("a"), tile(100.0, 1000.0));
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
    let mut evaluator = with_history(slo("a"), tile(1.0, 1000.0));
    evaluator.set_slos(vec![Slo { period: Duration::from_hours(90 * 24), ..slo("a") }]);
    let reading = row(&mut evaluator, noon(0));
    assert!((reading.coverage - 1.0 / 3.0).abs() < 0.001, "{}", reading.coverage);
    same(reading.bad, 8640.0);
}

#[test]
fn spent_is_a_share_of_the_whole_periods_budget() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    evaluator.observe("a", noon(310), Ok(tiles(noon(300), vec![tile(864.0, 1000.0)])));
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
    let mut evaluator = with_history(slo("a"), tile(2.0, 1000.0));
    assert_eq!(evaluator.sparkline("a", BUCKET, 2), [None, None], "not evaluated yet");
    evaluator.evaluate(noon(600));
    let line = evaluator.sparkline("a", BUCKET * 4, 4);
    assert_eq!(line.iter().map(Option::is_some).collect::<Vec<_>>(), [true, true, false, false]);
    same(line[0].unwrap(), 2.0);
    assert!(evaluator.sparkline("a", BUCKET, 0).is_empty());
    assert_eq!(evaluator.sparkline("a", Duration::MAX, usize::MAX).len(), 4096);
}

#[test]
fn a_teams_own_policy_names_the_bands() {
    let mut evaluator = with_history(slo("a"), tile(0.4, 1000.0));
    let status = |evaluator: &mut Evaluator| row(evaluator, noon(0)).budget.unwrap().status;
    assert_eq!(status(&mut evaluator), BudgetStatus::Healthy);
    evaluator.set_policy(Policy::at(Borders { caution: 0.9, warning: 0.7, critical: 0.5 }));
    assert_eq!(status(&mut evaluator), BudgetStatus::Warning, "at once, without a new sample");
}

#[test]
fn the_trend_is_the_burn_of_the_last_hour_less_that_of_the_hour_before() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    let two = [vec![tile(3.0, 1000.0); 12], vec![tile(5.0, 1000.0); 12]].concat();
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), two)));
    same(row(&mut evaluator, noon(0)).trend.unwrap(), 2.0);
    let half = [vec![None; 20], vec![tile(5.0, 1000.0); 12]].concat();
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), half)));
    assert_eq!(row(&mut evaluator, noon(0)).trend, None, "the hour before was not observed");
}

#[test]
fn a_budget_spent_to_the_last_event_is_exhausted() {
    for (percent, bad, total) in
        [(99.9, 1.0, 1000.0), (99.95, 1.0, 2000.0), (99.0, 10.0, 1000.0), (99.999, 1.0, 1e5)]
    {
        let promised = Objective::from_percent(percent).unwrap();
        let mut evaluator = with_history(Slo { objective: promised, ..slo("a") }, tile(bad, total));
        let reading = row(&mut evaluator, noon(1));
        let budget = reading.budget.unwrap();
        assert_eq!((budget.remaining, budget.status), (0.0, BudgetStatus::Exhausted), "{percent}");
        assert_eq!(reading.state, SloState::Exhausted, "{percent}");
    }
}

#[test]
fn what_a_new_configuration_measures_again_forgets_why_it_could_not_be() {
    let mut evaluator = Evaluator::new(vec![slo("a")]);
    evaluator.unmeasurable("a", "no such source".to_owned());
    assert_eq!(row(&mut evaluator, noon(0)).state, SloState::Unmeasurable);
    evaluator.set_slos(vec![slo("a")]);
    let reading = row(&mut evaluator, noon(1));
    assert_eq!((reading.state, reading.error), (SloState::NoData, None));
}
