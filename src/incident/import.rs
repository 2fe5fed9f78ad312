//! What was written elsewhere, read: a chat's export, a status page's incident, somebody's notes, our own
//! lines. Pure: texts in, lines out, with what was doubtful about them. Nothing is recorded here.

use std::collections::HashMap;

use chrono::NaiveDate;
use chrono_tz::Tz;

use super::event::Imported;
use super::intent::Import;
use crate::text::digest::sha256;
use crate::text::{Problem, Time};

pub mod jsonl;
pub mod markdown;
pub mod slack;
pub mod statuspage;

/// A text and the name it has for people: a path, or a path inside an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub text: String,
}

/// What is known beside the texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The zone of times that say none.
    pub zone: Tz,
    /// The day of times that say none, where the incident is known.
    pub day: Option<NaiveDate>,
    /// The one to read of several: an incident's id, a channel's name.
    pub only: Option<String>,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// In the order of the source.
    pub lines: Vec<Import>,
    /// Doubts, by line; what could not be read is left out and named here.
    pub problems: Vec<Problem>,
    /// When it was over, as the source says.
    pub resolved_at: Option<Time>,
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Slack,
    Markdown,
    Statuspage,
    Jsonl,
}

impl Format {
    pub fn word(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Markdown => "markdown",
            Self::Statuspage => "statuspage",
            Self::Jsonl => "jsonl",
        }
    }

    /// What the texts are, by what is in them.
    pub fn of(sources: &[Source]) -> Self {
        let [only] = sources else { return Self::Slack };
        let text = only.text.trim_start();
        if !text.starts_with(['{', '[']) {
            return Self::Markdown;
        }
        let head =
            text.get(..4096.min(text.len())).unwrap_or_else(|| &text[..text.floor_char_boundary(4096)]);
        match head {
            head if head.contains("\"recorded_at\"") => Self::Jsonl,
            head if head.starts_with('[') && head.contains("\"ts\"") => Self::Slack,
            head if head.starts_with('{') => Self::Statuspage,
            _ => Self::Markdown,
        }
    }
}

/// Reads texts of one format.
///
/// # Errors
/// Where nothing can be read at all, or several incidents or channels are in it and none was named.
pub fn read(format: Format, sources: &[Source], setting: &Setting) -> Result<Told, String> {
    let one = || sources.first().ok_or_else(|| "import: there is no text to read (name a file)".to_owned());
    let mut told = match format {
        Format::Slack => slack::read(sources, setting)?,
        Format::Markdown => markdown::read(one()?, setting),
        Format::Statuspage => statuspage::read(one()?, setting)?,
        Format::Jsonl => jsonl::read(one()?, setting)?,
    };
    settle(&mut told.lines);
    tell_apart(&mut told.lines);
    Ok(told)
}

/// A line whose time nobody knows stands behind the one before it, or before the first that is known.
fn settle(lines: &mut [Import]) {
    let mut stands = lines.iter().find_map(|line| line.happened_at);
    for line in lines {
        if line.happened_at.is_none() && line.line.stands_at.is_none() {
            line.line.stands_at = stands;
        }
        stands = line.happened_at.or(line.line.stands_at).or(stands);
    }
}

/// Two lines that say the same are two lines: the second one's key says so.
fn tell_apart(lines: &mut [Import]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for line in lines {
        let times = seen.entry(line.line.key.clone()).or_insert(0);
        *times += 1;
        if *times > 1 {
            line.line.key = format!("{}#{times}", line.line.key);
        }
    }
}

/// What a line is known by, where its source gives it no name: what it says.
fn key(parts: &[&str]) -> String {
    sha256(parts.join("\0")).chars().take(32).collect()
}

/// A line of a source.
fn line(kind: &str, text: String, from: &str) -> Imported {
    Imported { text, kind: kind.to_owned(), from: from.to_owned(), ..Imported::default() }
}
