//! The head of one SLO's page: what users feel, the state, the budget, the burn.

use std::time::Duration;

use ratatui::text::{Line, Span};

use super::detail::Page;
use super::impact::Subject;
use super::{row, words};
use crate::slo::{Objective, Reading, SloState, Sum, budget, burn};
use crate::text::when;
use crate::tui::paper::{Paper, fit};
use crate::tui::theme::Tone;

/// The window of the first sentence.
const FELT: Duration = Duration::from_mins(5);
const BAR: usize = 14;

/// Three lines and, where something is to be said of the data, a fourth.
pub fn lines(page: &Page<'_>, paper: &Paper<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![state(page, paper, width), budget(page, paper), pace(page, paper)];
    let said = warnings(page.reading).into_iter();
    lines.extend(said.map(|text| Line::from(paper.span(fit(&text, width).trim_end(), Tone::Warning))));
    lines
}

/// The state, and what users feel of it.
pub fn state(page: &Page<'_>, paper: &Paper<'_>, width: usize) -> Line<'static> {
    let reading = page.reading;
    let state = words::state(reading);
    let room = width.saturating_sub(state.len() + 2);
    let tone = match reading.state {
        state if words::is_blind(state) => Tone::Stale,
        SloState::Firing => Tone::Danger,
        _ => Tone::Focus,
    };
    Line::from(vec![
        paper.span(&state, words::state_tone(reading)),
        Span::raw("  "),
        paper.span(fit(&felt(page), room).trim_end(), tone),
    ])
}

/// `1,240 of 41,000 requests failed (3.02%) in the last 5m`, of what was measured last.
fn felt(page: &Page<'_>) -> String {
    let reading = page.reading;
    let Some(age) = reading.age_s.filter(|_| reading.state != SloState::Unmeasurable) else {
        let why = reading.error.as_deref().unwrap_or("no source has answered yet");
        return format!("nothing is known: {why}");
    };
    let to = when::before(page.model.now, Duration::from_secs(age));
    let slices = page.model.burn.evaluator.slices(&reading.slo, when::before(to, FELT), to, 1);
    let sum = slices.first().copied().unwrap_or_default();
    let said = Subject::of(page.model, reading).sentence(&sum);
    let share = burn::error_ratio(&sum).map(|ratio| format!(" ({})", words::percent(ratio)));
    let when = match reading.state {
        SloState::Stale => {
            let clock = when::clock_time(to, page.model.setting.zone);
            format!("in the 5m up to {clock}; nothing newer for {}", words::age(Some(age)))
        }
        _ => format!("in the last 5m{}", seen(&sum)),
    };
    format!("{said}{} {when}", share.unwrap_or_default())
}

/// How much of the window was observed, where that is not most of it.
fn seen(sum: &Sum) -> String {
    let coverage = sum.coverage(FELT.as_millis() as i64);
    if coverage < 0.9 { format!(", of which {:.0}% was observed", coverage * 100.0) } else { String::new() }
}

/// Share, minutes, band, and when it is gone.
fn budget(page: &Page<'_>, paper: &Paper<'_>) -> Line<'static> {
    let reading = page.reading;
    let label = paper.span("budget  ", Tone::Dim);
    let Some(left) = reading.budget else {
        // What was measured and held nothing is another reason than what was not.
        let empty = reading.state == SloState::NoTraffic && reading.total <= 0.0;
        let why = if empty {
            "not known: the period held no events so far"
        } else {
            "not known: too little of the period was measured"
        };
        return Line::from(vec![label, paper.span(why, Tone::Stale)]);
    };
    let blind = words::is_blind(reading.state);
    let tone = if blind { Tone::Stale } else { words::band_tone(left.status) };
    let promised = Objective::from_ratio(reading.objective);
    let minutes =
        promised.map_or(0.0, |promised| budget::minutes(promised, Duration::from_secs(reading.period_s)));
    let mut spans = vec![label];
    spans.extend(row::bar(paper, left.remaining, BAR, tone));
    let then = if blind { " as last known" } else { "" };
    let share = format!("{:.1}% left{then}, {}", left.remaining * 100.0, words::band(left.status));
    spans.push(paper.span(&share, tone));
    spans.push(paper.span(&minutes_left(minutes, left.remaining), Tone::Text));
    spans.push(paper.span(&outlook(reading), Tone::Text));
    Line::from(spans)
}

/// What is left of the budget's minutes, or how many were spent where that is more than all.
fn minutes_left(all: f64, remaining: f64) -> String {
    let words =
        |minutes: f64| if minutes < 100.0 { format!("{minutes:.1}") } else { format!("{minutes:.0}") };
    if remaining <= 0.0 {
        return format!("  {} of {} min spent", words(all * (1.0 - remaining)), words(all));
    }
    format!("  {} of {} min", words(all * remaining), words(all))
}

fn outlook(reading: &Reading) -> String {
    match row::gone(reading).as_str() {
        "-" | "spent" => String::new(),
        left => format!("  gone in {left}"),
    }
}

/// The burn of every window that is always shown, and how the last hour's changes.
fn pace(page: &Page<'_>, paper: &Paper<'_>) -> Line<'static> {
    let reading = page.reading;
    let blind = words::is_blind(reading.state);
    let mut spans = vec![paper.span("burn    ", Tone::Dim)];
    for (window, label) in [(300, "5m"), (3_600, "1h"), (21_600, "6h"), (259_200, "3d")] {
        let rate = reading.burn_over(Duration::from_secs(window));
        let tone = if blind { Tone::Stale } else { words::burn_tone(reading, rate) };
        spans.push(paper.span(&words::burn(rate), tone));
        spans.push(paper.span(&format!(" {label}"), Tone::Dim));
        if window == 3_600 {
            let (text, tone) = words::trend(reading.trend);
            let gap = if text.is_empty() { "" } else { " " };
            spans.push(paper.span(&format!("{gap}{text}"), tone));
        }
        spans.push(Span::raw("   "));
    }
    Line::from(spans)
}

/// What stands between these numbers and the truth.
fn warnings(reading: &Reading) -> Vec<String> {
    let blind = reading.state == SloState::Unmeasurable || reading.state == SloState::NoData;
    let error = reading.error.as_ref().filter(|_| !blind).map(|why| format!("! last poll: {why}"));
    let quiet = reading.suppressed.as_ref().map(|why| format!("z alerts go to nobody: {why}"));
    let frozen = (reading.state == SloState::Frozen)
        .then(|| "? too little of the alert windows was observed to fire or to resolve".to_owned());
    [quiet, frozen, error].into_iter().flatten().collect()
}
