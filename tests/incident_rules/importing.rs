//! What is imported: the facts of real reports, each line once, nothing invented, nothing moved.

use chrono_tz::Tz;
use proptest::prelude::*;
use warroom::incident::event::{EventKind, Imported};
use warroom::incident::import::{Format, Setting, Source, Told, read};
use warroom::incident::intent::{Import, ImportAsk, NewIncident, RefusalKind};
use warroom::incident::{Ask, Entry, Intent, Origin, Severity};
use warroom::text::when::rfc3339;

use crate::intents::{note, strike};
use crate::room::Room;

fn setting() -> Setting {
    Setting { zone: Tz::UTC, day: None, only: None }
}

fn source(name: &str, text: &str) -> Source {
    Source { name: name.to_owned(), text: text.to_owned() }
}

/// Reads a text as what it looks like.
fn told(name: &str, text: &str) -> Told {
    let sources = [source(name, text)];
    read(Format::of(&sources), &sources, &setting()).expect("an import")
}

fn fixture(name: &str) -> Told {
    let path = format!("{}/tests/fixtures/incident/{name}", env!("CARGO_MANIFEST_DIR"));
    told(name, &std::fs::read_to_string(path).expect("a fixture"))
}

/// `2024-07-25 12:10 the words`.
fn lines(told: &Told) -> Vec<String> {
    let at =
        |line: &Import| line.happened_at.map_or("unknown".to_owned(), |at| at.format("%F %H:%M").to_string());
    told.lines.iter().map(|line| format!("{} {}", at(line), line.line.text)).collect()
}

fn problems(told: &Told) -> Vec<String> {
    told.problems.iter().map(|problem| format!("{}: {}", problem.place.line, problem.rule)).collect()
}

#[test]
fn bullets_with_whole_dates_are_read_and_a_pair_out_of_order_is_named() {
    let told = fixture("moj-2024-07-25-elasticsearch-logging.md");
    let lines = lines(&told);
    assert_eq!(lines.len(), 18);
    assert_eq!(lines[0], "2024-07-25 12:10 cp-live-app-logs - ClusterIndexWritesBlocked starts");
    assert_eq!(lines[17], "2024-07-25 16:19 Incident declared resolved");
    assert_eq!(problems(&told), ["26: time-order"]);
    let minutes = |from: usize, to: usize| {
        (told.lines[to].happened_at.expect("a time") - told.lines[from].happened_at.expect("a time"))
            .num_minutes()
    };
    assert_eq!((minutes(0, 14), minutes(0, 17)), (188, 249), "detected to repaired, and to resolved");
}

#[test]
fn a_clock_with_a_dot_is_a_clock_behind_a_date() {
    let told = fixture("moj-2023-09-18-lack-of-diskspace.md");
    let lines = lines(&told);
    assert_eq!(lines.len(), 14);
    assert!(lines[4].starts_with("2023-09-18 15:26 Compared the disk size"), "{}", lines[4]);
    assert_eq!(told.lines[4].line.written.as_deref(), Some("2023-09-18 15.26"));
    assert!(lines[13].starts_with("2023-09-20 19:18 All nodes drained"));
    assert!(
        lines[0].contains("RootVolUtilisation-Critical (https://moj-digital-tools.pagerduty.com/"),
        "{}",
        lines[0]
    );
    assert_eq!(problems(&told), Vec::<String>::new());
    let span = told.lines[7].happened_at.expect("a time") - told.lines[0].happened_at.expect("a time");
    assert_eq!(span.num_minutes(), 252);
}

#[test]
fn a_sentence_that_wraps_sets_the_day_of_bold_and_plain_bullets() {
    let told = fixture("rust-2019-10-21-docsrs-outage.md");
    let lines = lines(&told);
    assert_eq!(lines.len(), 13);
    assert_eq!(lines[0], "2019-10-20 00:55 crate builds started failing due to the low disk space");
    assert!(lines[1].starts_with("2019-10-21 01:38 alerts fired for the docs.rs website being down"));
    assert_eq!(lines[9], "2019-10-21 02:06 CDN propagated the changes, docs.rs back online");
    assert_eq!(lines[12], "2019-10-21 19:27 builds of the crates failed during the outage finished");
    assert_eq!(problems(&told), Vec::<String>::new());
}

#[test]
fn headings_carry_the_day_on_and_a_zone_said_once_holds() {
    let told = fixture("mybinder-2019-03-24-r2d-upgrade.md");
    let lines = lines(&told);
    assert_eq!(lines.len(), 8);
    assert!(
        lines[0].starts_with("2019-03-24 07:54 Start of incident. New version of repo2docker"),
        "{}",
        lines[0]
    );
    assert!(lines[1].starts_with("2019-03-24 17:45 Builds are backlogged."));
    assert!(lines[3].contains("Suspect something is \"stuck\""), "both paragraphs belong to it");
    assert!(lines[7].starts_with("2019-03-25 06:01 JupyterLab demo repo build completed"));
    let span = told.lines[7].happened_at.expect("a time") - told.lines[0].happened_at.expect("a time");
    assert_eq!(span.num_minutes(), 22 * 60 + 7);
    assert_eq!(problems(&told), Vec::<String>::new());
}

#[test]
fn an_unknown_time_stays_unknown_and_stands_where_it_was_written() {
    let told = fixture("optimism-2022-02-02-inflation-vuln.md");
    let lines = lines(&told);
    assert_eq!(lines.len(), 17);
    assert!(lines[1].starts_with("unknown saurik messaged smartcontracts on Discord"));
    assert_eq!(told.lines[1].line.stands_at, told.lines[0].happened_at);
    assert_eq!(told.lines[1].line.written.as_deref(), Some("2022-02-02 X"));
    assert!(lines[5].contains("builds:; Mainnet: `0.5.8_b6f79171`; Kovan: `0.5.9_d4c6d824`"), "{}", lines[5]);
    assert!(lines[15].contains("PR #2146 (https://github.com/"), "{}", lines[15]);
    assert_eq!(problems(&told), ["71: odd-date", "76: time-order"]);
}

#[test]
fn a_status_page_tells_of_the_incident_that_is_named() {
    let path =
        format!("{}/tests/fixtures/incident/github-status-incidents.jsonl", env!("CARGO_MANIFEST_DIR"));
    let sources = [source("status.jsonl", &std::fs::read_to_string(path).expect("a fixture"))];
    assert_eq!(Format::of(&sources), Format::Statuspage);
    let refusal = read(Format::Statuspage, &sources, &setting()).expect_err("eight of them");
    assert!(
        refusal.starts_with("status.jsonl: holds 8 incidents (name one with --only: 9632825, "),
        "{refusal}"
    );
    for (id, longest) in
        [("9632825", 75), ("9848679", 175), ("16184432", 24), ("17191819", 168), ("17206638", 121)]
    {
        let only = Setting { only: Some(id.to_owned()), ..setting() };
        let told = read(Format::Statuspage, &sources, &only).expect("an incident");
        let times: Vec<_> = told.lines.iter().filter_map(|line| line.happened_at).collect();
        let silence = times.windows(2).map(|pair| (pair[1] - pair[0]).num_minutes()).max();
        assert_eq!(silence, Some(longest), "{id}");
        assert_eq!(told.resolved_at, times.last().copied(), "{id}");
    }
}

#[test]
fn statuspages_own_object_is_read_the_oldest_first() {
    let text = r#"{"page": {}, "incident": {"id": "p1", "name": "Cards fail", "status": "resolved",
        "resolved_at": "2026-11-21T15:00:00.000Z", "incident_updates": [
        {"id": "u2", "status": "resolved", "body": "Fixed.", "created_at": "2026-11-21T15:01:00Z", "display_at": "2026-11-21T15:00:00Z"},
        {"id": "u1", "status": "investigating", "body": "Looking.", "created_at": "2026-11-21T14:00:00+00:00"}]}}"#;
    let told = told("page.json", text);
    assert_eq!(
        lines(&told),
        ["2026-11-21 14:00 investigating: Looking.", "2026-11-21 15:00 resolved: Fixed."]
    );
    assert_eq!(told.lines[0].line.key, "statuspage:p1:u1");
    assert_eq!(told.lines[0].line.kind, "communication");
}

const USERS: &str = r#"[{"id": "U1", "name": "ana.b", "profile": {"display_name": "ana"}},
    {"id": "U2", "name": "bob", "profile": {"display_name": ""}}]"#;
const CHANNELS: &str = r#"[{"id": "C1", "name": "incident-42"}]"#;
const DAY_ONE: &str = r#"[
    {"type": "message", "subtype": "channel_join", "user": "U1", "text": "<@U1> has joined", "ts": "1695046330.000100"},
    {"type": "message", "user": "U1", "text": "cards fail &amp; carts too, see <https://x.example/a?b&amp;c|graph> <@U2> <#C1|incident-42> <!here>", "ts": "1695046332.665969", "thread_ts": "1695046332.665969", "pinned_to": ["C1"]},
    {"type": "message", "user": "U2", "text": "rolled back", "ts": "1695046900.000200", "edited": {"user": "U2", "ts": "1695046960.000000"}},
    {"type": "message", "subtype": "bot_message", "username": "deploybot", "text": "", "ts": "1695046400.000300", "attachments": [{"title": "v42", "text": "deployed"}]}]"#;
const DAY_TWO: &str = r#"[
    {"type": "message", "user": "U2", "text": "in the thread", "ts": "1695046500.000400", "thread_ts": "1695046332.665969", "parent_user_id": "U1"},
    {"type": "message", "subtype": "thread_broadcast", "user": "U2", "text": "in the thread", "ts": "1695046500.000400"}, {"odd": 1}]"#;

fn export() -> Vec<Source> {
    vec![
        source("export/users.json", USERS),
        source("export/channels.json", CHANNELS),
        source("export/incident-42/2023-09-18.json", DAY_ONE),
        source("export/incident-42/2023-09-19.json", DAY_TWO),
    ]
}

#[test]
fn a_slack_channel_is_told_as_it_was_said_and_by_whom() {
    let told = read(Format::of(&export()), &export(), &setting()).expect("an export");
    let said: Vec<(&str, &str, &str)> = told
        .lines
        .iter()
        .map(|line| (line.actor.as_str(), line.line.kind.as_str(), line.line.text.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (
                "ana",
                "message",
                "cards fail & carts too, see graph (https://x.example/a?b&c) @bob #incident-42 @here"
            ),
            ("deploybot", "message", "v42: deployed"),
            ("bob", "message", "in the thread"),
            ("bob", "message", "rolled back"),
            ("bob", "edit", "edited to: rolled back"),
        ]
    );
    assert_eq!(told.lines[0].happened_at.map(rfc3339).as_deref(), Some("2023-09-18T14:12:12.665Z"));
    assert!(told.lines[0].line.starred, "it is pinned");
    assert_eq!(told.lines[4].line.amends.as_deref(), Some("slack:incident-42:1695046900.000200"));
    assert_eq!(told.lines[4].happened_at.map(rfc3339).as_deref(), Some("2023-09-18T14:22:40.000Z"));
    assert_eq!(problems(&told), ["0: unreadable"]);
    let two = [export(), vec![source("export/random/2023-09-18.json", "[]")]].concat();
    let refusal = read(Format::Slack, &two, &setting()).expect_err("two channels");
    assert_eq!(refusal, "slack: 2 channels (name one with --only: incident-42, random)");
    let only = Setting { only: Some("#incident-42".to_owned()), ..setting() };
    assert_eq!(read(Format::Slack, &two, &only).expect("an export").lines.len(), 5);
}

#[test]
fn tables_fences_and_paragraphs_are_timelines_too() {
    let text = "# Notes of 2026-11-21\n\n## Timeline\n\n| Time (CET) | Who | What |\n|---|---|---|\n| 15:02 | ana | cards **fail** |\n| 1510 | bob | rolled back |\n\n```\n[15:20] all is well\n  at least here\n15.30 pods\n```\n\n15:40 UTC - it is over\n16:00 really\n\n- 2026-02-30 10:00 never\n\n## Actions\n\n- 2026-12-01: fix it\n";
    let told = told("notes.md", text);
    assert_eq!(
        lines(&told),
        [
            "2026-11-21 14:02 cards fail",
            "2026-11-21 14:10 rolled back",
            "2026-11-21 14:20 all is well at least here 15.30 pods",
            "2026-11-21 15:40 it is over",
            "2026-11-21 15:00 really",
            "unknown 2026-02-30 10:00 never",
        ]
    );
    assert_eq!((told.lines[0].actor.as_str(), told.lines[1].actor.as_str()), ("ana", "bob"));
    assert_eq!(problems(&told), ["17: time-order", "19: impossible-time"]);
}

/// Asks for what was told to be recorded by zoe.
fn import(told: &Told, new: Option<&str>) -> Ask {
    let into_new = new.map(|title| NewIncident { title: title.to_owned(), severity: Severity::Sev3 });
    let began = told.lines.iter().filter_map(|line| line.happened_at).min().filter(|_| new.is_some());
    let ask = Ask::new("zoe", Intent::Import(ImportAsk { into_new, lines: told.lines.clone() }));
    Ask { happened_at: began, ..ask }
}

fn imported(room: &Room) -> Vec<&Entry> {
    let is_it = |entry: &&Entry| matches!(entry.event.kind, EventKind::Imported(_));
    room.incident().timeline.iter().filter(is_it).collect()
}

#[test]
fn imported_lines_keep_their_author_are_never_late_and_come_once() {
    let told = read(Format::Slack, &export(), &setting()).expect("an export");
    let mut room = Room::declared();
    assert_eq!(room.ask(&import(&told, None)).expect("admitted").len(), 5);
    let first = imported(&room)[0];
    assert_eq!((first.event.actor.as_str(), first.event.origin, first.late), ("ana", Origin::Human, false));
    let EventKind::Imported(Imported { by, from, .. }) = &first.event.kind else {
        panic!("an imported line")
    };
    assert_eq!((by.as_str(), from.as_str()), ("zoe", "slack #incident-42"));
    let edit = imported(&room)[4];
    assert_eq!(edit.amends, Some(imported(&room)[3].event.seq));
    let refusal = room.ask(&import(&told, None)).expect_err("nothing is new");
    assert_eq!(refusal.kind, RefusalKind::AlreadySaid);
    let more = Told { lines: [told.lines.clone(), vec![told.lines[0].clone()]].concat(), ..told.clone() };
    let mut more = more;
    more.lines[5].line.key = "slack:incident-42:9.9".to_owned();
    assert_eq!(room.ask(&import(&more, None)).expect("one is new").len(), 1);
}

#[test]
fn a_new_incident_happened_when_its_first_line_did_and_is_made_once() {
    let told = fixture("moj-2024-07-25-elasticsearch-logging.md");
    let mut room = Room::empty();
    room.ask(&import(&told, Some("Logs are lost"))).expect("admitted");
    assert_eq!(room.incident().id, "inc-2024-0725-logs-are-lost");
    assert_eq!(imported(&room).len(), 18);
    let texts: Vec<&str> = imported(&room).iter().map(|entry| entry.text.as_str()).collect();
    assert!(texts[2].contains("starts") && texts[3].contains("recovers"), "12:35 stands before 12:50");
    let refusal = room.ask(&import(&told, Some("Logs are lost"))).expect_err("it is there");
    assert!(refusal.why.contains("every line is in inc-2024-0725-logs-are-lost already"), "{}", refusal.why);
    assert_eq!(room.ledger.incidents.len(), 1);
    let nothing = Told::default();
    let refusal = room.ask(&import(&nothing, Some("x"))).expect_err("no lines");
    assert!(refusal.why.contains("no line to record"), "{}", refusal.why);
}

#[test]
fn what_is_imported_moves_nothing() {
    let mut room = Room::declared();
    let before = room.incident().clone();
    let lines = ["resolved", "closed", "role_assigned", "severity_changed"].map(|kind| Import {
        happened_at: Some(room.now),
        actor: "mallory".to_owned(),
        line: Imported {
            text: kind.to_owned(),
            kind: kind.to_owned(),
            key: kind.to_owned(),
            ..Imported::default()
        },
    });
    room.ask(&Ask::new("zoe", Intent::Import(ImportAsk { into_new: None, lines: lines.to_vec() })))
        .expect("admitted");
    let after = room.incident();
    assert_eq!(
        (after.status, after.severity, after.held().count()),
        (before.status, before.severity, before.held().count())
    );
    assert_eq!(after.timeline.len(), before.timeline.len() + 4);
}

/// What has to come back of an entry.
fn facts(entry: &Entry) -> (Option<String>, String, String, String, bool, bool) {
    let at = entry.event.happened_at.map(rfc3339);
    (at, entry.event.actor.clone(), entry.kind_word(), entry.text.clone(), entry.starred, entry.struck)
}

#[test]
fn our_own_lines_come_back_as_they_went_out() {
    let mut room = Room::declared();
    let wrong = room.says(note("it is host a"));
    room.wait(3);
    room.ask(&Ask::new("bob", note("errors begin")).at(room.now - chrono::TimeDelta::minutes(40)))
        .expect("admitted");
    room.says(strike(wrong));
    let decision = Intent::Note {
        text: "roll back #db".into(),
        kind: warroom::incident::event::NoteKind::Decision,
        star: true,
    };
    let right = room.says(decision);
    room.wait(2);
    room.says(Intent::Amend { seq: right, text: "roll back to v41".into() });
    let unknown =
        told("n.md", "## Timeline\n- 2026-11-21 14:01: a\n- 2026-11-21 X: b\n- 2026-11-21 14:02: c\n");
    room.ask(&import(&unknown, None)).expect("admitted");

    let went_out: Vec<Entry> = room.ledger.timeline(room.incident());
    let text: String = went_out.iter().map(|entry| format!("{}\n", entry.to_json())).collect();
    let told = told("lines.jsonl", &text);
    assert_eq!(told.problems, []);
    let mut copy = Room::empty();
    copy.wait(600);
    copy.ask(&import(&told, Some("a copy"))).expect("admitted");
    let came_back: Vec<_> = imported(&copy).into_iter().map(facts).collect();
    let expected: Vec<_> = went_out.iter().map(facts).collect();
    // The unknown line of the notes stands between its neighbours here and there.
    assert_eq!(came_back, expected);
    let amendment =
        imported(&copy).into_iter().find(|entry| entry.kind_word() == "amended").expect("the amendment");
    let amended =
        amendment.amends.and_then(|seq| copy.incident().entry(seq)).map(|entry| entry.text.as_str());
    assert_eq!(amended, Some("roll back #db"));
}

proptest! {
    #[test]
    fn no_text_is_too_odd_to_be_imported(
        text in "\\PC{0,200}",
        marked in "([-#*|>`:\\[\\] \n]|14:02|2026-11-2[0-9]|X|a|UTC|\\{|\\}|\"ts\"|\"seq\"){0,60}",
    ) {
        for text in [text, marked] {
            for format in [Format::Slack, Format::Markdown, Format::Statuspage, Format::Jsonl] {
                let sources = [source("a/2026-11-21.json", &text)];
                Format::of(&sources);
                if let Err(why) = read(format, &sources, &setting()) {
                    prop_assert!(why.contains(": ") && !why.contains('\n'), "{}", why);
                }
            }
        }
    }
}
