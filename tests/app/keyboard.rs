//! Who owns the keyboard, what leaves the console, and what help does.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use warroom::app::form::Popup;
use warroom::app::{Effect, Msg, Pane};

use crate::desk::{Desk, key};

fn left(desk: &Desk) -> bool {
    desk.effects.contains(&Effect::Quit)
}

#[test]
fn esc_never_leaves_the_console() {
    let places: [&[&str]; 7] = [&[], &["z"], &["?"], &["d"], &["n"], &["q"], &["p", "e"]];
    for place in places {
        let mut desk = Desk::declared();
        desk.press(place);
        desk.press(&["esc", "esc", "esc"]);
        assert!(!left(&desk), "from {place:?}");
        assert!(!desk.model.typing(), "from {place:?} everything is closed");
    }
}

#[test]
fn with_nothing_open_q_leaves_at_once() {
    for name in ["q", "ctrl-c"] {
        let mut desk = Desk::paging();
        desk.press(&[name]);
        assert!(left(&desk), "{name}");
    }
}

#[test]
fn with_an_open_incident_leaving_wants_a_y() {
    for (answer, leaves) in [("y", true), ("enter", false), ("n", false), ("q", false), ("esc", false)] {
        let mut desk = Desk::declared();
        desk.press(&["q", answer]);
        assert_eq!(left(&desk), leaves, "{answer}");
    }
}

#[test]
fn enter_leaves_the_question_where_it_is() {
    let mut desk = Desk::declared();
    desk.press(&["q", "enter", "enter"]);
    assert!(matches!(desk.model.popup, Some(Popup::Confirm(_))));
}

#[test]
fn a_held_key_with_ctrl_is_no_yes() {
    let mut desk = Desk::declared();
    desk.press(&["q", "ctrl-y"]);
    assert!(!left(&desk));
}

#[test]
fn a_paste_never_answers_a_question() {
    let mut desk = Desk::declared();
    desk.press(&["q"]);
    desk.hear(Msg::Paste("y\n".to_owned()));
    assert!(!left(&desk));
    assert!(matches!(desk.model.popup, Some(Popup::Confirm(_))));
}

#[test]
fn leaving_says_how_many_lines_are_not_saved() {
    let mut desk = Desk::declared();
    desk.broken = Some("disk full".to_owned());
    desk.press(&["n", "type:one", "enter", "esc", "q"]);
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("no question") };
    assert!(confirm.lines.iter().any(|line| line.starts_with("1 lines are UNSAVED")), "{:?}", confirm.lines);
}

#[test]
fn the_release_of_a_key_is_not_a_key() {
    let mut desk = Desk::declared();
    let release = KeyEvent { kind: KeyEventKind::Release, ..key("d") };
    desk.hear(Msg::Key(release));
    assert!(desk.model.popup.is_none());
}

#[test]
fn a_capital_letter_may_come_with_shift() {
    let mut desk = Desk::declared();
    desk.hear(Msg::Key(KeyEvent::new(KeyCode::Char('R'), KeyModifiers::SHIFT)));
    assert!(matches!(desk.model.popup, Some(Popup::Form(_))), "R leads to the end");
}

#[test]
fn tab_and_digits_change_panes_and_z_zooms() {
    let mut desk = Desk::empty();
    let mut seen = Vec::new();
    for name in ["tab", "tab", "tab", "tab", "3", "1"] {
        desk.press(&[name]);
        seen.push(desk.model.desk.focus);
    }
    let [burn, timeline, runbook, postmortem] = Pane::ALL;
    assert_eq!(seen, [timeline, runbook, postmortem, burn, runbook, burn]);
    desk.press(&["z"]);
    assert!(desk.model.desk.zoomed);
    desk.press(&["esc"]);
    assert!(!desk.model.desk.zoomed, "esc gives the other panes back");
}

#[test]
fn help_filters_as_one_types_and_enter_does_the_line() {
    let mut desk = Desk::empty();
    desk.press(&["?", "type:another phase"]);
    let Some(Popup::Help(help)) = &desk.model.popup else { panic!("no help") };
    assert_eq!(help.matches().len(), 1);
    desk.press(&["esc", "?", "type:declare", "enter"]);
    assert!(matches!(desk.model.popup, Some(Popup::Form(_))), "the form of a declaration");
}

#[test]
fn help_opens_with_f1_too() {
    let mut desk = Desk::empty();
    desk.hear(Msg::Key(KeyEvent::new(KeyCode::F(1), KeyModifiers::NONE)));
    assert!(matches!(desk.model.popup, Some(Popup::Help(_))));
}

#[test]
fn a_key_that_cannot_do_its_work_says_why_and_what_to_press() {
    let cases = [
        ("s", "press d to declare one"),
        ("u", "press d to declare one"),
        ("R", "press d to declare one"),
        ("i", "no incident in the journal yet"),
        ("p", "no incident to write about"),
    ];
    for (name, why) in cases {
        let mut desk = Desk::empty();
        desk.press(&[name]);
        let said = desk.model.notices.current(desk.model.now).expect("a notice");
        assert!(said.text.contains(why), "{name}: {}", said.text);
        assert!(desk.model.popup.is_none());
    }
}

#[test]
fn messages_can_be_read_again() {
    let mut desk = Desk::paging();
    desk.press(&["M", "j", "k", "j"]);
    assert!(matches!(desk.model.popup, Some(Popup::Messages { scroll: 1 })));
    desk.press(&["x"]);
    assert!(desk.model.popup.is_none());
}
