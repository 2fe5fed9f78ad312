//! What leaves: the confirmations it wants, the backlog as a fold, the bodies, the retries.

use std::time::Duration;

use serde_json::{Value, json};
use warroom::incident::event::{Audience, Delivery, EventKind, Fields, GivenUp};
use warroom::incident::intent::{PostAsk, Sure};
use warroom::incident::outbox::{self, Fate, GIVE_UP_AFTER, Kind, Letter, Verdict};
use warroom::incident::{Ask, Intent, Severity};

use crate::room::{Room, declare};

const BOTH: Sure = Sure { public: true, private: true };

fn publish(audience: Audience, to: &[&str], sure: Sure) -> Intent {
    let to = to.iter().map(|&name| name.to_owned()).collect();
    Intent::Post(PostAsk::Publish { text: "cards fail".into(), audience, next: None, to, sure })
}

#[track_caller]
fn no(room: &mut Room, intent: Intent, part: &str) {
    let before = room.events.len();
    let refusal = room.ask(&Ask::new("ana", intent)).expect_err("refused");
    assert!(refusal.why.contains(part), "{refusal}");
    assert_eq!(room.events.len(), before, "nothing was written");
}

/// What the system says became of a post.
fn ended(room: &mut Room, kind: EventKind) {
    let id = room.incident().id.clone();
    room.ask(&Ask::new("warroom", Intent::Record { kind, dedupe: None }).about(id)).expect("admitted");
}

fn fates(room: &Room) -> Vec<&'static str> {
    room.ledger.posts().map(|(_, queued)| queued.fate.word()).collect()
}

#[test]
fn an_update_that_leaves_is_recorded_and_queued_at_once() {
    let mut room = Room::declared();
    room.says(publish(Audience::Stakeholders, &["status", "mail"], Sure::default()));
    assert_eq!(room.incident().updates.len(), 1);
    let posts: Vec<(&str, &str)> =
        room.incident().posts.iter().map(|q| (q.post.target.as_str(), q.post.text.as_str())).collect();
    assert_eq!(posts, [("status", "cards fail"), ("mail", "cards fail")]);
    let keys: Vec<&str> = room.incident().posts.iter().map(|queued| queued.post.key.as_str()).collect();
    assert!(keys[0] != keys[1] && keys.iter().all(|key| key.len() == 32), "{keys:?}");
    assert_eq!(fates(&room), ["waiting", "waiting"]);
}

#[test]
fn public_words_and_private_incidents_want_their_own_confirmation() {
    let mut room = Room::declared();
    no(&mut room, publish(Audience::Public, &["status"], Sure::default()), "--yes-public");
    room.says(publish(Audience::Public, &[], Sure::default()));
    room.says(publish(Audience::Public, &["status"], Sure { public: true, private: false }));
    room.says(Intent::SetFields(Fields { private: Some(true), ..Fields::default() }));
    let sure = Sure { public: true, private: false };
    no(&mut room, publish(Audience::Public, &["status"], sure), "--yes-private");
    no(&mut room, publish(Audience::Executives, &["mail"], sure), "--yes-private");
    room.says(publish(Audience::Public, &["status"], BOTH));
}

#[test]
fn the_backlog_is_a_fold_and_what_was_sent_stays_sent() {
    let mut room = Room::declared();
    room.says(publish(Audience::Stakeholders, &["a", "b"], Sure::default()));
    let [first, second] = [0, 1].map(|at: usize| room.incident().posts[at].seq);
    ended(&mut room, EventKind::PostSent(Delivery { post: first, attempts: 2 }));
    let gone = GivenUp { post: second, attempts: 1, reason: "HTTP 404 Not Found".into() };
    ended(&mut room, EventKind::PostFailed(gone));
    assert_eq!(fates(&room), ["sent", "given up"]);
    no(&mut room, Intent::Post(PostAsk::Retry { post: first }), "sent, try 2 (nothing to do)");
    no(&mut room, Intent::Post(PostAsk::Drop { post: first, reason: "x".into() }), "nothing to drop");
    no(&mut room, Intent::Post(PostAsk::Drop { post: second, reason: " ".into() }), "reason: empty");
    no(&mut room, Intent::Post(PostAsk::Retry { post: 99 }), "post: 99: unknown");
    room.says(Intent::Post(PostAsk::Retry { post: second }));
    assert_eq!(room.ledger.waiting_posts().map(|(_, queued)| queued.seq).collect::<Vec<_>>(), [second]);
    room.says(Intent::Post(PostAsk::Drop { post: second, reason: "said by phone".into() }));
    assert_eq!(fates(&room), ["sent", "dropped"]);
    // Two processes may both have tried: the later word changes nothing.
    let late = GivenUp { post: first, attempts: 9, reason: "down".into() };
    ended(&mut room, EventKind::PostFailed(late));
    assert_eq!(fates(&room), ["sent", "dropped"]);
    assert_eq!(warroom::incident::Ledger::fold(&room.events), room.ledger);
}

#[test]
fn a_post_whose_words_were_erased_is_not_sent() {
    let mut room = Room::declared();
    room.says(publish(Audience::Stakeholders, &["a"], Sure::default()));
    let seq = room.incident().posts[0].seq;
    room.says(Intent::Redact { seq, reason: "a password".into() });
    assert_eq!(room.ledger.posts().count(), 0);
}

/// The letter of an update with this text on a SEV1.
fn letter(text: &str) -> Letter {
    let mut room = Room::empty();
    room.says(declare("Cards <!channel> & more", Severity::Sev1));
    let (audience, to) = (Audience::Stakeholders, vec!["a".to_owned()]);
    let ask = PostAsk::Publish { text: text.into(), audience, next: None, to, sure: BOTH };
    room.says(Intent::Post(ask));
    let (incident, queued) = room.ledger.posts().next().expect("queued");
    Letter::new(incident, queued)
}

#[test]
fn a_webhook_is_told_everything_it_needs() {
    let letter = letter("cards fail");
    let body = outbox::body(Kind::Webhook, &letter, "");
    assert_eq!(body["key"], json!(letter.queued.post.key));
    assert_eq!((&body["audience"], &body["text"]), (&json!("stakeholders"), &json!("cards fail")));
    assert_eq!(body["incident"]["severity"], json!(1));
    assert_eq!(body["queued_at"], json!("2026-11-21T14:00:00.000Z"));
}

#[test]
fn slack_gets_text_always_sections_within_its_limit_and_no_markup_of_ours() {
    let long = "<!channel> ü&".repeat(1_000);
    let body = outbox::body(Kind::Slack, &letter(&long), "");
    let sections: Vec<&str> = body["blocks"]
        .as_array()
        .expect("blocks")
        .iter()
        .map(|block| block["text"]["text"].as_str().expect("text"))
        .collect();
    assert!(sections.len() <= 50 && sections.iter().all(|text| text.chars().count() <= 3_000));
    assert_eq!(sections.concat(), long.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
    assert_eq!(body["text"], json!(sections[0]));
    assert!(!body.to_string().contains("<!channel>"));
}

#[test]
fn pagerduty_gets_its_fields_within_their_caps() {
    let body = outbox::body(Kind::Pagerduty, &letter(&"ü".repeat(200_000)), "R-KEY");
    assert_eq!((&body["routing_key"], &body["event_action"]), (&json!("R-KEY"), &json!("trigger")));
    assert!(body["dedup_key"].as_str().is_some_and(|key| key.len() == 32));
    let summary = body["payload"]["summary"].as_str().expect("a summary");
    assert_eq!(summary.chars().count(), 1_024);
    assert_eq!(body["payload"]["severity"], json!("info"), "an update wakes nobody as critical");
    assert!(body.to_string().len() < 512_000);
    for required in ["summary", "source", "severity"] {
        assert!(body["payload"][required].is_string(), "{required}: {}", body["payload"][required]);
    }
    assert!(matches!(body["links"], Value::Null));
}

#[test]
fn an_answer_is_taken_comes_again_or_is_for_good() {
    let verdict = |status, wait| outbox::verdict(status, "HTTP", wait);
    let why = || "HTTP".to_owned();
    for status in [200, 202, 204] {
        assert_eq!(verdict(status, None), Verdict::Sent);
    }
    let hour = Duration::from_hours(1);
    assert_eq!(verdict(429, Some(hour * 9)), Verdict::Again { why: why(), wait: Some(hour) });
    for status in [408, 425, 500, 503] {
        assert_eq!(verdict(status, None), Verdict::Again { why: why(), wait: None });
    }
    for status in [301, 302, 400, 401, 403, 404, 410, 413] {
        assert_eq!(verdict(status, None), Verdict::Never { why: why() });
    }
}

#[test]
fn pauses_grow_up_to_five_minutes_and_honour_what_the_target_asks() {
    let seconds: Vec<u64> = (1..=10).map(|tries| outbox::pause(tries, None, 0.0).as_secs()).collect();
    assert_eq!(seconds, [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    assert_eq!(outbox::pause(1, None, 1.0), Duration::from_millis(1_500), "chance only shortens it");
    assert_eq!(outbox::pause(1, Some(Duration::from_secs(30)), 1.0), Duration::from_secs(30));
    assert!(outbox::pause(u32::MAX, None, 0.5) <= Duration::from_mins(5));
    let all: u64 = (1..GIVE_UP_AFTER).map(|tries| outbox::pause(tries, None, 0.0).as_secs()).sum();
    assert!((40 * 60..90 * 60).contains(&all), "given up after about an hour: {all} s");
    assert_eq!(Fate::Waiting.word(), "waiting");
}
