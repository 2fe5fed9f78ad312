//! Storms: however many alerts there are, the timeline has few lines of them, and each alert is in one.

use std::collections::BTreeSet;

use warroom::incident::event::AlertChange;
use warroom::incident::inbox::{Heard, Pace};
use warroom::incident::{AlertAsk, Ask, Intent};

use super::scene::{Post, alert, minutes_later, since};
use crate::room::{Room, at, declare};

/// So many alerts in so many groups.
fn storm(alerts: usize, groups: usize) -> Vec<Heard> {
    (0..alerts).map(|number| alert(&format!("Name{} instance=i{number}", number % groups))).collect()
}

/// Writes down what is told; how many lines that were.
fn write(pace: &mut Pace, post: &mut Post, alerts: Vec<Heard>) -> usize {
    let changes = post.whole(alerts);
    let told = pace.tell(changes, post.room.now);
    for (incident, news, at) in &told {
        let ask = Ask::new("warroom", Intent::Alert(AlertAsk::Notice(news.clone()))).at(*at);
        post.room.ask(&Ask { incident: incident.clone(), ..ask }).expect("admitted");
    }
    told.len()
}

#[test]
fn ten_thousand_alerts_are_a_few_lines_and_every_one_is_in_one() {
    for groups in [1, 500, 10_000] {
        let (mut post, mut pace) = (Post::unwritten(), Pace::default());
        let lines = write(&mut pace, &mut post, storm(10_000, groups));
        assert!(lines <= 10, "{groups} groups: {lines} lines");
        assert_eq!(post.room.ledger.alerts.open().count(), 10_000, "{groups} groups");
    }
}

#[test]
fn a_storm_that_goes_on_speaks_ever_more_rarely() {
    let (mut post, mut pace) = (Post::unwritten(), Pace::default());
    let mut lines = 0;
    for second in 0..3_600_usize {
        post.room.now = at("14:00:00") + chrono::TimeDelta::seconds(i64::try_from(second).expect("small"));
        let alerts = vec![alert(&format!("Name{} instance=i{second}", second % 50))];
        let changes = post.part(alerts);
        let told = pace.tell(changes, post.room.now);
        lines += told.len();
    }
    assert!(lines < 40, "{lines} lines for an hour of an alert a second");
}

#[test]
fn a_single_alert_after_a_quiet_time_is_told_at_once() {
    let (mut post, mut pace) = (Post::unwritten(), Pace::default());
    assert_eq!(write(&mut pace, &mut post, storm(1_000, 100)), 6);
    post.until("14:10:00");
    let mut alerts = storm(1_000, 100);
    alerts.push(since("14:09:59", alert("Late")));
    assert_eq!(write(&mut pace, &mut post, alerts), 1);
}

#[test]
fn the_worst_are_named_and_the_rest_shares_a_line() {
    let (mut post, mut pace) = (Post::unwritten(), Pace::default());
    let mut alerts = storm(30, 10);
    alerts.push(alert("Loud severity=critical"));
    let changes = post.whole(alerts);
    let told = pace.tell(changes, post.room.now);
    let texts: Vec<String> = told.iter().map(|(_, news, _)| news.group.title()).collect();
    assert_eq!((texts.len(), texts[0].as_str()), (6, "Loud"));
    let (_, rest, _) = told.last().expect("a line");
    assert_eq!((rest.more_groups, rest.alerts.len()), (5, 18));
}

#[test]
fn alerts_of_an_incidents_service_go_onto_it_and_others_stay_outside() {
    let (mut post, mut pace) = (Post::unwritten(), Pace::default());
    post.room.says(declare("Checkout down", warroom::incident::Severity::Sev2));
    write(&mut pace, &mut post, vec![alert("Errors service=checkout"), alert("Disk service=batch")]);
    let own: Vec<&str> = post.room.incident().timeline.iter().map(|entry| entry.text.as_str()).collect();
    assert!(own.contains(&"Errors (checkout) fires") && !own.contains(&"Disk (batch) fires"), "{own:?}");
    assert_eq!(post.room.ledger.loose.len(), 1);
}

#[test]
fn a_second_process_that_tells_the_same_writes_nothing_new() {
    let (mut post, mut pace) = (Post::unwritten(), Pace::default());
    write(&mut pace, &mut post, storm(20, 3));
    let mut other = Post {
        room: Room { ledger: post.room.ledger.clone(), events: Vec::new(), now: post.room.now },
        ..Post::unwritten()
    };
    assert_eq!(other.whole(storm(20, 3)), Vec::new(), "the journal has said it");
}

#[test]
fn what_nobody_wrote_down_is_told_again_after_a_while() {
    let mut post = Post::unwritten();
    assert_eq!(post.whole(storm(2, 1)).len(), 2);
    post.room.now = minutes_later(post.room.now, 11);
    let again = post.look();
    assert_eq!(again.len(), 2, "the process that was to write it down may be gone");
    assert!(again.iter().all(|change| !change.is_first), "and is not announced twice");
}

#[test]
fn what_ended_while_nobody_looked_is_told_when_somebody_does() {
    let (mut post, mut pace) = (Post::unwritten(), Pace::default());
    write(&mut pace, &mut post, storm(3, 1));
    let ledger = post.room.ledger.clone();
    let mut later =
        Post { room: Room { ledger, events: Vec::new(), now: at("18:00:00") }, ..Post::unwritten() };
    let changes = later.whole(storm(1, 1));
    let ended: BTreeSet<&str> = changes.iter().map(|change| change.key.fingerprint.as_str()).collect();
    assert!(changes.iter().all(|change| change.change == AlertChange::Resolved), "{changes:?}");
    assert_eq!(ended.len(), 2);
}
