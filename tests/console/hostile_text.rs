//! Text from outside is shown, never obeyed: no sequence of it reaches the terminal.

use super::home::Home;
use super::server::{Answer, Server};
use super::terminal::{ENTER, ESC, Terminal};

/// A window title, a clipboard, a cleared screen, the same in one byte, and a reversed line.
const HOSTILE: &str = "start\u{1b}]0;pwned\u{7}\u{1b}]52;c;cHduZWQ=\u{7}\u{1b}[2J\u{1b}[31mred\u{9b}31m\u{202e}desrever\u{7f}end";

/// What of it must never be among the bytes of the terminal.
const SEQUENCES: [&[u8]; 6] =
    [b"\x1b]0;", b"\x1b]52;", b"\x1b[31mred", "\u{9b}".as_bytes(), "\u{202e}".as_bytes(), b"\x07"];

#[track_caller]
fn assert_inert(console: &Terminal) {
    let seen = console.seen();
    for sequence in SEQUENCES {
        assert!(!seen.wrote(sequence, 0), "{:?} was written", String::from_utf8_lossy(sequence));
    }
}

#[test]
fn hostile_words_in_the_journal_are_spelled_out() {
    let home = Home::new();
    home.ok(&["declare", HOSTILE, "--sev", "1", "--service", HOSTILE]);
    home.ok(&["note", HOSTILE]);
    home.ok(&["role", "assign", "ops", HOSTILE]);
    let console = home.console(&[]);
    console.wait_for("the title", |seen| seen.row("SEV1").contains("start^[]0;pwned"));
    console.wait_for("the note", |seen| seen.text().matches("^[]0;pwned").count() >= 3);
    console.keys_until("p", "# Postmortem");
    console.keys_until("i", "Show an incident");
    console.keys(ESC);
    console.wait_until_gone("Show an incident");
    console.keys_until("q", "Leave the console?");
    assert_inert(&console);
}

#[test]
fn hostile_output_of_a_command_is_spelled_out() {
    let home = Home::new().configured("zone = \"UTC\"\n");
    let command =
        "printf 'start\\033]0;pwned\\007\\033]52;c;cHduZWQ=\\007\\033[2J\\033[31mred\\302\\233end\\n'";
    let runbook = format!("# Hostile\n\n## Steps\n\n1. Run it\n\n   ```bash\n   {command}\n   ```\n");
    home.write("config/runbooks/aaa.md", &runbook);
    let console = home.console(&[]);
    console.wait_for_text("q quit");
    console.keys_until("b", "> aaa");
    console.keys(ENTER);
    console.wait_for_text("> [ ] 1 Run it");
    console.keys_until("3", "[3 Runbook]");
    console.keys_until("r", "Run this?");
    console.confirm();
    console.wait_for_text("exit 0");
    console.wait_for_text("start^[]0;pwned");
    assert_inert(&console);
}

#[test]
fn a_hostile_paste_is_spelled_out_and_sends_nothing_by_itself() {
    let home = Home::new();
    home.ok(&["declare", "Cards fail", "--sev", "1"]);
    let console = home.console(&[]);
    console.wait_for_text("Cards fail");
    console.keys_until("n", "note>");
    console.paste("one\u{1b}]0;pwned\u{7}\r\ntwo\u{9b}31m\u{202e}three");
    console.wait_for("the paste", |seen| seen.shows("Paste 2 lines") && seen.shows("one^["));
    assert_inert(&console);
    console.keys("y");
    console.wait_for("the notes", |seen| !seen.shows("Paste 2 lines") && seen.shows("three"));
    assert_inert(&console);
}

#[test]
fn what_a_hostile_server_says_is_spelled_out() {
    let body = format!(
        "{{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":{}}}",
        serde_json::json!(HOSTILE)
    );
    let server = Server::start(Answer::Says("400 Bad Request", body));
    let home = Home::new().configured(&format!(
        "[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"http://{}\"\nevery = \"1s\"\ntimeout = \"1s\"\n\
         [[slo]]\nid = \"web\"\nservice = \"web\"\nobjective = 99.9\nperiod = \"30d\"\n\
         bad = 'errors_total'\ntotal = 'requests_total'\n",
        server.address
    ));
    let console = home.console(&[]);
    console.wait_for("the row", |seen| seen.row("web").contains("bad_data"));
    assert_inert(&console);
}
