#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/whole.rs"]
mod whole;

// Every byte of a file belongs to a node, and every node shows its words.
fuzz_target!(|source: &str| {
    let lost = whole::lost(source);
    assert!(lost.is_empty(), "{lost:?}");
});
