//! Business time: when so many working hours have passed, and when the next working day is.

use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use crate::incident::event::Hours;
use crate::text::Time;
use crate::text::when::{after, since};

/// Days looked at before a calendar without working days is given up.
const FAR: usize = 800;

impl Hours {
    /// The end of so much working time from an instant on. Without any working day: `from` itself.
    pub fn later(&self, from: Time, mut work: Duration) -> Time {
        for (opens, closes) in self.shifts(from) {
            let begins = opens.max(from);
            let room = since(begins, closes);
            if work <= room {
                return after(begins, work);
            }
            work -= room;
        }
        from
    }

    /// Opening and closing of the first working day after that of an instant.
    pub fn next_day(&self, from: Time) -> (Time, Time) {
        let today = from.with_timezone(&self.zone()).date_naive();
        let mut days = std::iter::successors(today.succ_opt(), NaiveDate::succ_opt).take(FAR);
        days.find_map(|day| self.shift(day)).unwrap_or((from, from))
    }

    /// Working times that end after an instant, in order.
    fn shifts(&self, from: Time) -> impl Iterator<Item = (Time, Time)> {
        let today = from.with_timezone(&self.zone()).date_naive();
        let days = std::iter::successors(Some(today), NaiveDate::succ_opt).take(FAR);
        days.filter_map(|day| self.shift(day)).filter(move |(_, closes)| *closes > from)
    }

    fn shift(&self, day: NaiveDate) -> Option<(Time, Time)> {
        let works = self.days.contains(&day.weekday()) && self.from < self.to;
        works.then(|| Some((self.instant(day, self.from)?, self.instant(day, self.to)?))).flatten()
    }

    /// A minute of a local day; one that the clocks skip is the next that there is.
    fn instant(&self, day: NaiveDate, minute: u32) -> Option<Time> {
        let wall = day.and_hms_opt(0, 0, 0)?.checked_add_signed(TimeDelta::minutes(i64::from(minute)))?;
        let zone = self.zone();
        let local = |wall: chrono::NaiveDateTime| wall.and_local_timezone(zone).earliest();
        let found = local(wall).or_else(|| local(wall.checked_add_signed(TimeDelta::hours(1))?));
        found.as_ref().map(DateTime::to_utc)
    }

    fn zone(&self) -> Tz {
        self.zone.parse().unwrap_or(Tz::UTC)
    }
}
