//! The lease: which one of several processes writes down what the system notices.
//!
//! A file lock, so it ends with its holder, however that ends. Says nothing about who may append what
//! people say: everybody may.

use std::fs::{File, TryLockError};
use std::path::Path;

use super::journal::{JournalError, place};

/// Held as long as it lives.
#[derive(Debug)]
pub struct Lease {
    _locked: File,
}

impl Lease {
    /// Takes the lease of a data folder; `None` while somebody else holds it.
    pub fn try_take(data: &Path) -> Result<Option<Self>, JournalError> {
        let path = data.join("lease");
        let failed = |error: std::io::Error| JournalError { path: path.clone(), fault: error.into() };
        place::make_folder(data).map_err(failed)?;
        let file = place::private().create(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _locked: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}
