//! Guided walks: triage, the closing checklist, the ledger of what has to go again.

use warroom::app::Effect;
use warroom::app::form::{Popup, Purpose};
use warroom::incident::event::{AlertChange, AlertGroup, AlertKey, AlertNews, Mitigation};
use warroom::incident::triage::Question;
use warroom::incident::{AlertAsk, Ask, Intent, Role, Severity};

use crate::desk::{Desk, at};

fn title(desk: &Desk) -> String {
    match &desk.model.popup {
        Some(Popup::Form(form)) => form.title.clone(),
        Some(Popup::Confirm(confirm)) => confirm.title.clone(),
        _ => String::new(),
    }
}

fn about(desk: &Desk) -> Vec<String> {
    let Some(Popup::Form(form)) = &desk.model.popup else { return Vec::new() };
    form.about.clone()
}

#[test]
fn triage_leads_from_question_to_question_and_records_the_answers() {
    let mut desk = Desk::declared();
    desk.press(&["T"]);
    assert_eq!(title(&desk), "Triage, 2 of 5: Is the cause obvious?");
    desk.press(&["2", "enter"]);
    assert_eq!(title(&desk), "Triage, 3 of 5: Was anything changed recently?");
    desk.press(&["1", "enter"]);
    assert_eq!(title(&desk), "Triage, 4 of 5: Is the service restored?");
    assert!(about(&desk).contains(&"checkout-availability still fires".to_owned()), "{:?}", about(&desk));
    desk.press(&["esc"]);
    let answers = &desk.model.incident().expect("an incident").triage;
    let given: Vec<(Question, &str)> =
        answers.iter().map(|given| (given.question, given.answer.word())).collect();
    assert_eq!(given, [(Question::CauseObvious, "no"), (Question::RecentChange, "yes")]);
    desk.press(&["T"]);
    assert_eq!(title(&desk), "Triage, 4 of 5: Is the service restored?", "it goes on where it was left");
}

/// The answer that enter would give.
fn ready(desk: &Desk) -> String {
    let Some(Popup::Form(form)) = &desk.model.popup else { return String::new() };
    form.choices[form.chosen].label.clone()
}

#[test]
fn enter_alone_never_says_that_the_service_is_restored() {
    let mut desk = Desk::declared();
    desk.press(&["T"]);
    assert_eq!(ready(&desk), "no", "the cause is not obvious");
    desk.press(&["enter"]);
    assert_eq!(ready(&desk), "no", "no change is on record");
    desk.press(&["enter"]);
    assert_eq!(title(&desk), "Triage, 4 of 5: Is the service restored?");
    assert_eq!(ready(&desk), "no");
    let mut blind = Desk::of(Vec::new());
    blind.press(&["T"]);
    assert_eq!(about(&blind), ["no SLO is measured"], "no data is never healthy");
}

#[test]
fn what_is_linked_and_still_fires_speaks_against_the_end() {
    let mut desk = Desk::declared();
    let news = AlertNews {
        change: AlertChange::Fired,
        group: AlertGroup { name: "DiskFull".to_owned(), place: "db".to_owned() },
        more_groups: 0,
        service: Some("checkout".to_owned()),
        source: "am".to_owned(),
        severity: None,
        why: None,
        alerts: vec![AlertKey { fingerprint: "f1".to_owned(), starts_at: at("13:59:00") }].into(),
    };
    let id = desk.model.incident().expect("an incident").id.clone();
    desk.elsewhere(&Ask::new("warroom", Intent::Alert(AlertAsk::Notice(news))).about(&id));
    let fires = "the alert DiskFull (db) still fires".to_owned();
    desk.press(&["R"]);
    assert!(about(&desk).contains(&fires), "{:?}", about(&desk));
    assert_eq!(ready(&desk), "no");
    desk.press(&["1", "enter", "1", "enter", "1", "enter"]);
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("{:?}", desk.model.popup) };
    assert!(confirm.lines.contains(&fires), "{:?}", confirm.lines);
}

#[test]
fn without_an_incident_triage_asks_who_is_hurt_and_a_yes_leads_to_the_declaration() {
    let mut desk = Desk::paging();
    desk.press(&["T"]);
    assert_eq!(title(&desk), "Triage, 1 of 5: Are users hurt now?");
    assert_eq!(about(&desk), ["checkout-availability still fires"]);
    desk.press(&["enter"]);
    assert!(title(&desk).starts_with("Declare an incident"), "{}", title(&desk));
    desk.press(&["enter"]);
    assert!(desk.model.any_open());
}

#[test]
fn a_calm_no_ends_triage_before_it_began() {
    let mut desk = Desk::empty();
    desk.press(&["T", "2", "enter"]);
    assert!(desk.model.popup.is_none() && !desk.model.any_open());
    assert_eq!(desk.model.ledger.loose.len(), 2, "the answer is on record, and so is the next look");
}

#[test]
fn as_long_as_nobody_is_hurt_it_is_looked_at_again_until_somebody_says_so() {
    let mut desk = Desk::empty();
    desk.press(&["T", "2", "enter"]);
    let due = |desk: &Desk| desk.model.ledger.rechecks.iter().map(|look| look.due_at).collect::<Vec<_>>();
    assert_eq!(due(&desk), [at("14:10:00")]);
    desk.wait(11 * 60);
    assert_eq!(desk.effects.iter().filter(|effect| **effect == Effect::Bell).count(), 1, "it rings");
    desk.press(&["T", "2", "enter"]);
    assert_eq!(due(&desk), [at("14:21:00")], "one look at a time");
    desk.press(&["Z", "down", "enter"]);
    assert!(due(&desk).is_empty(), "looked again; that was all");
    desk.press(&["T", "2", "enter", "T", "1", "enter"]);
    assert!(due(&desk).is_empty() && title(&desk).starts_with("Declare an incident"));
}

#[test]
fn the_checklist_proposes_what_is_measured_and_what_the_ledger_says() {
    let mut desk = Desk::declared();
    let flag = Intent::Mitigate { kind: Mitigation::Flag };
    desk.elsewhere(&Ask::new("ben", flag));
    desk.press(&["R"]);
    let chosen = |desk: &Desk| match &desk.model.popup {
        Some(Popup::Form(form)) => form.choices[form.chosen].label.clone(),
        _ => String::new(),
    };
    assert_eq!(chosen(&desk), "no", "it still fires");
    desk.press(&["enter"]);
    assert_eq!(chosen(&desk), "not checked", "data is for people to look at");
    desk.press(&["1", "enter"]);
    assert_eq!(chosen(&desk), "no");
    assert_eq!(about(&desk), ["1. flag that mitigated it"]);
    desk.press(&["enter", "y"]);
    let incident = desk.model.incident().expect("an incident");
    assert!(!incident.is_open());
    assert_eq!(
        (incident.checks.baseline, incident.checks.data, incident.checks.temporary),
        (Some(false), Some(true), Some(false))
    );
}

#[test]
fn a_resolved_incident_is_closed_through_the_checklist_too() {
    let mut desk = Desk::declared();
    desk.press(&["C"]);
    assert!(desk.model.popup.is_none(), "it is open");
    desk.press(&["R"]);
    assert!(title(&desk).starts_with("Before it is resolved, 1 of 3"), "{}", title(&desk));
    desk.press(&["1", "enter", "1", "enter", "enter"]);
    let Some(Popup::Confirm(confirm)) = &desk.model.popup else { panic!("a question") };
    let then = "then: u writes the all-clear, p drafts the postmortem, C closes it";
    assert_eq!(confirm.lines.last().map(String::as_str), Some(then));
    desk.press(&["y", "C"]);
    assert!(title(&desk).starts_with("Before it is closed, 1 of 3"), "{}", title(&desk));
    desk.press(&["1", "enter"]);
    assert_eq!(title(&desk), "Close the incident?", "what was answered and holds is not asked again");
    desk.press(&["y"]);
    let closed = desk.model.incident().and_then(|incident| incident.closed_at);
    assert_eq!(closed, Some(desk.model.now));
}

#[test]
fn the_ledger_takes_what_was_put_in_place_and_gives_it_up_again() {
    let mut desk = Desk::declared();
    desk.press(&["L", "type:flag new-checkout off", "enter"]);
    let open = |desk: &Desk| desk.model.incident().map(|incident| incident.open_temporaries().count());
    assert_eq!(open(&desk), Some(1));
    desk.press(&["L", "down", "enter"]);
    assert_eq!(open(&desk), Some(0));
}

#[test]
fn who_keeps_a_seat_on_a_sev1_says_why_before_taking_another() {
    let mut desk = Desk::declared();
    for intent in [
        Intent::SetSeverity { to: Severity::Sev1, reason: "all users".to_owned() },
        Intent::AssignRole { role: Role::Ic, who: "ben".to_owned(), reason: Some("ana sleeps".to_owned()) },
        Intent::AssignRole { role: Role::Ops, who: "ana".to_owned(), reason: None },
        Intent::OfferRole { role: Role::Ic, who: "ana".to_owned() },
    ] {
        desk.elsewhere(&Ask::new("ben", intent));
    }
    desk.press(&["A", "y"]);
    let Some(Popup::Form(form)) = &desk.model.popup else { panic!("no question") };
    assert_eq!(form.purpose, Purpose::KeepSeat(Role::Ic));
    desk.press(&["type:nobody else is awake", "enter"]);
    let incident = desk.model.incident().expect("an incident");
    assert_eq!(incident.commander(), Some("ana"));
    let warned =
        incident.warnings(desk.model.now).iter().any(|warning| warning.contains("nobody else is awake"));
    assert!(warned, "the reason stays visible");
}
