//! The burn pane: samples in, evaluation on each tick, the offer to declare.

use super::action::Action;
use super::effect::Effect;
use super::form::Form;
use super::model::{ChangeMark, Model};
use super::notice::Tone;
use super::{on_telemetry, on_timeline};
use crate::incident::event::{Evidence, Spent};
use crate::incident::{Ask, EventKind, Incident, Intent};
use crate::slo::{Reading, Sample, SloState, Subject, TierState, Transition};
use crate::text::Time;

/// The name the system signs with.
pub const SYSTEM: &str = "warroom";
/// Changes kept for the charts.
const CHANGES_KEPT: usize = 200;

pub fn sampled(
    model: &mut Model,
    subject: Subject,
    at: Time,
    outcome: Result<Sample, String>,
) -> Vec<Effect> {
    model.burn.evaluator.observe(subject, at, outcome);
    Vec::new()
}

pub fn history_loaded(model: &mut Model, source: String, done: f32) -> Vec<Effect> {
    if done >= 1.0 {
        model.burn.loading.remove(&source);
    } else {
        model.burn.loading.insert(source, done);
    }
    Vec::new()
}

/// A change that a source saw: on the charts at once, in the journal as an event of its service.
pub fn changed(model: &mut Model, at: Time, intent: Intent) -> Vec<Effect> {
    on_timeline::append(model, Ask::new(SYSTEM, intent).at(at))
}

/// Remembers a change from the journal for the charts.
pub fn mark_change(model: &mut Model, at: Time, service: &str, what: &str) {
    model.burn.changes.push(ChangeMark { at, service: service.to_owned(), what: what.to_owned() });
    if model.burn.changes.len() > CHANGES_KEPT {
        model.burn.changes.remove(0);
    }
}

/// Evaluates every SLO at the model's time; what changed becomes events, and a page an offer.
pub fn evaluate(model: &mut Model) -> Vec<Effect> {
    let transitions = model.burn.evaluator.evaluate(model.now);
    let mut effects = Vec::new();
    for transition in transitions {
        effects.push(Effect::Notice(record(model, &transition)));
        if transition.pages() {
            effects.extend(page(model, &transition));
        }
    }
    effects
}

fn record(model: &Model, transition: &Transition) -> Ask {
    let dedupe = format!(
        "alert:{}:{}:{:?}:{}",
        transition.slo,
        transition.tier,
        transition.to,
        transition.at.timestamp()
    );
    let covering = model.ledger.open_on(&transition.service).map(|incident| incident.id.clone());
    let intent = Intent::Record { kind: EventKind::AlertChanged(transition.clone()), dedupe: Some(dedupe) };
    Ask { incident: covering, ..Ask::new(SYSTEM, intent).at(transition.at) }
}

fn page(model: &mut Model, transition: &Transition) -> Vec<Effect> {
    let burn = transition.short_burn;
    if model.ledger.open_on(&transition.service).is_some() {
        let text = format!("{} pages: burning {burn:.1}x", transition.slo);
        model.notices.say(model.now, Tone::Danger, text);
        return vec![Effect::Bell];
    }
    if let Some(doubt) = on_telemetry::doubt(model, &transition.slo) {
        let text = format!("{} pages: burning {burn:.1}x, but {doubt}: no incident is offered", transition.slo);
        model.notices.say(model.now, Tone::Danger, text);
        return vec![Effect::Bell];
    }
    let row = model.burn.evaluator.readings().iter().position(|reading| reading.slo == transition.slo);
    model.burn.selected = row.unwrap_or(model.burn.selected);
    model.burn.offers.retain(|slo| *slo != transition.slo);
    model.burn.offers.push(transition.slo.clone());
    let key = model.setting.keymap.key(Action::Declare);
    let text = format!("{} pages: burning {burn:.1}x; press {key} to declare an incident", transition.slo);
    model.notices.say(model.now, Tone::Danger, text);
    vec![Effect::Bell]
}

/// The form of a declaration, filled from the newest page that nobody has taken.
pub fn declaration(model: &Model) -> Form {
    let offered = model.burn.offers.last().and_then(|slo| model.burn.evaluator.slo(slo));
    match offered {
        Some(slo) => {
            Form::declare(&format!("{} is burning its error budget", slo.id), vec![slo.service.clone()])
        }
        None => Form::declare("", burning_services(model)),
    }
}

/// Each once, in the order of the readings.
fn burning_services(model: &Model) -> Vec<String> {
    let mut services = Vec::new();
    let readings = model.burn.evaluator.readings().iter();
    for reading in readings.filter(|reading| reading.state == SloState::Firing) {
        if !services.contains(&reading.service) {
            services.push(reading.service.clone());
        }
    }
    services
}

/// The runbook to open for an incident: that of the first SLO that fires on its services.
pub fn runbook_for(model: &Model, services: &[String]) -> Option<String> {
    let covers = |reading: &&Reading| services.contains(&reading.service);
    let readings = model.burn.evaluator.readings();
    let firing = readings.iter().filter(covers).find(|reading| reading.state == SloState::Firing);
    let reading = firing.or_else(|| readings.iter().find(covers))?;
    model.burn.evaluator.slo(&reading.slo)?.runbook.clone()
}

/// SLOs of the services that are not back to normal, as sentences.
pub fn still_burning(model: &Model, services: &[String]) -> Vec<String> {
    let readings = model.burn.evaluator.readings().iter();
    readings
        .filter(|reading| services.contains(&reading.service))
        .filter(|reading| reading.alerts.iter().any(|tier| tier.state == TierState::Firing))
        .map(|reading| format!("{} still fires", reading.slo))
        .collect()
}

/// What was measured of the incident's services up to now, to be stored with it.
pub fn evidence(model: &Model, incident: &Incident, moment: &str) -> Evidence {
    let evaluator = &model.burn.evaluator;
    let from = model.ledger.impact_from(incident);
    let covered = |reading: &&Reading| incident.services.contains(&reading.service);
    let readings: Vec<Reading> = evaluator.readings().iter().filter(covered).cloned().collect();
    let spent = readings.iter().filter_map(|reading| {
        let spent = evaluator.spent(&reading.slo, from, model.now)?;
        Some(Spent {
            slo: reading.slo.clone(),
            from,
            to: model.now,
            bad: spent.bad,
            total: spent.total,
            budget_share: spent.budget_share,
        })
    });
    Evidence { moment: moment.to_owned(), at: model.now, spent: spent.collect(), readings }
}

pub fn scroll(model: &mut Model, by: isize) {
    let last = model.burn.evaluator.readings().len().saturating_sub(1);
    model.burn.selected = model.burn.selected.saturating_add_signed(by).min(last);
}
