//! Which revision of its repository a file is at, and whether it is as that revision has it. The commit is read
//! from git's own files; git itself is asked what differs from it, for only git knows its filters and line ends.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};

use super::files;

/// Digits of a revision that people read.
const SHORT: usize = 12;
/// What git may say of one folder, in bytes; who changed more has no revision to speak of.
const SAID: usize = 1024 * 1024;
/// How long git may be silent.
const PATIENCE: Duration = Duration::from_secs(5);
/// Variables that would lead git elsewhere, as they do within its hooks.
const ELSEWHERE: [&str; 4] = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// A folder that lies in a repository.
#[derive(Debug, Clone)]
pub struct Checkout {
    commit: String,
    root: PathBuf,
    folder: PathBuf,
    /// Paths below the root that differ from the commit or are not in it; a folder ends with a slash. `None`
    /// where git could not say.
    differing: Option<Vec<PathBuf>>,
}

impl Checkout {
    /// What is checked out where a folder lies; `None` outside a repository.
    pub fn of(folder: &Path) -> Option<Self> {
        let folder = folder.canonicalize().ok()?;
        let (root, git) = repository(&folder)?;
        let head = files::read(&git.join("HEAD")).ok()?;
        let commit = match head.trim().strip_prefix("ref: ") {
            Some(name) => named(&git, name)?,
            None => head.trim().to_owned(),
        };
        let is_commit = commit.len() >= SHORT && commit.chars().all(|c| c.is_ascii_hexdigit());
        let differing = differing(&folder);
        is_commit.then(|| Self { commit: commit[..SHORT].to_owned(), root, folder, differing })
    }

    /// The revision of a file in the folder, and what of it is not in that revision.
    pub fn revision(&self, file: &Path) -> String {
        let path = file.file_name().map(|name| self.folder.join(name)).unwrap_or_default();
        let commit = &self.commit;
        match &self.differing {
            None => format!("{commit} (git did not say whether it was changed since)"),
            Some(differing) if differing.iter().any(|one| self.is(one, &path)) => {
                format!("{commit} + local changes")
            }
            Some(_) => commit.clone(),
        }
    }

    fn is(&self, differing: &Path, path: &Path) -> bool {
        let whole = differing.as_os_str().as_bytes().ends_with(b"/");
        let differing = self.root.join(differing);
        if whole { path.starts_with(differing) } else { path == differing }
    }
}

/// Where git keeps the state of the repository that a folder lies in: its files change with every commit.
pub fn state_of(folder: &Path) -> Option<PathBuf> {
    repository(&folder.canonicalize().ok()?).map(|(_, git)| git)
}

/// The root of a folder's working tree, and the folder of git's own files for it.
fn repository(folder: &Path) -> Option<(PathBuf, PathBuf)> {
    let root = folder.ancestors().find(|above| above.join(".git").exists())?;
    let git = root.join(".git");
    let git = if git.is_file() { linked(&git)? } else { git };
    Some((root.to_owned(), git))
}

/// The folder that a worktree's `.git` file names.
fn linked(file: &Path) -> Option<PathBuf> {
    let text = files::read(file).ok()?;
    let path = PathBuf::from(text.trim().strip_prefix("gitdir: ")?);
    Some(if path.is_absolute() { path } else { file.parent()?.join(path) })
}

/// The commit of a branch: in a file of its own, or among the packed ones.
fn named(git: &Path, name: &str) -> Option<String> {
    let common = files::read(&git.join("commondir")).ok().map(|path| git.join(path.trim()));
    let common = common.as_deref().unwrap_or(git);
    if let Ok(commit) = files::read(&common.join(name)) {
        return Some(commit.trim().to_owned());
    }
    let packed = files::read(&common.join("packed-refs")).ok()?;
    let line = packed.lines().find(|line| line.ends_with(&format!(" {name}")))?;
    line.split_whitespace().next().map(str::to_owned)
}

/// What git says differs below a folder: changed, staged, new and ignored files. It takes no lock and starts no
/// watcher that the repository names; a repository of somebody else it refuses by itself.
fn differing(folder: &Path) -> Option<Vec<PathBuf>> {
    let mut git = Command::new("git");
    git.args(["--no-optional-locks", "-c", "core.fsmonitor=false", "status", "--porcelain", "-z"])
        .args(["--no-renames", "--untracked-files=all", "--ignored=matching", "--", "."])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    for name in ELSEWHERE {
        git.env_remove(name);
    }
    let mut child = git.spawn().ok()?;
    let said = child.stdout.take().and_then(listen);
    if said.is_none() {
        // What it still says, nobody hears.
        let _ = child.kill();
    }
    let done = child.wait().ok()?.success();
    said.filter(|_| done).map(|said| said.split(|byte| *byte == 0).filter_map(path).collect())
}

/// All that is said until the pipe is closed; `None` when that is too much, or nothing is said for too long.
fn listen(mut out: ChildStdout) -> Option<Vec<u8>> {
    let (mut said, mut piece) = (Vec::new(), [0; 8 * 1024]);
    loop {
        let mut ready = [PollFd::new(&out, PollFlags::IN)];
        if poll(&mut ready, Some(&PATIENCE.try_into().ok()?)).ok()? == 0 {
            return None;
        }
        match out.read(&mut piece).ok()? {
            0 => return Some(said),
            count => said.extend_from_slice(&piece[..count]),
        }
        if said.len() > SAID {
            return None;
        }
    }
}

/// The path of one entry, behind two letters and a blank.
fn path(entry: &[u8]) -> Option<PathBuf> {
    entry.get(3..).filter(|path| !path.is_empty()).map(|path| PathBuf::from(OsStr::from_bytes(path)))
}
