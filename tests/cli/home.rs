//! A home folder for one test, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A morning on which tests declare, so that ids do not depend on the day they run.
pub const MORNING: &str = "2026-01-05T10:00:00Z";
/// The id of `Home::with_incident`.
pub const ID: &str = "inc-2026-0105-checkout-is-down";

/// A home with nothing in it; goes away with the test.
pub struct Home {
    folder: TempDir,
}

/// What a run came to.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    pub out: String,
    pub err: String,
    pub code: Option<i32>,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A home whose journal holds one open incident: entries 1 (declared) and 2 (the commander).
    pub fn with_incident() -> Self {
        let home = Self::new();
        let declare = ["declare", "checkout is down", "--sev", "2", "--service", "checkout", "--at", MORNING];
        assert_eq!(home.run(&declare), Told::done(&format!("{ID}\n")));
        home
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where the journal lies when nothing says otherwise.
    pub fn data(&self) -> PathBuf {
        self.path().join(".local/share/warroom")
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable home");
        std::fs::write(path, text).expect("a writable home");
    }

    /// The program, ready to be run here by somebody called ana.
    pub fn warroom(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_warroom"));
        command.args(words).current_dir(self.path()).env_clear().stdin(Stdio::null());
        command.env("HOME", self.path()).env("WARROOM_USER", "ana");
        command
    }

    pub fn run(&self, words: &[&str]) -> Told {
        Told::from(self.warroom(words).output().expect("the program starts"))
    }

    /// What a command that succeeds prints.
    pub fn out(&self, words: &[&str]) -> String {
        let Told { out, err, code } = self.run(words);
        assert_eq!((err.as_str(), code), ("", Some(0)), "{words:?}");
        out
    }

    pub fn json(&self, words: &[&str]) -> Value {
        let out = self.out(words);
        serde_json::from_str(&out).unwrap_or_else(|why| panic!("{words:?}: {why}: {out}"))
    }
}

impl Told {
    /// Exit 0 with this on stdout and nothing on stderr.
    pub fn done(out: &str) -> Self {
        Self { out: out.to_owned(), err: String::new(), code: Some(0) }
    }

    /// An exit code with one line on stderr and nothing on stdout.
    pub fn failed(code: i32, err: &str) -> Self {
        Self { out: String::new(), err: format!("{err}\n"), code: Some(code) }
    }
}

impl From<Output> for Told {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { out: text(output.stdout), err: text(output.stderr), code: output.status.code() }
    }
}
