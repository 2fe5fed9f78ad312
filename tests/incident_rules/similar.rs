//! Which past incidents one is like, and why; which are never offered.

use std::time::Duration;

use warroom::incident::event::{AlertChange, AlertGroup, AlertKey, AlertNews, Fields, Mitigation};
use warroom::incident::similar::{self, Similar};
use warroom::incident::{AlertAsk, Ask, Brief, Intent, Severity};
use warroom::text::Time;
use warroom::text::when::after;

use crate::intents::{note, text};
use crate::room::{Room, at};

fn declare(title: &str, service: &str) -> Intent {
    let services = vec![text(service)];
    Intent::Declare {
        title: text(title),
        severity: Severity::Sev2,
        services,
        ic: None,
        drill: false,
        private: false,
        found: None,
    }
}

/// Begins an incident and says something in it; its id.
fn begun(room: &mut Room, begin: Intent, notes: &[&str]) -> String {
    room.says(begin);
    let id = room.incident().id.clone();
    for said in notes {
        let ask = Ask::new("ana", note(said)).about(&id);
        room.ask(&ask).expect("a note");
    }
    id
}

/// Mitigates it after a quarter of an hour and resolves it; a day goes by.
fn ended(room: &mut Room, id: &str, kind: Mitigation) {
    room.wait(15);
    for intent in [Intent::Mitigate { kind }, Intent::Resolve] {
        room.ask(&Ask::new("ana", intent).about(id)).expect("an end");
    }
    room.wait(24 * 60);
}

fn past(room: &mut Room, title: &str, service: &str, notes: &[&str]) -> String {
    let id = begun(room, declare(title, service), notes);
    ended(room, &id, Mitigation::Rollback);
    id
}

fn like<'a>(room: &'a Room, id: &str, now: Time) -> Vec<Similar<'a>> {
    let incident = room.ledger.incident(id).expect("declared");
    similar::to(&room.ledger, incident, now)
}

fn ids(found: &[Similar<'_>]) -> Vec<String> {
    found.iter().map(|like| like.incident.id.clone()).collect()
}

/// Incidents that have nothing to do with anything, so that words can be rare.
fn noise(room: &mut Room) {
    for (title, service) in [
        ("search is slow", "search"),
        ("mail bounces for everybody", "mail"),
        ("certificate of the edge expired", "edge"),
        ("login fails with errors", "auth"),
        ("billing job is late", "billing"),
    ] {
        past(room, title, service, &["errors rise", "we look into it"]);
    }
}

#[test]
fn the_same_service_and_the_same_rare_words_make_two_alike_and_it_says_so() {
    let mut room = Room::empty();
    noise(&mut room);
    let pool = past(&mut room, "checkout down", "checkout", &["connection pool exhausted"]);
    let other = past(&mut room, "checkout down", "checkout", &["a bad deploy"]);
    let now =
        begun(&mut room, declare("checkout errors", "checkout"), &["pool looks exhausted", "errors rise"]);
    let found = like(&room, &now, room.now);
    assert_eq!(ids(&found), [pool.clone(), other], "the one with the words first");
    assert_eq!(found[0].why.services, ["checkout"]);
    assert_eq!(found[0].why.words, ["exhausted", "pool"]);
    assert!(found[0].is_strong() && !found[1].is_strong(), "{} {}", found[0].score, found[1].score);
    let words = format!(
        "{pool} SEV2 checkout down, 2d 0h ago, mitigated by rollback in 15m \
         (same service: checkout; words: exhausted, pool)"
    );
    assert_eq!(found[0].words(room.now), words);
}

#[test]
fn words_alone_are_enough_when_several_are_shared_and_one_never_is() {
    let mut room = Room::empty();
    noise(&mut room);
    let twin = past(&mut room, "deadlock in the ledger table", "payments", &[]);
    past(&mut room, "deadlock", "reports", &[]);
    let now = begun(&mut room, declare("ledger deadlock", "invoices"), &[]);
    let found = like(&room, &now, room.now);
    assert_eq!(ids(&found), [twin]);
    assert!(!found[0].is_strong(), "in one respect alone");
}

#[test]
fn the_same_alert_counts_also_when_it_fired_before_the_declaration() {
    let mut room = Room::empty();
    noise(&mut room);
    let fired = |service: &str| {
        let group = AlertGroup { name: text("HostDown"), place: String::new() };
        AlertNews {
            change: AlertChange::Fired,
            group,
            more_groups: 0,
            service: Some(text(service)),
            source: text("am"),
            severity: None,
            why: None,
            alerts: vec![AlertKey { fingerprint: text(service), starts_at: at("13:59:00") }].into(),
        }
    };
    let tell = |room: &mut Room, service: &str| {
        let notice = Intent::Alert(AlertAsk::Notice(fired(service)));
        room.ask(&Ask::new("warroom", notice)).expect("a fact");
    };
    tell(&mut room, "cache");
    room.wait(5);
    let alerted = past(&mut room, "slow pages", "cache", &[]);
    tell(&mut room, "queue");
    let now = begun(&mut room, declare("jobs hang", "queue"), &[]);
    let found = like(&room, &now, room.now);
    assert_eq!(ids(&found), [alerted]);
    assert_eq!(found[0].why.alerts, ["HostDown"]);
    assert!(found[0].why.words().contains("same alert: HostDown"));
}

#[test]
fn itself_open_ones_drills_and_merged_ones_are_never_offered() {
    let mut room = Room::empty();
    let Intent::Declare { title, severity, services, .. } = declare("checkout down", "checkout") else {
        return;
    };
    let drill =
        Intent::Declare { title, severity, services, ic: None, drill: true, private: false, found: None };
    let drill = begun(&mut room, drill, &[]);
    ended(&mut room, &drill, Mitigation::Rollback);
    let merged = begun(&mut room, declare("checkout down", "checkout"), &[]);
    let open = begun(&mut room, declare("checkout down too", "checkout"), &[]);
    let merge = Intent::Merge { into: open.clone() };
    room.ask(&Ask::new("ana", merge).about(&merged)).expect("merged");
    let now = begun(&mut room, declare("checkout down again", "checkout"), &[]);
    assert_eq!(ids(&like(&room, &now, room.now)), [""; 0]);
    ended(&mut room, &open, Mitigation::Flag);
    assert_eq!(ids(&like(&room, &now, room.now)), [open]);
}

#[test]
fn of_two_alike_the_younger_comes_first_and_age_never_hides_one() {
    let mut room = Room::empty();
    noise(&mut room);
    let old = past(&mut room, "checkout pool exhausted", "checkout", &[]);
    room.wait(300 * 24 * 60);
    let young = past(&mut room, "checkout pool exhausted", "checkout", &[]);
    let now = begun(&mut room, declare("checkout pool exhausted", "checkout"), &[]);
    assert_eq!(ids(&like(&room, &now, room.now)), [young, old.clone()]);
    let late = after(room.now, Duration::from_hours(24 * 365 * 3));
    assert!(ids(&like(&room, &now, late)).contains(&old));
}

#[test]
fn the_same_mitigation_tells_two_others_apart() {
    let mut room = Room::empty();
    noise(&mut room);
    let flag = begun(&mut room, declare("checkout slow", "checkout"), &[]);
    ended(&mut room, &flag, Mitigation::Flag);
    let shed = begun(&mut room, declare("checkout slow", "checkout"), &[]);
    ended(&mut room, &shed, Mitigation::Shed);
    let now = begun(&mut room, declare("checkout slow", "checkout"), &[]);
    room.ask(&Ask::new("ana", Intent::Mitigate { kind: Mitigation::Flag }).about(&now)).expect("mitigated");
    let found = like(&room, &now, room.now);
    assert_eq!(ids(&found)[0], flag);
    assert_eq!(found[0].why.mitigation, Some(Mitigation::Flag));
}

#[test]
fn struck_lines_and_words_of_everywhere_say_nothing() {
    let mut room = Room::empty();
    noise(&mut room);
    past(&mut room, "from then until now", "one", &["zookeeper quorum lost"]);
    let noted = room.ledger.head - 3;
    room.ask(&Ask::new("ana", Intent::Strike { seq: noted, reason: text("no") })).expect("struck");
    let struck = room.ledger.incidents.last().and_then(|past| past.entry(noted)).map(|entry| entry.struck);
    assert_eq!(struck, Some(true));
    let now = begun(&mut room, declare("from then until now", "two"), &["zookeeper quorum lost"]);
    let found = like(&room, &now, room.now);
    assert!(found.iter().all(|like| like.why.words == ["until"]), "{found:?}");
}

#[test]
fn the_brief_of_an_open_incident_names_them_and_that_of_a_past_one_does_not() {
    let mut room = Room::empty();
    noise(&mut room);
    let pool = past(&mut room, "checkout pool exhausted", "checkout", &[]);
    begun(&mut room, declare("pool exhausted", "checkout"), &[]);
    let page = Brief::new(&room.ledger, room.incident(), room.now).lines().join("\n");
    assert!(page.contains(&format!("Similar:\n- {pool} SEV2 checkout pool exhausted, ")), "{page}");
    let old = room.ledger.incident(&pool).expect("declared");
    let page = Brief::new(&room.ledger, old, room.now).lines().join("\n");
    assert!(!page.contains("Similar"), "{page}");
}

#[test]
fn an_impact_that_somebody_described_counts_too() {
    let mut room = Room::empty();
    noise(&mut room);
    let past = begun(&mut room, declare("odd", "cart"), &[]);
    let impact = Fields { impact: Some(text("guests cannot check out")), ..Fields::default() };
    room.ask(&Ask::new("ana", Intent::SetFields(impact)).about(&past)).expect("set");
    ended(&mut room, &past, Mitigation::Hotfix);
    let now = begun(&mut room, declare("guests cannot pay", "shop"), &[]);
    assert_eq!(like(&room, &now, room.now)[0].why.words, ["cannot", "guests"]);
}
