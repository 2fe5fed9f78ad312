//! `alerts.db`: alerts as they were posted to us, the newest word on each. Whoever posted them is answered when
//! they are here, and may forget them: a console that starts tells them again.
//!
//! Only an answer depends on it; what people and the system say of alerts is in the journal.

use std::collections::BTreeMap;
use std::fs;
use std::iter;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::ailment::Ailment;
use super::journal::place;
use crate::incident::inbox::{Batch, Extent, Heard, Told};
use crate::text::{Time, when};

const FILE: &str = "alerts.db";
/// What a broken file is called from then on.
const ASIDE: &str = ".broken";
const VERSION: i64 = 1;
/// Posts of one commit.
const BURST: usize = 256;
/// How long another process may hold the file.
const PATIENCE: Duration = Duration::from_secs(2);
/// An alert that nobody repeated for so long is somebody else's past: Alertmanager repeats after hours.
const OLDEST: Duration = Duration::from_hours(7 * 24);
/// What is over is kept until a restart has surely told it.
const OVER: Duration = Duration::from_hours(24);

const TABLE: &str = "
CREATE TABLE posted (
    source TEXT NOT NULL, fingerprint TEXT NOT NULL, at INTEGER NOT NULL, over INTEGER NOT NULL,
    alert TEXT NOT NULL, PRIMARY KEY (source, fingerprint)
) STRICT, WITHOUT ROWID;";
const PUT: &str = "INSERT INTO posted (source, fingerprint, at, over, alert) VALUES (?1, ?2, ?3, ?4, ?5)
    ON CONFLICT (source, fingerprint) DO UPDATE SET at = excluded.at, over = excluded.over, alert = excluded.alert
    WHERE excluded.at >= posted.at";
const GET: &str = "SELECT source, at, alert FROM posted ORDER BY at";
const PRUNE: &str = "DELETE FROM posted WHERE at < ?1 OR (over = 1 AND at < ?2)";

/// A way to the file's thread, which ends with the last of them.
#[derive(Debug, Clone)]
pub struct Shelf(mpsc::Sender<Job>);

/// One post, and who waits until it is on the disk.
#[derive(Debug)]
struct Job {
    batch: Batch,
    answer: oneshot::Sender<Result<Batch, String>>,
}

impl Shelf {
    /// Opens the file of a data folder, with what is in it. A broken one makes room for a new one.
    ///
    /// # Errors
    /// Why nothing can be kept there.
    pub fn open(data: &Path, now: Time) -> Result<(Self, Vec<Batch>), String> {
        let opened = open(data, now).or_else(|fault| {
            set_aside(data, fault)?;
            open(data, now)
        });
        let (mut db, kept) = opened.map_err(|fault| format!("{FILE}: {fault}"))?;
        let (jobs, inbox) = mpsc::channel();
        let work = move || work(&mut db, &inbox);
        thread::Builder::new().name("posted".to_owned()).spawn(work).map_err(|error| error.to_string())?;
        Ok((Self(jobs), kept))
    }

    /// Keeps what was posted, and gives it back once it is on the disk.
    ///
    /// # Errors
    /// Why it is not.
    pub async fn keep(&self, batch: Batch) -> Result<Batch, String> {
        let (answer, answered) = oneshot::channel();
        let gone = || format!("{FILE}: its thread has died (leave and start again)");
        self.0.send(Job { batch, answer }).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// What waits is committed together: one write to the disk for a storm.
fn work(db: &mut Connection, jobs: &mpsc::Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let (batches, answers): (Vec<Batch>, Vec<_>) =
            iter::once(first).chain(jobs.try_iter()).take(BURST).map(|job| (job.batch, job.answer)).unzip();
        let kept = put(db, &batches).map_err(|fault| format!("{FILE}: {fault}"));
        for (batch, answer) in batches.into_iter().zip(answers) {
            // Who has gone away meanwhile needs no answer.
            let _ = answer.send(kept.clone().map(|()| batch));
        }
    }
}

fn put(db: &mut Connection, batches: &[Batch]) -> rusqlite::Result<()> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut put = tx.prepare_cached(PUT)?;
        for Batch { source, at, alerts, .. } in batches {
            for alert in alerts {
                let over = alert.told == Told::Resolved;
                let text = serde_json::to_string(alert.as_ref()).unwrap_or_default();
                put.execute(params![source, alert.fingerprint, at.timestamp_millis(), over, text])?;
            }
        }
    }
    tx.commit()
}

fn open(data: &Path, now: Time) -> rusqlite::Result<(Connection, Vec<Batch>)> {
    let path = path(data)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(&path, flags)?;
    db.busy_timeout(PATIENCE)?;
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
    place::restrict(&path);
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if tx.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? == 0 {
        tx.execute_batch(TABLE)?;
        tx.pragma_update(None, "user_version", VERSION)?;
    }
    let [oldest, over] = [OLDEST, OVER].map(|age| when::before(now, age).timestamp_millis());
    tx.execute(PRUNE, [oldest, over])?;
    tx.commit()?;
    let kept = read(&db)?;
    Ok((db, kept))
}

/// The file, made where it is not there yet, for its owner alone.
fn path(data: &Path) -> rusqlite::Result<std::path::PathBuf> {
    let made = || {
        let path = std::path::absolute(data.join(FILE))?;
        place::make_folder(data)?;
        if !path.exists() {
            drop(place::private().create(true).open(&path)?);
        }
        Ok(path)
    };
    made().map_err(|error: std::io::Error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// Everything in it, as batches of those that were posted together.
fn read(db: &Connection) -> rusqlite::Result<Vec<Batch>> {
    let mut get = db.prepare(GET)?;
    let rows = get.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut batches: BTreeMap<(i64, String), Vec<Heard>> = BTreeMap::new();
    for row in rows {
        let (source, at, text): (String, i64, String) = row?;
        // One that cannot be read costs itself.
        batches.entry((at, source)).or_default().extend(serde_json::from_str::<Heard>(&text).ok());
    }
    let batch = |((at, source), alerts): ((i64, String), Vec<Heard>)| {
        Some(Batch::new((source, Time::from_timestamp_millis(at)?), Extent::Part, alerts))
    };
    Ok(batches.into_iter().filter_map(batch).collect())
}

/// Alerts that were posted to a process on this data folder and are not known to be over; none where there is no
/// such file or it cannot be read.
pub fn kept(data: &Path) -> Vec<Batch> {
    let open = || {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(data.join(FILE), flags)?;
        db.busy_timeout(PATIENCE)?;
        read(&db)
    };
    if data.join(FILE).exists() { open().unwrap_or_default() } else { Vec::new() }
}

/// Renames a file that is none of ours any more, over an earlier one; any other trouble may pass.
fn set_aside(data: &Path, fault: rusqlite::Error) -> rusqlite::Result<()> {
    if Ailment::of(&fault) != Ailment::Broken {
        return Err(fault);
    }
    tracing::warn!("{FILE}: {fault}: set aside, a new one begins");
    let file = data.join(FILE);
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(place::companion(&file, ending));
    }
    let moved = fs::rename(&file, place::companion(&file, ASIDE));
    moved.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}
