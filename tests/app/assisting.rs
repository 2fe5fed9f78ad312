//! A step that runs by itself: announced, stopped by a key, recorded, and never twice over a failure.

use warroom::app::effect::RunRequest;
use warroom::app::on_run::assist;
use warroom::app::{Effect, Msg};
use warroom::incident::event::{Opened, StepRun};
use warroom::incident::{Ask, EventKind, Intent};
use warroom::runbook::stage::Allowed;
use warroom::runbook::{Risk, parse};

use crate::desk::Desk;

const BOOK: &str = "---\nstages:\n  1: assisted\n  2: assisted\n---\n# Disk\n\n## Check\n\n1. Look\n\n   ```sh\n   \
                    df -h\n   ```\n\n2. Look closer\n\n   ```sh\n   du -sh /var\n   ```\n\n3. Free it\n\n   ```sh\n   \
                    rm -rf /srv/cache\n   ```\n";

/// An incident in which a runbook was opened whose first two steps the configuration allows.
fn walking() -> Desk {
    let mut desk = Desk::declared();
    let book = parse("disk", BOOK);
    let hashes = book.steps().into_iter().take(2).map(|placed| placed.step.sha256());
    desk.model.setting.assisted = hashes.map(|hash| Allowed::of("disk", &hash)).collect();
    desk.hear(Msg::Runbooks(vec![book].into()));
    desk.press(&["b", "enter"]);
    desk.effects.clear();
    desk
}

fn started(desk: &Desk) -> Vec<&RunRequest> {
    let run = |effect: &'_ Effect| matches!(effect, Effect::Run(_));
    let runs = desk.effects.iter().filter(|effect| run(effect));
    runs.filter_map(|effect| if let Effect::Run(request) = effect { Some(request) } else { None }).collect()
}

fn words(desk: &Desk) -> String {
    assist::words(&desk.model).map(|(words, _)| words).unwrap_or_default()
}

/// The command that runs ends.
fn ends(desk: &mut Desk, exit: i32) {
    let run = desk.model.runbook.run.clone().expect("a run");
    desk.hear(Msg::StepEnded(Box::new(StepRun {
        runbook: run.runbook,
        step: run.step,
        title: run.title,
        command: run.command,
        risk: "read".to_owned(),
        started_at: run.started_at,
        exit: Some(exit),
        ended: format!("exit {exit}"),
        ..StepRun::default()
    })));
}

fn recorded(desk: &Desk) -> Vec<&StepRun> {
    let kinds = desk.events.iter().map(|event| &event.kind);
    kinds.filter_map(|kind| if let EventKind::StepRan(run) = kind { Some(run) } else { None }).collect()
}

#[test]
fn it_is_announced_runs_after_five_seconds_and_is_on_record_with_whoever_opened_the_walk() {
    let mut desk = walking();
    desk.wait(1);
    let said = desk.model.notices.current(desk.model.now).expect("a notice").text.clone();
    assert_eq!(said, "step 1 runs by itself in 5s: df -h (ctrl-k or esc stops it)");
    assert_eq!(words(&desk), "assisted: runs by itself in 5 s; ctrl-k or esc stops it");
    desk.wait(4);
    assert_eq!(words(&desk), "assisted: runs by itself in 1 s; ctrl-k or esc stops it");
    assert!(started(&desk).is_empty());
    desk.wait(1);
    assert_eq!(
        started(&desk).iter().map(|run| (run.command.as_str(), run.risk)).collect::<Vec<_>>(),
        [("df -h", Risk::Read)]
    );
    assert_eq!(words(&desk), "assisted: runs by itself; ctrl-k stops it");
    ends(&mut desk, 0);
    let run = recorded(&desk)[0];
    assert!(run.assisted && run.standing.step_sha256.is_some());
    assert_eq!(run.opened_by.as_deref(), Some("ana"));
    desk.wait(1);
    desk.wait(5);
    assert_eq!(started(&desk).len(), 2, "the next one is announced in its turn");
    ends(&mut desk, 0);
    desk.wait(1);
    desk.wait(60);
    assert_eq!(started(&desk).len(), 2, "what nobody marked waits for a person");
    assert_eq!(words(&desk), "");
}

#[test]
fn any_stop_key_in_any_pane_keeps_it_from_running_and_it_stays_so() {
    for (pane, key) in [("3", "ctrl-k"), ("3", "esc"), ("1", "ctrl-k"), ("2", "esc"), ("4", "ctrl-k")] {
        let mut desk = walking();
        desk.wait(1);
        desk.press(&[pane, key]);
        desk.wait(1);
        desk.wait(60);
        assert!(started(&desk).is_empty(), "{pane} {key}");
        assert_eq!(words(&desk), "assisted, but not by itself: it was stopped here");
        desk.press(&["3", "r", "y"]);
        assert_eq!(started(&desk).len(), 1, "a person may still run it");
        ends(&mut desk, 0);
        assert!(!recorded(&desk)[0].assisted && recorded(&desk)[0].opened_by.is_none());
    }
}

#[test]
fn while_the_keys_belong_to_a_text_or_a_window_nothing_counts_down() {
    for (open, close) in [("n", "esc"), ("?", "esc"), ("b", "esc")] {
        let mut desk = walking();
        desk.wait(1);
        desk.press(&[open]);
        desk.wait(1);
        desk.wait(60);
        assert!(started(&desk).is_empty(), "{open}");
        desk.press(&[close]);
        desk.wait(1);
        assert!(started(&desk).is_empty(), "it begins anew after {open}");
        desk.wait(5);
        assert_eq!(started(&desk).len(), 1, "{open}");
    }
}

#[test]
fn a_failure_stops_those_behind_it_until_a_person_goes_on() {
    let mut desk = walking();
    desk.wait(1);
    desk.wait(5);
    ends(&mut desk, 1);
    desk.press(&["3", "down"]);
    desk.wait(1);
    desk.wait(60);
    assert_eq!(started(&desk).len(), 1);
    let held = "assisted, but not by itself: one that ran by itself failed; it goes on when you do";
    assert_eq!(words(&desk), held);
    desk.press(&["up", "x"]);
    desk.wait(1);
    desk.wait(5);
    assert_eq!(started(&desk).len(), 2);
}

#[test]
fn an_edit_of_the_step_ends_its_permission_and_is_said() {
    let mut desk = walking();
    desk.wait(1);
    desk.hear(Msg::Runbooks(vec![parse("disk", &BOOK.replace("df -h", "df -i"))].into()));
    let said: Vec<&str> = desk.model.notices.newest_first().map(|notice| notice.text.as_str()).collect();
    assert!(said.iter().any(|text| text.contains("was edited, or is gone: it does not run")), "{said:?}");
    desk.wait(1);
    desk.wait(60);
    assert!(started(&desk).is_empty());
    assert_eq!(words(&desk), "assisted, but not by itself: it was edited since the configuration allowed it");
}

#[test]
fn a_walk_that_a_colleague_opened_is_theirs_to_run() {
    let mut desk = Desk::declared();
    let book = parse("disk", BOOK);
    let hash = book.steps()[0].step.sha256();
    desk.model.setting.assisted = vec![Allowed::of("disk", &hash)];
    desk.hear(Msg::Runbooks(vec![book].into()));
    let opened = EventKind::RunbookOpened(Opened { name: "disk".to_owned(), ..Opened::default() });
    let incident = desk.model.timeline.shown.clone().expect("an incident");
    desk.elsewhere(&Ask::new("maya", Intent::Record { kind: opened, dedupe: None }).about(incident));
    desk.press(&["b", "enter"]);
    desk.wait(1);
    desk.wait(60);
    assert!(started(&desk).is_empty());
    assert_eq!(words(&desk), "assisted, but not by itself: maya opened this walk");
}

#[test]
fn nothing_runs_by_itself_where_only_reading_is_done_or_no_incident_is_open() {
    let mut desk = walking();
    desk.model.setting.reads_only = true;
    desk.wait(1);
    desk.wait(60);
    assert!(started(&desk).is_empty());
    let mut desk = walking();
    desk.wait(1);
    desk.press(&["R"]);
    let id = desk.model.timeline.shown.clone().expect("an incident");
    desk.press(&["esc"]);
    desk.elsewhere(&Ask::new("maya", Intent::Resolve).about(id));
    desk.wait(1);
    desk.wait(60);
    assert!(started(&desk).is_empty());
    assert_eq!(words(&desk), "assisted, but not by itself: no incident is open here");
}
