//! Many events folded at once: each has its effect as it comes, and lines are sorted, struck and erased once
//! at the end. What comes of it is what one event after the other would have come to.

use std::collections::HashMap;

use super::event::{Event, EventKind};
use super::ledger::Ledger;
use super::state::Incident;

/// A ledger that takes in events; whole again when this is dropped.
#[derive(Debug)]
pub struct Folding<'a> {
    ledger: &'a mut Ledger,
    touched: HashMap<usize, Touched>,
    alerts_moved: bool,
}

/// What is still to be done for one incident.
#[derive(Debug)]
struct Touched {
    /// Entries at the beginning of its timeline that are in order.
    sorted: usize,
    taken_back: Vec<TakenBack>,
}

/// An entry that a later one takes the effect from.
#[derive(Debug, Clone, Copy)]
pub(super) struct TakenBack {
    pub target: u64,
    /// Its words go too.
    pub erased: bool,
}

impl TakenBack {
    /// Nothing takes back what was not there yet.
    fn by(event: &Event) -> Option<Self> {
        let (target, erased) = match event.kind {
            EventKind::Struck { seq, .. } => (seq, false),
            EventKind::Redacted { seq, .. } => (seq, true),
            _ => return None,
        };
        (target <= event.seq).then_some(Self { target, erased })
    }
}

impl<'a> Folding<'a> {
    pub(super) fn new(ledger: &'a mut Ledger) -> Self {
        Self { ledger, touched: HashMap::new(), alerts_moved: false }
    }

    /// Folds one more; one that was folded before changes nothing.
    pub fn take(&mut self, event: Event) {
        if event.seq <= self.ledger.head {
            return;
        }
        self.ledger.head = event.seq;
        self.ledger.alerts.apply(&event);
        self.alerts_moved |= moves_alerts(&event.kind);
        let place = event.incident.as_deref().and_then(|id| self.ledger.place(id));
        if let Some(place) = place {
            self.take_into(place, event);
        } else if let Some(incident) = Incident::open(&event) {
            self.ledger.declare(incident);
        } else {
            self.take_loose(event);
        }
    }

    fn take_into(&mut self, place: usize, event: Event) {
        let incident = &mut self.ledger.incidents[place];
        let sorted = incident.timeline.len();
        let touched = self.touched.entry(place).or_insert_with(|| Touched { sorted, taken_back: Vec::new() });
        touched.taken_back.extend(TakenBack::by(&event));
        incident.take(event);
    }

    fn take_loose(&mut self, event: Event) {
        if let Some(TakenBack { target, erased: true }) = TakenBack::by(&event)
            && let Ok(at) = self.ledger.loose.binary_search_by_key(&target, |event| event.seq)
        {
            self.ledger.loose[at].kind = EventKind::Erased;
        }
        self.ledger.look_again(&event);
        self.ledger.loose.push(event);
    }
}

impl Drop for Folding<'_> {
    fn drop(&mut self) {
        for (place, Touched { sorted, taken_back }) in self.touched.drain() {
            self.ledger.incidents[place].settle(sorted, taken_back);
        }
        if self.alerts_moved {
            self.ledger.note_taken_alerts();
        }
    }
}

/// Whether an event may change which alerts of which incident were taken, and when.
fn moves_alerts(kind: &EventKind) -> bool {
    use EventKind as K;
    matches!(kind, K::AlertsAcknowledged(_) | K::AlertsLinked(_) | K::Struck { .. } | K::Redacted { .. })
}

impl Ledger {
    /// Tells every incident when the first of its alerts was taken: the words may lie in another one, or in none.
    fn note_taken_alerts(&mut self) {
        let taken = self.alerts.taken_of_incidents();
        for incident in &mut self.incidents {
            incident.clockwork.alert_taken = taken.get(incident.id.as_str()).copied();
        }
    }
}
