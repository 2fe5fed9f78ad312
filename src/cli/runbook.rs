//! Runbooks from the command line.

mod eval;
mod find;
mod run;
mod stages;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Subcommand;
use serde_json::json;

use super::check::{judge_runbook, name_of};
use super::context::Context;
use super::findings::{self, Verdict};
use super::output::{Failure, json, remark, say_all, table};
use crate::io::files;
use crate::runbook::age::Age;
use crate::runbook::page::{Kind, Line, page};
use crate::runbook::{self, Library, Runbook as Book};
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
    let (library, problems) = context.user_files().runbooks(&Library::default());
    for problem in &problems {
        remark(&problem.to_string());
    }
    if as_json {
        return json(
            &library.books().iter().map(|book| json!({ "name": book.name, "title": book.title })).collect(),
        );
    }
    let now = context.now();
    let row = |book: &Arc<Book>| {
        let age = Age::reviewed(book, now).warning().unwrap_or_default();
        vec![book.name.clone(), age, book.title.clone()]
    };
    table(&["name", "age", "title"], library.books().iter().map(row))
}

/// By name, else as a file; an unknown name says which one is near.
fn find(context: &Context, wanted: &str) -> Result<Book, Failure> {
    let (library, _) = context.user_files().runbooks(&Library::default());
    if let Some(book) = library.get(wanted) {
        return Ok(Book::clone(book));
    }
    let path = Path::new(wanted);
    if path.is_file() {
        return Ok(runbook::parse(&name_of(path), &files::read(path)?));
    }
    let names = library.books().iter().map(|book| book.name.as_str());
    let way_out = problem::meant(wanted, names, || "warroom runbook list shows them".to_owned());
    Err(Failure::Usage(format!("runbook: {wanted}: unknown ({way_out})")))
}

/// Everything the file says, but for its marks.
fn text(book: &Book) -> Vec<String> {
    let sign = |kind| match kind {
        Kind::Command => "$ ",
        Kind::Expected => "= ",
        _ => "",
    };
    let line = |line: Line| format!("{}{}{}", " ".repeat(line.margin), sign(line.kind), line.text);
    page(book).into_iter().map(line).collect()
}
