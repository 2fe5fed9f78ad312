//! Dates as people write them: `2019-10-21`, `2019/10/21`, `21 October 2019`, `Oct 21, 2019`.
//!
//! Never `10/11/12`: nobody knows which of them is the day.

use chrono::NaiveDate;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A date at the start of a text, and the bytes it takes.
pub(super) fn read(text: &str) -> Option<(NaiveDate, usize)> {
    numbers(text).or_else(|| day_first(text)).or_else(|| month_first(text))
}

/// The first date anywhere in a text.
pub(super) fn find(text: &str) -> Option<NaiveDate> {
    starts(text).find_map(|at| read(&text[at..])).map(|(date, _)| date)
}

/// Whether a text begins as a date does, be it one or not.
pub(super) fn looks_like(text: &str) -> bool {
    shape(text).is_some()
}

/// Where words begin.
pub(super) fn starts(text: &str) -> impl Iterator<Item = usize> + '_ {
    let mut before = ' ';
    text.char_indices().filter_map(move |(at, c)| {
        let begins = c.is_alphanumeric() && !before.is_alphanumeric();
        before = c;
        begins.then_some(at)
    })
}

/// `YYYY-MM-DD` by its digits, whatever they say.
fn shape(text: &str) -> Option<(&str, &str, &str)> {
    let head = text.get(..10)?;
    let (year, rest) = head.split_at_checked(4)?;
    let between = rest.chars().next().filter(|c| matches!(c, '-' | '/'))?;
    let (month, day) = rest[1..].split_once(between)?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    (month.len() == 2 && day.len() == 2 && digits(year) && digits(month) && digits(day))
        .then_some((year, month, day))
}

fn numbers(text: &str) -> Option<(NaiveDate, usize)> {
    let (year, month, day) = shape(text)?;
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    let more = text[10..].starts_with(|c: char| c.is_ascii_digit());
    (!more).then_some((date, 10))
}

/// `21 October 2019`, `21st Oct 2019`.
fn day_first(text: &str) -> Option<(NaiveDate, usize)> {
    let (day, rest) = ordinal(text)?;
    let (month, rest) = month(rest.strip_prefix(' ')?.trim_start_matches("of "))?;
    let (year, rest) = year(rest.trim_start_matches([',', '.']).strip_prefix(' ')?)?;
    Some((NaiveDate::from_ymd_opt(year, month, day)?, text.len() - rest.len()))
}

/// `October 21, 2019`, `Oct. 21st 2019`.
fn month_first(text: &str) -> Option<(NaiveDate, usize)> {
    let (month, rest) = month(text)?;
    let (day, rest) = ordinal(rest.trim_start_matches('.').strip_prefix(' ')?)?;
    let (year, rest) = year(rest.trim_start_matches(',').strip_prefix(' ')?)?;
    Some((NaiveDate::from_ymd_opt(year, month, day)?, text.len() - rest.len()))
}

fn ordinal(text: &str) -> Option<(u32, &str)> {
    let (digits, rest) = split(text, |c| c.is_ascii_digit());
    let ending = ["st", "nd", "rd", "th"].into_iter().find_map(|ending| rest.strip_prefix(ending));
    let day = digits.parse().ok().filter(|_| digits.len() <= 2)?;
    Some((day, ending.unwrap_or(rest)))
}

/// The whole name or its first three letters.
fn month(text: &str) -> Option<(u32, &str)> {
    let (word, rest) = split(text, |c| c.is_ascii_alphabetic());
    let word = word.to_ascii_lowercase();
    let short = if word == "sept" { "sep" } else { word.as_str() };
    let fits = |name: &str| name == word || (short.len() == 3 && name.starts_with(short));
    let number = MONTHS.iter().position(|name| fits(name))?;
    Some((u32::try_from(number).ok()? + 1, rest))
}

fn year(text: &str) -> Option<(i32, &str)> {
    let (digits, rest) = split(text, |c| c.is_ascii_digit());
    Some((digits.parse().ok().filter(|_| digits.len() == 4)?, rest))
}

fn split(text: &str, wanted: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !wanted(c)).unwrap_or(text.len()))
}
