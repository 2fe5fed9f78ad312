//! The postmortem: drafted from the log, edited by people, saved on every pause, never lost.

use warroom::app::form::Popup;
use warroom::app::model::{Saved, Template};
use warroom::app::{Effect, Msg, Pane};
use warroom::incident::{Ask, EventKind, Intent, Severity};
use warroom::text::Place;

use crate::desk::Desk;

/// An incident with a draft in which somebody has written.
fn edited() -> Desk {
    let mut desk = Desk::declared();
    desk.press(&["p", "e", "type:Ana was here. "]);
    desk
}

fn saves(desk: &Desk) -> usize {
    desk.effects.iter().filter(|effect| matches!(effect, Effect::SavePostmortem { .. })).count()
}

fn search_is_down() -> Ask {
    let services = vec!["search".to_owned()];
    let (title, severity) = ("search is down".to_owned(), Severity::Sev1);
    Ask::new(
        "bob",
        Intent::Declare { title, severity, services, ic: None, drill: false, private: false, found: None },
    )
}

#[test]
fn p_drafts_from_the_log_and_shows_it() {
    let mut desk = Desk::declared();
    desk.press(&["p"]);
    assert_eq!(desk.model.desk.focus, Pane::Postmortem);
    assert_eq!(desk.model.postmortem.saved, Saved::Fresh);
    let text = desk.model.postmortem.editor.text();
    assert!(text.starts_with("# Postmortem: checkout-availability is burning"), "{text}");
    assert_eq!(saves(&desk), 0, "no human word, nothing to save");
}

#[test]
fn a_second_of_pause_saves() {
    let mut desk = edited();
    assert_eq!(saves(&desk), 0);
    desk.wait(1);
    assert_eq!(saves(&desk), 1);
    assert!(matches!(desk.model.postmortem.saved, Saved::Saved { .. }));
    let recorded = desk.events.iter().any(|event| matches!(event.kind, EventKind::PostmortemSaved { .. }));
    assert!(recorded, "on record with its hash");
    desk.wait(1);
    assert_eq!(saves(&desk), 1, "once");
}

#[test]
fn esc_and_leaving_save_at_once() {
    let mut desk = edited();
    desk.press(&["esc"]);
    assert_eq!(saves(&desk), 1);
    let mut desk = edited();
    desk.press(&["esc", "e", "type:More. "]);
    desk.effects.clear();
    desk.press(&["esc", "q", "y"]);
    assert!(
        matches!(desk.effects[..], [Effect::SavePostmortem { .. }, .., Effect::Quit]),
        "{:?}",
        desk.effects
    );
}

#[test]
fn a_draft_over_edits_is_asked_about() {
    let mut desk = edited();
    desk.press(&["esc", "p"]);
    assert!(matches!(desk.model.popup, Some(Popup::Confirm(_))));
    desk.press(&["enter", "n"]);
    assert!(desk.model.postmortem.editor.text().contains("Ana was here."));
    desk.press(&["p", "y"]);
    assert!(!desk.model.postmortem.editor.text().contains("Ana was here."));
}

#[test]
fn another_incident_saves_the_draft_first_and_finds_it_again() {
    let mut desk = edited();
    desk.press(&["esc", "e", "type:And here. "]);
    desk.effects.clear();
    desk.press(&["esc"]);
    desk.elsewhere(&search_is_down());
    assert_eq!(saves(&desk), 1);
    assert!(!desk.model.postmortem.has_text(), "the pane is the other incident's");
    desk.press(&["i", "down", "enter"]);
    assert!(desk.model.postmortem.editor.text().contains("And here."));
}

#[test]
fn a_draft_that_cannot_be_written_survives_another_incident() {
    let mut desk = edited();
    desk.press(&["esc", "e", "type:And here. "]);
    desk.broken = Some("disk full".to_owned());
    desk.press(&["esc"]);
    desk.elsewhere(&search_is_down());
    assert_eq!(desk.model.postmortem.stranded.len(), 1, "kept aside");
    desk.wait(5);
    assert_eq!(desk.model.postmortem.stranded.len(), 1, "tried again, still broken");
    desk.broken = None;
    desk.wait(5);
    assert!(desk.model.postmortem.stranded.is_empty());
    desk.press(&["i", "down", "enter"]);
    assert!(desk.model.postmortem.editor.text().contains("And here."));
}

#[test]
fn a_draft_is_not_taken_from_under_its_writer() {
    let mut desk = edited();
    desk.elsewhere(&search_is_down());
    assert!(desk.model.postmortem.writing);
    desk.press(&["type:On and on. "]);
    assert!(desk.model.postmortem.editor.text().contains("On and on."));
}

#[test]
fn what_cannot_be_written_is_said_and_tried_again() {
    let mut desk = edited();
    desk.broken = Some("disk full".to_owned());
    desk.wait(1);
    assert!(matches!(desk.model.postmortem.saved, Saved::Failed { .. }));
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    let incident = desk.model.timeline.shown.clone().expect("an incident");
    assert_eq!(said.text, format!("postmortem of {incident} NOT SAVED: disk full"));
    desk.broken = None;
    desk.wait(5);
    assert_eq!(saves(&desk), 2);
    assert!(matches!(desk.model.postmortem.saved, Saved::Saved { .. }));
}

#[test]
fn words_written_while_a_save_was_under_way_are_saved_after_it() {
    let mut desk = edited();
    let incident = desk.model.timeline.shown.clone().expect("an incident");
    desk.wait(1);
    desk.press(&["type:Late. "]);
    desk.hear(Msg::PostmortemSaved { incident, sha256: "cd".to_owned(), bytes: 1 });
    assert!(matches!(desk.model.postmortem.saved, Saved::Changed { .. }));
    desk.wait(1);
    assert_eq!(saves(&desk), 2);
}

#[test]
fn an_export_hands_over_what_the_pane_shows() {
    let mut desk = edited();
    desk.press(&["esc", "w"]);
    let exported = desk.effects.iter().find_map(|effect| match effect {
        Effect::ExportPostmortem { text, .. } => Some(text.clone()),
        _ => None,
    });
    assert_eq!(exported, Some(desk.model.postmortem.editor.text()));
    let recorded = desk.events.iter().any(|event| matches!(event.kind, EventKind::PostmortemExported { .. }));
    assert!(recorded);
}

#[test]
fn without_a_draft_there_is_nothing_to_edit_or_export() {
    for name in ["e", "w", "enter"] {
        let mut desk = Desk::declared();
        desk.press(&["4", name]);
        assert!(!desk.model.typing());
        let said = desk.model.notices.current(desk.model.now).expect("a notice");
        assert_eq!(said.text, "no draft yet; press p", "{name}");
    }
}

#[test]
fn a_new_template_redrafts_what_nobody_has_edited() {
    let template = || Template { place: Place::file("mine.md"), text: "# Mine\n".to_owned() };
    let mut desk = Desk::declared();
    desk.press(&["p"]);
    desk.hear(Msg::Template(template()));
    assert_eq!(desk.model.postmortem.editor.text().trim(), "# Mine");
    let mut desk = edited();
    desk.hear(Msg::Template(template()));
    assert!(desk.model.postmortem.editor.text().contains("Ana was here."));
}

#[test]
fn a_paste_goes_into_the_draft_made_safe() {
    let mut desk = edited();
    desk.hear(Msg::Paste("log:\n\u{1b}]52;c;AAAA\u{7}\n".to_owned()));
    let text = desk.model.postmortem.editor.text();
    assert!(text.contains("log:\n^[]52;c;AAAA^G\n"), "{text}");
}

#[test]
fn reading_scrolls_within_the_text_and_writing_begins_where_one_reads() {
    let mut desk = Desk::declared();
    desk.press(&["p", "G"]);
    let last = desk.model.postmortem.editor.lines().len() - 1;
    assert_eq!(desk.model.postmortem.top, last);
    desk.press(&["down", "g", "up"]);
    assert_eq!(desk.model.postmortem.top, 0);
    desk.press(&["ctrl-f", "ctrl-f", "ctrl-f", "e"]);
    assert_eq!(desk.model.postmortem.editor.line_number(), 30);
}
