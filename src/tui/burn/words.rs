//! Words, signs and tones of the burn pane: how a state, a burn, a share and a count are written.
//! Everything that a tone says, a word or a sign says too.

use std::time::Duration;

use crate::app::burn::rank::Urgency;
use crate::slo::{BudgetStatus, Reading, Severity, SloState, TierState};
use crate::text::when;
use crate::tui::theme::Tone;

/// Changes of a burn below this are no news.
const STILL: f64 = 0.1;

/// A sign and a word: never colour alone.
pub fn state(reading: &Reading) -> String {
    let sign = match reading.state {
        _ if reading.suppressed.is_some() => "z ",
        SloState::Firing | SloState::Exhausted => "!!",
        SloState::Pending | SloState::Rising => "^ ",
        SloState::Recovering => "v ",
        SloState::Ok => "  ",
        _ => "? ",
    };
    format!("{sign} {}", reading.state.word())
}

pub fn state_tone(reading: &Reading) -> Tone {
    match reading.state {
        _ if Urgency::of(reading) == Urgency::Suppressed => Tone::Rising,
        SloState::Firing => Tone::Alarm,
        SloState::Exhausted => Tone::Danger,
        SloState::Recovering | SloState::Pending | SloState::Rising => Tone::Rising,
        SloState::Ok => Tone::Good,
        SloState::NoTraffic => Tone::Dim,
        _ => Tone::Stale,
    }
}

pub fn tier(state: TierState) -> (&'static str, Tone) {
    match state {
        TierState::Ok => ("  ", Tone::Good),
        TierState::Rising | TierState::Pending => ("^ ", Tone::Rising),
        TierState::Firing => ("!!", Tone::Danger),
        TierState::Recovering => ("v ", Tone::Rising),
        TierState::Frozen => ("? ", Tone::Stale),
    }
}

/// Its numbers say nothing about now, so that why matters more than what they were.
pub fn is_blind(state: SloState) -> bool {
    matches!(state, SloState::Unmeasurable | SloState::NoData | SloState::Stale)
}

pub fn band(status: BudgetStatus) -> &'static str {
    match status {
        BudgetStatus::Healthy => "healthy",
        BudgetStatus::Caution => "caution",
        BudgetStatus::Warning => "warning",
        BudgetStatus::Critical => "critical",
        BudgetStatus::Exhausted => "exhausted",
    }
}

pub fn band_tone(status: BudgetStatus) -> Tone {
    match status {
        BudgetStatus::Healthy => Tone::Good,
        BudgetStatus::Caution => Tone::Rising,
        BudgetStatus::Warning => Tone::Warning,
        BudgetStatus::Critical | BudgetStatus::Exhausted => Tone::Danger,
    }
}

/// A burn rate: `189x`, `16.1x`, `0.30x`; `-` where it is not known.
pub fn burn(rate: Option<f64>) -> String {
    match rate {
        None => "-".to_owned(),
        Some(rate) if rate >= 99.95 => format!("{rate:.0}x"),
        Some(rate) if rate >= 9.995 => format!("{rate:.1}x"),
        Some(rate) => format!("{rate:.2}x"),
    }
}

/// By the row's own tiers: above all of its page factors, above one of them, a burn at all.
pub fn burn_tone(reading: &Reading, rate: Option<f64>) -> Tone {
    let pages = reading.alerts.iter().filter(|tier| tier.severity == Severity::Page);
    let factors = || pages.clone().filter_map(|tier| tier.factor);
    match rate {
        None => Tone::Dim,
        Some(rate) if factors().next().is_some() && factors().all(|factor| rate > factor) => Tone::Danger,
        Some(rate) if factors().any(|factor| rate > factor) => Tone::Warning,
        Some(rate) if rate > 1.0 => Tone::Rising,
        Some(_) => Tone::Good,
    }
}

/// How the burn of the last hour differs from that of the hour before; empty where it hardly does.
pub fn trend(change: Option<f64>) -> (String, Tone) {
    match change {
        Some(change) if change >= STILL => (format!("▲+{}", burn(Some(change))), Tone::Warning),
        Some(change) if change <= -STILL => (format!("▼-{}", burn(Some(-change))), Tone::Good),
        _ => (String::new(), Tone::Dim),
    }
}

/// A share as percent with what digits it needs: `18.9%`, `3.02%`, `0.034%`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent.abs() {
        0.0 => "0%".to_owned(),
        99.995.. => format!("{percent:.0}%"),
        10.0.. => format!("{percent:.1}%"),
        0.1.. => format!("{percent:.2}%"),
        0.01.. => format!("{percent:.3}%"),
        0.001.. => format!("{percent:.4}%"),
        _ => "<0.001%".to_owned(),
    }
}

/// A share that somebody wrote, with every digit that it was written with: `99.95%`, `1.44%`.
pub fn exact(share: f64) -> String {
    let text = format!("{}%", (share * 1e12).round() / 1e10);
    if text.len() > 7 { percent(share) } else { text }
}

/// Events, `1,234,567`. Less than one is the share of a count that an edge cut.
pub fn count(events: f64) -> String {
    if events > 0.0 && events < 0.5 {
        return "<1".to_owned();
    }
    let digits = format!("{:.0}", events.max(0.0));
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// How old, in one unit where that is short: `45s`, `12m`, `3d 4h`.
pub fn age(age_s: Option<u64>) -> String {
    age_s.map_or_else(|| "never".to_owned(), |age| when::rough_span(Duration::from_secs(age)))
}

/// An error without the address before it, where both do not fit: what is wrong matters more than where.
pub fn reason(error: &str, room: usize) -> &str {
    let said = error.split_once("://").and_then(|(_, rest)| rest.split_once(": "));
    said.filter(|_| error.chars().count() > room).map_or(error, |(_, reason)| reason)
}
