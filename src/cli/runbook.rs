//! Runbooks from the command line.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;

use super::context::Context;
use super::output::{Failure, json, print, table};
use super::setup::{any_error, finding};
use crate::io::files;
use crate::runbook::{self, Runbook as Book, Step};
use crate::text::{Problem, Safe, problem};

#[derive(Debug, Subcommand)]
pub(super) enum Runbook {
    /// Every runbook: shipped ones, and yours over them
    List,
    /// A runbook's sections and steps
    Show {
        /// A name of the list, or a file
        runbook: String,
        #[arg(long)]
        json: bool,
    },
    /// What a newcomer at 3 AM would stumble over
    Lint {
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Warnings fail too
        #[arg(long)]
        strict: bool,
    },
}

pub(super) fn run(context: &Context, command: Runbook) -> Result<ExitCode, Failure> {
    match command {
        Runbook::List => list(context),
        Runbook::Show { runbook, json: as_json } => {
            let book = find(context, &runbook)?;
            if as_json { json(&serde_json::to_value(&book).unwrap_or_default()) } else { print(&text(&book)) }
        }
        Runbook::Lint { paths, strict } => lint(context, &paths, strict),
    }
}

fn list(context: &Context) -> Result<ExitCode, Failure> {
    let (library, problems) = context.user_files().runbooks();
    for problem in &problems {
        eprintln!("{}", Safe::line(&problem.to_string()));
    }
    table(&["name", "title"], library.into_iter().map(|book| vec![book.name, book.title]))
}

/// By name, else as a file; an unknown name says which one is near.
fn find(context: &Context, wanted: &str) -> Result<Book, Failure> {
    let (library, _) = context.user_files().runbooks();
    if let Some(book) = library.iter().find(|book| book.name == wanted) {
        return Ok(book.clone());
    }
    let path = Path::new(wanted);
    if path.is_file() {
        return Ok(runbook::parse(&name_of(path), &files::read(path)?));
    }
    let near = problem::nearest(wanted, library.iter().map(|book| book.name.as_str()));
    let way_out =
        near.map_or("`warroom runbook list` shows them".to_owned(), |near| format!("did you mean {near}?"));
    Err(Failure::Usage(format!("runbook: {wanted}: unknown ({way_out})")))
}

fn name_of(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn text(book: &Book) -> String {
    let mut lines = vec![book.title.clone()];
    for section in &book.sections {
        lines.push(String::new());
        lines.push(section.title.clone());
        section.steps.iter().for_each(|step| step_lines(step, 1, &mut lines));
    }
    lines.iter().map(|line| format!("{}\n", Safe::line(line))).collect()
}

fn step_lines(step: &Step, depth: usize, lines: &mut Vec<String>) {
    let margin = "  ".repeat(depth);
    lines.push(format!("{margin}{} {}", step.n, step.title));
    for command in &step.commands {
        lines.extend(command.text.lines().map(|line| format!("{margin}    $ {line}")));
    }
    step.children.iter().for_each(|child| step_lines(child, depth + 1, lines));
}

fn lint(context: &Context, paths: &[PathBuf], strict: bool) -> Result<ExitCode, Failure> {
    let mut found: Vec<Problem> = Vec::new();
    for path in paths {
        let source = files::read(path)?;
        let book = runbook::parse(&name_of(path), &source);
        let place = |mut problem: Problem| {
            problem.place.file = path.display().to_string();
            problem
        };
        found.extend(runbook::lint(&book, &source, context.now()).into_iter().map(place));
    }
    print(&found.iter().map(finding).collect::<String>())?;
    let failed = any_error(&found) || (strict && !found.is_empty());
    Ok(ExitCode::from(u8::from(failed)))
}
