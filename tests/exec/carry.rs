//! What one block leaves to the next, as a shell would: where it stood and what it set.

use std::os::unix::fs::FileTypeExt;

use crate::lab::{Lab, plan};
use warroom::io::exec::{How, Outcome, Plan, Stream};
use warroom::runbook::Carried;

fn left(outcome: &Outcome) -> Carried {
    outcome.carried.clone().expect("what the shell left")
}

fn value(carried: &Carried, name: &str) -> Option<(String, bool)> {
    carried.variables.get(name).map(|variable| (variable.value.clone(), variable.exported))
}

fn next(command: &str, carried: Carried) -> Plan {
    Plan { carried, ..plan(command) }
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_and_the_folder_go_from_block_to_block() {
    let mut lab = Lab::new();
    let folder = lab.data().canonicalize().expect("a folder");
    let first =
        lab.run(plan(&format!("cd {}; POD='a b\nc'; export NS=pay; list=(1 2)", folder.display()))).await;
    let carried = left(&first);
    assert_eq!(carried.folder, Some(folder.display().to_string()));
    assert_eq!(value(&carried, "POD"), Some(("a b\nc".to_owned(), false)));
    assert_eq!(value(&carried, "NS"), Some(("pay".to_owned(), true)));
    assert_eq!(carried.variables.len(), 2, "{carried:?}");

    let second = lab.run(next("pwd; echo \"$POD,$NS\"; env | grep -c ^POD= ; unset NS", carried)).await;
    assert_eq!(lab.lines(Stream::Out), [&folder.display().to_string(), "a b", "c,pay", "0"]);
    let carried = left(&second);
    assert_eq!(value(&carried, "NS"), None, "what was unset is gone");
    assert_eq!(value(&carried, "POD"), Some(("a b\nc".to_owned(), false)));
    assert_eq!(carried.folder, Some(folder.display().to_string()), "still there");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_that_fails_leaves_what_it_had_set() {
    for command in
        ["A=1; exit 3", "A=1; set -e; false", "A=1; echo $NOBODY_SET_IT", "A=1; set -x; kill -TERM $$"]
    {
        let outcome = Lab::new().into_run(plan(command)).await;
        assert_ne!(outcome.how, How::Exit(0), "{command}");
        assert_eq!(value(&left(&outcome), "A"), Some(("1".to_owned(), false)), "{command}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_runs_exactly_as_it_was_confirmed() {
    let mut lab = Lab::new();
    let outcome =
        lab.run(plan("echo \"$0 $#\"; env | grep -c 'WARROOM_KEEP\\|BASH_ENV' ; trap; (exit 4)")).await;
    let lines = lab.lines(Stream::Out);
    assert_eq!((lines[0].as_str(), lines[1].as_str(), outcome.how), ("bash 0", "0", How::Exit(4)));
    assert!(lab.lines(Stream::Err).is_empty(), "{:?}", lab.lines(Stream::Err));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_replaces_its_shell_leaves_nothing() {
    let outcome = Lab::new().into_run(plan("A=1; exec true")).await;
    assert_eq!((outcome.how, outcome.carried), (How::Exit(0), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_carried_is_seen_masked_and_never_lies_in_a_file() {
    let mut lab = Lab::with_secrets(["hunter2-typed"]);
    let look =
        "TOKEN=hunter2-typed; DB_PASSWORD=swordfish; for f in \"${WARROOM_KEEP%/*}\"/*; do echo \"$f\"; done";
    let carried = left(&lab.run(plan(look)).await);
    assert_eq!(value(&carried, "TOKEN"), Some(("hunter2-typed".to_owned(), false)));
    let seen = format!("{} {carried:?}", carried.words());
    assert!(!seen.contains("hunter2") && !seen.contains("swordfish"), "{seen}");
    for path in lab.lines(Stream::Out) {
        let kind = std::fs::metadata(&path).map(|meta| meta.file_type().is_fifo());
        assert!(kind.is_err(), "{path} outlived the run");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_variables_as_a_script_may_set_are_carried() {
    let outcome =
        Lab::new().into_run(plan("for i in {1..2000}; do printf -v \"V$i\" '%0100d' $i; done; i=0")).await;
    assert_eq!(left(&outcome).variables.len(), 2001);
}
