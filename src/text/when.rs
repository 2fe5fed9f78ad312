//! Every notation of time in the program: instants, spans, zones, what people type.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// An instant. UTC inside; a zone is a matter of display only.
pub type Time = DateTime<Utc>;

/// RFC 3339 in UTC with milliseconds: `2026-11-21T03:14:07.250Z`. The stored and machine form.
pub fn rfc3339(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// How long from `earlier` to `later`; nothing when it is the other way round.
pub fn since(earlier: Time, later: Time) -> Duration {
    later.signed_duration_since(earlier).to_std().unwrap_or_default()
}

/// `at` moved by `by` towards the past; the far past when that leaves the calendar.
pub fn before(at: Time, by: Duration) -> Time {
    TimeDelta::from_std(by).ok().and_then(|by| at.checked_sub_signed(by)).unwrap_or(Time::MIN_UTC)
}

/// `at` moved by `by` towards the future; the far future when that leaves the calendar.
pub fn after(at: Time, by: Duration) -> Time {
    TimeDelta::from_std(by).ok().and_then(|by| at.checked_add_signed(by)).unwrap_or(Time::MAX_UTC)
}
