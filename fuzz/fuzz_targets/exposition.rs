#![no_main]

use libfuzzer_sys::fuzz_target;
use warroom::slo::exposition;

// A page of metrics in either dialect, whole or cut.
fuzz_target!(|page: &str| {
    let read = exposition::parse(page);
    assert!(read.samples.len() <= page.lines().count());
});
