//! What somebody looks at in one SLO: the range, the baseline, the section, the chart's cursor.

use std::time::Duration;

use crate::text::{Time, when};

/// Steps of a chart's cursor over a whole range, whatever the chart's width.
pub const STEPS: usize = 60;

/// One SLO looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Id of the row.
    pub slo: String,
    pub baseline: Baseline,
    pub section: Section,
    /// Steps of the chart's cursor before the newest, below [`STEPS`]; `None` where it is off.
    pub back: Option<usize>,
}

impl Detail {
    pub fn of(slo: impl Into<String>) -> Self {
        Self { slo: slo.into(), baseline: Baseline::default(), section: Section::Now, back: None }
    }

    /// Moves the cursor towards the past, or with a negative number towards now; past the newest step it
    /// goes off.
    pub fn look_back(&mut self, by: isize) {
        let next = self.back.map_or(-1, usize::cast_signed).saturating_add(by);
        self.back = usize::try_from(next).ok().map(|back| back.min(STEPS - 1));
    }
}

/// How far back charts reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Range {
    #[default]
    Hour,
    SixHours,
    Day,
    Week,
    Month,
}

impl Range {
    pub const ALL: [Self; 5] = [Self::Hour, Self::SixHours, Self::Day, Self::Week, Self::Month];

    pub fn length(self) -> Duration {
        match self {
            Self::Hour => Duration::from_hours(1),
            Self::SixHours => Duration::from_hours(6),
            Self::Day => Duration::from_hours(24),
            Self::Week => Duration::from_hours(7 * 24),
            Self::Month => Duration::from_hours(30 * 24),
        }
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::SixHours => "6h",
            Self::Day => "1d",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    /// The next longer one; the longest stays.
    #[must_use]
    pub fn longer(self) -> Self {
        Self::ALL[(self as usize + 1).min(Self::ALL.len() - 1)]
    }

    /// The next shorter one; the shortest stays.
    #[must_use]
    pub fn shorter(self) -> Self {
        Self::ALL[(self as usize).saturating_sub(1)]
    }

    /// Where it begins, seen from `now`.
    pub fn from(self, now: Time) -> Time {
        when::before(now, self.length())
    }
}

/// What is drawn behind the curve to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Baseline {
    #[default]
    None,
    Yesterday,
    LastWeek,
}

impl Baseline {
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::None => Self::Yesterday,
            Self::Yesterday => Self::LastWeek,
            Self::LastWeek => Self::None,
        }
    }

    /// How long before it lies, and what it is called.
    pub fn before(self) -> Option<(Duration, &'static str)> {
        match self {
            Self::None => None,
            Self::Yesterday => Some((Duration::from_hours(24), "yesterday")),
            Self::LastWeek => Some((Duration::from_hours(7 * 24), "last week")),
        }
    }
}

/// A part of the page, in the order in which one wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// What users feel, the state, the budget, the burn, and the curve.
    Now,
    /// Rate, errors, durations and loads of the service.
    Signals,
    Alerts,
    /// Objective, period, agreement, review; the budget's policy.
    Promise,
    /// Owner, criticality, runbook, labels.
    People,
    /// Queries, source, coverage, exclusions, and where it is written.
    Measurement,
}

impl Section {
    pub const ALL: [Self; 6] =
        [Self::Now, Self::Signals, Self::Alerts, Self::Promise, Self::People, Self::Measurement];

    /// The section `by` further down; the ends stay.
    #[must_use]
    pub fn step(self, by: isize) -> Self {
        Self::ALL[(self as usize).saturating_add_signed(by).min(Self::ALL.len() - 1)]
    }
}
