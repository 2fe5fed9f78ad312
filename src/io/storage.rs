//! What a data folder holds, file by file, and the removal of what somebody asked to be gone. Decides nothing
//! and removes nothing by itself.

use std::fs;
use std::io;
use std::path::Path;

use crate::text::Time;

/// What a file of the data folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Journal,
    /// What a migration left beside it.
    Copies,
    History,
    Search,
    /// Alerts that were posted.
    Alerts,
    Spool,
    Log,
    Postmortems,
    /// Updates and lines that were written out for somebody.
    Copied,
    /// Which console polls.
    Lease,
    Other,
}

impl Part {
    pub const ALL: [Self; 11] = [
        Self::Journal,
        Self::Copies,
        Self::History,
        Self::Search,
        Self::Alerts,
        Self::Spool,
        Self::Log,
        Self::Postmortems,
        Self::Copied,
        Self::Lease,
        Self::Other,
    ];

    fn of(name: &str) -> Self {
        match name.split('/').next().unwrap_or_default() {
            "journal.db" | "journal.db-wal" | "journal.db-shm" => Self::Journal,
            copy if copy.starts_with("journal.db.format-") => Self::Copies,
            history if history.starts_with("history.db") => Self::History,
            search if search.starts_with("search.db") => Self::Search,
            alerts if alerts.starts_with("alerts.db") => Self::Alerts,
            "spool" => Self::Spool,
            "log" => Self::Log,
            "postmortems" => Self::Postmortems,
            "updates" | "excerpts" => Self::Copied,
            "lease" => Self::Lease,
            _ => Self::Other,
        }
    }
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub part: Part,
    /// Below the data folder, as events name it.
    pub name: String,
    pub bytes: u64,
    pub written_at: Time,
}

/// Every file of a data folder, by name. Links are not followed. A folder that is not there holds nothing.
pub fn held(data: &Path) -> io::Result<Vec<Held>> {
    let mut files = Vec::new();
    collect(data, "", &mut files)?;
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<Held>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let found = entry.metadata()?;
        if found.is_dir() {
            collect(&entry.path(), &format!("{name}/"), files)?;
        } else if found.is_file() {
            let (part, written_at) = (Part::of(&name), found.modified()?.into());
            files.push(Held { part, name, bytes: found.len(), written_at });
        }
    }
    Ok(())
}

/// Removes one file of a data folder; one that is gone already is no error.
pub fn remove(data: &Path, held: &Held) -> io::Result<()> {
    match fs::remove_file(data.join(&held.name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}
