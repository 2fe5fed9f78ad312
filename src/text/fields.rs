//! TOML files read key by key: values with their places; wrong types, unknown and missing keys as
//! problems. Reading goes on after a problem, so one pass finds them all.
//!
//! Takes text, never opens a file; says nothing about what the values mean.

mod calendar;
mod code;
mod item;

use std::collections::BTreeMap;
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::problem::{self, Level, Place, Problem};
use super::when;

pub use item::Item;

/// A TOML file's name and text, and where its lines start.
#[derive(Debug)]
pub struct Document<'d> {
    file: &'d str,
    text: &'d str,
    starts: Vec<usize>,
}

impl<'d> Document<'d> {
    pub fn new(file: &'d str, text: &'d str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { file, text, starts: std::iter::once(0).chain(breaks).collect() }
    }

    /// The place of a byte; as [`Place::at_byte`], at the cost of one line instead of the whole file.
    pub fn place(&self, at: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let before = self.text.as_bytes().get(start..at).unwrap_or_default();
        let column = String::from_utf8_lossy(before).chars().count() + 1;
        Place { file: self.file.to_owned(), line, column }
    }

    /// The file as a table; or what is not TOML, at most one problem a line.
    pub fn parse(&self) -> Result<Spanned<DeTable<'d>>, Vec<Problem>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        if errors.is_empty() {
            return Ok(table);
        }
        let mut problems: Vec<Problem> = errors.iter().map(|error| self.syntax(error)).collect();
        problems.sort_by_key(|problem| (problem.place.line, problem.place.column));
        problems.dedup_by_key(|problem| problem.place.line);
        Err(problems)
    }

    fn syntax(&self, error: &toml::de::Error) -> Problem {
        let at = error.span().map_or(self.text.len(), |span| span.start);
        Problem::error(self.place(at), "syntax", format!("not TOML: {}", error.message()))
            .way_out("mend this line; a text stands in quotes")
    }
}

/// What reading found: problems, and the place of every value by its key path.
#[derive(Debug, Default)]
pub struct Report {
    pub problems: Vec<Problem>,
    /// `source.prod.url` → where its value stands.
    pub origins: BTreeMap<String, Place>,
}

impl Report {
    /// Whether anything found is an error.
    pub fn failed(&self) -> bool {
        self.problems.iter().any(|problem| problem.level == Level::Error)
    }

    /// Takes over what a part of the file reported; the origins only of a part that is `kept`.
    pub fn absorb(&mut self, part: Self, kept: bool) {
        self.problems.extend(part.problems);
        if kept {
            self.origins.extend(part.origins);
        }
    }
}

/// A table of a list of tables, not read yet.
#[derive(Debug, Clone, Copy)]
pub struct Element<'a> {
    table: &'a DeTable<'a>,
    at: usize,
    /// Position in its list, from 0.
    pub index: usize,
}

impl<'a> Element<'a> {
    /// The text under `key`, without judging it: for naming the element before it is read.
    pub fn peek(&self, key: &str) -> Option<&'a str> {
        self.table.get(key).and_then(|value| value.get_ref().as_str()).filter(|text| !text.is_empty())
    }
}

/// One table being read.
#[derive(Debug)]
pub struct Fields<'a> {
    pub document: &'a Document<'a>,
    table: &'a DeTable<'a>,
    at: usize,
    /// Key path of the table itself; empty for the whole file.
    path: String,
    pub report: &'a mut Report,
}

impl<'a> Fields<'a> {
    pub fn root(document: &'a Document<'a>, root: &'a Spanned<DeTable<'a>>, report: &'a mut Report) -> Self {
        Self { document, table: root.get_ref(), at: root.span().start, path: String::new(), report }
    }

    /// Starts on one element of a list; `path` is how problems and origins call it.
    pub fn element(
        document: &'a Document<'a>,
        element: Element<'a>,
        path: String,
        report: &'a mut Report,
    ) -> Self {
        Self { document, table: element.table, at: element.at, path, report }
    }

    /// Where the table itself stands.
    pub fn place(&self) -> Place {
        self.document.place(self.at)
    }

    /// Where the value of `key` stands; the table's own place when it is not there.
    pub fn place_of(&self, key: &str) -> Place {
        self.document.place(self.table.get(key).map_or(self.at, |value| value.span().start))
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The text under `key`, without judging it.
    pub fn peek(&self, key: &str) -> Option<&'a str> {
        self.table.get(key)?.get_ref().as_str()
    }

    pub fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.table.keys().map(|key| key.get_ref().as_ref())
    }

    /// The key path of `key` in this table.
    pub fn path(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// An error about the value of `key`, or about its absence.
    pub fn wrong(
        &mut self,
        key: &str,
        rule: &'static str,
        what: impl AsRef<str>,
        way_out: impl Into<String>,
    ) {
        let what = format!("{}: {}", self.path(key), what.as_ref());
        let problem = Problem::error(self.place_of(key), rule, what).way_out(way_out);
        self.report.problems.push(problem);
    }

    /// A warning about the value of `key`: it is used all the same.
    pub fn doubt(
        &mut self,
        key: &str,
        rule: &'static str,
        what: impl AsRef<str>,
        way_out: impl Into<String>,
    ) {
        let what = format!("{}: {}", self.path(key), what.as_ref());
        let problem = Problem::warning(self.place_of(key), rule, what).way_out(way_out);
        self.report.problems.push(problem);
    }

    /// Every key outside `known` is an error that names the nearest known one.
    pub fn only(&mut self, known: &[&str]) {
        for key in self.table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let what = format!("{}: unknown key", self.path(key.get_ref()));
            let way_out = problem::meant(key.get_ref(), known.iter().copied(), || {
                format!("known here: {}", known.join(", "))
            });
            let place = self.document.place(key.span().start);
            self.report.problems.push(Problem::error(place, "unknown-key", what).way_out(way_out));
        }
    }

    /// A text that is not empty.
    pub fn text(&mut self, key: &str) -> Option<&'a str> {
        let value = self.value(key)?;
        let Some(text) = value.as_str() else {
            self.mistyped(key, "a text in quotes", value);
            return None;
        };
        if text.trim().is_empty() {
            self.wrong(key, "bad-value", "is empty", "write a value, or leave the key out");
            return None;
        }
        Some(text)
    }

    /// Whether the value of `key` stands in quotes.
    pub fn is_text(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().is_str())
    }

    /// Whether the value of `key` is a table.
    pub fn is_table(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().is_table())
    }

    /// Whether the value of `key` is a list.
    pub fn is_list(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().is_array())
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        let flag = value.as_bool();
        if flag.is_none() {
            self.mistyped(key, "true or false", value);
        }
        flag
    }

    /// As [`text`](Self::text); its absence is an error that shows `example`.
    pub fn need_text(&mut self, key: &str, example: &str) -> Option<&'a str> {
        if !self.has(key) {
            self.missing(key, example);
        }
        self.text(key)
    }

    /// Says that a key is missing and what it could look like.
    pub fn missing(&mut self, key: &str, example: &str) {
        self.wrong(key, "missing-key", "is missing", format!("add {key} = {example}"));
    }

    /// One word of `words`; anything else is an error that names the nearest.
    pub fn word(&mut self, key: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(key)?;
        if let Some(word) = words.iter().find(|word| **word == text) {
            return Some(word);
        }
        let way_out = problem::meant(text, words.iter().copied(), || format!("one of {}", words.join(", ")));
        self.wrong(key, "bad-value", format!("{text:?} is unknown"), way_out);
        None
    }

    /// A finite number, whole or not.
    pub fn number(&mut self, key: &str) -> Option<f64> {
        let value = self.value(key)?;
        let number = match value {
            DeValue::Integer(whole) => {
                i64::from_str_radix(whole.as_str(), whole.radix()).ok().map(|n| n as f64)
            }
            DeValue::Float(float) => float.as_str().parse().ok(),
            _ => {
                self.mistyped(key, "a number", value);
                return None;
            }
        };
        let number = number.filter(|number| number.is_finite());
        if number.is_none() {
            self.wrong(
                key,
                "bad-value",
                "is not a number one can count with",
                "write a plain number, like 99.9",
            );
        }
        number
    }

    /// A length of time: `15s`, `5m`, `1h30m`, `30d`.
    pub fn span(&mut self, key: &str) -> Option<Duration> {
        let value = self.value(key)?;
        let Some(text) = value.as_str() else {
            self.mistyped(key, "a span in quotes, like \"15s\"", value);
            return None;
        };
        let span = when::parse_span(text).ok();
        if span.is_none() {
            let way_out = "write a number with s, m, h, d or w, like 15s or 30d";
            self.wrong(key, "bad-value", format!("{text:?} is not a span of time"), way_out);
        }
        span
    }

    /// The texts of a list with their places; an empty list is an error.
    pub fn texts(&mut self, key: &str) -> Vec<(&'a str, Place)> {
        let Some(list) = self.list(key, "a list of texts, like [\"…\"]") else { return Vec::new() };
        if list.is_empty() {
            self.wrong(key, "bad-value", "is an empty list", "name at least one");
        }
        let mut texts = Vec::with_capacity(list.len());
        for item in list {
            let place = self.document.place(item.span().start);
            if let Some(text) = item.get_ref().as_str() {
                texts.push((text, place));
                continue;
            }
            let what = format!(
                "{}: a text in quotes is expected here, not {}",
                self.path(key),
                kind(item.get_ref())
            );
            self.report.problems.push(Problem::error(place, "wrong-type", what));
        }
        texts
    }

    /// A table inside this one.
    pub fn table(&mut self, key: &str) -> Option<Fields<'_>> {
        let at = self.table.get(key)?.span().start;
        let value = self.value(key)?;
        let DeValue::Table(table) = value else {
            self.mistyped(key, "a table", value);
            return None;
        };
        Some(Fields { document: self.document, table, at, path: self.path(key), report: self.report })
    }

    /// The tables of a list, `[[key]]` or `key = [{…}]`.
    pub fn elements(&mut self, key: &str) -> Vec<Element<'a>> {
        if let Some(DeValue::Table(_)) = self.table.get(key).map(Spanned::get_ref) {
            let (what, way_out) =
                ("is one table, a list is expected", format!("write [[{key}]], with two brackets"));
            self.wrong(key, "wrong-type", what, way_out);
            return Vec::new();
        }
        let Some(list) = self.list(key, "a list of tables") else { return Vec::new() };
        let mut elements = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            match item.get_ref().as_table() {
                Some(table) => elements.push(Element { table, at: item.span().start, index }),
                None => self.mistyped(key, "a list of tables", item.get_ref()),
            }
        }
        elements
    }

    fn list(&mut self, key: &str, wanted: &str) -> Option<&'a DeArray<'a>> {
        let value = self.value(key)?;
        let list = value.as_array();
        if list.is_none() {
            self.mistyped(key, wanted, value);
        }
        list
    }

    fn value(&mut self, key: &str) -> Option<&'a DeValue<'a>> {
        let value = self.table.get(key)?;
        let place = self.document.place(value.span().start);
        self.report.origins.insert(self.path(key), place);
        Some(value.get_ref())
    }

    fn mistyped(&mut self, key: &str, wanted: &str, value: &DeValue<'_>) {
        let what = format!("is {}", kind(value));
        self.wrong(key, "wrong-type", what, format!("write {wanted}"));
    }
}

/// What a value is, as people say it.
fn kind(value: &DeValue<'_>) -> String {
    match value.type_str() {
        word @ ("array" | "integer") => format!("an {word}"),
        word => format!("a {word}"),
    }
}
