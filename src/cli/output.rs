//! What goes to stdout and stderr, and the exit codes of the contract.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, Color, ContentArrangement, Table};
use serde_json::Value;

use crate::incident::Refusal;
use crate::incident::intent::RefusalKind;
use crate::io::files::plainly;
use crate::io::journal::{AppendError, JournalError};
use crate::text::{Problem, Safe, safe};

/// Why a command did not do what was asked, by exit code.
#[derive(Debug)]
pub(super) enum Failure {
    /// The answer is no: 1.
    No(String),
    /// Wrong words, an unknown id, a broken configuration: 2.
    Usage(String),
    /// A source or the journal could not be reached: 3.
    Unreachable(String),
    /// Whoever read our output has gone away (`| head -1`): nothing is wrong, 0.
    Closed,
}

impl Failure {
    pub fn report(&self) -> ExitCode {
        let (text, code) = match self {
            Self::No(text) => (text.as_str(), 1),
            Self::Usage(text) => (text.as_str(), 2),
            Self::Unreachable(text) => (text.as_str(), 3),
            Self::Closed => ("", 0),
        };
        text.lines().for_each(remark);
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

impl From<io::Error> for Failure {
    /// What writing to stdout came to.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::No(format!("stdout: {} (check where the output goes)", plainly(&error))),
        }
    }
}

/// One line on stderr, made safe. With nobody there to read it, it is lost.
pub(super) fn remark(line: &str) {
    let _ = writeln!(io::stderr(), "{}", Safe::line(line));
}

/// Writes to stdout.
pub(super) fn print(text: &str) -> Result<ExitCode, Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush())?;
    Ok(ExitCode::SUCCESS)
}

/// Lines for stdout, each made safe.
pub(super) fn say_all(lines: &[String]) -> Result<ExitCode, Failure> {
    print(&lines.iter().map(|line| format!("{}\n", Safe::line(line))).collect::<String>())
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
        if c != '\n' && safe::deceives(c.encode_utf8(&mut [0; 4])) {
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

/// How a list is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    /// One document.
    Json,
    /// An object a line.
    Lines,
}

/// The flags of a command that prints a list.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct ListFormat {
    /// One JSON document
    #[arg(long)]
    json: bool,
    /// A JSON object a line
    #[arg(long, conflicts_with = "json")]
    jsonl: bool,
}

impl ListFormat {
    pub fn shape(self) -> Shape {
        match (self.json, self.jsonl) {
            (true, _) => Shape::Json,
            (_, true) => Shape::Lines,
            _ => Shape::Text,
        }
    }
}

/// A table without lines, wide as the terminal; every cell made safe.
pub(super) fn table(
    heading: &[&str],
    rows: impl IntoIterator<Item = Vec<String>>,
) -> Result<ExitCode, Failure> {
    let rows = rows.into_iter().map(|cells| (None, cells));
    print(&table_text(heading, rows, false))
}

/// As [`table`], with a colour for the first cell of a row; `paint` says whether it shows.
pub(super) fn table_text(
    heading: &[&str],
    rows: impl IntoIterator<Item = (Option<Color>, Vec<String>)>,
    paint: bool,
) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(heading.to_vec());
    if paint {
        table.enforce_styling()
    } else {
        table.force_no_tty()
    };
    if io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        if let Ok((width, _)) = crossterm::terminal::size() {
            table.set_width(width);
        }
    }
    for (color, cells) in rows {
        let mut cells: Vec<Cell> =
            cells.iter().map(|cell| Cell::new(Safe::line(cell).into_string())).collect();
        if let (Some(color), Some(first)) = (color, cells.first_mut()) {
            *first = Cell::new(first.content()).fg(color);
        }
        table.add_row(cells);
    }
    table.column_iter_mut().for_each(|column| _ = column.set_padding((0, 2)));
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
