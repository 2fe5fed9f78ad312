//! The command line: one file per group of commands. It asks the same rules as the console.

mod alert;
mod args;
mod check;
mod clock;
mod console;
mod context;
mod doctor;
mod fields;
mod findings;
mod follow;
mod import;
mod incident;
mod journal;
mod maintenance;
mod outbox;
mod output;
mod postmortem;
mod record;
mod report;
mod roles;
mod runbook;
mod search;
mod setup;
mod similar;
mod slo;
mod storage;
mod task;
mod telemetry;
mod triage;
mod update;
mod usage;
mod verbs;
mod watch;

use std::process::ExitCode;

use args::{Args, Command};
use context::Context;
use output::Failure;

/// Parses the command line, does what it says, and turns the outcome into an exit code.
pub fn main() -> ExitCode {
    let done = usage::parse().and_then(|args| args.map_or(Ok(ExitCode::SUCCESS), run));
    done.unwrap_or_else(|failure| failure.report())
}

fn run(args: Args) -> Result<ExitCode, Failure> {
    let context = Context::new(&args.global)?;
    let Some(command) = args.command else { return console::open(&context) };
    // A console takes the screen: its log is a file.
    if !command.is_console() {
        context.start_log();
    }
    match command {
        Command::Demo(demo) => console::demo(&args.global, &demo),
        Command::DemoAdmin(admin) => console::demo_admin(&admin),
        Command::Verb(verb) => incident::run(&context, verb),
        Command::Guide(guide) => triage::run(&context, guide),
        Command::Task { command } => task::run(&context, command),
        Command::Record(command) => record::run(&context, command),
        Command::Slo { command } => slo::run(&context, command),
        Command::Runbook { command } => runbook::run(&context, command),
        Command::Postmortem { command } => postmortem::run(&context, command),
        Command::Clock(command) => clock::run(&context, command),
        Command::Outbox { command } => outbox::run(&context, command),
        Command::Report { command } => report::run(&context, &command),
        Command::Maintenance { command } => maintenance::run(&context, command),
        Command::Import(import) => import.run(&context),
        Command::Alert { command } => alert::run(&context, command),
        Command::Journal { command } => journal::run(&context, command),
        Command::Check(check) => check::run(&context, &check),
        Command::Setup(command) => setup::run(&context, command),
    }
}
