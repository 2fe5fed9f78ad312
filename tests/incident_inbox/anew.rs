//! The law that allows a look to be short: an inbox that judges what may have changed says what one says that
//! judges everything anew at each look, whatever is told, written down, planned or felt, and whenever.

use std::time::Duration;

use chrono::TimeDelta;
use proptest::prelude::*;
use warroom::incident::event::{AlertGroup, AlertsTaken};
use warroom::incident::inbox::{Change, Extent, Heard, Inbox, Known, Level, Rules, Standing, Tally};
use warroom::incident::{AlertAsk, Ask, EventKind, Intent, Severity};
use warroom::slo::exclusion::Planned;

use super::laws::told;
use super::scene::Post;
use crate::room::declare;

/// What happens between two looks.
#[derive(Debug, Clone)]
enum Step {
    Told {
        source: &'static str,
        extent: Option<bool>,
        alerts: Vec<Heard>,
    },
    Waited(i64),
    /// Somebody takes or links every alert of a name.
    Taken(u8),
    Linked(u8),
    /// What was taken or linked last is taken back.
    Struck,
    Declared(u8),
    Resolved,
    Planned(u8),
    Felt(u8),
    Rules(u8),
    /// Another process begins or ceases to write down what changed.
    Writes(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let source = prop_oneof![Just("am"), Just("hook")];
    let alerts = prop::collection::vec(told(), 0..6);
    let extent = prop::option::of(any::<bool>());
    prop_oneof![
        6 => (source, extent, alerts)
            .prop_map(|(source, extent, alerts)| Step::Told { source, extent, alerts }),
        4 => prop_oneof![1..90_i64, 60..1800_i64, -30..0_i64].prop_map(Step::Waited),
        2 => (0..3_u8).prop_map(Step::Taken),
        1 => (0..3_u8).prop_map(Step::Linked),
        1 => Just(Step::Struck),
        1 => (0..3_u8).prop_map(Step::Declared),
        1 => Just(Step::Resolved),
        1 => (0..3_u8).prop_map(Step::Planned),
        1 => (0..4_u8).prop_map(Step::Felt),
        1 => (0..3_u8).prop_map(Step::Rules),
        1 => any::<bool>().prop_map(Step::Writes),
    ]
}

/// Alerts of `N0`, `N1`, `N2` are of the service of that name here.
fn rules(number: u8) -> Rules {
    Rules {
        min_duration: Duration::from_mins(45 * u64::from(number)),
        flaps: 3 + usize::from(number),
        flap_window: Duration::from_mins(20),
        service_labels: vec!["alertname".to_owned()],
        ..Rules::default()
    }
}

fn take(post: &mut Post, step: Step) {
    match step {
        Step::Told { source, extent, alerts } => {
            let up = post.room.now - TimeDelta::minutes(4);
            let extent = match extent {
                None => Extent::Part,
                Some(is_young) => Extent::Whole { up_since: is_young.then_some(up) },
            };
            post.hears(source, extent, alerts);
        }
        Step::Waited(seconds) => post.room.now += TimeDelta::seconds(seconds),
        Step::Taken(name) => about(post, name, AlertAsk::Acknowledge),
        Step::Linked(name) => about(post, name, AlertAsk::Link),
        Step::Struck => strike(post),
        Step::Declared(name) => {
            let Intent::Declare { title, severity, ic, drill, private, found, .. } =
                declare("Down", Severity::Sev2)
            else {
                return;
            };
            let services = vec![format!("N{name}")];
            ask(post, Intent::Declare { title, severity, services, ic, drill, private, found });
        }
        Step::Resolved => ask(post, Intent::Resolve),
        Step::Planned(name) => ask(
            post,
            Intent::PlanMaintenance {
                kind: Planned::Maintenance,
                service: format!("N{name}"),
                from: post.room.now,
                to: post.room.now + TimeDelta::minutes(7),
                reason: Some("new disks".to_owned()),
            },
        ),
        Step::Felt(name) => post.felt = (0..name).map(|name| format!("N{name}")).collect(),
        Step::Rules(number) => post.inbox.judge_by(rules(number)),
        Step::Writes(_) => {}
    }
}

/// What the rules do not admit changes nothing.
fn ask(post: &mut Post, intent: Intent) {
    let open = post.room.ledger.open().last().map(|incident| incident.id.clone());
    let ask = Ask::new("ana", intent);
    let _ = post.room.ask(&Ask { incident: open, ..ask });
}

fn about(post: &mut Post, name: u8, make: fn(AlertsTaken) -> AlertAsk) {
    let group = AlertGroup { name: format!("N{name}"), ..AlertGroup::default() };
    let named = post.inbox.alerts().filter(|alert| alert.group.name == group.name);
    let alerts = named.map(|alert| alert.key.clone()).collect();
    ask(post, Intent::Alert(make(AlertsTaken { service: Some(group.name.clone()), group, alerts })));
}

fn strike(post: &mut Post) {
    let is_answer =
        |kind: &EventKind| matches!(kind, EventKind::AlertsAcknowledged(_) | EventKind::AlertsLinked(_));
    let last = post.room.events.iter().rev().find(|event| is_answer(&event.kind));
    let Some(seq) = last.map(|event| event.seq) else { return };
    ask(post, Intent::Strike { seq, reason: "the wrong one".to_owned() });
}

/// What people see of an alert.
fn seen(alert: &Known) -> String {
    let Known { key, group, service, level, standing, taken, incident, flapping_since, over_at, .. } = alert;
    format!(
        "{key:?} {group:?} {service:?} {level:?} {standing:?} {taken:?} {incident:?} {flapping_since:?} {over_at:?}"
    )
}

/// All that an inbox shows.
fn picture(inbox: &Inbox) -> (Tally, Vec<String>, Vec<String>) {
    let group = |group: &warroom::incident::inbox::Group| {
        let members: Vec<&str> = inbox.members(group).map(|alert| alert.key.fingerprint.as_str()).collect();
        let (level, since) = (group.level(), group.since());
        format!("{:?} {:?} {level:?} {} {since:?} {members:?}", group.id, group.tally, group.is_felt())
    };
    (inbox.tally(), inbox.alerts().map(seen).collect(), inbox.groups().iter().map(group).collect())
}

fn rank(standing: &Standing) -> u8 {
    match standing {
        Standing::Firing => 0,
        Standing::Taken => 1,
        Standing::Young => 2,
        Standing::Suppressed(_) => 3,
        Standing::Over => 4,
    }
}

/// The groups are what their alerts make of them.
fn is_arranged(inbox: &Inbox) -> Result<(), TestCaseError> {
    let mut order = Vec::new();
    for group in inbox.groups() {
        let members: Vec<&Known> = inbox.members(group).collect();
        let own = inbox.alerts().filter(|alert| alert.group == group.id);
        prop_assert_eq!(members.len(), own.count());
        let sorted = members
            .is_sorted_by_key(|one| (rank(&one.standing), one.level, std::cmp::Reverse(one.key.starts_at)));
        prop_assert!(sorted, "{:?}", group);
        let live = || members.iter().filter(|alert| alert.standing.is_live());
        prop_assert_eq!(group.since(), live().map(|alert| alert.key.starts_at).min());
        let level = members.iter().map(|alert| alert.level).min().unwrap_or(Level::Info);
        prop_assert_eq!(group.level(), level);
        let count = |is: fn(&Standing) -> bool| members.iter().filter(|one| is(&one.standing)).count();
        let (firing, taken) = (count(|one| *one == Standing::Firing), count(|one| *one == Standing::Taken));
        prop_assert_eq!((group.tally.firing, group.tally.taken), (firing, taken));
        let worst = members.first().map(|alert| rank(&alert.standing));
        let key = (worst, !group.is_felt(), level, std::cmp::Reverse(firing + taken), group.id.clone());
        order.push(key);
    }
    prop_assert!(order.is_sorted());
    Ok(())
}

fn looked(post: &Post, inbox: &mut Inbox) -> Vec<Change> {
    let planned = post.room.ledger.exclusions();
    inbox.look(&post.scene(&planned))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_a_look_leaves_out_would_have_come_to_the_same(steps in prop::collection::vec(step(), 1..60)) {
        let (mut post, mut writes) = (Post { writes: false, ..Post::by(rules(0)) }, true);
        for step in steps {
            if let Step::Writes(on) = step {
                writes = on;
            }
            take(&mut post, step);
            let mut anew = post.inbox.clone();
            anew.judge_anew();
            let expected = looked(&post, &mut anew);
            let changes = post.look();
            prop_assert_eq!(&changes, &expected);
            prop_assert_eq!(picture(&post.inbox), picture(&anew));
            is_arranged(&post.inbox)?;
            for change in changes.iter().filter(|_| writes) {
                // What was told before is refused.
                let _ = post.write(change);
            }
        }
    }
}
