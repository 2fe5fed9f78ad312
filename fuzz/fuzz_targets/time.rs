#![no_main]

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Berlin;
use libfuzzer_sys::fuzz_target;
use warroom::text::when;

// A typed time is a time or an error in words; a span that is read is one that can be shown and read again.
fuzz_target!(|typed: &str| {
    let now: DateTime<Utc> = DateTime::from_timestamp(1_795_226_400, 0).expect("a time");
    if let Err(why) = when::parse_time(typed, now, Berlin) {
        assert!(!why.is_empty());
    }
    let _ = when::parse_planned(typed, now, Berlin);
    let _ = when::parse_end(typed, now, now, Berlin);
    let _ = when::parse_span(typed);
});
