//! The whole journal as JSON Lines, for people and programs without SQLite.
//!
//! Writes what is stored, erased texts as null; never anything that is not in the journal.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

use super::chain::Hash;
use super::error::{Fault, JournalError};
use super::row::Row;
use super::{Journal, at, connect_read_only, connect_to_rescue, place, row};
use crate::text::safe;

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("export: {0} (check where the output goes)")]
    Write(#[from] io::Error),
}

/// One line. `data` is for reading; `payload` is the text that `digest` was made of, byte for byte.
#[derive(Serialize)]
struct Line<'a> {
    seq: u64,
    incident: Option<&'a str>,
    happened_at: Option<&'a str>,
    recorded_at: &'a str,
    actor: &'a str,
    origin: &'a str,
    kind: &'a str,
    data: Value,
    dedupe: Option<&'a str>,
    salt: Option<String>,
    payload: Option<&'a str>,
    digest: String,
    prev: String,
    hash: String,
}

impl<'a> From<&'a Row> for Line<'a> {
    fn from(row: &'a Row) -> Self {
        let payload = row.payload.as_ref();
        let hex = |salt: [u8; 16]| format!("{:032x}", u128::from_be_bytes(salt));
        Self {
            seq: row.seq,
            incident: row.columns.incident.as_deref(),
            happened_at: row.columns.happened_at.as_deref(),
            recorded_at: &row.columns.recorded_at,
            actor: &row.columns.actor,
            origin: &row.columns.origin,
            kind: &row.columns.kind,
            data: payload.and_then(|kept| serde_json::from_str(&kept.body).ok()).unwrap_or_default(),
            dedupe: row.columns.dedupe.as_deref(),
            salt: payload.map(|kept| hex(kept.salt)),
            payload: payload.map(|kept| kept.body.as_str()),
            digest: row.digest.to_string(),
            prev: row.prev.to_string(),
            hash: row.hash.to_string(),
        }
    }
}

/// What an export holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// Hash of the last line's entry.
    pub head: String,
    /// Entries that could not be read and are not in it.
    pub lost: Vec<u64>,
    /// The entry from which on nothing could be read, where nothing says how many there were.
    pub cut_at: Option<u64>,
}

/// Bytes of a page of our files: SQLite's own choice, which nothing here changes.
const PAGE: u64 = 4_096;

/// So many unreadable entries in a row, and the rest is given up where nobody knows its end.
const GIVEN_UP: u64 = 1_000;

impl Journal {
    /// Writes one object an entry, with everything that its hash is made of (see `chain.rs`), from
    /// one consistent state. Of a damaged journal it writes what is whole.
    pub fn export(&self, out: &mut impl Write) -> Result<Exported, ExportError> {
        export(&self.db, out).map_err(|stop| stop.at(&self.path))
    }

    /// The same for the journal of a data folder that may be too broken to be folded, and so to be opened.
    pub fn export_at(data: &Path, out: &mut impl Write) -> Result<Exported, ExportError> {
        let path = place::journal(data).map_err(at(data))?;
        let exported = match connect_read_only(&path) {
            Err(Fault::Corrupt(_)) => rescue(&path, out),
            Ok(_) if path.metadata().is_ok_and(|file| file.len() % PAGE > 0) => rescue(&path, out),
            opened => opened.map_err(Stop::from).and_then(|db| export(&db, out)),
        };
        exported.map_err(|stop| stop.at(&path))
    }
}

/// What is left of a file that was cut short: a copy of its whole pages is read, for half a page would read as an
/// empty one.
fn rescue(path: &Path, out: &mut impl Write) -> Result<Exported, Stop> {
    let folder = tempfile::tempdir().map_err(Fault::from)?;
    let copy = folder.path().join("journal.db");
    copy_whole_pages(path, &copy).map_err(Fault::from)?;
    export(&connect_to_rescue(&copy)?, out)
}

fn copy_whole_pages(path: &Path, copy: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    let whole = file.metadata()?.len() / PAGE * PAGE;
    io::copy(&mut file.take(whole), &mut File::create(copy)?)?;
    let log = place::companion(path, "-wal");
    if log.exists() {
        std::fs::copy(log, place::companion(copy, "-wal"))?;
    }
    Ok(())
}

fn export(db: &Connection, out: &mut impl Write) -> Result<Exported, Stop> {
    let tx = db.unchecked_transaction().map_err(Fault::from)?;
    let end = row::last(&tx);
    let mut head = Hash::default();
    // `good` is the last entry that was written, `after` the last one that was tried.
    let (mut good, mut after, mut lost, mut cut_at) = (0, 0, Vec::new(), None);
    loop {
        let read = row::each_after(&tx, after, |row| {
            let row = row.map_err(Fault::from)?;
            write_line(out, &Line::from(&row))?;
            (good, after, head) = (row.seq, row.seq, row.hash);
            Ok(())
        });
        match read {
            Ok(()) => break,
            Err(Stop::Fault(Fault::Corrupt(_))) if after < end.unwrap_or(good + GIVEN_UP) => {
                after += 1;
                lost.push(after);
            }
            Err(Stop::Fault(Fault::Corrupt(_))) if end.is_some() => break,
            Err(Stop::Fault(Fault::Corrupt(_))) if good > 0 => {
                lost.retain(|seq| *seq < good);
                cut_at = Some(good + 1);
                break;
            }
            Err(stop) => return Err(stop),
        }
    }
    out.flush()?;
    Ok(Exported { head: head.to_string(), lost, cut_at })
}

/// Why the export ended early.
enum Stop {
    Fault(Fault),
    Write(io::Error),
}

impl Stop {
    fn at(self, path: &Path) -> ExportError {
        match self {
            Self::Fault(fault) => ExportError::Journal(at(path)(fault)),
            Self::Write(error) => ExportError::Write(error),
        }
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

fn write_line(out: &mut impl Write, line: &Line<'_>) -> io::Result<()> {
    line.serialize(&mut Serializer::with_formatter(&mut *out, Inert))?;
    out.write_all(b"\n")
}

/// JSON whose strings cannot speak to a terminal: control and format characters are escaped.
struct Inert;

impl Formatter for Inert {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if !safe::deceives(fragment) {
            return out.write_all(fragment.as_bytes());
        }
        fragment.chars().try_for_each(|c| write_inert(out, c))
    }
}

fn write_inert<W: ?Sized + Write>(out: &mut W, c: char) -> io::Result<()> {
    let text = c.encode_utf8(&mut [0; 4]).to_owned();
    if !safe::deceives(&text) {
        return out.write_all(text.as_bytes());
    }
    c.encode_utf16(&mut [0; 2]).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
}
