//! One row under evaluation: what its indicators were told, what its windows hold, what its tiers remember.
//!
//! Windows end at the newest observed count, not at `now`: between two polls nothing about them
//! changes, and while data is stale they show the last that was known, marked by its age.

mod row;

use std::sync::Arc;
use std::time::Duration;

use super::alert::{TierState, Transition};
use super::budget::{Spent, Standing};
use super::exclusion::Excluded;
use super::guard::{Guard, Scene};
use super::objective::Slo;
use super::part::{Asked, Part};
use super::period::Period;
use super::reading::Reading;
use super::series::{Counts, Sample, Span, Sum, millis};
use super::sli::{Component, Method, Sli};
use super::window::{self, Held, LOOKBACK, OUTLOOK, Window, windows};
use crate::text::{Time, when};

/// Data may be this old before it is stale, at the least (max(60 s, 3 intervals)).
const FRESH: Duration = Duration::from_mins(1);
/// Share of the period that has to be observed before its budget is shown: seven hours of 30 days. The
/// first piece of a Prometheus's history is more; an hour of an outage is no month's budget.
const BUDGET_OBSERVED: f64 = 0.01;

#[derive(Debug, Clone)]
pub struct Track {
    /// Which of the evaluator's SLOs it is a row of.
    pub family: usize,
    pub slo: Box<Slo>,
    /// One, or one for each component of a journey.
    pub parts: Vec<Part>,
    /// Why no source can answer it; until a sample arrives after all.
    unmeasurable: Option<String>,
    /// What went wrong, as the reading says it.
    error: Option<String>,
    windows: Vec<Window>,
    /// Where the last hour and the last two are among the windows.
    outlook: [usize; 2],
    /// What the hour before the last one held.
    earlier: Held,
    period: Period,
    /// What the period holds without what is excluded of it.
    held: Held,
    /// What it holds with it, where anything is.
    whole: Option<Held>,
    standing: Standing,
    /// One for each tier, in their order.
    guards: Vec<Guard>,
    excluded: Option<Arc<Excluded>>,
    /// Why its alerts go to nobody now.
    suppressed: Option<String>,
    pause: Duration,
    /// Revision of the series that the sums are of.
    summed: Option<u64>,
    /// Whether the tiers have looked at those sums.
    judged: bool,
}

impl Track {
    pub fn new(family: usize, slo: Slo, interval: Duration) -> Self {
        let slo = with_tiers(slo);
        let mut track = Self {
            family,
            parts: Vec::new(),
            unmeasurable: None,
            error: None,
            windows: Vec::new(),
            outlook: [0; 2],
            earlier: Held::default(),
            period: Period::of(&slo),
            held: Held::default(),
            whole: None,
            standing: Standing::default(),
            guards: Vec::new(),
            excluded: None,
            suppressed: None,
            pause: fresh(interval),
            summed: None,
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
        self.arrange(&old.tiers);
    }

    /// Whether any of its history is a history of `slo` too.
    pub fn measures(&self, slo: &Slo) -> bool {
        let of_slo = components(slo);
        self.slo.source == slo.source
            && self.slo.by == slo.by
            && self.parts.iter().any(|part| of_slo.iter().any(|asked| part.measures(asked, slo.method)))
    }

    pub fn set_interval(&mut self, interval: Duration) {
        self.pause = fresh(interval);
        self.parts.iter_mut().for_each(|part| part.intake.pause = self.pause);
    }

    pub fn set_excluded(&mut self, excluded: Option<Arc<Excluded>>) {
        if self.excluded != excluded {
            self.excluded = excluded;
            self.suppressed = None;
            self.summed = None;
        }
    }

    /// What one of its indicators brought.
    pub fn observe(&mut self, part: usize, at: Time, outcome: Result<Sample, String>) {
        let Some(part) = self.parts.get_mut(part) else { return };
        if outcome.is_ok() {
            self.unmeasurable = None;
        }
        part.observe(at, outcome);
        self.find_fault();
    }

    /// What concerns all of its indicators.
    pub fn fail(&mut self, why: &str) {
        self.parts.iter_mut().for_each(|part| part.trouble = Some(why.to_owned()));
        self.find_fault();
    }

    pub fn unmeasurable(&mut self, why: String) {
        self.unmeasurable = Some(why);
        self.find_fault();
    }

    pub fn restore(&mut self, part: usize, end: Time, buckets: Vec<Option<Counts>>) {
        if let Some(part) = self.parts.get_mut(part) {
            part.restore(end, buckets);
        }
    }

    /// Brings the reading up to `now`; appends what changed.
    pub fn evaluate(&mut self, now: Time, reading: &mut Reading, transitions: &mut Vec<Transition>) {
        let summed = self.sum(now);
        let age = self.age(now);
        if self.can_judge(age) && (!self.judged || self.is_waiting()) {
            self.judged = true;
            self.step(now, transitions);
            self.write_tiers(reading);
        }
        if summed {
            self.write_sums(reading);
        }
        self.write_moment(now, age, reading);
    }

    /// Age of the newest count, of the component that is furthest behind; `None` where one has none.
    pub fn age(&self, now: Time) -> Option<Duration> {
        self.newest().and_then(Time::from_timestamp_millis).map(|newest| when::since(newest, now))
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
        let parts = self.parts.iter().map(|part| (part.weight, part.intake.series.window(span)));
        Held::joined(parts, 0).burn(self.slo.objective)
    }

    /// What a stretch held; of a journey the events of all components, observed as far as all were.
    pub fn slice(&self, span: Span) -> Sum {
        let mut sums = self.parts.iter().map(|part| part.intake.series.window(span));
        let first = sums.next().unwrap_or_default();
        sums.fold(first, |all, one| Sum { observed_ms: all.observed_ms.min(one.observed_ms), ..all + one })
    }

    /// Lays out parts, windows and guards as the SLO wants them, keeping what goes on.
    fn arrange(&mut self, old_tiers: &[super::alert::Tier]) {
        self.windows = windows(&self.slo);
        self.outlook = [OUTLOOK, LOOKBACK].map(|width| window::place(&self.windows, width));
        let longest = self.windows.last().map_or(Duration::ZERO, |window| window.width);
        let keep = self.slo.history().max(longest);
        self.arrange_parts(keep);
        let old = std::mem::take(&mut self.guards);
        let guard = |tier| {
            let mut known = old_tiers.iter().zip(&old);
            let known = known.find(|(old, _)| *old == tier);
            known.map_or_else(
                || Guard::new(tier, &self.windows),
                |(_, guard)| guard.moved(tier, &self.windows),
            )
        };
        self.guards = self.slo.tiers.iter().map(guard).collect();
        (self.summed, self.judged) = (None, false);
    }

    fn arrange_parts(&mut self, keep: Duration) {
        let mut old = std::mem::take(&mut self.parts);
        let (method, pause, period) = (self.slo.method, self.pause, self.slo.period);
        for component in components(&self.slo) {
            let known = old.iter().position(|part| part.measures(&component, method));
            let mut part = match known {
                Some(at) => old.swap_remove(at),
                None => Part::new(Asked { component: &component, method, keep, pause }),
            };
            part.weight = self.weight(&component);
            part.intake.series.keep(keep);
            part.set_windows(self.windows.iter().map(|window| window.width), period);
            self.parts.push(part);
        }
    }

    /// Of slices that are good or bad as a whole, a journey's is bad where any component's is: their bad
    /// shares add in full. That is exact where they fail at different times, and never too little.
    fn weight(&self, component: &Component) -> f64 {
        if matches!(self.slo.method, Method::Timeslices { .. }) { 1.0 } else { component.weight }
    }

    fn newest(&self) -> Option<i64> {
        let newest = self.parts.iter().map(Part::newest).min();
        newest.flatten()
    }

    /// Sums every window again if anything about them changed; whether it did.
    fn sum(&mut self, now: Time) -> bool {
        let rolled = self.period.roll(now);
        let turned = self.excluded.is_some() && self.turn(now);
        let revision = Some(self.parts.iter().map(|part| part.intake.series.revision()).sum());
        if self.summed == revision && !rolled && !turned {
            return false;
        }
        self.summed = revision;
        self.judged = false;
        match self.leaves_out() {
            None => self.sum_all(),
            Some(excluded) => self.sum_without(&excluded),
        }
        self.stand(now);
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
        let Some(oldest) = self.newest() else { return };
        let so_far = self.period.until(oldest);
        let parts = self.parts.iter().map(|part| (part.weight, part.without(so_far, excluded)));
        let held = Held::joined(parts, so_far.millis() - excluded.millis(so_far));
        (self.held, self.whole) = (held, Some(self.sum_period()));
    }

    fn sum_windows(&mut self, out: Option<&Excluded>) {
        for (place, window) in self.windows.iter_mut().enumerate() {
            let parts = self.parts.iter_mut().map(|part| (part.weight, part.window(place, out)));
            window.held = Held::joined(parts, window.millis());
        }
        let [hour, two] = self.outlook;
        let earlier = |part: &mut Part| part.window(two, out) - part.window(hour, out);
        let parts = self.parts.iter_mut().map(|part| (part.weight, earlier(part)));
        self.earlier = Held::joined(parts, millis(OUTLOOK));
    }

    fn sum_period(&mut self) -> Held {
        let Some(oldest) = self.newest() else { return Held::default() };
        let so_far = self.period.until(oldest);
        let parts = self.parts.iter_mut().map(|part| (part.weight, part.period(so_far.from)));
        Held::joined(parts, so_far.millis())
    }

    /// The exclusions, if any touches what the sums are of.
    fn leaves_out(&self) -> Option<Arc<Excluded>> {
        let excluded = self.excluded.as_ref()?;
        let newest = self.parts.iter().filter_map(Part::newest).max()?;
        let oldest = self.period.until(self.newest()?).from;
        let longest = self.windows.last().map_or(0, |window| millis(window.width));
        let span = Span { from: oldest.min(newest.saturating_sub(longest)), to: newest };
        excluded.touches(span).then(|| Arc::clone(excluded))
    }

    /// Notices that an exclusion began or ended: `now` lies in one, or the newest count does.
    fn turn(&mut self, now: Time) -> bool {
        let Some(excluded) = &self.excluded else { return false };
        let why = excluded.why(now.timestamp_millis());
        let why = why.or_else(|| self.newest().and_then(|newest| excluded.why(newest)));
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
        let consumed = telling.then(|| self.held.burn(self.slo.objective).unwrap_or(0.0) * self.passed());
        self.standing = Standing { consumed, length: self.period.length(), left: self.period.left(now) };
    }

    /// Share of the period that has passed, `0..=1`, of what counts of it; 1 where it rolls on.
    fn passed(&self) -> f64 {
        let Some(newest) = self.newest().filter(|_| self.slo.calendar.is_some()) else { return 1.0 };
        let so_far = self.period.until(newest);
        let length = millis(self.period.length());
        let out = self.excluded.as_ref().map_or(0, |excluded| excluded.millis(so_far));
        ((so_far.millis() - out) as f64 / (length - out).max(1) as f64).clamp(0.0, 1.0)
    }

    /// Without fresh data tiers keep their state: nothing fires on old news, and silence resolves nothing.
    fn can_judge(&self, age: Option<Duration>) -> bool {
        self.unmeasurable.is_none() && age.is_some_and(|age| self.is_fresh(age))
    }

    fn is_fresh(&self, age: Duration) -> bool {
        let lag = self.parts.iter().map(|part| part.intake.lag()).max().unwrap_or_default();
        age <= self.pause.saturating_add(lag)
    }

    /// Whether time alone may change a tier.
    fn is_waiting(&self) -> bool {
        self.guards.iter().any(|guard| guard.state() == TierState::Pending)
    }

    fn step(&mut self, now: Time, transitions: &mut Vec<Transition>) {
        let scene = Scene {
            windows: &self.windows,
            period: &self.held,
            standing: &self.standing,
            objective: self.slo.objective,
            min_events: self.slo.min_events,
        };
        let hush = self.suppressed.is_some();
        for (tier, guard) in self.slo.tiers.iter().zip(&mut self.guards) {
            if let Some(change) = guard.look(&scene, now, hush) {
                let told =
                    row::Told { slo: &self.slo, suppressed: self.suppressed.as_deref(), at: now, change };
                transitions.push(told.transition(tier, guard.held(&scene), &scene));
            }
        }
    }

    fn spent_of(&self, part: &Part, span: Span) -> Option<Spent> {
        let newest = part.newest()?;
        let within = |span| match &self.excluded {
            None => part.intake.series.window(span),
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
            let part = self.parts.iter().find(|part| part.trouble.is_some())?;
            let why = part.trouble.as_deref()?;
            Some(if part.name.is_empty() { why.to_owned() } else { format!("{}: {why}", part.name) })
        });
    }
}

fn with_tiers(mut slo: Slo) -> Slo {
    slo.tiers = slo.effective_tiers();
    slo
}

/// The indicators of an SLO; one that is no journey is its own only component, without a name.
fn components(slo: &Slo) -> Vec<Component> {
    match &slo.sli {
        Sli::Journey(components) => components.clone(),
        sli => vec![Component { name: String::new(), weight: 1.0, sli: sli.clone(), source: None }],
    }
}

/// How old data may be before it is stale, and how long a pause between scrapes may be.
fn fresh(interval: Duration) -> Duration {
    interval.saturating_mul(3).max(FRESH)
}
