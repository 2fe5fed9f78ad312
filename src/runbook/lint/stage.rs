//! Marks of automation that mark nothing: a step that is not there, a word that is no stage, a step that could
//! never run by itself.

use super::super::stage::{ASSISTED, MANUAL};
use super::super::staged;
use super::super::step::Runbook;
use crate::text::{Place, Problem};

/// Findings about `stages:` of the front matter.
pub(super) fn lint(file: &str, source: &str, runbook: &Runbook) -> Vec<Problem> {
    let marks = runbook.meta.iter().filter_map(|(key, word)| Some((key.strip_prefix("stages.")?, word)));
    marks
        .filter_map(|(step, word)| mark(&Place::line(file, line_of(source, step)), runbook, step, word))
        .collect()
}

fn mark(place: &Place, runbook: &Runbook, n: &str, word: &str) -> Option<Problem> {
    let Some(step) = runbook.step(n) else {
        let what = format!("stages: there is no step {n}");
        return Some(
            Problem::error(place.clone(), "no-such-step", what).way_out("name a step by its number"),
        );
    };
    let is = |known: &str| word.eq_ignore_ascii_case(known);
    if !is(ASSISTED) && !is(MANUAL) {
        let what = format!("stages: step {n} is {word}: no stage");
        let way_out = format!("write {ASSISTED} or {MANUAL}; nothing is fully automatic");
        return Some(Problem::error(place.clone(), "unknown-stage", what).way_out(way_out));
    }
    let why = staged::never(runbook, step).filter(|_| is(ASSISTED))?;
    let what = format!("step {n} is marked {ASSISTED} and never runs by itself: {why}");
    Some(Problem::warning(place.clone(), "never-assisted", what).way_out("leave the mark out"))
}

/// The line of the front matter that marks a step.
fn line_of(source: &str, step: &str) -> usize {
    let lines = source.lines().enumerate();
    let mut marks = lines.skip_while(|(_, line)| !line.starts_with("stages:"));
    let of_step = |line: &str| line.trim().split_once(':').is_some_and(|(key, _)| key == step);
    marks.find(|(_, line)| of_step(line)).map_or(1, |(at, _)| at + 1)
}
