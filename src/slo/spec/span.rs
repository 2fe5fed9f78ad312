//! How the formats write lengths of time: Prometheus's `1h30m` and `1y`, OpenSLO's `1M`.

use std::time::Duration;

use crate::slo::calendar::Unit;
use crate::text::when;

const YEAR: Duration = Duration::from_hours(365 * 24);

/// A Prometheus duration: `y w d h m s ms`, compound, from large to small; a year has 365 days.
pub(super) fn prometheus(text: &str) -> Result<Duration, String> {
    let Some((years, rest)) = text.trim().split_once('y') else { return when::parse_span(text) };
    let years: u32 =
        years.parse().map_err(|_| format!("duration: {text}: {years:?} is no number of years"))?;
    let rest = if rest.is_empty() { Duration::ZERO } else { when::parse_span(rest)? };
    let total = YEAR.checked_mul(years).and_then(|years| years.checked_add(rest));
    total.ok_or_else(|| format!("duration: {text}: too long"))
}

/// One of OpenSLO's lengths: a whole number of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    Minutes(u32),
    Hours(u32),
    Of(u32, Unit),
}

impl Length {
    /// `5m 1h 1d 1w 1M 1Q 1Y`; the case tells a minute from a month.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
        let count = count.parse().ok().filter(|count| *count > 0)?;
        Some(match unit {
            "m" => Self::Minutes(count),
            "h" => Self::Hours(count),
            "d" => Self::Of(count, Unit::Day),
            "w" => Self::Of(count, Unit::Week),
            "M" => Self::Of(count, Unit::Month),
            "Q" => Self::Of(count, Unit::Quarter),
            "Y" => Self::Of(count, Unit::Year),
            _ => return None,
        })
    }

    /// As time: a month has 30 days, a quarter 90, a year 365.
    pub(super) fn time(self) -> Duration {
        match self {
            Self::Minutes(count) => Duration::from_mins(count.into()),
            Self::Hours(count) => Duration::from_hours(count.into()),
            Self::Of(count, unit) => unit.usual().saturating_mul(count),
        }
    }
}

/// An OpenSLO length as time; zero, `0m`, is one too.
pub(super) fn openslo(text: &str) -> Result<Duration, String> {
    let zero = text.trim().strip_suffix(['m', 'h', 'd', 'w']).is_some_and(|count| count == "0");
    if zero {
        return Ok(Duration::ZERO);
    }
    Length::parse(text).map(Length::time).ok_or_else(|| format!("duration: {text}: write 5m, 1h, 1d or 1w"))
}
