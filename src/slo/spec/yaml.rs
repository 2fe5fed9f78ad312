//! YAML and JSON as trees of texts whose every node knows its line.
//!
//! Reads text and says where it is no YAML; what a document means is not known here.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{DefaultMessageFormatter, Error, MessageFormatter, Options, Spanned};

/// Nodes of one document, what its aliases stand for included: as `kubectl get -o yaml` lists nearly three
/// thousand SLOs.
const NODES: usize = 200_000;
/// Events that aliases may repeat.
const REPEATED: usize = 40_000;
/// How deep lists and maps may nest: twice what the deepest format needs, and little enough for the
/// stack of a worker thread.
const DEPTH: usize = 24;

/// A value and where it stands, line and column from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub(super) value: Value,
    pub(super) line: usize,
    pub(super) column: usize,
    /// Where a plain number or boolean stands in the text, so that it can be had as it was written.
    written: Option<(usize, usize)>,
}

/// Scalars are texts as they were written: what they mean depends on who asks.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Text(String),
    List(Vec<Node>),
    /// In the order of the text; a key may stand there twice.
    Map(Vec<(Node, Node)>),
}

/// A document that is no YAML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) why: String,
}

/// The documents of a text, each for itself: one that cannot be read costs no other. Documents with
/// nothing in them are left out.
pub(super) fn documents(text: &str) -> Vec<Result<Node, Unreadable>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    chunks(text).into_iter().filter_map(|(above, chunk)| document(chunk, above).transpose()).collect()
}

/// Splits a stream where YAML begins a document: at lines that start with `---` or `...`, which can
/// stand at the beginning of a line for nothing else. Each comes with the number of lines above it.
fn chunks(text: &str) -> Vec<(usize, &str)> {
    let mut chunks = Vec::new();
    let (mut start, mut above, mut at) = (0, 0, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if is_marker(line) {
            chunks.push((above, text.get(start..at).unwrap_or_default()));
            (start, above) = (at, number);
        }
        at += line.len();
    }
    chunks.push((above, text.get(start..).unwrap_or_default()));
    chunks.retain(|(_, chunk)| chunk.lines().any(says_something));
    chunks
}

fn is_marker(line: &str) -> bool {
    let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
    rest.is_some_and(|rest| rest.chars().next().is_none_or(char::is_whitespace))
}

fn says_something(line: &str) -> bool {
    let is_marker = is_marker(line);
    let line = line.trim();
    let rest = if is_marker { line.trim_start_matches(['-', '.']).trim_start() } else { line };
    !rest.is_empty() && !rest.starts_with('#') && !line.starts_with('%')
}

fn document(chunk: &str, above: usize) -> Result<Option<Node>, Unreadable> {
    let chunk = chunk.strip_prefix("...").unwrap_or(chunk);
    match serde_saphyr::from_str_with_options::<Node>(chunk, options()) {
        Ok(Node { value: Value::Null, .. }) => Ok(None),
        Ok(mut node) => {
            settle(&mut node, chunk, above);
            Ok(Some(node))
        }
        Err(error) => {
            let at = error.location().map(|at| (at.line() as usize, at.column() as usize));
            let (line, column) = at.filter(|(line, _)| *line > 0).unwrap_or((1, 0));
            Err(Unreadable { line: above + line, column, why: why(error.without_snippet()) })
        }
    }
}

fn why(error: &Error) -> String {
    match error {
        Error::Budget { .. } => format!("more than {NODES} values, or nested deeper than {DEPTH}"),
        other => DefaultMessageFormatter.format_message(other).into_owned(),
    }
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: NODES,
            max_events: 4 * NODES,
            max_recorded_anchor_events: 2 * REPEATED,
            max_depth: DEPTH,
            flow_nesting_limit: DEPTH,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: REPEATED },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        strict_booleans: true,
        with_snippet: false,
    }
}

/// Gives scalars back as they were written, and counts lines from the top of the file.
fn settle(node: &mut Node, chunk: &str, above: usize) {
    node.line += above;
    match &mut node.value {
        Value::Null => {}
        Value::Text(text) => {
            let written = node.written.and_then(|(start, end)| chunk.get(start..end));
            if let Some(written) = written {
                written.trim().clone_into(text);
            }
        }
        Value::List(items) => items.iter_mut().for_each(|item| settle(item, chunk, above)),
        Value::Map(entries) => {
            for (key, value) in entries {
                settle(key, chunk, above);
                settle(value, chunk, above);
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned { value: Bare { value, is_typed }, referenced, defined } =
            Spanned::deserialize(deserializer)?;
        let span = defined.span();
        let bytes = span.byte_offset().zip(span.byte_len()).filter(|_| is_typed);
        Ok(Self {
            value,
            line: referenced.line() as usize,
            column: referenced.column() as usize,
            written: bytes.map(|(start, length)| (start as usize, (start + length) as usize)),
        })
    }
}

/// A value without its place; `is_typed` where YAML takes it for a number or a boolean.
struct Bare {
    value: Value,
    is_typed: bool,
}

impl<'de> Deserialize<'de> for Bare {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

struct Anything;

impl Anything {
    fn typed(value: &impl ToString) -> Bare {
        Bare { value: Value::Text(value.to_string()), is_typed: true }
    }

    fn plain(value: Value) -> Bare {
        Bare { value, is_typed: false }
    }
}

impl<'de> Visitor<'de> for Anything {
    type Value = Bare;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Bare, E> {
        Ok(Self::plain(Value::Null))
    }

    fn visit_none<E>(self) -> Result<Bare, E> {
        Ok(Self::plain(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Bare, E> {
        Ok(Self::typed(&value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Bare, E> {
        Ok(Self::typed(&value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Bare, E> {
        Ok(Self::typed(&value))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Bare, E> {
        Ok(Self::typed(&value))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Bare, E> {
        Ok(Self::typed(&value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Bare, E> {
        Ok(Self::typed(&value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Bare, E> {
        Ok(Self::plain(Value::Text(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Bare, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Self::plain(Value::List(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Bare, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Self::plain(Value::Map(entries)))
    }
}

#[cfg(test)]
mod tests;
