//! The clocks of an incident: when the next status update is due, and when a task is.
//!
//! Clocks run from when things were written down (never from a time somebody gave) and stop at the
//! resolution. Here are their states and the clock of the updates; the folder has all the others.

mod hours;
mod ladder;
mod list;
mod work;

use std::time::Duration;

pub use ladder::Stage;
pub use list::{Clock, soonest};
pub use work::{Clockwork, Step};

use super::state::{Incident, Task};
use crate::text::Time;
use crate::text::when::{after, rough_span, since};

/// The name of the comms clock.
const UPDATE: &str = "update";

/// Where a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    OnTime,
    Due,
    Overdue,
}

impl ClockState {
    fn at(now: Time, due_at: Time, overdue_at: Time) -> Self {
        if now < due_at {
            Self::OnTime
        } else if now < overdue_at {
            Self::Due
        } else {
            Self::Overdue
        }
    }
}

/// When stakeholders expect the next status update (the severity matrix).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommsClock {
    /// When the round began.
    pub from: Time,
    /// The early end of the cadence's range, or the promise of the last update.
    pub due_at: Time,
    /// The late end of the range; a promise has none to spare.
    pub overdue_at: Time,
    pub state: ClockState,
}

impl CommsClock {
    /// `update due in 12m`, `update due now`, `update OVERDUE 3m`.
    pub fn words(&self, now: Time) -> String {
        words("update ", self.due_at, self.overdue_at, now)
    }
}

/// The timer of one task that is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskTimer {
    pub due_at: Time,
    pub state: ClockState,
}

impl TaskTimer {
    /// `due in 12m`, `OVERDUE 3m`.
    pub fn words(&self, now: Time) -> String {
        words("", self.due_at, self.due_at, now)
    }
}

impl Incident {
    /// The comms clock: from the last update, else from the declaration (or the last reopening). What
    /// the last update promised comes before the severity's cadence. `None` once resolved, and on SEV4
    /// as long as nobody promised anything.
    pub fn comms_clock(&self, now: Time) -> Option<CommsClock> {
        if !self.is_open() {
            return None;
        }
        let last = self.updates.last().filter(|update| update.at >= self.clock_from);
        let from = last.map_or(self.clock_from, |update| update.at);
        let (due, overdue) = match last.and_then(|update| update.next) {
            Some(promise) => (promise, promise),
            None => self.severity.cadence().map(|cadence| (cadence.due, cadence.overdue))?,
        };
        let put_off = self.snoozed_until(UPDATE, from);
        let [due_at, overdue_at] =
            [due, overdue].map(|span| put_off.max(Some(after(from, span))).unwrap_or(from));
        Some(CommsClock { from, due_at, overdue_at, state: ClockState::at(now, due_at, overdue_at) })
    }
}

impl Task {
    /// `None` for a task that has ended or has no time.
    pub fn timer(&self, now: Time) -> Option<TaskTimer> {
        let due_at = self.due_at.filter(|_| self.ended.is_none())?;
        Some(TaskTimer { due_at, state: ClockState::at(now, due_at, due_at) })
    }
}

fn words(what: &str, due_at: Time, overdue_at: Time, now: Time) -> String {
    match ClockState::at(now, due_at, overdue_at) {
        ClockState::OnTime => format!("{what}due in {}", rough_span(since(now, due_at))),
        ClockState::Due => format!("{what}due now"),
        ClockState::Overdue => format!("{what}OVERDUE {}", passed(since(overdue_at, now))),
    }
}

/// The first second of being late already says so.
fn passed(late: Duration) -> String {
    rough_span(late.max(Duration::from_secs(1)))
}
