//! The table: programs and verbs whose effect is known. What is not here counts as a change.

use super::tools::{HARSH, REHEARSED, TOOLS, Tool, WRITES};
use super::{Level, code, flags, readers, runner, wrapper};
use crate::runbook::shell::Simple;
use crate::runbook::step::Risk;

#[rustfmt::skip]
const DESTROYERS: &[&str] = &[
    "rm", "rmdir", "unlink", "shred", "dd", "wipefs", "truncate", "reboot", "shutdown", "halt", "poweroff", "dropdb", "dropuser",
    "userdel", "groupdel", "fdisk", "sfdisk", "parted", "lvremove", "vgremove", "pvremove", "mkswap", "blkdiscard", "init",
    "telinit", "kexec", "fsck",
];

/// Known to change, listed so that a text that starts with one is seen as a command.
#[rustfmt::skip]
const CHANGERS: &[&str] = &[
    "kill", "pkill", "killall", "mv", "cp", "chmod", "chown", "chgrp", "ln", "mkdir", "touch", "tee", "install", "gzip",
    "gunzip", "zip", "unzip", "rsync", "scp", "sftp", "apt", "apt-get", "yum", "dnf", "pip", "source", ".", "ansible-playbook",
    "knife", "chef-client", "puppet", "ufw", "swapoff", "swapon", "renice", "logrotate", "certbot", "vacuumdb", "reindexdb",
    "pg_ctl", "pg_dump", "pg_ctlcluster", "gitlab-ctl", "kustomize", "flux", "istioctl", "linkerd", "java", "telnet", "tcpdump",
    "adduser", "useradd", "usermod", "passwd", "umount", "sync", "virtctl", "ceph", "more", "lvextend", "lvcreate", "vgextend",
];

/// Programs with a judge of their own.
#[rustfmt::skip]
const JUDGED: &[&str] = &[
    "curl", "wget", "http", "https", "xh", "psql", "mysql", "mariadb", "sqlite3", "clickhouse-client", "find", "aws", "gcloud", "az",
    "doctl", "awk", "gawk", "mawk", "ip", "su", "sed",
];

/// Whether the program is known at all, wrappers and clients included.
pub(super) fn knows(name: &str) -> bool {
    wrapper::is_shell(name)
        || wrapper::is_wrapper(name)
        || flags::knows(name)
        || readers::knows(name)
        || runner::is_runner(name)
        || code::is_interpreter(name)
        || tool(name).is_some()
        || name.starts_with("mkfs")
        || [JUDGED, DESTROYERS, CHANGERS].iter().any(|list| list.contains(&name))
}

/// The verb of a tool of the table, where its flags leave no doubt which word it is.
pub(super) fn verb<'a>(name: &str, args: &'a [String]) -> Option<&'a str> {
    let at = args.iter().position(|arg| arg == "--").unwrap_or(args.len());
    let told = tool(name)?.flags.tell(&args[..at]);
    let first = told.operands.first().copied()?;
    // The flags of the verb itself may be unknown; those before it may not.
    let before = args.iter().position(|arg| arg == first)?;
    tool(name)?.flags.tell(&args[..before]).sure.then_some(first)
}

/// Whether a tool has no flags but those that the table knows.
pub(super) fn flags_are_known(name: &str, args: &[String]) -> bool {
    tool(name).is_some_and(|tool| tool.flags.tell(args).sure) && !writes(name, args)
}

pub(super) fn look_up(whole: &Simple, name: &str, args: &[String], level: Level) -> Risk {
    if let Some(tool) = tool(name) {
        return by_verb(whole, tool, args, level);
    }
    if let Some(risk) = flags::told(name, args).or_else(|| readers::risk(name, args)) {
        return if risk == Risk::Change && runner::is_runner(name) {
            runner::risk(whole, args, level)
        } else {
            risk
        };
    }
    match () {
        () if matches!(name, "init" | "telinit") && args.is_empty() => Risk::Change,
        () if DESTROYERS.contains(&name) || name.starts_with("mkfs") => Risk::Destroy,
        () if code::is_interpreter(name) => code::interpreter(whole, args),
        () if CHANGERS.contains(&name) => Risk::Change,
        () if runner::is_runner(name) => runner::risk(whole, args, level),
        () => unknown(whole, name, args, level),
    }
}

/// A program that nobody here knows: what can be read out of its words may make it worse. One that is named by a
/// variable may be any, and one that is known runs a file that is not.
fn unknown(whole: &Simple, name: &str, args: &[String], level: Level) -> Risk {
    let any = knows(name) || name.contains(['$', '`', '*', '?', '{']);
    let least = if any { Risk::Change } else { level.unknown };
    match runner::risk(whole, args, level) {
        Risk::Destroy => Risk::Destroy,
        Risk::Read | Risk::Change => least,
    }
}

fn tool(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.names.contains(&name))
}

fn by_verb(whole: &Simple, tool: &Tool, args: &[String], level: Level) -> Risk {
    let name = tool.names[0];
    let told = tool.flags.tell(args);
    let words = &told.operands;
    // nft and its like take several commands at once.
    let chained = words.iter().any(|word| word.contains(';'));
    let sure = told.sure && !chained && !writes(name, args) && verb_is_plain(name, args);
    match () {
        () if rehearses(name, words, args) => Risk::Read,
        // With a flag that nobody knows, any word may be the verb.
        () if (0..words.len().min(if told.sure { 1 } else { 3 }))
            .any(|at| says(&words[at..], tool.destroy)) =>
        {
            Risk::Destroy
        }
        () if harsh(name, words, args) => Risk::Destroy,
        () if words.iter().any(|word| runner::is_verb(word)) => runner::risk(whole, args, level),
        () if !sure => Risk::Change,
        () if says(words, tool.read) || reads_bare(name, words, args) => Risk::Read,
        () => Risk::Change,
    }
}

/// Whether the first words are one of the verbs.
fn says(words: &[&str], verbs: &[&str]) -> bool {
    verbs.iter().any(|verb| {
        let parts: Vec<&str> = verb.trim_end_matches('$').split(' ').collect();
        let alone = !verb.ends_with('$') || words.len() == parts.len();
        alone
            && words.len() >= parts.len()
            && parts.iter().zip(words).all(|(part, word)| part.eq_ignore_ascii_case(word))
    })
}

fn rehearses(name: &str, words: &[&str], args: &[String]) -> bool {
    REHEARSED.iter().any(|(known, verbs, asks)| {
        *known == name && says(words, verbs) && args.iter().any(|arg| asks.contains(&arg.as_str()))
    }) && !writes(name, args)
}

fn harsh(name: &str, words: &[&str], args: &[String]) -> bool {
    let verb = words.first().copied().unwrap_or_default();
    // `git push host :branch` deletes, `+branch` forces.
    let refs = name == "git" && verb == "push" && words.iter().any(|word| word.starts_with([':', '+']));
    refs || HARSH.iter().any(|(known, of, with)| {
        *known == name && *of == verb && args.iter().any(|arg| with.contains(&arg.as_str()))
    })
}

/// Whether a flag makes a tool write or load what its verb alone would not.
fn writes(name: &str, args: &[String]) -> bool {
    let flags = WRITES.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, flags)| flags);
    let behind = |arg: &String| {
        flags.iter().any(|flag| if flag.len() == 2 { arg == flag } else { arg.starts_with(flag) })
    };
    // `etcdctl watch KEY -- PROGRAM` runs it at every change.
    args.iter().any(behind) || name == "etcdctl" && args.iter().any(|arg| arg == "--")
}

/// git pages with a program of one's choice, and before its verb `-p` asks for that.
fn verb_is_plain(name: &str, args: &[String]) -> bool {
    let mut before = args.iter().map(String::as_str);
    while let Some(flag) = before.next().filter(|arg| name == "git" && arg.starts_with('-')) {
        match flag {
            "-C" => _ = before.next(),
            "--no-pager" | "--version" | "--help" => {}
            _ => return false,
        }
    }
    true
}

/// A tool without a verb that only lists or measures.
fn reads_bare(name: &str, words: &[&str], args: &[String]) -> bool {
    let measures = |arg: &String| {
        ["--latency", "--stat", "--bigkeys", "--memkeys", "--hotkeys", "--scan"]
            .iter()
            .any(|mode| arg.starts_with(mode))
    };
    match (name, words) {
        ("redis-cli", []) => args.iter().any(measures),
        ("service", []) => args.iter().any(|arg| arg == "--status-all"),
        ("systemctl", []) | ("service", [_, "status"]) => true,
        (_, []) => args.iter().any(|arg| matches!(arg.as_str(), "--version" | "--help")),
        _ => false,
    }
}
