//! The project's files as these tests read them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::code::blanked;

/// A Rust file of the project.
#[derive(Debug)]
pub struct Source {
    /// From the project's root, with slashes.
    pub path: String,
    pub text: String,
    /// The text without comments, strings and characters.
    pub code: String,
}

impl Source {
    /// The module path: `["slo", "alert"]` for `src/slo/alert.rs`, nothing for the root.
    pub fn module(&self) -> Vec<&str> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        if path == "lib" { Vec::new() } else { path.split('/').collect() }
    }

    /// The room it lies in; `None` for `lib.rs`, which only lists the rooms.
    pub fn room(&self) -> Option<&str> {
        self.module().first().copied()
    }

    pub fn at(&self, line: usize, what: impl Into<String>, way_out: &'static str) -> Breach {
        Breach { path: self.path.clone(), line, what: what.into(), way_out }
    }
}

/// Every Rust file below `folder`, by path.
pub fn sources(folder: &str) -> Vec<Source> {
    let mut paths = below(&root().join(folder));
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file can be read");
        Source { path: shown(&path), code: blanked(&text), text }
    };
    let sources: Vec<Source> = paths.into_iter().map(read).collect();
    assert!(!sources.is_empty(), "no Rust file below {folder}: these rules watch nothing");
    sources
}

/// Path and text of every tracked file that is text. Where git is missing: of every file but the build's.
pub fn tracked_texts() -> Vec<(String, String)> {
    let paths = listed_by_git().unwrap_or_else(|| below(&root()));
    let text = |path: PathBuf| Some((shown(&path), fs::read_to_string(&path).ok()?));
    paths.into_iter().filter_map(text).collect()
}

fn listed_by_git() -> Option<Vec<PathBuf>> {
    let git = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().ok()?;
    let names = String::from_utf8(git.stdout).ok()?;
    let paths: Vec<PathBuf> =
        names.split('\0').filter(|name| !name.is_empty()).map(|name| root().join(name)).collect();
    (git.status.success() && !paths.is_empty()).then_some(paths)
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.retain(|path| !path.ends_with(".git") && !path.ends_with("target"));
    paths.sort();
    paths.into_iter().flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().into_owned()
}

/// A rule of the house broken.
#[derive(Debug, Clone)]
pub struct Breach {
    pub path: String,
    pub line: usize,
    pub what: String,
    pub way_out: &'static str,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {} ({})", self.path, self.line, self.what, self.way_out)
    }
}

/// Fails with every breach, one a line.
pub fn expect_none(breaches: &[Breach]) {
    let lines: Vec<String> = breaches.iter().map(Breach::to_string).collect();
    assert!(lines.is_empty(), "the house is out of order:\n{}\n", lines.join("\n"));
}
