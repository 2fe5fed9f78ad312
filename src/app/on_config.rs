//! A configuration that changed while the console runs.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono_tz::Tz;

use super::effect::Effect;
use super::model::Model;
use super::notice::Tone;
use super::on_history;
use super::on_run::assist;
use crate::config::Target;
use crate::incident::event::Terms;
use crate::incident::inbox::Rules;
use crate::runbook::stage::Allowed;
use crate::slo::Roster;
use crate::slo::keep::Kept;
use crate::slo::preset::Service;
use crate::text::Problem;

/// The configuration that is in force now.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconfigured {
    pub roster: Roster,
    /// Name, kind and interval of every source.
    pub sources: Vec<(String, &'static str, Duration)>,
    /// The indicators whose measurements outlive the console.
    pub kept: BTreeMap<String, Kept>,
    /// When alerts from outside count.
    pub alerts: Rules,
    /// Every service that has signals, with the interval of its source.
    pub services: Vec<(Service, Duration)>,
    pub zone: Tz,
    /// Commands of runbooks that do more than read are refused.
    pub runs_only_reads: bool,
    /// Steps of runbooks that may run by themselves.
    pub assisted: Vec<Allowed>,
    /// Trusted values for runbook placeholders, by service.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// The terms new incidents get, and where posts go.
    pub terms: Terms,
    pub targets: Vec<Target>,
    /// What is odd about it and was not before.
    pub problems: Vec<Problem>,
}

/// Goes on with another configuration. What an SLO's history and its alerts say stays with it; one that
/// measures something else gets what was once kept of that.
pub fn reconfigured(model: &mut Model, news: Reconfigured) -> Vec<Effect> {
    model.setting.runs_only_reads = news.runs_only_reads;
    model.setting.assisted = news.assisted;
    let Reconfigured { roster, sources, kept, alerts, services, zone, values, terms, targets, .. } = news;
    // Who still loads says so with its next piece.
    model.burn.loading.clear();
    let text = format!("configuration read again: {} SLOs, {} sources", roster.slos.len(), sources.len());
    model.burn.telemetry.set_sources(sources);
    let rest = on_history::keep_rest(model);
    let back = model.burn.keeper.follow(kept);
    model.burn.signals.set_services(services);
    model.burn.alerts.inbox.judge_by(alerts);
    model.burn.evaluator.follow(roster);
    let evaluator = &model.burn.evaluator;
    model.burn.offers.retain(|slo| evaluator.slo(slo).is_some());
    model.setting.zone = zone;
    model.setting.values = values;
    model.setting.outgoing.terms = terms;
    model.setting.outgoing.targets.clone_from(&targets);
    model.burn.arrange();
    model.notices.say(model.now, Tone::Good, text);
    assist::warn_of_outdated(model);
    // First what would be lost is kept, then what was kept before is looked up.
    let recall = (!back.is_empty()).then_some(Effect::Recall(back));
    rest.into_iter().chain(recall).chain([Effect::Targets(targets)]).collect()
}
