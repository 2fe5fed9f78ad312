//! PromQL as far as specifications need it: where its windows stand, and which counters it reads.
//!
//! Never judges whether a server would understand it.

use super::selector;
use crate::slo::Query;

const HOLE: &str = "{{.window}}";
/// Words that stand where a metric's name could, and are none.
const KEYWORDS: [&str; 16] = [
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "and",
    "or",
    "unless",
    "offset",
    "bool",
    "atan2",
    "inf",
    "nan",
    "start",
    "end",
];
/// Of these, the ones that a list of labels follows.
const BEFORE_LABELS: usize = 6;

/// What a query is wrong about, and what to write instead.
pub(super) type Slip = (String, &'static str);

/// The query with every hole written as `{{.window}}`; it must have one, and no other.
pub(super) fn windowed(text: &str) -> Result<String, Slip> {
    let mut parts = text.split("{{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    if out.len() == text.len() {
        return Err(("has no {{.window}}".to_owned(), "write {{.window}} where its range stands"));
    }
    for part in parts {
        let Some((hole, rest)) = part.split_once("}}") else {
            return Err(("a {{ is never closed".to_owned(), "write {{.window}}"));
        };
        if hole.trim() != ".window" {
            let what = format!("{{{{{}}}}} is an unknown hole", hole.trim());
            return Err((what, "only {{.window}} is filled"));
        }
        out.push_str(HOLE);
        out.push_str(rest);
    }
    Ok(out)
}

/// Counters, whose increase over the window is wanted. A query that has neither a hole nor a range
/// reads counters as they stand: each of its selectors becomes the increase of its series, so that a
/// reset of one of them is no reset of their sum. A fixed range follows the window instead.
pub(super) fn of_counters(text: &str) -> Result<Query, Slip> {
    let text = text.trim();
    if let Some(selector) = bare(text).or_else(|| text.strip_prefix("sum").and_then(bracketed).and_then(bare))
    {
        return Ok(selector);
    }
    ranged(text, |text| {
        let increase = |piece: &Piece<'_>| match piece {
            Piece::Selector { selector, modifier } => format!("increase({selector}[{HOLE}]{modifier})"),
            other => other.text(),
        };
        pieces(text).iter().map(increase).collect()
    })
}

/// Gauges that say how many events there were: their samples are added up over the window.
pub(super) fn of_gauges(text: &str) -> Result<Query, Slip> {
    let text = text.trim();
    ranged(text, |text| match bare(text) {
        Some(selector) => format!("sum(sum_over_time({}[{HOLE}]))", selector.text()),
        None => format!("sum_over_time((\n{text}\n)[{HOLE}:])"),
    })
}

/// A value that is right as it stands: a selector, or PromQL with or without a window.
pub(super) fn of_value(text: &str) -> Result<Query, Slip> {
    let text = text.trim();
    match bare(text) {
        Some(selector) => Ok(selector),
        None if text.contains("{{") => windowed(text).map(Query::PromQl),
        None => Ok(Query::PromQl(text.to_owned())),
    }
}

/// A ratio, whose window is the one asked for.
pub(super) fn of_ratio(text: &str) -> Result<Query, Slip> {
    let text = text.trim();
    bare(text).map_or_else(|| ranged(text, str::to_owned), Ok)
}

/// What counts otherwise than it reads: each with its rule.
pub(super) fn doubts(text: &str) -> impl Iterator<Item = (&'static str, Slip)> {
    let buckets = bucket_sum(text).map(|slip| ("missing-le", slip));
    buckets.into_iter().chain(bare_counter(text).map(|slip| ("bare-counter", slip)))
}

/// What is odd about a query that adds up all buckets of a histogram: each holds what is in those below it,
/// so that good events come to more than all there were, and a slow service reads healthy.
fn bucket_sum(text: &str) -> Option<Slip> {
    let mut metric = None;
    for piece in pieces(text) {
        match piece {
            Piece::Selector { selector, .. } => {
                let (selector, _) = selector::leading(&selector).ok()?;
                if selector.of("le").next().is_none() {
                    let name = selector.text.split('{').next().unwrap_or_default().trim();
                    metric = metric.or_else(|| name.ends_with("_bucket").then(|| name.to_owned()));
                }
            }
            // Whoever keeps the label apart knows of it.
            Piece::Other(code) if code.split(|c| !selector::is_name(c)).any(|word| word == "le") => {
                return None;
            }
            Piece::Range(_) | Piece::Other(_) => {}
        }
    }
    let what = format!("adds up all buckets of {}, and each holds those below it", metric?);
    Some((what, "name the one that is fast enough, like le=\"0.3\""))
}

/// What is odd about a query in which one counter has a range and another has none: that one is read as its
/// total since its process began, next to which nothing else counts.
fn bare_counter(text: &str) -> Option<Slip> {
    let pieces = pieces(text);
    let is_range = |piece: Option<&Piece<'_>>| matches!(piece, Some(Piece::Range(_)));
    let counter = pieces.iter().enumerate().find_map(|(at, piece)| {
        let Piece::Selector { selector, .. } = piece else { return None };
        let name = selector.split('{').next().unwrap_or_default().trim();
        let counts = ["_total", "_count", "_sum", "_bucket"].iter().any(|suffix| name.ends_with(suffix));
        (counts && !is_range(pieces.get(at + 1))).then(|| name.to_owned())
    });
    let counter = counter.filter(|_| pieces.iter().any(|piece| is_range(Some(piece))))?;
    let what = format!("{counter} stands without a range beside one that has one");
    Some((what, "take its rate or increase over the same range"))
}

fn bare(text: &str) -> Option<Query> {
    selector::parse(text).ok().map(|selector| Query::Selector(selector.text))
}

/// What stands between a bracket and its closing one at the text's end.
fn bracketed(text: &str) -> Option<&str> {
    text.trim().strip_prefix('(')?.strip_suffix(')')
}

/// A query with its window: its hole, else its ranges, else what `otherwise` makes of it.
fn ranged(text: &str, otherwise: impl FnOnce(&str) -> String) -> Result<Query, Slip> {
    if text.contains("{{") {
        return windowed(text).map(Query::PromQl);
    }
    let pieces = pieces(text);
    let subqueries = pieces.iter().any(|piece| matches!(piece, Piece::Range(range) if range.contains(':')));
    let has_range = pieces.iter().any(|piece| matches!(piece, Piece::Range(_)));
    let fill = |piece: &Piece<'_>| match piece {
        Piece::Range(range) => match range.split_once(':') {
            Some((_, step)) => format!("[{HOLE}:{step}"),
            None if subqueries => (*range).to_owned(),
            None => format!("[{HOLE}]"),
        },
        other => other.text(),
    };
    Ok(Query::PromQl(if has_range { pieces.iter().map(fill).collect() } else { otherwise(text) }))
}

/// A stretch of PromQL.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// A vector selector and its `offset`, if it has one.
    Selector {
        selector: String,
        modifier: &'a str,
    },
    /// `[5m]` or `[1h:5m]`, brackets included.
    Range(&'a str),
    Other(&'a str),
}

impl Piece<'_> {
    fn text(&self) -> String {
        match self {
            Self::Selector { selector, modifier } => format!("{selector}{modifier}"),
            Self::Range(text) | Self::Other(text) => (*text).to_owned(),
        }
    }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (piece, after) = piece(first, rest);
        pieces.push(piece);
        rest = after;
    }
    pieces
}

fn piece(first: char, text: &str) -> (Piece<'_>, &str) {
    let upto = |end: Option<usize>| text.split_at(end.unwrap_or(text.len()));
    let other = |(piece, after)| (Piece::Other(piece), after);
    match first {
        '#' => other(upto(text.find('\n'))),
        '"' | '\'' | '`' => other(upto(selector::quoted(text).map(|after| text.len() - after.len()))),
        '[' => {
            let (range, after) = upto(text.find(']').map(|at| at + 1));
            (Piece::Range(range), after)
        }
        '0'..='9' | '.' => other(upto(text.find(|c: char| !c.is_ascii_alphanumeric() && c != '.'))),
        '{' | ':' | '_' | 'a'..='z' | 'A'..='Z' => word(text),
        first => other(text.split_at(first.len_utf8())),
    }
}

/// A selector, a function, an aggregation or a keyword with its labels.
fn word(text: &str) -> (Piece<'_>, &str) {
    let (name, after) = text.split_at(text.find(|c| !selector::is_name(c)).unwrap_or(text.len()));
    let next = after.trim_start();
    let keyword = KEYWORDS.iter().position(|keyword| name.eq_ignore_ascii_case(keyword));
    if keyword.is_some_and(|at| at < BEFORE_LABELS) && next.starts_with('(') {
        let end = text.find(')').map_or(text.len(), |at| at + 1);
        let (labels, after) = text.split_at(end);
        return (Piece::Other(labels), after);
    }
    let is_called = next.starts_with('(') || next.starts_with("by") || next.starts_with("without");
    if keyword.is_some() || (is_called && !name.is_empty()) {
        return (Piece::Other(name), after);
    }
    match selector::leading(text) {
        Ok((selector, after)) => {
            let (modifier, after) = offset(after);
            (Piece::Selector { selector: selector.text, modifier }, after)
        }
        Err(_) => (Piece::Other(text), ""),
    }
}

/// The `offset 5m` that follows a selector.
fn offset(text: &str) -> (&str, &str) {
    let found = || {
        let length = text.trim_start().strip_prefix("offset ")?.trim_start();
        let rest = length.strip_prefix('-').unwrap_or(length);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        Some(text.split_at(text.len() - rest.len() + end))
    };
    found().unwrap_or(("", text))
}

#[cfg(test)]
mod tests;
