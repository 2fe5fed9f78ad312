//! What the keys of a window do, in a word or two.

use super::{Purpose, Question};

impl Purpose {
    /// What Enter does, in a word or two.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Declare { .. } => "declare",
            Self::Severity | Self::Phase => "change",
            Self::Role => "assign",
            Self::Triage(_) | Self::Check(..) | Self::Decision { .. } => "answer",
            Self::Temporary => "write down",
            Self::KeepSeat(_) => "take over",
            Self::OfferRole => "ask",
            Self::Update | Self::Found => "record",
            Self::Mitigated => "mark",
            Self::Maintenance { .. } => "plan",
            Self::Escalate => "do it",
            Self::Snooze => "put off",
            Self::Outbox => "decide",
            Self::Switch(_) => "show",
            Self::Reveal => "look at it",
            Self::Silence { .. } => "see what it covers",
            Self::Amend { .. } => "correct",
            Self::Strike { .. } => "strike",
            Self::Fields => "set",
            Self::Tasks(_) | Self::Task(_) => "end it",
            Self::Reopen => "open again",
            Self::Merge(_) => "merge",
            Self::Link => "link",
        }
    }
}

impl Question {
    /// What a yes and what a no does, in a word or two.
    pub fn answers(&self) -> (&'static str, &'static str) {
        match self {
            Self::Run(_) => ("run it", "do not run it"),
            Self::TakeOver(_) => ("take over", "not now"),
            Self::Resolve(_) => ("resolve", "not yet"),
            Self::Close(_) => ("close", "not yet"),
            Self::Leave(_) => ("let it out", "back"),
            Self::Call(_) => ("call", "not now"),
            Self::Redraft => ("draft again", "keep mine"),
            Self::Record(_) => ("write them", "write none"),
            Self::Quit => ("leave", "stay"),
            Self::Silence(..) => ("silence them", "leave them loud"),
            Self::Unsilence(_) => ("end it", "leave it"),
        }
    }
}
