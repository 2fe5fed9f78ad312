//! What the clocks of one incident run on, beside what its state says anyway.
//!
//! *Responded* is the recording of the first acknowledgement (of an escalation, of an alert, or of the
//! commander's seat) or of the commander's first own entry after the declaration. An alert that is linked counts
//! wherever its acknowledgement was written down. Declaring is no response: it is
//! what the response answers.

use crate::incident::event::{Acknowledgement, Escalation, Event, EventKind, Level, Snooze, Terms};
use crate::incident::{Incident, Role, Severity};
use crate::text::Time;

/// The clocks' own state.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clockwork {
    /// Frozen when the incident was declared.
    pub terms: Terms,
    pub responded: Option<Time>,
    /// When the first of its alerts was taken, wherever that was written down.
    pub(in crate::incident) alert_taken: Option<Time>,
    pub steps: Vec<Step>,
    pub snoozes: Vec<Snooze>,
    /// Since when it is a SEV1.
    pub(super) sev1_since: Option<Time>,
    /// Since when somebody speaks of an attack or of data that was touched.
    pub(super) breach_since: Option<Time>,
    /// When the resolution was written down.
    pub(super) resolved: Option<Time>,
    /// The postmortem went out after the resolution.
    pub(super) published: bool,
}

/// One step up the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub level: Level,
    pub who: String,
    pub why: String,
    pub at: Time,
    /// Who answered, and when.
    pub answered: Option<(String, Time)>,
}

impl Incident {
    /// Takes in what an event means for the clocks. After its own effect: whoever takes the command and
    /// acts is the commander who acts.
    pub(in crate::incident) fn wind(&mut self, event: &Event) {
        let at = event.recorded_at;
        self.follow_severity(at);
        if self.responds(event) {
            self.clockwork.responded.get_or_insert(at);
        }
        let work = &mut self.clockwork;
        match &event.kind {
            EventKind::TermsFrozen(terms) => work.terms = terms.clone(),
            EventKind::Escalated(Escalation { level, who, why }) => {
                let (who, why) = (who.clone(), why.clone());
                work.steps.push(Step { level: *level, who, why, at, answered: None });
            }
            EventKind::EscalationAcknowledged(Acknowledgement { level, who }) => {
                let called = work.steps.iter_mut().rev().find(|step| step.level == *level);
                if let Some(step) = called {
                    step.answered.get_or_insert_with(|| (who.clone(), at));
                }
            }
            EventKind::ClockSnoozed(snooze) => work.snoozes.push(snooze.clone()),
            EventKind::FieldsSet(fields)
                if fields.security.affected_data.is_some() || fields.security.indicators.is_some() =>
            {
                work.breach_since.get_or_insert(at);
            }
            EventKind::Resolved => (work.resolved, work.published) = (Some(at), false),
            EventKind::PostmortemExported { .. } => work.published = work.resolved.is_some(),
            EventKind::Reopened { .. } => (work.resolved, work.responded) = (None, None),
            _ => {}
        }
    }

    pub(in crate::incident) fn follow_severity(&mut self, at: Time) {
        let since = &mut self.clockwork.sev1_since;
        *since = if self.severity == Severity::Sev1 { since.or(Some(at)) } else { None };
    }

    fn responds(&self, event: &Event) -> bool {
        let acknowledges = match &event.kind {
            EventKind::EscalationAcknowledged(_) | EventKind::AlertsAcknowledged(_) => true,
            EventKind::RoleAccepted { role, .. } => *role == Role::Ic,
            _ => false,
        };
        // What was written in the same breath as the declaration belongs to it.
        let after_declaring = event.recorded_at > self.clock_from;
        // The console writes some of these by itself, in the name of whoever declares.
        let says_nothing = matches!(
            event.kind,
            EventKind::Erased
                | EventKind::TermsFrozen(_)
                | EventKind::Imported(_)
                | EventKind::AlertsLinked(_)
                | EventKind::RunbookOpened { .. }
        );
        let acts = self.commander() == Some(event.actor.as_str()) && after_declaring && !says_nothing;
        acknowledges || acts
    }

    /// Whether somebody has answered since the declaration or the last reopening. An alert that led to the declaration
    /// may have been taken before it.
    pub fn has_responded(&self) -> bool {
        let counts = |at: Time| at >= self.clock_from || self.clock_from == self.recorded_at;
        self.clockwork.responded.is_some() || self.clockwork.alert_taken.is_some_and(counts)
    }

    /// Steps taken since the declaration or the last reopening.
    pub fn steps(&self) -> impl DoubleEndedIterator<Item = &Step> {
        self.clockwork.steps.iter().filter(|step| step.at >= self.clock_from)
    }

    /// Who was called on a level last, else who the configuration named.
    pub fn stands_on(&self, level: Level) -> Option<&str> {
        let called = self.clockwork.steps.iter().rev().find(|step| step.level == level);
        let named = || self.clockwork.terms.rung(level)?.who.as_deref();
        called.map(|step| step.who.as_str()).or_else(named)
    }
}
