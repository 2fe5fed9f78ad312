//! What is asked of the outbox: a status update that leaves, and what becomes of the backlog.

use std::time::Duration;

use crate::incident::event::Audience;

/// A wish that is about what leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PostAsk {
    /// A status update that is recorded and goes to these targets.
    Publish { text: String, audience: Audience, next: Option<Duration>, to: Vec<String>, sure: Sure },
    /// Tries again what was given up.
    Retry { post: u64 },
    /// It is not sent.
    Drop { post: u64, reason: String },
}

/// What a person has confirmed beside the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sure {
    /// Everybody may read it.
    pub public: bool,
    /// It is about a private incident and leaves all the same.
    pub private: bool,
}

impl PostAsk {
    /// In a few words, for what is not saved yet.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Publish { text, .. } => text.clone(),
            Self::Retry { post } => format!("send {post} again"),
            Self::Drop { post, .. } => format!("drop {post}"),
        }
    }
}
