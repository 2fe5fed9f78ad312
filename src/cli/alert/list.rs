//! `alert list`: a line a group, an object an alert.

use std::process::ExitCode;

use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::output::{Failure, Shape, json, json_lines, table};
use crate::config::Config;
use crate::incident::Ledger;
use crate::incident::inbox::{Group, Inbox, Known, Standing, runbook_names};
use crate::io::journal::Journal;
use crate::text::when::{self, rfc3339, rough_span};

/// Characters of a fingerprint that a table shows: enough to name one of many.
const PRINT: usize = 8;

pub(super) fn run(context: &Context, config: &Config, all: bool, shape: Shape) -> Result<ExitCode, Failure> {
    let journal = context.existing_journal()?;
    let none = Ledger::default();
    let ledger = journal.as_ref().map_or(&none, Journal::ledger);
    let inbox = super::heard(context, config, ledger)?;
    let wanted = |alert: &&Known| all || !matches!(alert.standing, Standing::Suppressed(_) | Standing::Over);
    let alerts = || {
        let alerts = inbox.groups().iter().flat_map(|group| inbox.members(group));
        alerts.filter(wanted)
    };
    match shape {
        Shape::Json => json(&alerts().map(object).collect()),
        Shape::Lines => json_lines(alerts().map(object)),
        Shape::Text => {
            let heading = ["state", "count", "age", "severity", "fingerprint", "acked by", "alert"];
            table(&heading, inbox.groups().iter().filter_map(|group| row(context, &inbox, group, wanted)))
        }
    }
}

/// A group's line, of those of its alerts that are wanted.
fn row(
    context: &Context,
    inbox: &Inbox,
    group: &Group,
    wanted: impl Fn(&&Known) -> bool,
) -> Option<Vec<String>> {
    let alerts: Vec<&Known> = inbox.members(group).filter(wanted).collect();
    let first = alerts.first()?;
    let since = alerts.iter().map(|alert| alert.key.starts_at).min()?;
    let print = match alerts.len() {
        1 => first.key.fingerprint.chars().take(PRINT).collect(),
        _ => "-".to_owned(),
    };
    let flapping = if group.tally.flapping > 0 { " (flapping)" } else { "" };
    Some(vec![
        first.standing.word().to_owned(),
        alerts.len().to_string(),
        rough_span(when::since(since, context.now())),
        first.heard.label("severity").unwrap_or("-").to_owned(),
        print,
        first.taken.as_ref().map_or_else(|| "-".to_owned(), |taken| taken.by.clone()),
        format!("{}{flapping}", group.id.title()),
    ])
}

/// An alert's object. Text in it is raw.
fn object(alert: &Known) -> Value {
    let why = match &alert.standing {
        Standing::Suppressed(why) => Some(why),
        _ => None,
    };
    json!({
        "fingerprint": alert.key.fingerprint,
        "starts_at": rfc3339(alert.key.starts_at),
        "name": alert.group.name,
        "group": alert.group.title(),
        "service": alert.service,
        "state": alert.standing.name(),
        "suppressed": why,
        "flapping": alert.flapping_since.is_some(),
        "acknowledged_by": alert.taken.as_ref().map(|taken| &taken.by),
        "acknowledged_at": alert.taken.as_ref().map(|taken| rfc3339(taken.at)),
        "incident": alert.incident,
        "sources": alert.sources(),
        "runbook_url": runbook_names(&alert.heard).1,
        "labels": alert.heard.labels,
        "annotations": alert.heard.annotations,
        "generator_url": alert.heard.generator_url,
    })
}
