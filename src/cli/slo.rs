//! Objectives from the command line: measure, list, check, draft.

mod check;
mod heard;
mod list;
mod new;
mod parity;
mod show;
mod status;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;

use super::context::Context;
use super::findings::Verdict;
use super::output::{Failure, remark};
use crate::config::Config;
use crate::io::configuration::Loaded;
use crate::text::Level;

pub(super) use check::judge;

#[derive(Debug, Subcommand)]
pub(super) enum Slo {
    /// Poll the sources, with history, and print where each SLO stands
    Status {
        /// Only these [default: all]
        slos: Vec<String>,
        /// Stay: on a terminal the table is kept up to date, else a line for every change
        #[arg(long)]
        watch: bool,
        /// Beside what the rules of Sloth and Pyrra have recorded, and why the two differ
        #[arg(long, conflicts_with = "watch")]
        parity: bool,
        /// One JSON document; with --watch an object a line
        #[arg(long)]
        json: bool,
    },
    /// Every SLO: objective, period, format, where it was defined, why it cannot be measured
    List {
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// Parse and lint files of SLOs: Sloth, Pyrra, OpenSLO, native; exit 1 on an error
    Check {
        /// Files, folders (with all below them) or globs in quotes
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        verdict: Verdict,
    },
    /// Print a spec to begin with: starting targets over guessed names
    New(new::New),
}

pub(super) fn run(context: &Context, command: Slo) -> Result<ExitCode, Failure> {
    match command {
        Slo::Status { slos, watch: true, json, .. } => status::run(context, &slos, Manner::Stay, json),
        Slo::Status { slos, parity: true, json, .. } => status::run(context, &slos, Manner::Compare, json),
        Slo::Status { slos, json, .. } => status::run(context, &slos, Manner::Look, json),
        Slo::List { json } => list::run(&config(context)?.config, json),
        Slo::New(new) => new.run(context),
        Slo::Check { paths, verdict } => check::run(&paths, context.now(), verdict),
    }
}

/// The configuration; a file of SLOs that is broken is named, and costs no other.
fn config(context: &Context) -> Result<Loaded, Failure> {
    let loaded = context.config()?;
    let broken = loaded.problems.iter().filter(|problem| problem.level == Level::Error);
    broken.for_each(|problem| remark(&problem.to_string()));
    Ok(loaded)
}

/// How `status` goes about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Once.
    Look,
    /// Until a signal comes.
    Stay,
    /// Once, beside what the rules of others have recorded.
    Compare,
}

/// What every manner of `status` needs.
#[derive(Debug)]
struct Asked<'a> {
    config: Config,
    /// Only these; empty for all.
    only: &'a [String],
    json: bool,
}
