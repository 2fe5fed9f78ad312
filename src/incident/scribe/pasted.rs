//! Lines that were copied from elsewhere, a chat or notes: where one begins with a time, that is when it
//! happened.

use super::{Hearing, Said};
use crate::text::Time;
use crate::text::when::{Clock, Form, Stamp, parse_time};

/// What stands between a time and the words behind it.
const BETWEEN: [char; 8] = [' ', '\t', ']', ')', ':', '-', '–', '|'];

/// What one pasted line becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Pasted {
    pub said: Said,
    /// In a few words, as [`Hearing::label`].
    pub label: String,
    /// It happened at the time it begins with.
    pub is_timed: bool,
}

impl Hearing {
    /// What pasted lines become, each by itself. A number that may be a time (`1402`, `15.26`) is one only where
    /// every line begins with a time: else it is a count of something.
    pub fn pasted(&self, lines: &[String]) -> Vec<Pasted> {
        let times: Vec<_> = lines.iter().map(|line| leading(line)).collect();
        let all = times.iter().all(Option::is_some);
        let counts = |(form, _): &(Form, usize)| all || *form == Form::Plain;
        let each = lines.iter().zip(times);
        each.map(|(line, time)| self.pasted_line(line, time.filter(counts).map(|(_, length)| length)))
            .collect()
    }

    /// `length` is how much of the line may be its time.
    fn pasted_line(&self, line: &str, length: Option<usize>) -> Pasted {
        let timed = length.and_then(|length| self.split(line, length));
        let rest = timed.map_or(line, |(_, rest)| rest);
        let (said, unread) = match self.read(rest) {
            Ok(said) => (said, ""),
            Err(_) => (self.as_it_stands(rest), ", as it stands"),
        };
        // A sign of our own says it better than what was copied.
        let happened_at = said.happened_at.or(timed.map(|(at, _)| at));
        let said = Said { happened_at, ..said };
        Pasted { label: format!("{}{unread}", self.label_of(&said)), said, is_timed: timed.is_some() }
    }

    fn split<'a>(&self, line: &'a str, length: usize) -> Option<(Time, &'a str)> {
        let (time, rest) = line.split_at_checked(length)?;
        let rest = rest.trim_start_matches(BETWEEN);
        let at = parse_time(time.trim_start_matches(['[', '(']), self.now, self.zone).ok()?;
        (!rest.is_empty()).then_some((at, rest))
    }
}

/// How a line begins with a time of day, and where that ends.
fn leading(line: &str) -> Option<(Form, usize)> {
    let bare = line.trim_start_matches(['[', '(']);
    let (stamp, form, length) = Stamp::read(bare)?;
    let is_time = matches!(stamp.clock, Clock::Given(_));
    is_time.then_some((form, line.len() - bare.len() + length))
}
