//! What other systems post about changes: each change once, in the words people use for it, or nothing.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

use proptest::prelude::*;
use serde_json::{Value, json};
use warroom::incident::Intent;
use warroom::incident::event::ChangeKind;
use warroom::incident::intake::{ARGO_TEMPLATE, Heard, Posted, Sender, read};
use warroom::text::Time;

const DEPLOYED: &str = include_str!("fixtures/incident/github-deployment-status.json");

fn now() -> Time {
    at("2026-11-21T14:00:00Z")
}

fn at(text: &str) -> Time {
    text.parse().expect("a time")
}

fn change(sender: Sender, body: &str, service: Option<&str>) -> Posted {
    match read(sender, body, service, now()) {
        Ok(Heard::Change(posted)) => posted,
        other => panic!("no change: {other:?}"),
    }
}

/// GitHub's own example with some fields set.
fn github(fields: &[(&str, Value)]) -> String {
    let mut body: Value = serde_json::from_str(DEPLOYED).expect("the fixture");
    for (pointer, value) in fields {
        *body.pointer_mut(pointer).expect("a field of the fixture") = value.clone();
    }
    body.to_string()
}

#[test]
fn githubs_own_example_is_a_deploy_at_its_own_time() {
    let posted = change(Sender::Github, DEPLOYED, None);
    assert_eq!(posted.at, at("2019-05-15T15:20:55Z"));
    assert_eq!(posted.change.words(), "deploy of Hello-World: master (f95f852b) to production");
    assert_eq!(posted.key, "Codertocat/Hello-World:145988746:success");
    let named = change(Sender::Github, DEPLOYED, Some("checkout"));
    assert_eq!(
        (named.change.service.as_str(), named.key),
        ("checkout", posted.key),
        "the address names the service"
    );
}

#[test]
fn a_deployment_is_a_change_when_it_ends_and_says_when_it_failed() {
    let state = |state: &str| github(&[("/deployment_status/state", json!(state))]);
    for quiet in ["pending", "queued", "in_progress", "waiting", "inactive"] {
        let heard = read(Sender::Github, &state(quiet), None, now());
        assert_eq!(heard, Ok(Heard::Nothing("the deployment has not ended")), "{quiet}");
    }
    let failed = change(Sender::Github, &state("failure"), None);
    assert_eq!(failed.change.what, "master (f95f852b) to production, FAILED");
    let other = r#"{"zen": "Keep it logically awesome.", "hook_id": 1}"#;
    assert_eq!(read(Sender::Github, other, None, now()), Ok(Heard::Nothing("no deployment_status in it")));
}

#[test]
fn the_link_of_a_deployment_is_the_first_that_is_written() {
    let link = |fields: &[(&str, Value)]| change(Sender::Github, &github(fields), None).change.url;
    assert_eq!(link(&[]), None, "the example has none");
    assert_eq!(
        link(&[("/deployment_status/target_url", json!("https://ci.example/1"))]).as_deref(),
        Some("https://ci.example/1")
    );
}

fn argo(fields: &[(&str, Value)]) -> String {
    let mut body = json!({
        "app": "checkout", "namespace": "shop", "phase": "Succeeded",
        "revision": "f95f852bd8fca8fcc58a9a2d6c842781e32a215e", "finished_at": "2026-11-21T13:58:00Z",
        "url": "https://argo.example/applications/checkout",
    });
    for (name, value) in fields {
        body[*name] = value.clone();
    }
    body.to_string()
}

#[test]
fn a_sync_of_argo_is_a_deploy_with_its_way_back() {
    let posted = change(Sender::Argo, &argo(&[("previous", json!("v41"))]), None);
    assert_eq!(posted.change.words(), "deploy of checkout: f95f852b to shop (back: v41)");
    assert_eq!(posted.change.url.as_deref(), Some("https://argo.example/applications/checkout"));
    assert_eq!(posted.at, at("2026-11-21T13:58:00Z"));
    let labelled = change(Sender::Argo, &argo(&[("service", json!("pay"))]), None);
    assert_eq!(labelled.change.service, "pay");
    let running = read(Sender::Argo, &argo(&[("phase", json!("Running"))]), None, now());
    assert_eq!(running, Ok(Heard::Nothing("the sync has not ended")));
}

#[test]
fn our_template_for_argo_posts_every_field_that_is_read() {
    for field in ["app", "service", "namespace", "phase", "revision", "finished_at", "url"] {
        assert!(ARGO_TEMPLATE.contains(&format!("\"{field}\": {{{{")), "{field}");
    }
}

#[test]
fn our_own_schema_takes_any_kind_of_change() {
    let body =
        r#"{"service": "search", "what": "new ranking off", "kind": "flag", "id": "77", "back": "on"}"#;
    let posted = change(Sender::Plain, body, None);
    assert_eq!((posted.at, posted.change.kind), (now(), ChangeKind::Flag));
    assert_eq!(posted.change.words(), "flag of search: new ranking off (back: on)");
    let ask = posted.ask(Sender::Plain);
    let Intent::Record { dedupe, .. } = ask.intent else { panic!("not recorded as a fact") };
    assert_eq!((ask.actor.as_str(), dedupe.as_deref()), ("change", Some("change:search:77")));
}

#[test]
fn what_cannot_be_read_is_refused_by_the_name_of_its_field() {
    let cases: &[(Sender, &str, &str)] = &[
        (Sender::Plain, "", "body: not JSON"),
        (Sender::Plain, "[1]", "body: not a JSON object"),
        (Sender::Plain, r#"{"service": "a", "what": "b"}"#, "id: missing"),
        (Sender::Plain, r#"{"what": "b", "id": "1"}"#, "service: missing"),
        (Sender::Plain, r#"{"service": "a", "what": 7, "id": "1"}"#, "what: missing, or not a text"),
        (
            Sender::Plain,
            r#"{"service": "a", "what": "b", "id": "1", "kind": "magic"}"#,
            "change: magic: unknown",
        ),
        (Sender::Plain, r#"{"service": "a", "what": "b", "at": "14:02"}"#, "at: 14:02: not an instant"),
        (Sender::Plain, r#"{"service": "a", "what": "b", "at": "2031-01-01T00:00:00Z"}"#, "has not come yet"),
        (Sender::Plain, r#"{"service": "a", "what": "b", "sevrice": "c"}"#, "sevrice: unknown field"),
        (Sender::Argo, r#"{"app": "a"}"#, "phase: missing"),
        (Sender::Github, r#"{"deployment_status": {"state": "success"}}"#, "repository.full_name: missing"),
    ];
    for (sender, body, why) in cases {
        let told = read(*sender, body, None, now()).expect_err(body);
        assert!(told.contains(why), "{body}: {told}");
    }
}

#[test]
fn a_body_nested_ten_thousand_deep_is_refused() {
    let deep = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    for sender in [Sender::Github, Sender::Argo, Sender::Plain] {
        let told = read(sender, &deep, None, now()).expect_err("refused");
        assert!(told.contains("recursion limit"), "{told}");
    }
}

proptest! {
    #[test]
    fn no_body_breaks_the_reader(body in "\\PC{0,80}", name in "\\PC{0,9}") {
        for sender in [Sender::Github, Sender::Argo, Sender::Plain] {
            let _ = read(sender, &body, Some(&name), now());
            let _ = read(sender, &json!({"app": body, "phase": name, "service": body}).to_string(), None, now());
        }
    }

    #[test]
    fn a_change_that_is_posted_again_has_the_same_key(id in "[a-z0-9]{1,8}", what in "\\PC{1,12}") {
        let body = json!({"service": "a", "what": what, "id": id}).to_string();
        if let (Ok(Heard::Change(one)), Ok(Heard::Change(other))) =
            (read(Sender::Plain, &body, None, now()), read(Sender::Plain, &body, None, at("2026-11-21T14:09:00Z")))
        {
            prop_assert_eq!(one.key, other.key);
        }
    }
}
