//! OpenSLO's time windows: rolling, or on a calendar with a zone.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use crate::slo::calendar::{Calendar, Unit};
use crate::slo::lint;
use crate::slo::spec::MONTH;
use crate::slo::spec::part::Part;
use crate::slo::spec::span::Length;

/// A budget's period.
#[derive(Debug, Clone, Copy)]
pub(super) struct Period {
    pub(super) length: Duration,
    pub(super) calendar: Option<Calendar>,
}

/// The period of an SLO; without a window the file's, else a month. `None` where it does not do.
pub(super) fn period(spec: Part<'_>, given: Option<Duration>) -> Option<Period> {
    let windows = [spec.list("timeWindow"), spec.list("timeWindows")].concat();
    let Some(window) = windows.first().copied() else {
        return Some(Period { length: given.unwrap_or(MONTH), calendar: None });
    };
    if let Some(second) = windows.get(1) {
        second.doubt("second-window", "an SLO has one window: the first is used", "remove the others");
    }
    let calendar = window.map("calendar").filter(|_| window.flag("isRolling") != Some(true));
    let length = length(window, calendar.is_some())?;
    if window.flag("isRolling") == Some(false) && calendar.is_none() {
        window.doubt(
            "no-calendar",
            "neither rolling nor on a calendar: it is taken as rolling",
            "add calendar",
        );
    }
    let calendar = match calendar {
        Some(part) => Some(on_calendar(part, window, length)?),
        None => None,
    };
    let length = length.time();
    if !lint::is_period(length) {
        window.wrong("bad-period", "a window is 1d to 366d", "write 4w, 30d or 1M");
        return None;
    }
    Some(Period { length, calendar })
}

/// `duration: 1w`, or version 1alpha's `count: 1` and `unit: Week`.
fn length(window: Part<'_>, on_calendar: bool) -> Option<Length> {
    if let Some(count) = window.get("count") {
        return counted(window, count);
    }
    let part = window.need("duration", "30d")?;
    let text = part.scalar()?;
    match Length::parse(text) {
        None => {
            let way_out = "write a whole number with d, w, M, Q or Y, like 30d";
            part.wrong("bad-duration", format!("{text:?} is no duration"), way_out);
            None
        }
        Some(Length::Minutes(count)) => months_meant(part, count, on_calendar),
        Some(length) => Some(length),
    }
}

/// No budget runs for a minute. On a calendar it can only be a month.
fn months_meant(part: Part<'_>, count: u32, on_calendar: bool) -> Option<Length> {
    let minutes = if count == 1 { "one minute".to_owned() } else { format!("{count} minutes") };
    let what = format!("{count}m is {minutes} in OpenSLO; a month is 1M");
    if on_calendar {
        part.doubt(
            "month-as-minute",
            format!("{what}: read as months, since it runs on a calendar"),
            format!("write {count}M"),
        );
        return Some(Length::Of(count, Unit::Month));
    }
    part.wrong("month-as-minute", what, format!("write {count}M, or days"));
    None
}

fn counted(window: Part<'_>, count: Part<'_>) -> Option<Length> {
    let text = count.scalar()?;
    let unit = window.need_text("unit", "Day")?;
    let letter = match unit.to_ascii_lowercase().trim_end_matches('s') {
        "hour" => "h",
        "day" => "d",
        "week" => "w",
        "month" => "M",
        "quarter" => "Q",
        "year" => "Y",
        _ => "?",
    };
    let length = Length::parse(&format!("{}{letter}", text.trim()));
    if length.is_none() {
        let what = format!("{text} {unit} is no length of time");
        window.wrong("bad-duration", what, "write a whole count, and Day, Week, Month, Quarter or Year");
    }
    length
}

fn on_calendar(part: Part<'_>, window: Part<'_>, length: Length) -> Option<Calendar> {
    let anchor = part.need("startTime", "2022-01-01 00:00:00").and_then(anchor);
    let zone = part.need("timeZone", "Europe/Berlin").and_then(zone);
    let (count, unit) = match length {
        Length::Of(count, unit) => (count, unit),
        Length::Hours(hours) if hours % 24 == 0 => (hours / 24, Unit::Day),
        Length::Hours(_) | Length::Minutes(_) => {
            window.wrong("bad-period", "a calendar counts in whole days", "write 1d, 1w or 1M");
            return None;
        }
    };
    Some(Calendar { unit, count, anchor: anchor?, zone: zone? })
}

/// `YYYY-MM-DD hh:mm:ss`; with a `T` or without the hour it is clear, too.
fn anchor(part: Part<'_>) -> Option<NaiveDateTime> {
    let text = part.scalar()?.trim();
    let clock = text.strip_suffix('Z').unwrap_or(text).replacen('T', " ", 1);
    let read = NaiveDateTime::parse_from_str(&clock, "%Y-%m-%d %H:%M:%S").ok();
    let read = read.or_else(|| NaiveDate::parse_from_str(&clock, "%Y-%m-%d").ok().map(NaiveDateTime::from));
    if read.is_none() {
        part.wrong("bad-value", format!("{text:?} is no time"), "write it like 2022-01-01 12:00:00");
    }
    read
}

fn zone(part: Part<'_>) -> Option<Tz> {
    let text = part.scalar()?.trim();
    let zone = text.parse().ok();
    if zone.is_none() {
        part.wrong("bad-value", format!("{text:?} is no zone"), "write it like Europe/Berlin or UTC");
    }
    zone
}
