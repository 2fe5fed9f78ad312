//! Reading the record: list, show, brief, timeline.

use std::process::ExitCode;

use chrono_tz::Tz;
use clap::Subcommand;
use serde_json::Value;

use super::context::Context;
use super::follow::{Following, follow};
use super::output::{Failure, ListFormat, Shape, json, json_lines, say_all, table};
use super::roles;
use super::search::Search;
use super::similar::Similar;
use super::verbs::Named;
use crate::incident::timeline::Filter;
use crate::incident::{Brief, Entry, Event, EventKind, Incident, Ledger};
use crate::io::journal::Journal;
use crate::text::{Time, when};

#[derive(Debug, Subcommand)]
pub(super) enum Record {
    /// Incidents, the newest first
    List {
        /// Only those that are not resolved
        #[arg(long)]
        open: bool,
        #[command(flatten)]
        format: ListFormat,
    },
    /// One incident: what, who, state, clocks, tasks
    Show {
        /// One JSON document
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        named: Named,
    },
    /// The late joiner's page, ready to paste: what, who, state, clocks, tasks, decisions
    Brief {
        /// One JSON document
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        named: Named,
    },
    /// Who holds which role, or held it at an instant
    Roles {
        /// RFC 3339, HH:MM, -10m, "yesterday 14:02" [default: now]
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        at: Option<String>,
        /// One JSON document
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        named: Named,
    },
    /// What happened, in order
    #[command(after_help = "Examples:
  warroom timeline
  warroom timeline inc-2026-1121 --jsonl | jq -r 'select(.origin == \"human\") | .text'
  warroom timeline --kind decision --by ana
  warroom timeline --tag db --follow
  warroom timeline --thread pool")]
    Timeline {
        /// Stay and print what is added; ends on SIGINT or SIGTERM
        #[arg(long)]
        follow: bool,
        #[command(flatten)]
        wanted: Wanted,
        #[command(flatten)]
        format: ListFormat,
        #[command(flatten)]
        named: Named,
    },
    Search(Search),
    Similar(Similar),
}

/// Which lines of a timeline.
#[derive(Debug, clap::Args)]
pub(super) struct Wanted {
    /// Only this kind, as the lines name it, like decision; may be given again
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<String>,
    /// Only what this person wrote or did; may be given again
    #[arg(long = "by", value_name = "WHO")]
    people: Vec<String>,
    /// Only what has this tag; may be given again
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Only lines of this thread; may be given again
    #[arg(long = "thread", value_name = "NAME")]
    threads: Vec<String>,
}

impl Wanted {
    pub fn filter(&self) -> Filter {
        let small = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect();
        let tags = self.tags.iter().map(|tag| tag.trim_start_matches('#').to_lowercase()).collect();
        let threads = self.threads.iter().map(|name| name.trim_start_matches('~').to_lowercase()).collect();
        let (kinds, people) = (small(&self.kinds), small(&self.people));
        Filter { words: Vec::new(), kinds, people, tags, threads }
    }
}

pub(super) fn run(context: &Context, command: Record) -> Result<ExitCode, Failure> {
    if let Record::Search(search) = command {
        return search.run(context);
    }
    let journal = context.existing_journal()?;
    let none = Ledger::default();
    let ledger = journal.as_ref().map_or(&none, Journal::ledger);
    match command {
        Record::List { open, format } => list(context, ledger, open, format.shape()),
        Record::Show { json, named } => show(context, named.find(ledger)?, json),
        Record::Brief { json: as_json, named } => {
            let brief = Brief::new(ledger, named.find(ledger)?, context.now()).shown_in(context.zone());
            if as_json { json(&brief.json()) } else { say_all(&brief.lines()) }
        }
        Record::Roles { at, json, named } => roles::show(context, named.find(ledger)?, at.as_deref(), json),
        Record::Timeline { follow: stay, wanted, format, named } => {
            let (incident, filter) = (named.find(ledger)?, wanted.filter());
            let entries = ledger.timeline(incident);
            let entries: Vec<&Entry> = entries.iter().filter(|entry| filter.lets(entry)).collect();
            let zone = context.zone();
            print_entries(&entries, format.shape(), |entry| line(entry, zone))?;
            let (id, shape) = (incident.id.clone(), format.shape());
            let following = Following { id, shape, printed: ledger.head, filter, zone };
            match journal {
                Some(journal) if stay => follow(journal, following),
                _ => Ok(ExitCode::SUCCESS),
            }
        }
        Record::Similar(similar) => similar.run(context, ledger),
        // It needs no fold, and is answered above.
        Record::Search(search) => search.run(context),
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
    lines.extend(incident.found.map(|found| format!("found by  {found}")));
    lines
        .extend(incident.merged_into.as_ref().map(|into| format!("merged    into {into}: it goes on there")));
    lines.extend(incident.links.iter().map(|link| format!("{:<9} {}", link.kind, link.url)));
    lines.extend(incident.held().map(|tenure| format!("{:<9} {}", tenure.role, tenure.who)));
    lines.extend(incident.tasks.iter().map(|task| {
        let state = task.ended.map_or("open", |(_, how)| how.word());
        format!("task {:<4} {state} {} ({})", task.number, task.text, task.owner)
    }));
    lines.extend(incident.warnings(now).into_iter().map(|warning| format!("warning   {warning}")));
    say_all(&lines)
}

/// Prints entries; `line` is how one reads as text.
pub(super) fn print_entries(
    entries: &[&Entry],
    shape: Shape,
    line: impl Fn(&Entry) -> String,
) -> Result<ExitCode, Failure> {
    let objects = entries.iter().map(|entry| entry.to_json());
    match shape {
        Shape::Json => json(&objects.collect::<Value>()),
        Shape::Lines => json_lines(objects),
        Shape::Text => say_all(&entries.iter().map(|entry| line(entry)).collect::<Vec<_>>()),
    }
}

/// One entry for people: when in their zone, actor, kind, words.
pub(super) fn line(entry: &Entry, zone: Tz) -> String {
    format!("{}{}{}", head(entry, zone), entry.text, tail(entry))
}

/// What stands before the words of an entry.
pub(super) fn head(entry: &Entry, zone: Tz) -> String {
    let said = |at: Time| at.with_timezone(&zone).format("%F %T %Z").to_string();
    let at = entry.event.happened_at.map_or_else(|| "unknown".to_owned(), said);
    let star = if entry.starred { "*" } else { " " };
    let struck = if entry.struck { "[struck] " } else { "" };
    let Event { seq, actor, .. } = &entry.event;
    format!("{at:<23} {seq:>5}{star} {actor:<10} {:<16} {struck}", entry.kind_word())
}

/// What stands behind them.
pub(super) fn tail(entry: &Entry) -> String {
    let late = if entry.late { " (late)" } else { "" };
    let from = match &entry.event.kind {
        EventKind::Imported(line) => format!(" (from {})", line.from),
        _ => String::new(),
    };
    format!("{late}{from}")
}
