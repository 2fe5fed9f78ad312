//! The tree of a runbook: sections, steps, commands. Texts are raw, as the file has them.

use std::ops::Range;

use serde::Serialize;

use super::risk;
use crate::text::digest;

/// One runbook file, read.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Runbook {
    /// File name without its ending; how people and SLOs refer to it.
    pub name: String,
    pub title: String,
    /// Front matter, flat: service, owner, reviewed, tested, timeout...
    pub meta: Vec<(String, String)>,
    pub sections: Vec<Section>,
    /// What stands above the sections and is neither title nor front matter, line by line.
    #[serde(skip)]
    pub preface: Vec<String>,
    /// How many lines the file has.
    #[serde(skip)]
    pub lines: usize,
    /// SHA-256 (hex) of the source text.
    #[serde(skip)]
    pub sha256: String,
    /// The revision of the repository that the file lies in, or of the program it came with.
    #[serde(skip)]
    pub revision: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    pub title: String,
    pub role: SectionRole,
    /// Line of the heading in the file, from 1.
    pub line: usize,
    /// Prose of the section outside its steps, line by line.
    #[serde(skip)]
    pub prose: Vec<String>,
    pub steps: Vec<Step>,
}

/// What a section is for, told from its heading by a table of synonyms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SectionRole {
    Overview,
    Impact,
    Prerequisites,
    Diagnosis,
    Mitigation,
    Verify,
    Rollback,
    Escalation,
    Related,
    Other,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The number people say aloud: `3`, `3.1`. Unique in the runbook.
    pub n: String,
    /// The number that the file gives it: another one where its lists begin anew; empty where it has none.
    #[serde(skip)]
    pub written: String,
    pub title: String,
    /// Line of the step in the file, from 1.
    pub line: usize,
    /// Prose below the title, line by line.
    #[serde(skip)]
    pub prose: Vec<String>,
    pub commands: Vec<Command>,
    /// PromQL that the step shows, placeholders open.
    pub queries: Vec<String>,
    /// Output that the runbook says to expect.
    pub expect: Option<String>,
    /// Starts with if / when / otherwise: asks for an answer.
    pub decision: bool,
    pub children: Vec<Step>,
}

/// A shell block of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Command {
    pub lang: String,
    pub text: String,
    pub risk: Risk,
    /// Names of the placeholders left to fill, in order of appearance, each once.
    pub placeholders: Vec<String>,
}

/// What running a command may do. Ordered: the worst part of a command decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    Read,
    Change,
    Destroy,
}

impl Step {
    /// SHA-256 (hex) of what the step says: title, prose, commands and expected output. Its number is left
    /// out, so that a step put in before it changes nothing.
    pub fn sha256(&self) -> String {
        let commands = self.commands.iter().map(|command| command.text.as_str());
        let prose = self.prose.iter().map(|line| unnumbered(line));
        let expect = self.expect.as_deref().unwrap_or_default();
        let said: Vec<&str> = std::iter::once(self.title.as_str()).chain(prose).chain(commands).collect();
        digest::sha256(format!("{}\u{0}{expect}", said.join("\u{0}")))
    }
}

/// A line of the file without the number of the list item that it begins.
fn unnumbered(line: &str) -> &str {
    let text = line.trim_start();
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = behind.len() < text.len();
    behind.strip_prefix(['.', ')']).filter(|_| numbered).unwrap_or(text)
}

impl Risk {
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Change => "change",
            Self::Destroy => "destroy",
        }
    }
}

/// A step where the walk meets it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed<'a> {
    pub section: &'a Section,
    pub step: &'a Step,
    /// 0 for a step of the section, 1 for its children, and so on.
    pub depth: usize,
}

/// What the lines of a file belong to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Node<'a> {
    /// Front matter and title.
    Head,
    Section(&'a Section),
    Step(&'a Step),
}

impl Runbook {
    /// Every node with the lines that are its own, from 1, the end excluded: together they are the file, each
    /// line once and in order.
    pub fn nodes(&self) -> Vec<(Node<'_>, Range<usize>)> {
        let mut starts = vec![(Node::Head, 1)];
        for section in &self.sections {
            starts.push((Node::Section(section), section.line));
            section.steps.iter().for_each(|step| begin(step, &mut starts));
        }
        let mut end = self.lines + 1;
        let own = starts.into_iter().rev().map(|(node, start)| {
            let own = start.min(end)..end;
            end = own.start;
            (node, own)
        });
        let mut nodes: Vec<_> = own.collect();
        nodes.reverse();
        nodes
    }

    /// Every step in the order of the file, children behind their parent.
    pub fn steps(&self) -> Vec<Placed<'_>> {
        let mut all = Vec::new();
        for section in &self.sections {
            section.steps.iter().for_each(|step| place(section, step, 0, &mut all));
        }
        all
    }

    pub fn step(&self, n: &str) -> Option<&Step> {
        self.steps().into_iter().map(|placed| placed.step).find(|step| step.n == n)
    }

    /// The risk of a command of this runbook with its placeholders filled: what its text may do, or
    /// what the front matter's `risk:` asks for at least. This is what a person confirms.
    pub fn risk_of(&self, filled: &str) -> Risk {
        let least = self.meta("risk").and_then(risk::declared).unwrap_or(Risk::Read);
        risk::of(filled).max(least)
    }

    /// A value of the front matter; `last_reviewed`, `last-reviewed` and `Last Reviewed` are one key.
    pub fn meta(&self, key: &str) -> Option<&str> {
        let normal = |key: &str| key.to_ascii_lowercase().replace(['-', ' '], "_");
        let found = self.meta.iter().find(|(known, value)| normal(known) == normal(key) && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }
}

fn begin<'a>(step: &'a Step, starts: &mut Vec<(Node<'a>, usize)>) {
    starts.push((Node::Step(step), step.line));
    step.children.iter().for_each(|child| begin(child, starts));
}

fn place<'a>(section: &'a Section, step: &'a Step, depth: usize, all: &mut Vec<Placed<'a>>) {
    all.push(Placed { section, step, depth });
    step.children.iter().for_each(|child| place(section, child, depth + 1, all));
}
