//! Probes: pages asked the way a customer would, and counted as a metrics page of our own.
//!
//! Every poll asks every URL once. Whatever keeps a good answer away is a failed probe and never a
//! missing one: a refused connection, an unknown host, broken encryption, a redirect nobody expects, no
//! answer in time; also our own network, since from here nobody can tell. The counters begin with the
//! process.

use std::borrow::Cow;
use std::collections::HashMap;
use std::time::Duration;

use futures_util::stream::{self, StreamExt};
use reqwest::Method;
use tokio::time::Instant;

use super::http::{Answer, Http, parse_url, shown, status_text};
use super::scrape::page::Page;
use super::scrape::rows::Rows;
use super::{Desk, Poll, Round};
use crate::config::Probe;
use crate::config::probe::Asking;
use crate::slo::Indicator;
use crate::slo::exposition::{Exposition, Kind, Sample};
use crate::text::Time;

/// URLs asked at once.
const AT_ONCE: usize = 32;
/// What its series are said to be on.
const PAGE: &str = "probe";

const REQUESTS: &str = "probe_requests_total";
const SUCCESS: &str = "probe_success_total";
const FAST: &str = "probe_fast_total";
const UP: &str = "probe_up";
const DURATION: &str = "probe_duration_seconds";

/// All URLs of one source, and what became of them so far.
pub(super) struct Prober {
    http: Http,
    probe: Probe,
    tallies: Vec<Tally>,
    rows: Rows,
}

/// One URL's counters.
#[derive(Debug, Default)]
struct Tally {
    requests: u64,
    success: u64,
    fast: u64,
    /// Of the last probe.
    is_up: bool,
    took: Duration,
}

/// One probe: how long it took, and why it failed if it did.
struct Look {
    took: Duration,
    outcome: Result<(), String>,
}

pub(super) async fn run(desk: Desk, prober: Prober) {
    desk.keep_polling(prober).await;
}

impl Prober {
    pub(super) fn new(http: Http, probe: Probe, asked: &[Indicator]) -> Self {
        let tallies = probe.urls.iter().map(|_| Tally::default()).collect();
        Self { http: http.at_the_doorstep(), probe, tallies, rows: Rows::new(asked) }
    }

    async fn look_at(&self, url: &str) -> Look {
        let began = Instant::now();
        let outcome = self.ask(url).await;
        Look { took: began.elapsed(), outcome }
    }

    async fn ask(&self, url: &str) -> Result<(), String> {
        let url = parse_url(url)?;
        let method = match self.probe.method {
            Asking::Get => Method::GET,
            Asking::Head => Method::HEAD,
        };
        let request = self.http.client(&url)?.request(method, url.clone());
        self.judge(&self.http.send(request).await?)
    }

    /// Why an answer is not the one that is expected.
    fn judge(&self, answer: &Answer) -> Result<(), String> {
        if !self.probe.expect.iter().any(|expected| expected.holds(answer.status.as_u16())) {
            return Err(format!("{}, which is not expected", status_text(answer.status)));
        }
        match &self.probe.body {
            Some(text) if !answer.text().contains(text) => Err(format!("the answer does not hold {text:?}")),
            _ => Ok(()),
        }
    }

    /// The tallies as the page they would be.
    fn page(&self) -> Exposition<'_> {
        let urls = self.probe.urls.iter().zip(&self.tallies);
        let kinds = [REQUESTS, SUCCESS, FAST].map(|name| (name, Kind::Counter));
        let kinds = kinds.into_iter().chain([UP, DURATION].map(|name| (name, Kind::Gauge)));
        Exposition {
            samples: urls.flat_map(|(url, tally)| tally.samples(url)).collect(),
            kinds: kinds.map(|(name, kind)| (Cow::Borrowed(name), kind)).collect::<HashMap<_, _>>(),
            ..Exposition::default()
        }
    }
}

impl Tally {
    fn count(&mut self, look: &Look, within: Option<Duration>) {
        self.requests += 1;
        self.is_up = look.outcome.is_ok();
        self.took = look.took;
        if self.is_up {
            self.success += 1;
            self.fast += u64::from(within.is_none_or(|within| look.took <= within));
        }
    }

    fn samples<'a>(&self, url: &'a str) -> [Sample<'a>; 5] {
        let sample = |name, value| Sample {
            name: Cow::Borrowed(name),
            labels: vec![(Cow::Borrowed("url"), Cow::Borrowed(url))],
            value,
            timestamp: None,
        };
        [
            sample(REQUESTS, self.requests as f64),
            sample(SUCCESS, self.success as f64),
            sample(FAST, self.fast as f64),
            sample(UP, f64::from(u8::from(self.is_up))),
            sample(DURATION, self.took.as_secs_f64()),
        ]
    }
}

impl Poll for Prober {
    async fn poll(&mut self, _now: Time) -> Round {
        let looking: Vec<_> = self.probe.urls.iter().map(|url| self.look_at(url)).collect();
        let looks: Vec<Look> = stream::iter(looking).buffered(AT_ONCE).collect().await;
        let mut failed = Vec::new();
        for ((tally, url), look) in self.tallies.iter_mut().zip(&self.probe.urls).zip(&looks) {
            tally.count(look, self.probe.within);
            failed.extend(look.outcome.as_ref().err().map(|why| format!("{}: {why}", shown(url))));
        }
        let page = Page::of(PAGE, &self.page(), &self.rows.wants());
        let mut round = self.rows.take(vec![Ok(page)]);
        round.warnings.splice(0..0, failed);
        round
    }
}
