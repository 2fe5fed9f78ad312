//! How much of its last hour a source was there: every poll speaks for the time since the one before.
//!
//! Weighed by time and not by polls, since a source that fails is polled less often.

use std::collections::VecDeque;
use std::time::Duration;

use crate::text::{Time, when};

const HOUR: Duration = Duration::from_hours(1);

/// Stretches of polls that came to the same, the oldest first; the hour before the last poll.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Coverage {
    from: Option<Time>,
    stretches: VecDeque<Stretch>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Stretch {
    until: Time,
    gave: bool,
}

impl Coverage {
    /// A poll at `at` of a source that is polled once in `every`.
    pub(super) fn polled(&mut self, at: Time, every: Duration, gave: bool) {
        if self.stretches.back().is_some_and(|last| last.until > at) {
            // The clock was set back: that time is lived again.
            *self = Self::default();
        }
        self.from.get_or_insert_with(|| when::before(at, every));
        match self.stretches.back_mut() {
            Some(last) if last.gave == gave => last.until = at,
            _ => self.stretches.push_back(Stretch { until: at, gave }),
        }
        self.forget(when::before(at, HOUR));
    }

    /// Share of the time that polls speak for, `0..=1`; `None` before the first.
    pub(super) fn share(&self) -> Option<f64> {
        let mut from = self.from?;
        let (mut given, mut whole) = (Duration::ZERO, Duration::ZERO);
        for stretch in &self.stretches {
            let width = when::since(from, stretch.until);
            whole += width;
            given += if stretch.gave { width } else { Duration::ZERO };
            from = stretch.until;
        }
        (!whole.is_zero()).then(|| given.as_secs_f64() / whole.as_secs_f64())
    }

    fn forget(&mut self, before: Time) {
        while self.stretches.front().is_some_and(|oldest| oldest.until <= before) {
            self.stretches.pop_front();
        }
        self.from = self.from.map(|from| from.max(before));
    }
}
