//! The numbers of a chart: what each column held, and what the baseline's did.

use std::time::Duration;

use super::Chart;
use crate::app::burn::detail;
use crate::slo::{Reading, Sum, burn};
use crate::text::{Time, when};
use crate::tui::burn::words;

/// What one column shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// Nothing was observed.
    Gap,
    /// After the newest poll, while the next one is not late.
    Ahead,
    /// Observed, and there were no events.
    Quiet,
    /// Share of events that were bad, `0..=1`.
    Ratio(f64),
}

impl Cell {
    fn of(sum: &Sum) -> Self {
        match burn::error_ratio(sum) {
            Some(ratio) => Self::Ratio(ratio),
            None if sum.observed_ms > 0.0 => Self::Quiet,
            None => Self::Gap,
        }
    }

    pub fn ratio(self) -> Option<f64> {
        match self {
            Self::Ratio(ratio) => Some(ratio),
            _ => None,
        }
    }
}

/// Columns of a stretch of time.
#[derive(Debug)]
pub struct Curve {
    pub from: Time,
    pub to: Time,
    pub cells: Vec<Cell>,
    /// The baseline's, as many; empty where there is none.
    pub before: Vec<Cell>,
}

impl Curve {
    pub fn of(chart: &Chart<'_>, columns: usize) -> Self {
        let length = chart.model.burn.range.length();
        let (from, to) = span(chart.model.now, length);
        let slices = |back: Duration| {
            let (from, to) = (when::before(from, back), when::before(to, back));
            let sums = chart.model.burn.evaluator.slices(&chart.reading.slo, from, to, columns);
            sums.iter().map(Cell::of).collect::<Vec<_>>()
        };
        let mut cells = slices(Duration::ZERO);
        hide_ahead(chart.reading, &mut cells);
        let before = chart.baseline.before().map(|(back, _)| slices(back)).unwrap_or_default();
        Self { from, to, cells, before }
    }

    /// The column of an instant; `None` outside.
    pub fn column(&self, at: Time) -> Option<usize> {
        let whole = when::since(self.from, self.to).as_secs_f64();
        if at < self.from || at > self.to || whole <= 0.0 {
            return None;
        }
        let share = when::since(self.from, at).as_secs_f64() / whole;
        Some(((share * self.cells.len() as f64) as usize).min(self.cells.len().saturating_sub(1)))
    }

    /// The highest ratio of curve and baseline; 0 where nothing was bad.
    pub fn highest(&self) -> f64 {
        let ratios = self.cells.iter().chain(&self.before).filter_map(|cell| cell.ratio());
        ratios.fold(0.0, f64::max)
    }
}

/// Columns since the newest data are no gap before the source is late.
fn hide_ahead(reading: &Reading, cells: &mut [Cell]) {
    if words::is_blind(reading.state) {
        return;
    }
    for cell in cells.iter_mut().rev().take_while(|cell| **cell == Cell::Gap) {
        *cell = Cell::Ahead;
    }
}

/// The stretch up to now, on edges of the cursor's steps, so that the curve does not tremble.
fn span(now: Time, length: Duration) -> (Time, Time) {
    let step = i64::try_from((length / detail::STEPS as u32).as_millis()).unwrap_or(i64::MAX).max(1);
    let edge = now.timestamp_millis().div_euclid(step).saturating_add(1).saturating_mul(step);
    let to = Time::from_timestamp_millis(edge).unwrap_or(now);
    (when::before(to, length), to)
}
