//! Numbers as a postmortem writes them: instants in UTC, spans, shares. Each prints one way only.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::text::Time;

/// An instant, printed as `2026-11-21 03:14:07`. Always UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Time);

/// A length of time, printed as `1d 2h`, `47m 12s`, `0.8s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub Duration);

/// A share, 1 for all of it, printed in percent: `12.3 %`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Share(pub f64);

/// A number of events: fractions come from extrapolation and are rounded away.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Events(pub f64);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d %H:%M:%S"))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
        match (days, hours, minutes) {
            (0, 0, 0) if seconds < 10 && self.0.subsec_millis() > 0 => {
                write!(f, "{:.1}s", self.0.as_secs_f64())
            }
            (0, 0, 0) => write!(f, "{seconds}s"),
            (0, 0, _) => write!(f, "{minutes}m {:02}s", seconds % 60),
            (0, ..) => write!(f, "{hours}h {minutes:02}m"),
            _ => write!(f, "{days}d {hours:02}h"),
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = self.0 * 100.0;
        let digits = if percent.abs() >= 10.0 { 1 } else { 2 };
        write!(f, "{percent:.digits$} %")
    }
}

impl fmt::Display for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0}", self.0.max(0.0))
    }
}

macro_rules! serialize_as_printed {
    ($($name:ty),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

serialize_as_printed!(Moment, Span, Share, Events);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_show_the_two_units_that_matter() {
        let cases = [
            (0.0, "0s"),
            (0.8, "0.8s"),
            (9.0, "9s"),
            (12.7, "12s"),
            (60.0, "1m 00s"),
            (2_832.0, "47m 12s"),
            (3_725.0, "1h 02m"),
            (93_600.0, "1d 02h"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(Span(Duration::from_secs_f64(seconds)).to_string(), expected);
        }
    }

    #[test]
    fn small_shares_keep_two_digits() {
        for (share, expected) in
            [(0.0004, "0.04 %"), (0.123, "12.3 %"), (1.414, "141.4 %"), (-0.02, "-2.00 %")]
        {
            assert_eq!(Share(share).to_string(), expected);
        }
    }
}
