//! What only some rooms may name: the outside world and the clock.

use super::code::{line_of, words};
use super::paths::{Path, paths};
use super::tree::{Breach, Source};

/// Rooms that touch the outside.
const IMPURE: [&str; 3] = ["io", "cli", "main"];

/// A path no pure room names. One name alone is a crate or a type; more are found anywhere in a path.
const OUTSIDE: [(&[&str], &str); 18] = [
    (&["tokio"], ASK),
    (&["reqwest"], ASK),
    (&["axum"], ASK),
    (&["rusqlite"], ASK),
    (&["notify"], ASK),
    (&["std", "fs"], ASK),
    (&["std", "env"], ASK),
    (&["std", "net"], ASK),
    (&["std", "process"], ASK),
    (&["std", "thread"], ASK),
    (&["io", "stdin"], ASK),
    (&["io", "stdout"], ASK),
    (&["io", "stderr"], ASK),
    (&["SystemTime"], TOLD),
    (&["time", "Instant"], TOLD),
    (&["Instant", "now"], TOLD),
    (&["Utc", "now"], TOLD),
    (&["Local", "now"], TOLD),
];

/// Paths that belong to `io` alone; the command line goes through it.
const IO_ALONE: [(&[&str], &str); 4] = [
    (&["std", "fs"], THROUGH_IO),
    (&["tokio", "fs"], THROUGH_IO),
    (&["rusqlite"], THROUGH_IO),
    (&["reqwest"], THROUGH_IO),
];

/// Calls on a path that look at the disk without naming it.
const LOOKS_AT_DISK: [&str; 5] = ["exists", "is_file", "is_dir", "canonicalize", "read_dir"];

const PRINTS: [&str; 4] = ["print", "println", "eprint", "eprintln"];

const ASK: &str = "take the data as an argument, or return an Effect that asks io";
const TOLD: &str = "take the time as an argument";
const THROUGH_IO: &str = "move it to io and call it from here";

/// What a file names that its room may not.
pub fn breaches(source: &Source) -> Vec<Breach> {
    match source.room() {
        Some("cli" | "main") => named(source, &IO_ALONE),
        Some(room) if IMPURE.contains(&room) => Vec::new(),
        _ => [named(source, &OUTSIDE), called(source)].concat(),
    }
}

fn named(source: &Source, forbidden: &[(&[&str], &'static str)]) -> Vec<Breach> {
    let room = source.room().unwrap_or("lib");
    let judge = |path: Path| {
        let (names, way_out) = forbidden.iter().find(|(names, _)| names_outside(&path, names))?;
        Some(source.at(path.line, format!("`{room}` names `{}`", names.join("::")), way_out))
    };
    paths(&source.code).into_iter().filter_map(judge).collect()
}

fn names_outside(path: &Path, names: &[&str]) -> bool {
    match names {
        [krate] if krate.starts_with(char::is_lowercase) => {
            path.names.first().is_some_and(|first| first == krate)
        }
        _ => path.names.windows(names.len()).any(|window| window == names),
    }
}

/// Macros that print and methods that look at the disk.
fn called(source: &Source) -> Vec<Breach> {
    let code = &source.code;
    let judge = |(at, word): (usize, &str)| {
        let behind = &code[at + word.len()..];
        let prints = PRINTS.contains(&word) && behind.starts_with('!');
        let looks = LOOKS_AT_DISK.contains(&word) && code[..at].ends_with('.') && behind.starts_with("()");
        let what = format!("a pure room calls `{word}`");
        (prints || looks).then(|| source.at(line_of(code, at), what, ASK))
    };
    words(code).filter_map(judge).collect()
}

#[cfg(test)]
mod tests {
    use super::breaches;
    use crate::architecture::tree::Source;

    fn count(path: &str, code: &str) -> usize {
        breaches(&Source { path: path.to_owned(), text: String::new(), code: code.to_owned() }).len()
    }

    #[test]
    fn a_pure_room_names_neither_the_outside_nor_a_clock() {
        let guilty = [
            "use tokio::sync::mpsc;",
            "use std::{fmt, fs};",
            "use std::io::{self, stdout};",
            "fn f() { std::env::var(x); }",
            "use std::time::{Duration, Instant};",
            "fn f() { chrono::Utc::now() }",
            "fn f() { Utc::now() }",
            "use std::time::SystemTime as When;",
            "fn f(path: &Path) -> bool { path.exists() }",
            "fn f() { println!() }",
        ];
        for code in guilty {
            assert_eq!(count("src/slo/burn.rs", code), 1, "{code}");
        }
    }

    #[test]
    fn what_only_sounds_like_the_outside_is_free() {
        let free = [
            "use std::io::Write;",
            "use crate::config::env::Origin;",
            "use std::time::Duration;",
            "fn f() { now.with_timezone(&Utc) }",
            "fn exists(&self) -> bool { self.notify }",
        ];
        for code in free {
            assert_eq!(count("src/slo/burn.rs", code), 0, "{code}");
        }
    }

    #[test]
    fn files_belong_to_io() {
        assert_eq!(count("src/io/files.rs", "use std::fs;"), 0);
        assert_eq!(count("src/cli/setup.rs", "use std::fs;"), 1);
        assert_eq!(count("src/cli/setup.rs", "use std::env;"), 0);
    }
}
