//! Whatever is typed, pasted and heard: nothing panics, one text owns the keyboard, nothing runs and
//! nobody leaves without the answer that was asked for.

use crossterm::event::KeyCode;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use warroom::app::form::{Popup, Question};
use warroom::app::{Effect, Model, Msg, Pane};
use warroom::incident::event::NoteKind;
use warroom::incident::{Ask, Intent};
use warroom::tui::{Theme, view};

use crate::desk::{Desk, key};

const KEYS: &[&str] = &[
    "d",
    "n",
    "u",
    "s",
    "h",
    "o",
    "m",
    "R",
    "i",
    "r",
    "x",
    "-",
    "ctrl-k",
    "b",
    "p",
    "e",
    "w",
    "tab",
    "1",
    "2",
    "3",
    "4",
    "z",
    "k",
    "j",
    "g",
    "G",
    "M",
    "?",
    "q",
    "y",
    "enter",
    "enter",
    "esc",
    "up",
    "down",
    "backspace",
    "a",
    "ctrl-c",
    "/",
    "S",
    "t",
    "f",
    "[",
    "]",
    "c",
    "left",
    "type:~db x",
    "v",
    "Y",
    "~",
    "!",
    "&",
    "|",
    "right",
    "type: ",
    "type:destroy",
    "type:ana",
    "type:漢字",
];

#[derive(Debug, Clone)]
enum Deed {
    Press(&'static str),
    Paste(String),
    Wait(u64),
    Resize(u16, u16),
    Break(bool),
    Colleague(String),
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        12 => prop::sample::select(KEYS).prop_map(Deed::Press),
        1 => ".{0,20}".prop_map(Deed::Paste),
        1 => (0..30_u64).prop_map(Deed::Wait),
        1 => (0..130_u16, 0..50_u16).prop_map(|(width, height)| Deed::Resize(width, height)),
        1 => any::<bool>().prop_map(Deed::Break),
        1 => ".{0,30}".prop_map(Deed::Colleague),
    ]
}

fn carry_out(desk: &mut Desk, deed: &Deed) {
    match deed {
        Deed::Press(name) => press(desk, name),
        Deed::Paste(text) => desk.hear(Msg::Paste(text.clone())),
        Deed::Wait(seconds) => desk.wait(*seconds),
        Deed::Resize(width, height) => desk.hear(Msg::Resize { width: *width, height: *height }),
        Deed::Break(broken) => desk.broken = broken.then(|| "disk full".to_owned()),
        Deed::Colleague(text) => colleague(desk, text),
    }
}

fn colleague(desk: &mut Desk, text: &str) {
    let (text, kind, star) = (format!("seen: {text}"), NoteKind::Observation, false);
    let ask = Ask::new("bob", Intent::Note { text, kind, star });
    let about = desk.model.ledger.incidents.first().map(|incident| incident.id.clone());
    if let Some(id) = about {
        desk.elsewhere(&ask.about(id));
    }
}

/// A key, with what stood on the screen before it.
fn press(desk: &mut Desk, name: &str) {
    let keys: Vec<String> = match name.strip_prefix("type:") {
        Some(text) => text.chars().map(String::from).collect(),
        None => vec![name.to_owned()],
    };
    for name in keys {
        let (asked, open) = (desk.model.popup.clone(), desk.model.any_open());
        desk.effects.clear();
        desk.hear(Msg::Key(key(&name)));
        for effect in &desk.effects {
            answered(effect, asked.as_ref(), &name, open);
        }
    }
}

/// Nothing runs and nobody leaves an open incident but by the answer to the question about exactly that.
fn answered(effect: &Effect, asked: Option<&Popup>, name: &str, open: bool) {
    let question = match asked {
        Some(Popup::Confirm(confirm)) => Some(confirm),
        _ => None,
    };
    match effect {
        Effect::Run(request) => {
            let confirm = question.expect("a run was asked about");
            assert_eq!(confirm.question, Question::Run(request.clone()));
            let word = confirm.word.as_ref().map(|(word, typed)| (*word, typed.text()));
            match word {
                Some((word, typed)) => assert_eq!((typed.trim(), name), (word, "enter")),
                None => assert_eq!(name, "y"),
            }
        }
        Effect::Quit if open => {
            assert_eq!(question.map(|confirm| &confirm.question), Some(&Question::Quit));
            assert_eq!(name, "y");
        }
        _ => {}
    }
}

fn one_owner(model: &Model) {
    if model.timeline.writing {
        assert_eq!(model.desk.focus, Pane::Timeline);
    }
    if model.postmortem.writing {
        assert_eq!(model.desk.focus, Pane::Postmortem);
        assert!(model.postmortem.has_text());
    }
    assert!(!(model.burn.list.filtering && (model.timeline.writing || model.postmortem.writing)));
    if model.burn.list.filtering {
        assert_eq!(model.desk.focus, Pane::Burn);
    }
    let texts = [model.timeline.writing, model.timeline.filtering, model.postmortem.writing];
    assert!(texts.into_iter().filter(|hears| *hears).count() <= 1, "two texts hear the keyboard");
    if model.timeline.filtering {
        assert_eq!(model.desk.focus, Pane::Timeline);
    }
    let owned = model.popup.is_some()
        || model.timeline.writing
        || model.timeline.filtering
        || model.postmortem.writing
        || model.burn.list.filtering;
    assert_eq!(model.typing(), owned);
}

fn draw(model: &Model, theme: &Theme) {
    let mut cells = Buffer::empty(Rect { x: 0, y: 0, ..model.desk.area });
    let screen = view(model, theme, &mut cells);
    if let Some(caret) = screen.caret {
        assert!(cells.area.contains(caret), "the caret is on the screen: {caret:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_typed_pasted_and_heard(deeds in prop::collection::vec(deed(), 1..60)) {
        let (mut desk, theme) = (Desk::declared(), Theme::default());
        for deed in &deeds {
            carry_out(&mut desk, deed);
            one_owner(&desk.model);
            draw(&desk.model, &theme);
        }
    }

    #[test]
    fn typed_letters_change_nothing_but_the_text_that_hears_them(text in "[a-zA-Z0-9?*!>~ -]{1,20}") {
        let mut desk = Desk::declared();
        desk.press(&["n"]);
        let (events, focus) = (desk.events.len(), desk.model.desk.focus);
        desk.press(&[&format!("type:{text}")]);
        prop_assert_eq!(desk.model.timeline.scribe.text(), text);
        prop_assert_eq!((desk.events.len(), desk.model.desk.focus), (events, focus));
        prop_assert!(desk.model.popup.is_none());
    }
}

#[test]
fn a_key_release_and_keys_without_meaning_do_nothing() {
    let mut desk = Desk::declared();
    desk.effects.clear();
    for code in [KeyCode::Null, KeyCode::CapsLock, KeyCode::F(11), KeyCode::Insert, KeyCode::Left] {
        desk.hear(Msg::Key(code.into()));
    }
    assert!(desk.effects.is_empty() && !desk.model.typing());
}
