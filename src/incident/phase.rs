//! The lifecycle of an incident.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where the work stands. Phases may overlap or go back; each change is an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    Detection,
    Triage,
    Mitigation,
    Resolution,
    FollowUp,
}

impl Phase {
    pub const ALL: [Self; 5] =
        [Self::Detection, Self::Triage, Self::Mitigation, Self::Resolution, Self::FollowUp];

    pub fn word(self) -> &'static str {
        match self {
            Self::Detection => "detection",
            Self::Triage => "triage",
            Self::Mitigation => "mitigation",
            Self::Resolution => "resolution",
            Self::FollowUp => "follow-up",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Phase {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|phase| phase.word() == text.to_ascii_lowercase()).ok_or_else(|| {
            format!("phase: {text}: unknown (one of detection, triage, mitigation, resolution, follow-up)")
        })
    }
}

/// Open is "not resolved"; resolved is not closed: late notes stay possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    Resolved,
    Closed,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
        }
    }
}
