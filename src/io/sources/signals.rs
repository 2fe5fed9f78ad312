//! The signals of services: told at the rhythm of their source, beside the SLOs.
//!
//! A Prometheus is asked in batches; of a scrape source the pages of its polls are read. What cannot
//! be asked costs that signal and says why; what signals mean is decided in `slo::signal`.

mod pages;
mod server;

use std::time::Duration;

use tokio::sync::mpsc::Receiver;

use self::pages::Pages;
use self::server::Server;
use super::prometheus::Instants;
use super::scrape::Fetched;
use super::{Desk, SourceMsg, chance, fence};
use crate::slo::preset::Service;
use crate::slo::signal::Signals;

/// What one poll says of one service.
#[derive(Debug, Clone, PartialEq)]
pub struct Signalled {
    pub service: String,
    pub signals: Signals,
}

/// Asks a Prometheus for ever, or until nobody listens.
pub(super) async fn ask_server(desk: Desk, instants: Instants, services: Vec<Service>) {
    let mut server = Server::new(instants, &services);
    // Beside the polls of the SLOs, not in step with them.
    desk.pause(desk.every.mul_f64(chance() / 4.0).min(Duration::from_secs(1))).await;
    let (mut failures, mut shift): (u32, Duration) = (0, desk.shift);
    while !desk.tx.is_closed() {
        let at = desk.clock.now();
        let heard = match fence(server.ask(at)).await {
            Ok(heard) => heard,
            Err(fault) => services.iter().map(|service| Signals::failed(service, at, &fault)).collect(),
        };
        failures = if heard.iter().all(is_blind) { failures.saturating_add(1) } else { 0 };
        tell(&desk, &services, heard).await;
        desk.rest(at, failures, std::mem::take(&mut shift)).await;
    }
}

/// Reads the pages of every poll until there are no more, or nobody listens.
pub(super) async fn read_pages(desk: Desk, mut fetched: Receiver<Fetched>, services: Vec<Service>) {
    let mut pages = Pages::new(desk.every, &services);
    loop {
        let next = tokio::select! {
            next = fetched.recv() => next,
            () = desk.tx.closed() => None,
        };
        let Some(next) = next else { return };
        let heard = pages.read(next).await;
        tell(&desk, &services, heard).await;
    }
}

async fn tell(desk: &Desk, services: &[Service], heard: Vec<Signals>) {
    for (service, signals) in services.iter().zip(heard) {
        let service = service.name.clone();
        desk.tell(SourceMsg::Signals(Signalled { service, signals })).await;
    }
}

/// A probe sees a service from outside only, an Alertmanager sees alerts: there is nothing to ask them for
/// again and again.
pub(super) async fn tell_blindness(desk: Desk, services: Vec<Service>) {
    let why = "its source has no metrics of the service (name a prometheus or scrape source)";
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
