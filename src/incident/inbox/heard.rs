//! What sources tell of alerts, before anything is made of it. Texts in it are raw.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::incident::event::AlertKey;
use crate::text::Time;

/// Names and values, as a source writes them.
pub type Labels = BTreeMap<String, String>;

/// One alert as a source tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// The digest of its labels, as Alertmanager makes it.
    pub fingerprint: String,
    pub starts_at: Time,
    /// When it ended; `None` while it fires and where nobody says.
    pub ends_at: Option<Time>,
    pub told: Told,
    pub labels: Labels,
    pub annotations: Labels,
    pub generator_url: Option<String>,
}

/// What a source says of an alert's state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    Firing,
    Suppressed(Hush),
    Resolved,
}

/// Why a source calls nobody: ids of silences, fingerprints of alerts that inhibit it, names of mute times.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Hush {
    pub silenced_by: Vec<String>,
    pub inhibited_by: Vec<String>,
    pub muted_by: Vec<String>,
}

impl Hush {
    /// `silenced`, `inhibited`, `muted`: the first that somebody decided.
    pub fn word(&self) -> &'static str {
        match self {
            Self { silenced_by, .. } if !silenced_by.is_empty() => "silenced",
            Self { inhibited_by, .. } if !inhibited_by.is_empty() => "inhibited",
            _ => "muted",
        }
    }
}

impl Heard {
    pub fn key(&self) -> AlertKey {
        AlertKey { fingerprint: self.fingerprint.clone(), starts_at: self.starts_at }
    }

    pub fn label(&self, name: &str) -> Option<&str> {
        self.labels.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Its `alertname`; its fingerprint where it has none.
    pub fn name(&self) -> &str {
        self.label("alertname").unwrap_or(&self.fingerprint)
    }

    /// Its name and what tells it from others of that name: `Host_Down cluster=prod instance=server1`.
    /// Raw text.
    pub fn words(&self) -> String {
        let rest = self.labels.iter().filter(|(name, _)| *name != "alertname" && *name != "severity");
        let rest: String = rest.map(|(name, value)| format!(" {name}={value}")).collect();
        format!("{}{rest}", self.name())
    }

    /// What its author says of it: the summary, else another text of the usual names.
    pub fn summary(&self) -> Option<&str> {
        let named = |name: &&str| self.annotations.get(*name).filter(|text| !text.trim().is_empty());
        ["summary", "description", "message", "alert", "help"].iter().find_map(named).map(String::as_str)
    }
}

/// What a source says at one instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The name of the source.
    pub source: String,
    /// When it was asked, or when it told us.
    pub at: Time,
    pub extent: Extent,
    /// Shared, so that what a source says again is the same thing and not only an equal one.
    pub alerts: Vec<Arc<Heard>>,
}

impl Batch {
    /// What a source tells now.
    pub fn new((source, at): (String, Time), extent: Extent, alerts: Vec<Heard>) -> Self {
        Self { source, at, extent, alerts: alerts.into_iter().map(Arc::new).collect() }
    }
}

/// How much of what a source knows it has told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Everything: what is not in it is over. A server that has just started does not know everything yet;
    /// `up_since` is when it did, where it says so.
    Whole { up_since: Option<Time> },
    /// Some alerts; of others it says nothing.
    Part,
}
