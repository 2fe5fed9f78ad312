//! What was done: steps that ran, changes around the start, tasks left open.

use std::time::Duration;

use serde::Serialize;

use super::detection::Detection;
use super::record::Record;
use super::timeline;
use crate::incident::checklist::Temporary;
use crate::incident::event::{StepMark, StepRun};
use crate::incident::state::Task;
use crate::incident::{Event, EventKind, Incident};
use crate::postmortem::words::{Moment, Span};
use crate::text::{Time, when};

/// Changes and alerts this long before the start are worth a look.
const LOOK_BACK: Duration = Duration::from_hours(2);

/// One step of a runbook: run, or marked by hand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ran {
    pub seq: u64,
    pub at: Moment,
    pub who: String,
    pub runbook: String,
    pub step: String,
    pub title: String,
    /// `None` for a step that was marked without a command.
    pub command: Option<String>,
    pub risk: Option<String>,
    /// How the command ended, in words; the exit code where it had one.
    pub ended: Option<String>,
    pub exit: Option<i32>,
    pub took: Option<Span>,
    /// done, skipped or failed, where somebody said so.
    pub outcome: Option<String>,
}

/// A change to a service.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    pub seq: u64,
    pub at: Moment,
    pub kind: String,
    pub service: String,
    pub what: String,
    /// How it is undone, where somebody said so.
    pub back: Option<String>,
    /// `12m 00s before detection`, `3m 10s after detection`.
    pub relative: String,
    /// About a service of the incident.
    pub own: bool,
}

/// A task that was left open.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Candidate {
    /// Number of the task inside the incident; `None` for a temporary mitigation.
    pub task: Option<u32>,
    pub text: String,
    /// Whose task it is; nobody's yet where it was none.
    pub owner: Option<String>,
    /// Where it comes from: `task 3, promoted`.
    pub origin: String,
}

pub(super) fn ran(record: &Record<'_>) -> Vec<Ran> {
    let mut steps: Vec<Ran> = Vec::new();
    for event in record.events() {
        match &event.kind {
            EventKind::StepRan(run) => steps.push(of_run(event, run)),
            EventKind::StepMarked(StepMark { runbook, step, title, outcome, .. }) => {
                let open = steps.iter_mut().rev().find(|ran| ran.runbook == *runbook && ran.step == *step);
                match open.filter(|ran| ran.outcome.is_none()) {
                    Some(ran) => ran.outcome = Some(outcome.to_string()),
                    None => steps.push(Ran {
                        runbook: runbook.clone(),
                        step: step.clone(),
                        title: title.clone(),
                        outcome: Some(outcome.to_string()),
                        ..marked(event)
                    }),
                }
            }
            _ => {}
        }
    }
    steps
}

fn of_run(event: &Event, run: &StepRun) -> Ran {
    Ran {
        at: Moment(run.started_at),
        runbook: run.runbook.clone(),
        step: run.step.clone(),
        title: run.title.clone(),
        command: Some(run.command.clone()),
        risk: Some(run.risk.clone()),
        ended: Some(run.ended.clone()),
        exit: run.exit,
        took: Duration::try_from_secs_f64(run.duration_s).ok().map(Span),
        ..marked(event)
    }
}

fn marked(event: &Event) -> Ran {
    Ran {
        seq: event.seq,
        at: Moment(event.sorts_at()),
        who: event.actor.clone(),
        runbook: String::new(),
        step: String::new(),
        title: String::new(),
        command: None,
        risk: None,
        ended: None,
        exit: None,
        took: None,
        outcome: None,
    }
}

/// Events around the incident that its timeline shows: changes of any service, and what alerts and
/// planned windows of its own services did, from a while before the start to the end.
pub(super) fn near<'a>(record: &Record<'a>, detection: &Detection) -> Vec<&'a Event> {
    let from = when::before(detection.start(), LOOK_BACK);
    let within = |event: &&Event| event.lies_within(from, record.end());
    let telling = |event: &&Event| match &event.kind {
        EventKind::ChangeMarked(_) | EventKind::MaintenanceEnded { .. } => true,
        EventKind::MaintenancePlanned { service, .. } => record.touches(service),
        EventKind::AlertChanged(change) => {
            record.touches(&change.service) && timeline::crosses_firing(change)
        }
        _ => false,
    };
    record.around.iter().copied().filter(within).filter(telling).collect()
}

pub(super) fn changes(record: &Record<'_>, detection: &Detection) -> Vec<Change> {
    let from = when::before(detection.start(), LOOK_BACK);
    let own = record.events().filter(|event| event.sorts_at() >= from);
    let mut events: Vec<&Event> = own.chain(near(record, detection)).collect();
    events.sort_by_key(|event| (event.sorts_at(), event.seq));
    let found = detection.found().at.0;
    events.into_iter().filter_map(|event| change(record, event, found)).collect()
}

fn change(record: &Record<'_>, event: &Event, found: Time) -> Option<Change> {
    let EventKind::ChangeMarked(change) = &event.kind else { return None };
    let at = event.sorts_at();
    let relative = if at <= found {
        format!("{} before detection", Span(when::since(at, found)))
    } else {
        format!("{} after detection", Span(when::since(found, at)))
    };
    Some(Change {
        seq: event.seq,
        at: Moment(at),
        kind: change.kind.to_string(),
        service: change.service.clone(),
        what: change.what.clone(),
        back: change.back.clone(),
        relative,
        own: record.touches(&change.service),
    })
}

pub(super) fn candidates(incident: &Incident) -> Vec<Candidate> {
    let task = |task: &Task| Candidate {
        task: Some(task.number),
        text: task.text.clone(),
        owner: Some(task.owner.clone()),
        origin: format!(
            "task {}, {}",
            task.number,
            if task.ended.is_some() { "promoted" } else { "left open" }
        ),
    };
    let temporary = |put: &Temporary| Candidate {
        task: None,
        text: format!("Remove what is temporary: {}", put.text),
        owner: None,
        origin: "left in place".to_owned(),
    };
    let left = incident.open_temporaries().map(temporary);
    incident.tasks_to_follow().map(task).chain(left).collect()
}
