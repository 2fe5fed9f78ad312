//! docs/team.md: its commands are commands, and what it promises of lines over a connection holds. There is no
//! SSH server here: what `ssh HOST COMMAND` does is done by `sh -c COMMAND` at the other end of a pipe.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::cli::home::{Home, ID};

/// The page's `warroom` commands, without what carries them there.
fn commands() -> Vec<String> {
    let page = include_str!("../../docs/team.md");
    let blocks = page.split("```").skip(1).step_by(2);
    let found =
        blocks.flat_map(str::lines).filter_map(|line| line.find("warroom").map(|at| line[at..].to_owned()));
    found.collect()
}

#[test]
fn every_command_of_the_page_is_one() {
    let home = Home::new();
    let commands = commands();
    assert!(commands.len() > 12, "{commands:?}");
    for command in commands {
        // `note` would take the flag for a word of its text: there it goes before.
        let line = command.replacen(" note ", " note --help ", 1);
        let line = if line == command { format!("{command} --help") } else { line };
        let output = sh(&home, &line).stdin(Stdio::null()).output().expect("a shell");
        assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A line for a shell that finds `warroom` as the page names it, in a home.
fn sh(home: &Home, line: &str) -> std::process::Command {
    let program = home.warroom(&[]);
    let mut shell = std::process::Command::new("sh");
    let folder = std::path::Path::new(program.get_program()).parent().expect("a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    shell.args(["-c", line]).current_dir(home.path()).env_clear().env("PATH", path).env("HOME", home.path());
    shell.env("USER", "ops").stdout(Stdio::piped()).stderr(Stdio::piped());
    shell
}

#[test]
fn what_was_printed_is_in_the_journal_when_the_connection_breaks() {
    let home = Home::with_incident();
    let mut there = sh(&home, "exec warroom --as bob note -").stdin(Stdio::piped()).spawn().expect("a shell");
    let mut typed = there.stdin.take().expect("its input");
    let mut printed = BufReader::new(there.stdout.take().expect("its output"));
    for words in ["! roll back to v41", "> restarted the worker", "TODO maya in 10m check dns"] {
        writeln!(typed, "{words}").expect("a connection");
        let mut line = String::new();
        printed.read_line(&mut line).expect("an acknowledgement");
        assert!(line.contains(ID), "{line}");
    }
    // Half a line is under way when it breaks.
    typed.write_all(b"and then").expect("a connection");
    there.kill().expect("it runs");
    there.wait().expect("its end");
    let lines = home.out(&["timeline"]);
    for (who, words) in [("bob", "roll back to v41"), ("bob", "restarted the worker"), ("bob", "check dns")] {
        assert!(lines.lines().any(|line| line.contains(who) && line.contains(words)), "{words}\n{lines}");
    }
    assert!(!lines.contains("and then"), "{lines}");
    assert!(home.out(&["journal", "verify"]).starts_with("ok"));
}

#[test]
fn everybody_has_a_name_of_their_own_and_a_role_moves_when_both_say_so() {
    let home = Home::with_incident();
    home.out(&["--as", "ana", "role", "offer", "ic", "bob"]);
    assert!(home.out(&["brief"]).contains("ana"));
    home.out(&["--as", "bob", "role", "accept", "ic"]);
    let roles = home.out(&["roles"]);
    assert!(roles.lines().any(|line| line.contains("bob")), "{roles}");
    // Of two who resolve it, one does.
    assert_eq!(home.run(&["--as", "bob", "resolve"]).code, Some(0));
    let second = home.run(&["--as", "ana", "resolve"]);
    assert_eq!(second.code, Some(1), "{second:?}");
    assert!(second.err.contains("resolved"), "{second:?}");
}

#[test]
fn title_services_and_impact_are_set_later_and_times_may_name_their_zone() {
    let home = Home::with_incident();
    for line in commands()
        .iter()
        .filter(|line| line.contains(" set ") || line.contains("--at ") || line.contains("impact"))
    {
        let output = sh(&home, line).stdin(Stdio::null()).output().expect("a shell");
        assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
    }
    let brief = home.out(&["brief"]);
    for words in ["cards are declined", "cart", "one of ten payments fails"] {
        assert!(brief.contains(words), "{words}\n{brief}");
    }
    let entries = home.out(&["timeline", "--jsonl"]);
    let called = entries.lines().find(|line| line.contains("first calls")).expect("the note");
    assert!(called.contains("T13:02:00"), "{called}");
}

#[test]
fn tasks_are_listed_with_the_open_ones_first_and_one_keeps_its_incident_open() {
    let home = Home::with_incident();
    home.out(&["task", "add", "check dns", "--owner", "bob", "--in", "10m"]);
    home.out(&["task", "add", "read the logs", "--owner", "eve"]);
    home.out(&["task", "done", "1"]);
    let list = home.out(&["task", "list", ID]);
    let rows: Vec<Vec<&str>> = list.lines().skip(1).map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0][..3], ["2", "open", "eve"], "{list}");
    assert_eq!(rows[1][..3], ["1", "done", "bob"], "{list}");
    assert_eq!(home.json(&["task", "list", "--json"])[1]["text"], "read the logs");
    assert_eq!(home.run(&["resolve"]).code, Some(0));
    let why = home.run(&["close"]).err;
    assert!(why.contains("task 2 is open (end each: warroom task done N, promote N or decline N)"), "{why}");
}

#[test]
fn an_incident_is_declared_private_and_what_it_is_merged_into_is_private_too() {
    let home = Home::with_incident();
    let private = home.out(&["declare", "token leaked", "--sev", "2", "--private"]);
    let private = private.trim();
    assert_eq!(home.json(&["show", private, "--json"])["private"], true);
    assert_eq!(home.json(&["show", ID, "--json"])["private"], false);
    home.out(&["merge", private, ID]);
    assert_eq!(home.json(&["show", ID, "--json"])["private"], true);
}
