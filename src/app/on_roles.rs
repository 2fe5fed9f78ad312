//! Roles that wait for an answer of whoever sits at this console.

use super::action::Action;
use super::form::Confirm;
use super::model::Model;
use super::notice::Tone;
use crate::incident::state::Offer;
use crate::incident::{Brief, Event, EventKind};

/// The role of the shown incident that was offered to us; the command before any other.
pub fn offered(model: &Model) -> Option<&Offer> {
    model.incident()?.offers_to(&model.setting.who).min_by_key(|offer| offer.role)
}

/// The question whether to take over, with the brief to read before.
pub fn take_over(model: &Model) -> Option<Confirm> {
    let (incident, offer) = (model.incident()?, offered(model)?);
    let brief = Brief::new(&model.ledger, incident, model.now).lines();
    Some(Confirm::take_over(offer.role, &offer.by, brief))
}

/// Says that somebody asks us to take a role, whatever is shown.
pub fn heard(model: &mut Model, event: &Event) {
    let EventKind::RoleOffered { role, who } = &event.kind else { return };
    if *who != model.setting.who {
        return;
    }
    let shown = event.incident == model.timeline.shown;
    let wanted = if shown { Action::TakeOver } else { Action::SwitchIncident };
    let key = model.setting.keymap.key(wanted);
    let way =
        if shown { format!("{key} shows the brief") } else { format!("{key} switches to its incident") };
    let text = format!("{} asks you to take over as {}: {way}", event.actor, role.title());
    model.notices.say(model.now, Tone::Warning, text);
}
