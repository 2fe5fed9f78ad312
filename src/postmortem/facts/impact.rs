//! What the incident cost: users, events, error budget. Only what evidence and people said.

use serde::Serialize;

use super::record::Record;
use crate::incident::EventKind;
use crate::incident::event::{Evidence, Spent};
use crate::postmortem::words::{Events, Moment, Share, Span};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Impact {
    /// What users felt, in somebody's words.
    pub text: Option<String>,
    pub services: Vec<String>,
    pub started: Option<Moment>,
    pub ended: Option<Moment>,
    /// Known only when both ends are marked.
    pub duration: Option<Span>,
    /// One for each SLO that was measured, from the last evidence kept.
    pub costs: Vec<Cost>,
    /// The event that holds the evidence, and when it was taken.
    pub evidence: Option<u64>,
    pub measured_at: Option<Moment>,
}

/// What one SLO lost between two instants.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cost {
    pub slo: String,
    pub from: Moment,
    pub to: Moment,
    pub bad: Events,
    pub total: Events,
    /// Share of the whole period's budget; `None` without traffic.
    pub budget: Option<Share>,
}

impl Impact {
    pub(super) fn of(record: &Record<'_>) -> Self {
        let incident = record.incident;
        let kept = record.last(|kind| matches!(kind, EventKind::EvidenceKept(_)));
        let evidence: Option<&Evidence> = kept.and_then(|event| match &event.kind {
            EventKind::EvidenceKept(evidence) => Some(evidence),
            _ => None,
        });
        let (started, ended) = (incident.impact_start, incident.impact_end);
        let duration = started.zip(ended).and_then(|(from, to)| (to - from).to_std().ok());
        Self {
            text: incident.impact.clone(),
            services: incident.services.clone(),
            started: started.map(Moment),
            ended: ended.map(Moment),
            duration: duration.map(Span),
            costs: evidence.map(|evidence| evidence.spent.iter().map(cost).collect()).unwrap_or_default(),
            evidence: kept.map(|event| event.seq),
            measured_at: evidence.map(|evidence| Moment(evidence.at)),
        }
    }
}

fn cost(spent: &Spent) -> Cost {
    Cost {
        slo: spent.slo.clone(),
        from: Moment(spent.from),
        to: Moment(spent.to),
        bad: Events(spent.bad),
        total: Events(spent.total),
        budget: spent.budget_share.filter(|share| share.is_finite()).map(Share),
    }
}
