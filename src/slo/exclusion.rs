//! Stretches of time that were agreed not to count: planned maintenance, deploy windows.

use crate::text::Time;

/// What a stretch was planned for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Planned {
    Maintenance,
    Deploy,
}

/// A planned stretch of a service's time, open at its start, closed at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Exclusion {
    pub service: String,
    pub from: Time,
    pub to: Time,
    pub kind: Planned,
    /// What for, in its planner's words.
    pub why: String,
}
