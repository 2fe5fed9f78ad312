//! One SLO under evaluation: what it was told, what its windows hold, what its tiers remember.
//!
//! Windows end at the newest observed count, not at `now`: between two polls nothing about them
//! changes, and while data is stale they show the last that was known, marked by its age.

use std::time::Duration;

use super::alert::{OBSERVED, Seen, Tier, TierState, Transition, View, Watch};
use super::budget::{Budget, Spent};
use super::burn;
use super::intake::Intake;
use super::objective::Slo;
use super::reading::{Burn, Reading, SloState, TierReading};
use super::series::{Sample, Span, Sum, millis};
use crate::text::{Time, when};

/// Windows that are always shown, whatever the tiers use: 5 m, 1 h, 6 h, 3 d.
const ALWAYS_S: [u64; 4] = [300, 3600, 21_600, 259_200];
/// No traffic over this window is a state of its own.
const QUIET: Duration = Duration::from_mins(5);
/// The window whose burn says when the budget will be gone.
const OUTLOOK: Duration = Duration::from_hours(1);
/// Data may be this old before it is stale, at the least (max(60 s, 3 intervals)).
const FRESH: Duration = Duration::from_mins(1);
/// Share of the period that has to be observed before its budget is shown: seven hours of 30 days. The
/// first piece of a Prometheus's history is more; an hour of an outage is no month's budget.
const BUDGET_OBSERVED: f64 = 0.01;
/// Poll interval until the source tells its own.
const INTERVAL: Duration = Duration::from_secs(15);

/// Why there may be nothing to show.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Trouble {
    None,
    Poll(String),
    Unmeasurable(String),
}

/// A window and what it held when it was last summed.
#[derive(Debug, Clone, Copy)]
struct Window {
    width: Duration,
    sum: Sum,
}

#[derive(Debug, Clone)]
pub struct Track {
    pub slo: Slo,
    pub intake: Intake,
    trouble: Trouble,
    /// Every window the tiers name and those always shown, the shortest first.
    windows: Vec<Window>,
    period: Sum,
    /// One for each tier, in their order.
    watches: Vec<Watch>,
    /// Revision of the series that the sums are of.
    summed: Option<u64>,
}

impl Track {
    pub fn new(slo: Slo) -> Self {
        let slo = with_tiers(slo);
        let windows = windows(&slo);
        Self {
            intake: Intake::new(longest(&slo, &windows), fresh(INTERVAL)),
            trouble: Trouble::None,
            period: Sum::default(),
            watches: vec![Watch::default(); slo.tiers.len()],
            summed: None,
            windows,
            slo,
        }
    }

    /// Whether the history of this SLO is a history of `slo` too: the same queries to the same source.
    pub fn measures(&self, slo: &Slo) -> bool {
        self.slo.sli == slo.sli && self.slo.source == slo.source
    }

    /// Goes on as `slo` with the history so far; tiers that stay keep their state.
    pub fn revise(&mut self, slo: Slo) {
        let slo = with_tiers(slo);
        let watch = |tier: &Tier| {
            let mut old = self.slo.tiers.iter().zip(&self.watches);
            old.find(|(old, _)| *old == tier).map(|(_, watch)| *watch).unwrap_or_default()
        };
        self.watches = slo.tiers.iter().map(watch).collect();
        self.windows = windows(&slo);
        self.intake.series.keep(longest(&slo, &self.windows));
        self.slo = slo;
    }

    pub fn set_interval(&mut self, interval: Duration) {
        self.intake.pause = fresh(interval);
    }

    pub fn observe(&mut self, at: Time, outcome: Result<Sample, String>) {
        match outcome.and_then(|sample| self.intake.take(&self.slo.sli, at, sample)) {
            Ok(()) => self.trouble = Trouble::None,
            Err(why) => self.trouble = Trouble::Poll(why),
        }
    }

    pub fn unmeasurable(&mut self, why: String) {
        self.trouble = Trouble::Unmeasurable(why);
    }

    /// Brings the reading up to `now`; appends what changed.
    pub fn evaluate(&mut self, now: Time, reading: &mut Reading, transitions: &mut Vec<Transition>) {
        self.sum();
        let age = self.newest().map(|newest| when::since(newest, now));
        let budget = self.budget();
        if self.can_judge(age) {
            self.step(now, transitions);
        }
        reading.at = now;
        reading.age_s = age.map(|age| age.as_secs());
        reading.budget = budget;
        reading.state = self.state(age, budget);
        self.write(reading);
    }

    /// What a stretch took out of the budget; `None` where nothing of it was observed.
    pub fn spent(&self, span: Span) -> Option<Spent> {
        let newest = self.intake.series.newest()?;
        let stretch = self.intake.series.window(Span { to: span.to.min(newest), ..span });
        let period = self.intake.series.window(before(newest, self.slo.period));
        (stretch.observed_ms > 0.0).then(|| Spent::of(&stretch, &period, self.slo.objective))
    }

    pub fn burn(&self, span: Span) -> Option<f64> {
        burn::rate(&self.intake.series.window(span), self.slo.objective)
    }

    fn newest(&self) -> Option<Time> {
        self.intake.series.newest().and_then(Time::from_timestamp_millis)
    }

    fn sum(&mut self) {
        let revision = self.intake.series.revision();
        let Some(end) = self.intake.series.newest().filter(|_| self.summed != Some(revision)) else { return };
        self.summed = Some(revision);
        self.period = self.intake.series.window(before(end, self.slo.period));
        for window in &mut self.windows {
            window.sum = self.intake.series.window(before(end, window.width));
        }
    }

    /// Without fresh data tiers keep their state: nothing fires on old news, and silence resolves nothing.
    fn can_judge(&self, age: Option<Duration>) -> bool {
        !matches!(self.trouble, Trouble::Unmeasurable(_)) && age.is_some_and(|age| age <= self.intake.pause)
    }

    fn step(&mut self, now: Time, transitions: &mut Vec<Transition>) {
        let mut watches = std::mem::take(&mut self.watches);
        for (tier, watch) in self.slo.tiers.iter().zip(&mut watches) {
            let view = self.view(tier);
            let change = watch.step(tier, &view, now);
            transitions.extend(change.map(|change| self.transition(tier, &view, change, now)));
        }
        self.watches = watches;
    }

    fn view(&self, tier: &Tier) -> View {
        let (long, short) = tier.windows().unzip();
        View {
            long: long.map(|long| self.seen(long)).unwrap_or_default(),
            short: short.map(|short| self.seen(short)).unwrap_or_default(),
            min_events: self.slo.min_events,
            ..View::default()
        }
    }

    fn seen(&self, width: Duration) -> Seen {
        let sum = self.held(width);
        Seen { burn: burn::rate(&sum, self.slo.objective), coverage: sum.coverage(width), total: sum.total }
    }

    /// What the window of a width held when last summed.
    fn held(&self, width: Duration) -> Sum {
        let width = whole_seconds(width);
        self.windows.iter().find(|window| window.width == width).map(|window| window.sum).unwrap_or_default()
    }

    fn transition(
        &self,
        tier: &Tier,
        view: &View,
        (from, to): (TierState, TierState),
        now: Time,
    ) -> Transition {
        let (long, short) = tier.windows().unzip();
        let of_short = short.map(|short| self.held(short)).unwrap_or_default();
        Transition {
            slo: self.slo.id.clone(),
            service: self.slo.service.clone(),
            at: now,
            tier: tier.name.clone(),
            severity: tier.severity,
            factor: tier.factor(),
            long_s: long.map(|long| long.as_secs()),
            short_s: short.map(|short| short.as_secs()),
            from,
            to,
            long_burn: view.long.burn.unwrap_or(0.0),
            short_burn: view.short.burn.unwrap_or(0.0),
            bad: long.map_or(self.period, |long| self.held(long)).bad,
            total: long.map_or(self.period, |long| self.held(long)).total,
            short_bad: of_short.bad,
            short_total: of_short.total,
            suppressed: None,
            budget_remaining: self.budget().map(|budget| budget.remaining),
        }
    }

    /// The row's state, by the precedence of [`SloState`].
    fn state(&self, age: Option<Duration>, budget: Option<Budget>) -> SloState {
        if matches!(self.trouble, Trouble::Unmeasurable(_)) {
            return SloState::Unmeasurable;
        }
        match age {
            None => SloState::NoData,
            Some(age) if age > self.intake.pause => SloState::Stale,
            Some(_) => self.observed_state(budget),
        }
    }

    fn observed_state(&self, budget: Option<Budget>) -> SloState {
        let any = |state| self.watches.iter().any(|watch| watch.state() == state);
        let exhausted = budget.is_some_and(|budget| budget.remaining <= 0.0);
        let holds = [
            (SloState::Frozen, self.is_frozen()),
            (SloState::Firing, any(TierState::Firing)),
            (SloState::Exhausted, exhausted),
            (SloState::Recovering, any(TierState::Recovering)),
            (SloState::Pending, any(TierState::Pending)),
            (SloState::Rising, any(TierState::Rising)),
            (SloState::NoTraffic, self.held(QUIET).total <= 0.0),
        ];
        holds.iter().find(|(_, holds)| *holds).map_or(SloState::Ok, |(state, _)| *state)
    }

    /// A row is frozen when a tier of its gravest severity is and no other tier fires. A ticket tier
    /// that lacks its three days says so in its own line; it must not hide a page, nor call a new SLO
    /// blind for a day and a half.
    fn is_frozen(&self) -> bool {
        let gravest = self.slo.tiers.iter().map(|tier| tier.severity).max();
        let frozen = |(tier, watch): (&Tier, &Watch)| {
            Some(tier.severity) == gravest && watch.state() == TierState::Frozen
        };
        self.slo.tiers.iter().zip(&self.watches).any(frozen)
            && !self.watches.iter().any(|watch| watch.state() == TierState::Firing)
    }

    fn write(&self, reading: &mut Reading) {
        let Self { slo, period, .. } = self;
        reading.sli = burn::error_ratio(period).map(|ratio| 1.0 - ratio);
        reading.bad = period.bad;
        reading.total = period.total;
        reading.coverage = period.coverage(slo.period);
        reading.burn.clear();
        reading.burn.extend(
            self.windows
                .iter()
                .map(|window| Burn { window_s: window.width.as_secs(), rate: self.shown_rate(window) }),
        );
        reading.exhausted_in_s = reading.budget.and_then(|budget| {
            let burn = burn::rate(&self.held(OUTLOOK), slo.objective)?;
            Some(budget.exhausted_in(burn, slo.period)?.as_secs())
        });
        reading.alerts.clear();
        reading.alerts.extend(slo.tiers.iter().zip(&self.watches).map(tier_reading));
        self.write_error(reading);
    }

    /// A window of which less than half was observed says nothing of its width; the shortest one shows
    /// whatever there is, so that a fresh start is not blind.
    fn shown_rate(&self, window: &Window) -> Option<f64> {
        let telling = window.width <= QUIET || window.sum.coverage(window.width) >= OBSERVED;
        telling.then(|| burn::rate(&window.sum, self.slo.objective)).flatten()
    }

    /// The budget, once enough of the period was observed to speak of it.
    fn budget(&self) -> Option<Budget> {
        let telling = self.period.coverage(self.slo.period) >= BUDGET_OBSERVED;
        telling.then(|| Budget::of(&self.period, self.slo.objective)).flatten()
    }

    fn write_error(&self, reading: &mut Reading) {
        let error = match &self.trouble {
            Trouble::None => None,
            Trouble::Poll(why) | Trouble::Unmeasurable(why) => Some(why.as_str()),
        };
        if reading.error.as_deref() != error {
            reading.error = error.map(str::to_owned);
        }
    }
}

fn tier_reading((tier, watch): (&Tier, &Watch)) -> TierReading {
    TierReading {
        name: tier.name.clone(),
        severity: tier.severity,
        factor: tier.factor(),
        long_s: tier.windows().map(|(long, _)| long.as_secs()),
        short_s: tier.windows().map(|(_, short)| short.as_secs()),
        state: watch.state(),
    }
}

fn with_tiers(mut slo: Slo) -> Slo {
    slo.tiers = slo.effective_tiers();
    slo
}

fn windows(slo: &Slo) -> Vec<Window> {
    let of_tiers = slo.tiers.iter().filter_map(Tier::windows);
    let of_tiers = of_tiers.flat_map(|(long, short)| [long.as_secs(), short.as_secs()]);
    let mut seconds: Vec<u64> = of_tiers.chain(ALWAYS_S).collect();
    seconds.sort_unstable();
    seconds.dedup();
    seconds.into_iter().map(|s| Window { width: Duration::from_secs(s), sum: Sum::default() }).collect()
}

/// The window of a width that ends at `end`.
fn before(end: i64, width: Duration) -> Span {
    Span { from: end.saturating_sub(millis(width)), to: end }
}

fn whole_seconds(width: Duration) -> Duration {
    Duration::from_secs(width.as_secs())
}

/// The history that the period and every window need.
fn longest(slo: &Slo, windows: &[Window]) -> Duration {
    windows.last().map_or(slo.period, |window| window.width.max(slo.period))
}

/// How old data may be before it is stale, and how long a pause between scrapes may be.
fn fresh(interval: Duration) -> Duration {
    interval.saturating_mul(3).max(FRESH)
}
