//! The burn pane: the list of SLOs or the page of one, the sources at its foot, and what its title says.

mod alerts;
mod detail;
mod facts;
mod head;
pub(super) mod impact;
mod list;
mod row;
mod signals;
mod telemetry;
mod title;
pub(super) mod words;

use ratatui::layout::{Position, Rect};

use super::paper::Paper;
use crate::app::screen::{SizeClass, Wish};
use crate::app::{Model, Pane};

pub(super) use title::aside;

/// Rows from which on a page has some to spare.
const PAGE: u16 = 20;

/// Draws into the inside of the pane; where the caret belongs while a filter is written.
pub(super) fn draw(model: &Model, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    let foot = foot(model, paper, area);
    let area = Rect { height: area.height - foot, ..area };
    match model.burn.looked_into().filter(|_| shows_detail(model, paper.cells.area)) {
        Some(reading) => detail::draw(model, reading, paper, area),
        None => return list::draw(model, paper, area),
    }
    None
}

/// In a small terminal the strip above another pane is the list, whatever is looked into.
pub(super) fn shows_detail(model: &Model, screen: Rect) -> bool {
    let roomy = !matches!(SizeClass::of(screen), SizeClass::Small | SizeClass::Tiny);
    model.burn.detail.is_some() && (roomy || model.desk.focus == Pane::Burn)
}

/// What the pane would like of the screen.
pub(super) fn wish(model: &Model, screen: Rect) -> Wish {
    if shows_detail(model, screen) {
        return Wish::Page;
    }
    if model.burn.evaluator.readings().is_empty() && telemetry::rows(model) == 0 {
        return Wish::Nothing;
    }
    let filter = usize::from(model.burn.list.has_filter());
    let rows = model.burn.list.rows().len() + filter + telemetry::rows(model);
    Wish::Rows(u16::try_from(rows).unwrap_or(u16::MAX))
}

/// Rows that are worth more than good news of the sources: those of the list, or of a page's head, curve
/// and alerts.
fn needed(model: &Model, screen: Rect) -> u16 {
    match wish(model, screen) {
        Wish::Page => PAGE,
        Wish::Nothing => 1,
        Wish::Rows(rows) => rows,
    }
}

/// Writes the sources at the bottom; how many rows they took. Trouble always has a row, good news only
/// where there is room for it.
fn foot(model: &Model, paper: &mut Paper<'_>, area: Rect) -> u16 {
    let most = match (area.height, telemetry::is_troubled(model)) {
        (..2, _) => 0,
        (height, true) => (height / 3).max(1),
        (height, false) => u16::from(height > needed(model, paper.cells.area)),
    };
    let lines = telemetry::lines(model, paper, usize::from(area.width), usize::from(most));
    let rows = u16::try_from(lines.len()).unwrap_or(0).min(area.height);
    paper.lines(Rect { y: area.bottom() - rows, height: rows, ..area }, lines);
    rows
}
