//! Direct scrapes of `/metrics` pages: fetch, read, select, hand on each series' value apart.
//!
//! Knows nothing of increases and resets: the history does. A page that fails costs the SLOs that it
//! feeds this poll, and no other.

pub(super) mod page;
pub(super) mod rows;

use std::sync::Arc;

use futures_util::stream::{self, StreamExt};

use self::page::{Page, Wants};
use self::rows::Rows;
use super::http::{Http, parse_url, shown, status_text};
use super::{Desk, Poll, Round};
use crate::slo::Indicator;
use crate::slo::exposition::Dialect;
use crate::text::Time;

/// Pages fetched at once.
pub(super) const AT_ONCE: usize = 32;
/// Plain text first: there numbers and histograms are as exporters have always written them.
const ACCEPT: &str =
    "text/plain;version=0.0.4;q=1, application/openmetrics-text;version=1.0.0;q=0.8, */*;q=0.1";

/// All pages of one source and what is wanted from them.
pub(super) struct Scraper {
    http: Http,
    urls: Vec<String>,
    rows: Rows,
}

pub(super) async fn run(desk: Desk, scraper: Scraper) {
    desk.keep_polling(scraper).await;
}

/// Whether a page can answer an indicator at all.
pub(super) fn check(asked: &Indicator) -> Result<(), String> {
    rows::wants(asked).map(drop)
}

impl Scraper {
    pub(super) fn new(http: Http, urls: &[String], asked: &[Indicator]) -> Self {
        Self { http, urls: urls.to_vec(), rows: Rows::new(asked) }
    }

    async fn fetch_all(&self) -> Vec<Result<Page, String>> {
        let wants = self.rows.wants();
        let fetches: Vec<_> = self.urls.iter().map(|url| self.fetch(url, Arc::clone(&wants))).collect();
        stream::iter(fetches).buffered(AT_ONCE).collect().await
    }

    /// One page, or `url: why`.
    async fn fetch(&self, url: &str, wants: Arc<Vec<Wants>>) -> Result<Page, String> {
        let named = |why: String| format!("{}: {why}", shown(url));
        let (body, dialect) = download(&self.http, url).await.map_err(named)?;
        let url = url.to_owned();
        // A large page takes a while to read, and a panic in there ends here.
        let read =
            tokio::task::spawn_blocking(move || page::read(&shown(&url), &body, dialect, &wants)).await;
        match read {
            Ok(page) => page.map_err(named),
            Err(error) if error.is_panic() => Err(named(super::fault(error.into_panic().as_ref()))),
            Err(_) => Err(named("stopped".to_owned())),
        }
    }
}

/// A page as it came, and what its server calls it.
pub(super) type Body = (Vec<u8>, Option<Dialect>);

/// One page, or why there is none, without its URL.
pub(super) async fn download(http: &Http, url: &str) -> Result<Body, String> {
    let url = parse_url(url)?;
    let request = http.client(&url)?.get(url.clone());
    let answer = http.send(request.header("accept", ACCEPT)).await?;
    if !answer.status.is_success() {
        return Err(status_text(answer.status));
    }
    Ok((answer.body, Dialect::named(&answer.content_type)))
}

impl Poll for Scraper {
    async fn poll(&mut self, _now: Time) -> Round {
        let pages = self.fetch_all().await;
        self.rows.take(pages)
    }
}
