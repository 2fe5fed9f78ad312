//! What an event says in one word: kinds of notes, audiences, mitigations, changes, outcomes. Their words
//! are those of the journal and of the command line.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::slo::exclusion::Planned;

/// What a scribe's line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    Observation,
    Action,
    Decision,
    Question,
    Communication,
    Task,
}

/// Whom a status update is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Public,
    Stakeholders,
    Executives,
}

/// How impact was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mitigation {
    Rollback,
    Failover,
    Flag,
    Shed,
    Capacity,
    Hotfix,
}

impl Mitigation {
    /// Whether it leaves something in place that has to go again.
    pub fn is_temporary(self) -> bool {
        matches!(self, Self::Failover | Self::Flag | Self::Shed | Self::Capacity)
    }
}

/// What kind of change was made to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    Deploy,
    Config,
    Flag,
    Infra,
    Scaling,
}

/// How an incident was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    Alert,
    User,
    Dashboard,
    Synthetic,
}

impl Found {
    /// Who saw what first.
    pub fn means(self) -> &'static str {
        match self {
            Self::Alert => "an alert of ours fired",
            Self::User => "a customer or a colleague told us",
            Self::Dashboard => "somebody saw it on a chart or in a log",
            Self::Synthetic => "a probe or a test found it",
        }
    }
}

/// What a link of an incident leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    Channel,
    Bridge,
    Ticket,
    Dashboard,
    Trace,
}

/// Which end of the impact a mark sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edge {
    Start,
    End,
}

/// How a step of a runbook ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    Done,
    Skipped,
    Failed,
}

/// What somebody says to a question of a runbook, or live data to a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Yes,
    No,
    Unknown,
}

/// Gives a word-only enum its words, both ways, from serde's own names.
macro_rules! words {
    ($($name:ident: $what:literal = $($variant:ident)+;)*) => {$(
        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&format!("{self:?}").to_ascii_lowercase())
            }
        }
        impl FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                let word = text.to_ascii_lowercase();
                Self::ALL.iter().copied().find(|known| known.to_string() == word).ok_or_else(|| {
                    let known: Vec<String> = Self::ALL.iter().map(ToString::to_string).collect();
                    format!("{}: {text}: unknown (one of {})", $what, known.join(", "))
                })
            }
        }
    )*};
}

words! {
    NoteKind: "kind" = Observation Action Decision Question Communication Task;
    Audience: "audience" = Public Stakeholders Executives;
    Mitigation: "mitigation" = Rollback Failover Flag Shed Capacity Hotfix;
    Edge: "edge" = Start End;
    Found: "found" = Alert User Dashboard Synthetic;
    LinkKind: "link" = Channel Bridge Ticket Dashboard Trace;
    ChangeKind: "change" = Deploy Config Flag Infra Scaling;
    Answer: "answer" = Yes No Unknown;
    StepOutcome: "outcome" = Done Skipped Failed;
    Planned: "window" = Maintenance Deploy;
}
