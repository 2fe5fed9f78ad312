//! Over which time an `[[slo]]` counts: a rolling `period`, or a `calendar`.

use std::time::Duration;

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use crate::slo::calendar::Unit;
use crate::slo::{Calendar, lint};
use crate::text::fields::Fields;

const KEYS: &[&str] = &["unit", "count", "start", "zone"];
const UNITS: &[&str] = &["day", "week", "month", "quarter", "year"];
const START: &str = "%Y-%m-%d %H:%M";

/// The period and, where it begins anew on a calendar, that calendar.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) period: Duration,
    pub(super) calendar: Option<Calendar>,
}

pub(super) fn read(fields: &mut Fields<'_>, zone: Tz) -> Option<Span> {
    match (fields.has("period"), fields.has("calendar")) {
        (true, true) => {
            let what = "a period is given too";
            let way_out = "keep period for a rolling budget, calendar for one that begins anew";
            fields.wrong("calendar", "bad-value", what, way_out);
            None
        }
        (false, true) => {
            let calendar = calendar(fields, zone)?;
            Some(Span { period: calendar.usual(), calendar: Some(calendar) })
        }
        _ => Some(Span { period: rolling(fields)?, calendar: None }),
    }
}

fn rolling(fields: &mut Fields<'_>) -> Option<Duration> {
    if !fields.has("period") {
        fields.missing("period", "\"30d\"");
    }
    let period = fields.span("period")?;
    if lint::is_period(period) {
        return Some(period);
    }
    let minutes = fields.text("period").is_some_and(|text| text.ends_with('m'));
    let what = if minutes { "m is minutes, and a period is 1d to 366d" } else { "a period is 1d to 366d" };
    let way_out = if minutes { "a month is 30d" } else { "write 30d, 28d or 7d" };
    fields.wrong("period", "bad-value", what, way_out);
    None
}

/// `"month"`, or `{ unit, count, start, zone }`.
fn calendar(fields: &mut Fields<'_>, zone: Tz) -> Option<Calendar> {
    if !fields.is_table("calendar") {
        return Some(Calendar::natural(unit(fields, "calendar")?, zone));
    }
    let mut table = fields.table("calendar")?;
    table.only(KEYS);
    if !table.has("unit") {
        table.missing("unit", "\"month\"");
    }
    let (unit, count) = (unit(&mut table, "unit"), count(&mut table));
    let zone = zone_of(&mut table, zone);
    let natural = unit.zip(zone).map(|(unit, zone)| Calendar::natural(unit, zone));
    let anchor = start(&mut table, natural.map(|natural| natural.anchor).unwrap_or_default());
    let calendar = Calendar { count: count?, anchor: anchor?, ..natural? };
    if !lint::is_period(calendar.usual()) {
        table.wrong("count", "bad-value", "the period is longer than a year", "make it shorter");
        return None;
    }
    Some(calendar)
}

fn unit(fields: &mut Fields<'_>, key: &str) -> Option<Unit> {
    let unit = match fields.word(key, UNITS)? {
        "day" => Unit::Day,
        "week" => Unit::Week,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        _ => Unit::Year,
    };
    Some(unit)
}

fn count(table: &mut Fields<'_>) -> Option<u32> {
    if !table.has("count") {
        return Some(1);
    }
    let count = table.number("count")?;
    if count.fract() != 0.0 || !(1.0..=366.0).contains(&count) {
        table.wrong("count", "bad-value", "is no number of units", "write a whole number from 1 on");
        return None;
    }
    Some(count as u32)
}

/// The instant from which periods are counted; where none is written, the `natural` one.
fn start(table: &mut Fields<'_>, natural: NaiveDateTime) -> Option<NaiveDateTime> {
    if !table.has("start") {
        return Some(natural);
    }
    let text = table.text("start")?;
    let at = NaiveDateTime::parse_from_str(text, START)
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S"))
        .or_else(|_| text.parse().map(|day: NaiveDate| day.into()));
    if at.is_err() {
        let what = format!("{text:?} is no day and time of a clock");
        table.wrong("start", "bad-value", what, "write it like \"2026-01-01 00:00\"");
    }
    at.ok()
}

fn zone_of(table: &mut Fields<'_>, otherwise: Tz) -> Option<Tz> {
    if table.has("zone") { table.zone("zone") } else { Some(otherwise) }
}
