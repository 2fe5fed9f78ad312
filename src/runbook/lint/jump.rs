//! Jumps that lead nowhere: a step or an anchor that the runbook does not have.

use super::super::jump::{self, Mention};
use super::super::step::{Runbook, Step};
use crate::text::{Place, Problem};

/// Findings about where one step's words lead. Whether another runbook is there, a single file cannot say.
pub(super) fn lint(file: &str, source: &str, runbook: &Runbook, step: &Step) -> Vec<Problem> {
    let texts = std::iter::once(step.title.as_str()).chain(step.prose.iter().map(String::as_str));
    let mut named: Vec<String> = Vec::new();
    for jump in texts.flat_map(jump::jumps) {
        let name = match &jump.to {
            Mention::Step(n) => format!("step {n}"),
            Mention::Anchor(anchor) => format!("#{anchor}"),
            Mention::Runbook(_) | Mention::Words(_) => continue,
        };
        if !named.contains(&name) && jump::resolve(runbook, &jump.to).is_none() {
            named.push(name);
        }
    }
    let problem = |name: &String| {
        let place = Place::line(file, line_of(source, step.line, name));
        let what = format!("step {} leads to {name}, and there is none", step.n);
        Problem::error(place, "jump-to-nowhere", what).way_out("name a step or a heading of this runbook")
    };
    named.iter().map(problem).collect()
}

/// The line that names the place, looked for from the step on.
fn line_of(source: &str, from: usize, name: &str) -> usize {
    let wanted = name.to_lowercase();
    let mut lines = source.lines().enumerate().skip(from.saturating_sub(1));
    lines.find(|(_, line)| line.to_lowercase().contains(&wanted)).map_or(from, |(at, _)| at + 1)
}
