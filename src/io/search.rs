//! Full-text search over every entry: an index of its own beside the journal, which can be thrown away.
//!
//! The journal is the truth. The index is brought up to date from it when somebody asks, and made anew when it
//! is missing, broken, of another version, of another journal, or knows words that were redacted since. Where
//! the disk does not serve, the same index is made in memory and a search says so.

mod expression;
mod fault;
mod index;
mod marks;
mod sieve;
mod worker;
mod writer;

use std::path::{Path, PathBuf};

pub use fault::Fault;
pub use worker::Finder;

use super::journal::{Lookup, place};
use crate::incident::search::{Found, Query};
use index::Index;

/// The index of a data folder.
const FILE: &str = "search.db";

/// Looks for words in the journal of one data folder.
#[derive(Debug)]
pub struct Search {
    data: PathBuf,
    on_disk: Option<Index>,
    /// What serves while the file does not.
    in_memory: Option<Index>,
}

impl Search {
    /// Opens nothing yet.
    pub fn new(data: &Path) -> Self {
        Self { data: data.to_owned(), on_disk: None, in_memory: None }
    }

    /// Answers a question on every entry that is committed now. A question without a word finds nothing.
    ///
    /// # Errors
    /// When the journal cannot be read. A file that does not serve only costs time.
    pub fn find(&mut self, query: &Query) -> Result<Found, Fault> {
        let journal = Lookup::open(&self.data)?;
        if query.refusal().is_some() {
            return Ok(Found::default());
        }
        match self.on_disk(&journal, query) {
            Err(fault @ Fault::Journal(_)) => Err(fault),
            Err(fault) => {
                tracing::warn!(%fault, "search");
                let found = self.in_memory(&journal, query)?;
                Ok(Found { without_index: Some(fault.to_string()), ..found })
            }
            Ok(found) => {
                self.in_memory = None;
                Ok(found)
            }
        }
    }

    fn on_disk(&mut self, journal: &Lookup, query: &Query) -> Result<Found, Fault> {
        match self.try_on_disk(journal, query) {
            Err(fault) if fault.is_cured_by_a_new_one() => {
                tracing::info!(%fault, "a new index is made");
                remove(&self.path()?)?;
                self.try_on_disk(journal, query)
            }
            found => found,
        }
    }

    fn try_on_disk(&mut self, journal: &Lookup, query: &Query) -> Result<Found, Fault> {
        let mut index = match self.on_disk.take().filter(Index::is_still_there) {
            Some(index) => index,
            None => Index::open(&self.path()?)?,
        };
        let found = index.answer(journal, query)?;
        self.on_disk = Some(index);
        Ok(found)
    }

    fn in_memory(&mut self, journal: &Lookup, query: &Query) -> Result<Found, Fault> {
        if let Some(index) = &mut self.in_memory
            && let Ok(found) = index.answer(journal, query)
        {
            return Ok(found);
        }
        let mut index = Index::in_memory()?;
        let found = index.answer(journal, query)?;
        self.in_memory = Some(index);
        Ok(found)
    }

    fn path(&self) -> Result<PathBuf, Fault> {
        // Absolute, so that no path is ever taken for an SQLite URI.
        Ok(std::path::absolute(self.data.join(FILE))?)
    }
}

/// Throws away the index beside a journal some of whose words were just erased; the next search makes another.
pub fn forget(journal: &Path) {
    let index = journal.with_file_name(FILE);
    if let Err(fault) = remove(&index) {
        tracing::warn!(file = %index.display(), %fault, "redacted words may stand in the search index");
    }
}

/// The rollback journal goes first: it would be played back into the next file.
fn remove(index: &Path) -> Result<(), Fault> {
    for file in [place::companion(index, "-journal"), index.to_owned()] {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
