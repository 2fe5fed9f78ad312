//! The signals of a service: rate, errors, percentiles of its durations, loads of what it runs on.
//!
//! What is asked and how answers are read is here; nobody is asked, and no clock is looked at. What
//! is not known is `None`. Durations are percentiles, never averages.

mod board;
mod link;
mod meter;
mod promql;
mod quantile;

use std::collections::BTreeMap;

pub use board::{Board, Change};
pub use link::Link;
pub use meter::{Meter, PageOf};
pub use promql::query;
pub use quantile::quantile;

use super::preset::Service;
use crate::text::Time;

/// One number that is asked of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// Requests a second.
    Rate,
    /// Share of requests that failed; asked for as errors a second.
    Errors,
    P50,
    P95,
    P99,
    /// The load at this place of the service's list.
    Load(usize),
}

impl Signal {
    /// Which share of requests was faster than it, for a percentile.
    pub fn quantile(self) -> Option<f64> {
        match self {
            Self::P50 => Some(0.5),
            Self::P95 => Some(0.95),
            Self::P99 => Some(0.99),
            Self::Rate | Self::Errors | Self::Load(_) => None,
        }
    }

    /// One word. A load has its place: `load3`.
    pub fn word(self) -> String {
        match self {
            Self::Rate => "rate".to_owned(),
            Self::Errors => "errors".to_owned(),
            Self::P50 => "p50".to_owned(),
            Self::P95 => "p95".to_owned(),
            Self::P99 => "p99".to_owned(),
            Self::Load(at) => format!("load{at}"),
        }
    }

    /// The signals that a service's names make possible, in the order they are shown.
    pub fn of(service: &Service) -> Vec<Self> {
        let mut signals = Vec::new();
        if service.counted().is_some() {
            signals.push(Self::Rate);
        }
        if service.errors.is_some() {
            signals.push(Self::Errors);
        }
        if service.duration.is_some() {
            signals.extend([Self::P50, Self::P95, Self::P99]);
        }
        signals.extend((0..service.loads.len()).map(Self::Load));
        signals
    }
}

/// What a source says of each signal: its number (errors as errors a second), that it has none, or why
/// it could not be asked.
pub type Answers = BTreeMap<Signal, Result<Option<f64>, String>>;

/// What is known of a service at one instant.
#[derive(Debug, Clone, PartialEq)]
pub struct Signals {
    pub at: Time,
    pub rate_per_s: Option<f64>,
    /// `0..=1`; unknown while nothing is requested.
    pub error_share: Option<f64>,
    pub p50_s: Option<f64>,
    pub p95_s: Option<f64>,
    pub p99_s: Option<f64>,
    pub saturation: Vec<Saturation>,
    /// Which signals could not be asked, and why. Raw text.
    pub faults: Vec<(Signal, String)>,
}

/// How loaded one thing is.
#[derive(Debug, Clone, PartialEq)]
pub struct Saturation {
    pub name: String,
    pub value: Option<f64>,
    pub unit: Unit,
}

/// What a load is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// Of 1; above it where more is taken than there is.
    Share,
    /// As the configuration names it; empty for a bare count.
    Named(String),
}

impl Signals {
    /// Reads the answers of one poll.
    pub fn new(service: &Service, at: Time, answers: Answers) -> Self {
        let known = |signal: Signal| answers.get(&signal).and_then(|said| said.clone().ok().flatten());
        let known = |signal| known(signal).filter(|value| value.is_finite());
        let rate_per_s = known(Signal::Rate);
        let saturation = service.loads.iter().enumerate().map(|(place, load)| Saturation {
            name: load.name.clone(),
            value: known(Signal::Load(place)),
            unit: if load.is_share() { Unit::Share } else { Unit::Named(load.unit.clone()) },
        });
        Self {
            at,
            rate_per_s,
            error_share: rate_per_s.and_then(|rate| error_share(rate, answers.get(&Signal::Errors)?)),
            p50_s: known(Signal::P50),
            p95_s: known(Signal::P95),
            p99_s: known(Signal::P99),
            saturation: saturation.collect(),
            faults: answers.into_iter().filter_map(|(signal, said)| Some((signal, said.err()?))).collect(),
        }
    }

    /// Nothing is known, for one reason.
    pub fn failed(service: &Service, at: Time, why: &str) -> Self {
        let all = Signal::of(service).into_iter();
        Self::new(service, at, all.map(|signal| (signal, Err(why.to_owned()))).collect())
    }

    pub fn value(&self, signal: Signal) -> Option<f64> {
        match signal {
            Signal::Rate => self.rate_per_s,
            Signal::Errors => self.error_share,
            Signal::P50 => self.p50_s,
            Signal::P95 => self.p95_s,
            Signal::P99 => self.p99_s,
            Signal::Load(place) => self.saturation.get(place)?.value,
        }
    }

    /// Why a signal could not be asked.
    pub fn fault(&self, signal: Signal) -> Option<&str> {
        self.faults.iter().find(|(about, _)| *about == signal).map(|(_, why)| why.as_str())
    }
}

/// Errors of requests. An error counter that never counted is not there at all: with requests, that is
/// no errors. Without requests there is no share. Two rates taken apart may differ by an instant, so
/// more errors than requests is all of them.
fn error_share(rate: f64, errors: &Result<Option<f64>, String>) -> Option<f64> {
    let errors = errors.as_ref().ok()?.unwrap_or_default();
    (rate > 0.0 && errors.is_finite()).then(|| (errors / rate).clamp(0.0, 1.0))
}
