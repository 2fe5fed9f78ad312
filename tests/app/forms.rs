//! Forms: what they hand over, and that a refusal costs nobody their words.

use warroom::app::Msg;
use warroom::app::form::{Form, Popup};
use warroom::incident::event::{Audience, Fields, Found, Mitigation};
use warroom::incident::{Ask, EventKind, Intent, Phase, Role, Severity};

use crate::desk::Desk;

fn form(desk: &Desk) -> &Form {
    match &desk.model.popup {
        Some(Popup::Form(form)) => form,
        other => panic!("no form is open: {other:?}"),
    }
}

#[test]
fn every_form_records_what_it_asked_for() {
    let text = |text: &str| text.to_owned();
    let cases: Vec<(&[&str], EventKind)> = vec![
        (
            &["s", "up", "type:all users", "enter"],
            EventKind::SeverityChanged {
                from: Severity::Sev2,
                to: Severity::Sev1,
                reason: text("all users"),
            },
        ),
        (&["h", "2", "enter"], EventKind::PhaseChanged { from: Phase::Detection, to: Phase::Triage }),
        (
            &["o", "down", "down", "type:bob", "enter"],
            EventKind::RoleAssigned { role: Role::Comms, who: text("bob"), from: None, reason: None },
        ),
        (
            &["u", "type:cards fail", "down", "enter"],
            EventKind::Updated { text: text("cards fail"), audience: Audience::Public, next_s: None },
        ),
        (
            &["F", "j", "enter"],
            EventKind::FieldsSet(Fields { found: Some(Found::User), ..Fields::default() }),
        ),
        (&["m", "1", "enter"], EventKind::Mitigated { kind: Mitigation::Rollback }),
        (&["m", "j", "j", "k", "enter"], EventKind::Mitigated { kind: Mitigation::Failover }),
    ];
    for (keys, expected) in cases {
        let mut desk = Desk::declared();
        desk.press(keys);
        assert!(desk.model.popup.is_none(), "{keys:?} closes its form");
        assert!(desk.events.iter().any(|event| event.kind == expected), "{keys:?}: {:?}", desk.events.last());
    }
}

#[test]
fn a_role_is_offered_and_taken_over_after_the_brief_was_read() {
    let mut desk = Desk::declared();
    desk.press(&["O", "type:bob", "enter"]);
    let offer = EventKind::RoleOffered { role: Role::Ic, who: "bob".to_owned() };
    assert_eq!(desk.events.last().map(|event| &event.kind), Some(&offer));
    desk.press(&["A"]);
    assert!(desk.model.popup.is_none(), "it is not ours to take");
    desk.model.setting.who = "bob".to_owned();
    desk.press(&["A"]);
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("{:?}", desk.model.popup) };
    assert!(
        confirm.lines.iter().any(|line| line.contains("offered to bob")),
        "the brief: {:?}",
        confirm.lines
    );
    desk.press(&["enter", "down", "down", "up"]);
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("enter alone takes nothing over") };
    assert_eq!(confirm.above, 1, "a brief that is longer than the screen is read to its end");
    desk.press(&["y"]);
    assert_eq!(desk.model.incident().and_then(|incident| incident.commander()), Some("bob"));
}

#[test]
fn whoever_is_asked_hears_of_it() {
    let mut desk = Desk::declared();
    let offer = Intent::OfferRole { role: Role::Deputy, who: desk.model.setting.who.clone() };
    desk.elsewhere(&Ask::new("bob", offer));
    let said: Vec<&str> = desk.model.notices.newest_first().map(|notice| notice.text.as_str()).collect();
    assert!(
        said.iter().any(|text| text.contains("bob asks you to take over as deputy commander: A")),
        "{said:?}"
    );
}

#[test]
fn a_refused_form_stays_open_with_its_words_and_the_reason() {
    let mut desk = Desk::declared();
    let seen = desk.events.len();
    desk.press(&["s", "type:it got worse", "enter"]);
    let refused = form(&desk);
    assert_eq!(refused.written(), "it got worse");
    assert!(refused.refused.as_ref().is_some_and(|why| why.contains("SEV2")), "{:?}", refused.refused);
    desk.press(&["up", "enter"]);
    assert!(desk.model.popup.is_none());
    assert_eq!(desk.events.len(), seen + 1);
}

#[test]
fn a_taken_seat_wants_a_reason_after_a_comma() {
    let mut desk = Desk::declared();
    desk.press(&["o", "type:bob", "enter"]);
    assert!(form(&desk).refused.is_some());
    desk.press(&["type:, ana is offline", "enter"]);
    let commander = desk.model.incident().and_then(|incident| incident.commander().map(str::to_owned));
    assert_eq!(commander.as_deref(), Some("bob"));
}

#[test]
fn an_empty_title_is_refused_in_place() {
    let mut desk = Desk::empty();
    desk.press(&["d", "enter"]);
    assert!(form(&desk).refused.as_ref().is_some_and(|why| why.contains("say what is broken")));
}

#[test]
fn esc_closes_a_form_and_nothing_happened() {
    for keys in [["d", "esc"], ["s", "esc"], ["h", "esc"], ["o", "esc"], ["u", "ctrl-c"], ["b", "esc"]] {
        let mut desk = Desk::declared();
        let seen = (desk.events.len(), desk.effects.len());
        desk.press(&keys);
        assert!(desk.model.popup.is_none(), "{keys:?}");
        assert_eq!((desk.events.len(), desk.effects.len()), seen, "{keys:?}");
    }
}

#[test]
fn a_paste_goes_into_the_forms_line_and_does_not_send_it() {
    let mut desk = Desk::empty();
    desk.press(&["d"]);
    desk.hear(Msg::Paste("cards\nfail\n".to_owned()));
    assert_eq!(form(&desk).written(), "cards fail");
    assert!(desk.events.is_empty());
}

#[test]
fn a_form_with_choices_alone_takes_no_paste() {
    let mut desk = Desk::declared();
    desk.press(&["m"]);
    let before = form(&desk).chosen;
    desk.hear(Msg::Paste("3\n".to_owned()));
    assert_eq!(form(&desk).chosen, before);
}

#[test]
fn the_choice_never_leaves_its_list() {
    let mut desk = Desk::declared();
    desk.press(&["m", "up", "up", "9"]);
    assert_eq!(form(&desk).chosen, form(&desk).choices.len() - 1);
    desk.press(&["down", "down"]);
    assert_eq!(form(&desk).chosen, form(&desk).choices.len() - 1);
}

#[test]
fn what_a_role_still_wants_is_said_in_the_words_of_the_window() {
    let mut desk = Desk::declared();
    desk.press(&["o", "type:bob", "enter"]);
    let why = "ana is still commander: write why after a comma, like `bob, the shift changed`";
    assert_eq!(form(&desk).refused.as_deref(), Some(why));
    desk.press(&["type:, the shift changed", "enter"]);
    assert_eq!(desk.model.incident().and_then(|incident| incident.commander()), Some("bob"));
    desk.press(&["s", "up", "type:worse", "enter", "o", "down", "type:bob", "enter"]);
    let refused = form(&desk).refused.clone().unwrap_or_default();
    assert!(refused.contains("SEV1 wants one person a seat: write why after a comma"), "{refused}");
    desk.press(&["esc", "o", "enter"]);
    assert_eq!(form(&desk).refused.as_deref(), Some("write who takes the role"));
}
