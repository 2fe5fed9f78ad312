//! Bare vector selectors, `name{label="value"}`: read far enough to trust them and to change a matcher.

use std::ops::Range;

/// A selector that holds together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Selector {
    pub(super) text: String,
    pub(super) matchers: Vec<Matcher>,
}

/// One test of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Matcher {
    pub(super) label: String,
    pub(super) operator: &'static str,
    /// What stands between the quotes.
    pub(super) value: String,
    /// Where the matcher stands in the selector's text.
    at: Range<usize>,
}

impl Selector {
    /// The tests of a label.
    pub(super) fn of<'a>(&'a self, label: &'a str) -> impl Iterator<Item = &'a Matcher> {
        self.matchers.iter().filter(move |matcher| matcher.label == label)
    }

    /// The one value that a label must have, where the selector says so.
    pub(super) fn value<'a>(&'a self, label: &'a str) -> Option<&'a str> {
        self.of(label).find(|matcher| matcher.operator == "=").map(|matcher| matcher.value.as_str())
    }

    /// The same selector with `other` in the place of one of its matchers.
    pub(super) fn instead(&self, matcher: &Matcher, other: &str) -> String {
        let (before, after) = (self.text.get(..matcher.at.start), self.text.get(matcher.at.end..));
        format!("{}{other}{}", before.unwrap_or_default(), after.unwrap_or_default())
    }

    /// The same selector with one matcher more.
    pub(super) fn with(&self, matcher: &str) -> String {
        let Some(open) = self.text.strip_suffix('}') else { return format!("{}{{{matcher}}}", self.text) };
        let open = open.trim_end().trim_end_matches(',');
        let comma = if self.matchers.is_empty() { "" } else { "," };
        format!("{open}{comma}{matcher}}}")
    }
}

/// The matcher of a bucket's bound. Servers write a bound as `1`, as `1.0` or as `1e+06`: all are meant.
pub(super) fn le_matcher(bound: f64) -> String {
    let exponent = format!("{bound:e}");
    let exponent = exponent.split_once('e').and_then(|(digits, power)| Some((digits, power.parse().ok()?)));
    match exponent {
        Some((digits, power @ ..-4)) => {
            format!("le=~\"{bound}|{digits}e-{:02}\"", -power).replace('.', "[.]")
        }
        _ if bound.fract() != 0.0 => format!("le=\"{bound}\""),
        Some((digits, power @ 6..)) => {
            format!("le=~\"{bound}(.0)?|{digits}e[+]{power:02}\"").replace('.', "[.]")
        }
        _ => format!("le=~\"{bound}([.]0)?\""),
    }
}

/// Reads a bare selector, or says in words why it is none.
pub(super) fn parse(text: &str) -> Result<Selector, String> {
    let text = text.trim();
    let (selector, rest) = leading(text)?;
    match rest.trim() {
        "" => Ok(selector),
        rest if rest.starts_with('{') || selector.matchers.is_empty() => {
            Err(format!("{:?} has no place in a bare selector", rest.chars().next().unwrap_or_default()))
        }
        rest => Err(format!("{rest:?} follows the selector")),
    }
}

/// Reads the selector that a text begins with; the second part is what follows it.
pub(super) fn leading(text: &str) -> Result<(Selector, &str), String> {
    let (name, rest) = text.split_at(text.find(|c: char| !is_name(c)).unwrap_or(text.len()));
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err("a metric's name starts with a letter".to_owned());
    }
    let (matchers, rest) =
        if rest.trim_start().starts_with('{') { matchers(text, rest)? } else { (Vec::new(), rest) };
    if name.is_empty() && matchers.is_empty() {
        return Err("it selects nothing in particular".to_owned());
    }
    let read = text.len() - rest.len();
    Ok((Selector { text: text.get(..read).unwrap_or_default().trim_end().to_owned(), matchers }, rest))
}

/// The matchers in the braces that `rest` begins with, and what follows them.
fn matchers<'a>(text: &'a str, rest: &'a str) -> Result<(Vec<Matcher>, &'a str), String> {
    let mut rest = rest.trim_start().get(1..).unwrap_or_default().trim_start();
    let mut matchers = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix('}') {
            return Ok((matchers, after));
        }
        let (matcher, after) = matcher(rest, text.len() - rest.len())?;
        rest = after.trim_start();
        rest = match rest.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if rest.starts_with('}') => rest,
            None => return Err(format!("after the matcher of {:?} a comma or }} is missing", matcher.label)),
        };
        matchers.push(matcher);
    }
}

/// One `label="value"`, which starts at byte `start`, and what follows.
fn matcher(text: &str, start: usize) -> Result<(Matcher, &str), String> {
    let ends = text.find(|c: char| !is_name(c)).unwrap_or(text.len());
    let (label, rest) = text.split_at(ends);
    if label.is_empty() {
        return Err("a label's name is missing".to_owned());
    }
    let rest = rest.trim_start();
    let operator = ["=~", "!~", "!=", "="].into_iter().find(|operator| rest.starts_with(operator));
    let Some(operator) = operator else { return Err(format!("label {label:?} has no = != =~ or !~")) };
    let value = rest.get(operator.len()..).unwrap_or_default().trim_start();
    let after =
        quoted(value).ok_or_else(|| format!("the value of label {label:?} is not in closed quotes"))?;
    let inside = value.get(1..value.len() - after.len() - 1).unwrap_or_default();
    let at = start..start + text.len() - after.len();
    Ok((Matcher { label: label.to_owned(), operator, value: inside.to_owned(), at }, after))
}

/// What follows a quoted text; `None` where none begins or it never ends.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| ['"', '\'', '`'].contains(c))?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            c if c == quote => return text.get(at + 1..),
            _ => {}
        }
    }
    None
}

pub(super) fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == ':'
}
