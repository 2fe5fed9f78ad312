//! Getting started and finding out: init, doctor, watch, keys, completions, man.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use clap_complete::Shell;
use serde_json::{Value, json};

use super::args;
use super::context::Context;
use super::output::{self, Failure, print, say, table};
use super::{console, doctor, watch};
use crate::app::action::{Row, Scope, TABLE};
use crate::io::files::{self, plainly};

/// The configuration `init` writes.
const STARTER: &str = include_str!("../../templates/warroom.toml");

#[derive(Debug, Subcommand)]
pub(super) enum Setup {
    /// Write a starter warroom.toml
    Init {
        /// The folder it goes into; made where it is missing
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Look at the machine: terminal, configuration, journal, lease, sources
    #[command(after_help = "Exit 1 when something fails; a warning alone is exit 0.")]
    Doctor {
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// The console on a journal that others write: everything to see, nothing to change
    #[command(
        after_help = "Opens on a journal that is there, also a copy of one or one in a folder that may not be written, and
follows what others write. It takes no lease, writes no entry and no file, sends nothing. Each key that would says so.

Examples:
  warroom view
  warroom view --data /mnt/backup/warroom
  ssh -t ops1 warroom view"
    )]
    View,
    /// Poll, evaluate and record what the system notices, without a screen
    #[command(
        after_help = "Prints a line for each entry of the journal, whoever wrote it. Ends on SIGINT (130), SIGTERM (143)
or SIGHUP (129). Of several consoles and watches on one data folder, one records at a time."
    )]
    Watch,
    /// Every key of the console, what it does and where
    Keys {
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// Completions for a shell, on standard output
    #[command(after_help = "Examples:
  warroom completions bash > ~/.local/share/bash-completion/completions/warroom
  warroom completions zsh > ~/.zfunc/_warroom
  warroom completions fish > ~/.config/fish/completions/warroom.fish")]
    Completions { shell: Shell },
    /// The manual page, in roff: warroom man | man -l -
    Man,
}

pub(super) fn run(context: &Context, command: Setup) -> Result<ExitCode, Failure> {
    match command {
        Setup::Init { dir } => init(&dir),
        Setup::Doctor { json } => doctor::run(context, json),
        Setup::View => console::view(context),
        Setup::Watch => watch::run(context),
        Setup::Keys { json } => keys(json),
        Setup::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(shell, &mut args::command(), "warroom", &mut text);
            print(&String::from_utf8_lossy(&text))
        }
        Setup::Man => {
            let mut text = Vec::new();
            clap_mangen::Man::new(args::command()).render(&mut text)?;
            print(&String::from_utf8_lossy(&text))
        }
    }
}

fn init(dir: &Path) -> Result<ExitCode, Failure> {
    let path = dir.join("warroom.toml");
    match files::make_dir(dir).and_then(|()| files::write_new(&path, STARTER.as_bytes())) {
        Ok(()) => say(&path.display().to_string()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.exists() => {
            let way_out = "edit it, or init another folder";
            Err(Failure::No(format!("init: {}: is already there ({way_out})", path.display())))
        }
        Err(error) => Err(Failure::Usage(format!(
            "init: {}: {} (name another folder)",
            path.display(),
            plainly(&error)
        ))),
    }
}

fn keys(as_json: bool) -> Result<ExitCode, Failure> {
    if as_json {
        return output::json(&TABLE.iter().map(key_json).collect());
    }
    let rows = TABLE
        .iter()
        .map(|row| vec![row.keys.join(" "), row.name.to_owned(), place(row.scope), row.help.to_owned()]);
    table(&["keys", "action", "where", "what it does"], rows)
}

fn key_json(row: &Row) -> Value {
    json!({ "action": row.name, "keys": row.keys, "where": place(row.scope), "help": row.help })
}

fn place(scope: Scope) -> String {
    match scope {
        Scope::Everywhere => "everywhere".to_owned(),
        Scope::In(pane) => pane.title().to_lowercase(),
    }
}
