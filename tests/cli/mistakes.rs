//! Mistakes of a tired human: one line that says what, which thing, why, and the way out; and the code.

use crate::cli::home::{Home, ID, Told};

/// Runs each case in the same home and compares all of what it says.
fn each_is_refused(home: &Home, cases: &[(&[&str], i32, &str)]) {
    for (words, code, err) in cases {
        assert_eq!(home.run(words), Told::failed(*code, err), "{words:?}");
    }
}

#[test]
fn wrong_words_are_exit_2_and_name_the_way_out() {
    each_is_refused(
        &Home::new(),
        &[
            (&["declre", "x"], 2, "command: declre: unknown (did you mean declare?)"),
            (&["xyzzy"], 2, "command: xyzzy: unknown (see warroom --help)"),
            (&["declare"], 2, "declare: --sev <SEV>, <TITLE>...: missing (see warroom declare --help)"),
            (&["declare", "x", "--sev", "9"], 2, "severity: 9: unknown (use 1 to 4)"),
            (&["declare", "x", "--sev"], 2, "--sev <SEV>: a value is missing (see warroom --help)"),
            (&["list", "--jsno"], 2, "argument: --jsno: not expected here (did you mean --json?)"),
            (
                &["list", "--json", "--jsonl"],
                2,
                "--json: cannot be used with --jsonl (see warroom list --help)",
            ),
            (&["-v", "-q", "list"], 2, "--verbose...: cannot be used with --quiet (see warroom --help)"),
            (&["--color", "pink", "list"], 2, "--color: pink: unknown (one of auto, always, never)"),
            (
                &["strike", "abc", "--reason", "x"],
                2,
                "<SEQ>: abc: invalid digit found in string (see warroom --help)",
            ),
            (
                &["phase", "panic"],
                2,
                "phase: panic: unknown (one of detection, triage, mitigation, resolution, follow-up)",
            ),
            (
                &["role", "assign", "boss", "eve"],
                2,
                "role: boss: unknown (one of ic, deputy, comms, ops, sme, scribe)",
            ),
            (
                &["note", "x", "--kind", "rumour"],
                2,
                "kind: rumour: unknown (one of observation, action, decision, question, communication, task)",
            ),
            (&["update", "x", "--next", "20"], 2, "duration: 20: has no unit (write 20s, 20m or 20h)"),
            (
                &["completions", "tcsh"],
                2,
                "<SHELL>: tcsh: unknown (one of bash, elvish, fish, powershell, zsh)",
            ),
            (&["demo", "--speed", "0"], 2, "--speed: 0: use 1 to 120 (see warroom --help)"),
        ],
    );
}

#[test]
fn the_console_without_a_terminal_is_exit_2_with_a_hint() {
    let hint = "console: standard input and output must be a terminal (for scripts: warroom slo status, list, timeline)";
    each_is_refused(&Home::new(), &[(&[], 2, hint), (&["demo"], 2, hint)]);
}

#[test]
fn without_an_incident_the_answer_is_no() {
    let none = "incident: none declared yet (declare one: warroom declare TITLE --sev 1..4)";
    each_is_refused(
        &Home::new(),
        &[
            (&["note", "hello"], 1, none),
            (&["resolve"], 1, none),
            (&["show"], 1, none),
            (&["timeline", "--json"], 1, none),
            (&["brief"], 1, none),
            (&["postmortem", "draft"], 1, none),
        ],
    );
}

#[test]
fn an_unknown_id_is_exit_2_and_a_refusal_exit_1() {
    each_is_refused(
        &Home::with_incident(),
        &[
            (&["note", "x", "-i", "zzz"], 2, "incident: zzz: unknown (warroom list shows them all)"),
            (&["show", "zzz"], 2, "incident: zzz: unknown (warroom list shows them all)"),
            (
                &["strike", "99", "--reason", "x"],
                2,
                "entry: 99: unknown (warroom timeline shows the numbers)",
            ),
            (
                &["runbook", "show", "bad-deploy-rollbac"],
                2,
                "runbook: bad-deploy-rollbac: unknown (did you mean bad-deploy-rollback?)",
            ),
            (
                &["role", "release", "ic"],
                1,
                "ic: ana is still commander: an incident is never without one (hand over: warroom role offer ic WHO)",
            ),
            (&["note", " "], 1, "note: empty (write what happened)"),
            (&["--as", " ", "note", "x"], 1, "actor: empty (set $WARROOM_USER)"),
        ],
    );
}

#[test]
fn a_time_that_cannot_be_meant_is_refused() {
    each_is_refused(
        &Home::with_incident(),
        &[
            (&["note", "x", "--at", "10m"], 2, "time: 10m: ago or ahead? (write -10m for 10m ago)"),
            (
                &["note", "x", "--at", "25:99"],
                2,
                "time: 25:99: not a time (write 14:02, -10m, yesterday 14:02 or 2026-11-21T14:02:00Z)",
            ),
            (
                &["impact", "start", "soon"],
                2,
                "time: soon: not a time (write 14:02, -10m, yesterday 14:02 or 2026-11-21T14:02:00Z)",
            ),
        ],
    );
}

#[test]
fn several_open_incidents_are_listed_and_none_is_guessed() {
    let home = Home::with_incident();
    let second = ["declare", "search is slow", "--sev", "3", "--at", "2026-01-05T11:00:00Z"];
    let other = "inc-2026-0105-search-is-slow";
    assert_eq!(home.out(&second), format!("{other}\n"));
    let both = format!("{ID}, {other}");
    each_is_refused(
        &home,
        &[
            (&["note", "x"], 2, &format!("incident: 2 are open: {both} (name one with -i)")),
            (&["show"], 2, &format!("incident: 2 are open: {both} (name one with -i)")),
            (
                &["note", "x", "-i", "inc-"],
                2,
                &format!("incident: inc-: fits 2: {both} (write more of the id)"),
            ),
            (
                &["resolve", ID, "-i", other],
                2,
                &format!("incident: {ID}: -i names another one, {other} (name it once)"),
            ),
        ],
    );
}

#[test]
fn a_place_that_cannot_hold_a_journal_is_exit_3() {
    let home = Home::new();
    home.write("file", "not a folder");
    let why = format!(
        "journal: {}/file/journal.db: not a directory (check the disk and the folder)",
        home.path().display()
    );
    each_is_refused(
        &home,
        &[
            (&["--data", "file", "list"], 3, &why),
            (&["--data", "file", "declare", "x", "--sev", "4"], 3, &why),
        ],
    );
}

#[test]
fn something_else_in_the_journals_place_is_exit_3_and_stays_untouched() {
    let home = Home::new();
    home.write("data/journal.db", "dear diary");
    for words in [&["list"][..], &["note", "x"], &["journal", "verify"]] {
        let told = home.run(&[&["--data", "data"], words].concat());
        assert_eq!((told.code, told.out.as_str()), (Some(3), ""), "{words:?}");
        assert!(told.err.contains("is not a journal of warroom"), "{}", told.err);
    }
    assert_eq!(
        std::fs::read_to_string(home.path().join("data/journal.db")).expect("still there"),
        "dear diary"
    );
}
