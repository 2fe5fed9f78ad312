//! The error budget of a period: what is left of it and what that permits.
//!
//! Signed and event-weighted: overspending shows as less than nothing, a quiet night weighs little.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::objective::Objective;
use super::series::Sum;

/// The error budget of one SLO over its period, event-weighted and signed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// Share of the budget that is left: 1 untouched, 0 spent, below 0 overspent.
    pub remaining: f64,
    pub status: BudgetStatus,
}

/// Minutes of total outage that spend a whole budget: `period * (1 - objective)`; 43.2 for 99.9 %
/// over 30 d.
pub fn minutes(objective: Objective, period: Duration) -> f64 {
    period.as_secs_f64() / 60.0 * objective.error_budget()
}

/// Where a budget stands within its period.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Standing {
    /// Share of the whole period's budget that is spent; above 1 where it is overspent, `None` where it is
    /// not known.
    pub consumed: Option<f64>,
    /// The whole period.
    pub length: Duration,
    /// Until the budget begins anew; `None` where it rolls on.
    pub left: Option<Duration>,
}

impl Standing {
    /// Time until the budget is gone at a burn rate, `remaining * period / burn`; zero when it is. `None`
    /// when nothing burns, or when it begins anew before.
    pub fn exhausted_in(&self, burn: f64) -> Option<Duration> {
        let remaining = 1.0 - self.consumed?;
        if remaining <= 0.0 {
            return Some(Duration::ZERO);
        }
        if burn <= 0.0 {
            return None;
        }
        let gone = Duration::try_from_secs_f64(remaining * self.length.as_secs_f64() / burn).ok()?;
        self.left.is_none_or(|left| gone < left).then_some(gone)
    }
}

/// What a stretch of time took out of the budget.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    pub bad: f64,
    pub total: f64,
    /// Share of the period's whole budget, `bad / ((1 - objective) * events of the period)`; above 1
    /// where it took more than there is. `None` when the period held no events.
    pub budget_share: Option<f64>,
}

impl Spent {
    /// What `stretch` took out of the budget of `period`.
    pub fn of(stretch: &Sum, period: &Sum, objective: Objective) -> Self {
        let whole = objective.error_budget() * period.total;
        let budget_share = (whole > 0.0).then(|| stretch.bad / whole);
        Self { bad: stretch.bad, total: stretch.total, budget_share }
    }
}

/// Bands of the error-budget policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetStatus {
    Healthy,
    Caution,
    Warning,
    Critical,
    Exhausted,
}
