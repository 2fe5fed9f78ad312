//! How soon the console is there: from exec to the first full frame on a pseudo terminal, beside what
//! the machine itself costs in the same run; and what an idle console writes.
//!
//! Runs are interleaved, so that a busy moment of the machine falls on every program alike.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench that cannot measure may stop")]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Command, open};
use vt100::Parser;

const ROWS: NonZeroU16 = NonZeroU16::new(40).expect("not zero");
const COLUMNS: NonZeroU16 = NonZeroU16::new(120).expect("not zero");
const RUNS: usize = 20;
/// Longest wait for anything that has to happen.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the idle console is listened to.
const IDLE: Duration = Duration::from_secs(2);
/// What is on the screen when the first frame is whole: every pane and the end of the footer.
const FRAME: &[&str] = &["Burn", "Timeline", "Runbook", "Postmortem", "quit"];

/// A program to time, and what it shows when it is there.
struct Program<'a> {
    name: &'a str,
    command: Vec<&'a str>,
    shows: &'a [&'a str],
    times: Vec<Duration>,
}

fn main() {
    // Only `cargo bench` asks for measures; a test run of all targets does not.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let warroom = env!("CARGO_BIN_EXE_warroom");
    let frame = prepared_frame(warroom, folder.path());
    let mut programs = [
        program("cat of the same frame", &["/bin/cat", &frame], FRAME),
        program("warroom --version", &[warroom, "--version"], &["warroom"]),
        program("warroom", &[warroom], FRAME),
        program("warroom demo", &[warroom, "demo"], FRAME),
    ];
    for _ in 0..RUNS {
        for program in &mut programs {
            let (terminal, time) = Terminal::until_shown(&program.command, program.shows, folder.path());
            program.times.push(time);
            terminal.leave();
        }
    }
    print_times(&mut programs);
    print_idle(warroom, folder.path());
}

fn program<'a>(name: &'a str, command: &[&'a str], shows: &'a [&'a str]) -> Program<'a> {
    Program { name, command: command.to_vec(), shows, times: Vec::with_capacity(RUNS) }
}

/// A file with the bytes of a whole frame, for a program that does nothing but write them.
fn prepared_frame(warroom: &str, folder: &Path) -> String {
    let (terminal, _) = Terminal::until_shown(&[warroom], FRAME, folder);
    let path = folder.join("frame");
    fs::write(&path, terminal.shown.screen().contents_formatted()).expect("the temporary folder is writable");
    terminal.leave();
    path.to_string_lossy().into_owned()
}

fn print_times(programs: &mut [Program<'_>]) {
    println!("first full frame at {COLUMNS}x{ROWS}, {RUNS} interleaved runs, from spawn");
    println!("{:<24}{:>12}{:>10}{:>12}", "program", "median ms", "p95 ms", "x the floor");
    let mut floor = None;
    for Program { name, times, .. } in programs {
        times.sort();
        let (median, p95) = (millis(times, 50), millis(times, 95));
        let ratio = median / *floor.get_or_insert(median);
        println!("{name:<24}{median:>12.1}{p95:>10.1}{ratio:>12.1}");
    }
}

/// The time that `percent` of the sorted times do not exceed, in milliseconds.
fn millis(sorted: &[Duration], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted[rank - 1].as_secs_f64() * 1000.0
}

fn print_idle(warroom: &str, folder: &Path) {
    let (terminal, _) = Terminal::until_shown(&[warroom], FRAME, folder);
    let (bytes, writes) = terminal.heard_for(IDLE);
    terminal.leave();
    let seconds = IDLE.as_secs_f64();
    println!(
        "idle console (no SLO; its clock moves each second): {:.0} bytes/s in {:.1} writes/s",
        bytes as f64 / seconds,
        writes as f64 / seconds
    );
}

/// A program on a pseudo terminal.
struct Terminal {
    keys: File,
    output: Receiver<(Instant, Vec<u8>)>,
    shown: Parser,
    child: Child,
}

impl Terminal {
    /// Starts a program and waits until all the words are on its screen; the time that took.
    fn until_shown(command: &[&str], words: &[&str], folder: &Path) -> (Self, Duration) {
        let began = now();
        let mut terminal = Self::start(command, folder);
        let deadline = began + PATIENCE;
        loop {
            let Some((at, bytes)) = terminal.next(deadline) else {
                panic!("{command:?} does not show {words:?} but:\n{}", terminal.shown.screen().contents());
            };
            terminal.shown.process(&bytes);
            let contents = terminal.shown.screen().contents();
            if words.iter().all(|word| contents.contains(word)) {
                return (terminal, at - began);
            }
        }
    }

    fn start(command: &[&str], folder: &Path) -> Self {
        let (pty, pts) = open().expect("a pseudo terminal");
        pty.resize(Size::new(ROWS.get(), COLUMNS.get())).expect("a pseudo terminal has a size");
        let child = alone(command, folder).spawn(pts).expect("the program starts");
        let keys = File::from(OwnedFd::from(pty));
        let screen = keys.try_clone().expect("a second handle");
        let (tell, output) = channel();
        thread::spawn(move || listen(screen, &tell));
        Self { keys, output, shown: Parser::new(ROWS, COLUMNS, 0), child }
    }

    /// What comes next, and when it came; `None` when nothing does until the deadline or the program is gone.
    fn next(&self, deadline: Instant) -> Option<(Instant, Vec<u8>)> {
        self.output.recv_timeout(deadline.saturating_duration_since(now())).ok()
    }

    /// Bytes and writes that come within a span.
    fn heard_for(&self, span: Duration) -> (usize, usize) {
        let deadline = now() + span;
        std::iter::from_fn(|| self.next(deadline))
            .fold((0, 0), |(bytes, writes), (_, chunk)| (bytes + chunk.len(), writes + 1))
    }

    /// Quits the program and waits for its end.
    fn leave(mut self) {
        // What has ended already hears no key.
        let _ = self.keys.write_all(b"q");
        let deadline = now() + PATIENCE;
        while self.next(deadline).is_some() {}
        let _ = self.child.kill();
        self.child.wait().expect("the program was started here");
    }
}

/// The command with nothing of the caller's configuration or data.
fn alone(command: &[&str], folder: &Path) -> Command {
    Command::new(command[0])
        .args(&command[1..])
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TERM", "xterm-256color")
        .env("LANG", "C.UTF-8")
        .env("USER", "ana")
        .env("HOME", folder)
        .env("TMPDIR", folder)
}

/// Passes on what a terminal shows, with the time it came, until the program is gone.
fn listen(mut screen: File, tell: &Sender<(Instant, Vec<u8>)>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = screen.read(&mut buffer) {
        if tell.send((now(), buffer[..length].to_vec())).is_err() {
            return;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a bench measures wall time")]
fn now() -> Instant {
    Instant::now()
}
