//! What can be known to be wrong with an SLO, or odd about it, whatever file it was written in.
//!
//! Judges values, never reads a file; whether a source can answer is not known here. What is odd names
//! the key it is about: the reader of a format knows where that key stands.

use std::time::Duration;

use chrono::TimeDelta;

use super::alert::{Tier, default_tiers};
use super::burn;
use super::objective::{Format, Objective, Slo};
use super::sli::Query;
use crate::text::{Place, Problem, Time};

const DAY: Duration = Duration::from_hours(24);
const LONGEST_PERIOD: Duration = Duration::from_hours(366 * 24);
/// Longest name of an SLO or a service.
const LONGEST_NAME: usize = 253;
/// A review is due every quarter (field manual, section 1).
const QUARTER: TimeDelta = TimeDelta::days(92);

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

/// Something odd about one key of an SLO, as `[[slo]]` calls it: `objective`, `sla`, `factor`.
pub(super) type Doubt = (&'static str, Flaw);

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
        let way_out = format!("objectives are in percent: write {}", (percent * 1e12).round() / 1e10);
        Flaw::new("objective-range", format!("{percent} % promises almost nothing"), way_out)
    } else {
        let what = format!("{percent} is no percentage to promise");
        Flaw::new("objective-range", what, "write the percentage of good events, like 99.9")
    })
}

/// A period is 1 d to 366 d.
pub fn is_period(period: Duration) -> bool {
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
fn highest_burn(objective: Objective) -> f64 {
    (burn::highest(objective) * 10.0).round() / 10.0
}

/// What a loaded SLO makes one doubt, at the place where it is defined. Factors below one are those of
/// a catalogue, and nobody's slip: 30 d factors over 28 d come to 0.93.
pub fn review(slo: &Slo) -> Vec<Problem> {
    let own = slo.tiers.iter().flat_map(|own| {
        let named = |(key, flaw): Doubt| {
            ("tiers", Flaw { what: format!("{}: {key} {}", own.name, flaw.what), ..flaw })
        };
        let doubts = tier(own, slo.objective, slo.period).into_iter();
        doubts.filter(|(_, flaw)| flaw.rule != "factor-below-one").map(named)
    });
    // Sloth's factors come from a catalogue, and are doubted where it stands.
    let of_catalogue = |doubt: &Doubt| slo.format == Format::Sloth && doubt.1.rule != "tier-never-fires";
    let own = own.filter(|doubt| !of_catalogue(doubt));
    let has_defaults = slo.alerting && slo.tiers.is_empty();
    let defaults = if has_defaults { defaults(slo.objective, slo.period) } else { None };
    problems(slo, slo.sla.and_then(|sla| promised(sla, slo.objective)).into_iter().chain(own).chain(defaults))
}

/// What a check of the file asks besides: a runbook for every alert, a review that is not long past.
pub fn due(slo: &Slo, now: Time) -> Vec<Problem> {
    let is_mute = slo.runbook.is_none() && slo.unmeasurable.is_none() && slo.alerting;
    let mute = is_mute.then(|| {
        let what = "is missing: its alerts lead to no runbook";
        ("runbook", Flaw::new("no-runbook", what, "name one, so that whoever is paged knows what to do"))
    });
    let old = slo.review.filter(|date| now.date_naive() - *date > QUARTER).map(|date| {
        let what = format!("{date} is more than a quarter ago");
        ("review", Flaw::new("review-old", what, "review it, and write the new date"))
    });
    let at = |doubt: &Doubt| slo.review_at.clone().filter(|_| doubt.0 == "review");
    mute.into_iter().chain(old).map(|doubt| problem(slo, at(&doubt), doubt)).collect()
}

fn problems(slo: &Slo, doubts: impl Iterator<Item = Doubt>) -> Vec<Problem> {
    doubts.map(|doubt| problem(slo, None, doubt)).collect()
}

/// A doubt at its place; without one where the SLO is defined.
fn problem(slo: &Slo, place: Option<Place>, (key, flaw): Doubt) -> Problem {
    let what = format!("slo.{}.{key}: {}", slo.id, flaw.what);
    let place = place.unwrap_or_else(|| slo.defined_at.clone());
    Problem::warning(place, flaw.rule, what).way_out(flaw.way_out)
}

/// An SLA is looser than its SLO: the team must be warned before the customer is.
pub(super) fn promised(sla: Objective, objective: Objective) -> Option<Doubt> {
    let percent = sla.percent();
    let what = format!("{percent} is not looser than the objective: it breaks before anybody is paged");
    (percent >= objective.percent() - 1e-9)
        .then(|| ("sla", Flaw::new("sla-not-looser", what, "raise the objective above it")))
}

/// What keeps a tier from doing its work: its `factor`, its `long` window.
pub(super) fn tier(tier: &Tier, objective: Objective, period: Duration) -> Vec<Doubt> {
    let Some((factor, (long, _))) = tier.factor().zip(tier.windows()) else { return Vec::new() };
    let beyond = (long > period).then(|| {
        let what = "the window is longer than the SLO's period";
        ("long", Flaw::new("window-beyond-period", what, "shorten it, or lengthen the period"))
    });
    factor_of(tier, factor, objective).into_iter().chain(beyond).collect()
}

fn factor_of(tier: &Tier, factor: f64, objective: Objective) -> Option<Doubt> {
    if factor < 1.0 {
        let what = format!("{factor} alerts on a burn that the budget can bear for the whole period");
        return Some(("factor", Flaw::new("factor-below-one", what, "write 1 or more")));
    }
    (!tier.can_fire(objective)).then(|| {
        let what = format!("{}x can never fire: {}", rounded(factor), at_most(objective));
        ("factor", Flaw::new("tier-never-fires", what, "use a smaller factor, or leave the tier out"))
    })
}

/// Default tiers that can never fire.
pub(super) fn defaults(objective: Objective, period: Duration) -> Option<Doubt> {
    let tiers = default_tiers(period);
    let dead = tiers.iter().filter(|tier| !tier.can_fire(objective)).filter_map(Tier::factor);
    let dead: Vec<String> = dead.map(|factor| format!("{}x", rounded(factor))).collect();
    let dead = (!dead.is_empty()).then(|| dead.join(" and "))?;
    let what = format!("the default alert at {dead} can never fire: {}", at_most(objective));
    Some(("objective", Flaw::new("tier-never-fires", what, "write tiers with smaller factors")))
}

fn at_most(objective: Objective) -> String {
    format!("even a total outage burns {}x", highest_burn(objective))
}

/// Factors that were computed end in digits nobody wrote.
fn rounded(factor: f64) -> f64 {
    (factor * 1e6).round() / 1e6
}
