//! The ids of incidents: `inc-YYYY-MMDD-slug`.
//!
//! An id once given is never given again; where the rules run inside the journal's append, two people
//! who declare at once get two ids.

use super::Incident;
use crate::text::Time;

/// Longest slug, its number included.
const SLUG_CAP: usize = 40;

/// The id for an incident that happened at `at` (its UTC date), free among `taken`.
pub fn fresh_id(title: &str, at: Time, taken: &[Incident]) -> String {
    let (day, slug) = (at.format("%Y-%m%d"), slug(title));
    let id = |number: usize| {
        let tail = if number == 1 { String::new() } else { format!("-{number}") };
        format!("inc-{day}-{}{tail}", cut(&slug, SLUG_CAP - tail.len()))
    };
    // One more candidate than there are ids: one of them is free.
    (1..=taken.len() + 1)
        .map(id)
        .find(|id| taken.iter().all(|incident| incident.id != *id))
        .unwrap_or_else(|| id(taken.len() + 2))
}

/// A title as `[a-z0-9-]`, at most 40 long, never empty.
pub fn slug(title: &str) -> String {
    let plain: String = title.to_lowercase().chars().map(plain_letter).collect();
    let words: Vec<&str> =
        plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return "incident".to_owned();
    }
    cut(&words.join("-"), SLUG_CAP).to_owned()
}

/// Cuts an ASCII slug, at the end of a word where one is near.
fn cut(slug: &str, cap: usize) -> &str {
    let Some(head) = slug.get(..cap).filter(|_| slug.len() > cap) else { return slug };
    let whole_words = head.rfind('-').filter(|at| *at >= cap / 2 && slug.as_bytes().get(cap) != Some(&b'-'));
    whole_words.map_or(head, |at| &head[..at]).trim_end_matches('-')
}

/// The letter below an accent, so that `Zürich` does not become `z-rich`.
fn plain_letter(letter: char) -> char {
    match letter {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        'ß' => 's',
        other => other,
    }
}
