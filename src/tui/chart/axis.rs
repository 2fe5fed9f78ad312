//! The time axis of a chart: round times of the display zone, each at its column.

use chrono::{DateTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use ratatui::text::Line;

use super::curve::Curve;
use super::{Chart, margin};
use crate::app::burn::Range;
use crate::text::Time;
use crate::tui::paper::{Paper, fit};
use crate::tui::theme::Tone;

/// Cells between two labels at the least.
const APART: usize = 4;

/// Minutes between two labels that a range may have, the finest first.
fn steps(range: Range) -> &'static [i64] {
    match range {
        Range::Hour => &[10, 15, 30],
        Range::SixHours => &[60, 120, 180],
        Range::Day => &[180, 360, 720],
        Range::Week => &[1_440, 2_880],
        Range::Month => &[4_320, 7_200, 14_400],
    }
}

/// `╵14:00` at the column of 14:00, as many as fit; the columns under the cursor stand out.
pub fn times(paper: &Paper<'_>, curve: &Curve, chart: &Chart<'_>) -> Line<'static> {
    let width = curve.cells.len();
    let steps = steps(chart.model.burn.range);
    let spread = |minutes: &&i64| {
        let labels = (curve.to - curve.from).num_minutes() / **minutes;
        labels.cast_unsigned() as usize * (label(curve.to, chart).len() + 1 + APART) <= width
    };
    let step = steps.iter().find(spread).or(steps.last()).copied().unwrap_or(60);
    let mut text = String::new();
    let mut used = 0;
    for (column, words) in ticks(curve, chart, step) {
        if column < used || column + words.len() + 1 > width {
            continue;
        }
        text.push_str(&" ".repeat(column - used));
        text.push('╵');
        text.push_str(&words);
        used = column + words.len() + 1;
    }
    let text = fit(&text, width);
    let tones = |column: usize| match chart.cursor(width) {
        Some((from, to)) if (from..to).contains(&column) => Tone::Select,
        _ => Tone::Dim,
    };
    let cells = text.chars().enumerate().map(|(column, sign)| paper.span(&sign.to_string(), tones(column)));
    Line::from(std::iter::once(margin()).chain(cells).collect::<Vec<_>>())
}

/// Round instants of the zone's clocks, with their columns and words.
fn ticks(curve: &Curve, chart: &Chart<'_>, step: i64) -> Vec<(usize, String)> {
    let zone = chart.model.setting.zone;
    let midnight = curve.from.with_timezone(&zone).date_naive().and_hms_opt(0, 0, 0).unwrap_or_default();
    let count = (curve.to - curve.from).num_minutes() / step + 1_440 / step.min(1_440) + 1;
    let at = |number: i64| on_the_clock(midnight + TimeDelta::minutes(number * step), zone);
    let found = (0..=count).filter_map(at);
    found.filter_map(|at| Some((curve.column(at)?, label(at, chart)))).collect()
}

fn on_the_clock(local: chrono::NaiveDateTime, zone: Tz) -> Option<Time> {
    let instant: Option<DateTime<Tz>> = zone.from_local_datetime(&local).earliest();
    instant.map(|instant| instant.to_utc())
}

/// `14:00`, or of a long range `Nov 15`.
fn label(at: Time, chart: &Chart<'_>) -> String {
    let local = at.with_timezone(&chart.model.setting.zone);
    let form = if is_long(chart.model.burn.range) { "%b %d" } else { "%H:%M" };
    local.format(form).to_string()
}

/// A stretch in words: `13:46-13:47`, or of a long range with the day.
pub fn stretch(from: Time, to: Time, chart: &Chart<'_>) -> String {
    let zone = chart.model.setting.zone;
    let (from, to) = (from.with_timezone(&zone), to.with_timezone(&zone));
    let form = if is_long(chart.model.burn.range) { "%b %d %H:%M" } else { "%H:%M" };
    format!("{}-{}", from.format(form), to.format("%H:%M"))
}

fn is_long(range: Range) -> bool {
    matches!(range, Range::Week | Range::Month)
}
