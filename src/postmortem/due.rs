//! Whether an incident owes a postmortem. Says why, decides nothing else.

use super::facts::worst_severity;
use super::words::Share;
use crate::incident::event::{Evidence, Spent};
use crate::incident::{EventKind, Incident};

/// Share of a period's error budget that one event may spend without being looked into.
const BUDGET_SHARE: f64 = 0.30;

/// Why a postmortem is due, in a phrase; `None` when the rules that can be told from events do not
/// ask for one. Data loss, near misses and repeats are for people to see. A drill has its debrief.
pub fn due(incident: &Incident) -> Option<String> {
    if incident.drill {
        return None;
    }
    let worst = worst_severity(incident);
    if worst.wants_postmortem() {
        let was = if worst == incident.severity { "is" } else { "was" };
        return Some(format!("it {was} {worst}"));
    }
    let evidence = last_evidence(incident)?;
    spent_much(evidence).or_else(|| broke_promise(evidence))
}

fn last_evidence(incident: &Incident) -> Option<&Evidence> {
    let kept =
        incident.timeline.iter().filter(|entry| !entry.struck).filter_map(|entry| match &entry.event.kind {
            EventKind::EvidenceKept(evidence) => Some((entry.event.seq, evidence)),
            _ => None,
        });
    kept.max_by_key(|(seq, _)| *seq).map(|(_, evidence)| evidence)
}

fn spent_much(evidence: &Evidence) -> Option<String> {
    let share = |spent: &Spent| spent.budget_share.unwrap_or_default();
    let costliest = evidence.spent.iter().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let spent = share(costliest);
    (spent > BUDGET_SHARE)
        .then(|| format!("it spent {} of the error budget of {}", Share(spent), costliest.slo))
}

fn broke_promise(evidence: &Evidence) -> Option<String> {
    let touched = |slo: &str| evidence.spent.iter().any(|spent| spent.slo == slo && spent.bad > 0.0);
    let broken = evidence.readings.iter().find(|reading| {
        touched(&reading.slo) && reading.budget.is_some_and(|budget| budget.remaining <= 0.0)
    })?;
    Some(format!("the SLO {} is broken: its error budget is gone", broken.slo))
}
