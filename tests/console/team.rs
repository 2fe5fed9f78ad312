//! One screen for several (docs/team.md): a tmux session that a second terminal looks into.

use super::home::Home;
use super::terminal::{ENTER, ESC};
use crate::daemon::daemon;

#[test]
fn a_shared_tmux_session_shows_one_console_and_a_reader_of_it_types_nothing() {
    let Some(tmux) = daemon("tmux") else { return };
    let home = Home::new();
    home.ok(&["declare", "Cards fail", "--sev", "1"]);
    let socket = home.path("tmp/war").display().to_string();
    let data = home.data().display().to_string();
    let console = env!("CARGO_BIN_EXE_warroom");
    let common = ["-S", socket.as_str(), "-f", "/dev/null"];
    let start = ["new-session", "-A", "-s", "war", console, "--data", &data, "--as", "maya"];
    let first = home.start(&tmux, &[&common[..], &start].concat());
    first.wait_for_text("Cards fail");
    let mut second = home.start(&tmux, &[&common[..], &["attach-session", "-r", "-t", "war"]].concat());
    second.wait_for_text("Cards fail");
    second.keys("n");
    first.keys_until("n", "note>");
    first.keys("typed at the first");
    first.keys(ENTER);
    second.wait_for_text("typed at the first");
    first.keys(ESC);
    first.wait_until_gone("note>");
    let entries = home.timeline();
    let line = entries.iter().find(|entry| entry["text"] == "typed at the first").expect("the line");
    assert_eq!(line["actor"], "maya");
    assert_eq!(entries.iter().filter(|entry| entry["kind"] == line["kind"]).count(), 1);
    // The session outlives whoever looks on, and ends with the console.
    first.keys_until("q", "leave");
    first.keys("y");
    second.exit_status();
}
