//! Tasks from the command line: giving one, ending one, and which there are.

use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;

use super::context::Context;
use super::incident::acknowledge;
use super::output::{self, Failure, table};
use super::verbs::{About, Named, span};
use crate::incident::state::Task;
use crate::incident::{Ask, Intent, Ledger};
use crate::io::journal::Journal;
use crate::text::when::rfc3339;

#[derive(Debug, Subcommand)]
pub(super) enum Tasks {
    /// Give somebody a task
    Add {
        /// What is to be done
        #[arg(required = true)]
        text: Vec<String>,
        /// Who does it
        #[arg(long, value_name = "WHO")]
        owner: String,
        /// Due in, e.g. 10m
        #[arg(long = "in", value_name = "SPAN", value_parser = span)]
        due: Option<Duration>,
        #[command(flatten)]
        about: About,
    },
    /// Tasks of an incident, the open ones first
    #[command(after_help = "Example:
  warroom task list -i inc-2026-1121-checkout")]
    List {
        /// One JSON document
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        named: Named,
    },
    /// Mark a task as done
    Done {
        /// Number of the task, as show lists it
        number: u32,
        #[command(flatten)]
        about: About,
    },
    /// Say that nobody does it
    Decline {
        /// Number of the task, as show lists it
        number: u32,
        /// Why not
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        about: About,
    },
    /// Make it an action item of the postmortem
    Promote {
        /// Number of the task, as show lists it
        number: u32,
        #[command(flatten)]
        about: About,
    },
}

pub(super) fn run(context: &Context, command: Tasks) -> Result<ExitCode, Failure> {
    let (intent, about) = match command {
        Tasks::List { json, named } => return list(context, &named, json),
        Tasks::Add { text, owner, due, about } => {
            (Intent::AddTask { text: text.join(" "), owner, due }, about)
        }
        Tasks::Done { number, about } => (Intent::FinishTask { number }, about),
        Tasks::Decline { number, reason, about } => (Intent::DeclineTask { number, reason }, about),
        Tasks::Promote { number, about } => (Intent::PromoteTask { number }, about),
    };
    let ask = Ask { incident: about.incident, ..Ask::new(&context.who, intent) };
    let events = context.journal()?.append(&ask, context.now())?;
    acknowledge(context, &events)
}

/// The tasks of an incident, those that are open first.
fn list(context: &Context, named: &Named, as_json: bool) -> Result<ExitCode, Failure> {
    let journal = context.existing_journal()?;
    let none = Ledger::default();
    let incident = named.find(journal.as_ref().map_or(&none, Journal::ledger))?;
    if as_json {
        return output::json(&incident.show_json(context.now())["tasks"]);
    }
    let mut tasks: Vec<&Task> = incident.tasks.iter().collect();
    tasks.sort_by_key(|task| task.ended.is_some());
    let rows = tasks.into_iter().map(|task| {
        let state = task.ended.map_or("open", |(_, how)| how.word()).to_owned();
        let due = task.due_at.map(rfc3339).unwrap_or_default();
        vec![task.number.to_string(), state, task.owner.clone(), due, task.text.clone()]
    });
    table(&["number", "state", "owner", "due", "what"], rows)
}
