//! Backup, restore, export: a copy counts only once it is proved.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use sha2::{Digest, Sha256};
use warroom::io::journal::{Existing, Exported, Fault, Journal, VerifyError, restore};

use crate::{at, folder, journal_of, note, redact};

fn fault(error: VerifyError) -> Fault {
    match error {
        VerifyError::Journal(error) => error.fault,
        other => panic!("not a fault: {other}"),
    }
}

#[test]
fn a_restored_backup_is_the_journal_again() {
    let (data, fresh) = (folder(), folder());
    let mut journal = journal_of(data.path(), 30);
    journal.append(&redact(7), at(40)).unwrap();
    let file = data.path().join("backup.db");
    let copied = journal.backup(&file, Existing::Keep).unwrap();
    assert_eq!((copied.entries, copied.erased, copied.head), (31, 1, journal.head_hash()));
    let restored = restore(&file, fresh.path()).unwrap();
    assert_eq!(restored.head, journal.head_hash());
    let mut again = Journal::open(fresh.path()).unwrap();
    assert_eq!(again.events().unwrap(), journal.events().unwrap());
    again.append(&note("goes on"), at(50)).unwrap();
    assert_eq!(again.verify(Some(&restored.head)).unwrap().entries, 32);
    let wal: String =
        crate::raw(fresh.path()).pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(wal, "wal");
}

#[test]
fn a_backup_is_one_private_file() {
    let (data, elsewhere) = (folder(), folder());
    let journal = journal_of(data.path(), 3);
    let file = elsewhere.path().join("backup.db");
    journal.backup(&file, Existing::Keep).unwrap();
    let names: Vec<_> =
        fs::read_dir(elsewhere.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["backup.db"]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_backup_replaces_a_file_only_when_asked_and_never_the_journal() {
    let data = folder();
    let journal = journal_of(data.path(), 3);
    let file = data.path().join("backup.db");
    fs::write(&file, "precious").unwrap();
    assert!(matches!(fault(journal.backup(&file, Existing::Keep).expect_err("taken")), Fault::Exists));
    assert_eq!(fs::read(&file).unwrap(), b"precious");
    journal.backup(&file, Existing::Replace).unwrap();
    assert_eq!(journal.backup(&file, Existing::Replace).unwrap().entries, 3);
    let own = data.path().join("journal.db");
    assert!(matches!(fault(journal.backup(&own, Existing::Replace).expect_err("itself")), Fault::Exists));
    assert_eq!(journal.verify(None).unwrap().entries, 3);
}

#[test]
fn a_broken_journal_is_not_copied_and_a_broken_backup_not_restored() {
    let (data, fresh) = (folder(), folder());
    let journal = journal_of(data.path(), 5);
    let file = data.path().join("backup.db");
    journal.backup(&file, Existing::Keep).unwrap();
    let forged = "DROP TRIGGER events_never_changed; UPDATE events SET actor = 'eve' WHERE seq = 2";
    rusqlite::Connection::open(&file).unwrap().execute_batch(forged).unwrap();
    assert!(matches!(restore(&file, fresh.path()), Err(VerifyError::Broken { .. })));
    assert!(!fresh.path().join("journal.db").exists());
    crate::raw(data.path()).execute_batch(forged).unwrap();
    let second = data.path().join("second.db");
    assert!(matches!(journal.backup(&second, Existing::Keep), Err(VerifyError::Broken { .. })));
    assert!(!second.exists());
}

#[test]
fn a_journal_with_entries_or_in_use_is_not_restored_over() {
    let (data, other) = (folder(), folder());
    let file = data.path().join("backup.db");
    journal_of(data.path(), 2).backup(&file, Existing::Keep).unwrap();
    drop(journal_of(other.path(), 1));
    assert!(matches!(fault(restore(&file, other.path()).expect_err("has entries")), Fault::NotEmpty(1)));
    let in_use = folder();
    let open = Journal::open(in_use.path()).unwrap();
    assert!(matches!(fault(restore(&file, in_use.path()).expect_err("open elsewhere")), Fault::Busy));
    drop(open);
    assert_eq!(restore(&file, in_use.path()).unwrap().entries, 2);
}

#[test]
fn a_backup_that_is_missing_or_foreign_is_told_by_its_name() {
    let data = folder();
    let file = data.path().join("backup.db");
    let missing = restore(&file, data.path()).expect_err("missing");
    assert!(missing.to_string().contains("backup.db"), "{missing}");
    fs::write(&file, "PK\u{3}\u{4}".repeat(300)).unwrap();
    assert!(matches!(fault(restore(&file, data.path()).expect_err("foreign")), Fault::NotOurs));
}

#[test]
fn an_export_can_be_verified_without_this_program() {
    let data = folder();
    let mut journal = journal_of(data.path(), 2);
    journal.append(&note("rtl \u{202e} bell \u{7} del \u{7f} tag \u{e0041} nul \0"), at(3)).unwrap();
    journal.append(&redact(1), at(4)).unwrap();
    let mut out = Vec::new();
    let Exported { head, lost, cut_at } = journal.export(&mut out).unwrap();
    assert!(lost.is_empty() && cut_at.is_none());
    let out = String::from_utf8(out).unwrap();
    assert!(!warroom::text::safe::deceives(&out));
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!((&lines[0]["data"], &lines[0]["payload"]), (&Value::Null, &Value::Null));
    assert_eq!(lines[2]["data"]["text"], "rtl \u{202e} bell \u{7} del \u{7f} tag \u{e0041} nul \0");
    let mut prev = "0".repeat(64);
    for line in &lines {
        assert_eq!(line["prev"], prev);
        if let (Some(salt), Some(payload)) = (line["salt"].as_str(), line["payload"].as_str()) {
            assert_eq!(line["digest"], hex(&sha256(&[unhex(salt), payload.into()])));
        }
        prev = hex(&chained(line));
        assert_eq!(line["hash"], prev);
    }
    assert_eq!(head, prev);
    assert_eq!(head, journal.head_hash());
}

/// The chain as its documentation tells it, written a second time.
fn chained(line: &Value) -> Vec<u8> {
    let own = |name: &str| unhex(line[name].as_str().unwrap());
    let mut parts = vec![b"warroom.event.1".to_vec(), own("prev")];
    parts.push(line["seq"].as_u64().unwrap().to_be_bytes().to_vec());
    for name in ["incident", "kind", "happened_at", "recorded_at", "actor", "origin", "dedupe"] {
        parts.push(line[name].as_str().map_or(vec![0], |text| {
            [&[1], (text.len() as u64).to_be_bytes().as_slice(), text.as_bytes()].concat()
        }));
    }
    parts.push(own("digest"));
    sha256(&parts)
}

fn sha256(parts: &[Vec<u8>]) -> Vec<u8> {
    Sha256::digest(parts.concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
