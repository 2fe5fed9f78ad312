//! The window with all of a runbook, as it stands in its file.

use ratatui::layout::Rect;
use ratatui::text::Line;

use super::paper::{Paper, wrap};
use super::popup::{keys, window};
use super::theme::Tone;
use crate::app::on_page::Reading;
use crate::runbook::page::{self, Kind};

/// Cells of a line that one can still read along.
const WIDEST: u16 = 120;

pub(super) fn draw(reading: &Reading, paper: &mut Paper<'_>, screen: Rect) {
    let size = (screen.width.saturating_sub(4).min(WIDEST), screen.height.saturating_sub(2));
    let inside = window(paper, screen, &reading.title, size, Tone::Focus);
    let area = Rect { height: inside.height.saturating_sub(1), ..inside };
    let (width, room) = (usize::from(area.width), usize::from(area.height));
    let rows: Vec<Vec<Line<'static>>> =
        reading.lines.iter().map(|line| pieces(reading, line, paper, width)).collect();
    let first = first_in_sight(&rows, reading.top, room);
    paper.lines(area, rows.into_iter().skip(first).flatten().take(room));
    let place = format!("line {} of {}", first + 1, reading.lines.len());
    let pairs = [("j k", "scroll"), ("tab", "next section"), ("esc", "close"), (place.as_str(), "")];
    let last = Rect { y: area.bottom(), height: 1.min(inside.height), ..area };
    paper.lines(last, [keys(paper, &pairs)]);
}

/// The line at the top: an earlier one than was asked for where there is room for it below the last.
fn first_in_sight(rows: &[Vec<Line<'static>>], top: usize, room: usize) -> usize {
    let mut free = room.saturating_sub(rows.iter().skip(top).map(Vec::len).sum());
    let above = rows[..top.min(rows.len())].iter().rev().take_while(|line| {
        let fits = line.len() <= free;
        free = free.saturating_sub(line.len());
        fits
    });
    top - above.count().min(top)
}

/// A line of the page as rows of the window, further ones as far in as the first.
fn pieces(reading: &Reading, line: &page::Line, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let (sign, tone) = match line.kind {
        Kind::Title => ("", Tone::Title),
        Kind::Section => ("", Tone::Focus),
        Kind::Fact => ("", Tone::Dim),
        Kind::Prose => ("", Tone::Text),
        Kind::Step if line.step == reading.here => ("> ", Tone::Select),
        Kind::Step => ("", Tone::Key),
        Kind::Command => ("$ ", Tone::Code),
        Kind::Expected => ("= ", Tone::Dim),
    };
    let margin = line.margin.min(width / 3);
    let text = format!("{sign}{}", line.text);
    let pieces = wrap(&text, width.saturating_sub(margin));
    let blank = " ".repeat(margin);
    pieces.iter().map(|piece| Line::from(paper.span(&format!("{blank}{piece}"), tone))).collect()
}
