//! From sources to the console: what their tasks say, as messages of the loop.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use super::clock::Clock;
use super::runtime::Told;
use super::sources::{self, Change, Polled, Signalled, SourceMsg};
use crate::app::Msg;
use crate::config::{Config, Source};
use crate::slo::preset::Service;
use crate::slo::telemetry::Pulse;
use crate::slo::{Evaluator, Indicator, Slo};

/// Answers of sources that may wait for the loop.
const WAITING: usize = 256;

/// The source an indicator is measured by.
fn source_of<'a>(config: &'a Config, asked: &Indicator) -> Option<&'a Source> {
    named_or_first(config, asked.source.as_deref())
}

/// The source that is asked for a service's signals.
fn home<'a>(config: &'a Config, service: &Service) -> Option<&'a Source> {
    named_or_first(config, service.source.as_deref())
}

pub(crate) fn named_or_first<'a>(config: &'a Config, name: Option<&str>) -> Option<&'a Source> {
    match name {
        Some(name) => config.sources.iter().find(|source| source.name == name),
        None => config.sources.first(),
    }
}

/// An evaluator of the configured SLOs that knows their intervals, and which of them no source can
/// ever answer.
pub fn evaluator(config: &Config) -> Evaluator {
    let mut evaluator = Evaluator::new(config.slos.clone());
    for slo in &config.slos {
        if let Some(why) = unmeasurable(config, slo) {
            evaluator.unmeasurable(&slo.id, why);
        }
        let sources = slo.indicators().into_iter().filter_map(|asked| source_of(config, &asked));
        if let Some(every) = sources.map(|source| source.every).max() {
            evaluator.set_interval(&slo.id, every);
        }
    }
    evaluator
}

/// Why no configured source can ever answer an SLO; `None` when they may.
fn unmeasurable(config: &Config, slo: &Slo) -> Option<String> {
    let of_source = |asked: Indicator| match source_of(config, &asked) {
        None => Some("no source is configured for it".to_owned()),
        Some(source) => sources::unmeasurable(&source.kind, &asked),
    };
    slo.unmeasurable.clone().or_else(|| slo.indicators().into_iter().find_map(of_source))
}

/// The running sources. Dropping it ends them.
#[derive(Debug)]
pub struct Feed {
    tasks: Vec<JoinHandle<()>>,
}

/// Which indicators are measured by which source, both by name.
type Measured = BTreeMap<String, Vec<String>>;

impl Feed {
    /// Starts polling every source for the indicators it measures.
    pub fn start(config: &Config, clock: Clock, told: Sender<Told>) -> Self {
        let (tx, rx) = channel(WAITING);
        let mut tasks = Vec::new();
        let mut measured = Measured::new();
        for source in &config.sources {
            let asked = asked_of(config, source);
            measured.insert(source.name.clone(), asked.iter().map(|asked| asked.id.clone()).collect());
            tasks.push(sources::spawn(source.clone(), asked, clock, tx.clone()));
            let services = services_of(config, source);
            if !services.is_empty() {
                tasks.push(sources::spawn_signals(source.clone(), services, clock, tx.clone()));
            }
        }
        tasks.push(tokio::spawn(pass_on(rx, told, measured)));
        Self { tasks }
    }

    /// A way in for something that reports changes and measures nothing.
    pub fn of_changes(told: Sender<Told>) -> (Sender<SourceMsg>, Self) {
        let (tx, rx) = channel(WAITING);
        (tx, Self { tasks: vec![tokio::spawn(pass_on(rx, told, Measured::new()))] })
    }
}

/// What a source is asked for: of each SLO that can be measured, its indicators at this source.
pub fn asked_of(config: &Config, source: &Source) -> Vec<Indicator> {
    let measurable = config.slos.iter().filter(|slo| unmeasurable(config, slo).is_none());
    let here = |asked: &Indicator| source_of(config, asked).is_some_and(|own| own.name == source.name);
    measurable.flat_map(Slo::indicators).filter(here).collect()
}

/// The services whose signals a source is asked for.
fn services_of(config: &Config, source: &Source) -> Vec<Service> {
    let here = |service: &&Service| home(config, service).is_some_and(|own| own.name == source.name);
    config.services.iter().filter(here).cloned().collect()
}

/// Every configured service with the interval of its source.
pub fn services(config: &Config) -> Vec<(Service, Duration)> {
    let with_interval =
        |service: &Service| Some((service.clone(), home(config, service).map(|source| source.every)?));
    config.services.iter().filter_map(with_interval).collect()
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn pass_on(mut rx: Receiver<SourceMsg>, told: Sender<Told>, measured: Measured) {
    while let Some(msg) = rx.recv().await {
        for msg in messages(msg, &measured) {
            if told.send(msg.into()).await.is_err() {
                return;
            }
        }
    }
}

/// What a source says, as the console hears it. A source that gave nothing costs each of its SLOs
/// this poll.
fn messages(msg: SourceMsg, measured: &Measured) -> Vec<Msg> {
    match msg {
        SourceMsg::Polled(polled) => polled_messages(polled, measured),
        SourceMsg::Backfill(piece) => {
            let loaded = Msg::HistoryLoaded { source: piece.source, done: piece.done };
            let subject = piece.subject;
            let sample = piece.sample.ok().map(|sample| Msg::History { subject, sample });
            sample.into_iter().chain([loaded]).collect()
        }
        SourceMsg::Signals(Signalled { service, signals }) => vec![Msg::Signals { service, signals }],
        SourceMsg::Change(Change { at, kind, service, what }) => {
            vec![Msg::Changed { at, kind, service, what }]
        }
    }
}

fn polled_messages(polled: Polled, measured: &Measured) -> Vec<Msg> {
    let Polled { source, at, took, heartbeat, answers, warnings } = polled;
    let asked: &[String] = measured.get(&source).map_or(&[], Vec::as_slice);
    let error = answers.as_ref().err().cloned();
    let answers = answers.unwrap_or_else(|why| {
        asked.iter().map(|indicator| (indicator.as_str().into(), Err(why.clone()))).collect()
    });
    let answered = answers.iter().filter(|(_, outcome)| outcome.is_ok()).count();
    let asked = asked.len();
    let pulse = Pulse { at, took, asked, answered, heartbeat, error, warnings };
    let samples = answers.into_iter().map(|(subject, outcome)| Msg::Sampled { subject, at, outcome });
    samples.chain([Msg::Pulse { source, pulse }]).collect()
}
