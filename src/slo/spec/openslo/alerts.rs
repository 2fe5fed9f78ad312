//! OpenSLO's alert policies and conditions as tiers.

use std::time::Duration;

use super::Shelf;
use crate::slo::spec::part::Part;
use crate::slo::spec::{runbook, span};
use crate::slo::{Severity, Tier};

/// Severities that ask for somebody now; any other is a ticket.
const PAGES: [&str; 9] = ["page", "critical", "high", "emergency", "urgent", "sev1", "sev2", "p1", "p2"];
/// The short window is this part of the long one, as in the SRE Workbook.
const SHORT: u32 = 12;

/// What the policies of an SLO say together.
pub(super) struct Alerts {
    /// Whether anybody is alerted; not where each policy says that it does not alert on a breach.
    pub(super) alerting: bool,
    /// Empty: the defaults of the period, for an SLO without policies.
    pub(super) tiers: Vec<Tier>,
    pub(super) runbook: Option<String>,
}

pub(super) fn read<'a>(spec: Part<'a>, shelf: &Shelf<'a>) -> Alerts {
    let policies: Vec<Part<'_>> =
        spec.list("alertPolicies").into_iter().filter_map(|part| policy(part, shelf)).collect();
    let breaching = |policy: &Part<'_>| spec_of(*policy).flag("alertWhenBreaching") != Some(false);
    let (alerting, silent): (Vec<_>, Vec<_>) = policies.into_iter().partition(breaching);
    let mut tiers: Vec<Tier> = Vec::new();
    for (condition, tier) in alerting.iter().flat_map(|policy| tiers_of(*policy, shelf)) {
        if tiers.iter().any(|known| known.name == tier.name) {
            condition.doubt("duplicate", format!("there is already an alert {:?}", tier.name), "rename one");
        } else {
            tiers.push(tier);
        }
    }
    let factor = |tier: &Tier| tier.factor().unwrap_or_default();
    tiers.sort_by(|a, b| b.severity.cmp(&a.severity).then(factor(b).total_cmp(&factor(a))));
    let named = |policy: &Part<'_>| runbook(&policy.map("metadata")?.labels("annotations"));
    Alerts {
        alerting: silent.is_empty() || !alerting.is_empty(),
        tiers,
        runbook: alerting.iter().find_map(named),
    }
}

/// The document of a policy: a name, `{alertPolicyRef: name}`, or the document itself.
fn policy<'a>(part: Part<'a>, shelf: &Shelf<'a>) -> Option<Part<'a>> {
    resolved(part, "alertPolicyRef", "AlertPolicy", shelf)
}

fn resolved<'a>(part: Part<'a>, key: &str, kind: &str, shelf: &Shelf<'a>) -> Option<Part<'a>> {
    let reference = if part.is_map() { part.get(key) } else { Some(part) };
    let Some(reference) = reference else { return Some(part) };
    match shelf.follow(kind, reference) {
        Ok(document) => Some(document),
        Err(why) => {
            let way_out = "load the file that holds it; an SLO without alerts of its own has the defaults";
            reference.doubt("unresolved-reference", why, way_out);
            None
        }
    }
}

fn spec_of(document: Part<'_>) -> Part<'_> {
    document.map("spec").unwrap_or(document)
}

fn tiers_of<'a>(policy: Part<'a>, shelf: &Shelf<'a>) -> Vec<(Part<'a>, Tier)> {
    let conditions = spec_of(policy).list("conditions");
    let documents =
        conditions.into_iter().filter_map(|part| resolved(part, "conditionRef", "AlertCondition", shelf));
    documents.filter_map(|document| Some((document, tier(document)?))).collect()
}

/// A burn-rate condition. The standard has one window; the short one is ours, so that an alert ends
/// soon after the burn does.
fn tier(document: Part<'_>) -> Option<Tier> {
    let spec = spec_of(document);
    let condition =
        spec.need_map("condition", "{kind: burnrate, op: gte, threshold: 2, lookbackWindow: 1h}")?;
    let (kind, op) = (condition.peek("kind"), condition.peek("op"));
    if !kind.eq_ignore_ascii_case("burnrate") || !matches!(op, "" | "gt" | "gte") {
        let what = format!("a condition of kind {kind:?} and op {op:?} is passed over");
        condition.doubt("unknown-condition", what, "burnrate with gt or gte is watched");
        return None;
    }
    let factor = condition.need("threshold", "2").and_then(Part::number);
    let long = condition.need("lookbackWindow", "1h").and_then(|part| part.span(span::openslo));
    let hold = condition.get("alertAfter").map_or(Some(Duration::ZERO), |part| part.span(span::openslo));
    let (factor, long) = (factor?, long?);
    if factor <= 0.0 || long.is_zero() {
        condition.wrong("bad-value", "a burn rate and its window are above 0", "write threshold: 2");
        return None;
    }
    let short = (long / SHORT).max(Duration::from_mins(1)).min(long);
    let severity = severity(spec.peek("severity"));
    let name = document.map("metadata").map_or("", |metadata| metadata.peek("name"));
    let tier = Tier { hold: hold?, ..Tier::burn(severity, factor, long, short) };
    Some(if name.is_empty() { tier } else { tier.named(format!("{} {name}", severity.word())) })
}

fn severity(word: &str) -> Severity {
    if PAGES.contains(&word.to_ascii_lowercase().as_str()) { Severity::Page } else { Severity::Ticket }
}
