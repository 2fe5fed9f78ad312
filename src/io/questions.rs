//! PromQL that a person asks once: a runbook's query over the last hour, of the first Prometheus there is.
//!
//! Asks a source that others ask too, so a server that wants to be left alone says so here as well.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;

use super::clock::Clock;
use super::runtime::Told;
use super::sources::hour;
use crate::app::Msg;
use crate::config::{Source, SourceKind};
use crate::runbook::query::Series;

/// Said where nobody can answer.
const NOBODY: &str = "promql: no Prometheus is configured (add a [[source]] of kind prometheus)";

/// The sources of the configuration in force.
#[derive(Debug, Clone, Default)]
pub struct Answerers(Arc<Mutex<Vec<Source>>>);

impl Answerers {
    pub fn set(&self, sources: Vec<Source>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = sources;
    }

    /// The Prometheus of that name; without a name the first one.
    pub fn prometheus(&self, name: Option<&str>) -> Result<Source, String> {
        let sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut answering =
            sources.iter().filter(|source| matches!(source.kind, SourceKind::Prometheus { .. }));
        let wanted = |source: &&Source| name.is_none_or(|name| source.name == name);
        let found = answering.find(wanted).cloned();
        found.ok_or_else(|| match name {
            Some(name) => {
                format!("promql: {name}: no such Prometheus (name one of the configuration's sources)")
            }
            None => NOBODY.to_owned(),
        })
    }
}

/// What was asked and is not answered yet.
#[derive(Debug)]
pub struct Questions {
    answerers: Answerers,
    clock: Clock,
    told: Sender<Told>,
    asked: JoinSet<()>,
}

impl Questions {
    pub fn new(clock: Clock, told: Sender<Told>) -> Self {
        Self { answerers: Answerers::default(), clock, told, asked: JoinSet::new() }
    }

    /// From now on asks these.
    pub fn of(&mut self, answerers: Answerers) {
        self.answerers = answerers;
    }

    /// Asks for the last hour of a query; the answer comes as a message with the query.
    pub fn ask(&mut self, query: String) {
        let (source, clock, told) = (self.answerers.prometheus(None), self.clock, self.told.clone());
        while self.asked.try_join_next().is_some() {}
        self.asked.spawn(async move {
            let outcome: Result<Vec<Series>, String> = match source {
                Ok(source) => hour(&source, clock, &query).await,
                Err(why) => Err(why),
            };
            // The console has ended: nobody is left to be told.
            let _ = told.send(Msg::Evaluated { query, outcome }.into()).await;
        });
    }
}
