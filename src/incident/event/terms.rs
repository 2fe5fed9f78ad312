//! The terms an incident's clocks run on: business hours, deadlines, the escalation ladder. What was
//! configured when it was declared is kept with it, so that a later edit rewrites no history.

use std::fmt;
use std::str::FromStr;

use chrono::Weekday;
use serde::{Deserialize, Serialize};

use crate::text::Time;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// A step of the escalation ladder, L1 the first. Stored as its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Level {
    L1,
    L2,
    L3,
    L4,
    L5,
}

impl Level {
    pub const ALL: [Self; 5] = [Self::L1, Self::L2, Self::L3, Self::L4, Self::L5];

    /// `1..=5`.
    pub fn number(self) -> u8 {
        self as u8 + 1
    }

    /// Who stands there (field manual, escalation ladder).
    pub fn title(self) -> &'static str {
        match self {
            Self::L1 => "primary on-call",
            Self::L2 => "secondary on-call",
            Self::L3 => "engineering manager",
            Self::L4 => "director or VP",
            Self::L5 => "executive",
        }
    }

    /// When they are called, with the manual's figures.
    pub fn when(self) -> &'static str {
        match self {
            Self::L1 => "the alert fires",
            Self::L2 => "no acknowledgement by L1",
            Self::L3 => "no acknowledgement by L1 or L2, or SEV1",
            Self::L4 => "SEV1, customers still feel it",
            Self::L5 => "SEV1 goes on, or a breach",
        }
    }

    /// How long after its cause a level is called, in seconds.
    pub fn after_s(self) -> u64 {
        match self {
            Self::L1 => 0,
            Self::L2 => 10 * MINUTE,
            Self::L3 => 15 * MINUTE,
            Self::L4 => 30 * MINUTE,
            Self::L5 => HOUR,
        }
    }

    /// How long a level has to acknowledge, in seconds.
    pub fn acknowledge_s(self) -> u64 {
        match self {
            Self::L1 | Self::L2 => 5 * MINUTE,
            Self::L3 => 10 * MINUTE,
            Self::L4 => 15 * MINUTE,
            Self::L5 => 30 * MINUTE,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("L{}", self.number()))
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.number()
    }
}

impl TryFrom<u8> for Level {
    type Error = String;
    fn try_from(number: u8) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|level| level.number() == number);
        found.ok_or_else(|| format!("level: {number}: unknown (use L1 to L5)"))
    }
}

impl FromStr for Level {
    type Err = String;
    /// Reads `2` or `L2`.
    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim().trim_start_matches(['l', 'L']).parse::<u8>();
        let found = number.ok().and_then(|number| Self::try_from(number).ok());
        found.ok_or_else(|| format!("level: {text}: unknown (use L1 to L5)"))
    }
}

/// When people work: whole minutes of the local day, some days of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hours {
    /// Name of the time zone; one nobody knows counts as UTC.
    pub zone: String,
    /// Minute of the day, `0..1440`, and a later one.
    pub from: u32,
    pub to: u32,
    pub days: Vec<Weekday>,
}

impl Default for Hours {
    /// Monday to Friday, 9 to 17, UTC.
    fn default() -> Self {
        use Weekday::{Fri, Mon, Thu, Tue, Wed};
        Self { zone: "UTC".to_owned(), from: 9 * 60, to: 17 * 60, days: vec![Mon, Tue, Wed, Thu, Fri] }
    }
}

/// How long an incident's clocks run, and who stands on its ladder. Seconds throughout.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    pub hours: Hours,
    /// The first response on SEV1 and on SEV2, in wall time.
    pub respond_sev1_s: u64,
    pub respond_sev2_s: u64,
    /// On SEV3, in business time; SEV4 has until the next business day.
    pub respond_sev3_s: u64,
    /// On SEV1 and SEV2: the first public post, the one that tells the scope after it, and the round of
    /// the executives. `None`: nobody asked for it.
    pub first_post_s: Option<u64>,
    pub scope_post_s: Option<u64>,
    pub executives_s: Option<u64>,
    /// From the resolution of a SEV1 or SEV2 to its published postmortem.
    pub postmortem_s: u64,
    /// Levels somebody is named for, or whose figures are not the manual's.
    pub ladder: Vec<Rung>,
}

impl Default for Terms {
    /// The field manual's figures, nobody named.
    fn default() -> Self {
        Self {
            hours: Hours::default(),
            respond_sev1_s: 15 * MINUTE,
            respond_sev2_s: 30 * MINUTE,
            respond_sev3_s: 4 * HOUR,
            first_post_s: None,
            scope_post_s: None,
            executives_s: None,
            postmortem_s: 48 * HOUR,
            ladder: Vec::new(),
        }
    }
}

impl Terms {
    pub fn rung(&self, level: Level) -> Option<&Rung> {
        self.ladder.iter().find(|rung| rung.level == level)
    }
}

/// One configured level of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    pub level: Level,
    #[serde(default)]
    pub who: Option<String>,
    /// The outbox target that reaches them.
    #[serde(default)]
    pub target: Option<String>,
    #[serde(default)]
    pub after_s: Option<u64>,
    #[serde(default)]
    pub acknowledge_s: Option<u64>,
}

/// Somebody was called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    pub level: Level,
    pub who: String,
    pub why: String,
}

/// Who was called has answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    pub level: Level,
    pub who: String,
}

/// One round of one clock is put off, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snooze {
    /// The clock's name: `update`, `respond`, `L2`, `task-3`.
    pub clock: String,
    /// When the round began that is put off; the next one runs as ever.
    pub round: Time,
    pub until: Time,
}

/// Something to be looked at again, without an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recheck {
    pub what: String,
    pub due_at: Time,
}
