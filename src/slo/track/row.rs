//! What a track says: its row's state and numbers, and the transitions of its tiers.
//!
//! Readings are written in place: between two polls only the moment changes, and no poll allocates.

use super::Track;
use crate::slo::alert::{OBSERVED, Tier, TierState, Transition};
use crate::slo::budget::Budget;
use crate::slo::guard::Scene;
use crate::slo::objective::Slo;
use crate::slo::reading::{Burn, Reading, SloState, TierReading, Unexcluded};
use crate::slo::window::{Held, Window};
use crate::text::Time;

impl Track {
    /// Gives a reading a line for every window and every tier.
    pub fn lay_out(&self, reading: &mut Reading) {
        let seconds = |window: &Window| u64::try_from(window.width / 1000).unwrap_or(0);
        let shown = self.windows.shown().iter();
        reading.burn = shown.map(|window| Burn { window_s: seconds(window), rate: None }).collect();
        reading.alerts = self.slo.tiers.iter().map(tier_reading).collect();
        self.write_tiers(reading);
    }

    pub(super) fn write_tiers(&self, reading: &mut Reading) {
        for (alert, guard) in reading.alerts.iter_mut().zip(&self.guards) {
            alert.state = guard.state();
        }
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
    pub(super) fn write_sums(&self, reading: &mut Reading) {
        let held = &self.held;
        reading.budget = held.ratio.and(self.standing.consumed).map(|consumed| Budget::left(1.0 - consumed));
        reading.sli = held.ratio.map(|ratio| 1.0 - ratio);
        (reading.bad, reading.total) = (held.sum.bad, held.sum.total);
        reading.coverage = held.coverage;
        reading.period_s = self.standing.length.as_secs();
        reading.exhausted_in_s = self.exhausted_in(reading.budget);
        reading.trend = self.trend();
        reading.unexcluded = self.whole.as_ref().map(|whole| self.unexcluded(whole));
        for (burn, window) in reading.burn.iter_mut().zip(self.windows.shown()) {
            burn.rate = window.telling(self.objective);
        }
    }

    fn exhausted_in(&self, budget: Option<Budget>) -> Option<u64> {
        budget.filter(|budget| budget.remaining > 0.0)?;
        let burn = self.windows.held(self.windows.outlook).burn(self.objective)?;
        Some(self.standing.exhausted_in(burn)?.as_secs())
    }

    /// How far the burn of the last hour is above that of the hour before, if half of both was observed.
    fn trend(&self) -> Option<f64> {
        let now = self.windows.get(self.windows.outlook)?.telling(self.objective)?;
        let earlier = Some(&self.earlier).filter(|earlier| earlier.coverage >= OBSERVED);
        Some(now - earlier?.burn(self.objective)?)
    }

    fn unexcluded(&self, whole: &Held) -> Unexcluded {
        let burn = whole.burn(self.objective).filter(|_| whole.coverage >= super::BUDGET_OBSERVED);
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

    pub(super) fn observed_state(&self, budget: Option<Budget>) -> SloState {
        let any = |state| self.guards.iter().any(|guard| guard.state() == state);
        let exhausted = budget.is_some_and(|budget| budget.remaining <= 0.0);
        if self.is_frozen() {
            SloState::Frozen
        } else if any(TierState::Firing) {
            SloState::Firing
        } else if exhausted {
            SloState::Exhausted
        } else if any(TierState::Recovering) {
            SloState::Recovering
        } else if any(TierState::Pending) {
            SloState::Pending
        } else if any(TierState::Rising) {
            SloState::Rising
        } else if self.windows.held(self.windows.quiet).sum.total <= 0.0 {
            SloState::NoTraffic
        } else {
            SloState::Ok
        }
    }

    /// A row is frozen when a tier of its gravest severity is and no other tier fires. A ticket tier
    /// that lacks its three days says so in its own line; it must not hide a page, nor call a new SLO
    /// blind for a day and a half.
    fn is_frozen(&self) -> bool {
        let frozen = self.guards.iter().any(|guard| guard.state() == TierState::Frozen);
        if !frozen || self.is_firing() {
            return false;
        }
        let gravest = self.slo.tiers.iter().map(|tier| tier.severity).max();
        let mut tiers = self.slo.tiers.iter().zip(&self.guards);
        tiers.any(|(tier, guard)| Some(tier.severity) == gravest && guard.state() == TierState::Frozen)
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
    pub fn transition(&self, tier: &Tier, (long, short): (Held, Held), scene: &Scene<'_>) -> Transition {
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
            long_burn: burn(&long),
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

fn tier_reading(tier: &Tier) -> TierReading {
    TierReading {
        name: tier.name.clone(),
        severity: tier.severity,
        factor: tier.factor(),
        long_s: tier.windows().map(|(long, _)| long.as_secs()),
        short_s: tier.windows().map(|(_, short)| short.as_secs()),
        state: TierState::Ok,
    }
}

fn copy_text(to: &mut Option<String>, from: Option<&str>) {
    if to.as_deref() != from {
        *to = from.map(str::to_owned);
    }
}
