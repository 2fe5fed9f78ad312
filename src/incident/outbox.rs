//! The outbox: what waits to leave, where each post stands, when it is tried again, what is sent.
//!
//! Pure: the backlog is a fold over the journal; who sends it is told here what to send and what an
//! answer means. Knows targets by name only, never where they lie.

mod body;
mod retry;

use serde_json::{Value, json};

use super::event::{
    Audience, Delivery, Dropped, Escalation, Event, EventKind, FollowUp, GivenUp, Level, Post,
};
use super::intent::{Refusal, Sure};
use super::{Incident, Ledger};
use crate::text::Time;
use crate::text::when::rfc3339;

pub use body::{Kind, Letter, body};
pub use retry::{GIVE_UP_AFTER, Verdict, pause, verdict};

/// What is to be sent, before it is a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub text: String,
    pub audience: Option<Audience>,
    pub level: Option<Level>,
}

/// A post and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queued {
    /// The entry that queued it: its number.
    pub seq: u64,
    pub at: Time,
    pub post: Post,
    pub fate: Fate,
}

/// What became of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Waiting,
    Sent { at: Time, attempts: u32 },
    GivenUp { at: Time, attempts: u32, reason: String },
    Dropped { at: Time, reason: String },
}

impl Fate {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent { .. } => "sent",
            Self::GivenUp { .. } => "given up",
            Self::Dropped { .. } => "dropped",
        }
    }

    /// `given up after 1: HTTP 404 Not Found`.
    pub fn words(&self) -> String {
        match self {
            Self::Waiting => "waiting".to_owned(),
            Self::Sent { attempts, .. } => format!("sent, try {attempts}"),
            Self::GivenUp { attempts, reason, .. } => format!("given up after {attempts}: {reason}"),
            Self::Dropped { reason, .. } => format!("dropped: {reason}"),
        }
    }
}

impl Queued {
    /// Still to be sent, or to be decided on by a person.
    pub fn is_open(&self) -> bool {
        matches!(self.fate, Fate::Waiting | Fate::GivenUp { .. })
    }

    /// One object of `outbox list --json`. Raw text.
    pub fn to_json(&self, incident: &str) -> Value {
        let (ended, attempts, reason) = match &self.fate {
            Fate::Waiting => (None, None, None),
            Fate::Sent { at, attempts } => (Some(at), Some(attempts), None),
            Fate::GivenUp { at, attempts, reason } => (Some(at), Some(attempts), Some(reason)),
            Fate::Dropped { at, reason } => (Some(at), None, Some(reason)),
        };
        json!({
            "post": self.seq,
            "incident": incident,
            "target": self.post.target,
            "audience": self.post.audience,
            "level": self.post.level,
            "follows": self.post.follows,
            "state": self.fate.word().replace(' ', "_"),
            "queued_at": rfc3339(self.at),
            "ended_at": ended.map(|at| rfc3339(*at)),
            "attempts": attempts,
            "reason": reason,
            "key": self.post.key,
            "sha256": self.post.sha256,
            "text": self.post.text,
        })
    }
}

impl Incident {
    /// Calls that left or are to leave and are not over, of one level or all, each with what
    /// was said of it last.
    pub(super) fn open_calls(
        &self,
        level: Option<Level>,
    ) -> impl Iterator<Item = (&Queued, Option<FollowUp>)> {
        let leaves = |queued: &&Queued| matches!(queued.fate, Fate::Waiting | Fate::Sent { .. });
        let is_call = move |post: &Post| {
            post.follows.is_none() && post.level.is_some() && (level.is_none() || post.level == level)
        };
        let said = |key: &str| {
            let about = self.posts.iter().rev().filter_map(|queued| queued.post.follows.as_ref());
            about.filter(|follows| follows.key == key).map(|follows| follows.with).next()
        };
        let calls = self.posts.iter().filter(leaves).filter(move |queued| is_call(&queued.post));
        calls
            .map(move |call| (call, said(&call.post.key)))
            .filter(|(_, said)| *said != Some(FollowUp::Resolve))
    }

    /// Folds what an event means for the posts.
    pub(super) fn post_office(&mut self, event: &Event) {
        let at = event.recorded_at;
        let (post, fate) = match &event.kind {
            EventKind::PostQueued(post) => {
                self.posts.push(Queued { seq: event.seq, at, post: post.clone(), fate: Fate::Waiting });
                return;
            }
            EventKind::PostSent(Delivery { post, attempts }) => {
                (*post, Fate::Sent { at, attempts: *attempts })
            }
            EventKind::PostFailed(GivenUp { post, attempts, reason }) => {
                (*post, Fate::GivenUp { at, attempts: *attempts, reason: reason.clone() })
            }
            EventKind::PostRetried { post } => (*post, Fate::Waiting),
            EventKind::PostDropped(Dropped { post, reason }) => {
                (*post, Fate::Dropped { at, reason: reason.clone() })
            }
            _ => return,
        };
        // What was sent stays sent, whatever is said of it afterwards.
        let open = |queued: &&mut Queued| queued.seq == post && queued.is_open();
        if let Some(queued) = self.posts.iter_mut().find(open) {
            queued.fate = fate;
        }
    }
}

impl Ledger {
    /// Every post with its incident, in the order they were queued.
    pub fn posts(&self) -> impl Iterator<Item = (&Incident, &Queued)> {
        self.incidents.iter().flat_map(|incident| incident.posts.iter().map(move |post| (incident, post)))
    }

    pub fn post(&self, seq: u64) -> Option<(&Incident, &Queued)> {
        self.posts().find(|(_, queued)| queued.seq == seq)
    }

    /// What still waits to be sent.
    pub fn waiting_posts(&self) -> impl Iterator<Item = (&Incident, &Queued)> {
        self.posts().filter(|(_, queued)| queued.fate == Fate::Waiting)
    }
}

/// Whether words about an incident may leave: public ones, and any about a private incident, want a
/// confirmation of their own.
///
/// # Errors
/// Which confirmation is missing.
pub fn may_leave(incident: &Incident, audience: Option<Audience>, sure: Sure) -> Result<(), Refusal> {
    let id = &incident.id;
    if incident.private && !sure.private {
        return Err(Refusal::not_allowed(format!(
            "{id}: is private: nothing of it leaves without a confirmation of its own (--yes-private)"
        )));
    }
    if audience == Some(Audience::Public) && !sure.public {
        return Err(Refusal::not_allowed(format!(
            "{id}: everybody will read it: public words want a second confirmation (--yes-public)"
        )));
    }
    Ok(())
}

/// What somebody who is called reads.
pub(super) fn call(incident: &Incident, step: &Escalation) -> String {
    let Escalation { level, who, why } = step;
    let drill = if incident.drill { "DRILL, nobody is hurt: " } else { "" };
    let commander = incident.commander().unwrap_or("nobody yet");
    format!(
        "{drill}{who}, you are called as {level} ({}) to {} {}: {why}. Incident {}, commander {commander}. Please acknowledge.",
        level.title(),
        incident.severity,
        incident.title,
        incident.id,
    )
}
