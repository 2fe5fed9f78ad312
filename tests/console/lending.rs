//! A step that wants the terminal gets all of it, and the console takes it back clean.

use super::home::Home;
use super::terminal::{CTRL_C, ENTER, Terminal};

/// A console before the question whether a step that has the terminal runs `command`.
fn asked(home: &Home, command: &str) -> Terminal {
    let text = format!(
        "---\ninteractive: 1\n---\n# Talk\n\n## Steps\n\n1. Talk to it\n\n   ```bash\n   {command}\n   ```\n\n\
         2. Look\n\n   ```bash\n   echo \"said $SAID\"\n   ```\n"
    );
    home.write("config/runbooks/aaa.md", &text);
    home.ok(&["declare", "Cards fail", "--sev", "1"]);
    let console = home.console(&[]);
    console.wait_for_text("Cards fail");
    console.find_runbook();
    console.keys(ENTER);
    console.wait_for_text("1 Talk to it");
    console.keys_until("3", "[3 Runbook]");
    console.keys_until("r", "Run this?");
    console
}

#[test]
fn a_step_talks_to_the_person_and_the_console_comes_back_as_it_was() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    let modes = r"printf '\033[?1049h\033[?1000h\033[?2004l\033[?25l\033[31m'";
    let mut console =
        asked(&home, &format!("tty; stty size; {modes}; read -p 'name? ' SAID; echo \"hello $SAID\" >&2"));
    console.wait_for("what it is given", |seen| seen.row("terminal").contains("the whole of it"));
    console.confirm();
    console.wait_for_text("name?");
    console.wait_for("the size", |seen| seen.wrote(b"44 140", 0));
    console.keys("ana\r");
    console.wait_for("the console", |seen| seen.shows("exit 0") && seen.shows("[3 Runbook]"));
    {
        let seen = console.seen();
        assert!(seen.wrote(b"hello ana", 0), "it spoke on the terminal");
        assert!(seen.screen().alternate_screen() && seen.screen().bracketed_paste(), "our modes are back");
        assert_eq!(seen.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None, "its modes are gone");
    }
    console.keys("r");
    console.wait_for("what it left", |seen| seen.row("carried").contains("SAID=ana"));
    console.confirm();
    console.wait_for_text("said ana");
    console.keys_until("q", "Leave the console?");
    console.keys("y");
    assert_eq!(console.exit_code(), 0);
    console.assert_restored();
    let ran =
        home.timeline().into_iter().any(|entry| entry["data"]["tail"].to_string().contains("hello ana"));
    assert!(ran, "its output is on record");
}

#[test]
fn ctrl_c_ends_the_command_that_has_the_terminal_and_not_the_console() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    // A child says it, so that the shell is waiting for one when the key comes.
    let console = asked(&home, "sh -c 'echo ready; exec sleep 600'");
    console.confirm();
    console.wait_for("the command", |seen| seen.wrote(b"\nready", 0));
    console.keys(CTRL_C);
    console.wait_for("the console", |seen| {
        seen.shows("[3 Runbook]") && (seen.shows("SIGINT") || seen.shows("exit 130"))
    });
    console.keys_until("?", "Keys: type to filter");
}

#[test]
fn a_signal_while_a_command_has_the_terminal_gives_it_back() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    let mut console = asked(&home, "echo ready; trap '' HUP INT; sleep 600");
    console.confirm();
    console.wait_for("the command", |seen| seen.wrote(b"\nready", 0));
    console.signal(rustix::process::Signal::TERM);
    assert_eq!(console.exit_code(), 143);
    console.assert_restored();
}
