//! The command line: one file per group of commands. It asks the same rules as the console.

mod args;
mod console;
mod context;
mod incident;
mod journal;
mod output;
mod postmortem;
mod record;
mod runbook;
mod setup;
mod slo;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use context::Context;
use output::Failure;

/// Parses the command line, does what it says, and turns the outcome into an exit code.
pub fn main() -> ExitCode {
    let args = Args::parse();
    match run(args) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn run(args: Args) -> Result<ExitCode, Failure> {
    let context = Context::new(&args.global)?;
    match args.command {
        None => console::open(&context),
        Some(Command::Demo(demo)) => console::demo(&args.global, &demo),
        Some(Command::DemoAdmin(admin)) => console::demo_admin(&admin),
        Some(Command::Incident(command)) => incident::run(&context, command),
        Some(Command::Record(command)) => record::run(&context, command),
        Some(Command::Slo { command }) => slo::run(&context, command),
        Some(Command::Runbook { command }) => runbook::run(&context, command),
        Some(Command::Postmortem { command }) => postmortem::run(&context, command),
        Some(Command::Journal { command }) => journal::run(&context, command),
        Some(Command::Setup(command)) => setup::run(&context, command),
    }
}
