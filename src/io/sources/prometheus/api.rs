//! The one call of the Prometheus HTTP API that we need: `query_range`.
//!
//! Tells a server that is down or is none from a query that it refuses; never retries.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::{RequestBuilder, Url};
use serde::Deserialize;
use tokio::sync::Semaphore;

use super::plan::{Expression, Run, WIDTH};
use crate::io::sources::http::{self, Answer, Http, one_line, parse_url, status_text};

/// Requests under way at once against one server.
pub(super) const AT_ONCE: usize = 4;
/// Longer queries are posted: some servers cap the length of a URL.
const URL_CAP: usize = 2_000;

/// One Prometheus server.
#[derive(Debug)]
pub(super) struct Api {
    http: Http,
    endpoint: Result<Url, String>,
    permits: Semaphore,
    answers: AtomicUsize,
}

/// Why a query has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// Nobody answers at that address.
    Down(String),
    /// It took too long, broke off, or what answers is no Prometheus; may pass.
    Troubled(String),
    /// The server read this query and refuses it; asking again is no use.
    Refused(String),
}

impl Failure {
    pub(super) fn why(&self) -> &str {
        match self {
            Self::Down(why) | Self::Troubled(why) | Self::Refused(why) => why,
        }
    }
}

impl From<http::Failure> for Failure {
    fn from(failure: http::Failure) -> Self {
        if failure.is_down { Self::Down(failure.why) } else { Self::Troubled(failure.why) }
    }
}

/// One value a tile, as many as the run has; `None` where the server has no sample.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub(super) values: Vec<Option<f64>>,
    /// What the server says beside its answer.
    pub(super) warnings: Vec<String>,
}

impl Api {
    /// A server by its base URL, which may have a path of its own.
    pub(super) fn new(http: Http, base: &str) -> Self {
        let endpoint = parse_url(&format!("{}/api/v1/query_range", base.trim_end_matches('/')));
        Self { http, endpoint, permits: Semaphore::new(AT_ONCE), answers: AtomicUsize::new(0) }
    }

    /// The value of an expression at the end of every tile of a run.
    pub(super) async fn range(&self, asked: &Expression, run: Run) -> Result<Column, Failure> {
        let request = self.request(asked, run).map_err(Failure::Down)?;
        let permit = self.permits.acquire().await;
        let answer = self.http.send(request).await?;
        drop(permit);
        let matrix = read(&answer)?;
        self.answers.fetch_add(1, Ordering::Relaxed);
        Ok(matrix.column(run, asked.scale))
    }

    /// Queries answered so far: when it grows, the server is alive.
    pub(super) fn answers(&self) -> usize {
        self.answers.load(Ordering::Relaxed)
    }

    fn request(&self, asked: &Expression, run: Run) -> Result<RequestBuilder, String> {
        let endpoint = self.endpoint.clone()?;
        let client = self.http.client(&endpoint)?;
        let parameters = [
            ("query", asked.text.clone()),
            ("start", seconds(run.start())),
            ("end", seconds(run.end)),
            ("step", WIDTH.as_secs().to_string()),
        ];
        Ok(match asked.text.len() {
            ..=URL_CAP => client.get(endpoint).query(&parameters),
            _ => client.post(endpoint).form(&parameters),
        })
    }
}

/// Seconds since 1970 with milliseconds.
fn seconds(at: crate::text::Time) -> String {
    let millis = at.timestamp_millis();
    format!("{}.{:03}", millis.div_euclid(1_000), millis.rem_euclid(1_000))
}

/// The envelope of every answer of the API.
#[derive(Debug, Deserialize)]
struct Reply {
    status: String,
    data: Option<Matrix>,
    error: Option<String>,
    #[serde(rename = "errorType")]
    error_type: Option<String>,
    #[serde(default)]
    warnings: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Matrix {
    result: Vec<Series>,
    #[serde(skip)]
    warnings: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Series {
    #[serde(default)]
    values: Vec<(f64, String)>,
}

fn read(answer: &Answer) -> Result<Matrix, Failure> {
    let reply: Reply = match serde_json::from_slice(&answer.body) {
        Ok(reply) => reply,
        Err(_) if !answer.status.is_success() => return Err(Failure::Troubled(status_text(answer.status))),
        Err(_) if answer.is_html() => {
            return Err(Failure::Troubled(
                "answers HTML, not the Prometheus API (is the URL right?)".to_owned(),
            ));
        }
        Err(error) => return Err(Failure::Troubled(format!("no answer of the Prometheus API: {error}"))),
    };
    let warnings = reply.warnings.iter().map(|warning| one_line(warning)).collect();
    match reply.data {
        Some(matrix) if reply.status == "success" => Ok(Matrix { warnings, ..matrix }),
        _ => Err(refusal(reply.error_type.as_deref(), reply.error.as_deref())),
    }
}

/// `bad_data: 1:5: parse error: unexpected …`, the server's own words on one line.
fn refusal(kind: Option<&str>, said: Option<&str>) -> Failure {
    let kind = kind.unwrap_or("error");
    let why = one_line(&format!("{kind}: {}", said.unwrap_or("no reason given")));
    if kind == "unavailable" { Failure::Troubled(why) } else { Failure::Refused(why) }
}

impl Matrix {
    fn column(self, run: Run, scale: f64) -> Column {
        let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
        let start = run.start().timestamp_millis() as f64 / 1e3;
        for (at, value) in self.result.into_iter().flat_map(|series| series.values) {
            let tile = ((at - start) / WIDTH.as_secs_f64()).round();
            // What the server writes and nobody can read is as good as NaN.
            let value = value.parse().unwrap_or(f64::NAN);
            if tile >= 0.0 {
                *sums.entry(tile as usize).or_default() += value * scale;
            }
        }
        Column {
            values: (0..run.tiles).map(|tile| sums.get(&tile).copied()).collect(),
            warnings: self.warnings,
        }
    }
}
