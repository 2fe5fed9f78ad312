//! Several processes on one journal: each sees what the others write, and nothing is said twice.

use super::home::Home;
use super::terminal::{ENTER, Terminal};

#[test]
fn what_another_process_writes_appears_on_the_console() {
    let home = Home::new();
    let console = home.console(&[]);
    console.wait_for_text("no open incident");
    home.ok(&["declare", "Cards fail", "--sev", "1", "--service", "checkout"]);
    console.wait_for_text("SEV1");
    home.ok(&["note", "hello from another terminal"]);
    console.wait_for_text("hello from another terminal");
    home.ok(&["sev", "2", "--reason", "only some cards"]);
    console.wait_for("the new severity", |seen| seen.row("Cards fail").contains("SEV2"));
    home.ok(&["resolve"]);
    console.wait_for_text("resolved");
}

#[test]
fn two_consoles_show_each_other_what_is_typed() {
    let home = Home::new();
    home.ok(&["declare", "Cards fail", "--sev", "1"]);
    let (one, other) = (home.console(&[]), home.console(&[]));
    one.wait_for_text("Cards fail");
    other.wait_for_text("Cards fail");
    write_note(&one, "said at the first");
    other.wait_for_text("said at the first");
    write_note(&other, "said at the second");
    one.wait_for_text("said at the second");
}

#[test]
fn what_two_consoles_notice_is_on_record_once() {
    let home = Home::new();
    let data = home.data().display().to_string();
    let demo = ["demo", "--speed", "60", "--data", &data];
    let (one, other) = (home.console(&demo), home.console(&demo));
    for console in [&one, &other] {
        console.wait_for_text("PAGING");
    }
    one.keys_until("d", "Declare an incident");
    one.keys(ENTER);
    other.wait_for_text("is burning its error budget");
    // A note is written after everything that its console noticed before it.
    for (console, words) in [(&one, "first is done"), (&other, "second is done")] {
        write_note(console, words);
    }
    for words in ["first is done", "second is done"] {
        one.wait_for_text(words);
    }
    let fired = home.ok(&["journal", "export"]);
    let fired = fired.lines().filter(|line| line.contains("\"firing\"") && line.contains("14.4"));
    let fired: Vec<&str> = fired.filter(|line| line.contains("checkout-availability")).collect();
    let pages = fired.iter().filter(|line| line.contains("alert_changed")).count();
    assert_eq!(pages, 1, "{fired:#?}");
}

#[test]
fn two_consoles_and_ten_command_lines_write_at_once_and_every_line_is_there_once() {
    let home = Home::new();
    home.ok(&["declare", "Cards fail", "--sev", "1"]);
    let consoles = [home.console(&[]), home.console(&[])];
    for console in &consoles {
        console.wait_for_text("Cards fail");
    }
    std::thread::scope(|scope| {
        for writer in 0..10 {
            let home = &home;
            scope.spawn(move || {
                for line in 0..3 {
                    home.ok(&["note", &format!("command line {writer} says {line}")]);
                }
            });
        }
        for (at, console) in consoles.iter().enumerate() {
            write_note(console, &format!("console {at} says so"));
        }
    });
    for (at, console) in consoles.iter().enumerate() {
        console.wait_for_text(&format!("console {} says so", 1 - at));
        console.wait_for("nothing waits", |seen| seen.row("saving").is_empty());
    }
    let entries = home.timeline();
    let said = |words: &str| entries.iter().filter(|entry| entry["text"] == words).count();
    for at in 0..2 {
        assert_eq!(said(&format!("console {at} says so")), 1);
    }
    for (writer, line) in (0..10).flat_map(|writer| (0..3).map(move |line| (writer, line))) {
        assert_eq!(said(&format!("command line {writer} says {line}")), 1);
    }
    assert!(home.ok(&["journal", "verify"]).starts_with("ok: "));
}

fn write_note(console: &Terminal, words: &str) {
    console.keys_until("n", "note>");
    console.keys(words);
    console.keys(ENTER);
    console.wait_for(words, |seen| {
        let row = seen.row(words);
        !row.is_empty() && !row.contains("note>") && !row.contains("saving")
    });
    console.keys(super::terminal::ESC);
    console.wait_until_gone("note>");
}
