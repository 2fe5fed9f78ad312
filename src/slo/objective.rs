//! What is promised: an objective over a period, and the queries that measure it.

use std::time::Duration;

use super::alert::Tier;
use super::series::Counts;
use crate::text::Place;

/// The promised share of good events, above 0 and below 1 (0.999 for "99.9 %").
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Objective(f64);

impl Objective {
    /// `None` unless `0 < percent < 100`: an objective of 100 has no error budget to burn.
    pub fn from_percent(percent: f64) -> Option<Self> {
        // To twelve decimals: 99.9 / 100 is 0.9990000000000001, and 0.999 is what was promised.
        let ratio = (percent * 1e10).round() / 1e12;
        (ratio > 0.0 && ratio < 1.0).then_some(Self(ratio))
    }

    /// The share of good events, `0..1`.
    pub fn ratio(self) -> f64 {
        self.0
    }

    pub fn percent(self) -> f64 {
        (self.0 * 1e12).round() / 1e10
    }

    /// The share of events that may be bad: `1 - objective`.
    pub fn error_budget(self) -> f64 {
        1.0 - self.0
    }
}

/// How a source is asked for one number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// A bare vector selector of counters, `name{label="value"}`: the source takes its increase.
    Selector(String),
    /// PromQL with the hole `{{.window}}` for the range; only a Prometheus can answer it.
    PromQl(String),
}

impl Query {
    /// Text with a `{{` hole is PromQL, anything else is a bare selector.
    pub fn parse(text: &str) -> Self {
        let text = text.trim().to_owned();
        if text.contains("{{") { Self::PromQl(text) } else { Self::Selector(text) }
    }

    pub fn text(&self) -> &str {
        match self {
            Self::Selector(text) | Self::PromQl(text) => text,
        }
    }
}

/// What is counted: the first query of the pair against all events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sli {
    Bad { bad: Query, total: Query },
    Good { good: Query, total: Query },
}

impl Sli {
    /// The query that tells good from bad, whichever of the two it counts.
    pub fn part(&self) -> &Query {
        match self {
            Self::Bad { bad, .. } => bad,
            Self::Good { good, .. } => good,
        }
    }

    pub fn total(&self) -> &Query {
        match self {
            Self::Bad { total, .. } | Self::Good { total, .. } => total,
        }
    }

    /// Bad of total events, from what the two queries counted.
    pub fn judge(&self, part: f64, total: f64) -> Judged {
        if !is_countable(part) || !is_countable(total) {
            return Judged::Uncountable;
        }
        let part_of_total = part.min(total);
        let bad = match self {
            Self::Bad { .. } => part_of_total,
            Self::Good { .. } => total - part_of_total,
        };
        let counts = Counts { bad, total };
        if part > total * (1.0 + OVERSHOOT) { Judged::Capped(counts) } else { Judged::Sound(counts) }
    }
}

/// More events than this in one tile are garbage: next to them a single event could not be told apart.
const COUNTABLE: f64 = 1e15;
/// How far a part may exceed its total, relative, before it is worth a word: sums of floats in a
/// different order differ by less.
const OVERSHOOT: f64 = 1e-9;

/// What two counts are worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Judged {
    Sound(Counts),
    /// The part was more than the total; it was capped at the total.
    Capped(Counts),
    /// NaN, infinite, negative or absurdly large: not a count.
    Uncountable,
}

fn is_countable(count: f64) -> bool {
    (0.0..=COUNTABLE).contains(&count)
}

/// One service level objective as a team wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Slo {
    pub id: String,
    pub service: String,
    pub objective: Objective,
    pub period: Duration,
    pub sli: Sli,
    /// Alert tiers, the most urgent first.
    pub tiers: Vec<Tier>,
    /// Low-traffic guard: a tier fires only when its long window holds at least this many events.
    pub min_events: f64,
    /// The source by name; `None` is the first one configured.
    pub source: Option<String>,
    /// The runbook for this SLO's alerts, by name.
    pub runbook: Option<String>,
    /// critical, standard or minor.
    pub criticality: Option<String>,
    pub owner: Option<String>,
    pub defined_at: Place,
}
