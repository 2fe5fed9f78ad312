//! A journal that cannot be written: nothing is shown as saved that is not, and nothing is lost quietly.

use rusqlite::Connection;
use rustix::process::Signal;

use super::home::Home;
use super::terminal::{ENTER, ESC, Terminal};

fn opened(home: &Home) -> Terminal {
    home.ok(&["declare", "Cards fail", "--sev", "1"]);
    let console = home.console(&[]);
    console.wait_for_text("Cards fail");
    console.keys_until("n", "note>");
    console
}

/// Somebody else writes for a long time.
fn locked(home: &Home) -> Connection {
    let connection = Connection::open(home.data().join("journal.db")).expect("the journal");
    connection.execute_batch("BEGIN IMMEDIATE").expect("the lock");
    connection
}

fn say(console: &Terminal, words: &str) {
    console.keys(words);
    console.keys(ENTER);
}

fn is_saved(row: &str) -> bool {
    !row.is_empty() && !["note>", "saving", "UNSAVED"].iter().any(|sign| row.contains(sign))
}

#[test]
fn a_line_that_cannot_be_saved_says_so_and_is_saved_by_itself_once_it_can() {
    let home = Home::new();
    let console = opened(&home);
    let lock = locked(&home);
    say(&console, "the first line");
    console.wait_for("the reason", |seen| {
        let row = seen.row("UNSAVED  the first line");
        row.contains("another process") || row.contains("locked") || row.contains("busy")
    });
    say(&console, "the second line");
    console.wait_for_text("2 UNSAVED");
    say(&console, "the third line");
    console.wait_for_text("3 UNSAVED");
    lock.execute_batch("ROLLBACK").expect("the end of the lock");
    for words in ["the first line", "the second line", "the third line"] {
        console.wait_for(words, |seen| is_saved(&seen.row(words)));
    }
    let said: Vec<String> = notes(&home);
    assert_eq!(said, ["the first line", "the second line", "the third line"]);
    assert!(home.ok(&["journal", "verify"]).contains("ok"));
}

#[test]
fn leaving_with_unsaved_lines_asks_and_then_prints_what_was_not_saved() {
    let home = Home::new();
    let mut console = opened(&home);
    let lock = locked(&home);
    say(&console, "precious words");
    console.wait_for_text("1 UNSAVED");
    console.keys(ESC);
    console.wait_until_gone("note>");
    console.keys_until("q", "Leave the console?");
    console.wait_for_text("UNSAVED and would be lost");
    console.keys("y");
    assert_eq!(console.exit_code(), 3);
    console.assert_restored();
    assert!(console.afterwords().contains("not saved: precious words"), "{}", console.afterwords());
    drop(lock);
    assert_eq!(notes(&home), [""; 0]);
}

#[test]
fn a_console_that_is_killed_loses_nothing_it_showed_as_saved() {
    let home = Home::new();
    let mut console = opened(&home);
    let lines: Vec<String> = (1..=8).map(|number| format!("line number {number} of eight")).collect();
    for line in &lines {
        say(&console, line);
        console.wait_for(line, |seen| is_saved(&seen.row(line)));
    }
    console.signal(Signal::KILL);
    assert_eq!(console.exit_code(), 137);
    assert_eq!(notes(&home), lines);
    assert!(home.ok(&["journal", "verify"]).contains("ok"));
    let again = home.console(&[]);
    again.wait_for_text("line number 8 of eight");
}

/// What people noted, as the journal has it.
fn notes(home: &Home) -> Vec<String> {
    let entries = home.timeline();
    let noted = entries.iter().filter(|entry| entry["kind"] == "observation");
    noted.filter_map(|entry| entry["text"].as_str().map(str::to_owned)).collect()
}
