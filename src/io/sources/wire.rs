//! One POST to an address that is itself a secret: no redirect is followed, and nothing of the address is
//! in what comes back.

use std::time::Duration;

use reqwest::header::HeaderName;

use super::access;
use super::http::{Http, parse_url, status_text};
use crate::config::Secret;

/// The way out.
#[derive(Debug)]
pub struct Wire {
    http: Http,
}

/// What was answered.
#[derive(Debug)]
pub struct Posted {
    pub status: u16,
    /// `HTTP 429 Too Many Requests`.
    pub shown: String,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Wire {
    /// `timeout` is for one request from connecting to the last byte.
    pub fn new(timeout: Duration) -> Self {
        Self { http: Http::new(timeout).at_the_doorstep() }
    }

    /// What lies where a configuration says.
    ///
    /// # Errors
    /// Which secret, where it lies and why it could not be read; never any of its text.
    pub fn secret(what: &str, secret: &Secret) -> Result<String, String> {
        access::read(what, secret)
    }

    /// # Errors
    /// Why there is no answer, without the address.
    pub async fn post(
        &self,
        url: &str,
        headers: Vec<(HeaderName, String)>,
        body: String,
    ) -> Result<Posted, String> {
        let url = parse_url(url).map_err(|_| "the url is none (write it whole, as https://…)".to_owned())?;
        let client = self.http.client(&url).map_err(|_| "the url is neither http nor https".to_owned())?;
        let request =
            headers.into_iter().fold(client.post(url), |request, (name, text)| request.header(name, text));
        let answer = self.http.send(request.body(body)).await?;
        let (status, retry_after) = (answer.status.as_u16(), answer.retry_after);
        Ok(Posted { status, shown: status_text(answer.status), retry_after })
    }
}
