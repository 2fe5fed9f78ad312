//! The file: two tables, one transaction a write. Knows rows and buckets, nothing of who asks.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, params};

use super::Restored;
use crate::io::ailment::Ailment;
use crate::io::journal::place;
use crate::slo::history::BUCKET_MS;
use crate::slo::keep::{Kept, Past};
use crate::slo::{Counts, Group, Subject};
use crate::text::{Time, when};

pub const FILE: &str = "history.db";
/// What a broken file is called from then on.
const ASIDE: &str = ".broken";
const VERSION: i64 = 1;
/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(2);
/// The longest history any evaluator keeps.
const OLDEST: Duration = Duration::from_hours(400 * 24);

const TABLES: &str = "
CREATE TABLE series (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, indicator TEXT NOT NULL, labels TEXT NOT NULL,
    UNIQUE (key, indicator, labels)
) STRICT;
CREATE TABLE buckets (
    series INTEGER NOT NULL REFERENCES series (id), start INTEGER NOT NULL,
    bad REAL NOT NULL, total REAL NOT NULL, PRIMARY KEY (series, start)
) STRICT, WITHOUT ROWID;";
const FIND_SERIES: &str = "SELECT id FROM series WHERE key = ?1 AND indicator = ?2 AND labels = ?3";
const ADD_SERIES: &str = "INSERT INTO series (key, indicator, labels) VALUES (?1, ?2, ?3)";
const SERIES_OF: &str = "SELECT id, labels FROM series WHERE key = ?1 AND indicator = ?2";
const PUT: &str = "INSERT INTO buckets (series, start, bad, total) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (series, start) DO UPDATE SET bad = excluded.bad, total = excluded.total";
const GET: &str = "SELECT start, bad, total FROM buckets WHERE series = ?1 AND start >= ?2 AND start < ?3
    ORDER BY start";
const PRUNE: &str = "DELETE FROM buckets WHERE start < ?1";
const PRUNE_SERIES: &str =
    "DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM buckets WHERE buckets.series = series.id)";

/// Why the file does not serve.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("the history cannot be read: {0}")]
    Broken(String),
    #[error("another process holds the history")]
    Held,
    #[error("the history is of a later version of warroom")]
    Newer,
    #[error("the history cannot be opened: {0}")]
    Closed(String),
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
        Self::Closed(crate::io::files::plainly(&error))
    }
}

pub fn is_there(data: &Path) -> bool {
    data.join(FILE).exists()
}

/// Renames a broken file, over an earlier one, and takes away what SQLite kept beside it.
pub fn set_aside(data: &Path) -> io::Result<()> {
    let file = data.join(FILE);
    let _ = fs::remove_file(place::companion(&file, "-journal"));
    fs::rename(&file, place::companion(&file, ASIDE))
}

/// The open file.
#[derive(Debug)]
pub struct Book {
    db: Connection,
    pruned: bool,
}

impl Book {
    /// Opens the history of a data folder, and makes it where there is none, for its owner alone.
    pub fn open(data: &Path) -> Result<Self, Fault> {
        let path: PathBuf = std::path::absolute(data.join(FILE))?;
        place::make_folder(data)?;
        drop(place::private().create(true).open(&path)?);
        place::restrict(&path);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(&path, flags)?;
        db.busy_timeout(PATIENCE)?;
        db.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;")?;
        let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        match version {
            0 => make(&mut db)?,
            VERSION => {}
            _ => return Err(Fault::Newer),
        }
        Ok(Self { db, pruned: false })
    }

    /// Writes closed buckets, over those of the same time, in one transaction. What is older than any
    /// history goes, once.
    pub fn keep(&mut self, past: &[Past], now: Time) -> Result<(), Fault> {
        let tx = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        for past in past {
            let series = series(&tx, past)?;
            let mut put = tx.prepare_cached(PUT)?;
            for (start, Counts { bad, total }) in &past.buckets {
                put.execute(params![series, start.timestamp_millis(), bad, total])?;
            }
        }
        if !self.pruned {
            tx.execute(PRUNE, [when::before(now, OLDEST).timestamp_millis()])?;
            tx.execute(PRUNE_SERIES, [])?;
        }
        tx.commit()?;
        self.pruned = true;
        Ok(())
    }

    /// The past of every kept indicator, each group on its own, up to `now`.
    pub fn read(&self, kept: &BTreeMap<String, Kept>, now: Time) -> Result<Vec<Restored>, Fault> {
        let mut past = Vec::new();
        for (indicator, kept) in kept {
            let mut find = self.db.prepare_cached(SERIES_OF)?;
            let found = find.query_map([&kept.key, indicator], |row| Ok((row.get(0)?, row.get(1)?)))?;
            for series in found {
                let (id, labels): (i64, String) = series?;
                let group = serde_json::from_str::<Group>(&labels)
                    .map_err(|error| Fault::Broken(format!("labels: {error}")))?;
                let subject = Subject { indicator: indicator.clone(), group };
                past.extend(self.stretch(id, subject, (when::before(now, kept.back), now))?);
            }
        }
        Ok(past)
    }

    fn stretch(
        &self,
        series: i64,
        subject: Subject,
        (from, to): (Time, Time),
    ) -> Result<Option<Restored>, Fault> {
        let mut get = self.db.prepare_cached(GET)?;
        // A bucket that is not over yet is another one's: that of a clock that was set back.
        let until = to.timestamp_millis() - BUCKET_MS + 1;
        let rows = get.query_map(params![series, from.timestamp_millis(), until], |row| {
            Ok((row.get(0)?, Counts { bad: row.get(1)?, total: row.get(2)? }))
        })?;
        let (mut buckets, mut next) = (Vec::new(), None);
        for row in rows {
            let (start, counts): (i64, Counts) = row?;
            let gap = next.map_or(0, |next| (start - next) / BUCKET_MS);
            buckets.extend(std::iter::repeat_n(None, usize::try_from(gap).unwrap_or(0)));
            buckets.push(Some(counts));
            next = Some(start + BUCKET_MS);
        }
        let end = next.filter(|end| end % BUCKET_MS == 0).and_then(Time::from_timestamp_millis);
        Ok(end.map(|end| Restored { subject, end, buckets }))
    }
}

fn make(db: &mut Connection) -> Result<(), Fault> {
    let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Somebody else may have made it while we waited.
    let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        tx.execute_batch(TABLES)?;
        tx.pragma_update(None, "user_version", VERSION)?;
    }
    Ok(tx.commit()?)
}

fn series(tx: &Transaction<'_>, past: &Past) -> Result<i64, Fault> {
    let Subject { indicator, group } = &past.subject;
    let labels = serde_json::to_string(group).map_err(|error| Fault::Closed(error.to_string()))?;
    let key = params![past.key, indicator, labels];
    let known = tx.prepare_cached(FIND_SERIES)?.query_row(key, |row| row.get(0)).optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    tx.prepare_cached(ADD_SERIES)?.execute(key)?;
    Ok(tx.last_insert_rowid())
}
