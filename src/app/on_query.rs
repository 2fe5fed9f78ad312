//! The PromQL of the current step, asked of the configured Prometheus: its window, its keys, its answers.

use crossterm::event::{KeyCode, KeyEvent};

use super::effect::Effect;
use super::form::Popup;
use super::model::Model;
use super::notice::Tone;
use super::on_runbook;
use crate::runbook::Step;
use crate::runbook::query::{self, Series};

/// The window: a step's queries with what came of each.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Number and title of the step.
    pub step: String,
    pub questions: Vec<Question>,
    /// Lines that lie above the window.
    pub above: usize,
}

/// A query as it was asked, and its answer; `None` while one is awaited.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub query: String,
    pub outcome: Option<Result<Vec<Series>, String>>,
}

/// The step whose queries the key asks.
pub fn step(model: &Model) -> Option<&Step> {
    model.runbook.open.as_ref()?.step().filter(|step| !step.queries.is_empty())
}

/// Asks every query of the current step that can be filled from what is known.
pub fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(step) = step(model) else { return Vec::new() };
    let values = on_runbook::values(model);
    let fill = |text: &String| query::fill(text, |name| values.get(name).map(str::to_owned));
    let filled: Vec<_> = step.queries.iter().map(fill).collect();
    let named = format!("{} {}", step.n, step.title);
    let open: Vec<String> = filled.iter().filter_map(|query| query.clone().err()).flatten().collect();
    if !open.is_empty() {
        let text = format!(
            "not asked: the query wants {} (run a command that asks for it, or configure it)",
            open.join(", ")
        );
        model.notices.say(model.now, Tone::Warning, text);
    }
    let queries: Vec<String> = filled.into_iter().flatten().collect();
    if queries.is_empty() {
        return Vec::new();
    }
    let questions = queries.iter().map(|query| Question { query: query.clone(), outcome: None }).collect();
    model.popup = Some(Popup::Asked(Asked { step: named, questions, above: 0 }));
    queries.into_iter().map(Effect::Evaluate).collect()
}

/// An answer; one to a window that was closed is too late.
pub fn answered(model: &mut Model, query: &str, outcome: Result<Vec<Series>, String>) -> Vec<Effect> {
    if let Some(Popup::Asked(asked)) = &mut model.popup
        && let Some(question) = asked.questions.iter_mut().find(|question| question.query == query)
    {
        question.outcome = Some(outcome);
    }
    Vec::new()
}

/// A key in the window: up and down read on, `P` asks again.
pub fn key(model: &mut Model, mut asked: Asked, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Up | KeyCode::Char('k') => asked.above = asked.above.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => asked.above += 1,
        KeyCode::Char('P') => return ask(model),
        _ => {}
    }
    model.popup = Some(Popup::Asked(asked));
    Vec::new()
}
