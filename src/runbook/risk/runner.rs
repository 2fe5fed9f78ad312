//! Programs that run what stands somewhere among their words, and programs that nobody here knows, which may do
//! that too: where some part of the words would destroy, the whole is feared to.

use super::{Level, program, script};
use crate::runbook::shell::Simple;
use crate::runbook::step::Risk;

#[rustfmt::skip]
const RUNNERS: &[&str] = &[
    "parallel", "busybox", "toybox", "chroot", "flock", "strace", "ltrace", "gdb", "script", "alias", "trap", "mapfile", "readarray",
    "complete", "bind", "enable", "nsenter", "unshare", "systemd-run", "runuser", "pkexec", "setpriv", "ansible", "salt", "pdsh",
    "lxc", "incus", "virsh", "vagrant", "expect", "at", "batch", "crictl", "ctr", "nomad", "consul", "tsh", "docker-compose",
    "kubectl-exec", "entr", "socat", "ncat", "nc", "netcat", "make", "npm", "npx", "go", "cargo", "bundle", "rake",
];

/// Verbs of container and cloud tools behind which another command stands.
const VERBS: &[&str] = &["exec", "run", "ssh", "debug", "execute-command", "send-command", "execute"];

pub(super) fn is_runner(name: &str) -> bool {
    RUNNERS.contains(&name)
}

pub(super) fn is_verb(word: &str) -> bool {
    VERBS.contains(&word)
}

/// A change, or what the worst command that can be read out of the words would be.
pub(super) fn risk(whole: &Simple, args: &[String], level: Level) -> Risk {
    if level.scanning {
        return Risk::Change;
    }
    let at = Level { scanning: true, ..level.deeper() };
    let worded = (0..args.len()).any(|from| program::risk(whole, &args[from..], at) == Risk::Destroy);
    let spoken = args.iter().flat_map(|arg| texts(arg)).any(|text| script(text, at) == Risk::Destroy);
    if worded || spoken || mounts_all(args) { Risk::Destroy } else { Risk::Change }
}

/// A word as a text of its own, and what stands behind its first `=`.
fn texts(arg: &str) -> impl Iterator<Item = &str> {
    let value = arg.split_once('=').map(|(_, value)| value);
    value.into_iter().chain(arg.contains(char::is_whitespace).then_some(arg))
}

/// `-v /:/host`: all of the machine lies open to what runs inside.
fn mounts_all(args: &[String]) -> bool {
    args.iter().any(|arg| {
        let mount = arg.trim_start_matches("-v").trim_start_matches("--volume=");
        mount.starts_with("/:")
            || arg.split(',').any(|part| matches!(part, "source=/" | "src=/" | "--mount=source=/"))
    })
}
