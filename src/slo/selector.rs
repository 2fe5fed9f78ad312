//! A bare vector selector, `name{code=~"5..",method!="GET"}`, and what it matches.
//!
//! The part of PromQL that a direct scrape can answer; functions, ranges and operators are refused
//! with the place where they start.

use std::borrow::Cow;
use std::fmt;

use regex::Regex;

use super::exposition::Sample;
use super::scan::{Scan, Slip};

const NAME: &str = "__name__";
const LE: &str = "le";

/// What series an SLO counts: every test must hold.
#[derive(Debug, Clone)]
pub struct Selector {
    matchers: Vec<Matcher>,
}

#[derive(Debug, Clone)]
struct Matcher {
    label: String,
    test: Test,
}

/// The four operators `=`, `!=`, `=~`, `!~`; a regular expression must match the whole value.
#[derive(Debug, Clone)]
enum Test {
    Is(String),
    IsNot(String),
    Like(Regex),
    Unlike(Regex),
}

/// Why a text is no bare selector.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct BadSelector {
    /// The character at which reading stopped, from 1.
    pub character: usize,
    pub why: String,
}

impl fmt::Display for BadSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}", self.character, self.why)
    }
}

impl Selector {
    /// Reads a selector; line breaks between its parts do not matter.
    pub fn parse(text: &str) -> Result<Self, BadSelector> {
        selector(&mut Scan::new(text)).map_err(|slip| {
            let character = text.get(..slip.at).unwrap_or(text).chars().count() + 1;
            BadSelector { character, why: slip.why }
        })
    }

    pub fn matches(&self, sample: &Sample<'_>) -> bool {
        self.matchers.iter().all(|matcher| matcher.matches(sample))
    }

    /// The one metric it can match, where it names one.
    pub fn metric(&self) -> Option<&str> {
        self.matchers.iter().find_map(|matcher| match &matcher.test {
            Test::Is(name) if matcher.label == NAME => Some(name.as_str()),
            _ => None,
        })
    }

    /// The bucket of a histogram that it asks for, as it is written.
    pub fn bucket(&self) -> Option<&str> {
        self.matchers.iter().find_map(|matcher| match &matcher.test {
            Test::Is(bound) if matcher.label == LE => Some(bound.as_str()),
            _ => None,
        })
    }
}

impl Matcher {
    /// Exporters write one bound as `1` or as `1.0`, and change their mind with an upgrade: in `le` and
    /// `quantile` the number counts, not its spelling.
    fn matches(&self, sample: &Sample<'_>) -> bool {
        match self.label.as_str() {
            NAME => self.test.holds(&sample.name),
            label @ (LE | "quantile") => self.test.holds_of_number(sample.label(label)),
            label => self.test.holds(sample.label(label)),
        }
    }
}

impl Test {
    fn holds(&self, value: &str) -> bool {
        match self {
            Self::Is(wanted) => value == wanted,
            Self::IsNot(unwanted) => value != unwanted,
            Self::Like(pattern) => pattern.is_match(value),
            Self::Unlike(pattern) => !pattern.is_match(value),
        }
    }

    /// As [`holds`](Self::holds), for a number in any of its spellings.
    fn holds_of_number(&self, value: &str) -> bool {
        let like = |pattern: &Regex| spellings(value).iter().any(|spelling| pattern.is_match(spelling));
        match self {
            Self::Is(wanted) => is_same_number(value, wanted),
            Self::IsNot(unwanted) => !is_same_number(value, unwanted),
            Self::Like(pattern) => like(pattern),
            Self::Unlike(pattern) => !like(pattern),
        }
    }
}

fn is_same_number(one: &str, other: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    one == other || number(one).is_some_and(|one| number(other) == Some(one))
}

/// A number as it is written, and with or without an empty fraction.
fn spellings(value: &str) -> [Cow<'_, str>; 2] {
    let other = match value.strip_suffix(".0") {
        Some(whole) => Cow::Borrowed(whole),
        None if value.parse::<i64>().is_ok() => Cow::Owned(format!("{value}.0")),
        None => Cow::Borrowed(value),
    };
    [Cow::Borrowed(value), other]
}

fn selector(scan: &mut Scan<'_>) -> Result<Selector, Slip> {
    scan.skip(char::is_whitespace);
    let mut matchers = Vec::new();
    let name = scan.metric_name();
    if !name.is_empty() {
        matchers.push(named(name));
    }
    scan.skip(char::is_whitespace);
    if scan.eat('{') {
        braces(scan, &mut matchers)?;
    }
    scan.skip(char::is_whitespace);
    refuse_rest(scan, name)?;
    if matchers.iter().all(|matcher| matcher.test.holds("")) {
        return scan.slip("it selects everything: name a metric");
    }
    Ok(Selector { matchers })
}

fn named(name: &str) -> Matcher {
    Matcher { label: NAME.to_owned(), test: Test::Is(name.to_owned()) }
}

/// Says what the text after a selector is, since most often it is PromQL.
fn refuse_rest(scan: &Scan<'_>, name: &str) -> Result<(), Slip> {
    match scan.peek() {
        None => Ok(()),
        Some('(') => scan.slip(format!("`{name}(` is a PromQL function: a scrape takes a bare selector")),
        Some('[') => scan.slip("a range is PromQL: leave it out, the increase is taken for you"),
        Some(c) => scan.slip(format!("`{c}` does not belong to a selector")),
    }
}

fn braces(scan: &mut Scan<'_>, matchers: &mut Vec<Matcher>) -> Result<(), Slip> {
    loop {
        scan.skip(char::is_whitespace);
        if scan.eat('}') {
            return Ok(());
        }
        let next = matcher(scan, matchers.iter().any(|known| known.label == NAME))?;
        matchers.push(next);
        scan.skip(char::is_whitespace);
        if !scan.eat(',') && scan.peek() != Some('}') {
            return scan.slip(format!("`,` or `}}` expected, {} found", scan.found()));
        }
    }
}

/// `label = "value"`, or a quoted metric name alone.
fn matcher(scan: &mut Scan<'_>, is_named: bool) -> Result<Matcher, Slip> {
    let start = scan.clone();
    let is_quoted = scan.peek().is_some_and(|c| "\"'`".contains(c));
    let label = if is_quoted { string(scan)? } else { scan.label_name().to_owned() };
    if label.is_empty() {
        return start.slip(format!("a label name expected, {} found", start.found()));
    }
    scan.skip(char::is_whitespace);
    if is_quoted && matches!(scan.peek(), Some(',' | '}')) {
        return if is_named { start.slip("a second metric name") } else { Ok(named(&label)) };
    }
    if label == NAME && is_named {
        return start.slip("a second metric name");
    }
    Ok(Matcher { label, test: test(scan)? })
}

fn test(scan: &mut Scan<'_>) -> Result<Test, Slip> {
    let operator = scan.take_while(|c| "=!~".contains(c));
    let here = scan.clone();
    scan.skip(char::is_whitespace);
    match operator {
        "=" => string(scan).map(Test::Is),
        "!=" => string(scan).map(Test::IsNot),
        "=~" => pattern(scan).map(Test::Like),
        "!~" => pattern(scan).map(Test::Unlike),
        "" => here.slip(format!("`=`, `!=`, `=~` or `!~` expected, {} found", here.found())),
        other => here.slip(format!("`{other}` is no operator: use `=`, `!=`, `=~` or `!~`")),
    }
}

/// Anchored at both ends as PromQL does it; `.` matches a line feed too. Compiled bare first, since
/// `)(` would pass between brackets.
fn pattern(scan: &mut Scan<'_>) -> Result<Regex, Slip> {
    let start = scan.clone();
    let text = string(scan)?;
    let anchored = Regex::new(&text).and_then(|_| Regex::new(&format!("^(?s:{text})$")));
    anchored.or_else(|error| start.slip(format!("`{text}` is no regular expression: {}", last_line(&error))))
}

/// The regex crate draws a picture; its last line is the reason.
fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}

/// A text in double or single quotes with escapes, or in backticks without.
fn string(scan: &mut Scan<'_>) -> Result<String, Slip> {
    let start = scan.clone();
    let Some(quote @ ('"' | '\'' | '`')) = scan.peek() else {
        return scan.slip(format!("a quoted text expected, {} found", scan.found()));
    };
    scan.next();
    let mut text = String::new();
    loop {
        match scan.next() {
            None => return start.slip("the closing quote is missing"),
            Some(c) if c == quote => return Ok(text),
            Some('\\') if quote != '`' => text.push(escape(scan)?),
            Some(c) => text.push(c),
        }
    }
}

fn escape(scan: &mut Scan<'_>) -> Result<char, Slip> {
    match scan.next() {
        Some('a') => Ok('\u{7}'),
        Some('b') => Ok('\u{8}'),
        Some('f') => Ok('\u{c}'),
        Some('n') => Ok('\n'),
        Some('r') => Ok('\r'),
        Some('t') => Ok('\t'),
        Some('v') => Ok('\u{b}'),
        Some(c @ ('\\' | '"' | '\'')) => Ok(c),
        Some('x') => code(scan, 2),
        Some('u') => code(scan, 4),
        Some('U') => code(scan, 8),
        Some(c) => scan.slip(format!("`\\{c}` is no escape (in a regular expression write `\\\\{c}`)")),
        None => scan.slip("the closing quote is missing"),
    }
}

/// The character with a code of so many hexadecimal digits.
fn code(scan: &mut Scan<'_>, digits: usize) -> Result<char, Slip> {
    let text: String = scan.rest().chars().take(digits).collect();
    let found = u32::from_str_radix(&text, 16).ok().and_then(char::from_u32);
    match found {
        Some(c) if text.len() == digits => {
            scan.step(digits);
            Ok(c)
        }
        _ => scan.slip(format!("{digits} hexadecimal digits expected")),
    }
}
