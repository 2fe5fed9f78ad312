//! The timeline's rows under the hands: folding, threads, jumps, times, marking and copying.

use warroom::app::lines::Reckoning;
use warroom::app::{Effect, Msg};
use warroom::incident::EventKind;
use warroom::incident::event::{Change, ChangeKind};
use warroom::incident::timeline::Shows;

use crate::desk::Desk;

/// An incident with two lines of a thread, a decision, and deploys that came in a row.
fn desk() -> Desk {
    let mut desk = Desk::declared();
    deploys(&mut desk, 0..4);
    desk.press(&["n", "type:! roll back", "enter", "type:~db pool is full", "enter"]);
    desk.press(&["type:* first errors 13:58", "enter", "type:~db ! raise the limit", "enter", "esc"]);
    desk
}

/// Deploys, ten seconds apart.
fn deploys(desk: &mut Desk, versions: std::ops::Range<u32>) {
    for version in versions {
        desk.wait(10);
        let at = desk.model.now;
        let what = format!("v{version}");
        desk.hear(Msg::Changed { at, kind: ChangeKind::Deploy, service: "checkout".to_owned(), what });
    }
}

fn changes(desk: &Desk) -> usize {
    let is_change = |kind: &EventKind| matches!(kind, EventKind::ChangeMarked(Change { .. }));
    desk.model.timeline.visible().filter(|entry| is_change(&entry.event.kind)).count()
}

/// Folded runs that hold deploys.
fn folded(desk: &Desk) -> usize {
    let rows = desk.model.timeline.rows().iter();
    rows.filter(|row| matches!(&row.shows, Shows::Folded { tally, .. } if tally.words().contains("change")))
        .count()
}

fn chosen(desk: &Desk) -> String {
    desk.model.timeline.chosen().map(|entry| entry.text.clone()).unwrap_or_default()
}

#[track_caller]
fn says(desk: &Desk, words: &str) {
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.contains(words), "{}", said.text);
}

#[test]
fn a_run_is_one_row_until_space_unfolds_it_and_f_unfolds_all() {
    let mut desk = desk();
    assert_eq!((folded(&desk), changes(&desk)), (1, 1));
    let rows = desk.model.timeline.rows().len();
    desk.press(&["2", "!", "[", "k"]);
    assert!(desk.model.timeline.rows()[desk.model.timeline.chosen_row().expect("chosen")].is_folded());
    desk.press(&["e"]);
    assert!(desk.model.popup.is_none(), "a folded run is no line to amend");
    desk.press(&["space"]);
    assert_eq!((folded(&desk), changes(&desk)), (0, 4));
    desk.press(&["space"]);
    assert_eq!((folded(&desk), desk.model.timeline.rows().len()), (1, rows));
    desk.press(&["f"]);
    let entries = desk.model.timeline.entries.len();
    assert_eq!(desk.model.timeline.visible().count(), entries, "nothing is hidden");
    desk.press(&["f"]);
    assert_eq!(desk.model.timeline.rows().len(), rows);
}

#[test]
fn the_last_line_of_the_system_stands_while_the_incident_is_open() {
    let mut desk = Desk::declared();
    deploys(&mut desk, 0..3);
    let last = |desk: &Desk| desk.model.timeline.visible().last().map(|entry| entry.text.clone());
    assert_eq!(last(&desk), Some("deploy of checkout: v2".to_owned()));
    assert_eq!(folded(&desk), 1);
    deploys(&mut desk, 3..4);
    assert_eq!(last(&desk), Some("deploy of checkout: v3".to_owned()));
    assert_eq!(folded(&desk), 1);
}

#[test]
fn the_firing_that_began_it_is_read() {
    let desk = Desk::declared();
    let pane = &desk.model.timeline;
    let lines = pane.rows().iter().filter(|row| !row.is_folded()).filter_map(|row| pane.entry_of(row));
    let fires: Vec<&str> =
        lines.map(|entry| entry.text.as_str()).filter(|text| text.contains(" fires")).collect();
    assert!(fires[0].contains("page fires: 75.2x over 1h"), "{fires:?}");
    let all = pane.entries.iter().filter(|entry| entry.text.contains(" fires")).count();
    assert!(fires.len() < all, "the others are counted: {fires:?}");
}

#[test]
fn a_key_goes_to_the_line_before_of_its_kind_and_brackets_go_on() {
    let mut desk = desk();
    desk.press(&["2", "!"]);
    assert_eq!(chosen(&desk), "~db raise the limit");
    desk.press(&["["]);
    assert_eq!(chosen(&desk), "roll back");
    desk.press(&["["]);
    says(&desk, "no decision before this line");
    assert_eq!(chosen(&desk), "roll back");
    desk.press(&["]"]);
    assert_eq!(chosen(&desk), "~db raise the limit");
    desk.press(&["*"]);
    assert_eq!(chosen(&desk), "first errors 13:58");
    desk.press(&["|"]);
    assert!(chosen(&desk).starts_with("declared"), "{}", chosen(&desk));
    desk.press(&["&"]);
    assert!(chosen(&desk).contains("fires"), "{}", chosen(&desk));
    desk.press(&["@"]);
    says(&desk, "no update before this line");
}

#[test]
fn the_cursor_keeps_its_line_while_new_ones_come() {
    let mut desk = desk();
    desk.press(&["2", "*"]);
    let before = chosen(&desk);
    deploys(&mut desk, 4..9);
    assert_eq!(chosen(&desk), before);
    desk.press(&["G"]);
    assert_eq!(desk.model.timeline.selected, None);
    desk.press(&["g"]);
    assert_eq!(desk.model.timeline.chosen_row(), Some(1), "the row of the day is no line");
}

#[test]
fn a_thread_folds_to_its_last_line_and_is_shown_alone() {
    let mut desk = desk();
    let all = desk.model.timeline.rows().len();
    desk.press(&["2", "!", "c"]);
    assert_eq!(desk.model.timeline.rows().len(), all - 1);
    desk.press(&["n", "type:~db limit is raised", "enter", "esc"]);
    assert_eq!(desk.model.timeline.rows().len(), all - 1, "a new line is the one that stands");
    desk.press(&["k"]);
    assert_eq!(chosen(&desk), "~db limit is raised");
    desk.press(&["c"]);
    assert_eq!(desk.model.timeline.rows().len(), all + 1);
    desk.press(&["~"]);
    assert_eq!(desk.model.timeline.filter.text(), "thread:db");
    assert_eq!(desk.model.timeline.visible().count(), 3);
    desk.press(&["~"]);
    assert_eq!(desk.model.timeline.rows().len(), all + 1);
    desk.press(&["*", "c"]);
    says(&desk, "no line of a thread is chosen");
}

#[test]
fn a_jump_into_a_folded_run_unfolds_it() {
    let mut desk = desk();
    let seq = desk.model.timeline.entries.iter().find(|entry| entry.text.ends_with("v1")).expect("there");
    let seq = seq.event.seq;
    warroom::app::on_lines::choose(&mut desk.model, seq);
    assert_eq!(chosen(&desk), "deploy of checkout: v1");
}

#[test]
fn one_key_writes_times_three_ways() {
    let mut desk = desk();
    let ways = [Reckoning::FromNow, Reckoning::FromStart, Reckoning::Clock];
    for way in ways {
        desk.press(&["2", "t"]);
        assert_eq!(desk.model.timeline.lines.reckoning, way);
    }
    let mut calm = Desk::empty();
    calm.press(&["2", "t", "t"]);
    assert_eq!(calm.model.timeline.lines.reckoning, Reckoning::Clock, "nothing was declared");
}

#[test]
fn marked_lines_are_copied_with_whole_times() {
    let mut desk = desk();
    desk.press(&["2", "y"]);
    says(&desk, "no line is chosen");
    desk.model.setting.outgoing.copies = true;
    desk.model.setting.zone = chrono_tz::Europe::Berlin;
    desk.press(&["!", "v", "k", "k", "y"]);
    let copied = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    });
    let expected = "2026-11-21 15:00:41 CET  ana: ~db pool is full\n\
                    2026-11-21 15:00:41 CET  ana: first errors 13:58\n\
                    2026-11-21 15:00:41 CET  ana (decision): ~db raise the limit\n";
    assert_eq!(copied, Some(expected));
    says(&desk, "3 lines copied");
    assert_eq!(desk.model.timeline.lines.mark, None);
}

#[test]
fn a_folded_run_is_copied_as_it_is_read_and_markdown_obeys_nobody() {
    let mut desk = desk();
    desk.press(&["n", "type:*<b>* _x_ | [y](http://z)", "enter", "esc"]);
    desk.press(&["2", "k", "Y"]);
    let text = |desk: &Desk| {
        let written = desk.effects.iter().rev().find_map(|effect| match effect {
            Effect::WriteExcerpt { name, text } => Some((name.clone(), text.clone())),
            _ => None,
        });
        written.expect("a file")
    };
    let (name, line) = text(&desk);
    assert!(name.starts_with("inc-2026-1121-") && name.ends_with(".md"), "{name}");
    assert!(line.starts_with("- **2026-11-21 14:00:41 UTC** ana: \\<b"), "{line}");
    says(&desk, "not known to take copies");
    desk.press(&["!", "[", "k", "y"]);
    let (name, line) = text(&desk);
    assert!(name.ends_with(".txt"), "{name}");
    assert_eq!(line, "2026-11-21 14:00:01 UTC to 2026-11-21 14:00:41 UTC  4 changes, 2 kept records\n");
}

#[test]
fn a_copy_of_a_private_incident_says_so() {
    let mut desk = desk();
    let fields = warroom::incident::event::Fields { private: Some(true), ..Default::default() };
    let id = desk.model.timeline.shown.clone().expect("shown");
    desk.elsewhere(
        &warroom::incident::Ask::new("ana", warroom::incident::Intent::SetFields(fields)).about(id),
    );
    desk.press(&["2", "k", "y"]);
    says(&desk, "PRIVATE");
}

#[test]
fn esc_lets_go_of_the_mark_first() {
    let mut desk = desk();
    desk.press(&["2", "!", "v", "k", "esc"]);
    assert_eq!(desk.model.timeline.lines.mark, None);
    assert!(desk.model.timeline.selected.is_some());
    desk.press(&["esc"]);
    assert!(desk.model.timeline.selected.is_none());
}
