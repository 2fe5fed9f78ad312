//! The timeline: every entry where it happened, with what later entries did to it.

#![expect(clippy::expect_used, reason = "a test whose setting fails has failed")]

#[path = "support/alert.rs"]
mod alert;
#[path = "support/room.rs"]
mod room;
#[path = "incident_timeline/rows.rs"]
mod rows;
#[path = "incident_timeline/threads.rs"]
mod threads;

use room::{Room, at, declare};
use serde_json::json;
use warroom::incident::event::{Change, ChangeKind, Edge, Fields, Mitigation, NoteKind};
use warroom::incident::{Ask, Entry, Event, EventKind, Intent, Ledger, NewEvent, Origin, Severity};
use warroom::slo::TierState;

fn note(text: &str, kind: NoteKind) -> Intent {
    Intent::Note { text: text.to_owned(), kind, star: kind == NoteKind::Decision }
}

fn texts(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.text.as_str()).collect()
}

/// What the system saw of checkout at a time of that day.
fn seen(room: &mut Room, clock: &str, from: TierState, to: TierState) -> u64 {
    let kind = EventKind::AlertChanged(alert::alert(from, to));
    let ask = Ask::new("warroom", Intent::Record { kind, dedupe: None }).at(at(clock));
    room.ask(&ask).expect("admitted")[0]
}

fn deploy(room: &mut Room, clock: &str, service: &str, what: &str) -> u64 {
    let (service, what) = (service.to_owned(), what.to_owned());
    let ask = Ask::new("ci", Intent::MarkChange(Change::new(ChangeKind::Deploy, service, what)));
    room.ask(&ask.at(at(clock))).expect("admitted")[0]
}

#[test]
fn a_late_entry_sorts_where_it_belongs_and_is_marked() {
    let mut room = Room::declared();
    room.wait(30);
    room.says(note("second", NoteKind::Observation));
    let early = Ask::new("bob", note("first", NoteKind::Observation)).at(at("14:10:00"));
    room.ask(&early).expect("admitted");
    let timeline = &room.incident().timeline;
    assert_eq!(texts(&timeline[2..]), ["first", "second"]);
    assert_eq!(timeline.iter().map(|entry| entry.late).collect::<Vec<_>>(), [false, false, true, false]);
}

#[test]
fn a_minute_is_not_late_and_what_was_measured_never_is() {
    let mut room = Room::declared();
    room.wait(10);
    let given = |clock: &str| Ask::new("bob", note("x", NoteKind::Observation)).at(at(clock));
    for (clock, late) in [("14:09:00", false), ("14:08:59", true), ("14:10:00", false)] {
        let seq = room.ask(&given(clock)).expect("admitted")[0];
        assert_eq!(room.incident().entry(seq).map(|entry| entry.late), Some(late), "{clock}");
    }
    seen(&mut room, "13:00:00", TierState::Pending, TierState::Firing);
    let timeline = room.ledger.timeline(room.incident());
    assert!(timeline.iter().any(|entry| !entry.late && entry.kind_word() == "alert_changed"));
}

#[test]
fn an_unknown_time_sorts_by_its_recording() {
    let mut room = Room::declared();
    room.wait(5);
    let kind = EventKind::Noted { text: "some time".into(), kind: NoteKind::Observation, starred: false };
    let incident = Some(room.incident().id.clone());
    let (actor, origin) = ("import".to_owned(), Origin::Human);
    room.store(NewEvent { incident, happened_at: None, actor, origin, kind, dedupe: None });
    room.wait(5);
    let earlier = Ask::new("ana", note("at 14:04", NoteKind::Observation)).at(at("14:04:00"));
    room.ask(&earlier).expect("admitted");
    let timeline = &room.incident().timeline;
    assert_eq!(texts(&timeline[2..]), ["at 14:04", "some time"]);
    assert_eq!(timeline[3].to_json()["happened_at"], json!(null));
    assert!(!timeline[3].late);
}

#[test]
fn equal_times_keep_the_order_of_the_journal() {
    let mut room = Room::declared();
    for words in ["a", "b", "c"] {
        room.says(note(words, NoteKind::Observation));
    }
    assert_eq!(texts(&room.incident().timeline[2..]), ["a", "b", "c"]);
}

#[test]
fn an_entry_is_the_object_of_the_contract() {
    let mut room = Room::declared();
    room.wait(5);
    let ask = Ask::new("bob", note("roll back\u{202e}", NoteKind::Decision)).at(at("14:01:00"));
    let seq = room.ask(&ask).expect("admitted")[0];
    room.says(Intent::Strike { seq, reason: "not agreed".into() });
    let entry = room.incident().entry(seq).expect("listed");
    let expected = json!({
        "seq": 3,
        "incident": "inc-2026-1121-checkout-down",
        "happened_at": "2026-11-21T14:01:00.000Z",
        "recorded_at": "2026-11-21T14:05:00.000Z",
        "actor": "bob",
        "origin": "human",
        "kind": "decision",
        "text": "roll back\u{202e}",
        "data": {"kind": "decision", "starred": true, "text": "roll back\u{202e}"},
        "starred": true,
        "late": true,
        "struck": true,
        "amends": null,
        "tags": [],
        "thread": null,
    });
    assert_eq!(entry.to_json(), expected);
}

#[test]
fn an_entry_without_data_has_an_empty_object() {
    let mut room = Room::declared();
    let seq = room.says(Intent::Resolve);
    let object = room.incident().entry(seq).expect("listed").to_json();
    assert_eq!((&object["kind"], &object["data"]), (&json!("resolved"), &json!({})));
}

#[test]
fn an_amendment_is_an_entry_of_its_own_and_its_target_stays() {
    let mut room = Room::declared();
    let seq = room.says(note("host a", NoteKind::Observation));
    room.says(Intent::Amend { seq, text: "host b".into() });
    let timeline = &room.incident().timeline;
    assert_eq!(texts(&timeline[2..]), ["host a", "correction to entry 3: host b"]);
    assert_eq!((timeline[2].amends, timeline[3].amends), (None, Some(seq)));
    assert_eq!(timeline[3].to_json()["amends"], json!(seq));
}

#[test]
fn alerts_and_deploys_of_its_services_belong_to_the_timeline() {
    let mut room = Room::empty();
    deploy(&mut room, "11:59:00", "checkout", "too early");
    deploy(&mut room, "12:00:00", "checkout", "two hours before");
    deploy(&mut room, "13:50:00", "search", "another service");
    seen(&mut room, "13:55:00", TierState::Pending, TierState::Firing);
    room.says(declare("Checkout down", Severity::Sev2));
    room.wait(10);
    deploy(&mut room, "14:05:00", "checkout", "the rollback");
    room.says(Intent::Resolve);
    room.wait(10);
    deploy(&mut room, "14:15:00", "checkout", "after the end");
    let context = room.ledger.context(room.incident());
    assert_eq!(context.iter().map(|event| event.seq).collect::<Vec<_>>(), [2, 4, 7]);
    let seqs: Vec<u64> = room.ledger.timeline(room.incident()).iter().map(|entry| entry.event.seq).collect();
    assert_eq!(seqs, [2, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn a_service_named_later_brings_its_past_along() {
    let mut room = Room::empty();
    deploy(&mut room, "13:50:00", "search", "v7");
    room.says(declare("Checkout down", Severity::Sev2));
    assert!(room.ledger.context(room.incident()).is_empty());
    let services = Some(vec!["checkout".to_owned(), "search".to_owned()]);
    room.says(Intent::SetFields(Fields { services, ..Fields::default() }));
    assert_eq!(room.ledger.context(room.incident()).len(), 1);
}

#[test]
fn what_was_said_about_a_deploy_follows_it() {
    let mut room = Room::empty();
    let seq = deploy(&mut room, "13:50:00", "checkout", "v7");
    room.says(Intent::Amend { seq, text: "v8".into() });
    room.says(declare("Checkout down", Severity::Sev2));
    let timeline = room.ledger.timeline(room.incident());
    assert_eq!(texts(&timeline[..2]), ["deploy of checkout: v7", "correction to entry 1: v8"]);
}

#[test]
fn an_event_for_an_incident_nobody_declared_is_kept_and_harms_nothing() {
    let stray = Event {
        seq: 1,
        incident: Some("inc-gone".to_owned()),
        happened_at: None,
        recorded_at: at("14:00:00"),
        actor: "ana".to_owned(),
        origin: Origin::System,
        kind: EventKind::Resolved,
    };
    let ledger = Ledger::fold([&stray]);
    assert_eq!((ledger.incidents.len(), ledger.loose.len(), ledger.head), (0, 1, 1));
}

#[test]
fn an_event_that_arrives_twice_counts_once() {
    let mut room = Room::declared();
    room.says(note("once", NoteKind::Observation));
    let before = room.ledger.clone();
    for event in room.events.clone() {
        room.ledger.apply(&event);
    }
    assert_eq!(room.ledger, before);
}

#[test]
fn measures_name_the_events_they_lie_between() {
    let mut room = Room::empty();
    let page = seen(&mut room, "13:57:00", TierState::Pending, TierState::Firing);
    let declared = room.says(declare("Checkout down", Severity::Sev2));
    let started = room.says(Intent::MarkImpact { edge: Edge::Start, at: at("13:55:00") });
    room.wait(12);
    let mitigated = room.says(Intent::Mitigate { kind: Mitigation::Rollback });
    room.wait(8);
    let resolved = room.says(Intent::Resolve);
    let measures = room.ledger.measures(room.incident()).expect("declared");
    let told: Vec<(&str, u64, u64, u64)> = measures
        .all()
        .iter()
        .map(|one| (one.name, one.from.seq, one.to.seq, one.length().as_secs() / 60))
        .collect();
    let expected = [
        ("MTTD", started, page, 2),
        ("MTTA", page, declared, 3),
        ("MTTM", page, mitigated, 15),
        ("MTTR", page, resolved, 23),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_measure_without_both_ends_is_left_out_and_never_zero() {
    let mut room = Room::declared();
    let names = |room: &Room| -> Vec<&str> {
        let measures = room.ledger.measures(room.incident()).expect("declared");
        measures.all().iter().map(|one| one.name).collect()
    };
    assert_eq!(names(&room), ["MTTA"]);
    let backdated = Ask::new("ana", Intent::Mitigate { kind: Mitigation::Flag }).at(at("13:50:00"));
    room.ask(&backdated).expect("admitted");
    assert_eq!(names(&room), ["MTTA"], "mitigated before it was detected is the wrong way round");
    room.says(Intent::Resolve);
    assert_eq!(names(&room), ["MTTA", "MTTR"]);
    room.says(Intent::Reopen { reason: "back".into() });
    assert_eq!(names(&room), ["MTTA"]);
}

#[test]
fn an_alert_that_came_and_went_before_is_another_story() {
    let mut room = Room::empty();
    seen(&mut room, "12:10:00", TierState::Pending, TierState::Firing);
    seen(&mut room, "12:30:00", TierState::Recovering, TierState::Ok);
    let page = seen(&mut room, "13:58:00", TierState::Pending, TierState::Firing);
    seen(&mut room, "13:59:00", TierState::Firing, TierState::Recovering);
    room.says(declare("Checkout down", Severity::Sev2));
    let measures = room.ledger.measures(room.incident()).expect("declared");
    assert_eq!(measures.detected.seq, page);
}
