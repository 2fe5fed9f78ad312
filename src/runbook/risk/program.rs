//! One program with its words: wrappers taken off, then the table of programs and verbs asked.

use super::known::Known;
use super::wrapper::{self, Inner};
use super::{Level, cloud, code, network, script, sed, sql, table, web};
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

/// Flags of a copy that is only rehearsed; `-e` would choose the program that carries it.
const RSYNC: Known = Known(
    "-a -v -n -z -r -l -p -t -g -o -D -h -i -P -u -x -H --archive --verbose --recursive --compress --dry-run --delete --progress \
     --stats --exclude: --include: --itemize-changes --human-readable",
);
const APT: Known = Known("-y -s -q -V --simulate --yes --no-install-recommends");

/// What find does with each file it finds, other than looking at it.
const FIND_WRITES: &[&str] = &["-fprint", "-fprint0", "-fprintf", "-fls"];
const FIND_RUNS: &[&str] = &["-exec", "-execdir", "-ok", "-okdir"];

/// The file name of a program's path.
pub(in crate::runbook) fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// Judges `words`, the program and its arguments, which may be a part of `whole`.
pub(super) fn risk(whole: &Simple, words: &[String], level: Level) -> Risk {
    let Some((first, args)) = words.split_first() else { return Risk::Read };
    let name = base(first);
    if let Some(wrapped) = wrapper::inner(name, args) {
        let inner = match wrapped.inner {
            _ if level.is_deepest() => Risk::Destroy,
            Inner::Words(words) => risk(whole, words, level.deeper()),
            Inner::Made(words) => risk(whole, &words, level.deeper()),
            Inner::Text(text) => script(&text, level.deeper()),
        };
        return inner.max(wrapped.least);
    }
    forced(plain(whole, name, args, level), args)
}

fn forced(risk: Risk, args: &[String]) -> Risk {
    let force = args.iter().any(|arg| FORCE.contains(&arg.as_str()));
    if force && risk >= Risk::Change { Risk::Destroy } else { risk }
}

fn plain(whole: &Simple, name: &str, args: &[String], level: Level) -> Risk {
    let asks = |flag: &str| args.iter().any(|arg| arg == flag);
    match name {
        "curl" => web::curl(args),
        "wget" => web::wget(args),
        "http" | "https" | "xh" | "xhs" => web::httpie(args),
        "psql" | "mysql" | "mariadb" | "sqlite3" | "clickhouse-client" => {
            sql::client(whole, name, args, level)
        }
        "find" => find(whole, args, level),
        "aws" => cloud::aws(args),
        "gcloud" | "az" | "doctl" => cloud::grouped(args),
        "awk" | "gawk" | "mawk" => code::awk(args, level),
        "sed" => sed::risk(args),
        "ip" => network::ip(whole, args, level),
        "rsync" if asks("--dry-run") && RSYNC.tell(args).sure => Risk::Read,
        "apt" | "apt-get" if asks("--simulate") && APT.tell(args).sure => Risk::Read,
        "chmod" | "chown" | "chgrp" if reaches_all(args) => Risk::Destroy,
        name => table::look_up(whole, name, args, level),
    }
}

/// `-R` on the root, or on everything in it.
fn reaches_all(args: &[String]) -> bool {
    let recursive = |arg: &String| {
        arg == "--recursive" || arg.starts_with('-') && !arg.starts_with("--") && arg.contains('R')
    };
    let root = |arg: &String| arg.starts_with('/') && arg.trim_matches(['/', '*', '.']).is_empty();
    args.iter().any(recursive) && args.iter().any(root)
}

fn find(whole: &Simple, args: &[String], level: Level) -> Risk {
    if args.iter().any(|arg| arg == "-delete") {
        return Risk::Destroy;
    }
    let writes = args.iter().any(|arg| FIND_WRITES.contains(&arg.as_str()));
    let inner = |words| if level.is_deepest() { Risk::Destroy } else { risk(whole, words, level.deeper()) };
    let run = run_by_find(args).into_iter().map(inner);
    run.max().unwrap_or(Risk::Read).max(if writes { Risk::Change } else { Risk::Read })
}

/// The commands that find runs, each up to its `;` or `{} +`.
fn run_by_find(args: &[String]) -> Vec<&[String]> {
    let mut found = Vec::new();
    let mut rest = args;
    while let Some(at) = rest.iter().position(|arg| FIND_RUNS.contains(&arg.as_str())) {
        rest = &rest[at + 1..];
        let ends = |at: &usize| rest[*at] == ";" || rest[*at] == "+" && *at > 0 && rest[at - 1] == "{}";
        let end = (0..rest.len()).find(ends).unwrap_or(rest.len());
        found.push(&rest[..end]);
        rest = &rest[end..];
    }
    found
}
