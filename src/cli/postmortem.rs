//! The postmortem from the command line.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use super::context::Context;
use super::incident::{About, named};
use super::output::{Failure, print, say};
use crate::incident::{Ask, EventKind, Incident, Intent, Ledger};
use crate::io::{draft, files};
use crate::postmortem;

#[derive(Debug, Subcommand)]
pub(super) enum Postmortem {
    /// A fresh draft from the log; never overwrites an edited one
    Draft {
        id: Option<String>,
        /// Write it there instead of printing it
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        about: About,
    },
    /// Write the edited text, else a fresh draft, to a file
    Export {
        id: Option<String>,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        about: About,
    },
}

pub(super) fn run(context: &Context, command: Postmortem) -> Result<ExitCode, Failure> {
    match command {
        Postmortem::Draft { id, out, about } => {
            let journal = context.reading_journal()?;
            let incident = journal.ledger().find(named(id, about)?.as_deref())?;
            let text = fresh(context, journal.ledger(), incident)?;
            match out {
                Some(path) => write(&path, &text).and_then(|()| say(&path.display().to_string())),
                None => print(&text),
            }
        }
        Postmortem::Export { id, out, about } => export(context, named(id, about)?.as_deref(), &out),
    }
}

fn fresh(context: &Context, ledger: &Ledger, incident: &Incident) -> Result<String, Failure> {
    let (file, template) = context.user_files().text(postmortem::TEMPLATE.0, postmortem::TEMPLATE.1)?;
    Ok(postmortem::draft_now(ledger, incident, context.now(), (&file, &template))?)
}

/// The edited text where there is one; the export goes on record.
fn export(context: &Context, id: Option<&str>, out: &Path) -> Result<ExitCode, Failure> {
    let mut journal = context.journal()?;
    let incident = journal.ledger().find(id)?.clone();
    let edited = files::read_if_there(&draft::edited_path(&context.data.join("postmortems"), &incident.id))?;
    let text = match edited {
        Some(text) => text,
        None => fresh(context, journal.ledger(), &incident)?,
    };
    write(out, &text)?;
    let path = std::path::absolute(out).unwrap_or_else(|_| out.to_owned()).display().to_string();
    let kind = EventKind::PostmortemExported { path: path.clone(), sha256: draft::sha256(&text) };
    let ask = Ask::new(&context.who, Intent::Record { kind, dedupe: None }).about(incident.id);
    journal.append(&ask, context.now())?;
    say(&path)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    files::write_atomic(path, text.as_bytes())
        .map_err(|error| Failure::No(format!("{}: {error} (name another file)", path.display())))
}
