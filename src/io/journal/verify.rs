//! Proving that nobody changed the journal: the chain and every digest recomputed, from the first.
//!
//! Reads one consistent state and repairs nothing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::chain::{self, Hash};
use super::error::{Fault, JournalError};
use super::row::Row;
use super::{Journal, at, connect_read_only, place, row, schema};

/// A journal that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub entries: u64,
    /// Entries whose text was redacted.
    pub erased: u64,
    /// Hash of the last entry; keep it elsewhere, and a cut tail can be found.
    pub head: String,
}

/// The first thing that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    #[error("entry {0} is missing")]
    Missing(u64),
    #[error("entry {0} does not follow the entry before it: one of the two was moved or replaced")]
    Unchained(u64),
    #[error("entry {0}: its kind, times, names or hashes were changed")]
    Changed(u64),
    #[error("entry {0}: its text was changed")]
    PayloadChanged(u64),
    #[error("entry {0}: its text was erased without a redaction")]
    Erased(u64),
    #[error("entry {0} cannot be read as one")]
    Unreadable(u64),
    #[error("entry {0} was cut off: its text is still there, the entry is not")]
    Stray(u64),
    #[error("entries from {0} on were cut off or rewritten: no entry has the head hash {1}")]
    Cut(u64, String),
    #[error("the guard or table {0} was altered")]
    Guard(String),
}

impl Breach {
    /// The first entry that is not to be trusted; everything before it holds.
    pub fn seq(&self) -> Option<u64> {
        match self {
            Self::Missing(seq)
            | Self::Unchained(seq)
            | Self::Changed(seq)
            | Self::PayloadChanged(seq)
            | Self::Erased(seq)
            | Self::Unreadable(seq)
            | Self::Stray(seq)
            | Self::Cut(seq, _) => Some(*seq),
            Self::Guard(_) => None,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The answer is no.
    #[error("journal: {}: {breach} (keep the file as it is; compare it with a backup)", .path.display())]
    Broken { path: PathBuf, breach: Breach },
    /// The head to look for is no hash.
    #[error("journal: --head: {0}")]
    Head(String),
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl Journal {
    /// Recomputes everything. `head` is a head hash noted earlier: it has to be the hash of an entry
    /// that is still here, which finds a cut tail.
    pub fn verify(&self, head: Option<&str>) -> Result<Verified, VerifyError> {
        let head = head.map(str::parse).transpose().map_err(VerifyError::Head)?;
        verify(&self.db, head).map_err(|flaw| flaw.at(&self.path))
    }

    /// The same for the journal of a data folder that may be too broken to be folded, and so to be
    /// opened.
    pub fn verify_at(data: &Path, head: Option<&str>) -> Result<Verified, VerifyError> {
        let head = head.map(str::parse).transpose().map_err(VerifyError::Head)?;
        let path = place::journal(data).map_err(at(data))?;
        let db = connect_read_only(&path).map_err(at(&path))?;
        verify(&db, head).map_err(|flaw| flaw.at(&path))
    }
}

/// Why a journal does not verify, before it has a path.
#[derive(Debug)]
pub(super) enum Flaw {
    Breach(Breach),
    Fault(Fault),
}

impl Flaw {
    pub(super) fn at(self, path: &Path) -> VerifyError {
        match self {
            Self::Breach(breach) => VerifyError::Broken { path: path.to_owned(), breach },
            Self::Fault(fault) => at(path)(fault).into(),
        }
    }
}

impl<E: Into<Fault>> From<E> for Flaw {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// Verifies what one connection sees at this moment.
pub(super) fn verify(db: &Connection, head: Option<Hash>) -> Result<Verified, Flaw> {
    let tx = db.unchecked_transaction()?;
    let verified = follow(&tx, head)?;
    intact(&tx)?;
    Ok(verified)
}

/// Verifies the entries alone, whatever the tables around them are; inside a transaction.
pub(super) fn follow(db: &Connection, head: Option<Hash>) -> Result<Verified, Flaw> {
    let mut walk = Walk::new(redacted(db)?, head);
    row::each_after(db, 0, |row| walk.step(row))?;
    if let Some(stray) = first_stray(db)? {
        return Err(Flaw::Breach(Breach::Stray(stray)));
    }
    walk.end()
}

/// How far the chain was followed.
struct Walk {
    redacted: BTreeSet<u64>,
    /// The head to meet on the way.
    sought: Option<Hash>,
    entries: u64,
    erased: u64,
    last: Hash,
}

impl Walk {
    fn new(redacted: BTreeSet<u64>, head: Option<Hash>) -> Self {
        let sought = head.filter(|head| *head != Hash::default());
        Self { redacted, sought, entries: 0, erased: 0, last: Hash::default() }
    }

    fn step(&mut self, row: rusqlite::Result<Row>) -> Result<(), Flaw> {
        let next = self.entries + 1;
        let row = row.map_err(|error| unreadable(error, next))?;
        self.check(&row, next).map_or(Ok(()), |breach| Err(Flaw::Breach(breach)))?;
        self.erased += u64::from(row.payload.is_none());
        self.entries = next;
        self.last = row.hash;
        if self.sought == Some(row.hash) {
            self.sought = None;
        }
        Ok(())
    }

    fn check(&self, row: &Row, next: u64) -> Option<Breach> {
        if row.seq != next {
            return Some(Breach::Missing(next));
        }
        if row.prev != self.last {
            return Some(Breach::Unchained(next));
        }
        if row.hash != chain::hash(row.prev, row.seq, &row.columns, row.digest) {
            return Some(Breach::Changed(next));
        }
        match &row.payload {
            Some(payload) if chain::digest(payload) != row.digest => Some(Breach::PayloadChanged(next)),
            None if !self.redacted.contains(&next) => Some(Breach::Erased(next)),
            _ => None,
        }
    }

    fn end(self) -> Result<Verified, Flaw> {
        if let Some(head) = self.sought {
            return Err(Flaw::Breach(Breach::Cut(self.entries + 1, head.to_string())));
        }
        Ok(Verified { entries: self.entries, erased: self.erased, head: self.last.to_string() })
    }
}

/// A column that is no text or no hash any more is a finding; a disk that fails is not.
fn unreadable(error: rusqlite::Error, seq: u64) -> Flaw {
    match error {
        rusqlite::Error::SqliteFailure(..) => error.into(),
        _ => Flaw::Breach(Breach::Unreadable(seq)),
    }
}

/// The entries that redactions name. A forged redaction is found by its own links.
fn redacted(db: &Connection) -> Result<BTreeSet<u64>, Fault> {
    let mut statement = db.prepare(schema::REDACTED_SEQS)?;
    let seqs = statement.query_map([], |row| row.get::<_, Option<i64>>(0))?;
    seqs.filter_map(|seq| seq.map(|seq| seq.map(i64::cast_unsigned)).transpose())
        .collect::<Result<_, _>>()
        .map_err(Fault::from)
}

fn first_stray(db: &Connection) -> rusqlite::Result<Option<u64>> {
    let seq: Option<i64> = db.query_row(schema::FIRST_STRAY, [], |row| row.get(0))?;
    Ok(seq.map(i64::cast_unsigned))
}

/// Pages and indexes are sound, and the guards are those this version made.
fn intact(db: &Connection) -> Result<(), Flaw> {
    let found: String = db.query_row(schema::INTEGRITY, [], |row| row.get(0))?;
    if found != "ok" {
        return Err(Flaw::Fault(Fault::Corrupt(found)));
    }
    let version = schema::version(db, schema::VERSION)?;
    schema::first_altered(db, steps_until(version))?
        .map_or(Ok(()), |name| Err(Flaw::Breach(Breach::Guard(name))))
}

fn steps_until(version: i64) -> &'static [&'static str] {
    let steps = usize::try_from(version - 1).unwrap_or_default();
    schema::STEPS.get(..steps).unwrap_or(schema::STEPS)
}
