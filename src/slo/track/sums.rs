//! What the windows and the period of a track hold, summed again when anything about them changed.
//!
//! A poll costs a few look-ups a window; exclusions cost only where they touch.

use std::sync::Arc;

use super::{BUDGET_OBSERVED, Now, Track};
use crate::slo::budget::Standing;
use crate::slo::exclusion::Excluded;
use crate::slo::part::Part;
use crate::slo::series::{Span, millis};
use crate::slo::window::{Held, OUTLOOK};
use crate::text::Time;

impl Track {
    /// Sums every window again if anything about them changed; whether it did.
    pub(super) fn sum(&mut self, now: Now) -> bool {
        let rolled = self.period.roll(now.at);
        let turned = self.excluded.is_some() && self.turn(now);
        if self.summed && !rolled && !turned {
            return false;
        }
        (self.summed, self.judged) = (true, false);
        match self.leaves_out() {
            None => self.sum_all(),
            Some(excluded) => self.sum_without(&excluded),
        }
        self.stand(now.at);
        true
    }

    fn sum_all(&mut self) {
        self.parts.iter_mut().for_each(Part::settle);
        self.sum_windows(None);
        (self.held, self.whole) = (self.sum_period(), None);
    }

    /// As [`sum_all`](Self::sum_all), leaving out what is excluded. While it lasts, windows show what
    /// happens all the same: the alerts it causes are recorded, and go to nobody.
    fn sum_without(&mut self, excluded: &Excluded) {
        self.parts.iter_mut().for_each(Part::settle);
        self.sum_windows(self.suppressed.is_none().then_some(excluded));
        let Some(oldest) = self.newest else { return };
        let so_far = self.period.until(oldest);
        let counted = so_far.millis() - excluded.millis(so_far);
        let held = |part: &Part| Held::of(part.without(so_far, excluded), part.weight, counted);
        let held = self.parts.iter().map(held).reduce(Held::and).unwrap_or_default();
        (self.held, self.whole) = (held, Some(self.sum_period()));
    }

    fn sum_windows(&mut self, out: Option<&Excluded>) {
        let Some((first, rest)) = self.parts.split_first_mut() else { return };
        for (place, window) in self.windows.all_mut().iter_mut().enumerate() {
            let mut held = Held::of(first.window(place, out), first.weight, window.width);
            for part in &mut *rest {
                held = held.and(Held::of(part.window(place, out), part.weight, window.width));
            }
            window.held = held;
        }
        self.sum_earlier(out);
    }

    /// The hour before the last: what two hours hold more than one.
    fn sum_earlier(&mut self, out: Option<&Excluded>) {
        let (one, two) = (self.windows.outlook, self.windows.lookback);
        let hour = millis(OUTLOOK);
        self.earlier = match self.parts.as_mut_slice() {
            [only] => {
                let sum = self.windows.held(two).sum - self.windows.held(one).sum;
                Held::of(sum, only.weight, hour)
            }
            parts => {
                let held = |part: &mut Part| {
                    Held::of(part.window(two, out) - part.window(one, out), part.weight, hour)
                };
                parts.iter_mut().map(held).reduce(Held::and).unwrap_or_default()
            }
        };
    }

    fn sum_period(&mut self) -> Held {
        let Some(oldest) = self.newest else { return Held::default() };
        let so_far = self.period.until(oldest);
        let held = |part: &mut Part| Held::of(part.period(so_far.from), part.weight, so_far.millis());
        self.parts.iter_mut().map(held).reduce(Held::and).unwrap_or_default()
    }

    /// The exclusions, if any touches what the sums are of.
    fn leaves_out(&self) -> Option<Arc<Excluded>> {
        let excluded = self.excluded.as_ref()?;
        let newest = self.parts.iter().filter_map(Part::newest).max()?;
        let oldest = self.period.until(self.newest?).from;
        let longest = self.windows.longest();
        let span = Span { from: oldest.min(newest.saturating_sub(longest)), to: newest };
        excluded.touches(span).then(|| Arc::clone(excluded))
    }

    /// Notices that an exclusion began or ended: `now` lies in one, or the newest count does.
    fn turn(&mut self, now: Now) -> bool {
        let Some(excluded) = &self.excluded else { return false };
        let why = excluded.why(now.ms);
        let why = why.or_else(|| self.newest.and_then(|newest| excluded.why(newest)));
        if self.suppressed.as_deref() == why {
            return false;
        }
        self.suppressed = why.map(str::to_owned);
        true
    }

    /// Where the budget stands after what the period holds. In a calendar the budget is the whole term's:
    /// what burnt so far counts by the share of the term that it took.
    fn stand(&mut self, now: Time) {
        let telling = self.held.coverage >= BUDGET_OBSERVED;
        let consumed = telling.then(|| self.held.burn(self.objective).unwrap_or(0.0) * self.passed());
        self.standing = Standing { consumed, length: self.period.length(), left: self.period.left(now) };
    }

    /// Share of the period that has passed, `0..=1`, of what counts of it; 1 where it rolls on.
    pub(super) fn passed(&self) -> f64 {
        let Some(newest) = self.newest.filter(|_| self.period.is_calendar()) else { return 1.0 };
        let so_far = self.period.until(newest);
        let length = millis(self.period.length());
        let out = self.excluded.as_ref().map_or(0, |excluded| excluded.millis(so_far));
        ((so_far.millis() - out) as f64 / (length - out).max(1) as f64).clamp(0.0, 1.0)
    }
}
