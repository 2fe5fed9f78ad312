//! The head of a postmortem: what it is about in a few lines and two sentences.

use serde::Serialize;

use super::detection::Detection;
use super::impact::Impact;
use super::record::Record;
use crate::incident::{EventKind, Incident, Role, Severity};
use crate::postmortem::words::{Moment, Span};
use crate::text::when;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Header {
    pub id: String,
    pub title: String,
    /// UTC date of the declaration.
    pub date: String,
    /// draft, until people say otherwise.
    pub status: &'static str,
    /// As it ended.
    pub severity: String,
    /// The worst it ever had, where that is another one.
    pub worst: Option<String>,
    pub severities: Vec<SeverityStep>,
    /// Detection to resolution; to [`Header::as_of`] while it is open.
    pub duration: Span,
    /// When this was gathered, for an open incident only: a resolved one reads the same for ever.
    pub as_of: Option<Moment>,
    /// Who commanded, in order.
    pub commanders: Vec<Held>,
    pub services: Vec<String>,
    pub drill: bool,
    pub private: bool,
}

/// One change of severity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeverityStep {
    pub at: Moment,
    pub seq: u64,
    pub from: String,
    pub to: String,
    pub reason: String,
    pub by: String,
}

/// One person holding one role; `to` is `None` for a holding that never ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Held {
    pub role: &'static str,
    pub who: String,
    pub from: Moment,
    pub to: Option<Moment>,
}

impl Header {
    pub(super) fn of(record: &Record<'_>, detection: &Detection) -> Self {
        let incident = record.incident;
        let worst = worst_severity(incident);
        Self {
            id: incident.id.clone(),
            title: incident.title.clone(),
            date: incident.declared_at.format("%Y-%m-%d").to_string(),
            status: "draft",
            severity: incident.severity.to_string(),
            worst: (worst != incident.severity).then(|| worst.to_string()),
            severities: severities(record),
            duration: Span(when::since(detection.found().at.0, record.end())),
            as_of: incident.resolved_at.is_none().then_some(Moment(record.as_of)),
            commanders: held(incident).into_iter().filter(|held| held.role == Role::Ic.title()).collect(),
            services: incident.services.clone(),
            drill: incident.drill,
            private: incident.private,
        }
    }
}

/// The worst severity an incident ever had. Lowering it later does not undo what it was.
pub(in crate::postmortem) fn worst_severity(incident: &Incident) -> Severity {
    let kinds = incident.timeline.iter().filter(|entry| !entry.struck).map(|entry| &entry.event.kind);
    let ever = kinds.filter_map(|kind| match kind {
        EventKind::Declared { severity, .. } => Some(*severity),
        EventKind::SeverityChanged { from, to, .. } => Some(*from.min(to)),
        _ => None,
    });
    ever.min().unwrap_or(incident.severity).min(incident.severity)
}

pub(super) fn held(incident: &Incident) -> Vec<Held> {
    let tenures = incident.tenures.iter();
    tenures
        .map(|tenure| Held {
            role: tenure.role.title(),
            who: tenure.who.clone(),
            from: Moment(tenure.from),
            to: tenure.to.map(Moment),
        })
        .collect()
}

fn severities(record: &Record<'_>) -> Vec<SeverityStep> {
    let steps = record.events().filter_map(|event| match &event.kind {
        EventKind::SeverityChanged { from, to, reason } => Some(SeverityStep {
            at: Moment(event.sorts_at()),
            seq: event.seq,
            from: from.to_string(),
            to: to.to_string(),
            reason: reason.clone(),
            by: event.actor.clone(),
        }),
        _ => None,
    });
    steps.collect()
}

/// Two sentences: what, whom and how long; how it ended and what it cost.
pub(super) fn summary(header: &Header, detection: &Detection, impact: &Impact) -> String {
    format!("{} {}", what_happened(header, detection), how_it_ended(header, detection, impact))
}

fn what_happened(header: &Header, detection: &Detection) -> String {
    let services = match header.services.as_slice() {
        [] => "services that are not recorded".to_owned(),
        services => services.join(", "),
    };
    let severity = header.worst.as_ref().unwrap_or(&header.severity);
    let found = detection.found().at;
    let drill = if header.drill { "In a drill, the" } else { "The" };
    let title = header.title.trim_end_matches('.');
    match (&detection.resolved, header.as_of) {
        (None, Some(as_of)) => format!(
            "{drill} {severity} incident \"{title}\" affects {services} and is open for {} (detected {found}, as of {as_of} UTC).",
            header.duration
        ),
        _ => format!(
            "{drill} {severity} incident \"{title}\" affected {services} for {} from detection at {found} UTC to resolution.",
            header.duration
        ),
    }
}

fn how_it_ended(header: &Header, detection: &Detection, impact: &Impact) -> String {
    let mitigation =
        match (&detection.mitigated, detection.measures.iter().find(|measure| measure.name == "MTTM")) {
            (Some(mark), Some(measure)) => match measure.span {
                Some(span) => format!("It was {} {span} after detection", mark.what),
                None => format!("It was {} before it was detected", mark.what),
            },
            _ if header.as_of.is_some() => "It is not mitigated yet".to_owned(),
            _ => "How it was mitigated is not recorded".to_owned(),
        };
    let costliest = impact.costs.iter().filter_map(|cost| Some((cost.budget?, &cost.slo)));
    match costliest.max_by(|a, b| a.0.0.total_cmp(&b.0.0)) {
        Some((share, slo)) => format!("{mitigation}, and it spent {share} of the error budget of {slo}."),
        None => format!("{mitigation}, and what it cost in error budget is not recorded."),
    }
}
