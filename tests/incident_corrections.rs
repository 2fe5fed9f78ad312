//! Corrections, changes and what the system saw: by the number of an entry, or without an incident.

#![expect(clippy::expect_used, reason = "a test whose setting fails has failed")]

#[path = "support/intents.rs"]
mod intents;
#[path = "support/over.rs"]
mod over;
#[path = "support/refusal.rs"]
mod refusal;
#[path = "support/room.rs"]
mod room;
#[path = "support/run.rs"]
mod run;

use intents::{assign, note, release, strike, task, text};
use over::closed;
use refusal::{no, refused, unknown};
use room::{Room, at, declare};
use warroom::incident::event::{Audience, Change, ChangeKind, Edge, Fields, Mitigation};
use warroom::incident::intent::RefusalKind;
use warroom::incident::{Ask, EventKind, Intent, NewEvent, Origin, Phase, Role, Severity, Status};

fn judged(room: &Room, ask: &Ask) -> Vec<NewEvent> {
    room.ledger.judge(ask, room.now).expect("admitted")
}

fn amend(seq: u64) -> Intent {
    Intent::Amend { seq, text: text("it was host b") }
}

fn redact(seq: u64) -> Intent {
    Intent::Redact { seq, reason: text("a password") }
}

fn record(kind: EventKind) -> Intent {
    Intent::Record { kind, dedupe: None }
}

fn saved() -> EventKind {
    EventKind::PostmortemSaved { sha256: text("ab"), bytes: 2 }
}

#[test]
fn after_closing_only_notes_and_corrections_go_in() {
    let mut room = closed();
    let update = Intent::Update { text: text("all clear"), audience: Audience::Public, next: None };
    let moves = [
        update,
        task("x"),
        Intent::Resolve,
        Intent::SetPhase { to: Phase::Triage },
        Intent::SetSeverity { to: Severity::Sev1, reason: text("x") },
        Intent::Mitigate { kind: Mitigation::Flag },
        Intent::MarkImpact { edge: Edge::Start, at: at("13:00:00") },
        Intent::SetFields(Fields { title: Some(text("x")), ..Fields::default() }),
        Intent::FinishTask { number: 1 },
        assign(Role::Ic, "bob", Some("x")),
        release(Role::Ops, None),
    ];
    for intent in moves {
        no(&mut room, intent, &["closed since", "warroom reopen -i inc-2026-1121-checkout-down --reason"]);
    }
    let seq = room.says(note("found in the logs"));
    room.says(amend(seq));
    room.says(strike(seq));
    room.says(redact(seq));
    room.ask(&Ask::new("ana", record(saved())).about("inc-2026-1121-checkout-down")).expect("admitted");
    assert_eq!(room.incident().status, Status::Closed);
}

#[test]
fn a_run_that_began_before_the_closing_is_still_told() {
    let mut room = closed();
    let run = |clock: &str| record(EventKind::StepRan(run::run("exit 0", at(clock))));
    room.wait(1);
    let about = |intent| Ask::new("ana", intent).about("inc-2026-1121-checkout-down");
    room.ask(&about(run("14:09:00"))).expect("admitted");
    refused(&mut room, &about(run("14:10:30")), RefusalKind::NotAllowed, &["closed since"]);
}

#[test]
fn a_struck_entry_stays_listed_and_is_not_struck_again() {
    let mut room = Room::declared();
    let seq = room.says(note("host a"));
    room.says(strike(seq));
    let incident = room.incident();
    assert!(incident.entry(seq).is_some_and(|entry| entry.struck && entry.text == "host a"));
    no(&mut room, strike(seq), &["entry 3: is struck already"]);
    no(&mut room, amend(seq), &["entry 3: is struck already"]);
}

#[test]
fn what_moved_the_incident_is_answered_and_not_struck() {
    let mut room = Room::declared();
    no(&mut room, strike(1), &["declared cannot be struck", "warroom resolve"]);
    no(&mut room, strike(2), &["role_assigned cannot be struck", "role assign"]);
    let resolved = room.says(Intent::Resolve);
    no(&mut room, strike(resolved), &["resolved cannot be struck", "warroom reopen"]);
    let seq = room.says(note("x"));
    let struck = room.says(strike(seq));
    no(&mut room, strike(struck), &["a correction stands"]);
    no(&mut room, amend(struck), &["is itself a correction"]);
}

#[test]
fn corrections_find_their_entry_without_an_incident_name() {
    let mut room = Room::declared();
    let seq = room.says(note("host a"));
    room.says(declare("Login slow", Severity::Sev3));
    let amended = room.says(amend(seq));
    let owner = room.ledger.incident("inc-2026-1121-checkout-down").expect("the first");
    assert_eq!(owner.entry(amended).and_then(|entry| entry.amends), Some(seq));
    unknown(&mut room, &Ask::new("ana", strike(99)), &["entry: 99: unknown", "warroom timeline"]);
    let elsewhere = Ask::new("ana", strike(seq)).about("inc-2026-1121-login");
    refused(&mut room, &elsewhere, RefusalKind::NotAllowed, &["belongs to inc-2026-1121-checkout-down"]);
}

#[test]
fn a_change_without_incident_is_corrected_too() {
    let mut room = Room::declared();
    let deploy = |what| Intent::MarkChange(Change::new(ChangeKind::Deploy, text("checkout"), text(what)));
    let seq = room.says(deploy("v41"));
    let struck = room.says(strike(seq));
    assert_eq!(room.events.last().and_then(|event| event.incident.clone()), None);
    no(&mut room, strike(seq), &["is struck already"]);
    assert!(room.ledger.context(room.incident()).is_empty(), "a struck deploy is no suspect");
    let timeline = room.ledger.timeline(room.incident());
    assert!(timeline.iter().any(|entry| entry.event.seq == seq && entry.struck));
    assert!(timeline.iter().any(|entry| entry.event.seq == struck));
}

#[test]
fn a_redaction_erases_the_words_and_keeps_the_place() {
    let mut room = Room::declared();
    let seq = room.says(note("the password is hunter2"));
    room.says(redact(seq));
    let entry = room.incident().entry(seq).expect("still listed");
    assert_eq!(entry.event.kind, EventKind::Erased);
    assert!(!format!("{:?}", room.ledger).contains("hunter2"), "no copy is left in the state");
    no(&mut room, redact(seq), &["is redacted already"]);
    no(&mut room, strike(seq), &["is redacted"]);
    no(&mut room, amend(seq), &["is redacted"]);
}

#[test]
fn a_redaction_never_takes_the_incident_itself() {
    let mut room = Room::declared();
    for seq in [1, 2] {
        no(&mut room, redact(seq), &["carries the incident's state"]);
    }
    let noted = room.says(note("x"));
    let redacted = room.says(redact(noted));
    no(&mut room, redact(redacted), &["carries the incident's state"]);
    let private =
        Intent::SetFields(Fields { impact: Some(text("x")), private: Some(true), ..Fields::default() });
    let private = room.says(private);
    no(&mut room, redact(private), &["carries the incident's state"]);
}

#[test]
fn a_redacted_impact_falls_back_to_the_words_before() {
    let mut room = Room::declared();
    let set = |impact| Intent::SetFields(Fields { impact: Some(text(impact)), ..Fields::default() });
    room.says(set("payments fail"));
    let seq = room.says(set("card 4111 1111 1111 1111 fails"));
    room.says(redact(seq));
    assert_eq!(room.incident().impact.as_deref(), Some("payments fail"));
}

#[test]
fn changes_belong_to_a_service_and_not_to_an_incident() {
    let mut room = Room::declared();
    let deploy = Intent::MarkChange(Change::new(ChangeKind::Deploy, text("checkout"), text("v42")));
    let ask = Ask::new("ci", deploy).about("inc-2026-1121-checkout-down").at(at("13:58:00"));
    room.ask(&ask).expect("admitted");
    assert_eq!(room.ledger.loose.len(), 1);
    assert_eq!((room.events[2].incident.clone(), room.events[2].happened_at), (None, Some(at("13:58:00"))));
}

#[test]
fn what_the_system_saw_passes_with_its_key() {
    let room = Room::declared();
    let seen = Intent::Record { kind: saved(), dedupe: Some(text("pm:ab")) };
    let events = judged(&room, &Ask::new("warroom", seen.clone()).about("inc-2026-1121-checkout-down"));
    assert_eq!((events.len(), events[0].dedupe.as_deref()), (1, Some("pm:ab")));
    assert_eq!(events[0].happened_at, Some(room.now));
    assert_eq!(judged(&room, &Ask::new("warroom", seen))[0].incident, None, "no name is no incident");
}

#[test]
fn the_system_names_an_incident_by_its_whole_id() {
    let mut room = Room::declared();
    let ask = Ask::new("warroom", record(saved())).about("inc-2026");
    unknown(&mut room, &ask, &["inc-2026: unknown"]);
}

#[test]
fn nothing_that_moves_an_incident_comes_in_as_a_record() {
    let mut room = Room::declared();
    let disguised = EventKind::Unknown { kind: text("closed"), data: serde_json::Value::Null };
    for kind in [EventKind::Resolved, EventKind::Erased, EventKind::TaskDone { number: 1 }, disguised] {
        no(&mut room, record(kind), &["record:", "has rules of its own"]);
    }
    let newer = EventKind::Unknown { kind: text("moon_phase"), data: serde_json::json!({"full": true}) };
    room.says(record(newer));
}

#[test]
fn people_wrote_notes_updates_and_corrections_and_the_system_the_rest() {
    let mut room = Room::declared();
    let seq = room.says(note("x"));
    room.says(Intent::Update { text: text("x"), audience: Audience::Public, next: None });
    room.says(amend(seq));
    room.says(strike(seq));
    room.says(task("x"));
    room.says(Intent::Resolve);
    let human: Vec<String> = room
        .events
        .iter()
        .filter(|event| event.origin == Origin::Human)
        .map(|event| event.kind.word())
        .collect();
    assert_eq!(human, ["noted", "updated", "amended"]);
}
