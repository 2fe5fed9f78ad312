//! The services of the fleet: their traffic, their habits, and the dice. Pure.

use std::f64::consts::TAU;

use chrono::Timelike;

use crate::text::Time;

/// One service in health.
#[derive(Debug, PartialEq)]
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) pods: u32,
    /// Requests (or jobs) a second at noon.
    pub(super) per_second: f64,
    /// Share of them that fails.
    pub(super) errors: f64,
    /// Share of them that takes longer than 300 ms.
    pub(super) slow: f64,
    pub(super) version: &'static str,
    pub(super) before: &'static str,
}

pub(super) const CAST: [Part; 5] = [
    Part {
        name: "api",
        pods: 12,
        per_second: 120.0,
        errors: 0.000_15,
        slow: 0.004,
        version: "v7.31.0",
        before: "v7.30.4",
    },
    Part {
        name: "checkout",
        pods: 6,
        per_second: 40.0,
        errors: 0.000_18,
        slow: 0.001_6,
        version: "v2.13.2",
        before: "v2.13.1",
    },
    Part {
        name: "search",
        pods: 8,
        per_second: 60.0,
        errors: 0.000_8,
        slow: 0.02,
        version: "v5.2.0",
        before: "v5.1.9",
    },
    Part {
        name: "auth",
        pods: 4,
        per_second: 25.0,
        errors: 0.000_035,
        slow: 0.001,
        version: "v3.8.1",
        before: "v3.8.0",
    },
    Part {
        name: "worker",
        pods: 3,
        per_second: 8.0,
        errors: 0.000_3,
        slow: 0.3,
        version: "v4.1.7",
        before: "v4.1.6",
    },
];

pub(super) fn part(service: &str) -> Option<&'static Part> {
    CAST.iter().find(|part| part.name == service)
}

impl Part {
    /// Mean requests a second at an instant: a day's wave, lowest at 04:00 UTC.
    pub(super) fn traffic(&self, at: Time) -> f64 {
        let hours = f64::from(at.num_seconds_from_midnight()) / 3_600.0;
        self.per_second * (0.72 - 0.28 * (TAU * (hours - 4.0) / 24.0).cos())
    }
}

/// Dice that fall the same way for the same throw: a seed, who throws, when, and for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dice {
    state: u64,
}

impl Dice {
    pub(super) fn new(seed: u64, thrower: &str, second: i64) -> Self {
        let name = thrower.bytes().fold(seed, |hash, byte| mix(hash ^ u64::from(byte)));
        Self { state: mix(name ^ second.cast_unsigned()) }
    }

    /// The next throw, in `0..1`.
    pub(super) fn throw(&mut self) -> f64 {
        self.state = mix(self.state);
        (self.state >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number near `mean`: rounded up as often as its fraction says.
    pub(super) fn count(&mut self, mean: f64) -> u64 {
        let whole = mean.max(0.0).floor();
        whole as u64 + u64::from(self.throw() < mean - whole)
    }

    /// A factor around 1, at most `spread` off.
    pub(super) fn wobble(&mut self, spread: f64) -> f64 {
        1.0 + spread * (2.0 * self.throw() - 1.0)
    }
}

/// The step of `SplitMix64` (Steele, Lea and Flood, 2014).
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
