//! Direct scrapes of `/metrics` pages: fetch, read, select, hand on each series' counter apart.
//!
//! Knows nothing of increases and resets: the history does. A page that fails costs the SLOs that it
//! feeds this poll, and no other.

mod page;

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};

pub(super) use self::page::parse;
use self::page::{Page, Wants};
use super::http::{Http, parse_url, shown, status_text};
use super::{Desk, Poll, Round};
use crate::slo::selector::Selector;
use crate::slo::telemetry::Heartbeat;
use crate::slo::{Indicator, Query, Sample, Sli};
use crate::text::Time;

/// Pages fetched at once.
pub(super) const AT_ONCE: usize = 32;
/// Reasons listed when every page fails.
const REASONS: usize = 3;

/// All pages of one source and what is wanted from them.
pub(super) struct Scraper {
    http: Http,
    targets: Vec<Target>,
    rows: Vec<Row>,
    wants: Arc<Vec<Wants>>,
}

struct Target {
    url: String,
    has_answered: bool,
}

/// One indicator: its place among the wants, or why no page can measure it.
struct Row {
    id: String,
    wants: Result<usize, String>,
    /// The total's selector, for words.
    total: String,
    /// Targets whose pages held series of this SLO when they last answered.
    fed_by: BTreeSet<usize>,
}

pub(super) async fn run(desk: Desk, scraper: Scraper) {
    desk.keep_polling(scraper).await;
}

/// Whether a scrape can answer an indicator at all.
pub(super) fn check(asked: &Indicator) -> Result<(), String> {
    wants(asked).map(drop)
}

/// What an indicator wants of a page.
fn wants(asked: &Indicator) -> Result<Wants, String> {
    match &asked.sli {
        Sli::Bad { bad: part, total } | Sli::Good { good: part, total } => {
            Ok(Wants { part: selector(part)?, total: selector(total)? })
        }
        _ => Err("a direct scrape counts events only (use a Prometheus)".to_owned()),
    }
}

/// The selector of a query; a scrape answers no other kind.
fn selector(query: &Query) -> Result<Selector, String> {
    match query {
        Query::PromQl(text) => Err(format!(
            "a scrape cannot answer PromQL: `{text}` (write a bare selector, or use a Prometheus)"
        )),
        Query::Selector(text) => Selector::parse(text).map_err(|error| format!("selector `{text}`: {error}")),
    }
}

impl Scraper {
    pub(super) fn new(http: Http, urls: &[String], asked: &[Indicator]) -> Self {
        let mut wants = Vec::new();
        let rows = asked.iter().map(|asked| Row::new(asked, &mut wants)).collect();
        let targets = urls.iter().map(|url| Target { url: url.clone(), has_answered: false }).collect();
        Self { http, targets, rows, wants: Arc::new(wants) }
    }

    async fn fetch_all(&self) -> Vec<Result<Page, String>> {
        let fetches: Vec<_> = self.targets.iter().map(|target| self.fetch(&target.url)).collect();
        stream::iter(fetches).buffered(AT_ONCE).collect().await
    }

    /// One page, or `url: why`.
    async fn fetch(&self, url: &str) -> Result<Page, String> {
        let named = |why: String| format!("{}: {why}", shown(url));
        let body = download(&self.http, url).await.map_err(named)?;
        let (url, wants) = (url.to_owned(), Arc::clone(&self.wants));
        // A large page takes a while to read, and a panic in there ends here.
        let read = tokio::task::spawn_blocking(move || page::read(&shown(&url), &body, &wants)).await;
        match read {
            Ok(page) => page.map_err(named),
            Err(error) if error.is_panic() => Err(named(super::fault(error.into_panic().as_ref()))),
            Err(_) => Err(named("stopped".to_owned())),
        }
    }

    /// Remembers which page feeds which SLO.
    fn learn(&mut self, pages: &[Result<Page, String>]) {
        for (index, page) in pages.iter().enumerate() {
            let Ok(page) = page else { continue };
            if let Some(target) = self.targets.get_mut(index) {
                target.has_answered = true;
            }
            for row in &mut self.rows {
                row.learn(index, page);
            }
        }
    }

    fn answer(&self, row: &Row, pages: &[Result<Page, String>]) -> Result<Sample, String> {
        let wanted = row.wants.clone()?;
        let found = pages.iter().flatten().any(|page| page.feeds(wanted));
        for (target, (index, page)) in self.targets.iter().zip(pages.iter().enumerate()) {
            let Err(why) = page else { continue };
            let may_be_its_only_page = !target.has_answered && !found;
            if row.fed_by.contains(&index) || may_be_its_only_page {
                return Err(why.clone());
            }
        }
        row.gather(wanted, pages)
    }
}

/// The body of one page, or why there is none, without its URL.
pub(super) async fn download(http: &Http, url: &str) -> Result<Vec<u8>, String> {
    let url = parse_url(url)?;
    let request = http.client(&url)?.get(url.clone());
    let answer = http.send(request.header("accept", "text/plain;version=0.0.4")).await?;
    if !answer.status.is_success() {
        return Err(status_text(answer.status));
    }
    Ok(answer.body)
}

impl Poll for Scraper {
    async fn poll(&mut self, _now: Time) -> Round {
        let pages = self.fetch_all().await;
        self.learn(&pages);
        let warnings = pages.iter().flatten().flat_map(|page| page.warnings.clone()).collect();
        if pages.iter().all(Result::is_err) {
            return Round { warnings, ..Round::failed(all_failed(&pages)) };
        }
        let answers = self.rows.iter().map(|row| (row.id.clone().into(), self.answer(row, &pages))).collect();
        Round { answers: Ok(answers), warnings, heartbeat: Heartbeat::Unwatched }
    }
}

impl Row {
    fn new(asked: &Indicator, wants: &mut Vec<Wants>) -> Self {
        let wants = self::wants(asked).map(|pair| {
            wants.push(pair);
            wants.len() - 1
        });
        let total = asked.sli.queries().last().map_or_else(String::new, |query| query.text().to_owned());
        Self { id: asked.id.clone(), wants, total, fed_by: BTreeSet::new() }
    }

    fn learn(&mut self, target: usize, page: &Page) {
        let Ok(wanted) = self.wants else { return };
        if page.feeds(wanted) {
            self.fed_by.insert(target);
        } else {
            self.fed_by.remove(&target);
        }
    }

    /// The counters of all pages together.
    fn gather(&self, wanted: usize, pages: &[Result<Page, String>]) -> Result<Sample, String> {
        let (mut part, mut total) = (Vec::new(), Vec::new());
        for page in pages.iter().flatten() {
            let Some(found) = page.found.get(wanted) else { continue };
            let found = found.as_ref().map_err(Clone::clone)?;
            part.extend_from_slice(&found.part);
            total.extend_from_slice(&found.total);
        }
        if total.is_empty() {
            return Err(format!("no series matches the total `{}` (is the name right?)", self.total));
        }
        Ok(Sample::Counters { part, total })
    }
}

fn all_failed(pages: &[Result<Page, String>]) -> String {
    let reasons: Vec<&str> =
        pages.iter().filter_map(|page| page.as_ref().err()).map(String::as_str).collect();
    let shown = reasons.iter().take(REASONS).copied().collect::<Vec<_>>().join("; ");
    match reasons.len() {
        0 => "no URL is configured".to_owned(),
        count if count > REASONS => format!("{shown}; and {} more", count - REASONS),
        _ => shown,
    }
}
