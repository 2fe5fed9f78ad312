#![no_main]

use chrono::{DateTime, Utc};
use chrono_tz::Europe::Berlin;
use libfuzzer_sys::fuzz_target;
use warroom::incident::scribe::Hearing;

// Whatever is typed into the timeline is a line or an error in words.
fuzz_target!(|line: &str| {
    let now: DateTime<Utc> = DateTime::from_timestamp(1_795_226_400, 0).expect("a time");
    if let Err(why) = Hearing::new(now, Berlin).read(line) {
        assert!(!why.is_empty());
    }
});
