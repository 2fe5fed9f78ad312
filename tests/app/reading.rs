//! A console that only reads: whatever is pressed, nothing is asked of the outside that leaves a trace.

use warroom::app::action::{TABLE, disabled};
use warroom::app::form::Popup;
use warroom::app::reading::{WHY, leaves_no_trace, writes};
use warroom::app::{Action, Msg};
use warroom::incident::event::NoteKind;
use warroom::incident::{Ask, Intent};

use crate::desk::{Desk, key};

/// An open incident that others work on, with its runbook beside it.
fn reading() -> Desk {
    let mut desk = Desk::declared();
    desk.model.setting.reads_only = true;
    desk.effects.clear();
    desk
}

#[test]
fn every_key_that_would_write_says_why_it_does_not() {
    for row in TABLE.iter().filter(|row| writes(row.action)) {
        let mut desk = reading();
        assert_eq!(disabled(row.action, &desk.model), Some(WHY), "{}", row.name);
        let before = desk.events.len();
        warroom::app::on_input::act(&mut desk.model, row.action);
        let said = desk.model.notices.newest_first().next().map(|notice| notice.text.as_str());
        assert_eq!(said, Some(WHY), "{}", row.name);
        assert!(desk.model.popup.is_none() && !desk.model.typing(), "{}", row.name);
        assert_eq!(desk.events.len(), before, "{}", row.name);
    }
}

#[test]
fn what_only_looks_works_as_ever() {
    let looks = TABLE.iter().filter(|row| !writes(row.action)).map(|row| row.action);
    let open = looks.filter(|action| disabled(*action, &reading().model) != Some(WHY)).count();
    assert_eq!(open, TABLE.iter().filter(|row| !writes(row.action)).count());
    let mut desk = reading();
    desk.press(&["p"]);
    assert!(desk.model.postmortem.has_text(), "a draft may be read");
    desk.press(&["b", "enter"]);
    assert!(desk.model.runbook.open.is_some());
    desk.press(&["q"]);
    assert!(desk.effects.contains(&warroom::app::Effect::Quit), "nobody is asked to stay");
    assert!(desk.effects.iter().all(leaves_no_trace), "{:?}", desk.effects);
}

#[test]
fn whatever_is_pressed_heard_and_waited_for_leaves_no_trace() {
    let mut desk = reading();
    let keys = TABLE.iter().flat_map(|row| row.keys.iter()).filter(|key| !["q", "ctrl-c"].contains(*key));
    for name in keys.filter(|name| name.chars().count() == 1 || **name == "enter") {
        for then in ["", "a", "l", "s", "u", "d", "x", "enter", "y", "esc"] {
            desk.hear(Msg::Key(key(name)));
            if !then.is_empty() {
                desk.hear(Msg::Key(key(then)));
            }
            desk.press(&["esc", "esc"]);
        }
        desk.wait(61);
        desk.hear(Msg::Paste("two\nlines".to_owned()));
    }
    desk.measured("worker-success", 3, 0.4);
    desk.wait(3_600);
    assert!(desk.effects.iter().all(leaves_no_trace), "{:?}", desk.effects);
    assert!(desk.model.timeline.pending.is_empty(), "nothing waits to be saved");
}

#[test]
fn what_others_declare_and_write_is_shown() {
    let mut desk = Desk::paging();
    desk.model.setting.reads_only = true;
    let declare = Intent::Declare {
        title: "Cards fail".to_owned(),
        severity: warroom::incident::Severity::Sev1,
        services: vec!["checkout".to_owned()],
        ic: None,
        drill: false,
        private: false,
        found: None,
    };
    desk.elsewhere(&Ask::new("bob", declare));
    let (text, kind, star) = ("looking".to_owned(), NoteKind::Observation, false);
    desk.elsewhere(&Ask::new("bob", Intent::Note { text, kind, star }));
    assert!(desk.model.runbook.open.is_some(), "the fitting runbook lies beside it");
    assert!(desk.model.timeline.visible().any(|entry| entry.text == "looking"));
    desk.effects.clear();
    desk.press(&["a", "a"]);
    assert!(matches!(desk.model.popup, Some(Popup::Alerts)));
    assert!(desk.effects.is_empty() && disabled(Action::Note, &desk.model) == Some(WHY));
}
