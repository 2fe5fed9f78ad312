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
/// A forecast of exhaustion that fired stands until the budget would last this many fifths of its span,
/// 1.2 times: it divides by a burn that swings more than the budget does.
const RELIEF_FIFTHS: u32 = 6;
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

/// One row of a team's alerting.
#[derive(Debug, Clone, PartialEq)]
pub struct Tier {
    /// What people call it, `page quick`; unique in its SLO.
    pub name: String,
    pub severity: Severity,
    pub test: Test,
    /// How long the test must hold before the tier fires; zero for at once.
    pub hold: Duration,
}

/// What a tier tests without its windows, and for how long it must hold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    pub bar: Bar,
    pub hold: Duration,
}

/// How high a tier's bar is: a factor, a time to exhaustion, a share of the budget.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bar {
    Burn(f64),
    ExhaustedIn(Duration),
    Consumed(f64),
}

/// When a tier is over.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Test {
    /// Both windows burn faster than `factor`; strictly faster.
    Burn { factor: f64, long: Duration, short: Duration },
    /// At the burn of the window `over`, what is left of the budget is gone `within` this time.
    ExhaustedIn { within: Duration, over: Duration },
    /// At least this share of the period's budget is spent, `0..=1`.
    Consumed { share: f64 },
}

impl Tier {
    /// A burn-rate tier without a name of its own, that fires at once.
    pub fn burn(severity: Severity, factor: f64, long: Duration, short: Duration) -> Self {
        let name =
            format!("{} {factor}x {}/{}", severity.word(), when::short_span(long), when::short_span(short));
        Self { name, severity, test: Test::Burn { factor, long, short }, hold: Duration::ZERO }
    }

    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// The burn rate above which it is over; `None` where it tests the budget.
    pub fn factor(&self) -> Option<f64> {
        match self.test {
            Test::Burn { factor, .. } => Some(factor),
            Test::ExhaustedIn { .. } | Test::Consumed { .. } => None,
        }
    }

    /// Its long and its short window; `None` where it tests the budget.
    pub fn windows(&self) -> Option<(Duration, Duration)> {
        match self.test {
            Test::Burn { long, short, .. } => Some((long, short)),
            Test::ExhaustedIn { .. } | Test::Consumed { .. } => None,
        }
    }

    /// The widest window that it looks at; `None` where it asks for the period alone.
    pub fn longest(&self) -> Option<Duration> {
        match self.test {
            Test::Burn { long, .. } => Some(long),
            Test::ExhaustedIn { over, .. } => Some(over),
            Test::Consumed { .. } => None,
        }
    }

    /// What its watch is told.
    pub fn rule(&self) -> Rule {
        let bar = match self.test {
            Test::Burn { factor, .. } => Bar::Burn(factor),
            Test::ExhaustedIn { within, .. } => Bar::ExhaustedIn(within),
            Test::Consumed { share } => Bar::Consumed(share),
        };
        Rule { bar, hold: self.hold }
    }

    /// Whether any burn can exceed the factor: a total outage burns at `1 / (1 - objective)`, so a
    /// tier with `factor * (1 - objective) >= 1` is dead. What tests the budget can always fire.
    pub fn can_fire(&self, objective: Objective) -> bool {
        self.factor().is_none_or(|factor| factor * objective.error_budget() < 1.0 - ROUNDING)
    }
}

/// The tiers of the SRE Workbook's chapter 5, the most urgent first: 14.4 over 1 h and 5 m and 6 over
/// 6 h and 30 m page, 3 over 1 d and 2 h and 1 over 3 d and 6 h file a ticket.
///
/// That is for 30 days. For another period the windows grow or shrink with it, to whole minutes and
/// at least one; the factors stay, and with them the share of the budget that each one spends.
pub fn default_tiers(period: Duration) -> Vec<Tier> {
    let tier = |name: &str, severity, factor, long_min, short_min| {
        Tier::burn(severity, factor, scaled(long_min, period), scaled(short_min, period)).named(name)
    };
    vec![
        tier("page quick", Severity::Page, 14.4, 60, 5),
        tier("page slow", Severity::Page, 6.0, 6 * 60, 30),
        tier("ticket quick", Severity::Ticket, 3.0, 24 * 60, 2 * 60),
        tier("ticket slow", Severity::Ticket, 1.0, 3 * 24 * 60, 6 * 60),
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

/// What a tier is judged by: its two windows, the budget, and the SLO's low-traffic guard. The long window
/// of a forecast is the one it forecasts by; that of a share spent is the period.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct View {
    pub long: Seen,
    pub short: Seen,
    /// Share of the period's budget that is spent; above 1 where it is overspent. `None`: not known.
    pub consumed: Option<f64>,
    /// Time until the budget is gone; zero when it is, `None` while nothing burns.
    pub exhausted_in: Option<Duration>,
    /// Fewer events than this in the long window cannot begin an alert.
    pub min_events: f64,
}

/// The memory of one tier: told what is seen, it says what changed.
///
/// The same calls give the same answers. Before the first call it is `Ok`; a frozen spell is no
/// change, the state before it stands until enough is observed again.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Watch {
    long_over: bool,
    short_over: bool,
    /// When both windows went over.
    since: Option<Time>,
    /// `None` until enough was observed to judge.
    settled: Option<TierState>,
    frozen: bool,
}

impl Watch {
    /// The tier's state as of the last step.
    pub fn state(&self) -> TierState {
        if self.frozen { TierState::Frozen } else { self.settled.unwrap_or(TierState::Ok) }
    }

    /// Looks again; returns the states before and after where they differ.
    pub fn step(&mut self, rule: Rule, view: &View, now: Time) -> Option<(TierState, TierState)> {
        self.step_after(rule, view, now, || now)
    }

    /// The same, where the first look asks `history` since when both windows have been over.
    pub fn step_after(
        &mut self,
        rule: Rule,
        view: &View,
        now: Time,
        history: impl FnOnce() -> Time,
    ) -> Option<(TierState, TierState)> {
        self.frozen = !is_observed(rule.bar, view);
        if self.frozen {
            return None;
        }
        (self.long_over, self.short_over) = self.over(rule.bar, view);
        if self.settled.is_none() && !rule.hold.is_zero() && self.long_over && self.short_over {
            self.since = Some(history());
        }
        let before = self.settled.unwrap_or(TierState::Ok);
        let after = self.judge(rule.hold, view, now);
        self.settled = Some(after);
        (before != after).then_some((before, after))
    }

    /// Whether the long window is over, and the short one; what tests the budget is over as a whole.
    fn over(&self, bar: Bar, view: &View) -> (bool, bool) {
        let whole = match bar {
            Bar::Burn(factor) => {
                let long = is_over(view.long.burn, factor, self.long_over);
                return (long, is_over(view.short.burn, factor, self.short_over));
            }
            Bar::ExhaustedIn(within) => {
                let limit = if self.long_over { within.saturating_mul(RELIEF_FIFTHS) / 5 } else { within };
                view.exhausted_in.is_some_and(|left| left <= limit)
            }
            Bar::Consumed(share) => {
                let limit = share * if self.long_over { RELEASE } else { 1.0 - ROUNDING };
                view.consumed.is_some_and(|spent| spent >= limit)
            }
        };
        (whole, whole)
    }

    fn judge(&mut self, hold: Duration, view: &View, now: Time) -> TierState {
        if !(self.long_over && self.short_over) {
            self.since = None;
            return match (self.long_over, self.short_over) {
                (true, _) => TierState::Recovering,
                (_, true) => TierState::Rising,
                _ => TierState::Ok,
            };
        }
        if self.settled == Some(TierState::Firing) {
            return TierState::Firing;
        }
        if view.long.total < view.min_events {
            self.since = None;
            return TierState::Rising;
        }
        // A clock that is set back makes no hold longer.
        let since = self.since.map_or(now, |since| since.min(now));
        self.since = Some(since);
        if when::since(since, now) >= hold { TierState::Firing } else { TierState::Pending }
    }
}

/// Whether enough was seen to say anything.
fn is_observed(bar: Bar, view: &View) -> bool {
    match bar {
        Bar::Burn(_) => view.long.coverage >= OBSERVED && view.short.coverage >= OBSERVED,
        Bar::ExhaustedIn(_) => view.consumed.is_some() && view.long.coverage >= OBSERVED,
        Bar::Consumed(_) => view.consumed.is_some(),
    }
}

/// Strictly above the factor; once over, until clearly below it.
pub(super) fn is_over(burn: Option<f64>, factor: f64, was_over: bool) -> bool {
    let threshold = if was_over { factor * RELEASE } else { factor * (1.0 + ROUNDING) };
    burn.is_some_and(|burn| burn > threshold)
}

/// A tier that changed its state, with the numbers that made it so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    pub slo: String,
    pub service: String,
    pub at: Time,
    /// The tier's name; empty in journals of the first version.
    #[serde(default)]
    pub tier: String,
    pub severity: Severity,
    /// Factor and windows of a burn-rate tier.
    pub factor: Option<f64>,
    pub long_s: Option<u64>,
    pub short_s: Option<u64>,
    pub from: TierState,
    pub to: TierState,
    /// Burn rates over the two windows.
    pub long_burn: f64,
    pub short_burn: f64,
    /// Events of the long window.
    pub bad: f64,
    pub total: f64,
    /// Events of the short window.
    #[serde(default)]
    pub short_bad: f64,
    #[serde(default)]
    pub short_total: f64,
    /// Why it alerts nobody, when it does not: planned maintenance, a deploy window.
    #[serde(default)]
    pub suppressed: Option<String>,
    /// Share of the period's error budget that is left, signed; `None` when it cannot be known.
    pub budget_remaining: Option<f64>,
}

impl Transition {
    /// Starts firing at page severity, and nothing suppresses it: somebody has to look now.
    pub fn pages(&self) -> bool {
        self.severity == Severity::Page && self.to == TierState::Firing && self.suppressed.is_none()
    }
}
