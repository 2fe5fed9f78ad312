//! What running a command may do, judged from its text alone: read, change or destroy.
//!
//! The worst part decides, and doubt counts as a change: an unknown program, an unknown verb, a
//! script from a pipe, a redirection into a file. A judgement errs upwards only. It is a help to the
//! person who confirms; alone it is no licence to run without one (`stage` says what else it takes).

mod cloud;
mod code;
mod flags;
mod functions;
mod known;
mod network;
mod program;
mod readers;
mod runner;
mod sed;
mod sql;
mod table;
mod tools;
mod variables;
mod web;
mod wrapper;

use super::shell::{self, Redirect, Simple};
use super::step::Risk;

/// Substitutions nested deeper than this are not read any more but feared.
const DEPTH: usize = 8;

/// How deep a judgement stands, and what it makes of the unknown.
#[derive(Clone, Copy)]
struct Level {
    depth: usize,
    /// What a program that nobody here knows counts as.
    unknown: Risk,
    /// The words are a part of some other program's: they are not searched once more.
    scanning: bool,
}

impl Level {
    const TOP: Self = Self { depth: 0, unknown: Risk::Change, scanning: false };

    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    fn is_deepest(self) -> bool {
        self.depth >= DEPTH
    }
}

/// Judges a command with its placeholders filled; one that still has some is judged as it stands.
pub fn of(command: &str) -> Risk {
    script(command, Level::TOP)
}

/// The same where somebody vouches for the programs that nobody here knows: they count as reading. What is known
/// to do more stays what it is.
pub fn vouched(command: &str) -> Risk {
    script(command, Level { unknown: Risk::Read, ..Level::TOP })
}

/// The risk that a runbook's own front matter asks for. It can only raise: the risk of a command is
/// the greater one of this and of its text.
pub fn declared(word: &str) -> Option<Risk> {
    match word.trim().to_ascii_lowercase().as_str() {
        "read" => Some(Risk::Read),
        "change" => Some(Risk::Change),
        "destroy" => Some(Risk::Destroy),
        _ => None,
    }
}

/// Whether a variable decides which code a command runs.
pub fn decides_what_runs(variable: &str) -> bool {
    variables::loads(variable)
}

/// Whether a word is a program that the table knows: text that starts with one looks like a command.
pub fn knows(word: &str) -> bool {
    table::knows(program::base(word))
}

/// The program without its folder.
pub(super) use program::base;

/// What a program that runs another one runs.
pub(super) enum Wrapped {
    Words(Vec<String>),
    /// A text that a shell reads again.
    Text(String),
}

pub(super) fn wrapped(name: &str, args: &[String]) -> Option<Wrapped> {
    wrapper::inner(name, args).map(|wrapped| match wrapped.inner {
        wrapper::Inner::Words(words) => Wrapped::Words(words.to_vec()),
        wrapper::Inner::Made(words) => Wrapped::Words(words),
        wrapper::Inner::Text(text) => Wrapped::Text(text),
    })
}

/// A wrapper's own word before what it runs: the host of `ssh`.
pub(super) fn own_word<'a>(name: &str, args: &'a [String]) -> Option<&'a str> {
    wrapper::own_word(name, args)
}

/// Whether a program runs what its here-document says.
pub(super) fn reads_scripts(program: &str) -> bool {
    let name = program::base(program);
    matches!(name, "ssh" | "eval") || wrapper::is_shell(name)
}

fn script(text: &str, level: Level) -> Risk {
    if level.depth > DEPTH {
        return Risk::Destroy;
    }
    let script = shell::read(text);
    let own = script.commands.iter().map(|command| simple(command, level));
    let nested = script.nested.iter().map(|text| self::script(text, level.deeper()));
    own.chain(nested).max().unwrap_or(Risk::Read)
}

fn simple(command: &Simple, level: Level) -> Risk {
    let redirected = command.redirects.iter().map(redirect).max().unwrap_or(Risk::Read);
    let set = variables::risk(command);
    redirected.max(set).max(fed(command, level)).max(program::risk(command, &command.words, level))
}

fn redirect(redirect: &Redirect) -> Risk {
    let here = redirect.op.starts_with("<<");
    let writes = redirect.op.contains('>');
    let target = redirect.target.as_str();
    let connects = !here && ["/dev/tcp/", "/dev/udp/"].iter().any(|net| target.contains(net));
    let harmless = matches!(target, "/dev/null" | "/dev/stdout" | "/dev/stderr" | "-")
        || (redirect.op.ends_with('&') && target.chars().all(|c| c.is_ascii_digit() || c == '-'));
    match () {
        () if connects => Risk::Change,
        () if !writes || harmless => Risk::Read,
        () if target.starts_with("/dev/") => Risk::Destroy,
        () => Risk::Change,
    }
}

/// A here-document that a shell reads is a script.
fn fed(command: &Simple, level: Level) -> Risk {
    let shell = command.words.iter().any(|word| reads_scripts(word));
    let bodies = command.redirects.iter().filter(|redirect| shell && redirect.op.starts_with("<<"));
    bodies.map(|redirect| script(&redirect.target, level.deeper())).max().unwrap_or(Risk::Read)
}
