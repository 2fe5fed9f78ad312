//! Finding the processes of a run in /proc, and signalling those that its group does not hold.

use std::fs;
use std::path::Path;

use rustix::process::{Pid, Signal, kill_process};

use super::{MARK, Survivor};

/// A process that lives, with what ties it to a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Process {
    pub pid: u32,
    pub group: u32,
}

/// The living processes of a session; `None` where /proc cannot be read.
pub(super) fn members(session: u32) -> Option<Vec<Process>> {
    let living = living()?.into_iter().filter(|(_, of)| *of == session);
    Some(living.map(|(process, _)| process).collect())
}

/// Those who carry the run's mark or belong to its session, with their command lines.
pub(super) fn survivors(session: u32, mark: &str) -> Vec<Survivor> {
    let marked = format!("{MARK}={mark}");
    let all = living().unwrap_or_default();
    let ours = all.into_iter().filter(|(process, of)| *of == session || carries(process.pid, &marked));
    ours.map(|(process, _)| Survivor { pid: process.pid, command: command_line(process.pid) }).collect()
}

/// Those who carry a mark, whichever console gave it to them.
pub fn marked(mark: &str) -> Vec<Survivor> {
    let marked = format!("{MARK}={mark}");
    let all = living().unwrap_or_default().into_iter().map(|(process, _)| process.pid);
    all.filter(|pid| carries(*pid, &marked)).map(|pid| Survivor { pid, command: command_line(pid) }).collect()
}

/// Every living process with its session.
fn living() -> Option<Vec<(Process, u32)>> {
    let entries = fs::read_dir("/proc").ok()?;
    let pids = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    Some(pids.filter_map(look).collect())
}

/// Reads `/proc/PID/stat`; a zombie counts as gone.
fn look(pid: u32) -> Option<(Process, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything: what follows its last parenthesis is regular.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    let group = fields.nth(1)?.parse().ok()?;
    let session = fields.next()?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some((Process { pid, group }, session))
}

fn carries(pid: u32, marked: &str) -> bool {
    let environ = fs::read(Path::new("/proc").join(pid.to_string()).join("environ"));
    environ.is_ok_and(|bytes| bytes.split(|byte| *byte == 0).any(|entry| entry == marked.as_bytes()))
}

fn command_line(pid: u32) -> String {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let line = String::from_utf8_lossy(&bytes).replace('\0', " ");
    let line = line.trim();
    if line.is_empty() { "(unknown)".to_owned() } else { line.chars().take(200).collect() }
}

/// Signals single processes. One that ended meanwhile is what was wanted.
pub(super) fn signal(signal: Signal, pids: &[u32]) {
    let pids = pids.iter().filter_map(|pid| Pid::from_raw(i32::try_from(*pid).ok()?));
    for pid in pids {
        let _ = kill_process(pid, signal);
    }
}

pub(super) fn signal_name(number: i32) -> String {
    const NAMES: &[(i32, &str)] = &[
        (1, "SIGHUP"),
        (2, "SIGINT"),
        (3, "SIGQUIT"),
        (6, "SIGABRT"),
        (8, "SIGFPE"),
        (9, "SIGKILL"),
        (11, "SIGSEGV"),
        (13, "SIGPIPE"),
        (14, "SIGALRM"),
        (15, "SIGTERM"),
        (24, "SIGXCPU"),
        (25, "SIGXFSZ"),
    ];
    let known = NAMES.iter().find(|(known, _)| *known == number);
    known.map_or_else(|| format!("signal {number}"), |(_, name)| (*name).to_owned())
}
