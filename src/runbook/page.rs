//! A runbook as one page to read: everything that its file says, but for the marks of Markdown.

use super::stage::{ASSISTED, PREFIX, Stage};
use super::step::{Runbook, Section, Step};

/// What a line of the page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Title,
    /// Of the front matter; of a step, that it may run by itself, with its hash.
    Fact,
    Section,
    Prose,
    Step,
    Command,
    Expected,
}

/// A line of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub kind: Kind,
    /// Blanks before it.
    pub margin: usize,
    /// Raw.
    pub text: String,
    /// The number of the step it belongs to.
    pub step: Option<String>,
}

/// The page, line by line; a section has an empty line before it.
pub fn page(book: &Runbook) -> Vec<Line> {
    let mut page = Page { book, lines: Vec::new(), step: None };
    page.push(Kind::Title, 0, &book.title);
    for (key, value) in &book.meta {
        page.push(Kind::Fact, 2, &format!("{key}: {value}"));
    }
    page.prose(&book.preface, 2);
    for section in &book.sections {
        page.section(section);
    }
    page.lines
}

struct Page<'b> {
    book: &'b Runbook,
    lines: Vec<Line>,
    /// The step being read.
    step: Option<String>,
}

impl Page<'_> {
    fn push(&mut self, kind: Kind, margin: usize, text: &str) {
        self.lines.push(Line { kind, margin, text: text.to_owned(), step: self.step.clone() });
    }

    fn prose(&mut self, prose: &[String], margin: usize) {
        for line in prose.iter().filter(|line| !line.trim().is_empty()) {
            self.push(Kind::Prose, margin, line);
        }
    }

    fn section(&mut self, section: &Section) {
        self.step = None;
        self.push(Kind::Prose, 0, "");
        self.push(Kind::Section, 0, &section.title);
        self.prose(&section.prose, 2);
        for step in &section.steps {
            self.step(step, 2);
        }
    }

    fn step(&mut self, step: &Step, margin: usize) {
        self.step = Some(step.n.clone());
        self.push(Kind::Step, margin, &format!("{} {}", step.n, step.title));
        if self.book.stage_of(&step.n) == Stage::Assisted {
            self.push(Kind::Fact, margin + 4, &format!("{ASSISTED} {PREFIX}{}", step.sha256()));
        }
        self.prose(&step.prose, margin + 4);
        for line in step.commands.iter().flat_map(|command| command.text.lines()) {
            self.push(Kind::Command, margin + 4, line);
        }
        for line in step.expect.iter().flat_map(|expect| expect.lines()) {
            self.push(Kind::Expected, margin + 4, line);
        }
        for child in &step.children {
            self.step(child, margin + 2);
        }
    }
}
