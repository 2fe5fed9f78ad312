//! Lengths of time: what people type (`1h30m`) and what they read (`1h 30m`).
//!
//! Months and years are never read: they have no fixed length, and `1M` is a mistyped minute.

use std::time::Duration;

/// Units people write, the largest first, with their milliseconds.
const UNITS: [(&str, u64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Reads `15s`, `5m`, `1h30m`, `30d`, `1w`, `250ms`: whole numbers, units from large to small, each
/// once. Spaces between parts are fine, so whatever [`span`] prints can be typed back.
pub fn parse_span(text: &str) -> Result<Duration, String> {
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err("duration: empty (write 15s, 5m or 1h30m)".to_owned());
    }
    let (mut total, mut above) = (0_u64, u64::MAX);
    while !rest.is_empty() {
        let (count, unit, tail) = part(rest).map_err(|why| format!("duration: {text}: {why}"))?;
        if unit >= above {
            return Err(format!("duration: {text}: units go from large to small, each once (like 1h30m)"));
        }
        total = count
            .checked_mul(unit)
            .and_then(|millis| total.checked_add(millis))
            .ok_or_else(|| format!("duration: {text}: too long"))?;
        above = unit;
        rest = tail.trim_start();
    }
    Ok(Duration::from_millis(total))
}

/// Splits off the first number with its unit: (count, milliseconds of the unit, the rest).
fn part(text: &str) -> Result<(u64, u64, &str), String> {
    let (digits, rest) = split_while(text, |c| c.is_ascii_digit());
    let (unit, rest) = split_while(rest, char::is_alphabetic);
    if digits.is_empty() {
        return Err("a number is missing (write 15s, 5m or 1h30m)".to_owned());
    }
    let count = digits.parse().map_err(|_| "too long".to_owned())?;
    Ok((count, unit_millis(digits, unit, rest)?, rest))
}

fn unit_millis(digits: &str, unit: &str, rest: &str) -> Result<u64, String> {
    if let Some((_, millis)) = UNITS.iter().find(|(name, _)| *name == unit) {
        return Ok(*millis);
    }
    Err(match unit {
        "" if rest.starts_with(['.', ',']) => {
            "whole numbers only (write 1h30m for one and a half hours)".into()
        }
        "" => format!("has no unit (write {digits}s, {digits}m or {digits}h)"),
        "M" => format!("a month has no fixed length ({digits}m is minutes, 30d is thirty days)"),
        _ => format!("unknown unit {unit} (use ms, s, m, h, d, w)"),
    })
}

fn split_while(text: &str, wanted: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !wanted(c)).unwrap_or(text.len()))
}

/// Two units, for people: `45s`, `4m 05s`, `2h 03m`, `3d 4h`; below a second `500ms`. Cut off, not rounded.
pub fn span(length: Duration) -> String {
    let seconds = length.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    if days > 0 {
        format!("{days}d {}h", hours % 24)
    } else if hours > 0 {
        format!("{hours}h {:02}m", minutes % 60)
    } else if minutes > 0 {
        format!("{minutes}m {:02}s", seconds % 60)
    } else if seconds == 0 && length.subsec_millis() > 0 {
        format!("{}ms", length.subsec_millis())
    } else {
        format!("{seconds}s")
    }
}

/// As [`span`], in whole seconds, and without them once there are minutes: `45s`, `12m`, `2h 03m`, `3d 4h`.
pub fn rough_span(length: Duration) -> String {
    match length.as_secs() {
        seconds @ 0..60 => format!("{seconds}s"),
        seconds @ 60..3600 => format!("{}m", seconds / 60),
        _ => span(length),
    }
}

/// One exact unit, for windows and configuration: `5m`, `1h`, `3d`, `90m`, `250ms`. The largest that
/// divides evenly; never weeks, since periods are spoken of in days.
pub fn short_span(length: Duration) -> String {
    let millis = length.as_millis();
    if millis == 0 {
        return "0s".to_owned();
    }
    UNITS
        .iter()
        .filter(|(name, _)| *name != "w")
        .find(|(_, size)| millis.is_multiple_of(u128::from(*size)))
        .map_or_else(|| format!("{millis}ms"), |(name, size)| format!("{}{name}", millis / u128::from(*size)))
}
