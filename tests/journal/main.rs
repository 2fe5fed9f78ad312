//! The journal on a real disk: guards, appends, several processes, tampering, copies.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop where it stands"
)]

mod append;
mod copies;
#[path = "../support/declaring.rs"]
mod declaring;
mod faults;
mod guards;
mod processes;
mod redaction;
mod roundtrip;
mod scribe;
mod searching;
mod tampering;
mod versions;

use std::path::Path;

use rusqlite::Connection;
use tempfile::TempDir;
use warroom::incident::event::NoteKind;
use warroom::incident::{Ask, Event, EventKind, Intent};
use warroom::io::journal::Journal;
use warroom::text::Time;

/// What a test does to a folder or a file.
type Deed = fn(&Path);

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn at(second: i64) -> Time {
    Time::from_timestamp(1_795_000_000 + second, 0).unwrap()
}

fn noted(text: impl Into<String>) -> EventKind {
    EventKind::Noted { text: text.into(), kind: NoteKind::Observation, starred: false }
}

fn note(text: impl Into<String>) -> Ask {
    Ask::new("ana", Intent::Record { kind: noted(text), dedupe: None })
}

fn said_once(key: &str, text: &str) -> Ask {
    Ask::new("ana", Intent::Record { kind: noted(text), dedupe: Some(key.to_owned()) })
}

fn redact(seq: u64) -> Ask {
    Ask::new("ana", Intent::Redact { seq, reason: "a password".to_owned() })
}

fn text(event: &Event) -> &str {
    match &event.kind {
        EventKind::Noted { text, .. } => text,
        _ => "",
    }
}

/// A journal of notes `note 1` to `note n`.
fn journal_of(data: &Path, n: i64) -> Journal {
    let mut journal = Journal::open(data).unwrap();
    for second in 1..=n {
        journal.append(&note(format!("note {second}")), at(second)).unwrap();
    }
    journal
}

/// The file as any other program sees it.
fn raw(data: &Path) -> Connection {
    Connection::open(data.join("journal.db")).unwrap()
}
