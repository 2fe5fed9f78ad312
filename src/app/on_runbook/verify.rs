//! A step that names a bound on live data: watched at every tick until it holds or its time is up.

use super::{commit, spoken, standing};
use crate::app::effect::Effect;
use crate::app::model::Model;
use crate::app::notice::Tone;
use crate::incident::EventKind;
use crate::incident::event::{Answer, Standing, Verification};
use crate::runbook::bound::{Bound, Finding};
use crate::slo::Reading;
use crate::text::{Time, when};

/// A bound that is being watched.
#[derive(Debug, Clone, PartialEq)]
pub struct Watch {
    pub runbook: String,
    pub step: String,
    pub title: String,
    pub bound: Bound,
    pub since: Time,
    pub finding: Finding,
    incident: Option<String>,
    standing: Standing,
}

/// The bound that the current step names.
pub fn bound(model: &Model) -> Option<Bound> {
    let step = model.runbook.open.as_ref()?.step()?;
    let said = std::iter::once(&step.title).chain(&step.prose).map(|line| spoken(model, line));
    Bound::find(&said.collect::<Vec<_>>().join("\n"))
}

/// Begins to watch the current step's bound.
pub(super) fn begin(model: &mut Model) {
    let Some((bound, open)) = bound(model).zip(model.runbook.open.as_ref()) else { return };
    let Some(step) = open.walk.step() else { return };
    let watch = Watch {
        runbook: open.runbook.name.clone(),
        step: step.n.clone(),
        title: step.title.clone(),
        since: model.now,
        finding: Finding { answer: None, measured: None, why: "waiting for live data".to_owned() },
        incident: open.incident.clone(),
        standing: standing(model),
        bound,
    };
    model.runbook.watch = Some(watch);
}

/// Looks at what was measured; what is settled goes on record.
pub fn tick(model: &mut Model) -> Vec<Effect> {
    let Some(watch) = model.runbook.watch.clone() else { return Vec::new() };
    let services = watch.incident.as_deref().and_then(|id| model.ledger.incident(id));
    let services = services.map(|incident| incident.services.clone()).unwrap_or_default();
    let readings = model.burn.evaluator.readings().iter();
    let readings: Vec<&Reading> = readings.filter(|reading| watch.bound.covers(reading, &services)).collect();
    let finding = watch.bound.judge(&readings, when::since(watch.since, model.now));
    match finding.answer {
        Some(_) => settle(model, watch, finding),
        None => {
            model.runbook.watch = Some(Watch { finding, ..watch });
            Vec::new()
        }
    }
}

/// Nobody waits any longer: nobody can tell.
pub fn stop(model: &mut Model) -> Vec<Effect> {
    let Some(watch) = model.runbook.watch.clone() else { return Vec::new() };
    let why = format!("not waited for: {}", watch.finding.why);
    let finding = Finding { answer: Some(Answer::Unknown), why, ..watch.finding.clone() };
    settle(model, watch, finding)
}

fn settle(model: &mut Model, watch: Watch, finding: Finding) -> Vec<Effect> {
    model.runbook.watch = None;
    let answer = finding.answer.unwrap_or(Answer::Unknown);
    let (tone, verdict) = match answer {
        Answer::Yes => (Tone::Good, "holds"),
        Answer::No => (Tone::Danger, "does NOT hold"),
        Answer::Unknown => (Tone::Warning, "cannot be told"),
    };
    let said = format!("step {}: {} {verdict}: {}", watch.step, watch.bound, finding.why);
    model.notices.say(model.now, tone, said);
    let verification = Verification {
        runbook: watch.runbook,
        step: watch.step,
        title: watch.title,
        bound: watch.bound.to_string(),
        answer,
        measured: finding.measured,
        why: finding.why,
        waited_s: when::since(watch.since, model.now).as_secs(),
        standing: watch.standing,
    };
    commit(model, watch.incident, EventKind::StepVerified(verification))
}
