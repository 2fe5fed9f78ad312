//! Placeholders of a command: found in every notation that real runbooks use, filled with quoting.
//!
//! `<pod>`, `{{pod}}`, `[pod]`, `YOUR_POD`, `$POD` and `${POD}`. Nothing runs while one is open. A value never
//! changes the shape of the command it is put into: it is quoted for the place it stands in, and
//! refused (its placeholder stays open) where no quoting would hold.

mod scan;
mod veil;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::shell;
use super::step::Command;
use crate::text::safe;

pub use veil::veil;

/// One placeholder in a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    /// As the runbook writes it, without its marks: `pod`, `POD`, `instance label from alert`.
    pub name: String,
    /// `{{name | raw}}`: a piece of a command, taken from trusted configuration only.
    pub raw: bool,
    /// Bytes of the command that it takes.
    pub range: Range<usize>,
    pub place: Standing,
}

/// Where in the shell's quoting something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Bare,
    Single,
    Double,
    /// Inside backticks or `$'…'`, where quoting does not nest: only harmless values.
    Fragile,
    /// In a here-document that the shell expands, or does not.
    Document {
        expands: bool,
    },
    Comment,
}

/// What placeholders are filled with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values {
    /// From the user's own configuration: the only source of `raw` pieces of commands.
    pub trusted: BTreeMap<String, String>,
    /// From alert labels and from typing. Always quoted.
    pub other: BTreeMap<String, String>,
}

impl Values {
    /// The value for a name; a trusted one wins. `<pod-name>` finds `pod_name` and `POD_NAME` too.
    pub fn get(&self, name: &str) -> Option<&str> {
        look(&self.trusted, name).or_else(|| look(&self.other, name))
    }
}

fn look<'a>(values: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
    let wanted = normal(name);
    values
        .get(name)
        .or_else(|| values.iter().find(|(known, _)| normal(known) == wanted).map(|(_, value)| value))
        .map(String::as_str)
}

fn normal(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect()
}

/// The placeholders of a command. `set` holds the variables that earlier blocks of the same runbook
/// set; those, and the ones the command sets itself, are no placeholders.
pub fn find(command: &str, set: &BTreeSet<String>) -> Vec<Placeholder> {
    let own = shell::sets(command);
    beside(command, |name| set.contains(name) || own.iter().any(|known| known == name))
}

/// The placeholders of a command, but for the variables that are known.
fn beside(command: &str, known: impl Fn(&str) -> bool) -> Vec<Placeholder> {
    scan::all(command)
        .into_iter()
        .filter(|found| !(found.variable && known(&found.name)))
        .map(|found| Placeholder { name: found.name, raw: found.raw, range: found.range, place: found.place })
        .collect()
}

/// Names of the placeholders, in order of appearance, each once.
pub fn names(command: &str, set: &BTreeSet<String>) -> Vec<String> {
    named(&find(command, set))
}

fn named(found: &[Placeholder]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for Placeholder { name, .. } in found {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// The command with a harmless word for each placeholder, to judge the rest of it by. `raw` ones stay:
/// nobody knows what they run.
pub fn sketch(command: &str, set: &BTreeSet<String>) -> String {
    sketched(command, &find(command, set))
}

fn sketched(command: &str, found: &[Placeholder]) -> String {
    let mut out = String::with_capacity(command.len());
    let mut at = 0;
    for found in found.iter().filter(|found| !found.raw) {
        out.push_str(&command[at..found.range.start]);
        out.push('x');
        at = found.range.end;
    }
    out.push_str(&command[at..]);
    out
}

/// [`names`] and [`sketch`] in one reading, where `set` holds what the command sets itself, too.
pub(super) fn names_and_sketch(command: &str, set: &BTreeSet<String>) -> (Vec<String>, String) {
    let found = beside(command, |name| set.contains(name));
    (named(&found), sketched(command, &found))
}

/// The exact text to run, or the names of the placeholders that are still open.
///
/// A placeholder stays open when it has no value, when the value is empty, starts with a dash (it
/// would be read as a flag), or holds control or hidden characters, when it is `raw` and its value
/// is not trusted, and when the command is read again by another interpreter (`ssh`, `sh -c`, SQL)
/// and the value holds more than letters, digits and `_ . , : / @ % + = -`.
pub fn fill(command: &Command, values: &Values) -> Result<String, Vec<String>> {
    let pieces = pieces(command, values);
    let mut open: Vec<String> = Vec::new();
    let mut filled = String::with_capacity(command.text.len());
    for piece in pieces {
        match piece {
            Piece::Text(text) | Piece::Value { text, .. } => filled.push_str(&text),
            Piece::Open { name, .. } => open.push(name),
        }
    }
    open.dedup();
    if open.is_empty() { Ok(filled) } else { Err(open) }
}

/// A command cut at its placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    /// A placeholder with its value, quoted as it will run.
    Value {
        name: String,
        text: String,
    },
    /// A placeholder that is still open, as the runbook writes it.
    Open {
        name: String,
        text: String,
    },
}

/// The command as it would run, as far as the values go.
pub fn pieces(command: &Command, values: &Values) -> Vec<Piece> {
    let text = command.text.as_str();
    let again = read_again(text);
    let mut pieces = Vec::new();
    let mut at = 0;
    for found in scan::all(text).into_iter().filter(|found| command.placeholders.contains(&found.name)) {
        pieces.push(Piece::Text(text[at..found.range.start].to_owned()));
        at = found.range.end;
        pieces.push(match piece(&found, values, again) {
            Some(text) => Piece::Value { name: found.name, text },
            None => Piece::Open { text: text[found.range].to_owned(), name: found.name },
        });
    }
    pieces.push(Piece::Text(text[at..].to_owned()));
    pieces
}

/// Whether `name` stands in the command as a piece of a command, which only configuration may give.
pub fn is_raw(command: &Command, name: &str) -> bool {
    scan::all(&command.text).iter().any(|found| found.raw && found.name == name)
}

fn piece(found: &scan::Found, values: &Values, again: bool) -> Option<String> {
    if found.raw {
        return look(&values.trusted, &found.name).filter(|value| !value.is_empty()).map(str::to_owned);
    }
    let value = values.get(&found.name).filter(|value| usable(value))?;
    if again && !plain(value) {
        return None;
    }
    quote(value, found.place)
}

fn usable(value: &str) -> bool {
    !value.is_empty() && !value.starts_with('-') && !value.contains(['\n', '\t']) && !safe::deceives(value)
}

/// Letters, digits and signs that no shell and no SQL gives a meaning to.
fn plain(value: &str) -> bool {
    value.chars().all(|c| c.is_ascii_alphanumeric() || "_.,:/@%+=-".contains(c))
}

/// The value written so that the shell reads it as one piece of literal text; `None` where it cannot
/// be.
fn quote(value: &str, place: Standing) -> Option<String> {
    if plain(value) {
        return Some(value.to_owned());
    }
    match place {
        Standing::Bare => Some(format!("'{}'", value.replace('\'', r"'\''"))),
        Standing::Single => Some(value.replace('\'', r"'\''")),
        Standing::Double => Some(escape(value, "\\\"$`")),
        Standing::Document { expands: true } => Some(escape(value, "\\$`")),
        Standing::Document { expands: false } => Some(value.to_owned()),
        Standing::Fragile | Standing::Comment => None,
    }
}

fn escape(value: &str, special: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if special.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Programs that read a part of their words as code of their own.
#[rustfmt::skip]
const AGAIN: &[&str] = &[
    "ssh", "eval", "su", "watch", "parallel", "xargs", "bash", "sh", "zsh", "dash", "ksh", "psql", "mysql", "mariadb",
    "sqlite3", "clickhouse-client", "redis-cli", "mongo", "mongosh", "awk", "gawk", "sed", "perl", "python", "python3",
    "ruby", "node", "jq", "yq", "rsh", "trap", "alias", "cqlsh",
];

/// Whether some part of the command is handed to an interpreter that reads it once more.
fn read_again(command: &str) -> bool {
    let script = shell::read(command);
    let words = script.commands.iter().flat_map(|simple| &simple.words);
    let named = |word: &String| AGAIN.contains(&word.rsplit('/').next().unwrap_or(word));
    words.into_iter().any(named) || script.nested.iter().any(|text| read_again(text))
}
