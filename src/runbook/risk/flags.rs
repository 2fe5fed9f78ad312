//! Programs whose flags say what they do, not a verb: `--describe`, `--list`.

use super::known::Known;
use crate::runbook::step::Risk;

/// A program with flags for verbs.
struct Flagged {
    names: &'static [&'static str],
    /// One of these has to stand there for it to read.
    read: &'static [&'static str],
    destroy: &'static [&'static str],
    /// What else may stand beside a reading flag.
    beside: Known,
}

const KAFKA: &str = "--describe --list --bootstrap-server: --zookeeper: --group: --topic: --topics-with-overrides --all-groups --all-topics \
    --offsets --members --state --verbose --timeout: --entity-type: --entity-name: --all --broker-list: --topic-list: \
    --under-replicated-partitions --unavailable-partitions --at-min-isr-partitions --under-min-isr-partitions --exclude-internal";
const IPTABLES: &str =
    "-L -S -n -v -x -t: -w -4 -6 --list --list-rules --line-numbers --numeric --verbose --exact --table:";

#[rustfmt::skip]
const FLAGGED: &[Flagged] = &[
    Flagged {
        names: &["kafka-consumer-groups.sh", "kafka-consumer-groups"],
        read: &["--describe", "--list"],
        destroy: &["--delete", "--delete-offsets"],
        beside: Known(KAFKA),
    },
    Flagged { names: &["kafka-topics.sh", "kafka-topics"], read: &["--describe", "--list"], destroy: &["--delete"], beside: Known(KAFKA) },
    Flagged { names: &["kafka-configs.sh", "kafka-configs"], read: &["--describe"], destroy: &[], beside: Known(KAFKA) },
    Flagged { names: &["kafka-log-dirs.sh", "kafka-log-dirs"], read: &["--describe"], destroy: &[], beside: Known(KAFKA) },
    Flagged {
        names: &["pg_restore"],
        read: &["-l", "--list"],
        destroy: &["-c", "--clean"],
        beside: Known("-l --list -F: --format: -v --verbose -n: -t: --schema: --table:"),
    },
    Flagged {
        names: &["iptables", "ip6tables"],
        read: &["-L", "-S", "--list", "--list-rules"],
        destroy: &["-F", "-X", "-D", "--flush", "--delete-chain", "--delete"],
        beside: Known(IPTABLES),
    },
    Flagged { names: &["nc", "ncat", "netcat"], read: &["-z"], destroy: &[], beside: Known("-z -v -w: -n -u -4 -6 -vv") },
    Flagged { names: &["crontab"], read: &["-l"], destroy: &["-r"], beside: Known("-l -u:") },
    Flagged {
        names: &["tar", "bsdtar"],
        read: &["-t", "--list"],
        destroy: &["--remove-files", "--delete"],
        beside: Known("-t -v -f: -z -j -J -C: --list --verbose --file: --gzip --bzip2 --xz --zstd --directory: --wildcards --full-time --exclude: --utc"),
    },
];

pub(super) fn knows(name: &str) -> bool {
    find(name).is_some()
}

/// What the flags of such a program say; `None` for every other program.
pub(super) fn told(name: &str, args: &[String]) -> Option<Risk> {
    let program = find(name)?;
    let spelled = dashed(name, args);
    let has =
        |flags: &[&str]| spelled.iter().any(|arg| flags.iter().any(|flag| program.beside.holds(arg, flag)));
    let reads = has(program.read) && program.beside.tell(&spelled).sure;
    Some(match () {
        () if has(program.destroy) => Risk::Destroy,
        () if reads => Risk::Read,
        () => Risk::Change,
    })
}

/// `tar tvf x` is `tar -tvf x`.
fn dashed(name: &str, args: &[String]) -> Vec<String> {
    let mut spelled = args.to_vec();
    if let Some(first) = spelled.first_mut().filter(|first| name == "tar" && !first.starts_with('-')) {
        first.insert(0, '-');
    }
    spelled
}

fn find(name: &str) -> Option<&'static Flagged> {
    FLAGGED.iter().find(|program| program.names.contains(&name))
}
