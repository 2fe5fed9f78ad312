//! One simulated service: its versions, its pods, its trouble and its counters. Pure.

use serde::{Deserialize, Serialize};

use super::Trouble;
use crate::io::demo::cast::{Dice, Part};
use crate::text::Time;

/// Seconds that a rollout takes to replace every pod.
const ROLLOUT_S: i64 = 24;
/// How much of its requests a service gains or loses to trouble in a second: a rollout's pace, so
/// that a rollback heals the worst trouble in about half a minute.
const PACE: f64 = 0.03;
/// Upper bounds of the latency buckets in seconds; the last one is open.
pub(super) const BOUNDS: [f64; 5] = [0.05, 0.1, 0.3, 1.0, 3.0];
/// The bound that tells fast from slow.
const FAST: usize = 2;
/// How quick requests spread over the buckets up to `FAST`, and slow ones over those after it.
const QUICK_SHARES: [f64; 3] = [0.45, 0.35, 0.2];
const SLOW_SHARES: [f64; 3] = [0.7, 0.25, 0.05];
/// A typical duration in each bucket, in seconds.
const TYPICAL_S: [f64; 6] = [0.03, 0.07, 0.18, 0.6, 1.8, 5.0];
/// Connections that a service may open to the database.
pub(super) const CONNECTIONS: f64 = 50.0;

#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) part: &'static Part,
    /// Every version that ran, the current one last.
    versions: Vec<String>,
    changed_at: i64,
    trouble: Trouble,
    pub(super) counters: Counters,
}

/// What the service has counted since the start.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Counters {
    pub(super) good: u64,
    pub(super) not_found: u64,
    pub(super) failed: u64,
    /// Requests by bucket, not cumulated; the last one is the open bucket.
    pub(super) durations: [u64; 6],
    pub(super) duration_sum_s: f64,
}

/// A change of version under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    pub service: String,
    pub from: String,
    pub to: String,
}

/// What the admin endpoint says of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Status {
    pub service: String,
    pub version: String,
    /// Pods that run `version`.
    pub ready: u32,
    pub pods: u32,
    /// Share of requests that fail now, `0..1`.
    pub errors: f64,
}

impl Service {
    pub(super) fn new(part: &'static Part, start: i64) -> Self {
        Self {
            part,
            versions: vec![part.before.to_owned(), part.version.to_owned()],
            changed_at: start - 86_400,
            trouble: Trouble::default(),
            counters: Counters::default(),
        }
    }

    pub(super) fn version(&self) -> &str {
        self.versions.last().map_or(self.part.version, String::as_str)
    }

    pub(super) fn deploy(&mut self, version: &str, second: i64) -> Result<Rollout, String> {
        let from = self.version().to_owned();
        if from == version {
            return Err(format!("{} already runs {version}", self.part.name));
        }
        self.versions.push(version.to_owned());
        self.changed_at = second;
        Ok(self.rollout(from))
    }

    pub(super) fn roll_back(&mut self, second: i64) -> Result<Rollout, String> {
        if self.versions.len() < 2 {
            return Err(format!("{} has no version before {}", self.part.name, self.version()));
        }
        let from = self.versions.pop().unwrap_or_default();
        self.changed_at = second;
        Ok(self.rollout(from))
    }

    fn rollout(&self, from: String) -> Rollout {
        Rollout { service: self.part.name.to_owned(), from, to: self.version().to_owned() }
    }

    pub(super) fn status(&self, second: i64) -> Status {
        let share = (second - self.changed_at).clamp(0, ROLLOUT_S) as f64 / ROLLOUT_S as f64;
        Status {
            service: self.part.name.to_owned(),
            version: self.version().to_owned(),
            ready: (f64::from(self.part.pods) * share).floor() as u32,
            pods: self.part.pods,
            errors: self.part.errors + self.trouble.errors,
        }
    }

    /// Lives one second, heading for `target`.
    pub(super) fn step(&mut self, seed: u64, second: i64, target: Trouble) {
        self.trouble.errors = approach(self.trouble.errors, target.errors);
        self.trouble.slow = approach(self.trouble.slow, target.slow);
        let mut dice = Dice::new(seed, self.part.name, second);
        let at = Time::from_timestamp(second, 0).unwrap_or_default();
        let mean = self.part.traffic(at) * dice.wobble(0.15);
        let requests = dice.count(mean);
        self.answer(requests, &mut dice);
        self.time(requests, &mut dice);
    }

    fn answer(&mut self, requests: u64, dice: &mut Dice) {
        let failing = (self.part.errors + self.trouble.errors).min(1.0);
        let failed = dice.count(requests as f64 * failing).min(requests);
        let not_found = dice.count((requests - failed) as f64 * 0.01).min(requests - failed);
        self.counters.failed += failed;
        self.counters.not_found += not_found;
        self.counters.good += requests - failed - not_found;
    }

    fn time(&mut self, requests: u64, dice: &mut Dice) {
        let slow_share = (self.part.slow + self.trouble.slow).min(1.0);
        let slow = dice.count(requests as f64 * slow_share).min(requests);
        self.spread(requests - slow, 0, QUICK_SHARES, dice);
        self.spread(slow, FAST + 1, SLOW_SHARES, dice);
    }

    /// Puts requests into three buckets from `first` on; the middle one takes what rounding leaves.
    fn spread(&mut self, requests: u64, first: usize, shares: [f64; 3], dice: &mut Dice) {
        let low = dice.count(requests as f64 * shares[0]).min(requests);
        let high = dice.count(requests as f64 * shares[2]).min(requests - low);
        let buckets = self.counters.durations.iter_mut().zip(TYPICAL_S).skip(first);
        for ((bucket, typical), count) in buckets.zip([low, requests - low - high, high]) {
            *bucket += count;
            self.counters.duration_sum_s += count as f64 * typical;
        }
    }

    /// Database connections in use: trouble holds them longer.
    pub(super) fn connections(&self) -> f64 {
        let strain = (self.trouble.slow + self.trouble.errors).min(1.0);
        (CONNECTIONS * (0.3 + 0.7 * strain)).round()
    }

    /// Share of the processor in use.
    pub(super) fn cpu(&self) -> f64 {
        0.35 + 0.3 * self.trouble.slow
    }
}

fn approach(now: f64, target: f64) -> f64 {
    now + (target - now).clamp(-PACE, PACE)
}
