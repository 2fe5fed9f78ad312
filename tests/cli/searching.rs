//! `warroom search` and `warroom similar` as a user types them.

use serde_json::Value;

use crate::cli::home::{Home, ID};

#[test]
fn search_prints_the_newest_first_with_their_incident_and_json_is_an_entry_and_more() {
    let home = Home::with_incident();
    home.out(&["note", "pool exhausted #db", "--at", "2026-01-05T10:05:00Z"]);
    home.out(&["note", "--kind", "decision", "drain the pool", "--at", "2026-01-05T10:06:00Z"]);
    let lines = home.out(&["search", "pool"]);
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with(&format!("{ID} 2026-01-05 10:06:00 UTC     4  ana")), "{}", lines[0]);
    assert!(lines[1].contains("pool exhausted #db"));
    let found: Value = serde_json::from_str(&home.out(&["search", "exhausted", "--json"])).expect("JSON");
    assert_eq!(found[0]["seq"], 3);
    assert_eq!((&found[0]["incident"], &found[0]["title"]), (&ID.into(), &"checkout is down".into()));
    assert_eq!(found[0]["marks"], serde_json::json!([[5, 14]]));
    assert_eq!(found[0]["tags"], serde_json::json!(["db"]));
    for (words, seqs) in [
        (&["--kind", "decision"][..], "4"),
        (&["--tag", "#db"], "3"),
        (&["--by", "bob"], ""),
        (&["--since", "2026-01-05T10:06:00Z"], "4"),
        (&["--incident", "inc-2026", "--limit", "1"], "4"),
        (&["--ranked"], "3 4"),
    ] {
        let found = home.out(&[&["search", "pool", "--jsonl", "-q"], words].concat());
        let numbers =
            found.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["seq"].to_string());
        let mut numbers: Vec<String> = numbers.collect();
        if words == ["--ranked"] {
            numbers.sort();
        }
        assert_eq!(numbers.join(" "), seqs, "{words:?}");
    }
}

#[test]
fn a_search_says_what_is_wrong_with_it_and_finding_nothing_is_no_error() {
    let home = Home::new();
    assert_eq!(home.out(&["search", "pool"]), "", "no journal yet");
    assert!(!home.data().exists(), "reading makes no files");
    let home = Home::with_incident();
    assert_eq!(home.out(&["search", "nowhere"]), "");
    let told = home.run(&["search", "?!"]);
    assert_eq!((told.code, told.err.contains("no letter or digit")), (Some(2), true), "{}", told.err);
    let told = home.run(&["search", "pool", "--incident", "inc-none"]);
    assert_eq!(told.code, Some(2), "{}", told.err);
    let more = home.run(&["search", "ana", "--limit", "1"]);
    assert_eq!((more.code, more.err.contains("more than 1")), (Some(0), true), "{}", more.err);
}

#[test]
fn processes_that_search_and_write_at_once_all_find_what_was_there() {
    let home = Home::with_incident();
    home.out(&["note", "the pool of the beginning"]);
    let mut running = Vec::new();
    for n in 0..6 {
        let line = format!("pool {n}");
        for words in [vec!["search", "beginning", "-q"], vec!["note", &line, "-q"]] {
            let mut command = home.warroom(&words);
            command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
            running.push((words[0] == "search", command.spawn().expect("it starts")));
        }
    }
    for (searches, child) in running {
        let ended = child.wait_with_output().expect("it ends");
        let (out, err) = (String::from_utf8_lossy(&ended.stdout), String::from_utf8_lossy(&ended.stderr));
        assert!(ended.status.success() && err.is_empty(), "{out}{err}");
        assert!(!searches || out.contains("the pool of the beginning"), "{out}");
    }
    assert_eq!(home.out(&["search", "pool"]).lines().count(), 7);
}

#[test]
fn a_redacted_word_is_in_no_file_of_the_data_folder() {
    let home = Home::with_incident();
    home.out(&["note", "hunter2secret"]);
    assert_eq!(home.out(&["search", "hunter2secret"]).lines().count(), 1);
    home.out(&["redact", "3", "--reason", "a password"]);
    let files = std::fs::read_dir(home.data()).expect("a folder");
    for file in files.flatten().filter(|file| file.path().is_file()) {
        let bytes = std::fs::read(file.path()).expect("a file");
        assert!(!bytes.windows(13).any(|window| window == b"hunter2secret"), "{:?}", file.path());
    }
    assert_eq!(home.out(&["search", "hunter2secret"]), "");
}

#[test]
fn similar_names_past_incidents_and_why_and_the_brief_has_them() {
    let home = Home::with_incident();
    home.out(&["note", "connection pool exhausted"]);
    home.out(&["mitigated", "--kind", "rollback", "--at", "2026-01-05T10:14:00Z"]);
    home.out(&["-q", "resolve", "--at", "2026-01-05T10:20:00Z"]);
    let declare =
        ["declare", "pool exhausted", "--sev", "1", "--service", "checkout", "--at", "2026-01-26T10:00:00Z"];
    let now = home.out(&declare);
    let like = home.out(&["similar"]);
    assert!(like.starts_with(&format!("{ID} SEV2 checkout is down, ")), "{like}");
    assert!(
        like.ends_with("mitigated by rollback in 14m (same service: checkout; words: exhausted, pool)\n"),
        "{like}"
    );
    let found: Value = serde_json::from_str(&home.out(&["similar", now.trim(), "--json"])).expect("JSON");
    assert_eq!((&found[0]["id"], &found[0]["mitigated_in_s"]), (&ID.into(), &840.into()));
    assert_eq!(found[0]["why"]["services"], serde_json::json!(["checkout"]));
    assert!(home.out(&["brief"]).contains(&format!("Similar:\n- {ID} SEV2")));
    assert_eq!(home.out(&["similar", ID]), "nothing like it in the journal\n", "an open one is no past one");
}
