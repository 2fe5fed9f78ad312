//! The timeline of a postmortem: what people and alerts did, without the bookkeeping.

use std::collections::HashMap;

use serde::Serialize;

use super::detection::Detection;
use super::record::Record;
use super::work;
use crate::incident::{Entry, Event, EventKind, Origin, describe};
use crate::postmortem::words::Moment;
use crate::slo::{TierState, Transition};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    pub rows: Vec<Row>,
    /// Entries that were struck and are left out.
    pub struck: usize,
    /// Entries of bookkeeping that are left out: evidence, saves, alerts that only hover.
    pub folded: usize,
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    pub seq: u64,
    /// `None` where nobody knows when it happened.
    pub at: Option<Moment>,
    pub who: String,
    /// What it is, in a word or two: `decision`, `phase changed`, `alert`.
    pub kind: String,
    pub text: String,
    /// Written by a person, in a person's words.
    pub human: bool,
    pub starred: bool,
    /// What a reader must know of the line itself: `amended`, `written down later`.
    pub marks: Vec<&'static str>,
}

impl Timeline {
    pub(super) fn of(record: &Record<'_>, detection: &Detection) -> Self {
        let corrected = corrections(record);
        let (kept, folded): (Vec<&Entry>, Vec<&Entry>) =
            record.entries.iter().copied().partition(|entry| !is_bookkeeping(&entry.event.kind));
        let own = kept.into_iter().map(|entry| (entry.event.sorts_at(), own(entry, &corrected)));
        let around =
            work::near(record, detection).into_iter().map(|event| (event.sorts_at(), outside(event)));
        let mut rows: Vec<_> = own.chain(around).collect();
        rows.sort_by_key(|(at, row)| (*at, row.seq));
        Self {
            rows: rows.into_iter().map(|(_, row)| row).collect(),
            struck: record.struck,
            folded: folded.len(),
        }
    }
}

/// The text that stands for each corrected entry: that of the last correction.
fn corrections<'a>(record: &Record<'a>) -> HashMap<u64, &'a str> {
    let mut amendments: Vec<(u64, u64, &str)> = record
        .events()
        .filter_map(|event| match &event.kind {
            EventKind::Amended { seq, text } => Some((event.seq, *seq, text.as_str())),
            _ => None,
        })
        .collect();
    amendments.sort_unstable();
    amendments.into_iter().map(|(_, seq, text)| (seq, text)).collect()
}

fn own(entry: &Entry, corrected: &HashMap<u64, &str>) -> Row {
    let event = &entry.event;
    let amended = corrected.get(&event.seq);
    Row {
        text: amended.map_or_else(|| entry.text.clone(), |text| (*text).to_owned()),
        starred: entry.starred,
        marks: marks(amended.is_some(), entry.late),
        ..row(event)
    }
}

/// A row for an event that has no entry: a deploy, a page before the declaration.
fn outside(event: &Event) -> Row {
    let text = match &event.kind {
        EventKind::AlertChanged(change) => alert_words(change),
        other => describe(other),
    };
    Row { text, ..row(event) }
}

fn row(event: &Event) -> Row {
    Row {
        seq: event.seq,
        at: event.happened_at.map(Moment),
        who: event.actor.clone(),
        kind: kind_words(&event.kind),
        text: String::new(),
        human: event.origin == Origin::Human,
        starred: false,
        marks: Vec::new(),
    }
}

fn marks(amended: bool, late: bool) -> Vec<&'static str> {
    let amended = amended.then_some("amended");
    amended.into_iter().chain(late.then_some("written down later")).collect()
}

fn kind_words(kind: &EventKind) -> String {
    match kind {
        EventKind::Noted { kind, .. } => kind.to_string(),
        EventKind::AlertChanged(_) => "alert".to_owned(),
        EventKind::ChangeMarked(change) => change.kind.to_string(),
        EventKind::Imported(line) => line.kind.replace('_', " "),
        other => other.word().replace('_', " "),
    }
}

fn alert_words(change: &Transition) -> String {
    let verb = if change.to == TierState::Firing { "fires" } else { "stops firing" };
    let severity = format!("{:?}", change.severity).to_ascii_lowercase();
    let suppressed = change.suppressed.as_ref().map(|why| format!(" (suppressed: {why})"));
    let suppressed = suppressed.unwrap_or_default();
    match change.factor {
        Some(factor) => format!(
            "{severity} {verb} on {}: burn {:.1}x against {factor}x{suppressed}",
            change.slo, change.long_burn
        ),
        None => format!("{severity} {verb} on {}: {}{suppressed}", change.slo, change.tier),
    }
}

/// Left out of the draft: it says nothing of what happened that other rows do not say.
fn is_bookkeeping(kind: &EventKind) -> bool {
    use EventKind as K;
    match kind {
        K::EvidenceKept(_)
        | K::PostmortemSaved { .. }
        | K::PostmortemExported { .. }
        | K::Struck { .. }
        | K::Amended { .. }
        | K::Redacted { .. } => true,
        K::AlertChanged(change) => !crosses_firing(change),
        _ => false,
    }
}

/// Whether an alert began or stopped firing; everything in between only hovers.
pub(super) fn crosses_firing(change: &Transition) -> bool {
    (change.from == TierState::Firing) != (change.to == TierState::Firing)
}
