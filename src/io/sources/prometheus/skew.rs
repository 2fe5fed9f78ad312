//! The server's clock against ours, from the dates of its answers. Pure.
//!
//! Small differences are noise: a date has whole seconds, and an answer takes its time.

use std::time::Duration;

use chrono::TimeDelta;

use crate::text::{Time, when};

/// A larger difference is told, and questions are asked by the server's clock from then on.
const TELLING: TimeDelta = TimeDelta::seconds(5);
/// An answer that took longer says nothing: when in that time its date was written nobody knows.
const SLOWEST: Duration = Duration::from_secs(2);

/// How far the server's clock is ahead of ours; negative where it is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Skew(TimeDelta);

impl Skew {
    /// From an answer's date, when it was asked for and when it came, by our clock.
    pub(super) fn measured(date: Time, asked: Time, came: Time) -> Option<Self> {
        if when::since(asked, came) > SLOWEST {
            return None;
        }
        // Half a second, since the date is cut to its second.
        let written = date + TimeDelta::milliseconds(500);
        let middle = asked + came.signed_duration_since(asked) / 2;
        Some(Self(written.signed_duration_since(middle)))
    }

    /// The server's time at our `now`; ours where the two agree well enough.
    pub(super) fn corrected(self, now: Time) -> Time {
        if self.0.abs() > TELLING { now + self.0 } else { now }
    }

    /// What people should know of it.
    pub(super) fn warning(self) -> Option<String> {
        let seconds = self.0.num_seconds().abs();
        let side = if self.0 < TimeDelta::zero() { "behind" } else { "ahead of" };
        let said = format!(
            "the server's clock is {seconds}s {side} ours; its data is read by its own clock (set the clocks of both machines)"
        );
        (self.0.abs() > TELLING).then_some(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Time {
        Time::from_timestamp_millis(millis).expect("a time")
    }

    #[test]
    fn only_a_telling_difference_is_corrected_and_said() {
        let cases = [
            (100_000, at(100_000), None),
            (104_000, at(100_000), None),
            (95_000, at(100_000), None),
            (107_000, at(107_400), Some("7s ahead of")),
            (40_000, at(40_400), Some("59s behind")),
        ];
        for (date, corrected, said) in cases {
            let skew = Skew::measured(at(date), at(100_000), at(100_200)).expect("a quick answer");
            assert_eq!(skew.corrected(at(100_000)), corrected, "{date}");
            let warning = skew.warning().unwrap_or_default();
            assert_eq!(warning.is_empty(), said.is_none(), "{warning}");
            assert!(warning.contains(said.unwrap_or_default()), "{warning}");
        }
    }

    #[test]
    fn a_slow_answer_says_nothing_of_the_clock() {
        assert_eq!(Skew::measured(at(0), at(100_000), at(102_001)), None);
    }
}
