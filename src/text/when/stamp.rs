//! A time as somebody wrote it into a document: what was written, and no more. Which instant that is, the
//! document decides (see `document.rs`).

use std::fmt;

use chrono::{NaiveDate, NaiveTime, Timelike};

use super::day;
use super::zone::Zone;

/// One notation, taken apart. At least one of date and clock is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stamp {
    pub date: Option<NaiveDate>,
    pub clock: Clock,
    pub zone: Option<Zone>,
}

/// What is said of the time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    Given(NaiveTime),
    /// Somebody wrote that they do not know it.
    Unknown,
    /// Nothing is said: a date alone.
    Absent,
}

/// How a clock was written: some notations are a time only where something beside them says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `14:02`, `8:54`, `7:01am`.
    Plain,
    /// `1402`, `15.26`, `X`, `unknown`: also a number, or a word.
    Doubtful,
}

impl Stamp {
    /// Reads a whole text as a time; `None` where it is none, or more than one.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::read(text).filter(|(_, _, length)| *length == text.len()).map(|(stamp, ..)| stamp)
    }

    /// Reads a time at the start of a text: what it says, how, and how many bytes it takes.
    pub fn read(text: &str) -> Option<(Self, Form, usize)> {
        let date = day::read(text);
        let after_date = date.map_or(0, |(_, length)| length);
        let gap = if date.is_some() { gap(&text[after_date..]) } else { 0 };
        let start = after_date + gap;
        let clock = (date.is_none() || gap > 0).then(|| clock(&text[start..])).flatten();
        let (said, form, end) = match (date, clock) {
            (None, None) => return None,
            (Some(_), None) if !ends(&text[after_date..]) => return None,
            (Some(_), None) => (Clock::Absent, Form::Plain, after_date),
            (Some(_), Some((said, _, length))) => (said, Form::Plain, start + length),
            (None, Some((said, form, length))) => (said, form, length),
        };
        let (zone, length) = zone_after(&text[end..]);
        // A number with a zone behind it is a time.
        let form = if zone.is_some() { Form::Plain } else { form };
        let digit_follows = text[end..].starts_with(|c: char| c.is_alphanumeric());
        (zone.is_some() || !digit_follows).then_some((
            Self { date: date.map(|(date, _)| date), clock: said, zone },
            form,
            end + length,
        ))
    }
}

impl fmt::Display for Stamp {
    /// `2022-02-02 16:25 UTC`; reads back as the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clock = match self.clock {
            Clock::Given(clock) if clock.nanosecond() > 0 => Some(clock.format("%H:%M:%S%.f").to_string()),
            Clock::Given(clock) if clock.second() > 0 => Some(clock.format("%H:%M:%S").to_string()),
            Clock::Given(clock) => Some(clock.format("%H:%M").to_string()),
            Clock::Unknown => Some("X".to_owned()),
            Clock::Absent => None,
        };
        let parts = [self.date.map(|date| date.to_string()), clock, self.zone.map(|zone| zone.to_string())];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// What may stand between a date and its clock: ` `, `T`, `, `, ` at `.
fn gap(text: &str) -> usize {
    if text.starts_with('T') {
        return 1;
    }
    let word = text.strip_prefix(',').unwrap_or(text).trim_start_matches([' ', '\t']);
    let rest = ["at ", "@ ", "@"].into_iter().find_map(|at| word.strip_prefix(at)).unwrap_or(word);
    text.len() - rest.len()
}

/// A zone behind a clock or a date, a space or brackets before it, and the bytes all of it takes.
fn zone_after(text: &str) -> (Option<Zone>, usize) {
    let trimmed = text.trim_start_matches([' ', '\t']);
    let before = text.len() - trimmed.len();
    let bracket = trimmed.strip_prefix('(');
    let Some((zone, length)) = Zone::read(bracket.unwrap_or(trimmed), before == 0) else { return (None, 0) };
    match bracket {
        Some(inside) if inside[length..].starts_with(')') => (Some(zone), before + length + 2),
        Some(_) => (None, 0),
        None => (Some(zone), before + length),
    }
}

/// A clock, or that it is unknown; how it was written, and the bytes it takes.
fn clock(text: &str) -> Option<(Clock, Form, usize)> {
    if let Some(length) = unknown(text) {
        return Some((Clock::Unknown, Form::Doubtful, length));
    }
    let (hours, rest) = digits(text);
    let bytes = rest.as_bytes();
    let (minutes, tail, form) = match (hours.len(), bytes.first()) {
        (1 | 2, Some(b':' | b'.')) if digits(&rest[1..]).0.len() == 2 => {
            let form = if bytes[0] == b':' { Form::Plain } else { Form::Doubtful };
            (&rest[1..3], &rest[3..], form)
        }
        (1 | 2, _) if meridiem(rest).is_some() => ("00", rest, Form::Plain),
        (4, _) if !day::looks_like(text) => (&hours[2..], rest, Form::Doubtful),
        _ => return None,
    };
    let hours = if hours.len() == 4 { &hours[..2] } else { hours };
    // 1.26.3 is a version.
    if form == Form::Doubtful && tail.starts_with('.') && tail[1..].starts_with(|c: char| c.is_ascii_digit())
    {
        return None;
    }
    let seconds = if form == Form::Plain { seconds(tail) } else { None };
    let (second, nano, more) = seconds.unwrap_or((0, 0, 0));
    let half = meridiem(&tail[more..]);
    let hour = of_the_day(hours.parse().ok()?, half.map(|(half, _)| half))?;
    let clock = NaiveTime::from_hms_nano_opt(hour, minutes.parse().ok()?, second, nano)?;
    let form = if half.is_some() { Form::Plain } else { form };
    let end = text.len() - tail.len() + more + half.map_or(0, |(_, length)| length);
    Some((Clock::Given(clock), form, end))
}

/// `:07` or `:07.250`, and the bytes it takes.
fn seconds(text: &str) -> Option<(u32, u32, usize)> {
    let (whole, rest) = digits(text.strip_prefix(':')?);
    if whole.len() != 2 {
        return None;
    }
    let fraction = rest.strip_prefix(['.', ',']).map_or("", |rest| digits(rest).0);
    let nano = match fraction.len() {
        0 => 0,
        1..=9 => format!("{fraction:0<9}").parse().ok()?,
        _ => return None,
    };
    let length = 3 + if fraction.is_empty() { 0 } else { 1 + fraction.len() };
    Some((whole.parse().ok()?, nano, length))
}

#[derive(Clone, Copy, PartialEq)]
enum Half {
    Morning,
    Afternoon,
}

/// `am`, ` PM`, `a.m.`, and the bytes it takes.
fn meridiem(text: &str) -> Option<(Half, usize)> {
    let trimmed = text.trim_start_matches(' ');
    let words =
        [("a.m.", Half::Morning), ("p.m.", Half::Afternoon), ("am", Half::Morning), ("pm", Half::Afternoon)];
    let (word, half) = words
        .into_iter()
        .find(|(word, _)| trimmed.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))?;
    ends(&trimmed[word.len()..]).then_some((half, text.len() - trimmed.len() + word.len()))
}

/// 12 am is midnight; 14 pm is nothing.
fn of_the_day(hour: u32, half: Option<Half>) -> Option<u32> {
    match half {
        None => Some(hour),
        Some(_) if hour == 0 || hour > 12 => None,
        Some(Half::Morning) => Some(hour % 12),
        Some(Half::Afternoon) => Some(hour % 12 + 12),
    }
}

/// Words for a time that nobody knows, and the bytes they take.
fn unknown(text: &str) -> Option<usize> {
    let words = ["XX:XX", "??:??", "X", "?", "unknown"];
    let said = |word: &str| {
        let head = text.get(..word.len());
        let same =
            head.is_some_and(|head| head == word || (word.len() > 6 && head.eq_ignore_ascii_case(word)));
        same && ends(&text[word.len()..])
    };
    words.into_iter().find(|word| said(word)).map(str::len)
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

fn ends(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric())
}
