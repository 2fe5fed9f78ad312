//! Reports over all incidents, from the journal.

use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::output::{self, Failure, print, remark, say_all};
use super::verbs::span;
use crate::incident::Ledger;
use crate::io::journal::Journal;
use crate::runbook::Library;
use crate::runbook::stage::PREFIX;
use crate::runbook::toil::{self, Chore, Standing, Today, Toil};
use crate::text::{Safe, when};

#[derive(Debug, Subcommand)]
pub(super) enum Report {
    /// Steps that people run by hand again and again, and which of them might run by themselves
    #[command(
        after_help = "A candidate was run by hand at least three times as it stands, only reads, and ended with exit 0 in at
least 95 of 100 runs. Drills are left out. What is printed below a candidate allows it; read the step first.

Examples:
  warroom report toil
  warroom report toil --since 90d --json | jq '.chores[] | select(.standing == \"candidate\")'
  warroom report toil --markdown > toil.md"
    )]
    Toil(Wanted),
}

#[derive(Debug, Args)]
pub(super) struct Wanted {
    /// How far back
    #[arg(long, value_name = "SPAN", default_value = "30d", value_parser = span)]
    since: Duration,
    /// One JSON document
    #[arg(long, conflicts_with = "markdown")]
    json: bool,
    /// A document to file
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run(context: &Context, report: &Report) -> Result<ExitCode, Failure> {
    match report {
        Report::Toil(wanted) => toil(context, wanted),
    }
}

fn toil(context: &Context, wanted: &Wanted) -> Result<ExitCode, Failure> {
    let (journal, none) = (context.existing_journal()?, Ledger::default());
    let ledger = journal.as_ref().map_or(&none, Journal::ledger);
    let (library, problems) = context.user_files().runbooks(&Library::default());
    for problem in &problems {
        remark(&problem.to_string());
    }
    let allowed = context.config()?.config.assisted;
    let from = when::before(context.now(), wanted.since);
    let toil = toil::since(ledger, from, Today { library: &library, allowed: &allowed });
    match (wanted.json, wanted.markdown) {
        (true, _) => output::json(&object(&toil, wanted.since)),
        (_, true) => print(&markdown(&toil, wanted.since)),
        _ => text(&toil, wanted.since),
    }
}

fn text(toil: &Toil, since: Duration) -> Result<ExitCode, Failure> {
    output::table(&HEADING, toil.chores.iter().map(row))?;
    let mut lines = vec![String::new(), sum(toil, since)];
    for chore in candidates(toil) {
        lines.push(String::new());
        lines.extend(way(chore));
    }
    say_all(&lines)
}

const HEADING: [&str; 6] = ["step", "runs", "exit 0", "time", "standing", "title"];

fn row(chore: &Chore) -> Vec<String> {
    vec![
        format!("{} {}", chore.runbook, chore.step),
        format!("{} in {}", chore.runs, incidents(chore.incidents)),
        chore.ended_well.to_string(),
        seconds(chore.time_s),
        chore.standing.words().to_owned(),
        chore.title.clone(),
    ]
}

fn incidents(count: usize) -> String {
    if count == 1 { "1 incident".to_owned() } else { format!("{count} incidents") }
}

fn seconds(time_s: f64) -> String {
    when::span(Duration::try_from_secs_f64(time_s).unwrap_or_default())
}

fn sum(toil: &Toil, since: Duration) -> String {
    let (hand, alone) = (toil.by_hand, toil.by_themselves);
    let time = seconds(toil.time_s);
    format!("{hand} runs by hand in {}, {time} of commands; {alone} by themselves", when::span(since))
}

fn candidates(toil: &Toil) -> impl Iterator<Item = &Chore> {
    toil.chores.iter().filter(|chore| matches!(chore.standing, Standing::Candidate { .. }))
}

/// What lets a candidate run by itself: the mark in its runbook, the lines of the configuration.
fn way(chore: &Chore) -> Vec<String> {
    let mut lines = vec![format!("# {} step {}: {}", chore.runbook, chore.step, chore.title)];
    if chore.standing == (Standing::Candidate { marked: false }) {
        lines.push(format!("# first, in the front matter of {}.md:", chore.runbook));
        lines.push("#   stages:".to_owned());
        lines.push(format!("#   {}", chore.mark()));
    }
    lines.extend(chore.permission());
    lines
}

fn markdown(toil: &Toil, since: Duration) -> String {
    let cell = |text: &String| Safe::line(text).into_string().replace('|', "\\|");
    let line =
        |cells: Vec<String>| format!("| {} |\n", cells.iter().map(cell).collect::<Vec<_>>().join(" | "));
    let mut out = format!("# Toil\n\n{}\n\n", sum(toil, since));
    out.push_str(&line(HEADING.map(str::to_owned).to_vec()));
    out.push_str("| --- | --- | --- | --- | --- | --- |\n");
    out.extend(toil.chores.iter().map(|chore| line(row(chore))));
    for chore in candidates(toil) {
        let lines: String = way(chore).iter().map(|line| format!("{}\n", Safe::line(line))).collect();
        out.push_str(&format!("\n```toml\n{lines}```\n"));
    }
    out
}

fn object(toil: &Toil, since: Duration) -> Value {
    let chore = |chore: &Chore| {
        json!({
            "runbook": chore.runbook,
            "step": chore.step,
            "title": chore.title,
            "sha256": format!("{PREFIX}{}", chore.sha256),
            "runs": chore.runs,
            "ended_well": chore.ended_well,
            "time_s": chore.time_s,
            "incidents": chore.incidents,
            "people": chore.people,
            "standing": chore.standing.words(),
            "marked": chore.standing == (Standing::Candidate { marked: true }),
            "configuration": matches!(chore.standing, Standing::Candidate { .. })
                .then(|| chore.permission().join("\n")),
        })
    };
    json!({
        "since_s": since.as_secs(),
        "by_hand": toil.by_hand,
        "by_themselves": toil.by_themselves,
        "time_s": toil.time_s,
        "chores": toil.chores.iter().map(chore).collect::<Vec<_>>(),
    })
}
