//! The walk: rebuilt from events alone, and at home again after the runbook changed.
#![expect(clippy::expect_used, reason = "a test that cannot be set up fails")]

#[path = "runbook_walk/deciding.rs"]
mod deciding;
#[path = "runbook_walk/judging.rs"]
mod judging;
#[path = "runbook_walk/staging.rs"]
mod staging;

use chrono::DateTime;
use warroom::incident::EventKind;
use warroom::incident::event::{Judged, Opened, Standing, StepMark, StepOutcome, StepRun, ValuesGiven};
use warroom::runbook::walk::StepStatus::{self, Done, Failed, Open, Skipped};
use warroom::runbook::{Runbook, Walk, parse};

const BOOK: &str = "## Check\n1. Look\n\n   ```sh\n   ls\n   ```\n\n2. Both\n\n   ```sh\n   df\n   ```\n\n   ```sh\n   du\n   ```\n\n3. If bad, stop\n4. End\n";

fn book(source: &str) -> Runbook {
    parse("disk", source)
}

fn ran(step: &str, title: &str, command: &str, exit: Option<i32>) -> EventKind {
    EventKind::StepRan(StepRun {
        runbook: "disk".to_owned(),
        step: step.to_owned(),
        title: title.to_owned(),
        command: command.to_owned(),
        risk: "read".to_owned(),
        started_at: DateTime::UNIX_EPOCH,
        duration_s: 0.1,
        exit,
        ended: String::new(),
        sha256: String::new(),
        bytes: 0,
        tail: String::new(),
        spool: None,
        survivors: Vec::new(),
        ..StepRun::default()
    })
}

fn marked(step: &str, title: &str, outcome: StepOutcome) -> EventKind {
    marked_in("disk", step, title, outcome)
}

fn marked_in(runbook: &str, step: &str, title: &str, outcome: StepOutcome) -> EventKind {
    EventKind::StepMarked(StepMark {
        runbook: runbook.to_owned(),
        step: step.to_owned(),
        title: title.to_owned(),
        outcome,
        standing: Standing::default(),
    })
}

fn standing(walk: &Walk) -> (Vec<StepStatus>, &str) {
    (walk.steps.iter().map(|step| step.status).collect(), walk.step().map_or("", |step| step.n.as_str()))
}

#[test]
fn a_walk_is_what_its_events_made_of_it() {
    let runbook = book(BOOK);
    let events = [
        ran("1", "Look", "ls", Some(0)),
        ran("2", "Both", "df", Some(0)),
        marked("3", "If bad, stop", StepOutcome::Skipped),
    ];
    let walk = Walk::replay(&runbook, &events);
    assert_eq!(standing(&walk), (vec![Done, Open, Skipped, Open], "4"));
    let mut again = Walk::open(&runbook);
    for event in &events {
        again.apply(event);
    }
    assert_eq!(again, walk);
    assert_eq!(walk.progress(), (2, 4));
}

#[test]
fn a_step_of_two_commands_is_done_when_both_ran_well() {
    let mut walk = Walk::open(&book(BOOK));
    walk.apply(&ran("2", "Both", "df", Some(0)));
    walk.apply(&ran("2", "Both", "df", Some(0)));
    assert_eq!(standing(&walk), (vec![Open, Open, Open, Open], "2"));
    walk.apply(&ran("2", "Both", "du", Some(0)));
    assert_eq!(standing(&walk), (vec![Open, Done, Open, Open], "3"));
}

#[test]
fn a_failure_keeps_the_step_current_until_it_works() {
    let mut walk = Walk::open(&book(BOOK));
    for exit in [Some(1), None] {
        walk.apply(&ran("1", "Look", "ls", exit));
        assert_eq!(standing(&walk), (vec![Failed, Open, Open, Open], "1"));
    }
    walk.apply(&ran("1", "Look", "ls", Some(0)));
    assert_eq!(standing(&walk), (vec![Done, Open, Open, Open], "2"));
}

#[test]
fn events_of_other_runbooks_and_lost_steps_change_nothing() {
    let runbook = book(BOOK);
    let mut walk = Walk::open(&runbook);
    walk.apply(&marked("1", "No such step", StepOutcome::Done));
    walk.apply(&EventKind::RunbookOpened(Opened { name: "other".to_owned(), ..Opened::default() }));
    walk.apply(&EventKind::StepMarked(StepMark {
        runbook: "other".to_owned(),
        step: "1".to_owned(),
        title: "Look".to_owned(),
        outcome: StepOutcome::Done,
        standing: Standing::default(),
    }));
    assert_eq!(walk, Walk::open(&runbook));
}

#[test]
fn going_on_and_back_stays_inside() {
    let mut walk = Walk::open(&book(BOOK));
    walk.go(-1);
    assert_eq!(walk.current, 0);
    walk.go(9);
    assert_eq!(walk.step().map(|step| step.n.as_str()), Some("4"));
    let mut empty = Walk::open(&book(""));
    empty.go(1);
    assert_eq!((empty.current, empty.step()), (0, None));
}

#[test]
fn a_reload_keeps_what_was_done_with_its_step() {
    let mut walk = Walk::replay(
        &book(BOOK),
        &[ran("1", "Look", "ls", Some(0)), marked("3", "If bad, stop", StepOutcome::Skipped)],
    );
    walk.rebind(&book(&BOOK.replace("1. Look", "1. New\n2. Look").replace("2. Both", "3. Both")));
    let titles: Vec<(&str, StepStatus)> =
        walk.steps.iter().map(|step| (step.title.as_str(), step.status)).collect();
    assert_eq!(
        titles,
        [("New", Open), ("Look", Done), ("Both", Open), ("If bad, stop", Skipped), ("End", Open)]
    );
    assert_eq!(walk.step().map(|step| step.title.as_str()), Some("End"));
    assert!(walk.steps.iter().all(|step| !step.edited));
}

#[test]
fn a_step_that_changed_after_it_ran_says_so() {
    let mut walk = Walk::replay(&book(BOOK), &[ran("1", "Look", "ls", Some(0))]);
    walk.rebind(&book(&BOOK.replace("   ls", "   rm -rf x")));
    assert_eq!((walk.steps[0].status, walk.steps[0].edited), (Done, true));
    walk.rebind(&book(&BOOK.replace("Look", "See")));
    assert!(walk.steps.iter().all(|step| step.title != "Look"));
}

#[test]
fn a_step_that_was_retitled_is_known_by_its_command() {
    let mut walk = Walk::replay(&book(BOOK), &[ran("1", "Look", "ls", Some(0))]);
    walk.rebind(&book(&BOOK.replace("Look", "Look around")));
    assert_eq!((walk.steps[0].status, walk.steps[0].edited), (Done, true));
}

#[test]
fn a_runbook_that_lost_its_steps_is_walked_on_without_harm() {
    let mut walk = Walk::replay(&book(BOOK), &[marked("3", "If bad, stop", StepOutcome::Done)]);
    walk.rebind(&book(""));
    assert_eq!((walk.steps.len(), walk.current), (0, 0));
    walk.apply(&marked("3", "If bad, stop", StepOutcome::Done));
    walk.rebind(&book(BOOK));
    assert_eq!(walk.steps.len(), 4);
}

#[test]
fn what_did_not_come_out_as_expected_waits_for_somebody_to_judge_it() {
    for judged in [Judged::Different, Judged::CannotTell] {
        let mut walk = Walk::open(&book(BOOK));
        let EventKind::StepRan(run) = ran("1", "Look", "ls", Some(0)) else { return };
        walk.apply(&EventKind::StepRan(StepRun { judged: Some(judged), ..run }));
        assert_eq!(standing(&walk), (vec![Open, Open, Open, Open], "1"), "a pass is never assumed");
        assert!(walk.steps[0].to_judge);
        walk.apply(&marked("1", "Look", StepOutcome::Done));
        assert_eq!((walk.steps[0].status, walk.steps[0].to_judge), (Done, false));
    }
    let mut walk = Walk::open(&book(BOOK));
    let EventKind::StepRan(run) = ran("1", "Look", "ls", Some(0)) else { return };
    walk.apply(&EventKind::StepRan(StepRun { judged: Some(Judged::AsExpected), ..run }));
    assert_eq!(walk.steps[0].status, Done);
}

#[test]
fn a_colleagues_step_counts_and_our_step_stays_current() {
    let mut walk = Walk::open(&book(BOOK));
    walk.observe(&marked("1", "Look", StepOutcome::Done));
    assert_eq!(standing(&walk), (vec![Done, Open, Open, Open], "1"));
}

#[test]
fn a_restart_after_an_edit_says_which_steps_changed_since_they_were_done() {
    let before = book(BOOK);
    let done = |n: &str| {
        let step = before.step(n).expect("a step");
        let at = Standing { step_sha256: Some(step.sha256()), ..Standing::default() };
        let EventKind::StepMarked(mark) = marked(n, &step.title, StepOutcome::Done) else { unreachable!() };
        EventKind::StepMarked(StepMark { standing: at, ..mark })
    };
    let events = [done("1"), done("4")];
    let edited = book(&BOOK.replace("1. Look", "1. New\n2. Look").replace("   ls", "   ls -l"));
    let walk = Walk::replay(&edited, &events);
    let told: Vec<_> =
        walk.steps.iter().map(|step| (step.title.as_str(), step.status, step.edited)).collect();
    assert_eq!(
        told,
        [
            ("New", Open, false),
            ("Look", Done, true),
            ("Both", Open, false),
            ("If bad, stop", Open, false),
            ("End", Done, false)
        ]
    );
}

#[test]
fn the_hash_of_a_step_is_of_its_words_and_not_of_its_number() {
    let of = |text: &str, n: &str| book(text).step(n).map(warroom::runbook::Step::sha256);
    let text = "1. See it. Then wait a while.\n2. End\n";
    assert_eq!(of(text, "1"), of(&text.replace("1. See", "1. New\n2. See"), "2"));
    assert_ne!(of(text, "1"), of(&text.replace("a while", "an hour"), "1"));
}

#[test]
fn values_on_record_are_the_walks_again() {
    let values = [("pod".to_owned(), "web-1".to_owned())].into();
    let given = EventKind::ValuesGiven(ValuesGiven { runbook: "disk".to_owned(), values });
    assert_eq!(Walk::replay(&book(BOOK), [&given]).answers["pod"], "web-1");
}

#[test]
fn the_next_step_is_the_one_that_an_event_leads_to() {
    let walk = Walk::open(&book(BOOK));
    assert_eq!(walk.next_after(&ran("1", "Look", "ls", Some(0))).as_deref(), Some("2 Both"));
    assert_eq!(
        walk.next_after(&ran("1", "Look", "ls", Some(1))),
        None,
        "nothing is suggested after a failure"
    );
}
