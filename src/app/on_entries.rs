//! The lines of the timeline: choosing one, correcting it, and which of them are shown.

use crossterm::event::{KeyCode, KeyEvent};

use super::action::Action;
use super::effect::Effect;
use super::form::{Form, Popup};
use super::model::{Model, TimelinePane};
use super::on_lines::{self, scroll};

impl TimelinePane {
    /// Whether there is a filter or one is being written.
    pub fn has_filter(&self) -> bool {
        self.filtering || !self.filter.is_blank()
    }
}

/// Why an action on a line cannot be done now.
pub fn disabled(action: Action, pane: &TimelinePane) -> Option<&'static str> {
    match action {
        Action::AmendEntry | Action::StrikeEntry if pane.chosen().is_none() => {
            Some("no line is chosen; up and down choose one")
        }
        Action::Rows(act) => on_lines::disabled(act, pane),
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

/// Goes one step back: from marked lines to one, from a filter to all lines, from a chosen line to the newest. False where there is
/// nothing to go back from.
pub fn back(model: &mut Model) -> bool {
    let pane = &mut model.timeline;
    if pane.lines.mark.take().is_some() {
        return true;
    }
    if pane.has_filter() {
        pane.filtering = false;
        pane.filter.set("");
        return true;
    }
    pane.selected.take().is_some()
}
