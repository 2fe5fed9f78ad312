//! Text that means harm is shown, never obeyed: no cell holds a character with power over a terminal,
//! and nothing leaves its pane.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use warroom::app::msg::OutputLine;
use warroom::app::{Msg, Pane, Screen};
use warroom::incident::event::{ChangeKind, NoteKind};
use warroom::incident::{Ask, Intent, Severity};
use warroom::runbook::parse;
use warroom::text::safe;
use warroom::tui::Theme;

use super::picture::{draw, text};
use crate::desk::Desk;
use crate::inputs::inputs;

const SIZES: [(u16, u16); 4] = [(40, 10), (80, 24), (120, 36), (200, 60)];

/// A desk on which every place for text from outside holds `raw`.
fn full_of(raw: &str) -> Desk {
    let mut desk = Desk::paging();
    let title = format!("broken {raw}");
    let services = vec!["checkout".to_owned(), raw.to_owned()];
    desk.elsewhere(&Ask::new(
        "bob",
        Intent::Declare {
            title,
            severity: Severity::Sev1,
            services,
            ic: None,
            drill: false,
            private: false,
            found: None,
        },
    ));
    let note =
        |text: &str| Intent::Note { text: format!("seen {text}"), kind: NoteKind::Observation, star: false };
    desk.elsewhere(&Ask::new(format!("eve{raw}"), note(raw)));
    let (service, what) = ("checkout".to_owned(), format!("v2{raw}"));
    desk.hear(Msg::Changed { at: desk.model.now, kind: ChangeKind::Deploy, service, what });
    desk.hear(Msg::Runbooks(vec![book(raw)].into()));
    desk.press(&["b", "enter", "3", "r", "y"]);
    desk.hear(Msg::Output(vec![OutputLine { at: desk.model.now, error: false, text: raw.to_owned() }; 3]));
    let outcome = Err(format!("prod: {raw}"));
    desk.hear(Msg::Sampled { subject: "search-latency".into(), at: desk.model.now, outcome });
    desk.model.setting.configuration = format!("configuration {raw}");
    desk.model.setting.folder = format!("/srv/{raw}");
    desk.press(&["p", "e"]);
    desk.hear(Msg::Paste(raw.to_owned()));
    desk.hear(Msg::TaskDied { task: raw.to_owned(), why: raw.to_owned() });
    desk
}

fn book(raw: &str) -> warroom::runbook::Runbook {
    let line = raw.replace(['\n', '\r'], " ");
    parse(
        "book",
        &format!(
            "# Book {line}\n\n## Fix {line}\n\n1. Look {line}\n\n   {line}\n\n   ```sh\n   df -h\n   ```\n\n   Expected: {line}\n"
        ),
    )
}

/// The keys that bring each part of the desk to the front.
const VIEWS: [&[&str]; 8] =
    [&[], &["esc", "1"], &["2", "n"], &["esc", "3"], &["4"], &["d"], &["esc", "M"], &["x", "i"]];

/// U+FE0F and U+200D join the parts of an emoji.
fn is_emoji(symbol: &str) -> bool {
    symbol.chars().any(|c| matches!(c as u32, 0x2190..=0x2bff | 0x1f000..=0x1faff))
}

fn assert_inert(cells: &Buffer, what: &str) {
    for cell in &cells.content {
        let symbol = cell.symbol();
        let joins = |c: char| is_emoji(symbol) && matches!(c, '\u{fe0f}' | '\u{200d}');
        let bare: String = symbol.chars().filter(|c| !joins(*c)).collect();
        crate::inputs::assert_inert(&bare, what);
    }
}

/// Each pane's right border stands where it belongs.
fn assert_framed(cells: &Buffer, screen: &Screen, what: &str) {
    for (pane, area) in &screen.panes {
        for y in area.y + 1..area.bottom().saturating_sub(1) {
            let edge = cells[(area.right() - 1, y)].symbol();
            assert_eq!(edge, "│", "{what}: {pane:?} row {y} of\n{}", text(cells));
        }
    }
}

/// Looks at every part of the desk at every size.
fn look_at(desk: &mut Desk, what: &str) {
    for keys in VIEWS {
        desk.press(keys);
        for size in SIZES {
            let (cells, screen) = draw(&desk.model, &Theme::default(), size);
            assert_inert(&cells, what);
            if desk.model.popup.is_none() {
                assert_framed(&cells, &screen, what);
            }
        }
    }
}

#[test]
fn no_cell_holds_what_a_terminal_obeys() {
    for (number, what, bytes) in inputs() {
        look_at(&mut full_of(&safe::decode(&bytes)), &format!("{number} {what}"));
    }
}

#[test]
fn escapes_are_shown_and_not_dropped() {
    let mut desk = full_of("\u{1b}[2Jx\u{202e}y");
    desk.press(&["esc", "2"]);
    let (cells, _) = draw(&desk.model, &Theme::default(), (120, 36));
    assert!(text(&cells).contains("^[[2Jx<U+202E>y"), "{}", text(&cells));
}

#[test]
fn wide_letters_stay_in_their_panes() {
    for raw in [
        "漢字かな交じり文を何度も何度も続けて書くとどうなるか",
        "가나다라마바사아자차카타파하",
        "👩‍👩‍👧‍👦👍🏽🇩🇪 ❤️",
        "ｆｕｌｌｗｉｄｔｈ",
    ] {
        look_at(&mut full_of(raw), raw);
    }
}

#[test]
fn a_letter_of_another_script_stands_out_in_a_command() {
    let mut desk = Desk::declared();
    desk.hear(Msg::Runbooks(
        vec![parse("book", "## Fix\n\n1. Look\n\n   ```sh\n   d\u{435}ploy status\n   ```\n")].into(),
    ));
    desk.press(&["b", "enter", "3", "r"]);
    let theme = Theme::default();
    let (cells, _) = draw(&desk.model, &theme, (120, 36));
    let odd = cells
        .content
        .iter()
        .filter(|cell| cell.symbol() == "\u{435}" && cell.bg == ratatui::style::Color::Red);
    assert_eq!(odd.count(), 1);
    assert!(text(&cells).contains("letters outside ASCII are marked"));
}

#[test]
fn an_endless_line_costs_one_line() {
    let long = "x".repeat(100_000);
    let mut desk = full_of(&long);
    desk.press(&["esc", "3"]);
    let (cells, screen) = draw(&desk.model, &Theme::default(), (200, 60));
    assert_framed(&cells, &screen, "long");
    assert!(screen.pane(Pane::Runbook).is_some());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_text(raw in any::<String>()) {
        look_at(&mut full_of(&raw), &raw);
    }

    #[test]
    fn whatever_the_characters_with_power(raw in "[\u{0}-\u{1f}\u{7f}-\u{9f}\u{200b}-\u{200f}\u{202a}-\u{202e}a\u{301}漢👍\u{fe0f}\u{200d}]{1,60}") {
        look_at(&mut full_of(&raw), &raw);
    }
}
