//! Which incident is meant, what it is called, and how it comes to be.

#![expect(clippy::expect_used, reason = "a test whose setting fails has failed")]

#[path = "support/refusal.rs"]
mod refusal;
#[path = "support/room.rs"]
mod room;

use refusal::{no, refused, unknown};
use room::{Room, at, declare};
use warroom::incident::event::NoteKind;
use warroom::incident::intent::RefusalKind;
use warroom::incident::{Ask, Intent, Phase, Severity};

fn text(text: &str) -> String {
    text.to_owned()
}

fn note(words: &str) -> Intent {
    Intent::Note { text: text(words), kind: NoteKind::Observation, star: false }
}

fn resolved() -> Room {
    let mut room = Room::declared();
    room.wait(10);
    room.says(Intent::Resolve);
    room
}

#[test]
fn declaring_also_seats_the_commander() {
    let room = Room::declared();
    assert_eq!(room.events.len(), 2);
    assert_eq!(room.incident().id, "inc-2026-1121-checkout-down");
    assert_eq!(room.incident().commander(), Some("ana"));
    assert_eq!(room.incident().phase, Phase::Detection);
    assert_eq!(room.incident().declared_at, at("14:00:00"));
}

#[test]
fn declaring_for_somebody_else_seats_them() {
    let mut room = Room::empty();
    let ic = Some(text(" bob "));
    let (title, severity) = (text("  Login\n slow "), Severity::Sev3);
    let services = vec![text("auth"), text(" "), text("auth")];
    room.says(Intent::Declare { title, severity, services, ic, drill: true, private: false, found: None });
    let incident = room.incident();
    assert_eq!((incident.commander(), incident.title.as_str()), (Some("bob"), "Login slow"));
    assert_eq!(incident.services, ["auth"]);
    assert!(incident.drill);
}

#[test]
fn a_declaration_needs_a_title_a_person_and_a_time_that_was() {
    let mut room = Room::empty();
    no(&mut room, declare(" \n", Severity::Sev1), &["title: empty"]);
    let nobody = Intent::Declare {
        title: text("x"),
        severity: Severity::Sev1,
        services: vec![],
        ic: Some(text(" ")),
        drill: false,
        private: false,
        found: None,
    };
    no(&mut room, nobody, &["ic: empty", "--ic WHO"]);
    let anonymous = Ask::new(" ", declare("x", Severity::Sev1));
    refused(&mut room, &anonymous, RefusalKind::NotAllowed, &["actor: empty", "$WARROOM_USER"]);
    let ahead = Ask::new("ana", declare("x", Severity::Sev1)).at(at("14:06:00"));
    refused(&mut room, &ahead, RefusalKind::NotAllowed, &["has not come yet", "14:06:00 UTC"]);
}

#[test]
fn ids_take_the_utc_date_of_what_happened_and_a_plain_slug() {
    let long = "the quick brown fox jumps over the lazy dogs of the neighbourhood";
    let cases = [
        ("API 5xx > 10%!", "inc-2026-1120-api-5xx-10"),
        ("  --  ", "inc-2026-1120-incident"),
        ("支付失败", "inc-2026-1120-incident"),
        ("Zürich: Störung", "inc-2026-1120-zurich-storung"),
        (long, "inc-2026-1120-the-quick-brown-fox-jumps-over-the-lazy"),
        (&"a".repeat(60), &format!("inc-2026-1120-{}", "a".repeat(40))),
    ];
    for (title, id) in cases {
        let mut room = Room::empty();
        let yesterday = "2026-11-20T23:59:59Z".parse().expect("a time");
        room.ask(&Ask::new("ana", declare(title, Severity::Sev1)).at(yesterday)).expect("admitted");
        assert_eq!(room.incident().id, id, "{title:?}");
    }
}

#[test]
fn an_id_that_is_taken_gets_a_number() {
    let mut room = Room::empty();
    let long = "b".repeat(50);
    let ids: Vec<String> = ["x", "x", "x 2", "x", &long, &long]
        .into_iter()
        .map(|title| {
            room.says(declare(title, Severity::Sev4));
            room.incident().id.clone()
        })
        .collect();
    let day = "inc-2026-1121";
    let expected = ["x", "x-2", "x-2-2", "x-3", &"b".repeat(40), &format!("{}-2", "b".repeat(38))];
    assert_eq!(ids, expected.map(|slug| format!("{day}-{slug}")));
}

#[test]
fn without_any_incident_the_refusal_says_how_to_declare() {
    no(&mut Room::empty(), note("hello"), &["none declared yet", "warroom declare TITLE"]);
}

#[test]
fn without_a_name_the_only_open_incident_is_meant() {
    let mut room = Room::declared();
    room.says(declare("Login slow", Severity::Sev3));
    room.ask(&Ask::new("ana", Intent::Resolve).about("inc-2026-1121-login")).expect("admitted");
    room.says(note("still the first"));
    let noted = room.events.last().expect("a note");
    assert_eq!(noted.incident.as_deref(), Some("inc-2026-1121-checkout-down"));
}

#[test]
fn several_open_incidents_are_listed_instead_of_guessed() {
    let mut room = Room::declared();
    for title in ["a", "b", "c", "d", "e"] {
        room.says(declare(title, Severity::Sev3));
    }
    let ask = Ask::new("ana", note("which?"));
    unknown(&mut room, &ask, &["6 are open", "inc-2026-1121-checkout-down, inc-2026-1121-a", "1 more", "-i"]);
}

#[test]
fn with_none_open_the_one_declared_last_is_meant() {
    let mut room = resolved();
    room.says(declare("Login slow", Severity::Sev3));
    room.says(Intent::Resolve);
    room.says(note("late thought"));
    assert_eq!(room.events.last().and_then(|e| e.incident.as_deref()), Some("inc-2026-1121-login-slow"));
}

#[test]
fn an_exact_id_beats_a_prefix_and_a_prefix_must_be_unique() {
    let mut room = Room::declared();
    room.says(declare("Checkout down", Severity::Sev3));
    let name = |name: &str| room.ledger.find(Some(name)).map(|incident| incident.id.clone());
    assert_eq!(name("inc-2026-1121-checkout-down").as_deref(), Ok("inc-2026-1121-checkout-down"));
    assert_eq!(name("inc-2026-1121-checkout-down-").as_deref(), Ok("inc-2026-1121-checkout-down-2"));
    let ambiguous = name("inc-2026").expect_err("two fit");
    assert!(ambiguous.why.contains("fits 2") && ambiguous.kind == RefusalKind::Unknown, "{ambiguous}");
    let mistyped = name("inc-2026-1121-chekout-down").expect_err("none fits");
    assert!(mistyped.why.contains("did you mean inc-2026-1121-checkout-down"), "{mistyped}");
    assert!(name("").is_err(), "no name is not a prefix of everything");
}
