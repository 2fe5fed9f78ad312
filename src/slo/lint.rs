//! What works but probably not as meant, in an SLO of any format.
//!
//! Says what is odd and about which key; the reader of a format knows where that key stands. What can
//! be known from the SLO alone is in [`slo`] and [`tier`], what a review of the file asks in [`review`].

use std::time::Duration;

use chrono::TimeDelta;

use super::alert::{Tier, default_tiers};
use super::burn;
use super::objective::{Objective, Slo};
use crate::text::{Place, Problem, Time};

/// A review is due every quarter (field manual, section 1).
const QUARTER: TimeDelta = TimeDelta::days(92);

/// Something odd about one key of an SLO.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// As `[[slo]]` calls it: `objective`, `sla`, `factor`.
    pub key: &'static str,
    /// Stable kebab-case name of the rule.
    pub rule: &'static str,
    pub what: String,
    pub way_out: &'static str,
}

impl Finding {
    fn new(key: &'static str, rule: &'static str, what: impl Into<String>, way_out: &'static str) -> Self {
        Self { key, rule, what: what.into(), way_out }
    }

    /// As people read it: where it stands, and which SLO it is about.
    pub fn problem(&self, place: Place, slo: &str) -> Problem {
        let what = format!("slo.{slo}.{}: {}", self.key, self.what);
        Problem::warning(place, self.rule, what).way_out(self.way_out)
    }
}

/// Everything odd about an SLO: its SLA and its tiers.
pub fn slo(slo: &Slo) -> Vec<Finding> {
    let own = slo.tiers.iter().flat_map(|own| {
        let named = |finding: Finding| Finding {
            key: "tiers",
            what: format!("{}: {} {}", own.name, finding.key, finding.what),
            ..finding
        };
        tier(own, slo.objective, slo.period).into_iter().map(named)
    });
    let defaults = if slo.tiers.is_empty() { defaults(slo.objective, slo.period) } else { None };
    sla(slo).into_iter().chain(own).chain(defaults).collect()
}

/// An SLA is looser than its SLO: the team must be warned before the customer is.
pub fn sla(slo: &Slo) -> Option<Finding> {
    let promised = slo.sla?.percent();
    let what = format!("{promised} is not looser than the objective: it breaks before anybody is paged");
    let tighter = promised >= slo.objective.percent() - 1e-9;
    tighter.then(|| Finding::new("sla", "sla-not-looser", what, "raise the objective above it"))
}

/// What keeps a tier from doing its work; keys are `factor` and `long`.
pub fn tier(tier: &Tier, objective: Objective, period: Duration) -> Vec<Finding> {
    let Some((factor, (long, _))) = tier.factor().zip(tier.windows()) else { return Vec::new() };
    let beyond = (long > period).then(|| {
        let what = "the window is longer than the SLO's period";
        Finding::new("long", "window-beyond-period", what, "shorten it, or lengthen the period")
    });
    factor_of(tier, factor, objective).into_iter().chain(beyond).collect()
}

fn factor_of(tier: &Tier, factor: f64, objective: Objective) -> Option<Finding> {
    if factor < 1.0 {
        let what = format!("{factor} alerts on a burn that the budget can bear for the whole period");
        return Some(Finding::new("factor", "factor-below-one", what, "write 1 or more"));
    }
    (!tier.can_fire(objective)).then(|| {
        let highest = highest_burn(objective);
        let what = format!("{factor} can never fire: even a total outage burns {highest}x");
        Finding::new("factor", "tier-never-fires", what, "use a smaller factor, or leave the tier out")
    })
}

/// Default tiers that can never fire.
pub fn defaults(objective: Objective, period: Duration) -> Option<Finding> {
    let dead: Vec<String> = default_tiers(period)
        .iter()
        .filter(|tier| !tier.can_fire(objective))
        .filter_map(Tier::factor)
        .map(|factor| factor.to_string())
        .collect();
    let highest = highest_burn(objective);
    let dead = (!dead.is_empty()).then(|| dead.join("x and "))?;
    let what = format!("the default alert at {dead}x can never fire: even a total outage burns {highest}x");
    Some(Finding::new("objective", "tier-never-fires", what, "write tiers with smaller factors"))
}

/// What a review of the file asks besides: a runbook for every alert, a date that is not long past.
pub fn review(slo: &Slo, now: Time) -> Vec<Finding> {
    let no_runbook = slo.runbook.is_none().then(|| {
        let what = "is missing: its alerts lead to no runbook";
        Finding::new("runbook", "no-runbook", what, "name one, or give its URL")
    });
    let old = slo.review.filter(|date| now.date_naive() - *date > QUARTER).map(|date| {
        let what = format!("{date} is more than a quarter ago");
        Finding::new("review", "review-old", what, "review it, and write the new date")
    });
    no_runbook.into_iter().chain(old).collect()
}

/// A window of nothing but bad events burns at `1 / budget`; to one decimal.
fn highest_burn(objective: Objective) -> f64 {
    (burn::highest(objective) * 10.0).round() / 10.0
}
