//! The filter of the window of alerts: its keys, and the way back from it.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::Model;
use crate::app::alerts::{Alerts, Letters};

/// Esc in the window: one step back, if there is one: from the keys, then from a filter to all alerts.
pub fn back(model: &mut Model) -> bool {
    let alerts = &mut model.burn.alerts;
    let filtered = alerts.has_filter();
    if std::mem::take(&mut alerts.letters) == Letters::EndKeys {
        return true;
    }
    alerts.filter.set("");
    filtered
}

/// A key while the filter is written: it is a letter and nothing else.
pub(super) fn key(alerts: &mut Alerts, key: KeyEvent) {
    match key.code {
        KeyCode::Enter => alerts.letters = Letters::Act,
        KeyCode::Up => alerts.walk(-1),
        KeyCode::Down => alerts.walk(1),
        _ => _ = alerts.filter.key(key),
    }
}
