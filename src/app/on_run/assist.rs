//! A step that runs by itself: announced first, stopped by a key, run by the rules of any other run.
//!
//! The countdown only runs while the console hears its stop keys: a window or a text being written
//! begins it anew.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::model::{Model, OpenRunbook, Pane};
use crate::app::notice::Tone;
use crate::app::on_runbook::values;
use crate::incident::Incident;
use crate::runbook::stage::{self, Allowed, Circumstances, Refusal};
use crate::text::{Time, when};

/// How long a command is announced before it runs by itself.
pub const COUNTDOWN: Duration = Duration::from_secs(5);

/// A command that is about to run by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    pub runbook: String,
    pub incident: Option<String>,
    pub step: String,
    /// The exact text.
    pub command: String,
    /// When it runs.
    pub due: Time,
}

/// Announces what may run by itself, and runs it when its time has come.
pub fn tick(model: &mut Model) -> Vec<Effect> {
    let Some((open, command)) = next(model) else {
        model.runbook.announced = None;
        return Vec::new();
    };
    let step = open.walk.step().map(|step| step.n.clone()).unwrap_or_default();
    let (runbook, incident) = (open.runbook.name.clone(), open.incident.clone());
    let due = when::after(model.now, COUNTDOWN.mul_f64(model.setting.demo.unwrap_or(1.0)));
    let announced = Announced { runbook, incident, step, command, due };
    match &model.runbook.announced {
        Some(known) if (Announced { due, ..known.clone() }) != announced => announce(model, announced),
        None => announce(model, announced),
        Some(known) if known.due <= model.now => return start(model, announced.command),
        Some(_) => {}
    }
    Vec::new()
}

/// The walk whose current step may run by itself now, and the text that would.
fn next(model: &Model) -> Option<(&OpenRunbook, String)> {
    let busy = model.typing() || model.runbook.running() || model.runbook.watch.is_some();
    let open = model.runbook.open.as_ref().filter(|_| !busy)?;
    let command = verdict(model)?.ok()?;
    Some((open, command))
}

/// What the rule says of the current step; `None` without one.
pub fn verdict(model: &Model) -> Option<Result<String, Refusal>> {
    let open = model.runbook.open.as_ref()?;
    let step = open.walk.step()?;
    let incident = open.incident.as_deref().and_then(|id| model.ledger.incident(id));
    Some(stage::may_run(&Circumstances {
        runbook: &open.runbook,
        walk: &open.walk,
        allowed: &model.setting.assisted,
        values: &values(model),
        typed: &open.answers,
        carried: &open.carried,
        who: &model.setting.who,
        opened_by: open.opened_by.as_deref(),
        incident_open: incident.is_some_and(Incident::is_open),
        reads_only: model.setting.reads_only,
        stopped: open.stopped.contains(&step.sha256),
    }))
}

/// Says which steps the configuration allows as they no longer are.
pub fn warn_of_outdated(model: &mut Model) {
    let library = &model.runbook.library;
    let outdated = model.setting.assisted.iter().filter(|allowed| allowed.is_outdated(library));
    for problem in outdated.map(Allowed::outdated).collect::<Vec<_>>() {
        model.notices.say(model.now, Tone::Warning, problem.to_string());
    }
}

fn announce(model: &mut Model, announced: Announced) {
    let first = announced.command.lines().next().unwrap_or_default();
    let said = format!(
        "step {} runs by itself in {}: {first} ({} or esc stops it)",
        announced.step,
        when::span(COUNTDOWN),
        model.setting.keymap.key(Action::StopRun),
    );
    model.notices.say(model.now, Tone::Warning, said);
    model.runbook.announced = Some(announced);
}

fn start(model: &mut Model, command: String) -> Vec<Effect> {
    model.runbook.announced = None;
    let request = super::request(model, command);
    let effects = super::start(model, request);
    if let Some(run) = model.runbook.run.as_mut().filter(|_| !effects.is_empty()) {
        run.assisted = true;
    }
    effects
}

/// Whether a key stops what is announced, whichever pane it is typed in; then it is stopped.
pub fn stops(model: &mut Model, key: KeyEvent) -> bool {
    let escape = key.code == KeyCode::Esc && key.modifiers == KeyModifiers::NONE;
    let is_stop = model.setting.keymap.action(key, Pane::Runbook) == Some(Action::StopRun);
    if !(escape || is_stop) {
        return false;
    }
    stop(model)
}

/// Stops what is announced; whether there was something.
pub fn stop(model: &mut Model) -> bool {
    let Some(announced) = model.runbook.announced.take() else { return false };
    if let Some(open) = &mut model.runbook.open {
        let step = open.walk.step().map(|step| step.sha256.clone());
        open.stopped.extend(step);
    }
    let said = format!("step {} does not run by itself", announced.step);
    model.notices.say(model.now, Tone::Info, said);
    true
}

/// What the current step says of running by itself, and whether it is about to; `None` where nobody ever
/// meant it to.
pub fn words(model: &Model) -> Option<(String, bool)> {
    let key = |action| model.setting.keymap.key(action);
    if let Some(announced) = &model.runbook.announced {
        let left = announced.due.signed_duration_since(model.now).to_std().unwrap_or_default();
        let left = left.div_f64(model.setting.demo.unwrap_or(1.0)).as_secs_f64().ceil();
        let said = format!("assisted: runs by itself in {left} s; {} or esc stops it", key(Action::StopRun));
        return Some((said, true));
    }
    if model.runbook.running() {
        let own = model.runbook.run.as_ref().is_some_and(|run| run.assisted);
        return own.then(|| (format!("assisted: runs by itself; {} stops it", key(Action::StopRun)), true));
    }
    match verdict(model)? {
        Ok(_) => Some((format!("assisted: runs by itself after {} here", when::span(COUNTDOWN)), false)),
        Err(why) => why.is_news().then(|| (format!("assisted, but not by itself: {why}"), false)),
    }
}
