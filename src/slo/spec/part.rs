//! A part of a document being read: values by their key, what is wrong with them at their place.
//!
//! Reading goes on after a problem, so one pass finds them all. Null is as good as absent.

use std::cell::RefCell;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::promql;
use super::yaml::{Node, Value};
use crate::slo::lint::Flaw;
use crate::text::Place;
use crate::text::problem::{self, Level, Problem};

/// Problems as they are found.
#[derive(Debug, Default)]
pub(super) struct Report(RefCell<Vec<Problem>>);

impl Report {
    pub(super) fn add(&self, problem: Problem) {
        self.0.borrow_mut().push(problem);
    }

    /// Whether anything found is an error.
    pub(super) fn failed(&self) -> bool {
        self.0.borrow().iter().any(|problem| problem.level == Level::Error)
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

/// A node, the file it is in, and where problems with it go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) file: &'a str,
    node: &'a Node,
    /// What problems call it: the key under which it stands.
    key: &'a str,
    report: &'a Report,
}

impl<'a> Part<'a> {
    pub(super) fn new(file: &'a str, node: &'a Node, report: &'a Report) -> Self {
        Self { file, node, key: "", report }
    }

    /// The same part; problems go to another report.
    pub(super) fn reporting<'b>(self, report: &'b Report) -> Part<'b>
    where
        'a: 'b,
    {
        Part { report, ..self }
    }

    /// Hands on what was found while one thing was read from this part; an error costs that thing.
    pub(super) fn settle<T>(self, report: Report, read: Option<T>) -> Option<T> {
        let read = read.filter(|_| !report.failed());
        report.into_problems().into_iter().for_each(|problem| self.report.add(problem));
        read
    }

    pub(super) fn report(self) -> &'a Report {
        self.report
    }

    pub(super) fn place(self) -> Place {
        Place { file: self.file.to_owned(), line: self.node.line, column: self.node.column }
    }

    pub(super) fn is_map(self) -> bool {
        matches!(self.node.value, Value::Map(_))
    }

    pub(super) fn is_list(self) -> bool {
        matches!(self.node.value, Value::List(_))
    }

    /// An error about this value.
    pub(super) fn wrong(self, rule: &'static str, what: impl AsRef<str>, way_out: impl Into<String>) {
        self.report.add(Problem::error(self.place(), rule, self.said(what.as_ref())).way_out(way_out));
    }

    /// A warning about this value: it is used all the same.
    pub(super) fn doubt(self, rule: &'static str, what: impl AsRef<str>, way_out: impl Into<String>) {
        self.report.add(Problem::warning(self.place(), rule, self.said(what.as_ref())).way_out(way_out));
    }

    pub(super) fn flawed(self, flaw: Flaw) {
        self.wrong(flaw.rule, flaw.what, flaw.way_out);
    }

    /// Warnings about a query that counts otherwise than it reads.
    pub(super) fn doubt_query(self, query: &str) {
        for (rule, (what, way_out)) in promql::doubts(query) {
            self.doubt(rule, what, way_out);
        }
    }

    fn said(self, what: &str) -> String {
        if self.key.is_empty() { what.to_owned() } else { format!("{}: {what}", self.key) }
    }

    /// The value of a key, whatever it is; of two equal keys the first.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        let (name, node) = self.entries().iter().find(|(name, _)| name.text() == Some(key))?;
        (node.value != Value::Null).then_some(Self { node, key: name.text().unwrap_or_default(), ..self })
    }

    /// The value of a key that must be there; its absence is an error that shows `example`.
    pub(super) fn need(self, key: &str, example: &str) -> Option<Self> {
        let found = self.get(key);
        if found.is_none() {
            let way_out = problem::nearest(
                key,
                self.entries().iter().filter_map(|(key, _)| key.text()).filter(|k| *k != key),
            )
            .map_or_else(|| format!("add {key}: {example}"), |near| format!("is {near} meant to be it?"));
            self.wrong("missing-key", format!("{key} is missing"), way_out);
        }
        found
    }

    /// The map under a key.
    pub(super) fn map(self, key: &str) -> Option<Self> {
        self.get(key).filter(|part| part.is_map() || part.mistyped("a map"))
    }

    /// The map under a key that must be there.
    pub(super) fn need_map(self, key: &str, example: &str) -> Option<Self> {
        self.need(key, example).filter(|part| part.is_map() || part.mistyped("a map"))
    }

    /// The items of the list under a key; none where it is absent.
    pub(super) fn list(self, key: &str) -> Vec<Self> {
        let Some(list) = self.get(key) else { return Vec::new() };
        if !list.is_list() {
            list.mistyped("a list");
        }
        list.items()
    }

    /// The items of this list; none where it is no list.
    pub(super) fn items(self) -> Vec<Self> {
        let Value::List(items) = &self.node.value else { return Vec::new() };
        items.iter().filter(|item| item.value != Value::Null).map(|node| Self { node, ..self }).collect()
    }

    /// The text of a scalar, as it was written.
    pub(super) fn scalar(self) -> Option<&'a str> {
        let text = self.node.text();
        if text.is_none() {
            self.mistyped("a text");
        }
        text
    }

    /// The text under a key; an empty one is none.
    pub(super) fn text(self, key: &str) -> Option<&'a str> {
        self.get(key)?.scalar().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The text under a key, if it is one: for naming and telling apart, before anything is judged.
    pub(super) fn peek(self, key: &str) -> &'a str {
        self.get(key).and_then(|part| part.node.text()).unwrap_or_default().trim()
    }

    /// The text under a key that must be there and say something.
    pub(super) fn need_text(self, key: &str, example: &str) -> Option<&'a str> {
        let part = self.need(key, example)?;
        let text = part.scalar()?.trim();
        if text.is_empty() {
            part.wrong("bad-value", "is empty", format!("write {example}"));
        }
        Some(text).filter(|text| !text.is_empty())
    }

    /// A finite number, also in quotes.
    pub(super) fn number(self) -> Option<f64> {
        let text = self.scalar()?.trim();
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() {
            self.wrong("wrong-type", format!("{text:?} is no number"), "write a plain number, like 99.9");
        }
        number
    }

    /// Whether a key says `true`; `None` where it says nothing.
    pub(super) fn flag(self, key: &str) -> Option<bool> {
        let part = self.get(key)?;
        match part.scalar()? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            other => {
                part.wrong(
                    "wrong-type",
                    format!("{other:?} is neither true nor false"),
                    "write true or false",
                );
                None
            }
        }
    }

    /// A length of time in the notation of the format.
    pub(super) fn span(self, parse: fn(&str) -> Result<Duration, String>) -> Option<Duration> {
        let text = self.scalar()?;
        parse(text)
            .map_err(|why| self.wrong("bad-duration", why, "write a number and its unit, like 30d or 1h"))
            .ok()
    }

    /// Scalars by their keys; a list is joined with commas.
    pub(super) fn labels(self, key: &str) -> BTreeMap<String, String> {
        let Some(map) = self.map(key) else { return BTreeMap::new() };
        let label = |(name, value): &(Node, Node)| Some((name.text()?.to_owned(), value.joined()?));
        map.entries().iter().filter_map(label).collect()
    }

    /// Warns about keys that stand twice in this map or below it; the first of them is used.
    pub(super) fn doubt_duplicates(self) {
        let mut lines: HashMap<&str, usize> = HashMap::new();
        for (name, node) in self.entries() {
            let key = name.text().unwrap_or_default();
            match lines.entry(key) {
                Entry::Vacant(free) => _ = free.insert(name.line),
                Entry::Occupied(first) => {
                    let what =
                        format!("the key stands on line {} already, and that one is used", first.get());
                    Self { node: name, key, ..self }.doubt("duplicate-key", what, "remove one of them");
                }
            }
            Self { node, ..self }.doubt_duplicates();
        }
        self.items().into_iter().for_each(Self::doubt_duplicates);
    }

    fn entries(self) -> &'a [(Node, Node)] {
        match &self.node.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Says what stands here in place of what is wanted; never holds.
    fn mistyped(self, wanted: &str) -> bool {
        let found = match self.node.value {
            Value::Null => "nothing",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        };
        self.wrong("wrong-type", format!("{found} stands here"), format!("write {wanted}"));
        false
    }
}

impl Node {
    fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A scalar, or the scalars of a list with commas between them.
    fn joined(&self) -> Option<String> {
        match &self.value {
            Value::Text(text) => Some(text.clone()),
            Value::List(items) => Some(items.iter().filter_map(Self::text).collect::<Vec<_>>().join(",")),
            Value::Null | Value::Map(_) => None,
        }
    }
}
