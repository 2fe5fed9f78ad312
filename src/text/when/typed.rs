//! Instants as people type them at 03:00, read in the zone they look at.
//!
//! Never guesses: what could mean two different hours is refused, with what to write instead. The one
//! exception is the repeated hour at the end of summer time, where the earlier of the two is meant.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::stamp::{Clock, Stamp};
use super::zone::{Fixed, Zone};
use super::{Time, after, parse_span};

/// A bare `HH:MM` may lie this far ahead (clocks differ) before it is taken for yesterday's.
const AHEAD: Duration = Duration::from_mins(5);

/// Reads a time:
///
/// - RFC 3339 with an offset: `2026-11-21T14:02:00+01:00`;
/// - `2026-11-21 14:02[:SS]` (or with a `T`), `today 14:02`, `yesterday 14:02`, in `zone`;
/// - `14:02[:SS]`: today in `zone`; more than 5 minutes ahead of `now` it is yesterday's;
/// - `-10m`: ten minutes ago; `now`;
/// - `1402`, `15.26`, `7:01am`: as `14:02`;
/// - a final `Z`, ` UTC`, ` CET`, ` +01:00` or ` Europe/Zurich` on any of the local forms reads it there; a
///   name that is not in force on that day, or that names several zones, is refused.
///
/// An hour that the start of summer time skips is an error; one that its end repeats is the earlier.
pub fn parse_time(text: &str, now: Time, zone: Tz) -> Result<Time, String> {
    read(text, &Local { now, zone, clock: ClockRule::Happened })
}

/// Reads a time that is planned: as [`parse_time`], but `14:02` is today's even where that lies ahead,
/// and `tomorrow 14:02` and `+30m` are read too.
pub fn parse_planned(text: &str, now: Time, zone: Tz) -> Result<Time, String> {
    read(text, &Local { now, zone, clock: ClockRule::Today })
}

/// Reads the end of what begins at `from`: as [`parse_planned`], but a bare `02:00` is the first one
/// after `from`, be it the next day's.
pub fn parse_end(text: &str, from: Time, now: Time, zone: Tz) -> Result<Time, String> {
    read(text, &Local { now, zone, clock: ClockRule::After(from) })
}

fn read(text: &str, local: &Local) -> Result<Time, String> {
    let (now, zone) = (local.now, local.zone);
    let typed = text.trim();
    if typed.eq_ignore_ascii_case("now") {
        return Ok(now);
    }
    if let Some(span) = typed.strip_prefix('-') {
        return back(span, now);
    }
    if let Ok(span) = parse_span(typed.trim_start_matches('+')) {
        return local.ahead(typed, span);
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(typed) {
        return Ok(at.to_utc());
    }
    let (clock, zone) = utc_if_named(typed, zone);
    Local { zone, ..*local }
        .parse(clock)
        .or_else(|| local.written(typed))
        .unwrap_or_else(|| Err(unreadable(typed)))
}

fn back(span: &str, now: Time) -> Result<Time, String> {
    let by = parse_span(span)?;
    TimeDelta::from_std(by)
        .ok()
        .and_then(|by| now.checked_sub_signed(by))
        .ok_or_else(|| format!("time: -{span}: before the calendar begins"))
}

fn unreadable(typed: &str) -> String {
    format!("time: {typed}: not a time (write 14:02, -10m, yesterday 14:02 or 2026-11-21T14:02:00Z)")
}

fn utc_if_named(typed: &str, zone: Tz) -> (&str, Tz) {
    let named = typed.strip_suffix(['Z', 'z']).or_else(|| typed.strip_suffix("UTC"));
    named.map_or((typed, zone), |rest| (rest.trim_end(), Tz::UTC))
}

/// The wall clock that a time without an offset is read from.
#[derive(Clone, Copy)]
struct Local {
    now: Time,
    zone: Tz,
    clock: ClockRule,
}

/// Which day a clock time without one belongs to.
#[derive(Clone, Copy)]
enum ClockRule {
    /// Of what happened: today's, or yesterday's when today's has not come yet.
    Happened,
    /// Of what is planned.
    Today,
    /// The first one after an instant.
    After(Time),
}

impl Local {
    /// `None` where the text is no time at all.
    fn parse(&self, text: &str) -> Option<Result<Time, String>> {
        let dated = text.split_once(char::is_whitespace).or_else(|| text.split_once('T'));
        let Some((day, clock)) = dated else {
            return Some(self.bare(parse_clock(text)?));
        };
        Some(self.on(self.parse_day(day)?, parse_clock(clock.trim_start())?))
    }

    /// The notations of documents that are certain where one types them.
    fn written(&self, typed: &str) -> Option<Result<Time, String>> {
        let (day, rest) = match typed.split_once(char::is_whitespace) {
            Some((word, rest)) if word.ends_with("day") => (self.parse_day(word), rest.trim_start()),
            _ => (None, typed),
        };
        let stamp = Stamp::parse(rest)?;
        let Clock::Given(clock) = stamp.clock else { return None };
        if !matches!(stamp.zone, Some(Zone::Short(_) | Zone::Offset(_))) {
            let zone = if let Some(Zone::Region(zone)) = stamp.zone { zone } else { self.zone };
            let local = Self { zone, ..*self };
            return Some(stamp.date.or(day).map_or_else(|| local.bare(clock), |date| local.on(date, clock)));
        }
        Some(stamp.zone.map_or_else(|| self.bare(clock), |zone| self.abroad(zone, stamp.date.or(day), clock)))
    }

    /// In a zone of a fixed offset: read there as UTC is read, and brought back.
    fn abroad(&self, zone: Zone, date: Option<NaiveDate>, clock: NaiveTime) -> Result<Time, String> {
        let east = TimeDelta::minutes(i64::from(match zone {
            Zone::Offset(minutes) => minutes,
            Zone::Short(short) => short.offset,
            Zone::Region(_) => 0,
        }));
        let moved = |at: Time, by: TimeDelta| at.checked_add_signed(by).unwrap_or(at);
        let way = match self.clock {
            ClockRule::After(from) => ClockRule::After(moved(from, east)),
            way => way,
        };
        let there = Self { now: moved(self.now, east), zone: Tz::UTC, clock: way };
        let local = date.map_or_else(|| there.bare(clock), |date| there.on(date, clock))?;
        let Zone::Short(short) = zone else { return Ok(moved(local, -east)) };
        if short.ambiguous {
            return Err(format!("time: {zone}: names several zones (write the offset, like 14:02 +01:00)"));
        }
        match zone.fix(local.naive_utc()) {
            Fixed::At(at) => Ok(at),
            _ => Err(format!(
                "time: {zone}: not in force on {} (write the offset, like 14:02 +01:00)",
                local.date_naive()
            )),
        }
    }

    fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    fn parse_day(&self, day: &str) -> Option<NaiveDate> {
        match day.to_ascii_lowercase().as_str() {
            "today" => Some(self.today()),
            "yesterday" => self.today().pred_opt(),
            "tomorrow" if self.plans() => self.today().succ_opt(),
            date if date.len() == 10 => NaiveDate::parse_from_str(date, "%Y-%m-%d").ok(),
            _ => None,
        }
    }

    fn plans(&self) -> bool {
        !matches!(self.clock, ClockRule::Happened)
    }

    /// `+30m` of a plan; of what happened it could only be a slip.
    fn ahead(&self, typed: &str, span: Duration) -> Result<Time, String> {
        let bare = typed.trim_start_matches('+');
        match (self.plans(), typed.starts_with('+')) {
            (true, true) => Ok(after(self.now, span)),
            (true, false) => Err(format!(
                "time: {typed}: ago or ahead? (write +{bare} for in {bare}, -{bare} for {bare} ago)"
            )),
            (false, _) => Err(format!("time: {typed}: ago or ahead? (write -{bare} for {bare} ago)")),
        }
    }

    fn bare(&self, clock: NaiveTime) -> Result<Time, String> {
        match self.clock {
            ClockRule::Happened => self.nearest(clock),
            ClockRule::Today => self.on(self.today(), clock),
            ClockRule::After(from) => self.first_after(from, clock),
        }
    }

    fn first_after(&self, from: Time, clock: NaiveTime) -> Result<Time, String> {
        let from = from.with_timezone(&self.zone).naive_local();
        let day = if clock > from.time() { Some(from.date()) } else { from.date().succ_opt() };
        self.on(day.unwrap_or(NaiveDate::MAX), clock)
    }

    /// Today's, or yesterday's when today's has not come yet.
    fn nearest(&self, clock: NaiveTime) -> Result<Time, String> {
        let today = self.on(self.today(), clock)?;
        if today <= after(self.now, AHEAD) {
            return Ok(today);
        }
        let yesterday = self.today().pred_opt().unwrap_or(NaiveDate::MIN);
        self.on(yesterday, clock)
    }

    fn on(&self, date: NaiveDate, clock: NaiveTime) -> Result<Time, String> {
        let zone = self.zone;
        let at = zone.from_local_datetime(&date.and_time(clock)).earliest();
        at.map(|at| at.to_utc()).ok_or_else(|| {
            format!("time: {date} {clock}: never was in {zone}, its clocks were put forward (write it in UTC, like 01:30Z)")
        })
    }
}

/// `H:MM`, `HH:MM` or `HH:MM:SS`.
fn parse_clock(text: &str) -> Option<NaiveTime> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hours, minutes, seconds) = match parts[..] {
        [hours, minutes] => (hours, minutes, "00"),
        [hours, minutes, seconds] => (hours, minutes, seconds),
        _ => return None,
    };
    let two_digits = |part: &str| (part.len() == 2).then(|| number(part))?;
    let hours = (hours.len() <= 2).then(|| number(hours))??;
    NaiveTime::from_hms_opt(hours, two_digits(minutes)?, two_digits(seconds)?)
}

/// Digits only: `u32::from_str` would let a sign through.
fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}
