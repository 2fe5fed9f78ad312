//! The numbers of burn and budget, against figures worked out by hand.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use warroom::slo::series::Sum;
use warroom::slo::{BudgetStatus, Counts, Objective, Policy, Spent, Standing, Tier, alert, budget, burn};

const DAY: u64 = 24 * 3600;

fn days(days: u64) -> Duration {
    Duration::from_secs(days * DAY)
}

fn objective(percent: f64) -> Objective {
    Objective::from_percent(percent).unwrap()
}

fn sum(bad: f64, total: f64) -> Sum {
    Sum { bad, total, observed_ms: 0.0 }
}

fn rate(sum: &Sum, objective: Objective) -> Option<f64> {
    Some(burn::of(burn::error_ratio(sum)?, objective))
}

/// A rolling budget of thirty days of which this share is left.
fn left(remaining: f64) -> Standing {
    Standing { consumed: Some(1.0 - remaining), length: days(30), left: None }
}

fn same(found: f64, wanted: f64) {
    let slack = 1e-9 * wanted.abs().max(1e-6);
    assert!((found - wanted).abs() <= slack, "{wanted} expected, {found} found");
}

#[test]
fn a_budget_is_what_the_objective_leaves() {
    let cases = [
        (90.0, 0.1, 4320.0, 4032.0, 10.0),
        (95.0, 0.05, 2160.0, 2016.0, 20.0),
        (99.0, 0.01, 432.0, 403.2, 100.0),
        (99.5, 0.005, 216.0, 201.6, 200.0),
        (99.9, 0.001, 43.2, 40.32, 1000.0),
        (99.95, 0.0005, 21.6, 20.16, 2000.0),
        (99.99, 0.0001, 4.32, 4.032, 10_000.0),
        (99.999, 0.00001, 0.432, 0.4032, 100_000.0),
    ];
    for (percent, ratio, in_30_days, in_28_days, highest) in cases {
        let objective = objective(percent);
        same(objective.error_budget(), ratio);
        same(budget::minutes(objective, days(30)), in_30_days);
        same(budget::minutes(objective, days(28)), in_28_days);
        same(burn::highest(objective), highest);
        same(rate(&sum(7.0, 7.0), objective).unwrap(), highest);
    }
}

#[test]
fn an_objective_is_the_number_that_was_promised() {
    for (percent, ratio) in [(99.9, 0.999), (99.95, 0.9995), (99.99, 0.9999), (95.0, 0.95), (99.999, 0.99999)]
    {
        assert_eq!(objective(percent).ratio().to_string(), ratio.to_string());
        assert_eq!(objective(percent).percent().to_string(), percent.to_string());
    }
}

#[test]
fn an_objective_without_a_budget_is_refused() {
    for percent in [100.0, 100.1, 0.0, -1.0, f64::NAN, f64::INFINITY, 99.999_999_999_999] {
        assert_eq!(Objective::from_percent(percent), None, "{percent}");
    }
}

#[test]
fn burn_remaining_and_time_to_exhaustion_agree_with_the_goldens() {
    let objective = objective(99.9);
    let burning = rate(&sum(1.0, 100.0), objective).unwrap();
    same(burning, 10.0);
    same(left(1.0).exhausted_in(burning).unwrap().as_secs_f64(), days(3).as_secs_f64());
    same(left(0.25).exhausted_in(burning).unwrap().as_secs_f64(), 18.0 * 3600.0);
    let overspent = 1.0 - rate(&sum(1500.0, 1_000_000.0), objective).unwrap();
    same(overspent, -0.5);
    assert_eq!(Policy::default().status(overspent), BudgetStatus::Exhausted);
}

#[test]
fn without_events_nothing_is_known() {
    assert_eq!(rate(&sum(0.0, 0.0), objective(99.9)), None);
    assert_eq!(Standing::default().exhausted_in(1.0), None, "a budget of which nothing is known");
    assert_eq!(Spent::of(&sum(0.0, 0.0), &sum(0.0, 0.0), objective(99.9)).budget_share, None);
}

#[test]
fn a_budget_that_does_not_burn_or_is_gone_has_no_time_left_to_tell() {
    for (remaining, burn) in [(0.5, 0.0), (0.5, -1.0)] {
        assert_eq!(left(remaining).exhausted_in(burn), None, "{remaining} at {burn}");
    }
    for remaining in [0.0, -0.5] {
        assert_eq!(left(remaining).exhausted_in(5.0), Some(Duration::ZERO), "{remaining}: gone");
    }
    assert_eq!(left(1.0).exhausted_in(f64::MIN_POSITIVE), None, "longer than a Duration can say");
}

#[test]
fn budgets_are_weighted_by_events_not_by_buckets() {
    let buckets = [Counts { bad: 1.0, total: 2.0 }, Counts { bad: 0.0, total: 9998.0 }];
    let period = buckets.iter().fold(Sum::default(), |sum, counts| Sum {
        bad: sum.bad + counts.bad,
        total: sum.total + counts.total,
        ..sum
    });
    same(burn::error_ratio(&period).unwrap(), 0.0001);
}

#[test]
fn a_border_belongs_to_the_stricter_band() {
    let cases = [
        (1.0, BudgetStatus::Healthy),
        (0.500_1, BudgetStatus::Healthy),
        (0.5, BudgetStatus::Caution),
        (0.25, BudgetStatus::Warning),
        (0.1, BudgetStatus::Critical),
        (0.000_1, BudgetStatus::Critical),
        (0.0, BudgetStatus::Exhausted),
        (-999.0, BudgetStatus::Exhausted),
        (f64::NAN, BudgetStatus::Exhausted),
    ];
    for (remaining, status) in cases {
        assert_eq!(Policy::default().status(remaining), status, "{remaining}");
    }
}

#[test]
fn an_incident_spends_a_share_of_the_periods_budget() {
    let spent = Spent::of(&sum(300.0, 600.0), &sum(300.0, 1_000_000.0), objective(99.9));
    same(spent.budget_share.unwrap(), 0.3);
    assert_eq!((spent.bad, spent.total), (300.0, 600.0));
}

/// Which of the default factors can fire at an objective.
#[test]
fn a_factor_that_no_outage_reaches_is_dead() {
    let cases = [
        (80.0, [false, false, true, true]),
        (85.0, [false, true, true, true]),
        (90.0, [false, true, true, true]),
        (93.0, [false, true, true, true]),
        (95.0, [true, true, true, true]),
        (99.0, [true, true, true, true]),
    ];
    for (percent, live) in cases {
        let tiers = alert::default_tiers(days(30));
        let can: Vec<bool> = tiers.iter().map(|tier| tier.can_fire(objective(percent))).collect();
        assert_eq!(can, live, "{percent}");
    }
    let at_the_limit =
        Tier::burn(alert::Severity::Page, 10.0, Duration::from_hours(1), Duration::from_mins(5));
    assert!(!at_the_limit.can_fire(objective(90.0)), "a total outage only equals the factor");
}

/// Long and short windows of the four default tiers, in minutes.
#[test]
fn default_windows_grow_with_the_period_and_factors_stay() {
    let cases = [
        (30, [(60, 5), (360, 30), (1440, 120), (4320, 360)]),
        (28, [(56, 5), (336, 28), (1344, 112), (4032, 336)]),
        (90, [(180, 15), (1080, 90), (4320, 360), (12_960, 1080)]),
        (7, [(14, 1), (84, 7), (336, 28), (1008, 84)]),
        (1, [(2, 1), (12, 1), (48, 4), (144, 12)]),
        (0, [(1, 1), (1, 1), (1, 1), (1, 1)]),
    ];
    for (period, minutes) in cases {
        let tiers = alert::default_tiers(days(period));
        let windows: Vec<(u64, u64)> = tiers
            .iter()
            .filter_map(Tier::windows)
            .map(|(long, short)| (long.as_secs() / 60, short.as_secs() / 60))
            .collect();
        assert_eq!(windows, minutes, "{period} days");
        assert_eq!(tiers.iter().map(Tier::factor).collect::<Vec<_>>(), [14.4, 6.0, 3.0, 1.0].map(Some));
    }
}

#[test]
fn the_default_factors_spend_2_5_10_and_10_percent_of_a_30_day_budget() {
    let spent: Vec<f64> = alert::default_tiers(days(30))
        .iter()
        .map(|tier| tier.factor().unwrap() * tier.windows().unwrap().0.as_secs_f64() / days(30).as_secs_f64())
        .collect();
    for (found, wanted) in spent.into_iter().zip([0.02, 0.05, 0.1, 0.1]) {
        same(found, wanted);
    }
}
