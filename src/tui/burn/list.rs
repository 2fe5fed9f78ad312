//! The list of SLOs: the filter, the rows that fit, and below them the selected one's curve.

use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::row::{Columns, Rows};
use crate::app::burn::Row;
use crate::app::{Model, Pane};
use crate::tui::chart::{self, Chart};
use crate::tui::paper::{Paper, fit, wrap};
use crate::tui::theme::Tone;

pub fn draw(model: &Model, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    if model.burn.evaluator.readings().is_empty() {
        empty(model, paper, area);
        return None;
    }
    let filter = u16::from(model.burn.list.has_filter()).min(area.height);
    let caret = write_filter(model, paper, Rect { height: filter, ..area });
    let area = Rect { y: area.y + filter, height: area.height - filter, ..area };
    let lines = lines(model, paper, area);
    let used = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
    paper.lines(area, lines);
    let rest = Rect { y: area.y + used, height: area.height - used, ..area };
    if let Some(reading) = model.burn.selected().filter(|_| rest.height > chart::ROWS) {
        let area = Rect { y: rest.y + 1, height: rest.height - 1, ..rest };
        let lead = Line::from(paper.span(&format!("{}  ", reading.slo), Tone::Title));
        Chart::of(model, reading, None).draw(paper, area, lead);
    }
    caret
}

/// Where nothing is measured: what would change that. A configuration that is loaded wants no other one.
fn empty(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let way_out = match model.setting.configuration.strip_prefix("configuration ") {
        Some(path) => format!("No SLO in {path}. warroom slo new drafts one."),
        None => "No SLOs: warroom init writes a configuration, warroom demo shows some.".to_owned(),
    };
    let pieces = wrap(&way_out, usize::from(area.width));
    let lines: Vec<Line<'static>> =
        pieces.iter().map(|piece| Line::from(paper.span(piece, Tone::Dim))).collect();
    paper.lines(area, lines);
}

/// The filter as it is written or holds, and how many rows it lets through.
fn write_filter(model: &Model, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let list = &model.burn.list;
    let tally = list.tally();
    let hint = if list.filtering { "enter keeps it, esc clears it" } else { "esc clears it" };
    let text = format!("{} of {}, {hint} ", tally.shown, tally.all);
    let width = u16::try_from(text.width()).unwrap_or(0);
    let aside = if area.width > width + 24 { width } else { 0 };
    let caret = paper.write_in("/ ", &list.filter, Rect { width: area.width - aside, ..area });
    let right = Rect { x: area.right() - aside, width: aside, ..area };
    paper.lines(right, [Line::from(paper.span(&text, Tone::Dim))]);
    caret.filter(|_| list.filtering)
}

/// The head and the rows that fit. While somebody walks them the selected one stays in the middle; else,
/// where not all fit, the worst are shown, so that a strip never hides what burns.
fn lines(model: &Model, paper: &Paper<'_>, area: Rect) -> Vec<Line<'static>> {
    let list = &model.burn.list;
    let room = usize::from(area.height.saturating_sub(1));
    let columns = Columns::fit(area.width, list.longest() + if list.grouped { 2 } else { 0 });
    let walked = model.desk.focus == Pane::Burn;
    let strip = !walked && list.rows().len() > room;
    let rows = Rows { model, columns, grouped: list.grouped && !strip };
    let all = if strip { list.worst().len() } else { list.rows().len() };
    let mut lines = vec![rows.head(paper, all.min(room), all)];
    if list.rows().is_empty() {
        let text = format!("no SLO holds {}", list.filter.text());
        lines.push(Line::from(paper.span(fit(&text, usize::from(area.width)).trim_end(), Tone::Warning)));
    } else if strip {
        let worst = list.worst().iter().take(room);
        lines.extend(worst.map(|index| line(&rows, paper, &Row::Slo(*index), false)));
    } else {
        let first = list.at().saturating_sub(room / 2).min(list.rows().len().saturating_sub(room));
        let shown = list.rows().iter().enumerate().skip(first).take(room);
        lines.extend(shown.map(|(place, row)| line(&rows, paper, row, walked && place == list.at())));
    }
    lines
}

fn line(rows: &Rows<'_>, paper: &Paper<'_>, row: &Row, chosen: bool) -> Line<'static> {
    match row {
        Row::Service(heading) => rows.service(paper, heading, chosen),
        Row::Slo(index) => match rows.model.burn.evaluator.readings().get(*index) {
            Some(reading) => rows.slo(paper, reading, chosen),
            None => Line::default(),
        },
    }
}
