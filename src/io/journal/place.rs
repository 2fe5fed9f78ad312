//! Files and folders of the journal: where they lie and who may read them. Knows nothing of entries.
//!
//! Never opens a published database file itself: closing any handle of it would drop the locks that
//! SQLite holds on it in this process (POSIX locks belong to the process, not to the handle).

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const FOLDER_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// The journal of a data folder, absolute, so that no path is ever taken for an SQLite URI.
pub fn journal(data: &Path) -> io::Result<PathBuf> {
    std::path::absolute(data.join("journal.db"))
}

/// Makes a folder of ours, and what is missing above it. One that is there keeps its mode: it may be
/// somebody's home, or /tmp.
pub fn make_folder(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(dir)
}

/// Options that create a file only its owner may read.
pub fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(FILE_MODE);
    options
}

/// Takes from group and others what a copy or a restored archive gave them. Somebody else's file
/// stays as it is.
pub fn restrict(journal: &Path) {
    for file in [journal.to_owned(), companion(journal, "-wal"), companion(journal, "-shm")] {
        let open_to_others = fs::metadata(&file).is_ok_and(|found| found.mode() & 0o077 != 0);
        if open_to_others && let Err(error) = fs::set_permissions(&file, Permissions::from_mode(FILE_MODE)) {
            tracing::warn!(file = %file.display(), %error, "others may read this file");
        }
    }
}

/// The file beside the journal that SQLite keeps under this ending.
pub fn companion(journal: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(journal);
    name.push(ending);
    PathBuf::from(name)
}

/// Which file a path names: the same path may name another one later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    pub fn of(path: &Path) -> io::Result<Self> {
        let found = fs::metadata(path)?;
        Ok(Self { device: found.dev(), inode: found.ino() })
    }
}

/// A journal's file as it lies there, and whether somebody writes beside it: equal while nobody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    bytes: u64,
    modified: (i64, i64),
    has_log: bool,
}

impl Stamp {
    pub fn of(journal: &Path) -> io::Result<Self> {
        let found = fs::metadata(journal)?;
        let has_log = companion(journal, "-wal").try_exists()?;
        Ok(Self { bytes: found.size(), modified: (found.mtime(), found.mtime_nsec()), has_log })
    }
}

/// What to do where a file already is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Keep,
    Replace,
}

/// A file in the making, under a name of its own beside its target: a crash leaves the target either
/// absent or whole. Removed unless published.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
}

impl Draft {
    pub fn beside(target: &Path) -> Result<Self, super::Fault> {
        let mut tag = [0; 8];
        getrandom::fill(&mut tag)?;
        let path = companion(target, &format!(".new-{:016x}", u64::from_be_bytes(tag)));
        private().create_new(true).open(&path)?;
        Ok(Self { path })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its name, durably. With [`Existing::Keep`] a file that is there already is an
    /// error of kind `AlreadyExists`.
    pub fn publish(self, target: &Path, existing: Existing) -> io::Result<()> {
        File::open(&self.path)?.sync_all()?;
        match existing {
            Existing::Keep => fs::hard_link(&self.path, target)?,
            Existing::Replace => fs::rename(&self.path, target)?,
        }
        let folder = target.parent().unwrap_or(Path::new("/"));
        File::open(folder)?.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        for leftover in [self.path.clone(), companion(&self.path, "-wal"), companion(&self.path, "-shm")] {
            let _ = fs::remove_file(leftover);
        }
    }
}
