//! One command of the runbook: asked for, confirmed as it stands, running, ended.

use std::collections::VecDeque;
use std::time::Duration;

use super::effect::{Effect, RunRequest};
use super::form::{Confirm, Popup};
use super::model::{Model, Pane, Run};
use super::msg::OutputLine;
use super::notice::Tone;
use super::on_runbook::{self, refuse_unset, spoken, values};
use crate::incident::event::StepRun;
use crate::runbook::{Command, Risk, placeholder};
use crate::text::{safe, when};

/// Output lines kept in memory; the spool has the rest.
const OUTPUT_KEPT: usize = 2_000;
/// How long a step may run unless its runbook says otherwise.
const TIMEOUT: Duration = Duration::from_mins(5);

/// `r`: asks for what is missing, then shows exactly what would run.
pub fn ask_to_run(model: &mut Model) {
    let Some(command) = model.runbook.command().cloned() else { return };
    model.desk.focus = Pane::Runbook;
    let values = values(model);
    model.popup = Some(match placeholder::fill(&command, &values) {
        Ok(text) if safe::deceives(&text) => return refuse_hidden(model, &text),
        Ok(text) => Popup::Confirm(confirm(model, text)),
        Err(open) => match open.iter().find(|name| placeholder::is_raw(&command, name)) {
            Some(name) => return refuse_unset(model, name),
            None => Popup::Fill(on_runbook::form(model, &command, false)),
        },
    });
}

/// A command as it stands before it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Filled where every placeholder has its value, else as the runbook writes it. Raw text.
    pub text: String,
    /// Placeholders that will be asked for.
    pub open: Vec<String>,
    pub risk: Risk,
}

/// What `r` would show of a command of the open runbook.
pub fn preview(model: &Model, command: &Command) -> Preview {
    match placeholder::fill(command, &values(model)) {
        Ok(text) => Preview { risk: risk_of(model, &text), text, open: Vec::new() },
        Err(open) => Preview { text: command.text.clone(), open, risk: command.risk },
    }
}

fn risk_of(model: &Model, text: &str) -> Risk {
    model.runbook.open.as_ref().map_or(Risk::Destroy, |open| open.runbook.risk_of(text))
}

/// What a person cannot see, nobody can confirm.
fn refuse_hidden(model: &mut Model, text: &str) {
    let text = format!("not run, the command holds hidden characters (mend the runbook): {text}");
    model.notices.say(model.now, Tone::Danger, text);
}

/// What is confirmed is judged as it is filled, not as the runbook writes it.
fn confirm(model: &Model, text: String) -> Confirm {
    let open = model.runbook.open.as_ref();
    let step = open.and_then(|open| open.walk.step());
    let own_timeout = open.and_then(|open| open.runbook.meta("timeout"));
    let request = RunRequest {
        runbook: open.map(|open| open.runbook.name.clone()).unwrap_or_default(),
        step: step.map(|step| step.n.clone()).unwrap_or_default(),
        title: step.map(|step| step.title.clone()).unwrap_or_default(),
        risk: risk_of(model, &text),
        standing: on_runbook::standing(model),
        secrets: on_runbook::secrets(model),
        command: text,
        timeout: own_timeout.and_then(|text| when::parse_span(text).ok()).unwrap_or(TIMEOUT),
    };
    let title = spoken(model, &request.title);
    Confirm::run(request, &title, model.runbook.answers(), &model.setting.folder)
}

/// Confirmed: it runs.
pub fn start(model: &mut Model, request: RunRequest) -> Vec<Effect> {
    model.runbook.run = Some(Run {
        step: request.step.clone(),
        title: request.title.clone(),
        command: request.command.clone(),
        started_at: model.now,
        incident: model.runbook.open.as_ref().and_then(|open| open.incident.clone()),
        standing: request.standing.clone(),
        judgement: None,
        output: VecDeque::new(),
        cut: 0,
        ended: None,
    });
    vec![Effect::Run(request)]
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
