//! A front matter that asks for less than what a step's command is known to do.

use std::collections::BTreeSet;

use super::super::placeholder;
use super::super::risk;
use super::super::step::{Runbook, Step};
use crate::text::{Place, Problem};

/// `risks:` vouches for a program that nobody here knows; more it lowers not, and somebody may think it did.
pub(super) fn lint(
    file: &str,
    source: &str,
    runbook: &Runbook,
    step: &Step,
    set: &BTreeSet<String>,
) -> Option<Problem> {
    let word = runbook.meta(&format!("risks.{}", step.n))?;
    let asked = risk::declared(word)?;
    let judged = |text: &str| runbook.judge(&step.n, &placeholder::sketch(text, set)).risk;
    let stays =
        step.commands.iter().map(|command| judged(&command.text)).max().filter(|risk| *risk > asked)?;
    let key = format!("{}:", step.n);
    let mut below = source.lines().enumerate().skip_while(|(_, line)| !line.starts_with("risks:"));
    let line = below.find(|(_, line)| line.trim_start().starts_with(&key)).map_or(1, |(at, _)| at + 1);
    let what = format!(
        "risks: {key} {} does not lower step {}, which is known to be a {}",
        asked.word(),
        step.n,
        stays.word()
    );
    let problem = Problem::warning(Place::line(file, line), "risks-lowered", what);
    Some(
        problem.way_out(
            "take the line out; `risks:` vouches only for a program that is not known, and raises any",
        ),
    )
}
