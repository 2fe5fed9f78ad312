//! What the system notices: alerts and evidence, each said once.

use warroom::app::{Effect, Msg};
use warroom::incident::event::{ChangeKind, Fields};
use warroom::incident::{Ask, EventKind, Intent};

use crate::desk::{Desk, at};

fn notices(desk: &Desk) -> Vec<&Ask> {
    let asks = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Notice(ask) => Some(ask),
        _ => None,
    });
    asks.collect()
}

fn dedupe(ask: &Ask) -> Option<&str> {
    match &ask.intent {
        Intent::Record { dedupe, .. } => dedupe.as_deref(),
        _ => None,
    }
}

fn evidence(desk: &Desk) -> Vec<String> {
    let kept = desk.events.iter().filter_map(|event| match &event.kind {
        EventKind::EvidenceKept(evidence) => Some(evidence.moment.clone()),
        _ => None,
    });
    kept.collect()
}

#[test]
fn every_transition_is_noticed_under_a_key_of_its_own() {
    let desk = Desk::paging();
    let keys: Vec<&str> = notices(&desk).into_iter().filter_map(dedupe).collect();
    assert!(!keys.is_empty());
    assert!(keys.iter().all(|key| key.starts_with("alert:checkout-availability:")), "{keys:?}");
    let mut unique = keys.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), keys.len());
}

#[test]
fn a_tick_without_a_change_notices_nothing() {
    let mut desk = Desk::paging();
    desk.effects.clear();
    desk.wait(1);
    assert!(notices(&desk).is_empty(), "{:?}", notices(&desk));
}

#[test]
fn an_alert_belongs_to_the_open_incident_of_its_service() {
    let mut desk = Desk::empty();
    desk.press(&["d", "type:checkout", "enter"]);
    let set = Intent::SetFields(Fields { services: Some(vec!["checkout".to_owned()]), ..Fields::default() });
    desk.elsewhere(&Ask::new("ana", set));
    let pages = Desk::paging();
    let past =
        pages.effects.iter().any(|effect| matches!(effect, Effect::Notice(ask) if ask.incident.is_none()));
    assert!(past, "before a declaration it belongs to none");
}

#[test]
fn a_declaration_keeps_the_evidence_once() {
    let desk = Desk::declared();
    assert_eq!(evidence(&desk), ["declared"]);
    let kept = notices(&desk).into_iter().filter_map(dedupe).filter(|key| key.starts_with("evidence:"));
    assert_eq!(kept.count(), 1);
}

#[test]
fn an_event_that_is_heard_twice_is_followed_up_once() {
    let mut desk = Desk::declared();
    desk.effects.clear();
    let events = desk.events.clone();
    desk.hear(Msg::Appended { ticket: None, events });
    assert!(desk.effects.is_empty(), "{:?}", desk.effects);
    assert_eq!(evidence(&desk), ["declared"]);
}

#[test]
fn a_phase_and_the_end_keep_evidence_too() {
    let mut desk = Desk::declared();
    desk.press(&["h", "2", "enter", "R", "enter", "enter", "enter", "y"]);
    assert_eq!(evidence(&desk), ["declared", "phase", "resolved"]);
}

#[test]
fn a_page_on_an_open_incident_rings_and_offers_nothing() {
    let mut desk = Desk::declared();
    desk.effects.clear();
    desk.wait(1);
    assert!(desk.model.burn.offers.is_empty());
}

#[test]
fn a_change_is_marked_and_recorded() {
    let mut desk = Desk::empty();
    let (kind, service, what) = (ChangeKind::Deploy, "checkout".to_owned(), "v2".to_owned());
    desk.hear(Msg::Changed { at: at("13:58:00"), kind, service, what });
    let mark = desk.model.burn.changes.first().expect("a mark");
    assert_eq!((mark.service.as_str(), mark.what.as_str(), mark.at), ("checkout", "v2", at("13:58:00")));
    assert_eq!(desk.events.len(), 1);
}

#[test]
fn a_worker_that_died_is_said() {
    let mut desk = Desk::empty();
    desk.hear(Msg::TaskDied { task: "poller of prod".to_owned(), why: "panicked".to_owned() });
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert_eq!(said.text, "poller of prod stopped: panicked");
}

#[test]
fn a_notice_goes_after_a_while_and_can_be_read_again() {
    let mut desk = Desk::empty();
    desk.press(&["s"]);
    assert!(desk.model.notices.current(desk.model.now).is_some());
    desk.wait(60);
    assert_eq!(desk.model.notices.current(desk.model.now), None);
    assert_eq!(desk.model.notices.newest_first().count(), 1);
}
