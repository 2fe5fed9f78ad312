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
    /// Joins what the components of an SLO held, each with its weight: bad shares add, weighted, to at
    /// most 1; events add; coverage is that of the component least covered. Nothing was covered where
    /// there is no component.
    pub fn joined(parts: impl Iterator<Item = (f64, Sum)>, width_ms: i64) -> Self {
        let mut joined = Self { coverage: 1.0, ..Self::default() };
        let mut any = false;
        for (weight, sum) in parts {
            any = true;
            joined.sum = joined.sum + sum;
            joined.coverage = joined.coverage.min(sum.coverage(width_ms));
            if let Some(ratio) = burn::error_ratio(&sum) {
                joined.ratio = Some((joined.ratio.unwrap_or(0.0) + weight * ratio).min(1.0));
            }
        }
        if any { joined } else { Self::default() }
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
    pub width: Duration,
    /// Whether a reading tells of it.
    pub shown: bool,
    pub held: Held,
}

impl Window {
    pub fn millis(&self) -> i64 {
        millis(self.width)
    }

    /// Its burn rate, if it says something of its width: half of it was observed. The shortest ones show
    /// whatever there is, so that a fresh start is not blind.
    pub fn telling(&self, objective: Objective) -> Option<f64> {
        let telling = self.width <= QUIET || self.held.coverage >= OBSERVED;
        telling.then(|| self.held.burn(objective)).flatten()
    }
}

/// Every window the tiers name and those always shown, the shortest first; and those only counted with.
pub fn windows(slo: &Slo) -> Vec<Window> {
    let mut shown: Vec<Duration> =
        slo.tiers.iter().flat_map(named).chain(ALWAYS).map(whole_seconds).collect();
    shown.sort_unstable();
    let mut all = shown.clone();
    all.push(LOOKBACK);
    all.sort_unstable();
    all.dedup();
    let window = |width| Window { width, shown: shown.contains(&width), held: Held::default() };
    all.into_iter().map(window).collect()
}

/// Where the window of a width is among the windows.
pub fn place(windows: &[Window], width: Duration) -> usize {
    windows.iter().position(|window| window.width == whole_seconds(width)).unwrap_or(0)
}

fn named(tier: &Tier) -> impl Iterator<Item = Duration> {
    let short = tier.windows().map(|(_, short)| short);
    tier.longest().into_iter().chain(short)
}

fn whole_seconds(width: Duration) -> Duration {
    Duration::from_secs(width.as_secs())
}
