//! An Alertmanager: its alerts polled, silences made, listed and ended, over its API v2.
//!
//! What it says is parsed and judged elsewhere. A request that changes something is sent once and never
//! tried again by itself.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::{Method, Url};
use serde_json::Value;

use super::http::{Answer, Http, parse_url, shown, status_text};
use super::{Desk, Poll, Round, SourceMsg};
use crate::config::Source;
use crate::incident::inbox::{Batch, Extent, Heard, Silence, SilenceWish, parse, silence};
use crate::text::Time;

/// Largest list of alerts that is read: ten thousand with long annotations, several times over.
const CAP: usize = 64 * 1024 * 1024;
/// Problems of one answer that are named before the rest is counted.
const NAMED: usize = 5;

/// One server.
#[derive(Debug)]
pub struct Alertmanager {
    /// The source's name.
    name: String,
    http: Http,
    base: String,
}

/// What a server told, and what of it could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub batch: Batch,
    /// Raw text.
    pub problems: Vec<String>,
}

impl Alertmanager {
    /// The server of a source by its base URL, which may have a path of its own. Asks nothing yet.
    pub fn new(source: &Source, base: &str) -> Self {
        Self { name: source.name.clone(), http: Http::of(source).up_to(CAP), base: base.to_owned() }
    }

    /// Every alert that it holds now.
    ///
    /// # Errors
    /// Why it gave none, in words that name its address.
    pub async fn alerts(&self, at: Time) -> Result<Listed, String> {
        let text = self.ask(Method::GET, "alerts", None).await?;
        // A gateway may hide it; then what the list does not hold is over at once.
        let status = self.ask(Method::GET, "status", None).await.ok();
        let up_since = status.as_deref().and_then(parse::up_since);
        // A long list takes a while; other sources share the thread.
        let parsed = tokio::task::spawn_blocking(move || parse::alerts(&text)).await;
        let parsed = parsed.map_err(|error| error.to_string())?.map_err(|why| self.named(&why))?;
        let extent = Extent::Whole { up_since };
        let batch = Batch::new((self.name.clone(), at), extent, parsed.alerts);
        Ok(Listed { batch, problems: short(parsed.problems) })
    }

    /// Makes a silence that begins now; its id comes back.
    ///
    /// # Errors
    /// Why there is none, as the server says it.
    pub async fn silence(&self, wish: &SilenceWish, now: Time) -> Result<String, String> {
        let text = self.ask(Method::POST, "silences", Some(&wish.body(now))).await?;
        let id = serde_json::from_str::<Value>(&text).ok();
        let id = id.as_ref().and_then(|answer| answer.get("silenceID")?.as_str()).map(str::to_owned);
        id.ok_or_else(|| self.named("it did not say the silence's id (look with: warroom alert silences)"))
    }

    /// Ends a silence.
    ///
    /// # Errors
    /// Why it goes on, as the server says it.
    pub async fn end_silence(&self, id: &str) -> Result<(), String> {
        let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
        self.ask(Method::DELETE, &format!("silence/{id}"), None).await.map(drop)
    }

    /// Every silence that it knows, those that are over too.
    ///
    /// # Errors
    /// Why it gave none.
    pub async fn silences(&self) -> Result<Vec<Silence>, String> {
        let text = self.ask(Method::GET, "silences", None).await?;
        silence::silences(&text).map_err(|why| self.named(&why))
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<String, String> {
        let url = parse_url(&format!("{}/api/v2/{path}", self.base)).map_err(|why| self.named(&why))?;
        self.send(method, url, body).await.map_err(|why| self.named(&why))
    }

    async fn send(&self, method: Method, url: Url, body: Option<&Value>) -> Result<String, String> {
        let mut request = self.http.client(&url)?.request(method, url.clone());
        if let Some(body) = body {
            request =
                request.header(reqwest::header::CONTENT_TYPE, "application/json").body(body.to_string());
        }
        let answer = self.http.send(request).await?;
        if !answer.status.is_success() {
            return Err(self.refusal(&answer));
        }
        if answer.is_html() {
            return Err("a page for people answers there, no Alertmanager (mend url)".to_owned());
        }
        Ok(answer.text().into_owned())
    }

    /// The status, and what the server says of it: a text in quotes.
    fn refusal(&self, answer: &Answer) -> String {
        let status = status_text(answer.status);
        let text = answer.text();
        let said = serde_json::from_str::<String>(&text).unwrap_or_else(|_| text.into_owned());
        if said.trim().is_empty() || answer.is_html() {
            status
        } else {
            format!("{status}: {}", self.http.quote(&said))
        }
    }

    fn named(&self, why: &str) -> String {
        format!("{}: {why}", shown(&self.base))
    }
}

/// The first problems, and how many there are more.
fn short(mut problems: Vec<String>) -> Vec<String> {
    let more = problems.len().saturating_sub(NAMED);
    problems.truncate(NAMED);
    problems.extend((more > 0).then(|| format!("{more} alerts more could not be read")));
    problems
}

/// Polls a server for ever, or until nobody listens.
pub(super) async fn run(desk: Desk, server: Arc<Alertmanager>) {
    let poller = Poller { server, tx: desk.tx.clone(), told: HashMap::new() };
    desk.keep_polling(poller).await;
}

struct Poller {
    server: Arc<Alertmanager>,
    tx: tokio::sync::mpsc::Sender<SourceMsg>,
    /// Its last answer, by fingerprint.
    told: HashMap<String, Arc<Heard>>,
}

impl Poller {
    /// What was told before and is told again becomes the same thing: the loop then compares nothing.
    async fn recognise(&mut self, mut batch: Batch) -> Result<Batch, String> {
        let told = std::mem::take(&mut self.told);
        let known = tokio::task::spawn_blocking(move || {
            for alert in &mut batch.alerts {
                if let Some(same) = told.get(&alert.fingerprint).filter(|known| ***known == **alert) {
                    *alert = Arc::clone(same);
                }
            }
            let told = batch.alerts.iter().map(|alert| (alert.fingerprint.clone(), Arc::clone(alert)));
            (told.collect(), batch)
        });
        let (told, batch) = known.await.map_err(|error| error.to_string())?;
        self.told = told;
        Ok(batch)
    }
}

impl Poll for Poller {
    async fn poll(&mut self, now: Time) -> Round {
        match self.server.alerts(now).await {
            Ok(Listed { batch, problems }) => match self.recognise(batch).await {
                Ok(batch) => {
                    // A closed channel is noticed by whoever polls.
                    let _ = self.tx.send(SourceMsg::Alerts(batch)).await;
                    Round { warnings: problems, ..Round::whole(Ok(Vec::new())) }
                }
                Err(why) => Round::failed(why),
            },
            Err(why) => Round::failed(why),
        }
    }
}

/// The servers that are configured now, by the names of their sources; shared by whoever asks them.
#[derive(Debug, Clone, Default)]
pub struct Alertmanagers(Arc<Mutex<BTreeMap<String, Arc<Alertmanager>>>>);

impl Alertmanagers {
    /// From now on these.
    pub fn set(&self, servers: BTreeMap<String, Arc<Alertmanager>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = servers;
    }

    /// The server of a source.
    ///
    /// # Errors
    /// Where there is none of that name (any more).
    pub fn of(&self, source: &str) -> Result<Arc<Alertmanager>, String> {
        let servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let server = servers.get(source).cloned();
        server.ok_or_else(|| format!("source: {source}: no Alertmanager of that name is configured"))
    }
}
