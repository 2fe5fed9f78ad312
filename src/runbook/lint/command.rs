//! What is wrong with the commands of a step: unreadable, half a placeholder, nothing to compare their output
//! with.

use std::collections::BTreeSet;

use super::super::placeholder;
use super::super::step::{Command, Step};
use super::grammar::{self, Fault};
use crate::text::{Place, Problem, safe};

/// Findings about the commands of one step; what earlier steps `set` are no placeholders.
pub(super) fn lint(file: &str, source: &str, step: &Step, set: &BTreeSet<String>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for command in &step.commands {
        let at = |line: usize| Place::line(file, line_of(source, step.line, command, line));
        if safe::deceives(&command.text) {
            let what = format!("the command of step {} holds control or hidden characters", step.n);
            let problem = Problem::error(at(0), "deceiving-command", what);
            found.push(problem.way_out("type it anew; what is shown would not be what runs"));
        }
        let text = placeholder::sketch(&command.text, set);
        if let Some(Fault { what, line }) = unclosed(&text) {
            let what = format!("the command of step {} has half a placeholder: {what}", step.n);
            let problem = Problem::error(at(line), "unclosed-placeholder", what);
            found.push(problem.way_out(
                "close it; nobody is asked for half a name, and a shell reads it as something else",
            ));
        } else if let Some(Fault { what, line }) = grammar::fault(&text) {
            let what = format!("no shell can read the command of step {}: {what}", step.n);
            found.push(
                Problem::error(at(line), "broken-command", what)
                    .way_out("mend it, or mark the block as text"),
            );
        }
    }
    found.extend(silent(file, source, step));
    found
}

/// A step that runs something and shows nothing of what comes out.
fn silent(file: &str, source: &str, step: &Step) -> Option<Problem> {
    let command = step.commands.first()?;
    step.expect.is_none().then(|| {
        let place = Place::line(file, line_of(source, step.line, command, 0));
        let what = format!("step {} does not say what its command should print", step.n);
        Problem::warning(place, "no-expected-output", what)
            .way_out("write `Expected:` and what a good run shows below it")
    })
}

/// The line of the file that holds a line of a command, looked for from the step on.
fn line_of(source: &str, from: usize, command: &Command, line: usize) -> usize {
    let Some(wanted) = command.text.lines().nth(line).map(str::trim) else { return from };
    let lines = source.lines().enumerate().skip(from.saturating_sub(1));
    let mut holding = lines.filter(|(_, text)| text.contains(wanted)).map(|(at, _)| at + 1);
    holding.next().unwrap_or(from)
}

/// A placeholder that is opened and never closed, where whole ones are filled already.
fn unclosed(text: &str) -> Option<Fault> {
    text.lines().enumerate().find_map(|(line, said)| {
        let braces = [("{{", "}}"), ("${", "}")].into_iter().find_map(|(open, close)| {
            let behind = said.rsplit_once(open)?.1;
            (!behind.contains(close)).then(|| format!("{open}{}", first_word(behind)))
        });
        braces.or_else(|| angle(said)).map(|what| Fault { what, line })
    })
}

/// `<pod` with no `>` behind it, which a shell takes for a file to read. `<file.txt` and `<<EOF` are none.
fn angle(said: &str) -> Option<String> {
    said.match_indices('<').find_map(|(at, _)| {
        let behind = &said[at + 1..];
        let name = behind.split(|c: char| c.is_whitespace() || ";|&".contains(c)).next().unwrap_or_default();
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c));
        let apart = said[..at].ends_with(char::is_whitespace);
        (named && apart && behind.len() > name.len()).then(|| format!("<{name}"))
    })
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}
