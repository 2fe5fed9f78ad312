//! PromQL for one instant, beside the SLOs' own rounds: what is asked now and then, or poll by poll.
//!
//! Queries are asked in batches and each fails on its own; which one the server refuses is remembered
//! for as long as this lives.

use std::sync::Arc;

use super::answer;
use super::api::{Api, Failure, Leg};
use super::asker::{Asker, Patience};
use super::batch::Batching;
use super::plan::Run;
use super::rows::complete;
use crate::config::{Source, SourceKind};
use crate::io::clock::Clock;
use crate::runbook::query::Series;
use crate::slo::Group;

/// The series of a query, their labels with their values, or why there are none.
pub type Vector = Result<Vec<(Group, f64)>, String>;

/// Values of an hour, one every five minutes, both ends counted.
const HOUR: usize = 13;

/// A Prometheus that is asked for instants.
pub struct Instants {
    api: Arc<Api>,
    clock: Clock,
    batching: Batching,
}

impl Instants {
    /// With the client of whoever else asks the server.
    pub(in crate::io::sources) fn sharing(api: Arc<Api>, clock: Clock) -> Self {
        Self { api, clock, batching: Batching::default() }
    }

    /// What expressions are worth now, in their order.
    pub async fn ask(&mut self, queries: &[String]) -> Vec<Vector> {
        let api = &self.api;
        if let Some(why) = api.held() {
            return queries.iter().map(|_| Err(why.clone())).collect();
        }
        let legs: Vec<&str> = queries.iter().map(String::as_str).collect();
        let now = api.now(self.clock.now());
        let patience = Patience::default();
        self.batching.forget(now);
        let asker = Asker { api, patience: &patience, legs: &legs, run: Run { end: now, tiles: 1 } };
        let round = asker.ask_all(&self.batching).await;
        self.batching.learn(now, round.lessons);
        round
            .legs
            .into_iter()
            .map(|leg| complete(&leg).map(values).map_err(|failure| failure.why().to_owned()))
            .collect()
    }
}

/// The last hour of a query of the server of a source, a value every five minutes, for each of its series.
///
/// # Errors
/// Why there is no answer, in words that name the server.
pub async fn hour(source: &Source, clock: Clock, query: &str) -> Result<Vec<Series>, String> {
    let SourceKind::Prometheus { url } = &source.kind else {
        return Err(format!("promql: {}: is no Prometheus (name one that is)", source.name));
    };
    let api = Api::new(source, url, clock);
    let run = Run { end: api.now(clock.now()), tiles: HOUR };
    let said = |failure: Failure| format!("promql: {}: {}", source.name, failure.why());
    let mut legs = api.range(&[query], run).await.map_err(said)?;
    let leg =
        complete(&legs.pop().ok_or_else(|| Failure::Troubled("no answer".to_owned()))).map_err(said)?.clone();
    let series = |column: answer::Column| Series {
        labels: Group::new(column.labels).to_string(),
        values: column.values,
    };
    Ok(leg.columns.into_iter().map(series).collect())
}

fn values(leg: &Leg) -> Vec<(Group, f64)> {
    let value = |column: &answer::Column| {
        let value = column.values.first().copied().flatten()?;
        Some((Group::new(column.labels.clone()), value))
    };
    leg.columns.iter().filter_map(value).collect()
}
