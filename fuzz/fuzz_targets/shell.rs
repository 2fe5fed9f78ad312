#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use warroom::runbook::{Risk, placeholder, risk, shell};

// Any text is taken apart and judged, and more of it is never less dangerous.
fuzz_target!(|command: &str| {
    let _ = shell::read(command);
    let sketch = placeholder::sketch(command, &BTreeSet::new());
    let _ = risk::of(&sketch);
    assert_eq!(risk::of(&format!("rm -rf x\n{command}")), Risk::Destroy);
    assert!(risk::of(&format!("frobnicate\n{command}")) >= risk::of(command).max(Risk::Change));
});
