//! Turns samples into readings and alert transitions. Is told the time, never asks for it; the same
//! calls give the same answers.
//!
//! One SLO's trouble stays its own: a bad sample costs one row, never the others.

use std::collections::HashMap;
use std::time::Duration;

use super::alert::Transition;
use super::budget::Spent;
use super::exclusion::Exclusion;
use super::group::Subject;
use super::objective::Slo;
use super::policy::Policy;
use super::reading::Reading;
use super::series::{Counts, Sample, Span, Sum, millis};
use super::track::Track;
use crate::text::Time;

/// More points than any screen has columns.
const POINTS: usize = 4096;
/// The longest stretch a sparkline can span: more than any history.
const STRETCH: Duration = Duration::from_hours(400 * 24);

/// All SLOs under evaluation.
#[derive(Debug, Clone, Default)]
pub struct Evaluator {
    tracks: Vec<Track>,
    readings: Vec<Reading>,
    /// Where each id is in `tracks`; of two equal ids the first.
    places: HashMap<String, usize>,
    now: Option<Time>,
    exclusions: Vec<Exclusion>,
    policy: Policy,
}

impl Evaluator {
    /// Every SLO begins as `no_data`. One without tiers gets the defaults of its period.
    pub fn new(slos: Vec<Slo>) -> Self {
        let mut evaluator = Self::default();
        evaluator.set_slos(slos);
        evaluator
    }

    /// Goes on with these SLOs. One known by its id keeps its history and the states of the tiers that
    /// stay, unless its queries or its source changed: those counts are of something else.
    pub fn set_slos(&mut self, slos: Vec<Slo>) {
        let tracks = std::mem::take(&mut self.tracks);
        let old = tracks.into_iter().zip(std::mem::take(&mut self.readings));
        let mut old: HashMap<String, (Track, Reading)> =
            old.rev().map(|(track, reading)| (track.slo.id.clone(), (track, reading))).collect();
        self.places.clear();
        for slo in slos {
            let known = old.remove(&slo.id).filter(|(track, _)| track.measures(&slo));
            self.push(slo, known);
        }
    }

    /// How often the SLO's source is polled; 15 s until told. Data older than three intervals, and at
    /// least a minute, is stale.
    pub fn set_interval(&mut self, slo: &str, interval: Duration) {
        if let Some(track) = self.track_mut(slo) {
            track.set_interval(interval);
        }
    }

    /// The planned stretches of all services, in place of those before: they count neither in budgets
    /// nor in windows, and what fires in them alerts nobody.
    pub fn set_exclusions(&mut self, exclusions: Vec<Exclusion>) {
        self.exclusions = exclusions;
    }

    /// What a remaining budget permits, in place of the usual policy.
    pub fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What a poll, or a chunk of history, brought at `at`. An error is shown until the next sound
    /// sample. An unknown SLO is passed over: answers may arrive after it was removed.
    pub fn observe(&mut self, subject: impl Into<Subject>, at: Time, outcome: Result<Sample, String>) {
        let subject = subject.into();
        if let Some(track) = self.track_mut(&subject.indicator) {
            track.observe(at, outcome);
        }
    }

    /// Puts closed buckets back that [`Evaluator::buckets`] gave, the last one ending at `end`, a
    /// multiple of five minutes.
    pub fn restore(&mut self, slo: &str, end: Time, buckets: Vec<Option<Counts>>) {
        if let Some(track) = self.track_mut(slo) {
            track.intake.restore(end, buckets);
        }
    }

    /// No configured source can answer this SLO's queries, and why; until a sample arrives after all.
    pub fn unmeasurable(&mut self, slo: &str, why: String) {
        if let Some(track) = self.track_mut(slo) {
            track.unmeasurable(why);
        }
    }

    /// Brings every reading up to `now`, and says which tiers changed since the last time. Cheap enough
    /// for every tick: an SLO without new samples is not summed again.
    pub fn evaluate(&mut self, now: Time) -> Vec<Transition> {
        self.now = Some(now);
        let mut transitions = Vec::new();
        for (track, reading) in self.tracks.iter_mut().zip(&mut self.readings) {
            track.evaluate(now, reading, &mut transitions);
        }
        transitions
    }

    /// One reading for every SLO, in their order, as of the last `evaluate`.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    pub fn slo(&self, id: &str) -> Option<&Slo> {
        self.track(id).map(|track| &track.slo)
    }

    pub fn slos(&self) -> impl ExactSizeIterator<Item = &Slo> {
        self.tracks.iter().map(|track| &track.slo)
    }

    /// What the stretch from `from` to `to` took out of an SLO's budget, as far as it was observed;
    /// `None` where nothing of it was.
    pub fn spent(&self, slo: &str, from: Time, to: Time) -> Option<Spent> {
        self.track(slo)?.spent(span(from, to))
    }

    /// Burn rates of `points` equal slices of the `window` before the last `evaluate`, the newest
    /// last; `None` for a slice without events.
    pub fn sparkline(&self, slo: &str, window: Duration, points: usize) -> Vec<Option<f64>> {
        let points = points.min(POINTS);
        let (Some(track), Some(now)) = (self.track(slo), self.now) else { return vec![None; points] };
        let width = millis(window.min(STRETCH));
        let start = now.timestamp_millis() - width;
        let edge = |slice: usize| start + width * signed(slice) / signed(points.max(1));
        (0..points).map(|slice| track.burn(Span { from: edge(slice), to: edge(slice + 1) })).collect()
    }

    /// What each of `points` equal slices between two instants held, the oldest first; a slice without
    /// observation has no `observed_ms`.
    pub fn slices(&self, slo: &str, from: Time, to: Time, points: usize) -> Vec<Sum> {
        let points = points.clamp(1, POINTS);
        let Some(track) = self.track(slo) else { return vec![Sum::default(); points] };
        let whole = span(from, to);
        let edge = |slice: usize| whole.from + (whole.to - whole.from) * signed(slice) / signed(points);
        (0..points).map(|at| track.intake.series.window(Span { from: edge(at), to: edge(at + 1) })).collect()
    }

    /// The closed five-minute buckets that begin at or after `from` and end by `to`, by their start,
    /// the oldest first; `None` is a gap. Bad events are bad ones whatever the SLI counts.
    pub fn buckets(&self, slo: &str, from: Time, to: Time) -> Vec<(Time, Option<Counts>)> {
        let Some(track) = self.track(slo) else { return Vec::new() };
        let buckets = track.intake.series.buckets(span(from, to));
        buckets.filter_map(|(start, counts)| Some((Time::from_timestamp_millis(start)?, counts))).collect()
    }

    /// Bytes that an SLO's history takes on the heap.
    pub fn history_bytes(&self, slo: &str) -> usize {
        self.track(slo).map_or(0, |track| track.intake.series.heap_bytes())
    }

    fn push(&mut self, slo: Slo, known: Option<(Track, Reading)>) {
        let fresh = Reading::no_data(&slo);
        self.places.entry(slo.id.clone()).or_insert(self.tracks.len());
        let (track, reading) = match known {
            Some((mut track, old)) => {
                let Reading { slo: id, service, objective, period_s, .. } = fresh;
                track.revise(slo);
                (track, Reading { slo: id, service, objective, period_s, ..old })
            }
            None => (Track::new(slo), fresh),
        };
        self.tracks.push(track);
        self.readings.push(reading);
    }

    fn track(&self, slo: &str) -> Option<&Track> {
        self.tracks.get(*self.places.get(slo)?)
    }

    fn track_mut(&mut self, slo: &str) -> Option<&mut Track> {
        self.tracks.get_mut(*self.places.get(slo)?)
    }
}

fn span(from: Time, to: Time) -> Span {
    Span { from: from.timestamp_millis(), to: to.timestamp_millis() }
}

fn signed(count: usize) -> i64 {
    (count as u64).cast_signed()
}
