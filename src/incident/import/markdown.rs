//! Timelines as people keep them in Markdown: bullets, bold bullets, nested ones, tables, headings, code
//! fences, paragraphs. A line is what begins with a time; what hangs below it belongs to it.

use crate::incident::event::Imported;
use crate::incident::intent::Import;
use crate::text::when::{Clock, Document, Form, Stamp, looks_like_time};
use crate::text::{Place, Time};

use super::{Setting, Source, Told, key, line};

mod pieces;

use pieces::{Piece, Shape, pieces};

/// Reads a document. Where a heading names the timeline, only what is below that heading is one.
pub fn read(source: &Source, setting: &Setting) -> Told {
    let pieces = pieces(&source.text);
    let mut reader = Reader {
        source,
        document: Document::new(setting.zone, setting.day),
        part: if pieces.iter().any(is_timeline) { Part::Outside } else { Part::Whole },
        lines: Vec::new(),
        open: None,
        column: Column::default(),
    };
    for (index, piece) in pieces.iter().enumerate() {
        reader.take(piece, pieces.get(index + 1));
    }
    Told { lines: reader.lines, problems: reader.document.finish(), resolved_at: None }
}

fn is_timeline(piece: &Piece) -> bool {
    let words = piece.text.to_lowercase();
    matches!(piece.shape, Shape::Heading(2..))
        && ["timeline", "chronology", "sequence of events", "event log"]
            .iter()
            .any(|name| words.contains(name))
}

/// Which columns of a table say what.
#[derive(Default)]
struct Column {
    who: Option<usize>,
}

/// Which part of the document is its timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of it: no heading names one.
    Whole,
    Outside,
    /// In it; the level of the heading that opened it.
    Within(u8),
}

impl Part {
    /// Behind a heading.
    fn at(self, level: u8, is_timeline: bool) -> Self {
        match self {
            Self::Whole => Self::Whole,
            _ if is_timeline => Self::Within(level),
            Self::Within(own) if level > own => self,
            _ => Self::Outside,
        }
    }
}

struct Reader<'a> {
    source: &'a Source,
    document: Document,
    part: Part,
    lines: Vec<Import>,
    /// The shape of the last line, while something may still hang below it.
    open: Option<Shape>,
    column: Column,
}

impl Reader<'_> {
    fn take(&mut self, piece: &Piece, next: Option<&Piece>) {
        match piece.shape {
            Shape::Heading(level) => self.heading(piece, level, next),
            _ if self.part == Part::Outside => self.document.hear(&piece.text),
            Shape::Head => self.head(piece),
            Shape::Row => self.row(piece),
            Shape::Item(_) | Shape::Code | Shape::Paragraph => self.words(piece),
        }
    }

    /// A title dates what has no date; a heading is a line, a day, or the name of a part.
    fn heading(&mut self, piece: &Piece, level: u8, next: Option<&Piece>) {
        self.column = Column::default();
        if level == 1 {
            self.open = None;
            return self.document.entitle(&piece.text);
        }
        self.part = self.part.at(level, is_timeline(piece));
        let stamp = Stamp::read(&piece.text).filter(|_| self.part != Part::Outside);
        match stamp {
            Some((stamp, ..)) if stamp.clock != Clock::Absent => self.words(piece),
            Some((stamp, _, length)) => {
                let told = next.is_some_and(|next| next.shape == Shape::Paragraph);
                match stamp.date {
                    Some(day) if length < piece.text.len() || !told => self.document.begin(day),
                    _ => self.words(piece),
                }
            }
            None => {
                self.open = None;
                self.document.hear(&piece.text);
            }
        }
    }

    /// The heads of a table's columns.
    fn head(&mut self, piece: &Piece) {
        let is_person = |cell: &String| {
            let name = cell.trim().to_lowercase();
            ["who", "actor", "author", "by", "owner", "person"].contains(&name.as_str())
        };
        self.column.who = piece.cells.iter().position(is_person);
        self.document.hear(&format!("times: {}", piece.cells.join(" ")));
    }

    /// A row whose first cells are a time; day and clock may have one each.
    fn row(&mut self, piece: &Piece) {
        let Some((first, rest)) = piece.cells.split_first() else { return };
        let both = rest.first().map(|second| format!("{first} {second}"));
        let both = both.and_then(|both| Some((Stamp::parse(&both)?, 2)));
        let read = both.or_else(|| Some((Stamp::parse(first)?, 1)));
        let Some((stamp, cells)) = read else { return self.odd(piece) };
        let who = self.column.who.and_then(|who| piece.cells.get(who)).cloned();
        let words: Vec<&str> = piece
            .cells
            .iter()
            .enumerate()
            .filter(|(index, cell)| *index >= cells && Some(*index) != self.column.who && !cell.is_empty())
            .map(|(_, cell)| cell.as_str())
            .collect();
        let written = piece.cells[..cells].join(" ");
        self.add(piece, (&stamp, written, words.join(" | ")), who);
    }

    /// A line, what hangs below one, or prose that says when all of it was.
    fn words(&mut self, piece: &Piece) {
        if let Some((stamp, written, words)) = timed(&piece.text) {
            return self.add(piece, (&stamp, written, words), None);
        }
        if looks_like_time(bare(&piece.text)) {
            return self.odd(piece);
        }
        if self.hangs(piece.shape)
            && let Some(last) = self.lines.last_mut()
        {
            let mark = if matches!(piece.shape, Shape::Item(_)) { "; " } else { " " };
            let joins = if last.line.text.is_empty() { "" } else { mark };
            last.line.text.push_str(&format!("{joins}{}", piece.text));
            last.line.key = key_of(last.line.written.as_deref(), &last.line.text);
            return;
        }
        self.document.hear(&piece.text);
    }

    fn hangs(&self, shape: Shape) -> bool {
        match (self.open, shape) {
            (Some(Shape::Heading(_)), Shape::Item(_) | Shape::Paragraph)
            | (Some(Shape::Code), Shape::Code) => true,
            (Some(Shape::Item(above)), Shape::Item(depth)) => depth > above,
            _ => false,
        }
    }

    /// It begins as a time does and is none: kept, and doubted.
    fn odd(&mut self, piece: &Piece) {
        let text = if piece.cells.is_empty() { piece.text.clone() } else { piece.cells.join(" | ") };
        if !looks_like_time(bare(&text)) {
            return;
        }
        let words: Vec<&str> = bare(&text).split_whitespace().take(2).collect();
        self.document.impossible(&words.join(" "), &self.place(piece));
        self.push(piece, (None, None, text), None);
    }

    fn add(&mut self, piece: &Piece, (stamp, written, words): (&Stamp, String, String), who: Option<String>) {
        let at = self.document.place(stamp, self.place(piece));
        self.push(piece, (at, Some(written), words), who);
    }

    fn push(
        &mut self,
        piece: &Piece,
        (happened_at, written, text): (Option<Time>, Option<String>, String),
        who: Option<String>,
    ) {
        let key = key_of(written.as_deref(), &text);
        let line = Imported { key, written, ..line("observation", text, &self.source.name) };
        self.lines.push(Import { happened_at, actor: who.unwrap_or_default(), line });
        self.open = Some(piece.shape);
    }

    fn place(&self, piece: &Piece) -> Place {
        Place::at_byte(&self.source.name, &self.source.text, piece.at)
    }
}

fn key_of(written: Option<&str>, text: &str) -> String {
    key(&["markdown", written.unwrap_or_default(), text])
}

/// The time that a text begins with, as it is written, and the words behind it.
fn timed(text: &str) -> Option<(Stamp, String, String)> {
    let start = bare(text);
    let (stamp, form, length) = Stamp::read(start)?;
    let rest = &start[length..];
    let words = rest.trim_start_matches([' ', ']', ')', '*', '_']);
    let parted =
        words.is_empty() || words.starts_with([':', '-', '–', '—', '|']) || rest.starts_with([']', ')']);
    // A date alone, or a number, is a time only where something parts it from the words.
    if (form == Form::Doubtful || stamp.clock == Clock::Absent) && !parted {
        return None;
    }
    let words = words.trim_start_matches([':', '–', '—', '|', ' ']);
    let words = words.strip_prefix("- ").unwrap_or(words).trim();
    Some((stamp, start[..length].to_owned(), words.to_owned()))
}

/// Without brackets and marks around its beginning.
fn bare(text: &str) -> &str {
    text.trim_start_matches(['[', '(', '*', '_', '~', ' '])
}
