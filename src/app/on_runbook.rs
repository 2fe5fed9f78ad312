//! The runbook pane: which runbook is open, the walks of the incident, what is done on them.

pub mod decide;
mod values;
pub mod verify;
mod walks;

use std::collections::{BTreeMap, BTreeSet};

use super::action::Action;
use super::effect::Effect;
use super::form::Popup;
use super::model::{Model, OpenRunbook};
use super::notice::Tone;
use super::on_run::assist;
use super::{on_burn, on_find, on_run, on_timeline};
use crate::incident::event::{Opened, Standing, StepMark, StepOutcome, StepRun};
use crate::incident::{Ask, Event, EventKind, Incident, Intent};
use crate::runbook::judge::{self, Judgement};
use crate::runbook::walk::{Walk, WalkStep};
use crate::runbook::{Carried, Library, Runbook};

pub(super) use values::{change, changeable, form, key, refuse_unset, secrets, values};
pub use values::{give, spoken};
pub use walks::{Other, next_walk, resume, turn};

/// The library as the files have it now. Open walks keep their progress; a window that asks for a
/// confirmation keeps the text it showed.
pub fn library(model: &mut Model, library: Library) -> Vec<Effect> {
    let pane = &mut model.runbook;
    let mut changed = Vec::new();
    for open in pane.open.iter_mut().chain(&mut pane.parked) {
        let known = library.get(&open.runbook.name);
        let Some(edited) = known.filter(|edited| edited.sha256 != open.runbook.sha256) else { continue };
        open.walk.rebind(edited);
        open.runbook = Runbook::clone(edited);
        changed.push((edited.name.clone(), open.walk.steps.iter().filter(|step| step.edited).count()));
    }
    for (name, edited) in changed {
        let steps = if edited == 1 { "step".to_owned() } else { "steps".to_owned() };
        let which =
            if edited == 0 { String::new() } else { format!("; {edited} {steps} you have done changed") };
        model.notices.say(model.now, Tone::Info, format!("{name} was edited; reloaded{which}"));
    }
    let first = model.runbook.library.books().is_empty();
    model.runbook.library = library;
    on_find::shelved(model);
    assist::warn_of_outdated(model);
    // The journal may be read before the files are.
    if first && model.runbook.open.is_none() {
        resume(model);
    }
    Vec::new()
}

/// Opens the runbook of a declared incident's services, unless somebody is already walking one: that
/// walk is the incident's from now on.
pub fn open_for(model: &mut Model, services: &[String]) -> Vec<Effect> {
    if let Some(open) = &mut model.runbook.open {
        if open.incident.is_none() {
            open.incident.clone_from(&model.timeline.shown);
        }
        return begin(model);
    }
    match on_burn::runbook_for(model, services) {
        Some(name) if !model.runbook.running() => open(model, &name),
        _ => Vec::new(),
    }
}

/// Opens a runbook where its walk stands in this incident, else at its first step; on record where an
/// incident is shown. The walk that was open waits.
pub fn open(model: &mut Model, name: &str) -> Vec<Effect> {
    let Some(runbook) = model.runbook.library.get(name).cloned() else {
        let key = model.setting.keymap.key(Action::OpenRunbook);
        let text = format!("{name}: no such runbook; press {key} to choose one");
        model.notices.say(model.now, Tone::Warning, text);
        return Vec::new();
    };
    walks::take_up(model, &runbook);
    if !model.runbook.running() {
        model.runbook.run = None;
    }
    begin(model)
}

/// What the journal says of walks: ours, or a colleague's at another terminal. A colleague's step counts;
/// our current step stays current.
pub fn recorded(model: &mut Model, event: &Event) {
    let own = event.actor == model.setting.who;
    let pane = &mut model.runbook;
    for open in pane.open.iter_mut().chain(&mut pane.parked).filter(|open| open.incident == event.incident) {
        walks::opened(open, event);
        if let Some(at) = open.awaited.iter().position(|kind| own && *kind == event.kind) {
            open.awaited.remove(at);
        } else if own {
            open.walk.apply(&event.kind);
        } else {
            open.walk.observe(&event.kind);
        }
    }
    if walks::concerns(&event.kind) && event.incident == model.timeline.shown {
        walks::look_around(model);
    }
}

/// Whether the current step waits for an answer.
pub fn asks(model: &Model) -> bool {
    model.runbook.open.as_ref().and_then(|open| open.walk.step()).is_some_and(WalkStep::asks)
}

/// Whether the current step is a question, answered or not.
pub fn decides(model: &Model) -> bool {
    model.runbook.open.as_ref().and_then(|open| open.walk.step()).is_some_and(|step| step.decision)
}

/// `r`: a question is asked before its command; else the command is shown as it would run, or the bound
/// that the step names is watched.
pub fn run(model: &mut Model) {
    if asks(model) {
        question(model);
    } else if model.runbook.command().is_some() {
        on_run::ask_to_run(model);
    } else {
        verify::begin(model);
    }
}

fn question(model: &mut Model) {
    model.popup = decide::ask(model).map(Popup::Form);
}

/// Marks the current step done, skipped or failed. What asks is answered, not done.
pub fn mark(model: &mut Model, action: Action) -> Vec<Effect> {
    if action == Action::StepDone && asks(model) {
        question(model);
        return Vec::new();
    }
    if runs_now(model) {
        let stop = model.setting.keymap.key(Action::StopRun);
        let text = format!("its command still runs; {stop} stops it");
        model.notices.say(model.now, Tone::Warning, text);
        return Vec::new();
    }
    let Some(open) = &model.runbook.open else { return Vec::new() };
    let Some(step) = open.walk.step() else { return Vec::new() };
    let outcome = match action {
        Action::StepDone => StepOutcome::Done,
        Action::StepFailed => StepOutcome::Failed,
        _ => StepOutcome::Skipped,
    };
    let mark = StepMark {
        runbook: open.runbook.name.clone(),
        step: step.n.clone(),
        title: step.title.clone(),
        outcome,
        standing: standing(model),
    };
    commit_here(model, EventKind::StepMarked(mark))
}

/// Whether the command of the current step runs: how it went cannot be known yet.
fn runs_now(model: &Model) -> bool {
    let step = model.runbook.open.as_ref().and_then(|open| Some((&open.runbook.name, &open.walk.step()?.n)));
    let run = model.runbook.run.as_ref().filter(|run| run.ended.is_none());
    run.is_some_and(|run| step == Some((&run.runbook, &run.step)))
}

/// What the record says of where the current step stood: the seat of whoever sits here, the step's hash,
/// the revision of its text.
pub(super) fn standing(model: &Model) -> Standing {
    let Some(open) = &model.runbook.open else { return Standing::default() };
    let who = &model.setting.who;
    let incident = open.incident.as_deref().and_then(|id| model.ledger.incident(id));
    let role =
        incident.and_then(|incident| incident.held().find(|held| held.who == *who)).map(|held| held.role);
    Standing { role, revision: open.runbook.revision.clone(), ..open.walk.standing() }
}

/// A command that ended, judged, in the walk it was started in, wherever that is now.
pub(super) fn ran(model: &mut Model, mut run: StepRun) -> Vec<Effect> {
    let Some(shown) = &model.runbook.run else { return Vec::new() };
    let incident = shown.incident.clone();
    run.standing = shown.standing.clone();
    run.judged = shown.judgement.as_ref().map(|judgement| judgement.judged);
    run.assisted = shown.assisted;
    run.opened_by = opener(model, &run).filter(|_| run.assisted);
    commit(model, incident, EventKind::StepRan(run))
}

/// Who opened the walk that a run belongs to.
fn opener(model: &Model, run: &StepRun) -> Option<String> {
    let incident = &model.runbook.run.as_ref()?.incident;
    let mut walks = model.runbook.open.iter().chain(&model.runbook.parked);
    walks.find(|open| open.runbook.name == run.runbook && open.incident == *incident)?.opened_by.clone()
}

/// What the command that ended printed, beside what its runbook expects.
pub(super) fn judge(model: &Model, run: &StepRun) -> Option<Judgement> {
    let shown = model.runbook.run.as_ref().filter(|_| run.exit == Some(0))?;
    let own = |open: &&OpenRunbook| open.runbook.name == run.runbook && open.incident == shown.incident;
    let walks = model.runbook.open.iter().chain(&model.runbook.parked);
    let steps = walks.filter(own).flat_map(|open| open.runbook.steps());
    let sha256 = shown.standing.step_sha256.as_deref();
    let step = steps.map(|placed| placed.step).find(|step| Some(step.sha256().as_str()) == sha256)?;
    let printed: Vec<&str> =
        shown.output.iter().filter(|line| !line.error).map(|line| line.text.as_str()).collect();
    judge::output(step, &printed, shown.cut == 0)
}

/// Something done on a walk, the open one or one that waits: on the walk at once, and on record where it
/// belongs to an incident. A walk without one leaves no trace.
pub(super) fn commit(model: &mut Model, incident: Option<String>, mut kind: EventKind) -> Vec<Effect> {
    let effects = begin(model);
    let pane = &mut model.runbook;
    let own = |open: &&mut OpenRunbook| {
        walks::walked_name(&kind) == Some(&open.runbook.name) && open.incident == incident
    };
    if let Some(open) = pane.open.iter_mut().chain(&mut pane.parked).find(own) {
        put(&mut open.walk, &mut kind);
        if incident.is_some() {
            open.awaited.push(kind.clone());
        }
    }
    [effects, record(model, incident, kind)].concat()
}

/// As [`commit`], on the walk that is open.
pub(super) fn commit_here(model: &mut Model, kind: EventKind) -> Vec<Effect> {
    let incident = model.runbook.open.as_ref().and_then(|open| open.incident.clone());
    commit(model, incident, kind)
}

/// Folds an event of ours; it learns where it led.
fn put(walk: &mut Walk, kind: &mut EventKind) {
    let next = walk.next_after(kind);
    if let Some(standing) = kind.standing_mut() {
        standing.next = next;
    }
    walk.apply(kind);
}

/// The beginning of a walk goes on record once.
fn begin(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &mut model.runbook.open else { return Vec::new() };
    let Some(incident) = open.incident.clone().filter(|_| !open.begun) else { return Vec::new() };
    open.begun = true;
    open.opened_by.get_or_insert_with(|| model.setting.who.clone());
    let opened = Opened {
        name: open.runbook.name.clone(),
        sha256: open.runbook.sha256.clone(),
        revision: open.runbook.revision.clone(),
    };
    record(model, Some(incident), EventKind::RunbookOpened(opened))
}

/// On record where the incident still is open.
fn record(model: &mut Model, incident: Option<String>, kind: EventKind) -> Vec<Effect> {
    let open = incident.filter(|id| model.ledger.incident(id).is_some_and(Incident::is_open));
    let Some(incident) = open else { return Vec::new() };
    let ask = Ask::new(&model.setting.who, Intent::Record { kind, dedupe: None });
    on_timeline::append(model, ask.about(incident))
}

/// Up and down choose the step.
pub fn scroll(model: &mut Model, by: isize) {
    if let Some(open) = &mut model.runbook.open {
        open.walk.go(by);
    }
}

/// A walk at its first step, of no incident yet.
pub(super) fn fresh(runbook: &Runbook) -> OpenRunbook {
    OpenRunbook {
        runbook: runbook.clone(),
        walk: Walk::open(runbook),
        answers: BTreeMap::new(),
        carried: Carried::default(),
        incident: None,
        begun: false,
        opened_by: None,
        timeout: None,
        stopped: BTreeSet::new(),
        awaited: Vec::new(),
    }
}
