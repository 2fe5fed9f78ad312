//! The clocks of an incident, its standing warnings, and the two as `show --json` tells them.

#![expect(clippy::expect_used, reason = "a test whose setting fails has failed")]

#[path = "support/room.rs"]
mod room;
#[path = "support/run.rs"]
mod run;

use std::time::Duration;

use room::{Room, at, declare};
use serde_json::json;
use warroom::incident::event::{Audience, Mitigation};
use warroom::incident::{Ask, ClockState, EventKind, Intent, Phase, Role, Severity};

fn update(next_min: Option<u64>) -> Intent {
    let next = next_min.map(Duration::from_mins);
    Intent::Update { text: "still down".into(), audience: Audience::Stakeholders, next }
}

fn assign(role: Role, who: &str) -> Intent {
    Intent::AssignRole { role, who: who.into(), reason: Some("swap".into()) }
}

fn declared(severity: Severity) -> Room {
    let mut room = Room::empty();
    room.says(declare("Checkout down", severity));
    room
}

/// The words of the comms clock so many minutes after now.
fn in_minutes(room: &Room, minutes: u64) -> Option<(ClockState, String)> {
    let now = room.now + chrono::TimeDelta::minutes(i64::try_from(minutes).unwrap_or_default());
    room.incident().comms_clock(now).map(|clock| (clock.state, clock.words(now)))
}

#[test]
fn the_comms_clock_runs_at_the_severitys_cadence() {
    use ClockState::{Due, OnTime, Overdue};
    let cases = [
        (Severity::Sev1, 0, OnTime, "update due in 15m"),
        (Severity::Sev1, 3, OnTime, "update due in 12m"),
        (Severity::Sev1, 15, Due, "update due now"),
        (Severity::Sev1, 29, Due, "update due now"),
        (Severity::Sev1, 30, Overdue, "update OVERDUE 1s"),
        (Severity::Sev1, 33, Overdue, "update OVERDUE 3m"),
        (Severity::Sev2, 29, OnTime, "update due in 1m"),
        (Severity::Sev2, 59, Due, "update due now"),
        (Severity::Sev2, 180, Overdue, "update OVERDUE 2h 00m"),
        (Severity::Sev3, 60, OnTime, "update due in 23h 00m"),
        (Severity::Sev3, 1440, Overdue, "update OVERDUE 1s"),
    ];
    for (severity, minutes, state, words) in cases {
        let told = in_minutes(&declared(severity), minutes);
        assert_eq!(told, Some((state, words.to_owned())), "{severity} after {minutes} min");
    }
}

#[test]
fn sev4_speaks_on_resolution_only_unless_it_promised() {
    let mut room = declared(Severity::Sev4);
    assert_eq!(in_minutes(&room, 9_999), None);
    room.says(update(Some(60)));
    assert!(in_minutes(&room, 61).is_some_and(|(state, _)| state == ClockState::Overdue));
}

#[test]
fn an_update_restarts_the_clock_and_its_promise_comes_first() {
    let mut room = declared(Severity::Sev1);
    room.wait(20);
    room.says(update(None));
    assert_eq!(room.incident().comms_clock(room.now).map(|clock| clock.due_at), Some(at("14:35:00")));
    room.says(update(Some(5)));
    let clock = room.incident().comms_clock(room.now).expect("open");
    assert_eq!((clock.due_at, clock.overdue_at), (at("14:25:00"), at("14:25:00")));
    assert_eq!(in_minutes(&room, 6), Some((ClockState::Overdue, "update OVERDUE 1m".to_owned())));
}

#[test]
fn a_backdated_declaration_starts_its_clock_when_it_was_written_down() {
    let mut room = Room::empty();
    let ask = Ask::new("ana", declare("Checkout down", Severity::Sev1)).at(at("12:00:00"));
    room.ask(&ask).expect("admitted");
    assert_eq!(room.incident().comms_clock(room.now).map(|clock| clock.due_at), Some(at("14:15:00")));
    assert_eq!(room.incident().duration(room.now), Duration::from_hours(2));
}

#[test]
fn the_clock_stops_at_resolve_and_starts_anew_when_reopened() {
    let mut room = declared(Severity::Sev1);
    room.says(update(Some(5)));
    room.says(Intent::Resolve);
    assert_eq!(in_minutes(&room, 60), None);
    room.wait(60);
    room.says(Intent::Reopen { reason: "errors are back".into() });
    assert_eq!(in_minutes(&room, 0), Some((ClockState::OnTime, "update due in 15m".to_owned())));
}

#[test]
fn a_struck_update_did_not_go_out() {
    let mut room = declared(Severity::Sev1);
    room.wait(14);
    let seq = room.says(update(None));
    room.says(Intent::Strike { seq, reason: "sent to nobody".into() });
    assert_eq!(room.incident().comms_clock(room.now).map(|clock| clock.due_at), Some(at("14:15:00")));
}

#[test]
fn a_task_has_a_timer_until_it_is_done() {
    let mut room = Room::declared();
    let due = Some(Duration::from_mins(10));
    room.says(Intent::AddTask { text: "call the bank".into(), owner: "bob".into(), due });
    room.says(Intent::AddTask { text: "no hurry".into(), owner: "bob".into(), due: None });
    let words = |room: &Room| room.incident().tasks[0].timer(room.now).map(|timer| timer.words(room.now));
    assert_eq!(words(&room).as_deref(), Some("due in 10m"));
    assert_eq!(room.incident().tasks[1].timer(room.now), None);
    room.wait(12);
    assert_eq!(words(&room).as_deref(), Some("OVERDUE 2m"));
    room.says(Intent::FinishTask { number: 1 });
    assert_eq!(words(&room), None);
}

#[test]
fn a_sev1_warns_of_empty_and_doubled_seats() {
    let mut room = declared(Severity::Sev1);
    let warnings = room.incident().warnings(room.now);
    assert_eq!(
        warnings,
        ["SEV1 wants every seat filled, still empty: comms, ops, sme, scribe (role assign)"]
    );
    for (role, who) in [(Role::Comms, "bob"), (Role::Ops, "cem"), (Role::Sme, "dee"), (Role::Scribe, "ana")] {
        room.says(assign(role, who));
    }
    let warnings = room.incident().warnings(room.now);
    assert_eq!(warnings, ["ana is ic and scribe at once: SEV1 wants one person a seat (swap)"]);
    room.says(assign(Role::Scribe, "eli"));
    assert!(room.incident().warnings(room.now).is_empty());
    room.wait(61);
    assert_eq!(
        room.incident().warnings(room.now),
        ["more than an hour of SEV1: a deputy is due (role assign deputy WHO)"]
    );
    room.says(assign(Role::Deputy, "fay"));
    assert!(room.incident().warnings(room.now).is_empty());
}

#[test]
fn smaller_incidents_may_double_seats() {
    let mut room = declared(Severity::Sev3);
    room.says(assign(Role::Ops, "ana"));
    room.wait(120);
    assert!(room.incident().warnings(room.now).is_empty());
}

#[test]
fn a_commander_who_executes_is_warned() {
    let mut room = declared(Severity::Sev2);
    let kind = EventKind::StepRan(run::run("exit 0", at("14:00:00")));
    let id = room.incident().id.clone();
    let ask =
        |who: &str| Ask::new(who, Intent::Record { kind: kind.clone(), dedupe: None }).about(id.clone());
    room.ask(&ask("bob")).expect("admitted");
    assert!(room.incident().warnings(room.now).is_empty());
    room.ask(&ask("ana")).expect("admitted");
    assert!(room.incident().warnings(room.now)[0].starts_with("ana runs steps while commanding"));
}

#[test]
fn warnings_name_what_is_forgotten_and_end_with_the_incident() {
    let mut room = Room::empty();
    let (title, severity) = ("Checkout down".to_owned(), Severity::Sev3);
    room.says(Intent::Declare {
        title,
        severity,
        services: vec![],
        ic: None,
        drill: false,
        private: false,
        found: None,
    });
    room.says(Intent::SetPhase { to: Phase::FollowUp });
    let warnings = room.incident().warnings(room.now);
    assert!(warnings[0].contains("not resolved: its time still runs"), "{warnings:?}");
    assert!(warnings[1].contains("no service named"), "{warnings:?}");
    room.says(Intent::Resolve);
    let warnings = room.incident().warnings(room.now);
    assert!(warnings.len() == 1 && warnings[0].contains("closing checklist"), "{warnings:?}");
}

#[test]
fn list_json_is_the_object_of_the_contract() {
    let mut room = declared(Severity::Sev2);
    let expected = json!({
        "id": "inc-2026-1121-checkout-down",
        "title": "Checkout down",
        "severity": 2,
        "phase": "detection",
        "status": "open",
        "ic": "ana",
        "services": ["checkout"],
        "declared_at": "2026-11-21T14:00:00.000Z",
        "resolved_at": null,
        "drill": false,
    });
    assert_eq!(room.incident().summary_json(), expected);
    room.wait(1);
    room.says(Intent::Resolve);
    let resolved = room.incident().summary_json();
    assert_eq!((&resolved["status"], &resolved["phase"]), (&json!("resolved"), &json!("follow-up")));
    assert_eq!(resolved["resolved_at"], json!("2026-11-21T14:01:00.000Z"));
}

#[test]
fn show_json_adds_people_tasks_clocks_and_warnings() {
    let mut room = declared(Severity::Sev1);
    let due = Some(Duration::from_mins(1));
    room.says(Intent::AddTask { text: "call".into(), owner: "bob".into(), due });
    room.says(update(Some(20)));
    room.says(Intent::Mitigate { kind: Mitigation::Rollback });
    room.wait(2);
    let shown = room.incident().show_json(room.now);
    assert_eq!(shown["id"], json!("inc-2026-1121-checkout-down"));
    assert_eq!(shown["duration_s"], json!(120));
    assert_eq!(shown["roles"]["ic"], json!(["ana"]));
    assert_eq!(shown["roles"]["ops"], json!([]));
    assert_eq!(shown["tasks"][0]["overdue"], json!(true));
    assert_eq!(shown["mitigated"], json!({"at": "2026-11-21T14:00:00.000Z", "kind": "rollback"}));
    let clock = json!({
        "due_at": "2026-11-21T14:20:00.000Z",
        "overdue_at": "2026-11-21T14:20:00.000Z",
        "state": "on_time",
    });
    assert_eq!(shown["update_clock"], clock);
    assert_eq!(shown["updates"][0]["next_s"], json!(1200));
    assert_eq!(shown["warnings"].as_array().map(Vec::len), Some(1));
    room.says(Intent::Resolve);
    assert_eq!(room.incident().show_json(room.now)["update_clock"], json!(null));
}
