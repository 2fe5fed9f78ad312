//! Several incidents at once: which is shown, what is said of the others, and leaving them.

use warroom::app::form::{Form, Popup};
use warroom::app::{Msg, on_incidents};
use warroom::incident::{Ask, Event, Intent, Severity};

use crate::desk::Desk;

fn declare(title: &str, severity: Severity, drill: bool) -> Ask {
    let (title, services) = (title.to_owned(), Vec::new());
    Ask::new(
        "bob",
        Intent::Declare { title, severity, services, ic: None, drill, private: false, found: None },
    )
}

/// A SEV1, then a SEV3, then a SEV1 drill, all open.
fn three() -> Desk {
    let mut desk = Desk::empty();
    desk.elsewhere(&declare("checkout is down", Severity::Sev1, false));
    desk.elsewhere(&declare("search is slow", Severity::Sev3, false));
    desk.elsewhere(&declare("game day", Severity::Sev1, true));
    desk
}

fn restarted(events: &[Event]) -> Desk {
    let mut desk = Desk::empty();
    desk.hear(Msg::Loaded(events.to_vec()));
    desk
}

fn title(desk: &Desk) -> &str {
    desk.model.incident().map_or("", |incident| incident.title.as_str())
}

fn form(desk: &Desk) -> &Form {
    match &desk.model.popup {
        Some(Popup::Form(form)) => form,
        other => panic!("no form is open: {other:?}"),
    }
}

#[test]
fn the_worst_real_incident_is_shown_first_however_old_it_is() {
    let events = three().events;
    let desk = restarted(&events);
    assert_eq!(title(&desk), "checkout is down");
    let others: Vec<&str> = on_incidents::others(&desk.model).iter().map(|one| one.title.as_str()).collect();
    assert_eq!(others, ["search is slow", "game day"], "a drill comes after everything real");
}

#[test]
fn of_two_alike_the_newest_is_shown_first() {
    let mut desk = Desk::empty();
    desk.elsewhere(&declare("first", Severity::Sev2, false));
    desk.wait(60);
    desk.elsewhere(&declare("second", Severity::Sev2, false));
    assert_eq!(title(&restarted(&desk.events)), "second");
}

#[test]
fn a_lesser_declaration_of_somebody_else_leaves_the_screen_where_it_is() {
    let mut desk = Desk::empty();
    desk.elsewhere(&declare("checkout is down", Severity::Sev1, false));
    desk.elsewhere(&declare("game day", Severity::Sev1, true));
    assert_eq!(title(&desk), "checkout is down");
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.contains("press i to show it"), "{}", said.text);
    desk.press(&["d", "type:mine", "enter"]);
    assert_eq!(title(&desk), "mine", "what one declares oneself is shown");
}

#[test]
fn the_list_says_how_each_stands_and_stands_on_the_one_that_is_shown() {
    let mut desk = three();
    desk.press(&["s", "down", "down", "down", "type:no", "enter", "i"]);
    let form = form(&desk);
    let rows: Vec<&str> = form.choices.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(rows, ["open     SEV3   0s", "open     SEV4   0s", "open     SEV1   0s DRILL"]);
    assert!(form.choices[1].detail.starts_with("checkout is down"), "{:?}", form.choices);
    assert_eq!(form.chosen, 1);
}

#[test]
fn what_is_over_is_listed_last_and_says_so() {
    let mut desk = three();
    desk.press(&["R", "enter", "enter", "enter", "y", "i"]);
    let rows: Vec<&str> = form(&desk).choices.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!(rows, ["open     SEV3   0s", "open     SEV1   0s DRILL", "resolved SEV1   0s"]);
    desk.press(&["1", "enter"]);
    assert_eq!(title(&desk), "search is slow");
}

#[test]
fn leaving_names_everything_that_is_open() {
    let mut desk = three();
    desk.press(&["q"]);
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("no question") };
    let named = ["checkout is down", "search is slow", "game day"];
    for (line, title) in confirm.lines.iter().zip(named) {
        assert!(line.contains("is open") && line.ends_with(title), "{:?}", confirm.lines);
    }
    assert!(confirm.lines[2].contains("DRILL"), "{:?}", confirm.lines);
}
