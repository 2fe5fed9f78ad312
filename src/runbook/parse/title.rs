//! Titles: of the runbook, of a step from the text it starts with, and what a title says.

use super::block::{Block, Kind};

/// Longest title of a step, in bytes; the rest of a long sentence stays in its prose.
const CAP: usize = 140;

/// The runbook's title: its only first-level heading where it opens the text, else the front
/// matter's, else the file's name.
pub(super) fn of(blocks: &[Block], meta: &[(String, String)], name: &str) -> String {
    let given = meta.iter().find(|(key, value)| key == "title" && !value.is_empty());
    opening(blocks)
        .map(str::to_owned)
        .or_else(|| given.map(|(_, value)| value.clone()))
        .unwrap_or_else(|| name.to_owned())
}

/// The text of the only first-level heading, where it is the first heading of all.
pub(super) fn opening(blocks: &[Block]) -> Option<&str> {
    let mut headings = blocks.iter().filter_map(|block| match &block.kind {
        Kind::Heading { level, text } => Some((*level, text.trim())),
        _ => None,
    });
    let (level, text) = headings.next()?;
    let only = level == 1 && headings.all(|(level, _)| level > 1);
    (only && !text.is_empty()).then_some(text)
}

/// The first sentence of a text, its final colon taken off.
pub(super) fn sentence(text: &str) -> &str {
    let text = text.trim();
    let end = ends(text).find(|end| *end >= 8).unwrap_or(text.len());
    let first = text[..end].trim_end();
    let kept = &first[..first.floor_char_boundary(CAP)];
    kept.trim_end_matches([':', ' '])
}

/// The last sentence of a text, which introduces what follows it.
pub(super) fn last_sentence(text: &str) -> &str {
    let text = text.trim();
    let from = ends(text).filter(|end| *end < text.len()).last().unwrap_or(0);
    sentence(&text[from..])
}

/// Where sentences end: behind a stop that a capital letter or the end follows.
fn ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    text.match_indices(['.', '?', '!', ':']).map(|(at, stop)| at + stop.len()).filter(|end| {
        let after = &text[*end..];
        let next = after.trim_start().chars().next();
        after.is_empty() || (after.starts_with(' ') && next.is_some_and(|c| c.is_uppercase() || c == '`'))
    })
}

/// Whether a title asks for a decision: `If the queue grows`, `Otherwise`.
pub(super) fn decides(title: &str) -> bool {
    const WORDS: &[&str] = &["if", "when", "otherwise", "unless", "else"];
    let first =
        title.trim_start_matches(|c: char| !c.is_alphanumeric()).split(|c: char| !c.is_alphanumeric()).next();
    first.is_some_and(|word| WORDS.contains(&word.to_ascii_lowercase().as_str()))
}

/// A heading that numbers itself: `3. Drain the node`, `Step 2: restart`. Number and rest.
pub(super) fn numbered(heading: &str) -> Option<(String, String)> {
    let text = heading.trim();
    let lower = text.to_ascii_lowercase();
    let prefix = ["step ", "part ", "task ", "phase "].iter().find(|word| lower.starts_with(**word));
    let rest = &text[prefix.map_or(0, |word| word.len())..];
    let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let (number, after) = rest.split_at(digits);
    let marked = prefix.is_some() || number.ends_with('.') || after.starts_with(')');
    let number = number.trim_matches('.');
    let apart = after.is_empty() || after.starts_with([' ', ')', ':', '-', '\u{2013}', '\u{2014}']);
    if number.is_empty() || number.len() > 8 || !marked || !apart {
        return None;
    }
    let title = after.trim_start_matches([' ', ')', ':', '-', '\u{2013}', '\u{2014}']);
    Some((number.to_owned(), title.to_owned()))
}
