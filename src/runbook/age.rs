//! How long ago a runbook was reviewed and tested, by the dates that it carries on top.

use chrono::NaiveDate;

use super::step::Runbook;
use crate::text::Time;

/// A runbook that nobody reviewed or tested for longer than this is stale.
pub const STALE_DAYS: i64 = 90;

/// What a runbook says of one of its dates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Age {
    /// It has no such date.
    Missing,
    /// What stands there is no date.
    Malformed(String),
    /// Days since that day; below 0 where it is yet to come.
    Days(i64),
}

impl Age {
    /// When somebody last read it through and found it right.
    pub fn reviewed(runbook: &Runbook, now: Time) -> Self {
        Self::of(runbook, ["reviewed", "last_reviewed"], now)
    }

    /// When somebody last walked it.
    pub fn tested(runbook: &Runbook, now: Time) -> Self {
        Self::of(runbook, ["tested", "last_tested"], now)
    }

    fn of(runbook: &Runbook, keys: [&str; 2], now: Time) -> Self {
        let Some(text) = keys.iter().find_map(|key| runbook.meta(key)) else { return Self::Missing };
        match text.trim().parse::<NaiveDate>() {
            Ok(day) => Self::Days((now.date_naive() - day).num_days()),
            Err(_) => Self::Malformed(text.to_owned()),
        }
    }

    /// Why it is not to be trusted blindly, in a word or two; `None` of a fresh one.
    pub fn warning(&self) -> Option<String> {
        match self {
            Self::Days(days) if *days > STALE_DAYS => Some(format!("stale {days}d")),
            Self::Days(_) => None,
            Self::Missing | Self::Malformed(_) => Some("no review".to_owned()),
        }
    }
}
