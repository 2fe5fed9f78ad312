//! Themes: every shipped one is whole, a selection is seen in each, and a broken one says where.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use warroom::tui::{Theme, Tone, theme};

use super::picture::draw;
use super::scene;
use crate::desk::Desk;

fn shipped() -> impl Iterator<Item = Theme> {
    theme::SHIPPED.iter().map(|(name, _)| Theme::shipped(name).expect("it parses"))
}

/// The cells of the row that holds a text, from its first cell on.
fn cells_of<'a>(cells: &'a Buffer, wanted: &str) -> Vec<&'a Cell> {
    let width = usize::from(cells.area.width);
    for row in cells.content.chunks(width) {
        let line: String = row.iter().map(Cell::symbol).collect();
        if let Some(at) = line.find(wanted) {
            let before = line[..at].chars().count();
            return row.iter().skip(before).take(wanted.chars().count()).collect();
        }
    }
    panic!("{wanted} is not on the screen");
}

#[test]
fn every_shipped_theme_sets_every_tone_and_is_named_after_its_file() {
    for (name, text) in theme::SHIPPED {
        let parsed = Theme::parse(name, text).expect("it parses");
        assert_eq!(parsed.name, *name);
        let set =
            text.lines().skip_while(|line| *line != "[tones]").filter(|line| line.contains('=')).count();
        assert_eq!(set, Tone::Banner as usize + 1, "{name}: a line for each tone");
    }
}

#[test]
fn a_selection_is_seen_in_every_theme() {
    for theme in shipped().chain([Theme::colourless()]) {
        let mut desk = scene::incident();
        desk.press(&["1"]);
        let (cells, _) = draw(&desk.model, &theme, (120, 36));
        let row = cells_of(&cells, ">checkout-availability");
        let other = cells_of(&cells, "search-latency");
        assert!(row.iter().skip(1).all(|cell| cell.modifier.contains(Modifier::REVERSED)), "{}", theme.name);
        assert!(other.iter().all(|cell| !cell.modifier.contains(Modifier::REVERSED)), "{}", theme.name);
        desk.press(&["d"]);
        let (cells, _) = draw(&desk.model, &theme, (120, 36));
        let chosen = cells_of(&cells, "> SEV2");
        assert!(chosen.iter().all(|cell| cell.modifier.contains(Modifier::REVERSED)), "{}", theme.name);
    }
}

#[test]
fn the_colourless_theme_uses_no_colour_anywhere() {
    let theme = Theme::colourless();
    let mut desk = scene::incident();
    for keys in [&[][..], &["n"], &["esc", "p", "y", "e"], &["esc", "?"], &["esc", "3", "d"], &["esc", "q"]] {
        desk.press(keys);
        for size in [(80, 24), (120, 36), (200, 60)] {
            let (cells, _) = draw(&desk.model, &theme, size);
            let coloured =
                cells.content.iter().find(|cell| (cell.fg, cell.bg) != (Color::Reset, Color::Reset));
            assert_eq!(coloured, None, "{keys:?} {size:?}");
        }
    }
}

#[test]
fn no_meaning_is_carried_by_colour_alone() {
    let desk = Desk::paging();
    let (cells, _) = draw(&desk.model, &Theme::colourless(), (120, 36));
    for word in ["!! FIRING", "   ok ", "PAGING"] {
        assert!(!cells_of(&cells, word).is_empty());
    }
}

#[test]
fn no_theme_but_the_badges_paints_a_background() {
    for theme in shipped() {
        for tone in [Tone::Text, Tone::Dim, Tone::Title, Tone::Focus, Tone::Select, Tone::Human, Tone::Code] {
            assert_eq!(theme.style(tone).bg, None, "{}: {tone:?}", theme.name);
        }
    }
}

#[test]
fn what_is_wrong_with_a_theme_is_said_with_its_place() {
    let cases = [
        (
            "name = \"x\"\n[tones]\nfocus = { fg = \"cyan\" }\ndangr = { fg = \"red\" }\n",
            "mine.toml:4:1: dangr: no such tone (did you mean danger?)",
        ),
        (
            "name = \"x\"\n[tones]\nfocus = { fg = \"turquoise\" }\n",
            "mine.toml:3:16: turquoise: no such colour (write light-red, 12 or #d75f5f)",
        ),
        (
            "name = \"x\"\n[tones]\nfocus = { colour = \"red\" }\n",
            "mine.toml:3:11: unknown field `colour`, expected one of `fg`, `bg`, `bold`, `dim`, `italic`, `underlined`, `reversed`",
        ),
        ("name = \"x\"\n[tones\n", "mine.toml:2:7: unclosed table, expected `]`"),
        ("[tones]\n", "mine.toml:1:1: missing field `name`"),
    ];
    for (text, expected) in cases {
        let said = Theme::parse("mine.toml", text).map_err(|problem| problem.to_string());
        assert_eq!(said.err().as_deref(), Some(expected));
    }
}

#[test]
fn a_tone_that_is_left_out_looks_like_plain_text() {
    let theme = Theme::parse("x", "name = \"x\"\n[tones]\n").expect("it parses");
    assert_eq!(theme.style(Tone::Danger), ratatui::style::Style::default());
}
