//! How it was found, and how long each stretch of the work took: from which event to which.

use std::time::Duration;

use serde::Serialize;

use super::record::Record;
use crate::incident::event::{Edge, NoteKind};
use crate::incident::measures::{
    ALERT_TO_ACK, IMPACT_TO_ALERT, IMPACT_TO_DETECTION, alerted, answered, same_tier,
};
use crate::incident::{Event, EventKind};
use crate::postmortem::words::{Moment, Span};
use crate::slo::{TierState, Transition};
use crate::text::{Time, when};

/// A page that stopped firing this long before the declaration may still be what it was found by.
const PAGE_BEFORE: Duration = Duration::from_hours(1);

const PAGE_TO_RESPONSE: &str = "first page to the first thing a person did on the record";
const FIRED_TO_RESPONSE: &str = "first alert to the first thing a person did on the record";

/// The instants that the measures run between.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detection {
    pub impact_started: Option<Mark>,
    /// The first page of an SLO of the incident's services, or alert from outside, that led to the declaration.
    pub first_page: Option<Mark>,
    /// The first page was an alert from outside.
    pub by_alert: bool,
    pub declared: Mark,
    /// The first thing a person did on the record after the page.
    pub first_response: Option<Mark>,
    /// The first action noted, or the first command run that changes something.
    pub first_action: Option<Mark>,
    /// The first alert from outside that somebody acknowledged: when it began, and when it was taken.
    pub answered: Option<(Mark, Mark)>,
    pub mitigated: Option<Mark>,
    pub resolved: Option<Mark>,
    /// MTTD, MTTA, MTTM, MTTR of this one incident, each with its definition.
    pub measures: Vec<Measure>,
}

/// An instant and the event that says so.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mark {
    pub at: Moment,
    /// Sequence number in the journal; `None` where the event itself is not at hand.
    pub seq: Option<u64>,
    pub what: String,
}

/// One stretch of time between two events.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    pub name: &'static str,
    pub definition: &'static str,
    pub from: Option<Mark>,
    pub to: Option<Mark>,
    /// `None` when an end is unknown or they lie the wrong way round.
    pub span: Option<Span>,
}

impl Detection {
    pub(super) fn of(record: &Record<'_>) -> Self {
        let (first_page, by_alert) = earlier(first_page(record), first_alert(record));
        let mut detection = Self {
            impact_started: impact_started(record),
            first_page,
            by_alert,
            declared: declared(record),
            first_response: None,
            first_action: first_action(record),
            answered: answered_alert(record),
            mitigated: mitigated(record),
            resolved: resolved(record),
            measures: Vec::new(),
        };
        let found = detection.found().at.0;
        detection.first_response = record
            .events()
            .find(|event| is_response(event) && event.sorts_at() >= found)
            .map(|event| mark(event, words(event)));
        detection.measures = detection.measure();
        detection
    }

    /// The detection itself: the first page, else the declaration.
    pub(super) fn found(&self) -> &Mark {
        match &self.first_page {
            Some(page) if page.at <= self.declared.at => page,
            _ => &self.declared,
        }
    }

    /// The earliest instant that is known of.
    pub(super) fn start(&self) -> Time {
        let found = self.found().at.0;
        self.impact_started.as_ref().map_or(found, |started| started.at.0.min(found))
    }

    fn measure(&self) -> Vec<Measure> {
        let found = Some(self.found());
        let page = self.first_page.as_ref();
        let (to_detect, to_respond) = if self.by_alert {
            (IMPACT_TO_ALERT, FIRED_TO_RESPONSE)
        } else {
            (IMPACT_TO_DETECTION, PAGE_TO_RESPONSE)
        };
        let mtta = match &self.answered {
            Some((alert, taken)) => Measure::new("MTTA", ALERT_TO_ACK, Some(alert), Some(taken)),
            None => Measure::new("MTTA", to_respond, page, self.first_response.as_ref()),
        };
        vec![
            Measure::new("MTTD", to_detect, self.impact_started.as_ref(), found),
            mtta,
            Measure::new("MTTM", "detection to mitigation", found, self.mitigated.as_ref()),
            Measure::new("MTTR", "detection to resolution", found, self.resolved.as_ref()),
        ]
    }
}

impl Measure {
    fn new(name: &'static str, definition: &'static str, from: Option<&Mark>, to: Option<&Mark>) -> Self {
        let span = match (from, to) {
            (Some(from), Some(to)) => to.at.0.signed_duration_since(from.at.0).to_std().ok().map(Span),
            _ => None,
        };
        Self { name, definition, from: from.cloned(), to: to.cloned(), span }
    }
}

fn mark(event: &Event, what: impl Into<String>) -> Mark {
    Mark { at: Moment(event.sorts_at()), seq: Some(event.seq), what: what.into() }
}

/// A mark whose instant the fold knows, with the event behind it where there is one.
fn folded(at: Time, event: Option<&Event>, what: impl Into<String>) -> Mark {
    Mark { at: Moment(at), seq: event.map(|event| event.seq), what: what.into() }
}

fn declared(record: &Record<'_>) -> Mark {
    let incident = record.incident;
    let event = record.events().find(|event| matches!(event.kind, EventKind::Declared { .. }));
    folded(incident.declared_at, event, format!("declared by {}", incident.declared_by))
}

fn impact_started(record: &Record<'_>) -> Option<Mark> {
    let event = record.last(|kind| matches!(kind, EventKind::ImpactMarked { edge: Edge::Start, .. }));
    Some(folded(record.incident.impact_start?, event, "impact started"))
}

fn mitigated(record: &Record<'_>) -> Option<Mark> {
    let (at, kind) = record.incident.mitigated?;
    let event = record.last(|kind| matches!(kind, EventKind::Mitigated { .. }));
    Some(folded(at, event, format!("mitigated by {kind}")))
}

fn resolved(record: &Record<'_>) -> Option<Mark> {
    let event = record.last(|kind| matches!(kind, EventKind::Resolved));
    Some(folded(record.incident.resolved_at?, event, "resolved"))
}

/// The first page while the incident was open, or before it and still firing at the declaration, or
/// at most an hour earlier.
fn first_page(record: &Record<'_>) -> Option<Mark> {
    let declared = record.incident.declared_at;
    let mut fired: Vec<(&Event, &Transition)> = Vec::new();
    for (event, change) in alerts(record) {
        if change.pages() {
            fired.push((event, change));
        } else if event.sorts_at() <= declared && change.to != TierState::Frozen {
            let since = when::before(declared, PAGE_BEFORE);
            fired.retain(|(page, was)| !same_tier(was, change) || page.sorts_at() >= since);
        }
    }
    let (event, change) = fired.into_iter().find(|(event, _)| event.sorts_at() <= record.end())?;
    Some(mark(event, format!("page on {}", change.slo)))
}

/// The first alert from outside that led to the declaration, from when it began.
fn first_alert(record: &Record<'_>) -> Option<Mark> {
    let events = record.events().chain(record.around.iter().copied());
    let (began, news) = alerted(events, record.incident.declared_at)?;
    let EventKind::AlertsNoticed(told) = &news.kind else { return None };
    Some(folded(began, Some(news), format!("alert {}", told.group.title())))
}

/// The earlier one of a page and an alert; whether it is the alert.
fn earlier(page: Option<Mark>, alert: Option<Mark>) -> (Option<Mark>, bool) {
    let is_alert = match (&page, &alert) {
        (Some(page), Some(alert)) => alert.at < page.at,
        (None, alert) => alert.is_some(),
        (Some(_), None) => false,
    };
    if is_alert { (alert, true) } else { (page, false) }
}

/// Alert changes of the incident itself and of its services, in the order they happened.
fn alerts<'a>(record: &Record<'a>) -> Vec<(&'a Event, &'a Transition)> {
    let around =
        record.around.iter().copied().filter_map(alert).filter(|(_, change)| record.touches(&change.service));
    let mut all: Vec<_> = record.events().filter_map(alert).chain(around).collect();
    all.sort_by_key(|(event, _)| (event.sorts_at(), event.seq));
    all
}

fn alert(event: &Event) -> Option<(&Event, &Transition)> {
    match &event.kind {
        EventKind::AlertChanged(change) => Some((event, change)),
        _ => None,
    }
}

fn answered_alert(record: &Record<'_>) -> Option<(Mark, Mark)> {
    let events = record.events().chain(record.around.iter().copied());
    let (began, taken) = answered(events, record.incident.declared_at)?;
    Some((folded(began, Some(taken), "alert began"), mark(taken, words(taken))))
}

fn first_action(record: &Record<'_>) -> Option<Mark> {
    record.events().find_map(|event| match &event.kind {
        EventKind::Noted { kind: NoteKind::Action, text, .. } => Some(mark(event, text.clone())),
        EventKind::StepRan(run) if run.risk != "read" => Some(mark(event, run.title.clone())),
        EventKind::Mitigated { kind } => Some(mark(event, format!("mitigated by {kind}"))),
        _ => None,
    })
}

/// What a person does here; alerts, changes elsewhere and kept evidence happen by themselves, and what was
/// imported is told, not measured.
fn is_response(event: &Event) -> bool {
    use EventKind as K;
    !matches!(
        event.kind,
        K::AlertChanged(_)
            | K::AlertsNoticed(_)
            | K::ChangeMarked(_)
            | K::EvidenceKept(_)
            | K::Imported(_)
            | K::Erased
            | K::Unknown { .. }
    )
}

fn words(event: &Event) -> String {
    format!("{} by {}", event.kind.word().replace('_', " "), event.actor)
}
