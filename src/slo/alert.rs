//! Alert tiers: multi-window, multi-burn-rate, and the state each one is in.
//!
//! A tier fires when its long *and* its short window burn faster than its factor (Google SRE
//! Workbook, chapter 5); the four states name the four combinations. What was not observed neither
//! fires nor resolves.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::objective::Objective;
use crate::text::{Time, when};

/// The period whose default windows are the Workbook's own.
const MONTH: Duration = Duration::from_hours(30 * 24);
const MINUTE: Duration = Duration::from_mins(1);
/// Slack on comparisons, relative: `1 - objective` is not exact in binary, and a burn that equals a
/// factor must not fire for a rounding error.
const ROUNDING: f64 = 1e-9;
/// A window that is over stays over until its burn is below this share of the factor, so that a burn
/// which trembles at the threshold is one alert and not a hundred.
const RELEASE: f64 = 0.95;
/// Observed share of a window below which it says nothing. Half: a poll that failed or a restart of
/// ours does not silence a page for an hour, while the first minutes of a new history (where one bad
/// minute would fill an hour's window) cannot page.
pub(super) const OBSERVED: f64 = 0.5;

/// What a firing tier asks for: somebody now, or somebody in working hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Ticket,
    Page,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Self::Ticket => "ticket",
            Self::Page => "page",
        }
    }
}

/// One row of a team's burn-rate alerting: fires when both windows burn faster than `factor`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tier {
    pub severity: Severity,
    /// Burn rate above which a window is over; strictly above.
    pub factor: f64,
    pub long: Duration,
    pub short: Duration,
    /// How long both must stay over before the tier fires; zero for at once.
    pub hold: Duration,
}

impl Tier {
    /// Whether any burn can exceed the factor: a total outage burns at `1 / (1 - objective)`, so a
    /// tier with `factor * (1 - objective) >= 1` is dead.
    pub fn can_fire(&self, objective: Objective) -> bool {
        self.factor * objective.error_budget() < 1.0 - ROUNDING
    }
}

/// The tiers of the SRE Workbook's chapter 5, the most urgent first: 14.4 over 1 h and 5 m and 6 over
/// 6 h and 30 m page, 3 over 1 d and 2 h and 1 over 3 d and 6 h file a ticket.
///
/// That is for 30 days. For another period the windows grow or shrink with it, to whole minutes and
/// at least one; the factors stay, and with them the share of the budget that each one spends.
pub fn default_tiers(period: Duration) -> Vec<Tier> {
    let tier = |severity, factor, long_min, short_min| Tier {
        severity,
        factor,
        long: scaled(long_min, period),
        short: scaled(short_min, period),
        hold: Duration::ZERO,
    };
    vec![
        tier(Severity::Page, 14.4, 60, 5),
        tier(Severity::Page, 6.0, 6 * 60, 30),
        tier(Severity::Ticket, 3.0, 24 * 60, 2 * 60),
        tier(Severity::Ticket, 1.0, 3 * 24 * 60, 6 * 60),
    ]
}

fn scaled(minutes: u32, period: Duration) -> Duration {
    let exact = f64::from(minutes) * (period.as_secs_f64() / MONTH.as_secs_f64());
    Duration::from_secs(exact.round() as u64 * 60).max(MINUTE)
}

/// What a tier says now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TierState {
    /// Neither window is over.
    Ok,
    /// Only the short window is over: it has just begun.
    Rising,
    /// Both are over and `hold` is still running.
    Pending,
    /// Both are over.
    Firing,
    /// Only the long window is over: the burn has stopped, its trace remains.
    Recovering,
    /// Too little of the windows was observed to say; neither fires nor resolves.
    Frozen,
}

impl TierState {
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Rising => "RISING",
            Self::Pending => "PENDING",
            Self::Firing => "FIRING",
            Self::Recovering => "RECOVERING",
            Self::Frozen => "frozen",
        }
    }
}

/// What a window shows to a tier.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Seen {
    /// Burn rate; `None` when there were no events, which is not over any factor.
    pub burn: Option<f64>,
    /// Observed share of the window, `0..1`.
    pub coverage: f64,
    /// Events of the window.
    pub total: f64,
}

/// The two windows of a tier, and the SLO's low-traffic guard.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct View {
    pub long: Seen,
    pub short: Seen,
    /// Fewer events than this in the long window cannot begin an alert.
    pub min_events: f64,
}

/// The memory of one tier: told what is seen, it says what changed.
///
/// The same calls give the same answers. Before the first call it is `Ok`; a frozen spell is no
/// change, the state before it stands until enough is observed again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Watch {
    long_over: bool,
    short_over: bool,
    /// When both windows went over.
    since: Option<Time>,
    settled: TierState,
    frozen: bool,
}

impl Default for Watch {
    fn default() -> Self {
        Self { long_over: false, short_over: false, since: None, settled: TierState::Ok, frozen: false }
    }
}

impl Watch {
    /// The tier's state as of the last step.
    pub fn state(&self) -> TierState {
        if self.frozen { TierState::Frozen } else { self.settled }
    }

    /// Looks again; returns the states before and after where they differ.
    pub fn step(&mut self, tier: &Tier, view: &View, now: Time) -> Option<(TierState, TierState)> {
        self.frozen = view.long.coverage < OBSERVED || view.short.coverage < OBSERVED;
        if self.frozen {
            return None;
        }
        self.long_over = is_over(view.long.burn, tier.factor, self.long_over);
        self.short_over = is_over(view.short.burn, tier.factor, self.short_over);
        let before = self.settled;
        self.settled = self.judge(tier, view, now);
        (before != self.settled).then_some((before, self.settled))
    }

    fn judge(&mut self, tier: &Tier, view: &View, now: Time) -> TierState {
        if !(self.long_over && self.short_over) {
            self.since = None;
            return match (self.long_over, self.short_over) {
                (true, _) => TierState::Recovering,
                (_, true) => TierState::Rising,
                _ => TierState::Ok,
            };
        }
        if self.settled == TierState::Firing {
            return TierState::Firing;
        }
        if view.long.total < view.min_events {
            self.since = None;
            return TierState::Rising;
        }
        let since = *self.since.get_or_insert(now);
        if when::since(since, now) >= tier.hold { TierState::Firing } else { TierState::Pending }
    }
}

/// Strictly above the factor; once over, until clearly below it.
fn is_over(burn: Option<f64>, factor: f64, was_over: bool) -> bool {
    let threshold = if was_over { factor * RELEASE } else { factor * (1.0 + ROUNDING) };
    burn.is_some_and(|burn| burn > threshold)
}

/// A tier that changed its state, with the numbers that made it so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    pub slo: String,
    pub service: String,
    pub at: Time,
    pub severity: Severity,
    pub factor: f64,
    pub long_s: u64,
    pub short_s: u64,
    pub from: TierState,
    pub to: TierState,
    /// Burn rates over the two windows.
    pub long_burn: f64,
    pub short_burn: f64,
    /// Events of the long window.
    pub bad: f64,
    pub total: f64,
    /// Share of the period's error budget that is left, signed; `None` when it cannot be known.
    pub budget_remaining: Option<f64>,
}

impl Transition {
    /// Starts firing at page severity: somebody has to look now.
    pub fn pages(&self) -> bool {
        self.severity == Severity::Page && self.to == TierState::Firing
    }
}
