//! Entries as rows. A letter is an entry: `H`uman, `*` starred, `F`act, `Q`uiet, `X` a firing, `D`eclared,
//! `T`riage begins, `d` and `n` lines of the threads db and net, `!` a step that failed; `/` midnight.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use chrono_tz::Tz;
use proptest::prelude::*;
use warroom::incident::event::{Change, ChangeKind, NoteKind, StepRun};
use warroom::incident::timeline::{Filter, Folding, Plan, Row, Rows, Shows};
use warroom::incident::{Entry, Event, EventKind, Origin, Phase, Severity};
use warroom::slo::TierState;

use crate::alert::alert;
use crate::room::at;

fn note(text: &str, starred: bool) -> EventKind {
    EventKind::Noted { text: text.to_owned(), kind: NoteKind::Observation, starred }
}

fn failed() -> EventKind {
    EventKind::StepRan(StepRun {
        runbook: "rollback".to_owned(),
        step: "1".to_owned(),
        title: "look".to_owned(),
        command: "false".to_owned(),
        risk: "read".to_owned(),
        started_at: at("14:00:00"),
        duration_s: 1.0,
        exit: Some(1),
        ended: "exit 1".to_owned(),
        sha256: String::new(),
        bytes: 0,
        tail: String::new(),
        spool: None,
        survivors: Vec::new(),
        ..StepRun::default()
    })
}

fn kind(letter: char) -> EventKind {
    match letter {
        '*' => note("seen", true),
        'F' => {
            EventKind::ChangeMarked(Change::new(ChangeKind::Deploy, "checkout".to_owned(), "v1".to_owned()))
        }
        'Q' => EventKind::PostmortemSaved { sha256: String::new(), bytes: 1 },
        'X' => EventKind::AlertChanged(alert(TierState::Pending, TierState::Firing)),
        'D' => EventKind::Declared {
            title: "Checkout down".to_owned(),
            severity: Severity::Sev2,
            services: Vec::new(),
            drill: false,
        },
        'T' => EventKind::PhaseChanged { from: Phase::Detection, to: Phase::Triage },
        'd' => note("~db pool is full", false),
        'n' => note("~net loss", false),
        '!' => failed(),
        _ => note("seen", false),
    }
}

fn entries(letters: &str) -> Vec<Entry> {
    let (mut when, mut seq) = (at("10:00:00"), 0);
    let mut entries = Vec::new();
    for letter in letters.chars() {
        if letter == '/' {
            when += TimeDelta::days(1);
            continue;
        }
        (when, seq) = (when + TimeDelta::seconds(1), seq + 1);
        let (incident, actor, origin) = (None, "ana".to_owned(), Origin::Human);
        let kind = kind(letter);
        entries.push(Entry::new(Event {
            seq,
            incident,
            happened_at: Some(when),
            recorded_at: when,
            actor,
            origin,
            kind,
        }));
    }
    entries
}

fn plan(folding: Folding) -> Plan {
    Plan { zone: Tz::UTC, live: false, filter: Filter::default(), folding }
}

fn live() -> Plan {
    Plan { live: true, ..plan(Folding::default()) }
}

/// The rows of letters: `[3]` a folded run of three, `H+2` a line with two under it, `2d` a line with two of
/// its thread before it, `|` a day.
fn drawn(plan: Plan, letters: &str) -> String {
    let entries = entries(letters);
    let letters: Vec<char> = letters.chars().filter(|letter| *letter != '/').collect();
    let rows = Rows::of(plan, &entries);
    let word = |row: &Row| match &row.shows {
        Shows::Day(_) => "|".to_owned(),
        Shows::Folded { run, tally } => {
            assert_eq!(tally.total() as usize, run.len());
            format!("[{}]", run.len())
        }
        Shows::Entry { at, under, before } => {
            let under = if under.is_empty() { String::new() } else { format!("+{}", under.len()) };
            let before = if before.is_empty() { String::new() } else { before.len().to_string() };
            format!("{before}{}{under}", letters[*at])
        }
    };
    rows.rows().iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn runs_of_the_system_are_folded_between_what_people_said() {
    let cases = [
        ("", ""),
        ("H", "| H"),
        ("HFFFH", "| H [3] H"),
        ("HFH", "| H F H"),
        ("HQQH", "| H+2 H"),
        ("HQFQH", "| H+1 F+1 H"),
        ("HQFFQH", "| H [4] H"),
        ("QQH", "| [2] H"),
        ("QFH", "| [2] H"),
        ("H*FFH", "| H * [2] H"),
        ("HFF!FFH", "| H [2] ! [2] H"),
        ("XFXDFFH", "| [2] X D [2] H"),
        ("HFF/FFH", "| H [2] | [2] H"),
        ("HFFdFF", "| H [2] d [2]"),
        ("HFFTFFH", "| H [2] T [2] H"),
    ];
    for (letters, expected) in cases {
        assert_eq!(drawn(plan(Folding::default()), letters), expected, "{letters}");
    }
}

#[test]
fn the_last_fact_stands_while_things_happen() {
    let cases = [
        ("HFFF", "| H [2] F"),
        ("HFF", "| H F F"),
        ("HFFFQ", "| H [2] F+1"),
        ("HF", "| H F"),
        ("FFQF", "| [3] F"),
    ];
    for (letters, expected) in cases {
        assert_eq!(drawn(live(), letters), expected, "{letters}");
    }
    assert_eq!(drawn(live(), "HFFFH"), "| H [3] H", "it is not the last one any more");
}

#[test]
fn runs_are_unfolded_one_by_one_or_all() {
    let turned = |seqs: &[u64]| Folding { turned: seqs.iter().copied().collect(), ..Folding::default() };
    assert_eq!(drawn(plan(turned(&[2])), "HFFHFF"), "| H F F H [2]");
    let all = Folding { all_open: true, ..Folding::default() };
    assert_eq!(drawn(plan(all.clone()), "HFFHQF"), "| H F F H Q F");
    assert_eq!(drawn(plan(Folding { turned: BTreeSet::from([2]), ..all }), "HFFHQF"), "| H [2] H Q F");
}

#[test]
fn a_folded_thread_is_its_last_line_and_the_others_are_in_it() {
    let folding = Folding { threads: BTreeSet::from(["db".to_owned()]), ..Folding::default() };
    assert_eq!(drawn(plan(folding), "HdndHnd"), "| H n H n 2d");
}

#[test]
fn a_filter_folds_nothing() {
    let filtered = |text: &str| Plan { filter: Filter::parse(text), ..plan(Folding::default()) };
    assert_eq!(drawn(filtered("kind:change_marked"), "HFFQH"), "| F F");
    assert_eq!(drawn(filtered("thread:db"), "HdnFd"), "| d d");
    assert_eq!(drawn(filtered("thread:~DB"), "HdnFd"), "| d d");
}

#[test]
fn days_are_those_of_the_zone_and_phases_begin_where_they_do() {
    let letters = format!("H{}H", "/");
    let entries = entries(&letters);
    let zoned = |zone| Rows::of(Plan { zone, ..plan(Folding::default()) }, &entries).rows()[0].clone();
    let day = |row: Row| match row.shows {
        Shows::Day(day) => day.to_string(),
        _ => String::new(),
    };
    assert_eq!(day(zoned(Tz::UTC)), "2026-11-21");
    assert_eq!(day(zoned(Tz::Pacific__Kiritimati)), "2026-11-22");
    let entries = self::entries("HDHTH");
    let rows = Rows::of(plan(Folding::default()), &entries);
    let phases: Vec<_> = rows.rows()[1..].iter().map(|row| (row.phase, row.begins)).collect();
    let (detection, triage) = (Some(Phase::Detection), Some(Phase::Triage));
    let expected = [(None, false), (detection, true), (detection, false), (triage, true), (triage, false)];
    assert_eq!(phases, expected);
}

fn folding() -> impl Strategy<Value = Folding> {
    let threads = prop::collection::btree_set(prop::sample::select(&["db", "net"][..]), 0..3);
    (any::<bool>(), prop::collection::btree_set(1_u64..40, 0..6), threads).prop_map(
        |(all_open, turned, threads)| Folding {
            all_open,
            turned,
            threads: threads.into_iter().map(str::to_owned).collect(),
        },
    )
}

proptest! {
    #[test]
    fn every_entry_is_in_exactly_one_row(letters in "[HFQFQ*XDTdn!/]{0,40}", folding in folding(), live: bool) {
        let entries = entries(&letters);
        let rows = Rows::of(Plan { live, ..plan(folding) }, &entries);
        let mut places: Vec<usize> = rows.rows().iter().flat_map(Row::places).collect();
        for (at, row) in rows.rows().iter().enumerate() {
            for place in row.places() {
                prop_assert!(row.holds(place));
                prop_assert_eq!(rows.rows().iter().position(|row| row.holds(place)), Some(at));
            }
        }
        places.sort_unstable();
        prop_assert_eq!(places, (0..entries.len()).collect::<Vec<_>>());
    }

    #[test]
    fn with_nothing_folded_the_rows_are_the_entries_in_order(letters in "[HFQ*XDTdn!/]{0,40}", live: bool) {
        let entries = entries(&letters);
        let all = Folding { all_open: true, ..Folding::default() };
        let rows = Rows::of(Plan { live, ..plan(all) }, &entries);
        let places: Vec<usize> = rows.rows().iter().filter_map(Row::place).collect();
        prop_assert_eq!(places, (0..entries.len()).collect::<Vec<_>>());
    }

    #[test]
    fn reading_on_comes_to_what_reading_all_does(
        head in "[FQX]{0,3}D[HFQ*Tdn!/]{0,12}", more in prop::collection::vec("[HFQ*Tdn!/]{0,4}", 0..5),
        folding in folding(), live: bool,
    ) {
        let plan = Plan { live, ..plan(folding) };
        let mut letters = head;
        let mut rows = Rows::of(plan.clone(), &entries(&letters));
        for more in more {
            letters.push_str(&more);
            let entries = entries(&letters);
            rows.follow(&entries);
            let whole = Rows::of(plan.clone(), &entries);
            prop_assert_eq!(rows.rows(), whole.rows(), "{}", letters);
        }
    }

    #[test]
    fn a_line_that_comes_late_is_where_it_belongs(letters in "D[HFQdn]{1,20}", place in 1_usize..20) {
        let entries = entries(&letters);
        let place = place.min(entries.len() - 1);
        let mut without = entries.clone();
        without.remove(place);
        let mut rows = Rows::of(plan(Folding::default()), &without);
        rows.follow(&entries);
        let whole = Rows::of(plan(Folding::default()), &entries);
        prop_assert_eq!(rows.rows(), whole.rows());
    }
}

#[test]
fn bookkeeping_behind_a_line_of_a_folded_thread_stays_in_a_row_of_its_own() {
    let folding = Folding { threads: BTreeSet::from(["db".to_owned()]), ..Folding::default() };
    assert_eq!(drawn(plan(folding), "HFQdQd"), "| H F+1 [1] 1d");
}
