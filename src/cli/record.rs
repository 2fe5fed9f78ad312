//! Reading the record: list, show, timeline.

use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;
use serde_json::Value;

use super::context::Context;
use super::incident::{About, named};
use super::output::{Failure, json, json_lines, print, table};
use crate::incident::{Entry, Incident, Ledger};
use crate::io::journal::Journal;
use crate::text::{Safe, when};

/// Between two looks at the journal while following it.
const LOOK: Duration = Duration::from_millis(250);

#[derive(Debug, Subcommand)]
pub(super) enum Record {
    /// Incidents, the newest first
    List {
        /// Only those that are not resolved
        #[arg(long)]
        open: bool,
        #[arg(long)]
        json: bool,
        /// A JSON object a line
        #[arg(long, conflicts_with = "json")]
        jsonl: bool,
    },
    /// One incident: what, who, state, clocks, tasks
    Show {
        id: Option<String>,
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        about: About,
    },
    /// What happened, in order
    Timeline {
        id: Option<String>,
        /// Stay and print what is added
        #[arg(long)]
        follow: bool,
        #[arg(long)]
        json: bool,
        /// A JSON object a line
        #[arg(long, conflicts_with = "json")]
        jsonl: bool,
        #[command(flatten)]
        about: About,
    },
}

pub(super) fn run(context: &Context, command: Record) -> Result<ExitCode, Failure> {
    let mut journal = context.reading_journal()?;
    match command {
        Record::List { open, json, jsonl } => list(context, journal.ledger(), open, Shape::of(json, jsonl)),
        Record::Show { id, json, about } => {
            let incident = journal.ledger().find(named(id, about)?.as_deref())?;
            show(context, incident, json)
        }
        Record::Timeline { id, follow, json, jsonl, about } => {
            let id = journal.ledger().find(named(id, about)?.as_deref())?.id.clone();
            let shape = Shape::of(json, jsonl);
            let printed = timeline(&journal, &id, shape, 0)?;
            if follow { follow_on(context, &mut journal, &id, shape, printed) } else { Ok(ExitCode::SUCCESS) }
        }
    }
}

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Json,
    Lines,
}

impl Shape {
    fn of(json: bool, jsonl: bool) -> Self {
        match (json, jsonl) {
            (true, _) => Self::Json,
            (_, true) => Self::Lines,
            _ => Self::Text,
        }
    }
}

fn list(context: &Context, ledger: &Ledger, open: bool, shape: Shape) -> Result<ExitCode, Failure> {
    let incidents: Vec<&Incident> =
        ledger.incidents.iter().rev().filter(|incident| !open || incident.is_open()).collect();
    match shape {
        Shape::Json => json(&incidents.iter().map(|incident| incident.summary_json()).collect()),
        Shape::Lines => json_lines(incidents.iter().map(|incident| incident.summary_json())),
        Shape::Text => {
            let heading = ["id", "sev", "status", "phase", "ic", "duration", "title"];
            table(&heading, incidents.iter().map(|incident| row(context, incident)))
        }
    }
}

fn row(context: &Context, incident: &Incident) -> Vec<String> {
    let drill = if incident.drill { "DRILL " } else { "" };
    vec![
        incident.id.clone(),
        incident.severity.to_string(),
        incident.status.word().to_owned(),
        incident.phase.to_string(),
        incident.commander().unwrap_or("-").to_owned(),
        when::span(incident.duration(context.now())),
        format!("{drill}{}", incident.title),
    ]
}

fn show(context: &Context, incident: &Incident, as_json: bool) -> Result<ExitCode, Failure> {
    let now = context.now();
    if as_json {
        return json(&incident.show_json(now));
    }
    let mut lines = vec![
        format!("{} {} ({})", incident.severity, incident.title, incident.status.word()),
        format!("id        {}", incident.id),
        format!("phase     {}", incident.phase),
        format!("services  {}", incident.services.join(", ")),
        format!("declared  {} by {}", when::rfc3339(incident.declared_at), incident.declared_by),
        format!("duration  {}", when::span(incident.duration(now))),
    ];
    if let Some(clock) = incident.comms_clock(now) {
        lines.push(format!("update    {}", clock.words(now)));
    }
    let held = incident.tenures.iter().filter(|tenure| tenure.to.is_none());
    lines.extend(held.map(|tenure| format!("{:<9} {}", tenure.role, tenure.who)));
    lines.extend(incident.tasks.iter().map(|task| {
        let state = if task.done_at.is_some() { "done" } else { "open" };
        format!("task {:<4} {state} {} ({})", task.number, task.text, task.owner)
    }));
    lines.extend(incident.warnings(now).into_iter().map(|warning| format!("warning   {warning}")));
    print(&lines.iter().map(|line| format!("{}\n", Safe::line(line))).collect::<String>())
}

/// Prints the entries after sequence number `after`; the last one printed comes back.
fn timeline(journal: &Journal, id: &str, shape: Shape, after: u64) -> Result<u64, Failure> {
    let ledger = journal.ledger();
    let entries = ledger.timeline(ledger.find(Some(id))?);
    let fresh: Vec<&Entry> = entries.iter().filter(|entry| entry.event.seq > after).collect();
    match shape {
        Shape::Json => json(&fresh.iter().map(|entry| entry.to_json()).collect::<Value>())?,
        Shape::Lines => json_lines(fresh.iter().map(|entry| entry.to_json()))?,
        Shape::Text => print(&fresh.iter().map(|entry| format!("{}\n", line(entry))).collect::<String>())?,
    };
    Ok(fresh.iter().map(|entry| entry.event.seq).fold(after, u64::max))
}

/// One entry for people: UTC, actor, kind, words.
fn line(entry: &Entry) -> String {
    let at =
        entry.event.happened_at.map_or_else(|| "unknown".to_owned(), |at| at.format("%F %T").to_string());
    let star = if entry.starred { "*" } else { " " };
    let struck = if entry.struck { "[struck] " } else { "" };
    let late = if entry.late { " (late)" } else { "" };
    let text = format!(
        "{at:<19} {:>5}{star} {:<10} {:<16} {struck}{}{late}",
        entry.event.seq,
        entry.event.actor,
        entry.kind_word(),
        entry.text
    );
    Safe::line(&text).into_string()
}

/// Prints what is added until somebody interrupts.
fn follow_on(
    context: &Context,
    journal: &mut Journal,
    id: &str,
    shape: Shape,
    printed: u64,
) -> Result<ExitCode, Failure> {
    let shape = if shape == Shape::Json { Shape::Lines } else { shape };
    let mut printed = printed;
    loop {
        context.clock.pause(LOOK);
        if journal.changed() {
            journal.catch_up()?;
            printed = timeline(journal, id, shape, printed)?;
        }
    }
}
