//! The journal from the command line: whole, tampered with, copied, and written by many at once.

use std::thread;

use rusqlite::Connection;

use crate::cli::home::{Home, ID, Told};

/// Changes the journal's file behind its guards.
fn forge(home: &Home, sql: &str) {
    let db = Connection::open(home.data().join("journal.db")).expect("the journal");
    db.execute_batch("DROP TRIGGER events_never_changed; DROP TRIGGER payloads_only_erased")
        .expect("its guards");
    db.execute_batch(sql).expect("a forgery");
}

#[test]
fn verify_says_yes_to_a_journal_nobody_touched() {
    let out = Home::with_incident().out(&["journal", "verify"]);
    assert!(out.starts_with("ok: 2 entries, 0 erased, head ") && out.trim_end().len() > 64, "{out}");
}

#[test]
fn verify_finds_tampering_and_says_no() {
    let cases = [
        (
            "UPDATE events SET actor = 'eve' WHERE seq = 1",
            "entry 1: its kind, times, names or hashes were changed",
        ),
        (
            "UPDATE payloads SET body = replace(body, 'down', 'fine') WHERE seq = 1",
            "entry 1: its text was changed",
        ),
    ];
    for (sql, breach) in cases {
        let home = Home::with_incident();
        forge(&home, sql);
        let journal = home.data().join("journal.db");
        let why = format!(
            "journal: {}: {breach} (keep the file as it is; compare it with a backup)",
            journal.display()
        );
        assert_eq!(home.run(&["journal", "verify"]), Told::failed(1, &why), "{sql}");
        let doctor = home.run(&["doctor"]);
        assert!(doctor.code == Some(1) && doctor.out.contains(breach), "{doctor:?}");
    }
}

#[test]
fn a_head_noted_before_finds_a_cut_tail() {
    let home = Home::with_incident();
    let head = home.json(&["journal", "verify", "--json"])["head"].as_str().expect("a hash").to_owned();
    assert_eq!(home.run(&["journal", "verify", "--head", &head]).code, Some(0));
    let unknown = home.run(&["journal", "verify", "--head", &"ab".repeat(32)]);
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
    assert_eq!(home.run(&["journal", "verify", "--head", "ab"]).code, Some(2));
}

#[test]
fn a_backup_is_restored_whole_and_nothing_is_overwritten() {
    let home = Home::with_incident();
    let head = home.json(&["journal", "verify", "--json"])["head"].clone();
    let line = format!("2 entries, head {}\n", head.as_str().expect("a hash"));
    assert_eq!(home.out(&["journal", "backup", "copy.db"]), format!("copy.db: {line}"));
    let again = home.run(&["journal", "backup", "copy.db"]);
    assert!(again.code == Some(3) && again.err.contains("already exists (name another file"), "{again:?}");
    assert_eq!(home.out(&["--data", "new", "journal", "restore", "copy.db"]), format!("new: {line}"));
    assert_eq!(home.out(&["--data", "new", "timeline"]), home.out(&["timeline"]));
    let over = home.run(&["journal", "restore", "copy.db"]);
    assert!(over.code == Some(3) && over.err.contains("already holds 2 entries"), "{over:?}");
}

#[test]
fn reading_makes_no_files() {
    let home = Home::new();
    for words in
        [&["list"][..], &["list", "--json"], &["search", "x"], &["doctor"], &["keys"], &["runbook", "list"]]
    {
        home.run(words);
        let left = std::fs::read_dir(home.path()).expect("a home").count();
        assert_eq!(left, 0, "{words:?}");
    }
    let missing = home.run(&["journal", "verify"]);
    assert!(missing.code == Some(3) && missing.err.contains("there is no journal yet"), "{missing:?}");
}

#[test]
fn many_processes_write_at_once_and_no_line_is_lost() {
    let home = Home::with_incident();
    thread::scope(|scope| {
        for writer in 0..8 {
            let home = &home;
            scope.spawn(move || {
                for line in 0..3 {
                    let told = home.run(&["note", &format!("writer {writer} line {line}")]);
                    assert_eq!(told.code, Some(0), "{told:?}");
                }
            });
        }
    });
    let timeline = home.out(&["timeline"]);
    for (writer, line) in (0..8).flat_map(|writer| (0..3).map(move |line| (writer, line))) {
        assert_eq!(timeline.matches(&format!(" writer {writer} line {line}\n")).count(), 1, "{timeline}");
    }
    assert!(home.out(&["journal", "verify"]).starts_with("ok: 26 entries"));
}

#[test]
fn a_flood_of_notes_is_written_in_few_commits_and_every_line_is_acknowledged() {
    let home = Home::with_incident();
    let lines: String = (1..=2_000).map(|n| format!("line {n}\n")).collect();
    home.write("flood", &lines);
    let flood = std::fs::File::open(home.path().join("flood")).expect("a file");
    let told = Told::from(home.warroom(&["note", "-"]).stdin(flood).output().expect("it runs"));
    let said: String = (1..=2_000).map(|n| format!("{} {ID} line {n}\n", n + 2)).collect();
    assert_eq!(told, Told::done(&said));
    let entries = home.json(&["timeline", "--json"]);
    let recorded = entries.as_array().expect("entries").iter().map(|entry| entry["recorded_at"].to_string());
    let commits = recorded.collect::<std::collections::BTreeSet<_>>().len();
    assert!(commits < 10, "one time of recording a commit, and there are {commits}");
}

#[test]
fn two_declarations_at_once_get_two_ids() {
    let home = Home::new();
    let declare = || home.out(&["declare", "same", "--sev", "3", "--at", "2026-01-05T10:00:00Z"]);
    let mut ids = thread::scope(|scope| {
        let both = [scope.spawn(declare), scope.spawn(declare)];
        both.map(|one| one.join().expect("it ends"))
    });
    ids.sort_unstable();
    assert_eq!(ids, ["inc-2026-0105-same\n", "inc-2026-0105-same-2\n"]);
}
