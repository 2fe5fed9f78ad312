//! What a folded run holds, counted and in words: `12 alerts, 3 steps`.

use super::{Entry, Weight};
use crate::incident::event::EventKind;

/// What is counted, each with its word for one and for many.
const WORDS: [(&str, &str); 7] = [
    ("alert", "alerts"),
    ("change", "changes"),
    ("step", "steps"),
    ("post", "posts"),
    ("window", "windows"),
    ("imported line", "imported lines"),
    ("kept record", "kept records"),
];

/// How many of what, and the highest burn that any of them tells of.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    counts: [u32; WORDS.len()],
    pub burn: Option<f64>,
}

impl Tally {
    pub fn count(&mut self, entry: &Entry) {
        self.counts[sort(entry)] += 1;
        self.burn = self.burn.into_iter().chain(burn_of(&entry.event.kind)).reduce(f64::max);
    }

    pub fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// `12 alerts, 3 steps`: what there is none of is left out.
    pub fn words(&self) -> String {
        let counted = self.counts.iter().zip(WORDS).filter(|(count, _)| **count > 0);
        let words =
            counted.map(|(count, (one, many))| format!("{count} {}", if *count == 1 { one } else { many }));
        words.collect::<Vec<_>>().join(", ")
    }
}

fn sort(entry: &Entry) -> usize {
    match &entry.event.kind {
        EventKind::AlertChanged(_) | EventKind::AlertsNoticed(_) => 0,
        EventKind::ChangeMarked(_) => 1,
        EventKind::StepRan(_) | EventKind::StepMarked(_) | EventKind::StepVerified(_) => 2,
        EventKind::PostQueued(_) | EventKind::PostSent(_) | EventKind::PostFailed(_) => 3,
        EventKind::MaintenancePlanned { .. } | EventKind::MaintenanceEnded { .. } => 4,
        EventKind::Imported(_) if entry.weight() == Weight::Fact => 5,
        _ => 6,
    }
}

/// The burn rate that an event tells of: a tier's over its short window, of evidence the worst over the
/// shortest one.
pub(super) fn burn_of(kind: &EventKind) -> Option<f64> {
    match kind {
        EventKind::AlertChanged(change) => Some(change.short_burn),
        EventKind::EvidenceKept(evidence) => {
            let shortest = evidence.readings.iter().filter_map(|reading| reading.burn.first()?.rate);
            shortest.reduce(f64::max)
        }
        _ => None,
    }
}
