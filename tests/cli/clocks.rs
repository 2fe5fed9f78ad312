//! Clocks, the ladder and updates from the command line, as scripts use them.

use serde_json::Value;

use crate::cli::home::{Home, ID, Told};

fn names(home: &Home) -> Vec<String> {
    let clocks = home.json(&["clocks", "--json"]);
    let names = clocks.as_array().expect("a list").iter();
    names.map(|clock| clock["clock"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn clocks_are_listed_the_same_everywhere() {
    let home = Home::with_incident();
    let names = names(&home);
    assert!(names.contains(&"respond".to_owned()) && names.contains(&"update".to_owned()), "{names:?}");
    let shown = home.json(&["show", "--json"]);
    let shown = shown["clocks"].as_array().expect("a list").iter();
    let shown: Vec<&str> = shown.filter_map(|clock| clock["clock"].as_str()).collect();
    assert_eq!(shown, names);
    let brief = home.out(&["brief"]);
    assert!(brief.contains("\nClocks:\n- call L1 (primary on-call) due now\n"), "{brief}");
    assert_eq!(Home::new().json(&["clocks", "--json"]), Value::Array(vec![]));
}

#[test]
fn one_round_of_a_clock_is_put_off_once() {
    let home = Home::with_incident();
    let out = home.out(&["snooze", "update", "--for", "2h"]);
    assert!(out.contains(&format!("{ID} put update off once, until ")), "{out}");
    let clocks = home.json(&["clocks", "--json"]);
    let update =
        clocks.as_array().and_then(|all| all.iter().find(|clock| clock["clock"] == "update").cloned());
    assert_eq!(update.expect("it runs")["snoozed"], true);
    let again = home.run(&["snooze", "update", "--for", "3h"]);
    let once = "clock: update: was put off once already (do what is due, or say why not in a note)";
    assert_eq!(again, Told::failed(1, once));
    assert_eq!(home.run(&["snooze", "updat", "--for", "3h"]).code, Some(2));
}

#[test]
fn the_ladder_is_climbed_and_answered() {
    let home = Home::with_incident();
    let nobody = "L1: nobody is named for it (say who: --to WHO; or name them in [[escalation]])";
    assert_eq!(home.run(&["escalate"]), Told::failed(1, nobody));
    let out = home.out(&["escalate", "L2", "--to", "ben", "--reason", "ana is asleep"]);
    assert!(out.ends_with("escalated to L2, ben: ana is asleep\n"), "{out}");
    assert!(names(&home).contains(&"L2".to_owned()));
    let out = home.out(&["--as", "ben", "escalate", "ack"]);
    assert!(out.ends_with("ben acknowledges as L2\n"), "{out}");
    assert!(
        names(&home).iter().all(|name| !name.starts_with('L') && name != "respond"),
        "{:?}",
        names(&home)
    );
}

#[test]
fn what_hurts_nobody_is_looked_at_again_in_ten_minutes() {
    let home = Home::new();
    let out = home.out(&["recheck", "add", "queue", "depth"]);
    assert!(out.starts_with("1 - look again at ") && out.ends_with(": queue depth\n"), "{out}");
    let clock = home.json(&["clocks", "--json"])[0].clone();
    assert_eq!((&clock["clock"], &clock["what"]), (&"recheck-1".into(), &"look again: queue depth".into()));
    assert!(clock["due_in_s"].as_i64().is_some_and(|left| (590..=600).contains(&left)), "{clock}");
    home.out(&["recheck", "done"]);
    assert!(names(&home).is_empty());
}

#[test]
fn a_template_is_looked_at_recorded_and_written() {
    let home = Home::with_incident();
    home.out(&["set", "--impact", "nobody can pay"]);
    let shown = home.out(&["update", "--template", "--audience", "executives", "--dry-run"]);
    assert!(
        shown.starts_with("SEV2 checkout is down: open, ") && shown.contains("Impact: nobody can pay\n"),
        "{shown}"
    );
    assert_eq!(home.json(&["show", "--json"])["updates"], Value::Array(vec![]), "nothing was recorded");
    home.out(&["update", "--template", "--out", "post.txt", "--next", "20m"]);
    let written = std::fs::read_to_string(home.path().join("post.txt")).expect("written");
    let entries = home.json(&["timeline", "--json"]);
    let updates = entries.as_array().expect("a list").iter().filter(|entry| entry["kind"] == "updated");
    let recorded: Vec<&Value> = updates.map(|entry| &entry["data"]["text"]).collect();
    assert_eq!(recorded, [&Value::from(written.trim_end())], "the same text");
    let open = home.run(&["update", "--all-clear"]);
    assert_eq!(open, Told::failed(1, &format!("{ID}: is not over yet (first: warroom resolve)")));
    home.out(&["-q", "resolve"]);
    assert!(home.out(&["update", "--all-clear", "--dry-run"]).starts_with("All clear: checkout is down\n"));
}

#[test]
fn a_template_of_ones_own_lies_beside_the_configuration() {
    let home = Home::with_incident();
    home.write("warroom.toml", "");
    home.write("templates/update-stakeholders.md", "We know of {{ title }}.");
    assert_eq!(home.out(&["update", "--template", "--dry-run"]), "We know of checkout is down.\n");
    home.write("templates/update-stakeholders.md", "a\n{{ titel }}");
    let told = home.run(&["update", "--template", "--dry-run"]);
    assert_eq!(told.code, Some(2));
    assert!(
        told.err.contains("update-stakeholders.md:2:4: `titel` is undefined (did you mean title?)"),
        "{}",
        told.err
    );
}

#[test]
fn nobody_who_takes_an_audience_is_said_and_not_passed_over() {
    let home = Home::with_incident();
    let why = "outbox: executives: nothing takes it (add audiences = [\"executives\"] to an [[outbox]])";
    let told = home.run(&["update", "cards fail", "--audience", "executives", "--send"]);
    assert_eq!(told, Told::failed(2, why));
    assert_eq!(home.out(&["outbox", "list", "--json"]), "[]\n");
}
