//! What a runbook should have before somebody needs it at three in the morning.

mod command;
mod grammar;
mod jump;
mod stage;
mod terms;

use std::collections::BTreeSet;

use super::age::{Age, STALE_DAYS};
use super::shell;
use super::step::{Placed, Risk, Runbook, Section, SectionRole, Step};
use crate::text::{Place, Problem, Time};

/// Findings about one runbook, in the order of the file. `source` is the text it was read from.
pub fn lint(runbook: &Runbook, source: &str, now: Time) -> Vec<Problem> {
    let file = format!("{}.md", runbook.name);
    let steps = runbook.steps();
    let mut found = Vec::new();
    found.extend(no_steps(&file, &steps));
    let mut set = BTreeSet::new();
    for (index, placed) in steps.iter().enumerate() {
        found.extend(untitled(&file, placed.step));
        found.extend(command::lint(&file, source, placed.step, &set));
        found.extend(jump::lint(&file, source, runbook, placed.step));
        found.extend(terms::lint(&file, source, runbook, placed.step, &set));
        set.extend(placed.step.commands.iter().flat_map(|command| shell::sets(&command.text)));
        let rest = steps.get(index + 1..).unwrap_or_default();
        found.extend(unverified(&file, runbook, placed, rest));
    }
    found.extend(stage::lint(&file, source, runbook));
    found.extend(unowned(&file, runbook));
    found.extend(stale(&file, runbook, now));
    found.extend(no_escalation(&file, runbook, source));
    found.sort_by_key(|problem| problem.place.line);
    found
}

fn no_steps(file: &str, steps: &[Placed<'_>]) -> Option<Problem> {
    steps.is_empty().then(|| {
        Problem::error(Place::line(file, 1), "no-steps", "no step to follow")
            .way_out("write a numbered list, a shell block or at least a heading with text")
    })
}

fn untitled(file: &str, step: &Step) -> Option<Problem> {
    step.title.trim().is_empty().then(|| {
        Problem::error(
            Place::line(file, step.line),
            "step-without-title",
            format!("step {} has no title", step.n),
        )
        .way_out("add text after the number")
    })
}

/// A step that changes something wants a look at whether it helped: output to expect, a step behind
/// it in the same section that looks, or a section that verifies.
fn unverified(file: &str, runbook: &Runbook, placed: &Placed<'_>, rest: &[Placed<'_>]) -> Option<Problem> {
    let Placed { section, step, .. } = *placed;
    let risk = step.commands.iter().map(|command| command.risk).max().unwrap_or(Risk::Read);
    let verifies = |section: &Section| section.role == SectionRole::Verify && !section.steps.is_empty();
    let looked_at = step.expect.is_some()
        || rest
            .iter()
            .take_while(|next| std::ptr::eq(next.section, section))
            .take(2)
            .any(|next| looks(next.step))
        || runbook.sections.iter().any(verifies);
    if looked_at || risk == Risk::Read {
        return None;
    }
    let place = Place::line(file, step.line);
    let blind =
        |does: &str| format!("step {} {does} something and nothing says how to see that it worked", step.n);
    let problem = match risk {
        Risk::Destroy => Problem::error(place, "destroy-without-verify", blind("destroys")),
        _ => Problem::warning(place, "unverified-change", blind("changes")),
    };
    Some(problem.way_out("add the output to expect, a checking step behind it, or a section Verify"))
}

fn looks(step: &Step) -> bool {
    const WORDS: &[&str] = &["verify", "check", "confirm", "watch", "validate", "make sure"];
    let title = step.title.to_ascii_lowercase();
    let reads = !step.commands.is_empty() && step.commands.iter().all(|command| command.risk == Risk::Read);
    reads || WORDS.iter().any(|word| title.contains(word))
}

fn unowned(file: &str, runbook: &Runbook) -> Option<Problem> {
    const KEYS: [&str; 5] = ["owner", "owners", "team", "maintainer", "maintainers"];
    KEYS.iter().all(|key| runbook.meta(key).is_none()).then(|| {
        Problem::warning(Place::line(file, 1), "no-owner", "nobody owns it")
            .way_out("add `owner: TEAM` on top; who reviews it, and whom to ask")
    })
}

fn stale(file: &str, runbook: &Runbook, now: Time) -> Vec<Problem> {
    let ages = [("reviewed", Age::reviewed(runbook, now)), ("tested", Age::tested(runbook, now))];
    ages.into_iter().filter_map(|(key, age)| dated(file, key, age)).collect()
}

fn dated(file: &str, key: &str, age: Age) -> Option<Problem> {
    let warning = |rule, what: String| Problem::warning(Place::line(file, 1), rule, what);
    match age {
        Age::Missing => Some(
            warning("no-date", format!("nothing says when it was last {key}"))
                .way_out(format!("add `{key}: YYYY-MM-DD` on top")),
        ),
        Age::Malformed(date) => {
            Some(warning("bad-date", format!("{key}: {date}: not a date")).way_out("write it as YYYY-MM-DD"))
        }
        Age::Days(days) if days > STALE_DAYS => {
            let way_out = format!("walk through it once and set `{key}`; {STALE_DAYS} days is the limit");
            Some(warning("stale", format!("last {key} {days} days ago")).way_out(way_out))
        }
        Age::Days(_) => None,
    }
}

fn no_escalation(file: &str, runbook: &Runbook, source: &str) -> Option<Problem> {
    let has = runbook.sections.iter().any(|section| section.role == SectionRole::Escalation)
        || source.to_ascii_lowercase().contains("escalat");
    (!has).then(|| {
        Problem::warning(
            Place::line(file, 1),
            "no-escalation",
            "nothing says whom to call when it does not help",
        )
        .way_out("add a section Escalation: after how long, whom, how")
    })
}
