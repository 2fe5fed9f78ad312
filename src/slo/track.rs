//! One row under evaluation: what its indicators were told, what its windows hold, what its tiers remember.
//!
//! Windows end at the newest observed count, not at `now`: between two polls nothing about them
//! changes, and while data is stale they show the last that was known, marked by its age.

mod recall;
mod row;
mod sums;

pub use recall::Past;
pub use sums::Sums;

use std::sync::Arc;
use std::time::Duration;

use smallvec::SmallVec;

use super::alert::{TierState, Transition};
use super::budget::Spent;
use super::exclusion::Excluded;
use super::guard::{Guard, Scene};
use super::held::Held;
use super::history::BUCKET_MS;
use super::objective::{Objective, Slo};
use super::part::{Asked, Part};
use super::period::Period;
use super::plan::Plan;
use super::policy::Policy;
use super::reading::{Reading, SloState};
use super::series::{Counts, Sample, Span, Sum, millis};
use super::sli::{Component, Method};
use crate::text::Time;

/// Data may be this old before it is stale, at the least (max(60 s, 3 intervals)).
const FRESH: Duration = Duration::from_mins(1);
/// Share of the period that has to be observed before its budget is shown: seven hours of 30 days. The
/// first piece of a Prometheus's history is more; an hour of an outage is no month's budget.
const BUDGET_OBSERVED: f64 = 0.01;

/// The moment of an evaluation, and its milliseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    pub at: Time,
    pub ms: i64,
}

impl From<Time> for Now {
    fn from(at: Time) -> Self {
        Self { at, ms: at.timestamp_millis() }
    }
}

/// One evaluation of all rows: when it is, what changed, and room to count in.
#[derive(Debug)]
pub struct Round<'a> {
    pub now: Now,
    pub policy: &'a Policy,
    pub sums: Sums,
    pub transitions: Vec<Transition>,
}

/// What every look at every row reads lies within it, not behind pointers: ten thousand rows far apart in
/// memory cost as much to find as to judge.
#[derive(Debug, Clone)]
pub struct Track {
    /// Which of the evaluator's SLOs it is a row of.
    pub family: usize,
    pub slo: Box<Slo>,
    /// One, or one for each component of a journey.
    pub parts: SmallVec<[Part; 1]>,
    /// Why no source can answer it; until a sample arrives after all.
    unmeasurable: Option<String>,
    /// What went wrong, as the reading says it.
    error: Option<String>,
    /// Shared with all SLOs that have the same.
    plan: Arc<Plan>,
    period: Period,
    /// One for each tier, in their order.
    guards: SmallVec<[Guard; 4]>,
    excluded: Option<Arc<Excluded>>,
    /// Why its alerts go to nobody now.
    suppressed: Option<String>,
    pause: Duration,
    /// Milliseconds after which its numbers are stale.
    patience: i64,
    /// As the SLO has them, beside what they are needed with.
    objective: Objective,
    min_events: f64,
    /// What the row says while its data is fresh.
    verdict: SloState,
    /// Whether time alone may change a tier.
    waiting: bool,
    /// The newest count of the component that is furthest behind; `None` where one has none.
    newest: Option<i64>,
    /// Whether the sums are of all that was told.
    summed: bool,
    /// Whether the tiers have looked at those sums.
    judged: bool,
}

impl Track {
    pub fn new(family: usize, slo: Slo, interval: Duration) -> Self {
        let slo = with_tiers(slo);
        let mut track = Self {
            family,
            parts: SmallVec::new(),
            unmeasurable: None,
            error: None,
            plan: Arc::new(Plan::of(&slo)),
            period: Period::of(&slo),
            guards: SmallVec::new(),
            excluded: None,
            suppressed: None,
            pause: fresh(interval),
            patience: 0,
            objective: slo.objective,
            min_events: slo.min_events,
            verdict: SloState::NoData,
            waiting: false,
            newest: None,
            summed: false,
            judged: false,
            slo: Box::new(slo),
        };
        track.arrange(&[]);
        track
    }

    /// Goes on as `slo` with the history of the indicators that stay; tiers that stay keep their state.
    pub fn revise(&mut self, slo: Slo) {
        let old = std::mem::replace(&mut *self.slo, with_tiers(slo));
        self.period = Period::of(&self.slo);
        self.plan = Arc::new(Plan::of(&self.slo));
        if self.unmeasurable.take().is_some() {
            self.find_fault();
        }
        self.arrange(&old.tiers);
    }

    /// Whether any of its history is a history of `slo` too.
    pub fn measures(&self, slo: &Slo) -> bool {
        let of_slo = slo.sli.components();
        self.slo.source == slo.source
            && self.slo.by == slo.by
            && self.parts.iter().any(|part| of_slo.iter().any(|asked| part.measures(asked, slo.method)))
    }

    pub fn set_interval(&mut self, interval: Duration) {
        self.pause = fresh(interval);
        self.parts.iter_mut().for_each(|part| part.ground.intake.pause = self.pause);
        self.wait_for_parts();
    }

    pub fn set_excluded(&mut self, excluded: Option<Arc<Excluded>>) {
        if self.excluded != excluded {
            self.excluded = excluded;
            self.suppressed = None;
            self.summed = false;
        }
    }

    /// Sums and tells everything again at the next evaluation, though nothing new was heard.
    pub fn refresh(&mut self) {
        self.summed = false;
    }

    /// What one of its indicators brought.
    pub fn observe(&mut self, part: usize, at: Time, outcome: Result<Sample, String>) {
        let Some(part) = self.parts.get_mut(part) else { return };
        if outcome.is_ok() {
            self.unmeasurable = None;
        }
        part.observe(at, outcome);
        part.gather(&self.plan, &self.period);
        self.heard();
        self.find_fault();
    }

    /// What concerns all of its indicators.
    pub fn fail(&mut self, why: &str) {
        self.parts.iter_mut().for_each(|part| part.ground.trouble = Some(why.to_owned()));
        self.find_fault();
    }

    pub fn unmeasurable(&mut self, why: String) {
        self.unmeasurable = Some(why);
        self.find_fault();
    }

    pub fn restore(&mut self, part: usize, end: Time, buckets: Vec<Option<Counts>>) {
        if let Some(part) = self.parts.get_mut(part) {
            part.ground.intake.restore(end, buckets);
            part.gather(&self.plan, &self.period);
            self.heard();
        }
    }

    /// Brings the reading up to now; adds what changed to the round.
    pub fn evaluate(&mut self, round: &mut Round<'_>, reading: &mut Reading) {
        let now = round.now;
        let turned = self.turn(now);
        let age = self.age(now.ms);
        let judging = self.can_judge(age);
        if turned || !self.summed || (judging && (self.waiting || !self.judged)) {
            self.summed = true;
            self.sum(now, &mut round.sums);
            self.write_sums(&round.sums, round.policy, reading);
            self.judged = judging;
            if judging {
                self.step(round, reading);
            }
        }
        self.write_moment(now.at, age, reading);
    }

    /// Milliseconds since the newest count, of the component that is furthest behind; `None` where one has
    /// none. A count far ahead is of before the clock was set back: as old as it is ahead.
    pub fn age(&self, now: i64) -> Option<i64> {
        let since = now.saturating_sub(self.newest?);
        Some(if since < -BUCKET_MS { since.saturating_neg() } else { since.max(0) })
    }

    /// Shares the plan of another SLO that has the same; whether it has.
    pub fn share(&mut self, plan: &Arc<Plan>) -> bool {
        let same = self.plan == *plan;
        if same {
            self.plan = Arc::clone(plan);
        }
        same
    }

    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    pub fn is_firing(&self) -> bool {
        self.guards.iter().any(|guard| guard.state() == TierState::Firing)
    }

    /// What a stretch took out of the budget; `None` where nothing of it was observed.
    pub fn spent(&self, span: Span) -> Option<Spent> {
        let mut spent: Option<Spent> = None;
        for part in &self.parts {
            let Some(own) = self.spent_of(part, span) else { continue };
            let share = own.budget_share.map(|share| share * part.weight);
            let sum = spent.get_or_insert(Spent { bad: 0.0, total: 0.0, budget_share: None });
            sum.bad += own.bad;
            sum.total += own.total;
            sum.budget_share =
                share.map(|share| share + sum.budget_share.unwrap_or(0.0)).or(sum.budget_share);
        }
        spent
    }

    pub fn burn(&self, span: Span) -> Option<f64> {
        let held = |part: &Part| Held::of(part.ground.intake.series.window(span), part.weight, span.millis());
        self.parts.iter().map(held).reduce(Held::and)?.burn(self.objective)
    }

    /// What a stretch held; of a journey the events of all components, observed as far as all were.
    pub fn slice(&self, span: Span) -> Sum {
        let mut sums = self.parts.iter().map(|part| part.ground.intake.series.window(span));
        let first = sums.next().unwrap_or_default();
        sums.fold(first, |all, one| Sum { observed_ms: all.observed_ms.min(one.observed_ms), ..all + one })
    }

    /// Lays out parts, windows and guards as the SLO wants them, keeping what goes on.
    fn arrange(&mut self, old_tiers: &[super::alert::Tier]) {
        let longest = u64::try_from(self.plan.longest()).unwrap_or(0);
        let keep = self.slo.history().max(Duration::from_millis(longest));
        self.arrange_parts(keep);
        let old = std::mem::take(&mut self.guards);
        let guard = |tier| {
            let mut known = old_tiers.iter().zip(&old);
            known.find(|(old, _)| *old == tier).map(|(_, guard)| *guard).unwrap_or_default()
        };
        self.guards = self.slo.tiers.iter().map(guard).collect();
        (self.objective, self.min_events) = (self.slo.objective, self.slo.min_events);
        self.heard();
    }

    /// Something new is to be summed and judged.
    fn heard(&mut self) {
        self.newest = self.parts.iter().map(Part::newest).min().flatten();
        (self.summed, self.judged) = (false, false);
        self.wait_for_parts();
    }

    fn gather(&mut self) {
        self.parts.iter_mut().for_each(|part| part.gather(&self.plan, &self.period));
    }

    fn wait_for_parts(&mut self) {
        let lag = self.parts.iter().map(|part| part.ground.intake.lag()).max().unwrap_or_default();
        self.patience = millis(self.pause.saturating_add(lag));
    }

    fn arrange_parts(&mut self, keep: Duration) {
        let mut old = std::mem::take(&mut self.parts);
        let (method, pause) = (self.slo.method, self.pause);
        for component in self.slo.sli.components() {
            let known = old.iter().position(|part| part.measures(&component, method));
            let mut part = match known {
                Some(at) => old.swap_remove(at),
                None => Part::new(Asked { component: &component, method, keep, pause }),
            };
            part.weight = self.weight(&component);
            part.ground.intake.series.keep(keep);
            part.gather(&self.plan, &self.period);
            self.parts.push(part);
        }
    }

    /// Of slices that are good or bad as a whole, a journey's is bad where any component's is: their bad
    /// shares add in full. That is exact where they fail at different times, and never too little.
    fn weight(&self, component: &Component) -> f64 {
        if matches!(self.slo.method, Method::Timeslices { .. }) { 1.0 } else { component.weight }
    }

    /// Without fresh data tiers keep their state: nothing fires on old news, and silence resolves nothing.
    fn can_judge(&self, age: Option<i64>) -> bool {
        self.unmeasurable.is_none() && age.is_some_and(|age| age <= self.patience)
    }

    /// Lets every tier look at the sums.
    fn step(&mut self, round: &mut Round<'_>, reading: &mut Reading) {
        let Round { now, sums, transitions, .. } = round;
        let (objective, min_events) = (self.objective, self.min_events);
        let Sums { windows, period, standing, .. } = &*sums;
        let plan = &self.plan;
        let hush = self.suppressed.is_some();
        let excluded = self.excluded.as_deref().filter(|_| !hush);
        let past = Past { parts: &self.parts, plan, excluded, objective, newest: self.newest };
        let scene = Scene { windows, period, standing, objective, min_events, hush, past };
        let quiet = windows.get(plan.quiet).is_some_and(|held| held.sum.total <= 0.0);
        let mut verdict = row::Verdict::of(reading.budget, quiet);
        self.waiting = false;
        for (place, (guard, post)) in self.guards.iter_mut().zip(&plan.posts).enumerate() {
            let before = guard.state();
            let change = guard.look(post, &scene, *now);
            let state = guard.state();
            verdict.hear(state, Some(post.severity) == plan.gravest);
            self.waiting |= state == TierState::Pending;
            if let Some(alert) = reading.alerts.get_mut(place).filter(|_| state != before) {
                alert.state = state;
            }
            if let (Some(change), Some(tier)) = (change, self.slo.tiers.get(place)) {
                let told =
                    row::Told { slo: &self.slo, suppressed: self.suppressed.as_deref(), at: now.at, change };
                transitions.push(told.transition(tier, post, &scene));
            }
        }
        self.verdict = verdict.state();
    }

    fn spent_of(&self, part: &Part, span: Span) -> Option<Spent> {
        let newest = part.newest()?;
        let within = |span| match &self.excluded {
            None => part.ground.intake.series.window(span),
            Some(excluded) => part.without(span, excluded),
        };
        let stretch = within(Span { to: span.to.min(newest), ..span });
        let period = within(self.period.until(newest));
        let spent = Spent::of(&stretch, &period, self.slo.objective);
        let budget_share = spent.budget_share.map(|share| share * self.passed());
        (stretch.observed_ms > 0.0).then_some(Spent { budget_share, ..spent })
    }

    fn find_fault(&mut self) {
        self.error = self.unmeasurable.clone().or_else(|| {
            let part = self.parts.iter().find(|part| part.ground.trouble.is_some())?;
            let why = part.ground.trouble.as_deref()?;
            Some(if part.ground.name.is_empty() {
                why.to_owned()
            } else {
                format!("{}: {why}", part.ground.name)
            })
        });
    }
}

fn with_tiers(mut slo: Slo) -> Slo {
    slo.tiers = slo.effective_tiers();
    slo
}

/// How old data may be before it is stale, and how long a pause between scrapes may be.
fn fresh(interval: Duration) -> Duration {
    interval.saturating_mul(3).max(FRESH)
}
