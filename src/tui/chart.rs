//! The error ratio of one SLO over time: its curve, a baseline behind it, the thresholds of its own
//! tiers, and what happened to its service. A gap is a gap; no traffic is not no errors.

mod axis;
mod curve;
mod marks;
pub(super) mod plot;
mod scale;

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::burn::impact::Subject;
use super::burn::words;
use super::paper::{Paper, fit, wrap};
use super::theme::Tone;
use crate::app::Model;
use crate::app::burn::{Baseline, Detail, detail};
use crate::slo::{Reading, Sum, burn};
use crate::text::{Time, when};

use curve::{Cell, Curve};
use plot::Plot;
use scale::Scale;

/// Cells of the scale on the left, and of the thresholds' names on the right.
const SCALE: u16 = 8;
const NAMES: u16 = 13;
/// Below this width the names of thresholds have no room.
const NAMED_FROM: u16 = 50;
/// Rows that a chart needs: title, four of the curve, times, counts.
pub(super) const ROWS: u16 = 7;

/// One cell of a sparkline of burn rates. The scale is fixed, so that nothing jumps and rows compare:
/// logarithmic from 0.1 to 1,000.
pub(super) fn level(rate: Option<f64>) -> char {
    let height = |rate: f64| ((rate.max(0.1).log10() + 1.0) / 4.0).clamp(0.0, 1.0);
    match rate {
        None => ' ',
        Some(rate) if rate < 0.01 => plot::LEVELS[1],
        Some(rate) => plot::LEVELS[(height(rate) * 7.0).round().clamp(1.0, 7.0) as usize + 1],
    }
}

/// What is drawn: a reading, what it is compared with, and where the cursor is.
pub(super) struct Chart<'a> {
    pub model: &'a Model,
    pub reading: &'a Reading,
    pub baseline: Baseline,
    /// Steps of the cursor before the newest; `None` where it is off.
    pub back: Option<usize>,
}

impl<'a> Chart<'a> {
    /// As the page of one SLO shows it; in the list there is neither baseline nor cursor.
    pub fn of(model: &'a Model, reading: &'a Reading, detail: Option<&Detail>) -> Self {
        let baseline = detail.map(|detail| detail.baseline).unwrap_or_default();
        Self { model, reading, baseline, back: detail.and_then(|detail| detail.back) }
    }

    /// Draws as much as fits into `area`; nothing where that is too little.
    pub fn draw(&self, paper: &mut Paper<'_>, area: Rect, titled: Line<'static>) {
        let names = if area.width >= NAMED_FROM { NAMES } else { 0 };
        let width = area.width.saturating_sub(SCALE + names);
        if width < 10 || area.height < ROWS {
            return;
        }
        let curve = Curve::of(self, usize::from(width));
        let scale = Scale::of(&curve, self.reading);
        let marks = marks::of(self, &curve);
        let mut room = usize::from(area.height - ROWS);
        let legend = self.legend(paper, &curve, usize::from(area.width), room + 1);
        room -= legend.len() - 1;
        let happened = marks::lines(paper, &marks, &curve, room.min(2 + usize::from(room > 8)));
        let rows = usize::from(area.height) - 2 - legend.len() - happened.len();
        let mut lines = vec![self.title(paper, titled, &scale, usize::from(area.width))];
        let plot = Plot { chart: self, curve: &curve, scale: &scale, marks: &marks, rows };
        lines.extend((0..rows).map(|row| plot.row(paper, row, usize::from(names))));
        lines.push(axis::times(paper, &curve, self));
        lines.extend(happened);
        lines.extend(legend);
        paper.lines(area, lines);
    }

    fn title(&self, paper: &Paper<'_>, lead: Line<'static>, scale: &Scale, width: usize) -> Line<'static> {
        let range = self.model.burn.range.words();
        let log = if scale.is_log() { ", log scale" } else { "" };
        let behind = self.baseline.before().map(|(_, name)| format!(", • {name}"));
        let text = format!("error ratio, last {range}{log}{}", behind.unwrap_or_default());
        let room = width.saturating_sub(lead.width());
        let mut spans = lead.spans;
        spans.push(paper.span(fit(&text, room).trim_end(), Tone::Dim));
        Line::from(spans)
    }

    /// The counts: of the cursor's step, else of the whole range; and what the signs mean that are seen.
    fn legend(&self, paper: &Paper<'_>, curve: &Curve, width: usize, most: usize) -> Vec<Line<'static>> {
        let (from, to, when) = self.looked_at(curve);
        let evaluator = &self.model.burn.evaluator;
        let held = |back| {
            let (from, to) = (when::before(from, back), when::before(to, back));
            evaluator.slices(&self.reading.slo, from, to, 1).first().copied().unwrap_or_default()
        };
        let mut text = format!("{when}  {}", self.counted(&held(Duration::ZERO)));
        if let Some((back, name)) = self.baseline.before() {
            let then = burn::error_ratio(&held(back)).map_or_else(|| "unknown".to_owned(), words::percent);
            text.push_str(&format!("; {name} {then}"));
        }
        for (cell, words) in [(Cell::Gap, "; ░ no data"), (Cell::Quiet, "; · no traffic")] {
            if curve.cells.contains(&cell) {
                text.push_str(words);
            }
        }
        let tone = if self.back.is_some() { Tone::Focus } else { Tone::Dim };
        let lines = wrap(&text, width.saturating_sub(2)).into_iter().take(most.min(2));
        lines.map(|line| Line::from(paper.span(&format!("  {line}"), tone))).collect()
    }

    /// What a stretch held, in a sentence, and what that is as a share and as a burn.
    fn counted(&self, sum: &Sum) -> String {
        let said = Subject::of(self.model, self.reading).sentence(sum);
        match burn::error_ratio(sum) {
            Some(ratio) => {
                let rate = ratio / (1.0 - self.reading.objective);
                format!("{said}, {}, {}", words::percent(ratio), words::burn(Some(rate)))
            }
            None => said,
        }
    }

    /// The stretch that the legend counts, and its name.
    fn looked_at(&self, curve: &Curve) -> (Time, Time, String) {
        let Some(back) = self.back else {
            return (curve.from, curve.to, format!("last {}", self.model.burn.range.words()));
        };
        let step = self.model.burn.range.length() / detail::STEPS as u32;
        let to = when::before(curve.to, step * back as u32);
        let from = when::before(to, step);
        (from, to, axis::stretch(from, to, self))
    }

    /// Columns under the cursor, from and up to.
    fn cursor(&self, columns: usize) -> Option<(usize, usize)> {
        let end = detail::STEPS - self.back?;
        let column = |step: usize| step * columns / detail::STEPS;
        Some((column(end - 1), column(end).max(column(end - 1) + 1)))
    }
}

/// Blank cells as wide as the scale.
fn margin() -> Span<'static> {
    Span::raw(" ".repeat(usize::from(SCALE)))
}
