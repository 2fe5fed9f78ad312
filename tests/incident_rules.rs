//! The rules of an open incident and of its end, one sentence each: admitted, or refused with the way out.

#![expect(clippy::expect_used, reason = "a test whose setting fails has failed")]

#[path = "incident_rules/clocks.rs"]
mod clocks;
#[path = "incident_rules/handover.rs"]
mod handover;
#[path = "incident_rules/importing.rs"]
mod importing;
#[path = "support/intents.rs"]
mod intents;
#[path = "incident_rules/ladder.rs"]
mod ladder;
#[path = "incident_rules/outgoing.rs"]
mod outgoing;
#[path = "support/over.rs"]
mod over;
#[path = "support/refusal.rs"]
mod refusal;
#[path = "incident_rules/relating.rs"]
mod relating;
#[path = "incident_rules/restoring.rs"]
mod restoring;
#[path = "support/room.rs"]
mod room;
#[path = "incident_rules/scribe.rs"]
mod scribe;
#[path = "incident_rules/similar.rs"]
mod similar;

#[path = "incident_rules/wordings.rs"]
mod wordings;

use std::time::Duration;

use intents::{assign, note, release, strike, task, text};
use over::{closed, resolved};
use refusal::{no, refused, unknown};
use room::{Room, at};
use warroom::incident::event::{Audience, Change, ChangeKind, Edge, Fields, Mitigation};
use warroom::incident::intent::RefusalKind;
use warroom::incident::state::Ending;
use warroom::incident::{Ask, Intent, NewEvent, Phase, Role, Severity, Status};

fn reopen() -> Intent {
    Intent::Reopen { reason: text("errors are back") }
}

fn judged(room: &Room, ask: &Ask) -> Vec<NewEvent> {
    room.ledger.judge(ask, room.now).expect("admitted")
}

#[test]
fn a_severity_changes_with_a_reason_and_for_real() {
    let mut room = Room::declared();
    let set = |to, reason: &str| Intent::SetSeverity { to, reason: text(reason) };
    no(&mut room, set(Severity::Sev1, " "), &["reason: empty", "--reason WHY"]);
    no(&mut room, set(Severity::Sev2, "still"), &["is SEV2 already"]);
    room.says(set(Severity::Sev1, "all users"));
    assert_eq!(room.incident().severity, Severity::Sev1);
}

#[test]
fn phases_may_go_back_but_not_nowhere() {
    let mut room = Room::declared();
    for to in [Phase::Mitigation, Phase::Triage, Phase::Resolution] {
        room.says(Intent::SetPhase { to });
        assert_eq!(room.incident().phase, to);
    }
    no(&mut room, Intent::SetPhase { to: Phase::Resolution }, &["is in resolution already"]);
}

#[test]
fn phase_resolution_does_not_resolve_and_phase_mitigation_does_not_mitigate() {
    let mut room = Room::declared();
    room.says(Intent::SetPhase { to: Phase::Mitigation });
    room.says(Intent::SetPhase { to: Phase::Resolution });
    assert!(room.incident().is_open());
    assert_eq!(room.incident().mitigated, None);
}

#[test]
fn commander_cannot_leave_without_a_successor() {
    no(&mut Room::declared(), release(Role::Ic, None), &["ana is still commander", "role offer ic WHO"]);
}

#[test]
fn taking_command_by_force_wants_a_reason() {
    let mut room = Room::declared();
    no(&mut room, assign(Role::Ic, "bob", None), &["ana is still commander", "--reason"]);
    no(&mut room, assign(Role::Ic, "bob", Some("  ")), &["ana is still commander"]);
    room.wait(5);
    room.says(assign(Role::Ic, "bob", Some("ana lost her connection")));
    let incident = room.incident();
    assert_eq!(incident.holders(Role::Ic).collect::<Vec<_>>(), ["bob"]);
    assert_eq!(incident.tenures[0].to, Some(at("14:05:00")));
    assert!(incident.timeline.last().is_some_and(|entry| entry.text.contains("after ana: ana lost")));
}

#[test]
fn the_commander_is_not_seated_twice() {
    no(&mut Room::declared(), assign(Role::Ic, " ana ", None), &["ana is incident commander already"]);
}

#[test]
fn a_seat_has_one_holder_and_experts_are_several() {
    let mut room = Room::declared();
    for who in ["bob", "cem"] {
        room.says(assign(Role::Comms, who, None));
        room.says(assign(Role::Sme, who, None));
    }
    let holders = |role| room.incident().holders(role).map(text).collect::<Vec<_>>();
    assert_eq!(holders(Role::Comms), ["cem"]);
    assert_eq!(holders(Role::Sme), ["bob", "cem"]);
    no(&mut room, assign(Role::Sme, "cem", None), &["cem is subject matter expert already"]);
}

#[test]
fn a_release_names_somebody_who_sits_there() {
    let mut room = Room::declared();
    no(&mut room, release(Role::Scribe, None), &["scribe: nobody holds it"]);
    for who in ["bob", "cem"] {
        room.says(assign(Role::Sme, who, None));
    }
    no(&mut room, release(Role::Sme, None), &["2 hold it: bob, cem", "say who"]);
    no(&mut room, release(Role::Sme, Some("dee")), &["dee does not hold it", "bob, cem"]);
    room.says(release(Role::Sme, Some("bob")));
    room.says(release(Role::Sme, None));
    assert_eq!(room.incident().holders(Role::Sme).count(), 0);
}

#[test]
fn words_are_asked_for_where_there_are_none() {
    let mut room = Room::declared();
    let update = Intent::Update { text: text(""), audience: Audience::Public, next: None };
    let unowned = Intent::AddTask { text: text("restart"), owner: text(""), due: None };
    let unset = Intent::SetFields(Fields::default());
    let untitled = Intent::SetFields(Fields { title: Some(text(" ")), ..Fields::default() });
    let nameless = Intent::MarkChange(Change::new(ChangeKind::Deploy, text(""), text("v2")));
    let cases = [
        (note(" \t"), "note: empty"),
        (update, "update: empty"),
        (task(""), "task: empty"),
        (unowned, "owner: empty"),
        (assign(Role::Ops, "", None), "who: empty"),
        (unset, "nothing to set"),
        (untitled, "title: empty"),
        (nameless, "service: empty"),
        (Intent::Strike { seq: 1, reason: text("") }, "reason: empty"),
        (Intent::Amend { seq: 1, text: text("") }, "amend: empty"),
        (Intent::Redact { seq: 1, reason: text("") }, "reason: empty"),
    ];
    for (intent, why) in cases {
        no(&mut room, intent, &[why]);
    }
}

#[test]
fn tasks_are_numbered_in_the_incident_and_done_once() {
    let mut room = Room::declared();
    room.says(task("restart"));
    room.wait(2);
    room.says(Intent::AddTask {
        text: text("call the bank"),
        owner: text("cem"),
        due: Some(Duration::from_mins(10)),
    });
    room.says(Intent::FinishTask { number: 1 });
    let tasks = &room.incident().tasks;
    assert_eq!(tasks.iter().map(|task| task.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(tasks[0].ended, Some((at("14:02:00"), Ending::Done)));
    assert_eq!(tasks[1].due_at, Some(at("14:12:00")));
    no(&mut room, Intent::FinishTask { number: 1 }, &["task: 1: done at"]);
    unknown(&mut room, &Ask::new("ana", Intent::FinishTask { number: 7 }), &["task: 7: unknown", "open: 2"]);
}

#[test]
fn every_task_is_done_declined_or_promoted_before_an_incident_closes() {
    let mut room = Room::declared();
    for words in ["restart", "call the bank", "alert on the queue"] {
        room.says(task(words));
    }
    room.says(Intent::Resolve);
    no(&mut room, Intent::Close, &["tasks 1, 2, 3 are open", "task done N, promote N or decline N"]);
    room.says(Intent::FinishTask { number: 1 });
    no(&mut room, Intent::DeclineTask { number: 2, reason: text(" ") }, &["reason: empty"]);
    room.says(Intent::DeclineTask { number: 2, reason: text("the bank called us") });
    no(&mut room, Intent::FinishTask { number: 2 }, &["task: 2: declined at"]);
    no(&mut room, Intent::Close, &["task 3 is open"]);
    room.says(Intent::PromoteTask { number: 3 });
    let following: Vec<u32> = room.incident().tasks_to_follow().map(|task| task.number).collect();
    assert_eq!(following, [3], "an action item");
    room.says(Intent::Close);
}

#[test]
fn the_first_mitigation_counts_until_it_is_struck_or_the_incident_reopened() {
    let mut room = Room::declared();
    room.wait(9);
    let seq = room.says(Intent::Mitigate { kind: Mitigation::Rollback });
    no(
        &mut room,
        Intent::Mitigate { kind: Mitigation::Failover },
        &["was mitigated at", "by rollback", "strike"],
    );
    room.says(strike(seq));
    assert_eq!(room.incident().mitigated, None);
    room.says(Intent::Mitigate { kind: Mitigation::Failover });
    room.says(Intent::Resolve);
    room.says(reopen());
    assert_eq!(room.incident().mitigated, None);
    room.says(Intent::Mitigate { kind: Mitigation::Hotfix });
    assert_eq!(room.incident().mitigated.map(|(_, kind)| kind), Some(Mitigation::Hotfix));
}

#[test]
fn impact_starts_before_it_ends_and_not_tomorrow() {
    let mut room = Room::declared();
    let mark = |edge, clock| Intent::MarkImpact { edge, at: at(clock) };
    let seq = room.says(mark(Edge::Start, "13:40:00"));
    no(&mut room, mark(Edge::End, "13:39:00"), &["cannot start at 2026-11-21 13:40:00 UTC"]);
    no(&mut room, mark(Edge::End, "15:00:00"), &["has not come yet"]);
    room.says(mark(Edge::End, "13:55:00"));
    no(&mut room, mark(Edge::Start, "13:56:00"), &["cannot start"]);
    room.says(mark(Edge::Start, "13:30:00"));
    assert_eq!(room.incident().impact_start, Some(at("13:30:00")));
    let marked = room.incident().entry(seq).expect("listed");
    assert_eq!(marked.event.happened_at, Some(at("13:40:00")), "the mark lies where the impact began");
}

#[test]
fn fields_are_set_one_by_one() {
    let mut room = Room::declared();
    let (title, impact) = (Some(text("Checkout\nfails")), Some(text("no card payments")));
    room.says(Intent::SetFields(Fields { title, impact, ..Fields::default() }));
    let services = Some(vec![text("checkout"), text("search")]);
    room.says(Intent::SetFields(Fields { services, private: Some(true), ..Fields::default() }));
    let incident = room.incident();
    assert_eq!(
        (incident.title.as_str(), incident.impact.as_deref()),
        ("Checkout fails", Some("no card payments"))
    );
    assert_eq!(incident.services, ["checkout", "search"]);
    assert!(incident.private);
}

#[test]
fn resolving_freezes_the_duration_and_leads_to_follow_up() {
    let mut room = resolved();
    room.wait(60);
    let incident = room.incident();
    assert_eq!((incident.status, incident.phase), (Status::Resolved, Phase::FollowUp));
    assert_eq!(incident.duration(room.now), Duration::from_mins(10));
    let kinds: Vec<String> = room.events[2..].iter().map(|event| event.kind.word()).collect();
    assert_eq!(kinds, ["resolved", "phase_changed"]);
}

#[test]
fn resolving_from_follow_up_says_it_once() {
    let mut room = Room::declared();
    room.says(Intent::SetPhase { to: Phase::FollowUp });
    assert_eq!(judged(&room, &Ask::new("ana", Intent::Resolve)).len(), 1);
}

#[test]
fn nothing_is_resolved_twice_or_before_it_began() {
    let mut room = Room::declared();
    let early = Ask::new("ana", Intent::Resolve).at(at("13:59:59"));
    refused(&mut room, &early, RefusalKind::NotAllowed, &["13:59:59 UTC", "before it was declared"]);
    room.says(Intent::Resolve);
    no(&mut room, Intent::Resolve, &["was resolved at", "warroom reopen"]);
    no(&mut room, Intent::Mitigate { kind: Mitigation::Flag }, &["was resolved at", "warroom reopen"]);
    no(&mut room, Intent::SetPhase { to: Phase::Triage }, &["is resolved", "warroom reopen"]);
}

#[test]
fn closing_comes_after_resolving() {
    let mut room = Room::declared();
    no(&mut room, Intent::Close, &["is not resolved", "warroom resolve"]);
    let mut room = resolved();
    let early = Ask::new("ana", Intent::Close).at(at("14:05:00"));
    refused(&mut room, &early, RefusalKind::NotAllowed, &["before it was resolved"]);
    room.says(Intent::Close);
    assert_eq!(room.incident().status, Status::Closed);
    no(&mut room, Intent::Close, &["is closed since"]);
}

#[test]
fn reopening_wants_a_reason_and_goes_back_to_triage() {
    no(&mut Room::declared(), reopen(), &["is open"]);
    for mut room in [resolved(), closed()] {
        no(&mut room, Intent::Reopen { reason: text("") }, &["reason: empty"]);
        room.wait(3);
        room.says(reopen());
        let incident = room.incident();
        assert_eq!((incident.status, incident.phase), (Status::Open, Phase::Triage));
        assert_eq!((incident.resolved_at, incident.closed_at), (None, None));
        assert_eq!(incident.commander(), Some("ana"));
    }
}
