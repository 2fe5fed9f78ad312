//! Planned windows from the command line: add, list, end.

use std::process::ExitCode;
use std::time::Duration;

use chrono_tz::Tz;
use clap::Subcommand;

use super::context::Context;
use super::incident::acknowledge;
use super::output::{Failure, ListFormat, Shape, json, json_lines, remark, table};
use super::verbs::span;
use crate::incident::maintenance::{Standing, Window};
use crate::incident::{Ask, Intent, Ledger};
use crate::io::journal::Journal;
use crate::slo::Evaluator;
use crate::slo::exclusion::Planned;
use crate::text::{Time, problem, when};

#[derive(Debug, Subcommand)]
pub(super) enum Maintenance {
    /// Plan a window: what is bad in it counts neither in budgets nor in alerts
    #[command(after_help = "Examples:
  warroom maintenance add checkout --from 22:00 --to 23:30 --reason \"database upgrade\"
  warroom maintenance add checkout --from \"tomorrow 02:00\" --for 2h
  warroom maintenance add search --for 15m --kind deploy
  warroom maintenance add checkout --from -2h --to -1h --reason \"drill, agreed with the owners\"")]
    Add(Add),
    /// Windows that are ahead or running, by their start
    List {
        /// Also those that are over, cancelled or struck
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        format: ListFormat,
    },
    /// End a window early, or cancel one that has not begun
    End {
        /// Number of the window, as list shows it
        seq: u64,
        /// When it ends: RFC 3339, HH:MM, +10m, -10m [default: now]
        #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
        at: Option<String>,
    },
}

/// The journal's windows for an evaluator beside it. Reading makes no files; a journal that cannot be
/// read is said once and leaves nothing out.
pub(super) struct LeftOut {
    journal: Option<Journal>,
    told: bool,
}

impl LeftOut {
    pub fn new(context: &Context) -> Self {
        let journal = context.existing_journal().unwrap_or_else(|failure| {
            failure.report();
            None
        });
        Self { journal, told: false }
    }

    /// Tells the evaluator what is left out, where that may have changed.
    pub fn pass_on(&mut self, evaluator: &mut Evaluator) {
        let Some(journal) = &mut self.journal else { return };
        if std::mem::replace(&mut self.told, true) && !journal.changed() {
            return;
        }
        if let Err(error) = journal.catch_up() {
            remark(&error.to_string());
        }
        evaluator.set_exclusions(journal.ledger().exclusions());
    }
}

/// A window to be planned.
#[derive(Debug, clap::Args)]
pub(super) struct Add {
    /// The service whose time it is, as its SLOs name it
    service: String,
    /// When it begins: RFC 3339, HH:MM (today), "tomorrow 02:00", +30m, -10m [default: now]
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    from: Option<String>,
    /// When it ends, as --from; a bare HH:MM is the first one after the start
    #[arg(long, value_name = "TIME", allow_hyphen_values = true, required_unless_present = "length")]
    to: Option<String>,
    /// How long it is, instead of --to, e.g. 30m; at most 30d
    #[arg(long = "for", value_name = "SPAN", value_parser = span, conflicts_with = "to")]
    length: Option<Duration>,
    /// maintenance or deploy
    #[arg(long, default_value = "maintenance")]
    kind: Planned,
    /// What for; wanted for a window that has begun already
    #[arg(long)]
    reason: Option<String>,
    /// Who planned it [default: you]
    #[arg(long, value_name = "WHO")]
    by: Option<String>,
}

pub(super) fn run(context: &Context, command: Maintenance) -> Result<ExitCode, Failure> {
    match command {
        Maintenance::Add(window) => add(context, window),
        Maintenance::List { all, format } => list(context, all, format.shape()),
        Maintenance::End { seq, at } => {
            let at = at.map(|text| context.planned(&text)).transpose()?;
            let ask = Ask::new(&context.who, Intent::EndMaintenance { seq, at });
            let events = context.journal()?.append(&ask, context.now())?;
            acknowledge(context, &events)
        }
    }
}

fn add(context: &Context, window: Add) -> Result<ExitCode, Failure> {
    let (from, to) = stretch(context, &window)?;
    let Add { service, kind, reason, by, .. } = window;
    warn_of_stranger(context, &service);
    let actor = by.unwrap_or_else(|| context.who.clone());
    let mut journal = context.journal()?;
    let intent = Intent::PlanMaintenance { kind, service: service.clone(), from, to, reason };
    let overlaps = journal.ledger().windows_within(service.trim(), from, to);
    let events = journal.append(&Ask::new(actor, intent), context.now())?;
    for other in &overlaps {
        remark(&overlap(&service, other));
    }
    acknowledge(context, &events)
}

fn stretch(context: &Context, window: &Add) -> Result<(Time, Time), Failure> {
    let from = window.from.as_deref().map_or_else(|| Ok(context.now()), |text| context.planned(text))?;
    let to = match (&window.to, window.length) {
        (Some(text), _) => context.planned_end(text, from)?,
        (None, length) => when::after(from, length.unwrap_or_default()),
    };
    Ok((from, to))
}

/// A window of a service that no SLO names would leave nothing out. A configuration that cannot be read
/// says so elsewhere.
fn warn_of_stranger(context: &Context, service: &str) {
    let Ok(loaded) = context.config() else { return };
    let known: Vec<&str> = loaded.config.slos.iter().map(|slo| slo.service.as_str()).collect();
    if known.is_empty() || known.contains(&service.trim()) {
        return;
    }
    let way_out = problem::meant(service, known, || "warroom slo list shows them".to_owned());
    remark(&format!("service: {service}: no SLO is about it, so the window leaves nothing out ({way_out})"));
}

fn overlap(service: &str, other: &Window) -> String {
    let (seq, from, to) = (other.seq, when::in_words(other.from), when::in_words(other.until()));
    format!("window: {service}: overlaps entry {seq}, {from} to {to} (time in both is left out once)")
}

fn list(context: &Context, all: bool, shape: Shape) -> Result<ExitCode, Failure> {
    let journal = context.existing_journal()?;
    let now = context.now();
    let mut windows = journal.as_ref().map(Journal::ledger).map(Ledger::windows).unwrap_or_default();
    windows.retain(|window| all || matches!(window.standing(now), Standing::Ahead | Standing::Running));
    let objects = windows.iter().map(|window| window.to_json(now));
    match shape {
        Shape::Json => json(&objects.collect()),
        Shape::Lines => json_lines(objects),
        Shape::Text => {
            let heading = ["seq", "state", "service", "kind", "from (UTC)", "to (UTC)", "by", "why"];
            table(&heading, windows.iter().map(|window| row(window, now)))
        }
    }
}

fn row(window: &Window, now: Time) -> Vec<String> {
    let late = if window.late { " (late)" } else { "" };
    vec![
        window.seq.to_string(),
        window.standing(now).word().to_owned(),
        window.service.clone(),
        window.kind.to_string(),
        when::date_time(window.from, Tz::UTC),
        when::date_time(window.until(), Tz::UTC),
        window.by.clone(),
        format!("{}{late}", window.reason.as_deref().unwrap_or("-")),
    ]
}
