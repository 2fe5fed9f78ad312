//! Incidents that have to do with each other, and incidents that turn out to be one.

use crate::intents::{note, text};
use crate::refusal::{no, refused, unknown};
use crate::room::{Room, declare};
use warroom::incident::event::Fields;
use warroom::incident::intent::RefusalKind;
use warroom::incident::{Ask, Intent, Severity, Status};

const CARDS: &str = "inc-2026-1121-cards-fail";
const CHECKOUT: &str = "inc-2026-1121-checkout-down";

fn merge(into: &str) -> Intent {
    Intent::Merge { into: text(into) }
}

fn relate(other: &str) -> Intent {
    Intent::Relate { other: text(other) }
}

fn about(id: &str, intent: Intent) -> Ask {
    Ask::new("ana", intent).about(id)
}

/// Two open incidents; each has a line of its own.
fn two() -> Room {
    let mut room = Room::declared();
    room.says(note("checkout times out"));
    room.wait(5);
    room.says(declare("Cards fail", Severity::Sev3));
    room.ask(&about(CARDS, note("the bank is slow"))).expect("admitted");
    room
}

fn texts(room: &Room, id: &str) -> Vec<String> {
    let incident = room.ledger.incident(id).expect("it is there");
    room.ledger.timeline(incident).into_iter().map(|entry| entry.text).collect()
}

#[test]
fn a_merged_incident_goes_on_in_the_other_and_its_id_stays_valid() {
    let mut room = two();
    room.ask(&about(CARDS, merge(CHECKOUT))).expect("admitted");
    let merged = room.ledger.incident(CARDS).expect("it is there");
    assert_eq!((merged.status, merged.merged_into.as_deref()), (Status::Closed, Some(CHECKOUT)));
    assert_eq!(merged.resolved_at, Some(room.now), "its time is frozen");
    let seq = room.ask(&about(CARDS, note("said of the old id"))).expect("admitted")[0];
    let line = room.events.iter().find(|event| event.seq == seq).expect("stored");
    assert_eq!(line.incident.as_deref(), Some(CHECKOUT));
    let all = texts(&room, CHECKOUT);
    for said in ["checkout times out", "the bank is slow", "said of the old id"] {
        assert!(all.iter().any(|text| text == said), "{said}: {all:?}");
    }
    assert!(!texts(&room, CARDS).contains(&text("checkout times out")), "the old record is what it was");
    assert_eq!(room.ledger.find(None).map(|only| only.id.as_str()), Ok(CHECKOUT), "the only one open");
}

#[test]
fn a_chain_of_merged_incidents_leads_to_the_last() {
    let mut room = two();
    room.says(declare("Bank down", Severity::Sev2));
    let bank = room.incident().id.clone();
    room.ask(&about(CARDS, merge(CHECKOUT))).expect("admitted");
    room.ask(&about(CHECKOUT, merge(&bank))).expect("admitted");
    let survivor = room.ledger.survivor(room.ledger.incident(CARDS).expect("it is there"));
    assert_eq!(survivor.id, bank);
    refused(&mut room, &about(&bank, merge(CARDS)), RefusalKind::NotAllowed, &["the same incident"]);
    assert!(texts(&room, &bank).contains(&text("the bank is slow")));
}

#[test]
fn only_what_is_open_is_merged_and_only_into_what_takes_lines() {
    let mut room = two();
    let no_of = |room: &mut Room, id: &str, intent: Intent, words: &[&str]| {
        refused(room, &about(id, intent), RefusalKind::NotAllowed, words);
    };
    no_of(&mut room, CARDS, merge(CARDS), &["the same incident"]);
    unknown(&mut room, &about(CARDS, merge("inc-1999")), &["inc-1999"]);
    room.ask(&about(CARDS, Intent::Resolve)).expect("admitted");
    no_of(&mut room, CARDS, merge(CHECKOUT), &["is resolved", "warroom link"]);
    room.ask(&about(CARDS, Intent::Close)).expect("admitted");
    no_of(&mut room, CHECKOUT, merge(CARDS), &["closed since", "reopen"]);
}

#[test]
fn reopening_takes_a_merge_back() {
    let mut room = two();
    room.ask(&about(CARDS, merge(CHECKOUT))).expect("admitted");
    room.ask(&about(CARDS, Intent::Reopen { reason: text("another bank") })).expect("admitted");
    let again = room.ledger.incident(CARDS).expect("it is there");
    assert!(again.is_open() && again.merged_into.is_none());
    assert!(!texts(&room, CHECKOUT).contains(&text("the bank is slow")));
}

#[test]
fn a_relation_is_seen_from_both_sides_and_said_once() {
    let mut room = two();
    room.ask(&about(CARDS, relate(CHECKOUT))).expect("admitted");
    let related = |id: &str| {
        let incident = room.ledger.incident(id).expect("it is there");
        room.ledger.related_to(incident).map(|other| other.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!((related(CARDS), related(CHECKOUT)), (vec![text(CHECKOUT)], vec![text(CARDS)]));
    for (id, other, words) in [(CHECKOUT, CARDS, "related already"), (CARDS, CARDS, "the same incident")] {
        refused(&mut room, &about(id, relate(other)), RefusalKind::NotAllowed, &[words]);
    }
    let mut empty = Room::empty();
    no(&mut empty, relate(CARDS), &["none declared yet"]);
}

/// A private incident and a public one; which of them is merged into which, and that both end private.
#[test]
fn what_a_private_incident_is_merged_into_becomes_private_in_the_same_breath() {
    let private = |id: &str| {
        let mut room = two();
        let set = Fields { private: Some(true), ..Fields::default() };
        room.ask(&about(id, Intent::SetFields(set))).expect("admitted");
        room
    };
    let is_private = |room: &Room, id: &str| room.ledger.incident(id).expect("it is there").private;
    let mut room = private(CARDS);
    assert_eq!(room.ask(&about(CARDS, merge(CHECKOUT))).expect("admitted").len(), 2);
    assert!(is_private(&room, CHECKOUT), "its lines are read there now");
    let mut room = private(CHECKOUT);
    assert_eq!(room.ask(&about(CARDS, merge(CHECKOUT))).expect("admitted").len(), 1, "it is so already");
    assert!(is_private(&room, CHECKOUT) && !is_private(&room, CARDS));
}

#[test]
fn an_incident_is_private_from_its_first_event_on() {
    let mut room = Room::empty();
    let Intent::Declare { title, severity, services, .. } = declare("Token leaked", Severity::Sev2) else {
        unreachable!("it declares")
    };
    let declare =
        Intent::Declare { title, severity, services, ic: None, drill: false, private: true, found: None };
    assert_eq!(room.ask(&Ask::new("ana", declare)).expect("admitted").len(), 3, "one append");
    assert!(room.incident().private);
}
