//! The steps of a library that are meant to run by themselves: which may, which may not, and why.

use super::Library;
use super::placeholder::{self, Values};
use super::stage::{Allowed, Refusal, Stage};
use super::step::{Command, Risk, Runbook, Step};
use crate::text::safe;

/// A step that a runbook marks or that the configuration allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Staged<'a> {
    pub runbook: &'a str,
    pub step: &'a Step,
    pub sha256: String,
    /// Why it does not run by itself, whatever the incident; `None` where it may.
    pub refusal: Option<Refusal>,
}

/// All of them, in the order of the library.
pub fn list<'a>(library: &'a Library, allowed: &[Allowed]) -> Vec<Staged<'a>> {
    library.books().iter().flat_map(|book| of_book(book, allowed)).collect()
}

fn of_book<'a>(book: &'a Runbook, allowed: &[Allowed]) -> Vec<Staged<'a>> {
    let own: Vec<&Allowed> = allowed.iter().filter(|allowed| allowed.runbook == book.name).collect();
    let steps = book.steps().into_iter().map(|placed| placed.step);
    let staged = steps.filter_map(|step| {
        let sha256 = step.sha256();
        let is_allowed = own.iter().any(|allowed| allowed.sha256 == sha256);
        let refusal = match book.stage_of(&step.n) {
            Stage::Manual if is_allowed => Some(Refusal::Unmarked { allowed: true }),
            Stage::Manual => return None,
            Stage::Assisted => never(book, step).or((!is_allowed).then_some(Refusal::NotAllowed)),
        };
        Some(Staged { runbook: &book.name, step, sha256, refusal })
    });
    staged.collect()
}

/// Why a step could never run by itself as its runbook writes it, whoever allows it.
pub fn never(book: &Runbook, step: &Step) -> Option<Refusal> {
    if step.commands.is_empty() {
        return Some(Refusal::NoCommand);
    }
    if book.is_interactive(&step.n) {
        return Some(Refusal::Interactive);
    }
    step.commands.iter().find_map(|command| {
        let raw = command.placeholders.iter().find(|name| placeholder::is_raw(command, name));
        let judged = book.judge(&step.n, &as_filled(command));
        match (judged.by_text, judged.risk) {
            _ if raw.is_some() => raw.cloned().map(Refusal::Piece),
            _ if safe::deceives(&command.text) => Some(Refusal::Hidden),
            (Risk::Read, Risk::Read) => None,
            (Risk::Read, declared) => Some(Refusal::Declared(declared)),
            (by_text, _) => Some(Refusal::Text(by_text)),
        }
    })
}

/// A command with a harmless word for each value.
fn as_filled(command: &Command) -> String {
    let other = command.placeholders.iter().map(|name| (name.clone(), "x".to_owned())).collect();
    let values = Values { other, ..Values::default() };
    placeholder::fill(command, &values).unwrap_or_else(|_| command.text.clone())
}
