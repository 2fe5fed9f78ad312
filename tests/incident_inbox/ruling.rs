//! What the rules admit about alerts, where it goes, and what it makes of the measures.

use std::time::Duration;

use warroom::incident::event::{
    AlertChange, AlertGroup, AlertKey, AlertNews, AlertsTaken, EventKind, SilenceMade,
};
use warroom::incident::intent::RefusalKind;
use warroom::incident::{AlertAsk, Ask, Intent, Weight};

use crate::refusal::{no, refused, unknown};
use crate::room::{Room, at};

fn key(print: &str, clock: &str) -> AlertKey {
    AlertKey { fingerprint: print.to_owned(), starts_at: at(clock) }
}

fn news(change: AlertChange, keys: &[AlertKey]) -> Intent {
    Intent::Alert(AlertAsk::Notice(AlertNews {
        change,
        group: AlertGroup { name: "HostDown".to_owned(), place: String::new() },
        more_groups: 0,
        service: Some("checkout".to_owned()),
        source: "am".to_owned(),
        severity: None,
        why: None,
        alerts: keys.iter().cloned().collect(),
    }))
}

fn taken(keys: &[AlertKey]) -> AlertsTaken {
    AlertsTaken {
        group: AlertGroup { name: "HostDown".to_owned(), place: "prod".to_owned() },
        service: Some("checkout".to_owned()),
        alerts: keys.iter().cloned().collect(),
    }
}

fn ack(keys: &[AlertKey]) -> Intent {
    Intent::Alert(AlertAsk::Acknowledge(taken(keys)))
}

#[test]
fn what_was_told_is_not_told_again_and_what_is_new_beside_it_is() {
    let mut room = Room::empty();
    let (a, b) = (key("aa", "13:00:00"), key("bb", "13:01:00"));
    room.says(news(AlertChange::Fired, std::slice::from_ref(&a)));
    let again = Ask::new("warroom", news(AlertChange::Fired, std::slice::from_ref(&a)));
    refused(&mut room, &again, RefusalKind::AlreadySaid, &["told already"]);
    room.says(news(AlertChange::Fired, &[a.clone(), b.clone()]));
    let Some(EventKind::AlertsNoticed(told)) = room.events.last().map(|event| &event.kind) else {
        panic!("news: {:?}", room.events)
    };
    assert_eq!(told.alerts[..], [b]);
    room.says(news(AlertChange::Resolved, std::slice::from_ref(&a)));
    assert!(!room.ledger.alerts.story(&a).expect("known").is_open());
}

#[test]
fn an_acknowledgement_is_of_one_time_goes_where_the_service_is_and_can_be_taken_back() {
    let mut room = Room::declared();
    let a = key("aa", "13:50:00");
    let seq = room.says(ack(std::slice::from_ref(&a)));
    let entry = room.incident().entry(seq).expect("on the incident of its service");
    assert_eq!((entry.text.as_str(), entry.weight()), ("acknowledged HostDown (prod)", Weight::Word));
    no(&mut room, ack(std::slice::from_ref(&a)), &["acknowledged already by ana at 2026-11-21 14:00:00 UTC"]);
    room.says(ack(&[key("aa", "13:55:00")]));
    room.says(Intent::Strike { seq, reason: "the wrong one".to_owned() });
    assert_eq!(room.ledger.alerts.story(&a).expect("known").taken(), None);
    room.says(ack(&[a]));
}

#[test]
fn an_alert_of_no_service_is_acknowledged_outside_and_linked_by_hand() {
    let mut room = Room::declared();
    let a = key("aa", "13:50:00");
    let outside = AlertsTaken { service: None, ..taken(std::slice::from_ref(&a)) };
    let seq = room.says(Intent::Alert(AlertAsk::Acknowledge(outside.clone())));
    assert!(room.incident().entry(seq).is_none());
    let id = room.incident().id.clone();
    let link = Intent::Alert(AlertAsk::Link(outside));
    room.says(link.clone());
    assert_eq!(room.ledger.alerts.story(&a).expect("known").incident(), Some(id.as_str()));
    no(&mut room, link.clone(), &["linked to", "already"]);
    unknown(&mut room, &Ask::new("ana", link).about("inc-gone"), &["inc-gone: unknown"]);
}

#[test]
fn a_closed_incident_is_spared_and_the_news_is_kept_all_the_same() {
    let mut room = Room::declared();
    let id = room.incident().id.clone();
    room.says(Intent::Resolve);
    room.says(Intent::Close);
    let seqs = room
        .ask(&Ask::new("warroom", news(AlertChange::Fired, &[key("aa", "14:00:00")])).about(id))
        .expect("admitted");
    assert!(room.incident().entry(seqs[0]).is_none());
    assert_eq!(room.ledger.loose.last().map(|event| event.seq), Some(seqs[0]));
}

#[test]
fn a_silence_wants_a_comment_and_is_not_struck_but_ended() {
    let mut room = Room::declared();
    let made = |comment: &str| {
        Intent::Alert(AlertAsk::Silenced(SilenceMade {
            source: "am".to_owned(),
            id: "7c1f".to_owned(),
            matchers: vec!["a=\"b\"".to_owned()],
            ends_at: at("15:00:00"),
            comment: comment.to_owned(),
            covered: 2,
        }))
    };
    no(&mut room, made(" "), &["comment: empty"]);
    let seq = room.says(made("known"));
    no(&mut room, Intent::Strike { seq, reason: "x".to_owned() }, &["warroom alert unsilence"]);
}

#[test]
fn the_time_to_acknowledge_counts_from_the_first_alert_where_one_was_acknowledged() {
    let mut room = Room::declared();
    let mtta = |room: &Room| {
        let measures = room.ledger.measures(room.incident()).expect("an incident").all();
        let found = measures.into_iter().find(|measure| measure.name == "MTTA").expect("MTTA");
        (found.definition, found.length())
    };
    assert_eq!(mtta(&room), ("detection to declaration", Duration::ZERO));
    room.wait(3);
    let seq = room.says(ack(&[key("aa", "13:58:00"), key("bb", "13:57:00"), key("old", "09:00:00")]));
    room.wait(3);
    room.says(ack(&[key("cc", "14:01:00")]));
    let expected = ("first alert to its acknowledgement", Duration::from_mins(6));
    assert_eq!(mtta(&room), expected, "the alert of the morning is another story");
    room.says(Intent::Strike { seq, reason: "the wrong one".to_owned() });
    assert_eq!(mtta(&room).1, Duration::from_mins(5));
}

#[test]
fn alerts_before_a_declaration_are_around_the_incident_and_never_late() {
    let mut room = Room::empty();
    let ask = Ask::new("warroom", news(AlertChange::Fired, &[key("aa", "13:30:00")])).at(at("13:30:00"));
    room.ask(&ask).expect("admitted");
    room.says(crate::room::declare("Checkout down", warroom::incident::Severity::Sev2));
    let timeline = room.ledger.timeline(room.incident());
    assert_eq!((timeline[0].text.as_str(), timeline[0].late), ("HostDown fires", false));
}

#[test]
fn an_alert_that_fired_before_the_declaration_is_what_it_was_found_by() {
    let detected = |severity: Option<&str>, ended: bool| {
        let mut room = Room::empty();
        let a = key("aa", "13:30:00");
        let Intent::Alert(AlertAsk::Notice(fired)) = news(AlertChange::Fired, std::slice::from_ref(&a))
        else {
            panic!("news")
        };
        let fired = AlertNews { severity: severity.map(str::to_owned), ..fired };
        let tell = |room: &mut Room, told: AlertNews, clock: &str| {
            let ask = Ask::new("warroom", Intent::Alert(AlertAsk::Notice(told))).at(at(clock));
            room.ask(&ask).expect("admitted");
        };
        tell(&mut room, fired.clone(), "13:31:00");
        if ended {
            tell(&mut room, AlertNews { change: AlertChange::Resolved, ..fired }, "13:40:00");
        }
        room.says(crate::room::declare("Checkout down", warroom::incident::Severity::Sev2));
        let edge = warroom::incident::event::Edge::Start;
        room.says(Intent::MarkImpact { edge, at: at("13:20:00") });
        let measures = room.ledger.measures(room.incident()).expect("an incident").all();
        let mttd = measures.into_iter().find(|measure| measure.name == "MTTD").expect("MTTD");
        let facts = warroom::postmortem::Facts::gather(
            room.incident(),
            &room.ledger.context(room.incident()).into_iter().cloned().collect::<Vec<_>>(),
            room.now,
        );
        let drafted = facts.detection.measures[0].clone();
        assert_eq!((drafted.definition, drafted.span.expect("known").0), (mttd.definition, mttd.length()));
        (mttd.definition, mttd.length())
    };
    let by_alert = ("start of impact to the first alert from outside", Duration::from_mins(10));
    let by_declaration = ("start of impact to detection", Duration::from_mins(40));
    assert_eq!(detected(Some("critical"), false), by_alert);
    assert_eq!(detected(None, false), by_alert, "an unknown severity may be bad");
    assert_eq!(detected(Some("info"), false), by_declaration, "it only informs");
    assert_eq!(detected(Some("critical"), true), by_declaration, "it had ended");
}

#[test]
fn an_alert_that_was_taken_answers_the_incident_it_is_linked_to_wherever_that_was_said() {
    let waits = |room: &Room| room.incident().clocks(room.now).iter().any(|clock| clock.name == "respond");
    let outside = |keys: &[AlertKey]| AlertsTaken { service: None, ..taken(keys) };
    let mut room = Room::declared();
    let a = key("aa", "13:50:00");
    assert!(waits(&room));
    room.wait(1);
    let bob = |intent| Ask::new("bob", intent);
    let seq = room
        .ask(&bob(Intent::Alert(AlertAsk::Acknowledge(outside(std::slice::from_ref(&a))))))
        .expect("admitted")[0];
    assert!(waits(&room), "of no service, and nobody has linked it");
    room.ask(&bob(Intent::Alert(AlertAsk::Link(outside(&[a]))))).expect("admitted");
    assert!(!waits(&room), "taken outside, linked here");
    assert_eq!(warroom::incident::Ledger::fold(&room.events), room.ledger);
    room.ask(&bob(Intent::Strike { seq, reason: "the wrong one".to_owned() })).expect("admitted");
    assert!(waits(&room), "it was taken back");
    assert_eq!(warroom::incident::Ledger::fold(&room.events), room.ledger);
}
