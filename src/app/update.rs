//! Every message goes through here, to the function that knows it.

use ratatui::layout::Rect;

use super::effect::Effect;
use super::keymap::Keymap;
use super::model::{Model, Saved, Template};
use super::msg::Msg;
use super::notice::Tone;
use super::on_config::Reconfigured;
use super::on_history::Stretch;
use super::on_run::{assist, left, reveal};
use super::{
    lines, on_alerts, on_burn, on_clocks, on_config, on_history, on_input, on_outbox, on_popup,
    on_postmortem, on_query, on_run, on_runbook, on_search, on_telemetry, on_timeline, on_update, reading,
};
use crate::incident::event::Change;
use crate::text::{Level, Problem, Time};

/// Changes the model by one message; what the outside has to do comes back.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = take(model, msg);
    lines::arrange(model);
    effects.extend(on_run::look_around(model));
    effects.extend(left::look(model));
    if model.setting.reads_only {
        effects.retain(reading::leaves_no_trace);
    }
    effects
}

fn take(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Key(key) => on_input::key(model, key),
        Msg::Paste(text) => on_input::paste(model, &text),
        Msg::Shown { unread } => on_popup::shown(model, unread),
        Msg::Resize { width, height } => resize(model, width, height),
        Msg::Tick(now) => tick(model, now),
        Msg::Sampled { subject, at, outcome } => on_burn::sampled(model, subject, at, outcome),
        Msg::Pulse { source, pulse } => {
            on_telemetry::heard(model, &source, pulse);
            Vec::new()
        }
        Msg::Signals { service, signals } => {
            model.burn.signals.heard(&service, signals);
            Vec::new()
        }
        Msg::HistoryLoaded { source, done } => on_burn::history_loaded(model, source, done),
        Msg::History { subject, sample } => on_burn::sampled(model, subject, model.now, Ok(sample)),
        Msg::Restored { key, subject, end, buckets } => {
            on_history::restored(model, &key, Stretch { subject, end, buckets })
        }
        Msg::Changed { at, kind, service, what } => {
            on_burn::changed(model, at, Change::new(kind, service, what))
        }
        Msg::Alerts(batch) => on_alerts::heard(model, batch),
        Msg::AlertsKept(kept) => on_alerts::recalled(model, kept),
        Msg::Silence(outcome) => on_alerts::answered(model, outcome),
        Msg::Loaded(events) => on_timeline::loaded(model, &events),
        Msg::Appended { ticket, events } => on_timeline::appended(model, ticket, &events),
        Msg::Refused { ticket, why } => on_timeline::refused(model, ticket, why),
        Msg::Unsaved { ticket, why } => on_timeline::unsaved(model, ticket, why),
        Msg::StepStarted { command, mark } => on_run::began(model, command, mark),
        Msg::LeftRunning { mark, processes } => left::found(model, mark, processes),
        Msg::Output(lines) => on_run::output(model, lines),
        Msg::StepEnded(run) => on_run::ended(model, *run),
        Msg::Masked(values) => reveal::masked(model, values),
        Msg::Carried(carried) => on_run::carried(model, carried),
        Msg::Surroundings(kubectl) => on_run::surroundings(model, kubectl),
        Msg::Runbooks(library) => on_runbook::library(model, library),
        Msg::Keymap(keymap) => new_keymap(model, keymap),
        Msg::Template(template) => new_template(model, template),
        Msg::Outgoing(news) => on_outbox::heard(model, news),
        Msg::Problems(problems) => say_problems(model, &problems),
        Msg::Reconfigured(news) => reconfigured(model, *news),
        Msg::PostmortemLoaded { incident, text } => on_postmortem::loaded(model, incident, text),
        Msg::PostmortemSaved { incident, sha256, bytes } => {
            on_postmortem::saved(model, incident, sha256, bytes)
        }
        Msg::PostmortemExported { incident, path, sha256 } => {
            on_postmortem::exported(model, incident, path, sha256)
        }
        Msg::PostmortemUnsaved { incident, text, why } => on_postmortem::unsaved(model, incident, text, why),
        Msg::PostmortemFailed { why } => on_postmortem::failed(model, &why),
        Msg::LettersLoaded { incident, letters } => on_update::kept::loaded(model, &incident, letters),
        Msg::Evaluated { query, outcome } => on_query::answered(model, &query, outcome),
        Msg::Found { query, outcome } => on_search::found(model, &query, outcome),
        Msg::TaskDied { task, why } => died(model, &task, &why),
    }
}

fn died(model: &mut Model, task: &str, why: &str) -> Vec<Effect> {
    model.notices.say(model.now, Tone::Danger, format!("{task} stopped: {why}"));
    Vec::new()
}

fn reconfigured(model: &mut Model, news: Reconfigured) -> Vec<Effect> {
    let problems = news.problems.clone();
    let effects = on_config::reconfigured(model, news);
    say_problems(model, &problems);
    effects
}

/// Problems as notices: the first one on the line, all of them to be read again.
fn say_problems(model: &mut Model, problems: &[Problem]) -> Vec<Effect> {
    for problem in problems.iter().rev() {
        let tone = if problem.level == Level::Error { Tone::Danger } else { Tone::Warning };
        model.notices.say(model.now, tone, problem.to_string());
    }
    Vec::new()
}

fn resize(model: &mut Model, width: u16, height: u16) -> Vec<Effect> {
    model.desk.area = Rect::new(0, 0, width, height);
    Vec::new()
}

fn tick(model: &mut Model, now: Time) -> Vec<Effect> {
    model.now = now;
    on_telemetry::watch(model);
    let mut effects = on_burn::evaluate(model);
    effects.extend(on_alerts::tick(model));
    effects.extend(on_runbook::verify::tick(model));
    effects.extend(assist::tick(model));
    effects.extend(on_postmortem::pause(model));
    effects.extend(on_update::kept::tick(model));
    effects.extend(on_history::keep(model));
    effects.extend(on_clocks::ring(model));
    effects
}

fn new_keymap(model: &mut Model, keymap: Keymap) -> Vec<Effect> {
    model.setting.keymap = keymap;
    Vec::new()
}

fn new_template(model: &mut Model, template: Template) -> Vec<Effect> {
    if model.postmortem.template != template {
        model.postmortem.template = template;
        if model.postmortem.saved == Saved::Fresh {
            return on_postmortem::draft(model);
        }
    }
    Vec::new()
}
