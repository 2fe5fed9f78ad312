//! Redaction: the text is gone from every file, the chain is not broken.

use std::fs;
use std::path::Path;

use warroom::incident::{EventKind, Ledger};
use warroom::io::journal::{AppendError, Journal, Limits};

use crate::{at, folder, journal_of, note, raw, redact, text};

/// Whether any file of the folder holds these bytes.
fn lies_about(data: &Path, secret: &str) -> bool {
    fs::read_dir(data).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
    })
}

#[test]
fn a_redacted_text_is_gone_from_every_file_while_the_chain_holds() {
    for secret in ["hunter2-in-short".to_owned(), format!("hunter2 {}", "long ".repeat(8_000))] {
        let data = folder();
        let mut journal = journal_of(data.path(), 2);
        journal.append(&note(&secret), at(3)).unwrap();
        assert!(lies_about(data.path(), "hunter2"));
        let said = journal.append(&redact(3), at(4)).unwrap();
        assert!(matches!(said[0].kind, EventKind::Redacted { seq: 3, .. }));
        assert!(!lies_about(data.path(), "hunter2"));
        let verified = journal.verify(None).unwrap();
        assert_eq!((verified.entries, verified.erased), (4, 1));
        assert_eq!(journal.events().unwrap()[2].kind, EventKind::Erased);
        assert_eq!(text(&journal.events().unwrap()[1]), "note 2");
    }
}

/// Pages that were split or packed may keep old copies of a cell.
#[test]
fn no_page_keeps_a_copy_of_a_text_that_was_moved_about() {
    let data = folder();
    let mut journal = Journal::open(data.path()).unwrap();
    let asks: Vec<_> =
        (1..=400).map(|n| note(format!("secret-{n:04} {}", "y".repeat(n * 37 % 900)))).collect();
    for burst in asks.chunks(100) {
        journal.append_all(burst, at(1)).unwrap();
    }
    let erased: Vec<u64> = (1..=400).filter(|n| n % 3 == 0).collect();
    let redactions: Vec<_> = erased.iter().map(|seq| redact(*seq)).collect();
    assert!(journal.append_all(&redactions, at(2)).unwrap().iter().all(Result::is_ok));
    for n in 1..=400 {
        assert_eq!(lies_about(data.path(), &format!("secret-{n:04}")), n % 3 != 0, "{n}");
    }
    assert_eq!(journal.verify(None).unwrap().erased, erased.len() as u64);
}

#[test]
fn every_process_forgets_the_text_and_folds_to_the_same() {
    let data = folder();
    let mut mine = journal_of(data.path(), 3);
    let mut theirs = Journal::open(data.path()).unwrap();
    mine.append(&redact(2), at(4)).unwrap();
    theirs.catch_up().unwrap();
    let reloaded = Ledger::fold(&Journal::open(data.path()).unwrap().events().unwrap());
    assert_eq!(*theirs.ledger(), reloaded);
    assert_eq!(*mine.ledger(), reloaded);
    assert!(!format!("{reloaded:?}").contains("note 2"));
}

#[test]
fn a_reader_in_the_way_only_puts_the_wiping_off() {
    let data = folder();
    let mut journal = journal_of(data.path(), 1);
    journal.append(&note("hunter2"), at(2)).unwrap();
    journal.limit(Limits { patience: std::time::Duration::ZERO, pages: None }).unwrap();
    let reader = raw(data.path());
    reader.execute_batch("BEGIN; SELECT count(*) FROM events").unwrap();
    journal.append(&redact(2), at(3)).unwrap();
    assert!(lies_about(data.path(), "hunter2"), "the reader still needs the old pages");
    reader.execute_batch("COMMIT").unwrap();
    journal.catch_up().unwrap();
    assert!(!lies_about(data.path(), "hunter2"));
}

#[test]
fn a_journal_killed_before_it_wiped_is_wiped_when_it_is_opened() {
    let data = folder();
    let mut journal = journal_of(data.path(), 1);
    journal.append(&note("hunter2"), at(2)).unwrap();
    journal.limit(Limits { patience: std::time::Duration::ZERO, pages: None }).unwrap();
    let reader = raw(data.path());
    reader.execute_batch("BEGIN; SELECT count(*) FROM events").unwrap();
    journal.append(&redact(2), at(3)).unwrap();
    let crashed = folder();
    for file in ["journal.db", "journal.db-wal"] {
        fs::copy(data.path().join(file), crashed.path().join(file)).unwrap();
    }
    assert!(lies_about(crashed.path(), "hunter2"));
    let opened = Journal::open(crashed.path()).unwrap();
    assert!(!lies_about(crashed.path(), "hunter2"));
    assert_eq!(opened.verify(None).unwrap().erased, 1);
}

#[test]
fn what_cannot_be_erased_is_refused_with_the_reason() {
    let data = folder();
    let mut journal = journal_of(data.path(), 1);
    journal.append(&redact(1), at(2)).unwrap();
    for (seq, name) in [(1, "already redacted"), (2, "a redaction"), (3, "itself"), (u64::MAX, "no entry")] {
        let error = journal.append(&redact(seq), at(3)).expect_err(name);
        assert!(matches!(error, AppendError::Refused(_)), "{name}: {error}");
    }
    assert_eq!(journal.verify(None).unwrap().entries, 2);
}
