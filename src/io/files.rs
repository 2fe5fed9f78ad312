//! The user's files: read over the shipped ones, watched, written whole or not at all.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use notify::RecursiveMode;
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use super::revision::{self, Checkout};
use crate::runbook::{self, Library, Runbook};
use crate::text::{Place, Problem, digest};

/// How long after the last change of a burst the files are read again.
const SETTLE: Duration = Duration::from_millis(100);
/// A runbook, template or theme larger than this was not meant.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Writes a file whole: beside it first, synced, then renamed over it. Readable by the owner alone. A
/// device or a pipe is written to, never replaced.
pub fn write_atomic(path: &Path, text: &[u8]) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        return fs::write(path, text);
    }
    let beside = beside(path);
    // What a process of the same number left when it was killed.
    let _ = fs::remove_file(&beside);
    write_new(&beside, text)?;
    fs::rename(&beside, path).inspect_err(|_| _ = fs::remove_file(&beside))
}

/// A name in the same folder that nobody else uses: hidden, with our process's number.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}

/// Writes a file that is not there yet; one that is stays as it is: `AlreadyExists`.
pub fn write_new(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(text).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

/// Makes a folder of ours (0700) with all that lead to it.
pub fn make_private_dir(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes a folder for a person's own files, with all that lead to it.
pub fn make_dir(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Whether a file belongs to the user who runs this program: only then is what it names trusted.
pub fn is_ours(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| found.uid() == rustix::process::geteuid().as_raw())
}

/// Reads a text file of a person; the error says what to do.
pub fn read(path: &Path) -> Result<String, Problem> {
    let place = Place::file(path.display().to_string());
    let bytes = read_capped(path).map_err(|why| unreadable(place.clone(), &why))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Problem::error(place, "too-large", "more than 4 MiB").way_out("make it smaller"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
        Problem::error(Place::at_byte(place.file.clone(), &text, at), "not-utf-8", "not UTF-8 text")
            .way_out("save it as UTF-8")
    })
}

/// One byte more than is allowed at the most: a device has no length and no end.
fn read_capped(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What the system says, as a part of one of our sentences: lower case, without its number.
pub fn plainly(error: &io::Error) -> String {
    let words = error.to_string();
    let words = words.split(" (os error").next().unwrap_or_default();
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn unreadable(place: Place, why: &io::Error) -> Problem {
    let (what, way_out) = match why.kind() {
        io::ErrorKind::NotFound => ("there is no such file".to_owned(), "check the path"),
        io::ErrorKind::IsADirectory => ("is a folder".to_owned(), "name a file in it"),
        io::ErrorKind::PermissionDenied => ("may not be read".to_owned(), "check its owner and mode"),
        _ => (plainly(why), "check the file and its folder"),
    };
    Problem::error(place, "unreadable", what).way_out(way_out)
}

/// The name of the user we run as, from the system's list of users; for where no variable says it.
pub fn system_user() -> Option<String> {
    let own = fs::metadata("/proc/self").ok()?.uid().to_string();
    let users = fs::read_to_string("/etc/passwd").ok()?;
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, uid) = (fields.next()?, fields.nth(1)?);
        (uid == own).then(|| name.to_owned())
    })
}

/// Reads a file that need not exist.
pub fn read_if_there(path: &Path) -> Result<Option<String>, Problem> {
    if path.exists() { read(path).map(Some) } else { Ok(None) }
}

/// The folder of the user's own files: runbooks, templates, themes, keys.
#[derive(Debug, Clone)]
pub struct UserFiles {
    folder: Option<PathBuf>,
}

impl UserFiles {
    /// `None`: only what is shipped.
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_ref().map(|folder| folder.join(name))
    }

    /// A user's file over a shipped text: what it is called in errors, and the text.
    pub fn text(&self, name: &str, shipped: &str) -> Result<(String, String), Problem> {
        if let Some(path) = self.path(name)
            && let Some(text) = read_if_there(&path)?
        {
            return Ok((path.display().to_string(), text));
        }
        Ok((name.to_owned(), shipped.to_owned()))
    }

    /// Every runbook, the user's over the shipped ones of the same name. One that cannot be read is a problem
    /// and leaves the others alone; one that says what it said `before` is not parsed again.
    pub fn runbooks(&self, before: &Library) -> (Library, Vec<Problem>) {
        let shipped = format!("warroom {}", env!("CARGO_PKG_VERSION"));
        let own = |(name, text): &(&str, &str)| kept(before, name, text, Some(&shipped));
        let mut books: Vec<Arc<Runbook>> = runbook::shipped().iter().map(own).collect();
        let checkout = self.path("runbooks").and_then(|folder| Checkout::of(&folder));
        let mut problems = Vec::new();
        for path in self.files_in("runbooks", "md") {
            let Some(name) = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()) else {
                continue;
            };
            let revision = checkout.as_ref().map(|checkout| checkout.revision(&path));
            match read(&path) {
                Ok(text) => books.push(kept(before, &name, &text, revision.as_deref())),
                Err(problem) => problems.push(problem),
            }
        }
        (Library::new(books), problems)
    }

    /// Where git notes what becomes of the folder of the runbooks.
    pub fn checkout(&self) -> Option<PathBuf> {
        self.path("runbooks").and_then(|folder| revision::state_of(&folder))
    }

    /// The user's own keys, themes and runbooks, as far as they are there.
    pub fn all(&self) -> Vec<PathBuf> {
        let keys = self.path("keys.toml").filter(|path| path.is_file());
        let themes = self.files_in("themes", "toml");
        keys.into_iter().chain(themes).chain(self.files_in("runbooks", "md")).collect()
    }

    fn files_in(&self, folder: &str, ending: &str) -> Vec<PathBuf> {
        let Some(entries) = self.path(folder).and_then(|folder| fs::read_dir(folder).ok()) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|own| own == ending))
            .collect();
        paths.sort();
        paths
    }

    /// The folders that hold them, as far as they are there.
    pub fn folders(&self) -> Vec<PathBuf> {
        let inner = ["runbooks", "templates", "themes"].into_iter().filter_map(|name| self.path(name));
        self.folder.iter().cloned().chain(inner).filter(|folder| folder.is_dir()).collect()
    }
}

/// A runbook as it was before, where its text is the same; else it is parsed.
fn kept(before: &Library, name: &str, text: &str, revision: Option<&str>) -> Arc<Runbook> {
    let same = before.get(name).filter(|book| book.sha256 == digest::sha256(text));
    if let Some(book) = same.filter(|book| book.revision.as_deref() == revision) {
        return Arc::clone(book);
    }
    let book = same.map_or_else(|| runbook::parse(name, text), |book| Runbook::clone(book));
    Arc::new(Runbook { revision: revision.map(str::to_owned), ..book })
}

/// Folders that are watched. Editors save by rename, so folders are watched, not files.
#[derive(Debug)]
pub struct Watcher {
    debouncer: Debouncer<notify::RecommendedWatcher, RecommendedCache>,
    /// Each with what it was when the watch on it began: a folder that was put in its place is another.
    folders: BTreeMap<Folder, u64>,
}

/// A folder to watch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Folder {
    pub path: PathBuf,
    /// With every folder below it.
    pub deep: bool,
}

impl Watcher {
    /// Calls `changed` after files in the watched folders changed, once a burst; reading a file is no
    /// change. Watches nothing yet.
    pub fn new(changed: impl Fn() + Send + 'static) -> notify::Result<Self> {
        let touched = |event: &notify_debouncer_full::DebouncedEvent| {
            !matches!(event.kind, notify::EventKind::Access(_)) || is_close(event.kind)
        };
        let debouncer = new_debouncer(SETTLE, None, move |result: DebounceEventResult| {
            if result.is_ok_and(|events| events.iter().any(touched)) {
                changed();
            }
        })?;
        Ok(Self { debouncer, folders: BTreeMap::new() })
    }

    /// Watches these folders and no others. `true` where one is new: what was written to it before is
    /// to be read.
    pub fn follow(&mut self, folders: &[Folder]) -> notify::Result<bool> {
        let wanted: BTreeMap<Folder, u64> =
            folders.iter().map(|folder| (folder.clone(), inode(folder))).collect();
        let before = std::mem::take(&mut self.folders);
        for (folder, _) in before.iter().filter(|(folder, inode)| wanted.get(folder) != Some(inode)) {
            // It may be gone already.
            let _ = self.debouncer.unwatch(&folder.path);
        }
        let new = wanted.iter().filter(|(folder, inode)| before.get(folder) != Some(inode));
        let new: Vec<Folder> = new.map(|(folder, _)| folder.clone()).collect();
        let any_new = !new.is_empty();
        self.folders = wanted;
        let mut failed = None;
        for folder in new {
            let mode = if folder.deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            if let Err(error) = self.debouncer.watch(&folder.path, mode) {
                // One that went meanwhile costs no other; it is tried again the next time.
                self.folders.remove(&folder);
                failed = Some(error);
            }
        }
        failed.map_or(Ok(any_new), Err)
    }
}

fn inode(folder: &Folder) -> u64 {
    fs::metadata(&folder.path).map_or(0, |found| found.ino())
}

/// A save by rename shows as a create and a close after writing, without a modify.
fn is_close(kind: notify::EventKind) -> bool {
    use notify::event::{AccessKind, AccessMode};
    matches!(kind, notify::EventKind::Access(AccessKind::Close(AccessMode::Write)))
}

/// Opens a log file of ours for appending, 0600.
pub fn open_log(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}
