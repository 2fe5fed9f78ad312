//! What other systems post about changes: GitHub's deployments, Argo CD's applications, anybody's own words.
//! Each body becomes at most one change, under a key that is the same however often it is posted.

mod argo;
mod github;
mod plain;

use std::time::Duration;

use chrono::DateTime;
use serde_json::Value;

use super::event::{Change, EventKind};
use super::intent::{Ask, Intent};
use crate::text::Time;
use crate::text::when::after;

pub use argo::TEMPLATE as ARGO_TEMPLATE;

/// A clock elsewhere may be this far ahead before its time is taken for a mistake.
const SKEW: Duration = Duration::from_mins(5);

/// Who posted a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// GitHub's `deployment_status` webhook.
    Github,
    /// Argo CD notifications, by the template that comes with warroom.
    Argo,
    /// Our own small schema.
    Plain,
}

/// A change that somebody posted.
#[derive(Debug, Clone, PartialEq)]
pub struct Posted {
    pub at: Time,
    pub change: Change,
    /// The same for every post of the same change.
    pub key: String,
}

/// What a body says.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    Change(Posted),
    /// Understood, and nothing that changed a service: why.
    Nothing(&'static str),
}

impl Sender {
    fn word(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Argo => "argocd",
            Self::Plain => "change",
        }
    }
}

/// Reads a body. `service` is the one it is about where the address it was posted to says so.
///
/// # Errors
/// Why it cannot be read, naming the field; text of the body in it is raw.
pub fn read(sender: Sender, body: &str, service: Option<&str>, now: Time) -> Result<Heard, String> {
    // Depth is bounded by the parser, length by whoever took the body in.
    let body: Value = serde_json::from_str(body).map_err(|error| format!("body: not JSON: {error}"))?;
    if !body.is_object() {
        return Err("body: not a JSON object".to_owned());
    }
    let heard = match sender {
        Sender::Github => github::read(&body, service),
        Sender::Argo => argo::read(&body, service),
        Sender::Plain => plain::read(&body, service, now),
    }?;
    if let Heard::Change(posted) = &heard
        && posted.at > after(now, SKEW)
    {
        return Err(format!("time: {}: has not come yet (is a clock wrong?)", posted.at));
    }
    Ok(heard)
}

impl Posted {
    /// The ask that records it, once.
    pub fn ask(self, sender: Sender) -> Ask {
        let dedupe = Some(format!("{}:{}", sender.word(), self.key));
        let kind = EventKind::ChangeMarked(self.change);
        Ask::new(sender.word(), Intent::Record { kind, dedupe }).at(self.at)
    }
}

/// A text under a JSON pointer; `None` where it is absent, null or blank.
fn text<'a>(body: &'a Value, pointer: &str) -> Option<&'a str> {
    body.pointer(pointer).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

fn need<'a>(body: &'a Value, pointer: &str) -> Result<&'a str, String> {
    text(body, pointer).ok_or_else(|| format!("{}: missing, or not a text", dotted(pointer)))
}

/// An instant with its offset.
fn instant(body: &Value, pointer: &str) -> Result<Time, String> {
    let written = need(body, pointer)?;
    let at = DateTime::parse_from_rfc3339(written).map(|at| at.to_utc());
    at.map_err(|_| format!("{}: {written}: not an instant (write 2026-11-21T14:02:00Z)", dotted(pointer)))
}

fn dotted(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}
