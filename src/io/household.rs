//! What commands of a walk find of the program itself: the same binary, configuration and journal.

use std::env;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::files;

const PROGRAM: &str = "warroom";

/// The variables that commands are given. A `warroom` in them is this one: where the search path finds
/// another or none, a folder of the data folder that holds nothing else comes first.
pub fn environment(data: &Path, configuration: Option<&Path>) -> Vec<(String, String)> {
    let absolute = |path: &Path| std::path::absolute(path).ok()?.into_os_string().into_string().ok();
    let named = [("WARROOM_DATA", Some(data)), ("WARROOM_CONFIG", configuration)];
    let places = named.into_iter().filter_map(|(name, path)| Some((name.to_owned(), absolute(path?)?)));
    places.chain(search_path(data).map(|path| ("PATH".to_owned(), path))).collect()
}

/// The search path with a folder for this program; `None` where it is found anyway, or nothing can be done.
fn search_path(data: &Path) -> Option<String> {
    let own = env::current_exe().ok()?.canonicalize().ok()?;
    let path = env::var_os("PATH")?;
    let found = env::split_paths(&path).map(|folder| folder.join(PROGRAM)).find(|file| file.is_file());
    if found.is_some_and(|found| found.canonicalize().is_ok_and(|found| found == own)) {
        return None;
    }
    let folder = std::path::absolute(data.join("bin")).ok()?;
    lead(&folder, &own).ok()?;
    let folders = std::iter::once(folder).chain(env::split_paths(&path));
    env::join_paths(folders).ok()?.into_string().ok()
}

/// A link to this program, whatever lay there before.
fn lead(folder: &Path, own: &Path) -> io::Result<()> {
    files::make_private_dir(folder)?;
    let link: PathBuf = folder.join(PROGRAM);
    if std::fs::read_link(&link).is_ok_and(|to| to == own) {
        return Ok(());
    }
    // Made beside it and moved: two consoles may begin at once.
    let beside = folder.join(format!("{PROGRAM}.{}", std::process::id()));
    symlink(own, &beside)?;
    std::fs::rename(&beside, &link)
}
