//! Planned windows in the console: planned and ended in a form, passed on to the evaluator, silent.

use std::time::Duration;

use warroom::app::form::Popup;
use warroom::app::{Effect, Msg};
use warroom::incident::{Ask, EventKind, Intent};
use warroom::slo::exclusion::{Exclusion, Planned};
use warroom::slo::{Sample, Tile};
use warroom::text::Time;

use crate::desk::{Desk, at};

fn stretches(desk: &Desk) -> Vec<(Time, Time, String)> {
    desk.model.ledger.exclusions().into_iter().map(|one| (one.from, one.to, one.why)).collect()
}

fn refused(desk: &Desk) -> &str {
    let Some(Popup::Form(form)) = &desk.model.popup else { panic!("the form stays open") };
    form.refused.as_deref().expect("it says why")
}

#[test]
fn a_window_is_planned_for_the_service_of_the_selected_slo() {
    let mut desk = Desk::empty();
    desk.press(&["j", "W", "type:2h database upgrade", "enter"]);
    let expected = Exclusion {
        service: "search".to_owned(),
        from: at("14:00:00"),
        to: at("16:00:00"),
        kind: Planned::Maintenance,
        why: "database upgrade".to_owned(),
    };
    assert_eq!(desk.model.ledger.exclusions(), [expected]);
    assert!(desk.model.popup.is_none());
}

#[test]
fn the_heading_of_a_service_will_do_too() {
    let mut desk = Desk::empty();
    desk.press(&["t", "g", "W", "type:1h upgrade", "enter"]);
    let services: Vec<String> = desk.model.ledger.exclusions().into_iter().map(|one| one.service).collect();
    assert_eq!(services, ["checkout"]);
}

#[test]
fn a_window_may_lie_ahead_and_be_a_deploy() {
    let mut desk = Desk::empty();
    desk.press(&["W", "down", "type:22:00-02:00 v42", "enter"]);
    let next_day = "2026-11-22T02:00:00Z".parse().expect("a time");
    assert_eq!(stretches(&desk), [(at("22:00:00"), next_day, "v42".to_owned())]);
    assert_eq!(desk.model.ledger.exclusions()[0].kind, Planned::Deploy);
}

#[test]
fn what_is_not_understood_or_not_allowed_keeps_the_form_open() {
    let mut desk = Desk::empty();
    desk.press(&["W", "type:soon", "enter"]);
    assert!(refused(&desk).contains("write 1h, or 22:00-23:30"), "{}", refused(&desk));
    desk.press(&["esc", "W", "type:12:00-13:00", "enter"]);
    assert!(refused(&desk).contains("reason: empty"), "{}", refused(&desk));
    desk.press(&["type: agreed with the owners", "enter"]);
    assert_eq!(stretches(&desk).len(), 1, "a reason mends it");
}

#[test]
fn an_open_window_is_a_choice_to_end() {
    let mut desk = Desk::empty();
    desk.press(&["W", "type:2h upgrade", "enter"]);
    desk.wait(600);
    desk.press(&["W", "down", "down", "enter"]);
    assert_eq!(stretches(&desk), [(at("14:00:00"), at("14:10:00"), "upgrade".to_owned())]);
    desk.press(&["W", "down", "down", "enter"]);
    assert!(desk.model.popup.is_some(), "an ended one is no choice any more: {:?}", stretches(&desk));
}

#[test]
fn an_overlap_is_said() {
    let mut desk = Desk::empty();
    desk.press(&["W", "type:2h upgrade", "enter", "W", "type:1h more", "enter"]);
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.contains("overlaps window 1, upgrade"), "{}", said.text);
    assert_eq!(stretches(&desk).len(), 2);
}

/// The suppression that the evaluator shows for checkout.
fn suppressed(desk: &mut Desk) -> Option<String> {
    desk.wait(1);
    desk.model.burn.evaluator.readings()[0].suppressed.clone()
}

fn plan(from: &str, to: &str) -> Ask {
    let (from, to) = (at(from), at(to));
    let (kind, service, reason) = (Planned::Maintenance, "checkout".to_owned(), Some("upgrade".to_owned()));
    Ask::new("bob", Intent::PlanMaintenance { kind, service, from, to, reason })
}

#[test]
fn another_process_plans_and_our_evaluator_knows() {
    let mut desk = Desk::empty();
    assert_eq!(suppressed(&mut desk), None);
    desk.elsewhere(&plan("13:00:00", "15:00:00"));
    assert!(suppressed(&mut desk).is_some_and(|why| why.contains("upgrade")));
    let seq = desk.events[0].seq;
    desk.elsewhere(&Ask::new("bob", Intent::Strike { seq, reason: "called off".to_owned() }));
    assert_eq!(suppressed(&mut desk), None, "a struck window suppresses nothing");
}

#[test]
fn a_journal_that_is_loaded_brings_its_windows() {
    let mut other = Desk::empty();
    other.elsewhere(&plan("13:00:00", "15:00:00"));
    let mut desk = Desk::empty();
    desk.hear(Msg::Loaded(other.events));
    assert!(suppressed(&mut desk).is_some());
}

#[test]
fn what_would_page_in_a_window_rings_and_offers_nothing() {
    let mut desk = Desk::empty();
    desk.elsewhere(&plan("13:00:00", "15:00:00"));
    desk.measured("checkout-availability", 3, 0.3);
    desk.wait(1);
    assert!(!desk.effects.contains(&Effect::Bell), "no bell");
    assert!(desk.model.burn.offers.is_empty(), "no offer");
    let pages = desk.events.iter().filter(|event| match &event.kind {
        EventKind::AlertChanged(change) => change.pages(),
        _ => false,
    });
    assert_eq!(pages.count(), 0);
    assert!(suppressed(&mut desk).is_some());
}

#[test]
fn what_still_burns_when_the_window_is_over_pages() {
    let mut desk = Desk::empty();
    desk.elsewhere(&plan("13:00:00", "14:05:00"));
    desk.measured("checkout-availability", 3, 0.3);
    desk.wait(1);
    assert!(!desk.effects.contains(&Effect::Bell));
    for five in 1..=12 {
        let tiles = vec![Some(Tile { part: 300.0, total: 1_000.0 })];
        let end = at("14:00:00") + chrono::TimeDelta::minutes(5 * five);
        let outcome = Ok(Sample::Tiles { end, width: Duration::from_mins(5), tiles });
        desk.hear(Msg::Sampled { subject: "checkout-availability".into(), at: end, outcome });
        desk.hear(Msg::Tick(end));
    }
    assert!(desk.effects.contains(&Effect::Bell), "it rings once the window is over");
    assert_eq!(desk.model.burn.offers, ["checkout-availability"]);
}
