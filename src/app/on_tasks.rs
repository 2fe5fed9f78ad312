//! Tasks of the incident: those that are open, and how one ends.

use super::action::Action;
use super::effect::Effect;
use super::form::{Choice, Form, Popup};
use super::model::Model;
use super::on_timeline;
use crate::incident::state::Task;
use crate::incident::{Ask, Intent, Status};
use crate::text::Time;
use crate::text::when::{rough_span, since};

const DONE: &str = "done";
const DECLINE: &str = "decline";
const PROMOTE: &str = "promote";

/// Open tasks with their owners and when they are due; `None` of none.
pub fn window(model: &Model) -> Option<Form> {
    list(model, None, Vec::new())
}

/// Whether an incident that could be closed has open tasks.
pub fn keep_it_open(model: &Model) -> bool {
    model
        .incident()
        .is_some_and(|incident| incident.status == Status::Resolved && incident.open_tasks().next().is_some())
}

/// The same list, where somebody wants to close.
pub fn before_closing(model: &Model) -> Option<Form> {
    let count = model.incident()?.open_tasks().count();
    let close = model.setting.keymap.key(Action::Close);
    let about = match count {
        1 => format!("A task is open. End it, then {close} closes the incident."),
        _ => format!("{count} tasks are open. End each of them, then {close} closes the incident."),
    };
    list(model, None, vec![about])
}

fn list(model: &Model, without: Option<u32>, about: Vec<String>) -> Option<Form> {
    let open = model.incident()?.open_tasks().filter(|task| Some(task.number) != without);
    let tasks: Vec<&Task> = open.collect();
    let numbers = tasks.iter().map(|task| task.number).collect();
    let choices = tasks.iter().map(|task| choice(task, model.now));
    (!tasks.is_empty()).then(|| Form::tasks(numbers, about, choices))
}

fn choice(task: &Task, now: Time) -> Choice {
    let due = match task.due_at {
        None => String::new(),
        Some(at) if at <= now => format!("  OVERDUE {}", rough_span(since(at, now))),
        Some(at) => format!("  due in {}", rough_span(since(now, at))),
    };
    Choice::new(&format!("task {}  {}{due}", task.number, task.owner), &task.text)
}

/// How one task is to end.
pub fn ending(model: &Model, number: u32) -> Option<Form> {
    let task = model.incident()?.open_tasks().find(|task| task.number == number)?;
    let choices = [
        Choice::new(DONE, "it was done"),
        Choice::new(DECLINE, "nobody does it; write why"),
        Choice::new(PROMOTE, "it goes on as an action item of the postmortem"),
    ];
    Some(Form::task(number, format!("Task {number} of {}: {}", task.owner, task.text), choices))
}

/// Ends a task as chosen; the list comes back while others are open.
///
/// # Errors
/// Where a reason is missing, or the rules do not admit it.
pub fn end(model: &mut Model, number: u32, (chosen, why): (&str, String)) -> Result<Vec<Effect>, String> {
    let intent = match chosen {
        DECLINE if why.is_empty() => return Err("write why nobody does it".to_owned()),
        DECLINE => Intent::DeclineTask { number, reason: why },
        PROMOTE => Intent::PromoteTask { number },
        _ => Intent::FinishTask { number },
    };
    let ask = Ask::new(&model.setting.who, intent);
    let effects = on_timeline::try_append(model, Ask { incident: model.timeline.shown.clone(), ..ask })?;
    model.popup = list(model, Some(number), Vec::new()).map(Popup::Form);
    Ok(effects)
}
