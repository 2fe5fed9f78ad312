//! Every word of SQL that the journal speaks, and the first schema, which later ones only add to.
//!
//! The guards (triggers) belong to the file, so that they hold for any program that opens it.

use rusqlite::Connection;

use super::error::Fault;

/// Stands in the file's header: "WROM".
pub const APPLICATION_ID: i64 = 0x5752_4f4d;
/// Format of the journal; a higher one is refused, a lower one migrated (see `migrate.rs`).
pub const VERSION: i64 = 1 + STEPS.len().cast_signed() as i64;
/// What leads from each version to the next, the first from 1 to 2. A step adds indexes, tables or columns
/// that may be NULL; what version 1 wrote stays as it is, so that every version reads every older one.
pub const STEPS: &[&str] = &[];

/// Settings of every connection; `secure_delete` overwrites what a redaction frees.
const SETTINGS: &str = "
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA recursive_triggers = ON;
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;";

/// Tables of version 1. The columns of `events` are described in `row.rs`, the hash in `chain.rs`.
const TABLES: &str = "
CREATE TABLE events (
    seq         INTEGER PRIMARY KEY,
    incident    TEXT,
    kind        TEXT NOT NULL,
    happened_at TEXT,
    recorded_at TEXT NOT NULL,
    actor       TEXT NOT NULL,
    origin      TEXT NOT NULL CHECK (origin IN ('human', 'system')),
    dedupe      TEXT UNIQUE,
    digest      BLOB NOT NULL CHECK (length(digest) = 32),
    prev        BLOB NOT NULL CHECK (length(prev) = 32),
    hash        BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE TABLE payloads (
    seq  INTEGER PRIMARY KEY REFERENCES events (seq),
    salt BLOB CHECK (length(salt) = 16),
    body TEXT,
    CHECK ((salt IS NULL) = (body IS NULL))
) STRICT;";

/// `REPLACE` deletes the row it collides with, and fires the delete guard only for connections that
/// ask for recursive triggers: so the insert guards refuse the collision itself.
const GUARDS: &str = "
CREATE TRIGGER events_only_appended BEFORE INSERT ON events
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM events)
    OR NEW.prev IS NOT coalesce((SELECT hash FROM events ORDER BY seq DESC LIMIT 1), zeroblob(32))
    OR EXISTS (SELECT 1 FROM events WHERE dedupe = NEW.dedupe)
BEGIN SELECT RAISE(ABORT, 'journal: an entry is only ever added once, at the end'); END;
CREATE TRIGGER events_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'journal: an entry is never changed'); END;
CREATE TRIGGER events_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'journal: an entry is never deleted'); END;
CREATE TRIGGER payloads_only_appended BEFORE INSERT ON payloads
WHEN NEW.body IS NULL
    OR NEW.seq IS NOT (SELECT max(seq) FROM events)
    OR EXISTS (SELECT 1 FROM payloads WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'journal: a payload is only ever added once, with its entry'); END;
CREATE TRIGGER payloads_only_erased BEFORE UPDATE ON payloads
WHEN NEW.seq IS NOT OLD.seq
    OR NEW.body IS NOT NULL
    OR OLD.body IS NULL
    OR (SELECT kind FROM events WHERE seq = OLD.seq) = 'redacted'
    OR OLD.seq IS NOT (SELECT json_extract(body, '$.seq') FROM events JOIN payloads USING (seq)
        WHERE kind = 'redacted' AND seq = (SELECT max(seq) FROM events))
BEGIN SELECT RAISE(ABORT, 'journal: a payload is only ever erased, by the redaction that names it'); END;
CREATE TRIGGER payloads_never_deleted BEFORE DELETE ON payloads
BEGIN SELECT RAISE(ABORT, 'journal: a payload is never deleted'); END;";

pub const INSERT_EVENT: &str = "INSERT INTO events
    (seq, incident, kind, happened_at, recorded_at, actor, origin, dedupe, digest, prev, hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
pub const INSERT_PAYLOAD: &str = "INSERT INTO payloads (seq, salt, body) VALUES (?1, ?2, ?3)";
pub const ERASE_PAYLOAD: &str = "UPDATE payloads SET salt = NULL, body = NULL WHERE seq = ?1";

/// In the order that `Row::read` expects.
pub const ROWS_AFTER: &str = "SELECT seq, incident, kind, happened_at, recorded_at, actor, origin, dedupe,
    digest, prev, hash, salt, body
    FROM events LEFT JOIN payloads USING (seq) WHERE seq > ?1 ORDER BY seq";
/// In the order that `Told::read` expects.
pub const EVENTS_AFTER: &str = "SELECT seq, incident, kind, happened_at, recorded_at, actor, origin, body
    FROM events LEFT JOIN payloads USING (seq) WHERE seq > ?1 ORDER BY seq";
/// One of them.
pub const EVENT_AT: &str = "SELECT seq, incident, kind, happened_at, recorded_at, actor, origin, body
    FROM events LEFT JOIN payloads USING (seq) WHERE seq = ?1";
pub const TIP_AT: &str = "SELECT hash, recorded_at FROM events WHERE seq = ?1";
pub const LAST_SEQ: &str = "SELECT coalesce(max(seq), 0) FROM events";
pub const LAST_PAYLOAD: &str = "SELECT coalesce(max(seq), 0) FROM payloads";
pub const DEDUPE_TAKEN: &str = "SELECT EXISTS (SELECT 1 FROM events WHERE dedupe = ?1)";
pub const SEQ_OF_DEDUPE: &str = "SELECT seq FROM events WHERE dedupe = ?1";
/// The kind of an entry and whether its payload is still there.
pub const KIND_AND_KEPT: &str = "SELECT kind, body IS NOT NULL
    FROM events LEFT JOIN payloads USING (seq) WHERE seq = ?1";
pub const REDACTED_SEQS: &str = "SELECT json_extract(body, '$.seq')
    FROM events JOIN payloads USING (seq) WHERE kind = 'redacted' AND json_valid(body)";
/// A payload whose entry is gone: somebody cut the tail and forgot it.
pub const FIRST_STRAY: &str = "SELECT min(seq) FROM payloads WHERE seq NOT IN (SELECT seq FROM events)";
pub const DATA_VERSION: &str = "PRAGMA data_version";
pub const INTEGRITY: &str = "PRAGMA integrity_check(1)";
/// Copies the write-ahead log into the file and empties it; answers whether somebody was in the way.
pub const EMPTY_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
pub const NOBODY_ELSE: &str = "PRAGMA locking_mode = EXCLUSIVE";

/// Lets a file be read that is shorter than its header says; nothing is written where nothing may be.
pub const AS_LONG_AS_IT_IS: &str = "PRAGMA writable_schema = ON";

const OBJECTS: &str = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";

/// Gives a connection the settings that every one of ours has.
pub fn settle(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(SETTINGS)
}

/// Makes an empty file a journal.
pub fn create(db: &mut Connection) -> rusqlite::Result<()> {
    let tx = db.transaction()?;
    for sql in [TABLES, GUARDS].iter().chain(STEPS) {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", VERSION)?;
    tx.commit()
}

/// The version of a journal. Refuses a file that is not ours, or ours from a later version than `known`.
pub fn version(db: &Connection, known: i64) -> Result<i64, Fault> {
    if header(db, "application_id")? != APPLICATION_ID {
        return Err(Fault::NotOurs);
    }
    match header(db, "user_version")? {
        found @ 1.. if found <= known => Ok(found),
        found @ 1.. => Err(Fault::Newer { found, known }),
        _ => Err(Fault::NotOurs),
    }
}

/// Refuses a file that this version cannot read.
pub fn check(db: &Connection) -> Result<(), Fault> {
    version(db, VERSION).map(drop)
}

fn header(db: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    db.pragma_query_value(None, pragma, |row| row.get(0))
}

/// Writes ahead from now on, which lets readers read while somebody writes.
pub fn write_ahead(db: &Connection) -> Result<(), Fault> {
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode == "wal" { Ok(()) } else { Err(Fault::Io(format!("journal mode stays {mode}"))) }
}

/// One plain file without companions, as a copy on any medium has to be.
pub fn write_plain(db: &Connection) -> Result<(), Fault> {
    let mode: String = db.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get(0))?;
    if mode == "delete" { Ok(()) } else { Err(Fault::Io(format!("journal mode stays {mode}"))) }
}

/// Names the first table or guard that is missing, was changed or was added, for a journal that was made by
/// the first schema and these steps.
pub fn first_altered(db: &Connection, steps: &[&str]) -> rusqlite::Result<Option<String>> {
    let ours = Connection::open_in_memory()?;
    for sql in [TABLES, GUARDS].iter().chain(steps) {
        ours.execute_batch(sql)?;
    }
    let (ours, found) = (objects(&ours)?, objects(db)?);
    let altered = ours.iter().find(|object| !found.contains(object));
    let added = found.iter().find(|object| !ours.contains(object));
    Ok(altered.or(added).map(|(name, _)| name.clone()))
}

fn objects(db: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    db.prepare(OBJECTS)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}
