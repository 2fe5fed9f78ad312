//! A step of a runbook that ran, and how it ended.

use serde::{Deserialize, Serialize};

use crate::text::Time;

/// One command of a runbook that was run to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
}
