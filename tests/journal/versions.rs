//! Formats of the journal: what an older version wrote is read for ever, what a newer one wrote is left alone.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use warroom::incident::{EventKind, Ledger};
use warroom::io::journal::{Existing, Fault, Journal};

use crate::{at, folder, journal_of, note, raw};

/// Written by the first version, and never again: a journal, and what it exported.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/journal").join(name)
}

#[test]
fn a_journal_of_the_first_format_reads_verifies_and_goes_on_as_it_was() {
    let data = folder();
    fs::copy(fixture("format-1.db"), data.path().join("journal.db")).unwrap();
    let exported = fs::read_to_string(fixture("format-1.jsonl")).unwrap();
    let last: Value = serde_json::from_str(exported.lines().last().unwrap()).unwrap();
    let mut journal = Journal::open(data.path()).unwrap();
    assert_eq!(Value::from(journal.head_hash()), last["hash"]);
    let verified = journal.verify(Some(&journal.head_hash())).unwrap();
    assert_eq!((verified.entries, verified.erased), (30, 1));
    let mut out = Vec::new();
    journal.export(&mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), exported);
    let incident = journal.ledger().incident("inc-2026-1121-checkout-answers-502").unwrap();
    assert_eq!((incident.commander(), incident.closed_at.is_some()), (Some("ana"), true));
    assert_eq!(*journal.ledger(), Ledger::fold(&journal.events().unwrap()));
    let unknown = |kind: &EventKind| matches!(kind, EventKind::Unknown { kind, .. } if kind == "moon_phase");
    assert_eq!(journal.ledger().loose.iter().filter(|event| unknown(&event.kind)).count(), 1);
    assert_eq!(journal.append(&note("goes on"), at(9_999_999)).unwrap()[0].seq, 31);
    assert_eq!(journal.verify(Some(&verified.head)).unwrap().entries, 31);
}

#[test]
fn a_journal_from_a_newer_version_is_neither_read_nor_written_nor_touched() {
    let (data, elsewhere) = (folder(), folder());
    journal_of(data.path(), 3).backup(&elsewhere.path().join("copy"), Existing::Keep).unwrap();
    raw(data.path()).pragma_update(None, "user_version", 2).unwrap();
    let file = data.path().join("journal.db");
    let before = fs::read(&file).unwrap();
    let opened = [Journal::open(data.path()).map(drop), Journal::open_read_only(data.path()).map(drop)];
    let exported = Journal::export_at(data.path(), &mut Vec::new()).map_err(|error| error.to_string());
    let verified = Journal::verify_at(data.path(), None).map_err(|error| error.to_string());
    for refused in opened {
        assert!(matches!(refused.expect_err("newer").fault, Fault::Newer { found: 2, known: 1 }));
    }
    for refused in [exported.map(drop), verified.map(drop)] {
        assert!(refused.expect_err("newer").contains("use the newer warroom that wrote it"));
    }
    assert_eq!(fs::read(&file).unwrap(), before);
}
