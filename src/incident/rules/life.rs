//! From declaration to closing: severity, phase, mitigation, impact, resolution, reopening.

use crate::incident::event::{Edge, EventKind, Fields, FollowUp, NewEvent};
use crate::incident::ident::fresh_id;
use crate::incident::{Incident, Phase, Refusal, Role, Severity, Status};
use crate::text::Time;

use super::{Case, Verdict, one_line, reason, utc, words};

impl Case<'_> {
    /// A declaration seats its commander at once: there is never an incident without one.
    pub(super) fn declare(&self, declared: EventKind, ic: Option<&str>, set: Fields) -> Verdict {
        let EventKind::Declared { title, .. } = &declared else { return Ok(Vec::new()) };
        let who = one_line(&words("ic", ic.unwrap_or(&self.ask.actor), "name who commands: --ic WHO")?);
        let id = fresh_id(title, self.at(), &self.ledger.incidents);
        let seated = EventKind::RoleAssigned { role: Role::Ic, who, from: None, reason: None };
        let set = (set != Fields::default()).then_some(EventKind::FieldsSet(set));
        let kinds = [declared, seated].into_iter().chain(set);
        Ok(kinds.map(|kind| self.event(Some(&id), kind)).collect())
    }

    pub(super) fn set_severity(&self, incident: &Incident, to: Severity, why: &str) -> Verdict {
        let from = incident.severity;
        let reason = reason(why, "say why the severity changes: --reason WHY")?;
        if from == to {
            return Err(no(incident, &format!("is {to} already"), "nothing to change"));
        }
        Ok(self.one(incident, EventKind::SeverityChanged { from, to, reason }))
    }

    /// Phases may overlap and go back; a resolved incident stays in follow-up until it is reopened.
    pub(super) fn set_phase(&self, incident: &Incident, to: Phase) -> Verdict {
        let from = incident.phase;
        if from == to {
            return Err(no(incident, &format!("is in {to} already"), "nothing to change"));
        }
        if incident.status == Status::Resolved && to != Phase::FollowUp {
            return Err(no(incident, "is resolved", "is it back? warroom reopen --reason WHY"));
        }
        Ok(self.one(incident, EventKind::PhaseChanged { from, to }))
    }

    /// The mark lies on the timeline where the impact began or ended, not where somebody noticed.
    pub(super) fn mark_impact(&self, incident: &Incident, edge: Edge, at: Time) -> Verdict {
        self.not_ahead(at)?;
        let (start, end) = match edge {
            Edge::Start => (Some(at), incident.impact_end),
            Edge::End => (incident.impact_start, Some(at)),
        };
        if let (Some(start), Some(end)) = (start, end)
            && start > end
        {
            let what = format!("impact cannot start at {} and end at {}", utc(start), utc(end));
            return Err(no(incident, &what, "mark the other end anew first, or strike it"));
        }
        let marked = self.event(Some(&incident.id), EventKind::ImpactMarked { edge, at });
        Ok(vec![NewEvent { happened_at: Some(at), ..marked }])
    }

    /// Resolution freezes the duration and leads to follow-up.
    pub(super) fn resolve(&self, incident: &Incident) -> Verdict {
        only_open(incident)?;
        self.not_before(incident.declared_at, "it was declared")?;
        let mut events = self.with_phase(incident, EventKind::Resolved, Phase::FollowUp);
        events.extend(self.follow_up(incident, None, FollowUp::Resolve));
        Ok(events)
    }

    pub(super) fn close(&self, incident: &Incident) -> Verdict {
        let resolved = match (incident.status, incident.resolved_at, incident.closed_at) {
            (Status::Resolved, Some(resolved), _) => resolved,
            (Status::Closed, _, Some(at)) => {
                return Err(no(incident, &format!("is closed since {}", utc(at)), "nothing to do"));
            }
            _ => return Err(no(incident, "is not resolved", "first: warroom resolve")),
        };
        self.not_before(resolved, "it was resolved")?;
        let open: Vec<String> = incident.open_tasks().map(|task| task.number.to_string()).collect();
        if !open.is_empty() {
            let what = match &open[..] {
                [one] => format!("task {one} is open"),
                _ => format!("tasks {} are open", open.join(", ")),
            };
            return Err(no(incident, &what, "end each: warroom task done N, promote N or decline N"));
        }
        Ok(self.one(incident, EventKind::Closed))
    }

    /// Back at work: what was thought to be the cause is in doubt, so it goes back to triage.
    pub(super) fn reopen(&self, incident: &Incident, why: &str) -> Verdict {
        if incident.is_open() {
            return Err(no(incident, "is open", "nothing to reopen; another one is named with -i"));
        }
        let reason = reason(why, "say what came back: --reason WHY")?;
        self.not_before(incident.resolved_at.unwrap_or(incident.declared_at), "it was resolved")?;
        Ok(self.with_phase(incident, EventKind::Reopened { reason }, Phase::Triage))
    }

    fn with_phase(&self, incident: &Incident, kind: EventKind, to: Phase) -> Vec<NewEvent> {
        let mut events = self.one(incident, kind);
        let from = incident.phase;
        if from != to {
            events.push(self.event(Some(&incident.id), EventKind::PhaseChanged { from, to }));
        }
        events
    }

    fn not_before(&self, floor: Time, what: &str) -> Result<(), Refusal> {
        if self.at() >= floor {
            return Ok(());
        }
        let (at, floor) = (utc(self.at()), utc(floor));
        Err(Refusal::not_allowed(format!("time: {at}: lies before {what}, {floor} (give a later --at)")))
    }
}

pub(super) fn only_open(incident: &Incident) -> Result<(), Refusal> {
    let Some(at) = incident.resolved_at else { return Ok(()) };
    let what = format!("was resolved at {}", utc(at));
    Err(no(incident, &what, "is it back? warroom reopen --reason WHY"))
}

/// `inc-…: is open (way out)`.
pub(super) fn no(incident: &Incident, what: &str, way_out: &str) -> Refusal {
    Refusal::not_allowed(format!("{}: {what} ({way_out})", incident.id))
}
