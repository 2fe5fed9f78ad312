//! Pyrra's `ALERTS` beside our tiers, by the two windows of each.

use std::time::Duration;

use crate::slo::alert::TierState;
use crate::slo::parity::{Ours, Recorded, Row, Tool, Why, firing};
use crate::slo::reading::TierReading;
use crate::text::when;

/// An alert's windows: the long one, the short one.
type Windows = (Duration, Duration);

/// One alert of theirs that is pending or fires.
struct Alert {
    windows: Windows,
    fires: bool,
}

impl Alert {
    /// `None` for other series, and for the alert about an absent metric, which has no windows.
    fn of(series: &Recorded) -> Option<Self> {
        let span = |label| when::parse_span(series.label(label)).ok();
        let windows = (span("long")?, span("short")?);
        (series.name() == "ALERTS").then(|| Self { windows, fires: series.label("alertstate") == "firing" })
    }
}

/// A row for each of our tiers whose windows they record, and for each alert of theirs on other windows.
/// Without a series an alert of theirs does not fire.
pub(super) fn rows(ours: &Ours<'_>, own: &[&Recorded], recorded: &[Duration]) -> Vec<Row> {
    let alerts: Vec<Alert> = own.iter().filter_map(|series| Alert::of(series)).collect();
    let tiers = ours.reading.alerts.iter().filter_map(|tier| Some((tier, windows(tier)?)));
    let tiers: Vec<(&TierReading, Windows)> = tiers.collect();
    let both = |(_, (long, short)): &&(&TierReading, Windows)| {
        recorded.contains(long) && recorded.contains(short)
            || alerts.iter().any(|alert| alert.windows == (*long, *short))
    };
    let known = tiers.iter().filter(both).map(|(tier, windows)| beside(tier, *windows, &alerts));
    let is_strange = |alert: &&Alert| !tiers.iter().any(|(_, windows)| *windows == alert.windows);
    known.chain(alerts.iter().filter(is_strange).map(strange)).collect()
}

fn windows(tier: &TierReading) -> Option<Windows> {
    Some((Duration::from_secs(tier.long_s?), Duration::from_secs(tier.short_s?)))
}

fn beside(tier: &TierReading, windows: Windows, alerts: &[Alert]) -> Row {
    let of_tier = || alerts.iter().filter(|alert| alert.windows == windows);
    let theirs = of_tier().any(|alert| alert.fires);
    let own = firing(&[tier.state]);
    let why = match own {
        None => Some(Why::Frozen),
        Some(own) if (own > 0.5) == theirs => None,
        Some(_) if theirs && tier.state == TierState::Pending => Some(Why::Waiting),
        Some(_) if !theirs && of_tier().next().is_some() => Some(Why::TheirsWaiting),
        Some(_) => Some(Why::Delay(None)),
    };
    let what = format!("{} fires ({})", tier.name, shown(windows));
    Row { tool: Tool::Pyrra, what, ours: own, theirs: Some(f64::from(u8::from(theirs))), why }
}

fn strange(alert: &Alert) -> Row {
    let what = format!("alert fires ({})", shown(alert.windows));
    let theirs = Some(f64::from(u8::from(alert.fires)));
    Row { tool: Tool::Pyrra, what, ours: None, theirs, why: Some(Why::OtherTiers) }
}

fn shown((long, short): Windows) -> String {
    format!("{}/{}", when::short_span(long), when::short_span(short))
}
