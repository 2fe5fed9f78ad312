//! Our numbers beside those that Sloth's and Pyrra's rules have recorded for the same SLO, and why the
//! two differ.
//!
//! What is asked of the server and what its answer means is here; nobody is asked.

mod pyrra;
mod sloth;
mod why;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::Serialize;

pub use why::Why;

use super::alert::{Severity, TierState};
use super::evaluator::Evaluator;
use super::group::Group;
use super::objective::Slo;
use super::reading::Reading;
use super::series::Sum;
use crate::text::{Time, when};

/// Marks what is not a recorded series itself: `evaluated` and `began`.
const MARK: &str = "warroom_parity";
/// Ratios and counts that differ by less, relative, are the same number: `rate()` reaches to the edges
/// of its window by guessing.
const CLOSE: f64 = 0.01;
/// Shares of a budget that differ by less are the same.
const CLOSE_SHARE: f64 = 0.005;

/// Whose rules recorded a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    Sloth,
    Pyrra,
}

/// One series as the server has it now, its name among its labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

impl Recorded {
    fn label(&self, name: &str) -> &str {
        self.labels.get(name).map_or("", String::as_str)
    }

    /// Its metric's name; empty for what is marked.
    fn name(&self) -> &str {
        if self.labels.contains_key(MARK) { "" } else { self.label("__name__") }
    }

    fn mark(&self) -> &str {
        self.label(MARK)
    }
}

/// What we know of an SLO.
#[derive(Debug, Clone, Copy)]
pub struct Ours<'a> {
    slo: &'a Slo,
    reading: &'a Reading,
    evaluator: &'a Evaluator,
}

/// One number of ours beside theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub tool: Tool,
    /// What is compared: `error ratio 5m`, `budget remaining`.
    pub what: String,
    pub ours: Option<f64>,
    /// NaN where the series is.
    pub theirs: Option<f64>,
    /// Why they differ; `None` where they agree.
    pub why: Option<Why>,
}

impl Row {
    /// Theirs less ours, where both are numbers.
    pub fn difference(&self) -> Option<f64> {
        self.theirs.zip(self.ours).map(|(theirs, ours)| theirs - ours).filter(|by| by.is_finite())
    }
}

/// The one query that finds everything recorded for an SLO.
pub fn query(slo: &Slo) -> String {
    [sloth::query(slo), pyrra::query(slo)].join(" or ")
}

/// Every number that was recorded and that we have too, for one row: of a grouped SLO what was recorded
/// of its group. Nothing for an SLO that nobody records.
pub fn compare(ours: &Ours<'_>, recorded: &[Recorded]) -> Vec<Row> {
    [sloth::rows(ours, recorded), pyrra::rows(ours, recorded)].concat()
}

/// The groups of a grouped SLO that were recorded and of which we have no row.
pub fn strangers(evaluator: &Evaluator, id: &str, recorded: &[Recorded]) -> BTreeSet<Group> {
    let Some(spec) = evaluator.slo(id) else { return BTreeSet::new() };
    let known: BTreeSet<&Group> = Ours::all(evaluator, id).iter().map(|ours| &ours.slo.group).collect();
    let of_groups = recorded.iter().filter(|series| series.is_of_group(&spec.by));
    let groups: BTreeSet<Group> = of_groups.map(|series| series.group(&spec.by)).collect();
    groups.into_iter().filter(|group| !known.contains(group)).collect()
}

impl<'a> Ours<'a> {
    /// The rows of an SLO as of the last evaluation, one for each group where it is grouped.
    pub fn all(evaluator: &'a Evaluator, id: &str) -> Vec<Self> {
        let row = |reading: &'a Reading| {
            let slo = evaluator.slo(&reading.slo)?;
            let is_row = slo.group.row_id(id) == slo.id && slo.by.is_empty() == slo.group.is_empty();
            is_row.then_some(Self { slo, reading, evaluator })
        };
        evaluator.readings().iter().filter_map(row).collect()
    }

    /// The id of the row.
    pub fn id(&self) -> &'a str {
        &self.slo.id
    }

    /// Of what a tool recorded, the series of this row's group and those of all groups.
    fn own<'r>(&self, recorded: &[&'r Recorded]) -> Vec<&'r Recorded> {
        let by = &self.slo.by;
        let is_own = |series: &&Recorded| {
            !series.is_of_group(by) && series.is_common() || series.group(by) == self.slo.group
        };
        recorded.iter().copied().filter(is_own).collect()
    }

    /// Whether a tool records one series for all of our groups.
    fn is_alone_split(&self, recorded: &[&Recorded]) -> bool {
        let by = &self.slo.by;
        let measured = || recorded.iter().filter(|series| series.mark().is_empty() && !series.is_common());
        !by.is_empty() && measured().next().is_some() && !measured().any(|series| series.is_of_group(by))
    }

    /// What the window of a length before the evaluation held.
    fn window(&self, length: Duration) -> Sum {
        let from = when::before(self.at(), length);
        let held = self.evaluator.slices(&self.slo.id, from, self.at(), 1);
        held.first().copied().unwrap_or_default()
    }

    fn at(&self) -> Time {
        self.reading.at
    }

    fn error_budget(&self) -> f64 {
        self.slo.objective.error_budget()
    }

    /// The states of its tiers of a severity.
    fn tiers(&self, severity: Severity) -> Vec<TierState> {
        let tiers = self.reading.alerts.iter().filter(|tier| tier.severity == severity);
        tiers.map(|tier| tier.state).collect()
    }
}

impl Recorded {
    /// Whether it carries one of the labels that tell groups apart.
    fn is_of_group(&self, by: &[String]) -> bool {
        by.iter().any(|name| !self.label(name).is_empty())
    }

    fn group(&self, by: &[String]) -> Group {
        Group::new(by.iter().map(|name| (name.clone(), self.label(name).to_owned())))
    }

    /// Whether it is a promise, which is the same for every group.
    fn is_common(&self) -> bool {
        sloth::PROMISES.contains(&self.name()) || pyrra::PROMISES.contains(&self.name())
    }
}

/// 1 while any of some tiers fires, 0 while none does; `None` while that cannot be told.
fn firing(tiers: &[TierState]) -> Option<f64> {
    if tiers.contains(&TierState::Firing) {
        return Some(1.0);
    }
    (!tiers.is_empty() && !tiers.contains(&TierState::Frozen)).then_some(0.0)
}

/// The share of bad events; `None` without events.
fn ratio(sum: Sum) -> Option<f64> {
    (sum.total > 0.0).then(|| sum.bad / sum.total)
}

fn is_close(ours: f64, theirs: f64, within: f64) -> bool {
    let off = (ours - theirs).abs();
    off <= within * ours.abs().max(theirs.abs()) || off < 1e-9
}

/// A text as it stands between the quotes of a matcher.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
