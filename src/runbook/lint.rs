//! What a runbook should have before somebody needs it at three in the morning.

use chrono::NaiveDate;

use super::step::{Placed, Risk, Runbook, Section, SectionRole, Step};
use crate::text::{Place, Problem, Time, safe};

/// A runbook that nobody reviewed or tested for longer than this is stale.
const STALE_DAYS: i64 = 90;

/// Findings about one runbook, in the order of the file. `source` is the text it was read from.
pub fn lint(runbook: &Runbook, source: &str, now: Time) -> Vec<Problem> {
    let file = format!("{}.md", runbook.name);
    let steps = runbook.steps();
    let mut found = Vec::new();
    found.extend(no_steps(&file, &steps));
    for (index, placed) in steps.iter().enumerate() {
        found.extend(untitled(&file, placed.step));
        found.extend(deceiving(&file, placed.step));
        let rest = steps.get(index + 1..).unwrap_or_default();
        found.extend(unverified(&file, runbook, placed, rest));
    }
    found.extend(stale(&file, runbook, now));
    found.extend(no_escalation(&file, runbook, source));
    found.sort_by_key(|problem| problem.place.line);
    found
}

fn no_steps(file: &str, steps: &[Placed<'_>]) -> Option<Problem> {
    steps.is_empty().then(|| {
        Problem::error(Place::file(file), "no-steps", "no step to follow")
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

fn deceiving(file: &str, step: &Step) -> Option<Problem> {
    step.commands.iter().any(|command| safe::deceives(&command.text)).then(|| {
        let what = format!("the command of step {} holds control or hidden characters", step.n);
        Problem::error(Place::line(file, step.line), "deceiving-command", what)
            .way_out("type it anew; what is shown would not be what runs")
    })
}

/// A step that changes something wants a look at whether it helped: output to expect, a step behind
/// it in the same section that looks, or a section that verifies.
fn unverified(file: &str, runbook: &Runbook, placed: &Placed<'_>, rest: &[Placed<'_>]) -> Option<Problem> {
    let Placed { section, step, .. } = *placed;
    let changes = step.commands.iter().any(|command| command.risk > Risk::Read);
    let verifies = |section: &Section| section.role == SectionRole::Verify && !section.steps.is_empty();
    let looked_at = step.expect.is_some()
        || rest
            .iter()
            .take_while(|next| std::ptr::eq(next.section, section))
            .take(2)
            .any(|next| looks(next.step))
        || runbook.sections.iter().any(verifies);
    (changes && !looked_at).then(|| {
        let what = format!("step {} changes something and nothing says how to see that it worked", step.n);
        Problem::warning(Place::line(file, step.line), "unverified-change", what)
            .way_out("add the output to expect, a checking step behind it, or a section Verify")
    })
}

fn looks(step: &Step) -> bool {
    const WORDS: &[&str] = &["verify", "check", "confirm", "watch", "validate", "make sure"];
    let title = step.title.to_ascii_lowercase();
    let reads = !step.commands.is_empty() && step.commands.iter().all(|command| command.risk == Risk::Read);
    reads || WORDS.iter().any(|word| title.contains(word))
}

fn stale(file: &str, runbook: &Runbook, now: Time) -> Vec<Problem> {
    let dates = [("reviewed", "last_reviewed"), ("tested", "last_tested")];
    let mut found = Vec::new();
    for (key, other) in dates {
        let Some(date) = runbook.meta(key).or_else(|| runbook.meta(other)) else {
            let what = format!("nothing says when it was last {key}");
            found.push(
                Problem::warning(Place::line(file, 1), "no-date", what)
                    .way_out(format!("add `{key}: YYYY-MM-DD` on top")),
            );
            continue;
        };
        found.extend(too_old(file, key, date, now));
    }
    found
}

fn too_old(file: &str, key: &str, date: &str, now: Time) -> Option<Problem> {
    let place = Place::line(file, 1);
    let Ok(day) = date.trim().parse::<NaiveDate>() else {
        let what = format!("{key}: {date}: not a date");
        return Some(Problem::warning(place, "bad-date", what).way_out("write it as YYYY-MM-DD"));
    };
    let age = (now.date_naive() - day).num_days();
    (age > STALE_DAYS).then(|| {
        Problem::warning(place, "stale", format!("last {key} {age} days ago"))
            .way_out(format!("walk through it once and set `{key}`; {STALE_DAYS} days is the limit"))
    })
}

fn no_escalation(file: &str, runbook: &Runbook, source: &str) -> Option<Problem> {
    let has = runbook.sections.iter().any(|section| section.role == SectionRole::Escalation)
        || source.to_ascii_lowercase().contains("escalat");
    (!has).then(|| {
        Problem::warning(
            Place::file(file),
            "no-escalation",
            "nothing says whom to call when it does not help",
        )
        .way_out("add a section Escalation: after how long, whom, how")
    })
}
