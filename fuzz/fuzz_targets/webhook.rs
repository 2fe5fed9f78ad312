#![no_main]

use libfuzzer_sys::fuzz_target;
use warroom::incident::inbox::parse;

// What an Alertmanager posts, and what it answers.
fuzz_target!(|body: &str| {
    let _ = parse::webhook(body);
    let _ = parse::alerts(body);
    let _ = parse::up_since(body);
});
