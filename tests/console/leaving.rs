//! Whatever ends the console, the terminal is given back as it was.

use rustix::process::Signal;

use super::home::Home;
use super::terminal::{CTRL_C, ESC, hung_up};

const CALM: &str = "no open incident";

#[test]
fn the_terminal_is_given_back_whichever_way_one_leaves() {
    for (keys, code) in [("q", 0), (CTRL_C, 0)] {
        let home = Home::new();
        let mut console = home.console(&[]);
        console.wait_for_text(CALM);
        console.keys(keys);
        assert_eq!(console.exit_code(), code, "{keys:?}");
        console.assert_restored();
        assert_eq!(console.afterwords().trim_start_matches("\x1b[?25h"), "", "{keys:?} says nothing more");
    }
}

#[test]
fn a_signal_ends_the_console_with_its_own_exit_code_and_the_terminal_given_back() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let home = Home::new();
        let mut console = home.console(&[]);
        console.wait_for_text(CALM);
        console.signal(signal);
        assert_eq!(console.exit_code(), code, "{signal:?}");
        console.assert_restored();
    }
}

#[test]
fn a_signal_ends_the_demo_and_leaves_nothing_in_the_temporary_folder() {
    let home = Home::new();
    let mut console = home.console(&["demo"]);
    console.wait_for_text("checkout-availability");
    console.signal(Signal::TERM);
    assert_eq!(console.exit_code(), 143);
    console.assert_restored();
    assert_eq!(super::home::listing(&home.path("tmp")), [""; 0]);
}

#[test]
fn leaving_asks_while_an_incident_is_open_and_enter_alone_is_no_yes() {
    let home = Home::new();
    let id = home.ok(&["declare", "Cards fail", "--sev", "1", "--service", "checkout"]);
    let mut console = home.console(&[]);
    console.wait_for_text("Cards fail");
    console.keys_until("q", "Leave the console?");
    assert!(console.text().contains(id.trim()), "it names what is open");
    console.keys("\r\r");
    console.keys(ESC);
    console.wait_until_gone("Leave the console?");
    console.keys_until("q", "Leave the console?");
    console.keys("y");
    assert_eq!(console.exit_code(), 0);
    console.assert_restored();
}

#[test]
fn without_a_terminal_the_console_says_what_to_use_instead() {
    let home = Home::new();
    for arguments in [&[][..], &["demo"]] {
        let output = home.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let said = super::home::words(&output.stderr);
        assert!(said.contains("must be a terminal") && said.contains("warroom slo status"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn a_terminal_that_is_closed_ends_the_console_at_once() {
    for _ in 0..10 {
        let home = Home::new();
        let status = hung_up(home.program(&[]).into(), CALM);
        assert_eq!(status.code(), Some(129), "{status}");
    }
}
