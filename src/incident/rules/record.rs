//! What the system saw, and changes to services: facts, not decisions.
//!
//! Nothing that moves an incident can come in here: those go through rules of their own.

use crate::incident::event::{Change, EventKind, NewEvent};
use crate::incident::{Incident, Refusal};

use super::{Case, Verdict, closed_since, one_line, words};

impl Case<'_> {
    pub(super) fn mark_change(&self, change: &Change) -> Verdict {
        let service = one_line(&words("service", &change.service, "name what was changed")?);
        let what = words("change", &change.what, "say what was changed, like a version")?;
        let said = |text: &Option<String>| {
            text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let (back, url) = (said(&change.back), said(&change.url));
        let change = Change { kind: change.kind, service, what, back, url };
        Ok(vec![self.event(None, EventKind::ChangeMarked(change))])
    }

    /// `incident` is an exact id here: the system knows whom it means.
    pub(super) fn record(&self, kind: &EventKind, dedupe: Option<&str>) -> Verdict {
        if !is_fact(kind) {
            let word = kind.word();
            return Err(Refusal::not_allowed(format!(
                "record: {word}: has rules of its own (ask for it by name)"
            )));
        }
        let id = self.ask.incident.as_deref();
        if let Some(id) = id {
            let incident = self.ledger.incident(id).ok_or_else(|| self.ledger.unknown_incident(id))?;
            admits(incident, kind)?;
        }
        Ok(vec![NewEvent { dedupe: dedupe.map(str::to_owned), ..self.event(id, kind.clone()) }])
    }
}

/// After closing only the postmortem goes on, and a run that began before is still told.
fn admits(incident: &Incident, kind: &EventKind) -> Result<(), Refusal> {
    let Some(closed) = incident.closed_at else { return Ok(()) };
    match kind {
        EventKind::Noted { .. }
        | EventKind::PostmortemSaved { .. }
        | EventKind::PostmortemExported { .. }
        | EventKind::PostSent(_)
        | EventKind::PostFailed(_) => Ok(()),
        EventKind::StepRan(run) if run.started_at <= closed => Ok(()),
        _ => Err(closed_since(incident, closed)),
    }
}

fn is_fact(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Noted { .. }
            | EventKind::AlertChanged(_)
            | EventKind::ChangeMarked(_)
            | EventKind::RunbookOpened { .. }
            | EventKind::StepRan(_)
            | EventKind::StepMarked(_)
            | EventKind::StepAnswered(_)
            | EventKind::ValuesGiven(_)
            | EventKind::StepVerified(_)
            | EventKind::StepStarted(_)
            | EventKind::EvidenceKept(_)
            | EventKind::PostmortemSaved { .. }
            | EventKind::PostmortemExported { .. }
            | EventKind::PostSent(_)
            | EventKind::PostFailed(_)
    ) || is_foreign(kind)
}

/// A kind of a newer version, and not one of ours in disguise that would be read back as itself.
fn is_foreign(kind: &EventKind) -> bool {
    let EventKind::Unknown { kind: word, data } = kind else { return false };
    EventKind::decode(word, data.clone()) == *kind
}
