//! The journal itself: is it whole, and copies of it that are proven.

use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::context::Context;
use super::output::{Failure, say};
use crate::io::journal::{self as store, Existing, VerifyError};

#[derive(Debug, Subcommand)]
pub(super) enum Journal {
    /// Recompute the chain; exit 1 when anything was changed
    Verify {
        /// The head hash of an export: finds a cut tail
        #[arg(long, value_name = "HASH")]
        head: Option<String>,
    },
    /// Copy the journal and prove the copy by reading it back
    Backup { file: PathBuf },
    /// Bring a backup back into an empty data folder
    Restore { file: PathBuf },
    /// Every event as JSON Lines, with its hash
    Export,
}

pub(super) fn run(context: &Context, command: Journal) -> Result<ExitCode, Failure> {
    match command {
        Journal::Verify { head } => {
            let verified = store::Journal::verify_at(&context.data, head.as_deref())?;
            say(&format!(
                "ok: {} entries, {} erased, head {}",
                verified.entries, verified.erased, verified.head
            ))
        }
        Journal::Backup { file } => {
            let verified = context.reading_journal()?.backup(&file, Existing::Keep)?;
            say(&format!("{}: {} entries, head {}", file.display(), verified.entries, verified.head))
        }
        Journal::Restore { file } => {
            let verified = store::restore(&file, &context.data)?;
            say(&format!("{}: {} entries, head {}", context.data.display(), verified.entries, verified.head))
        }
        Journal::Export => context
            .reading_journal()?
            .export(&mut stdout().lock())
            .map(|_| ExitCode::SUCCESS)
            .map_err(|error| Failure::No(error.to_string())),
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
