//! Decisions: what an answer does to the walk, and where the words of a runbook lead.

use warroom::incident::EventKind;
use warroom::incident::event::{Answer, Decision, Destination, Standing};
use warroom::runbook::jump::{self, Mention, Target};
use warroom::runbook::walk::StepStatus::{self, Done, Open, Skipped};
use warroom::runbook::{Walk, parse};

const BOOK: &str = "## Look\n\n1. If the disk is full, go to step 4.\n2. Read the log\n3. When the log grows, rotate it:\n\n   ```sh\n   logrotate -f x\n   ```\n\n4. Drop the cache\n5. If it helped, note it. Otherwise go back to step 2.\n6. If nothing helps, use `high-latency`\n";

fn mentions(text: &str) -> Vec<Mention> {
    jump::jumps(text).into_iter().map(|jump| jump.to).collect()
}

/// Answers the current step as the console would.
fn answer(walk: &mut Walk, answer: Answer) -> Decision {
    let step = walk.step().expect("a step");
    let (n, title) = (step.n.clone(), step.title.clone());
    let mut decision = Decision {
        runbook: walk.runbook.clone(),
        step: n,
        title,
        answer,
        to: walk.leads(answer),
        skipped: Vec::new(),
        standing: Standing::default(),
    };
    decision.skipped = walk.passed_over(&decision);
    walk.apply(&EventKind::StepAnswered(decision.clone()));
    decision
}

fn statuses(walk: &Walk) -> Vec<StepStatus> {
    walk.steps.iter().map(|step| step.status).collect()
}

fn here(walk: &Walk) -> &str {
    walk.step().map_or("", |step| step.n.as_str())
}

#[test]
fn instructions_are_jumps_and_references_are_not() {
    let step = |n: &str| Mention::Step(n.to_owned());
    let cases: &[(&str, &[Mention])] = &[
        ("If it is full, go to step 7", &[step("7")]),
        ("If CPU is above 85 % of its limit, go to Step 10: scale out first", &[step("10")]),
        ("If so, continue with step 3.1.", &[step("3.1")]),
        ("If not, skip ahead to step 12", &[step("12")]),
        ("Otherwise: step 4", &[step("4")]),
        ("If that works → step 9", &[step("9")]),
        ("When it stays, repeat steps 2 to 4", &[step("2")]),
        ("If red, follow [step 5](#drain-the-node)", &[Mention::Anchor("drain-the-node".to_owned())]),
        ("If red, jump to #scale-out now", &[Mention::Anchor("scale-out".to_owned())]),
        ("If slow, use [this](../db/high-latency.md#look)", &[Mention::Runbook("high-latency".to_owned())]),
        ("If one does, go to `dependency-outage`.", &[Mention::Runbook("dependency-outage".to_owned())]),
        ("If the list from step 6 is empty, wait", &[]),
        ("If the output of step 3 is red (see step 4), wait", &[]),
        ("If it is red, do not run step 5", &[]),
        ("If it is green, skip step 3", &[]),
        ("If the steps above failed, call", &[]),
        ("If it is red, run `kubectl get pods`", &[]),
    ];
    for (text, wanted) in cases {
        assert_eq!(mentions(text), *wanted, "{text}");
    }
}

#[test]
fn a_place_is_found_by_number_anchor_or_the_title_of_a_section_and_never_guessed() {
    let book = parse("b", "# B\n\n## Look around\n\n1. See\n2. Hear\n\n## Escalation\n\n- Call Ana\n");
    let first = |n: &str| Some(Target::Step(n.to_owned()));
    let cases = [
        (Mention::Step("2".to_owned()), first("2")),
        (Mention::Step("9".to_owned()), None),
        (Mention::Anchor("look-around".to_owned()), first("1")),
        (Mention::Anchor("Look-Around".to_owned()), first("1")),
        (Mention::Anchor("gone".to_owned()), None),
        (Mention::Words("Escalation and wait".to_owned()), first("2a")),
        (Mention::Words("Escalations".to_owned()), None),
        (Mention::Words("bed".to_owned()), None),
    ];
    for (mention, wanted) in cases {
        assert_eq!(jump::resolve(&book, "1", &mention), wanted, "{mention:?}");
    }
}

/// Numbers begin anew in every section, and in the second one twice.
const ANEW: &str = "## Look\n\n1. See\n2. If it is slow, go to step 3\n3. Hear\n\n## Mend\n\n1. Stop it\n2. Start it\n   1. Warm it\n   2. If it is cold, go to step 1\n3. If it is red, go to step 2\n\nThen the replica:\n\n1. Stop that\n2. If it hangs, go to step 1\n\n## Escalation\n\n- If nobody is up, go to step 2\n- If Ana is up, go to step 9\n";

#[test]
fn a_number_means_the_step_of_the_same_list_then_of_the_same_section_then_the_first_of_the_file() {
    let book = parse("b", ANEW);
    let line = |n: &str| book.step(n).map(|step| step.line);
    let led = |from: usize, to: &str| {
        let from =
            book.steps().iter().find(|placed| placed.step.line == from).map(|placed| placed.step.n.clone());
        match jump::resolve(&book, &from.expect("a step on that line"), &Mention::Step(to.to_owned())) {
            Some(Target::Step(n)) => line(&n),
            _ => None,
        }
    };
    assert_eq!(led(4, "3"), Some(5), "its own list");
    assert_eq!(led(13, "2"), Some(10), "its own list, not the first one of the file");
    assert_eq!(led(12, "1"), Some(9), "a step below a step speaks of the list around it");
    assert_eq!(led(18, "1"), Some(17), "a list that begins anew within its section");
    assert_eq!(led(18, "3"), Some(13), "what its list has not, its section may have");
    assert_eq!(led(22, "2"), Some(4), "else the first of the file");
    assert_eq!(led(13, "2.1"), Some(11), "and what lies below a step");
    assert_eq!(led(23, "9"), line("9"), "a number that nobody wrote is that of the screen");
    let rivals =
        |from: &str, n: &str| jump::rivals(&book, from, n).iter().map(|step| step.line).collect::<Vec<_>>();
    assert_eq!(rivals("2", "3"), Vec::<usize>::new());
    assert_eq!(rivals(&book.steps().last().expect("a step").step.n, "2"), [10, 18]);
}

#[test]
fn a_yes_that_jumps_passes_over_what_lies_between() {
    let mut walk = Walk::open(&parse("disk", BOOK));
    let decision = answer(&mut walk, Answer::Yes);
    assert_eq!(decision.skipped, ["2", "3"]);
    assert!(matches!(decision.to, Some(Destination::Step { step, .. }) if step == "4"));
    assert_eq!((statuses(&walk), here(&walk)), (vec![Done, Skipped, Skipped, Open, Open, Open], "4"));
    assert_eq!(walk.steps[1].skipped_by.as_deref(), Some("1"));
}

#[test]
fn a_no_passes_the_step_over_and_a_yes_without_a_target_does_it() {
    let mut walk = Walk::open(&parse("disk", BOOK));
    answer(&mut walk, Answer::No);
    assert_eq!((statuses(&walk)[0], here(&walk)), (Skipped, "2"));
    walk.go(1);
    assert!(walk.step().is_some_and(warroom::runbook::WalkStep::asks));
    answer(&mut walk, Answer::Yes);
    assert_eq!((statuses(&walk)[2], here(&walk)), (Open, "3"), "its command is to be run now");
    assert!(!walk.step().is_some_and(warroom::runbook::WalkStep::asks));
}

#[test]
fn unknown_passes_nothing_over_and_stays_open() {
    let mut walk = Walk::open(&parse("disk", BOOK));
    answer(&mut walk, Answer::Unknown);
    assert_eq!((statuses(&walk), here(&walk)), (vec![Open; 6], "2"));
    assert_eq!(walk.steps[0].answer, Some(Answer::Unknown));
}

#[test]
fn a_jump_back_opens_everything_from_there_again() {
    let mut walk = Walk::open(&parse("disk", BOOK));
    answer(&mut walk, Answer::Yes);
    walk.go(1);
    let decision = answer(&mut walk, Answer::No);
    assert!(matches!(decision.to, Some(Destination::Step { step, .. }) if step == "2"));
    assert_eq!((statuses(&walk), here(&walk)), (vec![Done, Open, Open, Open, Open, Open], "2"));
    assert_eq!(walk.steps[4].answer, None, "it is asked again");
}

#[test]
fn another_answer_takes_back_what_the_first_passed_over() {
    let mut walk = Walk::open(&parse("disk", BOOK));
    answer(&mut walk, Answer::Yes);
    walk.go(-3);
    answer(&mut walk, Answer::No);
    assert_eq!((statuses(&walk), here(&walk)), (vec![Skipped, Open, Open, Open, Open, Open], "2"));
}

#[test]
fn otherwise_is_answered_by_the_question_before_it() {
    let text = "## A\n\n1. If it is red:\n   - stop it\n   - tell Ana\n2. Otherwise go to step 4.\n3. Wait\n4. End\n";
    let book = parse("o", text);
    let mut yes = Walk::open(&book);
    answer(&mut yes, Answer::Yes);
    assert_eq!((statuses(&yes), here(&yes)), (vec![Done, Open, Open, Skipped, Open, Open], "1.1"));
    let mut no = Walk::open(&book);
    let decision = answer(&mut no, Answer::No);
    assert_eq!(decision.skipped, ["1.1", "1.2", "3"]);
    assert_eq!((statuses(&no), here(&no)), (vec![Skipped, Skipped, Skipped, Done, Skipped, Open], "4"));
    let mut unknown = Walk::open(&book);
    answer(&mut unknown, Answer::Unknown);
    assert_eq!(here(&unknown), "2", "the branch is not entered, and Otherwise asks for itself");
    assert!(unknown.step().is_some_and(warroom::runbook::WalkStep::asks));
}

#[test]
fn another_runbook_is_where_an_answer_leads() {
    let mut walk = Walk::open(&parse("disk", BOOK));
    walk.go(5);
    assert_eq!(walk.leads(Answer::Yes), Some(Destination::Runbook("high-latency".to_owned())));
    assert_eq!(walk.leads(Answer::No), None);
    answer(&mut walk, Answer::Yes);
    assert_eq!(statuses(&walk)[5], Done);
}

#[test]
fn a_place_that_is_gone_leads_nowhere_and_the_walk_goes_on() {
    let mut walk = Walk::open(&parse("disk", &BOOK.replace("go to step 4", "go to step 44")));
    assert_eq!(walk.leads(Answer::Yes), None);
    let gone = Destination::Step { step: "44".to_owned(), title: "Gone".to_owned() };
    let decision = Decision {
        runbook: "disk".to_owned(),
        step: "1".to_owned(),
        title: walk.steps[0].title.clone(),
        answer: Answer::Yes,
        to: Some(gone),
        skipped: Vec::new(),
        standing: Standing::default(),
    };
    walk.apply(&EventKind::StepAnswered(decision));
    assert_eq!((statuses(&walk)[0], here(&walk)), (Done, "2"));
}

#[test]
fn a_skipped_parent_skips_what_is_below_it() {
    let book = parse("p", "## A\n\n1. Drain\n   - one\n   - two\n2. End\n");
    let mut walk = Walk::open(&book);
    walk.apply(&crate::marked_in("p", "1", "Drain", warroom::incident::event::StepOutcome::Skipped));
    assert_eq!((statuses(&walk), here(&walk)), (vec![Skipped, Skipped, Skipped, Open], "2"));
}
