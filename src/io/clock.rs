//! The one place that asks what time it is.

use std::time::{Duration, Instant};

use chrono::{DurationRound, TimeDelta, Utc};

use crate::text::{Time, when};

/// Tells the time: the wall's, or the demo's, which runs faster.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    origin: Time,
    started: Instant,
    speed: f64,
}

impl Clock {
    /// The wall clock.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn wall() -> Self {
        Self { origin: Utc::now(), started: Instant::now(), speed: 1.0 }
    }

    /// A clock that starts at the last full five minutes of the wall and runs `speed` times as fast:
    /// a past made of closed buckets then ends where the clock begins.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn scaled(speed: f64) -> Self {
        let now = Utc::now();
        let origin = now.duration_trunc(TimeDelta::minutes(5)).unwrap_or(now);
        Self { origin, started: Instant::now(), speed }
    }

    /// Now. A wall clock follows corrections of the system's time; a scaled one does not.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> Time {
        if (self.speed - 1.0).abs() < f64::EPSILON {
            return Utc::now();
        }
        when::after(self.origin, self.started.elapsed().mul_f64(self.speed))
    }

    /// How much faster than the wall this clock runs.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// The wall time that a span of this clock takes.
    pub fn on_the_wall(&self, span: Duration) -> Duration {
        span.div_f64(self.speed.max(f64::MIN_POSITIVE))
    }
}
