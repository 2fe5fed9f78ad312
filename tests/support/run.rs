//! A step of a runbook that was run.

use warroom::incident::event::StepRun;
use warroom::text::Time;

pub fn run(ended: &str, started_at: Time) -> StepRun {
    StepRun {
        runbook: "bad-deploy-rollback".to_owned(),
        step: "3.1".to_owned(),
        title: "Roll back".to_owned(),
        command: "kubectl rollout undo deploy/checkout".to_owned(),
        risk: "change".to_owned(),
        started_at,
        duration_s: 65.2,
        exit: None,
        ended: ended.to_owned(),
        sha256: "ab".to_owned(),
        bytes: 12,
        tail: "done\n".to_owned(),
        spool: Some("spool/7.log".to_owned()),
        survivors: vec!["sleep (41)".to_owned()],
        ..StepRun::default()
    }
}
