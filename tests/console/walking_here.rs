//! `warroom runbook run` as a person meets it: the console's rules, asked on the terminal.

use super::home::Home;
use super::terminal::{CTRL_C, Terminal};

const BOOK: &str = "# Tidy up\n\n## Fix\n\n1. Look\n\n   ```sh\n   echo looked at <what>\n   ```\n\n2. Make it\n\n   ```sh\n   \
                    touch made; warroom note made it\n   ```\n\n3. Throw it away\n\n   ```sh\n   rm -f made\n   ```\n";

fn walking(home: &Home, book: &str) -> Terminal {
    home.write("config/runbooks/tidy.md", book);
    home.ok(&["declare", "Untidy", "--sev", "3"]);
    home.console(&["runbook", "run", "tidy"])
}

/// Asks for the step's run and gives one answer to the question that follows.
fn answer(console: &Terminal, answer: &str, leads_to: &str) {
    let shown = console.count("runs it,");
    console.keys("r\r");
    console.wait_for("the question", |seen| seen.count("runs it,") > shown);
    let told = console.count(leads_to);
    console.keys(&format!("{answer}\r"));
    console.wait_for(leads_to, |seen| seen.count(leads_to) > told);
}

#[test]
fn a_walk_asks_as_the_console_does_and_is_on_the_same_record() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    let mut console = walking(&home, BOOK);
    let made = home.work().join("made");
    console.wait_for_text("step 1: r run");
    console.keys("r\r");
    console.wait_for_text("  what: ");
    console.keys("the shelf\r");
    console.wait_for_text("r or y runs it");
    console.keys("\r");
    console.wait_for_text("not run");
    answer(&console, "r", "looked at the shelf");
    console.wait_for_text("step 2: r run");
    for refused in ["", "r", "yes"] {
        answer(&console, refused, "not run");
        assert!(!made.exists(), "{refused:?}");
    }
    answer(&console, "y", "step 3: r run");
    assert!(made.exists());
    for refused in ["", "y", "r", "destro"] {
        answer(&console, refused, "not run");
        assert!(made.exists(), "{refused:?}");
    }
    answer(&console, "destroy", "3 of 3 steps are behind you");
    assert!(!made.exists());
    assert_eq!(console.exit_code(), 0);
    let kinds: Vec<String> = home.timeline().iter().map(|entry| entry["kind"].to_string()).collect();
    for kind in ["runbook_opened", "values_given", "step_started", "step_ran"] {
        assert!(kinds.iter().any(|known| known.contains(kind)), "{kind}: {kinds:?}");
    }
    assert!(home.timeline().iter().any(|entry| entry["text"] == "made it"), "a step finds this journal");
}

#[test]
fn a_paste_confirms_nothing() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    let mut console = walking(&home, "# Tidy\n\n## Fix\n\n1. Make it\n\n   ```sh\n   touch made\n   ```\n");
    console.wait_for_text("step 1: r run");
    console.keys("r\ry\r");
    console.wait_for_text("y runs it");
    console.keys("\r");
    console.wait_for_text("not run");
    assert!(!home.work().join("made").exists());
    console.wait_for("the step again", |seen| seen.count("step 1: r run") == 2);
    console.keys("q\r");
    assert_eq!(console.exit_code(), 0);
}

#[test]
fn ctrl_c_stops_the_command_and_the_walk() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    let mut console =
        walking(&home, "# Wait\n\n## Look\n\n1. Wait\n\n   ```sh\n   echo begun; sleep 120\n   ```\n");
    console.wait_for_text("step 1: r run");
    console.keys("r\r");
    console.wait_for_text("runs it");
    console.keys("y\r");
    console.wait_for("its output", |seen| seen.wrote(b"\nbegun", 0));
    console.keys(CTRL_C);
    assert_eq!(console.exit_code(), 130);
    let ran = home.timeline().into_iter().find(|entry| entry["kind"] == "step_ran").expect("its end");
    assert_eq!(ran["data"]["ended"], "stopped");
}
