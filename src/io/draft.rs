//! Postmortems on the disk: `DATA/postmortems/ID.md` once edited, exports into the current folder.

use std::path::{Path, PathBuf};

use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use super::files;
use super::runtime::Told;
use crate::app::Msg;
use crate::app::outgoing::News;
use crate::text::digest::sha256;

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

/// Where the edited text of an incident's postmortem lies.
pub fn edited_path(folder: &Path, incident: &str) -> PathBuf {
    folder.join(format!("{incident}.md"))
}
