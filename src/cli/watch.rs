//! `watch`: the console's loop without a screen. It records what the system notices, and says so.

use std::collections::BTreeMap;
use std::process::ExitCode;

use super::console::{leave, start_runtime};
use super::context::Context;
use super::follow::deaf;
use super::output::{Failure, remark, say_all};
use crate::app::model::Template;
use crate::app::on_burn::SYSTEM;
use crate::app::outgoing::Outgoing;
use crate::app::{Keymap, Model, Msg, Setting};
use crate::config::Config;
use crate::incident::{Event, describe};
use crate::io::configuration::Loaded;
use crate::io::feed::{self, Feed};
use crate::io::history;
use crate::io::listener::{Porter, Ways};
use crate::io::outside::Outside;
use crate::io::reload::Reload;
use crate::io::runtime::{self, Start};
use crate::io::scribe::Scribe;
use crate::runbook::Library;
use crate::slo::keep::Keeper;
use crate::text::when;
use crate::tui::Theme;

/// Polls, evaluates and records until a signal comes. While another console or watch holds the lease,
/// that one records; this one takes over when it ends.
pub(super) fn run(context: &Context) -> Result<ExitCode, Failure> {
    let Loaded { config, problems } = context.config()?;
    for problem in &problems {
        remark(&problem.to_string());
    }
    let measures = config.sources.iter().any(|source| source.kind.measures()) && !config.slos.is_empty();
    let hears = config.alertmanagers().next().is_some() || config.listen.is_some();
    if !measures && !hears && config.outbox.is_empty() {
        let why =
            "watch: nothing to watch: no source or no slo is configured (warroom init writes a starter)";
        return Err(Failure::Usage(why.to_owned()));
    }
    start_runtime()?.block_on(async {
        let (tell, told) = runtime::messages();
        let scribe = Scribe::start(&context.data, context.clock, tell.clone())?;
        let (intake, data) = (scribe.intake(), context.data.clone());
        let ways = Ways { intake, told: tell.clone(), data, clock: context.clock };
        let porter = Some(Porter::new(ways));
        let outside = Outside::new(scribe, &context.data, context.clock, tell.clone());
        let outside =
            outside.posting(&config.outbox).keeping(&context.data, context.clock, history::kept(&config));
        let start = Start { model: model(context, &config), theme: Theme::default(), clock: context.clock };
        let reload = Reload {
            feed: Feed::start(&config, context.clock, tell.clone()),
            configuration: context.configuration(),
            config,
            problems,
            only: Vec::new(),
            looks: None,
            library: Library::default(),
            porter,
            told: tell,
        };
        let _sources = reload.start();
        let quiet = context.quiet;
        let ended = Box::pin(runtime::watch(start, told, outside, |msg| hear(msg, quiet))).await;
        ended.map(leave).map_err(|error| deaf(&error))
    })
}

fn model(context: &Context, config: &Config) -> Model {
    let setting = Setting {
        who: SYSTEM.to_owned(),
        zone: config.zone,
        keymap: Keymap::default(),
        reads_only: false,
        runs_only_reads: false,
        assisted: Vec::new(),
        demo: None,
        configuration: String::new(),
        folder: String::new(),
        values: BTreeMap::new(),
        outgoing: Outgoing {
            terms: config.terms.clone(),
            targets: config.outbox.clone(),
            ..Outgoing::default()
        },
    };
    let mut model = Model::new(context.now(), setting, feed::evaluator(config), Template::shipped());
    model.burn.telemetry.set_sources(feed::sources(config));
    model.burn.keeper = Keeper::new(history::kept(config));
    model.burn.alerts.inbox.judge_by(config.alerts.clone());
    model
}

/// What was written to the journal, by us or by others, a line an event.
fn hear(msg: &Msg, quiet: bool) {
    match msg {
        Msg::Appended { events, .. } if !quiet => {
            // A reader that has gone away does not end the watch.
            let _ = say_all(&events.iter().map(line).collect::<Vec<_>>());
        }
        Msg::Problems(problems) => problems.iter().for_each(|problem| remark(&problem.to_string())),
        Msg::Reconfigured(news) => {
            news.problems.iter().for_each(|problem| remark(&problem.to_string()));
            let (slos, sources) = (news.roster.slos.len(), news.sources.len());
            remark(&format!("configuration: read again: {slos} SLOs, {sources} sources"));
        }
        Msg::TaskDied { task, why } => remark(&format!("{task}: stopped: {why}")),
        _ => {}
    }
}

fn line(event: &Event) -> String {
    let incident = event.incident.as_deref().unwrap_or("-");
    format!("{} {} {incident} {}", when::rfc3339(event.recorded_at), event.seq, describe(&event.kind))
}
