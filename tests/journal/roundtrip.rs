//! Laws of the store: whatever goes in comes out, in order, whatever its characters.

use proptest::prelude::*;
use warroom::incident::event::{Change, ChangeKind, NoteKind};
use warroom::incident::{Ask, EventKind, Intent};
use warroom::io::journal::Journal;
use warroom::slo::{Severity, TierState, Transition};
use warroom::text::Time;

use crate::{at, folder};

fn odd_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        Just("\0nul\0".to_owned()),
        Just("\u{202e}rtl \u{200d}\u{feff} \u{1b}[2J".to_owned()),
        Just("'; DROP TABLE events; --".to_owned()),
        Just("👩🏽‍🚒 e\u{301} \u{10ffff}".to_owned()),
    ]
}

fn time() -> impl Strategy<Value = Time> {
    (-1_000_000_000_000_i64..4_000_000_000_000).prop_map(|ms| Time::from_timestamp_millis(ms).unwrap())
}

fn transition() -> impl Strategy<Value = Transition> {
    (odd_text(), time(), -1000..1000_i32, 0..u64::MAX).prop_map(|(slo, at, eighths, long_s)| Transition {
        service: slo.clone(),
        slo,
        at,
        tier: "page quick".to_owned(),
        severity: Severity::Page,
        factor: Some(14.4),
        long_s: Some(long_s),
        short_s: None,
        from: TierState::Ok,
        to: TierState::Firing,
        long_burn: f64::from(eighths) / 8.0,
        short_burn: 1e300,
        bad: 0.0,
        total: f64::from(eighths),
        short_bad: 0.0,
        short_total: 0.0,
        suppressed: None,
        budget_remaining: None,
    })
}

fn kind() -> impl Strategy<Value = EventKind> {
    prop_oneof![
        (odd_text(), any::<bool>()).prop_map(|(text, starred)| EventKind::Noted {
            text,
            kind: NoteKind::Decision,
            starred
        }),
        (odd_text(), odd_text()).prop_map(|(service, what)| EventKind::ChangeMarked(Change::new(
            ChangeKind::Deploy,
            service,
            what
        ))),
        transition().prop_map(EventKind::AlertChanged),
    ]
}

fn ask() -> impl Strategy<Value = Ask> {
    (odd_text(), time(), kind()).prop_map(|(actor, happened_at, kind)| {
        Ask::new(format!("a{actor}"), Intent::Record { kind, dedupe: None }).at(happened_at)
    })
}

fn recorded(ask: &Ask) -> &EventKind {
    match &ask.intent {
        Intent::Record { kind, .. } => kind,
        other => panic!("not a record: {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_in_comes_out_unchanged(asks in prop::collection::vec(ask(), 1..20)) {
        let data = folder();
        let mut journal = Journal::open(data.path()).unwrap();
        let answers = journal.append_all(&asks, at(0)).unwrap();
        let told: Vec<_> = answers.into_iter().flat_map(Result::unwrap).collect();
        let again = Journal::open(data.path()).unwrap();
        let read = again.events().unwrap();
        prop_assert_eq!(&read, &told);
        for (event, ask) in read.iter().zip(&asks) {
            prop_assert_eq!(&event.actor, &ask.actor);
            prop_assert_eq!(event.happened_at, ask.happened_at);
            prop_assert_eq!(&event.kind, recorded(ask));
        }
        prop_assert_eq!(again.verify(Some(&journal.head_hash())).unwrap().entries, asks.len() as u64);
        prop_assert_eq!(again.ledger(), journal.ledger());
    }
}
