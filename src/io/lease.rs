//! The lease: which one of several processes writes down what the system notices.
//!
//! A file lock, so it ends with its holder, however that ends. Says nothing about who may append what
//! people say: everybody may.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

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

/// This process's claim on the lease, shared by all in it who write what the system notices.
#[derive(Debug, Clone)]
pub struct Claim {
    /// `None`: it is never asked for.
    data: Option<PathBuf>,
    held: Arc<Mutex<Option<Lease>>>,
}

impl Claim {
    pub fn on(data: &Path) -> Self {
        Self { data: Some(data.to_owned()), held: Arc::default() }
    }

    /// Of a process that leaves the lease to others for good.
    pub fn none() -> Self {
        Self { data: None, held: Arc::default() }
    }

    /// Whether this process holds the lease now. Whoever held it may have gone; then it is ours. One that
    /// cannot even be asked for is the log's business: people's words are recorded all the same.
    pub fn holds(&self) -> bool {
        let Some(data) = &self.data else { return false };
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.is_none() {
            *held = Lease::try_take(data).unwrap_or_else(|error| {
                tracing::error!("{error}; what the system notices is not recorded");
                None
            });
        }
        held.is_some()
    }

    /// Leaves it to others, until it is asked for again.
    pub fn release(&self) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
