//! Instant queries to a Prometheus: PromQL in, the elements of a vector out.
//!
//! Tells a query that the server refuses from a server that gives nothing; never retries.

use std::collections::BTreeMap;

use reqwest::{RequestBuilder, Url};
use serde::Deserialize;

use super::http::{Answer, Http, one_line, parse_url, status_text};
use crate::text::Time;

/// Longer queries are posted: some servers cap the length of a URL.
const URL_CAP: usize = 2_000;

/// One Prometheus server to be asked for instants.
#[derive(Debug)]
pub(crate) struct Instant {
    http: Http,
    endpoint: Result<Url, String>,
}

/// One element of a vector.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Element {
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

/// Why a query has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nothing came, or nothing of a Prometheus; may pass.
    Lost(String),
    /// The server read this query and refuses it.
    Refused(String),
}

impl Failure {
    pub(crate) fn why(self) -> String {
        match self {
            Self::Lost(why) | Self::Refused(why) => why,
        }
    }
}

impl Instant {
    /// A server by its base URL, which may have a path of its own.
    pub(crate) fn new(http: Http, base: &str) -> Self {
        Self { http, endpoint: parse_url(&format!("{}/api/v1/query", base.trim_end_matches('/'))) }
    }

    /// The elements of an expression's vector at an instant.
    pub(crate) async fn vector(&self, promql: &str, at: Time) -> Result<Vec<Element>, Failure> {
        let request = self.request(promql, at).map_err(Failure::Lost)?;
        let answer = self.http.send(request).await.map_err(|failure| Failure::Lost(failure.why))?;
        read(&answer)
    }

    fn request(&self, promql: &str, at: Time) -> Result<RequestBuilder, String> {
        let endpoint = self.endpoint.clone()?;
        let client = self.http.client(&endpoint)?;
        let time = format!("{:.3}", at.timestamp_millis() as f64 / 1e3);
        let parameters = [("query", promql), ("time", time.as_str())];
        Ok(match promql.len() {
            ..=URL_CAP => client.get(endpoint).query(&parameters),
            _ => client.post(endpoint).form(&parameters),
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reply {
    status: String,
    data: Option<Data>,
    error: Option<String>,
    error_type: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Data {
    result: Vec<Wire>,
}

#[derive(Debug, Deserialize)]
struct Wire {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    value: (f64, String),
}

fn read(answer: &Answer) -> Result<Vec<Element>, Failure> {
    let reply: Reply = match serde_json::from_slice(&answer.body) {
        Ok(reply) => reply,
        Err(_) if !answer.status.is_success() => return Err(Failure::Lost(status_text(answer.status))),
        Err(error) => return Err(Failure::Lost(format!("no answer of the Prometheus API: {error}"))),
    };
    match reply.data {
        Some(data) if reply.status == "success" => Ok(data.result.into_iter().map(element).collect()),
        _ => Err(refusal(reply.error_type.as_deref(), reply.error.as_deref())),
    }
}

fn element(wire: Wire) -> Element {
    // What the server writes and nobody can read is as good as NaN.
    Element { labels: wire.metric, value: wire.value.1.parse().unwrap_or(f64::NAN) }
}

/// The server's own words on one line.
fn refusal(kind: Option<&str>, said: Option<&str>) -> Failure {
    let why = one_line(&format!("{}: {}", kind.unwrap_or("error"), said.unwrap_or("no reason given")));
    if matches!(kind, Some("bad_data" | "execution")) { Failure::Refused(why) } else { Failure::Lost(why) }
}
