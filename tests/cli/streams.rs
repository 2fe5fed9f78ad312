//! Pipes and signals: readers that leave early, followers that are interrupted.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::cli::home::{Home, ID};

/// A command that stays, with its output to be read line by line.
struct Staying {
    child: Child,
    /// `None` once nobody reads any more.
    out: Option<BufReader<ChildStdout>>,
}

impl Staying {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("it starts");
        let out = BufReader::new(child.stdout.take().expect("its output"));
        Self { child, out: Some(out) }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.as_mut().expect("a reader").read_line(&mut line).expect("a line");
        line
    }

    /// Sends a signal and waits for the end; the exit code.
    fn end_with(&mut self, signal: &str) -> Option<i32> {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Staying {
    fn drop(&mut self) {
        // It may be gone already; then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn following_shows_what_others_write_and_ends_with_the_signals_code() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let home = Home::with_incident();
        let mut following = Staying::start(&mut home.warroom(&["timeline", "--follow", "--jsonl"]));
        assert!(following.line().contains("\"seq\":1") && following.line().contains("\"seq\":2"));
        home.out(&["note", "from elsewhere"]);
        let line = following.line();
        assert!(line.contains("\"text\":\"from elsewhere\"") && line.ends_with("}\n"), "{line}");
        assert_eq!(following.end_with(signal), Some(code), "{signal}");
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let home = Home::with_incident();
    let commands: [&[&str]; 7] = [
        &["timeline"],
        &["list", "--json"],
        &["journal", "export"],
        &["man"],
        &["completions", "zsh"],
        &["keys"],
        &["runbook", "show", "high-latency"],
    ];
    for words in commands {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let told = home.warroom(words).stdout(writer).output().expect("it runs");
        assert_eq!((told.status.code(), told.stderr.as_slice()), (Some(0), &b""[..]), "{words:?}");
    }
}

#[test]
fn a_follower_whose_reader_left_ends_with_the_next_line() {
    let home = Home::with_incident();
    let mut following = Staying::start(&mut home.warroom(&["timeline", "--follow"]));
    following.line();
    following.line();
    following.out = None;
    home.out(&["note", "nobody reads this"]);
    assert_eq!(following.child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn notes_are_kept_when_nobody_reads_what_is_said_of_them() {
    let home = Home::with_incident();
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut noting =
        home.warroom(&["note", "-"]).stdin(Stdio::piped()).stdout(writer).spawn().expect("it starts");
    noting.stdin.take().expect("its input").write_all(b"one\ntwo\n").expect("it reads");
    assert_eq!(noting.wait().expect("it ends").code(), Some(0));
    let timeline = home.out(&["timeline", ID]);
    assert!(timeline.contains(" one\n") && timeline.contains(" two\n"), "{timeline}");
}

#[test]
fn output_that_cannot_be_written_is_a_failure_with_a_reason() {
    let full = std::fs::File::create("/dev/full").expect("the full device");
    let told = Home::with_incident().warroom(&["list"]).stdout(full).output().expect("it runs");
    assert_eq!(told.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&told.stderr),
        "stdout: no space left on device (check where the output goes)\n"
    );
}
