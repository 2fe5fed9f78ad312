//! The postmortem from the command line.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use super::context::Context;
use super::output::{Failure, print, say};
use super::verbs::Named;
use crate::incident::{Ask, EventKind, Incident, Intent, Ledger};
use crate::io::journal::Journal;
use crate::io::{draft, files};
use crate::postmortem;
use crate::text::digest;

#[derive(Debug, Subcommand)]
pub(super) enum Postmortem {
    /// A fresh draft from the log; never overwrites an edited one
    Draft {
        /// Write it into this new file instead of printing it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        named: Named,
    },
    /// Write the edited text, else a fresh draft, to a file
    Export {
        /// Where it goes; what is there is replaced
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        named: Named,
    },
}

pub(super) fn run(context: &Context, command: Postmortem) -> Result<ExitCode, Failure> {
    match command {
        Postmortem::Draft { out, named } => print_draft(context, &named, out.as_deref()),
        Postmortem::Export { out, named } => export(context, &named, &out),
    }
}

fn print_draft(context: &Context, named: &Named, out: Option<&Path>) -> Result<ExitCode, Failure> {
    let journal = context.existing_journal()?;
    let none = Ledger::default();
    let ledger = journal.as_ref().map_or(&none, Journal::ledger);
    let text = fresh(context, ledger, named.find(ledger)?)?;
    let Some(path) = out else { return print(&text) };
    match files::write_new(path, text.as_bytes()) {
        Ok(()) => say(&path.display().to_string()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let way_out = "name another file: a draft overwrites nothing";
            Err(Failure::No(format!("postmortem: {}: is already there ({way_out})", path.display())))
        }
        Err(error) => Err(unwritten(path, &error)),
    }
}

fn fresh(context: &Context, ledger: &Ledger, incident: &Incident) -> Result<String, Failure> {
    let (file, template) = context.user_files().text(postmortem::TEMPLATE.0, postmortem::TEMPLATE.1)?;
    Ok(postmortem::draft_now(ledger, incident, context.now(), (&file, &template))?)
}

/// The edited text where there is one; the export goes on record.
fn export(context: &Context, named: &Named, out: &Path) -> Result<ExitCode, Failure> {
    let mut journal = context.journal()?;
    let incident = named.find(journal.ledger())?.clone();
    let edited = files::read_if_there(&draft::edited_path(&context.data.join("postmortems"), &incident.id))?;
    let text = match edited {
        Some(text) => text,
        None => fresh(context, journal.ledger(), &incident)?,
    };
    files::write_atomic(out, text.as_bytes()).map_err(|error| unwritten(out, &error))?;
    let path = std::path::absolute(out).unwrap_or_else(|_| out.to_owned()).display().to_string();
    let kind = EventKind::PostmortemExported { path: path.clone(), sha256: digest::sha256(&text) };
    let ask = Ask::new(&context.who, Intent::Record { kind, dedupe: None }).about(incident.id);
    journal.append(&ask, context.now())?;
    say(&path)
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::No(format!("postmortem: {}: {} (name another file)", path.display(), files::plainly(error)))
}
