//! What reached us. Plain data: printable, replayable.

use std::collections::BTreeMap;

use crossterm::event::KeyEvent;

use super::keymap::Keymap;
use super::model::Template;
use super::on_config::Reconfigured;
use super::outgoing::News;
use crate::incident::Event;
use crate::incident::event::{ChangeKind, SilenceEnded, StepRun};
use crate::incident::inbox::{Batch, SilenceWish};
use crate::incident::search::{Found, Query};
use crate::runbook::query::Series;
use crate::runbook::{Carried, Library};
use crate::slo::signal::Signals;
use crate::slo::telemetry::Pulse;
use crate::slo::{Counts, Sample, Subject};
use crate::text::redact::Masked;
use crate::text::{Problem, Time};

/// One thing that reached the console.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    Key(KeyEvent),
    Paste(String),
    Resize {
        width: u16,
        height: u16,
    },
    Tick(Time),
    /// A frame has shown the command that is asked about, but for so many rows below its window.
    Shown {
        unread: usize,
    },
    /// What a source says of one indicator, or of a group of it, or why it cannot.
    Sampled {
        subject: Subject,
        at: Time,
        outcome: Result<Sample, String>,
    },
    /// A piece of an indicator's past.
    History {
        subject: Subject,
        sample: Sample,
    },
    /// A stretch of a row's past that was kept under a key, its last bucket ending at `end`.
    Restored {
        key: String,
        subject: Subject,
        end: Time,
        buckets: Vec<Option<Counts>>,
    },
    /// How a source's last poll went.
    Pulse {
        source: String,
        pulse: Pulse,
    },
    /// What a source says of a service's signals.
    Signals {
        service: String,
        signals: Signals,
    },
    /// Share of a source's history that is loaded; 1 when all of it is.
    HistoryLoaded {
        source: String,
        done: f32,
    },
    /// A change that a source reported by itself.
    Changed {
        at: Time,
        kind: ChangeKind,
        service: String,
        what: String,
    },
    /// What a source says of alerts.
    Alerts(Batch),
    /// Alerts that were posted before this console began, and when.
    AlertsKept(Vec<Batch>),
    /// What became of a silence that was to be made or ended.
    Silence(SilenceOutcome),
    /// The whole journal: at the start, and after words in it were erased.
    Loaded(Vec<Event>),
    /// New events of the journal, ours (then with the ticket of the asking) or another process's.
    Appended {
        ticket: Option<u64>,
        events: Vec<Event>,
    },
    Refused {
        ticket: u64,
        why: String,
    },
    /// Not saved; it is being tried again.
    Unsaved {
        ticket: u64,
        why: String,
    },
    /// The command that was asked for runs: its text, masked, and the mark of its processes.
    StepStarted {
        command: String,
        mark: String,
    },
    /// What still carries the mark of a command whose end is not on record.
    LeftRunning {
        mark: String,
        processes: Vec<String>,
    },
    Output(Vec<OutputLine>),
    StepEnded(Box<StepRun>),
    /// What the run that is about to end leaves to the next of its walk.
    Carried(Carried),
    /// What was masked in the output of the command that runs.
    Masked(Vec<Masked>),
    /// What kubectl acts on where nothing else is said, or why nobody knows.
    Surroundings(Result<String, String>),
    Runbooks(Library),
    Keymap(Keymap),
    Template(Template),
    Problems(Vec<Problem>),
    /// What became of words that leave, and what they are made from.
    Outgoing(News),
    /// Another configuration is in force.
    Reconfigured(Box<Reconfigured>),
    /// The edited text of an incident's postmortem as the disk has it; `None` when there is none.
    PostmortemLoaded {
        incident: String,
        text: Option<String>,
    },
    PostmortemSaved {
        incident: String,
        sha256: String,
        bytes: u64,
    },
    PostmortemExported {
        incident: String,
        path: String,
        sha256: String,
    },
    /// The edited text could not be written; here it is back.
    PostmortemUnsaved {
        incident: String,
        text: String,
        why: String,
    },
    /// Reading or exporting the postmortem failed.
    PostmortemFailed {
        why: String,
    },
    /// Updates of an incident that were begun and not sent: the text by what is said to whom.
    LettersLoaded {
        incident: String,
        letters: BTreeMap<String, String>,
    },
    /// What a search came to, or why it failed.
    Found {
        query: Query,
        outcome: Result<Found, String>,
    },
    /// What PromQL is worth now and was in the last hour, or why nobody knows.
    Evaluated {
        query: String,
        outcome: Result<Vec<Series>, String>,
    },
    /// A worker panicked or ended; the rest goes on.
    TaskDied {
        task: String,
        why: String,
    },
}

/// A line of a running command's output, redacted and safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputLine {
    pub at: Time,
    pub error: bool,
    pub text: String,
}

/// What an Alertmanager made of a request.
#[derive(Debug, Clone, PartialEq)]
pub enum SilenceOutcome {
    /// Made as it was confirmed, for so many alerts.
    Made {
        wish: SilenceWish,
        id: String,
        covered: usize,
    },
    Ended(SilenceEnded),
    Failed {
        why: String,
    },
}
