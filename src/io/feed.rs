//! From sources to the console: what their tasks say, as messages of the loop.

use std::collections::BTreeSet;
use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use super::clock::Clock;
use super::history;
use super::runtime::Told;
use super::sources::{self, Answers, Change, Client, Polled, Signalled, SourceMsg};
use crate::app::Msg;
use crate::app::on_config::Reconfigured;
use crate::config::{Config, Source};
use crate::slo::preset::Service;
use crate::slo::telemetry::Pulse;
use crate::slo::{Evaluator, Indicator, Roster, Sample, Slo};
use crate::text::Problem;

/// Answers of sources that may wait for the loop.
const WAITING: usize = 256;

/// An evaluator of the configured SLOs.
pub fn evaluator(config: &Config) -> Evaluator {
    let mut evaluator = Evaluator::default();
    evaluator.follow(roster(config));
    evaluator
}

/// What a configuration puts under watch.
fn roster(config: &Config) -> Roster {
    let why = |slo: &Slo| Some((slo.id.clone(), unmeasurable(config, slo)?));
    Roster {
        slos: config.slos.clone(),
        unmeasurable: config.slos.iter().filter_map(why).collect(),
        intervals: config
            .slos
            .iter()
            .filter_map(|slo| Some((slo.id.clone(), interval(config, slo)?)))
            .collect(),
        policy: config.budget.clone(),
    }
}

/// The longest interval of an SLO's sources.
fn interval(config: &Config, slo: &Slo) -> Option<Duration> {
    let indicators = slo.indicators();
    indicators.iter().filter_map(|asked| config.source_of(asked)).map(|source| source.every).max()
}

/// Name, kind and interval of every source, as telemetry health knows them.
pub fn sources(config: &Config) -> Vec<(String, &'static str, Duration)> {
    config.sources.iter().map(|source| (source.name.clone(), source.kind.word(), source.every)).collect()
}

/// A configuration as a running console goes on with it.
pub fn reconfigured(config: &Config, problems: Vec<Problem>) -> Msg {
    Msg::Reconfigured(Box::new(Reconfigured {
        roster: roster(config),
        sources: sources(config),
        kept: history::kept(config),
        services: services(config),
        zone: config.zone,
        values: config.values.clone(),
        problems,
    }))
}

/// Why no configured source can ever answer an SLO; `None` when they may.
pub fn unmeasurable(config: &Config, slo: &Slo) -> Option<String> {
    let of_source = |asked: Indicator| match config.source_of(&asked) {
        None => Some("no source is configured for it".to_owned()),
        Some(source) => sources::unmeasurable(&source.kind, &asked),
    };
    slo.unmeasurable.clone().or_else(|| slo.indicators().into_iter().find_map(of_source))
}

/// A task that ends when this is dropped.
#[derive(Debug)]
pub struct Task(JoinHandle<()>);

impl Task {
    pub fn of(work: impl Future<Output = ()> + Send + 'static) -> Self {
        Self(tokio::spawn(work))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The running sources. Dropping it ends them.
#[derive(Debug)]
pub struct Feed {
    clock: Clock,
    told: Sender<Told>,
    running: Vec<Running>,
}

/// One source, its client, and what it is asked for.
#[derive(Debug)]
struct Running {
    source: Source,
    client: Client,
    asked: Vec<Indicator>,
    services: Vec<Service>,
    /// The one that polls and the one that passes on; likewise for the signals.
    polls: Option<[Task; 2]>,
    signals: Option<[Task; 2]>,
}

impl Feed {
    /// Starts polling every source for the indicators it measures.
    pub fn start(config: &Config, clock: Clock, told: Sender<Told>) -> Self {
        let mut feed = Self { clock, told, running: Vec::new() };
        feed.follow(config);
        feed
    }

    /// Goes on with another configuration. A source that is reached in the same way keeps its client;
    /// what it is asked as before goes on as it is, the rest begins anew, history and all.
    pub fn follow(&mut self, config: &Config) {
        let mut before = std::mem::take(&mut self.running);
        for source in &config.sources {
            let known = before.iter().position(|running| running.source == *source);
            let known = known.map(|at| before.swap_remove(at));
            let mut running = known.unwrap_or_else(|| Running::new(source.clone(), self.clock));
            // Who reads what the polls fetch is there before the first one.
            running.tell_signals(services_of(config, source), &self.told);
            running.poll(asked_of(config, source), &self.told);
            self.running.push(running);
        }
    }

    /// A way in for something that reports changes and measures nothing.
    pub fn of_changes(told: Sender<Told>) -> (Sender<SourceMsg>, Task) {
        let (tx, rx) = channel(WAITING);
        (tx, Task::of(pass_on(rx, told, Vec::new())))
    }
}

impl Running {
    fn new(source: Source, clock: Clock) -> Self {
        let client = Client::new(&source, clock);
        Self { source, client, asked: Vec::new(), services: Vec::new(), polls: None, signals: None }
    }

    fn poll(&mut self, asked: Vec<Indicator>, told: &Sender<Told>) {
        if self.polls.is_some() && self.asked == asked {
            return;
        }
        let (tx, rx) = channel(WAITING);
        let ids = asked.iter().map(|asked| asked.id.clone()).collect();
        self.asked.clone_from(&asked);
        self.polls = None;
        let polling = Task(self.client.poll(asked, tx));
        self.polls = Some([polling, Task::of(pass_on(rx, told.clone(), ids))]);
    }

    fn tell_signals(&mut self, services: Vec<Service>, told: &Sender<Told>) {
        if self.services == services {
            return;
        }
        self.services.clone_from(&services);
        self.signals = (!services.is_empty()).then(|| {
            let (tx, rx) = channel(WAITING);
            let telling = Task(self.client.signals(services, tx));
            [telling, Task::of(pass_on(rx, told.clone(), Vec::new()))]
        });
    }
}

/// What a source is asked for: of each SLO that can be measured, its indicators at this source.
pub fn asked_of(config: &Config, source: &Source) -> Vec<Indicator> {
    let measurable = config.slos.iter().filter(|slo| unmeasurable(config, slo).is_none());
    let here = |asked: &Indicator| config.source_of(asked).is_some_and(|own| own.name == source.name);
    measurable.flat_map(Slo::indicators).filter(here).collect()
}

/// The services whose signals a source is asked for.
fn services_of(config: &Config, source: &Source) -> Vec<Service> {
    let own = |service: &Service| config.source(service.source.as_deref());
    let here = |service: &&Service| own(service).is_some_and(|own| own.name == source.name);
    config.services.iter().filter(here).cloned().collect()
}

/// Every configured service with the interval of its source.
pub fn services(config: &Config) -> Vec<(Service, Duration)> {
    let of = |service: &Service| {
        let source = config.source(service.source.as_deref())?;
        Some((service.clone(), source.every))
    };
    config.services.iter().filter_map(of).collect()
}

async fn pass_on(mut rx: Receiver<SourceMsg>, told: Sender<Told>, asked: Vec<String>) {
    while let Some(msg) = rx.recv().await {
        for msg in messages(msg, &asked) {
            if told.send(msg.into()).await.is_err() {
                return;
            }
        }
    }
}

/// What a source says, as the console hears it. A source that gave nothing costs each of its SLOs
/// this poll.
fn messages(msg: SourceMsg, asked: &[String]) -> Vec<Msg> {
    match msg {
        SourceMsg::Polled(polled) => polled_messages(polled, asked),
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

/// How many indicators have an answer for every group of theirs.
fn answered(answers: &Answers) -> usize {
    let indicators = |wanted: fn(&Result<Sample, String>) -> bool| {
        let some = answers.iter().filter(move |(_, outcome)| wanted(outcome));
        some.map(|(subject, _)| subject.indicator.as_str()).collect::<BTreeSet<&str>>()
    };
    indicators(Result::is_ok).difference(&indicators(Result::is_err)).count()
}

/// How a poll went, of so many indicators.
pub fn pulse(polled: &Polled, asked: usize) -> Pulse {
    let Polled { at, took, heartbeat, answers, warnings, is_partial, .. } = polled;
    Pulse {
        at: *at,
        took: *took,
        asked,
        answered: answers.as_ref().map_or(0, answered),
        heartbeat: *heartbeat,
        error: answers.as_ref().err().cloned(),
        warnings: warnings.clone(),
        is_partial: *is_partial,
    }
}

fn polled_messages(polled: Polled, asked: &[String]) -> Vec<Msg> {
    let pulse = pulse(&polled, asked.len());
    let Polled { source, at, answers, .. } = polled;
    let answers = answers.unwrap_or_else(|why| {
        asked.iter().map(|indicator| (indicator.as_str().into(), Err(why.clone()))).collect()
    });
    let samples = answers.into_iter().map(|(subject, outcome)| Msg::Sampled { subject, at, outcome });
    samples.chain([Msg::Pulse { source, pulse }]).collect()
}
