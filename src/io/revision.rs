//! Which revision of its repository a folder is at: read from git's own files, no program is started.

use std::path::{Path, PathBuf};

use super::files;

/// Digits of a revision that people read.
const SHORT: usize = 12;

/// The commit that is checked out where a folder lies; `None` outside a repository.
pub fn of(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let git = folder.ancestors().map(|above| above.join(".git")).find(|git| git.exists())?;
    let git = if git.is_file() { linked(&git)? } else { git };
    let head = files::read(&git.join("HEAD")).ok()?;
    let commit = match head.trim().strip_prefix("ref: ") {
        Some(name) => named(&git, name)?,
        None => head.trim().to_owned(),
    };
    let is_commit = commit.len() >= SHORT && commit.chars().all(|c| c.is_ascii_hexdigit());
    is_commit.then(|| commit[..SHORT].to_owned())
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
