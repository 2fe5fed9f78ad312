//! Telemetry health as an indicator of its own: may what the screen says be trusted at all?
//!
//! Told what every poll of a source came to; judges by age, coverage and heartbeat, never by hope.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::text::{Time, when};

/// Older data than this stops every automatic decision (field manual, section 1).
pub const TRUSTED_FOR: Duration = Duration::from_secs(60);

/// What a source's heartbeat series says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heartbeat {
    /// The configuration names none.
    Unwatched,
    /// Seen at this instant, by the source's own clock.
    Seen(Time),
    /// The series is gone.
    Missing,
}

/// What one poll of a source came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Pulse {
    pub at: Time,
    /// How long it took, on the wall.
    pub took: Duration,
    /// Indicators that were asked for, and how many of them have an answer.
    pub asked: usize,
    pub answered: usize,
    pub heartbeat: Heartbeat,
    /// Why the source as a whole gave nothing.
    pub error: Option<String>,
    /// What was odd but cost nothing. Raw text.
    pub warnings: Vec<String>,
}

/// What is known of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceHealth {
    pub name: String,
    /// `prometheus`, `scrape`, `probe`.
    pub kind: &'static str,
    pub every: Duration,
    /// The last poll.
    pub pulse: Option<Pulse>,
    /// When it last gave anything.
    pub answered_at: Option<Time>,
}

/// How much a source is worth now; the first that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Never gave anything.
    Silent,
    /// Its newest answer is older than a minute, or three polls.
    Old,
    /// Its heartbeat series is gone, or older than a minute.
    NoHeartbeat,
    /// Some of what was asked has no answer.
    Partial,
    Sound,
}

impl Trust {
    /// Whether an automatic decision may rest on it.
    pub fn decides(self) -> bool {
        matches!(self, Self::Partial | Self::Sound)
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Silent => "SILENT",
            Self::Old => "OLD",
            Self::NoHeartbeat => "NO HEARTBEAT",
            Self::Partial => "partial",
            Self::Sound => "ok",
        }
    }
}

impl SourceHealth {
    pub fn trust(&self, now: Time) -> Trust {
        let (Some(pulse), Some(answered_at)) = (&self.pulse, self.answered_at) else { return Trust::Silent };
        let fresh = TRUSTED_FOR.max(self.every.saturating_mul(3));
        let beats = match pulse.heartbeat {
            Heartbeat::Unwatched => true,
            Heartbeat::Seen(at) => when::since(at, now) <= fresh,
            Heartbeat::Missing => false,
        };
        if when::since(answered_at, now) > fresh {
            Trust::Old
        } else if !beats {
            Trust::NoHeartbeat
        } else if pulse.answered < pulse.asked {
            Trust::Partial
        } else {
            Trust::Sound
        }
    }

    /// Age of what it last gave; `None` when it never gave anything.
    pub fn age(&self, now: Time) -> Option<Duration> {
        self.answered_at.map(|at| when::since(at, now))
    }
}

/// The health of every configured source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Telemetry {
    sources: BTreeMap<String, SourceHealth>,
}

impl Telemetry {
    /// Begins, or goes on, with these sources: name, kind, interval.
    pub fn set_sources(&mut self, sources: impl IntoIterator<Item = (String, &'static str, Duration)>) {
        let mut old = std::mem::take(&mut self.sources);
        self.sources = sources
            .into_iter()
            .map(|(name, kind, every)| {
                let known = old.remove(&name).filter(|known| known.kind == kind);
                let fresh = SourceHealth { name: name.clone(), kind, every, pulse: None, answered_at: None };
                (name, known.map_or(fresh, |known| SourceHealth { every, ..known }))
            })
            .collect();
    }

    pub fn heard(&mut self, source: &str, pulse: Pulse) {
        if let Some(health) = self.sources.get_mut(source) {
            if pulse.error.is_none() && pulse.answered > 0 {
                health.answered_at = Some(pulse.at);
            }
            health.pulse = Some(pulse);
        }
    }

    pub fn sources(&self) -> impl ExactSizeIterator<Item = &SourceHealth> {
        self.sources.values()
    }

    /// The sources on which no automatic decision may rest now.
    pub fn distrusted(&self, now: Time) -> impl Iterator<Item = &SourceHealth> {
        self.sources.values().filter(move |source| !source.trust(now).decides())
    }
}
