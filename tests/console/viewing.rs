//! The console that only reads: it shows what others write, changes nothing, and says so on every key.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;

use super::home::{Home, listing};
use super::terminal::{ENTER, ESC, Terminal};

/// What the header says, and what a key that would write says.
const BANNER: &str = "READ ONLY";
const WHY: &str = "read only: start `warroom` to write";

#[test]
fn a_reader_follows_a_writer_and_changes_nothing() {
    let home = Home::new();
    home.ok(&["declare", "Cards fail", "--sev", "1"]);
    let writer = home.console(&[]);
    writer.wait_for_text("Cards fail");
    let mut reader = home.console(&["view"]);
    reader.wait_for_text("Cards fail");
    reader.wait_for_text(BANNER);
    assert!(!writer.text().contains(BANNER));
    writer.keys_until("n", "note>");
    writer.keys("seen at both");
    writer.keys(ENTER);
    writer.keys(ESC);
    reader.wait_for_text("seen at both");
    home.ok(&["sev", "2", "--reason", "only some cards"]);
    reader.wait_for("the new severity", |seen| seen.row("Cards fail").contains("SEV2"));
    let entries = home.timeline().len();
    reader.keys_until("n", WHY);
    assert!(!reader.text().contains("note>"), "{}", reader.text());
    assert_eq!(home.timeline().len(), entries);
    // Somebody else is at work; who only looks on may go.
    reader.keys("q");
    assert_eq!(reader.exit_code(), 0);
    reader.assert_restored();
    writer.wait_for_text("Cards fail");
}

#[test]
fn a_reader_makes_no_file_and_takes_no_lease() {
    let home = Home::new();
    home.ok(&["declare", "Cards fail", "--sev", "1"]);
    let before = files(&home.data());
    let mut reader = home.console(&["view"]);
    reader.wait_for_text("Cards fail");
    reader.keys_until("p", "fresh draft");
    reader.keys("4e");
    reader.wait_for_text(WHY);
    reader.keys("w");
    reader.keys("q");
    assert_eq!(reader.exit_code(), 0);
    assert_eq!(files(&home.data()), before);
    assert!(listing(&home.work()).is_empty());
}

/// What lies in a folder, without what `SQLite` keeps beside a file that is open.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut names = listing(folder);
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).unwrap_or_default();
        (name, bytes)
    };
    names.into_iter().map(read).collect()
}

#[test]
fn a_reader_opens_a_folder_it_may_not_write_and_notices_a_newer_copy() {
    let (home, there) = (Home::new(), Home::new());
    home.ok(&["declare", "Cards fail", "--sev", "1"]);
    home.ok(&["note", "in the first copy"]);
    let copy = there.data();
    put_copy(&home, &copy);
    let mut command = there.program(&["view"]);
    set_mode(&there.path(""), 0o755);
    set_mode(&copy, 0o555);
    if fs::File::create(copy.join("probe")).is_ok() {
        // Modes do not bind the superuser: somebody else has to look.
        fs::remove_file(copy.join("probe")).expect("our own file");
        command.uid(65534).gid(65534);
    }
    let reader = Terminal::start(command.into(), 140, 44);
    reader.wait_for_text("in the first copy");
    reader.keys_until("n", WHY);
    set_mode(&copy, 0o755);
    home.ok(&["note", "in the second copy"]);
    put_copy(&home, &copy);
    set_mode(&copy, 0o555);
    reader.wait_for_text("in the second copy");
    set_mode(&copy, 0o755);
}

/// A whole backup under the journal's name, as a script that copies now and then leaves one.
fn put_copy(home: &Home, copy: &Path) {
    fs::create_dir_all(copy).expect("a folder");
    let beside = copy.join("journal.db.new");
    home.ok(&["journal", "backup", &beside.display().to_string()]);
    set_mode(&beside, 0o444);
    fs::rename(&beside, copy.join("journal.db")).expect("a name");
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("our own path");
}

#[test]
fn where_there_is_no_journal_a_reader_says_so_and_makes_none() {
    let home = Home::new();
    let mut reader = home.console(&["view"]);
    assert_eq!(reader.exit_code(), 3);
    assert!(reader.text().contains("there is no journal yet"), "{}", reader.text());
    assert!(!home.data().exists());
}
