//! The burn pane: a row an SLO, and the selected one's curve where there is room.

use std::time::Duration;

use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use unicode_width::UnicodeWidthStr;

use super::chart;
use super::paper::{Paper, fit};
use super::signals;
use super::theme::Tone;
use crate::app::{Model, Pane};
use crate::slo::{BudgetStatus, Reading, SloState};
use crate::text::when;

/// Windows whose burn has a column, the widest screen shows them all.
const WINDOWS: [(u64, &str); 4] = [(300, "5m"), (3_600, "1h"), (21_600, "6h"), (259_200, "3d")];
/// What the sparkline spans.
const SPARK: Duration = Duration::from_hours(2);
/// Rows a curve needs to be worth drawing.
pub(super) const CURVE_ROWS: u16 = 6;

/// Which columns fit, from the narrowest screen to the widest.
struct Columns {
    name: usize,
    bar: usize,
    windows: usize,
    spark: usize,
    exhausted: bool,
}

impl Columns {
    /// `longest` is the length of the longest name.
    fn fit(width: u16, longest: usize) -> Self {
        let (bar, windows, exhausted) = match width {
            150.. => (14, 4, true),
            110.. => (10, 4, true),
            84.. => (8, 3, false),
            64.. => (6, 2, false),
            55.. => (0, 2, false),
            47.. => (0, 1, false),
            _ => (0, 0, false),
        };
        let fixed = 14 + 1 + 8 + windows * 8 + 6 + usize::from(exhausted) * 14 + bar + usize::from(bar > 0);
        let free = usize::from(width).saturating_sub(fixed);
        let name = free.min(longest).max(8);
        let spark = free.saturating_sub(name + 1);
        Self { name, bar, windows, spark: if spark >= 8 { spark.min(48) } else { 0 }, exhausted }
    }

    /// Cells of the columns that say how fast the budget burns.
    fn pace(&self) -> usize {
        self.windows * 8 + if self.exhausted { 14 } else { 0 }
    }
}

pub(super) fn draw(model: &Model, paper: &mut Paper<'_>, area: Rect) {
    let readings = model.burn.evaluator.readings();
    if readings.is_empty() {
        return empty(paper, area);
    }
    let longest = readings.iter().map(|reading| reading.slo.width()).max().unwrap_or(0);
    let columns = Columns::fit(area.width, longest);
    let shown = shown(model, usize::from(area.height.saturating_sub(1)));
    let head = heading(paper, &columns, shown.len(), readings.len());
    let focused = model.desk.focus == Pane::Burn;
    let rows = shown.iter().filter_map(|index| {
        let chosen = focused && *index == model.burn.selected;
        Some(row(model, paper, readings.get(*index)?, &columns, chosen))
    });
    let lines: Vec<Line<'static>> = std::iter::once(head).chain(rows).collect();
    let used = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(area.height);
    paper.lines(area, lines);
    let rest = Rect { y: area.y + used, height: area.height - used, ..area };
    let rest = signals::draw(model, paper, rest);
    if rest.height >= CURVE_ROWS {
        chart::draw(model, paper, rest);
    }
}

/// Which readings get a row, in their order. Where not all fit: around the selected one while somebody
/// walks them, else the worst, so that a strip never hides what burns.
fn shown(model: &Model, room: usize) -> Vec<usize> {
    let readings = model.burn.evaluator.readings();
    let mut order: Vec<usize> = (0..readings.len()).collect();
    if readings.len() <= room {
        return order;
    }
    if model.desk.focus == Pane::Burn {
        let first = model.burn.selected.saturating_sub(room.saturating_sub(1));
        return order.into_iter().skip(first).take(room).collect();
    }
    order.sort_by_key(|index| urgency(readings[*index].state));
    order.truncate(room);
    order.sort_unstable();
    order
}

fn urgency(state: SloState) -> u8 {
    match state {
        SloState::Firing => 0,
        SloState::Exhausted => 1,
        SloState::Pending | SloState::Rising | SloState::Recovering => 2,
        SloState::Ok | SloState::NoTraffic => 4,
        _ => 3,
    }
}

fn empty(paper: &mut Paper<'_>, area: Rect) {
    let lines = [
        "No SLOs configured.",
        "",
        "warroom init writes a starter warroom.toml;",
        "warroom demo shows the console at work.",
    ];
    let lines: Vec<Line<'static>> =
        lines.into_iter().map(|text| Line::from(paper.span(text, Tone::Dim))).collect();
    paper.lines(area, lines);
}

fn heading(paper: &Paper<'_>, columns: &Columns, shown: usize, all: usize) -> Line<'static> {
    let name = if shown < all { format!("slo, {shown} of {all}") } else { "slo".to_owned() };
    let mut text = format!("{} {} ", fit("state", 13), fit(&name, columns.name));
    if columns.bar > 0 {
        text.push_str(&" ".repeat(columns.bar + 1));
    }
    text.push_str("  budget");
    for (_, label) in WINDOWS.iter().take(columns.windows) {
        text.push_str(&format!("{label:>8}"));
    }
    if columns.exhausted {
        text.push_str(&format!("{:>14}", "budget gone"));
    }
    text.push_str("   age");
    if columns.spark > 0 {
        let label = if columns.spark < 14 { "last 2 h" } else { "burn, last 2 h" };
        text.push_str(&format!(" {}", fit(label, columns.spark)));
    }
    Line::from(paper.span(&text, Tone::Dim))
}

fn row(
    model: &Model,
    paper: &Paper<'_>,
    reading: &Reading,
    columns: &Columns,
    chosen: bool,
) -> Line<'static> {
    let tone = state_tone(reading.state);
    let mut spans = vec![
        paper.span(&fit(&state_words(reading), 13), tone),
        Span::raw(if chosen { ">" } else { " " }),
        paper.span(&fit(&reading.slo, columns.name), if chosen { Tone::Select } else { Tone::Text }),
        Span::raw(" "),
    ];
    spans.extend(budget(paper, reading, columns.bar));
    match &reading.error {
        Some(error) if is_blind(reading.state) => {
            let room = columns.pace().saturating_sub(2);
            let text = format!("  {}", fit(reason(error, room), room));
            spans.push(paper.span(&text, Tone::Warning));
        }
        _ => spans.extend(pace(paper, reading, columns)),
    }
    spans.push(paper.span(&format!("{:>6}", age_words(reading)), age_tone(reading)));
    spans.extend(trace(model, paper, reading, columns.spark));
    Line::from(spans)
}

/// Its numbers say nothing about now, so that why matters more than what they were.
fn is_blind(state: SloState) -> bool {
    matches!(state, SloState::Unmeasurable | SloState::NoData | SloState::Stale)
}

/// An error without the address before it, where both do not fit: what is wrong matters more than where.
fn reason(error: &str, room: usize) -> &str {
    let said = error.split_once("://").and_then(|(_, rest)| rest.split_once(": "));
    said.filter(|_| error.width() > room).map_or(error, |(_, reason)| reason)
}

/// The burn of each window, and when the budget is gone.
fn pace(paper: &Paper<'_>, reading: &Reading, columns: &Columns) -> Vec<Span<'static>> {
    let windows = WINDOWS.iter().take(columns.windows);
    let mut spans: Vec<Span<'static>> = windows
        .map(|(window, _)| {
            let rate = reading.burn_over(Duration::from_secs(*window));
            paper.span(&format!("{:>8}", burn_words(rate)), burn_tone(rate))
        })
        .collect();
    if columns.exhausted {
        // Beyond the period the budget refills faster than it is spent.
        let within = reading.exhausted_in_s.filter(|left| *left < reading.period_s);
        let gone = within.map(|left| format!("in {}", when::span(Duration::from_secs(left))));
        spans.push(paper.span(&format!("{:>14}", gone.unwrap_or_else(|| "-".to_owned())), Tone::Text));
    }
    spans
}

/// The sparkline; in its place why the last poll failed, where it did.
fn trace(model: &Model, paper: &Paper<'_>, reading: &Reading, width: usize) -> Vec<Span<'static>> {
    if width == 0 {
        return Vec::new();
    }
    let mut spans = vec![Span::raw(" ")];
    match &reading.error {
        Some(error) if !is_blind(reading.state) => {
            spans.push(paper.span(&fit(reason(error, width), width), Tone::Warning));
        }
        _ => {
            let rates = model.burn.evaluator.sparkline(&reading.slo, SPARK, width);
            let cell = |rate: &Option<f64>| paper.span(&chart::level(*rate).to_string(), burn_tone(*rate));
            spans.extend(rates.iter().map(cell));
        }
    }
    spans
}

fn budget(paper: &Paper<'_>, reading: &Reading, bar: usize) -> Vec<Span<'static>> {
    let Some(budget) = reading.budget else {
        let blank = " ".repeat(if bar > 0 { bar + 1 } else { 0 });
        return vec![paper.span(&format!("{blank}{:>8}", "-"), Tone::Dim)];
    };
    let tone = budget_tone(budget.status);
    let mut spans = Vec::new();
    if bar > 0 {
        let filled = ((budget.remaining.clamp(0.0, 1.0) * bar as f64).round() as usize).min(bar);
        spans.push(paper.span(&"━".repeat(filled), tone));
        spans.push(paper.span(&"─".repeat(bar - filled), Tone::Dim));
        spans.push(Span::raw(" "));
    }
    spans.push(paper.span(&format!("{:>7.1}%", budget.remaining * 100.0), tone));
    spans
}

fn budget_tone(status: BudgetStatus) -> Tone {
    match status {
        BudgetStatus::Healthy => Tone::Good,
        BudgetStatus::Caution => Tone::Rising,
        BudgetStatus::Warning => Tone::Warning,
        BudgetStatus::Critical | BudgetStatus::Exhausted => Tone::Danger,
    }
}

/// A sign and a word: never colour alone.
fn state_words(reading: &Reading) -> String {
    let sign = match reading.state {
        SloState::Firing | SloState::Exhausted => "!!",
        SloState::Pending | SloState::Rising => "^ ",
        SloState::Recovering => "v ",
        SloState::Ok => "  ",
        _ => "? ",
    };
    format!("{sign} {}", reading.state.word())
}

fn state_tone(state: SloState) -> Tone {
    match state {
        SloState::Firing => Tone::Alarm,
        SloState::Exhausted => Tone::Danger,
        SloState::Recovering | SloState::Pending | SloState::Rising => Tone::Rising,
        SloState::Ok => Tone::Good,
        SloState::NoTraffic => Tone::Dim,
        _ => Tone::Stale,
    }
}

fn burn_words(rate: Option<f64>) -> String {
    match rate {
        None => "-".to_owned(),
        Some(rate) if rate >= 100.0 => format!("{rate:.0}x"),
        Some(rate) if rate >= 10.0 => format!("{rate:.1}x"),
        Some(rate) => format!("{rate:.2}x"),
    }
}

/// Above the fast page's factor it alarms, above the ticket's it warns, above 1 it is a burn at all.
pub(super) fn burn_tone(rate: Option<f64>) -> Tone {
    match rate {
        None => Tone::Dim,
        Some(rate) if rate > 14.4 => Tone::Danger,
        Some(rate) if rate > 3.0 => Tone::Warning,
        Some(rate) if rate > 1.0 => Tone::Rising,
        Some(_) => Tone::Good,
    }
}

fn age_words(reading: &Reading) -> String {
    match reading.age_s {
        None => "never".to_owned(),
        Some(age) if age < 1000 => format!("{age}s"),
        Some(age) => when::short_span(Duration::from_secs(age / 60 * 60)),
    }
}

fn age_tone(reading: &Reading) -> Tone {
    if reading.state == SloState::Stale { Tone::Stale } else { Tone::Dim }
}
