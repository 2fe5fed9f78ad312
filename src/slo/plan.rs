//! What is looked at for an SLO: the windows of its tiers and those always shown. SLOs with the same tiers
//! share one plan, so that ten thousand of them do not each fill the processor's cache with it.

use std::time::Duration;

use super::alert::{Rule, Severity, Tier};
use super::objective::Slo;
use super::series::millis;

/// Windows that are always shown, whatever the tiers use: 5 m, 1 h, 6 h, 3 d.
const ALWAYS: [Duration; 4] = [QUIET, OUTLOOK, Duration::from_hours(6), Duration::from_hours(72)];
/// No traffic over this window is a state of its own.
pub const QUIET: Duration = Duration::from_mins(5);
/// The window whose burn says when the budget will be gone.
pub const OUTLOOK: Duration = Duration::from_hours(1);
/// The outlook and the hour before it.
const LOOKBACK: Duration = Duration::from_hours(2);

/// The windows of an SLO by their place, and where its tiers look.
#[derive(Debug, PartialEq)]
pub struct Plan {
    /// In milliseconds: first those that are shown, the shortest first; then those only counted with.
    pub widths: Vec<i64>,
    pub shown: usize,
    /// Where [`QUIET`], [`OUTLOOK`] and [`LOOKBACK`] are.
    pub quiet: usize,
    pub outlook: usize,
    pub lookback: usize,
    /// One for each tier, in their order.
    pub posts: Vec<Post>,
    pub gravest: Option<Severity>,
}

/// What one tier looks at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Post {
    pub rule: Rule,
    pub severity: Severity,
    /// Where its windows are. Without a long one it looks at the period.
    pub long: Option<usize>,
    pub short: Option<usize>,
}

impl Plan {
    pub fn of(slo: &Slo) -> Self {
        let shown = slo.tiers.iter().flat_map(named).chain(ALWAYS);
        let mut widths: Vec<i64> = shown.map(whole_seconds).collect();
        widths.sort_unstable();
        widths.dedup();
        let shown = widths.len();
        if !widths.contains(&millis(LOOKBACK)) {
            widths.push(millis(LOOKBACK));
        }
        let place = |width| place(&widths, width);
        let [quiet, outlook, lookback] = [QUIET, OUTLOOK, LOOKBACK].map(place);
        let post = |tier: &Tier| Post {
            rule: tier.rule(),
            severity: tier.severity,
            long: tier.longest().map(place),
            short: tier.windows().map(|(_, short)| place(short)),
        };
        let posts = slo.tiers.iter().map(post).collect();
        let gravest = slo.tiers.iter().map(|tier| tier.severity).max();
        Self { widths, shown, quiet, outlook, lookback, posts, gravest }
    }

    /// The widths that are shown.
    pub fn shown(&self) -> &[i64] {
        self.widths.get(..self.shown).unwrap_or_default()
    }

    /// In milliseconds.
    pub fn longest(&self) -> i64 {
        self.widths.iter().copied().max().unwrap_or(0)
    }
}

fn place(widths: &[i64], width: Duration) -> usize {
    let width = whole_seconds(width);
    widths.iter().position(|known| *known == width).unwrap_or(0)
}

fn named(tier: &Tier) -> impl Iterator<Item = Duration> {
    let short = tier.windows().map(|(_, short)| short);
    tier.longest().into_iter().chain(short)
}

fn whole_seconds(width: Duration) -> i64 {
    millis(Duration::from_secs(width.as_secs()))
}
