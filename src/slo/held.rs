//! What a window held: its events, the share of them that was bad, and how much of it was seen.

use super::alert::Seen;
use super::burn;
use super::objective::Objective;
use super::series::Sum;

/// Events of a window, and the share of them that was bad.
#[derive(Debug, Clone, Copy, Default)]
pub struct Held {
    pub sum: Sum,
    /// `0..=1`; `None` where there were no events.
    pub ratio: Option<f64>,
    /// Measured share of the window, `0..=1`.
    pub coverage: f64,
}

impl Held {
    /// What one indicator held of a window of so many milliseconds, its bad share counting by `weight`.
    #[inline]
    pub fn of(sum: Sum, weight: f64, width_ms: i64) -> Self {
        let ratio = burn::error_ratio(&sum).map(|ratio| (weight * ratio).min(1.0));
        Self { sum, ratio, coverage: sum.coverage(width_ms) }
    }

    /// Joins what two components held: bad shares add to at most 1, events add, and the one that is less
    /// covered speaks for both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let ratio = match (self.ratio, other.ratio) {
            (Some(one), Some(two)) => Some((one + two).min(1.0)),
            (one, two) => one.or(two),
        };
        Self { sum: self.sum + other.sum, ratio, coverage: self.coverage.min(other.coverage) }
    }

    /// Becomes the first component's, or is joined by the next one's.
    #[inline]
    pub fn join(&mut self, nth: usize, own: Self) {
        *self = if nth == 0 { own } else { self.and(own) };
    }

    #[inline]
    pub fn burn(&self, objective: Objective) -> Option<f64> {
        self.ratio.map(|ratio| burn::of(ratio, objective))
    }

    /// As a tier sees it.
    #[inline]
    pub fn seen(&self, objective: Objective) -> Seen {
        Seen { burn: self.burn(objective), coverage: self.coverage, total: self.sum.total }
    }
}
