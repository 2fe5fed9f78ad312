//! Signals from a Prometheus: every signal is a query, all of them are asked in batches, and one that
//! the server refuses takes no other with it.

use crate::io::sources::prometheus::Instants;
use crate::slo::preset::Service;
use crate::slo::signal::{Answers, Signal, Signals, query};
use crate::text::Time;

pub(super) struct Server {
    instants: Instants,
    services: Vec<Service>,
    /// Which service and which signal each query is about.
    asked: Vec<(usize, Signal)>,
    queries: Vec<String>,
}

impl Server {
    pub(super) fn new(instants: Instants, services: &[Service]) -> Self {
        let all = services.iter().enumerate().flat_map(|(place, service)| {
            let of = move |signal| Some(((place, signal), query(service, signal)?));
            Signal::of(service).into_iter().filter_map(of)
        });
        let (asked, queries) = all.unzip();
        Self { instants, services: services.to_vec(), asked, queries }
    }

    pub(super) async fn ask(&mut self, at: Time) -> Vec<Signals> {
        let vectors = self.instants.ask(&self.queries).await;
        let mut answers = vec![Answers::new(); self.services.len()];
        for ((place, signal), vector) in self.asked.iter().zip(vectors) {
            if let Some(answers) = answers.get_mut(*place) {
                answers.insert(*signal, vector.map(|series| series.first().map(|(_, value)| *value)));
            }
        }
        let told = self.services.iter().zip(answers);
        told.map(|(service, answers)| Signals::new(service, at, answers)).collect()
    }
}
