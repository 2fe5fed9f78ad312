//! The journal from the command line: whole, tampered with, copied, and written by many at once.

use std::thread;

use rusqlite::Connection;
use warroom::incident::EventKind::StepRan;
use warroom::incident::event::StepRun;
use warroom::incident::{Ask, Intent};
use warroom::io::clock::Clock;
use warroom::io::journal::Journal;

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

#[test]
fn reading_verbs_leave_a_journal_of_a_newer_version_alone_and_say_what_to_do() {
    let home = Home::with_incident();
    let file = home.data().join("journal.db");
    Connection::open(&file).expect("the journal").pragma_update(None, "user_version", 9).expect("its format");
    let before = std::fs::read(&file).expect("the journal");
    for words in
        [&["list"][..], &["timeline"], &["journal", "verify"], &["journal", "export"], &["note", "x"]]
    {
        let told = home.run(words);
        assert_eq!(told.code, Some(3), "{told:?}");
        let why = "is of format 9, this warroom knows 1 (use the newer warroom that wrote it)";
        assert!(told.err.contains(why), "{told:?}");
        assert_eq!(std::fs::read(&file).expect("the journal"), before, "{words:?}");
    }
}

#[test]
fn an_export_of_a_damaged_journal_gives_what_is_whole_and_says_what_is_not() {
    let home = Home::with_incident();
    let db = Connection::open(home.data().join("journal.db")).expect("the journal");
    db.execute_batch(
        "DROP TRIGGER events_never_changed; UPDATE events SET actor = CAST(x'ff' AS TEXT) WHERE seq = 1",
    )
    .expect("damage");
    let told = home.run(&["journal", "export"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.out.starts_with("{\"seq\":2,") && told.out.lines().count() == 1, "{told:?}");
    assert!(told.err.contains("entry 1 cannot be read and was left out (keep"), "{told:?}");
}

/// A home with the output of an old step, named by entry 3, another that nobody names, and an old log.
fn home_with_old_files() -> Home {
    let home = Home::with_incident();
    for (name, text) in
        [("spool/named.log", "output"), ("spool/stray.log", "stray"), ("log/warroom.log", "log")]
    {
        home.write(&format!(".local/share/warroom/{name}"), text);
        let file = std::fs::File::options().write(true).open(home.data().join(name)).expect("a file");
        file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("an old file");
    }
    home.write(".local/share/warroom/spool/new.log", "new");
    let now = Clock::wall().now();
    let run = StepRan(StepRun {
        runbook: "r".to_owned(),
        step: "1".to_owned(),
        title: "look".to_owned(),
        command: "true".to_owned(),
        risk: "read".to_owned(),
        started_at: now,
        duration_s: 1.0,
        exit: Some(0),
        ended: "exit 0".to_owned(),
        sha256: "00".repeat(32),
        bytes: 6,
        tail: "output".to_owned(),
        spool: Some("spool/named.log".to_owned()),
        survivors: Vec::new(),
        ..StepRun::default()
    });
    let ask = Ask::new("ana", Intent::Record { kind: run, dedupe: None }).about(ID);
    Journal::open(&home.data()).expect("the journal").append(&ask, now).expect("a step");
    home
}

#[test]
fn cleaning_shows_first_and_notes_in_the_journal_what_the_journal_names() {
    let home = home_with_old_files();
    let there = |name: &str| home.data().join(name).exists();
    let clean = ["journal", "clean", "--older", "90d"];
    let shown = home.run(&clean);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(shown.err.contains("spool/named.log: stays: its incident is open"), "{shown:?}");
    assert!(
        shown.out.contains("spool/stray.log 5 bytes, last written 1970-01-01 00:00:00 UTC\n"),
        "{shown:?}"
    );
    assert!(
        shown.out.ends_with("2 files, 8 bytes would go; nothing was removed (--yes removes them)\n"),
        "{shown:?}"
    );
    assert!(there("spool/stray.log") && there("log/warroom.log"));

    home.out(&["-q", "resolve"]);
    let done = home.out(&[&clean[..], &["--yes"]].concat());
    assert!(
        done.contains(&format!(
            "spool/named.log 6 bytes, last written 1970-01-01 00:00:00 UTC, the output of entry 3 ({ID})\n"
        )),
        "{done}"
    );
    assert!(done.ends_with("3 files, 14 bytes removed, 1 of them noted in the journal\n"), "{done}");
    assert!(!there("spool/named.log") && !there("spool/stray.log") && !there("log/warroom.log"));
    assert!(there("spool/new.log") && there("journal.db"), "what is new or not asked for stays");
    let timeline = home.out(&["timeline"]);
    assert!(
        timeline.contains("removed spool/named.log (6 bytes), the whole output of entry 3;"),
        "{timeline}"
    );
    assert!(home.out(&[&clean[..], &["--yes"]].concat()).starts_with("0 files, 0 bytes removed"));
    let too_young = home.run(&["journal", "clean", "--older", "1h", "--yes"]);
    assert!(too_young.code == Some(2) && too_young.err.contains("at least 1d"), "{too_young:?}");
}

#[test]
fn size_says_what_the_data_folder_holds_and_what_makes_it_grow() {
    let home = home_with_old_files();
    let parts = home.json(&["journal", "size", "--json"])["parts"].clone();
    let part = |name: &str| {
        let parts = parts.as_array().expect("parts");
        parts
            .iter()
            .find(|part| part["part"] == name)
            .map(|part| (part["files"].clone(), part["bytes"].clone()))
    };
    assert_eq!(part("spool/"), Some((3.into(), 14.into())));
    assert_eq!(part("log/"), Some((1.into(), 3.into())));
    assert!(
        part("journal.db")
            .is_some_and(|(files, bytes)| files.as_u64() >= Some(1) && bytes.as_u64() > Some(4_096))
    );
    for name in ["lease", "alerts.db", "excerpts/inc-1.md", "updates/inc-1-public.txt"] {
        home.write(&format!(".local/share/warroom/{name}"), "ours");
    }
    let parts = home.json(&["journal", "size", "--json"])["parts"].clone();
    let other = parts.as_array().expect("parts").iter().find(|part| part["part"] == "other");
    assert_eq!(other.map(|part| part["files"].clone()), Some(0.into()), "{parts}");
    let table = home.out(&["journal", "size"]);
    assert!(
        table.contains("nothing is ever deleted from it") && table.contains("journal clean --older SPAN"),
        "{table}"
    );
}
