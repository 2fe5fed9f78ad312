//! Code fences: which are commands, which are output, and transcripts that hold both.

use super::super::{query, risk};

/// What a fence holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fence {
    /// A command and, from a transcript, the output it gave.
    Command { text: String, output: String },
    /// PromQL: a source can be asked.
    Query,
    /// Nothing to run: output, a file, another language.
    Text,
}

const SHELLS: &[&str] = &[
    "bash",
    "sh",
    "shell",
    "zsh",
    "ksh",
    "bash-session",
    "sh-session",
    "shellsession",
    "shell-session",
    "terminal",
    "shel",
];
/// Languages that hold either, or say nothing.
const DOUBTFUL: &[&str] = &["", "console", "text", "plain", "cli"];
/// Languages of shown output.
const OUTPUTS: &[&str] = &["output", "text", "txt", "plain", "plaintext", "", "console", "log"];

pub(super) fn read(lang: &str, text: &str) -> Fence {
    let shell = SHELLS.contains(&lang);
    if query::is_promql(lang, text) {
        return Fence::Query;
    }
    if !shell && !DOUBTFUL.contains(&lang) {
        return Fence::Text;
    }
    if text.lines().any(|line| prompt(line).is_some()) {
        return transcript(text);
    }
    let command = text.trim_matches('\n').trim_end();
    if command.trim().is_empty() || !(shell || lang != "text" && looks_like_shell(command)) {
        return Fence::Text;
    }
    Fence::Command { text: command.to_owned(), output: String::new() }
}

/// Whether a fence right behind a command is its output even where nobody announces it.
pub(super) fn is_output(lang: &str) -> bool {
    OUTPUTS.contains(&lang)
}

/// Whether the first line that is no comment starts with a program that is known, or a path.
pub(super) fn looks_like_shell(text: &str) -> bool {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    let mut words = line.unwrap_or_default().split_whitespace().skip_while(|word| is_assignment(word));
    let Some(first) = words.next() else { return line.is_some_and(is_assignment) };
    first.starts_with("./")
        || first.starts_with("~/")
        || (first.starts_with('/') && first.len() > 1)
        || risk::knows(first)
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

/// The command behind a prompt: `$ ls`, `root@db:~# ls`, `[me@host dir]$ ls`, `(venv) me@host:~$ ls`.
fn prompt(line: &str) -> Option<&str> {
    let line = line.trim_start();
    if let Some(command) = line.strip_prefix("$ ") {
        return Some(command);
    }
    let (head, command) =
        line.split_once("# ").into_iter().chain(line.split_once("$ ")).min_by_key(|(head, _)| head.len())?;
    let host = head.trim_start_matches(['(', '[']).split('@').next()?;
    let named =
        head.contains('@') && head.len() <= 60 && !host.is_empty() && !host.contains(['=', '"', '\'', '/']);
    let closed = head.ends_with([']', '~']) || head.contains(':');
    (named && closed && head.split_whitespace().count() <= 2).then_some(command)
}

/// A transcript: lines with a prompt, those that go on from them and comments are the command; the
/// rest is what it printed.
fn transcript(text: &str) -> Fence {
    let mut command: Vec<&str> = Vec::new();
    let mut output: Vec<&str> = Vec::new();
    let mut open = Open::default();
    for line in text.lines() {
        let said =
            prompt(line).or_else(|| open.goes_on(line)).or_else(|| line.starts_with("# ").then_some(line));
        match said {
            Some(said) => {
                open.take(said);
                command.push(said);
            }
            None => output.push(line),
        }
    }
    Fence::Command {
        text: command.join("\n").trim_end().to_owned(),
        output: output.join("\n").trim_matches('\n').to_owned(),
    }
}

/// Why the line behind a command still belongs to it.
#[derive(Default)]
struct Open {
    backslash: bool,
    /// The end word of a here-document.
    document: Option<String>,
    /// An unclosed quote.
    quote: Option<char>,
}

impl Open {
    fn goes_on<'a>(&self, line: &'a str) -> Option<&'a str> {
        let continued = line.strip_prefix("> ").unwrap_or(line);
        (self.backslash || self.document.is_some() || self.quote.is_some()).then_some(continued)
    }

    fn take(&mut self, line: &str) {
        if self.document.as_deref() == Some(line.trim()) {
            *self = Self::default();
            return;
        }
        if self.document.is_some() {
            return;
        }
        self.backslash = line.ends_with('\\') || line.ends_with('|') || line.ends_with("&&");
        self.quote = quote_after(line, self.quote);
        self.document = line.split_once("<<").filter(|(_, rest)| !rest.starts_with('<')).map(|(_, rest)| {
            rest.trim_start_matches(['-', ' ', '\'', '"'])
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        });
    }
}

/// The quote still open at the end of a line that started inside `open`.
fn quote_after(line: &str, mut open: Option<char>) -> Option<char> {
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (open, c) {
            (Some('"') | None, '\\') => {
                chars.next();
            }
            (Some(quote), c) if quote == c => open = None,
            (None, '"' | '\'') => open = Some(c),
            _ => {}
        }
    }
    open
}
