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
    /// The call that it is about, where it says what became of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
}

/// What became of a call that left earlier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follows {
    /// The key of the call's own post.
    pub key: String,
    pub with: FollowUp,
}

/// Somebody answered a call, or what it was about is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUp {
    Acknowledge,
    Resolve,
}

impl FollowUp {
    /// As PagerDuty's Events v2 call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Acknowledge => "acknowledge",
            Self::Resolve => "resolve",
        }
    }
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
