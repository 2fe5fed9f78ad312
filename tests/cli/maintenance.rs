//! Planned windows from the command line: what is read, said, listed and refused.

use serde_json::Value;

use crate::cli::home::{Home, Told};

const FAR: [&str; 4] = ["--from", "2999-01-05T22:00:00Z", "--to", "2999-01-05T23:30:00Z"];

fn add(home: &Home, more: &[&str]) -> Told {
    home.run(&[&["maintenance", "add", "checkout"], more].concat())
}

/// The windows that `maintenance list --json` shows.
fn listed(home: &Home, more: &[&str]) -> Vec<Value> {
    let windows = home.json(&[&["maintenance", "list", "--json"], more].concat());
    windows.as_array().expect("a list").clone()
}

const ONE_SLO: &str = r#"
[[source]]
name = "prod"
kind = "prometheus"
url = "http://127.0.0.1:9"

[[slo]]
id = "a"
service = "checkout"
objective = 99.9
period = "30d"
bad = "errors_total"
total = "requests_total"
"#;

#[test]
fn a_window_is_told_listed_and_found() {
    let home = Home::new();
    let planned = "planned maintenance of checkout, 2999-01-05 22:00 UTC to 2999-01-05 23:30 UTC";
    let told = add(&home, &[&FAR[..], &["--reason", "database upgrade", "--by", "bob"]].concat());
    assert_eq!(told, Told::done(&format!("1 - {planned}: database upgrade\n")));
    let window = listed(&home, &[]).remove(0);
    assert_eq!(
        (&window["seq"], &window["state"], &window["by"]),
        (&1.into(), &"ahead".into(), &"bob".into())
    );
    assert_eq!((&window["to"], &window["ended_at"]), (&"2999-01-05T23:30:00.000Z".into(), &Value::Null));
    let found = home.json(&["search", "--json", "upgrade"]);
    assert_eq!((&found[0]["incident"], &found[0]["kind"]), (&Value::Null, &"maintenance_planned".into()));
    assert_eq!(
        home.out(&["maintenance", "list"]),
        "seq  state  service   kind         from (UTC)           to (UTC)             by   why\n\
         1    ahead  checkout  maintenance  2999-01-05 22:00:00  2999-01-05 23:30:00  bob  database upgrade\n"
    );
}

#[test]
fn a_window_begins_now_and_lasts_as_long_as_it_is_said_to() {
    let home = Home::new();
    let told = add(&home, &["--for", "30m", "--kind", "deploy"]);
    assert!(told.out.starts_with("1 - deploy window of checkout, "), "{told:?}");
    let window = listed(&home, &[]).remove(0);
    let at =
        |key: &str| window[key].as_str().expect("a time").parse::<warroom::text::Time>().expect("a time");
    assert_eq!((at("to") - at("from")).num_minutes(), 30);
    assert_eq!(window["state"], "running");
    assert_eq!(home.run(&["maintenance", "end", "1"]).code, Some(0));
    assert!(listed(&home, &[]).is_empty());
    assert_eq!(listed(&home, &["--all"])[0]["state"], "over");
}

#[test]
fn a_clock_time_is_todays_and_its_end_the_next_one() {
    let home = Home::new();
    home.write("warroom.toml", "zone = \"Europe/Berlin\"\n");
    // Whatever time it is now, tomorrow lies ahead.
    let told = add(&home, &["--from", "tomorrow 22:00", "--to", "02:00"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    let window = listed(&home, &[]).remove(0);
    let at =
        |key: &str| window[key].as_str().expect("a time").parse::<warroom::text::Time>().expect("a time");
    let hours = (at("to") - at("from")).num_hours();
    assert!((3..=5).contains(&hours), "four hours, but for a night on which the clocks change: {window}");
}

#[test]
fn a_window_ahead_is_cancelled_and_a_struck_one_stays_listed() {
    let home = Home::new();
    add(&home, &FAR);
    add(&home, &["--from", "2999-01-06T22:00:00Z", "--for", "1h"]);
    assert!(home.out(&["maintenance", "end", "1"]).starts_with("3 - ended the window of entry 1 at "));
    home.out(&["strike", "2", "--reason", "called off"]);
    assert!(listed(&home, &[]).is_empty());
    let states: Vec<Value> = listed(&home, &["--all"]).iter().map(|window| window["state"].clone()).collect();
    assert_eq!(states, ["cancelled", "struck"]);
}

#[test]
fn an_overlap_and_a_service_nobody_knows_are_said_and_planned_all_the_same() {
    let home = Home::new();
    home.write("warroom.toml", ONE_SLO);
    assert_eq!(add(&home, &FAR).err, "");
    let again = add(&home, &FAR);
    assert_eq!(again.code, Some(0));
    assert_eq!(
        again.err,
        "window: checkout: overlaps entry 1, 2999-01-05 22:00 UTC to 2999-01-05 23:30 UTC \
         (time in both is left out once)\n"
    );
    let stranger = home.run(&[&["maintenance", "add", "chekout"], &FAR[..]].concat());
    assert_eq!(stranger.code, Some(0));
    assert_eq!(
        stranger.err,
        "service: chekout: no SLO is about it, so the window leaves nothing out (did you mean checkout?)\n"
    );
}

#[test]
fn what_makes_no_window_is_refused_with_the_way_out() {
    let home = Home::new();
    let cases: [(&[&str], i32, &str); 7] = [
        (
            &["--from", "2999-01-05T22:00:00Z", "--to", "2999-01-05T21:00:00Z"],
            1,
            "give a later --to, or --for 30m",
        ),
        (&["--from", "2999-01-05T22:00:00Z", "--for", "31d"], 1, "more than 30d"),
        (&["--from", "-2h", "--to", "-1h"], 1, "--reason WHY"),
        (&["--from", "30m", "--for", "1h"], 2, "write +30m for in 30m, -30m for 30m ago"),
        (&["--from", "soon", "--for", "1h"], 2, "not a time"),
        (&["--from", "now"], 2, "--to <TIME>"),
        (&["--for", "1h", "--kind", "party"], 2, "maintenance, deploy"),
    ];
    for (words, code, why) in cases {
        let told = add(&home, words);
        assert_eq!(told.code, Some(code), "{words:?}: {told:?}");
        assert!(told.err.contains(why), "{words:?}: {}", told.err);
    }
    assert_eq!(home.run(&["maintenance", "end", "7"]).code, Some(2));
    assert!(listed(&home, &["--all"]).is_empty(), "nothing was planned");
}

#[test]
fn what_was_agreed_afterwards_is_marked_late() {
    let home = Home::new();
    let told = add(&home, &["--from", "-2h", "--to", "-1h", "--reason", "drill"]);
    assert_eq!((told.code, told.err.as_str()), (Some(0), ""));
    let window = listed(&home, &["--all"]).remove(0);
    assert_eq!((&window["late"], &window["state"]), (&true.into(), &"over".into()));
    assert!(home.out(&["search", "drill"]).ends_with("(late)\n"));
}
