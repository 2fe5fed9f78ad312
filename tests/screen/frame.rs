//! Whole frames, as text and as styles, at the sizes that people have.

use ratatui::buffer::Buffer;
use warroom::app::{Msg, Pane};
use warroom::runbook::parse;
use warroom::tui::Theme;

use super::picture::{draw, styles, text};
use super::scene::{self, WINDOWS};
use crate::desk::Desk;

const SIZES: [(u16, u16); 5] = [(80, 24), (120, 36), (200, 60), (40, 10), (1, 1)];

pub fn keep(name: &str, cells: &Buffer) {
    let picture = format!("{}\n{}", text(cells), styles(cells));
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(format!("screen__{name}"), picture);
    });
}

#[test]
fn an_incident_at_every_size() {
    let desk = scene::incident();
    for size in SIZES {
        let (cells, _) = draw(&desk.model, &Theme::default(), size);
        keep(&format!("incident_{}x{}", size.0, size.1), &cells);
    }
}

#[test]
fn each_pane_of_a_small_terminal() {
    let mut desk = scene::incident();
    for (name, key) in [("burn", "1"), ("timeline", "2"), ("runbook", "3")] {
        desk.press(&[key]);
        let (cells, _) = draw(&desk.model, &Theme::default(), (80, 24));
        keep(&format!("small_{name}"), &cells);
    }
}

#[test]
fn before_anything_happened_and_when_it_pages() {
    let kept = |name, desk: &Desk| {
        let (cells, _) = draw(&desk.model, &Theme::default(), (120, 36));
        keep(name, &cells);
    };
    kept("empty", &Desk::empty());
    kept("paging", &Desk::paging());
}

#[test]
fn every_window_over_a_small_terminal() {
    for (name, keys) in WINDOWS {
        let mut desk = Desk::declared();
        desk.press(keys);
        let (cells, screen) = draw(&desk.model, &Theme::default(), (80, 24));
        keep(&format!("window_{name}"), &cells);
        assert_eq!(
            screen.caret.is_some(),
            matches!(name, "declare" | "severity" | "role" | "update" | "help" | "runbooks")
        );
    }
}

#[test]
fn the_questions_before_a_command_runs() {
    let book = "## Fix\n\n1. Move\n\n   ```sh\n   mv '/srv/a  b' {{into}}\n   ```\n\n2. Wipe\n\n   ```sh\n   rm -rf /srv/c\u{430}che\n   ```\n";
    let cases: [(&str, &[&str]); 3] = [
        ("placeholder", &["r"]),
        ("change", &["r", "type:/srv/old", "enter"]),
        ("destroy", &["down", "r", "type:dest"]),
    ];
    for (name, keys) in cases {
        let mut desk = Desk::declared();
        desk.hear(Msg::Runbooks(vec![parse("disk", book)].into()));
        desk.press(&["b", "enter", "3"]);
        desk.press(keys);
        let (cells, _) = draw(&desk.model, &Theme::default(), (80, 24));
        keep(&format!("run_{name}"), &cells);
    }
}

#[test]
fn what_is_not_saved_is_seen() {
    let mut desk = Desk::declared();
    desk.broken = Some("disk full".to_owned());
    desk.press(&["n", "type:still here", "enter"]);
    let (cells, _) = draw(&desk.model, &Theme::default(), (80, 24));
    let shown = text(&cells);
    assert!(shown.contains("UNSAVED  still here (disk full)") && shown.contains("1 UNSAVED"), "{shown}");
}

#[test]
fn a_source_that_fails_costs_its_row_alone() {
    let mut desk = Desk::paging();
    let outcome = Err("prod: timed out after 2s".to_owned());
    desk.hear(Msg::Sampled { subject: "search-latency".into(), at: desk.model.now, outcome });
    desk.wait(1_200);
    let (cells, _) = draw(&desk.model, &Theme::default(), (120, 36));
    let shown = text(&cells);
    let row = shown.lines().find(|line| line.contains("search-latency")).expect("its row");
    assert!(row.contains("STALE") && row.contains("prod: timed out after 2s"), "{row}");
}

#[test]
fn a_strip_too_short_for_all_rows_shows_the_worst() {
    let mut desk = scene::incident();
    desk.press(&["3"]);
    let (cells, _) = draw(&desk.model, &Theme::default(), (72, 20));
    let shown = text(&cells);
    assert!(shown.contains("FIRING") && shown.contains("2 of 3"), "{shown}");
}

#[test]
fn every_size_draws_and_keeps_the_caret_on_the_screen() {
    let mut desk = scene::incident();
    let places: [&[&str]; 5] = [&[], &["n"], &["esc", "p", "y", "e"], &["esc", "d"], &["esc", "?"]];
    for place in places {
        desk.press(place);
        for width in (0..210).step_by(13) {
            for height in (0..42).step_by(3) {
                let (cells, screen) = draw(&desk.model, &Theme::default(), (width, height));
                assert!(
                    screen.caret.is_none_or(|caret| cells.area.contains(caret)),
                    "{place:?} {width}x{height}"
                );
            }
        }
    }
}

#[test]
fn four_panes_from_120x36_on_and_one_in_the_smallest() {
    let desk = scene::incident();
    for (size, panes) in [((120, 36), 4), ((118, 30), 4), ((200, 60), 4), ((80, 24), 2), ((40, 10), 1)] {
        let (_, screen) = draw(&desk.model, &Theme::default(), size);
        assert_eq!(screen.panes.len(), panes, "{size:?}");
        assert!(screen.pane(Pane::Postmortem).is_some(), "{size:?}: the focused one is among them");
    }
}

#[test]
fn a_frame_drawn_twice_is_the_same_frame() {
    let desk = scene::incident();
    let first = draw(&desk.model, &Theme::default(), (120, 36));
    assert_eq!(first, draw(&desk.model, &Theme::default(), (120, 36)));
}

#[test]
fn the_narrowest_burn_rows_keep_state_budget_and_burn() {
    let mut desk = Desk::paging();
    desk.press(&["1"]);
    let (cells, _) = draw(&desk.model, &Theme::default(), (40, 12));
    let shown = text(&cells);
    let row = shown.lines().find(|line| line.contains("FIRING")).expect("the row that fires");
    assert!(row.contains("59.6%") && row.contains("300x"), "{row}");
}
