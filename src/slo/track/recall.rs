//! What history says of a tier that nobody has watched yet: since when its windows have been over. Without
//! it a `for` would begin anew with every start, and one look could never show such a tier firing.

use super::Now;
use crate::slo::alert::{Bar, is_over};
use crate::slo::exclusion::Excluded;
use crate::slo::held::Held;
use crate::slo::objective::Objective;
use crate::slo::part::Part;
use crate::slo::plan::{Plan, Post};
use crate::slo::series::{Span, millis};
use crate::text::{Time, when};

/// Instants of a `for` that are looked at: a burn that paused for less may be passed over.
const LOOKS: u32 = 20;

/// The counts of a row, and how they are seen.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    pub parts: &'a [Part],
    pub plan: &'a Plan,
    pub excluded: Option<&'a Excluded>,
    pub objective: Objective,
    /// The newest count of all parts; windows ended there and earlier.
    pub newest: Option<i64>,
}

impl Past<'_> {
    /// Since when a tier that is over now has been, at most its `for` ago.
    pub fn over_since(&self, post: &Post, now: Now) -> Time {
        let hold = post.rule.hold;
        let ago = |look: u32| hold.saturating_mul(look) / LOOKS;
        let over = |look: &u32| self.was_over(post, millis(ago(*look)));
        let looks = (1..=LOOKS).take_while(over).count();
        when::before(now.at, ago(u32::try_from(looks).unwrap_or(0)))
    }

    fn was_over(&self, post: &Post, ago: i64) -> bool {
        let (Bar::Burn(factor), Some(newest)) = (post.rule.bar, self.newest) else { return false };
        let end = newest.saturating_sub(ago);
        [post.long, post.short].into_iter().all(|place| {
            let width = place.and_then(|place| self.plan.widths.get(place));
            width.is_some_and(|width| {
                is_over(self.held(end, *width).and_then(|held| held.burn(self.objective)), factor, false)
            })
        })
    }

    fn held(&self, end: i64, width: i64) -> Option<Held> {
        let sum = |part: &Part| match self.excluded {
            Some(excluded) => part.without(excluded.window(end, width), excluded),
            None => part.ground.intake.series.window(Span { from: end.saturating_sub(width), to: end }),
        };
        self.parts.iter().map(|part| Held::of(sum(part), part.weight, width)).reduce(Held::and)
    }
}
