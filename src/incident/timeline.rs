//! The timeline: events as lines that people read, sorted by when they happened.
//!
//! Nothing is ever left out here: a struck line stays listed, an amendment is a line of its own.

mod filter;
pub mod rows;
pub mod tally;
mod threads;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::event::{AlertChange, Event, EventKind, Imported};
use super::scribe::tags;
use crate::slo::TierState;
use crate::text::when::{rfc3339, since};

pub use filter::Filter;
pub use rows::{Folding, Plan, Row, Rows, Shows};
pub use threads::{Thread, threads};

pub use super::sentence::describe;

/// A given time this much before the recording makes an entry late.
pub(super) const LATE: Duration = Duration::from_mins(1);

/// One line of the timeline: an event, and what later events did to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub event: Event,
    /// What happened, in one line of words. Raw: untrusted text inside is not made safe yet.
    pub text: String,
    pub starred: bool,
    /// Happened more than a minute before it was written down.
    pub late: bool,
    /// Struck by a later event; it stays listed.
    pub struck: bool,
    /// The entry that an amendment corrects.
    pub amends: Option<u64>,
}

impl Entry {
    /// The line of an event that nothing has happened to yet.
    pub fn new(event: Event) -> Self {
        Self {
            text: describe(&event.kind),
            starred: matches!(
                event.kind,
                EventKind::Noted { starred: true, .. } | EventKind::Imported(Imported { starred: true, .. })
            ),
            late: is_late(&event),
            struck: matches!(event.kind, EventKind::Imported(Imported { struck: true, .. })),
            amends: match event.kind {
                EventKind::Amended { seq, .. } => Some(seq),
                _ => None,
            },
            event,
        }
    }

    /// The word of its kind; a note's is what the note is about.
    pub fn kind_word(&self) -> String {
        match &self.event.kind {
            EventKind::Noted { kind, .. } => kind.to_string(),
            EventKind::Imported(line) => line.kind.clone(),
            kind => kind.word(),
        }
    }

    /// The tags in its words, each once, in small letters.
    pub fn tags(&self) -> BTreeSet<String> {
        tags(&self.text).map(str::to_lowercase).collect()
    }

    /// How much a reader loses when this line is folded away.
    pub fn weight(&self) -> Weight {
        Weight::of(&self.event.kind)
    }

    /// The object of `timeline --jsonl` (contract). Text in it is raw.
    pub fn to_json(&self) -> Value {
        let event = &self.event;
        let data = match event.kind.encode().1 {
            Value::Null => json!({}),
            data => data,
        };
        json!({
            "seq": event.seq,
            "incident": event.incident,
            "happened_at": event.happened_at.map(rfc3339),
            "recorded_at": rfc3339(event.recorded_at),
            "actor": event.actor,
            "origin": event.origin,
            "kind": self.kind_word(),
            "text": self.text,
            "data": data,
            "starred": self.starred,
            "late": self.late,
            "struck": self.struck,
            "amends": self.amends,
            "tags": self.tags(),
            "thread": self.thread(),
        })
    }
}

/// Puts an entry where it happened; an unknown time sorts by its recording, equal times by `seq`.
pub fn insert(timeline: &mut Vec<Entry>, entry: Entry) {
    let sorted = timeline.len();
    timeline.push(entry);
    sort_from(timeline, sorted);
}

/// Puts entries where they happened that were added behind `sorted` entries which are in order already.
pub(super) fn sort_from(timeline: &mut [Entry], sorted: usize) {
    let key = |entry: &Entry| (entry.event.sorts_at(), entry.event.seq);
    let Some(first) = timeline[sorted..].iter().map(key).min() else { return };
    let untouched = timeline[..sorted].partition_point(|earlier| key(earlier) <= first);
    let rest = &mut timeline[untouched..];
    if !rest.is_sorted_by_key(key) {
        // Entries are large: their keys are sorted, and then each is moved once.
        rest.sort_by_cached_key(key);
    }
}

/// A time somebody gave afterwards. What was measured carries its own instant and is never late; what was
/// written down elsewhere was not late there.
pub fn is_late(event: &Event) -> bool {
    let measured = matches!(
        event.kind,
        EventKind::AlertChanged(_)
            | EventKind::AlertsNoticed(_)
            | EventKind::StepRan(_)
            | EventKind::StepVerified(_)
            | EventKind::EvidenceKept(_)
    );
    let imported = matches!(event.kind, EventKind::Imported(_));
    !measured && !imported && event.happened_at.is_some_and(|at| since(at, event.recorded_at) > LATE)
}

/// What stays in view when lines are folded: people and decisions before the system's own noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Bookkeeping: folded first.
    Quiet,
    /// What the system saw or ran.
    Fact,
    /// What people said and decided: never folded.
    Word,
}

impl Weight {
    pub fn of(kind: &EventKind) -> Self {
        match kind {
            EventKind::EvidenceKept(_)
            | EventKind::PostmortemSaved { .. }
            | EventKind::RunbookOpened(_)
            | EventKind::StepStarted(_)
            | EventKind::ValuesGiven(_)
            | EventKind::TermsFrozen(_)
            | EventKind::PostQueued(_)
            | EventKind::PostSent(_)
            | EventKind::Erased => Self::Quiet,
            EventKind::AlertChanged(change) if ![change.from, change.to].contains(&TierState::Firing) => {
                Self::Quiet
            }
            EventKind::AlertsNoticed(news) if news.change == AlertChange::Suppressed => Self::Quiet,
            EventKind::AlertChanged(_)
            | EventKind::AlertsNoticed(_)
            | EventKind::ChangeMarked(_)
            | EventKind::MaintenancePlanned { .. }
            | EventKind::MaintenanceEnded { .. }
            | EventKind::StepRan(_)
            | EventKind::StepMarked(_)
            | EventKind::StepVerified(_)
            | EventKind::PostmortemExported { .. }
            | EventKind::PostFailed(_)
            | EventKind::Unknown { .. } => Self::Fact,
            EventKind::Imported(line) if kind.note_kind().is_none() && line.kind != "message" => Self::Fact,
            _ => Self::Word,
        }
    }
}
