//! What a block leaves to the next: asked of its shell as it ends, and told through a pipe that never
//! touches the disk.
//!
//! bash reads a few lines of ours before the command and hands over its variables at its end; the
//! command itself runs exactly as it was confirmed. A command that replaces its shell, or sets an
//! `EXIT` trap of its own, leaves nothing.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{CWD, Mode, mkfifoat};
use tempfile::TempDir;
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe::{OpenOptions, Receiver, Sender};
use tokio::task::JoinHandle;

use super::MARK;
use crate::runbook::{Carried, Variable};
use crate::text::redact::Redactor;

/// What the shell reads first. `WARROOM_LOCAL` names carried variables that programs were not to see.
const SCRIPT: &str = r#"
unset BASH_ENV
export -n WARROOM_KEEP WARROOM_LOCAL $WARROOM_LOCAL
unset WARROOM_LOCAL
__warroom_keep() {
  set +eu
  local IFS=$' \t\n' __warroom_arrays __warroom_exported __warroom_name
  __warroom_arrays=" $(compgen -A arrayvar) "
  __warroom_arrays="${__warroom_arrays//$'\n'/ }"
  __warroom_exported=" $(compgen -e) "
  __warroom_exported="${__warroom_exported//$'\n'/ }"
  printf '%s\0' "$PWD"
  for __warroom_name in $(compgen -v); do
    case "$__warroom_arrays" in *" $__warroom_name "*) continue ;; esac
    case "$__warroom_exported" in *" $__warroom_name "*) printf x ;; *) printf - ;; esac
    printf '%s=%s\0' "$__warroom_name" "${!__warroom_name}"
  done
}
trap '{ set +x; } 2>/dev/null; __warroom_keep >"$WARROOM_KEEP" 2>/dev/null' EXIT
"#;

/// Most bytes that are read of what a shell tells.
const MOST: u64 = 1024 * 1024;
/// A longer value is not carried: it would not fit into an environment.
const LONGEST: usize = 32 * 1024;
/// How long the last words of a shell that has ended may take.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// Variables that a shell keeps for itself.
#[rustfmt::skip]
const ITS_OWN: &[&str] = &[
    "_", "BASH", "BASHOPTS", "BASHPID", "COLUMNS", "COMP_WORDBREAKS", "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME",
    "GROUPS", "HISTCMD", "HISTFILE", "HISTFILESIZE", "HISTSIZE", "HOSTNAME", "HOSTTYPE", "IFS", "LINENO", "LINES", "MACHTYPE",
    "MAILCHECK", "OLDPWD", "OPTARG", "OPTERR", "OPTIND", "OSTYPE", "PIPESTATUS", "PPID", "PS1", "PS2", "PS3", "PS4", "PWD", "RANDOM",
    "SECONDS", "SHELL", "SHELLOPTS", "SHLVL", "SRANDOM", "TERM", "UID",
];

/// The pipe a shell tells its variables through, while a run lasts.
pub(super) struct Keep {
    folder: TempDir,
    reading: JoinHandle<Vec<u8>>,
    /// Held open while the run lasts, so that nobody reads an end before the shell has spoken.
    held: Sender,
}

impl Keep {
    /// Opens the pipe in a private folder of its own.
    pub fn open() -> std::io::Result<Self> {
        let folder = tempfile::Builder::new().prefix("warroom-run-").tempdir()?;
        std::fs::write(folder.path().join("start"), SCRIPT)?;
        let pipe = pipe_in(folder.path());
        mkfifoat(CWD, &pipe, Mode::RUSR | Mode::WUSR)?;
        let reader = OpenOptions::new().open_receiver(&pipe)?;
        let held = OpenOptions::new().open_sender(&pipe)?;
        Ok(Self { folder, reading: tokio::spawn(read(reader)), held })
    }

    /// What the shell has to find in its environment.
    pub fn environment(&self, carried: &Carried) -> Vec<(&'static str, OsString)> {
        let local = carried.variables.iter().filter(|(_, variable)| !variable.exported);
        let local: Vec<&str> = local.map(|(name, _)| name.as_str()).collect();
        vec![
            ("BASH_ENV", self.folder.path().join("start").into()),
            ("WARROOM_KEEP", pipe_in(self.folder.path()).into()),
            ("WARROOM_LOCAL", local.join(" ").into()),
        ]
    }

    /// What the run that has ended left, on top of what it was given; `None` where its shell said
    /// nothing. `given` is the environment it was started with.
    pub async fn finish(self, given: &Given, redactor: &Redactor) -> Option<Carried> {
        drop(self.held);
        let told = tokio::time::timeout(LAST_WORDS, self.reading).await.ok()?.ok()?;
        given.left(&told, redactor)
    }
}

fn pipe_in(folder: &Path) -> PathBuf {
    folder.join("keep")
}

async fn read(reader: Receiver) -> Vec<u8> {
    let mut told = Vec::new();
    let _ = reader.take(MOST).read_to_end(&mut told).await;
    told
}

/// What a run was started with.
pub(super) struct Given {
    pub folder: PathBuf,
    pub environment: BTreeMap<String, String>,
    pub carried: Carried,
}

impl Given {
    /// The folder, then `xNAME=value` (exported) and `-NAME=value`, each ended by a zero byte.
    fn left(&self, told: &[u8], redactor: &Redactor) -> Option<Carried> {
        let mut fields = told.split(|byte| *byte == 0);
        let folder = std::str::from_utf8(fields.next()?).ok().filter(|folder| !folder.is_empty())?;
        let said: BTreeMap<&str, (bool, &str)> = fields.filter_map(variable).collect();
        let ours = |name: &str| {
            ITS_OWN.contains(&name)
                || name == MARK
                || ["BASH_", "WARROOM_", "__warroom"].iter().any(|own| name.starts_with(own))
        };
        let new = |name: &str, value: &str| {
            self.carried.variables.contains_key(name)
                || self.environment.get(name).is_none_or(|known| known != value)
        };
        let kept = said
            .into_iter()
            .filter(|(name, (_, value))| !ours(name) && new(name, value) && value.len() <= LONGEST);
        let variables = kept.map(|(name, (exported, value))| {
            let shown = shown(name, value, redactor);
            (name.to_owned(), Variable { value: value.to_owned(), shown, exported })
        });
        let moved = !same(Path::new(folder), &self.folder);
        let folder = if moved { Some(folder.to_owned()) } else { self.carried.folder.clone() };
        Some(Carried { folder, variables: variables.collect() })
    }
}

/// A value masked in the company of its name, which may be what gives it away.
fn shown(name: &str, value: &str, redactor: &Redactor) -> String {
    let lead = format!("{name}=");
    let masked = redactor.redact(&format!("{lead}{value}")).0;
    masked.strip_prefix(&lead).map_or_else(|| "(hidden)".to_owned(), str::to_owned)
}

fn variable(field: &[u8]) -> Option<(&str, (bool, &str))> {
    let text = std::str::from_utf8(field).ok()?;
    let exported = text.starts_with('x');
    let (name, value) = text.get(1..)?.split_once('=')?;
    Some((name, (exported, value)))
}

fn same(one: &Path, other: &Path) -> bool {
    one == other
        || one.canonicalize().ok().is_some_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_makes_up_for_itself_is_not_carried_whatever_it_was_started_with() {
        let given = Given {
            folder: PathBuf::from("/srv"),
            environment: BTreeMap::from([("HOME".to_owned(), "/root".to_owned())]),
            carried: Carried::default(),
        };
        let told = b"/srv\0-SHELL=/bin/bash\0-SHLVL=1\0-PPID=7\0xHOME=/root\0-POD=web-0\0";
        let left = given.left(told, &Redactor::default()).expect("what the shell left");
        assert_eq!(left.variables.keys().collect::<Vec<_>>(), ["POD"]);
    }
}
