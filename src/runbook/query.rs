//! PromQL in a runbook: which blocks are queries, how they are filled, and what an answer to one is.

use std::ops::Range;

use crate::text::spark::spark;

const LANGUAGES: &[&str] = &["promql", "prometheus", "metricsql", "prom"];
/// Languages of blocks that may hold a query, told by its looks.
const DOUBTFUL: &[&str] = &["", "console", "text", "plain"];
/// Functions and aggregations that queries begin with.
#[rustfmt::skip]
const FUNCTIONS: &[&str] = &[
    "sum", "rate", "irate", "increase", "delta", "deriv", "histogram_quantile", "avg", "max", "min", "count", "topk", "bottomk",
    "absent", "predict_linear", "label_replace", "avg_over_time", "max_over_time", "min_over_time", "sum_over_time",
    "count_over_time", "quantile", "changes", "resets", "time", "sort_desc", "sort", "clamp_min", "stddev",
];
/// Words that go on with the line before.
const GOES_ON: &[&str] = &[
    "and",
    "or",
    "unless",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "offset",
    "bool",
];
/// What a dashboard's `$__interval` stands for where nobody says.
const INTERVAL: &str = "5m";

/// One series of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its labels, as a selector writes them. Raw.
    pub labels: String,
    /// The last hour, the oldest value first; the last one is that of now.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// What it is worth now.
    pub fn now(&self) -> Option<f64> {
        self.values.last().copied().flatten()
    }

    pub fn spark(&self) -> String {
        spark(&self.values)
    }
}

/// A value in few digits: `12`, `0.00333`, `1.2e10`.
pub fn number(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude >= 1e9 || (magnitude > 0.0 && magnitude < 1e-4) {
        return format!("{value:.2e}");
    }
    let text = if magnitude >= 100.0 { format!("{value:.1}") } else { format!("{value:.5}") };
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    short.to_owned()
}

/// Whether a block says by its language that it is PromQL.
pub(super) fn is_named(lang: &str) -> bool {
    LANGUAGES.contains(&lang)
}

/// Whether a block is PromQL, by its language or by its looks.
pub(super) fn is_promql(lang: &str, text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && (is_named(lang) || (DOUBTFUL.contains(&lang) && looks_like_promql(lang, text)))
}

fn looks_like_promql(lang: &str, text: &str) -> bool {
    let Some(line) = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))
    else {
        return false;
    };
    let name = &line
        [..line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':').unwrap_or(line.len())];
    let behind = line[name.len()..].trim_start();
    if FUNCTIONS.contains(&name) {
        return behind.starts_with('(') || behind.starts_with("by") || behind.starts_with("without");
    }
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.contains('_');
    let selects =
        behind.starts_with('{') && ["=\"", "=~\"", "!=\"", "!~\""].iter().any(|is| behind.contains(is));
    // `metric{code="200"} 12` is a page of metrics, not a question.
    let told = line.rsplit_once('}').is_some_and(|(_, rest)| rest.trim().parse::<f64>().is_ok());
    // A metric alone, in a block that is not for prose.
    let bare = lang == "console" && behind.is_empty() && name.matches('_').count() >= 2 && text == line;
    named && ((selects && !told) || bare)
}

/// The queries of a block: one that is complete ends where a line begins another.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut queries: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let first = line
            .trim_start()
            .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .next()
            .unwrap_or_default();
        let begins = !first.is_empty()
            && !first.starts_with(|c: char| c.is_ascii_digit())
            && !GOES_ON.contains(&first);
        match queries.last_mut() {
            Some(query) if !line.trim().is_empty() && (open || !begins) => {
                query.push('\n');
                query.push_str(line.trim_end());
            }
            _ if line.trim().is_empty() => continue,
            _ => queries.push(line.trim_end().to_owned()),
        }
        open = queries.last().is_some_and(|query| is_open(query));
    }
    queries
}

/// Whether a query still wants something: a bracket is open, or an operator ends it.
fn is_open(query: &str) -> bool {
    let count = |signs: &[char]| query.matches(signs).count();
    count(&['(', '{', '[']) > count(&[')', '}', ']'])
        || query.trim_end().ends_with(['+', '-', '*', '/', '>', '<', '=', ',', '%'])
        || GOES_ON.iter().any(|word| query.trim_end().ends_with(&format!(" {word}")))
        || query.lines().last().is_some_and(lacks_operand)
}

/// `and on (job)` on a line of its own: what it is joined with is still to come.
fn lacks_operand(line: &str) -> bool {
    let joins = |word: &str| ["and", "or", "unless"].contains(&word);
    let mut rest = line.trim();
    let mut is_join = false;
    loop {
        let word = &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())];
        if !GOES_ON.contains(&word) {
            return is_join && rest.is_empty();
        }
        is_join |= joins(word);
        rest = rest[word.len()..].trim_start();
        if let Some((_, behind)) = rest.strip_prefix('(').and_then(|labels| labels.split_once(')')) {
            rest = behind.trim_start();
        }
    }
}

/// The query with its placeholders filled, or the names of those that have no value. Values are escaped for
/// the quotes they stand in.
pub fn fill(query: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, Vec<String>> {
    let (mut filled, mut open, mut at) = (String::new(), Vec::new(), 0);
    for (range, name) in holes(query) {
        let interval = ["interval", "range"].iter().any(|word| name.contains(word));
        let Some(value) = value(&name).or_else(|| interval.then(|| INTERVAL.to_owned())) else {
            if !open.contains(&name) {
                open.push(name);
            }
            continue;
        };
        filled.push_str(&query[at..range.start]);
        filled.push_str(&value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
        at = range.end;
    }
    filled.push_str(&query[at..]);
    if open.is_empty() { Ok(filled) } else { Err(open) }
}

/// `{{x}}`, `<x>`, `${x}` and `$x` with their names.
fn holes(query: &str) -> Vec<(Range<usize>, String)> {
    const MARKS: [(&str, &str); 3] = [("{{", "}}"), ("${", "}"), ("<", ">")];
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || " _-.".contains(c))
    };
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    let mut at = 0;
    while let Some(c) = query[at..].chars().next() {
        let rest = &query[at..];
        let marked = MARKS.iter().find_map(|(open, close)| {
            let inner = rest.strip_prefix(open)?;
            let name = &inner[..inner.find(close)?];
            is_name(name.trim()).then(|| (open.len() + name.len() + close.len(), name.trim().to_owned()))
        });
        let bare = || {
            let inner = rest.strip_prefix('$')?;
            let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
            is_name(&inner[..end]).then(|| (1 + end, inner[..end].to_owned()))
        };
        match marked.or_else(bare) {
            Some((length, name)) => {
                found.push((at..at + length, name));
                at += length;
            }
            None => at += c.len_utf8(),
        }
    }
    found
}
