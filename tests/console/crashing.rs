//! A console that is killed: the next one goes on where it stood, and names what it left running.

use rustix::process::{Pid, Signal, kill_process};

use super::home::Home;
use super::terminal::{ENTER, Terminal};

const BOOK: &str = "# Slow queue\n\n## Check\n\n1. If the queue is long, go on\n2. Look\n\n   ```sh\n   echo looking at \
                    <queue>\n   ```\n\n3. Wait for it\n\n   ```sh\n   echo begun; exec sleep 120\n   ```\n\n4. Drain it\n";

/// A process that is killed with this.
struct Orphan(Pid);

impl Drop for Orphan {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = kill_process(self.0, Signal::KILL);
    }
}

/// The console with the runbook's pane on all of the screen.
fn console(home: &Home) -> Terminal {
    let console = home.console(&[]);
    console.wait_for_text("Queue backs up");
    console.keys_until("3", "[3 Runbook]");
    console
}

#[test]
fn a_console_that_was_killed_goes_on_at_the_same_step_with_the_same_answers_and_values() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    home.write("config/runbooks/aaa.md", BOOK);
    home.ok(&["declare", "Queue backs up", "--sev", "2"]);
    let mut first = console(&home);
    first.find_runbook();
    first.keys(ENTER);
    first.wait_for_text("1 If the queue is long");
    first.keys_until("z", "4 Drain it");
    first.keys_until(ENTER, "do what it says");
    first.keys("y\r");
    first.wait_for("the answer", |seen| seen.row("1 (").contains("(yes)"));
    first.keys("x");
    first.wait_for("the next step", |seen| seen.row("2 Look").contains('>'));
    first.keys_until("r", "queue");
    first.keys("orders\r");
    first.wait_for_text("Run this?");
    first.confirm();
    first.wait_for("the third step", |seen| seen.row("3 Wait for it").contains('>'));
    first.keys_until("r", "Run this?");
    first.confirm();
    first.wait_for("its command", |seen| seen.shows("begun") && seen.shows("running"));
    home.wait_for_entries("step_started", 2);
    first.signal(Signal::KILL);
    assert!(first.exit_status().code().is_none(), "it was killed");

    let second = console(&home);
    second.keys_until("z", "4 Drain it");
    second.wait_for("what it left", |seen| seen.shows("still running here:"));
    let seen = second.seen().text();
    let row = |words: &str| seen.lines().find(|row| row.contains(words)).unwrap_or_default().to_owned();
    let left = row("still running here:");
    let pid: i32 = left
        .split("still running here: ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next()?.parse().ok())
        .unwrap_or_else(|| panic!("{left}"));
    let orphan = Orphan(Pid::from_raw(pid).expect("a process"));
    assert!(left.contains("sleep 120") && left.contains("not known how it ended"), "{left}");
    assert!(row("Wait for it").contains("> [?] 3 (not known how it ended) Wait for it"), "{seen}");
    assert!(row("1 (").contains("[x] 1 (yes)"), "{seen}");
    assert!(row("2 Look").contains("[x]"), "{seen}");
    second.keys("k");
    second.wait_for_text("$ echo looking at orders");
    drop(orphan);
    second.keys("j!");
    second.wait_for("the verdict", |seen| seen.row("3 Wait for it").contains("[!]"));
    second.wait_for("nothing unknown", |seen| !seen.shows("not known how it ended"));
}
