//! Values that nobody is to read over a shoulder.

use super::escape;

/// Dots, as many for every value.
const DOTS: &str = "••••••";
/// A value shorter than this, in characters, is one only where it stands alone.
const SHORT: usize = 4;

/// A text with dots in place of these values, in every way they are quoted in a command: for looking at only.
pub fn veil(text: &str, secrets: &[String]) -> String {
    let spellings = secrets.iter().flat_map(|secret| {
        let single = secret.replace('\'', r"'\''");
        [secret.clone(), single, escape(secret, "\\\"$`"), escape(secret, "\\$`")]
    });
    let mut spellings: Vec<String> = spellings.filter(|spelling| !spelling.is_empty()).collect();
    spellings.sort_by_key(|spelling| usize::MAX - spelling.len());
    spellings.iter().fold(text.to_owned(), |text, spelling| without(&text, spelling))
}

fn without(text: &str, secret: &str) -> String {
    let is_short = secret.chars().count() < SHORT;
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, _) in text.match_indices(secret) {
        let end = at + secret.len();
        let is_part =
            text[..at].ends_with(char::is_alphanumeric) || text[end..].starts_with(char::is_alphanumeric);
        if !(is_short && is_part) {
            out.push_str(&text[from..at]);
            out.push_str(DOTS);
            from = end;
        }
    }
    out.push_str(&text[from..]);
    out
}
