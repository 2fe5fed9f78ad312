//! The lines of the timeline: choosing one, correcting it, and which of them are shown.

use crossterm::event::{KeyCode, KeyEvent};

use super::action::Action;
use super::effect::Effect;
use super::form::{Form, Popup};
use super::model::{Model, TimelinePane};
use crate::incident::timeline::Filter;
use crate::incident::{Entry, Weight};

impl TimelinePane {
    /// The lines that are shown, in order.
    pub fn visible(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        let filter = Filter::parse(&self.filter.text());
        self.entries.iter().filter(move |entry| entry.weight() != Weight::Quiet && filter.lets(entry))
    }

    /// The chosen line, while it is shown; without one the newest is followed.
    pub fn chosen(&self) -> Option<&Entry> {
        let selected = self.selected?;
        self.visible().find(|entry| entry.event.seq == selected)
    }

    /// Whether there is a filter or one is being written.
    pub fn has_filter(&self) -> bool {
        self.filtering || !self.filter.is_blank()
    }
}

/// Moves through the lines; below the last one the newest is followed again.
pub fn scroll(model: &mut Model, by: isize) {
    let pane = &model.timeline;
    let shown: Vec<u64> = pane.visible().map(|entry| entry.event.seq).collect();
    let chosen = pane.selected.and_then(|seq| shown.iter().position(|shown| *shown == seq));
    let to = chosen.unwrap_or(shown.len()).saturating_add_signed(by);
    model.timeline.selected = shown.get(to).copied();
}

/// Why an action on a line cannot be done now.
pub fn disabled(action: Action, pane: &TimelinePane) -> Option<&'static str> {
    match action {
        Action::AmendEntry | Action::StrikeEntry if pane.chosen().is_none() => {
            Some("no line is chosen; up and down choose one")
        }
        Action::FilterEntries if pane.entries.is_empty() => Some("nothing has happened yet"),
        _ => None,
    }
}

/// Opens the form that corrects the chosen line, or the line of the filter.
pub fn act(model: &mut Model, action: Action) {
    model.desk.focus = super::model::Pane::Timeline;
    let form = match (action, model.timeline.chosen()) {
        (Action::AmendEntry, Some(entry)) => Form::amend(entry),
        (Action::StrikeEntry, Some(entry)) => Form::strike(entry),
        _ => {
            model.timeline.filtering = true;
            return;
        }
    };
    model.popup = Some(Popup::Form(form));
}

/// A key while the filter is written: the lines follow every letter, esc shows all again, enter keeps it.
pub fn key(model: &mut Model, key: KeyEvent) -> Vec<Effect> {
    match key.code {
        KeyCode::Esc => _ = back(model),
        KeyCode::Enter => model.timeline.filtering = false,
        KeyCode::Up => scroll(model, -1),
        KeyCode::Down => scroll(model, 1),
        _ => {
            model.timeline.filter.key(key);
        }
    }
    Vec::new()
}

/// Goes one step back: from a filter to all lines, from a chosen line to the newest. False where there is
/// nothing to go back from.
pub fn back(model: &mut Model) -> bool {
    let pane = &mut model.timeline;
    if pane.has_filter() {
        pane.filtering = false;
        pane.filter.set("");
        return true;
    }
    pane.selected.take().is_some()
}
