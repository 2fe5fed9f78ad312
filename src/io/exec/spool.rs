//! The file that keeps a run's whole masked output. A disk that fails or hangs costs the file, never
//! the run.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

/// Most bytes of one file: an incident is a bad time to fill the disk.
pub(super) const CAP: u64 = 256 * 1024 * 1024;
/// Pieces that may wait for the disk.
const QUEUE: usize = 64;
/// How long the last pieces may take to reach the disk.
const CLOSING: Duration = Duration::from_millis(200);

/// The writing end. The file itself is written by a thread of its own.
#[derive(Debug)]
pub(super) struct Spool {
    /// Relative to the data folder.
    name: String,
    pieces: Option<mpsc::Sender<String>>,
    ended: oneshot::Receiver<std::io::Result<()>>,
    written: u64,
    note: Option<String>,
    until: watch::Receiver<Option<Instant>>,
}

impl Spool {
    /// Opens `spool/ID.log` anew below the data folder, 0600; the error says why not, in words. Once
    /// `until` names an instant, no piece waits for the disk longer than until then.
    pub fn open(data: &Path, id: &str, until: watch::Receiver<Option<Instant>>) -> Result<Self, String> {
        let name = format!("spool/{}.log", file_name(id));
        let file = create(data, &name).map_err(|why| format!("output not kept: {name}: {why}"))?;
        let (pieces, queue) = mpsc::channel(QUEUE);
        let (tell, ended) = oneshot::channel();
        tokio::task::spawn_blocking(move || {
            let _ = tell.send(write(file, queue));
        });
        Ok(Self { name, pieces: Some(pieces), ended, written: 0, note: None, until })
    }

    /// Hands a piece to the disk; waits while the disk is behind.
    pub async fn push(&mut self, text: &str) {
        self.written += text.len() as u64;
        if self.written > CAP && self.pieces.is_some() {
            self.give_up(format!("kept output cut at {} MiB", CAP / 1024 / 1024));
        }
        let Some(pieces) = &self.pieces else { return };
        let sent = tokio::select! {
            sent = pieces.send(text.to_owned()) => sent.is_ok(),
            () = time_up(&mut self.until) => false,
        };
        if !sent {
            self.give_up("output not kept whole: the disk does not take it".to_owned());
        }
    }

    fn give_up(&mut self, why: String) {
        self.pieces = None;
        self.note = Some(why);
    }

    /// Closes the file: its name, and what went wrong with it.
    pub async fn finish(mut self) -> (String, Option<String>) {
        self.pieces = None;
        let wrong = match tokio::time::timeout(CLOSING, self.ended).await {
            Ok(Ok(Ok(()))) => None,
            Ok(Ok(Err(why))) => Some(format!("output not kept whole: {why}")),
            Ok(Err(_)) | Err(_) => Some("output still on its way to the disk".to_owned()),
        };
        (self.name, self.note.or(wrong))
    }
}

/// Waits for the instant to be named, and then for the instant.
async fn time_up(until: &mut watch::Receiver<Option<Instant>>) {
    if let Ok(named) = until.wait_for(Option::is_some).await.map(|named| *named)
        && let Some(instant) = named
    {
        sleep_until(instant).await;
    }
}

fn create(data: &Path, name: &str) -> std::io::Result<File> {
    DirBuilder::new().recursive(true).mode(0o700).create(data.join("spool"))?;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(data.join(name))
}

fn write(mut file: File, mut queue: mpsc::Receiver<String>) -> std::io::Result<()> {
    while let Some(piece) = queue.blocking_recv() {
        file.write_all(piece.as_bytes())?;
    }
    file.flush()
}

/// A run's id as a file name: nothing that could leave the folder.
fn file_name(id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "_-.".contains(c) { c } else { '-' };
    let name: String = id.chars().map(safe).take(120).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { "run".to_owned() } else { name.to_owned() }
}
