//! Every clock: when it is due, what stops it, what putting it off does.

use std::time::Duration;

use warroom::incident::event::{AlertGroup, AlertKey, AlertsTaken, Audience, Fields, Hours, Security, Terms};
use warroom::incident::intent::{ClockAsk, RefusalKind};
use warroom::incident::{AlertAsk, Ask, ClockState, EventKind, Intent, Role, Severity};
use warroom::text::Time;

use crate::room::{Room, at, declare};

fn declared(severity: Severity) -> Room {
    let mut room = Room::empty();
    room.says(declare("Checkout down", severity));
    room
}

fn with(severity: Severity, terms: Terms) -> Room {
    let mut room = declared(severity);
    room.says(Intent::Clock(ClockAsk::Freeze(terms)));
    room
}

/// Due and overdue of a clock, where it runs.
fn ends(room: &Room, name: &str) -> Option<(Time, Time)> {
    let clocks = room.incident().clocks(room.now);
    clocks.iter().find(|clock| clock.name == name).map(|clock| (clock.due_at, clock.overdue_at))
}

fn due(room: &Room, name: &str) -> Option<Time> {
    ends(room, name).map(|(due, _)| due)
}

fn note(text: &str) -> Intent {
    Intent::Note { text: text.into(), kind: warroom::incident::event::NoteKind::Observation, star: false }
}

fn update(audience: Audience) -> Intent {
    Intent::Update { text: "still down".into(), audience, next: None }
}

fn snooze(clock: &str, minutes: u64) -> Intent {
    Intent::Clock(ClockAsk::Snooze { clock: clock.into(), length: Duration::from_mins(minutes) })
}

fn time(text: &str) -> Time {
    text.parse().expect("a time")
}

#[test]
fn the_response_is_due_by_the_severity_matrix() {
    // 2026-11-21 is a Saturday: four business hours end on Monday at 13:00, the next business day is
    // Monday.
    let cases = [
        (Severity::Sev1, at("14:15:00"), at("14:15:00")),
        (Severity::Sev2, at("14:30:00"), at("14:30:00")),
        (Severity::Sev3, time("2026-11-23T13:00:00Z"), time("2026-11-23T13:00:00Z")),
        (Severity::Sev4, time("2026-11-23T09:00:00Z"), time("2026-11-23T17:00:00Z")),
    ];
    for (severity, due, overdue) in cases {
        assert_eq!(ends(&declared(severity), "respond"), Some((due, overdue)), "{severity}");
    }
}

#[test]
fn business_hours_run_in_their_zone_and_skip_nights_and_changes_of_the_clocks() {
    let berlin = Hours { zone: "Europe/Berlin".into(), ..Hours::default() };
    let cases = [
        // Friday 16:00 local: one hour is left, three more on Monday.
        ("2026-11-20T15:00:00Z", 4, "2026-11-23T11:00:00Z"),
        // Early on Monday work has not begun.
        ("2026-11-23T03:00:00Z", 4, "2026-11-23T12:00:00Z"),
        // Over the end of summer time (25 October): Monday 9:00 is 8:00 UTC, not 7:00.
        ("2026-10-23T14:30:00Z", 2, "2026-10-26T09:30:00Z"),
    ];
    for (from, hours, expected) in cases {
        assert_eq!(berlin.later(time(from), Duration::from_hours(hours)), time(expected), "{from}");
    }
    let never = Hours { days: vec![], ..Hours::default() };
    assert_eq!(never.later(at("14:00:00"), Duration::from_hours(1)), at("14:00:00"), "nobody ever works");
}

#[test]
fn the_commanders_first_own_entry_is_the_response() {
    let mut room = declared(Severity::Sev1);
    room.wait(1);
    room.ask(&Ask::new("bob", note("I see it too"))).expect("admitted");
    assert!(due(&room, "respond").is_some(), "bob does not command");
    room.says(note("looking"));
    assert_eq!(due(&room, "respond"), None);
    assert_eq!(room.incident().clockwork.responded, Some(room.now));
    room.says(Intent::Resolve);
    room.wait(5);
    room.says(Intent::Reopen { reason: "it is back".into() });
    assert_eq!(due(&room, "respond"), Some(at("14:21:00")), "it starts anew");
}

#[test]
fn taking_the_command_is_the_response_and_declaring_is_none() {
    let mut room = declared(Severity::Sev2);
    assert!(due(&room, "respond").is_some());
    room.says(Intent::OfferRole { role: Role::Ic, who: "bob".into() });
    let accept = Intent::AcceptRole { role: Role::Ic, reason: None };
    room.ask(&Ask::new("bob", accept)).expect("admitted");
    assert_eq!(due(&room, "respond"), None);
}

#[test]
fn public_posts_and_executives_have_clocks_where_they_are_asked_for() {
    let asked = Terms {
        first_post_s: Some(300),
        scope_post_s: Some(300),
        executives_s: Some(1800),
        ..Terms::default()
    };
    assert_eq!(due(&declared(Severity::Sev1), "first-post"), None);
    assert_eq!(due(&with(Severity::Sev3, asked.clone()), "first-post"), None, "only where it is grave");
    let mut room = with(Severity::Sev1, asked);
    assert_eq!(due(&room, "first-post"), Some(at("14:05:00")));
    assert_eq!(due(&room, "executives"), Some(at("14:30:00")));
    room.wait(4);
    room.says(update(Audience::Public));
    assert_eq!((due(&room, "first-post"), due(&room, "scope-post")), (None, Some(at("14:09:00"))));
    room.wait(4);
    room.says(update(Audience::Public));
    assert_eq!(due(&room, "scope-post"), None);
    room.says(update(Audience::Executives));
    assert_eq!(due(&room, "executives"), Some(at("14:38:00")));
}

#[test]
fn the_postmortem_is_due_two_days_after_a_grave_incident_until_it_is_out() {
    for severity in [Severity::Sev3, Severity::Sev4] {
        let mut room = declared(severity);
        room.says(Intent::Resolve);
        assert_eq!(room.incident().clocks(room.now), [], "{severity}");
    }
    let mut room = declared(Severity::Sev2);
    room.wait(10);
    room.says(Intent::Resolve);
    assert_eq!(due(&room, "postmortem"), Some(time("2026-11-23T14:10:00Z")));
    let kind = EventKind::PostmortemExported { path: "pm.md".into(), sha256: "ab".into() };
    let id = room.incident().id.clone();
    let exported = Ask::new("ana", Intent::Record { kind, dedupe: None }).about(id);
    room.ask(&exported).expect("admitted");
    assert_eq!(room.incident().clocks(room.now), []);
}

#[test]
fn a_snooze_puts_one_round_off_once_and_the_next_is_at_full_strength() {
    let mut room = declared(Severity::Sev1);
    room.wait(20);
    room.says(snooze("update", 15));
    assert_eq!(ends(&room, "update"), Some((at("14:35:00"), at("14:35:00"))));
    let words: Vec<String> = room.incident().clocks(room.now).iter().map(|c| c.words(room.now)).collect();
    assert!(words.contains(&"update due in 15m (snoozed)".to_owned()), "{words:?}");
    let again = room.ask(&Ask::new("ana", snooze("update", 30))).expect_err("once");
    assert!(again.why.contains("was put off once already"), "{again}");
    room.says(update(Audience::Stakeholders));
    assert_eq!(ends(&room, "update"), Some((at("14:35:00"), at("14:50:00"))), "15 to 30 minutes as ever");
    room.wait(16);
    room.says(snooze("update", 5));
}

#[test]
fn only_a_clock_that_runs_is_put_off_and_only_past_its_end() {
    let mut room = declared(Severity::Sev1);
    let no = |room: &mut Room, intent: Intent| room.ask(&Ask::new("ana", intent)).expect_err("refused");
    let unknown = no(&mut room, snooze("updte", 30));
    assert_eq!(unknown.kind, RefusalKind::Unknown);
    assert!(unknown.why.contains("did you mean update?"), "{unknown}");
    assert!(no(&mut room, snooze("update", 10)).why.contains("is not due before 2026-11-21T14:15:00"));
    assert!(no(&mut room, snooze("update", 9 * 60)).why.contains("more than 8h"));
    assert_eq!(room.events.len(), 2);
}

#[test]
fn what_hurts_nobody_yet_is_looked_at_again_without_an_incident() {
    let mut room = Room::empty();
    let look = ClockAsk::Recheck { what: "queue depth".into(), due: Duration::from_mins(10) };
    let seq = room.says(Intent::Clock(look));
    let clock = room.ledger.clocks(None, room.now).remove(0);
    assert_eq!(
        (clock.due_at, clock.words(room.now)),
        (at("14:10:00"), "look again: queue depth due in 10m".into())
    );
    room.wait(12);
    assert_eq!(clock.state(room.now), ClockState::Overdue);
    room.says(snooze(&clock.name, 5));
    assert_eq!(room.ledger.clocks(None, room.now)[0].due_at, at("14:17:00"));
    room.says(Intent::Clock(ClockAsk::EndRecheck { seq: Some(seq) }));
    assert_eq!(room.ledger.clocks(None, room.now), []);
    let none = room.ask(&Ask::new("ana", Intent::Clock(ClockAsk::EndRecheck { seq: None })));
    assert!(none.expect_err("nothing runs").why.contains("none runs"));
}

#[test]
fn the_terms_of_the_declaration_are_frozen() {
    let mut room = with(Severity::Sev1, Terms { executives_s: Some(600), ..Terms::default() });
    let other = Intent::Clock(ClockAsk::Freeze(Terms { executives_s: Some(60), ..Terms::default() }));
    let again = room.ledger.judge(&Ask::new("ana", other), room.now).expect("admitted");
    let key = format!("terms:{}", room.incident().id);
    assert_eq!(again[0].dedupe.as_deref(), Some(key.as_str()), "the journal refuses a second one");
    assert_eq!(due(&room, "executives"), Some(at("14:10:00")));
    room.wait(1);
    room.says(note("looking"));
    assert_eq!(room.incident().clockwork.responded, Some(at("14:01:00")), "freezing terms is no response");
}

#[test]
fn a_breach_calls_the_top_of_the_ladder_at_once() {
    let mut room = declared(Severity::Sev3);
    assert_eq!(due(&room, "L5"), None);
    room.wait(3);
    let security = Security { affected_data: Some("orders".into()), ..Security::default() };
    room.says(Intent::SetFields(Fields { security, ..Fields::default() }));
    assert_eq!(due(&room, "L5"), Some(at("14:03:00")));
}

#[test]
fn a_machine_whose_clock_stepped_back_shows_clocks_that_are_not_overdue_and_loses_none() {
    let room = declared(Severity::Sev1);
    let names = |now: Time| -> Vec<String> {
        room.incident().clocks(now).iter().map(|clock| clock.name.clone()).collect()
    };
    let before = room.now - Duration::from_hours(26);
    assert_eq!(names(before), names(room.now));
    for clock in room.incident().clocks(before) {
        assert_eq!(clock.state(before), ClockState::OnTime, "{}", clock.name);
    }
    let due: Vec<Time> = room.incident().clocks(before).iter().map(|clock| clock.due_at).collect();
    let same: Vec<Time> = room.incident().clocks(room.now).iter().map(|clock| clock.due_at).collect();
    assert_eq!(due, same, "an instant, whatever time it is");
}

#[test]
fn what_the_console_writes_by_itself_after_a_declaration_is_no_response() {
    let mut room = declared(Severity::Sev1);
    room.now += Duration::from_millis(20);
    let key = AlertKey { fingerprint: "f".into(), starts_at: room.now };
    let group = AlertGroup { name: "Errors".into(), place: "checkout".into() };
    let taken = AlertsTaken { group, service: None, alerts: vec![key].into() };
    room.says(Intent::Alert(AlertAsk::Link(taken)));
    let opened = EventKind::RunbookOpened(warroom::incident::event::Opened {
        name: "bad-deploy-rollback".into(),
        sha256: "ab".into(),
        revision: None,
    });
    room.says(Intent::Record { kind: opened, dedupe: None });
    assert!(due(&room, "respond").is_some(), "nobody has done anything yet");
    room.says(note("I look at the pods"));
    assert_eq!(due(&room, "respond"), None);
}
