//! Who may post: whoever has the token, as a bearer, in the address, or by GitHub's signature of the body.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use super::Refused;
use crate::config::Secret;
use crate::io::sources;

/// GitHub's signature of the body by the shared secret: `sha256=` and 64 digits.
const SIGNATURE: &str = "x-hub-signature-256";

pub(super) struct Door {
    token: Option<Secret>,
}

impl Door {
    pub(super) fn new(token: Option<Secret>) -> Self {
        Self { token }
    }

    /// The body of a request that may come in. A signature can be checked only on the whole body; anybody
    /// else is turned away before theirs is read.
    pub(super) async fn admit<Taken>(
        &self,
        request: Request,
        take_in: impl FnOnce(Body) -> Taken,
    ) -> Result<String, Refused>
    where
        Taken: Future<Output = Result<String, Refused>>,
    {
        let (head, body) = request.into_parts();
        if !is_json(&head.headers) {
            let why = "content type: not application/json";
            return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
        }
        let Some(token) = self.token()? else { return take_in(body).await };
        if let Some(given) = bearer(&head.headers).or_else(|| parameter(&head.uri, "token")) {
            return if same(&given, &token) {
                take_in(body).await
            } else {
                Err(stranger("the token is another one"))
            };
        }
        let Some(signature) = head.headers.get(SIGNATURE).and_then(|value| value.to_str().ok()) else {
            return Err(stranger("no token"));
        };
        let body = take_in(body).await?;
        if is_signed(&body, signature, &token) {
            Ok(body)
        } else {
            Err(stranger("the signature does not fit"))
        }
    }

    /// Read at each post: a token that was changed is in force at once.
    fn token(&self) -> Result<Option<String>, Refused> {
        let read = self.token.as_ref().map(|token| sources::secret("token", token)).transpose();
        read.map_err(|why| Refused::new(StatusCode::SERVICE_UNAVAILABLE, &why))
    }
}

fn stranger(why: &str) -> Refused {
    let way_out = "Authorization: Bearer TOKEN, ?token=TOKEN, or GitHub's secret";
    Refused::new(StatusCode::UNAUTHORIZED, &format!("{why} ({way_out})"))
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

/// A parameter of the address, decoded; the first of several.
pub(super) fn parameter(uri: &Uri, wanted: &str) -> Option<String> {
    let pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    let decoded = |value: &str| percent_decode_str(&value.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut values = pairs.filter(|(name, _)| *name == wanted).map(|(_, value)| decoded(value));
    values.next().filter(|value| !value.trim().is_empty())
}

/// Their digests are compared, so that the time it takes says nothing of the token.
fn same(given: &str, token: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(token)
}

fn is_signed(body: &str, signature: &str, token: &str) -> bool {
    let Some(digits) = signature.strip_prefix("sha256=") else { return false };
    let Some(claimed) = unhex(digits) else { return false };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(token.as_bytes()) else { return false };
    mac.update(body.as_bytes());
    mac.verify_slice(&claimed).is_ok()
}

fn unhex(digits: &str) -> Option<Vec<u8>> {
    if !digits.is_ascii() || digits.len() % 2 == 1 {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok()).collect()
}
