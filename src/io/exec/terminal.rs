//! A command that has the whole terminal: a pseudo terminal of its own between it and the person.
//!
//! What it writes goes to the screen as it is, for it is the person's own session, and through the
//! same filters as any output before it is kept. What is typed goes to the command and is not kept.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Arc, Mutex, PoisonError};

use pty_process::{OwnedReadPty, OwnedWritePty, Pty, Size};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::termios::{QueueSelector, tcflush, ttyname};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Bytes under way between the pseudo terminal and the filters.
const ROOM: usize = 64 * 1024;
const CHUNK: usize = 8 * 1024;
/// Bursts of keys that may wait for the command.
const KEYS: usize = 64;
/// Between two looks at whether the lending is over.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 50_000_000 };

/// A terminal lent to a command. Dropping it ends the lending.
pub(super) struct Lent {
    turn: Arc<Turn>,
    typing: JoinHandle<()>,
    showing: JoinHandle<()>,
}

/// Whose the keyboard is. A key is taken under the lock or not at all: once the lending is over none is, however
/// late the thread that listens comes to run, for what is typed then is the console's.
#[derive(Default)]
struct Turn(Mutex<bool>);

impl Turn {
    fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
    }

    fn is_over(&self) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is typed, where there is something; `None` once the turn is over. Never waits.
    fn take(&self, keyboard: &mut File, buffer: &mut [u8]) -> Option<std::io::Result<usize>> {
        let over = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (!*over).then(|| keyboard.read(buffer))
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.turn.end();
        self.typing.abort();
        self.showing.abort();
        // What was typed for the command, or what a terminal answered to its questions, is not for us.
        let _ = tcflush(std::io::stdin(), QueueSelector::IFlush);
    }
}

impl Lent {
    /// Connects a pseudo terminal with the one we sit at; the command's output comes back.
    pub fn to(pty: Pty) -> std::io::Result<(Self, DuplexStream)> {
        let keyboard = keyboard()?;
        let (screen, copy) = duplex(ROOM);
        let _ = pty.resize(size());
        let (reader, writer) = pty.into_split();
        let turn = Arc::new(Turn::default());
        let (typed, keys) = mpsc::channel(KEYS);
        let ours = Arc::clone(&turn);
        tokio::task::spawn_blocking(move || listen(keyboard, &typed, &ours));
        let typing = tokio::spawn(type_on(keys, writer));
        let showing = tokio::spawn(show(reader, copy));
        Ok((Self { turn, typing, showing }, screen))
    }
}

/// Reads what is typed, until it is over or nobody takes it.
fn listen(mut keyboard: File, typed: &mpsc::Sender<Vec<u8>>, turn: &Turn) {
    let mut buffer = [0; CHUNK];
    while !turn.is_over() && !typed.is_closed() {
        let mut ready = [PollFd::new(&keyboard, PollFlags::IN)];
        if !poll(&mut ready, Some(&LOOK)).is_ok_and(|count| count > 0) {
            continue;
        }
        let Some(taken) = turn.take(&mut keyboard, &mut buffer) else { return };
        match taken {
            Ok(0) => return,
            Ok(count) if typed.blocking_send(buffer[..count].to_vec()).is_err() => return,
            Err(why) if !matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => return,
            Ok(_) | Err(_) => {}
        }
    }
}

/// The terminal opened once more, so that not waiting for it is our own affair.
fn keyboard() -> std::io::Result<File> {
    let name = ttyname(std::io::stdin(), Vec::new())?;
    let path = name.to_string_lossy().into_owned();
    let flags = i32::try_from((OFlags::NONBLOCK | OFlags::NOCTTY).bits()).unwrap_or(0);
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

fn size() -> Size {
    let (columns, rows) = crossterm::terminal::size().unwrap_or((80, 24));
    Size::new(rows, columns)
}

/// Keys to the command, and how large the terminal is.
async fn type_on(mut keys: mpsc::Receiver<Vec<u8>>, mut pty: OwnedWritePty) {
    let Ok(mut resized) = signal(SignalKind::window_change()) else { return };
    loop {
        tokio::select! {
            _ = resized.recv() => {
                let _ = pty.resize(size());
            }
            typed = keys.recv() => {
                let Some(typed) = typed else { return };
                if pty.write_all(&typed).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// What the command writes: to the screen, and to the filters.
async fn show(mut pty: OwnedReadPty, mut kept: DuplexStream) {
    let mut buffer = vec![0; CHUNK];
    // A pseudo terminal whose last user is gone fails to be read: that is its end.
    while let Ok(count) = pty.read(&mut buffer).await {
        if count == 0 {
            return;
        }
        let piece = buffer[..count].to_vec();
        let written = tokio::task::spawn_blocking(move || {
            let mut out = std::io::stdout();
            out.write_all(&piece).and_then(|()| out.flush())
        });
        let shown = written.await.is_ok_and(|written| written.is_ok());
        if kept.write_all(&buffer[..count]).await.is_err() || !shown {
            return;
        }
    }
}
