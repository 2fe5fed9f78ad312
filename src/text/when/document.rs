//! Which instants the times of a document are: its default date and zone, days that roll over, and doubts
//! with the line they stand in.
//!
//! Guesses nothing silently: what is not certain is a warning, what is not known stays unknown.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::Tz;

use super::stamp::{Clock, Stamp};
use super::zone::{Fixed, Zone, east_words};
use super::{Time, apart, day};
use crate::text::{Place, Problem};

/// A clock that goes back by more than this has passed midnight; by less, the lines are out of order.
const NIGHT: TimeDelta = TimeDelta::hours(6);
/// A time further than this from both of its neighbours is mistyped.
const FAR: std::time::Duration = std::time::Duration::from_hours(24);
/// A year away, give or take some weeks.
const A_YEAR: std::time::Duration = std::time::Duration::from_hours(300 * 24);

/// What was read so far. Lines come in the order of the document.
#[derive(Debug, Clone)]
pub struct Document {
    zone: Zone,
    /// The day all lines are on that do not say another.
    default: Option<NaiveDate>,
    /// The day and clock of the last line, for those that follow without a date.
    last: Option<NaiveDateTime>,
    /// The day that a heading, or the one who asks, gave.
    day: Option<NaiveDate>,
    placed: Vec<(Place, Option<Time>)>,
    problems: Vec<Problem>,
}

impl Document {
    /// `zone` and `day` hold until the document says something else.
    pub fn new(zone: Tz, day: Option<NaiveDate>) -> Self {
        let zone = if zone == Tz::UTC { Zone::Offset(0) } else { Zone::Region(zone) };
        Self { zone, default: None, last: None, day, placed: Vec::new(), problems: Vec::new() }
    }

    /// Prose that may set the zone or the day of all lines: "Unless otherwise noted all events happened on
    /// 2019-10-21, and all times are in UTC."
    pub fn hear(&mut self, prose: &str) {
        let words = prose.to_lowercase();
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
        if says(&["all times", "times are", "times in", "time zone", "timezone", "timeline", "times:"])
            && let Some(zone) = zone_in(prose)
        {
            self.zone = zone;
        }
        if says(&["unless otherwise", "all events", "all times", "events happened on", "took place on"])
            && let Some(date) = day::find(prose)
        {
            self.default = Some(date);
        }
    }

    /// A heading's date: the lines below it are on that day.
    pub fn begin(&mut self, day: NaiveDate) {
        self.day = Some(day);
        self.last = None;
    }

    /// A title's date, for lines that come without any.
    pub fn entitle(&mut self, title: &str) {
        self.day = day::find(title).or(self.day);
    }

    /// The instant of a line's time; `None` where nobody knows it. A date alone is the start of its day.
    pub fn place(&mut self, stamp: &Stamp, place: Place) -> Option<Time> {
        let at = self.instant(stamp, &place);
        self.placed.push((place, at));
        at
    }

    fn instant(&mut self, stamp: &Stamp, place: &Place) -> Option<Time> {
        let clock = match stamp.clock {
            Clock::Given(clock) => clock,
            Clock::Absent => {
                let what = "no time of day: placed at the start of the day";
                self.doubt(place, "no-clock", what.to_owned(), "");
                NaiveTime::MIN
            }
            Clock::Unknown => {
                self.begin_day(stamp.date);
                return None;
            }
        };
        let Some(day) = stamp.date.or_else(|| self.day_of(clock)) else {
            let way_out = "write the day into the document, or import it into an incident of that day";
            self.doubt(place, "no-date", "no day is known: the time stays unknown".to_owned(), way_out);
            return None;
        };
        self.remember(stamp.date.is_some(), day.and_time(clock));
        self.fix(stamp.zone.unwrap_or(self.zone), day.and_time(clock), place)
    }

    fn begin_day(&mut self, date: Option<NaiveDate>) {
        if let (Some(date), None) = (date, self.default) {
            self.begin(date);
        }
    }

    /// Where a sentence set the day, a line with a day of its own is an exception and says nothing of the
    /// next one.
    fn remember(&mut self, dated: bool, wall: NaiveDateTime) {
        if !(dated && self.default.is_some()) {
            self.last = Some(wall);
        }
    }

    /// The day of a clock alone: that of the line before, or the next one after midnight.
    fn day_of(&self, clock: NaiveTime) -> Option<NaiveDate> {
        let Some(last) = self.last else { return self.default.or(self.day) };
        let same = last.date().and_time(clock);
        if last - same > NIGHT { last.date().succ_opt() } else { Some(last.date()) }
    }

    fn fix(&mut self, zone: Zone, wall: NaiveDateTime, place: &Place) -> Option<Time> {
        if let Zone::Short(short) = zone
            && short.ambiguous
        {
            let what = format!("{} names several zones: {} was used", short.name, east_words(short.offset));
            self.doubt(place, "time-zone", what, "write the offset, like UTC+1");
        }
        match zone.fix(wall) {
            Fixed::At(at) => Some(at),
            Fixed::Contradicted(at, offset) => {
                let (day, used) = (wall.date(), east_words(offset));
                let what = format!("{zone} is not in force on {day}: {used} was used, which is");
                self.doubt(place, "time-zone", what, "write the offset, like UTC-7");
                Some(at)
            }
            Fixed::Never => {
                let what = format!("{wall} never was in {zone}, its clocks were put forward: stays unknown");
                self.doubt(place, "time-gap", what, "");
                None
            }
        }
    }

    /// Says that a line begins as a time does and is none.
    pub fn impossible(&mut self, what: &str, place: &Place) {
        let what = format!("{what}: no such date or time: the line is kept without one");
        self.doubt(place, "impossible-time", what, "correct it in the file");
    }

    fn doubt(&mut self, place: &Place, rule: &'static str, what: String, way_out: &str) {
        self.problems.push(Problem::warning(place.clone(), rule, what).way_out(way_out));
    }

    /// Everything doubtful, by line.
    pub fn finish(mut self) -> Vec<Problem> {
        let known: Vec<(Place, Time)> = std::mem::take(&mut self.placed)
            .into_iter()
            .filter_map(|(place, at)| Some((place, at?)))
            .collect();
        let mut sound: Option<Time> = None;
        for (index, (place, at)) in known.iter().enumerate() {
            let following = |steps: usize| known.get(index + steps).map(|(_, at)| *at);
            if let Some(what) = astray(sound, *at, (following(1), following(2))) {
                self.doubt(place, "odd-date", what, "correct it in the file if it is a slip");
                continue;
            }
            if sound.is_some_and(|before| *at < before) {
                self.doubt(place, "time-order", "is earlier than the line before".to_owned(), "");
            }
            sound = Some(*at);
        }
        self.problems.sort_by_key(|problem| problem.place.line);
        self.problems
    }
}

/// Why a time is likely a slip: far from the lines before and after it, which agree with each other. Of the
/// first line the two after it are asked.
fn astray(before: Option<Time>, at: Time, (after, later): (Option<Time>, Option<Time>)) -> Option<String> {
    let (near, away) = match (before, after) {
        (Some(before), Some(after)) => {
            let between = (before.min(after)..=before.max(after)).contains(&at);
            let away = apart(at, before).min(apart(at, after));
            (!between && apart(before, after) < away && away > FAR).then_some((before, away))
        }
        (Some(before), None) => Some((before, apart(at, before))).filter(|(_, away)| *away > A_YEAR),
        (None, Some(after)) => {
            let agrees = later.is_some_and(|later| apart(after, later) < A_YEAR);
            Some((after, apart(at, after))).filter(|(_, away)| agrees && *away > A_YEAR)
        }
        (None, None) => None,
    }?;
    let what = if away > A_YEAR { "year" } else { "date" };
    Some(format!(
        "{} is far from its neighbours' {}: likely a mistyped {what}",
        at.date_naive(),
        near.date_naive()
    ))
}

/// The first zone named in a sentence.
fn zone_in(prose: &str) -> Option<Zone> {
    day::starts(prose).find_map(|at| Zone::read(&prose[at..], false)).map(|(zone, _)| zone)
}

/// Whether a text begins as a time does.
pub fn looks_like_time(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let hours = digits(text);
    let clock = (1..=2).contains(&hours) && text[hours..].starts_with(':') && digits(&text[hours + 1..]) == 2;
    clock || day::looks_like(text)
}
