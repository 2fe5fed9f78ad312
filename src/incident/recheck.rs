//! What is to be looked at again without an incident: nobody is hurt yet (triage, first question).

use super::event::{Event, EventKind, Recheck, Snooze};
use super::{Clock, Incident, Ledger, clock};
use crate::text::Time;

/// A look that is still to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The entry that set it.
    pub seq: u64,
    pub what: String,
    pub since: Time,
    pub due_at: Time,
    pub snoozed_until: Option<Time>,
}

impl Look {
    pub fn clock(&self) -> Clock {
        let clock =
            Clock::new(format!("recheck-{}", self.seq), format!("look again: {}", self.what), self.since);
        clock.due(self.due_at, self.due_at).put_off(self.snoozed_until)
    }
}

impl Ledger {
    /// Folds what an event without an incident means for the looks to come.
    pub(super) fn look_again(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RecheckSet(Recheck { what, due_at }) => self.rechecks.push(Look {
                seq: event.seq,
                what: what.clone(),
                since: event.recorded_at,
                due_at: *due_at,
                snoozed_until: None,
            }),
            EventKind::RecheckEnded { seq }
            | EventKind::Struck { seq, .. }
            | EventKind::Redacted { seq, .. } => self.rechecks.retain(|look| look.seq != *seq),
            EventKind::ClockSnoozed(Snooze { clock, round, until }) => {
                let meant = |look: &&mut Look| look.clock().name == *clock && look.since == *round;
                if let Some(look) = self.rechecks.iter_mut().find(meant) {
                    look.snoozed_until = Some(*until);
                }
            }
            _ => {}
        }
    }

    /// The clocks of an incident, and of what is looked at again, the most urgent first.
    pub fn clocks(&self, incident: Option<&Incident>, now: Time) -> Vec<Clock> {
        let own = incident.map(|incident| incident.clocks(now)).unwrap_or_default();
        clock::soonest(own.into_iter().chain(self.rechecks.iter().map(Look::clock)).collect(), now)
    }
}
