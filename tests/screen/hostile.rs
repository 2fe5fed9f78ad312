//! Text that means harm is shown, never obeyed: no cell holds a character with power over a terminal,
//! and nothing leaves its pane.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use warroom::app::msg::OutputLine;
use warroom::app::{Msg, Pane, Screen};
use warroom::incident::event::{ChangeKind, NoteKind};
use warroom::incident::{Ask, Intent, Severity};
use warroom::runbook::parse;
use warroom::tui::Theme;

use super::picture::{draw, text};
use crate::desk::Desk;

const SIZES: [(u16, u16); 4] = [(40, 10), (80, 24), (120, 36), (200, 60)];

/// What a label, a log line, a runbook or a colleague may bring, by what it tries.
const HOSTILE: &[(&str, &str)] = &[
    ("sets the clipboard", "\u{1b}]52;c;ZXZpbA==\u{7}"),
    ("lies about a link", "\u{1b}]8;;http://evil\u{1b}\\text\u{1b}]8;;\u{1b}\\"),
    ("sets the title and asks for it", "\u{1b}]0;evil\u{7}\u{1b}[21t"),
    ("asks the terminal", "\u{1b}P$qm\u{1b}\\\u{1b}P+q544e\u{1b}\\\u{1b}[6n\u{1b}[c\u{1b}[>c"),
    ("clears and leaves", "\u{1b}[2J\u{1b}[H\u{1b}c\u{1b}[?1049l"),
    ("changes modes", "\u{1b}[?1000h\u{1b}[?2004l\u{1b}[?25l"),
    ("conceals", "\u{1b}[8msecret\u{1b}[0m"),
    ("swallows the rest", "\u{1b}_apc \u{1b}^pm \u{1b}Xsos \u{1b}kname"),
    ("speaks eight bits", "\u{9b}2J\u{9d}0;x\u{9c}\u{90}q"),
    ("overwrites", "abc\rxyz\u{8}\u{8}\u{b}\u{c}\u{0}\u{7f}\u{e}\u{f}"),
    ("tabs", "a\tb\t\tc"),
    ("reorders", "\u{202e}gpj.exe\u{202c} \u{2066}x\u{2069} \u{200e}\u{200f}\u{61c}"),
    (
        "hides",
        "a\u{200b}b\u{200c}c\u{200d}d\u{2060}e\u{feff}f\u{ad}g\u{180e}h\u{34f}i\u{115f}j\u{3164}k\u{ffa0}",
    ),
    ("tags", "x\u{e0041}\u{e0042}\u{fe0f}\u{fe00}\u{e0100}"),
    ("stacks marks", "Z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}"),
    ("breaks lines", "one\u{2028}two\u{2029}three\u{85}four\nfive"),
    ("asks for a yes", "x\nApprove? [y/N] "),
    ("ends a paste", "x\u{1b}[201~y\r"),
    ("counts to a milliard", "\u{1b}[1000000000;1000000000H\u{1b}[99999999b"),
];

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
    desk.hear(Msg::Runbooks(vec![book(raw)]));
    desk.press(&["b", "enter", "3", "r", "y"]);
    desk.hear(Msg::Output(vec![OutputLine { error: false, text: raw.to_owned() }; 3]));
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

/// Characters that a terminal acts upon or that nobody sees.
fn has_power(c: char) -> bool {
    let hidden = [
        (0xad, 0xad),
        (0x34f, 0x34f),
        (0x61c, 0x61c),
        (0x115f, 0x1160),
        (0x180b, 0x180f),
        (0x200b, 0x200f),
        (0x2028, 0x202e),
        (0x2060, 0x206f),
        (0x3164, 0x3164),
        (0xfe00, 0xfe0f),
        (0xfeff, 0xfeff),
        (0xffa0, 0xffa0),
        (0xfff9, 0xfffb),
        (0xe0000, 0xe0fff),
    ];
    c.is_control() || hidden.iter().any(|(from, to)| (*from..=*to).contains(&(c as u32)))
}

/// U+FE0F and U+200D join the parts of an emoji.
fn is_emoji(symbol: &str) -> bool {
    symbol.chars().any(|c| matches!(c as u32, 0x2190..=0x2bff | 0x1f000..=0x1faff))
}

fn assert_inert(cells: &Buffer, what: &str) {
    for cell in &cells.content {
        let symbol = cell.symbol();
        let joins = |c: char| is_emoji(symbol) && matches!(c, '\u{fe0f}' | '\u{200d}');
        let power = symbol.chars().find(|c| has_power(*c) && !joins(*c));
        assert_eq!(power, None, "{what}: a cell holds {symbol:?}");
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
    for (what, raw) in HOSTILE {
        look_at(&mut full_of(raw), what);
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
    desk.hear(Msg::Runbooks(vec![parse(
        "book",
        "## Fix\n\n1. Look\n\n   ```sh\n   d\u{435}ploy status\n   ```\n",
    )]));
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
