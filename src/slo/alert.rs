//! Alert tiers: multi-window, multi-burn-rate, and the state each one is in.
//!
//! A tier fires when its long *and* its short window burn faster than its factor (Google SRE
//! Workbook, chapter 5); the four states name the four combinations.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::text::Time;

/// What a firing tier asks for: somebody now, or somebody in working hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Ticket,
    Page,
}

/// One row of a team's burn-rate alerting: fires when both windows burn faster than `factor`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tier {
    pub severity: Severity,
    /// Burn rate above which a window is over; strictly above.
    pub factor: f64,
    pub long: Duration,
    pub short: Duration,
    /// How long both must stay over before the tier fires; zero for at once.
    pub hold: Duration,
}

/// What a tier says now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierState {
    /// Neither window is over.
    Ok,
    /// Only the short window is over: it has just begun.
    Rising,
    /// Both are over and `hold` is still running.
    Pending,
    /// Both are over.
    Firing,
    /// Only the long window is over: the burn has stopped, its trace remains.
    Recovering,
    /// Too little of the windows was observed to say; neither fires nor resolves.
    Frozen,
}

/// A tier that changed its state, with the numbers that made it so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    pub slo: String,
    pub service: String,
    pub at: Time,
    pub severity: Severity,
    pub factor: f64,
    pub long_s: u64,
    pub short_s: u64,
    pub from: TierState,
    pub to: TierState,
    /// Burn rates over the two windows.
    pub long_burn: f64,
    pub short_burn: f64,
    /// Events of the long window.
    pub bad: f64,
    pub total: f64,
    /// Share of the period's error budget that is left, signed; `None` when it cannot be known.
    pub budget_remaining: Option<f64>,
}

impl Transition {
    /// Starts firing at page severity: somebody has to look now.
    pub fn pages(&self) -> bool {
        self.severity == Severity::Page && self.to == TierState::Firing
    }
}
