//! Signals from a Prometheus: all of a service in one query; a signal that the server refuses is asked
//! apart, so that it takes no other with it.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};

use crate::io::sources::http::Http;
use crate::io::sources::instant::{Element, Failure, Instant};
use crate::slo::preset::Service;
use crate::slo::signal::{Answers, Signal, Signals, query, union};
use crate::text::{Time, when};

/// Queries under way at once.
const AT_ONCE: usize = 4;
/// A refused signal is asked again after this.
const AGAIN: Duration = Duration::from_mins(5);

pub(super) struct Server {
    instant: Instant,
    rows: Vec<Row>,
}

/// One service, and which of its signals the server refuses: why, and since when.
struct Row {
    service: Service,
    refused: BTreeMap<Signal, (String, Time)>,
}

impl Server {
    pub(super) fn new(http: Http, url: &str, services: &[Service]) -> Self {
        let row = |service: &Service| Row { service: service.clone(), refused: BTreeMap::new() };
        Self { instant: Instant::new(http, url), rows: services.iter().map(row).collect() }
    }

    /// Once the server gives nothing, the rest of the round is not asked.
    pub(super) async fn ask(&mut self, at: Time) -> Vec<Signals> {
        let (instant, lost) = (&self.instant, &OnceLock::new());
        let asked: Vec<_> = self.rows.iter_mut().map(|row| row.ask(instant, at, lost)).collect();
        stream::iter(asked).buffered(AT_ONCE).collect().await
    }
}

impl Row {
    async fn ask(&mut self, instant: &Instant, at: Time, lost: &OnceLock<String>) -> Signals {
        if let Some(why) = lost.get() {
            return Signals::failed(&self.service, at, why);
        }
        match self.answers(instant, at).await {
            Ok(answers) => Signals::new(&self.service, at, answers),
            Err(why) => {
                let signals = Signals::failed(&self.service, at, &why);
                // Another query may have found out first.
                let _ = lost.set(why);
                signals
            }
        }
    }

    /// `Err` where the server gives nothing at all.
    async fn answers(&mut self, instant: &Instant, at: Time) -> Result<Answers, String> {
        self.refused.retain(|_, (_, since)| when::since(*since, at) < AGAIN);
        let signals = Signal::of(&self.service);
        let wanted: Vec<Signal> =
            signals.into_iter().filter(|signal| !self.refused.contains_key(signal)).collect();
        let mut answers = Answers::new();
        if !wanted.is_empty() {
            answers = match instant.vector(&union(&self.service, &wanted), at).await {
                Ok(vector) => sorted(&wanted, &vector),
                Err(Failure::Refused(_)) => self.apart(instant, &wanted, at).await?,
                Err(Failure::Lost(why)) => return Err(why),
            };
        }
        let refused = self.refused.iter().map(|(signal, (why, _))| (*signal, Err(why.clone())));
        answers.extend(refused);
        Ok(answers)
    }

    /// Each signal by itself; which ones the server refuses is remembered.
    async fn apart(&mut self, instant: &Instant, wanted: &[Signal], at: Time) -> Result<Answers, String> {
        let mut answers = Answers::new();
        for signal in wanted {
            let Some(promql) = query(&self.service, *signal) else { continue };
            match instant.vector(&promql, at).await {
                Ok(vector) => {
                    answers.insert(*signal, Ok(vector.first().map(|element| element.value)));
                }
                Err(Failure::Refused(why)) => {
                    self.refused.insert(*signal, (why, at));
                }
                Err(Failure::Lost(why)) => return Err(why),
            }
        }
        Ok(answers)
    }
}

/// The elements of a union, by the signal that each is marked with.
fn sorted(wanted: &[Signal], vector: &[Element]) -> Answers {
    let mut answers: Answers = wanted.iter().map(|signal| (*signal, Ok(None))).collect();
    for element in vector {
        let label = |name: &str| element.labels.get(name).map(String::as_str);
        if let Some(signal) = Signal::marked(wanted, label) {
            answers.insert(signal, Ok(Some(element.value)));
        }
    }
    answers
}
