//! The right end of the pane's frame: what is hidden, how the list is arranged, how old its data is.

use ratatui::layout::Rect;

use super::{shows_detail, words};
use crate::app::Model;
use crate::app::burn::Order;
use crate::app::burn::list::Tally;
use crate::slo::SloState;
use crate::tui::alerts;
use crate::tui::theme::Tone;

/// Pieces of the title, the most important first.
pub fn aside(model: &Model, screen: Rect) -> Vec<(String, Tone)> {
    if shows_detail(model, screen) {
        return page(model).into_iter().chain(alerts::aside(model)).collect();
    }
    let list = &model.burn.list;
    let tally = list.tally();
    let mut pieces = Vec::new();
    pieces.extend(alerts::aside(model));
    if tally.firing_hidden > 0 {
        pieces.push((format!("{} FIRING hidden by the filter", tally.firing_hidden), Tone::Alarm));
    }
    pieces.extend(counts(tally));
    if list.order != Order::default() {
        pieces.push((list.order.words().to_owned(), Tone::Text));
    }
    pieces.push((age(model), Tone::Dim));
    pieces
}

fn page(model: &Model) -> Vec<(String, Tone)> {
    let Some(reading) = model.burn.looked_into() else { return Vec::new() };
    vec![(reading.slo.clone(), Tone::Focus), ("esc: the list".to_owned(), Tone::Dim)]
}

/// Only what wants eyes.
fn counts(tally: Tally) -> Option<(String, Tone)> {
    let counts = [(tally.firing, "firing"), (tally.blind, "blind")];
    let text: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let tone = if tally.firing > 0 { Tone::Danger } else { Tone::Stale };
    (!text.is_empty()).then(|| (format!("{} of {}", text.join(", "), tally.all), tone))
}

fn age(model: &Model) -> String {
    if let Some(done) = model.burn.loading.values().copied().reduce(f32::min) {
        return format!("loading history {:.0}%", done * 100.0);
    }
    let readings = model.burn.evaluator.readings();
    let frozen = readings.iter().any(|reading| reading.state == SloState::Frozen);
    let lead = if frozen { "frozen: too little measured to alert, " } else { "" };
    let oldest = readings.iter().filter_map(|reading| reading.age_s).max();
    oldest.map_or_else(|| "no data yet".to_owned(), |age| format!("{lead}data {} old", words::age(Some(age))))
}
