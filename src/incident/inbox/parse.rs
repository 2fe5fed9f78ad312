//! Alerts as Alertmanager writes them: the lists of its API v2 (alerts, groups), the body of its webhook
//! (version 4). Takes text.
//!
//! Fields of newer versions are passed over, fields of older ones may be missing. An alert that cannot be
//! read costs itself and is named.

use chrono::SubsecRound;
use serde::Deserialize;
use serde_json::Value;

use super::heard::{Heard, Hush, Labels, Told};
use crate::text::Time;

/// Alerts as far as they could be read, and what was wrong with the others. Raw text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// In the order of the text; one that goes to two receivers is there twice.
    pub alerts: Vec<Heard>,
    pub problems: Vec<String>,
}

/// Reads the answer of `GET /api/v2/alerts` or `/api/v2/alerts/groups`.
///
/// # Errors
/// Where the text as a whole is no list.
pub fn alerts(text: &str) -> Result<Parsed, String> {
    let entries: Vec<Value> =
        serde_json::from_str(text).map_err(|error| format!("no list of alerts: {error}"))?;
    let mut parsed = Parsed::default();
    for entry in entries {
        match entry {
            Value::Object(mut group) if group.contains_key("alerts") => match group.remove("alerts") {
                Some(Value::Array(alerts)) => alerts.into_iter().for_each(|alert| parsed.take(alert)),
                _ => parsed.problems.push("a group whose alerts are no list".to_owned()),
            },
            alert => parsed.take(alert),
        }
    }
    Ok(parsed)
}

/// Reads the body that a webhook receiver is posted.
///
/// # Errors
/// Where the text as a whole is no such body.
pub fn webhook(text: &str) -> Result<Parsed, String> {
    let body: Body = serde_json::from_str(text).map_err(|error| format!("no alerts in it: {error}"))?;
    if let Some(version) = body.version.filter(|version| *version != "4" && *version != 4) {
        return Err(format!("its version is {version} (version 4 is read)"));
    }
    let mut parsed = Parsed::default();
    body.alerts.into_iter().for_each(|alert| parsed.take(alert));
    if body.cut > 0 {
        parsed.problems.push(format!("{} alerts were cut off by the sender (max_alerts)", body.cut));
    }
    Ok(parsed)
}

/// When the server began, as the answer of `GET /api/v2/status` says; `None` where it does not.
pub fn up_since(text: &str) -> Option<Time> {
    let status: Value = serde_json::from_str(text).ok()?;
    status.get("uptime")?.as_str()?.parse().ok()
}

#[derive(Deserialize)]
struct Body {
    version: Option<Value>,
    alerts: Vec<Value>,
    #[serde(rename = "truncatedAlerts", default)]
    cut: u64,
}

/// What both notations have in common.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default)]
    fingerprint: String,
    starts_at: Time,
    ends_at: Option<Time>,
    status: Status,
    #[serde(default)]
    labels: Labels,
    annotations: Option<Labels>,
    #[serde(rename = "generatorURL")]
    generator_url: Option<String>,
}

/// The API writes an object, the webhook a word.
#[derive(Deserialize)]
#[serde(untagged)]
enum Status {
    Word(String),
    Full(Full),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Full {
    state: String,
    silenced_by: Option<Vec<String>>,
    inhibited_by: Option<Vec<String>>,
    muted_by: Option<Vec<String>>,
}

impl Parsed {
    fn take(&mut self, value: Value) {
        let name = called(&value);
        let read = serde_json::from_value::<Wire>(value).map_err(|error| error.to_string());
        match read.and_then(Wire::heard) {
            Ok(heard) => self.alerts.push(heard),
            Err(why) => self.problems.push(format!("alert {name}: {why}")),
        }
    }
}

/// What an alert that may not be readable is called in a problem.
fn called(value: &Value) -> String {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    text(value.pointer("/labels/alertname"))
        .or_else(|| text(value.get("fingerprint")))
        .unwrap_or_else(|| "without a name".to_owned())
}

impl Wire {
    fn heard(self) -> Result<Heard, String> {
        if self.fingerprint.is_empty() {
            return Err("it has no fingerprint".to_owned());
        }
        if is_never(self.starts_at) {
            return Err("it has no start".to_owned());
        }
        let told = match self.status {
            Status::Word(word) => told(&word, Hush::default),
            Status::Full(full) => told(&full.state.clone(), || full.hush()),
        }?;
        // Of what fires it is when it would be taken for ended, which moves with every poll and says nothing.
        let ends_at = self.ends_at.filter(|at| told == Told::Resolved && !is_never(*at));
        Ok(Heard {
            fingerprint: self.fingerprint,
            starts_at: milliseconds(self.starts_at),
            ends_at: ends_at.map(milliseconds),
            told,
            labels: self.labels,
            annotations: self.annotations.unwrap_or_default(),
            generator_url: self.generator_url.filter(|url| !url.is_empty()),
        })
    }
}

/// `unprocessed` is an alert that Alertmanager has just been told: it fires.
fn told(word: &str, hush: impl FnOnce() -> Hush) -> Result<Told, String> {
    Ok(match word {
        "active" | "firing" | "unprocessed" => Told::Firing,
        "suppressed" => Told::Suppressed(hush()),
        "resolved" => Told::Resolved,
        other => return Err(format!("its state is {other}")),
    })
}

impl Full {
    fn hush(self) -> Hush {
        Hush {
            silenced_by: self.silenced_by.unwrap_or_default(),
            inhibited_by: self.inhibited_by.unwrap_or_default(),
            muted_by: self.muted_by.unwrap_or_default(),
        }
    }
}

/// The API says milliseconds and a post nanoseconds of the same alert.
fn milliseconds(at: Time) -> Time {
    at.trunc_subsecs(3)
}

/// Go's zero time, which stands for none.
fn is_never(at: Time) -> bool {
    at.timestamp() < -62_135_596_800 + 86_400 * 366
}
