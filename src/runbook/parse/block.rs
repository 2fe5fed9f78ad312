//! Markdown events to a small tree of blocks that know their lines.

mod builder;

use std::ops::Range;

use memchr::memchr_iter;
use pulldown_cmark::{Options, Parser};

use builder::Builder;

/// A block and the lines it takes, from 1, the end excluded.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub kind: Kind,
    pub lines: Range<usize>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Heading {
        level: usize,
        text: String,
    },
    Paragraph {
        text: String,
    },
    Code {
        lang: String,
        text: String,
    },
    List {
        start: Option<u64>,
        items: Vec<Item>,
    },
    Quote {
        blocks: Vec<Block>,
    },
    /// Tables, HTML, rules: prose as it stands in the file.
    Other,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Item {
    /// A box to tick: `- [ ]`.
    pub task: bool,
    pub blocks: Vec<Block>,
    pub line: usize,
}

/// The text of a file with its lines counted.
#[derive(Debug)]
pub(super) struct Source<'a> {
    text: &'a str,
    /// Where the Markdown starts, behind the front matter.
    body_at: usize,
    lines: Vec<&'a str>,
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    pub fn new(text: &'a str, body_at: usize) -> Self {
        let breaks = memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        Self { text, body_at, lines: text.lines().collect(), starts }
    }

    fn body(&self) -> &'a str {
        &self.text[self.body_at..]
    }

    /// The lines that bytes of the body take.
    fn lines_of(&self, bytes: &Range<usize>) -> Range<usize> {
        let first = self.line_at(self.body_at + bytes.start);
        let last = self.line_at(self.body_at + bytes.end.saturating_sub(1).max(bytes.start));
        first..last.max(first) + 1
    }

    fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }

    /// Lines as the file has them, their common indentation taken off, blank ones at the end dropped.
    pub fn raw(&self, lines: &Range<usize>) -> Vec<String> {
        let first = lines.start.saturating_sub(1).min(self.lines.len());
        let last = lines.end.saturating_sub(1).clamp(first, self.lines.len());
        let raw = &self.lines[first..last];
        let margin =
            raw.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min().unwrap_or(0);
        let mut kept: Vec<String> =
            raw.iter().map(|line| line.get(margin..).unwrap_or_default().to_owned()).collect();
        kept.truncate(kept.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1));
        kept
    }
}

/// Width of the blanks a line starts with, in bytes; only spaces and tabs count.
fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

pub(super) fn read(source: &Source<'_>) -> Vec<Block> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    let mut builder = Builder::new(source);
    for (event, bytes) in Parser::new_ext(source.body(), options).into_offset_iter() {
        builder.event(event, bytes);
    }
    builder.finish()
}
