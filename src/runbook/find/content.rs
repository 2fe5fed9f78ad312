//! Everything a runbook says, as one text to look words up in: sections first, then steps, then the rest, so
//! that the first place found is the most telling one.

use memchr::memmem::Finder;

use super::super::step::{Placed, Runbook};

/// What kind of place something was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Alert,
    Title,
    Service,
    Section,
    Step,
    Text,
}

impl Part {
    pub fn word(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Title => "title",
            Self::Service => "service",
            Self::Section => "section",
            Self::Step => "step",
            Self::Text => "text",
        }
    }
}

/// A place in a runbook that holds a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub part: Part,
    /// The section's title, the step's title or the line. Raw.
    pub text: String,
    /// The step it belongs to.
    pub step: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    said: String,
    /// The same letters in lower case, each at the same byte.
    lower: String,
    /// Where each line starts, what it is, and of which step.
    lines: Vec<(usize, Part, Option<String>)>,
}

impl Content {
    pub fn of(runbook: &Runbook) -> Self {
        let mut content = Self::default();
        let steps = runbook.steps();
        for section in &runbook.sections {
            content.add(Part::Section, None, &section.title);
        }
        for Placed { step, .. } in &steps {
            content.add(Part::Step, Some(&step.n), &step.title);
        }
        for line in runbook.sections.iter().flat_map(|section| &section.prose) {
            content.add(Part::Text, None, line);
        }
        for Placed { step, .. } in &steps {
            let commands = step.commands.iter().flat_map(|command| command.text.lines());
            let expected = step.expect.iter().flat_map(|expect| expect.lines());
            for line in step.prose.iter().map(String::as_str).chain(commands).chain(expected) {
                content.add(Part::Text, Some(&step.n), line);
            }
        }
        content.lower = lowered(&content.said);
        content
    }

    fn add(&mut self, part: Part, step: Option<&String>, line: &str) {
        if !line.trim().is_empty() {
            self.lines.push((self.said.len(), part, step.cloned()));
            self.said.push_str(line);
            self.said.push('\n');
        }
    }

    /// The first line that holds a word, which is in lower case, and what that is worth of a hundred.
    pub fn find(&self, word: &Finder<'_>) -> Option<(u32, usize)> {
        let at = word.find(self.lower.as_bytes())?;
        let line = self.lines.partition_point(|(start, ..)| *start <= at) - 1;
        let worth = match self.lines[line].1 {
            Part::Section => 60,
            Part::Step => 50,
            _ => 30,
        };
        Some((worth, line))
    }

    /// A line as it is said.
    pub fn line(&self, line: usize) -> Option<Found> {
        let (start, part, step) = self.lines.get(line)?;
        let text = self.said[*start..].lines().next().unwrap_or_default().trim();
        Some(Found { part: *part, text: text.to_owned(), step: step.clone() })
    }
}

/// A text in lower case, each character at the same byte.
fn lowered(text: &str) -> String {
    let mut lowered = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.is_ascii() {
            let from = lowered.len();
            lowered.push_str(line);
            lowered[from..].make_ascii_lowercase();
        } else {
            lowered.extend(line.chars().map(lower));
        }
    }
    lowered
}

/// A character in lower case that takes as many bytes, so that places stay.
pub(super) fn lower(c: char) -> char {
    let small = super::fuzzy::lower(c);
    if small.len_utf8() == c.len_utf8() { small } else { c }
}
