//! Why a recorded number differs from ours.

use std::time::Duration;

use crate::text::when;

/// The reason, as far as it can be told from the numbers themselves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Why {
    /// Sloth's period ratio is the mean of five-minute ratios; ours weighs by events.
    MeanOfRatios,
    /// A window without traffic was recorded as NaN, and stays in every sum over it.
    NanAfterNoTraffic,
    /// No error was ever counted, so their ratio is of nothing; ours is 0.
    ErrorsAbsent,
    /// Their rules have not run for the whole window.
    Younger,
    /// Of ours only this share of the window was measured.
    PartlyMeasured(f64),
    /// They promise another share of good events.
    OtherObjective(f64),
    /// Their period has another length.
    OtherPeriod(Duration),
    /// Their rule ran so long before our poll; `None` where that is not told.
    Delay(Option<Duration>),
    /// They do not record it, or not now.
    NotRecorded,
    /// We have measured nothing there.
    NotMeasured,
    /// Too little was measured for our tier to speak.
    Frozen,
    /// Other tiers, or a `for`, decide there.
    OtherTiers,
    /// Our tier is over and its `for` runs since we began to watch.
    Waiting,
    /// Their alert is over and its `for` is still running.
    TheirsWaiting,
    /// They record so many series where we have one row.
    Split(usize),
    /// They record one series for all of our groups.
    NotSplit,
    /// Their count reaches to the edges of the window by guessing.
    Extrapolated,
    Unexplained,
}

impl Why {
    /// One line; what to look at where it does not explain itself.
    pub fn words(self) -> String {
        let text = match self {
            Self::MeanOfRatios => "theirs is the mean of five-minute ratios, ours is weighed by events",
            Self::NanAfterNoTraffic => {
                "five minutes without traffic made theirs NaN for as long as they are in it"
            }
            Self::ErrorsAbsent => {
                "no error was ever counted: their ratio of no series is no series, ours is 0"
            }
            Self::Younger => "their rules have not run for the whole window yet",
            Self::NotRecorded => "theirs is not recorded",
            Self::NotMeasured => "ours has no events there",
            Self::Frozen => "ours is frozen: too little was measured to alert",
            Self::Waiting => "ours is pending: its for is still running",
            Self::TheirsWaiting => "theirs is pending: its for is still running",
            Self::NotSplit => "theirs is one series for all groups",
            Self::OtherTiers => "their alert has other windows, factors or a for",
            Self::Extrapolated => "their increase() guesses up to the edges of its window",
            Self::Unexplained => "not explained (do both count the same series?)",
            Self::PartlyMeasured(share) => {
                return format!("ours has measured {:.1} % of the window", share * 100.0);
            }
            Self::Split(series) => {
                return format!(
                    "theirs are {series} series, ours is one row (by = [...] splits it as theirs)"
                );
            }
            Self::OtherObjective(theirs) => return format!("they promise {} %", shown(theirs * 100.0)),
            Self::OtherPeriod(theirs) => return format!("their period is {}", when::short_span(theirs)),
            Self::Delay(Some(age)) => return format!("their rule ran {} before", when::span(age)),
            Self::Delay(None) => "their rules run every half minute or more rarely",
        };
        text.to_owned()
    }
}

/// Without the dust of binary fractions.
fn shown(percent: f64) -> f64 {
    (percent * 1e6).round() / 1e6
}
