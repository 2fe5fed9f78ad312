//! Jumps that lead nowhere: a step or an anchor that the runbook does not have.

use super::super::jump::{self, Mention, Target};
use super::super::step::{Runbook, Step};
use crate::text::{Place, Problem};

/// Findings about where one step's words lead. Whether another runbook is there, a single file cannot say.
pub(super) fn lint(file: &str, source: &str, runbook: &Runbook, step: &Step) -> Vec<Problem> {
    let texts = std::iter::once(step.title.as_str()).chain(step.prose.iter().map(String::as_str));
    let mut named: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for jump in texts.flat_map(jump::jumps) {
        let name = match &jump.to {
            Mention::Step(n) => format!("step {n}"),
            Mention::Anchor(anchor) => format!("#{anchor}"),
            Mention::Runbook(_) | Mention::Words(_) => continue,
        };
        if named.contains(&name) {
            continue;
        }
        let place = Place::line(file, line_of(source, step.line, &name));
        match jump::resolve(runbook, &step.n, &jump.to) {
            None => found.push(nowhere(place, step, &name)),
            Some(Target::Step(to)) => found.extend(doubtful(place, (runbook, step), &jump.to, &to)),
            Some(Target::Runbook(_)) => {}
        }
        named.push(name);
    }
    found
}

fn nowhere(place: Place, step: &Step, name: &str) -> Problem {
    let what = format!("step {} leads to {name}, and there is none", step.n);
    Problem::error(place, "jump-to-nowhere", what).way_out("name a step or a heading of this runbook")
}

/// A number that several steps have as well: which of them is taken, and where the others are.
fn doubtful(place: Place, (runbook, step): (&Runbook, &Step), to: &Mention, taken: &str) -> Option<Problem> {
    let Mention::Step(n) = to else { return None };
    let rivals = jump::rivals(runbook, &step.n, n);
    let lines: Vec<String> = rivals.iter().map(|rival| rival.line.to_string()).collect();
    let line = runbook.step(taken).map_or(0, |taken| taken.line);
    (!lines.is_empty()).then(|| {
        let what = format!(
            "step {} leads to step {n}: that of line {line} is taken, and line {} has one too",
            step.n,
            lines.join(", ")
        );
        Problem::warning(place, "ambiguous-jump", what)
            .way_out("count through the whole file, or link to the heading")
    })
}

/// The line that names the place, looked for from the step on.
fn line_of(source: &str, from: usize, name: &str) -> usize {
    let wanted = name.to_lowercase();
    let mut lines = source.lines().enumerate().skip(from.saturating_sub(1));
    lines.find(|(_, line)| line.to_lowercase().contains(&wanted)).map_or(from, |(at, _)| at + 1)
}
