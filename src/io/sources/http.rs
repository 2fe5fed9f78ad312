//! One HTTP request with every limit a hostile or broken target needs: time, size, redirects.
//!
//! Says in a few words what went wrong; never retries and never decides what it means.

use std::error::Error;
use std::io::ErrorKind;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response, StatusCode, Url};
use rustls::RootCertStore;
use rustls::crypto::ring;

/// Largest answer that is read, after decompression.
pub(crate) const BODY_CAP: usize = 16 * 1024 * 1024;
const REDIRECTS: usize = 3;

/// Clients for plain and for encrypted targets, the second built when first needed: loading the
/// system's certificates takes longer than a whole frame.
#[derive(Debug)]
pub(crate) struct Http {
    timeout: Duration,
    /// The token of every request, or why there is none.
    bearer: Result<Option<String>, String>,
    plain: OnceLock<Result<Client, String>>,
    encrypted: OnceLock<Result<Client, String>>,
}

/// Why there is no answer, in words without the URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Nobody could be spoken to at all: refused, unknown host, no route, broken encryption.
    pub(crate) is_down: bool,
    pub(crate) why: String,
}

impl From<Failure> for String {
    fn from(failure: Failure) -> Self {
        failure.why
    }
}

/// What a target answered, whatever the status.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// As the server calls it; empty where it does not.
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body as text; bytes that are not UTF-8 become U+FFFD.
    pub(crate) fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    pub(crate) fn is_html(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"<")
    }
}

impl Http {
    /// `timeout` is for one request from connecting to the last byte, in wall time.
    pub(crate) fn new(timeout: Duration) -> Self {
        Self { timeout, bearer: Ok(None), plain: OnceLock::new(), encrypted: OnceLock::new() }
    }

    /// Sends a token with every request; without a token, every request fails with the reason.
    pub(crate) fn with_bearer(self, token: Result<String, String>) -> Self {
        Self { bearer: token.map(Some), ..self }
    }

    /// The client for a URL.
    pub(crate) fn client(&self, url: &Url) -> Result<&Client, String> {
        let client = match url.scheme() {
            "http" => self.plain.get_or_init(|| plain(self.timeout)),
            "https" => self.encrypted.get_or_init(|| encrypted(self.timeout)),
            other => return Err(format!("`{other}` is neither http nor https")),
        };
        client.as_ref().map_err(Clone::clone)
    }

    /// Sends a request and reads the whole answer, an error status included.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        let request = match &self.bearer {
            Ok(None) => request,
            Ok(Some(token)) => request.bearer_auth(token),
            Err(why) => return Err(Failure { is_down: true, why: why.clone() }),
        };
        let mut response = request.send().await.map_err(|error| self.failure(&error))?;
        let status = response.status();
        let content_type = response.headers().get(reqwest::header::CONTENT_TYPE);
        let content_type = content_type.and_then(|name| name.to_str().ok()).unwrap_or_default().to_owned();
        let body = self.body(&mut response).await?;
        Ok(Answer { status, content_type, body })
    }

    async fn body(&self, response: &mut Response) -> Result<Vec<u8>, Failure> {
        if response.content_length().is_some_and(|length| length > BODY_CAP as u64) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(&error))? {
            if body.len() + chunk.len() > BODY_CAP {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failure(&self, error: &reqwest::Error) -> Failure {
        Failure { is_down: error.is_connect() && !error.is_timeout(), why: self.why(error) }
    }

    fn why(&self, error: &reqwest::Error) -> String {
        let root = root(error);
        match root.downcast_ref::<std::io::Error>().map(std::io::Error::kind) {
            _ if error.is_timeout() => format!("timed out after {}", span(self.timeout)),
            _ if error.is_redirect() => root.to_string(),
            _ if error.is_body() || error.is_decode() => "the answer broke off before its end".to_owned(),
            _ if error.is_dns() => "no such host".to_owned(),
            Some(ErrorKind::ConnectionRefused) => "connection refused".to_owned(),
            Some(ErrorKind::ConnectionReset) => "connection reset".to_owned(),
            _ => one_line(&root.to_string()),
        }
    }
}

/// A URL as configured, checked.
pub(crate) fn parse_url(url: &str) -> Result<Url, String> {
    Url::parse(url).map_err(|error| format!("no URL: {error}"))
}

/// A URL for eyes and logs: a password in it is not shown.
pub(crate) fn shown(url: &str) -> String {
    let Ok(mut parsed) = Url::parse(url) else { return url.to_owned() };
    if parsed.password().is_none() || parsed.set_password(Some("***")).is_err() {
        return url.to_owned();
    }
    parsed.to_string()
}

/// `HTTP 500 Internal Server Error`.
pub(crate) fn status_text(status: StatusCode) -> String {
    format!("HTTP {} {}", status.as_u16(), status.canonical_reason().unwrap_or_default())
        .trim_end()
        .to_owned()
}

/// A foreign text as one line of at most 300 characters.
pub(crate) fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(300) {
        Some((cut, _)) => format!("{}…", line.get(..cut).unwrap_or_default()),
        None => line,
    }
}

fn span(span: Duration) -> String {
    if span.subsec_millis() == 0 { format!("{}s", span.as_secs()) } else { format!("{}ms", span.as_millis()) }
}

fn too_large() -> Failure {
    Failure { is_down: false, why: format!("the answer is larger than {} MiB", BODY_CAP / 1024 / 1024) }
}

/// Where a chain of errors begins: the part that says something.
fn root(error: &reqwest::Error) -> &(dyn Error + 'static) {
    let mut root: &(dyn Error + 'static) = error;
    while let Some(deeper) = root.source() {
        root = deeper;
    }
    root
}

fn limited(timeout: Duration) -> ClientBuilder {
    Client::builder().no_proxy().timeout(timeout).user_agent(concat!("warroom/", env!("CARGO_PKG_VERSION")))
}

/// No certificate store and so no cost and no failure where a machine has none.
fn plain(timeout: Duration) -> Result<Client, String> {
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth();
    let builder = limited(timeout).tls_backend_preconfigured(tls).redirect(Policy::custom(stay_plain));
    builder.build().map_err(|error| one_line(&root(&error).to_string()))
}

/// Certificates are verified against the system's store (reqwest's platform verifier).
fn encrypted(timeout: Duration) -> Result<Client, String> {
    // Without an installed provider reqwest panics; where one is installed already, it serves.
    let _ = ring::default_provider().install_default();
    let builder = limited(timeout).redirect(Policy::custom(follow_few));
    builder.build().map_err(|error| {
        format!(
            "cannot verify certificates: {} (install ca-certificates)",
            one_line(&root(&error).to_string())
        )
    })
}

fn stay_plain(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    if attempt.url().scheme() == "http" {
        return follow_few(attempt);
    }
    let why = format!("redirects to {} (configure that URL)", shown(attempt.url().as_str()));
    attempt.error(why)
}

fn follow_few(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    if attempt.previous().len() > REDIRECTS {
        return attempt.error(format!("redirects more than {REDIRECTS} times"));
    }
    attempt.follow()
}
