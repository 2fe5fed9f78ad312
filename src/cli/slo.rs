//! Objectives from the command line: measure, list, check, draft.

mod new;
mod parity;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;
use comfy_table::Color;
use serde_json::{Value, json};
use tokio::sync::mpsc::Receiver;

use super::console::start_runtime;
use super::context::Context;
use super::findings::{self, Verdict};
use super::follow::until_signal;
use super::maintenance::LeftOut;
use super::output::{self, Failure, print, remark, table, table_text};
use crate::app::Msg;
use crate::config::{self, Config};
use crate::io::clock::Clock;
use crate::io::feed::{self, Feed};
use crate::io::runtime::{self, Told};
use crate::slo::{Evaluator, Reading, Slo as Objective, SloState};
use crate::text::{Place, Problem, Time, problem, when};

/// How long sources may take to answer before what is known is printed.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two prints of `--watch`.
const AGAIN: Duration = Duration::from_secs(5);

#[derive(Debug, Subcommand)]
pub(super) enum Slo {
    /// Poll the sources, with history, and print where each SLO stands
    Status {
        /// Only these [default: all]
        slos: Vec<String>,
        /// Stay and print again every few seconds
        #[arg(long)]
        watch: bool,
        /// Beside what the rules of Sloth and Pyrra have recorded, and why the two differ
        #[arg(long, conflicts_with = "watch")]
        parity: bool,
        /// One JSON document; with --watch an object a line
        #[arg(long)]
        json: bool,
    },
    /// Every SLO: objective, period, where it was defined
    List {
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// Parse and lint files of SLOs; exit 1 on an error
    Check {
        /// Files with [[slo]] tables
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        verdict: Verdict,
    },
    /// Print a spec to begin with: starting targets over guessed names
    New(new::New),
}

pub(super) fn run(context: &Context, command: Slo) -> Result<ExitCode, Failure> {
    match command {
        Slo::Status { slos, parity: true, json, .. } => beside_recorded(context, &slos, json),
        Slo::Status { slos, watch, json, .. } => status(context, &slos, watch, json),
        Slo::List { json } => list(&context.config()?.config, json),
        Slo::New(new) => new.run(context),
        Slo::Check { paths, verdict } => findings::of_files(&paths, verdict, judge),
    }
}

fn list(config: &Config, as_json: bool) -> Result<ExitCode, Failure> {
    if as_json {
        return output::json(&config.slos.iter().map(list_json).collect());
    }
    let rows = config.slos.iter().map(|slo| {
        vec![
            slo.id.clone(),
            slo.service.clone(),
            format!("{} %", slo.objective.percent()),
            when::short_span(slo.period),
            slo.defined_at.to_string(),
        ]
    });
    table(&["id", "service", "objective", "period", "defined at"], rows)
}

fn list_json(slo: &Objective) -> Value {
    json!({
        "id": slo.id,
        "service": slo.service,
        "objective": slo.objective.ratio(),
        "period_s": slo.period.as_secs(),
        "file": slo.defined_at.file,
        "line": slo.defined_at.line,
    })
}

fn judge(path: &Path, text: &str) -> Vec<Problem> {
    let file = path.display().to_string();
    if path.extension().is_some_and(|ending| ending == "yaml" || ending == "yml") {
        let what = "this version reads native [[slo]] tables only";
        let problem = Problem::error(Place::file(file), "not-yet", what);
        return vec![problem.way_out("write each SLO as a [[slo]] in a toml file")];
    }
    config::parse(&file, text, Config::default()).problems
}

fn status(context: &Context, wanted: &[String], watch: bool, as_json: bool) -> Result<ExitCode, Failure> {
    let mut config = context.config()?.config;
    only(&mut config, wanted)?;
    if config.slos.is_empty() {
        remark("slo: none configured (warroom init writes a starter, warroom check says what is missing)");
    }
    start_runtime()?.block_on(until_signal(async {
        let (tell, mut told) = runtime::messages();
        let mut evaluator = feed::evaluator(&config);
        let mut left_out = LeftOut::new(context);
        let _feed = Feed::start(&config, context.clock, tell);
        let read = gather(&mut evaluator, &mut told, &config, context.clock).await;
        loop {
            left_out.pass_on(&mut evaluator);
            evaluator.evaluate(context.now());
            let document = as_json.then(|| document(&evaluator, context.now()));
            match document {
                Some(document) if watch => output::json_lines([document])?,
                Some(document) => output::json(&document)?,
                None => print(&rows(&evaluator, context.paints()))?,
            };
            if !watch {
                return Ok(outcome(&config, read));
            }
            listen(&mut evaluator, &mut told, context.clock).await;
        }
    }))
}

/// Our numbers beside recorded ones, once everything was heard.
fn beside_recorded(context: &Context, wanted: &[String], as_json: bool) -> Result<ExitCode, Failure> {
    let mut config = context.config()?.config;
    only(&mut config, wanted)?;
    start_runtime()?.block_on(until_signal(async {
        let (tell, mut told) = runtime::messages();
        let mut evaluator = feed::evaluator(&config);
        let _feed = Feed::start(&config, context.clock, tell);
        let read = gather(&mut evaluator, &mut told, &config, context.clock).await;
        evaluator.evaluate(context.now());
        parity::run(&config, &evaluator, context.clock, as_json).await?;
        Ok(outcome(&config, read))
    }))
}

/// Keeps the SLOs that were named; one that does not exist is a mistake.
fn only(config: &mut Config, wanted: &[String]) -> Result<(), Failure> {
    let known: Vec<&str> = config.slos.iter().map(|slo| slo.id.as_str()).collect();
    if let Some(stranger) = wanted.iter().find(|name| !known.contains(&name.as_str())) {
        let way_out =
            problem::meant(stranger, known.iter().copied(), || "warroom slo list shows them".to_owned());
        return Err(Failure::Usage(format!("slo: {stranger}: unknown ({way_out})")));
    }
    if !wanted.is_empty() {
        config.slos.retain(|slo| wanted.contains(&slo.id));
    }
    Ok(())
}

/// Listens until every SLO that can be measured was, or failed, and every history is loaded. Says whether
/// anything could be read at all. A scraped counter says nothing before its second poll.
async fn gather(evaluator: &mut Evaluator, told: &mut Receiver<Told>, config: &Config, clock: Clock) -> bool {
    let mut silent = silent(evaluator);
    let mut loading: BTreeSet<&str> = config.prometheus_sources().collect();
    let mut read = false;
    let everything = async {
        while !(silent.is_empty() && loading.is_empty()) {
            let Some(Told::Msg(msg)) = told.recv().await else { return };
            match &*msg {
                Msg::HistoryLoaded { source, done } if *done >= 1.0 => _ = loading.remove(source.as_str()),
                Msg::Sampled { subject, outcome: Err(_), .. } => _ = silent.remove(&subject.indicator),
                Msg::Sampled { outcome: Ok(_), .. } | Msg::History { .. } => read = true,
                _ => {}
            }
            hear(evaluator, *msg, clock.now());
            forget_measured(&mut silent, evaluator, clock.now());
        }
    };
    // What did not answer in time shows as such.
    let _ = tokio::time::timeout(PATIENCE, everything).await;
    read
}

/// The SLOs to wait for.
fn silent(evaluator: &Evaluator) -> BTreeSet<String> {
    let readings = evaluator.readings().iter();
    let measurable = readings.filter(|reading| reading.state != SloState::Unmeasurable);
    measurable.map(|reading| reading.slo.clone()).collect()
}

fn forget_measured(silent: &mut BTreeSet<String>, evaluator: &mut Evaluator, now: Time) {
    evaluator.evaluate(now);
    for reading in evaluator.readings().iter().filter(|reading| reading.age_s.is_some()) {
        silent.remove(&reading.slo);
    }
}

async fn listen(evaluator: &mut Evaluator, told: &mut Receiver<Told>, clock: Clock) {
    let _ = tokio::time::timeout(AGAIN, async {
        while let Some(news) = told.recv().await {
            if let Told::Msg(msg) = news {
                hear(evaluator, *msg, clock.now());
            }
        }
    })
    .await;
}

fn hear(evaluator: &mut Evaluator, msg: Msg, now: Time) {
    match msg {
        Msg::Sampled { subject, at, outcome } => evaluator.observe(subject, at, outcome),
        Msg::History { subject, sample } => evaluator.observe(subject, now, Ok(sample)),
        _ => {}
    }
}

/// Exit 3 only when nothing could be read.
fn outcome(config: &Config, read: bool) -> ExitCode {
    ExitCode::from(if read || config.slos.is_empty() { 0 } else { 3 })
}

fn document(evaluator: &Evaluator, now: Time) -> Value {
    let slos: Vec<Value> = evaluator.readings().iter().map(reading_json).collect();
    json!({ "at": when::rfc3339(now), "slos": slos })
}

fn rows(evaluator: &Evaluator, paint: bool) -> String {
    let heading = ["state", "slo", "budget", "5m", "1h", "6h", "3d", "age", "error"];
    let readings = evaluator.readings().iter();
    table_text(&heading, readings.map(|reading| (tint(reading.state), row(reading))), paint)
}

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

fn row(reading: &Reading) -> Vec<String> {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let burn = |window: u64| {
        let rate = reading.burn_over(Duration::from_secs(window));
        rate.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.2}x"))
    };
    vec![
        reading.state.word().to_owned(),
        reading.slo.clone(),
        reading.budget.map_or_else(|| "-".to_owned(), |budget| percent(budget.remaining)),
        burn(300),
        burn(3_600),
        burn(21_600),
        burn(259_200),
        reading.age_s.map_or_else(|| "never".to_owned(), |age| format!("{age}s")),
        reading.error.clone().unwrap_or_else(|| remarks(reading)),
    ]
}

/// The object of the contract.
fn reading_json(reading: &Reading) -> Value {
    let burn: serde_json::Map<String, Value> = reading
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
        "error": reading.error,
    })
}
