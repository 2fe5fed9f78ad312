//! Several processes, one journal: appends that interleave, a process killed in the middle, the lease.
//!
//! A child process is this test binary again, told by its environment what to do.

use std::io::{BufRead, BufReader, Lines, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use warroom::incident::{Ask, Event};
use warroom::io::journal::{Fault, Journal};
use warroom::io::lease::Lease;

use crate::{at, folder, journal_of, note, said_once, text};

const ROLE: &str = "WARROOM_TEST_CHILD";
const DATA: &str = "WARROOM_TEST_DATA";

/// A child that ends with its test.
struct Helper {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Helper {
    fn start(role: &str, data: &Path) -> Self {
        let mut child = command(role, data).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// The next thing the child says, past what its test harness says.
    fn said(&mut self) -> Option<String> {
        self.lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("child: ").map(|(_, said)| said.to_owned()))
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(role: &str, data: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "processes::child", "--nocapture", "--test-threads=1"]);
    command.env(ROLE, role).env(DATA, data).stdin(Stdio::null());
    command
}

fn say(what: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "child: {what}").unwrap();
    out.flush().unwrap();
}

/// The other process of the tests here: they start this very test with a role. Without one it has
/// nothing to do.
#[test]
fn child() {
    let Some(data) = std::env::var_os(DATA) else { return };
    let data = Path::new(&data);
    match std::env::var(ROLE).unwrap().as_str() {
        "append for ever" => append_for_ever(data),
        "append 200" => append_200(data),
        "hold the lease" => hold_the_lease(data),
        "open where nothing may be written" => open_read_only_folder(data),
        role => panic!("{role}: unknown"),
    }
}

/// One entry a commit, and every now and then a burst; each is said once it is written.
fn append_for_ever(data: &Path) {
    let mut journal = Journal::open(data).unwrap();
    let line = |n: usize| note(format!("{} {n} {}", std::process::id(), "z".repeat(n * 37 % 700)));
    for from in (0..).step_by(8) {
        let burst: Vec<Ask> = (from..from + if from % 64 == 0 { 8 } else { 1 }).map(line).collect();
        for answer in journal.append_all(&burst, at(0)).unwrap() {
            let saved = answer.unwrap();
            say(format_args!("{} {}", saved[0].seq, text(&saved[0])));
        }
    }
}

fn append_200(data: &Path) {
    let mut journal = Journal::open(data).unwrap();
    for n in 0..200 {
        journal.append(&note(format!("{} {n}", std::process::id())), at(n)).unwrap();
        let _ = journal.append(&said_once(&format!("shared {n}"), "said once"), at(n));
    }
    say("done");
}

fn hold_the_lease(data: &Path) {
    let lease = Lease::try_take(data).unwrap();
    say(if lease.is_some() { "held" } else { "taken" });
    let _ = std::io::stdin().read_line(&mut String::new());
    thread::park();
    drop(lease);
}

fn open_read_only_folder(data: &Path) {
    let reader = Journal::open_read_only(data).unwrap();
    let written = Journal::open(data)
        .and_then(|mut journal| journal.append_all(&[note("no")], at(9)).map(|answers| answers.len()));
    let denied =
        matches!(&written, Err(error) if matches!(error.fault, Fault::Denied(_)) && !error.is_passing());
    say(format_args!("{} {denied} {written:?}", reader.events().unwrap().len()));
}

/// Fifty here; `scripts/killed_while_writing.py` does a thousand and more.
#[test]
fn two_processes_killed_at_any_moment_lose_nothing_they_acknowledged() {
    let data = folder();
    let mut acknowledged: Vec<(u64, String)> = Vec::new();
    for round in 0..25 {
        let mut helpers =
            [Helper::start("append for ever", data.path()), Helper::start("append for ever", data.path())];
        for (at, helper) in helpers.iter_mut().enumerate() {
            // Killed after so many words; where it stands then is chance.
            let words = (round * 7 + at * 5) % 23;
            let mut said: Vec<String> = std::iter::from_fn(|| helper.said()).take(words).collect();
            helper.kill();
            said.extend(std::iter::from_fn(|| helper.said()));
            assert!(said.len() >= words, "it went on until it was killed");
            acknowledged.extend(said.iter().map(|said| {
                let (seq, text) = said.split_once(' ').unwrap();
                (seq.parse().unwrap(), text.to_owned())
            }));
        }
        let journal = Journal::open(data.path()).unwrap();
        let events = journal.events().unwrap();
        for (seq, text) in &acknowledged {
            assert_eq!(stored(&events, *seq), Some(text.as_str()), "entry {seq}");
        }
        assert_eq!(journal.verify(Some(&journal.head_hash())).unwrap().entries, events.len() as u64);
    }
}

fn stored(events: &[Event], seq: u64) -> Option<&str> {
    events.get(usize::try_from(seq).ok()?.checked_sub(1)?).filter(|event| event.seq == seq).map(text)
}

#[test]
fn two_processes_and_two_threads_append_at_once_without_gap_loss_or_repeat() {
    let data = folder();
    let mut helpers = [Helper::start("append 200", data.path()), Helper::start("append 200", data.path())];
    thread::scope(|scope| {
        for name in ["left", "right"] {
            let data = data.path();
            scope.spawn(move || {
                let mut journal = Journal::open(data).unwrap();
                for n in 0..200 {
                    journal.append(&note(format!("{name} {n}")), at(n)).unwrap();
                }
            });
        }
    });
    for helper in &mut helpers {
        assert_eq!(helper.said().as_deref(), Some("done"));
    }
    let journal = Journal::open(data.path()).unwrap();
    let events = journal.events().unwrap();
    assert_eq!(events.iter().filter(|event| text(event) == "said once").count(), 200);
    let mut told: Vec<&str> = events.iter().map(text).filter(|text| *text != "said once").collect();
    assert_eq!(told.len(), 800);
    let writers: Vec<String> = helpers.iter().map(|helper| helper.child.id().to_string()).collect();
    for writer in writers.iter().map(String::as_str).chain(["left", "right"]) {
        let own: Vec<_> = told.iter().filter_map(|text| text.strip_prefix(writer)).collect();
        let expected: Vec<String> = (0..200).map(|n| format!(" {n}")).collect();
        assert_eq!(own, expected, "{writer} in its own order");
    }
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), 800);
    assert_eq!(journal.verify(None).unwrap().entries, 1000);
}

#[test]
fn many_that_open_a_new_journal_at_once_share_one() {
    let data = folder();
    let path = data.path().join("new");
    thread::scope(|scope| {
        for n in 0..8 {
            let path = &path;
            scope.spawn(move || Journal::open(path).unwrap().append(&note(format!("{n}")), at(n)).unwrap());
        }
    });
    let journal = Journal::open_read_only(&path).unwrap();
    assert_eq!(journal.verify(None).unwrap().entries, 8);
    drop(journal);
    let names = std::fs::read_dir(&path).unwrap().map(|file| file.unwrap().file_name());
    let left: Vec<_> = names.filter(|name| name.to_string_lossy().contains(".new-")).collect();
    assert!(left.is_empty(), "drafts are left behind: {left:?}");
}

#[test]
fn the_lease_has_one_holder_and_ends_with_it_however_it_ends() {
    let data = folder();
    let mut helper = Helper::start("hold the lease", data.path());
    assert_eq!(helper.said().as_deref(), Some("held"));
    assert!(Lease::try_take(data.path()).unwrap().is_none());
    helper.kill();
    let mine = Lease::try_take(data.path()).unwrap();
    assert!(mine.is_some());
    assert!(Lease::try_take(data.path()).unwrap().is_none());
    drop(mine);
    assert!(Lease::try_take(data.path()).unwrap().is_some());
    let mode = std::fs::metadata(data.path().join("lease")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn where_nothing_may_be_written_the_journal_is_read_and_an_append_says_why_not() {
    let data = folder();
    drop(journal_of(data.path(), 3));
    set_mode(&data.path().join("journal.db"), 0o444);
    set_mode(data.path(), 0o555);
    let mut command = command("open where nothing may be written", data.path());
    if std::fs::File::create(data.path().join("probe")).is_ok() {
        // Modes do not bind the superuser: somebody else has to try.
        command.uid(65534).gid(65534);
    }
    let output = command.output();
    set_mode(data.path(), 0o755);
    match output {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(said.contains("child: 3 true"), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
        }
        Err(error) => eprintln!("skipped: cannot become an ordinary user here: {error}"),
    }
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}
