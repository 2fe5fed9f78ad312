//! What is looked for in the entries of all incidents, and what was found. Data only: who finds is outside.

use std::ops::Range;

use serde_json::{Value, json};

use super::timeline::{Entry, Filter};
use crate::text::Time;

/// Words of one question; more than this is no question.
pub const MOST_WORDS: usize = 32;

/// What is looked for. Every word is wanted, in the entry or in the title and services of its incident, and
/// one of them at least in the entry itself; of the last word its beginning is enough. Case and accents do
/// not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Words, kinds, people and tags.
    pub wanted: Filter,
    /// The id of the one incident that is looked through.
    pub incident: Option<String>,
    /// Nothing that happened before.
    pub since: Option<Time>,
    pub order: Order,
    /// Most hits.
    pub limit: usize,
}

/// In which order hits come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As they were written down, the newest first.
    #[default]
    Newest,
    /// The best first, of the newest that fit.
    Ranked,
}

impl Query {
    /// Why it cannot be asked; `None` when it can.
    pub fn refusal(&self) -> Option<String> {
        let words = &self.wanted.words;
        let is_word = |word: &String| word.chars().any(char::is_alphanumeric);
        if words.len() > MOST_WORDS {
            return Some(format!("search: {} words: too many (use at most {MOST_WORDS})", words.len()));
        }
        (!words.iter().any(is_word))
            .then(|| format!("search: {:?}: no letter or digit in it (name a word)", words.join(" ")))
    }
}

/// One entry that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub entry: Entry,
    /// Where the words stand in its text: bytes, in order, apart.
    pub marks: Vec<Range<usize>>,
    /// The title of its incident.
    pub title: Option<String>,
}

impl Hit {
    /// The object of a timeline's entry, with its incident's title, and where the words are, counted in
    /// characters. Text in it is raw.
    pub fn to_json(&self) -> Value {
        let characters = |bytes: usize| self.entry.text[..bytes].chars().count();
        let marks = self.marks.iter().map(|mark| json!([characters(mark.start), characters(mark.end)]));
        let mut object = self.entry.to_json();
        object["title"] = json!(self.title);
        object["marks"] = marks.collect();
        object
    }
}

/// What a question came to.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    pub hits: Vec<Hit>,
    /// There are more than were asked for.
    pub more: bool,
    /// Why it took longer than it should: the index on the disk did not serve.
    pub without_index: Option<String>,
}
