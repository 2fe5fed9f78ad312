//! Runbooks from the command line.

mod eval;
mod find;
mod run;
mod stages;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::check::{judge_runbook, name_of};
use super::context::Context;
use super::findings::{self, Verdict};
use super::output::{Failure, json, remark, say_all, table};
use crate::io::files;
use crate::runbook::age::Age;
use crate::runbook::stage::{ASSISTED, PREFIX, Stage};
use crate::runbook::{self, Runbook as Book, Step};
use crate::text::problem;

#[derive(Debug, Subcommand)]
pub(super) enum Runbook {
    /// Every runbook: shipped ones, and yours over them
    List {
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    /// A runbook's sections and steps
    Show {
        /// A name of the list, or a file
        runbook: String,
        /// One JSON document
        #[arg(long)]
        json: bool,
    },
    Find(find::Find),
    Eval(eval::Eval),
    Stages(stages::Stages),
    Run(run::Run),
    /// What a newcomer at 3 AM would stumble over
    Lint {
        /// Runbooks, as files
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        #[command(flatten)]
        verdict: Verdict,
    },
}

pub(super) fn run(context: &Context, command: Runbook) -> Result<ExitCode, Failure> {
    match command {
        Runbook::List { json } => list(context, json),
        Runbook::Show { runbook, json: as_json } => {
            let book = find(context, &runbook)?;
            if as_json {
                json(&serde_json::to_value(&book).unwrap_or_default())
            } else {
                say_all(&text(&book))
            }
        }
        Runbook::Find(wanted) => wanted.run(context),
        Runbook::Eval(wanted) => wanted.run(context, &find(context, &wanted.runbook)?),
        Runbook::Run(wanted) => wanted.run(context, &find(context, &wanted.runbook)?),
        Runbook::Stages(wanted) => wanted.run(context),
        Runbook::Lint { paths, verdict } => {
            let now = context.now();
            findings::of_files(&paths, verdict, |path, text| judge_runbook(path, text, now))
        }
    }
}

fn list(context: &Context, as_json: bool) -> Result<ExitCode, Failure> {
    let (library, problems) = context.user_files().runbooks();
    for problem in &problems {
        remark(&problem.to_string());
    }
    if as_json {
        return json(&library.iter().map(|book| json!({ "name": book.name, "title": book.title })).collect());
    }
    let now = context.now();
    let row = |book: Book| {
        let age = Age::reviewed(&book, now).warning().unwrap_or_default();
        vec![book.name, age, book.title]
    };
    table(&["name", "age", "title"], library.into_iter().map(row))
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
    let names = library.iter().map(|book| book.name.as_str());
    let way_out = problem::meant(wanted, names, || "warroom runbook list shows them".to_owned());
    Err(Failure::Usage(format!("runbook: {wanted}: unknown ({way_out})")))
}

/// Everything the file says, but for its marks.
fn text(book: &Book) -> Vec<String> {
    let mut lines = vec![book.title.clone()];
    lines.extend(book.meta.iter().map(|(key, value)| format!("  {key}: {value}")));
    lines.extend(prose(&book.preface, "  "));
    for section in &book.sections {
        lines.push(String::new());
        lines.push(section.title.clone());
        lines.extend(prose(&section.prose, "  "));
        section.steps.iter().for_each(|step| step_lines(book, step, 1, &mut lines));
    }
    lines
}

fn prose<'a>(prose: &'a [String], margin: &'a str) -> impl Iterator<Item = String> + 'a {
    prose.iter().filter(|line| !line.trim().is_empty()).map(move |line| format!("{margin}{line}"))
}

fn step_lines(book: &Book, step: &Step, depth: usize, lines: &mut Vec<String>) {
    let margin = "  ".repeat(depth);
    lines.push(format!("{margin}{} {}", step.n, step.title));
    if book.stage_of(&step.n) == Stage::Assisted {
        lines.push(format!("{margin}    {ASSISTED} {PREFIX}{}", step.sha256()));
    }
    lines.extend(prose(&step.prose, &format!("{margin}    ")));
    for command in &step.commands {
        lines.extend(command.text.lines().map(|line| format!("{margin}    $ {line}")));
    }
    let expected = step.expect.iter().flat_map(|expect| expect.lines());
    lines.extend(expected.map(|line| format!("{margin}    = {line}")));
    step.children.iter().for_each(|child| step_lines(book, child, depth + 1, lines));
}
