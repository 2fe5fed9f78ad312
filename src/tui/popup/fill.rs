//! The values of a command: the command as it fills up, then a line for each value.

use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{below, keys, width_of, window};
use crate::app::filling::{Field, Filling};
use crate::runbook::placeholder::Piece;
use crate::text::Safe;
use crate::tui::paper::{Paper, fit, wrap};
use crate::tui::theme::Tone;

/// Most rows that the command takes.
const COMMAND_ROWS: usize = 8;
/// Widest name before its value, in cells.
const NAME_CAP: usize = 24;

pub(super) fn draw(filling: &Filling, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let width = width_of(screen);
    let cells = usize::from(width.saturating_sub(4));
    let command = command(filling, paper, cells);
    let after = after(filling, paper, cells);
    let rows = command.len() + filling.fields.len() + after.len() + 5;
    let size = (width, u16::try_from(rows).unwrap_or(u16::MAX));
    let inside = window(paper, screen, "What the command is filled with", size, Tone::Focus);
    let told = u16::try_from(command.len() + 1).unwrap_or(u16::MAX);
    paper.lines(inside, command);
    let last = Rect { y: inside.bottom().saturating_sub(1), height: 1.min(inside.height), ..inside };
    let mut area = below(Rect { height: inside.height.saturating_sub(1), ..inside }, told);
    let room = usize::from(area.height).saturating_sub(after.len()).max(1);
    let first = (filling.chosen + 1).saturating_sub(room);
    let name = filling.fields.iter().map(|field| Safe::line(&field.name).width()).max().unwrap_or(0);
    let mut caret = None;
    for (index, field) in filling.fields.iter().enumerate().skip(first).take(room) {
        let chosen = index == filling.chosen;
        let sign = if chosen { ">" } else { " " };
        let prompt = format!("{sign} {}  ", fit(&field.name, name.min(NAME_CAP)));
        let here = paper.write_in(&prompt, &field.editor, area);
        caret = if chosen { here } else { caret };
        area = below(area, 1);
    }
    paper.lines(area, after);
    let pairs = [("enter", "next, then show it"), ("up/down", "value"), ("esc", "cancel")];
    paper.lines(last, [keys(paper, &pairs)]);
    caret
}

/// The exact text so far: values as they will be quoted, what is open as the runbook writes it.
fn command(filling: &Filling, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let mut rows = Rows { lines: vec![Vec::new()], used: 0, width };
    for piece in filling.pieces() {
        let (text, tone) = match &piece {
            Piece::Text(text) => (text, Tone::Code),
            Piece::Value { text, .. } => (text, Tone::Good),
            Piece::Open { text, .. } => (text, Tone::Warning),
        };
        for (at, part) in text.split('\n').enumerate() {
            if at > 0 {
                rows.next();
            }
            let safe = Safe::line(part);
            safe.graphemes(true).for_each(|grapheme| rows.put(paper.span(grapheme, tone), grapheme.width()));
        }
    }
    let hidden = rows.lines.len().saturating_sub(COMMAND_ROWS);
    rows.lines.truncate(COMMAND_ROWS);
    let more = (hidden > 0).then(|| Line::from(paper.span(&format!("… {hidden} lines more"), Tone::Dim)));
    rows.lines.into_iter().map(Line::from).chain(more).collect()
}

/// Rows of a text that is broken wherever its window ends.
struct Rows {
    lines: Vec<Vec<Span<'static>>>,
    /// Cells that the last row takes.
    used: usize,
    width: usize,
}

impl Rows {
    fn next(&mut self) {
        self.lines.push(Vec::new());
        self.used = 0;
    }

    fn put(&mut self, span: Span<'static>, cells: usize) {
        if self.used + cells > self.width {
            self.next();
        }
        self.used += cells;
        self.lines.last_mut().into_iter().for_each(|row| row.push(span.clone()));
    }
}

/// What the runbook says of the chosen value, and why the last try was refused.
fn after(filling: &Filling, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let told = |field: &Field| {
        let meaning = field.meaning.as_ref().map(|meaning| format!("{}: {meaning}", field.name));
        let secret = field.secret.then(|| "it stays on this screen: no record has it".to_owned());
        [meaning, secret].into_iter().flatten().collect::<Vec<_>>()
    };
    let said = filling.fields.get(filling.chosen).map(told).unwrap_or_default();
    let refused = filling.refused.iter().map(|why| (why.clone(), Tone::Danger));
    let said = said.into_iter().map(|text| (text, Tone::Dim)).chain(refused);
    said.flat_map(|(text, tone)| {
        wrap(&text, width).iter().map(|piece| Line::from(paper.span(piece, tone))).collect::<Vec<_>>()
    })
    .collect()
}
