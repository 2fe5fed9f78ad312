//! A step that asks for a decision: yes, no or unknown, and where each of them leads.

use super::{commit_here, open, spoken, standing};
use crate::app::effect::Effect;
use crate::app::form::{Choice, Form};
use crate::app::model::Model;
use crate::incident::EventKind;
use crate::incident::event::{Answer, Decision, Destination};

/// The question of the current step, each answer with what follows from it.
pub fn ask(model: &Model) -> Option<Form> {
    let step = model.runbook.open.as_ref()?.walk.step()?;
    let asked = spoken(model, &step.title);
    let title = format!("Step {}: {}?", step.n, asked.trim_end_matches(['.', '?', ':', ',', ' ']));
    let choices = Answer::ALL.iter().map(|answer| Choice::new(&answer.to_string(), &follows(model, *answer)));
    Some(Form::decision(step.n.clone(), title, choices))
}

/// Each answer to the current step with what follows from it: `yes: on to step 10, Scale out`.
pub fn leads(model: &Model) -> Vec<String> {
    Answer::ALL.iter().map(|answer| format!("{answer}: {}", follows(model, *answer))).collect()
}

/// What an answer leads to, in a few words.
fn follows(model: &Model, answer: Answer) -> String {
    let Some(decision) = decision(model, answer) else { return String::new() };
    let skips = match decision.skipped.as_slice() {
        [] => String::new(),
        [one] => format!("; skips {one}"),
        [first, .., last] => format!("; skips {first} to {last}"),
    };
    match (&decision.to, answer) {
        (Some(Destination::Step { step, title }), _) => {
            format!("on to step {step}, {}{skips}", spoken(model, title))
        }
        (Some(Destination::Runbook(name)), _) => format!("on to runbook {name}"),
        (None, Answer::Yes) => format!("do what it says{skips}"),
        (None, Answer::No) => format!("skip it{skips}"),
        (None, Answer::Unknown) => "goes on; it stays open".to_owned(),
    }
}

fn decision(model: &Model, answer: Answer) -> Option<Decision> {
    let open = model.runbook.open.as_ref()?;
    let step = open.walk.step()?;
    let known = |to: &Destination| match to {
        Destination::Step { .. } => true,
        Destination::Runbook(name) => model.runbook.library.get(name).is_some(),
    };
    let mut decision = Decision {
        runbook: open.runbook.name.clone(),
        step: step.n.clone(),
        title: step.title.clone(),
        answer,
        to: open.walk.leads(answer).filter(known),
        skipped: Vec::new(),
        standing: standing(model),
    };
    decision.skipped = open.walk.passed_over(&decision);
    Some(decision)
}

/// An answer: on record, and the walk goes where it leads. `step` is the one that was asked about; the
/// answer to a question that is no longer there is not taken.
pub fn answered(model: &mut Model, step: &str, answer: &str) -> Result<Vec<Effect>, String> {
    let answer: Answer = answer.parse()?;
    let here = model.runbook.open.as_ref().and_then(|open| open.walk.step());
    let same = here.is_some_and(|here| here.n == step);
    let decision = decision(model, answer).filter(|_| same);
    let decision =
        decision.ok_or_else(|| format!("step {step} is no longer the current one (esc, then look)"))?;
    let to = decision.to.clone();
    let mut effects = commit_here(model, EventKind::StepAnswered(decision));
    if let Some(Destination::Runbook(name)) = to {
        effects.extend(open(model, &name));
    }
    Ok(effects)
}
