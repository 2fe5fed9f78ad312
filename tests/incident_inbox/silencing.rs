//! Matchers as Alertmanager reads them, what a silence covers, and what is refused before it is sent.

use warroom::incident::inbox::silence::{common, silences};
use warroom::incident::inbox::{Matcher, SilenceWish};

use super::scene::alert;
use crate::room::at;

fn wish(matchers: &[&str]) -> SilenceWish {
    SilenceWish {
        source: "am".to_owned(),
        matchers: matchers.iter().map(|text| Matcher::parse(text).expect("a matcher")).collect(),
        ends_at: at("15:00:00"),
        by: "ana".to_owned(),
        comment: "known".to_owned(),
    }
}

#[test]
fn matchers_match_the_whole_value_and_a_missing_label_as_an_empty_one() {
    let host = alert("HostDown cluster=prod-eu instance=a");
    for (matcher, covers) in [
        ("alertname=HostDown", true),
        ("alertname=\"HostDown\"", true),
        ("alertname=Host", false),
        ("alertname=~Host", false),
        ("alertname=~Host.*", true),
        ("cluster=~prod-(eu|us)", true),
        ("cluster!=prod", true),
        ("cluster!~prod.*", false),
        ("rack=", true),
        ("rack!=7", true),
        ("rack=7", false),
    ] {
        assert_eq!(wish(&[matcher]).covered([&host].into_iter()).len(), usize::from(covers), "{matcher}");
    }
    assert!(
        wish(&["alertname=HostDown", "instance=b"]).covered([&host].into_iter()).is_empty(),
        "all must hold"
    );
}

#[test]
fn a_matcher_reads_back_as_it_is_shown() {
    for text in ["a=\"b\"", "a!=\"b\"", "a=~\"b.*\"", "a!~\"b|c\"", "a=\"\""] {
        assert_eq!(Matcher::parse(text).expect("a matcher").to_string(), text);
    }
    for text in ["", "a", "=b", "a!b", "a=~("] {
        let why = Matcher::parse(text).expect_err("no matcher");
        assert!(why.contains("(write name=value"), "{text}: {why}");
    }
}

#[test]
fn what_would_cover_everything_or_says_no_reason_is_refused_before_it_is_sent() {
    let now = at("14:00:00");
    assert_eq!(wish(&["a=b"]).check(now), Ok(()));
    for matchers in [&["a=~.*"][..], &["a!=b"], &["a="], &[]] {
        assert!(
            wish(matchers).check(now).expect_err("too wide").contains("cover everything"),
            "{matchers:?}"
        );
    }
    let silent = SilenceWish { comment: " ".to_owned(), ..wish(&["a=b"]) };
    assert!(silent.check(now).expect_err("no reason").contains("no comment"));
    assert!(wish(&["a=b"]).check(at("15:00:00")).expect_err("over").contains("before it begins"));
}

#[test]
fn alerts_have_in_common_what_all_of_them_have() {
    let hosts = [alert("HostDown cluster=prod instance=a"), alert("HostDown cluster=prod instance=b")];
    let words = |matchers: Vec<Matcher>| matchers.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(words(common(hosts.iter())), ["alertname=\"HostDown\"", "cluster=\"prod\""]);
    assert_eq!(words(common(hosts[..1].iter())).len(), 3, "of one alert all");
    assert_eq!(words(common([].iter())), Vec::<String>::new());
}

#[test]
fn the_request_has_author_comment_and_end() {
    let body = wish(&["cluster=~prod.*"]).body(at("14:00:00"));
    assert_eq!(body["createdBy"], "ana");
    assert_eq!((&body["comment"], &body["endsAt"]), (&"known".into(), &"2026-11-21T15:00:00.000Z".into()));
    assert_eq!(
        body["matchers"][0],
        serde_json::json!({"name": "cluster", "value": "prod.*", "isRegex": true, "isEqual": true})
    );
}

#[test]
fn a_silence_of_an_old_server_without_is_equal_reads_and_a_bad_one_costs_itself() {
    let text = r#"[{"id":"s1","status":{"state":"active"},"startsAt":"2026-11-21T13:00:00Z","endsAt":"2026-11-21T15:00:00Z",
      "updatedAt":"2026-11-21T13:00:00Z","createdBy":"ana","comment":"x","matchers":[{"name":"a","value":"b","isRegex":false}]},{"id":7}]"#;
    let read = silences(text).expect("a list");
    assert_eq!((read.len(), read[0].state(), read[0].words()), (1, "active", vec!["a=\"b\"".to_owned()]));
    assert!(silences("{}").is_err());
}
