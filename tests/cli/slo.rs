//! `slo list`, `slo check` and `slo status` over files of SLOs of every format.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::cli::home::{Home, Told};

const SOURCE: &str = "[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"http://127.0.0.1:1\"\n";
const PYRRA: &str = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata:\n  name: pyrra-up\nspec:\n\
    \x20 target: \"99\"\n  window: 4w\n  indicator:\n    ratio:\n      errors:\n        metric: e_total\n\
    \x20     total:\n        metric: t_total\n";

fn native(id: &str, more: &str) -> String {
    format!(
        "[[slo]]\nid = \"{id}\"\nservice = \"web\"\nobjective = 99.9\nperiod = \"30d\"\nbad = 'b'\ntotal = 't'\n\
         runbook = \"high-latency\"\n{more}\n"
    )
}

fn sloth(name: &str, sli: &str) -> String {
    format!(
        "version: prometheus/v1\nservice: web\nslos:\n  - name: {name}\n    objective: 99.9\n    sli:\n{sli}\
         \x20   alerting:\n      name: Web\n      annotations:\n        runbook: high-latency\n"
    )
}

const EVENTS: &str = "      events:\n        error_query: sum(rate(e[{{.window}}]))\n        total_query: sum(rate(t[{{.window}}]))\n";
const PLUGIN: &str = "      plugin:\n        id: some/plugin\n";

/// Native, Sloth and Pyrra SLOs; one of them can never be measured.
fn mixed() -> Home {
    let home = Home::new();
    let globs = "slo_files = [\"slos/**/*.yaml\", \"slos/*.toml\"]\n";
    home.write("warroom.toml", &format!("{globs}{SOURCE}{}", native("here", "")));
    home.write("slos/deep/sloth.yaml", &(sloth("up", EVENTS) + "---\n" + &sloth("plugged", PLUGIN)));
    home.write("slos/pyrra.yaml", PYRRA);
    home.write("slos/more.toml", &native("there", ""));
    home
}

#[test]
fn a_list_names_format_and_place_of_every_slo_and_why_one_cannot_be_measured() {
    let home = mixed();
    let listed = home.json(&["slo", "list", "--json"]);
    let told: Vec<Value> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|slo| json!([slo["id"], slo["format"], slo["file"], slo["line"], slo["unmeasurable"].is_null()]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["here", "native", "warroom.toml", 6, true]),
            json!(["web-up", "sloth", "slos/deep/sloth.yaml", 4, true]),
            json!(["web-plugged", "sloth", "slos/deep/sloth.yaml", 18, false]),
            json!(["pyrra-up", "pyrra", "slos/pyrra.yaml", 1, true]),
            json!(["there", "native", "slos/more.toml", 1, true]),
        ]
    );
    let out = home.out(&["slo", "list"]);
    let row = out.lines().find(|row| row.starts_with("web-plugged")).expect("a row");
    assert!(row.contains("plugin"), "the reason: {row}");
}

#[test]
fn a_broken_file_of_slos_is_named_and_costs_no_other() {
    let home = mixed();
    home.write("slos/pyrra.yaml", "apiVersion: [\n");
    let told = home.run(&["slo", "list", "--json"]);
    assert_eq!(told.code, Some(0));
    assert!(told.err.starts_with("slos/pyrra.yaml:"), "{}", told.err);
    let listed: Value = serde_json::from_str(&told.out).expect("JSON");
    assert_eq!(listed.as_array().map(Vec::len), Some(4));
    let checked = home.run(&["check", "--json"]);
    let found: Value = serde_json::from_str(&checked.out).expect("JSON");
    let of_file = |finding: &&Value| finding["file"] == "slos/pyrra.yaml" && finding["level"] == "error";
    assert_eq!(
        (checked.code, found.as_array().expect("a list").iter().filter(of_file).count()),
        (Some(1), 1)
    );
}

#[test]
fn a_glob_that_matches_nothing_is_a_warning_at_its_place() {
    let home = Home::new();
    home.write("warroom.toml", &format!("slo_files = [\"slos/*.yaml\"]\n{SOURCE}{}", native("here", "")));
    let told = home.run(&["check"]);
    let expected = "warroom.toml:1:14: warning: slo_files: no file matches \"slos/*.yaml\" (paths are relative to this file; check them)\n";
    assert!(told.code == Some(0) && told.out.starts_with(expected), "{told:?}");
}

#[test]
fn check_takes_files_folders_and_globs_and_finds_one_id_in_two_of_them() {
    let home = mixed();
    home.write("slos/again.yaml", &sloth("up", EVENTS));
    for words in [
        &["slo", "check", "slos"][..],
        &["slo", "check", "slos/**/*.yaml", "slos/more.toml"],
        &["slo", "check", "slos/again.yaml", "slos/deep/sloth.yaml", "slos/again.yaml"],
    ] {
        let told = home.run(words);
        let duplicate = told.out.lines().find(|line| line.contains("already an SLO of this id"));
        assert!(told.code == Some(1) && duplicate.is_some(), "{words:?} {told:?}");
    }
    assert_eq!(home.run(&["slo", "check", "slos/pyrra.yaml"]).code, Some(0));
    let nowhere = home.run(&["slo", "check", "nowhere/*.yaml", "none.yaml"]);
    assert_eq!(nowhere.code, Some(2));
    assert_eq!(
        nowhere.err.lines().collect::<Vec<_>>(),
        [
            "nowhere/*.yaml: there is no such file (check the path)",
            "none.yaml: there is no such file (check the path)"
        ]
    );
    home.write("bare/readme.txt", "");
    let bare = home.run(&["slo", "check", "bare"]);
    assert_eq!(
        (bare.code, bare.err.as_str()),
        (Some(2), "bare: no file of SLOs is below it (check the path)\n")
    );
}

#[test]
fn check_lints_what_works_but_is_hardly_meant() {
    let home = Home::new();
    let cases = [
        ("sla = 99.95", "sla-not-looser"),
        ("review = 2020-01-01", "review-old"),
        (
            "policies = [{ remaining = 5 }]\ntiers = [{ severity = \"page\", factor = 2000, long = \"1h\", short = \"5m\" }]",
            "tier-never-fires",
        ),
    ];
    for (line, rule) in cases {
        home.write("slos.toml", &native("a", line));
        let told = home.run(&["slo", "check", "slos.toml", "--json"]);
        let found: Value = serde_json::from_str(&told.out).expect("JSON");
        let rules: Vec<&str> =
            found.as_array().expect("a list").iter().filter_map(|one| one["rule"].as_str()).collect();
        assert_eq!((told.code, rules), (Some(0), vec![rule]), "{line}");
        assert_eq!(home.run(&["slo", "check", "slos.toml", "--strict"]).code, Some(1), "{line}");
    }
    home.write("slos.toml", &native("a", "review = 2020-01-01"));
    let line =
        native("a", "review = 2020-01-01").lines().position(|line| line.starts_with("review")).expect("it");
    let expected = format!(
        "slos.toml:{}:10: warning: slo.a.review: 2020-01-01 is more than a quarter ago (review it, and write the new date)\n",
        line + 1
    );
    assert_eq!(home.run(&["slo", "check", "slos.toml"]), Told::done(&expected));
    home.write("slos.toml", &native("a", "").replace("runbook = \"high-latency\"\n", ""));
    let expected = "slos.toml:1:1: warning: slo.a.runbook: is missing: its alerts lead to no runbook (name one, so that whoever is paged knows what to do)\n";
    assert_eq!(home.run(&["slo", "check", "slos.toml"]), Told::done(expected));
}

#[test]
fn an_slo_that_cannot_be_measured_is_a_row_with_its_reason() {
    let home = Home::new();
    home.write("warroom.toml", &format!("slo_files = [\"s.yaml\"]\n{SOURCE}"));
    home.write("s.yaml", &sloth("plugged", PLUGIN));
    let told = home.run(&["slo", "status"]);
    let row = told.out.lines().find(|row| row.contains("web-plugged")).expect("a row");
    assert!(row.starts_with("unmeasurable") && row.contains("plugin"), "{row}");
}

/// Not on a terminal, `--watch` says a line for every change: of an SLO, and of the configuration.
#[test]
fn watch_says_changes_and_follows_the_configuration() {
    let home = Home::new();
    let globs = "slo_files = [\"slos/*.toml\"]\n";
    let unmeasurable =
        |id: &str| native(id, "").replace("bad = 'b'", "bad = 'sum(increase(b[{{.window}}]))'");
    home.write("warroom.toml", &format!("{globs}{}", unmeasurable("first")));
    let mut child = home
        .warroom(&["slo", "status", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines().map_while(Result::ok);
    let first = lines.next().expect("a line");
    assert!(first.contains(" first budget - ") && first.contains("unmeasurable"), "{first}");
    home.write("slos/more.toml", &unmeasurable("second"));
    let second = lines.next().expect("a line");
    assert!(second.contains(" second budget - "), "{second}");
    std::fs::remove_file(home.path().join("slos/more.toml")).expect("a file");
    let gone = lines.next().expect("a line");
    assert!(gone.ends_with(" second is no longer watched"), "{gone}");
    home.write("warroom.toml", "zone = 1\n");
    let mut complaints = BufReader::new(child.stderr.take().expect("a pipe")).lines().map_while(Result::ok);
    let complaint =
        complaints.find(|line| line.starts_with("warroom.toml:1:8: zone: ")).expect("a complaint");
    assert!(complaint.contains("write a text in quotes"), "{complaint}");
    child.kill().expect("it still runs");
    child.wait().expect("it ends");
}
