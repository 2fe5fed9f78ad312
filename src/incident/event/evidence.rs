//! What was measured around an incident, kept with it.

use serde::{Deserialize, Serialize};

use crate::slo::Reading;
use crate::text::Time;

/// What was measured, kept with the incident so that its draft is the same a year later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// What it was taken for: `declared`, `phase`, `resolved`.
    pub moment: String,
    pub at: Time,
    pub readings: Vec<Reading>,
    /// Per SLO of the incident's services: what the incident has cost so far.
    pub spent: Vec<Spent>,
}

/// Events and error budget of one SLO between two instants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Spent {
    pub slo: String,
    pub from: Time,
    pub to: Time,
    pub bad: f64,
    pub total: f64,
    /// Share of the period's whole budget (1 is all of it); `None` without traffic.
    pub budget_share: Option<f64>,
}
