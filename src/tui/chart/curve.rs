//! The numbers of a chart: what each column held, and what the baseline's did.

use std::time::Duration;

use super::Chart;
use crate::slo::{Sum, burn};
use crate::text::{Time, when};

/// Data younger than this ends the chart; older data leaves the gap up to now in sight.
const FRESH: Duration = Duration::from_mins(1);

/// What one column shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// Nothing was observed.
    Gap,
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
        let (from, to) = span(chart, length, columns);
        let slices = |back: Duration| {
            let (from, to) = (when::before(from, back), when::before(to, back));
            let sums = chart.model.burn.evaluator.slices(&chart.reading.slo, from, to, columns);
            sums.iter().map(Cell::of).collect()
        };
        let before = chart.baseline.before().map(|(back, _)| slices(back)).unwrap_or_default();
        Self { from, to, cells: slices(Duration::ZERO), before }
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

/// The stretch: up to the newest data while that is fresh, on edges of whole columns, so that the curve
/// moves by columns and does not tremble.
fn span(chart: &Chart<'_>, length: Duration, columns: usize) -> (Time, Time) {
    let age = chart.reading.age_s.map(Duration::from_secs).filter(|age| *age <= FRESH);
    let newest = when::before(chart.model.now, age.unwrap_or_default());
    let width = (i64::try_from(length.as_millis()).unwrap_or(i64::MAX) / columns.max(1) as i64).max(1);
    let edge = newest.timestamp_millis().div_euclid(width).saturating_add(1).saturating_mul(width);
    let to = Time::from_timestamp_millis(edge).unwrap_or(newest);
    (when::before(to, length), to)
}
