//! Nothing is lost: a line that its node would not show (the target of a link in a title, a link's definition,
//! a comment, what stands behind a fence's language) becomes prose of that node.

use std::collections::HashSet;
use std::ops::Range;

use super::super::step::{Runbook, Step};

/// Goes through the nodes from the last to the first: each has the lines from its own to the next one's.
pub(super) fn restore(runbook: &mut Runbook, lines: &[&str]) {
    let mut end = lines.len() + 1;
    for section in runbook.sections.iter_mut().rev() {
        section.steps.iter_mut().rev().for_each(|step| restore_step(step, lines, &mut end));
        let own = start(section.line, &mut end);
        show(&mut section.prose, &[&section.title], lines, own);
    }
    let meta = runbook.meta.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]);
    let said: Vec<&str> = std::iter::once(runbook.title.as_str()).chain(meta).collect();
    show(&mut runbook.preface, &said, lines, 1..end);
}

fn restore_step(step: &mut Step, lines: &[&str], end: &mut usize) {
    step.children.iter_mut().rev().for_each(|child| restore_step(child, lines, end));
    let own = start(step.line, end);
    let commands = step.commands.iter().flat_map(|command| [command.lang.as_str(), command.text.as_str()]);
    let said: Vec<&str> =
        [step.title.as_str()].into_iter().chain(commands).chain(step.expect.as_deref()).collect();
    show(&mut step.prose, &said, lines, own);
}

fn start(line: usize, end: &mut usize) -> Range<usize> {
    let own = line.min(*end)..*end;
    *end = own.start;
    own
}

/// Adds the lines to the prose that hold a word which neither it nor what else is said holds.
fn show(prose: &mut Vec<String>, said: &[&str], lines: &[&str], own: Range<usize>) {
    let hidden: Vec<(usize, String)> = {
        let others = said.iter().flat_map(|text| text.lines());
        let known: HashSet<&str> = prose.iter().map(String::as_str).chain(others).map(str::trim).collect();
        let mut all = None;
        let unknown = own.clone().filter_map(|line| Some((line, lines.get(line - 1)?.trim())));
        unknown
            .filter(|(_, text)| !text.is_empty() && !known.contains(text))
            .filter(|(_, text)| {
                let all = all.get_or_insert_with(|| format!("{}\n{}", said.join("\n"), prose.join("\n")));
                // Most lines stand there as they are: one look instead of one for each word.
                !all.contains(unmarked(text)) && words(text).any(|word| !all.contains(word))
            })
            .map(|(line, text)| (line, text.to_owned()))
            .collect()
    };
    for (line, text) in hidden {
        let at = if line == own.start { 0 } else { prose.len() };
        prose.insert(at, text);
    }
}

/// The words of a line; the number of a list's item is none, for steps may be counted anew.
fn words(line: &str) -> impl Iterator<Item = &str> {
    unmarked(line).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// A line without the marks it begins with.
fn unmarked(line: &str) -> &str {
    let text = line.trim_start_matches([' ', '\t', '>', '-', '*', '+', '#']);
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit());
    behind.strip_prefix(['.', ')']).filter(|_| behind.len() < text.len()).unwrap_or(text).trim()
}
