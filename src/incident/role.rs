//! The roles of the incident command system.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A seat in the incident. One holder each, except for subject matter experts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Ic,
    Deputy,
    Comms,
    Ops,
    Sme,
    Scribe,
}

impl Role {
    pub const ALL: [Self; 6] = [Self::Ic, Self::Deputy, Self::Comms, Self::Ops, Self::Sme, Self::Scribe];

    /// The word of the command line and of the journal.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ic => "ic",
            Self::Deputy => "deputy",
            Self::Comms => "comms",
            Self::Ops => "ops",
            Self::Sme => "sme",
            Self::Scribe => "scribe",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Ic => "incident commander",
            Self::Deputy => "deputy commander",
            Self::Comms => "communications lead",
            Self::Ops => "operations lead",
            Self::Sme => "subject matter expert",
            Self::Scribe => "scribe",
        }
    }

    /// What the role does, in one line.
    pub fn does(self) -> &'static str {
        match self {
            Self::Ic => "decides severity, escalation and strategy; delegates; does not debug",
            Self::Deputy => "shadows the commander, takes over on long incidents",
            Self::Comms => "status page, stakeholders, support",
            Self::Ops => "executes the mitigations the commander directs",
            Self::Sme => "advises in a domain; does not decide",
            Self::Scribe => "records events, decisions and actions as they happen",
        }
    }

    /// Several people may advise at once; every other seat has one holder at most.
    pub fn several(self) -> bool {
        self == Self::Sme
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.word() == text.to_ascii_lowercase())
            .ok_or_else(|| format!("role: {text}: unknown (one of ic, deputy, comms, ops, sme, scribe)"))
    }
}
