//! Handing a role over takes two; on a SEV1 nobody sits on two seats without a reason.

use crate::intents::{assign, release, text};
use crate::refusal::{no, refused};
use crate::room::{Room, at, declare};
use warroom::incident::intent::RefusalKind;
use warroom::incident::{Ask, Brief, Intent, Role, Severity};

fn offer(role: Role, who: &str) -> Intent {
    Intent::OfferRole { role, who: text(who) }
}

fn accept(role: Role) -> Intent {
    Intent::AcceptRole { role, reason: None }
}

fn decline(role: Role) -> Intent {
    Intent::DeclineRole { role, reason: Some(text("on a plane")) }
}

fn by(who: &str, intent: Intent) -> Ask {
    Ask::new(who, intent)
}

fn says_no(room: &mut Room, ask: &Ask, words: &[&str]) {
    refused(room, ask, RefusalKind::NotAllowed, words);
}

fn holders(room: &Room, role: Role) -> Vec<&str> {
    room.incident().holders(role).collect()
}

#[test]
fn the_command_moves_when_it_is_accepted_and_not_before() {
    let mut room = Room::declared();
    room.says(offer(Role::Ic, " bob "));
    assert_eq!(holders(&room, Role::Ic), ["ana"]);
    assert_eq!(room.incident().offers_to("bob").count(), 1);
    room.wait(2);
    room.ask(&by("bob", accept(Role::Ic))).expect("admitted");
    assert_eq!(holders(&room, Role::Ic), ["bob"]);
    assert_eq!(room.incident().offers, []);
    let last = room.incident().timeline.last().expect("a line");
    assert_eq!(last.text, "bob takes over as incident commander from ana");
}

#[test]
fn only_who_was_asked_accepts() {
    let mut room = Room::declared();
    says_no(&mut room, &by("bob", accept(Role::Ic)), &["nobody offered it to bob", "role offer ic bob"]);
    room.says(offer(Role::Ic, "bob"));
    says_no(&mut room, &by("cem", accept(Role::Ic)), &["nobody offered it to cem", "it is offered to bob"]);
    no(&mut room, offer(Role::Ic, "bob"), &["ana offered it to bob at 2026-11-21 14:00", "role accept ic"]);
    no(&mut room, offer(Role::Ic, "ana"), &["ana is incident commander already"]);
    no(&mut room, offer(Role::Ic, " "), &["who: empty"]);
}

#[test]
fn an_offer_is_declined_by_one_side_or_withdrawn_by_the_other() {
    let mut room = Room::declared();
    for who in ["bob", "ana"] {
        room.says(offer(Role::Ic, "bob"));
        says_no(&mut room, &by("cem", decline(Role::Ic)), &["nobody offered it to cem"]);
        room.ask(&by(who, decline(Role::Ic))).expect("admitted");
        assert_eq!((holders(&room, Role::Ic), room.incident().offers.len()), (vec!["ana"], 0));
    }
}

#[test]
fn a_seat_for_one_is_offered_to_one_and_advice_to_several() {
    let mut room = Room::declared();
    for who in ["bob", "cem"] {
        room.says(offer(Role::Ic, who));
        room.says(offer(Role::Sme, who));
    }
    let offered: Vec<_> =
        room.incident().offers.iter().map(|offer| (offer.role, offer.who.as_str())).collect();
    assert_eq!(offered, [(Role::Sme, "bob"), (Role::Ic, "cem"), (Role::Sme, "cem")]);
    for who in ["bob", "cem"] {
        room.ask(&by(who, accept(Role::Sme))).expect("admitted");
    }
    assert_eq!(holders(&room, Role::Sme), ["bob", "cem"]);
    // Who takes the seat another way answers the offer.
    room.says(assign(Role::Ic, "dee", Some("cem is asleep")));
    assert_eq!(room.incident().offers, []);
}

#[test]
fn who_held_what_at_any_instant_can_be_asked() {
    let mut room = Room::declared();
    room.wait(10);
    room.says(offer(Role::Ic, "bob"));
    room.wait(5);
    room.ask(&by("bob", accept(Role::Ic))).expect("admitted");
    room.wait(60);
    let held =
        |clock: &str| room.incident().held_at(at(clock)).map(|held| held.who.as_str()).collect::<Vec<_>>();
    for (clock, who) in [("13:59:59", &[][..]), ("14:00:00", &["ana"]), ("14:14:59", &["ana"])] {
        assert_eq!(held(clock), who, "{clock}");
    }
    assert_eq!((held("14:15:00"), held("15:10:00")), (vec!["bob"], vec!["bob"]), "never none, never two");
}

#[test]
fn on_a_sev1_a_second_seat_wants_a_reason_which_stays_visible() {
    let mut room = Room::empty();
    room.says(declare("Checkout down", Severity::Sev1));
    no(
        &mut room,
        assign(Role::Ops, "ana", None),
        &["ana is incident commander", "one person a seat", "--reason"],
    );
    room.says(offer(Role::Ops, "ana"));
    no(&mut room, accept(Role::Ops), &["ana is incident commander", "--reason WHY"]);
    room.says(Intent::AcceptRole { role: Role::Ops, reason: Some(text("nobody else is awake")) });
    let doubled = "ana is ic and ops at once: SEV1 wants one person a seat (nobody else is awake)";
    assert!(
        room.incident().warnings(room.now).contains(&text(doubled)),
        "{:?}",
        room.incident().warnings(room.now)
    );
    room.says(release(Role::Ops, None));
    room.says(assign(Role::Ops, "bob", None));
    assert!(!room.incident().warnings(room.now).iter().any(|warning| warning.contains("at once")));
}

#[test]
fn an_offer_without_an_answer_is_a_warning_and_stands_in_the_brief() {
    let mut room = Room::declared();
    room.says(offer(Role::Deputy, "bob"));
    room.wait(3);
    let warned = "deputy was offered to bob 3m ago: not accepted yet (role accept deputy)";
    assert_eq!(room.incident().warnings(room.now), [warned]);
    let brief = Brief::new(&room.ledger, room.incident(), room.now).lines();
    assert!(brief.contains(&text("- deputy commander: offered to bob, not accepted yet")), "{brief:?}");
}
