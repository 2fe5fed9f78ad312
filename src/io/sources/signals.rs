//! The signals of services: asked of their source at its own rhythm, beside the SLOs.
//!
//! A Prometheus is asked in batches; of a scrape source the pages are read. What cannot
//! be asked costs that signal and says why; what signals mean is decided in `slo::signal`.

mod pages;
mod server;

use std::time::Duration;

use self::pages::Pages;
use self::server::Server;
use super::{Desk, SourceMsg, chance, fence};
use crate::config::{Source, SourceKind};
use crate::slo::preset::Service;
use crate::slo::signal::Signals;
use crate::text::Time;

/// What one poll says of one service.
#[derive(Debug, Clone, PartialEq)]
pub struct Signalled {
    pub service: String,
    pub signals: Signals,
}

/// Who is asked.
enum Asked {
    Server(Box<Server>),
    Pages(Box<Pages>),
}

/// Asks for ever, or until nobody listens.
pub(super) async fn run(desk: Desk, source: Source, services: Vec<Service>) {
    let mut asked = match source.kind {
        SourceKind::Prometheus { .. } => Asked::Server(Box::new(Server::new(&source, &services, desk.clock))),
        SourceKind::Scrape { .. } => Asked::Pages(Box::new(Pages::new(source, &services))),
        SourceKind::Probe(_) => return tell_blindness(&desk, services).await,
    };
    // Beside the polls of the SLOs, not in step with them.
    desk.pause(desk.every.mul_f64(chance() / 4.0).min(Duration::from_secs(1))).await;
    let (mut failures, mut shift): (u32, Duration) = (0, desk.shift);
    while !desk.tx.is_closed() {
        let at = desk.clock.now();
        let heard = match fence(asked.ask(at)).await {
            Ok(heard) => heard,
            Err(fault) => services.iter().map(|service| Signals::failed(service, at, &fault)).collect(),
        };
        failures = if heard.iter().all(is_blind) { failures.saturating_add(1) } else { 0 };
        for (service, signals) in services.iter().zip(heard) {
            let service = service.name.clone();
            desk.tell(SourceMsg::Signals(Signalled { service, signals })).await;
        }
        desk.rest(at, failures, std::mem::take(&mut shift)).await;
    }
}

/// A probe sees a service from outside only: there is nothing to ask it for again and again.
async fn tell_blindness(desk: &Desk, services: Vec<Service>) {
    let why = "a probe has no metrics of the service (name a prometheus or scrape source)";
    for service in services {
        let signals = Signals::failed(&service, desk.clock.now(), why);
        desk.tell(SourceMsg::Signals(Signalled { service: service.name, signals })).await;
    }
}

/// Whether it could not be asked for anything.
fn is_blind(signals: &Signals) -> bool {
    let known = [signals.rate_per_s, signals.error_share, signals.p50_s, signals.p95_s, signals.p99_s];
    let loads = signals.saturation.iter().map(|load| load.value);
    !signals.faults.is_empty() && known.into_iter().chain(loads).all(|value| value.is_none())
}

impl Asked {
    /// The signals of every service, in their order.
    async fn ask(&mut self, at: Time) -> Vec<Signals> {
        match self {
            Self::Server(server) => server.ask(at).await,
            Self::Pages(pages) => pages.ask(at).await,
        }
    }
}
