//! The severity matrix.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

/// How bad an incident is; SEV1 is the worst. Stored and printed as its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Severity {
    Sev1,
    Sev2,
    Sev3,
    Sev4,
}

/// When the next status update is due after the last one: early end and late end of the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    pub due: Duration,
    pub overdue: Duration,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Sev1, Self::Sev2, Self::Sev3, Self::Sev4];

    /// `1..=4`.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// What the severity means, for help and prompts.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Sev1 => "complete outage, data loss, breach or revenue hit, for all or most users",
            Self::Sev2 => "large segment degraded, core function impaired, workarounds exist",
            Self::Sev3 => "small subset of users, non-critical function",
            Self::Sev4 => "cosmetic, no meaningful impact",
        }
    }

    /// What it obliges to: who answers by when, who hears of it, how often.
    pub fn obliges(self) -> &'static str {
        match self {
            Self::Sev1 => {
                "respond within 15 min, update every 15 to 30 min, escalate to VP / C-level, war room"
            }
            Self::Sev2 => {
                "respond within 30 min, update every 30 to 60 min, escalate to engineering leads, on-call managers"
            }
            Self::Sev3 => "respond within 4 business hours, update daily, escalate to on-call and team lead",
            Self::Sev4 => "respond the next business day, update on resolution, ticket only",
        }
    }

    /// How often stakeholders hear news; `None` for SEV4, which speaks on resolution only.
    pub fn cadence(self) -> Option<Cadence> {
        let (due, overdue) = match self {
            Self::Sev1 => (15 * MINUTE, 30 * MINUTE),
            Self::Sev2 => (30 * MINUTE, 60 * MINUTE),
            Self::Sev3 => (DAY, DAY),
            Self::Sev4 => return None,
        };
        Some(Cadence { due: Duration::from_secs(due), overdue: Duration::from_secs(overdue) })
    }

    /// SEV1 wants every role filled, each by a different person.
    pub fn wants_full_roster(self) -> bool {
        self == Self::Sev1
    }

    /// SEV1 and SEV2 always get a postmortem.
    pub fn wants_postmortem(self) -> bool {
        self <= Self::Sev2
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SEV{}", self.number())
    }
}

impl From<Severity> for u8 {
    fn from(severity: Severity) -> Self {
        severity.number()
    }
}

impl TryFrom<u8> for Severity {
    type Error = String;
    fn try_from(number: u8) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|severity| severity.number() == number)
            .ok_or_else(|| format!("severity: {number}: unknown (use 1 to 4)"))
    }
}

impl FromStr for Severity {
    type Err = String;
    /// Reads `1`, `sev1` or `SEV-1`.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.trim().to_ascii_lowercase();
        let digits = digits.trim_start_matches("sev").trim_start_matches('-');
        digits
            .parse::<u8>()
            .ok()
            .and_then(|number| Self::try_from(number).ok())
            .ok_or_else(|| format!("severity: {text}: unknown (use 1 to 4)"))
    }
}
