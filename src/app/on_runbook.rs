//! The runbook pane: which runbook is open, the walk, the values of its placeholders.

use std::collections::BTreeMap;

use super::action::Action;
use super::effect::Effect;
use super::form::{Form, Popup, Purpose};
use super::model::{Model, OpenRunbook};
use super::notice::Tone;
use super::{on_burn, on_find, on_run, on_timeline};
use crate::incident::event::StepOutcome;
use crate::incident::{Ask, EventKind, Intent};
use crate::runbook::placeholder::Values;
use crate::runbook::walk::Walk;
use crate::runbook::{Runbook, Shelf};

/// The library as the files have it now. An open walk keeps its progress.
pub fn library(model: &mut Model, library: Vec<Runbook>) -> Vec<Effect> {
    if let Some(open) = &mut model.runbook.open
        && let Some(edited) = library.iter().find(|runbook| runbook.name == open.runbook.name)
        && edited.sha256 != open.runbook.sha256
    {
        open.walk.rebind(edited);
        open.runbook = edited.clone();
        model.notices.say(model.now, Tone::Info, format!("{} was edited; reloaded", edited.name));
    }
    let first = model.runbook.library.is_empty();
    model.runbook.shelf = Shelf::new(&library);
    model.runbook.library = library;
    on_find::shelved(model);
    // The journal may be read before the files are.
    if first && model.runbook.open.is_none() {
        let services = model.incident().map(|incident| incident.services.clone()).unwrap_or_default();
        resume(model, &services);
    }
    Vec::new()
}

/// Opens the runbook of the incident's services, unless somebody is already walking one.
pub fn open_for(model: &mut Model, services: &[String]) -> Vec<Effect> {
    match on_burn::runbook_for(model, services) {
        Some(name) if model.runbook.open.is_none() && !model.runbook.running() => open(model, &name),
        _ => Vec::new(),
    }
}

/// Opens a runbook at its first step; on record where an incident is shown.
pub fn open(model: &mut Model, name: &str) -> Vec<Effect> {
    let Some(runbook) = model.runbook.library.iter().find(|runbook| runbook.name == name) else {
        let key = model.setting.keymap.key(Action::OpenRunbook);
        let text = format!("{name}: no such runbook; press {key} to choose one");
        model.notices.say(model.now, Tone::Warning, text);
        return Vec::new();
    };
    let opened = EventKind::RunbookOpened { name: runbook.name.clone(), sha256: runbook.sha256.clone() };
    model.runbook.open = Some(OpenRunbook { runbook: runbook.clone(), walk: Walk::open(runbook) });
    model.runbook.answers = BTreeMap::new();
    if !model.runbook.running() {
        model.runbook.run = None;
    }
    record(model, opened)
}

/// After a restart: the runbook that was being walked, at the step where it was left.
pub fn resume(model: &mut Model, services: &[String]) {
    let Some(incident) = model.incident() else { return };
    let kinds: Vec<EventKind> = incident.timeline.iter().map(|entry| entry.event.kind.clone()).collect();
    let opened = kinds.iter().rev().find_map(|kind| match kind {
        EventKind::RunbookOpened { name, .. } => Some(name.clone()),
        _ => None,
    });
    let Some(name) = opened.or_else(|| on_burn::runbook_for(model, services)) else { return };
    let Some(runbook) = model.runbook.library.iter().find(|runbook| runbook.name == name) else { return };
    model.runbook.open = Some(OpenRunbook { runbook: runbook.clone(), walk: Walk::replay(runbook, &kinds) });
}

/// What the journal says of the walk: ours, or a colleague's at another terminal.
pub fn recorded(model: &mut Model, kind: &EventKind) {
    if let Some(open) = &mut model.runbook.open {
        open.walk.apply(kind);
    }
}

/// The question for one value.
pub(super) fn ask_for(model: &Model, name: &str) -> Form {
    let open = model.runbook.open.as_ref();
    Form::placeholder(name, open.and_then(|open| open.runbook.meta(&format!("values.{name}"))))
}

/// A piece of a command is never typed in, so that asking for it would ask for ever.
pub(super) fn refuse_unset(model: &mut Model, name: &str) {
    let service = model.incident().and_then(|incident| incident.services.first().cloned());
    let table = service.map_or_else(|| "values.SERVICE".to_owned(), |service| format!("values.{service}"));
    let text =
        format!("not run: {name} is not configured (set it under [{table}], or x or - past this step)");
    model.notices.say(model.now, Tone::Warning, text);
}

/// An answer to a placeholder, kept for the walk; then the next question, or the confirmation.
pub fn fill(model: &mut Model, name: String, value: String) {
    model.runbook.answers.insert(name.clone(), value);
    on_run::ask_to_run(model);
    let again = Purpose::Placeholder { name };
    if let Some(Popup::Form(form)) = &mut model.popup
        && form.purpose == again
    {
        form.refused = Some("empty, or not safe in this place (no leading -, no spaces or signs)".to_owned());
    }
}

/// Words of the runbook with the placeholders in them named, as far as they are known. For reading only.
pub fn spoken(model: &Model, text: &str) -> String {
    let Values { trusted, other } = values(model);
    let known = trusted.iter().chain(&other);
    known.fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

/// What placeholders are filled from: trusted configuration, then the incident, then answers.
pub(super) fn values(model: &Model) -> Values {
    let incident = model.incident();
    let service = incident.and_then(|incident| incident.services.first().cloned());
    let trusted = service.as_ref().and_then(|service| model.setting.values.get(service)).cloned();
    let mut other = model.runbook.answers.clone();
    if let Some(service) = service {
        other.entry("service".to_owned()).or_insert(service);
    }
    if let Some(incident) = incident {
        other.entry("incident".to_owned()).or_insert_with(|| incident.id.clone());
    }
    Values { trusted: trusted.unwrap_or_default(), other }
}

/// Marks the current step done or skipped and goes on to the next.
pub fn mark(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(open) = &model.runbook.open else { return Vec::new() };
    let Some(step) = open.walk.step() else { return Vec::new() };
    let outcome = if action == Action::StepDone { StepOutcome::Done } else { StepOutcome::Skipped };
    let kind = EventKind::StepMarked {
        runbook: open.runbook.name.clone(),
        step: step.n.clone(),
        title: step.title.clone(),
        outcome,
    };
    recorded(model, &kind);
    record(model, kind)
}

/// On record where an incident is shown; a walk without one leaves no trace.
pub(super) fn record(model: &mut Model, kind: EventKind) -> Vec<Effect> {
    let Some(incident) =
        model.incident().filter(|incident| incident.is_open()).map(|incident| incident.id.clone())
    else {
        return Vec::new();
    };
    let ask = Ask::new(&model.setting.who, Intent::Record { kind, dedupe: None });
    on_timeline::append(model, ask.about(incident))
}

/// Up and down choose the step.
pub fn scroll(model: &mut Model, by: isize) {
    if let Some(open) = &mut model.runbook.open {
        open.walk.go(by);
    }
}
