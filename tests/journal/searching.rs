//! Searching: what is found and in which order, an index that is only ever a copy, words that are no syntax.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;
use warroom::incident::event::Fields;
use warroom::incident::search::{Found, Order, Query};
use warroom::incident::timeline::Filter;
use warroom::incident::{Ask, Intent};
use warroom::io::journal::{Existing, Fault as JournalFault, Journal, restore};
use warroom::io::search::{Fault, Search};

use crate::declaring::declare;
use crate::{Deed, at, folder, journal_of, note, redact};

fn query(words: &str) -> Query {
    Query { wanted: Filter::parse(words), limit: 50, ..Query::default() }
}

fn find(data: &Path, words: &str) -> Found {
    Search::new(data).find(&query(words)).unwrap()
}

/// The numbers of what was found by the index on the disk.
fn seqs(data: &Path, words: &str) -> Vec<u64> {
    let found = find(data, words);
    assert_eq!(found.without_index, None, "{words:?}");
    numbers(&found)
}

fn numbers(found: &Found) -> Vec<u64> {
    found.hits.iter().map(|hit| hit.entry.event.seq).collect()
}

/// Whether any file of the folder but the journal's holds these bytes.
fn lies_about(data: &Path, secret: &str) -> bool {
    fs::read_dir(data).unwrap().any(|file| {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
    })
}

/// Entries 1 to 6: an incident of checkout, its commander, three notes in it, a note beside it.
fn scene(data: &Path) -> Journal {
    let mut journal = Journal::open(data).unwrap();
    let said = journal.append(&Ask::new("ana", declare("Checkout is down", "payments")), at(1)).unwrap();
    let id = said[0].incident.clone().unwrap();
    for (second, text) in [(2, "pool exhausted #db"), (3, "Café: retry-storm \"seen\""), (4, "rolled back")]
    {
        journal.append(&note(text).about(&id), at(second)).unwrap();
    }
    journal.append(&note("the pool of another day"), at(5)).unwrap();
    journal
}

#[test]
fn every_word_is_wanted_the_newest_comes_first_and_the_last_may_be_unfinished() {
    let data = folder();
    let journal = scene(data.path());
    assert_eq!(journal.ledger().head, 6, "declared, commander, three notes, one beside it");
    let table: &[(&str, &[u64])] = &[
        ("pool", &[6, 3]),
        ("POOL", &[6, 3]),
        ("pool exhausted", &[3]),
        ("exh", &[3]),
        ("ex", &[]),
        ("exh pool", &[]),
        ("cafe", &[4]),
        ("café", &[4]),
        ("retry-storm", &[4]),
        ("storm-retry", &[]),
        ("\"seen\"", &[4]),
        // Of its incident's title and services, where one word is its own.
        ("payments pool", &[3]),
        ("rolled down", &[5]),
        ("down", &[1]),
        ("ana pool", &[6, 3]),
        ("nowhere", &[]),
        ("!!! pool", &[6, 3]),
    ];
    for (words, wanted) in table {
        assert_eq!(seqs(data.path(), words), *wanted, "{words}");
    }
}

#[test]
fn kinds_people_tags_times_and_incidents_narrow_it_down_exactly() {
    let data = folder();
    let journal = scene(data.path());
    let id = journal.ledger().incidents[0].id.clone();
    assert_eq!(seqs(data.path(), "pool tag:db"), [3]);
    assert_eq!(seqs(data.path(), "pool by:ana"), [6, 3]);
    assert_eq!(seqs(data.path(), "pool by:an"), [0; 0]);
    assert_eq!(seqs(data.path(), "checkout kind:declared"), [1]);
    assert_eq!(seqs(data.path(), "pool kind:observation"), [6, 3]);
    let mut search = Search::new(data.path());
    let inside = Query { incident: Some(id), ..query("pool") };
    assert_eq!(numbers(&search.find(&inside).unwrap()), [3]);
    let nowhere = Query { incident: Some("inc-no".to_owned()), ..query("pool") };
    assert_eq!(search.find(&nowhere).unwrap(), Found::default());
    assert_eq!(numbers(&search.find(&Query { since: Some(at(4)), ..query("pool") }).unwrap()), [6]);
    let one = search.find(&Query { limit: 1, ..query("pool") }).unwrap();
    assert_eq!((numbers(&one), one.more), (vec![6], true));
}

#[test]
fn a_rare_word_and_the_beginning_of_a_common_one_find_what_they_would_among_few() {
    let data = folder();
    let mut journal = scene(data.path());
    let id = journal.ledger().incidents[0].id.clone();
    let texts =
        (0..400).map(|n| if n % 40 == 7 { format!("rare rolling {n}") } else { format!("rolling {n}") });
    for (second, text) in (10..).zip(texts) {
        journal.append(&note(text).about(&id), at(second)).unwrap();
    }
    let rare: Vec<u64> = (0..10).rev().map(|n| 7 + 7 + 40 * n).collect();
    let one = [14];
    let table: [(&str, &[u64]); 7] = [
        ("rare rol", &rare),
        // Its last word is in the title alone, but another is its own.
        ("rare checko", &rare),
        ("rare rolling 7", &one),
        ("rare nowh", &[]),
        ("nowhere rol", &[]),
        ("rare by:ana rol", &rare),
        ("rare by:bob rol", &[]),
    ];
    for (words, wanted) in table {
        assert_eq!(seqs(data.path(), words), wanted, "{words}");
    }
    assert_eq!(seqs(data.path(), "payments rol").len(), 50, "many on both sides");
}

#[test]
fn a_title_that_was_changed_is_found_by_both() {
    let data = folder();
    let mut journal = scene(data.path());
    let id = journal.ledger().incidents[0].id.clone();
    let title = Some("Ledger is slow".to_owned());
    let set = Intent::SetFields(Fields { title, ..Fields::default() });
    journal.append(&Ask::new("ana", set).about(&id), at(7)).unwrap();
    journal.append(&note("pool is larger now").about(&id), at(8)).unwrap();
    assert_eq!(seqs(data.path(), "ledger pool"), [8]);
    assert_eq!(seqs(data.path(), "checkout pool"), [8, 3]);
}

#[test]
fn ranked_the_entry_that_says_more_of_it_comes_first() {
    let data = folder();
    let mut journal = Journal::open(data.path()).unwrap();
    for (second, text) in [
        (1, "deadlock deadlock deadlock"),
        (2, "one deadlock among very many other words that were said on that day"),
        (3, "nothing of the kind"),
    ] {
        journal.append(&note(text), at(second)).unwrap();
    }
    let ranked = Query { order: Order::Ranked, ..query("deadlock") };
    assert_eq!(numbers(&Search::new(data.path()).find(&ranked).unwrap()), [1, 2]);
    assert_eq!(seqs(data.path(), "deadlock"), [2, 1]);
}

#[test]
fn a_hit_says_where_its_words_are_whose_incident_it_is_and_that_it_was_struck() {
    let data = folder();
    let mut journal = scene(data.path());
    journal.append(&Ask::new("ana", Intent::Strike { seq: 4, reason: "no".to_owned() }), at(7)).unwrap();
    journal.append(&Ask::new("bob", Intent::Amend { seq: 3, text: "pool full".to_owned() }), at(8)).unwrap();
    let found = find(data.path(), "storm seen");
    let hit = &found.hits[0];
    let marked: Vec<&str> = hit.marks.iter().map(|mark| &hit.entry.text[mark.clone()]).collect();
    assert_eq!((marked, hit.entry.struck), (vec!["storm", "seen"], true));
    assert_eq!(hit.title.as_deref(), Some("Checkout is down"));
    let object = hit.to_json();
    assert_eq!((&object["seq"], &object["struck"]), (&4.into(), &true.into()));
    // In characters: é is one, though it is two bytes.
    assert_eq!(object["marks"], serde_json::json!([[12, 17], [19, 23]]));
    let amended = &find(data.path(), "full").hits[0];
    assert_eq!(amended.entry.amends, Some(3));
}

#[test]
fn a_redacted_text_leaves_the_file_at_once_and_stays_out() {
    let data = folder();
    let mut journal = journal_of(data.path(), 3);
    journal.append(&note("the token is hunter2secret"), at(4)).unwrap();
    let mut open = Search::new(data.path());
    assert_eq!(numbers(&open.find(&query("hunter2secret")).unwrap()), [4]);
    assert!(lies_about(data.path(), "hunter2secret"));
    journal.append(&redact(4), at(5)).unwrap();
    assert!(!lies_about(data.path(), "hunter2secret"), "before anybody searches again");
    assert_eq!(
        numbers(&open.find(&query("hunter2secret")).unwrap()),
        [0; 0],
        "a search that was open already"
    );
    assert_eq!(seqs(data.path(), "note"), [3, 2, 1]);
    assert!(!lies_about(data.path(), "hunter2secret"));
}

/// As if the process that redacted could not remove the file.
#[test]
fn an_index_that_knows_a_redacted_word_is_made_anew() {
    let data = folder();
    let mut journal = journal_of(data.path(), 2);
    journal.append(&note("hunter2secret"), at(3)).unwrap();
    assert_eq!(seqs(data.path(), "hunter2secret"), [3]);
    let (file, kept) = (data.path().join("search.db"), data.path().join("kept"));
    fs::copy(&file, &kept).unwrap();
    journal.append(&redact(3), at(4)).unwrap();
    fs::rename(&kept, &file).unwrap();
    assert_eq!(seqs(data.path(), "hunter2secret"), [0; 0]);
    assert!(!lies_about(data.path(), "hunter2secret"));
}

#[test]
fn an_index_that_is_broken_old_or_of_another_journal_is_made_anew() {
    let spoil: [(&str, Deed); 5] = [
        ("no database", |file| fs::write(file, "no database at all").unwrap()),
        ("empty", |file| fs::write(file, "").unwrap()),
        ("cut", |file| {
            let bytes = fs::read(file).unwrap();
            fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
        }),
        ("another version", |file| {
            Connection::open(file).unwrap().pragma_update(None, "user_version", 99).unwrap();
        }),
        ("a table is gone", |file| {
            Connection::open(file).unwrap().execute_batch("DROP TABLE struck").unwrap();
        }),
    ];
    for (name, spoil) in spoil {
        let data = folder();
        journal_of(data.path(), 30);
        let good = seqs(data.path(), "note");
        assert_eq!(good.len(), 30, "{name}");
        spoil(&data.path().join("search.db"));
        assert_eq!(seqs(data.path(), "note"), good, "{name}");
        assert_eq!(seqs(data.path(), "note"), good, "{name}: again");
    }
}

#[test]
fn the_index_of_a_journal_that_was_replaced_is_made_anew() {
    let (data, other) = (folder(), folder());
    journal_of(data.path(), 5);
    let copy = other.path().join("copy.db");
    Journal::open(data.path()).unwrap().backup(&copy, Existing::Keep).unwrap();
    let mut journal = Journal::open(data.path()).unwrap();
    journal.append(&note("after the backup"), at(6)).unwrap();
    assert_eq!(seqs(data.path(), "backup"), [6]);
    drop(journal);
    for file in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        let _ = fs::remove_file(data.path().join(file));
    }
    restore(&copy, data.path()).unwrap();
    assert_eq!(seqs(data.path(), "backup"), [0; 0]);
    assert_eq!(seqs(data.path(), "note"), [5, 4, 3, 2, 1]);
}

#[test]
fn a_file_that_another_process_holds_only_costs_time_and_it_is_said() {
    let data = folder();
    let mut journal = journal_of(data.path(), 2);
    assert_eq!(seqs(data.path(), "note"), [2, 1]);
    journal.append(&note("note 3"), at(3)).unwrap();
    let other = Connection::open(data.path().join("search.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let mut search = Search::new(data.path());
    let found = search.find(&query("note")).unwrap();
    assert_eq!(numbers(&found), [3, 2, 1]);
    assert_eq!(found.without_index.as_deref(), Some("another process holds search.db"));
    journal.append(&note("note 4"), at(4)).unwrap();
    assert_eq!(numbers(&search.find(&query("note")).unwrap()), [4, 3, 2, 1]);
    other.execute_batch("ROLLBACK").unwrap();
    let found = search.find(&query("note")).unwrap();
    assert_eq!((numbers(&found), found.without_index), (vec![4, 3, 2, 1], None));
}

#[test]
fn a_file_that_cannot_be_made_only_costs_time_and_no_journal_is_said() {
    let data = folder();
    journal_of(data.path(), 2);
    fs::create_dir(data.path().join("search.db")).unwrap();
    let found = find(data.path(), "note");
    assert_eq!(numbers(&found), [2, 1]);
    assert!(found.without_index.is_some());
    let Err(Fault::Journal(error)) = Search::new(folder().path()).find(&query("note")) else {
        panic!("no journal")
    };
    assert!(matches!(error.fault, JournalFault::Missing));
}

/// The index that grew with the journal and one made at once answer alike.
fn answers_alike(texts: &[String], asked: &[&str]) {
    let data = folder();
    let mut journal = scene(data.path());
    let mut growing = Search::new(data.path());
    for (second, text) in (10..).zip(texts) {
        journal.append(&note(text), at(second)).unwrap();
        growing.find(&query("pool")).unwrap();
    }
    let grown: Vec<Found> = asked.iter().map(|words| growing.find(&query(words)).unwrap()).collect();
    fs::remove_file(data.path().join("search.db")).unwrap();
    let anew: Vec<Found> = asked.iter().map(|words| find(data.path(), words)).collect();
    assert_eq!(grown, anew);
}

#[test]
fn an_index_made_at_once_is_the_one_that_grew() {
    let texts: Vec<String> = (0..40).map(|n| format!("pool {} of node-{}", n % 7, n % 3)).collect();
    answers_alike(&texts, &["pool", "node-2", "pool 3", "nod", "checkout", "of node 1", "tag:db pool"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Operators, quotes, NULs and long words: each is a word or nothing.
    #[test]
    fn no_text_of_a_question_breaks_the_search(
        text in prop_oneof![
            any::<String>(),
            "[a-z\"*:^(){}+\u{0}-]{0,40}",
            Just("AND OR NOT NEAR(a b, 2) ^x {words}: y* \"".to_owned()),
            Just("x".repeat(10_000)),
            Just("pool\u{0}exhausted".to_owned()),
            Just("\"".repeat(99)),
            Just("e\u{301} \u{1F525} \u{E000} ٣".to_owned()),
        ]
    ) {
        thread_local! {
            static SCENE: tempfile::TempDir = {
                let data = folder();
                scene(data.path());
                data
            };
        }
        SCENE.with(|data| {
            for order in [Order::Newest, Order::Ranked] {
                let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).take(32).collect();
                let wanted = Filter { words, ..Filter::default() };
                let found = Search::new(data.path()).find(&Query { wanted, limit: 9, order, ..Query::default() });
                let found = found.unwrap();
                prop_assert_eq!(found.without_index, None);
                for hit in found.hits {
                    prop_assert!(hit.marks.iter().all(|mark| hit.entry.text.get(mark.clone()).is_some()));
                }
            }
            Ok(())
        })?;
    }

    /// Whatever was written is found by each of its words.
    #[test]
    fn an_entry_is_found_by_its_own_words(words in prop::collection::vec("[a-zäöüéñжш0-9]{1,12}", 1..6)) {
        let data = folder();
        let mut journal = Journal::open(data.path()).unwrap();
        journal.append(&note(words.join(" ")), at(1)).unwrap();
        for word in &words {
            prop_assert_eq!(seqs(data.path(), &word.to_uppercase()), [1]);
        }
    }
}
