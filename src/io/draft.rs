//! What people write on the disk: postmortems as `DATA/postmortems/ID.md` once edited, exports into the current
//! folder, updates that were begun and not sent as `DATA/updates/ID.begun.json`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use super::files;
use super::runtime::Told;
use crate::app::Msg;
use crate::app::outgoing::News;
use crate::text::digest::sha256;
use crate::text::{Place, Problem};

/// Reads and writes drafts off the loop, one after the other.
#[derive(Debug)]
pub struct Drafts {
    folder: PathBuf,
    told: Sender<Told>,
    /// The last piece of work; the next one waits for it, so that saves land in their order.
    last: Option<JoinHandle<()>>,
}

impl Drafts {
    pub fn new(folder: PathBuf, told: Sender<Told>) -> Self {
        Self { folder, told, last: None }
    }

    pub fn load(&mut self, incident: String) {
        let path = edited_path(&self.folder, &incident);
        self.work(move || match files::read_if_there(&path) {
            Ok(text) => Msg::PostmortemLoaded { incident, text },
            Err(problem) => Msg::Problems(vec![problem]),
        });
    }

    pub fn save(&mut self, incident: String, text: String) {
        let folder = self.folder.clone();
        self.work(move || {
            let path = edited_path(&folder, &incident);
            let written =
                files::make_private_dir(&folder).and_then(|()| files::write_atomic(&path, text.as_bytes()));
            match written {
                Ok(()) => Msg::PostmortemSaved { incident, sha256: sha256(&text), bytes: text.len() as u64 },
                Err(error) => {
                    let why = format!("{}: {error}", path.display());
                    Msg::PostmortemUnsaved { incident, text, why }
                }
            }
        });
    }

    pub fn export(&mut self, incident: String, text: String) {
        self.work(move || {
            let path = PathBuf::from(format!("{incident}.md"));
            match files::write_atomic(&path, text.as_bytes()) {
                Ok(()) => {
                    let shown = std::path::absolute(&path).unwrap_or(path).display().to_string();
                    Msg::PostmortemExported { incident, path: shown, sha256: sha256(&text) }
                }
                Err(error) => Msg::PostmortemFailed { why: format!("{}: {error}", path.display()) },
            }
        });
    }

    /// What is left of updates that were not sent; nothing where there are none, or where their file is none of ours.
    pub fn load_letters(&mut self, incident: String) {
        let path = self.letters(&incident);
        self.work(move || match files::read_if_there(&path) {
            Ok(text) => {
                let letters = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
                Msg::LettersLoaded { incident, letters }
            }
            Err(problem) => Msg::Problems(vec![problem]),
        });
    }

    /// All of an incident; without any the file is gone.
    pub fn keep_letters(&mut self, incident: &str, letters: BTreeMap<String, String>) {
        let path = self.letters(incident);
        self.work(move || {
            let why = match write_letters(&path, &letters) {
                Ok(()) => return Msg::Problems(Vec::new()),
                Err(error) => files::plainly(&error),
            };
            let what = format!("the update that you write is not kept: {why}");
            let place = Place::file(path.display().to_string());
            Msg::Problems(vec![
                Problem::warning(place, "unkept-update", what).way_out("send it, or copy it out"),
            ])
        });
    }

    fn letters(&self, incident: &str) -> PathBuf {
        self.folder.with_file_name("updates").join(format!("{incident}.begun.json"))
    }

    /// A status update as a file of its own; the one before it is replaced: the record has both.
    pub fn write_update(&mut self, path: PathBuf, text: String) {
        self.work(move || {
            let made = path.parent().map_or(Ok(()), files::make_private_dir);
            let written = made.and_then(|()| files::write_atomic(&path, format!("{text}\n").as_bytes()));
            let shown = path.display();
            let outcome = written.map(|()| shown.to_string());
            Msg::Outgoing(News::Written(
                outcome.map_err(|error| format!("{shown}: {}", files::plainly(&error))),
            ))
        });
    }

    /// Waits until the last write is done.
    pub async fn close(&mut self) {
        if let Some(last) = self.last.take() {
            let _ = last.await;
        }
    }

    fn work(&mut self, work: impl FnOnce() -> Msg + Send + 'static) {
        let before = self.last.take();
        let told = self.told.clone();
        self.last = Some(tokio::spawn(async move {
            if let Some(before) = before {
                let _ = before.await;
            }
            let msg = match tokio::task::spawn_blocking(work).await {
                Ok(msg) => msg,
                Err(died) => Msg::TaskDied { task: "postmortem".to_owned(), why: died.to_string() },
            };
            // Nobody listens any more: the console has ended.
            let _ = told.send(msg.into()).await;
        }));
    }
}

fn write_letters(path: &Path, letters: &BTreeMap<String, String>) -> std::io::Result<()> {
    if letters.is_empty() {
        return match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
    }
    path.parent().map_or(Ok(()), files::make_private_dir)?;
    files::write_atomic(path, serde_json::to_string(letters)?.as_bytes())
}

/// Where the edited text of an incident's postmortem lies.
pub fn edited_path(folder: &Path, incident: &str) -> PathBuf {
    folder.join(format!("{incident}.md"))
}
