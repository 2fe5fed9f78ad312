//! Burn as a curve: the selected SLO over two hours, its thresholds, the changes of its service.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::burn::burn_tone;
use super::paper::{Paper, fit};
use super::theme::Tone;
use crate::app::Model;
use crate::app::model::ChangeMark;
use crate::text::when;

/// What the curve spans.
const SPAN: Duration = Duration::from_hours(2);
/// Cells left of the curve for the scale.
const SCALE: u16 = 7;
/// Levels of one cell.
pub(super) const LEVELS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Burn rates that the scale names, the most telling first where two share a row: the fast page's
/// factor, budget pace, a hundredfold, the slow page's factor.
const MARKS: [f64; 4] = [14.4, 1.0, 100.0, 6.0];

/// One cell of a sparkline. The scale is fixed, so that nothing jumps and rows compare.
pub(super) fn level(rate: Option<f64>) -> char {
    match rate {
        None => ' ',
        Some(rate) if rate < 0.01 => '▁',
        Some(rate) => LEVELS[(height(rate) * 7.0).round().clamp(1.0, 7.0) as usize + 1],
    }
}

/// Height of a burn rate on the scale, `0..1`: logarithmic from 0.1 to 1,000.
fn height(rate: f64) -> f64 {
    ((rate.max(0.1).log10() + 1.0) / 4.0).clamp(0.0, 1.0)
}

pub(super) fn draw(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let Some(reading) = model.burn.evaluator.readings().get(model.burn.selected) else { return };
    let width = area.width.saturating_sub(SCALE + 1);
    let rows = area.height.saturating_sub(2);
    if width < 10 || rows < 3 {
        return;
    }
    let rates = model.burn.evaluator.sparkline(&reading.slo, SPAN, usize::from(width));
    let title = format!("{} · burn rate, last 2 h (log scale)", reading.slo);
    let mut lines = vec![Line::from(paper.span(&title, Tone::Title))];
    lines.extend((0..rows).map(|row| curve_row(paper, &rates, rows, row)));
    let changes = model.burn.changes.iter().filter(|change| change.service == reading.service);
    lines.push(changes_row(model, paper, changes, width));
    paper.lines(area, lines);
}

fn curve_row(paper: &Paper<'_>, rates: &[Option<f64>], rows: u16, row: u16) -> Line<'static> {
    let bottom = f64::from(rows - 1 - row) / f64::from(rows);
    let top = bottom + 1.0 / f64::from(rows);
    let mark = MARKS.into_iter().find(|mark| (bottom..top).contains(&height(*mark)));
    let scale = mark.map_or_else(String::new, |mark| format!("{mark}x"));
    let mut spans = vec![paper.span(&format!("{scale:>6} "), Tone::Dim)];
    for rate in rates {
        let filled = rate.map_or(0.0, |rate| (height(rate) - bottom) * f64::from(rows));
        let cell = LEVELS[(filled.clamp(0.0, 1.0) * 8.0).round() as usize];
        let (cell, tone) = match (cell, mark) {
            (' ', Some(_)) => ('┈', Tone::Dim),
            (cell, _) => (cell, burn_tone(*rate)),
        };
        spans.push(Span::styled(cell.to_string(), paper.style(tone)));
    }
    Line::from(spans)
}

/// The line below the curve: a mark at each change, its words where they fit.
fn changes_row<'a>(
    model: &Model,
    paper: &Paper<'_>,
    changes: impl Iterator<Item = &'a ChangeMark>,
    width: u16,
) -> Line<'static> {
    let mut text = String::new();
    let mut used = 0;
    for change in changes {
        let ago = when::since(change.at, model.now).as_secs_f64() / SPAN.as_secs_f64();
        if ago >= 1.0 {
            continue;
        }
        let column = ((1.0 - ago) * f64::from(width)) as usize;
        let words = format!("▲ {}", change.what);
        let at = column.min(usize::from(width).saturating_sub(words.chars().count()));
        if at < used {
            continue;
        }
        text.push_str(&" ".repeat(at - used));
        text.push_str(&words);
        used = at + words.chars().count();
    }
    let margin = Span::raw(" ".repeat(usize::from(SCALE)));
    Line::from(vec![margin, paper.span(&fit(&text, usize::from(width)), Tone::Change)])
}
