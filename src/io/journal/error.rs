//! What can go wrong with the journal, in words that name the way out.

use std::io;
use std::path::PathBuf;

use rusqlite::{ErrorCode, ffi};

use crate::incident::Refusal;
use crate::io::files::plainly;

/// Something went wrong with one journal file: `journal: FILE: why (what to do)`.
#[derive(Debug, thiserror::Error)]
#[error("journal: {}: {fault}", .path.display())]
pub struct JournalError {
    pub path: PathBuf,
    pub fault: Fault,
}

impl JournalError {
    /// Whether the same call may well succeed later, without anybody repairing anything here.
    pub fn is_passing(&self) -> bool {
        matches!(self.fault, Fault::Busy | Fault::Full | Fault::Untaken(_))
    }
}

#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("another process is writing to it (try again in a moment)")]
    Busy,
    #[error("the disk is full (free some space, then try again)")]
    Full,
    #[error(
        "the disk does not take it: {0} (is it full, over a quota, or failing? free some space, then try again)"
    )]
    Untaken(String),
    #[error("{0} (check the owner and the mode of the file and its folder)")]
    Denied(String),
    #[error(
        "is damaged: {0} (keep the file; `warroom journal verify` names the first bad entry, `restore` brings back a backup)"
    )]
    Corrupt(String),
    #[error("there is no journal yet (declare an incident, or name another folder with --data)")]
    Missing,
    #[error(
        "is not a journal of warroom, or no longer (name another folder with --data, or move the file away)"
    )]
    NotOurs,
    #[error("is of format {found}, this warroom knows {known} (use the newer warroom that wrote it)")]
    Newer { found: i64, known: i64 },
    #[error("was moved or replaced while it was open (put it back, or start warroom again)")]
    Moved,
    #[error("already exists (name another file, or remove it first)")]
    Exists,
    #[error("already holds {0} entries (restore into another folder with --data)")]
    NotEmpty(u64),
    #[error("{0} (check the disk and the folder)")]
    Io(String),
}

/// What SQLite says when a write, a sync or a cut of a file failed.
const WRITES: [i32; 3] = [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_TRUNCATE];

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        let words = error.to_string();
        match &error {
            rusqlite::Error::SqliteFailure(failure, _) => Self::from_failure(*failure, words),
            _ => Self::Corrupt(words),
        }
    }
}

impl Fault {
    fn from_failure(failure: ffi::Error, words: String) -> Self {
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::DiskFull => Self::Full,
            // The index of the write-ahead log could not grow: the disk again.
            _ if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => Self::Full,
            // A quota or a limit on the size of files, where a full disk says that it is full.
            _ if WRITES.contains(&failure.extended_code) => Self::Untaken(words),
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => Self::Denied(words),
            ErrorCode::NotADatabase => Self::NotOurs,
            ErrorCode::DatabaseCorrupt | ErrorCode::ConstraintViolation => Self::Corrupt(words),
            _ => Self::Io(words),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::Denied(plainly(&error))
            }
            io::ErrorKind::AlreadyExists => Self::Exists,
            _ => Self::Io(plainly(&error)),
        }
    }
}

impl From<getrandom::Error> for Fault {
    fn from(error: getrandom::Error) -> Self {
        Self::Io(format!("no random bytes: {error}"))
    }
}

/// Why nothing was appended: the rules said no, or the journal could not.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl AppendError {
    /// Whether the same ask is worth repeating as it stands: locked, or the disk is full.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Journal(error) if error.is_passing())
    }
}
