//! Tiers that test the budget: consumed, and exhausted within; what a transition of them carries.

use std::time::Duration;

use warroom::slo::{Evaluator, Severity, Slo, SloState, Test, Tier, TierState};

use super::{burn, month_of, noon, row, same, slo, tile, tiles};

fn tier(name: &str, test: Test) -> Tier {
    Tier { name: name.to_owned(), severity: Severity::Ticket, test, hold: Duration::ZERO }
}

fn consumed(share: f64) -> Tier {
    tier("half spent", Test::Consumed { share })
}

fn exhausted_in(hours: u64) -> Tier {
    tier(
        "gone soon",
        Test::ExhaustedIn { within: Duration::from_hours(hours), over: Duration::from_hours(2) },
    )
}

fn with(tier: Tier, bad: f64) -> Evaluator {
    let mut evaluator = Evaluator::new(vec![Slo { tiers: vec![tier], ..slo("a") }]);
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), month_of(super::tile(bad, 1000.0)))));
    evaluator
}

fn state(evaluator: &mut Evaluator) -> TierState {
    row(evaluator, noon(0)).alerts[0].state
}

/// A budget of one bad event in a thousand, so the bad events of a bucket are the share consumed.
#[test]
fn a_share_consumed_fires_on_it_and_not_just_under() {
    for (bad, fires) in [(0.499_999, TierState::Ok), (0.5, TierState::Firing), (0.500_001, TierState::Firing)]
    {
        assert_eq!(state(&mut with(consumed(0.5), bad)), fires, "{bad}");
    }
}

#[test]
fn a_share_consumed_is_released_clearly_below() {
    let mut evaluator = with(consumed(0.5), 0.5);
    let mut states = Vec::new();
    for bad in [0.5, 0.48, 0.476, 0.474, 0.49] {
        evaluator.observe("a", noon(0), Ok(tiles(noon(0), month_of(tile(bad, 1000.0)))));
        states.push(state(&mut evaluator));
    }
    assert_eq!(
        states,
        [TierState::Firing, TierState::Firing, TierState::Firing, TierState::Ok, TierState::Ok]
    );
}

/// Two hours at a burn; before them nothing. What remains lasts `remaining * 720 h / burn`.
fn last_hours(evaluator: &mut Evaluator, burn: f64) -> TierState {
    let mut month = month_of(tile(0.0, 1000.0));
    month[8640 - 24..].fill(tile(burn, 1000.0));
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), month)));
    state(evaluator)
}

#[test]
fn a_budget_gone_within_a_day_fires_and_is_released_when_it_lasts_a_fifth_longer() {
    let mut evaluator = with(exhausted_in(24), 0.0);
    // remaining is 1 - 24 b / 8640; gone in 24 h at b = 720 / 24 * remaining
    let edge = 30.0 / (1.0 + 30.0 * 24.0 / 8640.0);
    let release = 25.0 / (1.0 + 25.0 * 24.0 / 8640.0);
    let burns = [edge * 0.9999, edge * 1.0001, edge * 0.9, release * 1.0001, release * 0.9999, edge * 0.99];
    let states: Vec<_> = burns.iter().map(|burn| last_hours(&mut evaluator, *burn)).collect();
    assert_eq!(
        states,
        [
            TierState::Ok,
            TierState::Firing,
            TierState::Firing,
            TierState::Firing,
            TierState::Ok,
            TierState::Ok
        ]
    );
}

#[test]
fn a_budget_that_is_gone_is_exhausted_whatever_burns() {
    let mut evaluator = with(exhausted_in(24), 1.5);
    assert_eq!(last_hours(&mut evaluator, 0.0), TierState::Ok, "nothing burns, all is left");
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), month_of(tile(1.5, 1000.0)))));
    assert_eq!(state(&mut evaluator), TierState::Firing);
}

#[test]
fn the_window_of_a_forecast_is_summed_and_shown() {
    let mut custom = exhausted_in(24);
    custom.test = Test::ExhaustedIn { within: Duration::from_hours(24), over: Duration::from_hours(4) };
    let mut evaluator = with(custom, 1.0);
    same(burn(&row(&mut evaluator, noon(0)), 240), 1.0);
}

#[test]
fn a_transition_names_its_tier_its_window_the_counts_and_what_is_left() {
    let mut evaluator = with(exhausted_in(24), 0.0);
    last_hours(&mut evaluator, 0.0);
    let mut month = month_of(tile(0.0, 1000.0));
    month[8640 - 24..].fill(tile(36.0, 1000.0));
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), month)));
    let said = evaluator.evaluate(noon(0));
    assert_eq!(said.len(), 1);
    let told = &said[0];
    assert_eq!((told.tier.as_str(), told.to), ("gone soon", TierState::Firing));
    assert_eq!((told.long_s, told.short_s, told.factor), (Some(7200), None, None));
    assert_eq!((told.bad, told.total), (864.0, 24_000.0));
    same(told.budget_remaining.unwrap(), 0.9);
}

#[test]
fn a_burn_tier_tells_the_counts_of_both_windows() {
    let mut evaluator = Evaluator::new(vec![slo("a")]);
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), month_of(tile(0.0, 1000.0)))));
    let hour = [vec![tile(0.0, 1000.0); 11], vec![tile(500.0, 1000.0)]].concat();
    evaluator.observe("a", noon(15), Ok(tiles(noon(15), hour)));
    let told = evaluator.evaluate(noon(15)).remove(0);
    assert_eq!(told.tier, "page quick");
    assert_eq!((told.bad, told.total, told.short_bad, told.short_total), (500.0, 12_000.0, 500.0, 1000.0));
    assert!(told.budget_remaining.is_some_and(|left| (0.9..1.0).contains(&left)));
}

#[test]
fn without_knowledge_of_the_budget_its_tiers_are_frozen() {
    for tier in [consumed(0.25), exhausted_in(48)] {
        let mut evaluator = Evaluator::new(vec![Slo { tiers: vec![tier], ..slo("a") }]);
        evaluator.observe("a", noon(0), Ok(tiles(noon(0), vec![tile(1000.0, 1000.0); 12])));
        let reading = row(&mut evaluator, noon(0));
        assert_eq!((reading.alerts[0].state, reading.state), (TierState::Frozen, SloState::Frozen));
    }
}

#[test]
fn a_budget_tier_waits_for_its_hold_and_for_enough_events() {
    let held = Tier { hold: Duration::from_secs(30), ..consumed(0.5) };
    let mut evaluator = with(held.clone(), 0.6);
    let states: Vec<_> =
        [0, 15, 30].iter().map(|second| row(&mut evaluator, noon(*second)).alerts[0].state).collect();
    assert_eq!(states, [TierState::Pending, TierState::Pending, TierState::Firing]);
    let few = Slo { min_events: 1e9, tiers: vec![consumed(0.5)], ..slo("a") };
    let mut evaluator = Evaluator::new(vec![few]);
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), month_of(tile(0.6, 1000.0)))));
    assert_eq!(state(&mut evaluator), TierState::Rising);
}

/// An outage whose last so many five-minute buckets are all the month holds of errors, first seen at noon
/// by a tier of an hour and five minutes with a `for` of half an hour.
fn after_outage(buckets: usize) -> Evaluator {
    let page = Tier::burn(Severity::Page, 14.4, Duration::from_hours(1), Duration::from_mins(5));
    let tiers = vec![Tier { hold: Duration::from_mins(30), ..page }];
    let mut evaluator = Evaluator::new(vec![Slo { tiers, ..slo("a") }]);
    let mut month = month_of(tile(0.0, 1000.0));
    month[8640 - buckets..].fill(tile(1000.0, 1000.0));
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), month)));
    evaluator
}

#[test]
fn a_for_that_history_has_seen_pass_need_not_pass_again() {
    assert_eq!(state(&mut after_outage(12)), TierState::Firing, "an hour");
    assert_eq!(state(&mut after_outage(7)), TierState::Firing, "over since 34 minutes");
}

#[test]
fn a_for_that_began_before_anybody_looked_is_waited_for_to_its_end() {
    // Both windows are over from 52 s after the outage began: 19 minutes ago, at the looks of 90 s that is.
    let mut evaluator = after_outage(4);
    let mut told = Vec::new();
    for minute in 0..20 {
        let at = noon(minute * 60);
        evaluator.observe("a", at, Ok(tiles(at, vec![tile(1000.0, 1000.0)])));
        told.push(row(&mut evaluator, at).alerts[0].state);
    }
    let waited = told.iter().take_while(|state| **state == TierState::Pending).count();
    assert!((10..=13).contains(&waited), "{waited} minutes, then {:?}", told.get(waited));
    assert_eq!(told.get(waited), Some(&TierState::Firing));
}

#[test]
fn a_for_begins_when_the_burn_does_where_somebody_was_looking() {
    let mut evaluator = after_outage(0);
    assert_eq!(state(&mut evaluator), TierState::Ok);
    let mut month = month_of(tile(0.0, 1000.0));
    month[8640 - 12..].fill(tile(1000.0, 1000.0));
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), month)));
    assert_eq!(state(&mut evaluator), TierState::Pending, "a correction of the past is no hour of waiting");
}
