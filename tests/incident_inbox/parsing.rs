//! The notations of Alertmanager: its API's lists and its webhook's body, of old and new versions, and what
//! is no such thing.

use std::collections::BTreeSet;

use warroom::incident::inbox::{Hush, Told, parse};

use super::scene::Post;
use crate::room::at;

const GROUPS: &str = include_str!("../fixtures/incident/alertmanager-v2-alert-groups.json");

#[test]
fn a_real_answer_of_ten_groups_holds_24_entries_of_twelve_alerts() {
    let parsed = parse::alerts(GROUPS).expect("a list");
    assert_eq!((parsed.alerts.len(), parsed.problems), (24, Vec::<String>::new()));
    let mut post = Post::new();
    post.whole(parsed.alerts);
    let prints: BTreeSet<&str> = post.inbox.alerts().map(|alert| alert.key.fingerprint.as_str()).collect();
    let tally = post.inbox.tally();
    assert_eq!((prints.len(), post.inbox.alerts().len()), (12, 12));
    assert_eq!((tally.firing, tally.suppressed), (8, 4));
    let groups: Vec<(String, usize)> =
        post.inbox.groups().iter().map(|group| (group.id.title(), group.members().count())).collect();
    assert_eq!(groups.len(), 6, "by name and cluster, as the server groups for one receiver: {groups:?}");
    assert!(groups.contains(&("Host_Down (prod)".to_owned(), 2)), "{groups:?}");
}

#[test]
fn a_webhook_post_is_read_and_says_what_was_cut_off() {
    let body = r#"{"version":"4","groupKey":"{}:{}","truncatedAlerts":7,"receiver":"x","status":"firing","novelty":[1],
      "alerts":[
        {"status":"firing","labels":{"alertname":"A"},"annotations":{},"startsAt":"2026-11-21T13:00:00Z",
         "endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"aa"},
        {"status":"resolved","labels":{"alertname":"B"},"annotations":null,"startsAt":"2026-11-21T12:00:00Z",
         "endsAt":"2026-11-21T13:30:00Z","generatorURL":"http://p/g","fingerprint":"bb"}]}"#;
    let parsed = parse::webhook(body).expect("a body");
    assert_eq!(parsed.problems, ["7 alerts were cut off by the sender (max_alerts)"]);
    let [a, b] = &parsed.alerts[..] else { panic!("two alerts: {parsed:?}") };
    assert_eq!((&a.told, a.ends_at, &a.generator_url), (&Told::Firing, None, &None));
    assert_eq!((&b.told, b.ends_at), (&Told::Resolved, Some(at("13:30:00"))));
}

#[test]
fn fields_of_older_versions_may_be_missing_and_those_of_newer_ones_are_passed_over() {
    let old = r#"[{"fingerprint":"aa","startsAt":"2026-11-21T13:00:00.5+01:00","status":{"state":"suppressed",
      "silencedBy":["s1"],"inhibitedBy":[]},"labels":{"alertname":"A"},"annotations":{},"later":{"x":1}}]"#;
    let parsed = parse::alerts(old).expect("a list");
    let hush = Hush { silenced_by: vec!["s1".to_owned()], ..Hush::default() };
    assert_eq!(parsed.alerts[0].told, Told::Suppressed(hush));
    assert_eq!(parsed.alerts[0].starts_at, at("12:00:00.5"));
}

#[test]
fn a_bad_alert_costs_itself_and_is_named() {
    let good = r#"{"fingerprint":"aa","startsAt":"2026-11-21T13:00:00Z","status":{"state":"active"},"labels":{"alertname":"Good"}}"#;
    let cases = [
        (
            r#"{"labels":{"alertname":"Bad"},"startsAt":"2026-11-21T13:00:00Z","status":{"state":"active"}}"#,
            "alert Bad: it has no fingerprint",
        ),
        (
            r#"{"fingerprint":"bb","startsAt":"0001-01-01T00:00:00Z","status":{"state":"active"}}"#,
            "alert bb: it has no start",
        ),
        (r#"{"fingerprint":"bb","startsAt":"yesterday","status":{"state":"active"}}"#, "alert bb: "),
        (
            r#"{"fingerprint":"bb","startsAt":"2026-11-21T13:00:00Z","status":{"state":"dancing"}}"#,
            "alert bb: its state is dancing",
        ),
        (
            r#"{"fingerprint":"bb","startsAt":"2026-11-21T13:00:00Z","status":{"state":"active"},"labels":{"n":7}}"#,
            "alert bb: ",
        ),
        ("7", "alert without a name: "),
        (r#"{"alerts":7,"labels":{}}"#, "a group whose alerts are no list"),
    ];
    for (bad, why) in cases {
        let parsed = parse::alerts(&format!("[{bad},{good}]")).expect("a list");
        assert_eq!(parsed.alerts.len(), 1, "{bad}");
        assert!(
            parsed.problems.len() == 1 && parsed.problems[0].starts_with(why),
            "{bad}: {:?}",
            parsed.problems
        );
    }
}

#[test]
fn what_is_no_list_is_refused_as_a_whole() {
    let deep = "[".repeat(10_000);
    for text in ["", "{}", "<html>", "null", "[{\"a\":", deep.as_str(), "\u{0}"] {
        assert!(parse::alerts(text).is_err(), "{:?}", &text[..text.len().min(20)]);
        assert!(parse::webhook(text).is_err(), "{:?}", &text[..text.len().min(20)]);
    }
}

#[test]
fn the_start_of_a_server_is_read_from_its_status() {
    assert_eq!(
        parse::up_since(r#"{"uptime":"2026-11-21T13:00:00.000Z","cluster":{}}"#),
        Some(at("13:00:00"))
    );
    assert_eq!(parse::up_since("{}"), None);
    assert_eq!(parse::up_since("not found"), None);
}
