//! The clocks in one line: the most urgent first, as many as fit; what is overdue is red and says so.

use ratatui::text::{Line, Span};

use super::paper::Paper;
use super::theme::Tone;
use crate::app::{Action, Model, on_clocks};
use crate::incident::{Clock, ClockState};
use crate::text::Safe;

/// Between two clocks.
const GAP: &str = "  ";

/// The line; `None` where no clock runs.
pub(super) fn line(model: &Model, paper: &Paper<'_>, width: usize) -> Option<Line<'static>> {
    let clocks = on_clocks::shown(model);
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut left = width;
    for (index, clock) in clocks.iter().enumerate() {
        let words = Safe::line(&clock.short(model.now)).into_string();
        let more = clocks.len() - index;
        // What does not fit is counted, and the key that lists all is named.
        let rest = format!("+{more} ({})", model.setting.keymap.key(Action::Snooze));
        let span = paper.span(&words, tone(clock, model));
        let room = if more > 1 { left.saturating_sub(GAP.len() + rest.len()) } else { left };
        if span.width() > room {
            spans.push(paper.span(&rest, Tone::Dim));
            break;
        }
        left = left.saturating_sub(span.width() + GAP.len());
        spans.extend([span, Span::raw(GAP)]);
    }
    (!clocks.is_empty()).then(|| Line::from(spans))
}

pub(super) fn tone(clock: &Clock, model: &Model) -> Tone {
    match clock.state(model.now) {
        ClockState::OnTime => Tone::Dim,
        ClockState::Due => Tone::Warning,
        ClockState::Overdue => Tone::Danger,
    }
}
