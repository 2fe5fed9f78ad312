#![no_main]

use libfuzzer_sys::fuzz_target;
use warroom::slo::selector::Selector;

// A selector is read, or the character at which it is none lies in it.
fuzz_target!(|text: &str| {
    if let Err(bad) = Selector::parse(text) {
        assert!((1..=text.chars().count() + 1).contains(&bad.character), "{bad}");
    }
});
