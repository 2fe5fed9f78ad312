//! Where the tests of one run write down what they skipped.

use std::os::unix::process::parent_id;
use std::path::{Path, PathBuf};

/// The log of this run: its tests have one parent, the cargo that runs them. Lines `TEST<tab>PROGRAM`.
pub fn log() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("skipped-{}.log", parent_id()))
}
