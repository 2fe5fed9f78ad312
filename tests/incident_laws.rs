//! Laws of the incident: whatever is asked in whatever order, nothing panics, the fold is a fold, and the
//! seats, ids and tasks keep their promises.

#![expect(clippy::expect_used, reason = "a test whose setting fails has failed")]

#[path = "support/room.rs"]
mod room;

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::select;
use room::{Room, at, declare};
use warroom::incident::clock::Clock;
use warroom::incident::event::{AlertChange, AlertGroup, AlertKey, AlertNews, AlertsTaken};
use warroom::incident::event::{
    Audience, Change, ChangeKind, Delivery, Edge, Fields, GivenUp, Level, Mitigation, NoteKind, Rung, Terms,
};
use warroom::incident::intent::{ClockAsk, PostAsk, Sending, Sure};
use warroom::incident::triage::{Answer, Question};
use warroom::incident::{
    AlertAsk, Ask, Checks, Entry, Event, EventKind, Incident, Intent, Ledger, Phase, Role, Severity, Status,
};
use warroom::slo::exclusion::Planned;
use warroom::text::Time;

const PEOPLE: &[&str] = &["ana", "bob", "cem", " "];
const NAMES: &[&str] = &["inc-2026-1121-checkout-down", "inc-2026-1121-x", "inc-2026", "inc-gone", ""];

fn words() -> impl Strategy<Value = String> {
    prop_oneof![3 => select(&["x", "restart host a", "Größe\n2"][..]).prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}

fn person() -> impl Strategy<Value = String> {
    select(PEOPLE).prop_map(str::to_owned)
}

fn moment() -> impl Strategy<Value = Time> {
    (0_i64..180).prop_map(|minute| at("12:30:00") + chrono::TimeDelta::minutes(minute))
}

fn seq() -> impl Strategy<Value = u64> {
    prop_oneof![9 => 0_u64..25, 1 => any::<u64>()]
}

fn span() -> impl Strategy<Value = Option<Duration>> {
    prop::option::of((0_u64..3600).prop_map(Duration::from_secs))
}

fn life() -> impl Strategy<Value = Intent> {
    let title = select(&["Checkout down", "x", "支付", ""][..]);
    prop_oneof![
        (title, select(&Severity::ALL[..])).prop_map(|(title, severity)| declare(title, severity)),
        (select(&Severity::ALL[..]), words()).prop_map(|(to, reason)| Intent::SetSeverity { to, reason }),
        select(&Phase::ALL[..]).prop_map(|to| Intent::SetPhase { to }),
        select(Mitigation::ALL).prop_map(|kind| Intent::Mitigate { kind }),
        (select(Edge::ALL), moment()).prop_map(|(edge, at)| Intent::MarkImpact { edge, at }),
        (select(&Question::ALL[..]), select(&Answer::ALL[..]))
            .prop_map(|(question, answer)| Intent::Triage { question, answer }),
        words().prop_map(|text| Intent::PutTemporary { text }),
        (0_u32..4).prop_map(|number| Intent::RemoveTemporary { number }),
        (prop::option::of(any::<bool>()), prop::option::of(any::<bool>()))
            .prop_map(|(baseline, data)| { Intent::Check(Checks { baseline, data, temporary: None }) }),
        Just(Intent::Resolve),
        Just(Intent::Close),
        words().prop_map(|reason| Intent::Reopen { reason }),
    ]
}

fn people() -> impl Strategy<Value = Intent> {
    let role = || select(&Role::ALL[..]);
    prop_oneof![
        (role(), person(), prop::option::of(words())).prop_map(|(role, who, reason)| Intent::AssignRole {
            role,
            who,
            reason
        }),
        (role(), prop::option::of(person())).prop_map(|(role, who)| Intent::ReleaseRole { role, who }),
        (role(), person()).prop_map(|(role, who)| Intent::OfferRole { role, who }),
        (role(), prop::option::of(words())).prop_map(|(role, reason)| Intent::AcceptRole { role, reason }),
        (role(), prop::option::of(words())).prop_map(|(role, reason)| Intent::DeclineRole { role, reason }),
        (words(), select(Audience::ALL), span()).prop_map(|(text, audience, next)| Intent::Update {
            text,
            audience,
            next
        }),
        (words(), person(), span()).prop_map(|(text, owner, due)| Intent::AddTask { text, owner, due }),
        (0_u32..4).prop_map(|number| Intent::FinishTask { number }),
        (0_u32..4).prop_map(|number| Intent::PromoteTask { number }),
        (0_u32..4, words()).prop_map(|(number, reason)| Intent::DeclineTask { number, reason }),
    ]
}

/// News of an alert, or somebody who takes or links it.
fn alert(name: u8, starts_at: Time, change: AlertChange) -> Intent {
    let group = AlertGroup { name: format!("Name{name}"), place: String::new() };
    let alerts = vec![AlertKey { fingerprint: format!("aa{name}"), starts_at }].into();
    let service = Some("checkout".to_owned());
    let taken = AlertsTaken { group: group.clone(), service: service.clone(), alerts };
    Intent::Alert(match name {
        0 => AlertAsk::Acknowledge(taken),
        1 => AlertAsk::Link(taken),
        _ => AlertAsk::Notice(AlertNews {
            change,
            group,
            more_groups: 0,
            service,
            source: "am".to_owned(),
            severity: None,
            why: None,
            alerts: taken.alerts,
        }),
    })
}

fn lines() -> impl Strategy<Value = Intent> {
    prop_oneof![
        (words(), select(NoteKind::ALL), any::<bool>()).prop_map(|(text, kind, star)| Intent::Note {
            text,
            kind,
            star
        }),
        (prop::option::of(words()), prop::option::of(words()), prop::option::of(any::<bool>())).prop_map(
            |(title, impact, private)| Intent::SetFields(Fields {
                title,
                impact,
                private,
                ..Fields::default()
            })
        ),
        (seq(), words()).prop_map(|(seq, reason)| Intent::Strike { seq, reason }),
        (seq(), words()).prop_map(|(seq, text)| Intent::Amend { seq, text }),
        (seq(), words()).prop_map(|(seq, reason)| Intent::Redact { seq, reason }),
        (select(ChangeKind::ALL), words())
            .prop_map(|(kind, what)| { Intent::MarkChange(Change::new(kind, "checkout", what)) }),
        (select(Planned::ALL), moment(), moment(), prop::option::of(words())).prop_map(
            |(kind, from, to, reason)| Intent::PlanMaintenance {
                kind,
                service: "checkout".to_owned(),
                from,
                to,
                reason
            }
        ),
        (seq(), prop::option::of(moment())).prop_map(|(seq, at)| Intent::EndMaintenance { seq, at }),
        (0..3_u8, moment(), select(&AlertChange::ALL[..]))
            .prop_map(|(name, at, change)| alert(name, at, change)),
        words().prop_map(|path| Intent::Record {
            kind: EventKind::PostmortemExported { path, sha256: String::new() },
            dedupe: None
        }),
    ]
}

/// Names of clocks, some of which run.
const CLOCKS: &[&str] =
    &["update", "respond", "L1", "L3", "task-1", "postmortem", "recheck-3", "executives", ""];

fn sure() -> impl Strategy<Value = Sure> {
    (any::<bool>(), any::<bool>()).prop_map(|(public, private)| Sure { public, private })
}

fn clocks() -> impl Strategy<Value = Intent> {
    let level = || prop::option::of(select(&Level::ALL[..]));
    let who = || prop::option::of(person());
    let length = || (0_u64..40_000).prop_map(Duration::from_secs);
    prop_oneof![
        Just(ClockAsk::Freeze(paged_terms())),
        (level(), who(), prop::option::of(words()), sure()).prop_map(|(level, who, why, sure)| {
            ClockAsk::Escalate { level, who, why, sending: Sending::Out(sure) }
        }),
        (level(), who()).prop_map(|(level, who)| ClockAsk::Acknowledge { level, who }),
        (select(CLOCKS), length())
            .prop_map(|(clock, length)| ClockAsk::Snooze { clock: clock.to_owned(), length }),
        (words(), length()).prop_map(|(what, due)| ClockAsk::Recheck { what, due }),
        prop::option::of(seq()).prop_map(|seq| ClockAsk::EndRecheck { seq }),
    ]
    .prop_map(Intent::Clock)
}

/// Every level is named and reached through a target; every clock that can be asked for runs.
fn paged_terms() -> Terms {
    let rung = |level: Level| Rung {
        level,
        who: Some(format!("{level} on call")),
        target: Some("pager".to_owned()),
        after_s: None,
        acknowledge_s: None,
    };
    Terms {
        first_post_s: Some(300),
        scope_post_s: Some(300),
        executives_s: Some(1800),
        ladder: Level::ALL.map(rung).to_vec(),
        ..Terms::default()
    }
}

fn posts() -> impl Strategy<Value = Intent> {
    let to = prop::collection::vec(select(&["status", "pager"][..]).prop_map(str::to_owned), 0..3);
    let ended = |kind: EventKind| Intent::Record { kind, dedupe: None };
    prop_oneof![
        (words(), select(Audience::ALL), span(), to, sure()).prop_map(|(text, audience, next, to, sure)| {
            Intent::Post(PostAsk::Publish { text, audience, next, to, sure })
        }),
        seq().prop_map(|post| Intent::Post(PostAsk::Retry { post })),
        (seq(), words()).prop_map(|(post, reason)| Intent::Post(PostAsk::Drop { post, reason })),
        seq().prop_map(move |post| ended(EventKind::PostSent(Delivery { post, attempts: 1 }))),
        (seq(), words()).prop_map(move |(post, reason)| {
            ended(EventKind::PostFailed(GivenUp { post, attempts: 3, reason }))
        }),
    ]
}

fn ask() -> impl Strategy<Value = Ask> {
    let intent = prop_oneof![4 => life(), 3 => people(), 4 => lines(), 3 => clocks(), 2 => posts()];
    let name = prop_oneof![2 => Just(None), 1 => prop::option::of(select(NAMES))];
    let given = prop_oneof![3 => Just(None), 1 => prop::option::of(moment())];
    (name, person(), given, intent).prop_map(|(name, actor, happened_at, intent)| Ask {
        incident: name.map(str::to_owned),
        actor,
        happened_at,
        intent,
    })
}

/// A day of asks, a minute apart, the first a declaration.
fn day() -> impl Strategy<Value = Vec<Ask>> {
    prop::collection::vec(ask(), 0..40)
}

fn lived(day: &[Ask]) -> Room {
    let mut room = Room::declared();
    for ask in day {
        let _ = room.ask(ask);
        room.wait(1);
    }
    room
}

/// The events as a journal gives them back: decoded from what was stored, redacted payloads gone.
fn reloaded(events: &[Event]) -> Vec<Event> {
    let erased: BTreeSet<u64> = events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Redacted { seq, .. } => Some(seq),
            _ => None,
        })
        .collect();
    let read = |event: &Event| {
        let (word, data) = event.kind.encode();
        let decoded = EventKind::decode(&word, data);
        let kind = if erased.contains(&event.seq) { EventKind::Erased } else { decoded };
        Event { kind, ..event.clone() }
    };
    events.iter().map(read).collect()
}

fn promises(incident: &Incident) -> Result<(), TestCaseError> {
    prop_assert_eq!(incident.holders(Role::Ic).count(), 1, "command is never empty and never double");
    for role in Role::ALL.into_iter().filter(|role| !role.several()) {
        prop_assert!(incident.holders(role).count() <= 1, "{role} has one seat");
    }
    let numbers: BTreeSet<u32> = incident.tasks.iter().map(|task| task.number).collect();
    prop_assert_eq!(numbers.len(), incident.tasks.len(), "task numbers are unique");
    prop_assert_eq!(incident.resolved_at.is_none(), incident.status == Status::Open);
    prop_assert_eq!(incident.closed_at.is_some(), incident.status == Status::Closed);
    let keys: Vec<(Time, u64)> =
        incident.timeline.iter().map(|entry| (entry.event.sorts_at(), entry.event.seq)).collect();
    prop_assert!(keys.is_sorted(), "the timeline is sorted");
    Ok(())
}

proptest! {
    #[test]
    fn whatever_is_asked_the_incidents_keep_their_promises(day in day()) {
        let room = lived(&day);
        for incident in &room.ledger.incidents {
            promises(incident)?;
            prop_assert!(room.ledger.measures(incident).is_some());
            prop_assert!(room.ledger.timeline(incident).len() >= incident.timeline.len());
        }
        for left_out in room.ledger.exclusions() {
            prop_assert!(left_out.from < left_out.to, "it leaves something out");
        }
        prop_assert!(room.incident().show_json(room.now).is_object());
    }

    #[test]
    fn folding_a_whole_is_folding_its_parts(day in day(), cut in 0_usize..60) {
        let room = lived(&day);
        let (before, after) = room.events.split_at(cut.min(room.events.len()));
        let mut ledger = Ledger::fold(before);
        for event in after {
            ledger.apply(event);
        }
        prop_assert_eq!(&ledger, &Ledger::fold(&room.events));
        prop_assert_eq!(&ledger, &room.ledger);
    }

    /// What the console keeps on the screen line by line is what it would have made anew.
    #[test]
    fn a_timeline_that_is_extended_is_the_one_made_anew(day in day()) {
        let events = lived(&day).events;
        let mut ledger = Ledger::default();
        let mut shown: Vec<(String, Vec<Entry>)> = Vec::new();
        for event in &events {
            ledger.apply(event);
            for (id, entries) in &mut shown {
                let incident = ledger.incident(id).expect("it was declared");
                if !ledger.extend_timeline(incident, entries, event) {
                    *entries = ledger.timeline(incident);
                }
                prop_assert_eq!(&*entries, &ledger.timeline(incident));
            }
            let new = ledger.incidents.get(shown.len()).map(|new| (new.id.clone(), ledger.timeline(new)));
            shown.extend(new);
        }
    }

    #[test]
    fn a_reloaded_journal_is_the_one_that_was_lived(day in day()) {
        let room = lived(&day);
        prop_assert_eq!(Ledger::fold(&reloaded(&room.events)), room.ledger);
    }

    #[test]
    fn ids_are_unique_plain_and_short(day in day()) {
        let room = lived(&day);
        let ids: BTreeSet<&str> = room.ledger.incidents.iter().map(|incident| incident.id.as_str()).collect();
        prop_assert_eq!(ids.len(), room.ledger.incidents.len());
        for id in ids {
            let slug = id.get("inc-2026-1121-".len()..).unwrap_or_default();
            prop_assert!((1..=40).contains(&slug.len()), "{id}");
            prop_assert!(slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{id}");
        }
    }

    #[test]
    fn every_entry_is_in_exactly_one_place(day in day()) {
        let room = lived(&day);
        let own = room.ledger.incidents.iter().flat_map(|incident| &incident.timeline).map(|e| e.event.seq);
        let mut seqs: Vec<u64> = own.chain(room.ledger.loose.iter().map(|event| event.seq)).collect();
        seqs.sort_unstable();
        prop_assert_eq!(seqs, (1..=room.ledger.head).collect::<Vec<_>>());
    }

    #[test]
    fn a_refusal_is_one_line_with_a_way_out(day in day()) {
        let mut room = Room::empty();
        for ask in &day {
            if let Err(refusal) = room.ask(ask) {
                prop_assert!(refusal.why.contains('(') && refusal.why.contains(": "), "{refusal}");
            }
        }
    }

    /// A journal of another hand: any events in any order must fold without a panic.
    #[test]
    fn even_events_that_make_no_sense_fold(day in day(), order in any::<prop::sample::Index>()) {
        let mut events = lived(&day).events;
        let turn = order.index(events.len());
        events.rotate_left(turn);
        for (event, seq) in events.iter_mut().zip(1..) {
            event.seq = seq;
        }
        let ledger = Ledger::fold(&events);
        prop_assert_eq!(ledger.head, events.len() as u64);
        let mut one_by_one = Ledger::default();
        for event in &events {
            one_by_one.apply(event);
        }
        prop_assert_eq!(&ledger, &one_by_one);
        prop_assert_eq!(ledger, Ledger::fold(&reloaded_as_is(&events)));
    }
}

/// A clock that is worse the later one looks, and whose words can be read.
fn runs_on(clock: &Clock, from: Time) -> Result<(), TestCaseError> {
    prop_assert!(clock.due_at <= clock.overdue_at, "{clock:?}");
    let states: Vec<_> = (0..40)
        .map(|step| from + chrono::TimeDelta::minutes(step * 190))
        .map(|now| (clock.state(now), clock.words(now)))
        .collect();
    prop_assert!(states.is_sorted_by_key(|(state, _)| *state), "{clock:?}");
    prop_assert!(states.iter().all(|(_, words)| words.starts_with(&clock.what)));
    Ok(())
}

proptest! {
    #[test]
    fn clocks_only_get_worse_until_somebody_acts(day in day(), later in 0_i64..100_000) {
        let room = lived(&day);
        for incident in &room.ledger.incidents {
            let now = room.ledger.clocks(Some(incident), room.now);
            let then = room.ledger.clocks(Some(incident), room.now + chrono::TimeDelta::minutes(later));
            let ends = |clocks: &[Clock]| {
                let mut ends: Vec<_> = clocks.iter().map(|c| (c.name.clone(), c.due_at, c.overdue_at)).collect();
                ends.sort();
                ends
            };
            prop_assert_eq!(ends(&now), ends(&then), "time alone moves no deadline");
            for clock in &now {
                runs_on(clock, room.now)?;
            }
            let states: Vec<_> = now.iter().map(|clock| std::cmp::Reverse(clock.state(room.now))).collect();
            prop_assert!(states.is_sorted(), "the most urgent first");
        }
    }

    #[test]
    fn no_clock_but_the_postmortems_outlives_the_resolution(day in day()) {
        let room = lived(&day);
        for incident in room.ledger.incidents.iter().filter(|incident| !incident.is_open()) {
            for clock in incident.clocks(room.now) {
                prop_assert_eq!(clock.name.as_str(), "postmortem");
            }
        }
    }

    #[test]
    fn a_snooze_moves_the_deadlines_of_one_round_of_one_clock(day in day(), pick in any::<prop::sample::Index>(), minutes in 1_u64..480) {
        let mut room = lived(&day);
        let open = room.ledger.open().last().cloned();
        prop_assume!(open.is_some());
        let incident = open.expect("checked");
        let before = incident.clocks(room.now);
        prop_assume!(!before.is_empty());
        let chosen = before[pick.index(before.len())].clone();
        let snooze = ClockAsk::Snooze { clock: chosen.name.clone(), length: Duration::from_mins(minutes) };
        let ask = Ask::new("ana", Intent::Clock(snooze)).about(incident.id.clone());
        let until = room.now + chrono::TimeDelta::minutes(i64::try_from(minutes).expect("small"));
        let admitted = room.ask(&ask).is_ok();
        prop_assert_eq!(admitted, !chosen.snoozed && until > chosen.due_at);
        let after = room.ledger.incident(&incident.id).expect("still there").clocks(room.now);
        // Whoever commands and puts a clock off has acted: that ends the wait for a first action.
        for clock in &after {
            let old = before.iter().find(|old| old.name == clock.name).expect("no clock begins");
            if admitted && clock.name == chosen.name {
                prop_assert_eq!(clock.due_at, until);
            } else {
                prop_assert_eq!(clock, old);
            }
        }
    }

    #[test]
    fn nothing_leaves_that_was_not_confirmed(day in day()) {
        let room = lived(&day);
        let mut before = Room::empty();
        before.ledger = Ledger::default();
        for event in &room.events {
            if let EventKind::PostQueued(post) = &event.kind {
                let incident = before.ledger.incident(event.incident.as_deref().expect("of an incident"));
                let private = incident.is_some_and(|incident| incident.private);
                let public = post.audience == Some(Audience::Public);
                let asked = day.iter().any(|ask| match &ask.intent {
                    Intent::Post(PostAsk::Publish { sure, .. })
                    | Intent::Clock(ClockAsk::Escalate { sending: Sending::Out(sure), .. }) => {
                        (!private || sure.private) && (!public || sure.public)
                    }
                    _ => false,
                });
                prop_assert!(asked, "{post:?}");
            }
            before.ledger.apply(event);
        }
        let keys: Vec<&str> = room.ledger.posts().map(|(_, queued)| queued.post.key.as_str()).collect();
        let unique: BTreeSet<&str> = keys.iter().copied().collect();
        prop_assert_eq!(unique.len(), keys.len(), "a key is one post's");
    }
}

fn reloaded_as_is(events: &[Event]) -> Vec<Event> {
    let read = |event: &Event| {
        let (word, data) = event.kind.encode();
        Event { kind: EventKind::decode(&word, data), ..event.clone() }
    };
    events.iter().map(read).collect()
}
