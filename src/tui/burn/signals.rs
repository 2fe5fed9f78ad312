//! The signals of a service: each number, its change beside it, its last hour where there is room, and
//! where its logs and traces are looked at.

use std::time::Duration;

use ratatui::text::{Line, Span};

use crate::app::Model;
use crate::slo::preset::Service;
use crate::slo::signal::{Change, Signal, Signals, Unit};
use crate::text::spark::spark;
use crate::text::when;
use crate::tui::paper::{Paper, fit, wrap_exact};
use crate::tui::theme::Tone;

/// Cells of the names, the numbers and the changes.
const NAME: usize = 13;
const VALUE: usize = 10;
const CHANGE: usize = 8;
/// A sparkline narrower than this says nothing, one wider than that nothing more.
const SPARK: std::ops::RangeInclusive<usize> = 8..=60;
/// What links to logs and traces span.
const LOOKED_AT: Duration = Duration::from_hours(1);

/// A line a signal and a link; none for a service of which nothing is asked.
pub fn lines(model: &Model, paper: &Paper<'_>, service: &str, width: usize) -> Vec<Line<'static>> {
    let board = &model.burn.signals;
    let Some(known) = board.service(service) else { return Vec::new() };
    let mut lines: Vec<Line<'static>> = note(model, paper, service).into_iter().collect();
    if let Some(newest) = board.newest(service) {
        let row = |signal| row(model, paper, (known, newest), signal, width);
        lines.extend(Signal::of(known).into_iter().map(row));
    }
    for (word, address) in board.links(service, when::before(model.now, LOOKED_AT), model.now) {
        lines.extend(link(paper, word, &address, width));
    }
    lines
}

/// How old the numbers are where they are too old; else what changes are held against.
fn note(model: &Model, paper: &Paper<'_>, service: &str) -> Option<Line<'static>> {
    let board = &model.burn.signals;
    let (text, tone) = if board.newest(service).is_none() {
        ("not heard yet".to_owned(), Tone::Stale)
    } else if let Some(age) = board.overdue(service, model.now) {
        (format!("OLD: as of {} ago", when::rough_span(age)), Tone::Stale)
    } else {
        let signals = Signal::of(board.service(service)?).into_iter();
        let over =
            signals.filter_map(|signal| board.change(service, signal)).map(|change| change.over).max()?;
        (format!("{:>1$} in {2}, last hour", "", NAME + VALUE, when::rough_span(over)), Tone::Dim)
    };
    Some(Line::from(paper.span(&text, tone)))
}

fn row(
    model: &Model,
    paper: &Paper<'_>,
    (service, newest): (&Service, &Signals),
    signal: Signal,
    width: usize,
) -> Line<'static> {
    let board = &model.burn.signals;
    let name = match signal {
        Signal::Load(place) => service.loads.get(place).map_or_else(String::new, |load| load.name.clone()),
        other => other.word(),
    };
    let old = board.overdue(&service.name, model.now).is_some();
    let mut spans = vec![paper.span(&fit(&name, NAME), Tone::Dim)];
    let rest = width.saturating_sub(NAME);
    if let Some(why) = newest.fault(signal) {
        spans.push(paper.span(&fit(why, rest), Tone::Warning));
        return Line::from(spans);
    }
    let words =
        newest.value(signal).map_or_else(|| "-".to_owned(), |value| value_words(newest, signal, value));
    spans.push(paper.span(&format!("{words:>VALUE$}"), if old { Tone::Stale } else { Tone::Text }));
    spans.push(change(paper, signal, board.change(&service.name, signal)));
    let room = rest.saturating_sub(VALUE + CHANGE + 1);
    if room >= *SPARK.start() {
        spans.push(Span::raw(" "));
        let cells = room.min(*SPARK.end());
        spans.push(paper.span(&spark(&board.spark(&service.name, signal, model.now, cells)), Tone::Dim));
    }
    Line::from(spans)
}

fn value_words(signals: &Signals, signal: Signal, value: f64) -> String {
    match signal {
        Signal::Rate => format!("{}/s", number(value)),
        Signal::Errors => percent(value),
        Signal::P50 | Signal::P95 | Signal::P99 => seconds(value),
        Signal::Load(place) => match signals.saturation.get(place).map(|load| &load.unit) {
            Some(Unit::Share) => percent(value),
            Some(Unit::Named(unit)) if unit.starts_with('B') => bytes(value, unit),
            Some(Unit::Named(unit)) if unit.starts_with('/') => format!("{}{unit}", number(value)),
            Some(Unit::Named(unit)) => format!("{} {unit}", number(value)).trim_end().to_owned(),
            None => number(value),
        },
    }
}

/// Growth in percent, or manifold; that of what hurts stands out.
fn change(paper: &Paper<'_>, signal: Signal, change: Option<Change>) -> Span<'static> {
    let words = match change.map(|change| (change, change.growth())) {
        None => String::new(),
        Some((change, None)) if change.now > 0.0 => "new".to_owned(),
        Some((_, None)) => "same".to_owned(),
        Some((_, Some(growth))) if growth.abs() < 0.005 => "same".to_owned(),
        Some((_, Some(growth))) if growth >= 1.0 => format!("{}x", number(growth + 1.0)),
        Some((_, Some(growth))) => format!("{:+.0} %", growth * 100.0),
    };
    let grown = change.is_some_and(|change| change.now > 0.0 && change.growth().is_none_or(|by| by >= 0.5));
    let hurts = !matches!(signal, Signal::Rate | Signal::Load(_));
    paper.span(&format!("{words:>CHANGE$}"), if grown && hurts { Tone::Rising } else { Tone::Dim })
}

/// A link whole, over as many lines as it takes: half an address leads nowhere.
fn link(paper: &Paper<'_>, word: &str, address: &str, width: usize) -> Vec<Line<'static>> {
    let pieces = wrap_exact(address, width.saturating_sub(NAME).max(1));
    let named = |(place, piece): (usize, &String)| {
        let name = fit(if place == 0 { word } else { "" }, NAME);
        Line::from(vec![paper.span(&name, Tone::Dim), paper.span(piece, Tone::Code)])
    };
    pieces.iter().enumerate().map(named).collect()
}

/// Three digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn percent(share: f64) -> String {
    match share {
        0.0 => "0 %".to_owned(),
        share if share < 0.000_1 => "<0.01 %".to_owned(),
        share => format!("{} %", number(share * 100.0)),
    }
}

fn seconds(seconds: f64) -> String {
    if seconds < 0.995 { format!("{} ms", number(seconds * 1e3)) } else { format!("{} s", number(seconds)) }
}

fn bytes(mut value: f64, unit: &str) -> String {
    let mut steps = ["", "Ki", "Mi", "Gi", "Ti"].into_iter();
    let mut step = steps.next().unwrap_or_default();
    while value >= 1024.0 {
        let Some(next) = steps.next() else { break };
        (value, step) = (value / 1024.0, next);
    }
    format!("{} {step}{unit}", number(value))
}
