//! Front matter says under which terms a step runs.

use std::time::Duration;

use warroom::runbook::{Risk, parse};

#[test]
fn the_front_matter_says_more_of_a_step_than_its_text() {
    let book = parse("x", "---\nrisks:\n  2: read\n  3: read\n  4: destroy\n---\n# X\n");
    for (step, command, wanted) in [
        ("1", "frobnicate", Risk::Change),
        ("2", "frobnicate", Risk::Read),
        ("3", "rm -rf x", Risk::Destroy),
        ("4", "ls", Risk::Destroy),
    ] {
        assert_eq!(book.judge(step, command).risk, wanted, "step {step}");
    }
}

#[test]
fn a_read_vouches_for_a_program_nobody_knows_and_for_nothing_else() {
    let book = parse("x", "---\nrisks:\n  1: read\n  2: change\n---\n# X\n");
    for (command, wanted) in [
        ("frobnicate --now", Risk::Read),
        ("sudo ./frobnicate | grep x", Risk::Read),
        ("sh -c 'frobnicate; ls'", Risk::Read),
        ("frobnicate > f", Risk::Change),
        ("frobnicate && systemctl restart x", Risk::Change),
        ("PATH=/tmp frobnicate", Risk::Change),
        ("frobnicate rm x", Risk::Destroy),
        ("$TOOL get", Risk::Change),
        ("systemctl restart x", Risk::Change),
        ("kubectl --mystery get pods", Risk::Change),
        ("sort -o f f", Risk::Change),
        ("psql -c 'select f()'", Risk::Change),
        ("python3 x.py", Risk::Change),
        ("bash x.sh", Risk::Change),
        ("kubectl delete pod x", Risk::Destroy),
    ] {
        assert_eq!(book.judge("1", command).risk, wanted, "{command}");
    }
    assert_eq!(book.judge("2", "ls").risk, Risk::Change);
    assert_eq!(book.judge("2", "rm x").risk, Risk::Destroy);
}

#[test]
fn a_risk_for_the_whole_runbook_only_raises() {
    let book = parse("x", "---\nrisk: change\nrisks:\n  2: read\n---\n# X\n");
    assert_eq!(book.judge("1", "ls").risk, Risk::Change);
    assert_eq!(book.judge("2", "ls").risk, Risk::Change);
    assert_eq!(book.judge("1", "rm x").risk, Risk::Destroy);
}

#[test]
fn a_step_may_take_its_own_time_and_the_terminal() {
    let book = parse("x", "---\ntimeout: 10m\ntimeouts:\n  2: 30m\ninteractive: [2, 3.1]\n---\n# X\n");
    assert_eq!(book.timeout_of("1"), Some(Duration::from_mins(10)));
    assert_eq!(book.timeout_of("2"), Some(Duration::from_mins(30)));
    assert_eq!(
        (book.is_interactive("1"), book.is_interactive("2"), book.is_interactive("3.1")),
        (false, true, true)
    );
    let silent = parse("y", "# Y\n");
    assert_eq!((silent.timeout_of("1"), silent.is_interactive("1")), (None, false));
}
