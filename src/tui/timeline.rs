//! The timeline pane: what happened, in order, and the scribe's line below it.

mod line;
mod margin;

use std::ops::Range;

use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::clocks;
use super::paper::{Paper, fit, wrap};
use super::theme::Tone;
use crate::app::Model;
use crate::app::model::Pending;
use crate::app::on_scribe;
use crate::incident::timeline::Row;
use line::Page;

/// Below this height the entries need every row.
const ROOM_FOR_CLOCKS: u16 = 6;
/// Cells of what the line being written becomes; the message line says it whole.
const LABEL: usize = 12;

pub(super) fn draw(model: &Model, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    let scribe_rows = u16::from(area.height >= 3);
    let clock_rows = clocks_row(model, paper, area);
    let area = Rect { y: area.y + clock_rows, height: area.height - clock_rows, ..area };
    let filter_rows = u16::from(model.timeline.has_filter() && area.height >= 5);
    let list = Rect { y: area.y + filter_rows, height: area.height - scribe_rows - filter_rows, ..area };
    let filter_caret = if filter_rows > 0 { filter(model, paper, Rect { height: 1, ..area }) } else { None };
    let width = usize::from(area.width);
    let pending: Vec<Line<'static>> =
        model.timeline.pending.iter().flat_map(|pending| unsaved(paper, pending, width)).collect();
    let room = usize::from(list.height).saturating_sub(pending.len());
    let page = Page::new(model, paper, width);
    let window = window(&page, room);
    let edge = edge(&page, &window);
    let mut lines = window.lines;
    if lines.is_empty() && pending.is_empty() {
        lines = nothing(model, paper);
    }
    lines.extend(pending);
    paper.lines(list, lines);
    paper.lines(Rect { y: area.bottom(), height: 1, ..area }, [edge]);
    if scribe_rows == 0 {
        return None;
    }
    let caret = scribe(model, paper, Rect { y: list.bottom(), height: 1, ..area });
    filter_caret.or(caret)
}

/// One row above the entries for the clocks, where there is room for it; it stays while an incident is
/// shown, so that nothing jumps when the last clock stops.
fn clocks_row(model: &Model, paper: &mut Paper<'_>, area: Rect) -> u16 {
    let line = clocks::line(model, paper, usize::from(area.width));
    let row = u16::from(area.height >= ROOM_FOR_CLOCKS && (line.is_some() || model.incident().is_some()));
    paper.lines(Rect { height: row, ..area }, line);
    row
}

/// The filter's line; its caret while it is written.
fn filter(model: &Model, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    let filtering = model.timeline.filtering;
    let prompt = if filtering { "filter> " } else { "filter: " };
    let caret = paper.write_in(prompt, &model.timeline.filter, area);
    caret.filter(|_| filtering)
}

/// The rows that are drawn: the last ones that fit, the newest at the bottom; or those around the chosen one.
/// Built from there, so that a long log costs no more than a screen.
struct Window {
    lines: Vec<Line<'static>>,
    /// The rows that are seen.
    rows: Range<usize>,
}

fn window(page: &Page<'_>, room: usize) -> Window {
    let timeline = &page.model.timeline;
    let rows = timeline.rows();
    let chosen = timeline.chosen_row();
    let lit = timeline.marked().filter(|_| chosen.is_some());
    let block = |at: usize| {
        let lines = page.row(&rows[at]);
        let is_lit = lit.as_ref().is_some_and(|lit| lit.contains(&at)) && rows[at].place().is_some();
        if is_lit { page.lit(&lines) } else { lines }
    };
    let next = chosen.map_or(rows.len(), |at| at + 1);
    // A third of the room is for what came after the chosen line; what is not used above is given to it too.
    let mut after = fitting((next..rows.len()).map(block), room / 3);
    let used = |blocks: &[Block]| blocks.iter().map(Vec::len).sum::<usize>();
    let mut before = fitting((0..next).rev().map(block), room - used(&after));
    if used(&before) + used(&after) < room {
        after = fitting((next..rows.len()).map(block), room - used(&before));
    }
    let rows = next - before.len()..next + after.len();
    before.reverse();
    Window { lines: before.into_iter().chain(after).flatten().collect(), rows }
}

/// The lines of one row.
type Block = Vec<Line<'static>>;

/// As many blocks as fit whole.
fn fitting(blocks: impl Iterator<Item = Block>, room: usize) -> Vec<Block> {
    let mut used = 0;
    let fits = |block: &Block| {
        used += block.len();
        used <= room
    };
    blocks.take_while(fits).collect()
}

/// In the frame's lower edge: what the margin means, how many lines are marked, and what is further below.
fn edge(page: &Page<'_>, window: &Window) -> Line<'static> {
    let timeline = &page.model.timeline;
    let rows = timeline.rows();
    let lines = |rows: &[Row]| rows.iter().filter(|row| row.place().is_some()).count();
    let below = lines(&rows[window.rows.end..]);
    let mut right = String::new();
    if let Some(marked) = timeline.marked().filter(|_| timeline.lines.mark.is_some()) {
        right.push_str(&format!(" {} marked ", lines(&rows[marked])));
    }
    if below > 0 {
        right.push_str(&format!(" {below} newer below "));
    }
    let room = page.width.saturating_sub(right.width() + 1);
    let left = Some(page.margin.legend(&rows[window.rows.clone()])).filter(|left| left.width() <= room);
    let left = left.unwrap_or_default();
    let gap = page.width.saturating_sub(left.width() + right.width());
    let rule = Span::styled("─".repeat(gap), page.paper.style(page.frame()));
    Line::from(vec![page.paper.span(&left, Tone::Dim), rule, page.paper.span(&right, Tone::Focus)])
}

fn nothing(model: &Model, paper: &Paper<'_>) -> Vec<Line<'static>> {
    if model.timeline.has_filter() {
        return vec![Line::from(paper.span("No line fits; esc shows all.", Tone::Dim))];
    }
    let declare = model.setting.keymap.key(crate::app::Action::Declare);
    let lines = ["Nothing has happened yet.".to_owned(), format!("{declare} declares an incident.")];
    lines.iter().map(|text| Line::from(paper.span(text, Tone::Dim))).collect()
}

/// What the journal has not acknowledged yet; once a try failed it says so until it is saved.
fn unsaved(paper: &Paper<'_>, pending: &Pending, width: usize) -> Vec<Line<'static>> {
    let words = pending.ask.words();
    match &pending.unsaved {
        None => vec![Line::from(paper.span(&fit(&format!("saving   {words}"), width), Tone::Dim))],
        Some(why) => {
            let pieces = wrap(&format!("UNSAVED  {words} ({why})"), width);
            pieces.iter().map(|piece| Line::from(paper.span(piece, Tone::Danger))).collect()
        }
    }
}

/// `note>        `: as wide for every name.
fn prompt(name: &str, width: usize) -> String {
    fit(&format!("{}>", fit(name, width).trim_end()), width + 2)
}

/// The scribe's line; its caret when somebody writes.
fn scribe(model: &Model, paper: &mut Paper<'_>, area: Rect) -> Option<Position> {
    let writing = model.timeline.writing;
    let key = model.setting.keymap.key(crate::app::Action::Note);
    // As wide whatever the line becomes: the words do not move under whoever writes them.
    let label = LABEL.min(usize::from(area.width / 2).saturating_sub(2));
    let (prompt, tone) = match (writing, on_scribe::label(model)) {
        (false, _) => (format!("{key} note  "), Tone::Dim),
        (true, Ok(name)) => (prompt(&name, label), Tone::Focus),
        (true, Err(_)) => (prompt("not read", label), Tone::Warning),
    };
    let prompt_width = u16::try_from(prompt.width()).unwrap_or(0).min(area.width);
    paper.lines(area, [Line::from(paper.span(&prompt, tone))]);
    let line = Rect { x: area.x + prompt_width, width: area.width - prompt_width, ..area };
    model.timeline.scribe.area().render(line, paper.cells);
    if !writing {
        return None;
    }
    let caret = model.timeline.scribe.caret();
    let x = line.x + caret.x;
    if let Some(tail) = on_scribe::suggestion(model) {
        let rest = Rect { x: x.min(line.right()), width: line.right().saturating_sub(x), ..line };
        paper.lines(rest, [Line::from(paper.span(&tail, Tone::Dim))]);
    }
    Some(Position { x: x.min(line.right().saturating_sub(1)), y: line.y })
}
