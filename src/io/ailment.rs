//! What an error of SQLite says of a file that is only a copy, and can be made anew.

use rusqlite::{Error, ErrorCode};

/// What ails a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ailment {
    /// Another process has it.
    Held,
    /// It is not a file of ours, or not any more.
    Broken,
    /// Anything else, which may pass: a full disk, no permission.
    Closed,
}

impl Ailment {
    pub fn of(error: &Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Held,
            // Unknown and none: a table that is not there, a value of another type.
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) | None => {
                Self::Broken
            }
            Some(_) => Self::Closed,
        }
    }
}
