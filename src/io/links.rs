//! Where paths lead over symbolic links, and in which folders a change may change what they read.
//!
//! A mounted `ConfigMap` is such a way: `web.yaml` links to `..data/web.yaml`, `..data` to a folder with a
//! date, and an update puts another link in the place of `..data`. The folder of the file sees none of it
//! where it links there from elsewhere.

use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Links that are followed one after another; the system follows no more.
const MOST: usize = 40;

/// The folders of every link on the way to files, and of the files themselves, each once. The root is left
/// out: it is too busy to be watched, and its links never change.
pub fn folders<'a>(paths: impl Iterator<Item = &'a Path>) -> BTreeSet<PathBuf> {
    let (mut folders, mut known) = (BTreeSet::new(), BTreeSet::new());
    for path in paths {
        // Files beside each other share the way, as far as they are no links themselves.
        if known.insert(path.parent()) || path.is_symlink() {
            folders.extend(way(path));
        }
    }
    folders.remove(Path::new("/"));
    folders
}

/// The folders of the links on the way to a file, and its own.
fn way(path: &Path) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    let mut here = PathBuf::new();
    let mut rest: VecDeque<OsString> = names(path);
    while let Some(name) = rest.pop_front() {
        let next = here.join(&name);
        let target = fs::read_link(&next).ok().filter(|_| folders.len() < MOST);
        let Some(target) = target else {
            // What was walked so far holds no link, so that `..` is the folder above.
            here = if name == ".." && here.file_name().is_some() { above(&here) } else { next };
            continue;
        };
        folders.push(or_current(&here));
        for name in names(&target).into_iter().rev() {
            rest.push_front(name);
        }
    }
    folders.push(above(&here));
    folders
}

fn names(path: &Path) -> VecDeque<OsString> {
    let is_step = |step: &Component<'_>| *step != Component::CurDir;
    path.components().filter(is_step).map(|step| step.as_os_str().to_owned()).collect()
}

fn above(path: &Path) -> PathBuf {
    or_current(path.parent().unwrap_or(path))
}

fn or_current(folder: &Path) -> PathBuf {
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_path_buf() }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn of(folder: &Path, paths: &[&str]) -> Vec<String> {
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
        let found = folders(paths.iter().map(PathBuf::as_path));
        let inside = found.iter().filter_map(|found| found.strip_prefix(folder).ok());
        inside.map(|found| found.display().to_string()).collect()
    }

    #[test]
    fn every_link_on_the_way_has_its_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().canonicalize().expect("a folder");
        for name in ["slos", "mount/..first", "plain"] {
            fs::create_dir_all(folder.join(name)).expect("a folder");
        }
        fs::write(folder.join("mount/..first/web.yaml"), "").expect("a file");
        symlink("..first", folder.join("mount/..data")).expect("a link");
        symlink("..data/web.yaml", folder.join("mount/web.yaml")).expect("a link");
        symlink("../mount/web.yaml", folder.join("slos/web.yaml")).expect("a link");
        symlink(folder.join("mount"), folder.join("linked")).expect("a link");
        assert_eq!(of(&folder, &["plain/none.yaml", "plain/other.yaml"]), ["plain"]);
        assert_eq!(of(&folder, &["slos/web.yaml"]), ["mount", "mount/..first", "slos"]);
        assert_eq!(of(&folder, &["linked/web.yaml"]), ["", "mount", "mount/..first"]);
        symlink("loop", folder.join("plain/loop")).expect("a link");
        assert_eq!(of(&folder, &["plain/loop"]), ["plain"], "it ends");
    }
}
