//! Why a search index does not serve.

use std::io;

use crate::io::ailment::Ailment;
use crate::io::files::plainly;
use crate::io::journal::JournalError;

/// Why the index, or what it is made from, does not serve.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("search.db is of other entries than the journal's")]
    Stale,
    #[error("search.db is of another version")]
    Foreign,
    #[error("search.db is damaged: {0}")]
    Broken(String),
    #[error("another process holds search.db")]
    Held,
    #[error("search.db cannot be used: {0}")]
    Closed(String),
}

impl Fault {
    /// Whether the file is worth nothing any more, and a new one is.
    pub fn is_cured_by_a_new_one(&self) -> bool {
        matches!(self, Self::Stale | Self::Foreign | Self::Broken(_))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match Ailment::of(&error) {
            Ailment::Held => Self::Held,
            Ailment::Broken => Self::Broken(error.to_string()),
            Ailment::Closed => Self::Closed(error.to_string()),
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Closed(plainly(&error))
    }
}
