//! The moments that are drawn: a calm desk, a page, the middle of an incident, and every window.

use warroom::app::Msg;
use warroom::app::msg::OutputLine;
use warroom::incident::event::{ChangeKind, StepRun};

use crate::desk::{Desk, at};

/// Eight minutes into an incident: notes, a step that ran, one that runs, a draft.
pub fn incident() -> Desk {
    let mut desk = Desk::paging();
    let (service, what) = ("checkout".to_owned(), "v2.14.0 (was v2.13.2)".to_owned());
    desk.hear(Msg::Changed { at: at("13:44:00"), kind: ChangeKind::Deploy, service, what });
    desk.press(&["d", "enter"]);
    desk.wait(60);
    desk.press(&["n", "type:error rate doubled after the deploy", "enter"]);
    desk.press(&["type:! roll back to v2.13.2", "enter", "type:? does search fail too", "enter", "esc"]);
    desk.wait(60);
    step(&mut desk, "checkout  v2.14.0  6/6 pods\n");
    desk.press(&["x", "-", "x", "x"]);
    desk.wait(60);
    desk.press(&["r", "y"]);
    output(&mut desk, "rolling back checkout v2.14.0 -> v2.13.2\n  2/6 pods on v2.13.2\n");
    desk.press(&["p"]);
    desk.wait(20);
    desk
}

/// Runs the current step to its good end.
fn step(desk: &mut Desk, said: &str) {
    desk.press(&["3", "r", "y"]);
    output(desk, said);
    let run = desk.model.runbook.run.clone().expect("it runs");
    desk.hear(Msg::StepEnded(Box::new(StepRun {
        runbook: "bad-deploy-rollback".to_owned(),
        step: run.step,
        title: run.title,
        command: run.command,
        risk: "change".to_owned(),
        started_at: run.started_at,
        duration_s: 1.5,
        exit: Some(0),
        ended: "exit 0".to_owned(),
        sha256: "ab".to_owned(),
        bytes: 3,
        tail: said.to_owned(),
        spool: None,
        survivors: Vec::new(),
        ..StepRun::default()
    })));
}

pub fn output(desk: &mut Desk, said: &str) {
    let at = desk.model.now;
    let line = |text: &str| OutputLine { at, error: false, text: text.to_owned() };
    desk.hear(Msg::Output(said.lines().map(line).collect()));
}

/// The keys that open each window, by name.
pub const WINDOWS: [(&str, &[&str]); 9] = [
    ("declare", &["d"]),
    ("severity", &["s", "type:no change", "enter"]),
    ("role", &["o"]),
    ("update", &["u"]),
    ("runbooks", &["b"]),
    ("resolve", &["R"]),
    ("help", &["?", "type:step"]),
    ("messages", &["M"]),
    ("quit", &["q"]),
];
