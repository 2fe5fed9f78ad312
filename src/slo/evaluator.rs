//! Turns samples into readings and alert transitions. Is told the time, never asks for it; the same
//! calls give the same answers.
//!
//! One SLO's trouble stays its own: a bad sample costs one row, never the others.

mod past;
mod rows;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::alert::Transition;
use super::exclusion::{Excluded, Exclusion};
use super::family::Family;
use super::group::Subject;
use super::objective::Slo;
use super::plan::Plan;
use super::policy::Policy;
use super::reading::Reading;
use super::series::{Counts, Sample};
use super::track::{Now, Round, Sums, Track};
use crate::text::Time;

/// All SLOs under evaluation.
#[derive(Debug, Clone, Default)]
pub struct Evaluator {
    /// As configured.
    families: Vec<Family>,
    /// One for every row, in the order of the families and in each by group.
    tracks: Vec<Track>,
    readings: Vec<Reading>,
    /// Which family an indicator or an SLO is of, by id; of two equal ids the first.
    asked: HashMap<String, Asked>,
    /// Where each row is, by its id.
    places: HashMap<String, Place>,
    /// The families that have a row for each group.
    grouped: Vec<usize>,
    /// Groups came or went since the rows were last in order.
    unsorted: bool,
    /// The plans of the rows, each once.
    plans: Vec<Arc<Plan>>,
    sums: Sums,
    now: Option<Time>,
    excluded: HashMap<String, Arc<Excluded>>,
    policy: Policy,
}

/// What an answer of a source is about.
#[derive(Debug, Clone, Copy)]
struct Asked {
    family: usize,
    /// Which of the SLO's indicators; `None` is the SLO of several.
    part: Option<usize>,
}

/// A row, or one of its indicators.
#[derive(Debug, Clone, Copy)]
struct Place {
    track: usize,
    part: Option<usize>,
}

impl Evaluator {
    /// Every SLO begins as `no_data`. One without tiers gets the defaults of its period.
    pub fn new(slos: Vec<Slo>) -> Self {
        let mut evaluator = Self::default();
        evaluator.set_slos(slos);
        evaluator
    }

    /// How often the SLO's source is polled; 15 s until told. Data older than three intervals, and at
    /// least a minute, is stale.
    pub fn set_interval(&mut self, slo: &str, interval: Duration) {
        let Some(Asked { family, .. }) = self.asked.get(slo).copied() else { return };
        self.families[family].interval = interval;
        self.each_row(family, |track| track.set_interval(interval));
    }

    /// The planned stretches of all services, in place of those before: they count neither in budgets
    /// nor in windows, and what fires in them alerts nobody.
    pub fn set_exclusions(&mut self, exclusions: Vec<Exclusion>) {
        let mut by_service: HashMap<String, Vec<Exclusion>> = HashMap::new();
        for exclusion in exclusions {
            by_service.entry(exclusion.service.clone()).or_default().push(exclusion);
        }
        let excluded = by_service.into_iter().map(|(service, own)| (service, Arc::new(Excluded::of(&own))));
        self.excluded = excluded.collect();
        for track in &mut self.tracks {
            track.set_excluded(self.excluded.get(&track.slo.service).cloned());
        }
    }

    /// What a remaining budget permits, in place of the usual policy.
    pub fn set_policy(&mut self, policy: Policy) {
        self.policy = policy;
        self.tracks.iter_mut().for_each(Track::refresh);
    }

    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What a poll, or a chunk of history, brought at `at`. An error is shown until the next sound
    /// sample. An unknown SLO is passed over: answers may arrive after it was removed.
    ///
    /// Of a grouped SLO, the first answer for a group makes its row; what names no group concerns all.
    pub fn observe(&mut self, subject: impl Into<Subject>, at: Time, outcome: Result<Sample, String>) {
        let subject = subject.into();
        let Some(Asked { family, part }) = self.asked.get(&subject.indicator).copied() else { return };
        let about_all = part.is_none() || self.families[family].is_grouped() == subject.group.is_empty();
        match (part, outcome) {
            (Some(part), outcome) if !about_all => {
                if let Some(row) = self.row_of(family, &subject.group, outcome.is_ok()) {
                    self.tracks[row].observe(part, at, outcome);
                }
            }
            (_, Err(why)) => self.each_row(family, |track| track.fail(&why)),
            (_, Ok(_)) => {
                let why = self.misaddressed(family);
                self.each_row(family, |track| track.fail(&why));
            }
        }
    }

    /// Puts closed buckets back that [`Evaluator::buckets`] gave, the last one ending at `end`, a
    /// multiple of five minutes. The history of a journey is that of its components, `id/name`.
    pub fn restore(&mut self, subject: impl Into<Subject>, end: Time, buckets: Vec<Option<Counts>>) {
        let subject = subject.into();
        let Some(Asked { family, part: Some(part) }) = self.asked.get(&subject.indicator).copied() else {
            return;
        };
        if let Some(row) = self.row_of(family, &subject.group, true) {
            self.tracks[row].restore(part, end, buckets);
        }
    }

    /// No configured source can answer this SLO's queries, and why; until a sample arrives after all.
    pub fn unmeasurable(&mut self, slo: &str, why: String) {
        let Some(Asked { family, .. }) = self.asked.get(slo).copied() else { return };
        self.each_row(family, |track| track.unmeasurable(why.clone()));
        self.families[family].unmeasurable = Some(why);
    }

    /// Brings every reading up to `now`, and says which tiers changed since the last time. Cheap enough
    /// for every tick: an SLO without new samples is not summed again.
    pub fn evaluate(&mut self, now: Time) -> Vec<Transition> {
        self.now = Some(now);
        let now = Now::from(now);
        self.drop_gone(now.ms);
        self.sort_rows();
        let sums = std::mem::take(&mut self.sums);
        let mut round = Round { now, policy: &self.policy, sums, transitions: Vec::new() };
        for (track, reading) in self.tracks.iter_mut().zip(&mut self.readings) {
            track.evaluate(&mut round, reading);
        }
        self.sums = round.sums;
        round.transitions
    }

    /// One reading for every row, in their order, as of the last `evaluate`.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// The SLO of a row; of a grouped one also as it was configured.
    pub fn slo(&self, id: &str) -> Option<&Slo> {
        let row = self.places.get(id).map(|place| &*self.tracks[place.track].slo);
        row.or_else(|| self.asked.get(id).map(|asked| &self.families[asked.family].spec))
    }

    /// The SLO of every row.
    pub fn slos(&self) -> impl ExactSizeIterator<Item = &Slo> {
        self.tracks.iter().map(|track| &*track.slo)
    }

    fn misaddressed(&self, family: usize) -> String {
        let spec = &self.families[family].spec;
        if spec.by.is_empty() {
            "answer: it names a group, or none of the components: left out (check the query)".to_owned()
        } else {
            format!("answer: it has no {}: left out (keep the labels in the query)", spec.by.join(", "))
        }
    }

    fn each_row(&mut self, family: usize, mut act: impl FnMut(&mut Track)) {
        let Some(family) = self.families.get(family) else { return };
        family.rows().for_each(|row| act(&mut self.tracks[row]));
    }
}
