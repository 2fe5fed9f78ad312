//! One source's client: what all who ask the source share, so that it is asked once for what two of them
//! need, and a wish to be left alone holds for everybody.
//!
//! Starts the tasks that ask; decides nothing of what is asked.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use super::alertmanager::{self, Alertmanager};
use super::http::Http;
use super::prometheus::{self, Api, Instants, Server};
use super::scrape::{self, Scraper, Targets};
use super::{Desk, Filled, SourceMsg, backoff, probe, signals};
use crate::config::{Probe, Source, SourceKind};
use crate::io::clock::Clock;
use crate::slo::Indicator;
use crate::slo::preset::Service;

/// How one source is reached, by its polls and by those of the signals.
#[derive(Debug, Clone)]
pub struct Client {
    source: Source,
    clock: Clock,
    way: Way,
}

#[derive(Debug, Clone)]
enum Way {
    Server(Arc<Api>),
    Targets(Arc<Targets>),
    Probe(Probe),
    Alerts(Arc<Alertmanager>),
}

impl Client {
    /// Asks nothing yet. Intervals are spans of `clock`, timeouts are wall time.
    pub fn new(source: &Source, clock: Clock) -> Self {
        let way = match &source.kind {
            SourceKind::Prometheus { url } => Way::Server(Arc::new(Api::new(source, url, clock))),
            SourceKind::Scrape { urls } => Way::Targets(Arc::new(Targets::new(Http::of(source), urls))),
            SourceKind::Probe(probe) => Way::Probe(probe.clone()),
            SourceKind::Alertmanager { url } => Way::Alerts(Arc::new(Alertmanager::new(source, url))),
        };
        Self { source: source.clone(), clock, way }
    }

    /// Starts the polls of the indicators that the source measures. Of a history only what is not filled
    /// is asked for. They end when the receiver is gone.
    pub fn poll(&self, asked: Vec<Indicator>, filled: &Filled, tx: Sender<SourceMsg>) -> JoinHandle<()> {
        let (client, desk, filled) = (self.clone(), self.desk(tx), filled.clone());
        tokio::spawn(async move {
            let Self { source, way, .. } = client;
            match way {
                Way::Server(api) => {
                    let server = Server { api, heartbeat: source.heartbeat };
                    prometheus::run(desk, server, asked, &filled).await;
                }
                Way::Targets(targets) => scrape::run(desk, Scraper::new(targets, &asked)).await,
                Way::Alerts(server) => alertmanager::run(desk, server).await,
                Way::Probe(probe) => {
                    probe::run(desk, probe::Prober::new(Http::of(&source), probe, &asked)).await;
                }
            }
        })
    }

    /// Starts what tells the signals of services, in place of what this client told before. Of pages it
    /// reads those that the polls have fetched. It ends when the receiver is gone.
    pub fn signals(&self, services: Vec<Service>, tx: Sender<SourceMsg>) -> JoinHandle<()> {
        let desk = self.desk(tx);
        match &self.way {
            Way::Server(api) => {
                let instants = Instants::sharing(Arc::clone(api), self.clock);
                tokio::spawn(signals::ask_server(desk, instants, services))
            }
            Way::Targets(targets) => tokio::spawn(signals::read_pages(desk, targets.listen(), services)),
            Way::Probe(_) | Way::Alerts(_) => tokio::spawn(signals::tell_blindness(desk, services)),
        }
    }

    /// The server that holds alerts, where the source is one.
    pub fn alertmanager(&self) -> Option<Arc<Alertmanager>> {
        match &self.way {
            Way::Alerts(server) => Some(Arc::clone(server)),
            _ => None,
        }
    }

    fn desk(&self, tx: Sender<SourceMsg>) -> Desk {
        let Source { name, every, turn, .. } = &self.source;
        let shift = backoff::shift(*every, *turn);
        Desk { name: name.clone(), every: *every, shift, clock: self.clock, tx }
    }
}
