//! The timeline's rows as they are seen: folds, threads, the margin, days, times three ways, marked lines.

use warroom::app::Msg;
use warroom::incident::event::{ChangeKind, NoteKind};
use warroom::incident::{Ask, Intent, Phase};
use warroom::tui::Theme;

use super::frame::keep;
use super::picture::{draw, text};
use crate::desk::{Desk, at};

/// Seven minutes of an incident: deploys in a row, a branch that was a false trail, one that goes on, a phase
/// that began, and a line of the day before.
fn story() -> Desk {
    let mut desk = Desk::declared();
    let id = desk.model.timeline.shown.clone().expect("shown");
    let text = "the first customer called".to_owned();
    let late = Ask::new("bob", Intent::Note { text, kind: NoteKind::Observation, star: false });
    desk.elsewhere(&late.at("2026-11-20T22:58:00Z".parse().expect("a time")).about(&id));
    for version in 0..4 {
        desk.wait(20);
        let (at, what) = (desk.model.now, format!("v2.14.{version}"));
        desk.hear(Msg::Changed { at, kind: ChangeKind::Deploy, service: "checkout".to_owned(), what });
    }
    desk.press(&["n", "type:~net packet loss between zones", "enter", "type:~db pool is exhausted", "enter"]);
    desk.wait(60);
    desk.elsewhere(&Ask::new("ana", Intent::SetPhase { to: Phase::Triage }).about(&id));
    desk.press(&["type:~net end: the probe itself was slow", "enter"]);
    desk.wait(120);
    let long = "type:~db ! raise the limit of the connection pool to two hundred, since the slow query of the report \
                holds forty of them and nobody knows since when";
    desk.press(&[long, "enter", "esc"]);
    desk.wait(30);
    desk
}

fn shown(desk: &Desk, size: (u16, u16)) -> String {
    text(&draw(&desk.model, &Theme::default(), size).0)
}

#[test]
fn folds_threads_and_phases_at_every_size() {
    let mut desk = story();
    desk.press(&["2"]);
    for size in [(80, 24), (120, 36), (200, 60)] {
        keep(&format!("rows_{}x{}", size.0, size.1), &draw(&desk.model, &Theme::default(), size).0);
    }
    desk.press(&["z", "f"]);
    for size in [(80, 24), (200, 60)] {
        keep(&format!("rows_zoomed_{}x{}", size.0, size.1), &draw(&desk.model, &Theme::default(), size).0);
    }
}

#[test]
fn marked_lines_are_lit_and_counted() {
    let mut desk = story();
    desk.press(&["2", "g", "v", "j", "j"]);
    keep("rows_marked", &draw(&desk.model, &Theme::default(), (80, 24)).0);
    let seen = shown(&desk, (80, 24));
    assert!(seen.contains("3 marked") && seen.contains("newer below"), "{seen}");
}

#[test]
fn times_are_of_the_zone_from_now_or_from_the_declaration_and_the_frame_says_which() {
    let mut desk = story();
    desk.press(&["2", "z"]);
    let is = |desk: &Desk, words: &[&str]| {
        let seen = shown(desk, (100, 60));
        words.iter().for_each(|word| assert!(seen.contains(word), "{word} in {seen}"));
    };
    desk.model.setting.zone = chrono_tz::Europe::Berlin;
    desk.wait(0);
    is(&desk, &["CET  inc-2026", "Fri 2026-11-20", "Sat 2026-11-21", "23:58:00", "15:00:01"]);
    desk.press(&["t"]);
    is(&desk, &["from now  inc", "-15h 06m", "-30s"]);
    desk.press(&["t"]);
    is(&desk, &["T+ from declaration", "T-15h02m", "T+00:00", "T+04:20"]);
}

#[test]
fn a_phase_is_a_letter_where_it_begins_and_the_burn_has_a_column_where_words_keep_room() {
    let mut desk = story();
    desk.press(&["2", "z"]);
    let narrow = shown(&desk, (80, 24));
    assert!(narrow.contains("D detection  T triage") && !narrow.contains("burn ─"), "{narrow}");
    assert!(!narrow.contains("▁█ burn"), "{narrow}");
    let wide = shown(&desk, (120, 36));
    assert!(wide.contains("D detection  T triage  ▁█ burn"), "{wide}");
    let declared = wide.lines().find(|line| line.contains("declared SEV2")).expect("its row");
    assert!(declared.starts_with("│D▇ 14:00:01"), "{declared}");
}

#[test]
fn what_is_further_below_is_counted_and_the_scribes_line_stays() {
    let mut desk = story();
    desk.press(&["2", "g"]);
    for (width, height) in [(80, 24), (72, 20), (40, 12), (120, 36), (200, 60), (30, 9)] {
        let seen = shown(&desk, (width, height));
        assert!(seen.contains("n note"), "{width}x{height}: {seen}");
    }
    let before = desk.model.timeline.chosen().map(|entry| entry.text.clone());
    desk.press(&["f"]);
    for second in 0..30 {
        let (at, what) = (at(&format!("14:10:{second:02}")), format!("v3.0.{second}"));
        desk.hear(Msg::Changed { at, kind: ChangeKind::Deploy, service: "checkout".to_owned(), what });
    }
    let seen = shown(&desk, (80, 24));
    assert!(seen.contains(" newer below"), "{seen}");
    assert_eq!(desk.model.timeline.chosen().map(|entry| entry.text.clone()), before);
    desk.press(&["G"]);
    assert!(!shown(&desk, (80, 24)).contains("newer below"));
}
