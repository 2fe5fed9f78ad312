//! A panic gives the terminal back before it is reported; a worker's panic is a notice, and the console
//! lives on.
//!
//! The program that panics is this test binary again, told by its environment to be a console.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use chrono_tz::Tz;
use tokio::runtime::Runtime;
use warroom::app::model::Template;
use warroom::app::{Keymap, Model, Setting};
use warroom::io::clock::Clock;
use warroom::io::outside::Outside;
use warroom::io::runtime::{self, Start};
use warroom::io::scribe::Scribe;
use warroom::io::terminal::Screen;
use warroom::slo::Evaluator;
use warroom::tui::Theme;

use super::home::Home;
use super::terminal::Terminal;

const ROLE: &str = "WARROOM_TEST_ROLE";
/// Where the word to break comes from.
const WORD: &str = "WARROOM_TEST_WORD";

#[test]
fn a_panic_of_the_screen_gives_the_terminal_back_and_is_then_reported() {
    let home = Home::new().variable(ROLE, "screen");
    let mut program = child(&home);
    assert_ne!(program.exit_code(), 0);
    program.assert_restored();
    assert!(program.afterwords().contains("the screen broke"), "{}", program.afterwords());
}

#[test]
fn a_panic_of_a_worker_is_a_notice_and_the_console_lives_on() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let home = Home::new().variable(ROLE, "worker").variable(WORD, &address);
    let mut program = child(&home);
    program.wait_for_text("no open incident");
    let (mut word, _) = listener.accept().expect("the worker");
    word.write_all(b"!").expect("a listening worker");
    program.wait_for_text("crunching stopped: the worker broke");
    assert!(program.seen().screen().alternate_screen(), "the screen is still ours");
    program.keys_until("?", "filter>");
    program.keys("\x1b");
    program.wait_until_gone("filter>");
    program.keys("q");
    assert_eq!(program.exit_code(), 0);
    program.assert_restored();
    let seen = program.seen();
    assert!(!seen.wrote(b"panicked at", 0), "no report was written over the screen");
}

fn child(home: &Home) -> Terminal {
    let this = std::env::current_exe().expect("this test binary");
    let only = ["--exact", "console::panics::console_of_a_role", "--nocapture", "--test-threads=1"];
    home.start(this, &only)
}

/// The program that the tests of this file start. Without a role it has nothing to do.
#[test]
fn console_of_a_role() {
    match std::env::var(ROLE).as_deref() {
        Ok("screen") => break_the_screen(),
        Ok("worker") => live_with_a_broken_worker(),
        _ => {}
    }
}

fn break_the_screen() {
    let _screen = Screen::enter(|_, _| {}).expect("a terminal");
    panic!("the screen broke");
}

fn live_with_a_broken_worker() {
    let clock = Clock::wall();
    let setting = Setting {
        who: "ana".to_owned(),
        zone: Tz::UTC,
        keymap: Keymap::default(),
        reads_only: false,
        runs_only_reads: false,
        assisted: Vec::new(),
        demo: None,
        configuration: "none".to_owned(),
        folder: String::new(),
        values: std::collections::BTreeMap::new(),
        outgoing: warroom::app::outgoing::Outgoing::default(),
    };
    let model = Model::new(clock.now(), setting, Evaluator::new(Vec::new()), Template::shipped());
    let data = std::env::current_dir().expect("a folder");
    Runtime::new().expect("a runtime").block_on(async {
        let (tell, told) = runtime::messages();
        let scribe = Scribe::start(&data, clock, tell.clone()).expect("a journal");
        let outside = Outside::new(scribe, &data, clock, tell);
        let start = Start { model, theme: Theme::default(), clock };
        break_when_told();
        Box::pin(runtime::run(start, told, outside)).await.expect("a terminal");
    });
}

/// A worker that panics once the test says so.
fn break_when_told() {
    let mut word = TcpStream::connect(std::env::var(WORD).expect("an address")).expect("the test");
    let worker = thread::Builder::new().name("crunching".to_owned());
    let broken = worker.spawn(move || {
        let _ = word.read(&mut [0]);
        panic!("the worker broke");
    });
    broken.expect("a thread");
}
