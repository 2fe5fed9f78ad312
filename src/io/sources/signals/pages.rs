//! Signals from metrics pages: each page is fetched once a poll, every service's meter reads them all.

use std::time::Duration;

use futures_util::stream::{self, StreamExt};

use crate::config::{Source, SourceKind};
use crate::io::sources::http::{Http, shown};
use crate::io::sources::scrape::page::parse;
use crate::io::sources::scrape::{self, AT_ONCE, Body};
use crate::slo::exposition::{Dialect, Exposition};
use crate::slo::preset::Service;
use crate::slo::signal::{Meter, PageOf, Signals};
use crate::slo::telemetry::TRUSTED_FOR;
use crate::text::Time;

pub(super) struct Pages {
    http: Http,
    urls: Vec<String>,
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

/// A page as it came.
type Fetched = (String, Result<Body, String>);

impl Pages {
    /// Of a source that has no pages, every round is of none.
    pub(super) fn new(source: Source, services: &[Service]) -> Self {
        let row = |service: &Service| Row {
            service: service.clone(),
            meter: Meter::new(service).map_err(|error| error.to_string()),
        };
        let urls = if let SourceKind::Scrape { urls } = source.kind { urls } else { Vec::new() };
        Self {
            http: Http::new(source.timeout).with_access(source.access),
            urls,
            rows: services.iter().map(row).collect(),
            pause: TRUSTED_FOR.max(source.every.saturating_mul(3)),
        }
    }

    pub(super) async fn ask(&mut self, at: Time) -> Vec<Signals> {
        let fetches: Vec<_> = self.urls.iter().map(|url| self.fetch(url)).collect();
        let bodies: Vec<Fetched> = stream::iter(fetches).buffered(AT_ONCE).collect().await;
        let (mut rows, pause) = (self.rows.clone(), self.pause);
        // Large pages take a while to read; after a panic in there the last good meters go on.
        let read = tokio::task::spawn_blocking(move || {
            let signals = read(&mut rows, &bodies, at, pause);
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

    async fn fetch(&self, url: &str) -> Fetched {
        let body = scrape::download(&self.http, url).await;
        (shown(url), body.map_err(|why| format!("{}: {why}", shown(url))))
    }
}

fn read(rows: &mut [Row], bodies: &[Fetched], at: Time, pause: Duration) -> Vec<Signals> {
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
