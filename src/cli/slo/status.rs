//! `slo status`: polls the sources, with history, until what can be known is known.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;

use super::heard::Heard;
use super::{Asked, Manner, parity, show, watch};
use crate::app::Msg;
use crate::cli::console::start_runtime;
use crate::cli::context::Context;
use crate::cli::follow::until_signal;
use crate::cli::maintenance::LeftOut;
use crate::cli::output::{self, Failure, print, remark};
use crate::config::{Config, Source};
use crate::io::clock::Clock;
use crate::io::configuration::Loaded;
use crate::io::feed::{self, Feed};
use crate::io::runtime::{self, Told};
use crate::slo::{Evaluator, SloState};
use crate::text::{Time, problem};

/// How long sources may take to answer before what is known is printed.
const PATIENCE: Duration = Duration::from_secs(30);
/// Messages taken in before all SLOs are looked at again.
const AT_ONCE: usize = 1024;

pub(super) fn run(
    context: &Context,
    wanted: &[String],
    manner: Manner,
    json: bool,
) -> Result<ExitCode, Failure> {
    let Loaded { mut config, problems } = super::config(context)?;
    only(&mut config, wanted)?;
    if config.slos.is_empty() {
        remark("slo: none configured (warroom init writes a starter, warroom check says what is missing)");
    }
    let asked = Asked { config, only: wanted, json };
    start_runtime()?.block_on(until_signal(async {
        match manner {
            Manner::Stay => watch::run(context, asked, problems).await,
            Manner::Look => {
                let (heard, code) = gathered(context, &asked).await;
                print_out(context, &asked, &heard)?;
                Ok(code)
            }
            Manner::Compare => {
                let (heard, code) = gathered(context, &asked).await;
                parity::run(&asked.config, &heard.evaluator, context.clock, json).await?;
                Ok(code)
            }
        }
    }))
}

/// Everything that can be known now, and the exit code that it comes to.
async fn gathered(context: &Context, asked: &Asked<'_>) -> (Heard, ExitCode) {
    let (tell, mut told) = runtime::messages();
    let mut heard = Heard::nothing_yet(&asked.config);
    let _feed = Feed::start(&asked.config, context.clock, tell);
    let read = gather(&mut heard, &mut told, &asked.config, context.clock).await;
    heard.recall(context);
    LeftOut::new(context).pass_on(&mut heard.evaluator);
    heard.evaluator.evaluate(context.now());
    (heard, outcome(&asked.config, read))
}

fn print_out(context: &Context, asked: &Asked<'_>, heard: &Heard) -> Result<ExitCode, Failure> {
    if asked.json {
        output::json(&show::document(heard, context.now()))
    } else {
        print(&show::tables(heard, context))
    }
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

/// Listens until every SLO that can be measured was, or failed, every history is loaded and the health of
/// every source that is asked is known. Says whether anything could be read at all. A scraped counter says
/// nothing before its second poll.
pub(super) async fn gather(
    heard: &mut Heard,
    told: &mut Receiver<Told>,
    config: &Config,
    clock: Clock,
) -> bool {
    let owners = owners(config);
    // Who cannot be measured is not waited for, and that is known from now on.
    heard.evaluator.evaluate(clock.now());
    let mut silent = silent(&heard.evaluator);
    let (mut loading, mut unheard) = (loading(config), asked_sources(config));
    let mut read = false;
    let mut news = Vec::new();
    let everything = async {
        while !(silent.is_empty() && loading.is_empty() && unheard.is_empty()) {
            if told.recv_many(&mut news, AT_ONCE).await == 0 {
                return;
            }
            for msg in news.drain(..).filter_map(Told::msg) {
                if let Msg::Pulse { source, .. } = &msg {
                    unheard.remove(source.as_str());
                }
                match &msg {
                    Msg::HistoryLoaded { source, done } if *done >= 1.0 => {
                        loading.remove(source.as_str());
                    }
                    Msg::Pulse { source, pulse } if pulse.error.is_some() => {
                        loading.remove(source.as_str());
                    }
                    Msg::Sampled { subject, outcome: Err(_), .. } => {
                        silent.remove(owners.get(&subject.indicator).unwrap_or(&subject.indicator));
                    }
                    Msg::Sampled { outcome: Ok(_), .. } | Msg::History { .. } => read = true,
                    _ => {}
                }
                heard.hear(msg, clock.now());
            }
            forget_measured(&mut silent, &mut heard.evaluator, clock.now());
        }
    };
    // What did not answer in time shows as such.
    let _ = tokio::time::timeout(PATIENCE, everything).await;
    read
}

/// The sources whose history is waited for: those that have one and are asked for something.
fn loading(config: &Config) -> BTreeSet<&str> {
    let asked = asked_sources(config);
    config.prometheus_sources().filter(|name| asked.contains(name)).collect()
}

/// The sources that are asked for something: their health is waited for, which follows their answers.
fn asked_sources(config: &Config) -> BTreeSet<&str> {
    let is_asked = |source: &&Source| !feed::asked_of(config, source).is_empty();
    config.sources.iter().filter(is_asked).map(|source| source.name.as_str()).collect()
}

/// Which SLO an indicator is of, both by id.
fn owners(config: &Config) -> BTreeMap<String, String> {
    let of_slo =
        config.slos.iter().flat_map(|slo| slo.indicators().into_iter().map(move |asked| (asked.id, slo)));
    of_slo.map(|(id, slo)| (id, slo.id.clone())).collect()
}

/// The SLO that a row is of: rows of a group are called `id{label="value"}`.
fn owner(row: &str) -> &str {
    row.split('{').next().unwrap_or(row)
}

/// The SLOs to wait for.
fn silent(evaluator: &Evaluator) -> BTreeSet<String> {
    let readings = evaluator.readings().iter();
    let measurable = readings.filter(|reading| reading.state != SloState::Unmeasurable);
    measurable.map(|reading| owner(&reading.slo).to_owned()).collect()
}

fn forget_measured(silent: &mut BTreeSet<String>, evaluator: &mut Evaluator, now: Time) {
    evaluator.evaluate(now);
    for reading in evaluator.readings().iter().filter(|reading| reading.age_s.is_some()) {
        silent.remove(owner(&reading.slo));
    }
}

/// Exit 3 only when nothing could be read.
fn outcome(config: &Config, read: bool) -> ExitCode {
    ExitCode::from(if read || config.slos.is_empty() { 0 } else { 3 })
}
