//! Tasks in the console, and what else is done to an incident as a whole.

use warroom::app::form::{Form, Popup};
use warroom::incident::{Ask, EventKind, Incident, Intent, Severity, Status};

use crate::desk::Desk;

fn form(desk: &Desk) -> &Form {
    match &desk.model.popup {
        Some(Popup::Form(form)) => form,
        other => panic!("no form is open: {other:?}"),
    }
}

/// An incident with three open tasks.
fn busy() -> Desk {
    let mut desk = Desk::declared();
    let notes = ["type:TODO bob in 10m check dns", "type:TODO eve: read the logs", "type:TODO ana: call"];
    desk.press(&["n"]);
    for note in notes {
        desk.press(&[note, "enter"]);
    }
    desk.press(&["esc"]);
    desk
}

#[test]
fn tasks_are_listed_with_owner_and_due_and_ended_in_three_ways() {
    let mut desk = busy();
    desk.press(&["N"]);
    let rows: Vec<String> =
        form(&desk).choices.iter().map(|one| format!("{}: {}", one.label, one.detail)).collect();
    assert_eq!(
        rows,
        ["task 1  bob  due in 10m: check dns", "task 2  eve: read the logs", "task 3  ana: call"]
    );
    desk.press(&["enter", "enter"]);
    assert_eq!(desk.events.last().map(|event| &event.kind), Some(&EventKind::TaskDone { number: 1 }));
    assert_eq!(form(&desk).choices.len(), 2, "the others stay in sight");
    desk.press(&["enter", "down", "enter"]);
    assert_eq!(form(&desk).refused.as_deref(), Some("write why nobody does it"));
    desk.press(&["type:read them already", "enter"]);
    let declined = EventKind::TaskDeclined { number: 2, reason: "read them already".to_owned() };
    assert_eq!(desk.events.last().map(|event| &event.kind), Some(&declined));
    desk.press(&["enter", "down", "down", "enter"]);
    assert_eq!(desk.events.last().map(|event| &event.kind), Some(&EventKind::TaskPromoted { number: 3 }));
    assert!(desk.model.popup.is_none(), "none is left");
    desk.press(&["N"]);
    let said = &desk.model.notices.current(desk.model.now).expect("a notice").text;
    assert!(said.starts_with("no open task"), "{said}");
}

#[test]
fn a_task_that_is_late_says_so() {
    let mut desk = busy();
    desk.wait(900);
    desk.press(&["N"]);
    assert_eq!(form(&desk).choices[0].label, "task 1  bob  OVERDUE 5m");
}

#[test]
fn closing_leads_through_the_open_tasks_first() {
    let mut desk = busy();
    desk.press(&["R", "enter", "enter", "enter", "y", "C"]);
    assert_eq!(form(&desk).about, ["3 tasks are open. End each of them, then C closes the incident."]);
    desk.press(&["enter", "enter", "enter", "enter", "enter", "enter"]);
    desk.press(&["C", "enter", "enter", "enter", "y"]);
    assert_eq!(desk.model.incident().map(|incident| incident.status), Some(Status::Closed));
}

#[test]
fn an_incident_is_opened_again_merged_linked_and_made_private_from_the_console() {
    let mut desk = Desk::declared();
    desk.press(&["K", "type:https://chat/1", "enter", "I", "down", "down", "down", "type:yes", "enter"]);
    let incident = desk.model.incident().expect("the incident");
    assert_eq!((incident.links[0].url.as_str(), incident.private), ("https://chat/1", true));
    desk.press(&["R", "enter", "enter", "enter", "y", "U", "enter"]);
    assert_eq!(form(&desk).refused.as_deref(), Some("write what came back"));
    desk.press(&["type:errors again", "enter"]);
    assert!(desk.model.incident().is_some_and(Incident::is_open));
    let (title, severity, services) = ("cards fail".to_owned(), Severity::Sev2, Vec::new());
    desk.wait(60);
    desk.elsewhere(&Ask::new(
        "bob",
        Intent::Declare { title, severity, services, ic: None, drill: false, private: false, found: None },
    ));
    let first = desk.model.ledger.incidents[0].id.clone();
    let shown = desk.model.timeline.shown.clone();
    desk.press(&["i"]);
    let row = form(&desk).choices.iter().position(|one| one.detail.contains(&first)).expect("its row");
    desk.press(&["1"]);
    for _ in 0..row {
        desk.press(&["down"]);
    }
    desk.press(&["enter"]);
    assert_eq!(desk.model.timeline.shown.as_ref(), Some(&first), "was {shown:?}");
    desk.press(&["J"]);
    assert!(form(&desk).about[1].starts_with("It is PRIVATE"), "{:?}", form(&desk).about);
    desk.press(&["enter"]);
    let [merged, target] = &desk.model.ledger.incidents[..] else { panic!("two incidents") };
    assert_eq!(merged.merged_into.as_ref(), Some(&target.id));
    assert!(target.private, "what was kept from outside stays so");
}
