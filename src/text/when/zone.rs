//! Zones as people name them: `UTC`, `UTC+1`, `+01:00`, `CET`, `PT`, `Europe/Zurich`.

use std::fmt;

use chrono::{LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone};
use chrono_tz::Tz;

use super::Time;

/// A zone as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zone {
    /// Minutes east of UTC.
    Offset(i32),
    Short(&'static Short),
    Region(Tz),
}

/// A short name: the offset it stands for, and where it is used.
#[derive(Debug, PartialEq, Eq)]
pub struct Short {
    pub name: &'static str,
    /// Minutes east of UTC.
    pub offset: i32,
    /// Where people write it; what is in force there decides whether a date allows it.
    pub region: Tz,
    /// Other parts of the world use the same letters for another offset.
    pub ambiguous: bool,
}

const fn short(name: &'static str, offset: i32, region: Tz) -> Short {
    Short { name, offset, region, ambiguous: false }
}

const fn doubtful(name: &'static str, offset: i32, region: Tz) -> Short {
    Short { name, offset, region, ambiguous: true }
}

/// Capital letters only: `west` and `met` are words.
static SHORT: [Short; 22] = [
    short("CET", 60, Tz::Europe__Paris),
    short("CEST", 120, Tz::Europe__Paris),
    short("WET", 0, Tz::Europe__Lisbon),
    short("WEST", 60, Tz::Europe__Lisbon),
    short("EET", 120, Tz::Europe__Athens),
    short("EEST", 180, Tz::Europe__Athens),
    doubtful("BST", 60, Tz::Europe__London),
    short("MSK", 180, Tz::Europe__Moscow),
    short("EST", -300, Tz::America__New_York),
    short("EDT", -240, Tz::America__New_York),
    doubtful("CST", -360, Tz::America__Chicago),
    short("CDT", -300, Tz::America__Chicago),
    short("MST", -420, Tz::America__Denver),
    short("MDT", -360, Tz::America__Denver),
    short("PST", -480, Tz::America__Los_Angeles),
    short("PDT", -420, Tz::America__Los_Angeles),
    doubtful("IST", 330, Tz::Asia__Kolkata),
    short("JST", 540, Tz::Asia__Tokyo),
    short("KST", 540, Tz::Asia__Seoul),
    short("AEST", 600, Tz::Australia__Sydney),
    short("AEDT", 660, Tz::Australia__Sydney),
    short("NZST", 720, Tz::Pacific__Auckland),
];

/// Names without summer or winter: whatever is in force in the region.
const REGIONS: [(&str, Tz); 4] = [
    ("PT", Tz::America__Los_Angeles),
    ("MT", Tz::America__Denver),
    ("CT", Tz::America__Chicago),
    ("ET", Tz::America__New_York),
];

/// What a wall clock comes to in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    At(Time),
    /// The short name is not in force there on that day; what is in force was used, in minutes east.
    Contradicted(Time, i32),
    /// The clocks were put forward over it.
    Never,
}

impl Zone {
    /// Reads a zone at the start of a text, and how many bytes it takes. `adjacent` is where it follows a
    /// clock without a space: only there is `-0500` an offset.
    pub fn read(text: &str, adjacent: bool) -> Option<(Self, usize)> {
        if text.starts_with(['+', '-']) {
            let (minutes, length) = offset(text, if adjacent { Hours::Two } else { Hours::WithMinutes })?;
            return ends(text, length).then_some((Self::Offset(minutes), length));
        }
        let letter = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '_');
        let length = text.find(|c| !letter(c)).unwrap_or(text.len());
        let (name, rest) = text.split_at(length);
        let upper = name.to_ascii_uppercase();
        if matches!(upper.as_str(), "UTC" | "GMT" | "Z") {
            let from = if upper == "Z" { None } else { offset(rest, Hours::One) };
            let (minutes, more) = from.unwrap_or((0, 0));
            return ends(text, length + more).then_some((Self::Offset(minutes), length + more));
        }
        let zone = named(name)?;
        ends(text, length).then_some((zone, length))
    }

    /// The instant of a wall clock; of an hour that summer time repeats the earlier one.
    pub fn fix(self, wall: NaiveDateTime) -> Fixed {
        match self {
            Self::Offset(minutes) => Fixed::At(east(wall, minutes)),
            Self::Region(zone) => in_region(wall, zone).map_or(Fixed::Never, Fixed::At),
            Self::Short(short) => {
                let meant = east(wall, short.offset);
                let local = meant.with_timezone(&short.region);
                let there = local.offset().fix().local_minus_utc() / 60;
                if there == short.offset {
                    return Fixed::At(meant);
                }
                in_region(wall, short.region).map_or(Fixed::Never, |at| Fixed::Contradicted(at, there))
            }
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset(0) => f.write_str("UTC"),
            Self::Offset(minutes) => write!(f, "UTC{}", east_words(*minutes)),
            Self::Short(short) => f.write_str(short.name),
            Self::Region(zone) => f.write_str(zone.name()),
        }
    }
}

/// `+01:00`.
pub fn east_words(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

fn named(name: &str) -> Option<Zone> {
    let region = || REGIONS.iter().find(|(known, _)| *known == name).map(|(_, zone)| Zone::Region(*zone));
    let short = SHORT.iter().find(|short| short.name == name).map(Zone::Short);
    let place = || name.contains('/').then(|| name.parse().ok().map(Zone::Region))?;
    short.or_else(region).or_else(place)
}

fn in_region(wall: NaiveDateTime, zone: Tz) -> Option<Time> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Some(at.to_utc()),
        LocalResult::None => None,
    }
}

fn east(wall: NaiveDateTime, minutes: i32) -> Time {
    wall.checked_sub_signed(TimeDelta::minutes(minutes.into())).unwrap_or(wall).and_utc()
}

/// How many digits an offset's hours need to be one.
#[derive(Clone, Copy, PartialEq)]
enum Hours {
    One,
    Two,
    /// `+01:00`: two, a colon, and the minutes.
    WithMinutes,
}

/// Minutes east, and the bytes they take.
fn offset(text: &str, wanted: Hours) -> Option<(i32, usize)> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits =
        |from: usize| text.as_bytes()[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (hours, minutes, length) = match (digits(1), wanted) {
        (2, _) | (1, Hours::One) => {
            let end = 1 + digits(1);
            let colon = text.as_bytes().get(end) == Some(&b':') && digits(end + 1) == 2;
            if wanted == Hours::WithMinutes && !colon {
                return None;
            }
            let minutes = if colon { &text[end + 1..end + 3] } else { "0" };
            (&text[1..end], minutes, if colon { end + 3 } else { end })
        }
        (4, Hours::One | Hours::Two) => (&text[1..3], &text[3..5], 5),
        _ => return None,
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some((sign * (hours * 60 + minutes), length))
}

fn ends(text: &str, length: usize) -> bool {
    !text[length..].starts_with(|c: char| c.is_alphanumeric() || c == '_')
}
