//! The one call of the Prometheus HTTP API that we need: `query_range`, for one query or a batch.
//!
//! Tells a server that is down, busy or none from a query that it refuses; never retries.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode, Url};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::answer::{self, Body, Column, LEG};
use super::plan::{Run, WIDTH_S};
use super::skew::Skew;
use crate::config::{Partial, Source};
use crate::io::clock::Clock;
use crate::io::sources::http::{self, Answer, Fault, Http, parse_url, status_text};
use crate::text::Time;

/// Requests under way at once against one server.
pub(super) const AT_ONCE: usize = 4;
/// Longer queries are posted: some servers cap the length of a URL.
const URL_CAP: usize = 2_000;
/// How long a busy server is left alone where it does not say, and at the most.
const LEFT_ALONE: Duration = Duration::from_secs(30);
const LEFT_ALONE_AT_MOST: Duration = Duration::from_mins(5);

/// One Prometheus server.
#[derive(Debug)]
pub(in crate::io::sources) struct Api {
    http: Http,
    /// Its base URL, as it is shown.
    url: String,
    endpoint: Result<Url, String>,
    clock: Clock,
    partial: Partial,
    permits: Semaphore,
    answers: AtomicUsize,
    /// Until when the server asked to be left alone, and how it said so.
    hold: Mutex<Option<(Instant, String)>>,
    skew: Mutex<Option<Skew>>,
}

/// Why a query has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nobody answers at that address.
    Down(String),
    /// The server asks to be left alone for a while.
    Busy(String),
    /// It did not answer in time.
    Slow(String),
    /// It broke off, has trouble of its own, or what answers is no Prometheus; may pass.
    Troubled(String),
    /// More than the server gives at once, or than we take: less of it may do.
    TooMuch(String),
    /// The server read this query and refuses it; asking again is no use.
    Refused(String),
}

impl Failure {
    pub(super) fn why(&self) -> &str {
        match self {
            Self::Down(why)
            | Self::Busy(why)
            | Self::Slow(why)
            | Self::Troubled(why)
            | Self::TooMuch(why)
            | Self::Refused(why) => why,
        }
    }

    /// Whether it is about what was asked, and not about the server.
    pub(super) fn is_of_query(&self) -> bool {
        matches!(self, Self::TooMuch(_) | Self::Refused(_))
    }

    /// The same, naming the query that it is about.
    pub(super) fn named(self, name: &str) -> Self {
        match self {
            Self::Refused(why) => Self::Refused(format!("{name} query: {why}")),
            Self::TooMuch(why) => Self::TooMuch(format!("{name} query: {why}")),
            other => other,
        }
    }
}

impl From<http::Failure> for Failure {
    fn from(failure: http::Failure) -> Self {
        match failure.fault {
            Fault::Down => Self::Down(failure.why),
            Fault::Slow => Self::Slow(failure.why),
            Fault::Broken => Self::Troubled(failure.why),
            Fault::TooLarge => Self::TooMuch(failure.why),
        }
    }
}

/// What a server says beside its columns, of all of them alike.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) warnings: Vec<String>,
    pub(super) data: Completeness,
}

/// Whether all the data there is went into an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Completeness {
    #[default]
    Whole,
    /// Why not; it is not to be counted.
    Refused(String),
    /// Why not; it is counted all the same.
    Accepted(String),
}

/// The answer to one leg of a batch.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Leg {
    pub(super) columns: Vec<Column>,
    pub(super) said: Arc<Said>,
}

impl Api {
    /// The server of a source by its base URL, which may have a path of its own.
    pub(in crate::io::sources) fn new(source: &Source, base: &str, clock: Clock) -> Self {
        let endpoint = parse_url(&format!("{}/api/v1/query_range", base.trim_end_matches('/')));
        Self {
            http: Http::of(source),
            url: http::shown(base),
            endpoint,
            clock,
            partial: source.partial,
            permits: Semaphore::new(AT_ONCE),
            answers: AtomicUsize::new(0),
            hold: Mutex::new(None),
            skew: Mutex::new(None),
        }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The values of expressions at the end of every tile of a run, an answer for each.
    pub(super) async fn range(&self, legs: &[&str], run: Run) -> Result<Vec<Leg>, Failure> {
        let request = self.request(batch(legs), run).map_err(Failure::Down)?;
        let permit = self.permits.acquire().await;
        // What somebody else was told while this waited.
        if let Some(why) = self.held() {
            return Err(Failure::Busy(why));
        }
        let asked = self.clock.now();
        let answer = self.http.send(request).await?;
        drop(permit);
        self.measure_skew(&answer, asked);
        let body = self.read(&answer, run)?;
        self.answers.fetch_add(1, Ordering::Relaxed);
        Ok(self.legs(body, legs.len()))
    }

    /// Queries answered so far: when it grows, the server is alive.
    pub(super) fn answers(&self) -> usize {
        self.answers.load(Ordering::Relaxed)
    }

    /// How long the server still wants to be left alone, and how it said so.
    pub(super) fn hold(&self) -> Option<(Duration, String)> {
        let mut hold = lock(&self.hold);
        let left = hold.as_ref().map(|(until, why)| (until.duration_since(Instant::now()), why.clone()));
        let left = left.filter(|(left, _)| !left.is_zero());
        if left.is_none() {
            *hold = None;
        }
        left
    }

    /// Why nothing is asked now, where the server wants to be left alone.
    pub(super) fn held(&self) -> Option<String> {
        let (left, why) = self.hold()?;
        Some(format!("{why} (asked again in {}s)", left.as_secs() + 1))
    }

    /// The time to ask for: the server's own where its clock is far from ours.
    pub(super) fn now(&self, now: Time) -> Time {
        lock(&self.skew).map_or(now, |skew| skew.corrected(now))
    }

    pub(super) fn skew_warning(&self) -> Option<String> {
        lock(&self.skew).and_then(Skew::warning)
    }

    fn request(&self, query: String, run: Run) -> Result<RequestBuilder, String> {
        let endpoint = self.endpoint.clone()?;
        let client = self.http.client(&endpoint)?;
        let length = query.len();
        let parameters = [
            ("query", query),
            ("start", seconds(run.start())),
            ("end", seconds(run.end)),
            ("step", WIDTH_S.to_string()),
        ];
        Ok(match length {
            ..=URL_CAP => client.get(endpoint).query(&parameters),
            _ => client.post(endpoint).form(&parameters),
        })
    }

    fn measure_skew(&self, answer: &Answer, asked: Time) {
        // A clock that is not the wall's cannot be compared.
        if (self.clock.speed() - 1.0).abs() > f64::EPSILON {
            return;
        }
        let measured = answer.date.and_then(|date| Skew::measured(date, asked, self.clock.now()));
        if measured.is_some() {
            *lock(&self.skew) = measured;
        }
    }

    fn read(&self, answer: &Answer, run: Run) -> Result<Body, Failure> {
        match answer::read(&answer.body, run) {
            Ok(body) if body.is_success && body.columns.is_some() => Ok(body),
            Ok(Body { error: None, error_type: None, .. }) if answer.status.is_success() => {
                Err(Failure::Troubled("no answer of the Prometheus API: there is no data in it".to_owned()))
            }
            Ok(Body { error: None, error_type: None, .. }) => Err(self.failure(answer, None)),
            Ok(body) => Err(self.failure(answer, Some(body))),
            Err(_) if !answer.status.is_success() => Err(self.failure(answer, None)),
            Err(_) if answer.is_html() => {
                let why = "answers HTML, not the Prometheus API (is the URL right?)";
                Err(Failure::Troubled(why.to_owned()))
            }
            Err(error) => {
                let why = format!("no answer of the Prometheus API: {error}");
                Err(Failure::Troubled(self.http.quote(&why)))
            }
        }
    }

    /// What kind of failure an answer is. Only the API itself, which gives its reasons, can refuse a
    /// query; what stands before it refuses everybody alike.
    fn failure(&self, answer: &Answer, refusal: Option<Body>) -> Failure {
        let (status, is_api) = (answer.status, refusal.is_some());
        let Body { error_type, error, .. } = refusal.unwrap_or_default();
        let kind = error_type.as_deref().unwrap_or("error");
        let said = format!("{kind}: {}", error.as_deref().unwrap_or("no reason given"));
        let why = if is_api { self.http.quote(&said) } else { status_text(status) };
        let asks_for_rest = status == StatusCode::SERVICE_UNAVAILABLE && answer.retry_after.is_some();
        if status == StatusCode::TOO_MANY_REQUESTS || asks_for_rest {
            let wait = answer.retry_after.unwrap_or(LEFT_ALONE).min(LEFT_ALONE_AT_MOST);
            *lock(&self.hold) = Some((Instant::now() + wait, why.clone()));
            return Failure::Busy(why);
        }
        let is_login = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        match (status, kind) {
            (StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE, _) => Failure::TooMuch(why),
            (_, "timeout") => Failure::Slow(why),
            _ if !is_api || is_login || status.is_server_error() || is_passing(kind) => {
                Failure::Troubled(why)
            }
            _ => Failure::Refused(why),
        }
    }

    fn legs(&self, body: Body, count: usize) -> Vec<Leg> {
        let said = Arc::new(self.said(&body));
        let mut legs = vec![Leg { columns: Vec::new(), said }; count];
        for column in body.columns.into_iter().flatten() {
            if let Some(leg) = legs.get_mut(column.leg) {
                leg.columns.push(column);
            }
        }
        legs
    }

    /// A warning that is not about the PromQL itself says that some store did not answer: what came is
    /// less than there is.
    fn said(&self, body: &Body) -> Said {
        let quoted = |texts: &[String]| texts.iter().map(|text| self.http.quote(text)).collect::<Vec<_>>();
        let warnings = quoted(&body.warnings);
        let of_data = warnings.iter().find(|warning| !warning.starts_with("PromQL "));
        let missing =
            of_data.cloned().or_else(|| body.is_partial.then(|| "a part of its storage".to_owned()));
        let data = match (missing, self.partial) {
            (None, _) => Completeness::Whole,
            (Some(why), Partial::Refuse) => Completeness::Refused(why),
            (Some(why), Partial::Accept) => Completeness::Accepted(why),
        };
        Said { data, warnings: [warnings, quoted(&body.infos)].concat() }
    }
}

/// Errors of the API that may be gone at the next try.
fn is_passing(kind: &str) -> bool {
    matches!(kind, "unavailable" | "canceled" | "internal" | "not_found" | "too_many_requests")
}

/// Many expressions as one query, each series marked with the position of its expression. One alone is
/// sent as it stands, so that the places in the server's words are right.
fn batch(legs: &[&str]) -> String {
    if let [alone] = legs {
        return (*alone).to_owned();
    }
    let leg = |(at, text)| format!("label_replace(\n{text}\n, \"{LEG}\", \"{at}\", \"\", \"\")");
    legs.iter().enumerate().map(leg).collect::<Vec<_>>().join("\nor ")
}

/// Seconds since 1970 with milliseconds.
fn seconds(at: Time) -> String {
    let millis = at.timestamp_millis();
    format!("{}.{:03}", millis.div_euclid(1_000), millis.rem_euclid(1_000))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
