//! What the header and the list of incidents say at 80 columns.

use warroom::app::Pane;
use warroom::app::notice::Tone;
use warroom::incident::event::Fields;
use warroom::incident::{Ask, Intent, Severity};
use warroom::tui::Theme;

use super::picture::{draw, text};
use crate::desk::Desk;

fn declare(title: &str, severity: Severity, drill: bool) -> Ask {
    let (title, services) = (title.to_owned(), Vec::new());
    Ask::new(
        "bob",
        Intent::Declare { title, severity, services, ic: None, drill, private: false, found: None },
    )
}

/// The screen at 80x24, line by line.
fn shown(desk: &Desk) -> Vec<String> {
    text(&draw(&desk.model, &Theme::default(), (80, 24)).0).lines().map(str::to_owned).collect()
}

#[test]
fn the_header_names_the_worst_of_what_else_is_open_and_the_key_that_shows_it() {
    let mut desk = Desk::empty();
    desk.press(&["d", "down", "type:search is slow", "enter", "esc"]);
    assert!(!shown(&desk)[1].contains("open"), "{:?}", shown(&desk)[1]);
    desk.press(&["1"]);
    desk.elsewhere(&declare("checkout is down", Severity::Sev1, false));
    desk.press(&["i", "2", "enter"]);
    assert!(shown(&desk)[0].contains("search is slow"), "{:?}", shown(&desk)[0]);
    assert!(shown(&desk)[1].contains("+1 open: SEV1 (i)"), "{:?}", shown(&desk)[1]);
    let wide = text(&draw(&desk.model, &Theme::default(), (120, 36)).0);
    assert!(wide.contains("+1 open: SEV1 checkout is down (i)"), "{wide}");
    desk.press(&["i", "1", "enter"]);
    assert!(
        shown(&desk)[1].contains("IC bob") && shown(&desk)[1].contains("+1 open: SEV3 (i)"),
        "a lesser one is named too"
    );
}

#[test]
fn a_private_incident_says_so_in_the_header_and_in_the_list() {
    let mut desk = Desk::declared();
    let private = Fields { private: Some(true), ..Fields::default() };
    desk.elsewhere(&Ask::new("ana", Intent::SetFields(private)));
    assert!(shown(&desk)[0].contains("SEV2 PRIVATE"), "{:?}", shown(&desk)[0]);
    desk.press(&["i"]);
    let row = shown(&desk).into_iter().find(|line| line.contains("> open")).expect("a row");
    assert!(row.contains("PRIVATE  checkout-availability is burning"), "{row}");
}

#[test]
fn what_a_sev1_lacks_is_said_on_the_message_line_of_a_small_terminal() {
    let mut desk = Desk::empty();
    desk.press(&["d", "up", "type:all is down", "enter", "esc"]);
    desk.wait(120);
    let line = &shown(&desk)[22];
    assert!(line.contains("SEV1 wants every seat filled, still empty"), "{line}");
}

#[test]
fn a_notice_that_is_too_long_keeps_its_way_out() {
    let mut desk = Desk::empty();
    let path = "/srv/ops/share/warroom/configurations/of/the/payments/team/warroom.toml";
    desk.model.notices.say(desk.model.now, Tone::Danger, format!("{path}: gone (press w)"));
    let line = &shown(&desk)[22];
    assert!(line.contains("/srv/ops…") && line.contains("warroom.toml: gone (press w)"), "{line}");
    let text = format!("inc-1: {} (end each: D)", "tasks are open and nobody says why ".repeat(3));
    desk.model.notices.say(desk.model.now, Tone::Danger, text);
    let line = &shown(&desk)[22];
    assert!(line.contains("… (end each: D)"), "{line}");
}

#[test]
fn severities_are_read_whole_at_80_columns_and_nothing_moves_while_one_chooses() {
    let mut desk = Desk::empty();
    desk.press(&["d"]);
    let before = shown(&desk);
    let all = before.join(" ");
    for end in ["│         most users", "│         exist"] {
        assert!(all.contains(end), "{all}");
    }
    desk.press(&["up"]);
    let keys = |lines: &[String]| lines.iter().position(|line| line.contains("enter declare"));
    assert_eq!(keys(&before), keys(&shown(&desk)));
}

#[test]
fn after_a_declaration_where_nothing_is_measured_the_keys_are_those_of_the_timeline() {
    let mut desk = Desk::of(Vec::new());
    desk.press(&["1", "d", "type:cards fail", "enter"]);
    assert_eq!(desk.model.desk.focus, Pane::Timeline);
}

#[test]
fn the_words_of_a_note_stay_where_they_are_whatever_the_line_becomes() {
    let mut desk = Desk::declared();
    desk.press(&["n"]);
    let caret = |desk: &Desk| {
        let (_, screen) = draw(&desk.model, &Theme::default(), (80, 24));
        usize::from(screen.caret.expect("somebody writes").x)
    };
    let start = caret(&desk);
    for typed in ["!", " roll back", " #db"] {
        desk.press(&[&format!("type:{typed}")]);
        let written = desk.model.timeline.scribe.text().chars().count();
        assert_eq!(caret(&desk), start + written, "{typed}");
    }
    desk.press(&["ctrl-u", "type:TODO bob in 10m check dns"]);
    assert_eq!(caret(&desk), start + 25, "a long label moves nothing");
    assert!(shown(&desk)[22].contains("task for bob, due"), "{}", shown(&desk)[22]);
    desk.press(&["ctrl-u", "type:@99 odd"]);
    assert_eq!(caret(&desk), start + 7);
    assert!(shown(&desk)[22].contains("@99: not a time"), "{}", shown(&desk)[22]);
}

#[test]
fn what_is_empty_leaves_its_room_to_the_timeline() {
    let mut desk = Desk::of(Vec::new());
    desk.press(&["d", "type:cards fail", "enter", "esc"]);
    let (cells, screen) = draw(&desk.model, &Theme::default(), (200, 60));
    let rect = |pane| screen.pane(pane).expect("all four are shown");
    assert!(rect(Pane::Burn).height <= 4, "{:?}", rect(Pane::Burn));
    assert!(rect(Pane::Timeline).width >= 100, "{:?}", rect(Pane::Timeline));
    assert!(text(&cells).contains("No SLO in /etc/warroom/warroom.toml. warroom slo new drafts one."));
    desk.press(&["p"]);
    let (_, screen) = draw(&desk.model, &Theme::default(), (200, 60));
    assert!(screen.pane(Pane::Postmortem).is_some_and(|draft| draft.width >= 60), "a draft has its third");
}

#[test]
fn the_keys_say_where_else_to_look_when_no_key_is_called_so() {
    let mut desk = Desk::empty();
    desk.press(&["?", "type:frobnicate"]);
    assert!(
        shown(&desk)
            .iter()
            .any(|line| line.contains("nothing is called so; on the command line: warroom --help")),
        "{:?}",
        shown(&desk)
    );
}

#[test]
fn a_corrected_line_says_so_and_its_correction_names_it() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:host a is slow", "enter", "esc", "k", "e", "type:er", "enter"]);
    desk.press(&["2", "z"]);
    let screen = shown(&desk).join("\n");
    assert!(screen.contains("[amended] host a is slow"), "{screen}");
    assert!(screen.contains("correction to 14:00:01 \"host a is slow\": host a is"), "{screen}");
    assert!(!screen.contains("entry "), "{screen}");
}

#[test]
fn a_private_incident_says_so_above_the_text_of_an_update_too() {
    let mut desk = Desk::declared();
    let private = Fields { private: Some(true), ..Fields::default() };
    desk.elsewhere(&Ask::new("ana", Intent::SetFields(private)));
    desk.press(&["u", "enter", "type:x"]);
    let screen = shown(&desk).join("\n");
    assert!(screen.contains("PRIVATE  Update to ") && screen.contains("(edited)"), "{screen}");
    assert!(screen.contains("ctrl-t template") && screen.contains("esc keep it"), "{screen}");
}
