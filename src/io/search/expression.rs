//! A question in the words of FTS5. Whatever a person types is a quoted word there, never an operator.

use crate::incident::search::Query;

/// A shorter beginning of a word is a whole word: too many words begin with it.
const BEGINNING: usize = 3;

/// What entries have to match: the question's words, and what narrows them down before each is looked at.
/// `incident` is its number in the index.
pub(super) fn of(query: &Query, incident: Option<i64>) -> String {
    let words = phrases(&query.wanted.words);
    let mut parts = vec![
        format!("{{words about actor}} : ({})", words.join(" AND ")),
        format!("{{words actor}} : ({})", words.join(" OR ")),
    ];
    parts.extend(narrowing(query, incident));
    parts.join(" AND ")
}

/// What entries have to match that does not hang on the unfinished word; `None` where nothing is unfinished or
/// nothing else is asked. All that `of` finds matches it.
pub(super) fn of_the_whole(query: &Query, incident: Option<i64>) -> Option<String> {
    let words = phrases(&query.wanted.words);
    let (last, whole) = words.split_last()?;
    let mut parts = narrowing(query, incident);
    if !whole.is_empty() {
        parts.push(format!("{{words about actor}} : ({})", whole.join(" AND ")));
    }
    (last.ends_with('*') && !parts.is_empty()).then(|| parts.join(" AND "))
}

/// What else narrows entries down than words.
fn narrowing(query: &Query, incident: Option<i64>) -> Vec<String> {
    let wanted = &query.wanted;
    let mut parts: Vec<String> = incident.iter().map(|number| format!("incident : \"{number}\"")).collect();
    parts.extend(any("kind", wanted.kinds.iter().map(|kind| token(kind))));
    parts.extend(any("actor", wanted.people.iter().cloned()));
    parts.extend(any("tags", wanted.tags.iter().map(|tag| token(tag))));
    parts
}

/// What is marked in a line: any of the words.
pub(super) fn of_any(words: &[String]) -> String {
    phrases(words).join(" OR ")
}

/// Letters and digits of a kind or a tag in one piece, which no word is split into.
pub(super) fn token(word: &str) -> String {
    word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A word without a letter or digit stands for nothing in the index and is left out.
fn phrases(words: &[String]) -> Vec<String> {
    let mut phrases: Vec<String> = words.iter().filter(|word| has_letter(word)).map(|w| quoted(w)).collect();
    let unfinished = words.last().is_some_and(|last| has_letter(last) && last.chars().count() >= BEGINNING);
    if let Some(last) = phrases.last_mut().filter(|_| unfinished) {
        last.push('*');
    }
    phrases
}

fn has_letter(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
}

/// A quote inside is doubled; a NUL would end the expression.
fn quoted(word: &str) -> String {
    format!("\"{}\"", word.replace('"', "\"\"").replace('\0', " "))
}

/// That a column holds one of these; nothing where one of them has no letter, for that leaves nothing out.
fn any(column: &str, wanted: impl Iterator<Item = String>) -> Option<String> {
    let wanted: Vec<String> = wanted.collect();
    let narrows = !wanted.is_empty() && wanted.iter().all(|word| has_letter(word));
    let phrases: Vec<String> = wanted.iter().map(|word| quoted(word)).collect();
    narrows.then(|| format!("{column} : ({})", phrases.join(" OR ")))
}
