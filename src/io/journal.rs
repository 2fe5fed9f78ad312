//! The journal: every event, appended once, chained by hash, for any number of processes at a time.
//!
//! Decides nothing about incidents: an append asks the same pure rules again, inside the transaction.
//! Never changes or deletes an entry; a redaction erases one payload and says so.

mod append;
mod backup;
mod chain;
mod error;
mod export;
mod lookup;
mod migrate;
pub(in crate::io) mod place;
mod row;
mod schema;
mod verify;

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::incident::{Event, EventKind, Ledger};

pub use append::Answer;
pub use backup::restore;
pub use error::{AppendError, Fault, JournalError};
pub use export::{ExportError, Exported};
pub use lookup::Lookup;
pub use place::Existing;
pub use verify::{Breach, Verified, VerifyError};

use place::{Draft, Identity, Stamp};
use row::Tip;

/// An open journal, and the fold of what was read from it so far.
///
/// Invariants: `folded` is the fold of committed entries `1..=folded.tip.seq`; `handed <=
/// folded.tip.seq`.
#[derive(Debug)]
pub struct Journal {
    db: Connection,
    path: PathBuf,
    /// The file that was opened; another one may get its name.
    identity: Identity,
    /// A file that was read as one that nobody writes, as it was then.
    still: Option<Stamp>,
    folded: Folded,
    /// Last entry that [`Journal::catch_up`] has handed out.
    handed: u64,
    /// SQLite's count of other connections' commits, read before the entries were.
    version: i64,
    /// A redacted text may still stand in the write-ahead log.
    unwiped: bool,
}

/// How patient an open journal is, and how large its file may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long a call waits for another process before it says [`Fault::Busy`].
    pub patience: Duration,
    /// Most pages (4 KiB) of the file; an append beyond is [`Fault::Full`]. `None` is the disk's end.
    pub pages: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self { patience: Duration::from_secs(5), pages: None }
    }
}

/// A prefix of the journal, folded.
#[derive(Debug, Default)]
struct Folded {
    ledger: Ledger,
    tip: Tip,
}

impl Journal {
    /// Opens the journal of a data folder, and makes both where they are missing (0700, 0600).
    pub fn open(data: &Path) -> Result<Self, JournalError> {
        let path = place::journal(data).map_err(at(data))?;
        Self::open_at(&path).map_err(at(&path))
    }

    /// Opens the journal without the right to write; [`Fault::Missing`] where there is none.
    pub fn open_read_only(data: &Path) -> Result<Self, JournalError> {
        let path = place::journal(data).map_err(at(data))?;
        Self::start_read_only(&path).map_err(at(&path))
    }

    fn start_read_only(path: &Path) -> Result<Self, Fault> {
        // Taken before the reading: a change in between is then noticed once more, not missed.
        let stamp = Stamp::of(path).ok();
        let (db, still) = open_for_reading(path)?;
        Ok(Self { still: stamp.filter(|_| still), ..Self::start(db, path)? })
    }

    fn open_at(path: &Path) -> Result<Self, Fault> {
        make(path)?;
        place::restrict(path);
        let mut db = connect(path)?;
        migrate::to_newest(&mut db, path, schema::STEPS)?;
        schema::write_ahead(&db)?;
        Self::start(db, path)
    }

    fn start(db: Connection, path: &Path) -> Result<Self, Fault> {
        let identity = Identity::of(path)?;
        let version = data_version(&db)?;
        let mut folded = Folded::default();
        let unwiped = folded.catch_up(&db)?;
        let handed = folded.tip.seq;
        let mut journal =
            Self { db, path: path.to_owned(), identity, folded, handed, version, unwiped, still: None };
        journal.wipe();
        Ok(journal)
    }

    /// From now on, waits and grows as told.
    pub fn limit(&mut self, limits: Limits) -> Result<(), JournalError> {
        self.try_limit(limits).map_err(at(&self.path))
    }

    fn try_limit(&self, limits: Limits) -> Result<(), Fault> {
        self.db.busy_timeout(limits.patience)?;
        let pages = limits.pages.unwrap_or(u32::MAX - 1);
        self.db.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
        Ok(())
    }

    /// The fold of the journal up to [`Journal::head_hash`].
    pub fn ledger(&self) -> &Ledger {
        &self.folded.ledger
    }

    /// Hash of the last entry that was folded, 64 hexadecimal digits; zeros for an empty journal.
    pub fn head_hash(&self) -> String {
        self.folded.tip.hash.to_string()
    }

    /// Whether [`Journal::catch_up`] has something to hand out. Cheap: reads no entry.
    pub fn changed(&self) -> bool {
        self.handed < self.folded.tip.seq || data_version(&self.db) != Ok(self.version)
    }

    /// Whether another file has the journal's name by now, or one that nobody was to write was written: then
    /// it has to be opened again. While no file has the name, what was read stays.
    pub fn is_outdated(&self) -> bool {
        let replaced = Identity::of(&self.path).is_ok_and(|now| now != self.identity);
        let touched = |then: &Stamp| Stamp::of(&self.path).is_ok_and(|now| now != *then);
        replaced || self.still.as_ref().is_some_and(touched)
    }

    /// The one stream of what was appended, by anybody, this journal's own appends included: every
    /// event since the last call (or since opening), in order, each once, folded into
    /// [`Journal::ledger`] already.
    ///
    /// A copy of the ledger follows by applying these; after [`EventKind::Redacted`] it is taken anew.
    pub fn catch_up(&mut self) -> Result<Vec<Event>, JournalError> {
        self.try_catch_up().map_err(at(&self.path))
    }

    fn try_catch_up(&mut self) -> Result<Vec<Event>, Fault> {
        self.wipe();
        // Read before the entries: a commit in between is then noticed once more, not missed.
        let version = data_version(&self.db)?;
        self.fold_new()?;
        let events = events_after(&self.db, self.handed)?;
        self.handed = events.last().map_or(self.handed, |last| last.seq);
        self.version = version;
        Ok(events)
    }

    /// Every event, from the first.
    pub fn events(&self) -> Result<Vec<Event>, JournalError> {
        events_after(&self.db, 0).map_err(at(&self.path))
    }

    /// Folds what others committed since. A redaction takes a text away from an entry that was folded
    /// long ago, so the fold begins anew.
    fn fold_new(&mut self) -> Result<(), Fault> {
        if self.folded.catch_up(&self.db)? {
            self.refold()?;
        }
        Ok(())
    }

    fn refold(&mut self) -> Result<(), Fault> {
        let mut folded = Folded::default();
        folded.catch_up(&self.db)?;
        self.folded = folded;
        Ok(())
    }

    /// Moves redacted texts out of the write-ahead log, where their old pages still stand. While
    /// somebody reads, this cannot be done; then the next call does it.
    fn wipe(&mut self) {
        if !self.unwiped {
            return;
        }
        let in_the_way: rusqlite::Result<i64> = self.db.query_row(schema::EMPTY_LOG, [], |row| row.get(0));
        self.unwiped = !matches!(in_the_way, Ok(0));
    }
}

impl Folded {
    /// Folds the entries after the tip; says whether a redaction was among them.
    fn catch_up(&mut self, db: &Connection) -> Result<bool, Fault> {
        let mut redacted = false;
        let mut folding = self.ledger.folding();
        let read = row::each_event_after(db, self.tip.seq, |event| {
            redacted |= matches!(event.kind, EventKind::Redacted { .. });
            folding.take(event);
            Ok::<(), Fault>(())
        });
        drop(folding);
        read?;
        if self.ledger.head > self.tip.seq {
            self.tip = row::tip_at(db, self.ledger.head)?;
        }
        Ok(redacted)
    }
}

/// Adds to an error which file it is about.
fn at<E: Into<Fault>>(path: &Path) -> impl FnOnce(E) -> JournalError + '_ {
    move |fault| JournalError { path: path.to_owned(), fault: fault.into() }
}

/// Makes an empty journal where there is none. It gets its name only when it is complete, so nobody
/// ever opens half a journal, and of two that make one at the same time one wins.
fn make(path: &Path) -> Result<(), Fault> {
    if path.try_exists()? {
        return Ok(());
    }
    place::make_folder(path.parent().unwrap_or(path))?;
    let draft = Draft::beside(path)?;
    let mut db = connect(draft.path())?;
    schema::write_ahead(&db)?;
    schema::create(&mut db)?;
    close(db)?;
    match draft.publish(path, Existing::Keep) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        published => Ok(published?),
    }
}

fn connect(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags)?;
    db.busy_timeout(Limits::default().patience)?;
    schema::settle(&db)?;
    Ok(db)
}

/// Opens a journal, or a copy of one, for reading. In a folder that may not be written, SQLite needs
/// to be told that nobody writes the file; that is so where no write-ahead log lies beside it.
fn connect_read_only(path: &Path) -> Result<Connection, Fault> {
    open_for_reading(path).map(|(db, _)| db)
}

/// As [`connect_read_only`]; says too whether the file was taken for one that nobody writes.
fn open_for_reading(path: &Path) -> Result<(Connection, bool), Fault> {
    if !path.try_exists()? {
        return Err(Fault::Missing);
    }
    match read_only(path) {
        Err(Fault::Denied(_)) if !place::companion(path, "-wal").try_exists()? => {
            Ok((read_only(&immutable(path))?, true))
        }
        opened => Ok((opened?, false)),
    }
}

fn read_only(path: &Path) -> Result<Connection, Fault> {
    let db = unsettled(path)?;
    schema::settle(&db)?;
    schema::check(&db)?;
    Ok(db)
}

/// As [`connect_read_only`], for a file that was cut short: what is left of it can be read.
fn connect_to_rescue(path: &Path) -> Result<Connection, Fault> {
    let db = unsettled(path)?;
    // Before anything else, or the file is damaged before it is looked at.
    db.execute_batch(schema::AS_LONG_AS_IT_IS)?;
    schema::settle(&db)?;
    schema::check(&db)?;
    Ok(db)
}

fn unsettled(path: &Path) -> Result<Connection, Fault> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_URI)?;
    db.busy_timeout(Limits::default().patience)?;
    Ok(db)
}

/// The path as an SQLite URI that promises a file nobody writes.
fn immutable(path: &Path) -> PathBuf {
    let mut uri = b"file://".to_vec();
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'%' | b'?' | b'#' => uri.extend(format!("%{byte:02X}").into_bytes()),
            byte => uri.push(*byte),
        }
    }
    uri.extend(b"?immutable=1");
    PathBuf::from(OsString::from_vec(uri))
}

fn close(db: Connection) -> Result<(), Fault> {
    db.close().map_err(|(_, error)| Fault::from(error))
}

fn data_version(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row(schema::DATA_VERSION, [], |row| row.get(0))
}

fn events_after(db: &Connection, after: u64) -> Result<Vec<Event>, Fault> {
    let mut events = Vec::new();
    row::each_event_after(db, after, |event| {
        events.push(event);
        Ok::<(), Fault>(())
    })?;
    Ok(events)
}
