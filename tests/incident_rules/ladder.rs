//! The escalation ladder: who is called when, who answers, who is remembered.

use std::time::Duration;

use warroom::incident::clock::Stage;
use warroom::incident::event::{
    Edge, EventKind, FollowUp, Follows, Level, Mitigation, NoteKind, Rung, Terms,
};
use warroom::incident::intent::{ClockAsk, PostAsk, Sending, Sure};
use warroom::incident::outbox::{self, Kind, Letter};
use warroom::incident::{Ask, Intent, Severity};
use warroom::text::Time;

use crate::room::{Room, at, declare};

fn declared(severity: Severity) -> Room {
    let mut room = Room::empty();
    room.says(declare("Checkout down", severity));
    room
}

/// From when on each level is called for.
fn wanted(room: &Room) -> Vec<(Level, Time)> {
    let due = |(level, stage)| match stage {
        Stage::Wanted { due_at, .. } => Some((level, due_at)),
        _ => None,
    };
    room.incident().ladder().into_iter().filter_map(due).collect()
}

fn escalate(level: Option<Level>, who: Option<&str>) -> Intent {
    let who = who.map(str::to_owned);
    Intent::Clock(ClockAsk::Escalate { level, who, why: None, sending: Sending::Out(Sure::default()) })
}

fn acknowledge(level: Option<Level>) -> Intent {
    Intent::Clock(ClockAsk::Acknowledge { level, who: None })
}

fn note() -> Intent {
    Intent::Note { text: "looking".into(), kind: NoteKind::Observation, star: false }
}

#[track_caller]
fn no(room: &mut Room, intent: Intent, part: &str) {
    let refusal = room.ask(&Ask::new("ana", intent)).expect_err("refused");
    assert!(refusal.why.contains(part), "{refusal}");
}

#[test]
fn levels_are_called_for_by_the_manual() {
    use Level::{L1, L2, L3, L4, L5};
    let silent = declared(Severity::Sev2);
    assert_eq!(wanted(&silent), [(L1, at("14:00:00")), (L2, at("14:10:00")), (L3, at("14:15:00"))]);
    let mut worst = declared(Severity::Sev1);
    worst.wait(1);
    worst.says(note());
    assert_eq!(wanted(&worst), [(L3, at("14:00:00")), (L4, at("14:30:00")), (L5, at("15:00:00"))]);
    for severity in [Severity::Sev3, Severity::Sev4] {
        assert_eq!(wanted(&declared(severity)), [], "{severity} pages nobody by the clock");
    }
}

#[test]
fn an_answer_on_the_ladder_ends_the_silence() {
    let mut room = declared(Severity::Sev2);
    room.says(escalate(Some(Level::L1), Some("bob")));
    let stage = |room: &Room| room.incident().ladder()[0].1.clone();
    assert_eq!(stage(&room), Stage::Called { who: "bob".into(), at: room.now, answer_by: at("14:05:00") });
    room.wait(6);
    assert_eq!(stage(&room).words(room.now), "bob called, answer OVERDUE 1m");
    room.ask(&Ask::new("bob", acknowledge(None))).expect("admitted");
    assert_eq!(stage(&room), Stage::Answered { who: "bob".into(), at: room.now });
    assert_eq!(wanted(&room), [], "somebody is there");
    no(&mut room, acknowledge(Some(Level::L1)), "bob acknowledged already");
    no(&mut room, acknowledge(None), "nobody was called and has not answered");
}

#[test]
fn customers_who_feel_it_no_more_need_no_director() {
    let mut room = declared(Severity::Sev1);
    room.says(Intent::MarkImpact { edge: Edge::Start, at: at("13:50:00") });
    assert!(wanted(&room).contains(&(Level::L4, at("14:30:00"))), "a SEV1 only since 14:00");
    room.says(Intent::Mitigate { kind: Mitigation::Rollback });
    assert!(wanted(&room).iter().all(|(level, _)| *level != Level::L4));
}

#[test]
fn a_severity_that_rises_starts_the_upper_levels_then() {
    let mut room = declared(Severity::Sev2);
    room.wait(20);
    room.says(Intent::SetSeverity { to: Severity::Sev1, reason: "all users".into() });
    assert!(wanted(&room).contains(&(Level::L5, at("15:20:00"))), "{:?}", wanted(&room));
}

#[test]
fn who_is_asked_for_once_is_remembered_for_the_incident() {
    let mut room = declared(Severity::Sev1);
    no(&mut room, escalate(Some(Level::L3), None), "nobody is named for it (say who: --to WHO");
    room.says(escalate(Some(Level::L3), Some("dora")));
    room.wait(15);
    let seq = room.says(escalate(Some(Level::L3), None));
    let entry = room.incident().entry(seq).expect("listed");
    assert_eq!(entry.text, "escalated to L3, dora: no acknowledgement by L1 or L2, or SEV1");
    assert_eq!(room.incident().posts, [], "no target is configured");
}

#[test]
fn the_next_level_is_the_lowest_that_is_called_for_then_the_one_above() {
    let mut room = declared(Severity::Sev3);
    let next = |room: &Room| room.incident().next_level();
    assert_eq!(next(&room), Some(Level::L1));
    for level in Level::ALL {
        assert_eq!(next(&room), Some(level));
        room.says(escalate(None, Some("x")));
    }
    assert_eq!(next(&room), None);
    no(&mut room, escalate(None, Some("x")), "every level was called");
    room.says(Intent::Resolve);
    no(&mut room, escalate(Some(Level::L1), Some("x")), "was resolved");
}

/// Dora is L3, reached by the pager within two minutes.
fn named() -> Terms {
    let rung = Rung {
        level: Level::L3,
        who: Some("dora".into()),
        target: Some("pager".into()),
        after_s: Some(120),
        acknowledge_s: Some(60),
    };
    Terms { ladder: vec![rung], ..Terms::default() }
}

#[test]
fn a_configured_level_is_called_by_name_and_through_its_target() {
    let mut room = declared(Severity::Sev1);
    room.says(Intent::Clock(ClockAsk::Freeze(named())));
    assert!(wanted(&room).contains(&(Level::L3, at("14:00:00"))), "a SEV1 does not wait");
    room.says(escalate(Some(Level::L3), None));
    let incident = room.incident();
    assert_eq!(
        incident.ladder()[2].1,
        Stage::Called { who: "dora".into(), at: room.now, answer_by: at("14:01:00") }
    );
    let post = &incident.posts[0].post;
    assert_eq!((post.target.as_str(), post.level, post.audience), ("pager", Some(Level::L3), None));
    assert_eq!(
        post.text,
        "dora, you are called as L3 (engineering manager) to SEV1 Checkout down: no acknowledgement by L1 or L2, \
         or SEV1. Incident inc-2026-1121-checkout-down, commander ana. Please acknowledge."
    );
}

#[test]
fn a_private_incident_calls_nobody_outside_without_its_confirmation() {
    let mut room = declared(Severity::Sev1);
    room.says(Intent::Clock(ClockAsk::Freeze(named())));
    room.says(Intent::SetFields(warroom::incident::event::Fields {
        private: Some(true),
        ..Default::default()
    }));
    no(
        &mut room,
        escalate(Some(Level::L3), None),
        "nothing of it leaves without a confirmation of its own (--yes-private)",
    );
    let by_hand =
        |sending| Intent::Clock(ClockAsk::Escalate { level: Some(Level::L3), who: None, why: None, sending });
    room.says(by_hand(Sending::ByHand));
    assert_eq!(room.incident().posts, []);
    room.says(by_hand(Sending::Out(Sure { private: true, public: false })));
    assert_eq!(room.incident().posts.len(), 1);
    let event = &room.events.last().expect("queued").kind;
    assert!(matches!(event, EventKind::PostQueued(_)));
    let length = Duration::from_secs(room.incident().clockwork.terms.ladder[0].acknowledge_s.unwrap_or(0));
    assert_eq!(length, Duration::from_mins(1));
}

/// What leaves: the action, and whether it is about the first call.
fn follow_ups(room: &Room) -> Vec<(FollowUp, bool)> {
    let posts = &room.incident().posts;
    let of = |follows: &Follows| (follows.with, follows.key == posts[0].post.key);
    posts.iter().filter_map(|queued| queued.post.follows.as_ref()).map(of).collect()
}

#[test]
fn who_was_called_is_told_that_it_was_answered_and_that_it_is_over() {
    let mut room = declared(Severity::Sev1);
    room.says(Intent::Clock(ClockAsk::Freeze(named())));
    room.says(escalate(Some(Level::L3), None));
    assert_eq!(follow_ups(&room), []);
    room.ask(&Ask::new("dora", acknowledge(None))).expect("admitted");
    assert_eq!(follow_ups(&room), [(FollowUp::Acknowledge, true)]);
    room.says(escalate(Some(Level::L1), Some("bob")));
    room.says(acknowledge(None));
    assert_eq!(follow_ups(&room).len(), 1, "bob was called by no target");
    room.says(Intent::Resolve);
    assert_eq!(follow_ups(&room), [(FollowUp::Acknowledge, true), (FollowUp::Resolve, true)]);
    let (incident, told) = room.ledger.posts().last().expect("queued");
    let body = outbox::body(Kind::Pagerduty, &Letter::new(incident, told), "R-KEY");
    let call = room.incident().posts[0].post.key.as_str();
    let expected = serde_json::json!({"routing_key": "R-KEY", "event_action": "resolve", "dedup_key": call});
    assert_eq!(body, expected);
    assert_eq!(told.post.text, "inc-2026-1121-checkout-down: resolved");
    room.says(Intent::Reopen { reason: "again".to_owned() });
    room.says(Intent::Resolve);
    assert_eq!(follow_ups(&room).len(), 2, "it is over already there");
}

#[test]
fn a_private_incident_says_nothing_by_itself_and_neither_does_a_call_that_was_dropped() {
    let mut room = declared(Severity::Sev1);
    room.says(Intent::Clock(ClockAsk::Freeze(named())));
    room.says(escalate(Some(Level::L3), None));
    let post = room.incident().posts[0].seq;
    let mut dropped = Room { ledger: room.ledger.clone(), events: room.events.clone(), now: room.now };
    dropped.says(Intent::Post(PostAsk::Drop { post, reason: "by phone".to_owned() }));
    dropped.says(acknowledge(None));
    assert_eq!(follow_ups(&dropped), []);
    room.says(Intent::SetFields(warroom::incident::event::Fields {
        private: Some(true),
        ..Default::default()
    }));
    room.says(acknowledge(None));
    room.says(Intent::Resolve);
    assert_eq!(follow_ups(&room), []);
}
