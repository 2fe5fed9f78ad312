//! PromQL for one instant, beside the SLOs' own rounds: what is asked now and then, or poll by poll.
//!
//! Queries are asked in batches and each fails on its own; which one the server refuses is remembered
//! for as long as this lives.

use std::sync::Arc;

use super::answer;
use super::api::{Api, Leg};
use super::asker::{Asker, Patience};
use super::batch::Batching;
use super::plan::Run;
use super::rows::complete;
use crate::io::clock::Clock;
use crate::slo::Group;

/// The series of a query, their labels with their values, or why there are none.
pub type Vector = Result<Vec<(Group, f64)>, String>;

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

fn values(leg: &Leg) -> Vec<(Group, f64)> {
    let value = |column: &answer::Column| {
        let value = column.values.first().copied().flatten()?;
        Some((Group::new(column.labels.clone()), value))
    };
    leg.columns.iter().filter_map(value).collect()
}
