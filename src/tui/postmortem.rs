//! The postmortem pane: the draft to read, and the text area while somebody writes.

use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::paper::{Paper, wrap};
use super::theme::Tone;
use crate::app::{Action, Model};

pub(super) fn draw(model: &Model, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    let pane = &model.postmortem;
    if !pane.has_text() {
        let key = model.setting.keymap.key(Action::DraftPostmortem);
        let text = match model.incident() {
            Some(_) => format!("No draft yet: {key} writes one from the log."),
            None => "The draft writes itself once there is an incident.".to_owned(),
        };
        let pieces = wrap(&text, usize::from(area.width));
        let lines: Vec<Line<'static>> =
            pieces.iter().map(|piece| Line::from(paper.span(piece, Tone::Dim))).collect();
        paper.lines(area, lines);
        return None;
    }
    if !pane.writing {
        paper.lines(area, read(model, paper, area));
        return None;
    }
    pane.editor.area().render(area, paper.cells);
    let caret = pane.editor.caret();
    let position = Position { x: area.x + caret.x, y: area.y + caret.y };
    area.contains(position).then_some(position)
}

/// The draft as it reads: headings stand out, what is still to fill in too.
fn read(model: &Model, paper: &Paper<'_>, area: Rect) -> Vec<Line<'static>> {
    let pane = &model.postmortem;
    let lines = pane.editor.lines().iter().skip(pane.top).filter(|line| !is_rule(line));
    let rows = lines.flat_map(|line| {
        let tone = tone(line);
        wrap(cells(line), usize::from(area.width)).into_iter().map(move |piece| (piece, tone))
    });
    rows.take(usize::from(area.height)).map(|(piece, tone)| Line::from(paper.span(&piece, tone))).collect()
}

/// The row of dashes below a table's head, which says nothing to a reader.
fn is_rule(line: &str) -> bool {
    line.starts_with('|') && line.chars().all(|c| "|-: ".contains(c))
}

/// A table's row without its outer bars.
fn cells(line: &str) -> &str {
    if line.starts_with('|') { line.trim_matches(['|', ' ']) } else { line }
}

fn tone(line: &str) -> Tone {
    if line.starts_with('#') {
        return Tone::Title;
    }
    if line.contains("to fill in") { Tone::Rising } else { Tone::Text }
}
