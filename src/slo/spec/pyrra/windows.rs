//! Pyrra's four burn rates: factors 14, 7, 2 and 1 on windows that grow with the period.

use std::cmp::Reverse;
use std::time::Duration;

use crate::slo::spec::part::Part;
use crate::slo::{Severity, Tier};
use crate::text::when;

const MINUTE: Duration = Duration::from_mins(1);

/// One burn rate: windows and `for` are the period divided by these, an hour being 28 d / 672.
struct Pace {
    name: &'static str,
    /// Its key in `alerting.severities`.
    key: &'static str,
    severity: Severity,
    factor: f64,
    long: u32,
    short: u32,
    hold: u32,
}

const PACES: [Pace; 4] = [
    Pace {
        name: "fast",
        key: "fastBurn",
        severity: Severity::Page,
        factor: 14.0,
        long: 672,
        short: 8064,
        hold: 20_160,
    },
    Pace {
        name: "medium",
        key: "mediumBurn",
        severity: Severity::Page,
        factor: 7.0,
        long: 112,
        short: 1344,
        hold: 2688,
    },
    Pace {
        name: "slow",
        key: "slowBurn",
        severity: Severity::Ticket,
        factor: 2.0,
        long: 28,
        short: 336,
        hold: 672,
    },
    Pace {
        name: "long-term",
        key: "longTermBurn",
        severity: Severity::Ticket,
        factor: 1.0,
        long: 7,
        short: 112,
        hold: 224,
    },
];

/// The tiers of a period, the most urgent first; none where the file turns them off.
pub(super) fn tiers(spec: Part<'_>, period: Duration) -> Vec<Tier> {
    let alerting = spec.map("alerting");
    let flag = |key| alerting.and_then(|alerting: Part<'_>| alerting.flag(key));
    if flag("disabled") == Some(true) || flag("burnrates") == Some(false) {
        return Vec::new();
    }
    let severities = alerting.and_then(|alerting| alerting.map("severities"));
    let mut floored = Vec::new();
    let mut tiers: Vec<Tier> = PACES
        .iter()
        .map(|pace| {
            let mut window = |parts| {
                let window = rounded(period, parts);
                if window.is_zero() {
                    floored.push(pace.name);
                }
                window.max(MINUTE)
            };
            let (long, short) = (window(pace.long), window(pace.short));
            let severity = severities.map_or(pace.severity, |severities| severity(severities, pace));
            let name = format!("{} {}", severity.word(), pace.name);
            Tier {
                hold: rounded(period, pace.hold),
                ..Tier::burn(severity, pace.factor, long, short).named(name)
            }
        })
        .collect();
    if !floored.is_empty() {
        let what = format!(
            "a period of {} leaves no minute for the short window of {} burns: it is taken as 1m",
            when::short_span(period),
            floored.join(" and ")
        );
        spec.get("window").unwrap_or(spec).doubt("window-floored", what, "use a window of 3d or more");
    }
    // Stable: of one severity the larger factor stays first.
    tiers.sort_by_key(|tier| Reverse(tier.severity));
    tiers
}

/// To the nearest minute, halves up.
fn rounded(period: Duration, parts: u32) -> Duration {
    let half_minutes = (period / parts).as_nanos() / (MINUTE.as_nanos() / 2);
    Duration::from_mins(u64::try_from(half_minutes.div_ceil(2)).unwrap_or(u64::MAX / 60))
}

/// Teams name severities as they like: what sounds like somebody now is a page.
fn severity(severities: Part<'_>, pace: &Pace) -> Severity {
    match severities.peek(pace.key).to_ascii_lowercase().as_str() {
        "page" | "critical" => Severity::Page,
        "ticket" | "warning" | "info" => Severity::Ticket,
        _ => pace.severity,
    }
}
