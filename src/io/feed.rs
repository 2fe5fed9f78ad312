//! From sources to the console: what their tasks say, as messages of the loop.

use std::collections::BTreeMap;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use super::clock::Clock;
use super::runtime::Told;
use super::sources::{self, Change, Polled, SourceMsg};
use crate::app::Msg;
use crate::config::{Config, Source};
use crate::slo::{Evaluator, Slo};

/// Answers of sources that may wait for the loop.
const WAITING: usize = 256;

/// The source an SLO is measured by: the one it names, else the first.
fn source_of<'a>(config: &'a Config, slo: &Slo) -> Option<&'a Source> {
    match &slo.source {
        Some(name) => config.sources.iter().find(|source| source.name == *name),
        None => config.sources.first(),
    }
}

/// An evaluator of the configured SLOs that knows their intervals, and which of them no source can
/// ever answer.
pub fn evaluator(config: &Config) -> Evaluator {
    let mut evaluator = Evaluator::new(config.slos.clone());
    for slo in &config.slos {
        match source_of(config, slo) {
            None => evaluator.unmeasurable(&slo.id, "no source is configured for it".to_owned()),
            Some(source) => {
                evaluator.set_interval(&slo.id, source.every);
                if let Some(why) = sources::unmeasurable(&source.kind, slo) {
                    evaluator.unmeasurable(&slo.id, why);
                }
            }
        }
    }
    evaluator
}

/// The running sources. Dropping it ends them.
#[derive(Debug)]
pub struct Feed {
    tasks: Vec<JoinHandle<()>>,
}

/// Which SLOs are measured by which source, both by name.
type Measured = BTreeMap<String, Vec<String>>;

impl Feed {
    /// Starts polling every source for the SLOs it measures.
    pub fn start(config: &Config, clock: Clock, told: Sender<Told>) -> Self {
        let (tx, rx) = channel(WAITING);
        let mut tasks = Vec::new();
        let mut measured = Measured::new();
        for source in &config.sources {
            let slos = slos_of(config, source);
            measured.insert(source.name.clone(), slos.iter().map(|slo| slo.id.clone()).collect());
            tasks.push(sources::spawn(source.clone(), slos, clock, tx.clone()));
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

/// The SLOs that a source measures.
pub fn slos_of(config: &Config, source: &Source) -> Vec<Slo> {
    config.slos.iter().filter(|slo| measures(config, source, slo)).cloned().collect()
}

fn measures(config: &Config, source: &Source, slo: &Slo) -> bool {
    source_of(config, slo).is_some_and(|own| own.name == source.name)
        && sources::unmeasurable(&source.kind, slo).is_none()
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
        SourceMsg::Polled(Polled { source, at, answers, .. }) => {
            let answers = answers.unwrap_or_else(|why| {
                let slos = measured.get(&source).into_iter().flatten();
                slos.map(|slo| (slo.clone(), Err(why.clone()))).collect()
            });
            answers.into_iter().map(|(slo, outcome)| Msg::Sampled { slo, at, outcome }).collect()
        }
        SourceMsg::Backfill(piece) => {
            let loaded = Msg::HistoryLoaded { source: piece.source, done: piece.done };
            let sample = piece.sample.ok().map(|sample| Msg::History { slo: piece.slo, sample });
            sample.into_iter().chain([loaded]).collect()
        }
        SourceMsg::Change(Change { at, kind, service, what }) => {
            vec![Msg::Changed { at, kind, service, what }]
        }
    }
}
