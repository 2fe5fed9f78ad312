//! The index: words without their texts, on shelves. Follows the journal; knows nothing of files but its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Rows, TransactionBehavior, params};

use super::fault::Fault;
use super::sieve::Sieve;
use super::writer::Writer;
use super::{expression, marks};
use crate::incident::event::Imported;
use crate::incident::search::{Found, Hit, Order, Query};
use crate::incident::timeline::Filter;
use crate::incident::{Entry, EventKind};
use crate::io::journal::{Lookup, place};

/// Entries of one shelf. FTS5 gathers all that begins like a word before it gives the first: this is the
/// most it ever gathers, and the newest shelf mostly has enough.
pub(super) const SHELF: u64 = 1 << 17;
/// How texts become words: any alphabet, without case or accents.
pub(super) const TOKENS: &str = "unicode61 remove_diacritics 2";
/// What this version of the index is; any other is made anew.
const VERSION: i64 = 2;
/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(1);
/// Most hits that are ranked: the newest.
const RANKED: usize = 1_000;
/// Bytes of words that FTS5 gathers before it writes them.
const GATHERED: i64 = 64 << 20;

/// What is freed is overwritten; the file may be lost, so nobody waits for the disk.
const SETTINGS: &str = "
    PRAGMA journal_mode = DELETE;
    PRAGMA synchronous = NORMAL;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;";
/// `state` is how far the journal was read, and the chain's hash there.
const TABLES: &str = "
CREATE TABLE state (head INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
INSERT INTO state (head, hash) VALUES (0, zeroblob(32));
CREATE TABLE incidents (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, about TEXT NOT NULL
) STRICT;
CREATE TABLE struck (seq INTEGER PRIMARY KEY) STRICT;";

/// The statement that makes a shelf where it is missing.
pub(super) fn make_shelf(shelf: u64) -> String {
    format!(
        "CREATE VIRTUAL TABLE IF NOT EXISTS shelf_{shelf} USING fts5(
            words, about, actor, kind, incident, tags, content = '', tokenize = \"{TOKENS}\");
        INSERT INTO shelf_{shelf} (shelf_{shelf}, rank) VALUES ('hashsize', {GATHERED});"
    )
}

/// The statement that puts an entry on a shelf.
pub(super) fn add_to(shelf: u64) -> String {
    format!(
        "INSERT INTO shelf_{shelf} (rowid, words, about, actor, kind, incident, tags)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
    )
}

/// An open index.
#[derive(Debug)]
pub(super) struct Index {
    db: Connection,
    /// The file that was opened; `None` in memory.
    file: Option<(PathBuf, place::Identity)>,
}

impl Index {
    /// Opens the index at a path, and makes it where there is none, for its owner alone.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        if !path.try_exists()? {
            drop(place::private().create(true).truncate(false).open(path)?);
        }
        place::restrict(path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags)?;
        let file = Some((path.to_owned(), place::Identity::of(path)?));
        Self::start(db, file)
    }

    pub fn in_memory() -> Result<Self, Fault> {
        Self::start(Connection::open_in_memory()?, None)
    }

    fn start(mut db: Connection, file: Option<(PathBuf, place::Identity)>) -> Result<Self, Fault> {
        db.busy_timeout(PATIENCE)?;
        db.execute_batch(SETTINGS)?;
        let tx = db.transaction_with_behavior(TransactionBehavior::Deferred)?;
        let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
        drop(tx);
        match version {
            VERSION => {}
            0 => make(&mut db)?,
            _ => return Err(Fault::Foreign),
        }
        Ok(Self { db, file })
    }

    /// Whether the file that was opened still has its name.
    pub fn is_still_there(&self) -> bool {
        let there = |(path, identity): &(PathBuf, place::Identity)| {
            place::Identity::of(path).is_ok_and(|found| found == *identity)
        };
        self.file.as_ref().is_none_or(there)
    }

    /// Takes in what the journal has and the index has not, and answers.
    pub fn answer(&mut self, journal: &Lookup, query: &Query) -> Result<Found, Fault> {
        // A redaction that was committed while we wrote is among the entries that are left.
        while self.head(journal)? < journal.last()? {
            self.catch_up(journal)?;
        }
        Asking { db: &self.db, journal, query }.find()
    }

    /// The last entry that was taken in, which has to be the journal's.
    fn head(&self, journal: &Lookup) -> Result<u64, Fault> {
        let (head, hash) = self.db.query_row("SELECT head, hash FROM state", [], |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get::<_, [u8; 32]>(1)?))
        })?;
        if journal.hash(head)? == Some(hash) { Ok(head) } else { Err(Fault::Stale) }
    }

    fn catch_up(&mut self, journal: &Lookup) -> Result<(), Fault> {
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let from = tx.query_row("SELECT head FROM state", [], |row| row.get::<_, i64>(0))?.cast_unsigned();
        let (mut head, mut writer) = (from, Writer::new(&tx)?);
        journal.each_after(from, |event| {
            head = event.seq;
            match event.kind {
                EventKind::Redacted { seq, .. } if seq <= from => Err(Fault::Stale),
                _ => writer.add(event),
            }
        })?;
        drop(writer);
        let hash = journal.hash(head)?.ok_or(Fault::Stale)?;
        tx.execute("UPDATE state SET head = ?1, hash = ?2", params![head.cast_signed(), hash])?;
        Ok(tx.commit()?)
    }
}

fn make(db: &mut Connection) -> Result<(), Fault> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Somebody else may have made it while we waited.
    let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        tx.execute_batch(TABLES)?;
        tx.pragma_update(None, "user_version", VERSION)?;
    }
    Ok(tx.commit()?)
}

/// One question on an index that is up to date.
struct Asking<'a> {
    db: &'a Connection,
    journal: &'a Lookup,
    query: &'a Query,
}

impl Asking<'_> {
    fn find(&self) -> Result<Found, Fault> {
        let incident = match &self.query.incident {
            Some(id) => match self.number(id)? {
                Some(number) => Some(number),
                None => return Ok(Found::default()),
            },
            None => None,
        };
        let expression = expression::of(self.query, incident);
        let mut entries = match self.query.order {
            Order::Newest => {
                let sieve = Sieve::new(self.db, self.query, incident);
                self.newest(&expression, sieve.as_ref())?
            }
            Order::Ranked => self.ranked(&expression)?,
        };
        let more = entries.len() > self.query.limit;
        entries.truncate(self.query.limit);
        Ok(Found { hits: self.hits(entries)?, more, without_index: None })
    }

    fn number(&self, id: &str) -> Result<Option<i64>, Fault> {
        let mut ask = self.db.prepare_cached("SELECT number FROM incidents WHERE id = ?1")?;
        Ok(ask.query_row([id], |row| row.get(0)).optional()?)
    }

    /// One more than are asked for, so that it is known whether there are more.
    fn newest(&self, expression: &str, sieve: Option<&Sieve<'_>>) -> Result<Vec<Entry>, Fault> {
        let mut entries = Vec::new();
        self.each_shelf("rowid", expression, sieve, |rows| {
            while let Some(row) = rows.next()? {
                let Some(entry) = self.entry(row.get::<_, i64>(0)?.cast_unsigned())? else { continue };
                if self.is_over(&entry) {
                    return Ok(false);
                }
                entries.extend(Some(entry).filter(|entry| self.wants(entry)));
                if entries.len() > self.query.limit {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        Ok(entries)
    }

    /// The best of the newest; of equally good ones the newest first.
    fn ranked(&self, expression: &str) -> Result<Vec<Entry>, Fault> {
        let mut scored: Vec<(f64, Entry)> = Vec::new();
        let columns = "rowid, bm25(shelf, 4.0, 1.0, 2.0, 0.0, 0.0, 0.0)";
        self.each_shelf(columns, expression, None, |rows| {
            while let Some(row) = rows.next()? {
                let Some(entry) = self.entry(row.get::<_, i64>(0)?.cast_unsigned())? else { continue };
                if self.is_over(&entry) {
                    return Ok(false);
                }
                if self.wants(&entry) {
                    scored.push((row.get(1)?, entry));
                }
                if scored.len() >= RANKED {
                    return Ok(false);
                }
            }
            Ok(true)
        })?;
        // The best score is the lowest.
        scored.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        Ok(scored.into_iter().map(|(_, entry)| entry).collect())
    }

    /// Hands out what fits on each shelf, the newest first, until `take` has enough. Through a sieve if there is
    /// one, for whom scores do not matter: they are those of all that is on the shelf.
    fn each_shelf(
        &self,
        columns: &str,
        expression: &str,
        sieve: Option<&Sieve<'_>>,
        mut take: impl FnMut(&mut Rows<'_>) -> Result<bool, Fault>,
    ) -> Result<(), Fault> {
        let head: i64 = self.db.query_row("SELECT head FROM state", [], |row| row.get(0))?;
        let shelves = if head == 0 { 0 } else { head.cast_unsigned() / SHELF + 1 };
        for shelf in (0..shelves).rev() {
            let columns = columns.replace("shelf", &format!("shelf_{shelf}"));
            let small = match sieve {
                Some(sieve) => sieve.shake(shelf, |seq| Ok(self.journal.event(seq)?))?,
                None => None,
            };
            let mut ask = small.as_ref().unwrap_or(self.db).prepare_cached(&format!(
                "SELECT {columns} FROM shelf_{shelf} WHERE shelf_{shelf} MATCH ?1 ORDER BY rowid DESC"
            ))?;
            if !take(&mut ask.query([expression])?)? {
                break;
            }
        }
        Ok(())
    }

    /// The entry as the journal has it; `None` where an index that lies names one that is not there.
    fn entry(&self, seq: u64) -> Result<Option<Entry>, Fault> {
        let Some(event) = self.journal.event(seq)? else { return Ok(None) };
        let mut ask = self.db.prepare_cached("SELECT EXISTS (SELECT 1 FROM struck WHERE seq = ?1)")?;
        let struck: bool = ask.query_row([seq.cast_signed()], |row| row.get(0))?;
        let entry = Entry::new(event);
        let amends = self.amended_elsewhere(&entry)?;
        Ok(Some(Entry { struck: entry.struck || struck, amends: entry.amends.or(amends), ..entry }))
    }

    /// The entry that an imported line corrects, as its source says.
    fn amended_elsewhere(&self, entry: &Entry) -> Result<Option<u64>, Fault> {
        let (EventKind::Imported(Imported { amends: Some(key), .. }), Some(id)) =
            (&entry.event.kind, &entry.event.incident)
        else {
            return Ok(None);
        };
        Ok(self.journal.said(&Imported::said_once(id, key))?)
    }

    /// Whether neither this one nor any that was written down before is late enough.
    fn is_over(&self, entry: &Entry) -> bool {
        self.query.since.is_some_and(|since| entry.event.recorded_at < since)
    }

    /// The index only narrows down: what is meant exactly is asked of the entry.
    fn wants(&self, entry: &Entry) -> bool {
        let rest = Filter { words: Vec::new(), ..self.query.wanted.clone() };
        self.query.since.is_none_or(|since| entry.event.sorts_at() >= since) && rest.lets(entry)
    }

    fn hits(&self, entries: Vec<Entry>) -> Result<Vec<Hit>, Fault> {
        let lines: Vec<&str> = entries.iter().map(|entry| entry.text.as_str()).collect();
        let marks = marks::of(&lines, &self.query.wanted.words)?;
        let hit = |(entry, marks): (Entry, _)| {
            let title = entry.event.incident.as_ref().map(|id| self.title(id)).transpose()?.flatten();
            Ok(Hit { entry, marks, title })
        };
        entries.into_iter().zip(marks).map(hit).collect()
    }

    fn title(&self, id: &str) -> Result<Option<String>, Fault> {
        let mut ask = self.db.prepare_cached("SELECT title FROM incidents WHERE id = ?1")?;
        Ok(ask.query_row([id], |row| row.get(0)).optional()?)
    }
}
