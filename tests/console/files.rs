//! The user's files: what they change is on the screen at once; a broken one says where and changes
//! nothing.

use vt100::Color;

use super::home::Home;
use super::terminal::Terminal;

fn theme(focus: &str) -> String {
    format!("name = \"dark\"\n\n[tones]\nfocus = {{ fg = \"{focus}\" }}\nselect = {{ reversed = true }}\n")
}

/// The colour of the focused pane's title.
fn focus_colour(console: &Terminal) -> Color {
    let seen = console.seen();
    let text = seen.text();
    let (row, column) = text
        .lines()
        .enumerate()
        .find_map(|(row, line)| Some((row, line.find("[1 Burn]").map(|at| line[..at].chars().count())?)))
        .expect("the focused pane");
    let cell =
        seen.screen().cell(u16::try_from(row).expect("a row"), u16::try_from(column).expect("a column"));
    cell.expect("a cell").fgcolor()
}

#[track_caller]
fn wait_for_colour(console: &Terminal, wanted: Color) {
    console.wait_for_text("[1 Burn]");
    console.wait_for(&format!("{wanted:?}"), |seen| {
        let screen = seen.screen();
        (0..8).any(|row| {
            (0..12).any(|column| screen.cell(row, column).is_some_and(|cell| cell.fgcolor() == wanted))
        })
    });
    assert_eq!(focus_colour(console), wanted);
}

#[test]
fn a_theme_changes_the_screen_as_it_is_saved_and_a_broken_one_says_where() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    home.write("config/themes/dark.toml", &theme("#010203"));
    let console = home.console(&[]);
    wait_for_colour(&console, Color::Rgb(1, 2, 3));
    home.write("config/themes/dark.toml", &theme("#0a0b0c"));
    wait_for_colour(&console, Color::Rgb(10, 11, 12));
    home.write("config/themes/dark.toml", "name = \"dark\"\n[tones]\nfocus = { fg = \"mauve-ish\" }\n");
    console.wait_for_text("themes/dark.toml:3:");
    assert_eq!(focus_colour(&console), Color::Rgb(10, 11, 12), "the last good one stays");
    home.write("config/themes/dark.toml", &theme("#0d0e0f"));
    wait_for_colour(&console, Color::Rgb(13, 14, 15));
}

#[test]
fn a_theme_folder_that_comes_later_is_seen_too() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    let console = home.console(&[]);
    console.wait_for_text("[1 Burn]");
    home.write("config/themes/dark.toml", &theme("#010203"));
    wait_for_colour(&console, Color::Rgb(1, 2, 3));
}

#[test]
fn a_runbook_and_keys_are_read_again_as_they_are_saved() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    home.write("config/runbooks/mine.md", "# Mine\n\n## Steps\n\n1. Look at the first thing\n");
    let console = home.console(&[]);
    console.wait_for_text("b opens one of 21 runbooks");
    console.find_runbook();
    console.keys("\x1b");
    console.wait_until_gone("Find a runbook");
    home.write("config/keys.toml", "declare = [\"X\"]\n");
    console.wait_for_text("X declare");
    home.write("config/keys.toml", "declare = [\"X\"]\nno-such-action = [\"Y\"]\n");
    console.wait_for_text("keys.toml:2:");
    console.keys_until("X", "Declare an incident");
}

#[test]
fn an_open_runbook_follows_its_file() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    home.write("config/runbooks/aaa.md", "# Mine\n\n## Steps\n\n1. Look at the first thing\n");
    let console = home.console(&[]);
    console.wait_for_text("b opens one of 21 runbooks");
    console.keys_until("b", "> aaa");
    console.keys("\r");
    console.wait_for_text("Look at the first thing");
    home.write("config/runbooks/aaa.md", "# Mine\n\n## Steps\n\n1. Look at the second thing\n");
    console.wait_for_text("Look at the second thing");
}

#[test]
fn a_broken_configuration_is_told_before_the_screen_is_taken() {
    let home = Home::new().configured("theme = \"dark\"\n\nzonne = \"UTC\"\n");
    let mut console = home.console(&[]);
    assert_eq!(console.exit_code(), 2);
    let seen = console.seen();
    let said = String::from_utf8_lossy(&seen.raw).into_owned();
    assert!(!seen.wrote(b"\x1b[?1049h", 0), "no screen was taken: {said:?}");
    assert!(said.contains("warroom.toml:3:1") && said.contains("zone"), "{said}");
}
