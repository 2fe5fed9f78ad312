//! Corrections: strike, amend, redact. By the number of the entry, whichever incident it is in.
//!
//! An entry that moved the incident (a resolution, a change of seats) is not struck: it is answered by
//! its counterpart, so that the record says what people believed at the time.

use crate::incident::event::{Event, EventKind, Fields, NewEvent};
use crate::incident::{Ledger, Refusal};

use super::{Case, Verdict, reason, words};

/// An entry about to be corrected, wherever it lies.
struct Target<'a> {
    event: &'a Event,
    struck: bool,
}

impl Case<'_> {
    pub(super) fn strike(&self, seq: u64, why: &str) -> Verdict {
        let target = self.target(seq)?;
        let reason = reason(why, "say why it does not count: --reason WHY")?;
        target.still_stands()?;
        if let Some(way_out) = instead_of_striking(&target.event.kind) {
            return Err(refuse(seq, &format!("{} cannot be struck", target.event.kind.word()), way_out));
        }
        Ok(self.correction(&target, EventKind::Struck { seq, reason }))
    }

    pub(super) fn amend(&self, seq: u64, text: &str) -> Verdict {
        let target = self.target(seq)?;
        let text = words("amend", text, "write how it should read")?;
        target.still_stands()?;
        if matches!(target.event.kind, EventKind::Struck { .. } | EventKind::Redacted { .. }) {
            return Err(refuse(seq, "is itself a correction", "add a note instead"));
        }
        Ok(self.correction(&target, EventKind::Amended { seq, text }))
    }

    pub(super) fn redact(&self, seq: u64, why: &str) -> Verdict {
        let target = self.target(seq)?;
        let reason = reason(why, "say why, without the secret: --reason WHY")?;
        if matches!(target.event.kind, EventKind::Erased) {
            return Err(refuse(seq, "is redacted already", "nothing to do"));
        }
        if !erasable(&target.event.kind) {
            let what = format!("{} carries the incident's state", target.event.kind.word());
            return Err(refuse(
                seq,
                &what,
                "only words are redacted: notes, updates, tasks, titles, impact, changes, windows, runs",
            ));
        }
        Ok(self.correction(&target, EventKind::Redacted { seq, reason }))
    }

    fn target(&self, seq: u64) -> Result<Target<'_>, Refusal> {
        let target = find(self.ledger, seq).ok_or_else(|| {
            Refusal::unknown(format!("entry: {seq}: unknown (warroom timeline shows the numbers)"))
        })?;
        let Some(name) = self.ask.incident.as_deref() else { return Ok(target) };
        let named = &self.ledger.find(Some(name))?.id;
        match &target.event.incident {
            Some(own) if own != named => {
                Err(refuse(seq, &format!("belongs to {own}, not to {named}"), "leave -i out"))
            }
            _ => Ok(target),
        }
    }

    /// Written where its target is, so that both are folded together.
    fn correction(&self, target: &Target, kind: EventKind) -> Vec<NewEvent> {
        vec![self.event(target.event.incident.as_deref(), kind)]
    }
}

impl Target<'_> {
    fn still_stands(&self) -> Result<(), Refusal> {
        let seq = self.event.seq;
        if matches!(self.event.kind, EventKind::Erased) {
            return Err(refuse(seq, "is redacted", "add a note instead"));
        }
        if self.struck {
            return Err(refuse(seq, "is struck already", "add a note instead"));
        }
        Ok(())
    }
}

fn find(ledger: &Ledger, seq: u64) -> Option<Target<'_>> {
    let own = ledger.incidents.iter().rev().find_map(|incident| incident.entry(seq));
    if let Some(entry) = own {
        return Some(Target { event: &entry.event, struck: entry.struck });
    }
    let event = ledger.loose.iter().find(|event| event.seq == seq)?;
    let struck = ledger
        .loose
        .iter()
        .any(|other| matches!(other.kind, EventKind::Struck { seq: struck, .. } if struck == seq));
    Some(Target { event, struck })
}

/// What undoes an entry that must not be struck; `None` where striking is right.
fn instead_of_striking(kind: &EventKind) -> Option<&'static str> {
    Some(match kind {
        EventKind::Declared { .. } => "resolve it and say so: warroom resolve, warroom note",
        EventKind::SeverityChanged { .. } => "set it back: warroom sev N --reason WHY",
        EventKind::PhaseChanged { .. } => "set it back: warroom phase PHASE",
        EventKind::RoleAssigned { .. } | EventKind::RoleAccepted { .. } | EventKind::RoleReleased { .. } => {
            "assign it anew: warroom role assign ROLE WHO"
        }
        EventKind::RoleOffered { .. } => "take it back: warroom role decline ROLE",
        EventKind::FieldsSet(_) => "set it anew: warroom set",
        EventKind::TaskDone { .. } | EventKind::TaskDeclined { .. } | EventKind::TaskPromoted { .. } => {
            "add the task again: warroom task add TEXT --owner WHO"
        }
        EventKind::TemporaryRemoved { .. } => "put it back: warroom temporary add TEXT",
        EventKind::Checked(_) => "say it anew: warroom checklist",
        EventKind::SilenceMade(_) => "end it where it is: warroom alert unsilence ID",
        EventKind::SilenceEnded(_) => "silence anew: warroom alert silence",
        EventKind::Resolved | EventKind::Closed | EventKind::Merged { .. } => "warroom reopen --reason WHY",
        EventKind::Reopened { .. } => "warroom resolve",
        EventKind::TermsFrozen(_) => "they hold for this incident; say in a note what differs",
        EventKind::Escalated(_) | EventKind::EscalationAcknowledged(_) => "say in a note how it was",
        EventKind::RecheckEnded { .. } => "set it anew: warroom recheck add WHAT",
        EventKind::PostQueued(_) | EventKind::PostFailed(_) | EventKind::PostRetried { .. } => {
            "take it out of the outbox: warroom outbox drop N --reason WHY"
        }
        EventKind::PostSent(_) | EventKind::PostDropped(_) => "what left has left; add a note instead",
        EventKind::Struck { .. } | EventKind::Redacted { .. } => "a correction stands; add a note instead",
        _ => return None,
    })
}

/// Entries that hold somebody's words and whose loss leaves the incident whole.
fn erasable(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Noted { .. }
            | EventKind::Amended { .. }
            | EventKind::Imported(_)
            | EventKind::Updated { .. }
            | EventKind::TaskAdded { .. }
            | EventKind::TemporaryPut { .. }
            | EventKind::FieldsSet(Fields { private: None, services: None, .. })
            | EventKind::LinkAdded { .. }
            | EventKind::ChangeMarked(_)
            | EventKind::MaintenancePlanned { .. }
            | EventKind::RunbookOpened { .. }
            | EventKind::StepRan(_)
            | EventKind::StepMarked(_)
            | EventKind::StepAnswered(_)
            | EventKind::ValuesGiven(_)
            | EventKind::StepVerified(_)
            | EventKind::StepStarted(_)
            | EventKind::PostmortemExported { .. }
            | EventKind::RecheckSet(_)
            | EventKind::PostQueued(_)
            | EventKind::Unknown { .. }
    )
}

fn refuse(seq: u64, what: &str, way_out: &str) -> Refusal {
    Refusal::not_allowed(format!("entry {seq}: {what} ({way_out})"))
}
