//! One program with its words: wrappers taken off, then the table of programs and verbs asked.

use super::wrapper::{self, Inner};
use super::{cloud, script, sql, table, web};
use crate::runbook::shell::Simple;
use crate::runbook::step::Risk;

/// Flags that take the brakes off whatever is being changed.
const FORCE: &[&str] = &[
    "--force",
    "--force-with-lease",
    "--hard",
    "--purge",
    "--grace-period=0",
    "--no-preserve-root",
    "--delete-emptydir-data",
    "--delete",
    "--prune",
    "-destroy",
    "--destroy",
];

/// The file name of a program's path.
pub(in crate::runbook) fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// Judges `words`, the program and its arguments, which may be a part of `whole`.
pub(super) fn risk(whole: &Simple, words: &[String], depth: usize) -> Risk {
    let Some((first, args)) = words.split_first() else { return Risk::Read };
    let name = base(first);
    if let Some(wrapped) = wrapper::inner(name, args) {
        let inner = match wrapped.inner {
            Inner::Words(words) if depth < super::DEPTH => risk(whole, words, depth + 1),
            Inner::Words(_) => Risk::Destroy,
            Inner::Text(text) => script(&text, depth + 1),
        };
        return inner.max(wrapped.least);
    }
    forced(plain(whole, name, args, depth), args)
}

fn forced(risk: Risk, args: &[String]) -> Risk {
    let force = args.iter().any(|arg| FORCE.contains(&arg.as_str()));
    if force && risk >= Risk::Change { Risk::Destroy } else { risk }
}

fn plain(whole: &Simple, name: &str, args: &[String], depth: usize) -> Risk {
    match name {
        "curl" => web::curl(args),
        "wget" => web::wget(args),
        "psql" | "mysql" | "mariadb" | "sqlite3" | "clickhouse-client" => sql::client(whole, args),
        "find" => find(whole, args, depth),
        "aws" => cloud::aws(args),
        "gcloud" | "az" | "doctl" => cloud::grouped(args),
        "awk" | "gawk" | "mawk" => awk(args),
        "ip" => table::listing(args, &["add", "del", "delete", "set", "flush", "replace", "change"]),
        "rsync" if args.iter().any(|arg| arg == "--dry-run") => Risk::Read,
        "apt" | "apt-get" if args.iter().any(|arg| arg == "--simulate") => Risk::Read,
        "date" if args.iter().any(|arg| !arg.starts_with(['-', '+'])) && !shows_another_time(args) => {
            Risk::Change
        }
        "uniq" if args.iter().filter(|arg| !arg.starts_with('-')).count() > 1 => Risk::Change,
        "sed" if args.iter().any(|arg| !arg.starts_with('-') && writes_by_itself(arg)) => Risk::Change,
        "hostname" | "mount" if args.iter().any(|arg| !arg.starts_with('-')) => Risk::Change,
        "sysctl" if args.iter().any(|arg| arg.contains('=')) => Risk::Change,
        name => table::look_up(name, args),
    }
}

fn find(whole: &Simple, args: &[String], depth: usize) -> Risk {
    if args.iter().any(|arg| arg == "-delete") {
        return Risk::Destroy;
    }
    if args.iter().any(|arg| arg.starts_with("-fprint") || arg == "-fls") {
        return Risk::Change;
    }
    let runs = args.iter().position(|arg| matches!(arg.as_str(), "-exec" | "-execdir" | "-ok" | "-okdir"));
    runs.map_or(Risk::Read, |at| risk(whole, &args[at + 1..], depth + 1))
}

/// `date -d yesterday`, `date -r FILE` print; a bare number sets the clock.
fn shows_another_time(args: &[String]) -> bool {
    args.iter().any(|arg| {
        ["-d", "-r", "-f", "--date", "--reference", "--file"].iter().any(|flag| arg.starts_with(flag))
    })
}

/// A sed script with `w FILE` or the `e` that runs what it made; one that only looks so counts too.
fn writes_by_itself(script: &str) -> bool {
    let mut letters = script.char_indices().filter(|(_, c)| matches!(c, 'w' | 'W' | 'e'));
    letters.any(|(at, c)| {
        let (before, behind) = (script[..at].chars().next_back(), &script[at + 1..]);
        let begins = before.is_none_or(|c| !c.is_alphabetic());
        let runs = c == 'e' && (behind.is_empty() || behind.starts_with([';', ' ', '\n', '}']));
        begins && (runs || c != 'e' && behind.starts_with(' '))
    })
}

/// An awk program can run others and write files.
fn awk(args: &[String]) -> Risk {
    let acts = args.iter().any(|arg| arg.contains("system(") || arg.contains(['>', '|']));
    let from_file = args.iter().any(|arg| arg.starts_with("-f") || arg == "-i");
    if acts || from_file { Risk::Change } else { Risk::Read }
}
