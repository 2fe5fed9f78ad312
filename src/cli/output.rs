//! What goes to stdout and stderr, and the exit codes of the contract.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use comfy_table::Table;
use comfy_table::presets::NOTHING;
use serde_json::Value;

use crate::incident::Refusal;
use crate::incident::intent::RefusalKind;
use crate::io::journal::{AppendError, JournalError};
use crate::text::{Problem, Safe};

/// Why a command did not do what was asked, by exit code.
#[derive(Debug)]
pub(super) enum Failure {
    /// The answer is no: 1.
    No(String),
    /// Wrong words, an unknown id, a broken configuration: 2.
    Usage(String),
    /// A source or the journal could not be reached: 3.
    Unreachable(String),
}

impl Failure {
    pub fn report(&self) -> ExitCode {
        let (text, code) = match self {
            Self::No(text) => (text, 1),
            Self::Usage(text) => (text, 2),
            Self::Unreachable(text) => (text, 3),
        };
        for line in text.lines() {
            eprintln!("{}", Safe::line(line));
        }
        ExitCode::from(code)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal.kind {
            RefusalKind::Unknown => Self::Usage(refusal.why),
            _ => Self::No(refusal.why),
        }
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        Self::Unreachable(error.to_string())
    }
}

impl From<AppendError> for Failure {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Refused(refusal) => refusal.into(),
            AppendError::Journal(error) => error.into(),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Usage(problem.to_string())
    }
}

/// Everybody's problems, a line each.
pub(super) fn usage(problems: &[Problem]) -> Failure {
    Failure::Usage(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// Writes to stdout. A reader that has gone away (`| head`) ends the program quietly.
pub(super) fn print(text: &str) -> Result<ExitCode, Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(Failure::No(format!("stdout: {error}"))),
    }
}

/// One line, made safe.
pub(super) fn say(line: &str) -> Result<ExitCode, Failure> {
    print(&format!("{}\n", Safe::line(line)))
}

/// One JSON document. Control and format characters inside are escaped, so that a terminal is safe.
pub(super) fn json(value: &Value) -> Result<ExitCode, Failure> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    print(&format!("{}\n", escape(&text)))
}

/// A list as JSON Lines.
pub(super) fn json_lines(values: impl IntoIterator<Item = Value>) -> Result<ExitCode, Failure> {
    let lines: String = values.into_iter().map(|value| format!("{}\n", escape(&value.to_string()))).collect();
    print(&lines)
}

/// Escapes what JSON lets through and a terminal obeys or hides.
pub(super) fn escape(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && crate::text::safe::deceives(c.encode_utf8(&mut [0; 4])) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A table without lines, wide as the terminal; every cell made safe.
pub(super) fn table(
    heading: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<ExitCode, Failure> {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(heading.to_vec());
    if io::stdout().is_terminal() {
        table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    }
    for row in rows {
        table.add_row(row.iter().map(|cell| Safe::line(cell).into_string()));
    }
    let text: String = table.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    print(&text)
}
