//! Steps: what is asked before a command runs, what confirms it, what its end leads to.

use warroom::app::effect::RunRequest;
use warroom::app::filling::Filling;
use warroom::app::form::{Confirm, Popup};
use warroom::app::msg::OutputLine;
use warroom::app::{Effect, Msg};
use warroom::incident::event::StepRun;
use warroom::incident::{Ask, EventKind, Intent};
use warroom::runbook::placeholder::Piece;
use warroom::runbook::walk::StepStatus;
use warroom::runbook::{Risk, parse};

use crate::desk::Desk;

const BOOK: &str = "## Fix\n\n1. Look\n\n   ```sh\n   df -h\n   ```\n\n2. Move\n\n   ```sh\n   mv {{from}} /srv/{{into}}\n   ```\n\n3. Wipe\n\n   ```sh\n   rm -rf /srv/cache\n   ```\n";

/// An incident beside the runbook `disk`.
fn walking(text: &str) -> Desk {
    let mut desk = Desk::declared();
    desk.hear(Msg::Runbooks(vec![parse("disk", text)].into()));
    desk.press(&["b", "enter", "3"]);
    desk.effects.clear();
    desk
}

fn started(desk: &Desk) -> Option<&RunRequest> {
    desk.effects.iter().find_map(|effect| match effect {
        Effect::Run(request) => Some(request),
        _ => None,
    })
}

fn confirm(desk: &Desk) -> &Confirm {
    match &desk.model.popup {
        Some(Popup::Confirm(confirm)) => confirm,
        other => panic!("no question: {other:?}"),
    }
}

fn filling(desk: &Desk) -> &Filling {
    match &desk.model.popup {
        Some(Popup::Fill(filling)) => filling,
        other => panic!("no values are asked for: {other:?}"),
    }
}

/// The command as the window shows it.
fn so_far(desk: &Desk) -> String {
    let pieces = filling(desk).pieces().into_iter().map(|piece| match piece {
        Piece::Text(text) | Piece::Value { text, .. } | Piece::Open { text, .. } => text,
    });
    pieces.collect()
}

fn ended(request: &RunRequest, exit: Option<i32>) -> StepRun {
    StepRun {
        runbook: request.runbook.clone(),
        step: request.step.clone(),
        title: request.title.clone(),
        command: request.command.clone(),
        risk: request.risk.word().to_owned(),
        started_at: crate::desk::at("14:01:00"),
        duration_s: 1.5,
        exit,
        ended: exit.map_or("stopped".to_owned(), |code| format!("exit {code}")),
        sha256: "ab".to_owned(),
        bytes: 3,
        tail: "ok\n".to_owned(),
        spool: None,
        survivors: Vec::new(),
        ..StepRun::default()
    }
}

/// Runs the current step to its end.
fn run(desk: &mut Desk, exit: Option<i32>) {
    desk.press(&["r", "y"]);
    let request = started(desk).expect("it runs").clone();
    desk.effects.clear();
    desk.hear(Msg::StepEnded(Box::new(ended(&request, exit))));
}

fn statuses(desk: &Desk) -> Vec<StepStatus> {
    let open = desk.model.runbook.open.as_ref().expect("a runbook");
    open.walk.steps.iter().map(|step| step.status).collect()
}

#[test]
fn a_question_before_a_run_shows_the_exact_text_and_what_surrounds_it() {
    let mut desk = Desk::declared();
    desk.press(&["3", "r"]);
    let shown = confirm(&desk);
    assert_eq!(shown.lines, ["deployctl status checkout"]);
    let facts: Vec<(&str, &str)> =
        shown.facts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("step", "1 See what is deployed and since when"),
            ("runbook", "bad-deploy-rollback"),
            ("risk", "change"),
            ("in", "/srv/ops"),
            ("timeout", "5m 00s"),
        ]
    );
    assert!(started(&desk).is_none());
}

#[test]
fn open_values_are_asked_for_in_one_window_while_the_command_fills_up() {
    let mut desk = walking(BOOK);
    desk.press(&["down", "r"]);
    let names: Vec<&str> = filling(&desk).fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["from", "into"]);
    desk.press(&["type:/srv/logs"]);
    assert_eq!(so_far(&desk), "mv /srv/logs /srv/{{into}}");
    desk.press(&["enter", "type:old logs"]);
    assert_eq!(so_far(&desk), "mv /srv/logs /srv/'old logs'", "quoted as it will run");
    desk.press(&["enter"]);
    let shown = confirm(&desk);
    assert_eq!(shown.lines, ["mv /srv/logs /srv/'old logs'"], "quoted where it has to be");
    assert!(shown.facts.contains(&("into".to_owned(), "old logs".to_owned())));
}

#[test]
fn values_are_remembered_within_the_walk_and_can_be_changed() {
    let mut desk = walking(BOOK);
    desk.press(&["down", "r", "type:a", "enter", "type:b", "enter", "esc", "r"]);
    assert_eq!(confirm(&desk).lines, ["mv a /srv/b"]);
    desk.press(&["esc", "e", "backspace", "type:c", "enter"]);
    assert_eq!(confirm(&desk).lines, ["mv c /srv/b"]);
    let given = desk.events.iter().filter(|event| matches!(event.kind, EventKind::ValuesGiven(_)));
    assert_eq!(given.count(), 2, "each set of values once");
}

#[test]
fn a_secret_value_is_masked_and_never_written_down() {
    let mut desk = walking("## Fix\n\n1. Ask\n\n   ```sh\n   curl -H <api-token> https://x/<path>\n   ```\n");
    desk.press(&["r", "type:s3cr3t", "enter", "type:p"]);
    assert!(!so_far(&desk).contains("s3cr3t"));
    desk.press(&["enter", "y"]);
    assert_eq!(started(&desk).expect("it runs").secrets, ["s3cr3t"]);
    assert!(!format!("{:?}", desk.events).contains("s3cr3t"));
}

#[test]
fn what_confirms_a_run_depends_on_its_risk() {
    let cases: [(&[&str], &[&str], bool); 9] = [
        (&[], &["r", "y"], true),
        (&[], &["r", "r"], true),
        (&[], &["r", "enter"], false),
        (&[], &["r", "esc"], false),
        (&["down", "down"], &["r", "y"], false),
        (&["down", "down"], &["r", "enter"], false),
        (&["down", "down"], &["r", "type:y", "enter"], false),
        (&["down", "down"], &["r", "type:destroy"], false),
        (&["down", "down"], &["r", "type:destroy", "enter"], true),
    ];
    for (way, keys, runs) in cases {
        let mut desk = walking(BOOK);
        desk.press(way);
        desk.press(keys);
        assert_eq!(started(&desk).is_some(), runs, "{way:?} {keys:?}");
    }
}

#[test]
fn a_paste_confirms_no_run() {
    for (way, pasted) in [(&[][..], "y\n"), (&["down", "down"][..], "destroy\n")] {
        let mut desk = walking(BOOK);
        desk.press(way);
        desk.press(&["r"]);
        desk.hear(Msg::Paste(pasted.to_owned()));
        desk.press(&["enter"]);
        assert_eq!(started(&desk), None, "{pasted:?}");
    }
}

#[test]
fn a_run_carries_what_was_confirmed() {
    let mut desk = walking(BOOK);
    desk.press(&["down", "down", "r", "type:destroy", "enter"]);
    let request = started(&desk).expect("it runs");
    assert_eq!((request.command.as_str(), request.risk), ("rm -rf /srv/cache", Risk::Destroy));
    assert_eq!((request.runbook.as_str(), request.step.as_str()), ("disk", "3"));
    assert!(desk.model.runbook.running());
}

#[test]
fn a_command_with_hidden_characters_is_never_asked_about() {
    let mut desk = walking("## Fix\n\n1. Look\n\n   ```sh\n   df -h\u{202e}\n   ```\n");
    desk.press(&["r"]);
    assert!(desk.model.popup.is_none());
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert!(said.text.starts_with("not run"), "{}", said.text);
}

#[test]
fn one_command_runs_at_a_time_and_ctrl_k_stops_it() {
    let mut desk = walking(BOOK);
    desk.press(&["r", "y", "r"]);
    assert!(desk.model.popup.is_none());
    let said = desk.model.notices.current(desk.model.now).expect("a notice");
    assert_eq!(said.text, "a command is running; ctrl-k stops it");
    desk.press(&["ctrl-k"]);
    assert!(desk.effects.contains(&Effect::StopRun));
}

#[test]
fn output_streams_in_and_its_memory_is_bounded() {
    let mut desk = walking(BOOK);
    desk.press(&["r", "y"]);
    let line = |number: usize| OutputLine {
        at: crate::desk::at("14:00:00"),
        error: false,
        text: number.to_string(),
    };
    for chunk in 0..3 {
        desk.hear(Msg::Output((chunk * 1_000..(chunk + 1) * 1_000).map(line).collect()));
    }
    let run = desk.model.runbook.run.as_ref().expect("a run");
    assert_eq!((run.output.len(), run.cut), (2_000, 1_000));
    assert_eq!(run.output.back(), Some(&line(2_999)));
}

#[test]
fn a_run_that_ended_well_is_on_record_and_the_walk_goes_on() {
    let mut desk = walking(BOOK);
    run(&mut desk, Some(0));
    let recorded =
        desk.events.iter().any(|event| matches!(&event.kind, EventKind::StepRan(run) if run.step == "1"));
    assert!(recorded);
    assert_eq!(statuses(&desk), [StepStatus::Done, StepStatus::Open, StepStatus::Open]);
    assert_eq!(desk.model.runbook.open.as_ref().map(|open| open.walk.current), Some(1));
}

#[test]
fn a_run_that_failed_or_was_stopped_stays_where_it_is() {
    for exit in [Some(1), None] {
        let mut desk = walking(BOOK);
        run(&mut desk, exit);
        assert_eq!(statuses(&desk)[0], StepStatus::Failed);
        assert_eq!(desk.model.runbook.open.as_ref().map(|open| open.walk.current), Some(0));
    }
}

#[test]
fn marks_go_on_record_and_to_the_next_step() {
    let mut desk = walking(BOOK);
    desk.press(&["x", "-"]);
    assert_eq!(statuses(&desk), [StepStatus::Done, StepStatus::Skipped, StepStatus::Open]);
    let marks = desk.events.iter().filter(|event| matches!(event.kind, EventKind::StepMarked { .. }));
    assert_eq!(marks.count(), 2);
}

#[test]
fn a_walk_without_an_incident_moves_and_leaves_no_trace() {
    let mut desk = Desk::empty();
    desk.hear(Msg::Runbooks(vec![parse("disk", BOOK)].into()));
    desk.press(&["b", "enter", "3"]);
    run(&mut desk, Some(0));
    desk.press(&["x"]);
    assert!(desk.events.is_empty());
    assert_eq!(statuses(&desk), [StepStatus::Done, StepStatus::Done, StepStatus::Open]);
}

#[test]
fn a_colleagues_step_moves_our_walk() {
    let mut desk = walking(BOOK);
    let mut theirs = walking(BOOK);
    theirs.press(&["x"]);
    let kind = theirs.events.last().expect("a mark").kind.clone();
    let id = desk.model.timeline.shown.clone().expect("an incident");
    desk.elsewhere(&Ask::new("bob", Intent::Record { kind, dedupe: None }).about(id));
    assert_eq!(statuses(&desk)[0], StepStatus::Done);
}

#[test]
fn an_edited_runbook_is_taken_up_and_keeps_what_was_done() {
    let mut desk = walking(BOOK);
    desk.press(&["x"]);
    desk.hear(Msg::Runbooks(vec![parse("disk", &BOOK.replace("1. Look", "1. Breathe\n\n1. Look"))].into()));
    assert_eq!(
        statuses(&desk),
        [StepStatus::Open, StepStatus::Done, StepStatus::Open, StepStatus::Open],
        "Look is still done"
    );
    let step = desk.model.runbook.open.as_ref().and_then(|open| open.step());
    assert_eq!(step.map(|step| step.title.as_str()), Some("Move"), "the current step stays current");
}

#[test]
fn a_piece_of_a_command_that_is_not_configured_is_refused_and_never_asked_for() {
    let mut desk = walking("## Fix\n\n1. Undo\n\n   ```sh\n   {{drain | raw}}\n   ```\n");
    desk.press(&["r"]);
    assert!(desk.model.popup.is_none());
    let said = desk.model.notices.newest_first().next().expect("it says why");
    assert!(said.text.contains("drain is not configured (set it under [values.checkout]"), "{}", said.text);
}

#[test]
fn a_value_that_no_quoting_holds_is_asked_for_again_with_the_reason() {
    let mut desk = walking("## Fix\n\n1. Move\n\n   ```sh\n   mv {{from}} /srv\n   ```\n");
    desk.press(&["r", "type:-rf", "enter"]);
    assert!(filling(&desk).refused.as_ref().is_some_and(|why| why.contains("from: not safe")));
}

#[test]
fn a_question_for_a_value_shows_what_the_runbook_says_of_it() {
    let mut desk = walking(
        "---\nvalues:\n  from: the full disk\n---\n## Fix\n\n1. Move\n\n   ```sh\n   mv {{from}} /srv\n   ```\n",
    );
    desk.press(&["r"]);
    assert_eq!(filling(&desk).fields[0].meaning.as_deref(), Some("the full disk"));
}
