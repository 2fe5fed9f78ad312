//! The measures of one incident: MTTD, MTTA, MTTM, MTTR, each with the two events it came from.
//!
//! From when things happened, never from when they were written down. A measure whose ends are missing
//! or the wrong way round is left out: unknown is not zero.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Status;
use super::event::{AlertChange, AlertKey, Edge, Event, EventKind};
use super::inbox::Level;
use super::ledger::{LEAD, Ledger};
use super::state::Incident;
use crate::slo::{TierState, Transition};
use crate::text::Time;
use crate::text::when::{before, since};

/// What the time to acknowledge runs between where an alert from outside was acknowledged.
pub(crate) const ALERT_TO_ACK: &str = "first alert to its acknowledgement";

/// What the time to detect runs between where an alert from outside came first.
pub(crate) const IMPACT_TO_ALERT: &str = "start of impact to the first alert from outside";
pub(crate) const IMPACT_TO_DETECTION: &str = "start of impact to detection";

/// An instant and the event that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    pub at: Time,
    pub seq: u64,
}

/// The marks that measures lie between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measures {
    /// Where somebody marked the start of the impact.
    pub started: Option<Mark>,
    /// The first page of an SLO or alert from outside that still fired when the incident was declared, or the
    /// declaration, whichever came first.
    pub detected: Mark,
    /// What was detected first was an alert from outside.
    pub by_alert: bool,
    /// The declaration: somebody took it.
    pub acknowledged: Mark,
    /// The first alert from outside that somebody acknowledged: when it began and when that was.
    pub answered: Option<(Mark, Mark)>,
    pub mitigated: Option<Mark>,
    /// `None` while open, and again after a reopening.
    pub resolved: Option<Mark>,
}

/// One measure with its definition, to be printed beside the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    pub name: &'static str,
    pub definition: &'static str,
    pub from: Mark,
    pub to: Mark,
}

impl Measure {
    pub fn length(&self) -> Duration {
        since(self.from.at, self.to.at)
    }
}

impl Measures {
    /// The measures whose two ends are known, in the order they are spoken of.
    pub fn all(&self) -> Vec<Measure> {
        let detected = Some(self.detected);
        let acknowledgement = match self.answered {
            Some((alert, taken)) => ("MTTA", ALERT_TO_ACK, Some(alert), Some(taken)),
            None => ("MTTA", "detection to declaration", detected, Some(self.acknowledged)),
        };
        [
            (
                "MTTD",
                if self.by_alert { IMPACT_TO_ALERT } else { IMPACT_TO_DETECTION },
                self.started,
                detected,
            ),
            acknowledgement,
            ("MTTM", "detection to mitigation", detected, self.mitigated),
            ("MTTR", "detection to resolution", detected, self.resolved),
        ]
        .into_iter()
        .filter_map(|(name, definition, from, to)| {
            let (from, to) = (from?, to?);
            (from.at <= to.at).then_some(Measure { name, definition, from, to })
        })
        .collect()
    }
}

impl Ledger {
    /// The measures of one incident, as far as its events tell them. `None` only for an incident whose
    /// timeline is empty, which the fold never makes.
    pub fn measures(&self, incident: &Incident) -> Option<Measures> {
        let declared =
            incident.timeline.iter().map(|entry| mark(&entry.event)).min_by_key(|mark| mark.seq)?;
        let paged = self.first_page(incident, declared.at).filter(|paged| paged.at < declared.at);
        let own = || incident.timeline.iter().filter(|entry| !entry.struck).map(|entry| &entry.event);
        let alerted = alerted(own().chain(self.context(incident)), declared.at)
            .map(|(began, news)| Mark { at: began, seq: news.seq })
            .filter(|alerted| alerted.at < paged.unwrap_or(declared).at);
        Some(Measures {
            started: impact_start(incident),
            detected: alerted.or(paged).unwrap_or(declared),
            by_alert: alerted.is_some(),
            acknowledged: declared,
            answered: answered(own().chain(self.context(incident)), declared.at)
                .map(|(began, taken)| (Mark { at: began, seq: taken.seq }, mark(taken))),
            mitigated: incident
                .mitigated
                .and_then(|_| own_mark(incident, |kind| matches!(kind, EventKind::Mitigated { .. }))),
            resolved: (incident.status != Status::Open)
                .then(|| own_mark(incident, |kind| matches!(kind, EventKind::Resolved)))
                .flatten(),
        })
    }

    /// The first page before `declared` whose alert had not gone quiet again by then: an alert that came
    /// and went two hours earlier is another story.
    fn first_page(&self, incident: &Incident, declared: Time) -> Option<Mark> {
        let own = incident.timeline.iter().filter(|entry| !entry.struck).map(|entry| &entry.event);
        let mut alerts: Vec<(&Event, &Transition)> = own
            .chain(self.context(incident))
            .filter_map(|event| match &event.kind {
                EventKind::AlertChanged(change) if event.sorts_at() <= declared => Some((event, change)),
                _ => None,
            })
            .collect();
        alerts.sort_by_key(|(event, _)| (event.sorts_at(), event.seq));
        let quiet_later = |index: usize, page: &Transition| {
            alerts.iter().skip(index).any(|(_, later)| later.to == TierState::Ok && same_tier(later, page))
        };
        alerts
            .iter()
            .enumerate()
            .find(|(index, (_, change))| change.pages() && !quiet_later(*index, change))
            .map(|(_, (event, _))| mark(event))
    }
}

/// The first alert that somebody acknowledged, of those that an incident declared then may have to do with:
/// when it began, and the event that says who took it. One that had fired long before is another story,
/// whenever it was taken.
pub(crate) fn answered<'a>(
    events: impl Iterator<Item = &'a Event>,
    declared: Time,
) -> Option<(Time, &'a Event)> {
    let from = before(declared, LEAD);
    let taken = events.filter_map(|event| match &event.kind {
        EventKind::AlertsAcknowledged(taken) => Some((event, taken)),
        _ => None,
    });
    let began = taken.flat_map(|(event, taken)| taken.alerts.iter().map(move |key| (key.starts_at, event)));
    let recent = began.filter(|(began, event)| (from..=event.sorts_at()).contains(began));
    recent.min_by_key(|(began, event)| (*began, event.sorts_at(), event.seq))
}

/// The first alert from outside that an incident declared then may have been found by: when it began, and the event
/// that tells of it. One that says of itself that it only informs calls nobody; one that had ended by then, or had
/// fired for long, is another story.
pub(crate) fn alerted<'a>(
    events: impl Iterator<Item = &'a Event>,
    declared: Time,
) -> Option<(Time, &'a Event)> {
    let news = events.filter_map(|event| match &event.kind {
        EventKind::AlertsNoticed(news) => Some((event, news)),
        _ => None,
    });
    let (mut fired, mut ended) = (Vec::new(), BTreeSet::new());
    for (event, news) in news {
        match news.change {
            AlertChange::Fired if Level::of(news.severity.as_deref()) != Level::Info => {
                fired.extend(news.alerts.iter().map(|key| (key, event)));
            }
            AlertChange::Resolved if event.sorts_at() < declared => ended.extend(news.alerts.iter()),
            _ => {}
        }
    }
    let from = before(declared, LEAD);
    let led = |key: &AlertKey| (from..=declared).contains(&key.starts_at) && !ended.contains(key);
    let led = fired.into_iter().filter(|(key, _)| led(key)).map(|(key, event)| (key.starts_at, event));
    led.min_by_key(|(began, event)| (*began, event.seq))
}

/// Whether two changes are of one tier. Journals of the first version have no names of tiers.
pub(crate) fn same_tier(one: &Transition, other: &Transition) -> bool {
    let windows = |change: &Transition| (change.severity, change.long_s, change.short_s);
    let named = !one.tier.is_empty() && !other.tier.is_empty();
    one.slo == other.slo && windows(one) == windows(other) && (!named || one.tier == other.tier)
}

/// The newest entry of a kind that still counts: after a reopening, the later resolution is meant.
fn own_mark(incident: &Incident, wanted: impl Fn(&EventKind) -> bool) -> Option<Mark> {
    incident
        .timeline
        .iter()
        .filter(|entry| !entry.struck && wanted(&entry.event.kind))
        .max_by_key(|entry| entry.event.seq)
        .map(|entry| mark(&entry.event))
}

fn impact_start(incident: &Incident) -> Option<Mark> {
    let marked = |kind: &EventKind| matches!(kind, EventKind::ImpactMarked { edge: Edge::Start, .. });
    let at = incident.impact_start?;
    Some(Mark { at, ..own_mark(incident, marked)? })
}

fn mark(event: &Event) -> Mark {
    Mark { at: event.sorts_at(), seq: event.seq }
}
