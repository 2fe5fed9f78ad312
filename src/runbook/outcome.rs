//! What became of incidents in which a runbook was walked: how useful it was so far, from the journal alone.

use std::collections::{BTreeMap, BTreeSet};

use crate::incident::event::{Judged, StepOutcome};
use crate::incident::{EventKind, Incident, Ledger};
use crate::text::Time;

/// Incidents that were mitigated or resolved and in which a runbook was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outcome {
    pub used: usize,
    /// Of these, those in which a step of it had ended well before the impact did.
    pub helped: usize,
}

impl Outcome {
    /// The share of incidents it may be expected to help in, in thousandths, by Laplace's rule of succession
    /// (helped + 1) / (used + 2): one success is less than nine of ten, and what nobody has used yet is
    /// better than what never helped.
    pub fn promise(self) -> usize {
        (self.helped + 1) * 1_000 / (self.used + 2)
    }
}

/// The outcomes of every runbook that was ever used.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcomes(BTreeMap<String, Outcome>);

impl Outcomes {
    /// Of all incidents but drills, which nobody suffered from, and those whose impact has not ended.
    pub fn of(ledger: &Ledger) -> Self {
        let mut outcomes = Self::default();
        for incident in ledger.incidents.iter().filter(|incident| !incident.drill) {
            if let Some(end) = impact_ended(incident) {
                outcomes.count(incident, end);
            }
        }
        outcomes
    }

    pub fn get(&self, runbook: &str) -> Outcome {
        self.0.get(runbook).copied().unwrap_or_default()
    }

    fn count(&mut self, incident: &Incident, end: Time) {
        let (mut used, mut helped) = (BTreeSet::new(), BTreeSet::new());
        for entry in incident.timeline.iter().filter(|entry| !entry.struck) {
            let Some((runbook, is_good)) = use_of(&entry.event.kind) else { continue };
            used.insert(runbook);
            if is_good && entry.event.sorts_at() <= end {
                helped.insert(runbook);
            }
        }
        for runbook in used {
            let outcome = self.0.entry(runbook.to_owned()).or_default();
            outcome.used += 1;
            outcome.helped += usize::from(helped.contains(runbook));
        }
    }
}

fn impact_ended(incident: &Incident) -> Option<Time> {
    incident.mitigated.map(|(at, _)| at).or(incident.resolved_at)
}

/// The runbook that an event uses, and whether a step of it ended well.
fn use_of(kind: &EventKind) -> Option<(&str, bool)> {
    match kind {
        EventKind::RunbookOpened(opened) => Some((&opened.name, false)),
        EventKind::StepRan(run) => {
            let differs = run.judged == Some(Judged::Different);
            Some((&run.runbook, run.exit == Some(0) && !differs))
        }
        EventKind::StepMarked(mark) => Some((&mark.runbook, mark.outcome == StepOutcome::Done)),
        _ => None,
    }
}
