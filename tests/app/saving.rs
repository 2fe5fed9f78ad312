//! Nothing is shown as saved before it is; what cannot be saved stays.

use warroom::app::Msg;
use warroom::incident::{Ask, EventKind, Intent};

use crate::desk::Desk;

#[test]
fn what_cannot_be_saved_stays_with_its_reason_and_goes_when_it_is_saved() {
    let mut desk = Desk::declared();
    desk.broken = Some("disk full".to_owned());
    desk.press(&["n", "type:still here", "enter"]);
    let pending = desk.model.timeline.pending.first().expect("it stays").clone();
    assert_eq!((pending.ask.words().as_str(), pending.unsaved.as_deref()), ("still here", Some("disk full")));
    let mut witness = Desk::declared();
    witness.press(&["n", "type:still here", "enter"]);
    let events = vec![witness.events.last().expect("the note").clone()];
    desk.hear(Msg::Appended { ticket: Some(pending.ticket), events });
    assert!(desk.model.timeline.pending.is_empty());
    let entry = desk.model.timeline.entries.last().expect("an entry");
    assert_eq!(entry.text, "still here");
}

#[test]
fn each_line_that_waits_has_a_ticket_of_its_own() {
    let mut desk = Desk::declared();
    desk.broken = Some("locked".to_owned());
    desk.press(&["n", "type:one", "enter", "type:two", "enter"]);
    let pending = &desk.model.timeline.pending;
    assert_eq!(pending.len(), 2);
    assert_ne!(pending[0].ticket, pending[1].ticket);
}

#[test]
fn a_refusal_of_the_journal_is_said_and_waits_no_more() {
    let mut desk = Desk::declared();
    desk.broken = Some("locked".to_owned());
    desk.press(&["n", "type:one", "enter"]);
    let ticket = desk.model.timeline.pending[0].ticket;
    desk.hear(Msg::Refused { ticket, why: "closed since 14:02".to_owned() });
    assert!(desk.model.timeline.pending.is_empty());
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert_eq!(said.text, "closed since 14:02");
}

#[test]
fn an_erased_word_is_gone_from_the_screen_after_the_reload() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:hunter2 is the password", "enter", "esc"]);
    let seq = desk.events.last().expect("the note").seq;
    desk.elsewhere(&Ask::new("bob", Intent::Redact { seq, reason: "a password".to_owned() }));
    let mut events = desk.events.clone();
    for event in events.iter_mut().filter(|event| event.seq == seq) {
        event.kind = EventKind::Erased;
    }
    desk.hear(Msg::Loaded(events));
    assert!(desk.model.incident().is_some(), "the incident stays on the screen");
    let shown = &desk.model.timeline.entries;
    assert!(shown.iter().all(|entry| !entry.text.contains("hunter2")), "{shown:?}");
}
