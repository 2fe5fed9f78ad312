//! Programs of other packages that some tests need, and what happens where they are missing.
//!
//! A test that lacks one says so by name, is written down as skipped (`tests/zz_skipped.rs` counts them
//! in the run's last line) and passes. With `WARROOM_REQUIRE_DAEMONS=1` it fails instead, which is how
//! CI runs.

#[path = "skipped.rs"]
pub mod skipped;

use std::path::PathBuf;

/// The Debian package of each program that tests use.
const PACKAGES: [(&str, &str); 4] = [
    ("prometheus", "prometheus"),
    ("promtool", "prometheus"),
    ("prometheus-alertmanager", "prometheus-alertmanager"),
    ("openssl", "openssl"),
];

/// The path of a program, or `None` when the calling test has to be skipped.
pub fn daemon(program: &str) -> Option<PathBuf> {
    let found = std::env::var_os("PATH").and_then(|path| {
        std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
    });
    if found.is_none() {
        skip(program);
    }
    found
}

fn skip(program: &str) {
    let package = PACKAGES.iter().find(|(name, _)| *name == program).map_or(program, |(_, package)| package);
    let why = format!("{program} is not installed (apt-get install {package})");
    assert!(std::env::var_os("WARROOM_REQUIRE_DAEMONS").is_none_or(|set| set != "1"), "{why}");
    eprintln!("skipped: {why}");
    skipped::record(program);
}
