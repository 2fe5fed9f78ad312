//! What the journal keeps of alerts from outside: what the system noticed of many at once, and what people
//! did about them.

use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use crate::text::Time;

/// Which alert: a set of labels (by its fingerprint) that began to fire at an instant. Whoever tells it,
/// and however often, it is the same one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AlertKey {
    pub fingerprint: String,
    pub starts_at: Time,
}

/// Some alerts, by key. Shared, since entries are copied wherever timelines are made and a storm is large.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "Vec<AlertKey>")]
pub struct AlertKeys(Arc<[AlertKey]>);

impl From<Vec<AlertKey>> for AlertKeys {
    fn from(keys: Vec<AlertKey>) -> Self {
        Self(keys.into())
    }
}

impl FromIterator<AlertKey> for AlertKeys {
    fn from_iter<I: IntoIterator<Item = AlertKey>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

impl Deref for AlertKeys {
    type Target = [AlertKey];

    fn deref(&self) -> &[AlertKey] {
        &self.0
    }
}

impl Serialize for AlertKeys {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.as_ref().serialize(serializer)
    }
}

/// What alerts are about, in the words of a group: `Host_Down` in `prod`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct AlertGroup {
    pub name: String,
    /// The service or cluster; empty where no label says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
}

impl AlertGroup {
    /// `Host_Down (prod)`. Raw text.
    pub fn title(&self) -> String {
        if self.place.is_empty() { self.name.clone() } else { format!("{} ({})", self.name, self.place) }
    }
}

/// What became of alerts by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertChange {
    Fired,
    Resolved,
    /// They fire and nobody is called: silenced, inhibited, muted, or planned.
    Suppressed,
    /// They come and go too often to be told one by one.
    Flapping,
}

impl AlertChange {
    pub const ALL: [Self; 4] = [Self::Fired, Self::Resolved, Self::Suppressed, Self::Flapping];

    pub fn word(self) -> &'static str {
        match self {
            Self::Fired => "fired",
            Self::Resolved => "resolved",
            Self::Suppressed => "suppressed",
            Self::Flapping => "flapping",
        }
    }
}

/// What the system noticed of alerts, in one line of the timeline however many they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertNews {
    pub change: AlertChange,
    /// What they are called; of several groups told together the worst one.
    #[serde(flatten)]
    pub group: AlertGroup,
    /// Groups told together with it.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_groups: u32,
    /// The service, where all of them are about one.
    #[serde(default)]
    pub service: Option<String>,
    /// The source that told them first.
    #[serde(default)]
    pub source: String,
    /// Their severity as their labels write it, where they have one.
    #[serde(default)]
    pub severity: Option<String>,
    /// Why nobody is called.
    #[serde(default)]
    pub why: Option<String>,
    pub alerts: AlertKeys,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Somebody has seen alerts and takes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertsTaken {
    #[serde(flatten)]
    pub group: AlertGroup,
    #[serde(default)]
    pub service: Option<String>,
    pub alerts: AlertKeys,
}

/// Alerts nobody is to be called for until an instant, as Alertmanager was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceMade {
    /// The source that holds it.
    pub source: String,
    /// Its id there.
    pub id: String,
    /// As Alertmanager writes them: `alertname="Host_Down"`, `cluster=~"prod.*"`.
    pub matchers: Vec<String>,
    pub ends_at: Time,
    pub comment: String,
    /// Alerts that it covered when it was made.
    pub covered: u64,
}

/// A silence that somebody took back before its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilenceEnded {
    pub source: String,
    pub id: String,
}
