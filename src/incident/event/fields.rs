//! What may be said of an incident after its declaration, field by field.

use serde::{Deserialize, Serialize};

use super::Found;
use crate::text::Time;

/// Fields that are set together; what is `None` stays as it was.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    pub title: Option<String>,
    pub services: Option<Vec<String>>,
    /// What users feel.
    pub impact: Option<String>,
    /// Kept out of what others are shown.
    pub private: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<Found>,
    #[serde(flatten)]
    pub security: Security,
}

/// What matters where somebody attacks.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Security {
    /// Signs of the attack: addresses, hashes, accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indicators: Option<String>,
    /// Which data was read, changed or lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affected_data: Option<String>,
    /// When the attack was contained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contained_at: Option<Time>,
}

impl Fields {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Security {
    /// Takes over what the other one says.
    pub fn set(&mut self, other: Self) {
        self.indicators = other.indicators.or_else(|| self.indicators.take());
        self.affected_data = other.affected_data.or_else(|| self.affected_data.take());
        self.contained_at = other.contained_at.or(self.contained_at);
    }
}
