//! A change of a service: what was changed, and the way back.

use serde::{Deserialize, Serialize};

use super::ChangeKind;

/// A deploy, or any other change somebody made to a running service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub kind: ChangeKind,
    pub service: String,
    /// What was changed, in a few words: a version and its environment, a flag and its value.
    pub what: String,
    /// How it is undone: a version, a command, a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<String>,
    /// Where one reads more: the run of the pipeline, the pull request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Change {
    pub fn new(kind: ChangeKind, service: impl Into<String>, what: impl Into<String>) -> Self {
        Self { kind, service: service.into(), what: what.into(), back: None, url: None }
    }

    #[must_use]
    pub fn back(self, back: Option<String>) -> Self {
        Self { back, ..self }
    }

    #[must_use]
    pub fn url(self, url: Option<String>) -> Self {
        Self { url, ..self }
    }

    /// `deploy of checkout: v42 (back: v41)`.
    pub fn words(&self) -> String {
        let Self { kind, service, what, .. } = self;
        let back = self.back.as_ref().map(|back| format!(" (back: {back})")).unwrap_or_default();
        format!("{kind} of {service}: {what}{back}")
    }
}
