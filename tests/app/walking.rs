//! Walks: decisions, several at once, what a restart and an edit leave, what live data says.

use warroom::app::form::{Form, Popup};
use warroom::app::msg::OutputLine;
use warroom::app::on_runbook::Other;
use warroom::app::{Effect, Msg};
use warroom::incident::event::{Answer, Judged, StepMark, StepOutcome, StepRun};
use warroom::incident::{Ask, EventKind, Intent, Severity};
use warroom::runbook::walk::StepStatus::{self, Done, Failed, Open, Skipped};
use warroom::runbook::{WalkStep, parse};

use crate::desk::{Desk, at};

const BOOK: &str = "## Fix\n\n1. If the disk is full, go to step 3.\n2. Look\n\n   ```sh\n   ls <dir>\n   ```\n\n3. Clean up\n4. If nothing helps, use `other`\n";
const OTHER: &str = "## Look\n\n1. See\n2. Hear\n";

/// An incident beside these runbooks, `disk` open.
fn walking(text: &str) -> Desk {
    let mut desk = Desk::declared();
    desk.hear(Msg::Runbooks(vec![parse("disk", text), parse("other", OTHER)].into()));
    desk.press(&["b", "enter", "3"]);
    desk.effects.clear();
    desk
}

fn steps(desk: &Desk) -> &[WalkStep] {
    &desk.model.runbook.open.as_ref().expect("a runbook").walk.steps
}

fn statuses(desk: &Desk) -> Vec<StepStatus> {
    steps(desk).iter().map(|step| step.status).collect()
}

/// The open runbook and the number of its current step.
fn here(desk: &Desk) -> (&str, &str) {
    let open = desk.model.runbook.open.as_ref().expect("a runbook");
    (&open.runbook.name, open.walk.step().map_or("", |step| &step.n))
}

fn question(desk: &Desk) -> &Form {
    match &desk.model.popup {
        Some(Popup::Form(form)) => form,
        other => panic!("no question: {other:?}"),
    }
}

/// The same journal in a console that has just begun.
fn restarted(desk: &Desk, runbooks: &[(&str, &str)]) -> Desk {
    let mut fresh = Desk::paging();
    fresh.hear(Msg::Runbooks(
        runbooks.iter().map(|(name, text)| parse(name, text)).collect::<Vec<_>>().into(),
    ));
    fresh.hear(Msg::Loaded(desk.events.clone()));
    fresh
}

fn last(desk: &Desk) -> &EventKind {
    &desk.events.last().expect("an event").kind
}

/// Runs the current step; it prints these lines and ends well.
fn run(desk: &mut Desk, printed: &[&str]) {
    desk.press(&["r", "y"]);
    let request = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Run(request) => Some(request.clone()),
        _ => None,
    });
    let request = request.expect("it runs");
    let line = |text: &&str| OutputLine { error: false, text: (*text).to_owned(), at: at("14:01:00") };
    desk.hear(Msg::Output(printed.iter().map(line).collect()));
    desk.hear(Msg::StepEnded(Box::new(StepRun {
        runbook: request.runbook,
        step: request.step,
        title: request.title,
        command: request.command,
        started_at: at("14:01:00"),
        exit: Some(0),
        ended: "exit 0".to_owned(),
        ..StepRun::default()
    })));
}

#[test]
fn a_question_says_where_each_answer_leads_and_enter_alone_moves_nothing() {
    let mut desk = walking(BOOK);
    desk.press(&["enter"]);
    let form = question(&desk);
    assert_eq!(form.title, "Step 1: If the disk is full, go to step 3?");
    let details: Vec<&str> = form.choices.iter().map(|choice| choice.detail.as_str()).collect();
    assert_eq!(details, ["on to step 3, Clean up; skips 2", "skip it", "goes on; it stays open"]);
    desk.press(&["enter"]);
    assert_eq!((statuses(&desk), here(&desk)), (vec![Open; 4], ("disk", "2")), "not sure is what Enter says");
}

#[test]
fn an_answer_is_on_the_timeline_and_the_walk_goes_where_it_leads() {
    let mut desk = walking(BOOK);
    desk.press(&["x", "y", "enter"]);
    assert_eq!((statuses(&desk), here(&desk)), (vec![Done, Skipped, Open, Open], ("disk", "3")));
    let EventKind::StepAnswered(decision) = last(&desk) else { panic!("{:?}", last(&desk)) };
    assert_eq!((decision.answer, decision.skipped.as_slice()), (Answer::Yes, &["2".to_owned()][..]));
    assert_eq!(decision.standing.next.as_deref(), Some("3 Clean up"));
    assert!(decision.standing.role.is_some() && decision.standing.step_sha256.is_some());
    let entry = desk.model.timeline.entries.last().expect("a line");
    assert!(entry.text.ends_with(": yes; on to step 3; skips step 2"), "{}", entry.text);
}

#[test]
fn another_runbook_opens_where_an_answer_leads_there_and_the_first_walk_waits() {
    let mut desk = walking(BOOK);
    desk.press(&["down", "down", "down", "enter", "y", "enter"]);
    assert_eq!(here(&desk), ("other", "1"));
    desk.press(&["x", "w"]);
    assert_eq!(here(&desk), ("disk", "4"));
    desk.press(&["w"]);
    assert_eq!(here(&desk), ("other", "2"), "each walk is where it was left");
}

#[test]
fn a_restart_goes_on_at_the_same_step_with_the_same_answers() {
    let mut desk = walking(BOOK);
    desk.press(&["enter", "n", "enter", "r", "type:/var", "enter", "esc"]);
    let fresh = restarted(&desk, &[("disk", BOOK), ("other", OTHER)]);
    assert_eq!((statuses(&fresh), here(&fresh)), (statuses(&desk), here(&desk)));
    assert_eq!(steps(&fresh)[0].answer, Some(Answer::No));
    assert_eq!(fresh.model.runbook.answers()["dir"], "/var");
}

#[test]
fn a_restart_after_an_edit_marks_the_steps_that_changed_since() {
    let mut desk = walking(BOOK);
    desk.press(&["down", "down", "x"]);
    let fresh = restarted(&desk, &[("disk", &BOOK.replace("3. Clean up", "3. Clean up\n\n   Gently.\n"))]);
    assert_eq!((steps(&fresh)[2].status, steps(&fresh)[2].edited), (Done, true));
}

#[test]
fn a_reload_never_swaps_the_text_under_an_open_confirmation() {
    let mut desk = walking("## Fix\n\n1. Look\n\n   ```sh\n   df -h\n   ```\n");
    desk.press(&["r"]);
    desk.hear(Msg::Runbooks(
        vec![parse("disk", "## Fix\n\n1. Look\n\n   ```sh\n   rm -rf /\n   ```\n")].into(),
    ));
    desk.press(&["y"]);
    let ran = desk.effects.iter().find_map(|effect| match effect {
        Effect::Run(request) => Some(request.command.as_str()),
        _ => None,
    });
    assert_eq!(ran, Some("df -h"));
}

#[test]
fn a_colleagues_walk_of_another_runbook_is_seen_and_ours_stays_open() {
    let mut desk = walking(BOOK);
    let id = desk.model.timeline.shown.clone().expect("an incident");
    let mark = StepMark {
        runbook: "other".to_owned(),
        step: "1".to_owned(),
        title: "See".to_owned(),
        outcome: StepOutcome::Done,
        standing: warroom::incident::event::Standing::default(),
    };
    let kind = EventKind::StepMarked(mark);
    desk.elsewhere(&Ask::new("bob", Intent::Record { kind, dedupe: None }).about(id));
    assert_eq!(here(&desk), ("disk", "1"));
    let bobs = Other { runbook: "other".to_owned(), who: "bob".to_owned(), progress: (1, 2) };
    assert!(desk.model.runbook.others.contains(&bobs), "{:?}", desk.model.runbook.others);
    desk.press(&["w"]);
    while here(&desk).0 != "other" {
        desk.press(&["w"]);
    }
    assert_eq!((here(&desk), statuses(&desk)), (("other", "2"), vec![Done, Open]), "joined where it stands");
}

#[test]
fn a_walk_belongs_to_its_incident_whichever_is_on_the_screen() {
    let mut desk = walking(BOOK);
    let first = desk.model.timeline.shown.clone().expect("an incident");
    desk.press(&["down", "x"]);
    let declare = Intent::Declare {
        title: "Search is slow".to_owned(),
        severity: Severity::Sev1,
        services: vec!["search".to_owned()],
        ic: None,
        drill: false,
        private: false,
        found: None,
    };
    desk.elsewhere(&Ask::new("bob", declare));
    assert!(desk.model.timeline.shown.as_ref() != Some(&first));
    assert!(desk.model.runbook.open.as_ref().is_none_or(|open| open.incident.as_ref() != Some(&first)));
    desk.press(&["i", "down", "enter"]);
    assert_eq!(desk.model.timeline.shown.as_ref(), Some(&first));
    assert_eq!((here(&desk), statuses(&desk)), (("disk", "3"), vec![Open, Done, Open, Open]));
    desk.press(&["x"]);
    assert_eq!(desk.events.last().and_then(|event| event.incident.as_ref()), Some(&first));
}

#[test]
fn output_is_compared_with_what_is_expected_and_a_pass_is_never_assumed() {
    let text = "## Fix\n\n1. Look\n\n   ```sh\n   kubectl get pods\n   ```\n\n   ```output\n   NAME READY\n   ...\n   web-1   1/1\n   ```\n\n2. End\n";
    let mut desk = walking(text);
    run(&mut desk, &["NAME   READY", "api-7  1/1", "web-1 1/1", ""]);
    let EventKind::StepRan(ran) = last(&desk) else { panic!("{:?}", last(&desk)) };
    assert_eq!(ran.judged, Some(Judged::AsExpected));
    assert_eq!((ran.standing.next.as_deref(), statuses(&desk)), (Some("2 End"), vec![Done, Open]));
    let mut desk = walking(text);
    run(&mut desk, &["NAME READY", "web-1 0/1"]);
    assert_eq!((statuses(&desk), here(&desk)), (vec![Open, Open], ("disk", "1")));
    assert!(steps(&desk)[0].to_judge);
    let shown =
        desk.model.runbook.run.as_ref().and_then(|run| run.judgement.as_ref()).expect("it was judged");
    assert_eq!((shown.judged, shown.lines.len()), (Judged::Different, 3));
    desk.press(&["!"]);
    assert_eq!(statuses(&desk)[0], Failed);
}

#[test]
fn a_bound_on_live_data_is_watched_and_answers_yes_no_or_cannot_tell() {
    let text = "## Fix\n\n1. Verify: `checkout-availability burn 5m < 1 within 5m`\n2. End\n";
    let mut desk = walking(text);
    desk.press(&["r"]);
    assert!(desk.model.runbook.watch.is_some());
    desk.wait(60);
    assert!(desk.model.runbook.watch.is_some(), "there is time left");
    desk.wait(300);
    let EventKind::StepVerified(verified) = last(&desk) else { panic!("{:?}", last(&desk)) };
    assert_eq!(verified.answer, Answer::Unknown, "nothing was measured since: {}", verified.why);
    assert_eq!((statuses(&desk), here(&desk)), (vec![Open, Open], ("disk", "1")));
}

#[test]
fn a_bound_can_be_left_and_then_nobody_can_tell() {
    let mut desk =
        walking("## Fix\n\n1. Verify: `nobody burn 5m < 1`\n2. `checkout-availability burn 5m < 1`\n");
    desk.press(&["r"]);
    desk.wait(1);
    let EventKind::StepVerified(verified) = last(&desk) else { panic!("{:?}", last(&desk)) };
    assert_eq!((verified.answer, verified.why.as_str()), (Answer::Unknown, "nobody is not measured here"));
    desk.press(&["down", "r", "ctrl-k"]);
    let EventKind::StepVerified(verified) = last(&desk) else { panic!("{:?}", last(&desk)) };
    assert_eq!((verified.step.as_str(), verified.answer), ("2", Answer::Unknown));
    assert!(desk.model.runbook.watch.is_none());
}
