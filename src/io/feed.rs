//! From sources to the console: what their tasks say, as messages of the loop.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use super::clock::Clock;
use super::history;
use super::questions::Answerers;
use super::runtime::Told;
use super::sources::alertmanager::Alertmanagers;
use super::sources::{self, Answers, Change, Client, Filled, News, Polled, Signalled, SourceMsg};
use crate::app::Msg;
use crate::app::on_config::Reconfigured;
use crate::config::{Config, Source};
use crate::slo::preset::Service;
use crate::slo::telemetry::Pulse;
use crate::slo::{Evaluator, Indicator, Roster, Sample, Slo};
use crate::text::{Problem, Time};

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
        alerts: config.alerts.clone(),
        services: services(config),
        zone: config.zone,
        runs_only_reads: config.runs_only_reads,
        assisted: config.assisted.clone(),
        values: config.values.clone(),
        terms: config.terms.clone(),
        targets: config.outbox.clone(),
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
    slos: Vec<Slo>,
    alertmanagers: Alertmanagers,
    answerers: Answerers,
}

/// One source, its client, and what it is asked for.
#[derive(Debug)]
struct Running {
    source: Source,
    client: Client,
    asked: Vec<Indicator>,
    services: Vec<Service>,
    filled: Filled,
    /// The one that polls and the one that passes on; likewise for the signals.
    polls: Option<[Task; 2]>,
    signals: Option<[Task; 2]>,
}

impl Feed {
    /// Starts polling every source for the indicators it measures.
    pub fn start(config: &Config, clock: Clock, told: Sender<Told>) -> Self {
        let mut feed = Self {
            clock,
            told,
            running: Vec::new(),
            slos: Vec::new(),
            alertmanagers: <_>::default(),
            answerers: <_>::default(),
        };
        feed.follow(config);
        feed
    }

    /// Goes on with another configuration. A source that is reached in the same way keeps its client, and
    /// one that is asked as before goes on as it is. Another begins anew, but for the history of what is
    /// measured as before.
    pub fn follow(&mut self, config: &Config) {
        let mut before = std::mem::take(&mut self.running);
        let old = std::mem::replace(&mut self.slos, config.slos.clone());
        let stays = stays(&old, &config.slos);
        for source in &config.sources {
            let known = before.iter().position(|running| running.source.name == source.name);
            let mut running = match known.map(|at| before.swap_remove(at)) {
                Some(running) if running.source == *source => running,
                Some(running) => running.reached_as(source, self.clock),
                None => Running::new(source.clone(), self.clock),
            };
            // Who reads what the polls fetch is there before the first one.
            running.tell_signals(services_of(config, source), &self.told);
            running.poll(asked_of(config, source), &stays, (self.clock.now(), &self.told));
            self.running.push(running);
        }
        let servers =
            self.running.iter().filter_map(|one| Some((one.source.name.clone(), one.client.alertmanager()?)));
        self.alertmanagers.set(servers.collect());
        self.answerers.set(config.sources.clone());
    }

    /// The servers that hold alerts, as they are configured at any time.
    pub fn alertmanagers(&self) -> Alertmanagers {
        self.alertmanagers.clone()
    }

    /// The sources that answer PromQL, as they are configured at any time.
    pub fn answerers(&self) -> Answerers {
        self.answerers.clone()
    }

    /// A way in for something that reports changes and measures nothing.
    pub fn of_changes(told: Sender<Told>) -> (Sender<SourceMsg>, Task) {
        let (tx, rx) = channel(WAITING);
        (tx, Task::of(pass_on(rx, told, <_>::default())))
    }
}

impl Running {
    fn new(source: Source, clock: Clock) -> Self {
        let client = Client::new(&source, clock);
        let filled = Filled::default();
        Self { source, client, asked: Vec::new(), services: Vec::new(), filled, polls: None, signals: None }
    }

    /// The same source, reached in another way. What was filled stays where it is the same data.
    fn reached_as(self, source: &Source, clock: Clock) -> Self {
        let data = |source: &Source| (source.kind.clone(), source.access.clone(), source.partial);
        let fresh = Self::new(source.clone(), clock);
        if data(&self.source) != data(source) {
            return fresh;
        }
        Self { asked: self.asked, filled: self.filled, ..fresh }
    }

    /// Polls for these from now on; those that stay go on with the history that was passed on.
    fn poll(&mut self, asked: Vec<Indicator>, stays: &BTreeSet<String>, (now, told): (Time, &Sender<Told>)) {
        if self.polls.is_some() && self.asked == asked {
            return;
        }
        self.polls = None;
        let before = std::mem::replace(&mut self.asked, asked.clone());
        let stay = before.iter().filter(|asked| stays.contains(&asked.id));
        self.filled = self.filled.of_those_that_stay(stay, now);
        let (tx, rx) = channel(WAITING);
        let ids = asked.iter().map(|asked| asked.id.clone()).collect();
        let polling = Task(self.client.poll(asked, &self.filled, tx));
        self.polls = Some([polling, Task::of(pass_on(rx, told.clone(), (ids, self.filled.clone())))]);
    }

    fn tell_signals(&mut self, services: Vec<Service>, told: &Sender<Told>) {
        if self.services == services {
            return;
        }
        self.services.clone_from(&services);
        self.signals = (!services.is_empty()).then(|| {
            let (tx, rx) = channel(WAITING);
            let telling = Task(self.client.signals(services, tx));
            [telling, Task::of(pass_on(rx, told.clone(), <_>::default()))]
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

/// Passes on what a source says that is asked for these indicators, and notes what was.
async fn pass_on(mut rx: Receiver<SourceMsg>, told: Sender<Told>, (asked, filled): (Vec<String>, Filled)) {
    while let Some(said) = rx.recv().await {
        let news = News::of(&said);
        for msg in messages(said, &asked) {
            if told.send(msg.into()).await.is_err() {
                return;
            }
        }
        filled.note(news);
    }
}

/// The indicators, by id, whose history an evaluator keeps from one configuration to the next: see
/// [`Evaluator::set_slos`].
fn stays(before: &[Slo], now: &[Slo]) -> BTreeSet<String> {
    let known: HashMap<&str, &Slo> = before.iter().map(|old| (old.id.as_str(), old)).collect();
    let of = |slo: &Slo| {
        let old = known.get(slo.id.as_str()).filter(|old| old.source == slo.source);
        let old: Vec<_> = old.into_iter().flat_map(|old| measures(old)).collect();
        let new = measures(slo).filter(|new| old.contains(new));
        new.map(|(asked, _)| asked.id).collect::<Vec<_>>()
    };
    now.iter().flat_map(of).collect()
}

/// What an SLO's indicators measure, however far back; and the source of each as it is written.
fn measures(slo: &Slo) -> impl Iterator<Item = (Indicator, Option<String>)> {
    let written = slo.sli.components().into_iter().map(|part| part.source);
    let asked = slo.indicators().into_iter().map(|asked| Indicator { history: Duration::ZERO, ..asked });
    asked.zip(written)
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
        SourceMsg::Alerts(batch) => vec![Msg::Alerts(batch)],
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
