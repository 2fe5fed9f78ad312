//! `kind = "probe"` in `warroom.toml`: what is read, and what is refused with the way out.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so by panicking")]

use std::time::Duration;

use warroom::config::probe::{Asking, Expected};
use warroom::config::{self, Config, Parsed, Probe, SourceKind};

fn read(keys: &str) -> Parsed {
    let text = format!(
        "[[source]]\nname = \"front\"\nkind = \"probe\"\nurls = [\"https://shop.example/\"]\n{keys}\n"
    );
    config::parse("warroom.toml", &text, Config::default())
}

fn probe(keys: &str) -> Probe {
    let parsed = read(keys);
    assert_eq!(parsed.problems, [], "{keys}");
    match parsed.config.sources.into_iter().next().expect("a source").kind {
        SourceKind::Probe(probe) => probe,
        other => panic!("a probe expected, not {other:?}"),
    }
}

#[test]
fn a_probe_of_nothing_but_urls_asks_with_get_for_any_2xx() {
    let expected = Probe {
        urls: vec!["https://shop.example/".to_owned()],
        expect: vec![Expected::Class(2)],
        within: None,
        method: Asking::Get,
        body: None,
    };
    assert_eq!(probe(""), expected);
}

#[test]
fn every_key_is_read() {
    let cases = [
        ("expect = 200", vec![Expected::Status(200)]),
        ("expect = \"204\"", vec![Expected::Status(204)]),
        ("expect = \"3xx\"", vec![Expected::Class(3)]),
        (
            "expect = [200, \"204\", \"3xx\"]",
            vec![Expected::Status(200), Expected::Status(204), Expected::Class(3)],
        ),
    ];
    for (keys, expect) in cases {
        assert_eq!(probe(keys).expect, expect, "{keys}");
    }
    assert_eq!(probe("within = \"500ms\"").within, Some(Duration::from_millis(500)));
    assert_eq!(probe("method = \"HEAD\"").method, Asking::Head);
    assert_eq!(probe("body = \"all well\"").body.as_deref(), Some("all well"));
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_the_way_out() {
    let status = "(write a status like 200, a class like \"2xx\", or a list)";
    let cases = [
        ("expect = 99", format!("source.front.expect: \"99\" is no HTTP status {status}")),
        ("expect = \"6xx\"", format!("source.front.expect: \"6xx\" is no HTTP status {status}")),
        ("expect = \"fine\"", format!("source.front.expect: \"fine\" is no HTTP status {status}")),
        ("expect = []", "source.front.expect: is an empty list (name at least one)".to_owned()),
        (
            "expect = [true]",
            "source.front.expect: a text or a whole number is expected here, not a boolean".to_owned(),
        ),
        ("within = \"2m\"", "source.front.within: is out of range (write a span up to 1m)".to_owned()),
        ("within = \"0s\"", "source.front.within: is out of range (write a span up to 1m)".to_owned()),
        ("method = \"POST\"", "source.front.method: \"POST\" is unknown (one of GET, HEAD)".to_owned()),
        (
            "method = \"HEAD\"\nbody = \"x\"",
            "source.front.body: is never sent in answer to HEAD (use method = \"GET\")".to_owned(),
        ),
    ];
    for (keys, expected) in cases {
        let said: Vec<String> = read(keys).errors().map(ToString::to_string).collect();
        assert!(said.len() == 1 && said[0].ends_with(&expected), "{keys}: {said:?}");
    }
}

#[test]
fn keys_of_a_probe_are_strange_to_other_sources() {
    let text =
        "[[source]]\nname = \"p\"\nkind = \"scrape\"\nurls = [\"http://h/metrics\"]\nwithin = \"1s\"\n";
    let parsed = config::parse("warroom.toml", text, Config::default());
    let said: Vec<String> = parsed.errors().map(ToString::to_string).collect();
    assert!(said.len() == 1 && said[0].contains("within: unknown key"), "{said:?}");
}
