//! A program on a pseudo terminal: what it wrote, what the screen shows, what it is told.
//!
//! The terminal answers no query, as many do not. Waiting is for conditions; a wait that takes too long
//! panics with the screen. A child that still runs is killed when its terminal is dropped.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::{Command, Pty};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{self, Termios};

/// Longest wait for anything that has to happen.
const PATIENCE: Duration = Duration::from_mins(2);

pub const ENTER: &str = "\r";
pub const ESC: &str = "\x1b";
pub const CTRL_C: &str = "\x03";

pub struct Terminal {
    pty: Arc<Pty>,
    child: Child,
    shared: Arc<Shared>,
    reader: Option<JoinHandle<()>>,
    modes: Termios,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Seen>,
    news: Condvar,
}

/// What came out so far.
#[derive(Default)]
pub struct Seen {
    parser: Option<vt100::Parser>,
    /// Every byte the program wrote.
    pub raw: Vec<u8>,
    /// The program and all that held its terminal are gone.
    pub ended: bool,
}

impl Seen {
    /// The screen as text, rows ended by line breaks.
    pub fn text(&self) -> String {
        let screen = self.parser.as_ref().expect("a screen").screen();
        let (_, columns) = screen.size();
        screen.rows(0, columns.get()).collect::<Vec<_>>().join("\n")
    }

    pub fn shows(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// The screen row that holds some words; empty where none does.
    pub fn row(&self, words: &str) -> String {
        self.text().lines().find(|row| row.contains(words)).unwrap_or_default().to_owned()
    }

    pub fn screen(&self) -> &vt100::Screen {
        self.parser.as_ref().expect("a screen").screen()
    }

    /// Whether the raw bytes hold a sequence, from some position on.
    pub fn wrote(&self, bytes: &[u8], from: usize) -> bool {
        self.raw.get(from..).unwrap_or_default().windows(bytes.len()).any(|window| window == bytes)
    }
}

impl Seen {
    /// How often some words were written so far.
    pub fn count(&self, words: &str) -> usize {
        String::from_utf8_lossy(&self.raw).matches(words).count()
    }
}

impl Terminal {
    /// Starts a program on a new terminal.
    pub fn start(command: Command, columns: u16, rows: u16) -> Self {
        let (pty, pts) = pty_process::blocking::open().expect("a pseudo terminal");
        pty.resize(Size::new(rows, columns)).expect("a size");
        let modes = termios::tcgetattr(&pty).expect("its modes");
        let child = command.spawn(pts).expect("the program starts");
        let pty = Arc::new(pty);
        let shared = Arc::new(Shared::default());
        shared.seen.lock().expect("no panic").parser =
            Some(vt100::Parser::new(cells(rows), cells(columns), 0));
        let reader = std::thread::spawn({
            let (pty, shared) = (Arc::clone(&pty), Arc::clone(&shared));
            move || read(&pty, &shared)
        });
        Self { pty, child, shared, reader: Some(reader), modes }
    }

    /// What came out so far, held still.
    pub fn count(&self, words: &str) -> usize {
        self.seen().count(words)
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen.lock().expect("no panic")
    }

    pub fn text(&self) -> String {
        self.seen().text()
    }

    /// Bytes written so far: a place to look on from.
    pub fn mark(&self) -> usize {
        self.seen().raw.len()
    }

    /// Waits until a condition holds; `what` names it.
    #[track_caller]
    pub fn wait_for(&self, what: &str, wanted: impl Fn(&Seen) -> bool) {
        let waiting = |seen: &mut Seen| !wanted(seen) && !seen.ended;
        let seen = self.seen();
        let (seen, _) = self.shared.news.wait_timeout_while(seen, PATIENCE, waiting).expect("no panic");
        let (met, text, ended) = (wanted(&seen), seen.text(), seen.ended);
        drop(seen);
        let state = if ended { "the program has ended" } else { "it took too long" };
        assert!(met, "waiting for {what}: {state}; the screen:\n{text}");
    }

    /// Waits until the screen shows some words.
    #[track_caller]
    pub fn wait_for_text(&self, words: &str) {
        self.wait_for(words, |seen| seen.shows(words));
    }

    /// Waits until the screen no longer shows some words.
    #[track_caller]
    pub fn wait_until_gone(&self, words: &str) {
        self.wait_for(&format!("{words} to go"), |seen| !seen.shows(words));
    }

    /// Types. An escape key must be the last of its burst, or it would begin a sequence.
    pub fn keys(&self, keys: &str) {
        (&*self.pty).write_all(keys.as_bytes()).expect("a terminal to type on");
    }

    /// Pastes, as a terminal does that was asked to say so.
    pub fn paste(&self, text: &str) {
        self.keys(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Types and waits for what it leads to.
    #[track_caller]
    pub fn keys_until(&self, keys: &str, words: &str) {
        self.keys(keys);
        self.wait_for_text(words);
    }

    /// Opens the window that finds a runbook and waits until it has read them.
    pub fn find_runbook(&self) {
        self.keys_until("b", "Find a runbook");
        self.wait_for("the runbooks", |seen| seen.shows("close   2"));
    }

    /// Confirms the command that is asked about, as soon as it may be: when it has been seen for a moment.
    pub fn confirm(&self) {
        self.wait_for_text("run it   esc");
        self.keys("y");
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        let mut seen = self.seen();
        if let Some(parser) = &mut seen.parser {
            parser.set_size(cells(rows), cells(columns));
        }
        self.pty.resize(Size::new(rows, columns)).expect("a size");
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("a running program");
    }

    /// Waits until the program has ended and everything it wrote was read.
    #[track_caller]
    pub fn exit_status(&mut self) -> ExitStatus {
        self.wait_for("the end", |seen| seen.ended);
        if let Some(reader) = self.reader.take() {
            reader.join().expect("no panic");
        }
        self.child.wait().expect("its status")
    }

    /// As [`exit_status`](Self::exit_status): the code, or 128 more than the signal that killed it.
    #[track_caller]
    pub fn exit_code(&mut self) -> i32 {
        let status = self.exit_status();
        status.code().or_else(|| Some(128 + status.signal()?)).expect("a code or a signal")
    }

    /// After the end: everything that was taken over was given back, and nothing was drawn afterwards.
    #[track_caller]
    pub fn assert_restored(&self) {
        let seen = self.seen();
        let screen = seen.screen();
        assert!(seen.wrote(b"\x1b[?1049h", 0), "the alternate screen was entered");
        assert!(!screen.alternate_screen(), "the alternate screen is left");
        assert!(!screen.hide_cursor(), "the cursor shows");
        assert!(!screen.bracketed_paste(), "bracketed paste is off");
        let now = termios::tcgetattr(&*self.pty).expect("its modes");
        assert_eq!(modes(&now), modes(&self.modes), "the terminal's modes are as they were");
    }

    /// Everything written after the alternate screen was left for the last time, as text.
    pub fn afterwords(&self) -> String {
        let seen = self.seen();
        let raw = String::from_utf8_lossy(&seen.raw).into_owned();
        raw.rsplit_once("\x1b[?1049l").map(|(_, after)| after.to_owned()).unwrap_or_default()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

/// Starts a program, closes its terminal once it wrote some words, and returns how it ended.
#[track_caller]
pub fn hung_up(command: Command, words: &str) -> ExitStatus {
    let (mut pty, pts) = pty_process::blocking::open().expect("a pseudo terminal");
    pty.resize(Size::new(24, 80)).expect("a size");
    let mut child = command.spawn(pts).expect("the program starts");
    let pid = Pid::from_child(&child);
    let mut raw = Vec::new();
    let mut chunk = [0; 4096];
    while !String::from_utf8_lossy(&raw).contains(words) {
        let count = pty.read(&mut chunk).expect("a living program");
        raw.extend_from_slice(&chunk[..count]);
    }
    drop(pty);
    let (ended, end) = std::sync::mpsc::channel();
    std::thread::spawn(move || ended.send(child.wait()));
    let status = end.recv_timeout(PATIENCE);
    if status.is_err() {
        kill_process(pid, Signal::KILL).expect("a running program");
    }
    status.expect("it ends by itself").expect("its status")
}

/// Reads until nobody holds the other end any more.
fn read(mut pty: &Pty, shared: &Shared) {
    let mut chunk = [0; 16_384];
    loop {
        let count = pty.read(&mut chunk).unwrap_or(0);
        let mut seen = shared.seen.lock().expect("no panic");
        seen.ended = count == 0;
        seen.raw.extend_from_slice(&chunk[..count]);
        if let Some(parser) = &mut seen.parser {
            parser.process(&chunk[..count]);
        }
        shared.news.notify_all();
        if seen.ended {
            return;
        }
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("at least one cell")
}

fn modes(termios: &Termios) -> (termios::InputModes, termios::OutputModes, termios::LocalModes) {
    (termios.input_modes, termios.output_modes, termios.local_modes)
}
