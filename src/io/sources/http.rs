//! One HTTP request with every limit a hostile or broken target needs: time, size, redirects.
//!
//! Says in a few words what went wrong; never retries and never decides what it means.

use std::error::Error;
use std::io::ErrorKind;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{AGE, CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER};
use reqwest::redirect::{Action, Attempt, Policy};
use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, Response, StatusCode, Url};
use rustls::RootCertStore;
use rustls::crypto::ring;

use super::access::{Keys, Letter};
use crate::config::{Access, Source};
use crate::text::Time;

/// Largest answer that is read of most targets, after decompression.
const BODY_CAP: usize = 16 * 1024 * 1024;
const REDIRECTS: usize = 3;

/// Clients for plain and for encrypted targets, the second built when first needed: loading the
/// system's certificates takes longer than a whole frame.
#[derive(Debug)]
pub(crate) struct Http {
    timeout: Duration,
    /// The largest answer that is read, after decompression.
    cap: usize,
    reach: Reach,
    keys: Keys,
    plain: OnceLock<Result<Client, String>>,
    encrypted: OnceLock<Result<Client, String>>,
}

/// How far a request goes for its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Over kept connections and a few redirects: the answer counts.
    Far,
    /// Over a connection of its own to what is there: the way to the answer counts too.
    Doorstep,
}

/// Why there is no answer, in words without the URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) fault: Fault,
    pub(crate) why: String,
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nobody could be spoken to at all: refused, unknown host, no route, broken encryption.
    Down,
    /// The answer did not come in time.
    Slow,
    Broken,
    TooLarge,
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
    /// The target's own clock when it answered; none where a cache in between answered.
    pub(crate) date: Option<Time>,
    /// How long it asks to be left alone.
    pub(crate) retry_after: Option<Duration>,
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
        Self {
            timeout,
            cap: BODY_CAP,
            reach: Reach::Far,
            keys: Keys::new(Access::default()),
            plain: OnceLock::new(),
            encrypted: OnceLock::new(),
        }
    }

    /// For a source, with its timeout and what lets its requests in.
    pub(crate) fn of(source: &Source) -> Self {
        Self::new(source.timeout).with_access(source.access.clone())
    }

    /// Connects anew for each request and follows no redirect.
    pub(crate) fn at_the_doorstep(self) -> Self {
        Self { reach: Reach::Doorstep, ..self }
    }

    /// Reads answers up to another size.
    pub(crate) fn up_to(self, cap: usize) -> Self {
        Self { cap, ..self }
    }

    /// Sends with every request what lets it in; where that cannot be read, every request fails with
    /// the reason.
    pub(crate) fn with_access(self, access: Access) -> Self {
        Self { keys: Keys::new(access), ..self }
    }

    /// The client for a URL.
    pub(crate) fn client(&self, url: &Url) -> Result<&Client, String> {
        let client = match url.scheme() {
            "http" => self.plain.get_or_init(|| self.plain()),
            "https" => self.encrypted.get_or_init(|| self.encrypted()),
            other => return Err(format!("`{other}` is neither http nor https")),
        };
        client.as_ref().map_err(Clone::clone)
    }

    /// Sends a request and reads the whole answer, an error status included. Secrets that are refused
    /// are read again, and where they have changed the request is sent once more.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Answer, Failure> {
        let letter = self.keys.letter().map_err(|why| Failure { fault: Fault::Down, why })?;
        let again = request.try_clone();
        let answer = self.exchange(request, &letter).await?;
        if answer.status == StatusCode::UNAUTHORIZED
            && let (Some(request), Some(letter)) = (again, self.keys.renewed(&letter))
        {
            return self.exchange(request, &letter).await;
        }
        Ok(answer)
    }

    /// A foreign text on one line, without the secrets that it may echo.
    pub(crate) fn quote(&self, text: &str) -> String {
        one_line(&self.keys.mask(text))
    }

    async fn exchange(&self, request: RequestBuilder, letter: &Letter) -> Result<Answer, Failure> {
        let mut response = letter.sign(request).send().await.map_err(|error| self.failure(&error))?;
        let status = response.status();
        let content_type = text(response.headers(), &CONTENT_TYPE).unwrap_or_default().to_owned();
        let (date, retry_after) = (date(response.headers()), retry_after(response.headers()));
        let body = self.body(&mut response).await?;
        Ok(Answer { status, content_type, body, date, retry_after })
    }

    async fn body(&self, response: &mut Response) -> Result<Vec<u8>, Failure> {
        if response.content_length().is_some_and(|length| length > self.cap as u64) {
            return Err(too_large(self.cap));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(&error))? {
            if body.len() + chunk.len() > self.cap {
                return Err(too_large(self.cap));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failure(&self, error: &reqwest::Error) -> Failure {
        let fault = match error {
            _ if error.is_timeout() => Fault::Slow,
            _ if error.is_connect() => Fault::Down,
            _ => Fault::Broken,
        };
        Failure { fault, why: self.why(error) }
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

fn too_large(cap: usize) -> Failure {
    Failure { fault: Fault::TooLarge, why: format!("the answer is larger than {} MiB", cap / 1024 / 1024) }
}

/// Where a chain of errors begins: the part that says something.
fn root(error: &reqwest::Error) -> &(dyn Error + 'static) {
    let mut root: &(dyn Error + 'static) = error;
    while let Some(deeper) = root.source() {
        root = deeper;
    }
    root
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn date(headers: &HeaderMap) -> Option<Time> {
    text(headers, &DATE).filter(|_| !headers.contains_key(AGE)).and_then(http_date)
}

fn http_date(text: &str) -> Option<Time> {
    DateTime::parse_from_rfc2822(text).ok().map(|at| at.with_timezone(&Utc))
}

/// Seconds, or an instant counted from the answer's own date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = text(headers, &RETRY_AFTER)?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    http_date(text)?.signed_duration_since(date(headers)?).to_std().ok()
}

impl Http {
    fn limited(&self, follow: fn(Attempt<'_>, bool) -> Action) -> ClientBuilder {
        let agent = concat!("warroom/", env!("CARGO_PKG_VERSION"));
        let builder = Client::builder().no_proxy().timeout(self.timeout).user_agent(agent);
        match self.reach {
            Reach::Far => {
                let guarded = self.keys.are_secret();
                builder.redirect(Policy::custom(move |attempt| follow(attempt, guarded)))
            }
            Reach::Doorstep => builder.redirect(Policy::none()).pool_max_idle_per_host(0),
        }
    }

    /// No certificate store and so no cost and no failure where a machine has none.
    fn plain(&self) -> Result<Client, String> {
        let tls = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        let builder = self.limited(stay_plain).tls_backend_preconfigured(tls);
        builder.build().map_err(|error| one_line(&root(&error).to_string()))
    }

    /// Certificates are verified against the system's store (reqwest's platform verifier), and those of
    /// the source's own file.
    fn encrypted(&self) -> Result<Client, String> {
        // Without an installed provider reqwest panics; where one is installed already, it serves.
        let _ = ring::default_provider().install_default();
        let mut builder = self.limited(follow_few);
        if let Some(path) = self.keys.ca_file() {
            builder = builder.tls_certs_merge(certificates(path)?);
        }
        builder.build().map_err(|error| {
            format!(
                "cannot verify certificates: {} (install ca-certificates)",
                one_line(&root(&error).to_string())
            )
        })
    }
}

fn certificates(path: &str) -> Result<Vec<Certificate>, String> {
    let pem = std::fs::read(path).map_err(|error| format!("ca_file: {path}: {error}"))?;
    let certificates = Certificate::from_pem_bundle(&pem).ok().filter(|found| !found.is_empty());
    certificates.ok_or_else(|| format!("ca_file: {path}: holds no PEM certificate"))
}

fn stay_plain(attempt: Attempt<'_>, guarded: bool) -> Action {
    if attempt.url().scheme() == "http" {
        return follow_few(attempt, guarded);
    }
    let why = format!("redirects to {} (configure that URL)", shown(attempt.url().as_str()));
    attempt.error(why)
}

/// Where requests carry secrets, no other host gets to see them.
fn follow_few(attempt: Attempt<'_>, guarded: bool) -> Action {
    if attempt.previous().len() > REDIRECTS {
        return attempt.error(format!("redirects more than {REDIRECTS} times"));
    }
    let origin = |url: &Url| url.origin().ascii_serialization();
    let began = attempt.previous().first().map(origin);
    if guarded && began.is_some_and(|began| began != origin(attempt.url())) {
        let why = format!("redirects to {} (configure that URL)", shown(attempt.url().as_str()));
        return attempt.error(why);
    }
    attempt.follow()
}
