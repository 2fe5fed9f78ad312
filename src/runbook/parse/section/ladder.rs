//! The ladder inside one section: blocks in, steps and prose out.

use super::super::super::step::{Section, SectionRole, Step};
use super::super::block::{Block, Item, Kind, Source};
use super::super::fence::{self, Fence};
use super::super::item::{self, Draft, Took};
use super::super::title;

pub(super) struct Ladder<'s, 't> {
    source: &'s Source<'t>,
    title: String,
    /// Further reading: nothing in it is a step.
    reading: bool,
    bullets: bool,
    prose: Vec<String>,
    steps: Vec<Step>,
    /// The step that may still take what follows it.
    open: Option<Draft<'s, 't>>,
    /// The last number of the list before, where only a block has come since.
    counted: Option<u64>,
    /// The paragraph before this block: it may introduce a command.
    waiting: Option<(String, Block)>,
}

/// Whether a block makes steps by itself, bullets aside.
pub(super) fn is_step(block: &Block) -> bool {
    match &block.kind {
        Kind::Code { lang, text } => fence::read(lang, text) != Fence::Text,
        Kind::List { start, items } => start.is_some() || items.iter().any(works),
        Kind::Quote { blocks } => blocks.iter().any(is_step),
        _ => false,
    }
}

/// Whether an item is work whatever its list looks like: a box to tick, or a command inside.
fn works(item: &Item) -> bool {
    item.task || item.blocks.iter().any(is_step)
}

impl<'s, 't> Ladder<'s, 't> {
    pub fn new(source: &'s Source<'t>, role: SectionRole, title: &str, bullets: bool) -> Self {
        Self {
            source,
            title: title.to_owned(),
            reading: role == SectionRole::Related,
            bullets,
            prose: Vec::new(),
            steps: Vec::new(),
            open: None,
            counted: None,
            waiting: None,
        }
    }

    pub fn done(mut self) -> (Vec<String>, Vec<Step>) {
        self.settle_waiting();
        self.close();
        (self.prose, self.steps)
    }

    pub fn heading(&mut self, draft: Draft<'s, 't>) {
        self.settle_waiting();
        self.close();
        self.steps.push(draft.done());
    }

    pub fn block(&mut self, block: Block) {
        match block.kind {
            Kind::List { start, ref items } if !self.reading && self.is_work(start, items) => {
                self.list(block);
            }
            Kind::Quote { blocks } if blocks.iter().any(is_step) => {
                for block in blocks {
                    self.block(block);
                }
            }
            Kind::Code { .. } if !self.reading && is_step(&block) => self.command(&block),
            Kind::Code { .. } => self.code(&block),
            Kind::Paragraph { ref text } => self.paragraph(text.clone(), block),
            _ => self.text(&block),
        }
    }

    fn is_work(&self, start: Option<u64>, items: &[Item]) -> bool {
        let bullets = self.bullets && !items.iter().all(|item| self.is_link(item));
        start.is_some() || bullets || items.iter().any(works)
    }

    /// An item that is nothing but a link leads away from the work.
    fn is_link(&self, item: &Item) -> bool {
        let [Block { lines, kind: Kind::Paragraph { .. } }, ..] = item.blocks.as_slice() else {
            return false;
        };
        let raw = self.source.raw(&(lines.start..lines.start + 1)).concat();
        let text = raw.trim_start_matches(['-', '*', '+', ' ']);
        text.starts_with('[') && text.trim_end().ends_with([')', ']'])
    }

    fn list(&mut self, block: Block) {
        let Kind::List { start, items } = block.kind else { return };
        self.settle_waiting();
        self.close();
        let mut number = start.map(|start| match self.counted {
            // A list cut in two by a block below an item starts at 1 again: it goes on.
            Some(last) if start == 1 => last + 1,
            _ => start,
        });
        for item in items {
            self.close();
            let n = number.map(|n| n.to_string()).unwrap_or_default();
            self.open = Some(Draft::item(self.source, &n, item));
            self.counted = number;
            number = number.map(|n| n + 1);
        }
    }

    /// A shell block outside a list: part of the step before it where that one asks for it, else a
    /// step named by the sentence before it.
    fn command(&mut self, block: &Block) {
        if self.waiting.is_none()
            && let Some(open) = &mut self.open
        {
            open.take(block);
            return;
        }
        let before = self.waiting.take();
        self.close();
        let name = before.as_ref().map_or(self.title.as_str(), |(text, _)| title::last_sentence(text));
        let line = before.as_ref().map_or(block.lines.start, |(_, text)| text.lines.start);
        let mut draft = Draft::new(self.source, "", name, line);
        if let Some((text, said)) = before
            && title::last_sentence(&text).len() + 2 < text.trim().len()
        {
            draft.step.prose = self.source.raw(&said.lines);
        }
        draft.take(block);
        self.counted = None;
        self.open = Some(draft);
    }

    /// A block that is no command: output of the step before it, or prose.
    fn code(&mut self, block: &Block) {
        self.settle_waiting();
        match &mut self.open {
            Some(open) => {
                open.take(block);
            }
            None => self.prose.extend(self.source.raw(&block.lines)),
        }
    }

    fn paragraph(&mut self, text: String, block: Block) {
        self.settle_waiting();
        self.waiting = Some((text, block));
    }

    fn text(&mut self, block: &Block) {
        self.settle_waiting();
        let raw = self.source.raw(&block.lines);
        self.home().extend(raw);
    }

    /// A paragraph that introduced no command belongs to the step before it, or to the section.
    fn settle_waiting(&mut self) {
        let Some((_, block)) = self.waiting.take() else { return };
        let Some(open) = &mut self.open else {
            return self.prose.extend(self.source.raw(&block.lines));
        };
        if open.take(&block) == Took::Prose {
            self.counted = None;
        }
    }

    fn home(&mut self) -> &mut Vec<String> {
        match &mut self.open {
            Some(open) => &mut open.step.prose,
            None => &mut self.prose,
        }
    }

    fn close(&mut self) {
        self.steps.extend(self.open.take().map(Draft::done));
    }
}

/// The section as one step to do by hand, where it says anything at all.
pub(super) fn whole(section: &mut Section) {
    if section.prose.iter().any(|line| !line.trim().is_empty()) && section.steps.is_empty() {
        let mut step = manual(&section.title, section.line);
        step.prose = std::mem::take(&mut section.prose);
        section.steps.push(step);
    }
}

/// A step without a number and without a command: something to do by hand.
pub(super) fn manual(title: &str, line: usize) -> Step {
    item::bare("", title, line)
}
