//! What leaves for others: queued, sent, given up. The backlog is a fold over these.

use serde::{Deserialize, Serialize};

use super::{Audience, Level};

/// A text on its way to one target of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Name of the target in the configuration; where it lies is never stored.
    pub target: String,
    /// The same for every try, so that the other side counts it once.
    pub key: String,
    pub text: String,
    /// SHA-256 (hex) of the text.
    pub sha256: String,
    /// Whom an update is for.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// Which level an escalation calls.
    #[serde(default)]
    pub level: Option<Level>,
}

/// How a post, named by the entry that queued it, ended or goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub post: u64,
    pub attempts: u32,
}

/// Nobody tries any more, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GivenUp {
    pub post: u64,
    pub attempts: u32,
    pub reason: String,
}

/// Somebody decided that it is not sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    pub post: u64,
    pub reason: String,
}
