//! The journal itself: is it whole, and copies of it that are proven.

use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::context::Context;
use super::output::{self, Failure, say};
use crate::io::journal::{self as store, Existing, ExportError, Verified, VerifyError};

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
    /// Every event as JSON Lines, with its hash
    Export,
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
        Journal::Export => {
            context.reading_journal()?.export(&mut stdout().lock()).map(|_| ExitCode::SUCCESS).map_err(
                |error| match error {
                    ExportError::Write(error) => error.into(),
                    ExportError::Journal(error) => error.into(),
                },
            )
        }
    }
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
