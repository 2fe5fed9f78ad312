//! What placeholders of a walk are filled with, and what is asked for.

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent};

use super::commit_here;
use crate::app::effect::Effect;
use crate::app::filling::{Field, Filling, is_secret};
use crate::app::form::Popup;
use crate::app::model::Model;
use crate::app::notice::Tone;
use crate::app::on_run;
use crate::incident::EventKind;
use crate::incident::event::ValuesGiven;
use crate::runbook::Command;
use crate::runbook::placeholder::{self, Values};

/// The window that asks for what is open in a command; with `all` for what is known already, too.
pub fn form(model: &Model, command: &Command, all: bool) -> Filling {
    let known = values(model);
    let open = placeholder::fill(command, &known).err().unwrap_or_default();
    let asked = |name: &&String| {
        let trusted = known.trusted.get(*name).is_some_and(|value| !value.is_empty());
        open.contains(name) || (all && !trusted && !placeholder::is_raw(command, name))
    };
    let meaning = |name: &str| model.runbook.open.as_ref()?.runbook.meta(&format!("values.{name}"));
    let field = |name: &String| Field::new(name, meaning(name), known.get(name).unwrap_or_default());
    let fields: Vec<Field> = command.placeholders.iter().filter(asked).map(field).collect();
    let chosen = fields.iter().position(|field| field.value().is_empty()).unwrap_or(0);
    Filling { command: command.clone(), fields, chosen, known, refused: None }
}

/// Whether the current command has a value that a person may change.
pub fn changeable(model: &Model) -> bool {
    model.runbook.command().is_some_and(|command| !form(model, command, true).fields.is_empty())
}

/// The window again, with what is known already, to be changed.
pub fn change(model: &Model) -> Option<Filling> {
    model.runbook.command().map(|command| form(model, command, true))
}

/// A key in the window: Enter goes to the next empty value, then hands all of them over.
pub fn key(model: &mut Model, mut filling: Filling, key: KeyEvent) -> Vec<Effect> {
    if key.code != KeyCode::Enter {
        filling.key(key);
    } else if let Some(empty) = filling.next_empty() {
        filling.chosen = empty;
    } else if let Some(why) = filling.refusal() {
        filling.refused = Some(why);
    } else {
        return given(model, &filling);
    }
    model.popup = Some(Popup::Fill(filling));
    Vec::new()
}

/// Values kept for the walk, those that are not secret on record; then the confirmation.
fn given(model: &mut Model, filling: &Filling) -> Vec<Effect> {
    let typed = filling.fields.iter().map(|field| (field.name.clone(), field.value())).collect();
    let news = keep(model, typed);
    on_run::ask_to_run(model);
    news.map(|news| commit_here(model, news)).unwrap_or_default()
}

/// Values for the open walk that somebody gave before anything asked for them.
pub fn give(model: &mut Model, given: Vec<(String, String)>) -> Vec<Effect> {
    keep(model, given).map(|news| commit_here(model, news)).unwrap_or_default()
}

/// Keeps values for the open walk; what of them is news for the record, which no secret is.
fn keep(model: &mut Model, typed: Vec<(String, String)>) -> Option<EventKind> {
    let open = model.runbook.open.as_mut()?;
    open.answers.extend(typed.clone());
    let said: BTreeMap<String, String> = typed.into_iter().filter(|(name, _)| !is_secret(name)).collect();
    let is_news = said.iter().any(|(name, value)| open.walk.answers.get(name) != Some(value));
    let runbook = open.runbook.name.clone();
    is_news.then_some(EventKind::ValuesGiven(ValuesGiven { runbook, values: said }))
}

/// Values typed as secret on the open walk: masked in whatever a command prints.
pub fn secrets(model: &Model) -> Vec<String> {
    let answers = model.runbook.answers().iter();
    answers.filter(|(name, _)| is_secret(name)).map(|(_, value)| value.clone()).collect()
}

/// A piece of a command is never typed in, so that asking for it would ask for ever.
pub fn refuse_unset(model: &mut Model, name: &str) {
    let service = model.incident().and_then(|incident| incident.services.first().cloned());
    let table = service.map_or_else(|| "values.SERVICE".to_owned(), |service| format!("values.{service}"));
    let text =
        format!("not run: {name} is not configured (set it under [{table}], or x or - past this step)");
    model.notices.say(model.now, Tone::Warning, text);
}

/// Words of the runbook with the placeholders in them named, as far as they are known. For reading only.
pub fn spoken(model: &Model, text: &str) -> String {
    let Values { trusted, other } = values(model);
    let known = trusted.iter().chain(&other);
    known.fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

/// What placeholders are filled from: trusted configuration, then what was typed on this walk, then the
/// incident's fields, then labels of its alerts on which all of them agree.
pub fn values(model: &Model) -> Values {
    let incident = model.incident();
    let service = incident.and_then(|incident| incident.services.first().cloned());
    let trusted = service.as_ref().and_then(|service| model.setting.values.get(service)).cloned();
    let mut other = model.runbook.answers().clone();
    let mut offer = |name: &str, value: String| {
        if other.get(name).is_none_or(String::is_empty) {
            other.insert(name.to_owned(), value);
        }
    };
    if let Some(service) = service {
        offer("service", service);
    }
    if let Some(incident) = incident {
        offer("incident", incident.id.clone());
        offer("severity", incident.severity.to_string());
        for (name, value) in labels(model, &incident.id) {
            offer(&name, value);
        }
    }
    Values { trusted: trusted.unwrap_or_default(), other }
}

/// Labels of the incident's alerts. One that two alerts give different values is nobody's.
fn labels(model: &Model, incident: &str) -> BTreeMap<String, String> {
    let alerts = model.burn.alerts.inbox.alerts();
    let mut known: BTreeMap<&String, Option<&String>> = BTreeMap::new();
    for (name, value) in alerts
        .filter(|alert| alert.incident.as_deref() == Some(incident))
        .flat_map(|alert| &alert.heard.labels)
    {
        known
            .entry(name)
            .and_modify(|same| *same = same.filter(|same| *same == value))
            .or_insert(Some(value));
    }
    known.into_iter().filter_map(|(name, value)| Some((name.clone(), value?.clone()))).collect()
}
