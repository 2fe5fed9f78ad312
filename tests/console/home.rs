//! A person's machine for one test: own home, configuration, data, working and temporary folders, and
//! an environment that holds nothing else.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use pty_process::blocking;
use tempfile::TempDir;

use super::terminal::Terminal;

/// Columns and rows that show all four panes.
const SIZE: (u16, u16) = (140, 44);
/// How often a timeline is read before what it lacks is taken to be missing.
const LOOKS: usize = 500;

pub struct Home {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Home {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = Self { folder, variables: Vec::new() };
        for name in ["home", "work", "tmp", "config"] {
            std::fs::create_dir(home.path(name)).expect("a folder");
        }
        home
    }

    /// With one more variable in the environment.
    pub fn variable(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    /// With a configuration, which lies at `config/warroom.toml`.
    pub fn configured(self, text: &str) -> Self {
        self.write("config/warroom.toml", text);
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The working folder of every program that is started here.
    pub fn work(&self) -> PathBuf {
        self.path("work")
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// Writes a file whole, as an editor does: beside it first, then renamed over it.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        let beside = path.with_extension("new");
        std::fs::write(&beside, text).expect("a writable folder");
        std::fs::rename(&beside, &path).expect("a writable folder");
    }

    /// The console, or another command, on a terminal that shows all panes.
    pub fn console(&self, arguments: &[&str]) -> Terminal {
        self.console_of(arguments, SIZE)
    }

    pub fn console_of(&self, arguments: &[&str], (columns, rows): (u16, u16)) -> Terminal {
        Terminal::start(self.program(arguments).into(), columns, rows)
    }

    /// Runs a command without a terminal to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.program(arguments).stdin(Stdio::null()).output().expect("the program starts")
    }

    /// Runs a command that must succeed; what it printed.
    #[track_caller]
    pub fn ok(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (said, complained) = (words(&output.stdout), words(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {}\n{said}{complained}", output.status);
        said
    }

    /// The entries of an incident as the contract's JSON lines.
    #[track_caller]
    pub fn timeline(&self) -> Vec<serde_json::Value> {
        let lines = self.ok(&["timeline", "--jsonl"]);
        lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// Waits until the timeline holds so many entries of a kind.
    #[track_caller]
    pub fn wait_for_entries(&self, kind: &str, count: usize) {
        let holds = || self.timeline().iter().filter(|entry| entry["kind"] == kind).count() >= count;
        assert!((0..LOOKS).any(|_| holds()), "{count} of {kind}");
    }

    /// A test's own program in this environment, on a terminal.
    pub fn start(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> Terminal {
        let mut command = Command::new(program);
        command.args(arguments);
        self.surround(&mut command);
        Terminal::start(blocking::Command::from(command), SIZE.0, SIZE.1)
    }

    /// `warroom` on this home's data; with its configuration where there is one.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_warroom"));
        let own_data = arguments.first() == Some(&"demo");
        if !own_data {
            command.arg("--data").arg(self.data());
        }
        let configuration = self.path("config/warroom.toml");
        if configuration.is_file() && !own_data {
            command.arg("--config").arg(configuration);
        }
        command.args(arguments);
        self.surround(&mut command);
        command
    }

    fn surround(&self, command: &mut Command) {
        let path = std::env::var_os("PATH").unwrap_or_default();
        command.env_clear().current_dir(self.work());
        command.env("PATH", path).env("TERM", "xterm-256color").env("USER", "ana");
        command.env("HOME", self.path("home")).env("TMPDIR", self.path("tmp"));
        for (name, value) in &self.variables {
            command.env(name, value);
        }
    }
}

/// The names in a folder.
pub fn listing(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

pub fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
