//! The burn pane: samples in, evaluation on each tick; what changed becomes events.

mod offer;
mod walk;

use super::burn::ChangeMark;
use super::effect::Effect;
use super::model::Model;
use super::on_timeline;
use crate::incident::event::Change;
use crate::incident::{Ask, EventKind, Intent};
use crate::slo::{Sample, Subject, Transition};
use crate::text::Time;

use offer::page;
pub use offer::{at_baseline, burning, declaration, evidence, measures_any, runbook_for, still_burning};
pub use walk::{BurnAct, act, back, disabled, key, paste, scroll};

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
pub fn changed(model: &mut Model, at: Time, change: Change) -> Vec<Effect> {
    on_timeline::append(model, Ask::new(SYSTEM, Intent::MarkChange(change)).at(at))
}

/// Remembers a change from the journal for the charts.
pub fn mark_change(model: &mut Model, at: Time, change: &Change) {
    let (service, what) = (change.service.clone(), change.what.clone());
    model.burn.changes.push(ChangeMark { at, service, what });
    if model.burn.changes.len() > CHANGES_KEPT {
        model.burn.changes.remove(0);
    }
}

/// Evaluates every SLO at the model's time; what changed becomes events, and a page an offer.
pub fn evaluate(model: &mut Model) -> Vec<Effect> {
    let transitions = model.burn.evaluator.evaluate(model.now);
    model.burn.arrange();
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
