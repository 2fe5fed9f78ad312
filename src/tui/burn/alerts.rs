//! The tiers of one SLO: each with its state, and what its windows burn against its factor.

use std::time::Duration;

use ratatui::text::{Line, Span};

use super::detail::Page;
use super::words;
use crate::slo::{Reading, Test, Tier, TierReading};
use crate::text::when;
use crate::tui::paper::{Paper, fit};
use crate::tui::theme::Tone;

/// Cells of the columns: state, name at the least and at the most, factor, a window with its burn.
const STATE: usize = 14;
const NAME: (usize, usize) = (7, 14);
const FACTOR: usize = 8;
const WINDOW: usize = 12;

/// A line a tier.
pub fn lines(page: &Page<'_>, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let tiers = page.slo.map_or(&[][..], |slo| slo.tiers.as_slice());
    let name = width.saturating_sub(STATE + FACTOR + 2 * WINDOW + 1).clamp(NAME.0, NAME.1);
    let alerts = page.reading.alerts.iter().enumerate();
    alerts.map(|(index, alert)| line(page.reading, (alert, tiers.get(index)), paper, name)).collect()
}

fn line(
    reading: &Reading,
    (alert, tier): (&TierReading, Option<&Tier>),
    paper: &Paper<'_>,
    name: usize,
) -> Line<'static> {
    let (sign, word, tone) = state(reading, alert);
    let called = if alert.name.len() <= name { alert.name.as_str() } else { alert.severity.word() };
    let mut spans = vec![
        paper.span(&format!("{sign} {}", fit(&word, STATE - 4)), tone),
        Span::raw(" "),
        paper.span(&fit(called, name), Tone::Text),
    ];
    match (alert.factor, tier) {
        (Some(factor), _) => spans.extend(windows(reading, alert, factor, paper)),
        (None, Some(tier)) => spans.push(paper.span(&format!("  {}", condition(&tier.test)), Tone::Text)),
        (None, None) => {}
    }
    let hold = tier.map(|tier| tier.hold).filter(|hold| !hold.is_zero());
    spans.extend(hold.map(|hold| paper.span(&format!("  for {}", when::short_span(hold)), Tone::Dim)));
    Line::from(spans)
}

/// Sign, word and tone of a tier; where nothing is known of now, what it was.
fn state(reading: &Reading, alert: &TierReading) -> (&'static str, String, Tone) {
    if words::is_blind(reading.state) {
        return ("? ", format!("was {}", alert.state.word()), Tone::Stale);
    }
    let (sign, tone) = words::tier(alert.state);
    (sign, alert.state.word().to_owned(), tone)
}

/// `> 14.4x   1h 16.1x   5m 189x`.
fn windows(reading: &Reading, alert: &TierReading, factor: f64, paper: &Paper<'_>) -> Vec<Span<'static>> {
    let mut spans = vec![paper.span(&format!("{:>FACTOR$}", format!("> {factor}x")), Tone::Dim)];
    for window in [alert.long_s, alert.short_s].into_iter().flatten().map(Duration::from_secs) {
        let rate = reading.burn_over(window);
        let over = rate.is_some_and(|rate| rate > factor);
        let width = WINDOW - 5;
        spans.push(paper.span(&format!("{:>5}", when::short_span(window)), Tone::Dim));
        let tone = if over { Tone::Danger } else { Tone::Text };
        let sign = if over { "!" } else { " " };
        spans.push(paper.span(&format!("{:>width$}", format!("{}{sign}", words::burn(rate))), tone));
    }
    spans
}

/// When a tier that tests the budget fires.
fn condition(test: &Test) -> String {
    match test {
        Test::Burn { factor, .. } => format!("> {factor}x"),
        Test::ExhaustedIn { within, over } => {
            format!("gone within {} at {}'s burn", when::short_span(*within), when::short_span(*over))
        }
        Test::Consumed { share } => format!("{} of the budget spent", words::percent(*share)),
    }
}
