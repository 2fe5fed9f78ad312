//! Any size, at any moment: nothing crashes, and the screen is whole again afterwards.

use super::home::Home;
use super::terminal::{ENTER, ESC, Terminal};

const SIZES: [(u16, u16); 9] =
    [(1, 1), (300, 100), (20, 5), (2, 60), (500, 2), (80, 24), (3, 3), (120, 36), (41, 9)];

/// Resizes and waits until something was drawn on the new size.
fn resize(console: &Terminal, (columns, rows): (u16, u16)) {
    let before = console.mark();
    console.resize(columns, rows);
    console.wait_for("a redraw", |seen| seen.wrote(b"\x1b[2J", before) && !seen.text().trim().is_empty());
}

fn whole(console: &Terminal) {
    console.resize(140, 44);
    for words in ["Cards fail", "2 Timeline", "4 Postmortem", "next pane"] {
        console.wait_for_text(words);
    }
}

fn opened(home: &Home) -> Terminal {
    home.ok(&["declare", "Cards fail", "--sev", "1", "--service", "checkout"]);
    home.ok(&["note", "a note that is long enough to be wrapped on all but the widest of these screens"]);
    let console = home.console(&[]);
    console.wait_for_text("Cards fail");
    console
}

#[test]
fn every_pane_and_window_survives_every_size() {
    let home = Home::new();
    let console = opened(&home);
    let scenes = ["1", "2", "3", "4", "z", "?", "d", "M", "b", "R", "n"];
    console.find_runbook();
    console.keys(ENTER);
    console.wait_until_gone("Find a runbook");
    console.keys_until("p", "fresh draft");
    for scene in scenes {
        console.keys(scene);
        for size in SIZES {
            resize(&console, size);
        }
        resize(&console, (140, 44));
        console.keys(ESC);
        whole(&console);
    }
}

#[test]
fn a_storm_of_sizes_leaves_a_whole_screen() {
    let home = Home::new();
    let mut console = opened(&home);
    for round in 0..20 {
        for (columns, rows) in SIZES {
            console.resize(columns, rows);
            console.keys(if round % 2 == 0 { "2" } else { "\t" });
        }
    }
    whole(&console);
    console.keys_until("q", "Leave the console?");
    console.keys("y");
    assert_eq!(console.exit_code(), 0);
    console.assert_restored();
}

#[test]
fn keys_are_heard_at_once_after_a_resize() {
    let home = Home::new();
    let console = opened(&home);
    resize(&console, (100, 30));
    console.keys_until("?", "filter>");
}
