//! The windows of an SLO, and what each one held when it was last summed.

use std::time::Duration;

use super::alert::{OBSERVED, Seen, Tier};
use super::burn;
use super::objective::{Objective, Slo};
use super::series::{Sum, millis};

/// Windows that are always shown, whatever the tiers use: 5 m, 1 h, 6 h, 3 d.
const ALWAYS: [Duration; 4] = [QUIET, OUTLOOK, Duration::from_hours(6), Duration::from_hours(72)];
/// No traffic over this window is a state of its own.
pub const QUIET: Duration = Duration::from_mins(5);
/// The window whose burn says when the budget will be gone.
pub const OUTLOOK: Duration = Duration::from_hours(1);
/// The outlook and the hour before it.
pub const LOOKBACK: Duration = Duration::from_hours(2);

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

    pub fn burn(&self, objective: Objective) -> Option<f64> {
        self.ratio.map(|ratio| ratio / objective.error_budget())
    }

    /// As a tier sees it.
    pub fn seen(&self, objective: Objective) -> Seen {
        Seen { burn: self.burn(objective), coverage: self.coverage, total: self.sum.total }
    }
}

/// A window that ends at the newest count.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// Milliseconds.
    pub width: i64,
    pub held: Held,
}

impl Window {
    /// Its burn rate, if it says something of its width: half of it was observed. The shortest ones show
    /// whatever there is, so that a fresh start is not blind.
    pub fn telling(&self, objective: Objective) -> Option<f64> {
        let telling = self.width <= millis(QUIET) || self.held.coverage >= OBSERVED;
        telling.then(|| self.held.burn(objective)).flatten()
    }
}

/// Every window of an SLO: first those it shows, which its tiers name or which are always shown, the
/// shortest first; then those it only counts with.
#[derive(Debug, Clone, Default)]
pub struct Windows {
    all: Vec<Window>,
    shown: usize,
    /// Where [`QUIET`], [`OUTLOOK`] and [`LOOKBACK`] are.
    pub quiet: usize,
    pub outlook: usize,
    pub lookback: usize,
}

impl Windows {
    pub fn of(slo: &Slo) -> Self {
        let shown = slo.tiers.iter().flat_map(named).chain(ALWAYS);
        let mut widths: Vec<i64> = shown.map(|width| millis(whole_seconds(width))).collect();
        widths.sort_unstable();
        widths.dedup();
        let shown = widths.len();
        if !widths.contains(&millis(LOOKBACK)) {
            widths.push(millis(LOOKBACK));
        }
        let all = widths.into_iter().map(|width| Window { width, held: Held::default() }).collect();
        let mut windows = Self { all, shown, ..Self::default() };
        [windows.quiet, windows.outlook, windows.lookback] =
            [QUIET, OUTLOOK, LOOKBACK].map(|width| windows.place(width));
        windows
    }

    /// Where the window of a width is.
    pub fn place(&self, width: Duration) -> usize {
        let width = millis(whole_seconds(width));
        self.all.iter().position(|window| window.width == width).unwrap_or(0)
    }

    #[inline]
    pub fn held(&self, place: usize) -> Held {
        self.all.get(place).map(|window| window.held).unwrap_or_default()
    }

    pub fn get(&self, place: usize) -> Option<&Window> {
        self.all.get(place)
    }

    pub fn shown(&self) -> &[Window] {
        self.all.get(..self.shown).unwrap_or_default()
    }

    pub fn all(&self) -> &[Window] {
        &self.all
    }

    pub fn all_mut(&mut self) -> &mut [Window] {
        &mut self.all
    }

    pub fn longest(&self) -> i64 {
        self.all.iter().map(|window| window.width).max().unwrap_or(0)
    }
}

fn named(tier: &Tier) -> impl Iterator<Item = Duration> {
    let short = tier.windows().map(|(_, short)| short);
    tier.longest().into_iter().chain(short)
}

fn whole_seconds(width: Duration) -> Duration {
    Duration::from_secs(width.as_secs())
}
