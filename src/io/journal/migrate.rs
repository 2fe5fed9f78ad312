//! From an older format to this version's: a proven copy beside the journal first, then every step and the
//! new version in one transaction, in which the chain has to hold as before.
//!
//! Whatever fails or is killed on the way leaves the journal as it was. Reading alone never migrates.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::backup::copy_to;
use super::connect;
use super::error::Fault;
use super::place::{self, Existing};
use super::schema;
use super::verify::{Flaw, follow};

/// Brings a journal to the format that the steps lead to; one that is there already is left alone.
pub fn to_newest(db: &mut Connection, path: &Path, steps: &[&str]) -> Result<(), Fault> {
    let newest = 1 + steps.len().cast_signed() as i64;
    let found = schema::version(db, newest)?;
    if found == newest {
        return Ok(());
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Somebody else may have been faster; from here on nobody is.
    let found = schema::version(&tx, newest)?;
    if found == newest {
        return Ok(());
    }
    // Another connection reads what was committed; the one that is about to write cannot be copied from.
    let copy = copy_beside(&connect(path)?, path, found)?;
    tracing::warn!(journal = %path.display(), copy = %copy.display(), "format {found} becomes {newest}");
    step(&tx, steps.get(found as usize - 1..).unwrap_or_default())?;
    tx.pragma_update(None, "user_version", newest)?;
    Ok(tx.commit()?)
}

/// Takes the steps. What is written must be the same after as before.
fn step(tx: &Transaction<'_>, steps: &[&str]) -> Result<(), Fault> {
    let before = follow(tx, None).map_err(broken)?;
    for sql in steps {
        tx.execute_batch(sql)?;
    }
    if follow(tx, None).map_err(broken)? == before {
        return Ok(());
    }
    Err(Fault::Corrupt("a migration would have changed what is written, and was taken back".to_owned()))
}

/// `journal.db.format-1`, or with a number behind it where that is taken: nothing is overwritten.
fn copy_beside(db: &Connection, path: &Path, version: i64) -> Result<PathBuf, Fault> {
    let name = |again: u32| match again {
        0 => place::companion(path, &format!(".format-{version}")),
        again => place::companion(path, &format!(".format-{version}-{again}")),
    };
    for copy in (0..).map(name) {
        match copy_to(db, &copy, Existing::Keep) {
            Ok(_) => return Ok(copy),
            Err(Flaw::Fault(Fault::Exists)) => {}
            Err(flaw) => return Err(broken(flaw)),
        }
    }
    Err(Fault::Exists)
}

/// A journal that does not hold is not migrated: first somebody looks at it.
fn broken(flaw: Flaw) -> Fault {
    match flaw {
        Flaw::Fault(fault) => fault,
        Flaw::Breach(breach) => Fault::Corrupt(breach.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::super::row::each_event_after;
    use super::*;
    use crate::incident::Event;

    const FIRST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/journal/format-1.db");
    const STEPS: [&str; 2] = [
        "CREATE INDEX events_by_incident ON events (incident)",
        "CREATE TABLE marks (seq INTEGER PRIMARY KEY REFERENCES events (seq)) STRICT;
         INSERT INTO marks SELECT seq FROM events WHERE origin = 'human'",
    ];

    /// A copy of the first format's journal.
    fn first() -> (TempDir, PathBuf, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.db");
        fs::copy(FIRST, &path).unwrap();
        let db = Connection::open(&path).unwrap();
        (folder, path, db)
    }

    fn events(db: &Connection) -> Vec<Event> {
        let mut events = Vec::new();
        each_event_after(db, 0, |event| {
            events.push(event);
            Ok::<_, Fault>(())
        })
        .unwrap();
        events
    }

    fn copies(folder: &TempDir) -> Vec<String> {
        let names = fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
        let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.retain(|name| name.contains(".format-"));
        names.sort();
        names
    }

    #[test]
    fn every_step_is_taken_at_once_and_the_entries_are_the_same_beside_a_proven_copy() {
        let (folder, path, mut db) = first();
        let (read, held) = (events(&db), follow(&db, None).unwrap());
        to_newest(&mut db, &path, &STEPS).unwrap();
        assert_eq!(schema::version(&db, 3).unwrap(), 3);
        assert_eq!((events(&db), follow(&db, None).unwrap()), (read.clone(), held.clone()));
        assert_eq!(schema::first_altered(&db, &STEPS).unwrap(), None);
        assert_eq!(copies(&folder), ["journal.db.format-1"]);
        let copy = Connection::open(folder.path().join("journal.db.format-1")).unwrap();
        assert_eq!((events(&copy), schema::version(&copy, 1).unwrap()), (read, 1));
        assert_eq!(super::super::verify::verify(&copy, None).unwrap(), held);
        to_newest(&mut db, &path, &STEPS).unwrap();
        assert_eq!(copies(&folder).len(), 1, "the newest is left alone");
    }

    #[test]
    fn a_step_that_fails_or_touches_what_is_written_leaves_the_journal_as_it_was() {
        let erases = "DROP TRIGGER payloads_only_erased; UPDATE payloads SET salt = NULL, body = NULL";
        let cuts = "DROP TRIGGER events_never_deleted; DROP TRIGGER payloads_never_deleted;
            DELETE FROM payloads WHERE seq > 3; DELETE FROM events WHERE seq > 3";
        for (number, bad) in ["CREATE TABLE events (a)", "nonsense", erases, cuts].into_iter().enumerate() {
            let (folder, path, mut db) = first();
            let (read, held) = (events(&db), follow(&db, None).unwrap());
            let refused = to_newest(&mut db, &path, &[STEPS[0], bad]);
            assert!(refused.is_err(), "{number}");
            assert_eq!((events(&db), follow(&db, None).unwrap()), (read, held), "{number}");
            assert_eq!(schema::version(&db, 1).unwrap(), 1, "{number}");
            assert_eq!(schema::first_altered(&db, &[]).unwrap(), None, "{number}");
            assert_eq!(copies(&folder), ["journal.db.format-1"], "{number}");
            to_newest(&mut db, &path, &STEPS).unwrap();
            assert_eq!(
                copies(&folder),
                ["journal.db.format-1", "journal.db.format-1-1"],
                "nothing overwritten"
            );
        }
    }

    #[test]
    fn a_journal_that_does_not_hold_and_one_from_the_future_are_not_migrated() {
        let (folder, path, mut db) = first();
        db.execute_batch("DROP TRIGGER events_never_changed; UPDATE events SET actor = 'eve' WHERE seq = 2")
            .unwrap();
        let refused = to_newest(&mut db, &path, &STEPS).map_err(|fault| fault.to_string());
        assert!(
            refused.is_err_and(|why| why.contains("entry 2: its kind, times, names or hashes were changed"))
        );
        db.pragma_update(None, "user_version", 9).unwrap();
        assert!(matches!(to_newest(&mut db, &path, &STEPS), Err(Fault::Newer { found: 9, known: 3 })));
        assert!(copies(&folder).is_empty());
    }

    #[test]
    fn of_two_that_migrate_at_once_one_does_and_the_other_finds_it_done() {
        let (folder, path, db) = first();
        drop(db);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut db = super::super::connect(&path).unwrap();
                    to_newest(&mut db, &path, &STEPS).unwrap();
                });
            }
        });
        let db = Connection::open(&path).unwrap();
        assert_eq!(schema::version(&db, 3).unwrap(), 3);
        assert_eq!(schema::first_altered(&db, &STEPS).unwrap(), None);
        assert_eq!(copies(&folder), ["journal.db.format-1"], "one copy, made by the one");
    }
}
