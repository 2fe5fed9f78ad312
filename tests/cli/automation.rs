//! Steps that run by themselves, the toil that proposes them, and walks where nobody can be asked.

use serde_json::json;

use super::home::Home;

const BOOK: &str = "---\nowner: ana\nstages:\n  1: assisted\n  2: assisted\n---\n# Tidy up\n\n## Fix\n\n1. Look\n\n   \
                    ```sh\n   echo looked at <what>\n   ```\n\n2. Make it\n\n   ```sh\n   touch made\n   ```\n\n3. \
                    Miss it\n\n   ```sh\n   ls /nowhere-to-be-seen\n   ```\n";

fn home() -> Home {
    let home = Home::with_incident();
    home.write("warroom.toml", "");
    home.write("runbooks/tidy.md", BOOK);
    home
}

/// The hash of the first step, as `stages` says it.
fn hash(home: &Home) -> String {
    let stages = home.json(&["runbook", "stages", "tidy", "--json"]);
    stages["steps"][0]["sha256"].as_str().expect("a hash").to_owned()
}

#[test]
fn the_lines_that_stages_prints_allow_the_step_until_it_is_edited() {
    let home = home();
    let printed = home.out(&["runbook", "stages", "tidy"]);
    assert!(printed.contains("# does not run by itself: it does more than read: change"), "{printed}");
    assert!(home.out(&["runbook", "show", "tidy"]).contains(&format!("assisted {}", hash(&home))));
    home.write("warroom.toml", &printed);
    let stages = home.json(&["runbook", "stages", "--json"]);
    let runs: Vec<_> = stages["steps"].as_array().expect("steps").iter().map(|step| &step["runs"]).collect();
    assert_eq!(runs, [&json!(true), &json!(false)]);
    assert_eq!(home.run(&["check"]).code, Some(0));
    home.write("runbooks/tidy.md", &BOOK.replace("looked at", "peeked at"));
    let told = home.run(&["runbook", "stages"]);
    assert_eq!(told.code, Some(1));
    assert!(
        told.err.contains("the step that is allowed was edited, or is gone: it does not run"),
        "{}",
        told.err
    );
    let checked = home.run(&["check"]);
    assert!(
        checked.out.contains("warning: assist: tidy: the step that is allowed was edited"),
        "{}",
        checked.out
    );
}

#[test]
fn a_permission_that_names_no_step_is_told_with_its_place() {
    let home = home();
    for (text, said) in [
        (
            "[[assist]]\nrunbook = \"tidy\"\nstep = \"2\"\n",
            "warroom.toml:3:8: error: assist.1.step: 2: is no hash of a step",
        ),
        ("[[assist]]\nrunbook = \"tidy\"\n", "assist.1"),
        ("[[assist]]\nrunbok = \"tidy\"\n", "unknown key"),
        ("[[assist]]\nrunbook = \"tidy\"\nstep = \"sha256:abc\"\n", "is no hash of a step"),
    ] {
        home.write("warroom.toml", text);
        let told = home.run(&["check", "warroom.toml"]);
        assert_eq!(told.code, Some(1), "{text}");
        assert!(told.out.contains(said), "{said}: {}", told.out);
    }
}

#[test]
fn lint_finds_marks_that_mark_nothing() {
    let home = home();
    let marks = "stages:\n  1: automatic\n  2: assisted\n  9: assisted\n";
    home.write("tidy.md", &BOOK.replace("stages:\n  1: assisted\n  2: assisted\n", marks));
    let told = home.run(&["runbook", "lint", "tidy.md"]);
    for said in [
        "tidy.md:4: error: stages: step 1 is automatic: no stage",
        "tidy.md:5: warning: step 2 is marked assisted and never runs by itself: it does more than read: change",
        "tidy.md:6: error: stages: there is no step 9",
    ] {
        assert!(told.out.contains(said), "{said}\n{}", told.out);
    }
}

#[test]
fn where_nobody_can_be_asked_only_a_named_step_that_reads_runs() {
    let home = home();
    let run = |words: &[&str]| home.run(&[&["runbook", "run", "tidy"], words].concat());
    let whole = run(&[]);
    assert_eq!(whole.code, Some(1));
    assert!(whole.err.contains("nobody is there to answer"), "{}", whole.err);
    let open = run(&["--step", "1"]);
    assert_eq!((open.code, open.out.as_str()), (Some(1), ""));
    assert!(open.err.contains("runbook: step 1: wants what (--set what=VALUE)"), "{}", open.err);
    let read = run(&["--step", "1", "--set", "what=the shelf"]);
    assert_eq!((read.code, read.out.as_str()), (Some(0), "looked at the shelf\n"), "{}", read.err);
    let change = run(&["--step", "2"]);
    assert_eq!(change.code, Some(1));
    assert!(change.err.contains("step 2: is a change, and nobody is there to confirm it"), "{}", change.err);
    assert!(!home.path().join("made").exists());
    assert_eq!(run(&["--step", "3"]).code, Some(1), "a failed step");
    let unknown = run(&["--step", "9"]);
    assert_eq!(unknown.code, Some(2));
    assert!(unknown.err.starts_with("runbook: tidy: no step 9"), "{}", unknown.err);
    let kinds = home.out(&["timeline", "--jsonl"]);
    assert_eq!(kinds.matches("\"kind\":\"step_ran\"").count(), 2);
    assert_eq!(kinds.matches("\"kind\":\"step_started\"").count(), 2);
}

#[test]
fn a_dry_run_says_what_would_run_and_leaves_no_trace() {
    let home = home();
    let before = home.out(&["timeline", "--jsonl"]);
    let told = home.run(&["runbook", "run", "tidy", "--dry-run", "--set", "what=x; rm y"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    for said in ["$ echo looked at 'x; rm y'", "    reads", "    CHANGES something"] {
        assert!(told.out.contains(said), "{said}\n{}", told.out);
    }
    assert_eq!(home.out(&["timeline", "--jsonl"]), before);
}

#[test]
fn a_step_finds_this_program_its_configuration_and_its_journal() {
    let home = home();
    home.write(
        "runbooks/self.md",
        "# Self\n\n## Look\n\n1. Look\n\n   ```sh\n   printenv WARROOM_DATA WARROOM_CONFIG; which warroom\n   ```\n",
    );
    let path = std::env::var_os("PATH").unwrap_or_default();
    let run = home.warroom(&["runbook", "run", "self", "--step", "1"]).env("PATH", path).output();
    let run = run.expect("the program runs");
    let (data, out) = (home.data(), String::from_utf8_lossy(&run.stdout));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(run.status.code(), Some(0), "{out}");
    assert_eq!(
        lines[..2],
        [data.to_str().expect("a path"), home.path().join("warroom.toml").to_str().expect("a path")]
    );
    let found = std::fs::canonicalize(lines[2]).expect("a program");
    assert_eq!(found, std::fs::canonicalize(env!("CARGO_BIN_EXE_warroom")).expect("this one"));
}

#[test]
fn toil_proposes_what_is_read_again_and_again() {
    let home = home();
    let empty = home.json(&["report", "toil", "--json"]);
    assert_eq!((&empty["by_hand"], &empty["chores"]), (&json!(0), &json!([])));
    for _ in 0..3 {
        home.run(&["runbook", "run", "tidy", "--step", "1", "--set", "what=it"]);
        home.run(&["runbook", "run", "tidy", "--step", "3"]);
    }
    let toil = home.json(&["report", "toil", "--json"]);
    assert_eq!(toil["by_hand"], json!(6));
    let chores = toil["chores"].as_array().expect("chores");
    let standing = |at: usize| (chores[at]["step"].clone(), chores[at]["standing"].clone());
    assert_eq!(standing(0), (json!("1"), json!("candidate")));
    assert_eq!(standing(1), (json!("3"), json!("unproven")), "it never ended well");
    assert_eq!(
        (&chores[0]["runs"], &chores[0]["ended_well"], &chores[0]["marked"]),
        (&json!(3), &json!(3), &json!(true))
    );
    let lines = chores[0]["configuration"].as_str().expect("lines");
    assert_eq!(lines, format!("[[assist]]\nrunbook = \"tidy\"\nstep = \"{}\"", hash(&home)));
    home.write("warroom.toml", lines);
    let allowed = home.json(&["report", "toil", "--json"]);
    let chores = allowed["chores"].as_array().expect("chores");
    let looked = chores.iter().find(|chore| chore["step"] == "1").expect("the look");
    assert_eq!(looked["standing"], json!("runs by itself"));
    assert!(home.out(&["report", "toil"]).contains("6 runs by hand in 30d"));
    assert!(home.out(&["report", "toil", "--markdown"]).starts_with("# Toil\n\n6 runs by hand"));
    home.write("runbooks/tidy.md", &BOOK.replace("looked at", "peeked at"));
    let edited = home.json(&["report", "toil", "--json"]);
    assert!(
        edited["chores"].as_array().expect("chores").iter().any(|chore| chore["standing"] == "edited since")
    );
}
