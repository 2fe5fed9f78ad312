//! Calendar periods: budgets that begin anew on the first of a month, on Monday, at a contract's hour.

use std::time::Duration;

use chrono::{DateTime, Days, Months, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;

use crate::text::Time;

/// What a calendar counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// Periods of `count` units that follow one another, one of them beginning at `anchor` on the clocks of
/// `zone`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Calendar {
    pub unit: Unit,
    /// At least 1.
    pub count: u32,
    pub anchor: NaiveDateTime,
    pub zone: Tz,
}

/// A period of a calendar, open at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    pub start: Time,
    pub end: Time,
}

impl Unit {
    /// Length by which budgets of different units compare: a month is 30 days, a year 365.
    fn days(self) -> u64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
            Self::Year => 365,
        }
    }

    /// Length by which budgets compare; a month has 30 days.
    pub fn usual(self) -> Duration {
        Duration::from_hours(24 * self.days())
    }

    fn longest_days(self) -> u64 {
        match self {
            Self::Month => 31,
            Self::Quarter => 92,
            Self::Year => 366,
            short => short.days(),
        }
    }
}

impl Calendar {
    /// Months that begin at midnight of the first, and other units likewise: weeks on Monday.
    pub fn natural(unit: Unit, zone: Tz) -> Self {
        // 2024-01-01 was a Monday, and begins every unit.
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
        Self { unit, count: 1, anchor: first.into(), zone }
    }

    /// Its usual length: a month counts as 30 days, a quarter as 90, a year as 365.
    pub fn usual(&self) -> Duration {
        self.unit.usual().saturating_mul(self.count)
    }

    /// The longest that one of its periods can be, the hour of a clock change included.
    pub fn longest(&self) -> Duration {
        Duration::from_hours(24 * self.unit.longest_days() * u64::from(self.count) + 1)
    }

    /// The period that `now` lies in.
    pub fn term_at(&self, now: Time) -> Term {
        let local = now.with_timezone(&self.zone).naive_local();
        let days = (local - self.anchor).num_days();
        let length = (self.unit.days() * u64::from(self.count)).cast_signed().max(1);
        // A guess that months of unequal length leave a little off.
        let mut number = days.div_euclid(length);
        while self.begins(number) > now {
            number -= 1;
        }
        while self.begins(number + 1) <= now {
            number += 1;
        }
        Term { start: self.begins(number), end: self.begins(number + 1) }
    }

    /// When the period of that number, counted from the anchor, begins.
    fn begins(&self, number: i64) -> Time {
        let steps = number.saturating_mul(i64::from(self.count));
        let local = match self.unit {
            Unit::Day => shift_days(self.anchor, steps),
            Unit::Week => shift_days(self.anchor, steps * 7),
            Unit::Month => shift_months(self.anchor, steps),
            Unit::Quarter => shift_months(self.anchor, steps * 3),
            Unit::Year => shift_months(self.anchor, steps * 12),
        };
        on_the_clock(local, self.zone)
    }
}

fn shift_days(from: NaiveDateTime, days: i64) -> NaiveDateTime {
    let by = Days::new(days.unsigned_abs());
    let shifted = if days < 0 { from.checked_sub_days(by) } else { from.checked_add_days(by) };
    shifted.unwrap_or(from)
}

/// The 31st becomes the last day of a shorter month.
fn shift_months(from: NaiveDateTime, months: i64) -> NaiveDateTime {
    let by = Months::new(u32::try_from(months.unsigned_abs()).unwrap_or(u32::MAX));
    let shifted = if months < 0 { from.checked_sub_months(by) } else { from.checked_add_months(by) };
    shifted.unwrap_or(from)
}

/// The instant at which a zone's clocks show `local`: the first of two, or the one that a skipped hour
/// would have been.
fn on_the_clock(local: NaiveDateTime, zone: Tz) -> Time {
    let shown = |local: NaiveDateTime| zone.from_local_datetime(&local).earliest();
    let instant: Option<DateTime<Tz>> = shown(local).or_else(|| shown(local + chrono::TimeDelta::hours(1)));
    instant.map_or_else(|| local.and_utc(), |instant| instant.to_utc())
}
