//! Getting started and finding out: init, check, keys, completions, man.

use std::io::stdout;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Subcommand};
use clap_complete::Shell;

use super::args::Args;
use super::context::Context;
use super::output::{Failure, print, say, table};
use crate::app::action::{Scope, TABLE};
use crate::config::{self, Config};
use crate::io::files;
use crate::text::{Level, Problem, Safe};

/// The configuration `init` writes.
const STARTER: &str = include_str!("../../templates/warroom.toml");

#[derive(Debug, Subcommand)]
pub(super) enum Setup {
    /// Write a starter warroom.toml
    Init {
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Validate the configuration and show where each value came from
    Check {
        /// Files to check [default: the configuration in force]
        paths: Vec<PathBuf>,
    },
    /// Every key of the console
    Keys,
    /// Completions for a shell
    Completions { shell: Shell },
    /// The manual page
    Man,
}

pub(super) fn run(context: &Context, command: Setup) -> Result<ExitCode, Failure> {
    match command {
        Setup::Init { dir } => init(&dir),
        Setup::Check { paths } => check(context, paths),
        Setup::Keys => keys(),
        Setup::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "warroom", &mut stdout());
            Ok(ExitCode::SUCCESS)
        }
        Setup::Man => clap_mangen::Man::new(Args::command())
            .render(&mut stdout())
            .map(|()| ExitCode::SUCCESS)
            .map_err(|error| Failure::No(format!("stdout: {error}"))),
    }
}

fn init(dir: &std::path::Path) -> Result<ExitCode, Failure> {
    let path = dir.join("warroom.toml");
    if path.exists() {
        return Err(Failure::No(format!(
            "{}: already there (edit it, or init another folder)",
            path.display()
        )));
    }
    files::make_dir(dir)
        .and_then(|()| files::write_atomic(&path, STARTER.as_bytes()))
        .map_err(|error| Failure::Usage(format!("{}: {error} (name another folder)", path.display())))?;
    say(&path.display().to_string())
}

/// Everything wrong with the files, then where each value came from.
fn check(context: &Context, paths: Vec<PathBuf>) -> Result<ExitCode, Failure> {
    let paths = if paths.is_empty() { context.config_path.clone().into_iter().collect() } else { paths };
    if paths.is_empty() {
        return Err(Failure::Usage("configuration: none found (`warroom init` writes a starter)".to_owned()));
    }
    let mut failed = false;
    for path in paths {
        let text = files::read(&path)?;
        let parsed = config::parse(&path.display().to_string(), &text, Config::default());
        failed |= parsed.errors().next().is_some();
        print(&parsed.problems.iter().map(finding).collect::<String>())?;
        let origins = parsed.config.origins.iter();
        table(&["value", "from"], origins.map(|(key, place)| vec![key.clone(), place.to_string()]))?;
    }
    Ok(ExitCode::from(u8::from(failed)))
}

/// `file:line:column: level: what (way out)`.
pub(super) fn finding(problem: &Problem) -> String {
    let level = problem.level.word();
    let way_out = if problem.way_out.is_empty() { String::new() } else { format!(" ({})", problem.way_out) };
    format!("{}\n", Safe::line(&format!("{}: {level}: {}{way_out}", problem.place, problem.what)))
}

/// Whether any of the findings is an error.
pub(super) fn any_error(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.level == Level::Error)
}

fn keys() -> Result<ExitCode, Failure> {
    let rows = TABLE.iter().map(|row| {
        let scope = match row.scope {
            Scope::Everywhere => "everywhere".to_owned(),
            Scope::In(pane) => pane.title().to_lowercase(),
        };
        vec![row.keys.join(" "), row.name.to_owned(), scope, row.help.to_owned()]
    });
    table(&["keys", "action", "where", "what it does"], rows)
}
