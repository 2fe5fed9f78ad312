//! A tier on duty: what it remembers, and what of that was told to anybody.

use super::alert::{Bar, TierState, View, Watch};
use super::budget::Standing;
use super::held::Held;
use super::objective::Objective;
use super::plan::Post;
use super::track::{Now, Past};

/// The memory of one tier of an SLO.
#[derive(Debug, Clone, Copy, Default)]
pub struct Guard {
    watch: Watch,
    /// It fires and nobody was alerted, as that was planned; the state before it.
    hushed: Option<TierState>,
}

/// What all tiers of an SLO look at.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// By their place in the plan.
    pub windows: &'a [Held],
    pub period: &'a Held,
    pub standing: &'a Standing,
    pub objective: Objective,
    pub min_events: f64,
    /// Nobody is alerted, as this was planned.
    pub hush: bool,
    /// What a first look asks.
    pub past: Past<'a>,
}

impl Guard {
    pub fn state(&self) -> TierState {
        self.watch.state()
    }

    /// Looks again; the states before and after, where there is something to tell. What began to fire
    /// hushed and still does when it no longer is, is told then.
    pub fn look(&mut self, post: &Post, scene: &Scene<'_>, now: Now) -> Option<(TierState, TierState)> {
        let hush = scene.hush;
        let history = || scene.past.over_since(post, now);
        let change = self.watch.step_after(post.rule, &scene.view(post), now.at, history);
        if let Some((from, to)) = change {
            self.hushed = (hush && to == TierState::Firing).then_some(from);
            return change;
        }
        let fires = !hush && self.state() == TierState::Firing;
        fires.then(|| self.hushed.take()).flatten().map(|from| (from, TierState::Firing))
    }
}

impl Scene<'_> {
    /// What the long and the short window of a tier hold; the period and nothing where it has none.
    pub fn held(&self, post: &Post) -> (&Held, Option<&Held>) {
        let at = |place: usize| self.windows.get(place);
        (post.long.and_then(at).unwrap_or(self.period), post.short.and_then(at))
    }

    fn view(&self, post: &Post) -> View {
        let (long, short) = self.held(post);
        let long = long.seen(self.objective);
        let exhausted_in = match post.rule.bar {
            Bar::ExhaustedIn(_) => self.standing.exhausted_in(long.burn.unwrap_or(0.0)),
            Bar::Burn(_) | Bar::Consumed(_) => None,
        };
        View {
            long,
            short: short.map(|short| short.seen(self.objective)).unwrap_or_default(),
            consumed: self.standing.consumed,
            exhausted_in,
            min_events: self.min_events,
        }
    }
}
