//! The words of the command line. `--help`, completions and the man page are made from here.

use std::path::PathBuf;

use clap::{ArgAction, CommandFactory, Parser, Subcommand, ValueEnum};

use super::alert::Alert;
use super::check::Check;
use super::clock::ClockVerb;
use super::console::{Admin, Demo};
use super::import::Import;
use super::journal::Journal;
use super::maintenance::Maintenance;
use super::outbox::Outbox;
use super::postmortem::Postmortem;
use super::record::Record;
use super::report::Report;
use super::runbook::Runbook;
use super::setup::Setup;
use super::slo::Slo;
use super::task::Tasks;
use super::triage::Guide;
use super::verbs::Verb;

const MORE: &str = "\
Environment:
  WARROOM_CONFIG  configuration file, as --config
  WARROOM_DATA    folder of the journal, as --data
  WARROOM_USER    who is acting, as --as
  WARROOM_LOG     what the log says, e.g. debug (console: DATA/log/warroom.log, else standard error)
  NO_COLOR        no colour, unless --color always

Examples:
  warroom demo
  warroom declare \"checkout returns 500s\" --sev 2 --service checkout
  warroom note rolled back to v41 --kind action
  warroom timeline --jsonl | jq .text

Exit codes: 0 done or yes, 1 the answer is no, 2 usage or configuration, 3 a source or the journal
could not be reached, 130 and 143 after SIGINT and SIGTERM.";

/// The incident console for an on-call engineer's terminal: live SLO burn, the timeline, runbooks
/// and the postmortem in one window, on a local log.
///
/// Without a command the console opens. `warroom demo` shows it at work on a simulated service.
#[derive(Debug, Parser)]
#[command(name = "warroom", version, max_term_width = 100, after_help = MORE)]
pub(super) struct Args {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help = "Configuration file [default: $WARROOM_CONFIG, ./warroom.toml, $XDG_CONFIG_HOME/warroom/warroom.toml]"
    )]
    pub config: Option<PathBuf>,
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        help = "Folder of the journal [default: $WARROOM_DATA, $XDG_DATA_HOME/warroom]"
    )]
    pub data: Option<PathBuf>,
    // An id of its own: some verbs have a WHO too, and clap would take the one for the other.
    #[arg(
        id = "acting",
        long = "as",
        global = true,
        value_name = "WHO",
        help = "Who is acting [default: $WARROOM_USER, the system user]"
    )]
    pub who: Option<String>,
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true,
        help = "auto, always or never; auto is: on a terminal, unless NO_COLOR is set"
    )]
    pub color: Color,
    /// Say on standard error what is read and done; twice for everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// Print results and errors, no confirmations
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
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

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The console on a built-in simulated service: nothing installed, nothing left behind
    Demo(Demo),
    /// The simulated service's own admin tool; its runbook steps call it
    #[command(hide = true)]
    DemoAdmin(Admin),
    #[command(flatten)]
    Verb(Verb),
    #[command(flatten)]
    Guide(Guide),
    #[command(flatten)]
    Record(Record),
    /// Service level objectives: measure, list, check
    Slo {
        #[command(subcommand)]
        command: Slo,
    },
    /// Runbooks: list, find, show, run, ask their PromQL, lint
    Runbook {
        #[command(subcommand)]
        command: Runbook,
    },
    /// The postmortem: draft and export
    Postmortem {
        #[command(subcommand)]
        command: Postmortem,
    },
    /// Reports over all incidents: toil
    Report {
        #[command(subcommand)]
        command: Report,
    },
    /// Maintenance and deploy windows, which count in no budget and no alert: add, list, end
    Maintenance {
        #[command(subcommand)]
        command: Maintenance,
    },
    #[command(flatten)]
    Clock(ClockVerb),
    /// Tasks inside the incident: give one, end one, list them
    Task {
        #[command(subcommand)]
        command: Tasks,
    },
    /// What leaves for others: list, send, retry, drop
    Outbox {
        #[command(subcommand)]
        command: Outbox,
    },
    Import(Import),
    /// Alerts of an Alertmanager: list, acknowledge, link, silence
    Alert {
        #[command(subcommand)]
        command: Alert,
    },
    /// The journal: verify, back up, restore, export
    Journal {
        #[command(subcommand)]
        command: Journal,
    },
    /// Validate the configuration and the files beside it; show where each value came from
    Check(Check),
    #[command(flatten)]
    Setup(Setup),
}

/// The commands as help lists them: to look, to declare, to work on it, to tell others, to look back, to end it;
/// then everything around it.
const ORDER: [&str; 53] = [
    "demo",
    "view",
    "declare",
    "note",
    "triage",
    "sev",
    "phase",
    "mitigated",
    "temporary",
    "task",
    "set",
    "impact",
    "url",
    "role",
    "roles",
    "update",
    "clocks",
    "snooze",
    "escalate",
    "recheck",
    "brief",
    "show",
    "timeline",
    "list",
    "search",
    "amend",
    "strike",
    "redact",
    "checklist",
    "resolve",
    "close",
    "reopen",
    "link",
    "merge",
    "postmortem",
    "report",
    "import",
    "alert",
    "change",
    "deploy",
    "maintenance",
    "outbox",
    "runbook",
    "slo",
    "watch",
    "journal",
    "init",
    "check",
    "doctor",
    "keys",
    "completions",
    "man",
    "help",
];

/// The command line, its commands in an order in which a tired person finds them.
pub(super) fn command() -> clap::Command {
    let place = |name: &str| ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
    Args::command().mut_subcommands(|one| {
        let place = place(one.get_name());
        one.display_order(place)
    })
}

impl Command {
    /// Whether it takes the whole screen.
    pub fn is_console(&self) -> bool {
        matches!(self, Self::Demo(_) | Self::Setup(Setup::View))
    }
}
