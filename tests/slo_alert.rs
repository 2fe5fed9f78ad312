//! The memory of one tier: what it says after a row of looks.

use std::time::Duration;

use warroom::slo::alert::{Seen, Severity, Tier, TierState, View, Watch};
use warroom::text::{Time, when};

use TierState::{Firing, Frozen, Ok, Pending, Recovering, Rising};

/// One look: burn over the long and the short window, and the coverage of both.
struct Look {
    long: Option<f64>,
    short: Option<f64>,
    coverage: f64,
}

fn look(long: f64, short: f64) -> Look {
    Look { long: Some(long), short: Some(short), coverage: 1.0 }
}

fn unseen(coverage: f64) -> Look {
    Look { coverage, ..look(100.0, 100.0) }
}

fn quiet() -> Look {
    Look { long: None, short: None, coverage: 1.0 }
}

fn tier(hold_s: u64) -> Tier {
    let burn = Tier::burn(Severity::Page, 10.0, Duration::from_hours(1), Duration::from_mins(5));
    Tier { hold: Duration::from_secs(hold_s), ..burn }
}

fn view(look: &Look, total: f64, min_events: f64) -> View {
    let seen = |burn| Seen { burn, coverage: look.coverage, total };
    View { long: seen(look.long), short: seen(look.short), min_events, ..View::default() }
}

fn at(second: u64) -> Time {
    when::after(Time::UNIX_EPOCH, Duration::from_secs(second))
}

/// States and changes after each look, one look every ten seconds.
fn live(tier: &Tier, looks: &[Look]) -> (Vec<TierState>, Vec<(TierState, TierState)>) {
    let mut watch = Watch::default();
    let mut changes = Vec::new();
    let mut states = Vec::new();
    for (n, look) in (0..).zip(looks) {
        changes.extend(watch.step(tier.rule(), &view(look, 1000.0, 0.0), at(n * 10)));
        states.push(watch.state());
    }
    (states, changes)
}

#[test]
fn the_two_windows_name_the_four_states() {
    let looks = [look(1.0, 1.0), look(1.0, 11.0), look(11.0, 11.0), look(11.0, 1.0), look(1.0, 1.0)];
    let (states, changes) = live(&tier(0), &looks);
    assert_eq!(states, [Ok, Rising, Firing, Recovering, Ok]);
    assert_eq!(changes, [(Ok, Rising), (Rising, Firing), (Firing, Recovering), (Recovering, Ok)]);
}

#[test]
fn a_burn_that_equals_the_factor_is_not_over() {
    let equal = 0.01 / (1.0 - 0.999);
    let (states, _) = live(&tier(0), &[look(10.0, 10.0), look(equal, equal), look(10.000_1, 10.000_1)]);
    assert_eq!(states, [Ok, Ok, Firing]);
}

#[test]
fn a_tremble_at_the_factor_is_one_change() {
    let looks: Vec<Look> =
        (0..100).map(|n| if n % 2 == 0 { look(10.2, 10.2) } else { look(9.8, 9.8) }).collect();
    let (_, changes) = live(&tier(0), &looks);
    assert_eq!(changes, [(Ok, Firing)]);
}

#[test]
fn a_burn_clearly_below_the_factor_is_released() {
    let (states, _) = live(&tier(0), &[look(11.0, 11.0), look(9.6, 9.6), look(9.4, 9.4)]);
    assert_eq!(states, [Firing, Firing, Ok]);
}

#[test]
fn a_hold_that_is_interrupted_begins_anew() {
    let over = || look(11.0, 11.0);
    let looks = [over(), over(), look(11.0, 1.0), over(), over(), over(), over()];
    let (states, _) = live(&tier(30), &looks);
    assert_eq!(states, [Pending, Pending, Recovering, Pending, Pending, Pending, Firing]);
}

#[test]
fn a_frozen_spell_neither_fires_nor_resolves_nor_is_told() {
    let (states, changes) = live(&tier(0), &[unseen(0.4), look(11.0, 11.0), unseen(0.0), look(11.0, 11.0)]);
    assert_eq!(states, [Frozen, Firing, Frozen, Firing]);
    assert_eq!(changes, [(Ok, Firing)]);
}

#[test]
fn what_ended_unseen_is_told_from_the_last_real_state() {
    let (_, changes) = live(&tier(0), &[look(11.0, 11.0), unseen(0.1), look(1.0, 1.0)]);
    assert_eq!(changes, [(Ok, Firing), (Firing, Ok)]);
}

#[test]
fn windows_without_events_are_not_over() {
    let (states, _) = live(&tier(0), &[quiet(), look(11.0, 11.0), quiet()]);
    assert_eq!(states, [Ok, Firing, Ok]);
}

#[test]
fn too_few_events_cannot_begin_an_alert_but_do_not_end_one() {
    let mut watch = Watch::default();
    let over = look(11.0, 11.0);
    let mut states = Vec::new();
    for (n, total) in (0..).zip([99.0, 100.0, 50.0]) {
        watch.step(tier(0).rule(), &view(&over, total, 100.0), at(n));
        states.push(watch.state());
    }
    assert_eq!(states, [Rising, Firing, Firing]);
}

#[test]
fn a_hold_begins_anew_where_the_clock_is_set_back_to_and_lasts_no_longer() {
    let mut watch = Watch::default();
    let over = view(&look(11.0, 11.0), 1.0, 0.0);
    for (second, state) in [(7200, Pending), (50, Pending), (79, Pending), (80, Firing)] {
        watch.step(tier(30).rule(), &over, at(second));
        assert_eq!(watch.state(), state, "at {second} s");
    }
}

#[test]
fn windows_that_burn_at_nonsense_rates_do_not_fire() {
    let (states, changes) = live(&tier(0), &[look(f64::NAN, f64::NAN), look(-1.0, f64::NEG_INFINITY)]);
    assert_eq!((states, changes), (vec![Ok, Ok], vec![]));
}
