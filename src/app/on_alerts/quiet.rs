//! What the journal knows of a silence that is about to be ended.

use crate::app::Model;
use crate::incident::EventKind;
use crate::incident::event::{Event, SilenceMade};
use crate::text::when::date_time;

/// Its matchers, who made it and why, and when it ends by itself; of one that was not made here, where to look.
pub(super) fn about(model: &Model, source: &str, id: &str) -> Vec<String> {
    let incidents = model.ledger.incidents.iter().flat_map(|incident| &incident.timeline);
    let events = model.ledger.loose.iter().chain(incidents.map(|entry| &entry.event));
    let made = |event: &'_ Event| match &event.kind {
        EventKind::SilenceMade(made) if made.source == source && made.id == id => {
            Some(lines(model, &event.actor, made))
        }
        _ => None,
    };
    let unknown = || vec![format!("It was not made here: {source} knows what it matches and who made it.")];
    events.into_iter().find_map(made).unwrap_or_else(unknown)
}

fn lines(model: &Model, by: &str, made: &SilenceMade) -> Vec<String> {
    let zone = model.setting.zone;
    let matchers = made.matchers.iter().map(|matcher| format!("  {matcher}"));
    let ends = format!("It ends by itself at {} {zone}.", date_time(made.ends_at, zone));
    let head = std::iter::once("It matches alerts with all of:".to_owned());
    head.chain(matchers).chain([format!("made by {by}: {}", made.comment), ends]).collect()
}
