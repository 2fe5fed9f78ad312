//! A tier on duty: where its windows are, what it remembers, and what of that was told to anybody.

use super::alert::{Bar, Rule, Tier, TierState, View, Watch};
use super::budget::Standing;
use super::objective::Objective;
use super::window::{Held, Windows};
use crate::text::Time;

/// One tier of an SLO.
#[derive(Debug, Clone)]
pub struct Guard {
    rule: Rule,
    /// Where its long and its short window are among the SLO's. Without a long one it asks for the period.
    long: Option<u16>,
    short: Option<u16>,
    watch: Watch,
    /// It fires and nobody was alerted, as that was planned; the state before it.
    hushed: Option<TierState>,
}

/// What all tiers of an SLO look at.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub windows: &'a Windows,
    pub period: &'a Held,
    pub standing: &'a Standing,
    pub objective: Objective,
    pub min_events: f64,
}

impl Guard {
    pub fn new(tier: &Tier, windows: &Windows) -> Self {
        let place = |width| u16::try_from(windows.place(width)).unwrap_or(0);
        let long = tier.longest().map(place);
        let short = tier.windows().map(|(_, short)| place(short));
        Self { rule: tier.rule(), long, short, watch: Watch::default(), hushed: None }
    }

    /// The same tier with other windows beside its own; what it remembers stays.
    pub fn moved(&self, tier: &Tier, windows: &Windows) -> Self {
        Self { watch: self.watch, hushed: self.hushed, ..Self::new(tier, windows) }
    }

    pub fn state(&self) -> TierState {
        self.watch.state()
    }

    /// Looks again; the states before and after, where there is something to tell. What began to fire
    /// `hushed` and still does when it no longer is, is told then.
    pub fn look(&mut self, scene: &Scene<'_>, now: Time, hush: bool) -> Option<(TierState, TierState)> {
        let change = self.watch.step(self.rule, &self.view(scene), now);
        if let Some((from, to)) = change {
            self.hushed = (hush && to == TierState::Firing).then_some(from);
            return change;
        }
        let fires = !hush && self.state() == TierState::Firing;
        fires.then(|| self.hushed.take()).flatten().map(|from| (from, TierState::Firing))
    }

    /// What its long and its short window hold; the period and nothing where it has none.
    pub fn held(&self, scene: &Scene<'_>) -> (Held, Held) {
        let at = |place: u16| scene.windows.held(usize::from(place));
        (self.long.map_or(*scene.period, at), self.short.map(at).unwrap_or_default())
    }

    fn view(&self, scene: &Scene<'_>) -> View {
        let (long, short) = self.held(scene);
        let long = long.seen(scene.objective);
        let exhausted_in = match self.rule.bar {
            Bar::ExhaustedIn(_) => scene.standing.exhausted_in(long.burn.unwrap_or(0.0)),
            Bar::Burn(_) | Bar::Consumed(_) => None,
        };
        View {
            long,
            short: short.seen(scene.objective),
            consumed: scene.standing.consumed,
            exhausted_in,
            min_events: scene.min_events,
        }
    }
}
