//! The scribe's line: what its signs mean, what stays, what a paste may do.

use warroom::app::{Msg, Pane};
use warroom::incident::EventKind;
use warroom::incident::event::NoteKind::{self, Action, Decision, Observation, Question};

use crate::desk::Desk;

/// The last note of the journal: its kind, its text, whether it is starred.
fn last(desk: &Desk) -> (NoteKind, &str, bool) {
    let note = desk.events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Noted { text, kind, starred } => Some((*kind, text.as_str(), *starred)),
        _ => None,
    });
    note.expect("a note")
}

#[test]
fn the_first_sign_says_what_a_line_is() {
    let cases = [
        ("pods restart", (Observation, "pods restart", false)),
        ("! roll back", (Decision, "roll back", false)),
        (">scaling to 12", (Action, "scaling to 12", false)),
        ("? who deployed", (Question, "who deployed", false)),
        ("* first error 13:58", (Observation, "first error 13:58", true)),
        ("*! roll back now", (Decision, "roll back now", true)),
        ("5 > 3 pods", (Observation, "5 > 3 pods", false)),
    ];
    for (typed, expected) in cases {
        let mut desk = Desk::declared();
        desk.press(&["n", &format!("type:{typed}"), "enter"]);
        assert_eq!(last(&desk), expected, "{typed}");
    }
}

#[test]
fn the_line_stays_open_for_the_next_one_and_an_empty_enter_leaves_it() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:one", "enter"]);
    assert!(desk.model.timeline.writing);
    desk.press(&["type:two", "enter", "enter"]);
    assert!(!desk.model.timeline.writing);
    assert_eq!(last(&desk).1, "two");
}

#[test]
fn esc_leaves_the_line_and_keeps_its_words() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:half a thou", "esc", "3", "n", "type:ght", "enter"]);
    assert_eq!(last(&desk).1, "half a thought");
}

#[test]
fn keys_typed_into_a_line_are_letters_and_nothing_else() {
    let mut desk = Desk::declared();
    let seen = desk.events.len();
    desk.press(&["n", "type:dqzrxRp1234?bM"]);
    assert_eq!(desk.model.timeline.scribe.text(), "dqzrxRp1234?bM");
    assert_eq!((desk.model.desk.focus, desk.model.desk.zoomed), (Pane::Timeline, false));
    assert!(desk.model.popup.is_none() && desk.events.len() == seen);
}

#[test]
fn a_paste_joins_the_line_and_sends_nothing() {
    let mut desk = Desk::declared();
    let seen = desk.events.len();
    desk.press(&["n", "type:log: "]);
    desk.hear(Msg::Paste("one\r\ntwo\n\u{1b}[201~y\n".to_owned()));
    assert_eq!(desk.model.timeline.scribe.text(), "log: one two ^[[201~y");
    assert_eq!(desk.events.len(), seen);
}

#[test]
fn a_paste_outside_of_a_text_goes_nowhere_and_says_so() {
    let mut desk = Desk::declared();
    let seen = desk.events.len();
    desk.hear(Msg::Paste("dy\nq\n".to_owned()));
    assert!(desk.model.popup.is_none() && !desk.model.typing() && desk.events.len() == seen);
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.starts_with("nothing to paste into"), "{}", said.text);
}

#[test]
fn without_an_incident_there_is_nothing_to_write_into() {
    let mut desk = Desk::empty();
    desk.press(&["n"]);
    assert!(!desk.model.typing());
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.contains("press d to declare one"), "{}", said.text);
}

#[test]
fn a_new_line_scrolls_the_timeline_to_its_end() {
    let mut desk = Desk::declared();
    desk.press(&["2", "g"]);
    assert!(desk.model.timeline.back > 0);
    desk.press(&["n", "type:seen", "enter"]);
    assert_eq!(desk.model.timeline.back, 0);
}
