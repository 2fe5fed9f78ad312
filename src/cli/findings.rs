//! What lint and check found, as lines or as JSON, and the exit code it comes to.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::{Value, json};

use super::output::{self, Failure, remark, say_all};
use crate::io::files;
use crate::slo::spec::SpecFile;
use crate::text::{Level, Problem};

/// How findings are shown and judged.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Verdict {
    /// Warnings fail too
    #[arg(long)]
    strict: bool,
    /// One JSON document: a list of findings
    #[arg(long)]
    pub json: bool,
}

impl Verdict {
    /// Prints them; 1 where there is an error, with `--strict` also where there is a warning.
    pub fn on(self, found: &[Problem]) -> Result<ExitCode, Failure> {
        if self.json {
            output::json(&found.iter().map(object).collect())?;
        } else {
            say_all(&found.iter().map(line).collect::<Vec<_>>())?;
        }
        let failed = found.iter().any(|problem| self.strict || problem.level == Level::Error);
        Ok(ExitCode::from(u8::from(failed)))
    }
}

/// Reads each file and collects what is wrong with it. A file that cannot be read is a mistake of the
/// command line: it is named at once, the others are judged, and the exit code is 2.
pub(super) fn of_files(
    paths: &[PathBuf],
    verdict: Verdict,
    judge: impl Fn(&Path, &str) -> Vec<Problem>,
) -> Result<ExitCode, Failure> {
    let mut found = Vec::new();
    let mut unread = false;
    for path in paths {
        match files::read(path) {
            Ok(text) => found.extend(judge(path, &text)),
            Err(problem) => {
                unread = true;
                remark(&problem.to_string());
            }
        }
    }
    let code = verdict.on(&found)?;
    Ok(if unread { ExitCode::from(2) } else { code })
}

/// A file as it was read.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub name: String,
    pub text: String,
}

impl Text {
    pub fn as_spec(&self) -> SpecFile<'_> {
        SpecFile { file: &self.name, text: &self.text, source: None, period: None }
    }
}

/// As [`of_files`], where the files are judged together.
pub(super) fn of_all(
    paths: &[PathBuf],
    verdict: Verdict,
    judge: impl FnOnce(&[Text]) -> Vec<Problem>,
) -> Result<ExitCode, Failure> {
    let (mut texts, mut unread) = (Vec::new(), false);
    for path in paths {
        match files::read(path) {
            Ok(text) => texts.push(Text { name: path.display().to_string(), text }),
            Err(problem) => {
                unread = true;
                remark(&problem.to_string());
            }
        }
    }
    let code = verdict.on(&judge(&texts))?;
    Ok(if unread { ExitCode::from(2) } else { code })
}

/// `file:line:column: level: what (way out)`.
fn line(problem: &Problem) -> String {
    format!("{}: {}: {}", problem.place, problem.level.word(), words(problem))
}

fn words(problem: &Problem) -> String {
    let way_out = &problem.way_out;
    if way_out.is_empty() { problem.what.clone() } else { format!("{} ({way_out})", problem.what) }
}

/// The object of the contract. A finding about a whole file has no line.
fn object(problem: &Problem) -> Value {
    let known = |number: usize| (number > 0).then_some(number);
    json!({
        "file": problem.place.file,
        "line": known(problem.place.line),
        "column": known(problem.place.column),
        "level": problem.level,
        "rule": problem.rule,
        "text": words(problem),
        "rewrite": Value::Null,
    })
}
