//! The text of a status update before it goes: exactly what will be read, to be edited.

use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::{below, keys_within, width_of, window};
use crate::app::Model;
use crate::app::form::Letter;
use crate::tui::paper::{Paper, fit};
use crate::tui::theme::Tone;

/// Rows of the window: the text, what it is, its keys, the border.
const ROWS: u16 = 20;

/// Cells that the names of targets may take in the line of keys.
const TARGETS: usize = 26;

pub(super) fn draw(model: &Model, letter: &Letter, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let private = model.ledger.incident(&letter.incident).is_some_and(|incident| incident.private);
    let edited = if letter.is_edited() { " (edited)" } else { "" };
    let title = format!("{}{}{edited}", if private { "PRIVATE  " } else { "" }, heading(letter));
    let tone = if private { Tone::Danger } else { Tone::Focus };
    let inside = window(paper, screen, &title, (width_of(screen), ROWS), tone);
    let text = Rect { height: inside.height.saturating_sub(2), ..inside };
    letter.editor.area().render(text, paper.cells);
    let sending = letter.sending();
    let sending = fit(&sending, TARGETS.min(sending.width()));
    let pairs = [
        ("ctrl-s", sending.as_str()),
        ("ctrl-t", "template"),
        ("ctrl-y", "copy"),
        ("ctrl-o", "file"),
        ("esc", "keep it"),
    ];
    let last = keys_within(paper, &pairs, usize::from(inside.width));
    paper.lines(below(inside, inside.height.saturating_sub(1)), [last]);
    let caret = letter.editor.caret();
    let (x, y) = (text.x + caret.x, text.y + caret.y);
    (y < text.bottom()).then(|| Position { x: x.min(text.right().saturating_sub(1)), y })
}

/// What it is and for whom.
fn heading(letter: &Letter) -> String {
    let plain = letter.audience.to_string();
    if letter.saying == plain { format!("Update to {plain}") } else { format!("All-clear to {plain}") }
}
