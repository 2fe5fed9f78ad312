//! Telemetry health: what a source is worth, how much of its hour it was there, and whom that stops.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

use std::time::Duration;

use warroom::slo::Telemetry;
use warroom::slo::telemetry::{Heartbeat, Pulse, Trust, Turn};
use warroom::text::{Time, when};

const EVERY: Duration = Duration::from_secs(15);

fn noon() -> Time {
    "2026-11-21T12:00:00Z".parse().expect("a time")
}

fn at(seconds: u64) -> Time {
    when::after(noon(), Duration::from_secs(seconds))
}

/// A poll `seconds` after noon that brought everything.
fn sound(seconds: u64) -> Pulse {
    Pulse {
        at: at(seconds),
        took: Duration::from_millis(8),
        asked: 4,
        answered: 4,
        heartbeat: Heartbeat::Unwatched,
        error: None,
        warnings: Vec::new(),
        is_partial: false,
    }
}

fn failed(seconds: u64) -> Pulse {
    Pulse { answered: 0, error: Some("connection refused".to_owned()), ..sound(seconds) }
}

fn one(every: Duration, pulses: impl IntoIterator<Item = Pulse>) -> Telemetry {
    let mut telemetry = Telemetry::default();
    telemetry.set_sources([("prod".to_owned(), "scrape", every)]);
    pulses.into_iter().for_each(|pulse| telemetry.heard("prod", pulse));
    telemetry
}

fn trust(every: Duration, pulses: impl IntoIterator<Item = Pulse>, now: u64) -> Trust {
    one(every, pulses).sources().next().expect("a source").trust(at(now))
}

#[test]
fn a_source_is_worth_what_its_age_its_heartbeat_and_its_answers_say() {
    let beat = |seconds, heartbeat| Pulse { heartbeat, ..sound(seconds) };
    let partial = |seconds| Pulse { answered: 3, ..sound(seconds) };
    let nothing = |seconds| Pulse { answered: 0, ..sound(seconds) };
    let unasked = |seconds| Pulse { asked: 0, answered: 0, ..sound(seconds) };
    let lacking = |seconds, answered| Pulse { answered, is_partial: true, ..sound(seconds) };
    let minutes = Duration::from_mins(5);
    let cases: [(&str, Duration, Vec<Pulse>, u64, Trust); 18] = [
        ("never polled", EVERY, vec![], 0, Trust::Silent),
        ("polled, gave nothing", EVERY, vec![failed(0)], 1, Trust::Silent),
        ("polled, no indicator has an answer", EVERY, vec![nothing(0)], 1, Trust::Silent),
        ("fresh", EVERY, vec![sound(0)], 1, Trust::Sound),
        ("a minute old to the second", EVERY, vec![sound(0)], 60, Trust::Sound),
        ("older than a minute", EVERY, vec![sound(0)], 61, Trust::Old),
        (
            "a failure after a success is not old at once",
            EVERY,
            vec![sound(0), failed(15)],
            16,
            Trust::Partial,
        ),
        ("failures grow old", EVERY, vec![sound(0), failed(15), failed(60)], 61, Trust::Old),
        ("three polls of a slow source", minutes, vec![sound(0)], 900, Trust::Sound),
        ("more than three", minutes, vec![sound(0)], 901, Trust::Old),
        ("a part", EVERY, vec![partial(0)], 1, Trust::Partial),
        ("counted though it lacks data", EVERY, vec![lacking(0, 4)], 1, Trust::PartialData),
        ("a part, and lacking", EVERY, vec![lacking(0, 3)], 1, Trust::Partial),
        ("nothing is asked of it and it is there", EVERY, vec![unasked(0)], 1, Trust::Sound),
        ("no heartbeat", EVERY, vec![beat(0, Heartbeat::Missing)], 1, Trust::NoHeartbeat),
        ("an old heartbeat", EVERY, vec![beat(100, Heartbeat::Seen(at(30)))], 101, Trust::NoHeartbeat),
        ("a fresh heartbeat", EVERY, vec![beat(100, Heartbeat::Seen(at(90)))], 101, Trust::Sound),
        ("age goes before heartbeat", EVERY, vec![beat(0, Heartbeat::Missing)], 61, Trust::Old),
    ];
    for (case, every, pulses, now, expected) in cases {
        assert_eq!(trust(every, pulses, now), expected, "{case}");
    }
}

#[test]
fn what_comes_from_the_time_to_come_is_not_fresh() {
    // The clock is set back by an hour, and the source is gone.
    assert_eq!(trust(EVERY, [sound(3600), failed(0)], 0), Trust::Old);
    assert_eq!(trust(EVERY, [sound(3600), sound(0)], 0), Trust::Sound, "it answers again");
    let ahead = Pulse { heartbeat: Heartbeat::Seen(at(700)), ..sound(100) };
    assert_eq!(trust(EVERY, [ahead], 101), Trust::NoHeartbeat, "nobody knows how long it has been so");
}

#[test]
fn only_a_source_that_gives_something_now_decides() {
    let mut telemetry = Telemetry::default();
    telemetry.set_sources([("first".to_owned(), "scrape", EVERY), ("b".to_owned(), "probe", EVERY)]);
    telemetry.heard("first", sound(0));
    telemetry.heard("stranger", sound(0));
    let decides = |source: Option<&str>, now| telemetry.decides(source, at(now));
    assert!(decides(None, 10) && decides(Some("first"), 10));
    assert!(!decides(Some("b"), 10) && !decides(Some("stranger"), 10) && !decides(None, 61));
    let distrusted: Vec<&str> = telemetry.distrusted(at(10)).map(|source| source.name.as_str()).collect();
    assert_eq!(distrusted, ["b"]);
    assert!(!Telemetry::default().decides(None, noon()));
}

#[test]
fn data_older_than_a_minute_decides_nothing_however_seldom_it_is_polled() {
    let mut telemetry = Telemetry::default();
    telemetry.set_sources([("slow".to_owned(), "prometheus", Duration::from_mins(5))]);
    telemetry.heard("slow", sound(0));
    let now = |seconds| (telemetry.decides(None, at(seconds)), telemetry.distrusted(at(seconds)).count());
    assert_eq!(
        [now(60), now(61), now(901)],
        [(true, 0), (false, 0), (false, 1)],
        "sound, but not to decide by"
    );
}

#[test]
fn coverage_is_the_share_of_the_last_hour_that_polls_speak_for() {
    let share = |pulses: Vec<Pulse>| one(EVERY, pulses).sources().next().expect("a source").coverage();
    let polls = |from: u64, to: u64, poll: fn(u64) -> Pulse| (from..=to).step_by(15).map(poll);
    assert_eq!(share(vec![]), None);
    assert_eq!(share(vec![sound(0)]), Some(1.0));
    assert_eq!(share(vec![failed(0)]), Some(0.0));
    assert_eq!(share(polls(0, 600, sound).chain(polls(615, 1215, failed)).collect()), Some(0.5));
    // A source that fails is polled less often; its silence weighs as much.
    assert_eq!(share(polls(0, 585, sound).chain([failed(1185)]).collect()), Some(0.5));
    // What is more than an hour ago no longer counts.
    assert_eq!(share(polls(0, 600, failed).chain(polls(615, 4215, sound)).collect()), Some(1.0));
    // The clock was set back: that time is lived again.
    assert_eq!(share(vec![sound(900), failed(0), failed(15)]), Some(0.0));
}

#[test]
fn a_turn_is_told_once_each_way_and_never_of_a_source_that_is_only_starting() {
    let mut telemetry = one(EVERY, []);
    assert_eq!(telemetry.turned(at(600)), []);
    telemetry.heard("prod", sound(600));
    assert_eq!(telemetry.turned(at(601)), []);
    let turn = |trust| Turn { source: "prod".to_owned(), trust };
    assert_eq!(telemetry.turned(at(661)), [turn(Trust::Old)]);
    assert_eq!(telemetry.turned(at(700)), []);
    telemetry.heard("prod", sound(710));
    assert_eq!(telemetry.turned(at(711)), [turn(Trust::Sound)]);
    assert_eq!(telemetry.turned(at(712)), []);
    let mut refused = one(EVERY, [failed(0)]);
    assert_eq!(refused.turned(at(1)), [turn(Trust::Silent)]);
}

#[test]
fn a_reload_keeps_what_is_known_of_a_source_that_stays() {
    let mut telemetry = one(EVERY, [sound(0)]);
    let sources = |kind, every| [("new".to_owned(), "scrape", EVERY), ("prod".to_owned(), kind, every)];
    telemetry.set_sources(sources("scrape", Duration::from_mins(5)));
    let known: Vec<_> =
        telemetry.sources().map(|source| (source.name.clone(), source.trust(at(61)))).collect();
    assert_eq!(known, [("new".to_owned(), Trust::Silent), ("prod".to_owned(), Trust::Sound)]);
    telemetry.set_sources(sources("probe", EVERY));
    assert_eq!(telemetry.source(Some("prod")).map(|source| source.trust(at(1))), Some(Trust::Silent));
}

#[test]
fn a_row_says_all_of_it_in_words() {
    let row = |pulses: Vec<Pulse>, now: u64| {
        let row = one(EVERY, pulses).rows(at(now)).remove(0);
        [row.name, row.kind.to_owned(), row.state.to_owned(), row.age, row.coverage, row.error, row.heartbeat]
    };
    let seen = Pulse { heartbeat: Heartbeat::Seen(at(8)), ..sound(10) };
    let odd = Pulse { warnings: vec!["line 7: no number".to_owned()], ..sound(10) };
    let partial = Pulse { answered: 3, ..sound(10) };
    assert_eq!(row(vec![], 0), ["prod", "scrape", "SILENT", "never", "-", "not polled yet", "-"]);
    assert_eq!(row(vec![seen], 12), ["prod", "scrape", "ok", "2s", "100 %", "", "seen 4s ago"]);
    assert_eq!(row(vec![odd], 10)[5], "line 7: no number");
    let said = ["prod", "scrape", "partial", "0s", "100 %", "1 of 4 indicators have no answer", "-"];
    assert_eq!(row(vec![partial], 10), said);
    let old = row(vec![sound(0), failed(15), failed(90)], 95);
    assert_eq!(old, ["prod", "scrape", "OLD", "1m", "14 %", "connection refused", "-"]);
}
