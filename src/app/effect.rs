//! What we ask the outside to do. Plain data: a test compares it, the runtime carries it out.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::config::Target;
use crate::incident::Ask;
use crate::incident::event::SilenceEnded;
use crate::incident::event::{Audience, Standing};
use crate::incident::inbox::SilenceWish;
use crate::incident::outbox::Letter;
use crate::incident::search::Query;
use crate::runbook::{Carried, Risk, target};
use crate::slo::keep::{Kept, Past};

/// One thing to be done outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// A person asks the journal; answered by a message with the ticket.
    Append {
        ticket: u64,
        ask: Ask,
    },
    /// The system noticed something; written only by the process that holds the lease.
    Notice(Ask),
    /// What was posted to this process alone; written whoever holds the lease, since its keys say it once.
    Record(Ask),
    /// Measurements that no source remembers; written only by the process that holds the lease.
    Keep(Vec<Past>),
    /// What was kept of these indicators is wanted back.
    Recall(BTreeMap<String, Kept>),
    Run(RunRequest),
    StopRun,
    /// What this machine has chosen for commands that name no target of their own; answered by a message.
    LookAround(Carried),
    /// Which processes carry a mark; answered by a message with the same mark.
    FindLeft(String),
    /// An Alertmanager is to call nobody for so many alerts now, as it was confirmed.
    Silence {
        wish: SilenceWish,
        covered: usize,
    },
    Unsilence(SilenceEnded),
    LoadPostmortem {
        incident: String,
    },
    SavePostmortem {
        incident: String,
        text: String,
    },
    ExportPostmortem {
        incident: String,
        text: String,
    },
    /// Updates that were begun and not sent; answered by a message.
    LoadLetters {
        incident: String,
    },
    /// All of them that an incident has now: the text by what is said to whom.
    KeepLetters {
        incident: String,
        letters: BTreeMap<String, String>,
    },
    /// What is looked for in all entries; answered by a message with the same question.
    Search(Query),
    /// PromQL to be asked once; answered by a message with the same query.
    Evaluate(String),
    Bell,
    /// Everything that waits to leave; sent only by the process that holds the lease.
    Deliver(Vec<Letter>),
    /// Where posts go from now on.
    Targets(Vec<Target>),
    /// To the terminal's clipboard.
    Copy(String),
    /// Lines of a timeline, into a file of this name.
    WriteExcerpt {
        name: String,
        text: String,
    },
    WriteUpdate {
        incident: String,
        audience: Audience,
        text: String,
    },
    Quit,
}

/// A command as it was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRequest {
    pub runbook: String,
    pub step: String,
    pub title: String,
    /// The exact text, every placeholder filled.
    pub command: String,
    pub risk: Risk,
    pub timeout: Duration,
    /// What it acts on, as far as its text says.
    pub targets: Vec<target::Target>,
    /// The folder it runs in where it is not the program's own, and the variables it is given.
    pub carried: Carried,
    /// It has the whole terminal while it runs.
    pub interactive: bool,
    /// A person changed the text that the runbook has.
    pub edited: bool,
    /// Where the step stood when it was confirmed.
    pub standing: Standing,
    /// Values typed as secret: masked in the record and in whatever it prints.
    pub secrets: Vec<String>,
}
