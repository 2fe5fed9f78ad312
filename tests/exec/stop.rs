//! Stopping a command: whatever it left behind, the answer comes in time and nobody is forgotten.

use std::path::Path;
use std::time::Duration;

use crate::lab::{GUARD, Lab, end, plan, word};
use tokio::time::Instant;
use warroom::io::exec::{self, How, Plan, Running};

/// How long a stop may take: grace + 1 s is promised, the rest is a loaded machine's.
const SLACK: Duration = Duration::from_secs(8);

fn graced(command: &str, grace: Duration) -> Plan {
    Plan { grace, ..plan(command) }
}

fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid).join("stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().next());
    state.is_some_and(|state| state != "Z")
}

/// The process ids behind a word such as `pids`.
fn pids(line: &str) -> Vec<String> {
    line.split_whitespace().skip(1).map(str::to_owned).collect()
}

async fn until_gone(pid: &str) {
    let deadline = Instant::now() + GUARD;
    while lives(pid) {
        assert!(Instant::now() < deadline, "process {pid} is still there");
        tokio::task::yield_now().await;
    }
}

async fn stopped(running: &Running, promised: Duration) -> exec::Outcome {
    let before = Instant::now();
    running.halt();
    let outcome = end(running).await;
    assert!(before.elapsed() < promised + SLACK, "took {:?}", before.elapsed());
    outcome
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_ends_on_term_is_not_made_to_wait() {
    let mut lab = Lab::new();
    let grace = Duration::from_mins(3);
    let running =
        lab.start(graced("trap 'echo bye; exit 0' TERM; echo pids $$; while :; do sleep 1; done", grace));
    lab.until_line("pids").await;
    let outcome = stopped(&running, Duration::ZERO).await;
    assert_eq!(outcome.how, How::Stopped);
    assert!(outcome.tail.contains("bye"), "{}", outcome.tail);
    assert!(outcome.survivors.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn children_that_ignore_term_are_killed_after_the_grace() {
    let mut lab = Lab::new();
    let command = "trap '' TERM; sleep 600 & echo pids $$ $!; sleep 600";
    let running = lab.start(graced(command, Duration::from_millis(300)));
    let line = lab.until_line("pids").await;
    let outcome = stopped(&running, Duration::from_millis(1300)).await;
    assert_eq!(outcome.how, How::Stopped);
    for pid in pids(&line) {
        until_gone(&pid).await;
    }
    assert!(outcome.survivors.is_empty(), "{:?}", outcome.survivors);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_background_job_in_a_group_of_its_own_is_killed_with_the_session() {
    let mut lab = Lab::new();
    let command = "set -m; (trap '' TERM; echo pids $BASHPID; exec sleep 600) & wait";
    let running = lab.start(graced(command, Duration::from_millis(300)));
    let line = lab.until_line("pids").await;
    let outcome = stopped(&running, Duration::from_millis(1300)).await;
    for pid in pids(&line) {
        until_gone(&pid).await;
    }
    assert!(outcome.survivors.is_empty(), "{:?}", outcome.survivors);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_left_the_session_is_named_and_does_not_hold_up_the_stop() {
    let mut lab = Lab::new();
    let command = "setsid sleep 600 & echo pids $!; sleep 600";
    let running = lab.start(graced(command, Duration::from_millis(300)));
    lab.until_line("pids").await;
    let outcome = stopped(&running, Duration::from_millis(1300)).await;
    let [left] = outcome.survivors.as_slice() else { panic!("{:?}", outcome.survivors) };
    assert_eq!(left.command, "sleep 600");
    assert!(outcome.notes.iter().any(|note| note.contains("still holds its output")), "{:?}", outcome.notes);
    finish(left.pid);
    until_gone(&left.pid.to_string()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_ends_with_a_child_holding_its_pipe_ends_all_the_same() {
    let mut lab = Lab::new();
    let outcome = lab.run(plan("echo said; sleep 600 & exit 4")).await;
    assert_eq!(outcome.how, How::Exit(4));
    assert_eq!(outcome.tail, "said");
    let [left] = outcome.survivors.as_slice() else { panic!("{:?}", outcome.survivors) };
    finish(left.pid);
    until_gone(&left.pid.to_string()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_that_writes_on_without_end_does_not_hold_up_the_end() {
    let mut lab = Lab::new();
    let outcome = lab.run(plan("yes & exit 0")).await;
    assert_eq!(outcome.how, How::Exit(0));
    // The pipe was dropped: the writer ends by itself, now or on its next line.
    for left in outcome.survivors {
        until_gone(&left.pid.to_string()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeout_ends_it_and_says_so() {
    let mut plan = graced("echo pids $$; exec sleep 600", Duration::from_millis(300));
    plan.timeout = Duration::from_millis(250);
    let mut lab = Lab::new();
    let outcome = lab.run(plan).await;
    assert_eq!(outcome.how.to_string(), "timed out after 250ms");
    assert_eq!(outcome.how.exit(), None);
    let line = lab.lines(exec::Stream::Out).concat();
    for pid in pids(&line) {
        until_gone(&pid).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_cuts_the_grace_short() {
    let mut lab = Lab::new();
    let running =
        lab.start(graced("trap '' TERM; echo pids $$; while :; do sleep 1; done", Duration::from_mins(3)));
    lab.until_line("pids").await;
    running.halt();
    running.kill();
    let outcome = stopped(&running, Duration::ZERO).await;
    assert_eq!(outcome.how, How::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_never_reads_does_not_hold_up_the_stop() {
    let mut lab = Lab::with_room(1);
    let running = lab.start(graced("yes", Duration::from_millis(300)));
    lab.until(|msg| word(msg) == "started").await;
    lab.until_full().await;
    // From here on nobody reads: that it ends at all is the point.
    running.halt();
    assert_eq!(end(&running).await.how, How::Stopped);
}

#[tokio::test(flavor = "multi_thread")]
async fn letting_go_of_a_run_kills_it() {
    let mut lab = Lab::new();
    let running = lab.start(plan("trap '' TERM; echo pids $$; while :; do sleep 1; done"));
    let line = lab.until_line("pids").await;
    drop(running);
    for pid in pids(&line) {
        until_gone(&pid).await;
    }
}

#[test]
fn a_runtime_that_goes_away_kills_what_it_ran() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let (running, line) = runtime.block_on(async {
        let mut lab = Lab::new();
        let running = lab.start(plan("trap '' TERM; sleep 600 & echo pids $$ $!; sleep 600"));
        (running, lab.until_line("pids").await)
    });
    runtime.shutdown_timeout(Duration::ZERO);
    let waiting = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    waiting.block_on(async {
        for pid in pids(&line) {
            until_gone(&pid).await;
        }
        assert!(running.wait().await.is_none());
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn all_runs_are_killed_at_once() {
    let lab = Lab::new();
    let runs: Vec<Running> = (0..3).map(|_| lab.start(plan("trap '' TERM; sleep 600"))).collect();
    tokio::time::timeout(GUARD, exec::kill_all(&runs)).await.expect("in time");
    assert!(runs.iter().all(Running::is_over));
}

/// Ends a process that this test started and that outlived its run by design.
fn finish(pid: u32) {
    let status = std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()), "process {pid} was not there to end");
}
