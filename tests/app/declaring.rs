//! From a page to an open incident, and who gets the screen.

use warroom::app::form::{Popup, Purpose};
use warroom::app::{Effect, Msg, Pane};
use warroom::incident::event::Found;
use warroom::incident::{Ask, EventKind, Intent, Severity};

use crate::desk::Desk;

fn declare(title: &str, service: &str) -> Intent {
    Intent::Declare {
        title: title.to_owned(),
        severity: Severity::Sev3,
        services: vec![service.to_owned()],
        ic: None,
        drill: false,
        private: false,
        found: None,
    }
}

#[test]
fn a_page_rings_offers_and_selects_its_row() {
    let desk = Desk::paging();
    assert_eq!(desk.model.burn.offers, ["checkout-availability"]);
    assert_eq!(desk.model.burn.selected().map(|reading| reading.slo.as_str()), Some("checkout-availability"));
    assert!(desk.effects.contains(&Effect::Bell));
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.contains("press d to declare"), "{}", said.text);
}

#[test]
fn one_key_and_enter_declare_what_pages() {
    let mut desk = Desk::paging();
    desk.press(&["d", "enter"]);
    let incident = desk.model.incident().expect("an incident is shown");
    assert_eq!(incident.title, "checkout-availability is burning its error budget");
    assert_eq!((incident.severity, incident.commander()), (Severity::Sev2, Some("ana")));
    assert_eq!(incident.services, ["checkout"]);
    assert!(desk.model.popup.is_none() && desk.model.burn.offers.is_empty());
}

#[test]
fn a_declaration_opens_the_runbook_of_what_fires() {
    let desk = Desk::declared();
    let open = desk.model.runbook.open.as_ref().expect("a runbook");
    assert_eq!(open.runbook.name, "bad-deploy-rollback");
    let opened = desk.events.iter().any(|event| matches!(event.kind, EventKind::RunbookOpened { .. }));
    assert!(opened, "on record");
}

#[test]
fn the_severity_is_chosen_beside_the_title_in_the_same_form() {
    let mut desk = Desk::empty();
    desk.press(&["d", "type:cards fail", "up", "enter"]);
    let incident = desk.model.incident().expect("an incident");
    assert_eq!((incident.title.as_str(), incident.severity), ("cards fail", Severity::Sev1));
}

#[test]
fn how_it_was_found_is_asked_once_by_itself_after_a_declaration_by_hand() {
    let asks =
        |desk: &Desk| matches!(&desk.model.popup, Some(Popup::Form(form)) if form.purpose == Purpose::Found);
    let mut desk = Desk::empty();
    desk.press(&["d", "type:cards fail", "enter"]);
    assert!(asks(&desk));
    desk.press(&["2", "enter"]);
    assert_eq!(desk.model.incident().and_then(|incident| incident.found), Some(Found::User));
    desk.press(&["d", "type:search is slow", "enter", "esc"]);
    assert!(desk.model.popup.is_none(), "it may be skipped");
    desk.elsewhere(&Ask::new("ana", declare("mail bounces", "mail")));
    desk.wait(60);
    assert!(desk.model.popup.is_none(), "of what was declared elsewhere nobody is asked here");
    let mut desk = Desk::paging();
    desk.press(&["d", "enter"]);
    assert!(desk.model.popup.is_none(), "an alert found it, which is known");
}

#[test]
fn a_declaration_at_another_terminal_takes_the_screen() {
    let mut desk = Desk::paging();
    desk.elsewhere(&Ask::new("bob", declare("checkout is down", "checkout")));
    assert_eq!(desk.model.incident().map(|incident| incident.title.as_str()), Some("checkout is down"));
    assert!(desk.model.burn.offers.is_empty(), "what is declared is offered no more");
    assert!(desk.model.runbook.open.is_some());
}

#[test]
fn a_declaration_at_another_terminal_does_not_take_the_screen_from_somebody_who_writes() {
    let mut desk = Desk::declared();
    let first = desk.model.timeline.shown.clone();
    desk.press(&["n", "type:restarted the po"]);
    desk.elsewhere(&Ask::new("bob", declare("search is down", "search")));
    assert_eq!(desk.model.timeline.shown, first);
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.contains("press i to show it"), "{}", said.text);
    desk.press(&["type:ol", "enter"]);
    let note = desk.events.last().expect("a note");
    assert_eq!(note.incident, first, "the words stay with the incident they were begun in");
}

#[test]
fn switching_shows_the_chosen_incident() {
    let mut desk = Desk::declared();
    desk.elsewhere(&Ask::new("bob", declare("search is down", "search")));
    desk.press(&["esc", "i", "down", "enter"]);
    let title = desk.model.incident().map(|incident| incident.title.as_str());
    assert_eq!(title, Some("search is down"));
}

#[test]
fn a_restart_shows_the_open_incident_and_resumes_the_walk() {
    let mut before = Desk::declared();
    before.press(&["3", "x"]);
    let mut after = Desk::paging();
    after.hear(Msg::Loaded(before.events.clone()));
    assert_eq!(after.model.timeline.shown, before.model.timeline.shown);
    let (old, new) = (before.model.runbook.open.as_ref(), after.model.runbook.open.as_ref());
    assert_eq!(old.map(|open| open.walk.current), Some(1));
    assert_eq!(new.map(|open| open.walk.clone()), old.map(|open| open.walk.clone()));
}

#[test]
fn a_restart_resumes_the_walk_where_the_journal_is_read_before_the_runbooks() {
    let mut before = Desk::declared();
    before.press(&["3", "x"]);
    let mut after = Desk::paging();
    let library = std::mem::take(&mut after.model.runbook.library);
    after.hear(Msg::Loaded(before.events.clone()));
    after.hear(Msg::Runbooks(library));
    assert_eq!(after.model.runbook.open.as_ref().map(|open| open.walk.current), Some(1));
}

#[test]
fn resolving_warns_of_what_still_speaks_against_it_and_goes_on_with_y_alone() {
    let mut desk = Desk::declared();
    desk.press(&["R", "enter", "enter", "enter"]);
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("no question") };
    assert_eq!(
        confirm.lines,
        [
            "checkout-availability still fires",
            "metrics are not at their baseline",
            "nobody said whether data was lost or corrupted",
            "nobody marked the impact as mitigated (m does)",
            "then: u writes the all-clear, p drafts the postmortem, C closes it",
        ]
    );
    desk.press(&["enter"]);
    assert!(desk.model.any_open(), "enter is no yes");
    desk.press(&["y"]);
    assert!(!desk.model.any_open());
    assert_eq!(desk.model.desk.focus, Pane::Burn);
}

#[test]
fn what_it_is_called_and_what_users_feel_is_said_later() {
    let mut desk = Desk::declared();
    desk.press(&["I", "enter"]);
    let Some(Popup::Form(form)) = &desk.model.popup else { panic!("the form stays") };
    assert_eq!(form.refused.as_deref(), Some("write what it is from now on"));
    desk.press(&["type:cards are declined", "enter"]);
    desk.press(&["I", "down", "type:Cards fail", "enter"]);
    desk.press(&["I", "down", "down", "type:checkout, cart", "enter"]);
    let incident = desk.model.incident().expect("the incident");
    assert_eq!(incident.impact.as_deref(), Some("cards are declined"));
    assert_eq!(incident.title, "Cards fail");
    assert_eq!(incident.services, ["checkout", "cart"]);
    desk.press(&["I"]);
    let Some(Popup::Form(form)) = &desk.model.popup else { panic!("a form") };
    assert_eq!(form.choices[0].detail, "now: cards are declined");
}
