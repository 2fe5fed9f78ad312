//! PromQL as text: its holes filled, its functions noticed, its bucket bounds loosened. Pure.
//!
//! Reads no more of the language than that: what a text means is the server's affair.

use std::fmt::Write;
use std::ops::Range;

/// A range as PromQL writes it: `5m`, `4m59s`, `1h`. Whole seconds, the largest units first.
pub(super) fn duration(seconds: u64) -> String {
    let mut text = String::new();
    let mut rest = seconds;
    for (unit, length) in [("h", 3600), ("m", 60), ("s", 1)] {
        let count = rest / length;
        rest %= length;
        if count > 0 {
            let _ = write!(text, "{count}{unit}");
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

/// `sum by(a, "b c") `: an aggregation that keeps these labels; without labels the bare word.
pub(super) fn aggregate(operator: &str, by: &[String]) -> String {
    if by.is_empty() {
        return operator.to_owned();
    }
    let names: Vec<String> = by.iter().map(|name| label(name)).collect();
    format!("{operator} by({})", names.join(", "))
}

/// A label's name; one that is no plain name stands in quotes, as Prometheus 3 reads it.
fn label(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain && !name.starts_with(|c: char| c.is_ascii_digit()) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// Replaces `{{.window}}`, blanks inside the braces allowed; any other hole is refused.
pub(super) fn fill_window(text: &str, window: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, hole)) = rest.split_once("{{") {
        let Some((name, after)) = hole.split_once("}}") else {
            return Err(format!("query `{text}`: a `{{{{` is never closed"));
        };
        if name.trim() != ".window" {
            return Err(format!(
                "query `{text}`: unknown `{{{{{name}}}}}` (only {{{{.window}}}} is filled in)"
            ));
        }
        out.push_str(before);
        out.push_str(window);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The plain selectors that PromQL with a hole ranges over, `m{a="b"}` of `rate(m{a="b"}[{{.window}}])`, with
/// their offset. Subqueries are none.
pub(super) fn ranged_selectors(promql: &str) -> Vec<String> {
    // Quotes and comments stay as long as they are, so that places in the code are places in the text.
    let blank = |piece: &Piece<'_>| "'".repeat(piece.text.len());
    let code: String = pieces(promql)
        .map(|piece| if piece.is_code { piece.text.to_owned() } else { blank(&piece) })
        .collect();
    let mut selectors = Vec::new();
    for (at, _) in code.match_indices('[') {
        let Some((range, after)) = code.get(at + 1..).and_then(|rest| rest.split_once(']')) else { continue };
        let is_window = range.trim().starts_with("{{") && range.trim().ends_with("}}");
        let Some(from) = code.get(..at).and_then(selector_before).filter(|_| is_window) else { continue };
        let offset = offset_after(after);
        let selector = promql.get(from..at).unwrap_or_default().trim();
        selectors.push(format!("{selector}{offset}"));
    }
    selectors
}

/// Where the selector begins that a text ends with: a name, braces, or both.
fn selector_before(code: &str) -> Option<usize> {
    let code = code.trim_end();
    let head = if code.ends_with('}') { code.get(..code.rfind('{')?)? } else { code };
    let name = head.trim_end();
    let begin =
        name.len() - name.chars().rev().take_while(|c| is_name_part(*c)).map(char::len_utf8).sum::<usize>();
    let begin = if begin == name.len() { head.len() } else { begin };
    (begin < code.len()).then_some(begin)
}

/// The offset that follows a range, as ` offset 1m`; `@` is no place for the newest tile.
fn offset_after(code: &str) -> String {
    let mut words = code.split_whitespace();
    match (words.next(), words.next()) {
        (Some("offset"), Some(by)) => {
            let by: String = by.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            format!(" offset {by}")
        }
        _ => String::new(),
    }
}

/// Whether a text gives events per second: it calls `rate` or `irate` and never `increase`.
pub(super) fn is_per_second(promql: &str) -> bool {
    (calls(promql, "rate") || calls(promql, "irate")) && !calls(promql, "increase")
}

/// Whether PromQL calls a function; the same word inside quotes, comments or longer names does not count.
fn calls(promql: &str, function: &str) -> bool {
    let code = code_only(promql);
    code.match_indices(function).any(|(at, _)| {
        let before = code.get(..at).and_then(|text| text.chars().next_back());
        let after = code.get(at + function.len()..).unwrap_or_default();
        !before.is_some_and(is_name_part) && after.trim_start().starts_with('(')
    })
}

fn is_name_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}

/// PromQL without the insides of its quotes and without its comments.
fn code_only(promql: &str) -> String {
    pieces(promql).filter(|piece| piece.is_code).map(|piece| piece.text).collect()
}

/// A stretch of PromQL: code, or a comment or quoted text with its quotes.
struct Piece<'a> {
    text: &'a str,
    is_code: bool,
    at: Range<usize>,
}

fn pieces(promql: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = promql.get(at..).filter(|rest| !rest.is_empty())?;
        let is_code = !rest.starts_with(QUOTES) && !rest.starts_with('#');
        let length = if is_code {
            rest.find(|c| c == '#' || QUOTES.contains(&c)).unwrap_or(rest.len())
        } else {
            closed_length(rest)
        };
        let piece = Piece { text: rest.get(..length)?, is_code, at: at..at + length };
        at += length;
        Some(piece)
    })
}

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// Bytes of the comment or quoted text that a text begins with; all of it where it is never closed.
fn closed_length(text: &str) -> usize {
    let mut chars = text.char_indices();
    let Some((_, open)) = chars.next() else { return 0 };
    let close = if open == '#' { '\n' } else { open };
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if open == '"' || open == '\'' => drop(chars.next()),
            c if c == close => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// Loosens every `le="1"`: some servers write whole bounds as `1`, some as `1.0`, clients of large ones
/// as `1e+06`. All of them are the same bucket, and one of them matching none is no service in trouble.
pub(super) fn loosen_bounds(promql: &str) -> String {
    let mut out = String::with_capacity(promql.len());
    for piece in pieces(promql) {
        let bound = (!piece.is_code && names_bound(&out)).then(|| any_spelling(piece.text)).flatten();
        match bound {
            Some(pattern) => {
                out.truncate(out.trim_end().len());
                let _ = write!(out, "~\"{pattern}\"");
            }
            None => out.push_str(promql.get(piece.at).unwrap_or_default()),
        }
    }
    out
}

/// Whether a text ends in the matcher `le =`.
fn names_bound(before: &str) -> bool {
    let Some(name) = before.trim_end().strip_suffix('=').map(str::trim_end) else { return false };
    name.strip_suffix("le").is_some_and(|rest| !rest.ends_with(is_name_part))
}

/// A pattern for every spelling of a quoted whole bound; none where there is only one.
fn any_spelling(quoted: &str) -> Option<String> {
    let text = quoted.get(1..quoted.len().checked_sub(1)?)?;
    let bound: f64 = text.parse().ok()?;
    if !bound.is_finite() || bound.fract() != 0.0 || bound < 0.0 {
        return None;
    }
    let digits = format!("{bound:.0}([.]0)?");
    // Go writes an exponent where the number is long: seven digits and up.
    let exponent = format!("{bound:e}").replace('e', "e[+]?0?").replace('.', "[.]");
    Some(if bound < 1e6 { digits } else { format!("{digits}|{exponent}") })
}

#[cfg(test)]
mod tests;
