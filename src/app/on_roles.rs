//! Roles that wait for an answer of whoever sits at this console.

use super::action::Action;
use super::effect::Effect;
use super::form::{Confirm, Form, Popup};
use super::model::Model;
use super::notice::Tone;
use super::on_timeline;
use crate::incident::state::Offer;
use crate::incident::{Ask, Brief, Event, EventKind, Incident, Intent, Role};

/// The role of the shown incident that was offered to us; the command before any other.
pub fn offered(model: &Model) -> Option<&Offer> {
    model.incident()?.offers_to(&model.setting.who).min_by_key(|offer| offer.role)
}

/// The question whether to take over, with the brief to read before.
pub fn take_over(model: &Model) -> Option<Confirm> {
    let (incident, offer) = (model.incident()?, offered(model)?);
    let brief = Brief::new(&model.ledger, incident, model.now).shown_in(model.setting.zone).lines();
    Some(Confirm::take_over(offer.role, &offer.by, brief))
}

/// Takes the role that was offered; who keeps another one on a SEV1 is asked why first.
pub fn accept(model: &mut Model, role: Role) -> Vec<Effect> {
    let second = model.incident().and_then(|incident| incident.second_seat(role, &model.setting.who));
    if let Some(other) = second.map(|held| held.role) {
        model.popup = Some(Popup::Form(Form::keep_seat(role, other)));
        return Vec::new();
    }
    let ask = Ask::new(&model.setting.who, Intent::AcceptRole { role, reason: None });
    let shown = model.timeline.shown.clone();
    on_timeline::append(model, Ask { incident: shown, ..ask })
}

/// Says that somebody asks us to take a role, whatever is shown.
pub fn heard(model: &mut Model, event: &Event) {
    let EventKind::RoleOffered { role, who } = &event.kind else { return };
    if *who != model.setting.who || model.setting.reads_only {
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

/// What the form of roles asks for: `ana, the shift changed` names who takes the seat, and why where somebody
/// else holds it.
///
/// # Errors
/// Where a name or a reason is missing, with the words of this window.
pub fn assign(model: &Model, role: Role, written: &str) -> Result<Intent, String> {
    let (who, why) = written.split_once(',').unwrap_or((written, ""));
    let (who, why) = (who.trim().to_owned(), why.trim());
    if who.is_empty() {
        return Err("write who takes the role".to_owned());
    }
    let held = model.incident().and_then(|incident| needs_reason(incident, role, &who));
    if let Some(held) = held.filter(|_| why.is_empty()) {
        return Err(format!("{held}: write why after a comma, like `{who}, the shift changed`"));
    }
    Ok(Intent::AssignRole { role, who, reason: (!why.is_empty()).then(|| why.to_owned()) })
}

/// What stands against it as long as nobody says why.
fn needs_reason(incident: &Incident, role: Role, who: &str) -> Option<String> {
    let commander = incident.commander().filter(|holder| role == Role::Ic && *holder != who);
    let other = || incident.second_seat(role, who).map(|held| held.role);
    commander.map(|holder| format!("{holder} is still commander")).or_else(|| {
        other().map(|other| format!("{who} is {} and SEV1 wants one person a seat", other.title()))
    })
}
