//! One incident from the command line: what each verb prints, and which incident it is about.

use serde_json::{Value, json};

use crate::cli::home::{Home, ID, MORNING};

#[test]
fn declare_prints_the_id_alone() {
    let home = Home::new();
    let declare = ["declare", "checkout", "is", "down", "--sev", "2", "--at", MORNING];
    assert_eq!(home.out(&declare), format!("{ID}\n"), "words need no quotes");
    assert_eq!(home.out(&declare), format!("{ID}-2\n"), "a taken id gets a number");
    assert_eq!(home.out(&["--quiet", "declare", "x", "--sev", "4", "--at", MORNING]), "inc-2026-0105-x\n");
}

#[test]
fn each_verb_says_what_it_wrote() {
    let home = Home::with_incident();
    let cases: [(&[&str], &str); 20] = [
        (&["note", "queue", "is", "draining"], "3 ID queue is draining"),
        (&["note", "--kind", "decision", "--star", "--by", "eve", "roll back"], "4 ID roll back"),
        (&["sev", "1", "--reason", "all users"], "5 ID severity SEV2 to SEV1: all users"),
        (&["phase", "mitigation"], "6 ID phase detection to mitigation"),
        (&["role", "assign", "ops", "bob"], "7 ID operations lead is now bob"),
        (&["role", "release", "ops"], "8 ID operations lead is no longer bob"),
        (
            &["role", "assign", "ic", "eve", "--reason", "shift ends"],
            "9 ID incident commander is now eve, after ana: shift ends",
        ),
        (
            &["update", "we", "roll", "back", "--next", "20m"],
            "10 ID update to stakeholders: we roll back (next update in 20m)",
        ),
        (
            &["task", "add", "page", "the", "DBA", "--owner", "bob", "--in", "10m"],
            "11 ID task 1 for bob: page the DBA",
        ),
        (&["task", "done", "1"], "12 ID task 1 done"),
        (
            &["set", "--impact", "no checkouts", "--service", "cart"],
            "13 ID set services: cart; impact: no checkouts",
        ),
        (&["impact", "start", "2026-01-05T09:58:00Z"], "14 ID impact start: 2026-01-05 09:58 UTC"),
        (&["mitigated", "--kind", "rollback"], "15 ID mitigated by rollback"),
        (&["strike", "3", "--reason", "wrong queue"], "16 ID struck entry 3: wrong queue"),
        (&["amend", "4", "roll", "back", "to", "v41"], "17 ID correction to entry 4: roll back to v41"),
        (&["redact", "3", "--reason", "a name"], "18 ID redacted entry 3: a name"),
        (&["change", "mark", "--kind", "flag", "cart", "new-tax off"], "19 - flag of cart: new-tax off"),
        (&["deploy", "mark", "cart", "v41", "--env", "prod"], "20 - deploy of cart: v41 to prod"),
        (
            &["checklist", "--baseline", "yes", "--data-intact", "yes"],
            "21 ID closing checklist: baseline yes, data whole yes",
        ),
        (
            &["resolve"],
            "22 ID resolved\n23 ID phase mitigation to follow-up\n\
            next: warroom update --all-clear, warroom postmortem draft, warroom close",
        ),
    ];
    for (words, expected) in cases {
        assert_eq!(home.out(words), format!("{}\n", expected.replace("ID", ID)), "{words:?}");
    }
    assert_eq!(home.out(&["close", ID]), format!("24 {ID} closed\n"));
    assert_eq!(home.out(&["note", "late"]), format!("25 {ID} late\n"), "a closed incident takes late notes");
    let reopened = home.out(&["reopen", "--reason", "back again", "-i", "inc-2026"]);
    assert!(reopened.starts_with(&format!("26 {ID} reopened: back again\n")), "{reopened}");
}

#[test]
fn quiet_leaves_out_what_only_confirms() {
    let home = Home::with_incident();
    assert_eq!(home.out(&["-q", "note", "x"]), "");
    assert!(home.out(&["-q", "timeline"]).contains(" x\n"), "results are printed all the same");
}

#[test]
fn verbose_says_on_stderr_where_things_are() {
    let home = Home::new();
    let told = home.run(&["-v", "list"]);
    assert_eq!((told.code, told.out.lines().count()), (Some(0), 1));
    assert!(
        told.err.contains("configuration=none") && told.err.contains(".local/share/warroom"),
        "{}",
        told.err
    );
}

#[test]
fn an_incident_is_named_by_a_prefix_in_either_place() {
    let home = Home::with_incident();
    home.out(&["declare", "other", "--sev", "4", "--at", MORNING]);
    let about = |words: &[&str]| home.out(words).contains(&format!("\nid        {ID}\n"));
    assert!(about(&["show", "inc-2026-0105-c"]) && about(&["show", "-i", "inc-2026-0105-c"]));
    assert!(about(&["show", ID, "-i", "inc-2026-0105-c"]), "two names of one incident are no contradiction");
    home.out(&["-q", "resolve", "inc-2026-0105-o"]);
    assert!(about(&["show"]), "the only open one needs no name");
}

#[test]
fn a_clock_time_that_can_only_be_yesterdays_is_taken_and_echoed() {
    let home = Home::with_incident();
    // In one of two zones half a day apart the last second of today is far ahead.
    let ahead = |zone: &str| {
        home.write("warroom.toml", &format!("zone = \"{zone}\"\n"));
        home.run(&["note", "x", "--at", "23:59:59"])
    };
    let (east, west) = (ahead("Etc/GMT-12"), ahead("UTC"));
    assert_eq!((east.code, west.code), (Some(0), Some(0)), "{east:?} {west:?}");
    let echoed =
        [&east, &west].iter().filter(|told| told.err.starts_with("time: 23:59:59: taken as ")).count();
    assert!(echoed >= 1, "{east:?} {west:?}");
}

#[test]
fn notes_come_line_by_line_and_odd_bytes_are_spelled_out() {
    let home = Home::with_incident();
    home.write("notes", "");
    std::fs::write(home.path().join("notes"), b"one\n\n  two \xff\x1b[31m\nthree").expect("a file");
    let notes = std::fs::File::open(home.path().join("notes")).expect("a file");
    let told = home
        .warroom(&["note", "-", "--kind", "action", "--at", MORNING])
        .stdin(notes)
        .output()
        .expect("it runs");
    let expected = format!("3 {ID} one\n4 {ID} two <0xFF>^[[31m\n5 {ID} three\n");
    assert_eq!(String::from_utf8(told.stdout).expect("UTF-8"), expected);
    let timeline = home.out(&["timeline"]);
    assert_eq!(timeline.matches("2026-01-05 10:00:00").count(), 5, "--at holds for every line: {timeline}");
}

#[test]
fn who_acts_is_the_flag_then_the_variable_then_the_system_user() {
    let home = Home::with_incident();
    let actor = |command: &mut std::process::Command| {
        assert!(command.status().expect("it runs").success());
        let entries = home.json(&["timeline", "--json"]);
        let last = entries.as_array().and_then(|all| all.iter().max_by_key(|entry| entry["seq"].as_u64()));
        last.expect("an entry")["actor"].as_str().expect("a name").to_owned()
    };
    let note = ["-q", "note", "x"];
    assert_eq!(actor(home.warroom(&["-q", "--as", "bob", "note", "x"]).env("USER", "eve")), "bob");
    assert_eq!(actor(home.warroom(&note).env("USER", "eve")), "ana");
    assert_eq!(actor(home.warroom(&note).env("WARROOM_USER", "").env("USER", "eve")), "eve");
    let nobody = actor(home.warroom(&note).env_remove("WARROOM_USER"));
    assert!(!nobody.is_empty() && !["ana", "bob", "eve"].contains(&nobody.as_str()), "{nobody}");
}

#[test]
fn the_brief_is_a_page_to_paste() {
    let home = Home::with_incident();
    home.out(&["note", "--kind", "decision", "roll back to v41", "--at", "2026-01-05T10:05:00Z"]);
    home.out(&["task", "add", "page the DBA", "--owner", "bob"]);
    home.out(&["set", "--impact", "nobody can pay"]);
    home.out(&["-q", "resolve", "--at", "2026-01-05T11:00:00Z"]);
    let page = home.out(&["brief"]);
    let page: Vec<&str> =
        page.lines().filter(|line| !line.contains(" as of ") && !line.starts_with("- 20")).collect();
    let expected = "SEV2 checkout is down\n\nState: resolved, phase follow-up, 1h 00m since 2026-01-05 10:00 UTC\n\
         Services: checkout\nImpact: nobody can pay\n\nClocks:\n- postmortem due in 1d 23h\n\n\
         People:\n- incident commander: ana\n\n\
         Tasks:\n- 1. page the DBA (bob)\n\nDecisions:\n\nLatest:\n\nMind:\n\
         - nobody walked the closing checklist: baseline, data, temporary mitigations (checklist)\n\
         - task 1 is open: page the DBA (bob)";
    assert_eq!(page.join("\n"), expected);
    assert!(home.out(&["brief"]).contains("\nDecisions:\n- 2026-01-05 10:05 UTC ana: roll back to v41\n"));
}

#[test]
fn triage_asks_records_and_asks_the_next_question() {
    let home = Home::new();
    let asked = home.out(&["triage"]);
    assert!(asked.starts_with("Are users hurt now?\n  yes  declare it"), "{asked}");
    assert!(home.out(&["triage", "yes"]).ends_with("next: warroom declare TITLE --sev N\n"));
    home.out(&["declare", "checkout", "is", "down", "--sev", "2", "--at", MORNING]);
    let told = home.out(&["triage", "no"]);
    assert!(told.contains("triage: Is the cause obvious? no: open a war room"), "{told}");
    assert!(told.contains("next: Was anything changed recently?"), "{told}");
    let state = home.json(&["triage", "--json"]);
    assert_eq!(
        (&state["question"], &state["answered"][0]["answer"]),
        (&json!("recent_change"), &json!("no"))
    );
}

#[test]
fn resolving_says_what_the_checklist_and_the_ledger_still_hold_and_goes_on() {
    let home = Home::with_incident();
    home.out(&["mitigated", "--kind", "flag"]);
    home.out(&["temporary", "add", "twice", "the", "workers"]);
    home.out(&["temporary", "remove", "2"]);
    let open: Vec<Value> =
        home.json(&["temporary", "list", "--json"]).as_array().cloned().unwrap_or_default();
    assert_eq!(open.iter().map(|put| put["removed_at"].is_null()).collect::<Vec<_>>(), [true, false]);
    home.out(&["checklist", "--baseline", "yes", "--data-intact", "no"]);
    let told = home.run(&["resolve"]);
    assert_eq!(
        (told.code, told.err.as_str()),
        (
            Some(0),
            "warning: data was lost or corrupted\n\
             warning: temporary mitigation 1 is in place: flag that mitigated it (temporary remove 1)\n"
        )
    );
    let stands = home.out(&["checklist"]);
    assert!(
        stands.starts_with("Are metrics at their baseline? yes\nIs all data there and whole? no\n"),
        "{stands}"
    );
}

#[test]
fn how_it_was_found_its_links_and_its_security_context_stand_in_the_brief() {
    let home = Home::new();
    home.out(&["declare", "logins leak", "--sev", "1", "--found", "user", "--at", MORNING]);
    home.out(&["url", "add", "https://chat.example/inc", "--kind", "channel"]);
    home.out(&[
        "set",
        "--indicators",
        "203.0.113.9",
        "--affected-data",
        "sessions",
        "--contained-at",
        "2026-01-05T10:30:00Z",
    ]);
    let brief = home.out(&["brief"]);
    for line in [
        "Found by: user",
        "Indicators: 203.0.113.9",
        "Affected data: sessions",
        "Contained: 2026-01-05 10:30 UTC",
        "- channel: https://chat.example/inc",
    ] {
        assert!(brief.lines().any(|told| told == line), "{line}: {brief}");
    }
    let show = home.json(&["show", "--json"]);
    assert_eq!((&show["found"], &show["links"][0]["kind"]), (&"user".into(), &"channel".into()));
    for url in ["chat.example", "https://", "https://a b", "javascript:alert(1)"] {
        let refused = home.run(&["url", "add", url, "--kind", "ticket"]);
        assert_eq!(refused.code, Some(1), "{url}");
        assert!(refused.err.contains("not an address"), "{}", refused.err);
    }
    let twice = home.run(&["url", "add", "https://chat.example/inc", "--kind", "channel"]);
    assert!(twice.err.contains("is its channel already"), "{}", twice.err);
}

#[test]
fn two_incidents_that_are_one_are_merged_and_both_ids_go_on() {
    let home = Home::with_incident();
    let other = home.out(&["declare", "cards fail", "--sev", "3", "--at", MORNING]);
    let other = other.trim();
    home.out(&["link", other, "-i", ID]);
    let told = home.out(&["merge", other, ID]);
    assert!(told.contains(&format!("{other} merged into {ID}")), "{told}");
    assert!(home.out(&["note", "of the old id", "-i", other]).contains(ID));
    assert!(home.out(&["show", other]).contains(&format!("into {ID}")));
    let brief = home.out(&["brief", ID]);
    assert!(
        brief.contains(&format!("\nOther incidents:\n- merged into this: {other} SEV3 cards fail\n")),
        "{brief}"
    );
    assert_eq!(home.json(&["show", other, "--json"])["merged_into"], ID);
}

#[test]
fn who_acts_is_never_taken_from_the_name_a_verb_is_about() {
    let home = Home::with_incident();
    for words in [
        &["role", "assign", "comms", "zed"][..],
        &["role", "offer", "ops", "zed"],
        &["role", "release", "comms", "zed"],
        &["task", "add", "call", "--owner", "zed"],
    ] {
        home.out(words);
        let entries = home.json(&["timeline", "--json"]);
        let last = entries.as_array().and_then(|all| all.iter().max_by_key(|entry| entry["seq"].as_u64()));
        assert_eq!(last.expect("an entry")["actor"], "ana", "{words:?}");
    }
}

#[test]
fn a_hand_over_takes_two_and_comes_with_the_brief() {
    let home = Home::with_incident();
    let offered = home.out(&["role", "offer", "ic", "ben"]);
    assert!(
        offered.starts_with(&format!("3 {ID} offered incident commander to ben\n\nSEV2 checkout is down\n"))
    );
    let refused = home.run(&["role", "accept", "ic"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("nobody offered it to ana (it is offered to ben)"), "{}", refused.err);
    let accepted = home.out(&["--as", "ben", "role", "accept", "ic"]);
    assert!(accepted.starts_with(&format!("4 {ID} ben takes over as incident commander from ana\n\n")));
    assert!(accepted.contains("\nPeople:\n- incident commander: ben\n"), "{accepted}");
    assert_eq!(home.out(&["-q", "role", "offer", "ops", "eve"]), "");
    let declined = home.out(&["--as", "eve", "role", "decline", "ops", "--reason", "on a plane"]);
    assert_eq!(declined, format!("6 {ID} eve does not take over as operations lead: on a plane\n"));
    let roles = home.json(&["roles", "--json"]);
    assert_eq!(
        (&roles["roles"][0]["who"], roles["roles"].as_array().map(Vec::len)),
        (&"ben".into(), Some(1))
    );
    let before = home.json(&["roles", "--json", "--at", "2026-01-05T10:00:01Z"]);
    assert_eq!(before["roles"][0]["who"], "ana");
    assert!(home.out(&["roles"]).contains("incident commander"));
}

#[test]
fn search_finds_entries_of_every_incident_that_hold_all_words() {
    let home = Home::with_incident();
    home.out(&["note", "Redis EVICTS keys", "--at", MORNING]);
    home.out(&["declare", "redis again", "--sev", "4", "--at", "2026-01-06T10:00:00Z"]);
    let found = |words: &[&str]| {
        let entries = home.json(&[&["search", "--json"], words].concat());
        entries.as_array().expect("a list").iter().map(|entry| entry["seq"].as_u64()).collect::<Vec<_>>()
    };
    assert_eq!(found(&["redis"]), [Some(4), Some(3)], "the newest first");
    assert_eq!(found(&["keys", "redis"]), [Some(3)]);
    assert_eq!(found(&["nothing"]), []);
    assert_eq!(
        home.out(&["search", "evicts"]),
        format!("{ID} 2026-01-05 10:00:00 UTC     3  ana        observation      Redis EVICTS keys (late)\n")
    );
    assert_eq!(home.out(&["search", "nothing"]), "", "an empty list is no failure");
}

#[test]
fn threads_are_written_read_alone_and_listed_in_the_brief() {
    let home = Home::with_incident();
    home.out(&["note", "~db pool is exhausted"]);
    home.out(&["note", "--thread", "db", "! raise the limit"]);
    home.out(&["note", "--thread", "net", "loss between zones"]);
    home.out(&["note", "--plain", "~half of them fail"]);
    let lines = home.out(&["timeline", "--thread", "db"]);
    let words: Vec<&str> =
        lines.lines().filter_map(|line| line.split_once("~db ")).map(|(_, said)| said).collect();
    assert_eq!(words, ["pool is exhausted", "raise the limit"]);
    assert_eq!(lines.lines().count(), 2, "{lines}");
    home.out(&["note", "~net", "end:", "a", "false", "trail"]);
    let brief = home.out(&["brief"]);
    assert!(brief.contains("\nOpen threads:\n- db (2): "), "{brief}");
    assert!(!brief.contains("- net (") && !brief.contains("- half ("), "{brief}");
    let refused = home.run(&["note", "--thread", "5", "x"]);
    assert!(refused.err.starts_with("thread: 5: not a name"), "{}", refused.err);
    assert_eq!(refused.code, Some(2));
}
