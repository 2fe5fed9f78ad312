//! The postmortem pane: the draft as text.

use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::paper::Paper;
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
        paper.lines(area, [Line::from(paper.span(&text, Tone::Dim))]);
        return None;
    }
    pane.editor.area().render(area, paper.cells);
    if !pane.writing {
        return None;
    }
    let caret = pane.editor.caret();
    let position = Position { x: area.x + caret.x, y: area.y + caret.y };
    area.contains(position).then_some(position)
}
