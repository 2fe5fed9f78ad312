//! Direct scrapes of `/metrics` pages: fetch, read, select, hand on each series' value apart.
//!
//! Knows nothing of increases and resets: the history does. A page that fails costs the SLOs that it
//! feeds this poll, and no other. Who reads the pages for the signals of services is handed them: no page
//! is fetched twice in a poll.

pub(super) mod page;
pub(super) mod rows;

use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{self, StreamExt};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use self::page::{Page, Wants};
use self::rows::Rows;
use super::http::{Http, parse_url, shown, status_text};
use super::{Desk, Poll, Round};
use crate::slo::Indicator;
use crate::slo::exposition::Dialect;
use crate::text::Time;

/// Pages fetched at once.
const AT_ONCE: usize = 32;
/// Plain text first: there numbers and histograms are as exporters have always written them.
const ACCEPT: &str =
    "text/plain;version=0.0.4;q=1, application/openmetrics-text;version=1.0.0;q=0.8, */*;q=0.1";

/// Where the pages of one source are, and who reads them beside its polls.
#[derive(Debug)]
pub(super) struct Targets {
    http: Http,
    urls: Vec<String>,
    listener: Mutex<Option<Sender<Fetched>>>,
}

/// The pages of one poll, in the order of the configuration.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) at: Time,
    pub(super) pages: Vec<Copied>,
}

/// A page's URL as it is shown, and the page as it came, or why it did not, with the URL.
pub(super) type Copied = (String, Result<Body, String>);

/// A page as it came, and what its server calls it.
pub(super) type Body = (Arc<Vec<u8>>, Option<Dialect>);

/// All pages of one source and what is wanted from them.
pub(super) struct Scraper {
    targets: Arc<Targets>,
    rows: Rows,
}

pub(super) async fn run(desk: Desk, scraper: Scraper) {
    desk.keep_polling(scraper).await;
}

/// Whether a page can answer an indicator at all.
pub(super) fn check(asked: &Indicator) -> Result<(), String> {
    rows::wants(asked).map(drop)
}

impl Targets {
    pub(super) fn new(http: Http, urls: &[String]) -> Self {
        Self { http, urls: urls.to_vec(), listener: Mutex::default() }
    }

    /// The pages of every poll from now on, but for those that come while the last ones are being read. Who
    /// listened before hears nothing more.
    pub(super) fn listen(&self) -> Receiver<Fetched> {
        let (tx, rx) = channel(1);
        *self.listener.lock().unwrap_or_else(PoisonError::into_inner) = Some(tx);
        rx
    }

    /// Who listens and has room for more.
    fn listener(&self) -> Option<Sender<Fetched>> {
        let listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner).clone();
        listener.filter(|listener| listener.capacity() > 0 && !listener.is_closed())
    }

    /// One page, or why there is none, without its URL.
    async fn download(&self, url: &str) -> Result<Body, String> {
        let url = parse_url(url)?;
        let request = self.http.client(&url)?.get(url.clone());
        let answer = self.http.send(request.header("accept", ACCEPT)).await?;
        if !answer.status.is_success() {
            return Err(status_text(answer.status));
        }
        Ok((Arc::new(answer.body), Dialect::named(&answer.content_type)))
    }
}

impl Scraper {
    pub(super) fn new(targets: Arc<Targets>, asked: &[Indicator]) -> Self {
        Self { targets, rows: Rows::new(asked) }
    }

    async fn fetch_all(&self, at: Time) -> Vec<Result<Page, String>> {
        let (wants, listener) = (self.rows.wants(), self.targets.listener());
        let is_copied = listener.is_some();
        let urls = self.targets.urls.iter();
        let work: Vec<_> = urls.map(|url| self.fetch(url, Arc::clone(&wants), (at, is_copied))).collect();
        let fetched: Vec<_> = stream::iter(work).buffered(AT_ONCE).collect().await;
        let (pages, copied): (Vec<_>, Vec<_>) = fetched.into_iter().unzip();
        if let Some(listener) = listener {
            // Who reads slower than we poll hears of the next one.
            let _ = listener.try_send(Fetched { at, pages: copied.into_iter().flatten().collect() });
        }
        pages
    }

    /// One page, or `url: why`; with the page as it came where somebody else reads it too.
    async fn fetch(
        &self,
        url: &str,
        wants: Arc<Vec<Wants>>,
        (at, is_copied): (Time, bool),
    ) -> (Result<Page, String>, Option<Copied>) {
        let name = shown(url);
        let body = self.targets.download(url).await.map_err(|why| format!("{name}: {why}"));
        let copied = is_copied.then(|| (name.clone(), body.clone()));
        let page = match body {
            Ok(body) => read(name, body, wants, at).await,
            Err(why) => Err(why),
        };
        (page, copied)
    }
}

/// Reads a page for what is wanted of it. A large one takes a while, and a panic in there ends here.
async fn read(name: String, (body, dialect): Body, wants: Arc<Vec<Wants>>, at: Time) -> Result<Page, String> {
    let url = name.clone();
    let read = tokio::task::spawn_blocking(move || page::read(&url, (&body, dialect), &wants, at)).await;
    let page = match read {
        Ok(page) => page,
        Err(error) if error.is_panic() => Err(super::fault(error.into_panic().as_ref())),
        Err(_) => Err("stopped".to_owned()),
    };
    page.map_err(|why| format!("{name}: {why}"))
}

impl Poll for Scraper {
    async fn poll(&mut self, now: Time) -> Round {
        let pages = self.fetch_all(now).await;
        self.rows.take(pages)
    }
}
