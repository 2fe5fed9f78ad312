//! What scripts rely on: the keys of every object, and text that a terminal cannot obey.

use serde_json::{Value, json};

use crate::cli::home::{Home, ID, MORNING};

fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = object.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn list_is_the_object_of_the_contract() {
    let home = Home::with_incident();
    let expected = json!({
        "id": ID, "title": "checkout is down", "severity": 2, "phase": "detection", "status": "open", "ic": "ana",
        "services": ["checkout"], "declared_at": "2026-01-05T10:00:00.000Z", "resolved_at": null, "drill": false,
    });
    assert_eq!(home.json(&["list", "--json"]), json!([expected]));
    assert_eq!(home.json(&["list", "--open", "--jsonl"]), expected, "an object a line");
    assert_eq!(Home::new().json(&["list", "--json"]), json!([]), "an empty list is a list");
    assert_eq!(Home::new().out(&["list", "--jsonl"]), "");
}

#[test]
fn an_entry_of_the_timeline_is_the_object_of_the_contract() {
    let home = Home::with_incident();
    home.out(&["note", "rolled back", "--kind", "action", "--star", "--by", "eve", "--at", MORNING]);
    let lines = home.out(&["timeline", "--jsonl"]);
    let mut last: Value = serde_json::from_str(lines.lines().last().expect("a line")).expect("JSON");
    let recorded = last["recorded_at"].take();
    assert!(recorded.as_str().is_some_and(|at| at.ends_with('Z') && at.len() == 24), "{recorded}");
    let expected = json!({
        "seq": 3, "incident": ID, "happened_at": "2026-01-05T10:00:00.000Z", "recorded_at": null, "actor": "eve",
        "origin": "human", "kind": "action", "text": "rolled back",
        "data": {"text": "rolled back", "kind": "action", "starred": true},
        "starred": true, "late": true, "struck": false, "amends": null,
        "tags": [],
        "thread": null,
    });
    assert_eq!(last, expected);
    home.out(&["amend", "3", "rolled back to v41"]);
    home.out(&["strike", "3", "--reason", "twice"]);
    let entries = home.json(&["timeline", "--json"]);
    let entry =
        |seq: u64| entries.as_array().expect("a list").iter().find(|entry| entry["seq"] == seq).expect("it");
    assert_eq!((&entry(3)["struck"], &entry(4)["amends"]), (&json!(true), &json!(3)));
    assert_eq!(entry(1)["origin"], "system");
}

#[test]
fn show_and_brief_say_all_of_list_and_more() {
    let home = Home::with_incident();
    let (list, show, brief) =
        (home.json(&["list", "--jsonl"]), home.json(&["show", "--json"]), home.json(&["brief", "--json"]));
    for key in keys(&list) {
        assert_eq!((&show[key], &brief[key]), (&list[key], &list[key]), "{key}");
    }
    for key in ["duration_s", "roles", "tasks", "updates", "update_clock", "warnings", "impact"] {
        assert!(show.get(key).is_some(), "{key}");
    }
    assert_eq!(show["impact"], Value::Null, "unknown is null");
    assert_eq!((&brief["decisions"], brief["latest"].as_array().map(Vec::len)), (&json!([]), Some(2)));
}

#[test]
fn control_and_format_characters_are_escaped_everywhere() {
    let home = Home::with_incident();
    let hostile = "\u{1b}[2J\u{9b}31m\u{202e}evil\u{200b}\u{7f}";
    home.out(&["note", hostile]);
    home.out(&["set", "--title", hostile]);
    let commands: [&[&str]; 7] = [
        &["timeline", "--json"],
        &["timeline", "--jsonl"],
        &["list", "--json"],
        &["show", "--json"],
        &["brief", "--json"],
        &["search", "evil", "--jsonl"],
        &["journal", "export"],
    ];
    for words in commands {
        let out = home.out(words);
        let bare = out.chars().find(|c| *c != '\n' && (c.is_control() || "\u{202e}\u{200b}".contains(*c)));
        assert_eq!(bare, None, "{words:?}");
        assert!(out.contains("\\u202e"), "{words:?}");
    }
    let entries = home.json(&["search", "evil", "--json"]);
    let found = entries.as_array().is_some_and(|hits| hits.iter().any(|hit| hit["text"] == hostile));
    assert!(found, "and a parser gets back what was written: {entries}");
    for words in
        [&["timeline"][..], &["list"], &["show"], &["brief"], &["search", "evil"], &["note", hostile]]
    {
        let out = home.out(words);
        assert!(
            !out.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{200b}']) && out.contains("^[[2J"),
            "{words:?}"
        );
    }
}

#[test]
fn a_finding_is_the_object_of_the_contract() {
    let home = Home::new();
    home.write("slos.toml", "[[slo]]\nid = \"a\"\nobjectve = 99\n");
    let told = home.run(&["slo", "check", "slos.toml", "--json"]);
    assert_eq!((told.code, told.err.as_str()), (Some(1), ""));
    let found: Value = serde_json::from_str(&told.out).expect("JSON");
    let found = found.as_array().expect("a list");
    let typo = found.iter().find(|finding| finding["rule"] == "unknown-key").expect("the slip");
    let expected = json!({
        "file": "slos.toml", "line": 3, "column": 1, "level": "error", "rule": "unknown-key",
        "text": "slo.a.objectve: unknown key (did you mean objective?)", "rewrite": null,
    });
    assert_eq!(*typo, expected);
    assert!(found.iter().all(|finding| keys(finding) == keys(&expected)));
}

#[test]
fn a_finding_about_a_whole_file_has_no_line() {
    let home = Home::new();
    home.write("empty.yaml", "");
    let told = home.run(&["slo", "check", "empty.yaml", "--json"]);
    let found: Value = serde_json::from_str(&told.out).expect("JSON");
    assert_eq!(
        (told.code, &found[0]["line"], &found[0]["rule"]),
        (Some(0), &Value::Null, &json!("no-documents"))
    );
}

#[test]
fn a_runbook_is_the_object_of_the_contract() {
    let home = Home::new();
    let book = home.json(&["runbook", "show", "bad-deploy-rollback", "--json"]);
    assert_eq!(keys(&book), ["meta", "name", "sections", "title"]);
    let sections = book["sections"].as_array().expect("a list");
    assert!(sections.iter().all(|section| keys(section) == ["line", "role", "steps", "title"]));
    let steps: Vec<&Value> =
        sections.iter().filter_map(|section| section["steps"].as_array()).flatten().collect();
    let step_keys = ["children", "commands", "decision", "expect", "line", "n", "queries", "title"];
    assert!(!steps.is_empty() && steps.iter().all(|step| keys(step) == step_keys && step["n"].is_string()));
    let commands: Vec<&Value> =
        steps.iter().filter_map(|step| step["commands"].as_array()).flatten().collect();
    let command_keys = ["lang", "placeholders", "risk", "text"];
    assert!(
        !commands.is_empty() && commands.iter().all(|command| keys(command) == command_keys),
        "{commands:?}"
    );
    let list = home.json(&["runbook", "list", "--json"]);
    assert!(
        list.as_array()
            .is_some_and(|all| all.len() >= 6 && all.iter().all(|one| keys(one) == ["name", "title"]))
    );
}

#[test]
fn keys_and_verify_have_a_document_too() {
    let home = Home::with_incident();
    let table = home.json(&["keys", "--json"]);
    assert_eq!(keys(&table[0]), ["action", "help", "keys", "where"]);
    let verified = home.json(&["journal", "verify", "--json"]);
    assert_eq!((&verified["entries"], &verified["erased"]), (&json!(2), &json!(0)));
    assert_eq!(verified["head"].as_str().map(str::len), Some(64));
}
