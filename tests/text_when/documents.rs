//! Times of documents: every notation people use, read as it was written, placed with what the document
//! says, and doubted where a doubt is due.

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use proptest::prelude::*;
use warroom::text::when::{Clock, Document, Form, Stamp, Zone, parse_time, rfc3339};
use warroom::text::{Place, Time};

fn stamp(text: &str) -> Stamp {
    Stamp::parse(text).expect(text)
}

#[test]
fn every_notation_of_a_document_is_read() {
    let cases = [
        ("2024-07-25 12:10", "2024-07-25 12:10"),
        ("14:02 UTC", "14:02 UTC"),
        ("1402", "14:02"),
        ("2022-02-02 1625", "2022-02-02 16:25"),
        ("8:54", "08:54"),
        ("15.26", "15:26"),
        ("2023-09-18 15.26", "2023-09-18 15:26"),
        ("7:01am", "07:01"),
        ("2019-03-25 7:01am", "2019-03-25 07:01"),
        ("12:30 AM", "00:30"),
        ("12:30 p.m.", "12:30"),
        ("7 pm", "19:00"),
        ("2022-02-02", "2022-02-02"),
        ("2022-02-02 X", "2022-02-02 X"),
        ("??:??", "X"),
        ("unknown", "X"),
        ("2019-10-21T01:38:07.250Z", "2019-10-21 01:38:07.250 UTC"),
        ("2019-10-21T01:38+02:00", "2019-10-21 01:38 UTC+02:00"),
        ("2019-10-21, 01:38 (UTC)", "2019-10-21 01:38 UTC"),
        ("2019-10-21 at 01:38 PST", "2019-10-21 01:38 PST"),
        ("9:05 UTC+1", "09:05 UTC+01:00"),
        ("9:05 GMT", "09:05 UTC"),
        ("14:02 Europe/Zurich", "14:02 Europe/Zurich"),
        ("2019/10/21 01:38", "2019-10-21 01:38"),
        ("21 October 2019 01:38", "2019-10-21 01:38"),
        ("Oct 21st, 2019", "2019-10-21"),
    ];
    for (written, canonical) in cases {
        assert_eq!(stamp(written).to_string(), canonical, "{written:?}");
    }
}

#[test]
fn what_only_looks_like_a_time_is_none() {
    let none = [
        "",
        "soon",
        "25:00",
        "14:60",
        "2022-02-30",
        "2022-02-30 10:00",
        "14:02pods",
        "1.26.3",
        "123",
        "12345",
        "14 pm",
        "0 am",
        "10/11/12",
        "-5",
        "x",
        "14:02 west",
        "2022-02-02x",
        "14:2",
    ];
    for text in none {
        assert_eq!(Stamp::parse(text), None, "{text:?}");
    }
    let (read, form, length) = Stamp::read("1500 requests failed").expect("a number may be a time");
    assert_eq!((read.to_string().as_str(), form, length), ("15:00", Form::Doubtful, 4));
}

fn place(line: usize) -> Place {
    Place::line("notes.md", line)
}

/// Places each time of a document, a line each, and says what was doubted.
fn placed(mut document: Document, lines: &[&str]) -> (Vec<Option<String>>, Vec<String>) {
    let instants = lines.iter().enumerate().map(|(index, text)| {
        let at = document.place(&stamp(text), place(index + 1));
        at.map(|at| at.format("%F %H:%M").to_string())
    });
    let instants = instants.collect();
    (instants, document.finish().iter().map(ToString::to_string).collect())
}

#[test]
fn a_sentence_sets_day_and_zone_and_one_line_may_differ() {
    let mut document = Document::new(Tz::Asia__Tokyo, None);
    document.hear("Unless otherwise noted all events happened on 2019-10-21, and all times are in UTC.");
    let (instants, doubts) = placed(document, &["2019-10-20 00:55", "01:38", "19:27", "00:10"]);
    let expected = ["2019-10-20 00:55", "2019-10-21 01:38", "2019-10-21 19:27", "2019-10-22 00:10"];
    assert_eq!(instants, expected.map(|at| Some(at.to_owned())));
    assert_eq!(doubts, Vec::<String>::new());
}

#[test]
fn a_clock_after_midnight_is_the_next_days_and_a_small_step_back_is_out_of_order() {
    let mut document = Document::new(Tz::UTC, None);
    document.hear("All times in UTC+1 (Zurich time)");
    let (instants, doubts) = placed(document, &["2019-03-24 8:54", "18:45", "00:10", "00:05", "7:01am"]);
    let expected =
        ["2019-03-24 07:54", "2019-03-24 17:45", "2019-03-24 23:10", "2019-03-24 23:05", "2019-03-25 06:01"];
    assert_eq!(instants, expected.map(|at| Some(at.to_owned())));
    assert_eq!(doubts, ["notes.md:4: is earlier than the line before"]);
}

#[test]
fn a_zone_that_the_date_contradicts_is_doubted_and_says_which_offset_was_used() {
    let (instants, doubts) =
        placed(Document::new(Tz::UTC, None), &["2021-05-10 14:00 PST", "2021-12-10 14:00 PST"]);
    assert_eq!(instants, [Some("2021-05-10 21:00".to_owned()), Some("2021-12-10 22:00".to_owned())]);
    assert_eq!(
        doubts,
        [
            "notes.md:1: PST is not in force on 2021-05-10: -07:00 was used, which is (write the offset, like UTC-7)"
        ]
    );
    let (instants, doubts) = placed(Document::new(Tz::UTC, None), &["2021-01-10 14:00 IST"]);
    assert_eq!(instants, [Some("2021-01-10 08:30".to_owned())]);
    assert!(doubts[0].contains("IST names several zones: +05:30 was used"), "{doubts:?}");
}

#[test]
fn what_is_unknown_stays_unknown() {
    let (instants, doubts) = placed(Document::new(Tz::UTC, None), &["2022-02-02 16:25", "X", "16:50"]);
    assert_eq!(instants, [Some("2022-02-02 16:25".to_owned()), None, Some("2022-02-02 16:50".to_owned())]);
    assert_eq!(doubts, Vec::<String>::new());
    let (instants, doubts) = placed(Document::new(Tz::UTC, None), &["16:50"]);
    assert_eq!(instants, [None], "no day is known");
    assert!(doubts[0].starts_with("notes.md:1: no day is known: the time stays unknown"), "{doubts:?}");
    let (instants, doubts) = placed(Document::new(Tz::UTC, None), &["2022-02-02"]);
    assert_eq!(instants, [Some("2022-02-02 00:00".to_owned())]);
    assert!(doubts[0].contains("no time of day"), "{doubts:?}");
    let berlin = Document::new(Tz::Europe__Berlin, NaiveDate::from_ymd_opt(2026, 3, 29));
    let (instants, doubts) = placed(berlin, &["02:30"]);
    assert_eq!(instants, [None], "summer time began");
    assert!(doubts[0].contains("never was in Europe/Berlin"), "{doubts:?}");
}

#[test]
fn a_date_far_from_its_neighbours_is_doubted_once_and_does_not_blame_them() {
    let lines =
        ["2022-02-02 19:06", "2022-02-20 19:30", "2022-02-02 20:21", "2023-02-02 21:50", "2022-02-03 04:57"];
    let (_, doubts) = placed(Document::new(Tz::UTC, None), &lines);
    assert_eq!(
        doubts,
        [
            "notes.md:2: 2022-02-20 is far from its neighbours' 2022-02-02: likely a mistyped date (correct it in the file if it is a slip)",
            "notes.md:4: 2023-02-02 is far from its neighbours' 2022-02-02: likely a mistyped year (correct it in the file if it is a slip)",
        ]
    );
}

#[test]
fn a_mistyped_year_at_either_end_is_doubted_where_it_stands() {
    let cases: [(&[&str], &str); 3] = [
        (&["2021-02-02 10:00", "2022-02-02 10:05", "2022-02-02 10:10"], "notes.md:1: 2021-02-02 is far"),
        (&["2022-02-02 10:00", "2023-02-02 10:05", "2022-02-02 10:10"], "notes.md:2: 2023-02-02 is far"),
        (&["2022-02-02 10:00", "2022-02-02 10:05", "2023-02-02 10:10"], "notes.md:3: 2023-02-02 is far"),
    ];
    for (lines, doubt) in cases {
        let (_, doubts) = placed(Document::new(Tz::UTC, None), lines);
        assert!(doubts.len() == 1 && doubts[0].starts_with(doubt), "{doubts:?}");
    }
}

#[test]
fn certain_notations_of_documents_can_be_typed() {
    let now: Time = "2026-11-21T14:30:00Z".parse().expect("a time");
    let berlin = Tz::Europe__Berlin; // 15:30 there
    let cases = [
        ("1402", "2026-11-21T13:02:00.000Z"),
        ("15.26", "2026-11-21T14:26:00.000Z"),
        ("7:01am", "2026-11-21T06:01:00.000Z"),
        ("2pm", "2026-11-21T13:00:00.000Z"),
        ("14:02 CET", "2026-11-21T13:02:00.000Z"),
        ("09:02 +01:00", "2026-11-21T08:02:00.000Z"),
        ("23:30 UTC+9", "2026-11-21T14:30:00.000Z"),
        ("09:02 America/New_York", "2026-11-21T14:02:00.000Z"),
        ("2026-11-20 1402", "2026-11-20T13:02:00.000Z"),
        ("yesterday 1402", "2026-11-20T13:02:00.000Z"),
        ("2345", "2026-11-20T22:45:00.000Z"),
    ];
    for (typed, expected) in cases {
        assert_eq!(parse_time(typed, now, berlin).map(rfc3339), Ok(expected.to_owned()), "{typed}");
    }
    let refused = [
        ("14:02 CEST", "CEST: not in force on 2026-11-21"),
        ("14:02 IST", "IST: names several zones"),
        ("X", "not a time"),
        ("2026-11-20", "not a time"),
        ("2500", "not a time"),
    ];
    for (typed, why) in refused {
        let refusal = parse_time(typed, now, berlin).expect_err(typed);
        assert!(refusal.contains(why), "{typed}: {refusal}");
    }
}

fn zones() -> impl Strategy<Value = Option<Zone>> {
    let names = ["UTC", "UTC+5:30", "UTC-3", "CET", "PDT", "IST", "ET", "Europe/Zurich", "America/New_York"];
    proptest::option::of(proptest::sample::select(names.to_vec()))
        .prop_map(|name| name.and_then(|name| Zone::read(name, false)).map(|(zone, _)| zone))
}

fn stamps() -> impl Strategy<Value = Stamp> {
    let dates = proptest::option::of((1000_i32..9999, 1_u32..=366))
        .prop_map(|date| date.and_then(|(year, day)| NaiveDate::from_yo_opt(year, day)));
    let given = (0_u32..86_400, prop_oneof![Just(0_u32), 0_u32..1_000_000_000]);
    let given = given.prop_filter_map("a clock", |(second, nano)| {
        NaiveTime::from_num_seconds_from_midnight_opt(second, nano).map(Clock::Given)
    });
    let clocks = prop_oneof![6 => given, 1 => Just(Clock::Unknown), 1 => Just(Clock::Absent)];
    (dates, clocks, zones())
        .prop_map(|(date, clock, zone)| Stamp { date, clock, zone })
        .prop_filter("says something", |stamp| stamp.date.is_some() || stamp.clock != Clock::Absent)
}

proptest! {
    #[test]
    fn a_written_time_reads_back_as_itself(stamp in stamps()) {
        prop_assert_eq!(Stamp::parse(&stamp.to_string()), Some(stamp), "{}", stamp);
    }

    #[test]
    fn no_text_is_too_odd_to_be_read(text in "\\PC{0,40}", line in "[-+0-9TZUXapm:. ?/é(),#]{0,30}") {
        for text in [text, line] {
            if let Some((stamp, _, length)) = Stamp::read(&text) {
                prop_assert!(text.is_char_boundary(length));
                let mut document = Document::new(Tz::Europe__Berlin, None);
                document.hear(&text);
                document.entitle(&text);
                document.place(&stamp, place(1));
                document.finish();
            }
            Document::new(Tz::UTC, None).hear(&format!("all times {text}"));
        }
    }
}
