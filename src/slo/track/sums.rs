//! What the windows and the period of a track hold.
//!
//! A poll costs a few look-ups a window; exclusions cost only where they touch. Nothing of it is kept: what a
//! row says is in its reading, what its tiers remember in their guards.

use std::sync::Arc;

use super::{BUDGET_OBSERVED, Now, Track};
use crate::slo::budget::Standing;
use crate::slo::exclusion::Excluded;
use crate::slo::held::Held;
use crate::slo::part::Part;
use crate::slo::plan::{OUTLOOK, Plan};
use crate::slo::series::{Span, millis};

/// What one look at a row found. The evaluator has one, and uses it for row after row.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    /// By their place in the plan.
    pub windows: Vec<Held>,
    /// What the hour before the last one held.
    pub earlier: Held,
    /// What the period holds without what is excluded of it.
    pub period: Held,
    /// What it holds with it, where anything is.
    pub whole: Option<Held>,
    pub standing: Standing,
}

/// What the sums of all parts have in common.
#[derive(Clone, Copy)]
struct Frame<'a> {
    plan: &'a Plan,
    /// What is left out of the period, and of the windows.
    of_period: Option<&'a Excluded>,
    of_windows: Option<&'a Excluded>,
}

impl Track {
    /// Sums every window and the period. While an exclusion lasts, windows show what happens all the same:
    /// the alerts it causes are recorded, and go to nobody.
    pub(super) fn sum(&self, now: Now, sums: &mut Sums) {
        let out = self.leaves_out();
        let frame = Frame {
            plan: &self.plan,
            of_period: out.as_deref(),
            of_windows: out.as_deref().filter(|_| self.suppressed.is_none()),
        };
        (sums.period, sums.earlier) = (Held::default(), Held::default());
        sums.whole = out.is_some().then(Held::default);
        sums.windows.resize(self.plan.widths.len(), Held::default());
        for (nth, part) in self.parts.iter().enumerate() {
            sums.add(nth, part, frame);
        }
        sums.standing = self.stand(now, &sums.period);
    }

    /// Notices that a calendar's term, or an exclusion, began or ended.
    pub(super) fn turn(&mut self, now: Now) -> bool {
        let rolled = self.period.roll(now.at);
        if rolled {
            self.gather();
        }
        let Some(excluded) = &self.excluded else { return rolled };
        let why = excluded.why(now.ms);
        let why = why.or_else(|| self.newest.and_then(|newest| excluded.why(newest)));
        if self.suppressed.as_deref() == why {
            return rolled;
        }
        self.suppressed = why.map(str::to_owned);
        true
    }

    /// Share of the period that has passed, `0..=1`, of what counts of it; 1 where it rolls on.
    pub(super) fn passed(&self) -> f64 {
        if !self.period.is_calendar() {
            return 1.0;
        }
        let Some(newest) = self.newest else { return 0.0 };
        let so_far = self.period.until(newest);
        let length = millis(self.period.length());
        let out = self.excluded.as_ref().map_or(0, |excluded| excluded.millis(so_far));
        ((so_far.millis() - out) as f64 / (length - out).max(1) as f64).clamp(0.0, 1.0)
    }

    /// The exclusions, if any touches what the sums are of.
    fn leaves_out(&self) -> Option<Arc<Excluded>> {
        let excluded = self.excluded.as_ref()?;
        let newest = self.parts.iter().filter_map(Part::newest).max()?;
        let oldest = self.period.until(self.newest?).from;
        let span = Span { from: oldest.min(newest.saturating_sub(self.plan.longest())), to: newest };
        excluded.touches(span).then(|| Arc::clone(excluded))
    }

    /// Where the budget stands after what the period holds. In a calendar the budget is the whole term's:
    /// what burnt so far counts by the share of the term that it took.
    fn stand(&self, now: Now, period: &Held) -> Standing {
        let telling = period.coverage >= BUDGET_OBSERVED;
        let consumed = telling.then(|| period.burn(self.objective).unwrap_or(0.0) * self.passed());
        Standing { consumed, length: self.period.length(), left: self.period.left(now.at) }
    }
}

impl Sums {
    /// Joins what one part held. One without a count held nothing, and covers nothing.
    fn add(&mut self, nth: usize, part: &Part, frame: Frame<'_>) {
        let Frame { plan, of_period, of_windows } = frame;
        let left_out = of_windows.zip(of_windows.and_then(|_| part.newest()));
        let sum = |place: usize, width: i64| match left_out {
            Some((excluded, end)) => part.without(excluded.window(end, width), excluded),
            None => part.window(place),
        };
        for (place, (held, width)) in self.windows.iter_mut().zip(&plan.widths).enumerate() {
            held.join(nth, Held::of(sum(place, *width), part.weight, *width));
        }
        let earlier = sum(plan.lookback, 2 * millis(OUTLOOK)) - sum(plan.outlook, millis(OUTLOOK));
        self.earlier.join(nth, Held::of(earlier, part.weight, millis(OUTLOOK)));
        self.add_period(nth, part, of_period);
    }

    fn add_period(&mut self, nth: usize, part: &Part, out: Option<&Excluded>) {
        let (so_far, sum) = part.period();
        let whole = Held::of(sum, part.weight, so_far.millis());
        let Some(excluded) = out else { return self.period.join(nth, whole) };
        let counted = so_far.millis() - excluded.millis(so_far);
        self.period.join(nth, Held::of(part.without(so_far, excluded), part.weight, counted));
        if let Some(all) = &mut self.whole {
            all.join(nth, whole);
        }
    }
}
