//! The journal itself: is it whole, and copies of it that are proven.

use std::io::{BufWriter, stdout};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;
use serde_json::json;

use super::context::Context;
use super::output::{self, Failure, say};
use super::storage;
use super::verbs::span;
use crate::io::journal::{self as store, Existing, ExportError, Exported, Verified, VerifyError};

#[derive(Debug, Subcommand)]
pub(super) enum Journal {
    /// Recompute the chain; exit 1 when anything was changed
    Verify {
        /// The head hash of an export: finds a cut tail
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// Copy the journal and prove the copy by reading it back
    Backup {
        /// Where the copy goes; it must not be there yet
        file: PathBuf,
    },
    /// Bring a backup back into an empty data folder
    Restore {
        /// A file that backup wrote
        file: PathBuf,
    },
    /// Every event as JSON Lines, with its hash; of a damaged journal, what can be read
    Export,
    /// What the data folder holds and what makes it grow; nothing is ever deleted by itself
    #[command(after_help = "Examples:
  warroom journal size
  warroom journal size --json")]
    Size {
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// Remove old step output and logs; without --yes, only show what would go
    #[command(after_help = "Examples:
  warroom journal clean --older 90d
  warroom journal clean --older 90d --yes

What an entry names is noted in the journal before it goes; its tail and its SHA-256 stay.
Files of open incidents stay, and so do journal.db, its copies, history.db and postmortems.")]
    Clean {
        /// Only files that were last written to longer ago, at least 1d
        #[arg(long, value_name = "SPAN", value_parser = span)]
        older: Duration,
        /// Remove them
        #[arg(long)]
        yes: bool,
    },
}

pub(super) fn run(context: &Context, command: Journal) -> Result<ExitCode, Failure> {
    match command {
        Journal::Verify { head, json } => {
            let Verified { entries, erased, head } =
                store::Journal::verify_at(&context.data, head.as_deref())?;
            if json {
                return output::json(&json!({ "entries": entries, "erased": erased, "head": head }));
            }
            say(&format!("ok: {entries} entries, {erased} erased, head {head}"))
        }
        Journal::Backup { file } => {
            let verified = context.reading_journal()?.backup(&file, Existing::Keep)?;
            say(&format!("{}: {} entries, head {}", file.display(), verified.entries, verified.head))
        }
        Journal::Restore { file } => {
            let verified = store::restore(&file, &context.data)?;
            say(&format!("{}: {} entries, head {}", context.data.display(), verified.entries, verified.head))
        }
        Journal::Export => export(context),
        Journal::Size { json } => storage::size(context, json),
        Journal::Clean { older, yes } => storage::clean(context, older, yes),
    }
}

fn export(context: &Context) -> Result<ExitCode, Failure> {
    let out = &mut BufWriter::new(stdout().lock());
    let exported = store::Journal::export_at(&context.data, out).map_err(|error| match error {
        ExportError::Write(error) => error.into(),
        ExportError::Journal(error) => Failure::from(error),
    })?;
    let Some(missing) = missing(&exported) else { return Ok(ExitCode::SUCCESS) };
    Err(Failure::No(format!(
        "journal: {}: {missing} (keep the file; `warroom journal verify` says what is wrong, `restore` brings \
         back a backup)",
        context.data.display()
    )))
}

/// What an export had to leave out; `None` where it is complete.
fn missing(exported: &Exported) -> Option<String> {
    let lost = match exported.lost[..] {
        [] => None,
        [only] => Some(format!("entry {only} cannot be read and was left out")),
        [first, ..] => Some(format!(
            "{} entries cannot be read and were left out, the first is entry {first}",
            exported.lost.len()
        )),
    };
    let cut = exported.cut_at.map(|seq| format!("from entry {seq} on nothing can be read"));
    let parts: Vec<String> = lost.into_iter().chain(cut).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Broken { .. } => Self::No(error.to_string()),
            VerifyError::Head(_) => Self::Usage(error.to_string()),
            VerifyError::Journal(error) => error.into(),
        }
    }
}
