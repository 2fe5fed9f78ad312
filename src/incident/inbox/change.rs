//! What became of one alert and is to be told.

use super::known::{Known, Standing};
use crate::incident::alert_book::Story;
use crate::incident::event::{AlertChange, AlertGroup, AlertKey};
use crate::text::Time;

/// One change of one alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub key: AlertKey,
    pub change: AlertChange,
    pub group: AlertGroup,
    pub service: Option<String>,
    pub incident: Option<String>,
    pub source: String,
    pub severity: Option<String>,
    pub why: Option<String>,
    pub at: Time,
    /// It is told here for the first time, and nobody has taken it.
    pub is_first: bool,
}

impl Change {
    pub(super) fn of(alert: &Known, change: AlertChange, now: Time) -> Self {
        let why = match (&alert.standing, change) {
            (Standing::Suppressed(why), AlertChange::Suppressed) => Some(why.clone()),
            _ => None,
        };
        let at = match change {
            AlertChange::Fired => alert.key.starts_at,
            AlertChange::Resolved => alert.over_at.unwrap_or(now),
            _ => now,
        };
        Self {
            key: alert.key.clone(),
            change,
            group: alert.group.clone(),
            service: alert.service.clone(),
            incident: alert.incident.clone(),
            source: alert.told_by.first().unwrap_or(&alert.teller).clone(),
            severity: alert.heard.label("severity").map(str::to_owned),
            why,
            at,
            is_first: !alert.is_announced && alert.taken.is_none(),
        }
    }

    /// What fired as far as the journal knows ended while nobody looked.
    pub(super) fn unseen_end(key: AlertKey, story: &Story, now: Time) -> Self {
        Self {
            key,
            change: AlertChange::Resolved,
            group: story.group.clone(),
            service: story.service.clone(),
            incident: story.incident().map(str::to_owned),
            source: story.source.clone(),
            severity: None,
            why: Some("noticed after a pause".to_owned()),
            at: now,
            is_first: false,
        }
    }
}
