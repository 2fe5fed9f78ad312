//! What is done on a walk through a runbook: opened, values given, steps run, marked, decided, verified.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Answer, StepOutcome};
use crate::incident::Role;
use crate::text::Time;

/// Somebody opened a runbook: the walk begins, or somebody joins it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Opened {
    pub name: String,
    /// SHA-256 (hex) of the runbook's text.
    pub sha256: String,
    /// Which revision of its repository the text came from, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
}

/// Where something was done in a runbook, in which seat, and where the walk led from there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Standing {
    /// The role that whoever did it held then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// SHA-256 (hex) of the step as it was when it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step_sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Number and title of the step that was suggested next; `None` at the end of the walk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A command of a runbook that was started. How it ended is a [`StepRun`]; where none follows, nobody knows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StepStart {
    pub runbook: String,
    pub step: String,
    pub title: String,
    /// The exact text, secrets masked.
    pub command: String,
    /// What its processes carry in their environment, so that they are found again.
    pub mark: String,
    /// It runs on its own, as the configuration allows for this step as it stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assisted: bool,
    #[serde(flatten)]
    pub standing: Standing,
}

/// One command of a runbook that was run to its end.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct StepRun {
    pub runbook: String,
    /// The step's number as the runbook writes it, e.g. `3` or `3.1`.
    pub step: String,
    pub title: String,
    /// The exact text that ran.
    pub command: String,
    pub risk: String,
    pub started_at: Time,
    pub duration_s: f64,
    /// Exit code; `None` when a signal or a timeout ended it.
    pub exit: Option<i32>,
    /// How it ended in words: `exit 0`, `timed out after 5m`, `stopped`.
    pub ended: String,
    /// SHA-256 (hex) and length of the whole redacted output.
    pub sha256: String,
    pub bytes: u64,
    /// The last lines of the redacted output.
    pub tail: String,
    /// File of the whole redacted output, relative to the data folder.
    pub spool: Option<String>,
    /// Processes that outlived the stop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub survivors: Vec<String>,
    /// The folder it ran in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// What it reached, where that can be known: `kubectl prod-eu`, `ssh web-1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
    /// What comparing its output with what the runbook expects came to; `None` where it expects nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<Judged>,
    /// It ran on its own, as the configuration allows for this step as it stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub assisted: bool,
    /// Who opened the walk in which it ran on its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<String>,
    #[serde(flatten)]
    pub standing: Standing,
}

/// What output is, beside what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judged {
    AsExpected,
    Different,
    /// Only a person can tell: the runbook describes it in words, or not all of it was kept.
    CannotTell,
}

impl Judged {
    pub fn words(self) -> &'static str {
        match self {
            Self::AsExpected => "as expected",
            Self::Different => "differs from the expected output",
            Self::CannotTell => "expected output not compared: judge it yourself",
        }
    }
}

/// A step that somebody marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepMark {
    pub runbook: String,
    pub step: String,
    pub title: String,
    pub outcome: StepOutcome,
    #[serde(flatten)]
    pub standing: Standing,
}

/// An answer to a step that asks for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    pub runbook: String,
    pub step: String,
    pub title: String,
    pub answer: Answer,
    /// Where the answer leads, where the runbook says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Destination>,
    /// Numbers of the steps that are passed over for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    #[serde(flatten)]
    pub standing: Standing,
}

/// Where a jump leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// A step of the same runbook, by number and title.
    Step { step: String, title: String },
    /// Another runbook, by name.
    Runbook(String),
}

/// Values for placeholders, kept for the walk. Secret ones are never among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValuesGiven {
    pub runbook: String,
    pub values: BTreeMap<String, String>,
}

/// A bound on live data that a step names, watched until it held or its time was up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verification {
    pub runbook: String,
    pub step: String,
    pub title: String,
    /// As it was judged: `checkout-availability burn 5m < 1 within 5m`.
    pub bound: String,
    /// Whether it held; unknown where live data was missing.
    pub answer: Answer,
    /// The last value that was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<f64>,
    /// Why, in words.
    pub why: String,
    /// How long it was watched.
    pub waited_s: u64,
    #[serde(flatten)]
    pub standing: Standing,
}
