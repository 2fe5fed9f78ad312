//! What is asked of a service beside its SLOs: RED for it (rate, errors, duration), USE for what it
//! runs on (utilisation, saturation, errors), written out or from a named preset.
//!
//! Selectors are texts here; whether a source can answer them is checked where they are read.

mod catalogue;
pub mod draft;

pub use catalogue::{Names, Preset, find, names};

use super::signal::Link;
use crate::text::Place;

/// One service, and what its signals are made from. Every selector is a bare one.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    pub name: String,
    /// The source by name; `None` is the first one configured.
    pub source: Option<String>,
    /// A counter of requests (or jobs, or messages).
    pub requests: Option<String>,
    /// Those of them that failed.
    pub errors: Option<String>,
    pub duration: Option<Histogram>,
    pub loads: Vec<Load>,
    /// Where its logs and its traces are looked at.
    pub logs: Option<Link>,
    pub traces: Option<Link>,
    pub defined_at: Place,
}

impl Service {
    /// A service of which nothing is asked yet.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            source: None,
            requests: None,
            errors: None,
            duration: None,
            loads: Vec::new(),
            logs: None,
            traces: None,
            defined_at: Place::default(),
        }
    }

    /// The counter of its requests: the one named, else what its histogram has counted.
    pub fn counted(&self) -> Option<String> {
        self.requests.clone().or_else(|| self.duration.as_ref().map(|times| times.part("_count")))
    }
}

/// A classic histogram of durations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// Its base name with its matchers: `http_request_duration_seconds{service="checkout"}`.
    pub base: String,
    /// What its bounds are in.
    pub unit: Tick,
}

/// What the bounds of a histogram are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tick {
    Seconds,
    Milliseconds,
}

impl Tick {
    /// What a metric's name says of it; seconds where it says nothing.
    pub fn of(metric: &str) -> Self {
        let millis = ["_milliseconds", "_ms"].iter().any(|ending| metric.ends_with(ending));
        if millis { Self::Milliseconds } else { Self::Seconds }
    }

    /// One of it, in seconds.
    pub fn seconds(self) -> f64 {
        match self {
            Self::Seconds => 1.0,
            Self::Milliseconds => 1e-3,
        }
    }

    /// A span of so many seconds as its bounds write it.
    pub fn bound(self, seconds: f64) -> f64 {
        (seconds / self.seconds() * 1e9).round() / 1e9
    }
}

impl Histogram {
    /// The selector of one of its parts, `_bucket` or `_count`.
    pub fn part(&self, suffix: &str) -> String {
        let (name, matchers) = match self.base.find('{') {
            Some(open) => self.base.split_at(open),
            None => (self.base.as_str(), ""),
        };
        format!("{}{suffix}{matchers}", name.trim_end())
    }
}

/// How full, how busy or how far behind something is.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// What is loaded: `cpu`, `queue`, `pool`. Unique in its service.
    pub name: String,
    pub value: String,
    pub kind: LoadKind,
    pub across: Across,
    pub full: Full,
    /// The value is what is left, not what is taken.
    pub left: bool,
    /// What a value without a `full` is in; empty for a bare count.
    pub unit: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadKind {
    Gauge,
    /// A counter; its increase a second is meant.
    Rate,
}

/// How several series come to one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Across {
    /// Added up; a share is the sum of the values by the sum of what is full.
    Sum,
    /// The highest; a share is taken series by series, of the same labels.
    Worst,
}

/// What the value of a load is held against.
#[derive(Debug, Clone, PartialEq)]
pub enum Full {
    /// Nothing: it is shown as it is.
    Open,
    At(f64),
    /// Series, added up: `redis_keyspace_hits_total` and `…_misses_total` are all look-ups.
    Series(Vec<String>),
}

impl Load {
    /// Whether its number is a share, `0..=1` when all is well.
    pub fn is_share(&self) -> bool {
        self.full != Full::Open
    }
}
