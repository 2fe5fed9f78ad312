//! `warroom runbook find` and `eval`: the rule of the console on the command line.

use serde_json::json;

use super::home::Home;

fn home() -> Home {
    let home = Home::new();
    home.write("warroom.toml", "");
    home.write(
        "runbooks/pod-restarts.md",
        "---\nalert: PodOomLoop\nreviewed: 2020-01-01\n---\n# Pods restart\n\n## Fix\n\n1. Read the zebrafish line\n\n   ```promql\n   up{job=\"<job>\"}\n   ```\n",
    );
    home
}

#[test]
fn a_runbook_is_found_by_letters_of_its_name_by_its_alert_and_by_its_text() {
    let home = home();
    for words in
        [&["podres"][..], &["PodOomLoop"], &["zebrafish"], &["--alert", "pod-oom-loop", "--limit", "30"]]
    {
        let found = home.json(&[&["runbook", "find", "--json"], words].concat());
        assert_eq!(found[0]["name"], json!("pod-restarts"), "{words:?}");
        assert_eq!((&found[0]["stale"], &found[0]["used"]), (&json!(true), &json!(0)));
    }
    let told = home.run(&["runbook", "find", "zebrafish"]);
    assert!(
        told.out.contains("step 1: Read the zebrafish line") && told.out.contains("stale "),
        "{}",
        told.out
    );
    let none = home.json(&["runbook", "find", "nowhere to be seen", "--json"]);
    assert_eq!(none, json!([]));
}

#[test]
fn an_alert_that_no_runbook_is_for_is_said_and_the_rest_is_shown() {
    let told = home().run(&["runbook", "find", "--alert", "Nothing", "--limit", "2"]);
    assert_eq!(told.code, Some(0));
    assert!(
        told.err.contains("no runbook is called Nothing") && told.err.contains("2 shown"),
        "{}",
        told.err
    );
}

#[test]
fn promql_that_cannot_be_asked_says_why() {
    let home = home();
    let wants = home.run(&["runbook", "eval", "pod-restarts"]);
    assert_eq!(wants.code, Some(2));
    assert_eq!(wants.err.trim_end(), "runbook: step 1: wants job (--set job=VALUE)");
    let nobody = home.run(&["runbook", "eval", "pod-restarts", "--set", "job=x"]);
    assert_eq!(nobody.code, Some(2));
    assert!(nobody.err.starts_with("promql: no Prometheus is configured"), "{}", nobody.err);
    let none = home.run(&["runbook", "eval", "high-latency", "--step", "99"]);
    assert!(none.err.contains("high-latency step 99: no PromQL in it"), "{}", none.err);
}
