//! Clocks from the command line: list them, put one off, climb the ladder, look again.

use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;
use serde_json::Value;

use super::context::Context;
use super::incident::acknowledge;
use super::output::{Failure, json, table};
use super::verbs::{About, span};
use crate::incident::event::Level;
use crate::incident::intent::{ClockAsk, Sending, Sure};
use crate::incident::{Ask, Clock, Intent, Ledger};
use crate::io::journal::Journal;
use crate::text::when::rfc3339;

#[derive(Debug, Subcommand)]
pub(super) enum ClockVerb {
    /// Every clock that runs, the most urgent first
    #[command(after_help = "Examples:
  warroom clocks
  warroom clocks --json | jq -r '.[] | select(.state == \"overdue\") | .what'")]
    Clocks {
        /// One JSON document
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        about: About,
    },
    /// Put one round of one clock off, once; the next round runs as ever
    #[command(after_help = "Example:
  warroom snooze update --for 10m")]
    Snooze {
        /// Name of the clock, as clocks lists it
        clock: String,
        /// For how long from now, at most 8h
        #[arg(long = "for", value_name = "SPAN", value_parser = span)]
        length: Duration,
        #[command(flatten)]
        about: About,
    },
    /// Call a level of the escalation ladder, or record that it answered
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "Examples:
  warroom escalate
  warroom escalate L3 --to dora --reason \"payment data is involved\"
  warroom --as dora escalate ack"
    )]
    Escalate(Escalate),
    /// Look at something again without an incident: nobody is hurt yet
    Recheck {
        #[command(subcommand)]
        command: Recheck,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Escalate {
    #[command(subcommand)]
    answer: Option<Answer>,
    /// L1 to L5 [default: the next one]
    level: Option<Level>,
    /// Who is called; remembered for the incident [default: as configured]
    #[arg(long, value_name = "WHO")]
    to: Option<String>,
    /// Why [default: the ladder's own]
    #[arg(long)]
    reason: Option<String>,
    /// They are called by hand: record it, send nothing
    #[arg(long)]
    by_hand: bool,
    /// Send it though the incident is private
    #[arg(long)]
    yes_private: bool,
    #[command(flatten)]
    about: About,
}

#[derive(Debug, Subcommand)]
pub(super) enum Answer {
    /// Record that who was called has answered
    Ack {
        /// L1 to L5 [default: the highest that was called]
        level: Option<Level>,
        /// Who answered [default: you]
        #[arg(long, value_name = "WHO")]
        by: Option<String>,
        #[command(flatten)]
        about: About,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Recheck {
    /// Set a timer
    #[command(after_help = "Example:
  warroom recheck add \"queue depth of search\" --in 10m")]
    Add {
        /// What is to be looked at
        #[arg(required = true)]
        what: Vec<String>,
        /// When, from now
        #[arg(long = "in", value_name = "SPAN", value_parser = span, default_value = "10m")]
        due: Duration,
    },
    /// It was looked at
    Done {
        /// Number of its entry, as in recheck-N [default: the only one]
        seq: Option<u64>,
    },
}

pub(super) fn run(context: &Context, command: ClockVerb) -> Result<ExitCode, Failure> {
    let (wish, incident) = match command {
        ClockVerb::Clocks { json, about } => return list(context, about.incident.as_deref(), json),
        ClockVerb::Snooze { clock, length, about } => (ClockAsk::Snooze { clock, length }, about.incident),
        ClockVerb::Escalate(escalate) => escalate.wish(),
        ClockVerb::Recheck { command: Recheck::Add { what, due } } => {
            (ClockAsk::Recheck { what: what.join(" "), due }, None)
        }
        ClockVerb::Recheck { command: Recheck::Done { seq } } => (ClockAsk::EndRecheck { seq }, None),
    };
    let mut journal = context.journal()?;
    let ask = Ask { incident, ..Ask::new(&context.who, Intent::Clock(wish)) };
    let events = journal.append(&ask, context.now())?;
    acknowledge(context, &events)?;
    super::outbox::carry(context, &mut journal, &events)
}

impl Escalate {
    fn wish(self) -> (ClockAsk, Option<String>) {
        if let Some(Answer::Ack { level, by, about }) = self.answer {
            return (ClockAsk::Acknowledge { level, who: by }, about.incident);
        }
        let sure = Sure { private: self.yes_private, public: false };
        let sending = if self.by_hand { Sending::ByHand } else { Sending::Out(sure) };
        let wish = ClockAsk::Escalate { level: self.level, who: self.to, why: self.reason, sending };
        (wish, self.about.incident)
    }
}

/// Without an incident the looks to come are all there is.
fn list(context: &Context, incident: Option<&str>, as_json: bool) -> Result<ExitCode, Failure> {
    let journal = context.existing_journal()?;
    let none = Ledger::default();
    let ledger = journal.as_ref().map_or(&none, Journal::ledger);
    let now = context.now();
    let incident = match incident {
        Some(name) => Some(ledger.find(Some(name))?),
        None if ledger.incidents.is_empty() => None,
        None => Some(ledger.find(None)?),
    };
    let clocks = ledger.clocks(incident, now);
    if as_json {
        return json(&clocks.iter().map(|clock| clock.to_json(now)).collect::<Value>());
    }
    let row = |clock: &Clock| {
        vec![clock.name.clone(), clock.words(now), rfc3339(clock.due_at), rfc3339(clock.overdue_at)]
    };
    table(&["clock", "state", "due", "overdue"], clocks.iter().map(row))
}
