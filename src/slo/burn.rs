//! How fast an error budget burns.
//!
//! Arithmetic only: a rate that cannot be known is `None`, never zero.

use super::objective::Objective;
use super::series::Sum;

/// Share of events that were bad, `0..=1`; `None` when there were no events.
#[inline]
pub fn error_ratio(sum: &Sum) -> Option<f64> {
    (sum.total > 0.0).then(|| (sum.bad / sum.total).clamp(0.0, 1.0))
}

/// Burn rate of a share of bad events: `(bad / total) / (1 - objective)` (Google SRE Workbook, chapter 5).
/// 1 spends the budget exactly over the period, `1 / (1 - objective)` is a total outage.
#[inline]
pub fn of(ratio: f64, objective: Objective) -> f64 {
    ratio / objective.error_budget()
}

/// The highest burn rate there is, that of a total outage: `1 / (1 - objective)`.
pub fn highest(objective: Objective) -> f64 {
    of(1.0, objective)
}
