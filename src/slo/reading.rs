//! What is known of one SLO at one instant: the row on the screen, the object in `--json`.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::alert::{Severity, TierState};
use super::budget::Budget;
use super::objective::Slo;
use crate::text::Time;

/// The state of an SLO's row. Fails closed: without data nothing is ever `Ok`.
///
/// Ordered by precedence: where several hold, the first is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SloState {
    /// No configured source can answer its queries.
    Unmeasurable,
    NoData,
    Stale,
    /// Too little of the alert windows was observed.
    Frozen,
    Firing,
    Exhausted,
    Recovering,
    Pending,
    Rising,
    NoTraffic,
    Ok,
}

impl SloState {
    /// The word on the row; in capitals what wants somebody's eyes.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unmeasurable => "unmeasurable",
            Self::NoData => "no data",
            Self::Stale => "STALE",
            Self::Frozen => "frozen",
            Self::Firing => "FIRING",
            Self::Exhausted => "EXHAUSTED",
            Self::Recovering => "RECOVERING",
            Self::Pending => "PENDING",
            Self::Rising => "RISING",
            Self::NoTraffic => "no traffic",
            Self::Ok => "ok",
        }
    }
}

/// Whether the budget is weighted by events or, where a source has only ratios, by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    Events,
    Time,
}

/// The burn rate over one window; `None` when the window holds no events or is not observed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Burn {
    pub window_s: u64,
    pub rate: Option<f64>,
}

/// One alert tier of a reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TierReading {
    #[serde(default)]
    pub name: String,
    pub severity: Severity,
    /// Factor and windows of a burn-rate tier.
    pub factor: Option<f64>,
    pub long_s: Option<u64>,
    pub short_s: Option<u64>,
    pub state: TierState,
}

/// What a period holds when planned maintenance is not left out of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Unexcluded {
    pub bad: f64,
    pub total: f64,
    pub budget_remaining: Option<f64>,
}

/// Everything known of one SLO at `at`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    pub slo: String,
    pub service: String,
    pub at: Time,
    /// The promised share of good events, `0..1`.
    pub objective: f64,
    pub period_s: u64,
    pub state: SloState,
    /// Share of good events over the period.
    pub sli: Option<f64>,
    pub budget: Option<Budget>,
    /// Burn rates over every window the tiers name, the shortest first; those of the default tiers have room
    /// here.
    pub burn: SmallVec<[Burn; 8]>,
    /// Seconds until the budget is gone at the burn of the last hour; `None` when it is not burning.
    pub exhausted_in_s: Option<u64>,
    /// Events over the period.
    pub bad: f64,
    pub total: f64,
    /// Measured share of the period, `0..1`.
    pub coverage: f64,
    /// Age of the newest sample; `None` when there never was one.
    pub age_s: Option<u64>,
    pub weighting: Weighting,
    pub alerts: Vec<TierReading>,
    /// Why its alerts go to nobody now: planned maintenance, a deploy window.
    #[serde(default)]
    pub suppressed: Option<String>,
    /// The period with nothing left out, where something was.
    #[serde(default)]
    pub unexcluded: Option<Unexcluded>,
    /// How far the burn of the last hour is above that of the hour before.
    #[serde(default)]
    pub trend: Option<f64>,
    /// Why the last poll failed, when it did.
    pub error: Option<String>,
}

impl Reading {
    /// What is known of an SLO before anything was observed.
    pub fn no_data(slo: &Slo) -> Self {
        Self {
            slo: slo.id.clone(),
            service: slo.service.clone(),
            at: Time::UNIX_EPOCH,
            objective: slo.objective.ratio(),
            period_s: slo.period.as_secs(),
            state: SloState::NoData,
            sli: None,
            budget: None,
            burn: SmallVec::new(),
            exhausted_in_s: None,
            bad: 0.0,
            total: 0.0,
            coverage: 0.0,
            age_s: None,
            weighting: if slo.sli.has_events() { Weighting::Events } else { Weighting::Time },
            alerts: Vec::new(),
            suppressed: None,
            unexcluded: None,
            trend: None,
            error: None,
        }
    }

    /// The burn rate over one of the windows its tiers name.
    pub fn burn_over(&self, window: Duration) -> Option<f64> {
        self.burn.iter().find(|burn| burn.window_s == window.as_secs()).and_then(|burn| burn.rate)
    }
}
