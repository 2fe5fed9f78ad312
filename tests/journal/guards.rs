//! What the file itself refuses, whoever opens it; what opening refuses; who may read it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rusqlite::Connection;
use warroom::io::journal::{Fault, Journal, JournalError};

use crate::{Deed, folder, journal_of, raw};

const FORGED: &str = "kind, recorded_at, actor, origin, digest, prev, hash";

#[test]
fn any_program_is_refused_to_change_what_is_written() {
    let after = "zeroblob(32), (SELECT hash FROM events WHERE seq = 3), zeroblob(32)";
    let columns = format!("'noted', '2026-11-21T00:00:00.000Z', 'eve', 'human', {after}");
    let attempts = [
        ("update of an entry", "UPDATE events SET actor = 'eve' WHERE seq = 2".to_owned()),
        ("update that replaces", "UPDATE OR REPLACE events SET seq = 1 WHERE seq = 2".to_owned()),
        ("delete of an entry", "DELETE FROM events WHERE seq = 3".to_owned()),
        ("delete of all", "DELETE FROM events".to_owned()),
        ("replace of an entry", format!("REPLACE INTO events (seq, {FORGED}) VALUES (2, {columns})")),
        ("insert with a gap", format!("INSERT INTO events (seq, {FORGED}) VALUES (9, {columns})")),
        ("insert without a number", format!("INSERT INTO events ({FORGED}) VALUES ({columns})")),
        (
            "insert that follows nothing",
            format!(
                "INSERT INTO events (seq, {FORGED}) VALUES (4, {})",
                columns.replace("SELECT hash", "SELECT prev")
            ),
        ),
        (
            "replace through a dedupe key",
            format!("REPLACE INTO events (seq, dedupe, {FORGED}) VALUES (4, 'once', {columns})"),
        ),
        ("change of a payload", "UPDATE payloads SET body = 'x' WHERE seq = 1".to_owned()),
        ("change of a salt", "UPDATE payloads SET salt = zeroblob(16) WHERE seq = 1".to_owned()),
        (
            "erasure without a redaction",
            "UPDATE payloads SET salt = NULL, body = NULL WHERE seq = 1".to_owned(),
        ),
        ("delete of a payload", "DELETE FROM payloads WHERE seq = 1".to_owned()),
        ("replace of a payload", "REPLACE INTO payloads VALUES (1, zeroblob(16), 'x')".to_owned()),
        ("replace of the newest payload", "REPLACE INTO payloads VALUES (3, zeroblob(16), 'x')".to_owned()),
    ];
    for recursive in ["OFF", "ON"] {
        let data = folder();
        let mut journal = journal_of(data.path(), 2);
        journal.append(&crate::said_once("once", "third"), crate::at(3)).unwrap();
        let before = journal.events().unwrap();
        let other = raw(data.path());
        other.execute_batch(&format!("PRAGMA recursive_triggers = {recursive}")).unwrap();
        for (name, sql) in &attempts {
            let refused = other.execute(sql, []).expect_err(name).to_string();
            assert!(refused.contains("journal: "), "{name}: {refused}");
        }
        assert_eq!(journal.events().unwrap(), before);
        assert_eq!(journal.verify(None).unwrap().entries, 3);
    }
}

#[test]
fn a_payload_is_erased_once_and_only_by_the_redaction_that_names_it() {
    let data = folder();
    let mut journal = journal_of(data.path(), 3);
    journal.append(&crate::redact(2), crate::at(4)).unwrap();
    let other = raw(data.path());
    for sql in [
        "UPDATE payloads SET salt = NULL, body = NULL WHERE seq = 1",
        "UPDATE payloads SET salt = NULL, body = NULL WHERE seq = 4",
        "UPDATE payloads SET salt = zeroblob(16), body = 'back' WHERE seq = 2",
    ] {
        assert!(other.execute(sql, []).is_err(), "{sql}");
    }
    assert_eq!(journal.verify(None).unwrap().erased, 1);
}

fn fault(opened: Result<Journal, JournalError>) -> Fault {
    opened.expect_err("must be refused").fault
}

#[test]
fn a_file_that_is_not_ours_is_refused_and_left_alone() {
    let foreign: [(&str, Deed); 3] = [
        ("text", |file| {
            fs::write(file, "not a database, and long enough to be looked at".repeat(9)).unwrap();
        }),
        ("empty", |file| fs::write(file, "").unwrap()),
        ("another program's", |file| {
            Connection::open(file).unwrap().execute_batch("CREATE TABLE t (a)").unwrap();
        }),
    ];
    for (name, make) in foreign {
        let data = folder();
        let file = data.path().join("journal.db");
        make(&file);
        let before = fs::read(&file).unwrap();
        assert!(matches!(fault(Journal::open(data.path())), Fault::NotOurs), "{name}");
        assert!(matches!(fault(Journal::open_read_only(data.path())), Fault::NotOurs), "{name}");
        assert_eq!(fs::read(&file).unwrap(), before, "{name}");
    }
}

#[test]
fn a_newer_format_is_refused_with_both_numbers() {
    let data = folder();
    drop(journal_of(data.path(), 1));
    raw(data.path()).pragma_update(None, "user_version", 7).unwrap();
    let error = Journal::open(data.path()).expect_err("must be refused");
    assert!(matches!(error.fault, Fault::Newer { found: 7, known: 1 }));
    let file = data.path().join("journal.db");
    assert_eq!(
        error.to_string(),
        format!(
            "journal: {}: is of format 7, this warroom knows 1 (use the newer warroom that wrote it)",
            file.display()
        )
    );
}

#[test]
fn reading_where_there_is_no_journal_says_so_and_makes_none() {
    let data = folder();
    let inside = data.path().join("none");
    assert!(matches!(fault(Journal::open_read_only(&inside)), Fault::Missing));
    assert!(!inside.exists());
}

#[test]
fn a_read_only_journal_shows_everything_and_takes_nothing() {
    let data = folder();
    let writer = journal_of(data.path(), 2);
    let mut reader = Journal::open_read_only(data.path()).unwrap();
    assert_eq!(reader.head_hash(), writer.head_hash());
    let refused = reader.append(&crate::note("no"), crate::at(9)).expect_err("must be refused");
    assert!(!refused.is_passing(), "{refused}");
    assert_eq!(reader.verify(None).unwrap().entries, 2);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_owner_may_read_the_folder_and_its_files() {
    let parent = folder();
    let data = parent.path().join("state").join("warroom");
    let journal = journal_of(&data, 1);
    assert_eq!(mode(&data), 0o700);
    assert_eq!(mode(data.parent().unwrap()), 0o700);
    let files: Vec<_> = fs::read_dir(&data).unwrap().map(|file| file.unwrap().path()).collect();
    let names: Vec<_> = files.iter().filter_map(|file| file.file_name()?.to_str()).collect();
    for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert_eq!(files.len(), 3, "a leftover: {names:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600));
    drop(journal);
}

#[test]
fn a_journal_that_others_could_read_is_theirs_no_more_once_opened() {
    let data = folder();
    drop(journal_of(data.path(), 1));
    let file = data.path().join("journal.db");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    drop(Journal::open(data.path()).unwrap());
    assert_eq!(mode(&file), 0o600);
}

#[test]
fn a_folder_that_was_there_keeps_its_mode() {
    let data = folder();
    fs::set_permissions(data.path(), fs::Permissions::from_mode(0o755)).unwrap();
    drop(journal_of(data.path(), 1));
    assert_eq!(mode(data.path()), 0o755);
}

#[test]
fn odd_folder_names_are_names_and_not_addresses() {
    let parent = folder();
    for name in ["file:x?mode=memory", "100%25 #1", "späte schicht"] {
        let data = parent.path().join(name);
        let journal = journal_of(&data, 1);
        assert!(data.join("journal.db").exists(), "{name}");
        assert_eq!(Journal::open_read_only(&data).unwrap().head_hash(), journal.head_hash(), "{name}");
    }
}
