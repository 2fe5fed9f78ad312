//! What the tests of one run skipped: written down here, counted by `tests/zz_skipped.rs`.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};

/// The log of this run: its tests have one parent, the cargo that runs them. Lines `TEST<tab>WHAT`.
pub fn log() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("skipped-{}.log", parent_id()))
}

/// Writes down that the calling test cannot run without `what`. One small append: tests of several
/// processes may write at once.
pub fn record(what: &str) {
    let line = format!("{}\t{what}\n", std::thread::current().name().unwrap_or("a test"));
    let log = OpenOptions::new().create(true).append(true).open(log());
    let written = log.and_then(|mut log| log.write_all(line.as_bytes()));
    assert!(written.is_ok(), "target/tmp is not writable: {written:?}");
}
