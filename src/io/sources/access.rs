//! What requests of a source carry to be let in: secrets read from where the configuration says they
//! lie, held in memory only, read again when they changed. Never part of any message.

use std::env;
use std::fmt;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use reqwest::RequestBuilder;
use reqwest::header::{HeaderName, HeaderValue};

use crate::config::{Access, HeaderText, Login, Secret};

/// A source's access, and what was last read for it.
pub(crate) struct Keys {
    wanted: Access,
    kept: Mutex<Option<Kept>>,
}

struct Kept {
    /// When each file was changed, at the time of reading.
    stamps: Vec<Option<SystemTime>>,
    letter: Result<Arc<Letter>, String>,
}

/// What one request carries.
#[derive(PartialEq, Eq)]
pub(crate) struct Letter {
    login: Pass,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// The secrets in it, as text.
    secrets: Vec<String>,
}

#[derive(PartialEq, Eq)]
enum Pass {
    None,
    Bearer(String),
    Basic(String, String),
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.wanted).finish()
    }
}

impl Keys {
    pub(crate) fn new(wanted: Access) -> Self {
        Self { wanted, kept: Mutex::new(None) }
    }

    pub(crate) fn ca_file(&self) -> Option<&str> {
        self.wanted.ca_file.as_deref()
    }

    /// Whether requests carry anything that no other host may see.
    pub(crate) fn are_secret(&self) -> bool {
        !secrets_of(&self.wanted).is_empty()
    }

    /// What a request carries now.
    ///
    /// # Errors
    /// Which secret, where it lies and why it could not be read; never any of its text.
    pub(crate) fn letter(&self) -> Result<Arc<Letter>, String> {
        let stamps = stamps(&self.wanted);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.as_ref().filter(|kept| kept.stamps == stamps) {
            return kept.letter.clone();
        }
        let letter = read_all(&self.wanted).map(Arc::new);
        *kept = Some(Kept { stamps, letter: letter.clone() });
        letter
    }

    /// Reads everything again after a refusal; `None` where that changes nothing.
    pub(crate) fn renewed(&self, refused: &Letter) -> Option<Arc<Letter>> {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = None;
        self.letter().ok().filter(|letter| **letter != *refused)
    }

    /// A foreign text without the secrets that it may echo.
    pub(crate) fn mask(&self, text: &str) -> String {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Ok(letter)) = kept.as_ref().map(|kept| &kept.letter) else { return text.to_owned() };
        letter.secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
    }
}

impl Letter {
    pub(crate) fn sign(&self, request: RequestBuilder) -> RequestBuilder {
        let request = match &self.login {
            Pass::None => request,
            Pass::Bearer(token) => request.bearer_auth(token),
            Pass::Basic(username, password) => request.basic_auth(username, Some(password)),
        };
        self.headers.iter().fold(request, |request, (name, value)| request.header(name, value))
    }
}

/// The secrets of an access as far as they can be read, to be masked wherever they turn up.
pub(super) fn readable(access: &Access) -> Vec<String> {
    secrets_of(access).into_iter().filter_map(|(what, secret)| read(&what, secret).ok()).collect()
}

/// Every secret that is referred to, with a word for it.
fn secrets_of(access: &Access) -> Vec<(String, &Secret)> {
    let login = match &access.login {
        Login::None => None,
        Login::Bearer(token) => Some(("bearer token".to_owned(), token)),
        Login::Basic { password, .. } => Some(("password".to_owned(), password)),
    };
    let headers = access.headers.iter().filter_map(|(name, text)| match text {
        HeaderText::Plain(_) => None,
        HeaderText::Secret(secret) => Some((format!("header {name}"), secret)),
    });
    login.into_iter().chain(headers).collect()
}

fn stamps(access: &Access) -> Vec<Option<SystemTime>> {
    let changed = |path: &String| fs::metadata(path).and_then(|file| file.modified()).ok();
    let files = secrets_of(access).into_iter().filter_map(|(_, secret)| match secret {
        Secret::File(path) => Some(path),
        Secret::Env(_) => None,
    });
    files.map(changed).collect()
}

fn read_all(access: &Access) -> Result<Letter, String> {
    let mut secrets = Vec::new();
    let mut read = |what: &str, secret| {
        let text = read(what, secret)?;
        secrets.push(text.clone());
        Ok::<_, String>(text)
    };
    let login = match &access.login {
        Login::None => Pass::None,
        Login::Bearer(token) => Pass::Bearer(read("bearer token", token)?),
        Login::Basic { username, password } => Pass::Basic(username.clone(), read("password", password)?),
    };
    let mut headers = Vec::new();
    for (name, text) in &access.headers {
        let what = format!("header {name}");
        let text = match text {
            HeaderText::Plain(text) => text.clone(),
            HeaderText::Secret(secret) => read(&what, secret)?,
        };
        headers.push(header(name, &text).ok_or_else(|| format!("{what}: holds what no header may hold"))?);
    }
    Ok(Letter { login, headers, secrets })
}

fn header(name: &str, text: &str) -> Option<(HeaderName, HeaderValue)> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some((HeaderName::from_bytes(name.as_bytes()).ok()?, value))
}

/// A secret, without the line end that editors leave behind.
pub(crate) fn read(what: &str, secret: &Secret) -> Result<String, String> {
    let (place, read) = match secret {
        Secret::File(path) => (path, fs::read_to_string(path).map_err(|error| error.to_string())),
        Secret::Env(name) => (name, env::var(name).map_err(|error| variable_error(&error).to_owned())),
    };
    let text = read.map_err(|why| format!("{what}: {place}: {why}"))?.trim().to_owned();
    if text.is_empty() || text.contains(|c: char| c.is_control() || !c.is_ascii()) {
        return Err(format!("{what}: {place}: empty, or holds what no header may hold"));
    }
    Ok(text)
}

/// The error's own text would show what the variable holds.
fn variable_error(error: &env::VarError) -> &'static str {
    match error {
        env::VarError::NotPresent => "environment variable not found",
        env::VarError::NotUnicode(_) => "environment variable was not valid unicode",
    }
}
