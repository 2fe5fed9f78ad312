//! A command that was started and has no end on record: whoever started it is gone, or it runs in another
//! console. What still runs of it is looked for and named.

use crate::app::effect::Effect;
use crate::app::model::Model;

/// Whether it is no command of ours that runs now.
pub fn is_lost(model: &Model, mark: &str) -> bool {
    let running = model.runbook.run.as_ref().filter(|run| run.ended.is_none());
    running.and_then(|run| run.mark.as_deref()) != Some(mark)
}

/// Asks, once, what still runs of each such command of the open walk.
pub fn look(model: &mut Model) -> Vec<Effect> {
    let steps = model.runbook.open.iter().flat_map(|open| &open.walk.steps);
    let lost = steps.filter_map(|step| step.started.clone()).filter(|mark| is_lost(model, mark));
    let new: Vec<String> = lost.filter(|mark| !model.runbook.left.contains_key(mark)).collect();
    for mark in &new {
        model.runbook.left.insert(mark.clone(), None);
    }
    new.into_iter().map(Effect::FindLeft).collect()
}

/// What was found of one of them.
pub fn found(model: &mut Model, mark: String, processes: Vec<String>) -> Vec<Effect> {
    model.runbook.left.insert(mark, Some(processes));
    Vec::new()
}

/// What there is to say of the current step; `None` where it never was started, or its end is known.
pub fn words(model: &Model) -> Option<String> {
    let step = model.runbook.open.as_ref()?.walk.step()?;
    let mark = step.started.as_ref().filter(|mark| is_lost(model, mark))?;
    let so_far = "its command was started, and it is not known how it ended";
    Some(match model.runbook.left.get(mark).and_then(Option::as_ref) {
        None => so_far.to_owned(),
        Some(processes) if processes.is_empty() => format!("{so_far}; nothing of it runs on this machine"),
        Some(processes) => format!("{so_far}; still running here: {}", processes.join(", ")),
    })
}
