//! What was told to whom, and the longest silence. Clocks run from when things were written down.

use std::time::Duration;

use serde::Serialize;

use super::record::Record;
use crate::incident::{Event, EventKind, Severity};
use crate::postmortem::words::{Moment, Span};
use crate::text::{Time, when};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comms {
    pub sent: Vec<Sent>,
    /// The longest silence between the declaration, the updates and the resolution.
    pub longest: Option<Gap>,
    /// How many silences were longer than was promised or than the severity allows.
    pub overdue: usize,
}

/// A status update.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sent {
    pub seq: u64,
    pub at: Moment,
    pub by: String,
    pub audience: String,
    pub text: String,
}

/// A silence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    pub from: Moment,
    pub to: Moment,
    pub span: Span,
    /// What was promised, else the late end of the severity's cadence; `None` where nothing is due.
    pub allowed: Option<Span>,
}

impl Comms {
    pub(super) fn of(record: &Record<'_>) -> Self {
        let gaps = gaps(record);
        Self {
            sent: record.events().filter_map(sent).collect(),
            overdue: gaps.iter().filter(|gap| gap.allowed.is_some_and(|allowed| gap.span > allowed)).count(),
            // `max_by_key` keeps the last of equals; the first silence is the one people remember.
            longest: gaps.into_iter().rev().max_by_key(|gap| gap.span),
        }
    }
}

fn sent(event: &Event) -> Option<Sent> {
    let EventKind::Updated { text, audience, .. } = &event.kind else { return None };
    Some(Sent {
        seq: event.seq,
        at: Moment(event.recorded_at),
        by: event.actor.clone(),
        audience: audience.to_string(),
        text: text.clone(),
    })
}

/// From the declaration to the first update, between updates, and from the last one to the end.
fn gaps(record: &Record<'_>) -> Vec<Gap> {
    let mut from = record.incident.recorded_at;
    let mut promised = None;
    let mut gaps = Vec::new();
    let mut updates: Vec<&Event> =
        record.events().filter(|event| matches!(event.kind, EventKind::Updated { .. })).collect();
    updates.sort_by_key(|event| event.seq);
    for event in updates {
        gaps.push(gap(record, from, event.recorded_at, promised));
        from = event.recorded_at;
        promised = match event.kind {
            EventKind::Updated { next_s, .. } => next_s.map(Duration::from_secs),
            _ => None,
        };
    }
    gaps.push(gap(record, from, silence_ends(record), promised));
    gaps
}

fn silence_ends(record: &Record<'_>) -> Time {
    if record.incident.resolved_at.is_none() {
        return record.as_of;
    }
    record
        .last(|kind| matches!(kind, EventKind::Resolved))
        .map_or_else(|| record.end(), |event| event.recorded_at)
}

fn gap(record: &Record<'_>, from: Time, to: Time, promised: Option<Duration>) -> Gap {
    let cadence = severity_at(record, from).cadence().map(|cadence| cadence.overdue);
    let span = Span(when::since(from, to));
    Gap { from: Moment(from), to: Moment(to), span, allowed: promised.or(cadence).map(Span) }
}

/// The severity in force at an instant, by when changes were written down.
fn severity_at(record: &Record<'_>, at: Time) -> Severity {
    let mut severity = None;
    for event in record.events() {
        match event.kind {
            EventKind::Declared { severity: first, .. } => severity = severity.or(Some(first)),
            EventKind::SeverityChanged { to, .. } if event.recorded_at <= at => severity = Some(to),
            _ => {}
        }
    }
    severity.unwrap_or(record.incident.severity)
}
