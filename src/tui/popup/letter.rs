//! The text of a status update before it goes: exactly what will be read, to be edited.

use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::{below, keys, width_of, window};
use crate::app::form::Letter;
use crate::tui::paper::Paper;
use crate::tui::theme::Tone;

/// Rows of the window: the text, what it is, its keys, the border.
const ROWS: u16 = 20;

pub(super) fn draw(letter: &Letter, paper: &mut Paper<'_>, screen: Rect) -> Option<Position> {
    let title = format!("Update to {}: edit, then", letter.audience);
    let inside = window(paper, screen, &title, (width_of(screen), ROWS), Tone::Focus);
    let text = Rect { height: inside.height.saturating_sub(2), ..inside };
    letter.editor.area().render(text, paper.cells);
    let sending = letter.sending();
    let pairs =
        [("ctrl-s", sending.as_str()), ("ctrl-y", "copy"), ("ctrl-o", "write a file"), ("esc", "leave it")];
    let last: Vec<Line<'static>> = vec![keys(paper, &pairs)];
    paper.lines(below(inside, inside.height.saturating_sub(1)), last);
    let caret = letter.editor.caret();
    let (x, y) = (text.x + caret.x, text.y + caret.y);
    (y < text.bottom()).then(|| Position { x: x.min(text.right().saturating_sub(1)), y })
}
