//! What can be known to be wrong with an SLO from its text alone, whatever file it was written in.
//!
//! Judges values, never reads a file; whether a source can answer is not known here.

use std::time::Duration;

use super::alert::Tier;
use super::objective::{Objective, Slo};
use super::sli::Query;
use crate::text::Problem;

const DAY: Duration = Duration::from_hours(24);
const LONGEST_PERIOD: Duration = Duration::from_hours(366 * 24);
/// Longest name of an SLO or a service.
const LONGEST_NAME: usize = 253;

/// Something wrong with a value: the rule, what is wrong, and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flaw {
    pub(super) rule: &'static str,
    pub(super) what: String,
    pub(super) way_out: String,
}

impl Flaw {
    pub(super) fn new(rule: &'static str, what: impl Into<String>, way_out: impl Into<String>) -> Self {
        Self { rule, what: what.into(), way_out: way_out.into() }
    }
}

/// The objective of so many percent, more than 1 and less than 100.
pub(super) fn promise(percent: f64) -> Result<Objective, Flaw> {
    if percent > 1.0
        && percent < 100.0
        && let Some(objective) = Objective::from_percent(percent)
    {
        return Ok(objective);
    }
    Err(if percent > 1.0 && percent <= 100.0 {
        let what = format!("{percent} leaves no error budget: one bad event breaks it for good");
        Flaw::new("objective-100", what, "promise less, like 99.99")
    } else if percent > 0.0 && percent <= 1.0 {
        let way_out = format!("objectives are in percent: write {}", percent * 100.0);
        Flaw::new("objective-range", format!("{percent} % promises almost nothing"), way_out)
    } else {
        let what = format!("{percent} is no percentage to promise");
        Flaw::new("objective-range", what, "write the percentage of good events, like 99.9")
    })
}

/// A period is 1 d to 366 d.
pub(super) fn is_period(period: Duration) -> bool {
    (DAY..=LONGEST_PERIOD).contains(&period)
}

/// A name people type and files are called by: no blanks, nothing that needs quoting.
pub(super) fn is_plain_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.len() <= LONGEST_NAME
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
}

/// Whether two queries are the same but for blanks: an SLI of them is always 0 or 1.
pub(super) fn is_same(part: &Query, total: &Query) -> bool {
    let squeezed = |query: &Query| query.text().split_whitespace().collect::<String>();
    squeezed(part) == squeezed(total)
}

/// A window of nothing but bad events burns at `1 / budget`: the highest burn there is, to one decimal.
pub(super) fn highest_burn(objective: Objective) -> f64 {
    (10.0 / objective.error_budget()).round() / 10.0
}

/// Which of the tiers no burn can exceed, in words; `None` where each of them can fire.
pub(super) fn dead_tiers(tiers: &[Tier], objective: Objective) -> Option<String> {
    let dead = tiers.iter().filter(|tier| !tier.can_fire(objective)).filter_map(Tier::factor);
    let dead: Vec<String> = dead.map(|factor| format!("{}x", (factor * 1e6).round() / 1e6)).collect();
    (!dead.is_empty()).then(|| {
        format!(
            "{} can never fire: even a total outage burns {}x",
            dead.join(" and "),
            highest_burn(objective)
        )
    })
}

/// What a loaded SLO makes one doubt, at the place where it is defined: tiers that can never fire, and
/// alerts that do not say what to do.
pub fn review(slo: &Slo) -> Vec<Problem> {
    let tiers = slo.effective_tiers();
    let doubt = |rule, what: String, way_out: &str| {
        Problem::warning(slo.defined_at.clone(), rule, format!("{}: {what}", slo.id)).way_out(way_out)
    };
    let dead = dead_tiers(&tiers, slo.objective).map(|what| {
        doubt("tier-never-fires", format!("the alert at {what}"), "promise more, or use smaller factors")
    });
    let is_mute = slo.runbook.is_none() && slo.unmeasurable.is_none() && !tiers.is_empty();
    let mute = is_mute.then(|| {
        let what = "its alerts name no runbook".to_owned();
        doubt("no-runbook", what, "name one, so that whoever is paged knows what to do")
    });
    dead.into_iter().chain(mute).collect()
}
