//! Every notation of time: what people type is what they meant, or a refusal that says what to write.

#![expect(clippy::expect_used, reason = "a test whose setting fails has failed")]

#[path = "text_when/documents.rs"]
mod documents;

use std::time::Duration;

use chrono_tz::{Europe::Berlin, Tz};
use proptest::prelude::*;
use warroom::text::Time;
use warroom::text::when::{
    after, ago, clock_time, date_time, parse_end, parse_planned, parse_span, parse_time, rfc3339, rough_span,
    short_span, span,
};

fn utc(text: &str) -> Time {
    text.parse().expect("a time")
}

/// Reads each notation at `now` in Berlin.
#[track_caller]
fn reads_in_berlin(now: &str, cases: &[(&str, &str)]) {
    for (typed, expected) in cases {
        let read = parse_time(typed, utc(now), Berlin);
        assert_eq!(read, Ok(utc(expected)), "{typed:?} at {now}");
    }
}

#[track_caller]
fn refused_in_berlin(now: &str, cases: &[(&str, &str)]) {
    for (typed, why) in cases {
        let refusal = parse_time(typed, utc(now), Berlin).expect_err(typed);
        assert!(refusal.contains(why), "{typed:?}: {refusal:?} lacks {why:?}");
    }
}

#[test]
fn a_time_is_read_in_the_zone_on_the_screen() {
    reads_in_berlin(
        "2026-11-21T14:00:00Z", // 15:00 in Berlin
        &[
            ("2026-11-21T14:02:00Z", "2026-11-21T14:02:00Z"),
            ("2026-11-21T14:02:00.250+01:00", "2026-11-21T13:02:00.250Z"),
            ("2026-11-20 14:02", "2026-11-20T13:02:00Z"),
            ("2026-11-20T14:02:07", "2026-11-20T13:02:07Z"),
            ("2026-11-20 14:02Z", "2026-11-20T14:02:00Z"),
            ("14:02", "2026-11-21T13:02:00Z"),
            ("9:05", "2026-11-21T08:05:00Z"),
            ("14:02:59", "2026-11-21T13:02:59Z"),
            ("13:02 UTC", "2026-11-21T13:02:00Z"),
            ("13:02z", "2026-11-21T13:02:00Z"),
            ("today 09:00", "2026-11-21T08:00:00Z"),
            ("Yesterday 14:02", "2026-11-20T13:02:00Z"),
            ("yesterday   14:02:03", "2026-11-20T13:02:03Z"),
            ("-10m", "2026-11-21T13:50:00Z"),
            ("-1h30m", "2026-11-21T12:30:00Z"),
            ("  now ", "2026-11-21T14:00:00Z"),
        ],
    );
}

#[test]
fn an_hour_that_has_not_come_is_yesterdays() {
    reads_in_berlin(
        "2026-11-21T14:00:00Z",
        &[
            ("15:00", "2026-11-21T14:00:00Z"),
            ("15:05", "2026-11-21T14:05:00Z"),
            ("15:05:01", "2026-11-20T14:05:01Z"),
            ("23:59", "2026-11-20T22:59:00Z"),
            ("14:06 UTC", "2026-11-20T14:06:00Z"),
        ],
    );
}

#[test]
fn today_is_the_day_of_the_zone_and_not_of_utc() {
    reads_in_berlin(
        "2026-11-20T23:30:00Z", // 00:30 of the 21st in Berlin
        &[
            ("00:10", "2026-11-20T23:10:00Z"),
            ("yesterday 00:10", "2026-11-19T23:10:00Z"),
            ("23:50", "2026-11-20T22:50:00Z"),
        ],
    );
}

#[test]
fn an_hour_that_summer_time_skips_is_refused() {
    let now = "2026-03-29T08:00:00Z"; // 10:00 summer time
    refused_in_berlin(
        now,
        &[
            ("02:30", "2026-03-29 02:30:00: never was in Europe/Berlin"),
            ("2026-03-29 02:00", "clocks were put forward"),
            ("today 02:59:59", "write it in UTC"),
        ],
    );
    refused_in_berlin(
        "2026-03-29T23:00:00Z",
        &[("02:30", "2026-03-29 02:30:00"), ("yesterday 02:30", "never was")],
    );
    reads_in_berlin(
        now,
        &[
            ("01:59:59", "2026-03-29T00:59:59Z"),
            ("03:00", "2026-03-29T01:00:00Z"),
            ("yesterday 02:30", "2026-03-28T01:30:00Z"),
            ("02:30Z", "2026-03-29T02:30:00Z"),
        ],
    );
}

#[test]
fn an_hour_that_winter_time_repeats_is_the_earlier_one() {
    reads_in_berlin(
        "2026-10-25T09:00:00Z",
        &[
            ("01:59", "2026-10-24T23:59:00Z"),
            ("02:00", "2026-10-25T00:00:00Z"),
            ("02:30", "2026-10-25T00:30:00Z"),
            ("03:00", "2026-10-25T02:00:00Z"),
            ("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z"),
        ],
    );
}

#[test]
fn what_is_no_time_is_refused_with_what_to_write() {
    refused_in_berlin(
        "2026-11-21T14:00:00Z",
        &[
            ("10m", "write -10m for 10m ago"),
            ("+10m", "write -10m"),
            ("", "not a time"),
            ("soon", "not a time (write 14:02, -10m, yesterday 14:02 or"),
            ("24:00", "not a time"),
            ("14:60", "not a time"),
            ("14:2", "not a time"),
            ("+1:02", "not a time"),
            ("14:02:03:04", "not a time"),
            ("tomorrow 14:02", "not a time"),
            ("2026-11-21", "not a time"),
            ("2026-02-30 10:00", "not a time"),
            ("+200000-01-01 10:00", "not a time"),
            ("-", "duration: empty"),
            ("-1M", "a month has no fixed length"),
            ("-999999999w", "before the calendar"),
            ("14：02", "not a time"),
        ],
    );
}

#[test]
fn spans_are_whole_numbers_with_units_from_large_to_small() {
    let cases = [
        ("15s", 15_000),
        ("5m", 300_000),
        ("1h30m", 5_400_000),
        (" 1h 30m ", 5_400_000),
        ("30d", 2_592_000_000),
        ("1w", 604_800_000),
        ("250ms", 250),
        ("1s250ms", 1_250),
        ("0s", 0),
    ];
    for (typed, millis) in cases {
        assert_eq!(parse_span(typed), Ok(Duration::from_millis(millis)), "{typed:?}");
    }
}

#[test]
fn a_span_that_could_mean_two_things_is_refused() {
    let cases = [
        ("", "empty"),
        ("1M", "a month has no fixed length (1m is minutes"),
        ("15", "has no unit (write 15s, 15m or 15h)"),
        ("1.5h", "whole numbers only"),
        ("5x", "unknown unit x"),
        ("1y", "unknown unit y"),
        ("m", "a number is missing"),
        ("-5m", "a number is missing"),
        ("5m1h", "large to small"),
        ("1m1m", "each once"),
        ("99999999999999999999s", "too long"),
        ("99999999999999999w", "too long"),
        ("5µ", "unknown unit µ"),
    ];
    for (typed, why) in cases {
        let refusal = parse_span(typed).expect_err(typed);
        assert!(refusal.contains(why), "{typed:?}: {refusal:?} lacks {why:?}");
    }
}

#[test]
fn spans_read_in_two_units_at_most() {
    let cases = [
        (0, "0s", "0s", "0s"),
        (45, "45s", "45s", "45s"),
        (60, "1m 00s", "1m", "1m"),
        (245, "4m 05s", "4m", "245s"),
        (3_600, "1h 00m", "1h 00m", "1h"),
        (5_400, "1h 30m", "1h 30m", "90m"),
        (7_380, "2h 03m", "2h 03m", "123m"),
        (86_400, "1d 0h", "1d 0h", "1d"),
        (273_600, "3d 4h", "3d 4h", "76h"),
        (2_419_200, "28d 0h", "28d 0h", "28d"),
    ];
    for (seconds, long, rough, short) in cases {
        let length = Duration::from_secs(seconds);
        assert_eq!(
            (span(length), rough_span(length), short_span(length)),
            (long.into(), rough.into(), short.into())
        );
    }
}

#[test]
fn less_than_a_second_is_not_nothing() {
    let cases = [(1, "1ms", "0s", "1ms"), (500, "500ms", "0s", "500ms"), (1_500, "1s", "1s", "1500ms")];
    for (millis, long, rough, short) in cases {
        let length = Duration::from_millis(millis);
        assert_eq!((span(length).as_str(), rough_span(length).as_str()), (long, rough));
        assert_eq!(short_span(length), short);
    }
    assert_eq!(span(Duration::from_micros(999)), "0s");
}

#[test]
fn instants_read_in_their_zone() {
    let at = utc("2026-07-01T22:30:05.123Z");
    assert_eq!(clock_time(at, Berlin), "00:30:05");
    assert_eq!(date_time(at, Berlin), "2026-07-02 00:30:05");
    assert_eq!(date_time(at, Tz::UTC), "2026-07-01 22:30:05");
    assert_eq!(rfc3339(at), "2026-07-01T22:30:05.123Z");
}

#[test]
fn how_long_ago_says_which_way() {
    let now = utc("2026-11-21T14:00:00Z");
    let cases = [
        ("2026-11-21T13:59:59.500Z", "now"),
        ("2026-11-21T13:59:15Z", "45s ago"),
        ("2026-11-21T13:55:30Z", "4m ago"),
        ("2026-11-18T10:00:00Z", "3d 4h ago"),
        ("2026-11-21T14:20:00Z", "in 20m"),
    ];
    for (at, words) in cases {
        assert_eq!(ago(utc(at), now), words, "{at}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_time_or_a_refusal(typed in "\\PC{0,24}") {
        let now = utc("2026-03-29T01:30:00Z");
        if let Err(why) = parse_time(&typed, now, Berlin) {
            prop_assert!(why.contains(": "));
        }
    }

    #[test]
    fn any_text_like_a_time_is_a_time_or_a_refusal(typed in "[-+0-9TZ: ywdhms.]{0,20}") {
        let now = utc("2026-10-25T00:30:00Z");
        if let Ok(at) = parse_time(&typed, now, Berlin) {
            prop_assert_eq!(parse_time(&at.to_rfc3339(), now, Berlin), Ok(at));
        }
    }

    #[test]
    fn an_exact_span_reads_back_as_itself(millis in 0_u64..400 * 86_400_000) {
        let length = Duration::from_millis(millis);
        prop_assert_eq!(parse_span(&short_span(length)), Ok(length));
    }

    #[test]
    fn a_shown_span_can_be_typed_back(millis in 0_u64..400 * 86_400_000) {
        let length = Duration::from_millis(millis);
        let shown = span(length);
        prop_assert_eq!(parse_span(&shown).map(span), Ok(shown));
    }

    #[test]
    fn a_bare_clock_time_is_never_far_ahead_and_never_a_day_old(hour in 0_u32..24, minute in 0_u32..60) {
        let now = utc("2026-11-21T14:00:00Z");
        let at = parse_time(&format!("{hour:02}:{minute:02}"), now, Berlin).expect("no gap in November");
        prop_assert!(at <= after(now, Duration::from_mins(5)));
        prop_assert!(at > now - Duration::from_hours(24));
    }
}

#[test]
fn a_plan_may_lie_ahead_and_its_clock_time_is_todays() {
    let now = utc("2026-11-21T14:00:00Z"); // 15:00 in Berlin
    let cases = [
        ("22:00", "2026-11-21T21:00:00Z"),
        ("09:00", "2026-11-21T08:00:00Z"),
        ("tomorrow 02:00", "2026-11-22T01:00:00Z"),
        ("yesterday 02:00", "2026-11-20T01:00:00Z"),
        ("+30m", "2026-11-21T14:30:00Z"),
        ("-30m", "2026-11-21T13:30:00Z"),
        ("now", "2026-11-21T14:00:00Z"),
        ("22:00Z", "2026-11-21T22:00:00Z"),
        ("2026-12-01T10:00:00Z", "2026-12-01T10:00:00Z"),
    ];
    for (typed, expected) in cases {
        assert_eq!(parse_planned(typed, now, Berlin), Ok(utc(expected)), "{typed}");
    }
    let refusal = parse_planned("30m", now, Berlin).expect_err("ago or ahead?");
    assert!(refusal.contains("write +30m for in 30m, -30m for 30m ago"), "{refusal}");
}

#[test]
fn an_end_is_the_first_such_hour_after_the_start() {
    let (now, from) = (utc("2026-11-21T14:00:00Z"), utc("2026-11-23T21:00:00Z")); // 22:00 in Berlin
    let cases = [
        ("23:30", "2026-11-23T22:30:00Z"),
        ("02:00", "2026-11-24T01:00:00Z"),
        ("22:00", "2026-11-24T21:00:00Z"),
        ("tomorrow 02:00", "2026-11-22T01:00:00Z"),
        ("+1h", "2026-11-21T15:00:00Z"),
    ];
    for (typed, expected) in cases {
        assert_eq!(parse_end(typed, from, now, Berlin), Ok(utc(expected)), "{typed}");
    }
}
