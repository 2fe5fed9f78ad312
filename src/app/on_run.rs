//! One command of the runbook: asked for, confirmed as it stands, running, ended.

pub mod asked;
pub mod assist;
pub mod left;
pub mod reveal;

use std::collections::VecDeque;
use std::time::Duration;

use super::effect::{Effect, RunRequest};
use super::form::Popup;
use super::model::{Model, Pane, Run};
use super::msg::OutputLine;
use super::notice::Tone;
use super::on_runbook::{self, refuse_unset, values};
use crate::incident::EventKind;
use crate::incident::event::{StepRun, StepStart};
use crate::runbook::{Carried, Command, Risk, placeholder, target};
use crate::text::safe;

pub use asked::{look_around, surroundings};

/// Output lines kept in memory; the spool has the rest.
const OUTPUT_KEPT: usize = 2_000;
/// How long a step may run unless its runbook says otherwise.
const TIMEOUT: Duration = Duration::from_mins(5);
/// The same for one that has the terminal: a person sits before it and can end it.
const TIMEOUT_INTERACTIVE: Duration = Duration::from_hours(1);

/// `r`: asks for what is missing, then shows exactly what would run.
pub fn ask_to_run(model: &mut Model) {
    let Some(command) = model.runbook.command().cloned() else { return };
    model.desk.focus = Pane::Runbook;
    let values = values(model);
    match placeholder::fill(&command, &values) {
        Ok(text) => {
            let request = request(model, text);
            asked::ask(model, request);
        }
        Err(open) => match open.iter().find(|name| placeholder::is_raw(&command, name)) {
            Some(name) => refuse_unset(model, name),
            None => model.popup = Some(Popup::Fill(on_runbook::form(model, &command, false))),
        },
    }
}

/// A command as it stands before it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Filled where every placeholder has its value, else as the runbook writes it; a secret is dots. Raw text.
    pub text: String,
    /// Placeholders that will be asked for.
    pub open: Vec<String>,
    pub risk: Risk,
}

/// What `r` would show of a command of the open runbook.
pub fn preview(model: &Model, command: &Command) -> Preview {
    let open = model.runbook.open.as_ref();
    let step = open.and_then(|open| open.walk.step()).map_or("", |step| step.n.as_str());
    preview_of(model, step, command)
}

/// The same of a command of another step.
pub fn preview_of(model: &Model, step: &str, command: &Command) -> Preview {
    match placeholder::fill(command, &values(model)) {
        Ok(text) => {
            let risk = risk_in(model, step, &text);
            Preview { text: placeholder::veil(&text, &on_runbook::secrets(model)), risk, open: Vec::new() }
        }
        Err(open) => Preview { text: command.text.clone(), open, risk: command.risk },
    }
}

fn risk_of(model: &Model, text: &str) -> Risk {
    let open = model.runbook.open.as_ref();
    let step = open.and_then(|open| open.walk.step()).map_or("", |step| step.n.as_str());
    risk_in(model, step, text)
}

fn risk_in(model: &Model, step: &str, text: &str) -> Risk {
    let open = model.runbook.open.as_ref();
    open.map_or(Risk::Destroy, |open| open.runbook.judge(step, text).risk)
}

/// What is confirmed is judged as it is filled, not as the runbook writes it.
fn request(model: &Model, text: String) -> RunRequest {
    let open = model.runbook.open.as_ref();
    let step = open.and_then(|open| open.walk.step());
    let n = step.map(|step| step.n.clone()).unwrap_or_default();
    let interactive = open.is_some_and(|open| open.runbook.is_interactive(&n));
    let usual = if interactive { TIMEOUT_INTERACTIVE } else { TIMEOUT };
    RunRequest {
        runbook: open.map(|open| open.runbook.name.clone()).unwrap_or_default(),
        title: step.map(|step| step.title.clone()).unwrap_or_default(),
        risk: risk_of(model, &text),
        timeout: open.and_then(|open| open.timeout.or_else(|| open.runbook.timeout_of(&n))).unwrap_or(usual),
        targets: target::of(&text),
        carried: open.map(|open| open.carried.clone()).unwrap_or_default(),
        interactive,
        edited: false,
        standing: on_runbook::standing(model),
        secrets: on_runbook::secrets(model),
        command: text,
        step: n,
    }
}

/// Confirmed: it runs.
pub fn start(model: &mut Model, request: RunRequest) -> Vec<Effect> {
    if let Some(why) = asked::refusal(model, &request) {
        model.notices.say(model.now, Tone::Warning, why);
        return Vec::new();
    }
    model.runbook.run = Some(Run {
        runbook: request.runbook.clone(),
        step: request.step.clone(),
        title: request.title.clone(),
        command: request.command.clone(),
        started_at: model.now,
        incident: model.runbook.open.as_ref().and_then(|open| open.incident.clone()),
        standing: request.standing.clone(),
        assisted: false,
        mark: None,
        judgement: None,
        output: VecDeque::new(),
        cut: 0,
        masked: Vec::new(),
        ended: None,
    });
    vec![Effect::Run(request)]
}

/// The command runs: on record before its end is, so that a crash between them shows.
pub fn began(model: &mut Model, command: String, mark: String) -> Vec<Effect> {
    let Some(run) = model.runbook.run.as_mut().filter(|run| run.ended.is_none()) else { return Vec::new() };
    run.mark = Some(mark.clone());
    let start = StepStart {
        runbook: run.runbook.clone(),
        step: run.step.clone(),
        title: run.title.clone(),
        command,
        mark,
        assisted: run.assisted,
        standing: run.standing.clone(),
    };
    let incident = run.incident.clone();
    on_runbook::commit(model, incident, EventKind::StepStarted(start))
}

pub fn output(model: &mut Model, lines: Vec<OutputLine>) -> Vec<Effect> {
    if let Some(run) = &mut model.runbook.run {
        run.output.extend(lines);
        while run.output.len() > OUTPUT_KEPT {
            run.output.pop_front();
            run.cut += 1;
        }
    }
    Vec::new()
}

/// What the run leaves to the next block of its walk, wherever that waits.
pub fn carried(model: &mut Model, carried: Carried) -> Vec<Effect> {
    let pane = &mut model.runbook;
    let Some(run) = &pane.run else { return Vec::new() };
    let mut walks = pane.open.iter_mut().chain(&mut pane.parked);
    let own = walks.find(|open| open.runbook.name == run.runbook && open.incident == run.incident);
    if let Some(open) = own {
        open.carried = carried;
    }
    Vec::new()
}

/// The command ended: on record, and said.
pub fn ended(model: &mut Model, run: StepRun) -> Vec<Effect> {
    let tone = if run.exit == Some(0) { Tone::Good } else { Tone::Danger };
    model.notices.say(model.now, tone, format!("step {}: {}", run.step, run.ended));
    let judgement = on_runbook::judge(model, &run);
    if let Some(shown) = &mut model.runbook.run {
        shown.ended = Some(run.clone());
        shown.judgement = judgement;
    }
    on_runbook::ran(model, run)
}

/// What a person cannot see, nobody can confirm.
fn hides(text: &str) -> bool {
    safe::deceives(text)
}
