//! Planned windows: what the rules admit, and what the ledger leaves out because of them.

#![expect(clippy::expect_used, reason = "a test whose setting fails has failed")]

#[path = "support/alert.rs"]
mod alert;
#[path = "support/refusal.rs"]
mod refusal;
#[path = "support/room.rs"]
#[expect(dead_code, reason = "windows are agreed before there is an incident")]
mod room;

use std::time::Duration;

use alert::alert;
use refusal::{no, unknown};
use room::{Room, at, declare};
use warroom::incident::maintenance::Standing;
use warroom::incident::{Ask, EventKind, Intent, Severity};
use warroom::slo::exclusion::{Exclusion, Planned};
use warroom::slo::{TierState, Transition};
use warroom::text::Time;
use warroom::text::when::after;

/// It is 14:00 in every room.
fn plan(from: &str, to: &str, reason: Option<&str>) -> Intent {
    Intent::PlanMaintenance {
        kind: Planned::Maintenance,
        service: "checkout".to_owned(),
        from: at(from),
        to: at(to),
        reason: reason.map(str::to_owned),
    }
}

fn end(seq: u64, clock: Option<&str>) -> Intent {
    Intent::EndMaintenance { seq, at: clock.map(at) }
}

fn strike(seq: u64) -> Intent {
    Intent::Strike { seq, reason: "called off".to_owned() }
}

/// From and to of what is left out.
fn left_out(room: &Room) -> Vec<(Time, Time)> {
    room.ledger.exclusions().into_iter().map(|one| (one.from, one.to)).collect()
}

#[test]
fn a_window_is_left_out_with_its_reason() {
    let mut room = Room::empty();
    room.says(plan("22:00:00", "23:30:00", Some(" database upgrade ")));
    let expected = Exclusion {
        service: "checkout".to_owned(),
        from: at("22:00:00"),
        to: at("23:30:00"),
        kind: Planned::Maintenance,
        why: "database upgrade".to_owned(),
    };
    assert_eq!(room.ledger.exclusions(), [expected]);
    let event = &room.events[0];
    assert_eq!((event.incident.as_deref(), event.happened_at), (None, Some(at("14:00:00"))));
}

#[test]
fn a_window_without_a_reason_is_left_out_all_the_same() {
    let mut room = Room::empty();
    room.says(plan("22:00:00", "23:00:00", None));
    let deploy = Intent::PlanMaintenance {
        kind: Planned::Deploy,
        service: "checkout".to_owned(),
        from: at("23:00:00"),
        to: at("23:15:00"),
        reason: Some("  ".to_owned()),
    };
    room.says(deploy);
    let left_out: Vec<_> = room.ledger.exclusions().into_iter().map(|one| (one.kind, one.why)).collect();
    assert_eq!(left_out, [(Planned::Maintenance, String::new()), (Planned::Deploy, String::new())]);
    let told: Vec<String> = room.ledger.windows().iter().map(|window| window.why().to_owned()).collect();
    assert_eq!(told, ["planned maintenance", "deploy window"]);
}

#[test]
fn a_window_ends_after_it_begins_and_within_thirty_days() {
    let month = Duration::from_hours(720);
    let long = |length: Duration| Intent::PlanMaintenance {
        kind: Planned::Maintenance,
        service: "checkout".to_owned(),
        from: at("15:00:00"),
        to: after(at("15:00:00"), length),
        reason: None,
    };
    let mut room = Room::empty();
    no(&mut room, plan("22:00:00", "22:00:00", None), &["cannot begin at 2026-11-21 22:00:00 UTC", "--to"]);
    no(&mut room, plan("22:00:00", "21:00:00", None), &["cannot begin", "--for"]);
    no(&mut room, long(month + Duration::from_millis(1)), &["more than 30d", "in parts"]);
    room.says(long(month));
    let nameless = Intent::PlanMaintenance {
        kind: Planned::Maintenance,
        service: " ".to_owned(),
        from: at("15:00:00"),
        to: at("16:00:00"),
        reason: None,
    };
    no(&mut room, nameless, &["service: empty"]);
}

#[test]
fn what_was_agreed_afterwards_wants_a_reason_and_is_late() {
    let mut room = Room::empty();
    for (from, to) in [("12:00:00", "13:00:00"), ("13:58:59", "15:00:00")] {
        no(&mut room, plan(from, to, None), &["reason: empty", "it began at 2026-11-21", "--reason WHY"]);
    }
    room.says(plan("13:59:00", "15:00:00", None));
    room.says(plan("12:00:00", "13:00:00", Some("agreed with the owners")));
    let late: Vec<bool> = room.ledger.windows().iter().map(|window| window.late).collect();
    assert_eq!(late, [true, false]);
    assert_eq!(room.events[1].happened_at, Some(at("12:00:00")), "it lies where it began");
}

#[test]
fn windows_may_overlap_and_the_ledger_says_which() {
    let mut room = Room::empty();
    let first = room.says(plan("22:00:00", "23:00:00", None));
    room.says(plan("22:30:00", "23:30:00", None));
    assert_eq!(room.ledger.exclusions().len(), 2);
    let within = |from, to| -> Vec<u64> {
        room.ledger.windows_within("checkout", at(from), at(to)).iter().map(|window| window.seq).collect()
    };
    assert_eq!(within("21:00:00", "22:00:00"), [] as [u64; 0], "one that only touches does not overlap");
    assert_eq!(within("21:00:00", "22:00:01"), [first]);
    assert_eq!(within("22:59:00", "23:01:00"), [1, 2]);
    assert!(room.ledger.windows_within("search", at("21:00:00"), at("23:00:00")).is_empty());
}

#[test]
fn a_running_window_ends_early_and_one_ahead_is_cancelled() {
    let mut room = Room::empty();
    let running = room.says(plan("14:00:00", "16:00:00", None));
    let ahead = room.says(plan("22:00:00", "23:00:00", None));
    room.wait(30);
    room.says(end(running, None));
    room.says(end(ahead, None));
    assert_eq!(left_out(&room), [(at("14:00:00"), at("14:30:00"))]);
    let standing: Vec<Standing> =
        room.ledger.windows().iter().map(|window| window.standing(at("14:31:00"))).collect();
    assert_eq!(standing, [Standing::Over, Standing::Cancelled]);
    assert_eq!(room.events.len(), 4, "what was planned stays");
}

#[test]
fn an_end_may_be_given_afterwards_or_ahead() {
    let mut room = Room::empty();
    let first = room.says(plan("14:00:00", "16:00:00", None));
    let second = room.says(plan("14:00:00", "16:00:00", None));
    room.wait(60);
    room.says(end(first, Some("14:20:00")));
    room.says(end(second, Some("15:30:00")));
    assert_eq!(
        left_out(&room),
        [("14:00:00", "14:20:00"), ("14:00:00", "15:30:00")].map(|(a, b)| (at(a), at(b)))
    );
    let happened: Vec<_> = room.events[2..].iter().map(|event| event.happened_at).collect();
    assert_eq!(happened, [Some(at("14:20:00")), Some(at("15:00:00"))]);
}

#[test]
fn only_a_window_that_still_counts_is_ended_and_only_once() {
    let mut room = Room::empty();
    let window = room.says(plan("14:00:00", "16:00:00", None));
    let ended = room.says(end(window, Some("15:00:00")));
    no(&mut room, end(window, None), &["entry 1: was ended at 2026-11-21 15:00:00 UTC", "strike that entry"]);
    room.says(strike(ended));
    assert_eq!(left_out(&room), [(at("14:00:00"), at("16:00:00"))], "a struck end ends nothing");
    no(&mut room, end(window, Some("16:00:00")), &["ends by itself at 2026-11-21 16:00:00 UTC"]);
    room.says(strike(window));
    no(&mut room, end(window, None), &["entry 1: is struck"]);
    unknown(&mut room, &Ask::new("ana", end(99, None)), &["entry: 99: unknown", "maintenance list"]);
    unknown(&mut room, &Ask::new("ana", end(ended, None)), &["is no planned window"]);
}

#[test]
fn a_struck_or_redacted_window_counts_no_more() {
    let mut room = Room::empty();
    let struck = room.says(plan("22:00:00", "23:00:00", None));
    let redacted = room.says(plan("22:00:00", "23:00:00", Some("customer ACME moves")));
    room.says(strike(struck));
    room.says(Intent::Redact { seq: redacted, reason: "a customer's name".to_owned() });
    assert_eq!(room.ledger.exclusions(), []);
    assert_eq!(room.ledger.windows().len(), 1, "the struck one stays listed, the erased one cannot be");
    assert!(!format!("{:?}", room.ledger).contains("ACME"));
}

#[test]
fn a_window_stands_where_the_clock_says() {
    let mut room = Room::empty();
    room.says(plan("22:00:00", "23:00:00", None));
    let window = room.ledger.windows().remove(0);
    let cases = [
        ("21:59:59", Standing::Ahead),
        ("22:00:00", Standing::Running),
        ("23:00:00", Standing::Running),
        ("23:00:01", Standing::Over),
    ];
    for (clock, expected) in cases {
        assert_eq!(window.standing(at(clock)), expected, "{clock}");
    }
}

#[test]
fn a_window_of_its_service_is_on_the_timeline_of_an_incident_whenever_it_was_agreed() {
    let mut room = Room::empty();
    let window = room.says(plan("20:00:00", "22:00:00", Some("database upgrade")));
    let other = room.says(plan("15:00:00", "15:30:00", None));
    room.wait(7 * 60);
    room.says(declare("Checkout down", Severity::Sev2));
    let ended = room.says(end(window, None));
    let told: Vec<u64> = room.ledger.timeline(room.incident()).iter().map(|entry| entry.event.seq).collect();
    assert!(told.contains(&window) && told.contains(&ended) && !told.contains(&other), "{told:?}");
    let context: Vec<u64> = room.ledger.context(room.incident()).iter().map(|event| event.seq).collect();
    assert_eq!(context, [window, ended]);
    assert_eq!(room.ledger.impact_from(room.incident()), at("21:00:00"), "a plan is no impact");
}

/// What checkout's page does at a time.
fn seen(room: &mut Room, clock: &str, to: TierState, suppressed: Option<&str>) -> u64 {
    let change =
        Transition { at: at(clock), suppressed: suppressed.map(str::to_owned), ..alert(TierState::Ok, to) };
    let record = Intent::Record { kind: EventKind::AlertChanged(change), dedupe: None };
    room.ask(&Ask::new("warroom", record).at(at(clock))).expect("a fact")[0]
}

#[test]
fn a_suppressed_page_detects_nothing() {
    let mut room = Room::empty();
    seen(&mut room, "13:50:00", TierState::Firing, Some("database upgrade"));
    let declared = room.says(declare("Checkout down", Severity::Sev2));
    let measures = room.ledger.measures(room.incident()).expect("declared");
    assert_eq!(measures.detected.seq, declared);

    let mut room = Room::empty();
    seen(&mut room, "13:50:00", TierState::Firing, Some("database upgrade"));
    let page = seen(&mut room, "13:55:00", TierState::Firing, None);
    room.says(declare("Checkout down", Severity::Sev2));
    let measures = room.ledger.measures(room.incident()).expect("declared");
    assert_eq!(measures.detected.seq, page, "the page after the window is the one that counts");
}
