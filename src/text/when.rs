//! Every notation of time in the program: instants, spans, zones, what people type.
//!
//! Pure: `now` is always an argument, nothing here looks at a clock.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use chrono_tz::Tz;

mod day;
mod document;
mod span;
mod stamp;
mod typed;
mod zone;

pub use document::{Document, looks_like_time};
pub use stamp::{Clock, Form, Stamp};
pub use zone::Zone;

pub use span::{parse_span, rough_span, short_span, span};
pub use typed::{parse_end, parse_planned, parse_time};

/// An instant. UTC inside; a zone is a matter of display only.
pub type Time = DateTime<Utc>;

/// RFC 3339 in UTC with milliseconds: `2026-11-21T03:14:07.250Z`. The stored and machine form.
pub fn rfc3339(at: Time) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// `HH:MM:SS` in a zone; the zone itself is named once, elsewhere on the screen.
pub fn clock_time(at: Time, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M:%S").to_string()
}

/// `2026-11-21 14:02:07` in a zone.
pub fn date_time(at: Time, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2026-11-21 14:02 UTC`, with seconds where there are any: for sentences, which are read in any zone.
pub fn in_words(at: Time) -> String {
    at.format(if at.timestamp() % 60 == 0 { "%F %H:%M UTC" } else { "%F %T UTC" }).to_string()
}

/// `4m ago`, `in 20m`, `now`: where `at` lies from `now`, in one or two units.
pub fn ago(at: Time, now: Time) -> String {
    let (past, ahead) = (since(at, now), since(now, at));
    if past.as_secs() > 0 {
        format!("{} ago", rough_span(past))
    } else if ahead.as_secs() > 0 {
        format!("in {}", rough_span(ahead))
    } else {
        "now".to_owned()
    }
}

/// `-12m`, `now`, `+5m`: where `at` lies from `now`, short enough for a column.
pub fn from_now(at: Time, now: Time) -> String {
    match at.signed_duration_since(now).num_seconds() {
        0 => "now".to_owned(),
        seconds if seconds < 0 => format!("-{}", rough_span(since(at, now))),
        _ => format!("+{}", rough_span(since(now, at))),
    }
}

/// `T+08:14`, from an hour on `T+1h08m`, from a day on `T+3d4h`; before it `T-03:10`: where `at` lies from a
/// start.
pub fn from_start(at: Time, start: Time) -> String {
    let sign = if at < start { '-' } else { '+' };
    let seconds = apart(at, start).as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    match (days, hours) {
        (0, 0) => format!("T{sign}{minutes:02}:{:02}", seconds % 60),
        (0, _) => format!("T{sign}{hours}h{:02}m", minutes % 60),
        _ => format!("T{sign}{days}d{}h", hours % 24),
    }
}

/// How long from `earlier` to `later`; nothing when it is the other way round.
pub fn since(earlier: Time, later: Time) -> Duration {
    later.signed_duration_since(earlier).to_std().unwrap_or_default()
}

/// The time between two instants, whichever is the earlier.
pub fn apart(one: Time, other: Time) -> Duration {
    since(one, other).max(since(other, one))
}

/// `at` moved by `by` towards the past; the far past when that leaves the calendar.
pub fn before(at: Time, by: Duration) -> Time {
    TimeDelta::from_std(by).ok().and_then(|by| at.checked_sub_signed(by)).unwrap_or(Time::MIN_UTC)
}

/// `at` moved by `by` towards the future; the far future when that leaves the calendar.
pub fn after(at: Time, by: Duration) -> Time {
    TimeDelta::from_std(by).ok().and_then(|by| at.checked_add_signed(by)).unwrap_or(Time::MAX_UTC)
}
