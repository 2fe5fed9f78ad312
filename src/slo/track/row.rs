//! What a track says: its row's state and numbers, and the transitions of its tiers.
//!
//! Readings are written in place: between two polls only the moment changes, and no poll allocates.

use super::{BUDGET_OBSERVED, Sums, Track};
use crate::slo::alert::{OBSERVED, Tier, TierState, Transition};
use crate::slo::budget::{Budget, Standing};
use crate::slo::guard::{Guard, Scene};
use crate::slo::held::Held;
use crate::slo::objective::Slo;
use crate::slo::plan::{Post, QUIET};
use crate::slo::policy::Policy;
use crate::slo::reading::{Burn, Reading, SloState, TierReading, Unexcluded};
use crate::slo::series::millis;
use crate::text::Time;

impl Track {
    /// Gives a reading a line for every window and every tier.
    pub fn lay_out(&self, reading: &mut Reading) {
        let burn = |width: &i64| Burn { window_s: *width as u64 / 1000, rate: None };
        reading.burn = self.plan.shown().iter().map(burn).collect();
        reading.alerts = self.slo.tiers.iter().zip(&self.guards).map(tier_reading).collect();
    }

    /// What changes with every look.
    pub(super) fn write_moment(&self, now: Time, age: Option<i64>, reading: &mut Reading) {
        reading.at = now;
        reading.age_s = age.map(|age| age as u64 / 1000);
        reading.state = self.state(age);
        copy_text(&mut reading.error, self.error.as_deref());
        copy_text(&mut reading.suppressed, self.suppressed.as_deref());
    }

    /// What changes with a poll.
    pub(super) fn write_sums(&self, sums: &Sums, policy: &Policy, reading: &mut Reading) {
        let Sums { period, standing, .. } = sums;
        reading.budget = period.ratio.and(standing.consumed).map(|consumed| {
            let remaining = 1.0 - consumed;
            Budget { remaining, status: policy.status(remaining) }
        });
        reading.sli = period.ratio.map(|ratio| 1.0 - ratio);
        (reading.bad, reading.total) = (period.sum.bad, period.sum.total);
        reading.coverage = period.coverage;
        reading.period_s = standing.length.as_secs();
        reading.unexcluded = sums.whole.as_ref().map(|whole| self.unexcluded(whole));
        let hour = sums.windows.get(self.plan.outlook).copied().unwrap_or_default();
        reading.trend = self.trend(&hour, &sums.earlier);
        reading.exhausted_in_s = self.exhausted_in(standing, &hour);
        for (burn, (held, width)) in reading.burn.iter_mut().zip(sums.windows.iter().zip(&self.plan.widths)) {
            burn.rate = self.telling(held, *width);
        }
    }

    /// The burn rate of a window that says something of its width: half of it was observed. The shortest ones
    /// show whatever there is, so that a fresh start is not blind.
    fn telling(&self, held: &Held, width: i64) -> Option<f64> {
        let telling = width <= millis(QUIET) || held.coverage >= OBSERVED;
        telling.then(|| held.burn(self.objective)).flatten()
    }

    /// At the burn of the last hour; `None` where nothing is left.
    fn exhausted_in(&self, standing: &Standing, hour: &Held) -> Option<u64> {
        standing.consumed.filter(|consumed| *consumed < 1.0)?;
        Some(standing.exhausted_in(hour.burn(self.objective)?)?.as_secs())
    }

    /// How far the burn of the last hour is above that of the hour before, if half of both was observed.
    fn trend(&self, hour: &Held, earlier: &Held) -> Option<f64> {
        let seen = hour.coverage >= OBSERVED && earlier.coverage >= OBSERVED;
        let (now, before) = (hour.burn(self.objective)?, earlier.burn(self.objective)?);
        seen.then_some(now - before)
    }

    fn unexcluded(&self, whole: &Held) -> Unexcluded {
        let burn = whole.burn(self.objective).filter(|_| whole.coverage >= BUDGET_OBSERVED);
        Unexcluded {
            bad: whole.sum.bad,
            total: whole.sum.total,
            budget_remaining: burn.map(|burn| 1.0 - burn * self.passed()),
        }
    }

    /// The row's state, by the precedence of [`SloState`].
    fn state(&self, age: Option<i64>) -> SloState {
        if self.unmeasurable.is_some() {
            return SloState::Unmeasurable;
        }
        match age {
            None => SloState::NoData,
            Some(age) if age > self.patience => SloState::Stale,
            Some(_) => self.verdict,
        }
    }
}

/// What a row with fresh data says; [`SloState`] orders it.
#[derive(Debug, Clone, Copy)]
pub struct Verdict {
    worst: SloState,
    /// A tier of the gravest severity is frozen.
    frozen: bool,
}

impl Verdict {
    /// Before any tier was heard.
    pub fn of(budget: Option<Budget>, quiet: bool) -> Self {
        let worst = match budget {
            Some(budget) if budget.remaining <= 0.0 => SloState::Exhausted,
            _ if quiet => SloState::NoTraffic,
            _ => SloState::Ok,
        };
        Self { worst, frozen: false }
    }

    pub fn hear(&mut self, tier: TierState, gravest: bool) {
        let says = match tier {
            TierState::Firing => SloState::Firing,
            TierState::Recovering => SloState::Recovering,
            TierState::Pending => SloState::Pending,
            TierState::Rising => SloState::Rising,
            TierState::Ok | TierState::Frozen => SloState::Ok,
        };
        self.worst = self.worst.min(says);
        self.frozen |= gravest && tier == TierState::Frozen;
    }

    /// A row is frozen when a tier of its gravest severity is and no other tier fires. A ticket tier
    /// that lacks its three days says so in its own line; it must not hide a page, nor call a new SLO
    /// blind for a day and a half.
    pub fn state(self) -> SloState {
        if self.frozen && self.worst != SloState::Firing { SloState::Frozen } else { self.worst }
    }
}

/// A change of a tier that is to be told.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub slo: &'a Slo,
    pub suppressed: Option<&'a str>,
    pub at: Time,
    pub change: (TierState, TierState),
}

impl Told<'_> {
    pub fn transition(&self, tier: &Tier, post: &Post, scene: &Scene<'_>) -> Transition {
        let (long, short) = scene.held(post);
        let short = short.copied().unwrap_or_default();
        let short_window = tier.windows().map(|(_, short)| short);
        let burn = |held: &Held| held.burn(scene.objective).unwrap_or(0.0);
        Transition {
            slo: self.slo.id.clone(),
            service: self.slo.service.clone(),
            at: self.at,
            tier: tier.name.clone(),
            severity: tier.severity,
            factor: tier.factor(),
            long_s: tier.longest().map(|long| long.as_secs()),
            short_s: short_window.map(|short| short.as_secs()),
            from: self.change.0,
            to: self.change.1,
            long_burn: burn(long),
            short_burn: burn(&short),
            bad: long.sum.bad,
            total: long.sum.total,
            short_bad: short.sum.bad,
            short_total: short.sum.total,
            suppressed: self.suppressed.map(str::to_owned),
            budget_remaining: scene.standing.consumed.map(|consumed| 1.0 - consumed),
        }
    }
}

fn tier_reading((tier, guard): (&Tier, &Guard)) -> TierReading {
    TierReading {
        name: tier.name.clone(),
        severity: tier.severity,
        factor: tier.factor(),
        long_s: tier.windows().map(|(long, _)| long.as_secs()),
        short_s: tier.windows().map(|(_, short)| short.as_secs()),
        state: guard.state(),
    }
}

fn copy_text(to: &mut Option<String>, from: Option<&str>) {
    if to.as_deref() != from {
        *to = from.map(str::to_owned);
    }
}
