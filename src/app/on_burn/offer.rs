//! What a page leads to: the bell, the offer to declare, the runbook that fits, the evidence kept.

use crate::app::action::Action;
use crate::app::effect::Effect;
use crate::app::form::Form;
use crate::app::model::{Model, Pane};
use crate::app::notice::Tone;
use crate::app::on_telemetry;
use crate::incident::Incident;
use crate::incident::event::{Evidence, Spent};
use crate::slo::{Reading, SloState, TierState, Transition};

/// The bell, and the offer to declare where no open incident covers the service. The row is selected
/// unless somebody is walking the list.
pub fn page(model: &mut Model, transition: &Transition) -> Vec<Effect> {
    let burn = transition.short_burn;
    if model.ledger.open_on(&transition.service).is_some() {
        let text = format!("{} pages: burning {burn:.1}x", transition.slo);
        model.notices.say(model.now, Tone::Danger, text);
        return vec![Effect::Bell];
    }
    if let Some(doubt) = on_telemetry::doubt(model, &transition.slo) {
        let text =
            format!("{} pages: burning {burn:.1}x, but {doubt}: no incident is offered", transition.slo);
        model.notices.say(model.now, Tone::Danger, text);
        return vec![Effect::Bell];
    }
    if model.desk.focus != Pane::Burn || !model.burn.list.is_walked() {
        model.burn.list.select(&transition.slo, model.burn.evaluator.readings());
    }
    model.burn.offers.retain(|slo| *slo != transition.slo);
    model.burn.offers.push(transition.slo.clone());
    let key = model.setting.keymap.key(Action::Declare);
    let way = if model.setting.reads_only {
        String::new()
    } else {
        format!("; press {key} to declare an incident")
    };
    let text = format!("{} pages: burning {burn:.1}x{way}", transition.slo);
    model.notices.say(model.now, Tone::Danger, text);
    vec![Effect::Bell]
}

/// The form of a declaration, filled from the newest page that nobody has taken.
pub fn declaration(model: &Model) -> Form {
    let offered = model.burn.offers.last().and_then(|slo| model.burn.evaluator.slo(slo));
    match offered {
        Some(slo) => {
            let title = format!("{} is burning its error budget", slo.id);
            Form::declare(&title, vec![slo.service.clone()]).found_by_alert()
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

/// Whether the services' SLOs are back to normal; `None` where that is not measured now: no data is never
/// healthy.
pub fn at_baseline(model: &Model, services: &[String]) -> Option<bool> {
    let covered = |reading: &&Reading| services.contains(&reading.service);
    let states: Vec<SloState> =
        model.burn.evaluator.readings().iter().filter(covered).map(|reading| reading.state).collect();
    let unknown = |state: &SloState| *state < SloState::Firing;
    let burns = |state: &SloState| matches!(state, SloState::Firing | SloState::Pending | SloState::Rising);
    if states.iter().any(burns) {
        return Some(false);
    }
    (!states.is_empty() && !states.iter().any(unknown)).then_some(true)
}

/// Whether anything is known now of any SLO: of these services, or at all.
pub fn measures_any(model: &Model, services: Option<&[String]>) -> bool {
    let covered = |reading: &&Reading| services.is_none_or(|services| services.contains(&reading.service));
    model.burn.evaluator.readings().iter().filter(covered).any(|reading| reading.state >= SloState::Firing)
}

/// Every SLO that fires, as sentences.
pub fn burning(model: &Model) -> Vec<String> {
    still_burning(model, &burning_services(model))
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
