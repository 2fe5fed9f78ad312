//! Importing: shown first, recorded in one piece, once; and the scribe's grammar from the command line.

use std::io::Write;

use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::cli::home::{Home, ID, MORNING};

const NOTES: &str =
    "# 2026-01-05\n\n## Timeline\n\n- 10:05: cards fail #db\n- X: somebody calls\n- 10:01: deploy of v42\n";

fn lines(home: &Home, words: &[&str]) -> Vec<Value> {
    let out = home.out(&[&["timeline", "--jsonl"], words].concat());
    out.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
}

fn texts(home: &Home, words: &[&str]) -> Vec<String> {
    lines(home, words).iter().map(|line| line["text"].as_str().unwrap_or_default().to_owned()).collect()
}

/// What an import prints; doubts and hints beside it are fine.
fn imports(home: &Home, words: &[&str]) -> String {
    let told = home.run(words);
    assert_eq!(told.code, Some(0), "{words:?}: {}", told.err);
    told.out
}

#[test]
fn a_preview_records_nothing_and_names_doubts_by_line() {
    let home = Home::with_incident();
    home.write("notes.md", NOTES);
    let told = home.run(&["import", "notes.md", "--dry-run"]);
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(
        told.out.contains("2026-01-05 10:05:00   ana           observation    cards fail #db"),
        "{}",
        told.out
    );
    assert!(told.out.contains("unknown "), "{}", told.out);
    assert!(told.out.ends_with("3 entries would be recorded, 0 are there already\n"), "{}", told.out);
    assert_eq!(told.err, "warning: notes.md:7:1: is earlier than the line before\n");
    assert_eq!(texts(&home, &[]).len(), 2);
}

#[test]
fn an_import_is_sorted_in_marked_as_from_elsewhere_and_never_doubled() {
    let home = Home::with_incident();
    home.write("notes.md", NOTES);
    assert_eq!(imports(&home, &["--as", "zoe", "import", "notes.md"]), format!("{ID}\n"));
    let own: Vec<String> = texts(&home, &[]).split_off(2);
    assert_eq!(own, ["deploy of v42", "cards fail #db", "somebody calls"]);
    let unknown = &lines(&home, &[])[4];
    assert_eq!(
        (&unknown["happened_at"], &unknown["late"], &unknown["origin"]),
        (&Value::Null, &false.into(), &"human".into())
    );
    assert_eq!((&unknown["data"]["by"], &unknown["data"]["from"]), (&"zoe".into(), &"notes.md".into()));
    let again = home.run(&["import", "notes.md"]);
    assert_eq!((again.code, again.out.as_str()), (Some(0), ""));
    assert_eq!(
        again.err.lines().last(),
        Some(format!("import: every line is in {ID} already (nothing to do)").as_str())
    );
    home.write("notes.md", &format!("{NOTES}- 10:30: rolled back\n"));
    imports(&home, &["import", "notes.md"]);
    assert_eq!(texts(&home, &[]).len(), 6);
    assert_eq!(texts(&home, &["--tag", "db"]), ["cards fail #db"]);
    assert_eq!(home.out(&["journal", "verify"]).split(' ').next(), Some("ok:"));
}

#[test]
fn what_was_redacted_after_an_import_does_not_come_back() {
    let home = Home::with_incident();
    home.write("notes.md", NOTES);
    imports(&home, &["import", "notes.md"]);
    home.out(&["redact", "3", "--reason", "a name"]);
    home.write("notes.md", &format!("{NOTES}- 10:30: rolled back\n"));
    imports(&home, &["import", "notes.md"]);
    let texts = texts(&home, &[]);
    assert!(
        texts.contains(&"rolled back".to_owned()) && !texts.contains(&"cards fail #db".to_owned()),
        "{texts:?}"
    );
}

#[test]
fn exported_lines_make_the_same_timeline_elsewhere() {
    let home = Home::with_incident();
    home.out(&["note", "! roll back #db", "--at", "2026-01-05T10:05:00Z"]);
    home.out(&["note", "wrong", "--at", "2026-01-05T10:06:00Z"]);
    home.out(&["strike", "4", "--reason", "wrong host"]);
    let facts = |line: &Value| {
        ["happened_at", "actor", "kind", "text", "starred", "struck"].map(|name| line[name].clone())
    };
    let went_out: Vec<_> = lines(&home, &[]).iter().map(facts).collect();
    for (file, export) in [("t.jsonl", &["timeline", "--jsonl"][..]), ("j.jsonl", &["journal", "export"])] {
        home.write(file, &home.out(export));
        let elsewhere = format!("data-{file}");
        let id = imports(&home, &["--data", &elsewhere, "import", file, "--new", "a copy"]);
        assert_eq!(id, "inc-2026-0105-a-copy\n");
        let came_back = home.out(&["--data", &elsewhere, "timeline", "--jsonl"]);
        let came_back = came_back.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object"));
        let came_back: Vec<_> =
            came_back.filter(|line| line["data"].get("key").is_some()).map(|line| facts(&line)).collect();
        assert_eq!(came_back, went_out, "{file}");
    }
}

#[test]
fn an_export_brought_back_to_its_own_incident_adds_nothing_and_its_end_comes_with_it_elsewhere() {
    let home = Home::with_incident();
    home.out(&["note", "the pool is full"]);
    assert_eq!(home.run(&["resolve"]).code, Some(0));
    home.write("lines.jsonl", &home.out(&["timeline", "--jsonl"]));
    let before = texts(&home, &[]);
    let told = home.run(&["import", "lines.jsonl"]);
    assert_eq!((told.code, texts(&home, &[])), (Some(0), before), "{told:?}");
    assert!(told.err.contains("lines are entries of this incident already"), "{told:?}");
    let id = imports(&home, &["--data", "elsewhere", "import", "lines.jsonl", "--new", "a copy"]);
    let copy = home.json(&["--data", "elsewhere", "show", id.trim(), "--json"]);
    assert_eq!(copy["status"], "resolved");
}

#[test]
fn what_is_over_may_be_said_to_have_ended_with_its_last_line() {
    let home = Home::new();
    home.write("old.md", "# 2019-03-20\n\n- 14:02 UTC: pods crash\n- 15:10 UTC: rolled back\n");
    let told = home.run(&["import", "old.md", "--new", "it was down", "--ended"]);
    assert!(told.err.contains("2 lines recorded"), "{told:?}");
    let shown = home.json(&["show", told.out.trim(), "--json"]);
    assert_eq!(shown["status"], "resolved", "{shown}");
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).expect("an archive in memory");
        archive.write_all(bytes).expect("an archive in memory");
    }
    archive.finish().expect("an archive in memory").into_inner()
}

#[test]
fn a_slack_export_is_read_from_its_archive_and_from_its_folder() {
    let users = br#"[{"id": "U1", "name": "ana"}]"#;
    let day =
        br#"[{"type": "message", "user": "U1", "text": "<@U1> rolls back", "ts": "1767607500.000100"}]"#;
    let home = Home::with_incident();
    std::fs::write(
        home.path().join("slack.zip"),
        zipped(&[("users.json", users), ("incident/2026-01-05.json", day), ("../../evil.json", b"[]")]),
    )
    .expect("a writable home");
    imports(&home, &["import", "slack.zip"]);
    assert_eq!(texts(&home, &["--by", "ana", "--kind", "message"]), ["@ana rolls back"]);
    home.write("export/users.json", std::str::from_utf8(users).expect("text"));
    home.write("export/incident/2026-01-05.json", std::str::from_utf8(day).expect("text"));
    assert!(home.run(&["import", "export"]).err.contains("nothing to do"), "the same lines from the folder");
}

#[test]
fn an_archive_that_swells_or_is_none_is_refused() {
    let home = Home::with_incident();
    let spaces = vec![b' '; 33 * 1024 * 1024];
    std::fs::write(home.path().join("bomb.zip"), zipped(&[("c/2026-01-05.json", &spaces)])).expect("a home");
    std::fs::write(home.path().join("cut.zip"), b"PK\x03\x04 and nothing more").expect("a home");
    for (file, why) in
        [("bomb.zip", "more than an export holds"), ("cut.zip", "cut.zip"), ("none.md", "no such file")]
    {
        let told = home.run(&["import", file]);
        assert_eq!((told.code, told.out.as_str()), (Some(2), ""), "{file}");
        assert!(told.err.contains(why) && told.err.lines().count() == 1, "{file}: {}", told.err);
    }
}

#[test]
fn a_finished_incident_of_a_status_page_is_resolved_when_it_was() {
    let home = Home::new();
    home.write(
        "page.json",
        r#"{"id": "p1", "name": "Cards", "resolved_at": "2026-01-05T11:00:00Z", "incident_updates": [
        {"id": "u1", "status": "investigating", "body": "Looking.", "created_at": "2026-01-05T10:00:00Z"}]}"#,
    );
    assert_eq!(
        imports(&home, &["import", "page.json", "--new", "Cards fail", "--sev", "2"]),
        "inc-2026-0105-cards-fail\n"
    );
    let shown: Value = serde_json::from_str(&home.out(&["list", "--json"])).expect("JSON");
    assert_eq!((&shown[0]["status"], &shown[0]["severity"]), (&"resolved".into(), &2.into()));
    assert_eq!(shown[0]["resolved_at"], "2026-01-05T11:00:00.000Z");
    assert_eq!(
        home.run(&["import", "page.json", "--new", "Cards fail"]).err,
        "import: every line is in inc-2026-0105-cards-fail already (nothing to do)\n"
    );
}

#[test]
fn the_scribes_signs_are_read_from_the_command_line_and_flags_win() {
    let home = Home::with_incident();
    home.out(&["note", "! roll back #DB"]);
    home.out(&["note", "@2026-01-05T10:01:00Z", "*", "first errors"]);
    home.out(&["note", "TODO bob in 10m check dns"]);
    home.out(&["note", "--kind", "question", "--at", MORNING, "! @2026-01-05T10:09:00Z why"]);
    home.out(&["note", "--plain", "! as it stands"]);
    home.out(&["note", "\\> as it stands"]);
    let all = lines(&home, &[]);
    let of = |text: &str| all.iter().find(|line| line["text"] == text).expect(text).clone();
    assert_eq!(
        (&of("roll back #DB")["kind"], &of("roll back #DB")["tags"]),
        (&"decision".into(), &serde_json::json!(["db"]))
    );
    assert_eq!(of("first errors")["happened_at"], "2026-01-05T10:01:00.000Z");
    assert_eq!(of("first errors")["starred"], true);
    assert_eq!(of("task 1 for bob: check dns")["kind"], "task_added");
    assert_eq!(
        (&of("why")["kind"], &of("why")["happened_at"]),
        (&"question".into(), &"2026-01-05T10:00:00.000Z".into())
    );
    assert_eq!(
        (&of("! as it stands")["kind"], &of("> as it stands")["kind"]),
        (&"observation".into(), &"observation".into())
    );
    assert_eq!(texts(&home, &["--kind", "decision", "--by", "ANA"]), ["roll back #DB"]);
    assert_eq!(texts(&home, &["--tag", "#db"]), ["roll back #DB"]);
    assert_eq!(texts(&home, &["--by", "nobody"]), Vec::<String>::new());
    let odd = home.run(&["note", "@99 odd"]);
    assert_eq!(
        (odd.code, odd.err.as_str()),
        (Some(2), "@99: not a time (write @14:02, @-10m, or \\@ for the sign itself)\n")
    );
    home.write("lines", "? who deployed\n@99 odd\n");
    let notes = std::fs::File::open(home.path().join("lines")).expect("a file");
    let told = home.warroom(&["note", "-"]).stdin(notes).output().expect("a run");
    assert!(told.status.success() && String::from_utf8_lossy(&told.stderr).contains("@99: not a time"));
    assert_eq!(texts(&home, &["--kind", "question"]).last().map(String::as_str), Some("who deployed"));
    assert!(texts(&home, &[]).contains(&"@99 odd".to_owned()), "a line that comes by itself is kept");
}
