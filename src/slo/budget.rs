//! The error budget of a period: what is left of it and what that permits.

use serde::{Deserialize, Serialize};

/// The error budget of one SLO over its period, event-weighted and signed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Budget {
    /// Share of the budget that is left: 1 untouched, 0 spent, below 0 overspent.
    pub remaining: f64,
    pub status: BudgetStatus,
}

/// Bands of the error-budget policy (field manual §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetStatus {
    Healthy,
    Caution,
    Warning,
    Critical,
    Exhausted,
}
