//! The alert tiers of an `[[slo]]`: its own or the defaults, and beside them its policies.

use std::collections::BTreeSet;
use std::time::Duration;

use super::policies;
use crate::slo::alert::default_tiers;
use crate::slo::{Objective, Severity, Tier, lint};
use crate::text::fields::{Fields, Report};

const KEYS: &[&str] = &["name", "severity", "factor", "long", "short", "for"];

/// What the tiers of one SLO are judged against.
#[derive(Clone, Copy)]
pub(super) struct Promise {
    objective: Objective,
    pub(super) period: Duration,
    /// How long a test must hold where a tier does not say it.
    pub(super) hold: Duration,
}

/// The tiers, the most urgent first. Empty: the defaults for the period.
pub(super) fn read(fields: &mut Fields<'_>, objective: Objective, period: Duration) -> Vec<Tier> {
    let hold = fields.span("for").unwrap_or_default();
    let promise = Promise { objective, period, hold };
    let policies = policies::read(fields, promise);
    let mut tiers = if fields.has("tiers") {
        written(fields, promise)
    } else if policies.is_empty() && hold.is_zero() {
        return Vec::new();
    } else {
        default_tiers(period).into_iter().map(|tier| Tier { hold, ..tier }).collect()
    };
    tiers.extend(policies);
    let factor = |tier: &Tier| tier.factor().unwrap_or_default();
    tiers.sort_by(|a, b| b.severity.cmp(&a.severity).then(factor(b).total_cmp(&factor(a))));
    refuse_second_names(fields, &tiers);
    tiers
}

fn written(fields: &mut Fields<'_>, promise: Promise) -> Vec<Tier> {
    let elements = fields.elements("tiers");
    if elements.is_empty() && !fields.has("policies") {
        fields.wrong("tiers", "bad-value", "names no tier", "leave it out to have the defaults");
    }
    let mut tiers = Vec::with_capacity(elements.len());
    for element in elements {
        let path = fields.path(&format!("tiers[{}]", element.index));
        let mut report = Report::default();
        tiers.extend(tier(&mut Fields::element(fields.document, element, path, &mut report), promise));
        fields.report.absorb(report, true);
    }
    tiers
}

/// A transition names its tier: two of one name could not be told apart.
fn refuse_second_names(fields: &mut Fields<'_>, tiers: &[Tier]) {
    let mut names = BTreeSet::new();
    for tier in tiers.iter().filter(|tier| !names.insert(tier.name.as_str())) {
        let what = format!("two are called {:?}", tier.name);
        let key = if fields.has("tiers") { "tiers" } else { "policies" };
        fields.wrong(key, "duplicate", what, "give one of them another name");
    }
}

fn tier(fields: &mut Fields<'_>, promise: Promise) -> Option<Tier> {
    fields.only(KEYS);
    for (key, example) in
        [("severity", "\"page\""), ("factor", "14.4"), ("long", "\"1h\""), ("short", "\"5m\"")]
    {
        if !fields.has(key) {
            fields.missing(key, example);
        }
    }
    let severity = severity(fields);
    let (factor, long, short) = (fields.number("factor"), fields.span("long"), fields.span("short"));
    let hold = fields.span("for").unwrap_or(promise.hold);
    let name = fields.text("name");
    let (factor, long, short) = (factor?, long?, short?);
    check(fields, factor, long, short);
    let tier = Tier { hold, ..Tier::burn(severity?, factor, long, short) };
    if factor > 0.0 {
        doubt(fields, &tier, promise);
    }
    Some(match name {
        Some(name) => tier.named(name),
        None => tier,
    })
}

pub(super) fn severity(fields: &mut Fields<'_>) -> Option<Severity> {
    match fields.word("severity", &["page", "ticket"])? {
        "page" => Some(Severity::Page),
        _ => Some(Severity::Ticket),
    }
}

fn check(fields: &mut Fields<'_>, factor: f64, long: Duration, short: Duration) {
    if factor <= 0.0 {
        fields.wrong("factor", "bad-value", "a burn rate is above 0", "write a factor like 14.4");
    }
    if short.is_zero() {
        fields.wrong("short", "bad-value", "a window is longer than nothing", "write a span like 5m");
    } else if short >= long {
        let what = "the short window is not shorter than the long one";
        fields.wrong("short", "bad-value", what, "a twelfth of long is usual");
    }
}

fn doubt(fields: &mut Fields<'_>, tier: &Tier, promise: Promise) {
    for (key, flaw) in lint::tier(tier, promise.objective, promise.period) {
        fields.doubt(key, flaw.rule, flaw.what, flaw.way_out);
    }
}
