//! Signals from the metrics pages that a poll has fetched: every service's meter reads them all.

use std::time::Duration;

use crate::io::sources::scrape::page::parse;
use crate::io::sources::scrape::{Body, Copied, Fetched};
use crate::slo::exposition::{Dialect, Exposition};
use crate::slo::preset::Service;
use crate::slo::signal::{Meter, PageOf, Signals};
use crate::slo::telemetry::TRUSTED_FOR;
use crate::text::Time;

pub(super) struct Pages {
    rows: Vec<Row>,
    /// The longest silence that a counter's growth is spread over.
    pause: Duration,
}

/// A service and its meter, or why it has none.
#[derive(Debug, Clone)]
struct Row {
    service: Service,
    meter: Result<Meter, String>,
}

impl Pages {
    /// `every` is how often there are pages.
    pub(super) fn new(every: Duration, services: &[Service]) -> Self {
        let row = |service: &Service| Row {
            service: service.clone(),
            meter: Meter::new(service).map_err(|error| error.to_string()),
        };
        Self { rows: services.iter().map(row).collect(), pause: TRUSTED_FOR.max(every.saturating_mul(3)) }
    }

    /// The signals of every service, in their order.
    pub(super) async fn read(&mut self, fetched: Fetched) -> Vec<Signals> {
        let Fetched { at, pages } = fetched;
        let (mut rows, pause) = (self.rows.clone(), self.pause);
        // Large pages take a while to read; after a panic in there the last good meters go on.
        let read = tokio::task::spawn_blocking(move || {
            let signals = read(&mut rows, &pages, at, pause);
            (rows, signals)
        });
        match read.await {
            Ok((rows, signals)) => {
                self.rows = rows;
                signals
            }
            Err(error) => {
                let why = match error.try_into_panic() {
                    Ok(panic) => crate::io::sources::fault(panic.as_ref()),
                    Err(_) => "stopped".to_owned(),
                };
                self.rows.iter().map(|row| Signals::failed(&row.service, at, &why)).collect()
            }
        }
    }
}

fn read(rows: &mut [Row], bodies: &[Copied], at: Time, pause: Duration) -> Vec<Signals> {
    let text = |body: &'_ Body| (String::from_utf8_lossy(&body.0).into_owned(), body.1);
    let texts: Vec<_> = bodies.iter().map(|(_, body)| body.as_ref().map(text)).collect();
    let pages: Vec<_> =
        bodies.iter().zip(&texts).map(|((url, _), text)| (url.as_str(), page(url, text))).collect();
    let pages: Vec<PageOf<'_>> = pages
        .iter()
        .map(|(target, page)| PageOf { target, page: page.as_ref().map_err(String::as_str) })
        .collect();
    rows.iter_mut().map(|row| row.read(at, &pages, pause)).collect()
}

fn page<'t>(
    url: &str,
    text: &'t Result<(String, Option<Dialect>), &String>,
) -> Result<Exposition<'t>, String> {
    let (text, dialect) = text.as_ref().map_err(|why| (*why).clone())?;
    parse(text, *dialect).map_err(|why| format!("{url}: {why}"))
}

impl Row {
    fn read(&mut self, at: Time, pages: &[PageOf<'_>], pause: Duration) -> Signals {
        match &mut self.meter {
            Ok(meter) => Signals::new(&self.service, at, meter.read(at, pages, pause)),
            Err(why) => Signals::failed(&self.service, at, why),
        }
    }
}
