//! All incidents at once: the fold of the whole journal, and the rules that admit what comes next.

use super::event::{Event, NewEvent};
use super::intent::{Ask, Refusal};
use super::state::Incident;
use crate::text::Time;

/// The fold of the journal. `fold(a + b) = apply(fold(a), b)`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ledger {
    /// In the order of their declaration.
    pub incidents: Vec<Incident>,
    /// Events that belong to a service and to no incident: deploys, alerts before a declaration.
    pub loose: Vec<Event>,
    /// Sequence number of the last event folded; 0 for an empty journal.
    pub head: u64,
}

impl Ledger {
    /// Folds one more event. Never fails: what makes no sense changes nothing but the timeline.
    pub fn apply(&mut self, event: &Event) {
        self.head = event.seq;
    }

    /// Asks the rules. The events that would be appended, or why not; nothing changes here.
    pub fn judge(&self, ask: &Ask, now: Time) -> Result<Vec<NewEvent>, Refusal> {
        let _ = now;
        let super::Intent::Record { kind, dedupe } = &ask.intent else {
            return Err(Refusal::not_allowed("not written yet"));
        };
        Ok(vec![NewEvent {
            incident: ask.incident.clone(),
            happened_at: ask.happened_at,
            actor: ask.actor.clone(),
            origin: super::Origin::System,
            kind: kind.clone(),
            dedupe: dedupe.clone(),
        }])
    }
}
