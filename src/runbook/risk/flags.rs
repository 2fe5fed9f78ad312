//! Programs whose flags say what they do, not a verb: `--describe`, `--list`. And flags that make a writer of a
//! reader.

use crate::runbook::step::Risk;

/// A program with flags for verbs.
struct Flagged {
    names: &'static [&'static str],
    read: &'static [&'static str],
    change: &'static [&'static str],
    destroy: &'static [&'static str],
}

#[rustfmt::skip]
const FLAGGED: &[Flagged] = &[
    Flagged {
        names: &["kafka-consumer-groups.sh", "kafka-consumer-groups"],
        read: &["--describe", "--list"],
        change: &["--reset-offsets", "--execute", "--to-offset", "--shift-by", "--export"],
        destroy: &["--delete", "--delete-offsets"],
    },
    Flagged {
        names: &["kafka-topics.sh", "kafka-topics"],
        read: &["--describe", "--list"],
        change: &["--alter", "--create"],
        destroy: &["--delete"],
    },
    Flagged {
        names: &["kafka-configs.sh", "kafka-configs"],
        read: &["--describe"],
        change: &["--alter", "--add-config", "--delete-config"],
        destroy: &[],
    },
    Flagged {
        names: &["kafka-log-dirs.sh", "kafka-log-dirs"],
        read: &["--describe"],
        change: &[],
        destroy: &[],
    },
    Flagged {
        names: &["pg_restore"],
        read: &["-l", "--list"],
        change: &["-f", "--file", "-d", "--dbname", "-C", "--create"],
        destroy: &["-c", "--clean"],
    },
];

/// Modes of a tool without a verb that only look: the flags that stand for one, and whether nothing at all is one.
#[rustfmt::skip]
const MODES: &[(&str, &[&str], bool)] = &[
    ("systemctl", &["--failed"], true),
    ("redis-cli", &["--latency", "--latency-history", "--latency-dist", "--stat", "--bigkeys", "--memkeys", "--hotkeys", "--scan"],
        false),
];

/// Flags with which a reading verb of a tool writes after all, matched by how they start.
#[rustfmt::skip]
const WRITES: &[(&str, &[&str])] = &[
    ("openssl", &["-out", "-sess_out", "-keyout", "-keylogfile", "-CAcreateserial", "-writerand", "-msgfile"]),
    ("terraform", &["-out", "--out", "-generate-config-out"]),
    ("helm", &["--output-dir", "--post-renderer"]),
    ("kubectl", &["--output-directory"]),
    ("argocd", &["--refresh", "--hard-refresh"]),
    ("warroom", &["--out"]),
    // `watch KEY -- PROGRAM` runs it at every change.
    ("etcdctl", &["--"]),
];

pub(super) fn knows(name: &str) -> bool {
    FLAGGED.iter().any(|program| program.names.contains(&name))
}

/// What the flags of such a program say; `None` for every other program.
pub(super) fn told(name: &str, args: &[String]) -> Option<Risk> {
    let program = FLAGGED.iter().find(|program| program.names.contains(&name))?;
    let has = |flags: &[&str]| args.iter().any(|arg| flags.contains(&arg.split('=').next().unwrap_or(arg)));
    Some(match () {
        () if has(program.destroy) => Risk::Destroy,
        () if has(program.change) || !has(program.read) => Risk::Change,
        () => Risk::Read,
    })
}

/// Whether a tool without a verb only lists: nothing stands there but flags that are known, with their values.
pub(super) fn lists(name: &str, args: &[String], values: &[&str], plain: &[&str]) -> bool {
    let Some((_, modes, bare)) = MODES.iter().find(|(known, ..)| *known == name) else { return false };
    let mut says = *bare;
    let mut rest = args.iter().map(String::as_str);
    while let Some(arg) = rest.next() {
        let glued = arg.split_once('=').is_some_and(|(flag, _)| values.contains(&flag));
        match () {
            () if values.contains(&arg) => _ = rest.next(),
            () if modes.contains(&arg) => says = true,
            () if glued || plain.contains(&arg) => {}
            () => return false,
        }
    }
    says
}

/// Whether a flag makes a tool write that would read otherwise.
pub(super) fn writes(name: &str, args: &[String]) -> bool {
    let flags = WRITES.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, flags)| flags);
    let is = |arg: &String, flag: &str| if flag == "--" { arg == flag } else { arg.starts_with(flag) };
    args.iter().any(|arg| flags.iter().any(|flag| is(arg, flag)))
}
