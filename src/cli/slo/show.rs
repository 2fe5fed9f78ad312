//! A reading as a row, as a line, and as the object of the contract.

use std::time::Duration;

use comfy_table::Color;
use serde_json::{Map, Value, json};

use super::heard::Heard;
use crate::cli::context::Context;
use crate::cli::output::table_text;
use crate::cli::telemetry;
use crate::slo::{Evaluator, Reading, SloState, TierState, Weighting};
use crate::text::{Time, when};

const WINDOWS_S: [u64; 4] = [300, 3_600, 21_600, 259_200];

pub(super) fn document(heard: &Heard, now: Time) -> Value {
    let slos: Vec<Value> = heard.evaluator.readings().iter().map(object).collect();
    json!({ "at": when::rfc3339(now), "slos": slos, "sources": telemetry::json(&heard.telemetry, now) })
}

/// Where each SLO stands, and below it the sources that this rests on.
pub(super) fn tables(heard: &Heard, context: &Context) -> String {
    let sources = telemetry::text(&heard.telemetry, context.now(), context.paints());
    let slos = rows(&heard.evaluator, context.paints());
    if sources.is_empty() { slos } else { format!("{slos}\n{sources}") }
}

/// The table. Columns that say nothing of any row are left out.
fn rows(evaluator: &Evaluator, paint: bool) -> String {
    let readings = evaluator.readings();
    let told: Vec<&(&str, Cell)> = COLUMNS
        .iter()
        .filter(|(name, cell)| ALWAYS.contains(name) || readings.iter().any(|row| !cell(row).is_empty()))
        .collect();
    let heading: Vec<&str> = told.iter().map(|(name, _)| *name).collect();
    let row = |reading: &Reading| told.iter().map(|(_, cell)| cell(reading)).collect::<Vec<String>>();
    table_text(&heading, readings.iter().map(|reading| (tint(reading.state), row(reading))), paint)
}

type Cell = fn(&Reading) -> String;

const ALWAYS: [&str; 9] = ["state", "slo", "budget", "5m", "1h", "6h", "3d", "age", "error"];
const COLUMNS: [(&str, Cell); 11] = [
    ("state", |reading| reading.state.word().to_owned()),
    ("slo", |reading| reading.slo.clone()),
    ("budget", |reading| budget(reading)),
    ("by", |reading| weighting(reading.weighting).to_owned()),
    ("5m", |reading| burn(reading, WINDOWS_S[0])),
    ("1h", |reading| burn(reading, WINDOWS_S[1])),
    ("trend", |reading| reading.trend.map_or_else(String::new, |change| format!("{change:+.1}x"))),
    ("6h", |reading| burn(reading, WINDOWS_S[2])),
    ("3d", |reading| burn(reading, WINDOWS_S[3])),
    ("age", |reading| reading.age_s.map_or_else(|| "never".to_owned(), |age| format!("{age}s"))),
    ("error", |reading| reading.error.clone().unwrap_or_else(|| remarks(reading))),
];

fn tint(state: SloState) -> Option<Color> {
    match state {
        SloState::Firing | SloState::Exhausted => Some(Color::Red),
        SloState::Ok => Some(Color::Green),
        SloState::NoTraffic => None,
        _ => Some(Color::Yellow),
    }
}

/// What a state word alone does not say to somebody who meets it first.
fn explained(state: SloState) -> &'static str {
    match state {
        SloState::Frozen => "too little measured so far to alert",
        _ => "",
    }
}

/// What else one has to know of a row without an error.
fn remarks(reading: &Reading) -> String {
    let planned = reading.suppressed.as_ref().map(|why| format!("alerts nobody: {why}"));
    planned.unwrap_or_else(|| explained(reading.state).to_owned())
}

/// What a budget weighs by, where it is not events.
fn weighting(weighting: Weighting) -> &'static str {
    match weighting {
        Weighting::Events => "",
        Weighting::Time => "time",
    }
}

fn budget(reading: &Reading) -> String {
    reading.budget.map_or_else(|| "-".to_owned(), |budget| format!("{:.1} %", budget.remaining * 100.0))
}

fn burn(reading: &Reading, window_s: u64) -> String {
    let rate = reading.burn_over(Duration::from_secs(window_s));
    rate.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.2}x"))
}

/// Where an SLO stands, without the numbers that change with every poll.
pub(super) fn standing(reading: &Reading) -> String {
    let tier = |state| move |tier: &&crate::slo::TierReading| tier.state == state;
    let firing = reading.alerts.iter().filter(tier(TierState::Firing)).map(|tier| tier.name.as_str());
    let firing: Vec<&str> = firing.collect();
    let mut says = vec![reading.state.word().to_owned()];
    if !firing.is_empty() {
        says.push(firing.join(", "));
    }
    says.extend(reading.suppressed.as_ref().map(|why| format!("alerts nobody: {why}")));
    says.extend(reading.error.clone());
    says.join("; ")
}

/// The numbers of a line about a change.
pub(super) fn line(reading: &Reading) -> String {
    let (budget, quick, slow) = (budget(reading), burn(reading, WINDOWS_S[0]), burn(reading, WINDOWS_S[1]));
    format!("{} budget {budget} 5m {quick} 1h {slow}", reading.slo)
}

/// The object of the contract, and what came beside it.
fn object(reading: &Reading) -> Value {
    let burn: Map<String, Value> = reading
        .burn
        .iter()
        .map(|burn| (when::short_span(Duration::from_secs(burn.window_s)), json!(burn.rate)))
        .collect();
    json!({
        "id": reading.slo,
        "service": reading.service,
        "objective": reading.objective,
        "period_s": reading.period_s,
        "state": reading.state,
        "sli": reading.sli,
        "budget_remaining": reading.budget.map(|budget| budget.remaining),
        "budget_status": reading.budget.map(|budget| budget.status),
        "burn": burn,
        "exhausted_in_s": reading.exhausted_in_s,
        "bad": reading.bad,
        "total": reading.total,
        "coverage": reading.coverage,
        "age_s": reading.age_s,
        "weighting": reading.weighting,
        "alerts": reading.alerts,
        "suppressed": reading.suppressed,
        "unexcluded": reading.unexcluded,
        "trend": reading.trend,
        "error": reading.error,
    })
}
