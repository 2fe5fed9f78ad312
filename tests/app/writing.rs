//! The scribe's line: what its signs mean, what stays, what a paste may do.

use warroom::app::form::Popup;
use warroom::app::{Msg, Pane, on_scribe};
use warroom::incident::EventKind;
use warroom::incident::event::NoteKind::{self, Action, Decision, Observation, Question};

use crate::desk::Desk;

/// The last note of the journal: its kind, its text, whether it is starred.
fn last(desk: &Desk) -> (NoteKind, &str, bool) {
    let note = desk.events.iter().rev().find_map(|event| match &event.kind {
        EventKind::Noted { text, kind, starred } => Some((*kind, text.as_str(), *starred)),
        _ => None,
    });
    note.expect("a note")
}

#[test]
fn the_first_sign_says_what_a_line_is() {
    let cases = [
        ("pods restart", (Observation, "pods restart", false)),
        ("! roll back", (Decision, "roll back", false)),
        (">scaling to 12", (Action, "scaling to 12", false)),
        ("? who deployed", (Question, "who deployed", false)),
        ("* first error 13:58", (Observation, "first error 13:58", true)),
        ("*! roll back now", (Decision, "roll back now", true)),
        ("5 > 3 pods", (Observation, "5 > 3 pods", false)),
    ];
    for (typed, expected) in cases {
        let mut desk = Desk::declared();
        desk.press(&["n", &format!("type:{typed}"), "enter"]);
        assert_eq!(last(&desk), expected, "{typed}");
    }
}

#[test]
fn the_line_stays_open_for_the_next_one_and_an_empty_enter_leaves_it() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:one", "enter"]);
    assert!(desk.model.timeline.writing);
    desk.press(&["type:two", "enter", "enter"]);
    assert!(!desk.model.timeline.writing);
    assert_eq!(last(&desk).1, "two");
}

#[test]
fn esc_leaves_the_line_and_keeps_its_words() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:half a thou", "esc", "3", "n", "type:ght", "enter"]);
    assert_eq!(last(&desk).1, "half a thought");
}

#[test]
fn keys_typed_into_a_line_are_letters_and_nothing_else() {
    let mut desk = Desk::declared();
    let seen = desk.events.len();
    desk.press(&["n", "type:dqzrxRp1234?bM"]);
    assert_eq!(desk.model.timeline.scribe.text(), "dqzrxRp1234?bM");
    assert_eq!((desk.model.desk.focus, desk.model.desk.zoomed), (Pane::Timeline, false));
    assert!(desk.model.popup.is_none() && desk.events.len() == seen);
}

#[test]
fn a_paste_joins_the_line_and_sends_nothing() {
    let mut desk = Desk::declared();
    let seen = desk.events.len();
    desk.press(&["n", "type:log: "]);
    desk.hear(Msg::Paste("one\u{1b}[201~y\n".to_owned()));
    assert_eq!(desk.model.timeline.scribe.text(), "log: one^[[201~y");
    assert_eq!(desk.events.len(), seen);
}

#[test]
fn pasted_lines_are_shown_as_what_they_become_and_written_on_their_own_key() {
    let mut desk = Desk::declared();
    let seen = desk.events.len();
    desk.press(&["n", "type:half a "]);
    desk.hear(Msg::Paste("! roll back\r\n\nTODO bob in 10m check dns\r@99 odd\n".to_owned()));
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("a window") };
    assert_eq!(confirm.title, "Paste 3 lines as 3 entries?");
    assert!(confirm.lines[0].starts_with("decision  ") && confirm.lines[0].ends_with(" ! roll back"));
    assert!(confirm.lines[1].starts_with("task for bob, due "), "{}", confirm.lines[1]);
    assert!(confirm.lines[2].starts_with("note, as it stands"), "{}", confirm.lines[2]);
    desk.press(&["enter"]);
    desk.hear(Msg::Paste("y\n".to_owned()));
    assert_eq!(desk.events.len(), seen, "neither enter nor a paste confirms");
    desk.press(&["y"]);
    assert_eq!(desk.events.len(), seen + 3);
    assert_eq!(last(&desk), (Observation, "@99 odd", false));
    assert_eq!(desk.model.timeline.scribe.text(), "half a ", "the line is as it was");
}

#[test]
fn a_paste_that_is_a_file_is_not_taken() {
    let mut desk = Desk::declared();
    desk.press(&["n"]);
    desk.hear(Msg::Paste("line\n".repeat(201)));
    assert!(desk.model.popup.is_none());
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.contains("warroom note - < FILE"), "{}", said.text);
}

#[test]
fn a_line_that_cannot_be_read_stays_and_says_why() {
    let mut desk = Desk::declared();
    let seen = desk.events.len();
    desk.press(&["n", "type:@99 odd", "enter"]);
    assert_eq!((desk.events.len(), desk.model.timeline.scribe.text().as_str()), (seen, "@99 odd"));
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.contains("@99: not a time"), "{}", said.text);
}

#[test]
fn tab_ends_a_word_and_goes_round() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:TODO bob check #dns", "enter", "type:TODO carol look at #dashboards", "enter"]);
    desk.press(&["type:see #d"]);
    assert_eq!(on_scribe::suggestion(&desk.model).as_deref(), Some("ashboards"));
    desk.press(&["tab"]);
    assert_eq!(desk.model.timeline.scribe.text(), "see #dashboards");
    desk.press(&["tab"]);
    assert_eq!(desk.model.timeline.scribe.text(), "see #dns");
    desk.press(&["tab", "type: now", "enter"]);
    assert_eq!(last(&desk).1, "see #dashboards now");
    desk.press(&["type:zz", "tab"]);
    assert_eq!(desk.model.timeline.scribe.text(), "zz", "nothing fits");
}

/// The number of the last event.
fn newest(desk: &Desk) -> u64 {
    desk.events.last().expect("an event").seq
}

#[test]
fn a_chosen_line_is_corrected_and_struck_and_both_stay_visible() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:host a is slow", "enter", "esc"]);
    let seq = newest(&desk);
    desk.press(&["e"]);
    assert!(desk.model.popup.is_none(), "no line is chosen");
    desk.press(&["k", "e", "type:er", "enter"]);
    let kind = desk.events.last().map(|event| event.kind.clone());
    assert_eq!(kind, Some(EventKind::Amended { seq, text: "host a is slower".to_owned() }));
    desk.press(&["x", "enter"]);
    assert!(desk.model.popup.is_some(), "a reason is wanted");
    desk.press(&["type:wrong host", "enter"]);
    let kind = desk.events.last().map(|event| event.kind.clone());
    assert_eq!(kind, Some(EventKind::Struck { seq, reason: "wrong host".to_owned() }));
    assert_eq!(desk.model.timeline.chosen().map(|entry| (entry.event.seq, entry.struck)), Some((seq, true)));
    assert!(desk.model.timeline.entries.iter().any(|entry| entry.amends == Some(seq)));
}

#[test]
fn the_lines_shown_follow_the_filter_and_esc_shows_all() {
    let mut desk = Desk::declared();
    desk.press(&[
        "n",
        "type:! roll back #db",
        "enter",
        "type:! wait",
        "enter",
        "type:seen #db",
        "enter",
        "esc",
    ]);
    let all = desk.model.timeline.visible().count();
    let shown =
        |desk: &Desk| desk.model.timeline.visible().map(|entry| entry.text.clone()).collect::<Vec<_>>();
    desk.press(&["2", "/", "type:kind:decision"]);
    assert_eq!(shown(&desk), ["roll back #db", "wait"]);
    desk.press(&["type: tag:db", "enter"]);
    assert_eq!(shown(&desk), ["roll back #db"]);
    assert!(!desk.model.typing());
    desk.press(&["k"]);
    assert_eq!(
        desk.model.timeline.chosen().map(|entry| entry.text.clone()),
        Some("roll back #db".to_owned())
    );
    desk.press(&["esc"]);
    assert_eq!(desk.model.timeline.visible().count(), all);
    desk.press(&["/", "type:by:nobody"]);
    assert_eq!(shown(&desk), Vec::<String>::new());
    desk.press(&["esc"]);
    assert_eq!(desk.model.timeline.visible().count(), all);
}

#[test]
fn a_paste_outside_of_a_text_goes_nowhere_and_says_so() {
    let mut desk = Desk::declared();
    let seen = desk.events.len();
    desk.hear(Msg::Paste("dy\nq\n".to_owned()));
    assert!(desk.model.popup.is_none() && !desk.model.typing() && desk.events.len() == seen);
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.starts_with("nothing to paste into"), "{}", said.text);
}

#[test]
fn without_an_incident_there_is_nothing_to_write_into() {
    let mut desk = Desk::empty();
    desk.press(&["n"]);
    assert!(!desk.model.typing());
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.contains("press d to declare one"), "{}", said.text);
}

#[test]
fn a_new_line_scrolls_the_timeline_to_its_end() {
    let mut desk = Desk::declared();
    desk.press(&["2", "g"]);
    assert!(desk.model.timeline.selected.is_some());
    desk.press(&["n", "type:seen", "enter"]);
    assert_eq!(desk.model.timeline.selected, None);
}

#[test]
fn ctrl_u_clears_the_line_to_its_start_as_a_shell_does() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:wrong window", "left", "left", "ctrl-u"]);
    assert_eq!(desk.model.timeline.scribe.text(), "ow");
}

#[test]
fn a_pasted_line_happened_at_the_time_it_begins_with_and_the_question_says_so() {
    let mut desk = Desk::declared();
    let now = desk.model.now;
    let earlier = |minutes| (now - chrono::TimeDelta::minutes(minutes)).format("%H:%M").to_string();
    desk.press(&["n"]);
    desk.hear(Msg::Paste(format!(
        "{} db failed over\rstill slow\r[{}] ana: rolled back",
        earlier(20),
        earlier(10)
    )));
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("a question") };
    assert_eq!(confirm.lines[0], "2 lines begin with a time: that is when each happened.");
    assert!(confirm.lines[1].contains(&format!("note at {} UTC (late)", earlier(20))), "{:?}", confirm.lines);
    desk.press(&["y"]);
    let notes: Vec<(&str, Option<i64>)> = desk
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Noted { text, .. } => {
                let ago = event.happened_at.map(|at| now.signed_duration_since(at).num_minutes());
                Some((text.as_str(), ago))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        notes,
        [("db failed over", Some(20)), ("still slow", Some(0)), ("ana: rolled back", Some(10))]
    );
}

#[test]
fn a_late_line_is_shown_where_it_stands_and_the_next_one_goes_back() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:@-30m errors begin", "enter"]);
    let late = desk.events.last().map(|event| event.seq);
    assert_eq!(desk.model.timeline.selected, late);
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(
        said.text.starts_with("it stands at ") && said.text.contains("where it happened"),
        "{}",
        said.text
    );
    desk.press(&["type:all is well", "enter"]);
    assert_eq!(desk.model.timeline.selected, None, "the newest is followed again");
}
