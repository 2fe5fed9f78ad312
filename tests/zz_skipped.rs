//! The last line of a test run: which tests could not run here, and what they lacked.
//!
//! Cargo runs test programs by name, one after another, so this one comes last. It is no test itself.

#[expect(dead_code, reason = "only tests write the log")]
#[path = "common/skipped.rs"]
mod skipped;

use std::fs;

fn main() {
    // A test runner that only asks which tests there are gets none.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let log = skipped::log();
    let lines = fs::read_to_string(&log).unwrap_or_default();
    // A run that skipped nothing has no log.
    let _ = fs::remove_file(log);
    println!("{}", summary(&lines));
}

/// `skipped: 2 (TEST without PROGRAM, ...)`.
fn summary(lines: &str) -> String {
    let mut skipped: Vec<String> = lines.lines().map(|line| line.replace('\t', " without ")).collect();
    skipped.sort();
    skipped.dedup();
    match skipped.len() {
        0 => "skipped: none".to_owned(),
        count => format!("skipped: {count} ({})", skipped.join(", ")),
    }
}
