//! `[alerts]`: when an alert from outside counts, when it flaps, which labels name its service.

use std::time::Duration;

use crate::incident::inbox::Rules;
use crate::text::fields::Fields;

const KEYS: &[&str] = &["min_duration", "flaps", "flap_window", "keep", "service_labels"];
/// Turns a flapping alert may be asked to make: fewer are no coming and going, more are not remembered.
const TURNS: std::ops::RangeInclusive<f64> = 3.0..=60.0;
const LONGEST: Duration = Duration::from_hours(24);

/// The rules as written over others.
pub(super) fn read(root: &mut Fields<'_>, usual: Rules) -> Rules {
    let Some(mut table) = root.table("alerts") else { return usual };
    table.only(KEYS);
    let labels: Vec<String> =
        table.texts("service_labels").into_iter().map(|(name, _)| name.to_owned()).collect();
    Rules {
        min_duration: span(&mut table, "min_duration").unwrap_or(usual.min_duration),
        flaps: turns(&mut table).unwrap_or(usual.flaps),
        flap_window: span(&mut table, "flap_window").unwrap_or(usual.flap_window),
        keep: span(&mut table, "keep").unwrap_or(usual.keep),
        service_labels: if labels.is_empty() { usual.service_labels } else { labels },
    }
}

fn span(table: &mut Fields<'_>, key: &str) -> Option<Duration> {
    let span = table.span(key)?;
    if span > LONGEST {
        table.wrong(key, "bad-value", "is out of range", "write a span up to 24h");
        return None;
    }
    Some(span)
}

fn turns(table: &mut Fields<'_>) -> Option<usize> {
    let turns = table.number("flaps")?;
    if !TURNS.contains(&turns) || turns.fract() != 0.0 {
        table.wrong("flaps", "bad-value", "is out of range", "write a whole number from 3 to 60");
        return None;
    }
    Some(turns as usize)
}
