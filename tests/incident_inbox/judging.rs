//! What an alert amounts to: told by several, gone, back again, too young, flapping, planned, taken.

use std::time::Duration;

use warroom::incident::Intent;
use warroom::incident::event::AlertChange;
use warroom::incident::inbox::{Extent, Level, Rules, Standing};
use warroom::slo::exclusion::Planned;

use super::scene::{Post, alert, resolved, silenced, since, words};
use crate::room::at;

#[test]
fn an_alert_told_again_and_again_is_one_and_told_once() {
    let mut post = Post::new();
    let host = || alert("HostDown cluster=prod");
    assert_eq!(words(&post.whole(vec![host(), host()])), ["fired HostDown"]);
    assert_eq!(words(&post.whole(vec![host()])), Vec::<String>::new());
    assert_eq!(words(&post.part(vec![host()])), Vec::<String>::new());
    assert_eq!(post.inbox.alerts().len(), 1);
    assert_eq!(post.one("HostDown").sources(), ["am", "hook"]);
}

#[test]
fn what_a_whole_answer_lacks_is_over_and_what_a_part_lacks_goes_on() {
    let mut post = Post::new();
    post.whole(vec![alert("A"), alert("B")]);
    post.until("14:01:00");
    assert_eq!(words(&post.part(vec![alert("C")])), ["fired C"]);
    assert_eq!(words(&post.whole(vec![alert("B")])), ["resolved A"]);
    assert_eq!(post.standing("A"), &Standing::Over);
    assert_eq!(post.one("A").over_at, Some(at("14:01:00")));
    assert_eq!(post.standing("C"), &Standing::Firing, "the one who told it has not said that it is over");
}

#[test]
fn one_that_two_servers_tell_is_over_when_neither_does() {
    let mut post = Post::new();
    let whole = Extent::Whole { up_since: None };
    post.tells("a", whole, vec![alert("A")]);
    post.tells("b", whole, vec![since("13:00:02", alert("A"))]);
    assert_eq!(post.one("A").key.starts_at, at("13:00:00"), "the other replica's start is the same alert");
    assert_eq!(words(&post.tells("a", whole, vec![])), Vec::<String>::new());
    assert_eq!(words(&post.tells("b", whole, vec![])), ["resolved A"]);
}

#[test]
fn a_server_that_has_just_started_does_not_end_what_it_has_not_heard_of_yet() {
    let mut post = Post::new();
    post.whole(vec![alert("A")]);
    post.until("14:02:00");
    let started = |clock| Extent::Whole { up_since: Some(at(clock)) };
    assert_eq!(words(&post.tells("am", started("14:01:30"), vec![])), Vec::<String>::new());
    assert_eq!(post.standing("A"), &Standing::Firing);
    post.until("14:07:00");
    assert_eq!(words(&post.tells("am", started("14:01:30"), vec![])), ["resolved A"]);
}

#[test]
fn an_answer_that_was_asked_for_before_the_end_was_told_does_not_bring_it_back() {
    let mut post = Post::new();
    post.whole(vec![alert("A")]);
    post.until("14:01:00");
    assert_eq!(words(&post.part(vec![resolved(alert("A"))])), ["resolved A"]);
    post.until("14:00:59");
    assert_eq!(words(&post.whole(vec![alert("A")])), Vec::<String>::new());
    assert_eq!(post.standing("A"), &Standing::Over);
    post.until("14:01:30");
    post.whole(vec![alert("A")]);
    assert_eq!(post.standing("A"), &Standing::Firing, "a newer answer does");
}

#[test]
fn the_same_labels_that_fire_anew_are_another_alert_that_nobody_has_taken() {
    let mut post = Post::new();
    post.whole(vec![alert("A")]);
    post.acknowledge("A");
    post.look();
    assert_eq!(post.standing("A"), &Standing::Taken);
    post.until("14:30:00");
    assert_eq!(words(&post.whole(vec![since("14:20:00", alert("A"))])), ["resolved A", "fired A"]);
    assert_eq!(post.standing("A"), &Standing::Firing, "an acknowledgement is of one time only");
}

#[test]
fn an_alert_counts_after_its_minimum_duration() {
    let mut post = Post::by(Rules { min_duration: Duration::from_mins(5), ..Rules::default() });
    assert_eq!(words(&post.whole(vec![since("13:56:00", alert("A"))])), Vec::<String>::new());
    assert_eq!(post.standing("A"), &Standing::Young);
    post.until("14:01:00");
    assert_eq!(words(&post.look()), ["fired A"]);
    post.whole(vec![since("14:00:00", alert("B")), since("13:56:00", alert("A"))]);
    post.until("14:02:00");
    assert_eq!(
        words(&post.whole(vec![since("13:56:00", alert("A"))])),
        Vec::<String>::new(),
        "B never counted"
    );
}

#[test]
fn one_that_comes_and_goes_flaps_is_taken_once_and_takes_longer_to_be_steady() {
    let mut post = Post::new();
    let mut told = Vec::new();
    for minute in [0, 2, 4] {
        post.until(&format!("14:{minute:02}:00"));
        told.extend(words(&post.whole(vec![since(&format!("14:{minute:02}:00"), alert("A"))])));
        if minute == 4 {
            assert!(post.one("A").flapping_since.is_none());
        }
        post.until(&format!("14:{:02}:00", minute + 1));
        told.extend(words(&post.whole(vec![])));
    }
    assert_eq!(told.iter().filter(|told| *told == "flapping A").count(), 1, "{told:?}");
    post.until("14:06:00");
    post.whole(vec![since("14:06:00", alert("A"))]);
    post.acknowledge("A");
    post.until("14:07:00");
    post.whole(vec![]);
    post.until("14:08:00");
    post.whole(vec![since("14:08:00", alert("A"))]);
    assert_eq!(post.standing("A"), &Standing::Taken, "who took it while it flaps has taken this time too");
    post.until("14:32:30");
    post.look();
    assert!(post.one("A").flapping_since.is_some(), "fewer turns than it began with are not steady yet");
    post.until("14:37:30");
    post.look();
    assert!(post.one("A").flapping_since.is_none());
}

#[test]
fn silenced_and_planned_ones_call_nobody_and_are_told_as_such() {
    let mut post = Post::new();
    post.room.says(Intent::PlanMaintenance {
        kind: Planned::Maintenance,
        service: "checkout".to_owned(),
        from: at("14:00:00"),
        to: at("15:00:00"),
        reason: Some("new disks".to_owned()),
    });
    let changes = post.whole(vec![silenced(alert("A")), alert("B service=checkout"), alert("C")]);
    let why: Vec<_> = changes.iter().map(|change| (change.change, change.why.as_deref())).collect();
    assert!(why.contains(&(AlertChange::Suppressed, Some("silenced by 7c1f"))), "{why:?}");
    assert!(why.contains(&(AlertChange::Suppressed, Some("planned maintenance: new disks"))), "{why:?}");
    assert!(why.contains(&(AlertChange::Fired, None)), "{why:?}");
    assert_eq!((post.inbox.tally().firing, post.inbox.tally().suppressed), (1, 2));
    post.until("15:00:01");
    assert_eq!(words(&post.look()), ["fired B"], "what still fires when the window ends is told then");
}

#[test]
fn what_users_feel_comes_first() {
    let mut post = Post::new();
    post.felt.insert("search".to_owned());
    post.whole(vec![
        alert("Loud severity=critical service=batch"),
        alert("Felt severity=warning service=search"),
        silenced(alert("Quiet severity=critical")),
        alert("Info severity=info"),
        alert("Taken severity=critical"),
    ]);
    post.acknowledge("Taken");
    post.look();
    let order: Vec<&str> = post.inbox.groups().iter().map(|group| group.id.name.as_str()).collect();
    assert_eq!(order, ["Felt", "Loud", "Info", "Taken", "Quiet"]);
}

#[test]
fn an_unknown_severity_may_be_bad() {
    for (word, level) in [
        (None, Level::Warning),
        (Some("Page"), Level::Critical),
        (Some("CRITICAL"), Level::Critical),
        (Some("none"), Level::Info),
        (Some("weird"), Level::Warning),
    ] {
        assert_eq!(Level::of(word), level, "{word:?}");
    }
}

#[test]
fn what_is_over_goes_after_a_while() {
    let mut post = Post::new();
    post.whole(vec![alert("A"), alert("B")]);
    post.whole(vec![alert("B")]);
    post.until("14:10:00");
    post.look();
    assert_eq!(post.inbox.alerts().len(), 2);
    post.until("14:20:00");
    post.look();
    assert_eq!(post.inbox.alerts().len(), 1);
    post.whole(vec![alert("B"), alert("A")]);
    assert_eq!(post.inbox.alerts().len(), 2, "places are right after one went");
}

#[test]
fn alerts_are_found_by_name_or_by_the_beginning_of_a_fingerprint() {
    let mut post = Post::new();
    post.whole(vec![alert("HostDown instance=a"), alert("HostDown instance=b"), alert("Disk")]);
    assert_eq!(post.inbox.find("hostdown").expect("by name").len(), 2);
    assert_eq!(post.inbox.find("HostDown-a").expect("by fingerprint").len(), 1);
    assert!(post.inbox.find("HostDown-").expect_err("two fit").contains("fits 2"));
    assert!(post.inbox.find("gone").expect_err("none").contains("warroom alert list"));
    assert!(post.inbox.find("").is_err());
}
