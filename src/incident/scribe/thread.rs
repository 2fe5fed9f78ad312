//! Threads in the scribe's grammar: `~db pool is exhausted`, `~db end: it was the pool`.

/// Letters of the longest name.
const LONGEST: usize = 32;

/// The word that ends a thread.
const END: &str = "end";

/// The thread that a text begins with, as it is written and without the sign, and the words behind it. A name
/// begins with a letter: `~5 % of users` is none.
pub fn thread(text: &str) -> Option<(&str, &str)> {
    let word = text.strip_prefix('~')?;
    let end = word.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(word.len());
    let (name, rest) = word.split_at(end);
    let stands_alone = rest.is_empty() || rest.starts_with(char::is_whitespace) || rest.starts_with(':');
    let fits = name.starts_with(char::is_alphabetic) && name.chars().count() <= LONGEST;
    (fits && stands_alone).then(|| (name, rest.trim_start_matches(':').trim_start()))
}

/// Whether a text ends its thread: `~db end`, or `~db end: it was the pool`.
pub fn ends_thread(text: &str) -> bool {
    let Some((_, words)) = thread(text) else { return false };
    words.strip_prefix(END).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
}

/// A text as a line of a thread.
///
/// # Errors
/// A name that is none, in one sentence.
pub fn in_thread(name: &str, text: &str) -> Result<String, String> {
    let name = name.trim_start_matches('~');
    let line = format!("~{name} {text}");
    match thread(&line) {
        Some((read, _)) if read == name => Ok(line),
        _ => Err(format!(
            "thread: {name}: not a name (letters, digits, - and _, a letter first, {LONGEST} at most)"
        )),
    }
}

/// A text that begins as a thread does and means none: kept with a backslash, which is not shown.
pub(super) fn literal(text: &str) -> String {
    if thread(text.trim_start_matches('\\')).is_some() { format!("\\{text}") } else { text.to_owned() }
}

/// A text as it is shown: without the backslash that keeps it out of a thread.
pub fn shown(text: &str) -> &str {
    match text.strip_prefix('\\') {
        Some(rest) if thread(rest.trim_start_matches('\\')).is_some() => rest,
        _ => text,
    }
}
