//! Several walks at once: those that wait, those of other incidents, those of colleagues.

use super::fresh;
use crate::app::effect::Effect;
use crate::app::model::{Model, OpenRunbook};
use crate::app::on_burn;
use crate::incident::{Entry, Event, EventKind};
use crate::runbook::Runbook;
use crate::runbook::walk::{StepStatus, Walk};

/// A walk of the incident beside the one that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Other {
    pub runbook: String,
    /// Who did the last thing in it.
    pub who: String,
    /// Steps settled, of how many.
    pub progress: (usize, usize),
}

/// After a restart, or where another incident is shown: the runbook that was walked there, ours before a
/// colleague's, at the step where it was left; else the one that fits.
pub fn resume(model: &mut Model) {
    let Some(incident) = model.incident() else { return };
    let opened = |own: bool| {
        let entries = incident.timeline.iter().rev();
        let mut names = entries.filter(|entry| !own || entry.event.actor == model.setting.who);
        names.find_map(|entry| opened_name(entry).map(str::to_owned))
    };
    let fitting = || on_burn::runbook_for(model, &incident.services);
    let Some(name) = opened(true).or_else(|| opened(false)).or_else(fitting) else { return };
    let Some(runbook) = model.runbook.library.get(&name).cloned() else {
        return;
    };
    take_up(model, &runbook);
    look_around(model);
}

/// Another incident is shown: its walk comes up and the one of the incident before waits. A walk of no
/// incident stays where the one shown has none.
pub fn turn(model: &mut Model) {
    let shown = model.timeline.shown.clone();
    let stays = |open: &OpenRunbook| open.incident.is_none() || open.incident == shown;
    if !model.runbook.open.as_ref().is_some_and(stays) {
        park(model);
        model.runbook.others.clear();
        resume(model);
    }
}

/// Opens the walk of a runbook in the incident on the screen: the one that waits, else what the record
/// made of it.
pub(super) fn take_up(model: &mut Model, runbook: &Runbook) {
    let shown = model.incident().filter(|incident| incident.is_open() || model.runbook.open.is_none());
    let incident = shown.map(|incident| incident.id.clone());
    let is_it = |open: &OpenRunbook| open.runbook.name == runbook.name && open.incident == incident;
    if model.runbook.open.as_ref().is_some_and(is_it) {
        return;
    }
    park(model);
    let waiting = model.runbook.parked.iter().position(is_it);
    model.runbook.open = Some(match waiting {
        Some(at) => model.runbook.parked.remove(at),
        None => rebuilt(model, runbook, incident),
    });
    look_around(model);
}

/// The walk as the record has it. Our own steps say where we are; where we did none, the first open one.
fn rebuilt(model: &Model, runbook: &Runbook, incident: Option<String>) -> OpenRunbook {
    let mut open = OpenRunbook { incident, ..fresh(runbook) };
    let Some(incident) = open.incident.as_deref().and_then(|id| model.ledger.incident(id)) else {
        return open;
    };
    let mut entries: Vec<&Entry> = incident.timeline.iter().filter(|entry| !entry.struck).collect();
    entries.sort_by_key(|entry| entry.event.seq);
    let mut own = false;
    for entry in entries.into_iter().filter(|entry| concerns(&entry.event.kind)) {
        opened(&mut open, &entry.event);
        if entry.event.actor == model.setting.who {
            own |= is_step_of(&entry.event.kind, &runbook.name);
            open.begun |= opened_name(entry) == Some(&runbook.name);
            open.walk.apply(&entry.event.kind);
        } else {
            open.walk.observe(&entry.event.kind);
        }
    }
    if !own {
        let first = open.walk.steps.iter().position(|step| step.status == StepStatus::Open);
        open.walk.current = first.unwrap_or(0);
    }
    open.answers.clone_from(&open.walk.answers);
    open
}

fn park(model: &mut Model) {
    model.runbook.parked.extend(model.runbook.open.take());
}

/// The next of the incident's walks takes the pane; round and round.
pub fn next_walk(model: &mut Model) -> Vec<Effect> {
    let Some(other) = model.runbook.others.first() else { return Vec::new() };
    let name = other.runbook.clone();
    super::open(model, &name)
}

/// Lists the other walks of the incident on the screen, the one behind the open one first.
pub(super) fn look_around(model: &mut Model) {
    let here = model.runbook.open.as_ref().map(|open| open.runbook.name.clone());
    let Some(incident) = model.incident() else { return model.runbook.others.clear() };
    let mut names: Vec<(&str, &str)> = Vec::new();
    for entry in &incident.timeline {
        if let Some(name) = walked_name(&entry.event.kind) {
            match names.iter_mut().find(|(known, _)| *known == name) {
                Some(known) => known.1 = &entry.event.actor,
                None => names.push((name, &entry.event.actor)),
            }
        }
    }
    let behind = names.iter().position(|(name, _)| Some(*name) == here.as_deref()).map_or(0, |at| at + 1);
    let names_behind = behind.min(names.len());
    names.rotate_left(names_behind);
    let others = names.into_iter().filter(|(name, _)| Some(*name) != here.as_deref());
    let others = others.filter_map(|(name, who)| {
        let (runbook, who) = (name.to_owned(), who.to_owned());
        Some(Other { runbook, who, progress: progress(model, name)? })
    });
    model.runbook.others = others.collect();
}

fn progress(model: &Model, name: &str) -> Option<(usize, usize)> {
    let runbook = model.runbook.library.get(name)?;
    let kinds =
        model.incident()?.timeline.iter().filter(|entry| !entry.struck).map(|entry| &entry.event.kind);
    Some(Walk::replay(runbook, kinds).progress())
}

/// Whoever opened a walk first is whose it is.
pub(super) fn opened(open: &mut OpenRunbook, event: &Event) {
    if matches!(&event.kind, EventKind::RunbookOpened(opened) if opened.name == open.runbook.name) {
        open.opened_by.get_or_insert_with(|| event.actor.clone());
    }
}

fn opened_name(entry: &Entry) -> Option<&str> {
    match &entry.event.kind {
        EventKind::RunbookOpened(opened) => Some(&opened.name),
        _ => None,
    }
}

/// The runbook that an event of a walk is about.
pub(super) fn walked_name(kind: &EventKind) -> Option<&str> {
    Some(match kind {
        EventKind::RunbookOpened(opened) => &opened.name,
        EventKind::StepStarted(start) => &start.runbook,
        EventKind::StepRan(run) => &run.runbook,
        EventKind::StepMarked(mark) => &mark.runbook,
        EventKind::StepAnswered(decision) => &decision.runbook,
        EventKind::StepVerified(verified) => &verified.runbook,
        EventKind::ValuesGiven(given) => &given.runbook,
        _ => return None,
    })
}

pub(super) fn concerns(kind: &EventKind) -> bool {
    walked_name(kind).is_some()
}

fn is_step_of(kind: &EventKind, runbook: &str) -> bool {
    let moves = !matches!(kind, EventKind::RunbookOpened(_) | EventKind::ValuesGiven(_));
    moves && walked_name(kind) == Some(runbook)
}
