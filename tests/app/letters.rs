//! An update that is being written: left, found again, thrown away, sent.

use warroom::app::form::{Letter, Popup};
use warroom::app::{Effect, Msg};
use warroom::incident::EventKind;

use crate::desk::Desk;

fn letter(desk: &Desk) -> &Letter {
    match &desk.model.popup {
        Some(Popup::Letter(letter)) => letter,
        other => panic!("no text is open: {other:?}"),
    }
}

/// What was edited and then left with esc.
fn left() -> Desk {
    let mut desk = Desk::declared();
    desk.press(&["u", "enter", "type:cards fail ", "esc"]);
    desk
}

#[test]
fn an_edited_text_that_is_left_comes_back_and_says_so() {
    let mut desk = left();
    let said = desk.model.notices.current(desk.model.now).expect("a notice").text.clone();
    assert!(said.contains("the text is kept, u opens it again"), "{said}");
    desk.press(&["u"]);
    let Some(Popup::Form(form)) = &desk.model.popup else { panic!("no form") };
    assert_eq!(form.choices[form.chosen].detail, "your text is kept");
    desk.press(&["enter"]);
    assert!(letter(&desk).editor.text().starts_with("cards fail "), "{}", letter(&desk).editor.text());
    let said = &desk.model.notices.current(desk.model.now).expect("a notice").text;
    assert!(said.starts_with("this is your text as you left it"), "{said}");
}

#[test]
fn each_audience_and_each_incident_has_a_text_of_its_own() {
    let mut desk = left();
    desk.press(&["u", "down", "enter"]);
    assert!(!letter(&desk).is_edited(), "another audience");
    desk.press(&["esc", "d", "type:search is slow", "enter", "esc", "u", "enter"]);
    assert!(!letter(&desk).is_edited(), "another incident");
}

#[test]
fn the_template_comes_back_on_its_own_key_and_then_nothing_is_kept() {
    let mut desk = left();
    desk.press(&["u", "enter", "ctrl-t"]);
    assert!(!letter(&desk).is_edited());
    desk.press(&["esc"]);
    assert!(desk.model.timeline.letters.is_empty());
}

#[test]
fn what_was_sent_is_kept_no_more() {
    let mut desk = left();
    desk.press(&["u", "enter", "ctrl-s"]);
    assert!(desk.model.timeline.letters.is_empty());
    let sent = desk.events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Updated { text, .. } => Some(text.as_str()),
        _ => None,
    });
    assert!(sent.is_some_and(|text| text.starts_with("cards fail ")), "{sent:?}");
}

#[test]
fn a_text_that_was_left_unread_from_the_template_keeps_nothing() {
    let mut desk = Desk::declared();
    desk.press(&["u", "enter", "esc"]);
    assert!(desk.model.timeline.letters.is_empty());
}

#[test]
fn leaving_says_that_a_text_would_be_lost() {
    let mut desk = left();
    desk.press(&["q"]);
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("no question") };
    assert!(
        confirm.lines.iter().any(|line| line.starts_with("1 update is written and not sent")),
        "{:?}",
        confirm.lines
    );
}

#[test]
fn what_was_begun_is_on_the_disk_while_it_is_written_and_comes_back_to_the_next_console() {
    let kept = |desk: &Desk| {
        desk.effects.iter().rev().find_map(|effect| match effect {
            Effect::KeepLetters { incident, letters } => Some((incident.clone(), letters.clone())),
            _ => None,
        })
    };
    let mut desk = Desk::declared();
    desk.press(&["u", "enter", "type:half a "]);
    desk.wait(2);
    let (incident, letters) = kept(&desk).expect("it is kept as it is written");
    assert_eq!(Some(&incident), desk.model.timeline.shown.as_ref());
    assert!(letters.values().any(|text| text.contains("half a ")), "{letters:?}");
    let mut next = Desk::declared();
    next.hear(Msg::LettersLoaded { incident: incident.clone(), letters });
    let said = next.model.notices.current(next.model.now).expect("a notice");
    assert_eq!(said.text, "an update is written and not sent: u opens it");
    next.press(&["u", "enter"]);
    assert!(letter(&next).editor.text().contains("half a "));
    next.press(&["ctrl-t", "esc"]);
    next.wait(2);
    assert_eq!(
        kept(&next),
        Some((incident, std::collections::BTreeMap::new())),
        "thrown away, gone from the disk"
    );
}
