//! Entries looked up one by one, without folding the journal: for whoever needs a few of very many.
//!
//! Reads only. Looks at committed entries as they are at the instant of each call.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};

use super::error::{Fault, JournalError};
use super::row::Tip;
use super::{at, connect_read_only, place, row, schema};
use crate::incident::Event;

/// A journal that is open for looking things up.
#[derive(Debug)]
pub struct Lookup {
    db: Connection,
    path: PathBuf,
}

impl Lookup {
    /// Opens the journal of a data folder; [`Fault::Missing`] where there is none.
    pub fn open(data: &Path) -> Result<Self, JournalError> {
        let path = place::journal(data).map_err(at(data))?;
        let db = connect_read_only(&path).map_err(at(&path))?;
        Ok(Self { db, path })
    }

    /// Number of the last entry; 0 for an empty journal.
    pub fn last(&self) -> Result<u64, JournalError> {
        let last = self.db.query_row(schema::LAST_SEQ, [], |row| row.get::<_, i64>(0));
        last.map(i64::cast_unsigned).map_err(at(&self.path))
    }

    /// The chain's hash at an entry; `None` where there is no such entry, zeros before the first.
    pub fn hash(&self, seq: u64) -> Result<Option<[u8; 32]>, JournalError> {
        if seq == 0 {
            return Ok(Some(Tip::default().hash.0));
        }
        let found = self.db.query_row(schema::TIP_AT, [seq.cast_signed()], |row| row.get(0));
        found.optional().map_err(at(&self.path))
    }

    /// One entry; `None` where there is none of that number.
    pub fn event(&self, seq: u64) -> Result<Option<Event>, JournalError> {
        row::event_at(&self.db, seq).map_err(at(&self.path))
    }

    /// The number of the entry that was stored under a key of what is said once.
    pub fn said(&self, key: &str) -> Result<Option<u64>, JournalError> {
        let found = self.db.query_row(schema::SEQ_OF_DEDUPE, [key], |row| row.get::<_, i64>(0));
        found.optional().map(|seq| seq.map(i64::cast_unsigned)).map_err(at(&self.path))
    }

    /// Hands every event after `after` to `take`, in order, all as of one instant; its first error ends it.
    pub fn each_after<E: From<JournalError>>(
        &self,
        after: u64,
        mut take: impl FnMut(Event) -> Result<(), E>,
    ) -> Result<(), E> {
        let read = row::each_event_after(&self.db, after, |event| take(event).map_err(Ended::Theirs));
        read.map_err(|ended| match ended {
            Ended::Theirs(error) => error,
            Ended::Ours(fault) => at(&self.path)(fault).into(),
        })
    }
}

/// Why reading ended early: whoever takes the events, or the journal.
enum Ended<E> {
    Theirs(E),
    Ours(Fault),
}

impl<E> From<Fault> for Ended<E> {
    fn from(fault: Fault) -> Self {
        Self::Ours(fault)
    }
}
