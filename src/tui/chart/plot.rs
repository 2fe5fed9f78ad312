//! The curve itself, row by row: bars, and behind them marks, the baseline and the thresholds.

use ratatui::text::{Line, Span};

use super::curve::{Cell, Curve};
use super::marks::Mark;
use super::scale::{Scale, Threshold};
use super::{Chart, SCALE};
use crate::slo::Severity;
use crate::tui::burn::words;
use crate::tui::paper::{Paper, fit};
use crate::tui::theme::Tone;

/// Levels of one cell.
pub use crate::text::spark::LEVELS;

pub struct Plot<'a> {
    pub chart: &'a Chart<'a>,
    pub curve: &'a Curve,
    pub scale: &'a Scale,
    pub marks: &'a [Mark],
    pub rows: usize,
}

impl Plot<'_> {
    /// One row, the highest is 0: scale, cells, the names of the thresholds that lie in it.
    pub fn row(&self, paper: &Paper<'_>, row: usize, names: usize) -> Line<'static> {
        let level = self.rows - 1 - row;
        let here: Vec<&Threshold> =
            self.scale.thresholds.iter().filter(|threshold| self.lies(threshold.ratio, level)).collect();
        let mut spans = vec![paper.span(&self.label(&here, level), Tone::Dim)];
        for column in 0..self.curve.cells.len() {
            let (sign, tone) = self.cell(column, level, &here);
            spans.push(Span::styled(sign.to_string(), paper.style(tone)));
        }
        if names > 0 {
            let fires = here.iter().any(|threshold| threshold.fires);
            let tone = if fires { Tone::Danger } else { Tone::Dim };
            spans.push(paper.span(&fit(&format!(" {}", named(&here)), names), tone));
        }
        Line::from(spans)
    }

    fn cell(&self, column: usize, level: usize, here: &[&Threshold]) -> (char, Tone) {
        let cell = self.curve.cells[column];
        if let Cell::Ratio(ratio) = cell {
            let filled = self.filled(ratio, level);
            if filled > 0 {
                return (LEVELS[filled], self.tone(ratio));
            }
        }
        let beneath = match cell {
            Cell::Gap if level == 0 => Some(('░', Tone::Stale)),
            Cell::Quiet if level == 0 => Some(('·', Tone::Dim)),
            _ => None,
        };
        beneath.unwrap_or_else(|| self.behind(column, level, here))
    }

    /// What shows where no bar stands.
    fn behind(&self, column: usize, level: usize, here: &[&Threshold]) -> (char, Tone) {
        let cursor = self.chart.cursor(self.curve.cells.len());
        if cursor.is_some_and(|(from, to)| (from..to).contains(&column)) {
            return ('│', Tone::Focus);
        }
        let before = self.curve.before.get(column).and_then(|cell| cell.ratio());
        if before.is_some_and(|ratio| self.lies(ratio, level)) {
            return ('•', Tone::System);
        }
        if let Some(mark) = self.marks.iter().find(|mark| mark.column == column) {
            return ('┊', mark.tone);
        }
        match here.iter().map(|threshold| threshold.severity).max() {
            Some(Severity::Page) => ('╌', Tone::Warning),
            Some(Severity::Ticket) => ('┈', Tone::Dim),
            None => (' ', Tone::Text),
        }
    }

    /// Eighths of the cell that a bar fills; what was measured is never quite nothing.
    fn filled(&self, ratio: f64, level: usize) -> usize {
        let above = self.scale.height(ratio) * self.rows as f64 - level as f64;
        let eighths = (above.clamp(0.0, 1.0) * 8.0).round() as usize;
        if level == 0 { eighths.max(1) } else { eighths }
    }

    /// Whether a ratio lies in the row of a level, the lowest is 0.
    fn lies(&self, ratio: f64, level: usize) -> bool {
        let at = (self.scale.height(ratio) * self.rows as f64) as usize;
        at.min(self.rows - 1) == level
    }

    fn tone(&self, ratio: f64) -> Tone {
        words::burn_tone(self.chart.reading, Some(ratio / (1.0 - self.chart.reading.objective)))
    }

    /// The ratio that the scale names in a row: a threshold's, else a round one.
    fn label(&self, here: &[&Threshold], level: usize) -> String {
        let round = || self.scale.round().into_iter().find(|ratio| self.lies(*ratio, level));
        let ratio = gravest(here).map(|threshold| threshold.ratio).or_else(round);
        let text = ratio.map_or_else(String::new, words::exact);
        format!("{text:>width$} ", width = usize::from(SCALE) - 1)
    }
}

/// `14.4x page`; of several in one row the highest of the gravest.
fn named(here: &[&Threshold]) -> String {
    gravest(here).map_or_else(String::new, |tier| format!("{}x {}", tier.factor, tier.severity.word()))
}

fn gravest<'a>(here: &[&'a Threshold]) -> Option<&'a Threshold> {
    here.iter().copied().max_by(|one, other| {
        one.severity.cmp(&other.severity).then_with(|| one.ratio.total_cmp(&other.ratio))
    })
}
