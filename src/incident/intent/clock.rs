//! What is asked of the clocks: to escalate, to acknowledge, to put one off, to look again.

use std::time::Duration;

use super::Sure;
use crate::incident::event::{Level, Terms};

/// A wish that is about a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClockAsk {
    /// The configured terms go with the incident from now on; once, at its declaration.
    Freeze(Terms),
    /// Calls a level; `None`: the next one.
    Escalate { level: Option<Level>, who: Option<String>, why: Option<String>, sending: Sending },
    /// A level has answered; `None`: the one that was called last. The actor is who answered, unless said.
    Acknowledge { level: Option<Level>, who: Option<String> },
    /// Puts one round of a clock off, counted from now.
    Snooze { clock: String, length: Duration },
    /// To be looked at again, without an incident.
    Recheck { what: String, due: Duration },
    /// Looked at; `None`: the only one.
    EndRecheck { seq: Option<u64> },
}

/// Whether an escalation also leaves through the outbox, where its level has a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// They are called by hand; it is only recorded.
    ByHand,
    Out(Sure),
}

impl ClockAsk {
    /// In a few words, for what is not saved yet.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Freeze(_) => "terms of the clocks".to_owned(),
            Self::Escalate { level: Some(level), .. } => format!("escalate to {level}"),
            Self::Escalate { .. } => "escalate".to_owned(),
            Self::Acknowledge { .. } => "escalation acknowledged".to_owned(),
            Self::Snooze { clock, .. } => format!("snooze {clock}"),
            Self::Recheck { what, .. } => format!("look again: {what}"),
            Self::EndRecheck { .. } => "looked again".to_owned(),
        }
    }
}
