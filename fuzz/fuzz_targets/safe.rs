#![no_main]

use libfuzzer_sys::fuzz_target;
use warroom::text::Safe;

// Nothing that a terminal obeys comes through, and what came through once comes through unchanged.
fuzz_target!(|bytes: &[u8]| {
    let safe = Safe::bytes(bytes);
    assert!(!safe.as_str().chars().any(char::is_control), "{safe:?}");
    // What was spelled out may be longer than a line may be: then it is cut.
    if safe.len() <= 8 * 1024 {
        assert_eq!(Safe::line(&safe), safe);
    }
});
