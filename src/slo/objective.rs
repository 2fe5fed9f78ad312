//! What is promised: an objective over a period, by an indicator, with its alerts and its owner.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::NaiveDate;

use super::alert::{Tier, default_tiers};
use super::calendar::Calendar;
use super::group::Group;
use super::sli::{Method, Sli};
use crate::text::Place;

/// The promised share of good events, above 0 and below 1 (0.999 for "99.9 %").
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Objective {
    ratio: f64,
    budget: f64,
}

impl Objective {
    /// `None` unless `0 < percent < 100`: an objective of 100 has no error budget to burn.
    pub fn from_percent(percent: f64) -> Option<Self> {
        // To twelve decimals: 99.9 / 100 is 0.9990000000000001, and 0.999 is what was promised.
        Self::from_ratio((percent * 1e10).round() / 1e12)
    }

    /// `None` unless `0 < ratio < 1`.
    pub fn from_ratio(ratio: f64) -> Option<Self> {
        // In binary 1 - 0.999 is a hair more than 0.001, and one of a thousand would not spend it all.
        let left = 1.0 - ratio;
        let budget = (left * 1e15).round() / 1e15;
        let budget = if budget > 0.0 { budget } else { left };
        (ratio > 0.0 && ratio < 1.0).then_some(Self { ratio, budget })
    }

    /// The share of good events, `0..1`.
    pub fn ratio(self) -> f64 {
        self.ratio
    }

    pub fn percent(self) -> f64 {
        (self.ratio * 1e12).round() / 1e10
    }

    /// The share of events that may be bad: `1 - objective`.
    #[inline]
    pub fn error_budget(self) -> f64 {
        self.budget
    }
}

/// Which kind of file an SLO was written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    #[default]
    Native,
    Sloth,
    Pyrra,
    OpenSlo,
}

impl Format {
    pub fn word(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Sloth => "sloth",
            Self::Pyrra => "pyrra",
            Self::OpenSlo => "openslo",
        }
    }
}

/// One service level objective as a team wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Slo {
    pub id: String,
    pub service: String,
    pub objective: Objective,
    /// Length of the budget's period. Of a calendar period its usual length: a month has 30 days.
    pub period: Duration,
    /// Where budgets begin anew on a calendar; `None` for a rolling period.
    pub calendar: Option<Calendar>,
    pub sli: Sli,
    pub method: Method,
    /// Labels by which it is split into rows; empty for one row.
    pub by: Vec<String>,
    /// Which of those rows this is. Empty as written; the evaluator makes the rows.
    pub group: Group,
    /// Alert tiers, the most urgent first. Empty: the defaults of the period.
    pub tiers: Vec<Tier>,
    /// Whether it alerts at all; where its file says no, there are no tiers, not even the defaults.
    pub alerting: bool,
    /// Low-traffic guard: a tier fires only when its long window holds at least this many events.
    pub min_events: f64,
    /// The source by name; `None` is the first one configured.
    pub source: Option<String>,
    /// The runbook for this SLO's alerts, by name, or its URL.
    pub runbook: Option<String>,
    /// critical, standard or minor.
    pub criticality: Option<String>,
    pub owner: Option<String>,
    /// What customers were promised; looser than the objective.
    pub sla: Option<Objective>,
    /// When it was or will be reviewed, as its owner wrote it.
    pub review: Option<NaiveDate>,
    /// Where that stands, if anywhere.
    pub review_at: Option<Place>,
    pub description: Option<String>,
    pub labels: BTreeMap<String, String>,
    /// Why no Prometheus and no scrape can ever measure it, as its file stands.
    pub unmeasurable: Option<String>,
    pub format: Format,
    pub defined_at: Place,
}

impl Slo {
    /// An SLO with nothing but its promise: default tiers, no group, no owner.
    pub fn new(
        id: impl Into<String>,
        service: impl Into<String>,
        objective: Objective,
        period: Duration,
        sli: Sli,
    ) -> Self {
        Self {
            id: id.into(),
            service: service.into(),
            objective,
            period,
            calendar: None,
            sli,
            method: Method::Occurrences,
            by: Vec::new(),
            group: Group::default(),
            tiers: Vec::new(),
            alerting: true,
            min_events: 0.0,
            source: None,
            runbook: None,
            criticality: None,
            owner: None,
            sla: None,
            review: None,
            review_at: None,
            description: None,
            labels: BTreeMap::new(),
            unmeasurable: None,
            format: Format::Native,
            defined_at: Place::default(),
        }
    }

    /// What sources are asked for: one indicator, or each component of a journey as `id/name`.
    pub fn indicators(&self) -> Vec<Indicator> {
        let indicator = |id: String, sli: &Sli, source: &Option<String>| Indicator {
            id,
            sli: sli.clone(),
            method: self.method,
            by: self.by.clone(),
            source: source.clone().or_else(|| self.source.clone()),
            history: self.history(),
        };
        match &self.sli {
            Sli::Journey(components) => components
                .iter()
                .map(|part| indicator(format!("{}/{}", self.id, part.name), &part.sli, &part.source))
                .collect(),
            sli => vec![indicator(self.id.clone(), sli, &None)],
        }
    }

    /// The tiers it is watched by: its own, else the defaults of its period, none where it does not alert.
    pub fn effective_tiers(&self) -> Vec<Tier> {
        match (self.alerting, self.tiers.is_empty()) {
            (false, _) => Vec::new(),
            (true, true) => default_tiers(self.period),
            (true, false) => self.tiers.clone(),
        }
    }

    /// How far back its numbers reach: the period, or the longest window of its tiers.
    pub fn history(&self) -> Duration {
        let windows = self.tiers.iter().filter_map(Tier::longest);
        let period = self.calendar.as_ref().map_or(self.period, Calendar::longest);
        windows.chain([period]).max().unwrap_or(self.period)
    }
}

/// What one source is asked for, poll by poll.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// The SLO's id, or `id/component`; answers come back under it.
    pub id: String,
    /// Never a journey.
    pub sli: Sli,
    pub method: Method,
    pub by: Vec<String>,
    /// The source by name; `None` is the first one configured.
    pub source: Option<String>,
    /// How much past is wanted of a source that has one.
    pub history: Duration,
}
