//! Exports of other programs, as texts with names: one file, a folder of them, or a zip archive. Nothing is
//! unpacked to the disk, so no name in an archive can lead anywhere.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use zip::ZipArchive;

use super::files::plainly;
use crate::incident::import::Source;
use crate::text::Problem;
use crate::text::{Place, safe};

/// Most texts of one export, and most bytes of one and of all: more is no channel of an incident.
const FILES: usize = 20_000;
const LARGEST: u64 = 32 * 1024 * 1024;
const ALL: u64 = 256 * 1024 * 1024;
/// Folders in folders that are looked into.
const DEPTH: usize = 4;

/// Reads what lies at a path.
///
/// # Errors
/// What cannot be read, is no archive, or is larger than an export is.
pub fn sources(path: &Path) -> Result<Vec<Source>, Problem> {
    let mut shelf = Shelf::default();
    let gathered = if path.is_dir() {
        shelf.folder(path, "", 0)
    } else if is_zip(path) {
        shelf.unzip(path)
    } else {
        let file = File::open(path);
        file.and_then(|mut file| shelf.put(&path.display().to_string(), &mut file, ALL))
    };
    gathered.map(|()| shelf.sources).map_err(|why| unread(path, &why))
}

/// By its first bytes, whatever it is called.
fn is_zip(path: &Path) -> bool {
    let mut head = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == *b"PK\x03\x04"
}

/// Texts gathered so far, and what they weigh.
#[derive(Default)]
struct Shelf {
    sources: Vec<Source>,
    bytes: u64,
}

impl Shelf {
    /// Reads no more than is allowed, whatever an archive says of its sizes.
    fn put(&mut self, name: &str, file: &mut impl Read, most: u64) -> io::Result<()> {
        let room = most.min(ALL - self.bytes);
        let mut bytes = Vec::new();
        file.take(room + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > room || self.sources.len() == FILES {
            return Err(io::Error::other(format!(
                "{name}: more than an export holds (is it the right one?)"
            )));
        }
        self.bytes += bytes.len() as u64;
        self.sources.push(Source { name: name.to_owned(), text: safe::decode(&bytes).into_owned() });
        Ok(())
    }

    /// Files of a folder, in the order of their names; links are not followed.
    fn folder(&mut self, path: &Path, name: &str, depth: usize) -> io::Result<()> {
        let mut entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let own = entry.file_name().to_string_lossy().into_owned();
            let name = if name.is_empty() { own } else { format!("{name}/{own}") };
            let kind = entry.file_type()?;
            if kind.is_dir() && depth < DEPTH {
                self.folder(&entry.path(), &name, depth + 1)?;
            } else if kind.is_file() && is_json(&name) {
                self.put(&name, &mut File::open(entry.path())?, LARGEST)?;
            }
        }
        Ok(())
    }

    fn unzip(&mut self, path: &Path) -> io::Result<()> {
        let mut archive = ZipArchive::new(File::open(path)?)?;
        if archive.len() > FILES {
            return Err(io::Error::other(format!("{} files, more than an export holds", archive.len())));
        }
        for index in 0..archive.len() {
            let mut file = archive.by_index(index)?;
            // A name that is no text is no file of an export.
            let Ok(name) = file.name().map(Cow::into_owned) else { continue };
            if file.is_file() && is_json(&name) {
                self.put(&name, &mut file, LARGEST)?;
            }
        }
        self.sources.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(())
    }
}

fn is_json(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

fn unread(path: &Path, why: &io::Error) -> Problem {
    Problem::error(Place::file(path.display().to_string()), "unreadable", plainly(why))
        .way_out("name a file, a folder or a zip archive of an export")
}
