//! What leaves: nothing public and nothing private without a confirmation of its own.

use crate::incident::event::{Dropped, EventKind, FollowUp, Follows, Level, NewEvent, Post};
use crate::incident::intent::PostAsk;
use crate::incident::outbox::{self, Fate, Words};
use crate::incident::{Incident, Refusal};
use crate::text::{digest, when};

use super::{Case, Verdict, names, reason};

impl Case<'_> {
    pub(super) fn post(&self, ask: &PostAsk) -> Verdict {
        match ask {
            PostAsk::Publish { text, audience, next, to, sure } => {
                let incident = self.incident()?;
                let mut events = self.update(incident, text, (*audience, *next))?;
                if !to.is_empty() {
                    outbox::may_leave(incident, Some(*audience), *sure)?;
                }
                let words =
                    |text: &str| Words { text: text.to_owned(), audience: Some(*audience), level: None };
                events
                    .extend(names(to).iter().map(|target| self.queue(incident, target, words(text.trim()))));
                Ok(events)
            }
            PostAsk::Retry { post } => {
                let (incident, _) = self.given_up(*post)?;
                Ok(self.one(incident, EventKind::PostRetried { post: *post }))
            }
            PostAsk::Drop { post, reason: why } => {
                let reason = reason(why, "say why it is not sent: --reason WHY")?;
                let incident = self.undelivered(*post)?;
                Ok(self.one(incident, EventKind::PostDropped(Dropped { post: *post, reason })))
            }
        }
    }

    /// A post with a key that no other has: the same text may be sent twice on purpose.
    pub(super) fn queue(&self, incident: &Incident, target: &str, words: Words) -> NewEvent {
        let Words { text, audience, level } = words;
        let sha256 = digest::sha256(&text);
        let seed = [&incident.id, target, &when::rfc3339(self.now), &self.ledger.head.to_string(), &sha256];
        let key = digest::sha256(seed.join("\n")).chars().take(32).collect();
        let post = Post { target: target.to_owned(), key, text, sha256, audience, level, follows: None };
        self.event(Some(&incident.id), EventKind::PostQueued(post))
    }

    /// Whoever was called is told that it was answered, or is over: where the call went, once. A private incident
    /// says nothing without a confirmation, so nothing of it leaves by itself.
    pub(super) fn follow_up(
        &self,
        incident: &Incident,
        level: Option<Level>,
        with: FollowUp,
    ) -> Vec<NewEvent> {
        let said = match with {
            FollowUp::Acknowledge => format!("acknowledged by {}", self.ask.actor),
            FollowUp::Resolve => "resolved".to_owned(),
        };
        let calls = incident.open_calls(level).filter(|_| !incident.private);
        let told = calls.filter(|(_, known)| *known != Some(with)).map(|(call, _)| {
            let level = call.post.level;
            let text = format!("{}: {said}", incident.id);
            let key = call.post.key.clone();
            let words = Words { text, audience: None, level };
            follow(self.queue(incident, &call.post.target, words), key, with)
        });
        told.collect()
    }

    fn given_up(&self, post: u64) -> Result<(&Incident, &Fate), Refusal> {
        let (incident, queued) = self.ledger.post(post).ok_or_else(|| unknown(post))?;
        match &queued.fate {
            fate @ Fate::GivenUp { .. } => Ok((incident, fate)),
            fate => Err(Refusal::not_allowed(format!("post: {post}: {} (nothing to do)", fate.words()))),
        }
    }

    fn undelivered(&self, post: u64) -> Result<&Incident, Refusal> {
        let (incident, queued) = self.ledger.post(post).ok_or_else(|| unknown(post))?;
        match &queued.fate {
            Fate::Waiting | Fate::GivenUp { .. } => Ok(incident),
            fate => Err(Refusal::not_allowed(format!("post: {post}: {} (nothing to drop)", fate.words()))),
        }
    }
}

fn unknown(post: u64) -> Refusal {
    Refusal::unknown(format!("post: {post}: unknown (warroom outbox list shows the numbers)"))
}

/// A post about a call; its own key is another one, or the other side would not count it.
fn follow(mut new: NewEvent, key: String, with: FollowUp) -> NewEvent {
    if let EventKind::PostQueued(post) = &mut new.kind {
        let seed = [post.key.as_str(), key.as_str(), with.word()].join("\n");
        post.key = digest::sha256(&seed).chars().take(32).collect();
        post.follows = Some(Follows { key, with });
    }
    new
}
