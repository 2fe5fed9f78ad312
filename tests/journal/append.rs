//! Appends: what they store, what they refuse, and what a failing disk or a lock costs (nothing).

use std::time::Duration;

use warroom::incident::intent::RefusalKind;
use warroom::incident::{Ask, EventKind, Intent, Ledger};
use warroom::io::journal::{AppendError, Fault, Journal, Limits};
use warroom::text::Time;

use crate::{Deed, at, folder, journal_of, note, noted, raw, said_once, text};

fn refused(error: AppendError) -> RefusalKind {
    match error {
        AppendError::Refused(refusal) => refusal.kind,
        AppendError::Journal(error) => panic!("not a refusal: {error}"),
    }
}

fn impatient() -> Limits {
    Limits { patience: Duration::ZERO, pages: None }
}

#[test]
fn what_an_append_returns_is_what_a_reload_reads() {
    let data = folder();
    let mut journal = Journal::open(data.path()).unwrap();
    let half = at(1) + chrono::TimeDelta::nanoseconds(1_234_567);
    let mut told = journal.append(&note("a").at(half), half).unwrap();
    told.extend(journal.append(&note("b"), at(5)).unwrap());
    let again = Journal::open(data.path()).unwrap();
    assert_eq!(again.events().unwrap(), told);
    assert_eq!(again.ledger(), journal.ledger());
    assert_eq!(again.head_hash(), journal.head_hash());
    assert_eq!(told[0].recorded_at, at(1) + chrono::TimeDelta::milliseconds(1));
}

#[test]
fn an_ask_is_judged_on_what_others_have_committed() {
    let data = folder();
    let mut one = Journal::open(data.path()).unwrap();
    let mut two = Journal::open(data.path()).unwrap();
    one.append(&note("first"), at(1)).unwrap();
    let second = two.append(&note("second"), at(2)).unwrap();
    assert_eq!(second[0].seq, 2);
    assert_eq!(two.ledger().head, 2);
    assert_eq!(*two.ledger(), Ledger::fold(&two.events().unwrap()));
}

#[test]
fn the_recorded_time_never_runs_backwards() {
    let data = folder();
    let mut journal = journal_of(data.path(), 3);
    let early = journal.append(&note("the clock was set back"), at(1)).unwrap();
    assert_eq!(early[0].recorded_at, at(3));
    let later = Journal::open(data.path()).unwrap().append(&note("and again"), at(2)).unwrap();
    assert_eq!(later[0].recorded_at, at(3));
}

#[test]
fn a_dedupe_key_is_said_once_from_whichever_connection() {
    let data = folder();
    let mut one = Journal::open(data.path()).unwrap();
    let mut two = Journal::open(data.path()).unwrap();
    one.append(&said_once("tier/checkout/page/17", "fires"), at(1)).unwrap();
    for journal in [&mut one, &mut two] {
        let again = journal.append(&said_once("tier/checkout/page/17", "fires"), at(2));
        assert_eq!(refused(again.expect_err("said before")), RefusalKind::AlreadySaid);
    }
    assert_eq!(one.events().unwrap().len(), 1);
}

#[test]
fn a_burst_is_one_commit_and_a_refused_ask_costs_only_itself() {
    let data = folder();
    let mut journal = Journal::open(data.path()).unwrap();
    let strike = |seq| Ask::new("ana", Intent::Strike { seq, reason: "wrong".to_owned() });
    let asks = [said_once("k", "a"), said_once("k", "a again"), strike(99), note("b"), strike(2)];
    let answers = journal.append_all(&asks, at(1)).unwrap();
    let kinds: Vec<_> = answers.iter().map(|answer| answer.as_ref().err().map(|no| no.kind)).collect();
    assert_eq!(kinds, [None, Some(RefusalKind::AlreadySaid), Some(RefusalKind::Unknown), None, None]);
    let stored = Journal::open(data.path()).unwrap();
    assert_eq!(stored.events().unwrap().len(), 3);
    assert_eq!(stored.ledger(), journal.ledger());
}

#[test]
fn an_erased_entry_cannot_be_recorded() {
    let data = folder();
    let mut journal = Journal::open(data.path()).unwrap();
    let ask = Ask::new("eve", Intent::Record { kind: EventKind::Erased, dedupe: None });
    let refusal = journal.append(&ask, at(1)).expect_err("must be refused");
    assert_eq!(refused(refusal), RefusalKind::NotAllowed);
    assert!(journal.events().unwrap().is_empty());
}

#[test]
fn while_another_process_writes_the_entry_waits_and_then_goes_in() {
    let data = folder();
    let mut journal = journal_of(data.path(), 1);
    journal.limit(impatient()).unwrap();
    let other = raw(data.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = journal.append(&note("unsaved"), at(2)).expect_err("locked");
    assert!(error.is_passing(), "{error}");
    assert!(error.to_string().ends_with("another process is writing to it (try again in a moment)"));
    assert_eq!(journal.ledger().head, 1);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(journal.append(&note("unsaved"), at(2)).unwrap()[0].seq, 2);
}

#[test]
fn a_full_disk_loses_no_entry_and_the_same_ask_goes_in_once_there_is_room() {
    let data = folder();
    let mut journal = journal_of(data.path(), 1);
    journal.limit(Limits { pages: Some(12), ..Limits::default() }).unwrap();
    let long = |n: usize| note(format!("{n} {}", "x".repeat(2_000)));
    let (full, error) = (2..100)
        .find_map(|n| journal.append(&long(n), at(2)).err().map(|error| (n, error)))
        .expect("the disk fills up");
    assert!(error.is_passing(), "{error}");
    assert!(matches!(&error, AppendError::Journal(error) if matches!(error.fault, Fault::Full)), "{error}");
    assert_eq!(journal.verify(None).unwrap().entries, journal.ledger().head);
    assert_eq!(journal.ledger().head, full as u64 - 1);
    journal.limit(Limits::default()).unwrap();
    let saved = journal.append(&long(full), at(3)).unwrap();
    assert_eq!(saved[0].seq, full as u64);
    assert_eq!(journal.verify(None).unwrap().entries, full as u64);
}

#[test]
fn a_burst_that_meets_a_full_disk_leaves_nothing_half_written() {
    let data = folder();
    let mut journal = journal_of(data.path(), 1);
    let before = journal.head_hash();
    journal.limit(Limits { pages: Some(12), ..Limits::default() }).unwrap();
    let asks: Vec<Ask> = (0..40).map(|n| note(format!("{n} {}", "x".repeat(2_000)))).collect();
    assert!(journal.append_all(&asks, at(2)).expect_err("full").is_passing());
    assert_eq!((journal.head_hash(), journal.ledger().head), (before, 1));
    assert_eq!(*journal.ledger(), Ledger::fold(&journal.events().unwrap()), "nothing of it was folded");
    journal.limit(Limits::default()).unwrap();
    assert_eq!(journal.append_all(&asks, at(2)).unwrap().len(), 40);
    assert_eq!(journal.verify(None).unwrap().entries, 41);
}

#[test]
fn an_entry_never_goes_into_a_file_that_lost_its_name() {
    let changes: [(&str, Deed); 2] = [
        ("removed", |data| std::fs::remove_file(data.join("journal.db")).unwrap()),
        ("replaced", |data| {
            std::fs::rename(data.join("journal.db"), data.join("old.db")).unwrap();
            std::fs::write(data.join("journal.db"), "something else").unwrap();
        }),
    ];
    for (name, change) in changes {
        let data = folder();
        let mut journal = journal_of(data.path(), 1);
        change(data.path());
        let error = journal.append(&note("lost"), at(2)).expect_err(name);
        assert!(
            matches!(&error, AppendError::Journal(error) if matches!(error.fault, Fault::Moved)),
            "{error}"
        );
        assert!(!error.is_passing());
    }
}

#[test]
fn what_others_append_is_noticed_and_handed_out_once_in_order() {
    let data = folder();
    let mut mine = journal_of(data.path(), 1);
    let mut theirs = Journal::open(data.path()).unwrap();
    assert_eq!(mine.catch_up().unwrap().len(), 1);
    assert!(!mine.changed());
    theirs.append(&note("theirs"), at(2)).unwrap();
    assert!(mine.changed());
    mine.append(&note("mine"), at(3)).unwrap();
    assert!(mine.changed());
    let caught = mine.catch_up().unwrap();
    assert_eq!(caught.iter().map(text).collect::<Vec<_>>(), ["theirs", "mine"]);
    assert!(!mine.changed());
    assert!(mine.catch_up().unwrap().is_empty());
}

#[test]
fn a_copy_of_the_ledger_follows_by_what_catching_up_hands_out() {
    let data = folder();
    let mut mine = journal_of(data.path(), 2);
    let mut copy = Journal::open(data.path()).unwrap().ledger().clone();
    mine.catch_up().unwrap();
    Journal::open(data.path()).unwrap().append(&note("theirs"), at(4)).unwrap();
    mine.append(&note("mine"), at(5)).unwrap();
    mine.catch_up().unwrap().iter().for_each(|event| copy.apply(event));
    assert_eq!(copy, *mine.ledger());
}

#[test]
fn a_kind_of_a_newer_version_survives_the_store() {
    let data = folder();
    let mut journal = Journal::open(data.path()).unwrap();
    let kind = EventKind::Unknown { kind: "teleported".into(), data: serde_json::json!({"to": [1, null]}) };
    let ask = Ask::new("ana", Intent::Record { kind: kind.clone(), dedupe: None });
    journal.append(&ask, at(1)).unwrap();
    assert_eq!(Journal::open(data.path()).unwrap().events().unwrap()[0].kind, kind);
}

#[test]
fn times_beyond_the_calendar_of_four_digits_are_kept() {
    let data = folder();
    let mut journal = Journal::open(data.path()).unwrap();
    for (happened, name) in [(Time::MIN_UTC, "first"), (Time::UNIX_EPOCH, "epoch"), (Time::MAX_UTC, "last")] {
        let ask = Ask::new("ana", Intent::Record { kind: noted(name), dedupe: None }).at(happened);
        let stored = journal.append(&ask, at(1)).unwrap();
        assert_eq!(stored[0].happened_at.map(|at| at.timestamp_millis()), Some(happened.timestamp_millis()));
    }
    assert_eq!(Journal::open(data.path()).unwrap().events().unwrap().len(), 3);
}

#[test]
fn an_incident_and_its_entries_are_the_same_after_a_restart() {
    let data = folder();
    let mut journal = Journal::open(data.path()).unwrap();
    let declare = Intent::Declare {
        title: "Checkout answers 502".to_owned(),
        severity: warroom::incident::Severity::Sev1,
        services: vec!["checkout".to_owned()],
        ic: Some("ana".to_owned()),
        drill: false,
        private: false,
        found: None,
    };
    let declared = journal.append(&Ask::new("ana", declare), at(1)).unwrap();
    let id = declared[0].incident.clone().expect("an id");
    let resolved = journal.append(&Ask::new("ana", Intent::Resolve).about(&id), at(60)).unwrap();
    assert_eq!(resolved[0].incident.as_ref(), Some(&id));
    drop(journal);
    let again = Journal::open_read_only(data.path()).unwrap();
    let incident = again.ledger().incident(&id).expect("still there");
    assert_eq!((incident.commander(), incident.resolved_at), (Some("ana"), Some(at(60))));
    assert_eq!(again.events().unwrap()[..declared.len()], declared);
}
