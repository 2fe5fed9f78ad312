//! One step from the blocks that belong to it.

use super::super::query;
use super::super::step::{Command, Risk, Step};
use super::block::{Block, Item, Kind, Source};
use super::{fence, title};
use fence::Fence;

/// A step being put together.
pub(super) struct Draft<'s, 't> {
    source: &'s Source<'t>,
    pub step: Step,
    /// The last paragraph announced output.
    announced: bool,
    /// The last block was a command.
    ran: bool,
}

/// What became of a block that was offered to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Took {
    Command,
    Expected,
    Prose,
}

/// A step of which nothing but its title is known yet.
pub(super) fn bare(n: &str, title: &str, line: usize) -> Step {
    Step {
        n: n.to_owned(),
        written: String::new(),
        title: title.to_owned(),
        line,
        prose: Vec::new(),
        commands: Vec::new(),
        queries: Vec::new(),
        expect: None,
        decision: title::decides(title),
        children: Vec::new(),
    }
}

impl<'s, 't> Draft<'s, 't> {
    pub fn new(source: &'s Source<'t>, n: &str, title: &str, line: usize) -> Self {
        Self { source, step: bare(n, title, line), announced: false, ran: false }
    }

    /// A list item: its first paragraph is the title, lists inside it are its children.
    pub fn item(source: &'s Source<'t>, n: &str, item: Item) -> Self {
        let mut draft = Self::new(source, n, "", item.line);
        draft.blocks(item.blocks);
        draft
    }

    /// Takes blocks; the first paragraph names a step that has no title yet.
    pub fn blocks(&mut self, blocks: Vec<Block>) {
        for block in blocks {
            match block.kind {
                Kind::Paragraph { ref text } if self.step.title.is_empty() => self.entitle(text, &block),
                Kind::List { items, .. } => self.children(items),
                Kind::Quote { blocks } => self.blocks(blocks),
                _ => {
                    self.take(&block);
                }
            }
        }
    }

    pub fn done(mut self) -> Step {
        if self.step.commands.is_empty() {
            self.step.commands.extend(inline(&self.step));
        }
        self.step
    }

    /// Takes one block that is no list.
    pub fn take(&mut self, block: &Block) -> Took {
        match block.kind {
            Kind::Code { ref lang, ref text } => self.code(lang, text, block),
            Kind::Paragraph { ref text } => self.paragraph(text, block),
            _ => self.prose(block),
        }
    }

    fn entitle(&mut self, text: &str, block: &Block) {
        let sentence = title::sentence(text);
        sentence.clone_into(&mut self.step.title);
        self.step.decision = title::decides(sentence);
        if sentence.len() + 2 < text.trim().len() {
            self.prose(block);
        }
    }

    fn children(&mut self, items: Vec<Item>) {
        self.ran = false;
        let children = items.into_iter().map(|item| Draft::item(self.source, "", item).done());
        self.step.children.extend(children);
    }

    fn code(&mut self, lang: &str, text: &str, block: &Block) -> Took {
        let after_command = self.ran && fence::is_output(lang);
        if self.announced {
            return self.expect(text);
        }
        match fence::read(lang, text) {
            Fence::Command { text, output } => {
                self.command(lang, text);
                if !output.is_empty() {
                    self.expect(&output);
                }
                self.ran = true;
                Took::Command
            }
            Fence::Query if !after_command || query::is_named(lang) => {
                self.step.queries.extend(query::split(text));
                self.prose(block)
            }
            Fence::Text | Fence::Query if after_command => self.expect(text),
            Fence::Text | Fence::Query => self.prose(block),
        }
    }

    fn command(&mut self, lang: &str, text: String) {
        let command = Command { lang: lang.to_owned(), text, risk: Risk::Change, placeholders: Vec::new() };
        self.step.commands.push(command);
    }

    /// Adds to the output that the runbook says to expect.
    fn expect(&mut self, text: &str) -> Took {
        self.announced = false;
        self.ran = false;
        let text = text.trim_matches('\n').trim_end();
        match &mut self.step.expect {
            Some(known) => *known = format!("{known}\n{text}"),
            None => self.step.expect = Some(text.to_owned()),
        }
        Took::Expected
    }

    fn paragraph(&mut self, text: &str, block: &Block) -> Took {
        let after_command = !self.step.commands.is_empty() && announces(text);
        if !after_command && !starts(text, "expected:") {
            return self.prose(block);
        }
        // `Expected: Running` says it at once; `You should see:` leaves it to the fence behind it.
        match text.split_once(':').map(|(_, rest)| rest.trim()).filter(|rest| !rest.is_empty()) {
            Some(said) if starts(text, "expect") => self.expect(said),
            _ => {
                let took = self.prose(block);
                self.announced = text.trim_end().ends_with(':');
                took
            }
        }
    }

    fn prose(&mut self, block: &Block) -> Took {
        self.ran = false;
        self.announced = false;
        self.step.prose.extend(self.source.raw(&block.lines));
        Took::Prose
    }
}

/// Whether a paragraph speaks of the output to come.
fn announces(text: &str) -> bool {
    const PHRASES: &[&str] =
        &["you should see", "output looks", "output should", "should return", "will return something"];
    let lower = text.to_ascii_lowercase();
    starts(text, "expect") || starts(text, "output") || PHRASES.iter().any(|phrase| lower.contains(phrase))
}

fn starts(text: &str, word: &str) -> bool {
    text.trim_start().get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// A command that the title names in backticks: known program, at least one argument.
fn inline(step: &Step) -> Option<Command> {
    let code = step.title.split('`').skip(1).step_by(2).find(|code| {
        let words = code.split_whitespace().count();
        words >= 2 && fence::looks_like_shell(code)
    })?;
    Some(Command {
        lang: "inline".to_owned(),
        text: code.to_owned(),
        risk: Risk::Change,
        placeholders: Vec::new(),
    })
}
