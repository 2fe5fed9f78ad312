//! The stack that turns a stream of Markdown events into blocks.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::{Block, Item, Kind, Source};

/// Containers nested deeper than this are read as if they were not there.
const DEPTH: usize = 24;

/// A container that is still open.
enum Frame {
    List { start: Option<u64>, items: Vec<Item>, bytes: Range<usize> },
    Item(Item),
    Quote { blocks: Vec<Block>, bytes: Range<usize> },
}

/// Inline text being collected.
enum Run {
    None,
    Heading {
        level: usize,
        text: String,
    },
    Paragraph {
        text: String,
        bytes: Range<usize>,
    },
    Code {
        lang: String,
        text: String,
    },
    /// Inside a block whose text is taken from the file: how deep.
    Opaque(usize),
}

pub(super) struct Builder<'s, 't> {
    source: &'s Source<'t>,
    top: Vec<Block>,
    frames: Vec<Frame>,
    /// Containers left out because they lie too deep.
    beyond: usize,
    run: Run,
}

impl<'s, 't> Builder<'s, 't> {
    pub fn new(source: &'s Source<'t>) -> Self {
        Self { source, top: Vec::new(), frames: Vec::new(), beyond: 0, run: Run::None }
    }

    pub fn finish(mut self) -> Vec<Block> {
        self.end_paragraph();
        self.top
    }

    pub fn event(&mut self, event: Event<'_>, bytes: Range<usize>) {
        if let Run::Opaque(depth) = &mut self.run {
            match event {
                Event::Start(_) => *depth += 1,
                Event::End(_) if *depth > 0 => *depth -= 1,
                Event::End(_) => self.run = Run::None,
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, bytes),
            Event::End(tag) => self.end(tag, &bytes),
            Event::TaskListMarker(_) => self.task(),
            Event::Rule => self.push(Kind::Other, &bytes),
            event => self.inline(&event, bytes),
        }
    }

    fn start(&mut self, tag: Tag<'_>, bytes: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.end_paragraph();
                self.run = Run::Heading { level: level as usize, text: String::new() };
            }
            Tag::Paragraph => {
                self.end_paragraph();
                self.run = Run::Paragraph { text: String::new(), bytes };
            }
            Tag::CodeBlock(kind) => {
                self.end_paragraph();
                self.run = Run::Code { lang: lang(&kind), text: String::new() };
            }
            Tag::List(start) => self.open(Frame::List { start, items: Vec::new(), bytes }),
            Tag::Item => {
                let line = self.source.lines_of(&bytes).start;
                self.open(Frame::Item(Item { line, ..Item::default() }));
            }
            Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) => {
                self.open(Frame::Quote { blocks: Vec::new(), bytes });
            }
            Tag::Table(_) | Tag::HtmlBlock | Tag::MetadataBlock(_) => {
                self.end_paragraph();
                self.push(Kind::Other, &bytes);
                self.run = Run::Opaque(0);
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, bytes: &Range<usize>) {
        match tag {
            TagEnd::Paragraph => self.end_paragraph(),
            TagEnd::Heading(_) | TagEnd::CodeBlock => self.end_block(bytes),
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition => {
                self.close();
            }
            _ => {}
        }
    }

    fn open(&mut self, frame: Frame) {
        self.end_paragraph();
        if self.frames.len() >= DEPTH {
            self.beyond += 1;
        } else {
            self.frames.push(frame);
        }
    }

    fn close(&mut self) {
        self.end_paragraph();
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        match self.frames.pop() {
            Some(Frame::List { start, items, bytes }) => self.push(Kind::List { start, items }, &bytes),
            Some(Frame::Quote { blocks, bytes }) => self.push(Kind::Quote { blocks }, &bytes),
            Some(Frame::Item(item)) => {
                if let Some(Frame::List { items, .. }) = self.frames.last_mut() {
                    items.push(item);
                }
            }
            None => {}
        }
    }

    fn task(&mut self) {
        if let Some(Frame::Item(item)) = self.frames.last_mut() {
            item.task = true;
        }
    }

    fn inline(&mut self, event: &Event<'_>, bytes: Range<usize>) {
        let piece = match event {
            Event::Code(text) => Cow::Owned(format!("`{text}`")),
            Event::SoftBreak | Event::HardBreak => Cow::Borrowed(" "),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => Cow::Borrowed(text.as_ref()),
            _ => return,
        };
        match &mut self.run {
            Run::Heading { text, .. } | Run::Code { text, .. } => text.push_str(&piece),
            Run::Paragraph { text, bytes: whole } => {
                text.push_str(&piece);
                whole.end = whole.end.max(bytes.end);
            }
            // A tight list item holds text without a paragraph around it.
            Run::None => self.run = Run::Paragraph { text: piece.into_owned(), bytes },
            Run::Opaque(_) => {}
        }
    }

    fn end_paragraph(&mut self) {
        match std::mem::replace(&mut self.run, Run::None) {
            Run::Paragraph { text, bytes } => self.push(Kind::Paragraph { text }, &bytes),
            other => self.run = other,
        }
    }

    fn end_block(&mut self, bytes: &Range<usize>) {
        match std::mem::replace(&mut self.run, Run::None) {
            Run::Heading { level, text } => self.push(Kind::Heading { level, text }, bytes),
            Run::Code { lang, text } => self.push(Kind::Code { lang, text }, bytes),
            other => self.run = other,
        }
    }

    fn push(&mut self, kind: Kind, bytes: &Range<usize>) {
        let block = Block { kind, lines: self.source.lines_of(bytes) };
        match self.frames.last_mut() {
            Some(Frame::Item(item)) => item.blocks.push(block),
            Some(Frame::Quote { blocks, .. }) => blocks.push(block),
            // Only items stand in a list; what lies too deep lands in the nearest one.
            Some(Frame::List { items, .. }) => match items.last_mut() {
                Some(item) => item.blocks.push(block),
                None => items.push(Item { line: block.lines.start, blocks: vec![block], task: false }),
            },
            None => self.top.push(block),
        }
    }
}

/// The first word of a fence's info string, lower case.
fn lang(kind: &CodeBlockKind<'_>) -> String {
    let CodeBlockKind::Fenced(info) = kind else { return String::new() };
    let word = info.split(|c: char| c.is_whitespace() || matches!(c, ',' | '{')).next().unwrap_or_default();
    word.to_ascii_lowercase()
}
