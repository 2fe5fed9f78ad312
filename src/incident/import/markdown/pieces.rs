//! A Markdown document as a flat row of pieces: each with its shape, its plain words and where it begins.

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use crate::text::when::{Clock, Form, Stamp};

/// What a piece is; of an item how deep it lies, of a heading its level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Heading(u8),
    Item(usize),
    Paragraph,
    /// The first row of a table.
    Head,
    Row,
    /// A line of a code block.
    Code,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub shape: Shape,
    pub text: String,
    /// Cells of a row; empty of everything else.
    pub cells: Vec<String>,
    /// Byte of the source.
    pub at: usize,
}

/// The pieces of a document, in order. Front matter, pictures and HTML are none.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS;
    let mut cutter = Cutter::default();
    for (event, bytes) in Parser::new_ext(text, options).into_offset_iter() {
        cutter.event(event, bytes.start);
    }
    cutter.pieces
}

#[derive(Default)]
struct Cutter {
    pieces: Vec<Piece>,
    depth: usize,
    open: Option<Piece>,
    /// Where each line of it begins.
    begins: Vec<usize>,
    /// Where links lead, from the outside in.
    links: Vec<(String, usize)>,
    /// Inside of what is left out.
    hidden: usize,
    code: bool,
}

impl Cutter {
    fn event(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(Tag::MetadataBlock(_) | Tag::Image { .. }) => self.hidden += 1,
            Event::End(TagEnd::MetadataBlock(_) | TagEnd::Image) => {
                self.hidden = self.hidden.saturating_sub(1);
            }
            _ if self.hidden > 0 => {}
            Event::Start(tag) => self.start(tag, at),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.code => self.code_lines(&text, at),
            Event::Text(text) => self.push(&text),
            Event::Code(code) => self.push(&format!("`{code}`")),
            Event::SoftBreak | Event::HardBreak => {
                self.push("\n");
                self.begins.push(at + 1);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, at: usize) {
        match tag {
            Tag::Heading { level, .. } => self.begin(Shape::Heading(number(level)), at),
            Tag::Item => {
                self.close();
                self.depth += 1;
                self.begin(Shape::Item(self.depth), at);
            }
            Tag::Paragraph if self.depth == 0 => self.begin(Shape::Paragraph, at),
            Tag::Paragraph => match &self.open {
                Some(_) => self.push(" "),
                None => self.begin(Shape::Item(self.depth + 1), at),
            },
            Tag::TableHead => self.begin(Shape::Head, at),
            Tag::TableRow => self.begin(Shape::Row, at),
            Tag::CodeBlock(_) => {
                self.close();
                self.code = true;
            }
            Tag::Link { link_type, dest_url, .. } => {
                let from = self.open.as_ref().map_or(0, |open| open.text.len());
                // Where the address stands elsewhere, the words alone are what a reader sees.
                let url = if link_type == LinkType::Inline { dest_url.to_string() } else { String::new() };
                self.links.push((url, from));
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::TableCell => {
                if let Some(open) = &mut self.open {
                    let cell = std::mem::take(&mut open.text).trim().to_owned();
                    open.cells.push(cell);
                }
            }
            TagEnd::Item => {
                self.close();
                self.depth = self.depth.saturating_sub(1);
            }
            TagEnd::CodeBlock => self.code = false,
            TagEnd::Paragraph if self.depth > 0 => {}
            TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::TableHead | TagEnd::TableRow => self.close(),
            TagEnd::Link => self.end_link(),
            _ => {}
        }
    }

    /// A link keeps its address, unless that is what it says.
    fn end_link(&mut self) {
        let (Some((url, from)), Some(open)) = (self.links.pop(), &mut self.open) else { return };
        let words = open.text.get(from..).unwrap_or_default();
        let plain = url.trim_start_matches("mailto:");
        if words != plain && url.contains("://") {
            open.text.push_str(&format!(" ({url})"));
        }
    }

    fn begin(&mut self, shape: Shape, at: usize) {
        self.close();
        self.begins = vec![at];
        self.open = Some(Piece { shape, text: String::new(), cells: Vec::new(), at });
    }

    fn push(&mut self, text: &str) {
        if let Some(open) = &mut self.open {
            open.text.push_str(text);
        }
    }

    fn close(&mut self) {
        let Some(piece) = self.open.take() else { return };
        if piece.shape == Shape::Paragraph {
            return self.paragraph(&piece);
        }
        let text = joined(&piece.text);
        if !text.is_empty() || !piece.cells.is_empty() {
            self.pieces.push(Piece { text, ..piece });
        }
    }

    /// Lines of a paragraph that begin with a clock are lines of their own; the others go on.
    fn paragraph(&mut self, piece: &Piece) {
        let mut parts: Vec<(String, usize)> = Vec::new();
        for (line, at) in piece.text.lines().zip(&self.begins) {
            match parts.last_mut() {
                Some((last, _)) if !begins_with_clock(line) => last.push_str(&format!(" {line}")),
                _ => parts.push((line.to_owned(), *at)),
            }
        }
        let parts = parts.iter().map(|(part, at)| (joined(part), *at)).filter(|(part, _)| !part.is_empty());
        self.pieces.extend(parts.map(|(text, at)| Piece { text, at, ..piece.clone() }));
    }

    fn code_lines(&mut self, text: &str, at: usize) {
        let mut from = at;
        for line in text.split_inclusive('\n') {
            let words = line.trim();
            if !words.is_empty() {
                self.pieces.push(Piece {
                    shape: Shape::Code,
                    text: words.to_owned(),
                    cells: Vec::new(),
                    at: from,
                });
            }
            from += line.len();
        }
    }
}

fn begins_with_clock(line: &str) -> bool {
    let start = line.trim_start_matches(['[', '(', '*', ' ']);
    Stamp::read(start).is_some_and(|(stamp, form, _)| stamp.clock != Clock::Absent && form == Form::Plain)
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn number(level: HeadingLevel) -> u8 {
    level as u8
}
