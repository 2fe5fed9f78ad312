//! Threads of the investigation: how they are written, ended, opened again, and listed.

use chrono_tz::Tz;
use warroom::incident::event::NoteKind;
use warroom::incident::scribe::complete::Vocabulary;
use warroom::incident::scribe::{Hearing, ends_thread, in_thread, shown, thread};
use warroom::incident::timeline::threads;
use warroom::incident::{Brief, Intent};

use crate::room::Room;

fn hearing(room: &Room) -> Hearing {
    Hearing::new(room.now, Tz::UTC)
}

/// Ana types a line.
fn types(room: &mut Room, line: &str) -> u64 {
    let said = hearing(room).read(line).expect(line);
    room.says(said.intent)
}

fn text(room: &Room, line: &str) -> String {
    match hearing(room).read(line).expect(line).intent {
        Intent::Note { text, .. } | Intent::AddTask { text, .. } => text,
        other => format!("{other:?}"),
    }
}

#[test]
fn a_line_that_begins_with_a_name_is_of_a_thread() {
    let cases = [
        ("~db pool is full", Some(("db", "pool is full"))),
        ("~db: pool is full", Some(("db", "pool is full"))),
        ("~Pool-2 x", Some(("Pool-2", "x"))),
        ("~5 % of users", None),
        ("~db/pool x", None),
        ("~ db", None),
        ("see ~db", None),
        ("~~db x", None),
    ];
    for (line, expected) in cases {
        assert_eq!(thread(line), expected, "{line}");
    }
}

#[test]
fn signs_stand_before_or_behind_the_name() {
    let room = Room::declared();
    for line in ["~db ! roll back", "! ~db roll back", "!~db roll back"] {
        let said = hearing(&room).read(line).expect(line);
        let (text, kind) = ("~db roll back".to_owned(), NoteKind::Decision);
        assert_eq!(said.intent, Intent::Note { text, kind, star: false }, "{line}");
    }
    assert_eq!(text(&room, "~db TODO bob check dns"), "~db check dns");
    let label = |line: &str| hearing(&room).label(line);
    assert_eq!(label("~db ! roll back"), Ok("decision in ~db".to_owned()));
    assert_eq!(label("~db end: it was the pool"), Ok("note, ends ~db".to_owned()));
    assert!(label("~db").expect_err("no words").contains("what was seen there?"));
}

#[test]
fn a_backslash_keeps_a_line_out_of_a_thread_and_is_not_shown() {
    let mut room = Room::declared();
    for (line, expected) in [("\\~half of them", "~half of them"), ("\\\\~x y", "\\~x y"), ("\\ok", "ok")] {
        types(&mut room, line);
        let entry = room.incident().timeline.last().expect("there");
        assert_eq!((entry.text.as_str(), entry.thread()), (expected, None), "{line}");
    }
    assert_eq!(shown("~db x"), "~db x");
}

#[test]
fn a_line_ends_a_thread_and_the_next_one_opens_it_again() {
    let mut room = Room::declared();
    let open = |room: &Room| -> Vec<(String, usize, bool)> {
        let all = threads(&room.incident().timeline).into_iter();
        all.map(|thread| (thread.name, thread.lines, thread.open)).collect()
    };
    let is = |name: &str, lines, open| (name.to_owned(), lines, open);
    types(&mut room, "~db pool is full");
    types(&mut room, "~net loss");
    types(&mut room, "~DB end users wait");
    assert_eq!(open(&room), [is("db", 2, true), is("net", 1, true)]);
    let end = types(&mut room, "~db end: it was the pool");
    assert_eq!(open(&room)[0], is("db", 3, false));
    let mut again = Room { ledger: room.ledger.clone(), events: room.events.clone(), now: room.now };
    types(&mut again, "~db full again");
    assert_eq!(open(&again)[0], is("db", 4, true));
    room.says(Intent::Strike { seq: end, reason: "it was not".into() });
    assert_eq!(open(&room), [is("db", 2, true), is("net", 1, true)], "what was struck does not count");
}

#[test]
fn the_brief_lists_threads_nobody_ended() {
    let mut room = Room::declared();
    types(&mut room, "~db pool is full");
    types(&mut room, "~net loss");
    types(&mut room, "~db limit is raised");
    types(&mut room, "~net end: a false trail");
    let brief = Brief::new(&room.ledger, room.incident(), room.now);
    let page = brief.lines().join("\n");
    assert!(
        page.contains("\nOpen threads:\n- db (2): 2026-11-21 14:00 UTC ana: ~db limit is raised\n"),
        "{page}"
    );
    assert!(!page.contains("- net"), "{page}");
    assert_eq!(brief.json()["threads"][0]["name"], "db");
    assert_eq!(brief.json()["threads"][0]["lines"], 2);
}

#[test]
fn names_of_threads_are_completed_and_judged() {
    let mut room = Room::declared();
    types(&mut room, "~pool is full");
    let words = Vocabulary::of(room.incident(), std::iter::empty(), std::iter::empty());
    assert_eq!(words.complete("! ~po"), ["! ~pool"]);
    assert_eq!(in_thread("~db", "x"), Ok("~db x".to_owned()));
    for name in ["", "5", "a b", "a/b", &"x".repeat(33)] {
        assert!(in_thread(name, "x").is_err_and(|why| why.contains("not a name")), "{name}");
    }
    assert!(ends_thread("~db end") && !ends_thread("end") && !ends_thread("~db ending"));
}
