//! The sentences of a walk through a runbook.

use std::time::Duration;

use crate::incident::event::{Answer, Decision, Destination, EventKind, StepRun, Verification};
use crate::text::when::span;

/// The sentence of a step's event; `None` for any other.
pub(super) fn of(kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::RunbookOpened(opened) => format!("opened runbook {}", opened.name),
        EventKind::StepStarted(start) => {
            let verb = if start.assisted { "runs by itself" } else { "started" };
            format!("{verb} step {}, {}", start.step, start.title)
        }
        EventKind::StepRan(run) => ran(run),
        EventKind::StepMarked(mark) => format!("step {} {}: {}", mark.step, mark.outcome, mark.title),
        EventKind::StepAnswered(decision) => decided(decision),
        EventKind::ValuesGiven(given) => {
            let values: Vec<String> =
                given.values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            format!("values for {}: {}", given.runbook, values.join(", "))
        }
        EventKind::StepVerified(verified) => found(verified),
        _ => return None,
    })
}

fn ran(run: &StepRun) -> String {
    let took = span(Duration::try_from_secs_f64(run.duration_s).unwrap_or_default());
    let judged = run.judged.map(|judged| format!(", {}", judged.words())).unwrap_or_default();
    let verb = if run.assisted { "ran by itself" } else { "ran" };
    let opened = run.opened_by.as_ref().map(|who| format!("; {who} opened the walk")).unwrap_or_default();
    format!("{verb} step {}, {}: {}{judged} ({took}){opened}", run.step, run.title, run.ended)
}

fn decided(decision: &Decision) -> String {
    let Decision { step, title, answer, to, skipped, .. } = decision;
    let to = match to {
        Some(Destination::Step { step, .. }) => format!("; on to step {step}"),
        Some(Destination::Runbook(name)) => format!("; on to runbook {name}"),
        None => String::new(),
    };
    let skips = match skipped.as_slice() {
        [] => String::new(),
        [one] => format!("; skips step {one}"),
        [first, .., last] => format!("; skips steps {first} to {last}"),
    };
    format!("step {step}, {title}: {answer}{to}{skips}")
}

fn found(verified: &Verification) -> String {
    let Verification { step, bound, answer, why, .. } = verified;
    let verdict = match answer {
        Answer::Yes => "holds",
        Answer::No => "does NOT hold",
        Answer::Unknown => "cannot be told",
    };
    format!("step {step}, {bound}: {verdict} ({why})")
}
