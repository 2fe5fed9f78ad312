//! Telemetry health as an indicator of its own: may what the screen says be trusted at all?
//!
//! Told what every poll of a source came to; judges by age, coverage and heartbeat, never by hope.

mod coverage;
mod row;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use self::coverage::Coverage;
pub use self::row::TelemetryRow;
use crate::text::{Time, when};

/// Older data than this stops every automatic decision (field manual, section 1).
pub const TRUSTED_FOR: Duration = Duration::from_mins(1);

/// The kind of source that measures nothing, so that it is no SLO's default.
pub const ALERTMANAGER: &str = "alertmanager";

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
    /// Some of what was counted lacks data, as the source itself says; it was allowed to.
    pub is_partial: bool,
}

impl Pulse {
    /// Whether the source gave anything. One that nobody asks for an SLO need only be there.
    fn gave(&self) -> bool {
        self.error.is_none() && (self.answered > 0 || self.asked == 0)
    }
}

/// What is known of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceHealth {
    pub name: String,
    /// `prometheus`, `scrape`, `probe`, `alertmanager`.
    pub kind: &'static str,
    pub every: Duration,
    /// The last poll.
    pub pulse: Option<Pulse>,
    /// When it last gave anything.
    pub answered_at: Option<Time>,
    coverage: Coverage,
    /// It was said that it is not to be trusted.
    is_said: bool,
}

/// A source that began or ceased to be worth an automatic decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub source: String,
    pub trust: Trust,
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
    /// Everything has an answer, and some are counted although they lack data.
    PartialData,
    Sound,
}

impl Trust {
    /// Whether it gives something to go by.
    pub fn is_usable(self) -> bool {
        matches!(self, Self::Partial | Self::PartialData | Self::Sound)
    }

    pub fn word(self) -> &'static str {
        match self {
            Self::Silent => "SILENT",
            Self::Old => "OLD",
            Self::NoHeartbeat => "NO HEARTBEAT",
            Self::Partial => "partial",
            Self::PartialData => "partial data",
            Self::Sound => "ok",
        }
    }
}

impl SourceHealth {
    /// A source that was not polled yet.
    pub fn new(name: String, kind: &'static str, every: Duration) -> Self {
        let coverage = Coverage::default();
        Self { name, kind, every, pulse: None, answered_at: None, coverage, is_said: false }
    }

    pub fn heard(&mut self, pulse: Pulse) {
        let gave = pulse.gave();
        if gave {
            self.answered_at = Some(pulse.at);
        }
        self.coverage.polled(pulse.at, self.every, gave);
        self.pulse = Some(pulse);
    }

    pub fn trust(&self, now: Time) -> Trust {
        let (Some(pulse), Some(answered_at)) = (&self.pulse, self.answered_at) else { return Trust::Silent };
        let fresh = TRUSTED_FOR.max(self.every.saturating_mul(3));
        let beats = match pulse.heartbeat {
            Heartbeat::Unwatched => true,
            Heartbeat::Seen(at) => when::apart(at, now) <= fresh,
            Heartbeat::Missing => false,
        };
        // An answer from a time to come is as good as an old one: a clock was set back, and nobody knows
        // how old it is.
        if when::apart(answered_at, now) > fresh {
            Trust::Old
        } else if !beats {
            Trust::NoHeartbeat
        } else if pulse.answered < pulse.asked {
            Trust::Partial
        } else if pulse.is_partial {
            Trust::PartialData
        } else {
            Trust::Sound
        }
    }

    /// Whether an automatic decision may rest on it: it is usable, and what it gave is at most a minute old,
    /// however seldom it is polled.
    pub fn decides(&self, now: Time) -> bool {
        self.trust(now).is_usable() && self.age(now).is_some_and(|age| age <= TRUSTED_FOR)
    }

    /// Share of the hour before its last poll, as far as it was polled, in which it gave answers, `0..=1`;
    /// `None` before the first poll.
    pub fn coverage(&self) -> Option<f64> {
        self.coverage.share()
    }

    /// Its row as text.
    pub fn row(&self, now: Time) -> TelemetryRow {
        TelemetryRow::of(self, now)
    }

    /// Age of what it last gave; `None` when it never gave anything.
    pub fn age(&self, now: Time) -> Option<Duration> {
        self.answered_at.map(|at| when::apart(at, now))
    }
}

/// The health of every configured source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Telemetry {
    /// In the order of the configuration.
    sources: Vec<SourceHealth>,
}

impl Telemetry {
    /// Begins, or goes on, with these sources: name, kind, interval. The first is the default one.
    pub fn set_sources(&mut self, sources: impl IntoIterator<Item = (String, &'static str, Duration)>) {
        let old = std::mem::take(&mut self.sources).into_iter();
        let mut old: BTreeMap<String, SourceHealth> = old.map(|known| (known.name.clone(), known)).collect();
        let go_on = |(name, kind, every)| {
            let known = old.remove(&name).filter(|known| known.kind == kind);
            let known = known.unwrap_or_else(|| SourceHealth::new(name, kind, every));
            SourceHealth { every, ..known }
        };
        self.sources = sources.into_iter().map(go_on).collect();
    }

    /// What a poll came to. A source that is no longer configured is passed over.
    pub fn heard(&mut self, source: &str, pulse: Pulse) {
        if let Some(health) = self.sources.iter_mut().find(|known| known.name == source) {
            health.heard(pulse);
        }
    }

    pub fn sources(&self) -> impl ExactSizeIterator<Item = &SourceHealth> {
        self.sources.iter()
    }

    /// The source of a name; without one the default source: the first that measures.
    pub fn source(&self, name: Option<&str>) -> Option<&SourceHealth> {
        match name {
            Some(name) => self.sources.iter().find(|source| source.name == name),
            None => self.sources.iter().find(|source| source.kind != ALERTMANAGER),
        }
    }

    /// The sources that give nothing to go by now.
    pub fn distrusted(&self, now: Time) -> impl Iterator<Item = &SourceHealth> {
        self.sources.iter().filter(move |source| !source.trust(now).is_usable())
    }

    /// Whether an automatic decision may rest on a source now (`None`: the default one). A source that
    /// nobody knows decides nothing.
    pub fn decides(&self, source: Option<&str>, now: Time) -> bool {
        self.source(source).is_some_and(|source| source.decides(now))
    }

    /// The sources that turned since this was last asked, each way once. One that was never polled has
    /// not turned: it is only starting.
    pub fn turned(&mut self, now: Time) -> Vec<Turn> {
        let mut turned = Vec::new();
        for source in self.sources.iter_mut().filter(|source| source.pulse.is_some()) {
            let trust = source.trust(now);
            if source.is_said == trust.is_usable() {
                source.is_said = !trust.is_usable();
                turned.push(Turn { source: source.name.clone(), trust });
            }
        }
        turned
    }

    /// A row for every source, as text.
    pub fn rows(&self, now: Time) -> Vec<TelemetryRow> {
        self.sources.iter().map(|source| source.row(now)).collect()
    }
}
