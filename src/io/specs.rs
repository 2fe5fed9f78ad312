//! The files that `slo_files` names: found by their globs and read. What they say is judged elsewhere.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use glob::{MatchOptions, Pattern};

use super::files::{self, Folder};
use crate::config::SloFiles;
use crate::slo::spec::SpecFile;
use crate::text::{Place, Problem};

/// Shells do it so: what begins with a dot is matched only by a dot.
const MATCHING: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
/// Files of a folder that may hold SLOs.
const ENDINGS: [&str; 4] = ["yaml", "yml", "json", "toml"];

/// One file as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    pub path: PathBuf,
    /// The path as people read it.
    pub name: String,
    pub text: String,
    pub source: Option<String>,
    pub period: Option<Duration>,
}

impl Spec {
    pub fn as_file(&self) -> SpecFile<'_> {
        SpecFile { file: &self.name, text: &self.text, source: self.source.as_deref(), period: self.period }
    }
}

/// Reads every file that matches, each once, in the order of the globs and then of their names. Globs
/// are relative to `folder`; the configuration itself is no file of SLOs.
pub fn gather(configuration: &Path, globs: &[SloFiles]) -> (Vec<Spec>, Vec<Problem>) {
    let folder = configuration.parent().unwrap_or(Path::new(""));
    let (mut specs, mut problems) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::from([configuration.to_path_buf()]);
    for entry in globs {
        let found = find(folder, &entry.glob).unwrap_or_else(|why| {
            problems.push(not_a_glob(&entry.place, &entry.glob, &why));
            Vec::new()
        });
        if found.is_empty() {
            problems.extend(matches_nothing(folder, entry));
        }
        for path in found.into_iter().filter(|path| seen.insert(path.clone())) {
            match files::read(&path) {
                Ok(text) => specs.push(spec(path, text, entry)),
                Err(problem) => problems.push(problem),
            }
        }
    }
    (specs, problems)
}

fn spec(path: PathBuf, text: String, entry: &SloFiles) -> Spec {
    let (source, period) = (entry.source.clone(), entry.period);
    Spec { name: path.display().to_string(), path, text, source, period }
}

/// The files that match a glob, by name. The folder's own name is no pattern.
fn find(folder: &Path, glob: &str) -> Result<Vec<PathBuf>, String> {
    let pattern = Path::new(&Pattern::escape(&folder.to_string_lossy())).join(glob);
    let paths =
        glob::glob_with(&pattern.to_string_lossy(), MATCHING).map_err(|error| error.msg.to_owned())?;
    // A folder that may not be entered matches nothing.
    Ok(paths.filter_map(Result::ok).filter(|path| path.is_file()).collect())
}

fn not_a_glob(place: &Place, glob: &str, why: &str) -> Problem {
    let what = format!("slo_files: {glob:?} is no glob: {why}");
    Problem::error(place.clone(), "bad-value", what)
        .way_out("write a path with * ? ** or [a-z], like slos/**/*.yaml")
}

fn matches_nothing(folder: &Path, entry: &SloFiles) -> Option<Problem> {
    find(folder, &entry.glob).ok()?;
    let what = format!("slo_files: no file matches {:?}", entry.glob);
    let problem = Problem::warning(entry.place.clone(), "matches-nothing", what);
    Some(problem.way_out("paths are relative to this file; check them"))
}

/// The files of SLOs that a person means by a path: the file itself, those below a folder, or what
/// a glob matches.
pub fn meant(path: &Path) -> Result<Vec<PathBuf>, Problem> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    if path.is_dir() {
        let mut found = Vec::new();
        for ending in ENDINGS {
            found.extend(find(path, &format!("**/*.{ending}")).unwrap_or_default());
        }
        found.sort();
        return Ok(found);
    }
    let text = path.to_string_lossy();
    let found = if text.contains(['*', '?', '[']) { find(Path::new(""), &text) } else { Ok(Vec::new()) };
    match found {
        Ok(found) if found.is_empty() => Err(files::read(path).err().unwrap_or_else(|| nothing(path))),
        Ok(found) => Ok(found),
        Err(why) => Err(not_a_glob(&Place::file(text.clone()), &text, &why)),
    }
}

fn nothing(path: &Path) -> Problem {
    Problem::error(Place::file(path.display().to_string()), "unreadable", "matches nothing")
        .way_out("check the path")
}

/// Every file that matches.
pub fn files(configuration: &Path, globs: &[SloFiles]) -> Vec<PathBuf> {
    let folder = configuration.parent().unwrap_or(Path::new(""));
    globs.iter().flat_map(|entry| find(folder, &entry.glob).unwrap_or_default()).collect()
}

/// The folders in which a file that matches could come or change: that where a glob's pattern begins,
/// with all below it where the pattern names folders too, and those that lead to it.
pub fn folders(configuration: &Path, globs: &[SloFiles]) -> Vec<Folder> {
    let home = configuration.parent().unwrap_or(Path::new(""));
    globs.iter().flat_map(|entry| folders_of(home, Path::new(&entry.glob))).collect()
}

fn folders_of(home: &Path, glob: &Path) -> Vec<Folder> {
    let is_plain = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    let parts = glob.components().count();
    let plain = glob.components().take_while(is_plain).count().min(parts.saturating_sub(1));
    let here = |path: PathBuf| if path.as_os_str().is_empty() { PathBuf::from(".") } else { path };
    // A folder that is not there yet is seen when it comes to the one above.
    (0..=plain)
        .map(|depth| here(home.join(glob.components().take(depth).collect::<PathBuf>())))
        .enumerate()
        .map(|(depth, path)| Folder { path, deep: depth == plain && parts > plain + 1 })
        .filter(|folder| folder.path.is_dir() && folder.path != Path::new("/"))
        .collect()
}
