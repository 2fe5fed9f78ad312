//! The scribe's grammar: what a line becomes, what it says before Enter, what it may go on with.

use std::time::Duration;

use chrono_tz::Tz;
use proptest::prelude::*;
use warroom::incident::Intent;
use warroom::incident::event::NoteKind::{self, Action, Decision, Observation, Question};
use warroom::incident::scribe::complete::Vocabulary;
use warroom::incident::scribe::{Hearing, tags};
use warroom::text::Time;
use warroom::text::when::rfc3339;

use crate::intents::{note, task};
use crate::room::{Room, at};

/// A quarter past two in UTC; three in Berlin.
fn hearing(zone: Tz) -> Hearing {
    Hearing::new("2026-11-21T14:15:00Z".parse::<Time>().expect("a time"), zone)
}

#[track_caller]
fn hears(line: &str, kind: NoteKind, star: bool, text: &str) {
    let said = hearing(Tz::UTC).read(line).expect(line);
    assert_eq!(said.intent, Intent::Note { text: text.to_owned(), kind, star }, "{line}");
    assert_eq!(said.happened_at, None, "{line}");
}

#[test]
fn signs_before_the_words_say_what_a_line_is() {
    hears("pods restart", Observation, false, "pods restart");
    hears("! roll back", Decision, false, "roll back");
    hears(">scaling to 12", Action, false, "scaling to 12");
    hears("? who deployed", Question, false, "who deployed");
    hears("*! roll back now", Decision, true, "roll back now");
    hears("! * roll back now", Decision, true, "roll back now");
    hears("5 > 3 pods", Observation, false, "5 > 3 pods");
    hears("@ana looks at #db", Observation, false, "@ana looks at #db");
    hears("TODOs are listed", Observation, false, "TODOs are listed");
    hears("! TODO is forgotten", Decision, false, "TODO is forgotten");
}

#[test]
fn a_backslash_takes_the_line_as_it_stands() {
    hears("\\> make deploy", Observation, false, "> make deploy");
    hears("\\@99 is the port", Observation, false, "@99 is the port");
    hears("\\TODO list is long", Observation, false, "TODO list is long");
    hears("\\\\ twice", Observation, false, "\\ twice");
}

#[test]
fn a_todo_is_a_task_with_an_owner_and_a_timer() {
    let cases = [
        ("TODO bob in 10m check dns", Some(600), "check dns"),
        ("TODO bob: check dns in 10m", Some(600), "check dns"),
        ("TODO @bob check dns", None, "check dns"),
        ("TODO(bob): check dns in 1h30m.", Some(5400), "check dns"),
        ("TODO bob look in the logs", None, "look in the logs"),
    ];
    for (line, due, words) in cases {
        let due = due.map(Duration::from_secs);
        let expected = Intent::AddTask { text: words.to_owned(), owner: "bob".to_owned(), due };
        assert_eq!(hearing(Tz::UTC).read(line).map(|said| said.intent), Ok(expected), "{line}");
    }
    for (line, why) in [
        ("TODO", "whose?"),
        ("* TODO bob check dns", "cannot be starred"),
        ("TODO: check dns", "whose?"),
        ("TODO bob in 10m", "what is bob to do?"),
    ] {
        let refusal = hearing(Tz::UTC).read(line).expect_err(line);
        assert!(refusal.contains(why), "{line}: {refusal}");
    }
}

#[test]
fn a_time_behind_an_at_is_when_it_happened() {
    let cases = [
        ("@14:02 errors begin", "2026-11-21T14:02:00.000Z", "errors begin"),
        ("@1402: errors begin", "2026-11-21T14:02:00.000Z", "errors begin"),
        ("@-10m errors begin", "2026-11-21T14:05:00.000Z", "errors begin"),
        ("@14:02 CET errors begin", "2026-11-21T13:02:00.000Z", "errors begin"),
        ("@yesterday 23:50 errors begin", "2026-11-20T23:50:00.000Z", "errors begin"),
        ("@2026-11-20 7:01am errors begin", "2026-11-20T07:01:00.000Z", "errors begin"),
    ];
    for (line, at, words) in cases {
        let said = hearing(Tz::UTC).read(line).expect(line);
        assert_eq!(said.happened_at.map(rfc3339), Some(at.to_owned()), "{line}");
        assert_eq!(said.intent, note(words), "{line}");
    }
    for line in ["@99 down", "@14:2 x", "@25:00 x", "@14:02pods"] {
        let refusal = hearing(Tz::UTC).read(line).expect_err(line);
        assert!(refusal.contains("not a time"), "{line}: {refusal}");
    }
    let berlin = hearing(Tz::Europe__Berlin).read("@14:02 x").expect("a line");
    assert_eq!(berlin.happened_at.map(rfc3339), Some("2026-11-21T13:02:00.000Z".to_owned()));
}

#[test]
fn a_line_says_what_it_would_become_while_it_is_typed() {
    let cases = [
        ("pods restart", Ok("note")),
        ("! roll back", Ok("decision")),
        ("*? who", Ok("starred question")),
        ("TODO bob in 10m check dns", Ok("task for bob, due 14:25 UTC")),
        ("@14:02 errors", Ok("note at 14:02 UTC (late)")),
        ("@14:15 errors", Ok("note at 14:15 UTC")),
        ("! @yesterday 14:02 roll back", Ok("decision at 2026-11-20 14:02 UTC (late)")),
        ("@99 errors", Err("not a time")),
        ("TODO", Err("whose?")),
    ];
    for (line, expected) in cases {
        match (hearing(Tz::UTC).label(line), expected) {
            (Ok(label), Ok(wanted)) => assert_eq!(label, wanted, "{line}"),
            (Err(why), Err(part)) => assert!(why.contains(part), "{line}: {why}"),
            (got, _) => panic!("{line}: {got:?}"),
        }
    }
}

#[test]
fn a_flag_wins_over_the_sign() {
    let flagged = Hearing { kind: Some(Action), star: true, ..hearing(Tz::UTC) };
    let said = flagged.read("! roll back").expect("a line");
    assert_eq!(said.intent, Intent::Note { text: "roll back".into(), kind: Action, star: true });
    let said = flagged.read("TODO bob check dns").expect("a line");
    assert_eq!(said.intent, Intent::Note { text: "TODO bob check dns".into(), kind: Action, star: true });
}

#[test]
fn tags_are_words_behind_a_sign_and_tickets_are_not() {
    let found: Vec<&str> = tags("#db is slow (#Cache, #net-eu) see #123 a#b ##x #ünder_score.").collect();
    assert_eq!(found, ["db", "Cache", "net-eu", "ünder_score"]);
}

#[test]
fn a_word_is_ended_with_what_the_incident_knows() {
    let mut room = Room::declared();
    room.says(task("check dns"));
    room.says(note("#database is slow"));
    let (called, services) = (["mallory", "the desk"], ["checkout", "cart"]);
    let words = Vocabulary::of(room.incident(), called.into_iter(), services.into_iter());
    let cases: [(&str, &[&str]); 9] = [
        ("TODO b", &["TODO bob"]),
        ("ask @ma", &["ask @mallory"]),
        ("ask bo", &["ask bob"]),
        ("ask @b", &["ask @bob"]),
        ("#d", &["#database"]),
        ("restart ca", &["restart cart"]),
        ("T", &["TODO "]),
        ("ask b", &[]),
        ("nothing fits zz", &[]),
    ];
    for (line, expected) in cases {
        assert_eq!(words.complete(line), expected, "{line}");
    }
}

proptest! {
    #[test]
    fn no_line_is_too_odd_to_be_heard(line in "\\PC{0,40}", signs in "[!>?*@#\\\\TODO :0-9a-z.-]{0,24}") {
        for line in [line, signs] {
            let hearing = hearing(Tz::Europe__Berlin);
            prop_assert_eq!(hearing.read(&line).is_ok(), hearing.label(&line).is_ok());
            tags(&line).for_each(drop);
            Vocabulary { people: vec!["ana".into()], things: vec!["ops".into()], tags: vec!["db".into()], threads: vec!["pool".into()] }.complete(&line);
        }
    }
}

#[test]
fn what_a_pasted_line_begins_with_is_when_it_happened_in_every_notation() {
    let hearing = Hearing::new(at("14:00:00"), chrono_tz::UTC);
    let one = |line: &str| hearing.pasted(&[line.to_owned()]).remove(0);
    let cases = [
        ("13:02 db failed over", "13:02:00", "db failed over"),
        ("13:02:07 - db failed over", "13:02:07", "db failed over"),
        ("[13:02] db failed over", "13:02:00", "db failed over"),
        ("13:02 UTC: db failed over", "13:02:00", "db failed over"),
        ("14:02 CET | db failed over", "13:02:00", "db failed over"),
        ("1:02pm db failed over", "13:02:00", "db failed over"),
        ("2026-11-21 13:02 db failed over", "13:02:00", "db failed over"),
        ("1302 db failed over", "13:02:00", "db failed over"),
    ];
    for (line, clock, text) in cases {
        let pasted = one(line);
        let Intent::Note { text: words, .. } = &pasted.said.intent else {
            unreachable!("{line}: {pasted:?}")
        };
        assert_eq!((pasted.said.happened_at, words.as_str()), (Some(at(clock)), text), "{line}");
        assert!(pasted.is_timed, "{line}");
    }
    for line in ["2026-11-21 was bad", "13:02", "25:99 is no time", "3 pods restart", "db failed at 13:02"] {
        assert_eq!(one(line).said.happened_at, None, "{line}");
    }
    let beside = ["1302 requests failed".to_owned(), "nothing else".to_owned()];
    assert!(hearing.pasted(&beside).iter().all(|one| !one.is_timed), "a count beside a line without a time");
    let decided = one("13:02 ! roll back");
    assert_eq!(decided.label, "decision at 13:02 UTC (late)");
}
