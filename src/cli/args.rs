//! The words of the command line. `--help`, completions and the man page are made from here.

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

use super::console::{Admin, Demo};
use super::incident::Incident;
use super::journal::Journal;
use super::postmortem::Postmortem;
use super::record::Record;
use super::runbook::Runbook;
use super::setup::Setup;
use super::slo::Slo;

/// The incident console for an on-call engineer's terminal: live SLO burn, the timeline, runbooks
/// and the postmortem in one window, on a local log.
///
/// Without a command the console opens. `warroom demo` shows it at work on a simulated service.
///
/// Exit codes: 0 done or yes, 1 the answer is no, 2 usage or configuration, 3 a source or the journal
/// could not be reached.
#[derive(Debug, Parser)]
#[command(name = "warroom", version, max_term_width = 100)]
pub(super) struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
pub(super) struct Global {
    /// Configuration file [default: ./warroom.toml, then `$XDG_CONFIG_HOME/warroom/warroom.toml`]
    #[arg(long, global = true, value_name = "FILE", env = "WARROOM_CONFIG")]
    pub config: Option<PathBuf>,
    /// Folder of the journal [default: `$XDG_DATA_HOME/warroom`]
    #[arg(long, global = true, value_name = "DIR", env = "WARROOM_DATA")]
    pub data: Option<PathBuf>,
    /// Whether to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Who is acting [default: `$WARROOM_USER`, then the system user]
    #[arg(long = "as", global = true, value_name = "WHO", env = "WARROOM_USER")]
    pub who: Option<String>,
    /// Say more; twice for everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// Unless `NO_COLOR` is set
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether nothing may be coloured. `NO_COLOR` counts when it is set and not empty.
    pub fn is_off(self) -> bool {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        self == Self::Never || (self == Self::Auto && no_color)
    }
}

impl Global {
    /// The data folder as the flag names it; the environment's is for the real journal only.
    pub fn data_flag(&self) -> Option<PathBuf> {
        let from_env = std::env::var_os("WARROOM_DATA").map(PathBuf::from);
        self.data.clone().filter(|named| Some(named) != from_env.as_ref())
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The console on a built-in simulated service: nothing installed, nothing left behind
    Demo(Demo),
    /// The simulated service's own admin tool; its runbook steps call it
    #[command(hide = true)]
    DemoAdmin(Admin),
    #[command(flatten)]
    Incident(Incident),
    #[command(flatten)]
    Record(Record),
    /// Service level objectives: measure, list, check
    Slo {
        #[command(subcommand)]
        command: Slo,
    },
    /// Runbooks: list, show, lint
    Runbook {
        #[command(subcommand)]
        command: Runbook,
    },
    /// The postmortem: draft and export
    Postmortem {
        #[command(subcommand)]
        command: Postmortem,
    },
    /// The journal: verify, back up, restore, export
    Journal {
        #[command(subcommand)]
        command: Journal,
    },
    #[command(flatten)]
    Setup(Setup),
}
