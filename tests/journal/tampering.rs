//! Every way to falsify a journal behind its guards, and the entry that verifying names.

use rusqlite::Connection;
use warroom::io::journal::{Breach, Journal, Verified, VerifyError};

use crate::{folder, journal_of, raw, redact};

const GUARDS: [&str; 6] = [
    "events_only_appended",
    "events_never_changed",
    "events_never_deleted",
    "payloads_only_appended",
    "payloads_only_erased",
    "payloads_never_deleted",
];

/// Opens the file without its guards; puts them back when done, as a careful forger would.
fn forge(db: &Connection, sql: &str) {
    let guards: Vec<String> = GUARDS
        .iter()
        .map(|name| {
            db.query_row("SELECT sql FROM sqlite_schema WHERE name = ?1", [name], |row| row.get(0)).unwrap()
        })
        .collect();
    db.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
    for guard in GUARDS {
        db.execute_batch(&format!("DROP TRIGGER {guard}")).unwrap();
    }
    db.execute_batch(sql).unwrap();
    db.execute_batch(&guards.join(";")).unwrap();
}

fn breach(verified: Result<Verified, VerifyError>) -> Breach {
    match verified {
        Err(VerifyError::Broken { breach, .. }) => breach,
        other => panic!("not a breach: {other:?}"),
    }
}

/// Entries 3 and 4 change places.
const SWAP: &str = "CREATE TEMP TABLE t AS SELECT * FROM events WHERE seq IN (3, 4);
    DELETE FROM events WHERE seq IN (3, 4);
    UPDATE temp.t SET seq = 7 - seq;
    INSERT INTO events SELECT * FROM temp.t ORDER BY seq";

/// Forges a journal of five entries in each of these ways, and asks what verifying finds.
fn each_is_found(cases: &[(&str, &str, Breach)]) {
    for (name, sql, expected) in cases {
        let data = folder();
        let journal = journal_of(data.path(), 5);
        assert_eq!(journal.verify(None).unwrap().entries, 5);
        forge(&raw(data.path()), sql);
        assert_eq!(breach(journal.verify(None)), *expected, "{name}");
        drop(journal);
        assert_eq!(breach(Journal::verify_at(data.path(), None)), *expected, "{name}, opened anew");
    }
}

#[test]
fn a_changed_column_is_found_at_its_entry() {
    each_is_found(&[
        ("an actor changed", "UPDATE events SET actor = 'eve' WHERE seq = 2", Breach::Changed(2)),
        ("a kind changed", "UPDATE events SET kind = 'resolved' WHERE seq = 2", Breach::Changed(2)),
        ("an origin changed", "UPDATE events SET origin = 'system' WHERE seq = 5", Breach::Changed(5)),
        (
            "a time changed",
            "UPDATE events SET recorded_at = '2026-01-01T00:00:00.000Z' WHERE seq = 1",
            Breach::Changed(1),
        ),
        ("a happening forgotten", "UPDATE events SET happened_at = NULL WHERE seq = 1", Breach::Changed(1)),
        ("an incident given", "UPDATE events SET incident = 'inc-x' WHERE seq = 5", Breach::Changed(5)),
        ("a key given", "UPDATE events SET dedupe = 'k' WHERE seq = 4", Breach::Changed(4)),
        ("a digest changed", "UPDATE events SET digest = zeroblob(32) WHERE seq = 4", Breach::Changed(4)),
        ("a hash changed", "UPDATE events SET hash = zeroblob(32) WHERE seq = 4", Breach::Changed(4)),
        ("the last hash changed", "UPDATE events SET hash = zeroblob(32) WHERE seq = 5", Breach::Changed(5)),
        (
            "no text any more",
            "UPDATE events SET actor = CAST(x'ff' AS TEXT) WHERE seq = 3",
            Breach::Unreadable(3),
        ),
        ("no hash any more", "UPDATE events SET hash = x'00' WHERE seq = 3", Breach::Unreadable(3)),
    ]);
}

#[test]
fn a_changed_or_erased_text_is_found_at_its_entry() {
    each_is_found(&[
        (
            "a text changed",
            "UPDATE payloads SET body = replace(body, 'note', 'NOTE') WHERE seq = 3",
            Breach::PayloadChanged(3),
        ),
        (
            "a salt changed",
            "UPDATE payloads SET salt = zeroblob(16) WHERE seq = 3",
            Breach::PayloadChanged(3),
        ),
        (
            "a text erased in silence",
            "UPDATE payloads SET salt = NULL, body = NULL WHERE seq = 2",
            Breach::Erased(2),
        ),
        ("a payload taken out", "DELETE FROM payloads WHERE seq = 2", Breach::Erased(2)),
        ("half a payload", "UPDATE payloads SET salt = NULL WHERE seq = 2", Breach::Unreadable(2)),
    ]);
}

#[test]
fn entries_taken_out_moved_or_cut_are_found_at_the_first_one() {
    each_is_found(&[
        ("a link changed", "UPDATE events SET prev = zeroblob(32) WHERE seq = 4", Breach::Unchained(4)),
        (
            "an entry taken out",
            "DELETE FROM payloads WHERE seq = 3; DELETE FROM events WHERE seq = 3",
            Breach::Missing(3),
        ),
        (
            "the first taken out",
            "DELETE FROM payloads WHERE seq = 1; DELETE FROM events WHERE seq = 1",
            Breach::Missing(1),
        ),
        ("two swapped", SWAP, Breach::Unchained(3)),
        ("a number changed", "UPDATE events SET seq = 9 WHERE seq = 5", Breach::Missing(5)),
        ("the tail cut, its text forgotten", "DELETE FROM events WHERE seq = 5", Breach::Stray(5)),
        (
            "a trigger of their own",
            "CREATE TRIGGER extra AFTER INSERT ON events BEGIN SELECT 1; END",
            Breach::Guard("extra".into()),
        ),
    ]);
}

#[test]
fn a_missing_guard_is_told_by_its_name() {
    for guard in GUARDS {
        let data = folder();
        let journal = journal_of(data.path(), 1);
        raw(data.path()).execute_batch(&format!("DROP TRIGGER {guard}")).unwrap();
        assert_eq!(breach(journal.verify(None)), Breach::Guard(guard.into()));
    }
}

#[test]
fn a_cut_tail_is_found_by_the_head_noted_before() {
    let data = folder();
    let journal = journal_of(data.path(), 5);
    let head = journal.verify(None).unwrap().head;
    assert_eq!(head, journal.head_hash());
    forge(&raw(data.path()), "DELETE FROM payloads WHERE seq > 3; DELETE FROM events WHERE seq > 3");
    assert_eq!(journal.verify(None).unwrap().entries, 3, "a cut tail alone leaves a sound chain");
    let found = breach(journal.verify(Some(&head)));
    assert_eq!(found, Breach::Cut(4, head));
    assert_eq!(found.seq(), Some(4));
}

#[test]
fn a_head_noted_before_more_was_written_still_holds() {
    let data = folder();
    let mut journal = journal_of(data.path(), 2);
    let empty = "0".repeat(64);
    let head = journal.head_hash().to_uppercase();
    journal.append(&crate::note("more"), crate::at(9)).unwrap();
    for known in [&head, &empty] {
        assert_eq!(journal.verify(Some(known)).unwrap().entries, 3);
    }
}

#[test]
fn a_head_that_is_no_hash_is_told_apart_from_a_broken_journal() {
    let data = folder();
    let refused = journal_of(data.path(), 1).verify(Some("deadbeef")).expect_err("no hash");
    assert_eq!(
        refused.to_string(),
        "journal: --head: deadbeef: not a head hash (64 hexadecimal digits, as exports print it)"
    );
}

#[test]
fn an_append_does_not_build_on_a_tail_that_was_cut_under_it() {
    let data = folder();
    let mut journal = journal_of(data.path(), 3);
    forge(&raw(data.path()), "DELETE FROM payloads WHERE seq > 1; DELETE FROM events WHERE seq > 1");
    let error = journal.append(&crate::note("on sand"), crate::at(9)).expect_err("the tail is gone");
    assert!(error.to_string().contains("it ends at entry 1, and there were 3 a moment ago"), "{error}");
}

#[test]
fn a_forged_erasure_is_not_covered_by_a_redaction_of_another_entry() {
    let data = folder();
    let mut journal = journal_of(data.path(), 3);
    journal.append(&redact(1), crate::at(4)).unwrap();
    forge(&raw(data.path()), "UPDATE payloads SET salt = NULL, body = NULL WHERE seq = 2");
    assert_eq!(breach(journal.verify(None)), Breach::Erased(2));
}

#[test]
fn damaged_pages_are_an_error_with_a_way_out_and_never_a_panic() {
    let data = folder();
    drop(journal_of(data.path(), 50));
    let file = data.path().join("journal.db");
    let sound = std::fs::read(&file).unwrap();
    for page in 1..sound.len() / 4096 {
        let mut bytes = sound.clone();
        bytes[page * 4096..][..512].fill(0xa5);
        std::fs::write(&file, &bytes).unwrap();
        let told = match Journal::open(data.path()) {
            Ok(journal) => journal.verify(None).expect_err("damaged").to_string(),
            Err(error) => error.to_string(),
        };
        assert!(told.ends_with(')'), "page {page}: {told}");
    }
}
