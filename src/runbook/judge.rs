//! What a command printed, beside what its runbook expects: compared line by line, never passed unseen.
//!
//! Blanks count as one and empty lines not at all. `...` on a line of its own stands for any lines,
//! `...`, `<x>` and `{{x}}` inside a line for any text.

use super::step::Step;
use crate::incident::event::Judged;

/// Longest expectation that is compared, in lines.
const EXPECTED_CAP: usize = 200;
/// Longest output that is compared, in lines.
const PRINTED_CAP: usize = 5_000;

/// What came of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub judged: Judged,
    /// Both texts as one, where they differ.
    pub lines: Vec<Diff>,
}

/// A line of two texts laid side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Diff {
    Same(String),
    /// Expected, and not printed.
    Missing(String),
    /// Printed, and not expected.
    Unexpected(String),
}

/// Judges what a command of a step printed; `None` where the runbook expects nothing. `whole` says that
/// all of it is at hand.
pub fn output(step: &Step, printed: &[&str], whole: bool) -> Option<Judgement> {
    let expect = step.expect.as_deref()?;
    let wanted = lines(expect.lines());
    let comparable = whole
        && step.commands.len() == 1
        && !in_words(expect)
        && wanted.len() <= EXPECTED_CAP
        && printed.len() <= PRINTED_CAP;
    if !comparable {
        return Some(Judgement { judged: Judged::CannotTell, lines: Vec::new() });
    }
    let lines = compare(&wanted, &lines(printed.iter().copied()));
    let same = lines.iter().all(|line| matches!(line, Diff::Same(_)));
    let judged = if same { Judged::AsExpected } else { Judged::Different };
    Some(Judgement { judged, lines: if same { Vec::new() } else { lines } })
}

/// Blanks as one, empty lines left out.
fn lines<'a>(text: impl Iterator<Item = &'a str>) -> Vec<String> {
    let joined = text.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    joined.filter(|line| !line.is_empty()).collect()
}

/// Whether an expectation describes the output instead of showing it: one line with the small words of
/// a sentence in it.
fn in_words(expect: &str) -> bool {
    #[rustfmt::skip]
    const SMALL: &[&str] = &[
        "a", "an", "the", "it", "is", "are", "that", "this", "with", "of", "and", "or", "than", "every", "each", "no",
        "same", "from", "as", "on", "when", "you", "within", "all", "its", "nothing", "one",
    ];
    let mut said = expect.lines().filter(|line| !line.trim().is_empty());
    let (Some(line), None) = (said.next(), said.next()) else { return false };
    let words: Vec<String> = line.split_whitespace().map(str::to_lowercase).collect();
    words.len() >= 3 && words.iter().any(|word| SMALL.contains(&word.trim_matches([',', '.', ';', ':'])))
}

/// The longest run of lines that both have in the same order; the rest is missing or unexpected.
fn compare(wanted: &[String], printed: &[String]) -> Vec<Diff> {
    let best = lengths(wanted, printed);
    let (mut at, mut to) = (0, 0);
    let mut out = Vec::new();
    while at < wanted.len() || to < printed.len() {
        let gap = wanted.get(at).is_some_and(|line| is_gap(line));
        let pair = wanted.get(at).zip(printed.get(to));
        if gap && (to == printed.len() || best[at + 1][to] == best[at][to]) {
            at += 1;
        } else if gap {
            out.push(Diff::Same(printed[to].clone()));
            to += 1;
        } else if pair.is_some_and(|(wanted, printed)| fits(wanted, printed)) {
            out.push(Diff::Same(printed[to].clone()));
            (at, to) = (at + 1, to + 1);
        } else if at < wanted.len() && (to == printed.len() || best[at + 1][to] >= best[at][to + 1]) {
            out.push(Diff::Missing(wanted[at].clone()));
            at += 1;
        } else {
            out.push(Diff::Unexpected(printed[to].clone()));
            to += 1;
        }
    }
    out
}

/// How many lines can be matched from each pair of places on.
fn lengths(wanted: &[String], printed: &[String]) -> Vec<Vec<usize>> {
    let mut best = vec![vec![0; printed.len() + 1]; wanted.len() + 1];
    for at in (0..wanted.len()).rev() {
        for to in (0..=printed.len()).rev() {
            let longer = if to < printed.len() { best[at][to + 1] } else { 0 };
            best[at][to] = if is_gap(&wanted[at]) {
                let taken = if to < printed.len() { best[at][to + 1] + 1 } else { 0 };
                best[at + 1][to].max(taken)
            } else if to < printed.len() && fits(&wanted[at], &printed[to]) {
                best[at + 1][to + 1] + 1
            } else {
                best[at + 1][to].max(longer)
            };
        }
    }
    best
}

fn is_gap(line: &str) -> bool {
    matches!(line, "..." | "\u{2026}" | "[...]" | "(...)")
}

/// Whether a printed line is what one with open places expects.
fn fits(wanted: &str, printed: &str) -> bool {
    let pieces = pieces(wanted);
    let [first, rest @ ..] = pieces.as_slice() else { return printed.is_empty() };
    let Some(mut left) = printed.strip_prefix(first) else { return false };
    let Some((last, middle)) = rest.split_last() else { return left.is_empty() };
    for piece in middle {
        let Some(at) = left.find(piece) else { return false };
        left = &left[at + piece.len()..];
    }
    left.ends_with(last)
}

/// The literal pieces between a line's open places.
fn pieces(line: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = line;
    while let Some((at, length)) = open_place(rest) {
        pieces.push(&rest[..at]);
        rest = &rest[at + length..];
    }
    pieces.push(rest);
    pieces
}

/// Where the first open place of a text begins, and its length.
fn open_place(text: &str) -> Option<(usize, usize)> {
    let dots = ["...", "\u{2026}"].iter().filter_map(|dots| Some((text.find(dots)?, dots.len())));
    let marked = [("<", ">"), ("{{", "}}")].into_iter().filter_map(|(from, to)| {
        let at = text.find(from)?;
        let inner = &text[at + from.len()..];
        let length = inner.find(to)?;
        let named = inner.starts_with(|c: char| c.is_alphabetic() || c == ' ') && length > 0;
        named.then_some((at, from.len() + length + to.len()))
    });
    dots.chain(marked).min()
}
