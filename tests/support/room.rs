//! A journal in memory: what is asked is judged, numbered, recorded now and folded.

use std::time::Duration;

use warroom::incident::{Ask, Event, Incident, Intent, Ledger, NewEvent, Refusal, Severity};
use warroom::text::Time;
use warroom::text::when::after;

pub struct Room {
    pub ledger: Ledger,
    pub events: Vec<Event>,
    pub now: Time,
}

impl Room {
    /// Nobody has said anything yet; it is 14:00 UTC on 2026-11-21.
    pub fn empty() -> Self {
        Self { ledger: Ledger::default(), events: Vec::new(), now: at("14:00:00") }
    }

    /// Ana has declared a SEV2 on checkout, as events 1 and 2.
    pub fn declared() -> Self {
        let mut room = Self::empty();
        room.says(declare("Checkout down", Severity::Sev2));
        room
    }

    /// Asks the rules; what they admit is stored. Returns the new sequence numbers.
    pub fn ask(&mut self, ask: &Ask) -> Result<Vec<u64>, Refusal> {
        let admitted = self.ledger.judge(ask, self.now)?;
        Ok(admitted.into_iter().map(|new| self.store(new)).collect())
    }

    /// Ana asks for something that must be admitted; the number of its first event.
    #[track_caller]
    pub fn says(&mut self, intent: Intent) -> u64 {
        self.ask(&Ask::new("ana", intent)).expect("the rules admit it")[0]
    }

    pub fn store(&mut self, new: NewEvent) -> u64 {
        let event = Event {
            seq: self.ledger.head + 1,
            incident: new.incident,
            happened_at: new.happened_at,
            recorded_at: self.now,
            actor: new.actor,
            origin: new.origin,
            kind: new.kind,
        };
        self.ledger.apply(&event);
        self.events.push(event);
        self.ledger.head
    }

    pub fn wait(&mut self, minutes: u64) {
        self.now = after(self.now, Duration::from_mins(minutes));
    }

    /// The one declared last.
    pub fn incident(&self) -> &Incident {
        self.ledger.incidents.last().expect("something was declared")
    }
}

/// An instant of 2026-11-21 UTC.
pub fn at(clock: &str) -> Time {
    format!("2026-11-21T{clock}Z").parse().expect("a time")
}

pub fn declare(title: &str, severity: Severity) -> Intent {
    let services = vec!["checkout".to_owned()];
    Intent::Declare {
        title: title.to_owned(),
        severity,
        services,
        ic: None,
        drill: false,
        private: false,
        found: None,
    }
}
