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
    let shown = reading.lines.iter().skip(reading.top).flat_map(|line| pieces(reading, line, paper, width));
    let lines: Vec<Line<'static>> = shown.take(room).collect();
    paper.lines(area, lines);
    let place = format!("line {} of {}", reading.top + 1, reading.lines.len());
    let pairs = [("j k", "scroll"), ("tab", "next section"), ("esc", "close"), (place.as_str(), "")];
    let last = Rect { y: area.bottom(), height: 1.min(inside.height), ..area };
    paper.lines(last, [keys(paper, &pairs)]);
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
