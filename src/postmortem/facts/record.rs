//! The events a postmortem may use: the incident's own that still count, and those around it.

use std::collections::HashSet;

use crate::incident::{Entry, Event, EventKind, Incident};
use crate::text::Time;

/// An incident's events with the struck ones set aside.
pub(super) struct Record<'a> {
    pub(super) incident: &'a Incident,
    pub(super) as_of: Time,
    /// In the order of the timeline.
    pub(super) entries: Vec<&'a Entry>,
    /// Events of no incident, by the time they happened.
    pub(super) around: Vec<&'a Event>,
    /// How many entries were struck.
    pub(super) struck: usize,
}

impl<'a> Record<'a> {
    pub(super) fn new(incident: &'a Incident, context: &'a [Event], as_of: Time) -> Self {
        let (entries, struck): (Vec<_>, Vec<_>) = incident.timeline.iter().partition(|entry| !entry.struck);
        let known: HashSet<u64> = incident.timeline.iter().map(|entry| entry.event.seq).collect();
        let dead: HashSet<u64> = context.iter().filter_map(strikes).collect();
        let mut around: Vec<&Event> = context
            .iter()
            .filter(|event| {
                event.incident.is_none() && !known.contains(&event.seq) && !dead.contains(&event.seq)
            })
            .collect();
        around.sort_by_key(|event| (event.sorts_at(), event.seq));
        Self { incident, as_of, entries, around, struck: struck.len() }
    }

    /// The incident's own events, in the order of the timeline.
    pub(super) fn events(&self) -> impl DoubleEndedIterator<Item = &'a Event> {
        self.entries.iter().map(|entry| &entry.event)
    }

    /// The incident's own event of a kind that was written down last.
    pub(super) fn last(&self, is: impl Fn(&EventKind) -> bool) -> Option<&'a Event> {
        self.events().filter(|event| is(&event.kind)).max_by_key(|event| event.seq)
    }

    /// Where the spans of the incident end: its resolution, or `as_of` while it is open.
    pub(super) fn end(&self) -> Time {
        self.incident.resolved_at.unwrap_or(self.as_of)
    }

    pub(super) fn touches(&self, service: &str) -> bool {
        self.incident.services.iter().any(|own| own == service)
    }
}

fn strikes(event: &Event) -> Option<u64> {
    match event.kind {
        EventKind::Struck { seq, .. } => Some(seq),
        _ => None,
    }
}
