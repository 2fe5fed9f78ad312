//! The signals of every service as they came: the newest, an hour of them, and where they point.
//!
//! Told everything, the time too. Points are thinned, never averaged: a percentile's mean is no
//! percentile.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::{Link, Signal, Signals};
use crate::slo::preset::Service;
use crate::slo::telemetry::TRUSTED_FOR;
use crate::text::{Time, when};

/// How much past is kept.
const KEPT: Duration = Duration::from_hours(1);
/// Between two points that are kept apart; of closer ones the newer stays.
const APART: Duration = Duration::from_secs(15);
/// What a change is held against is about this old.
const BEFORE: Duration = Duration::from_mins(15);
/// A past younger than this says nothing of a change.
const YOUNG: Duration = Duration::from_mins(1);

/// The signals of all services, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Board {
    services: BTreeMap<String, Track>,
}

#[derive(Debug, Clone, PartialEq)]
struct Track {
    service: Service,
    every: Duration,
    newest: Option<Signals>,
    /// When, and each signal in the order of [`Signal::of`]; the oldest first.
    past: VecDeque<(Time, Vec<Option<f64>>)>,
}

/// How a signal stands to what it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    pub before: f64,
    pub now: f64,
    /// How long before now it was so.
    pub over: Duration,
}

impl Change {
    /// Growth as a share of what it was: 1 is twice as much; `None` where it was nothing.
    pub fn growth(&self) -> Option<f64> {
        (self.before > 0.0).then(|| self.now / self.before - 1.0)
    }
}

impl Board {
    /// Begins, or goes on, with these services, each with its source's interval. One whose names stay
    /// keeps its past.
    pub fn set_services(&mut self, services: impl IntoIterator<Item = (Service, Duration)>) {
        let mut old = std::mem::take(&mut self.services);
        self.services = services
            .into_iter()
            .map(|(service, every)| {
                let known = old.remove(&service.name).filter(|known| known.measures(&service));
                let (newest, past) = known.map_or_else(Default::default, |known| (known.newest, known.past));
                (service.name.clone(), Track { service, every, newest, past })
            })
            .collect();
    }

    /// What a poll said of a service. An unknown one is passed over: answers may come after it left.
    pub fn heard(&mut self, service: &str, signals: Signals) {
        if let Some(track) = self.services.get_mut(service) {
            track.heard(signals);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.services.is_empty()
    }

    pub fn service(&self, name: &str) -> Option<&Service> {
        self.services.get(name).map(|track| &track.service)
    }

    /// The newest signals of a service, old or not.
    pub fn newest(&self, service: &str) -> Option<&Signals> {
        self.services.get(service)?.newest.as_ref()
    }

    /// Age of the newest signals where it is too high to be trusted: a minute, or three polls.
    pub fn overdue(&self, service: &str, now: Time) -> Option<Duration> {
        let track = self.services.get(service)?;
        let age = when::since(track.newest.as_ref()?.at, now);
        (age > TRUSTED_FOR.max(track.every.saturating_mul(3))).then_some(age)
    }

    /// How a signal stands to a quarter of an hour before, or to the oldest that is known.
    pub fn change(&self, service: &str, signal: Signal) -> Option<Change> {
        let track = self.services.get(service)?;
        let newest = track.newest.as_ref()?;
        let (now, cutoff) = (newest.value(signal)?, when::before(newest.at, BEFORE));
        let points: Vec<(Time, f64)> = track.points(signal).collect();
        let since = points.iter().rposition(|(at, _)| *at <= cutoff).unwrap_or(0);
        let (at, before) = *points.get(since)?;
        let over = when::since(at, newest.at);
        (over >= YOUNG).then_some(Change { before, now, over })
    }

    /// A signal over the `span` before `now` in `cells` equal pieces, the newest last: in each the last
    /// value that was heard, `None` where none was.
    pub fn spark(&self, service: &str, signal: Signal, now: Time, cells: usize) -> Vec<Option<f64>> {
        let mut spark = vec![None; cells];
        let Some(track) = self.services.get(service) else { return spark };
        for (at, value) in track.points(signal) {
            let ago = when::since(at, now).as_secs_f64() / KEPT.as_secs_f64();
            let cell = ((1.0 - ago) * cells as f64).ceil() as usize;
            if let Some(cell) = cell.checked_sub(1).and_then(|cell| spark.get_mut(cell)) {
                *cell = Some(value);
            }
        }
        spark
    }

    /// Where a service's logs and traces of a stretch are looked at: a word and the address.
    pub fn links(&self, service: &str, from: Time, to: Time) -> Vec<(&'static str, String)> {
        let Some(known) = self.service(service) else { return Vec::new() };
        let link = |word, link: &Option<Link>| Some((word, link.as_ref()?.fill(service, from, to)));
        [link("logs", &known.logs), link("traces", &known.traces)].into_iter().flatten().collect()
    }
}

impl Track {
    /// Whether another service of the name is asked for the same.
    fn measures(&self, other: &Service) -> bool {
        let Service { source, requests, errors, duration, loads, .. } = &self.service;
        (source, requests, errors, duration, loads)
            == (&other.source, &other.requests, &other.errors, &other.duration, &other.loads)
    }

    fn heard(&mut self, signals: Signals) {
        if self.newest.as_ref().is_some_and(|newest| newest.at > signals.at) {
            return;
        }
        let values: Vec<Option<f64>> =
            Signal::of(&self.service).into_iter().map(|signal| signals.value(signal)).collect();
        let place = self.past.len().checked_sub(2).and_then(|last| self.past.get(last));
        if place.is_some_and(|(kept, _)| when::since(*kept, signals.at) < APART) {
            self.past.pop_back();
        }
        self.past.push_back((signals.at, values));
        while self.past.front().is_some_and(|(at, _)| when::since(*at, signals.at) > KEPT) {
            self.past.pop_front();
        }
        self.newest = Some(signals);
    }

    /// What is known of one signal, the oldest first.
    fn points(&self, signal: Signal) -> impl Iterator<Item = (Time, f64)> + '_ {
        let place = Signal::of(&self.service).iter().position(|known| *known == signal);
        self.past.iter().filter_map(move |(at, values)| Some((*at, (*values.get(place?)?)?)))
    }
}
