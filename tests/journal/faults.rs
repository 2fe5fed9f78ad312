//! What disks do: they fill up, cut files short and flip bits. Nothing acknowledged is lost, nothing is read
//! as something else, and there is a way out.

use std::fs;
use std::path::Path;
use std::process::Command;

use warroom::incident::Event;
use warroom::io::journal::{Existing, Journal, restore};

use crate::{at, folder, journal_of, note, redact, text};

const WARROOM: &str = env!("CARGO_BIN_EXE_warroom");

/// Fills a disk with notes, says what was acknowledged and how it ended; then makes room and goes on.
const FILL_UP: &str = r#"
    warroom() { "$WARROOM" --data "$DISK/data" "$@"; }
    warroom declare "disk fills up" --sev 3 >/dev/null || exit 9
    dd if=/dev/zero of="$DISK/ballast" bs=1024 count=64 2>/dev/null
    seq 1 2000 | sed "s/$/ $(printf '%0500d' 0)/" | (eval "$LIMIT"; "$WARROOM" --data "$DISK/data" note -) >"$OUT/said" 2>"$OUT/why"
    echo "ended $?"
    rm "$DISK/ballast"
    warroom journal verify
    warroom note "there is room again"
    warroom timeline --jsonl >"$OUT/lines"
    warroom journal verify
"#;

/// Runs it on a disk, and looks at what is left. `why` is what the program has to have said.
fn fills_up(shell: &mut Command, disk: &Path, limit: &str, why: &str) {
    let out = folder();
    shell.env("WARROOM", WARROOM).env("DISK", disk).env("OUT", out.path()).env("LIMIT", limit);
    shell.env("HOME", out.path()).env("WARROOM_USER", "ana");
    let told = shell.output().unwrap();
    let told = String::from_utf8_lossy(&told.stdout).into_owned() + &String::from_utf8_lossy(&told.stderr);
    let read = |name: &str| fs::read_to_string(out.path().join(name)).unwrap_or_default();
    assert!(told.contains("ended 3"), "{told} {}", read("why"));
    assert!(read("why").contains(why), "{}", read("why"));
    assert_eq!(told.matches("ok: ").count(), 2, "the chain holds, full and after: {told}");
    assert!(told.contains("there is room again"), "{told}");
    let (said, lines) = (read("said"), read("lines"));
    assert!(said.lines().count() > 10 && said.lines().count() < 2_000, "{}", said.lines().count());
    for line in said.lines() {
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let kept = format!("\"seq\":{},", words[0]);
        let entry = lines.lines().find(|line| line.contains(&kept)).expect("it was acknowledged");
        assert!(entry.contains(words[2]), "{line}");
    }
}

#[test]
fn a_limit_on_the_size_of_files_is_told_and_costs_nothing_acknowledged() {
    let disk = folder();
    // Kept over `exec`: a write beyond the limit is an error then, and no signal.
    let limit = "trap '' XFSZ; ulimit -f 256";
    fills_up(
        Command::new("bash").args(["-c", FILL_UP]),
        disk.path(),
        limit,
        "free some space, then try again)",
    );
}

#[test]
fn a_disk_that_fills_up_is_told_and_costs_nothing_acknowledged() {
    let disk = folder();
    let mount = |script: &str| {
        format!("mount -t tmpfs -o size=600k none '{}' && {{ {script}\n}}", disk.path().display())
    };
    // A mount of one's own, seen by nobody else; where that is not allowed, the limit above has to do.
    let shell = |script: &str| {
        let mut shell = Command::new("unshare");
        shell.args(["--map-root-user", "--mount", "bash", "-c", &mount(script)]);
        shell
    };
    if !shell("true").status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: no mount of one's own here");
        return;
    }
    fills_up(&mut shell(FILL_UP), disk.path(), "true", "the disk is full (free some space, then try again)");
}

/// A journal with every kind of page, closed; and what it says.
fn sound(data: &Path) -> (Vec<u8>, Vec<Event>) {
    let mut journal = journal_of(data, 40);
    journal.append(&note("long ".repeat(3_000)), at(50)).unwrap();
    journal.append(&redact(7), at(51)).unwrap();
    let events = journal.events().unwrap();
    drop(journal);
    (fs::read(data.join("journal.db")).unwrap(), events)
}

/// What is left of a journal whose file was changed: everything, or an error that says what and what now, and
/// no backup of it.
fn survives(data: &Path, events: &[Event], what: &str) {
    let mut out = Vec::new();
    let exported = Journal::export_at(data, &mut out).map_err(|error| error.to_string());
    let whole = out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    for line in whole {
        assert!(serde_json::from_slice::<serde_json::Value>(line).is_ok(), "{what}: half a line");
    }
    assert!(exported.map_or_else(|why| why.ends_with(')'), |_| true), "{what}");
    match Journal::verify_at(data, None) {
        Ok(verified) => {
            assert_eq!(verified.entries, events.len() as u64, "{what}");
            let read = Journal::open_read_only(data).unwrap().events().unwrap();
            assert_eq!(read, events, "{what}: it holds, and so it reads as before");
        }
        Err(error) => {
            let told = error.to_string();
            assert!(told.starts_with("journal: ") && told.ends_with(')'), "{what}: {told}");
            assert!(restorable(data, folder().path()).is_err(), "{what}: {told}");
        }
    }
}

/// A backup of what does not hold is no backup.
fn restorable(data: &Path, fresh: &Path) -> Result<(), String> {
    let copy = fresh.join("copy.db");
    let journal = Journal::open_read_only(data).map_err(|error| error.to_string())?;
    journal.backup(&copy, Existing::Keep).map_err(|error| error.to_string())?;
    restore(&copy, &fresh.join("data")).map(drop).map_err(|error| error.to_string())
}

#[test]
fn a_flipped_bit_anywhere_is_found_or_changes_nothing() {
    let data = folder();
    let (bytes, events) = sound(data.path());
    let file = data.path().join("journal.db");
    // The header and its schema densely, then through every page.
    for at in (0..bytes.len()).filter(|at| if *at < 110 { at % 3 == 0 } else { at % 389 == 7 }) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        fs::write(&file, &flipped).unwrap();
        survives(data.path(), &events, &format!("bit of byte {at}"));
        let _ = fs::remove_file(data.path().join("journal.db-wal"));
        let _ = fs::remove_file(data.path().join("journal.db-shm"));
    }
}

#[test]
fn a_file_that_was_cut_short_is_found_wherever_it_was_cut() {
    let data = folder();
    let (bytes, events) = sound(data.path());
    let file = data.path().join("journal.db");
    for length in [1, 99, 100, 1_000, 4_096, 4_097, bytes.len() / 2, bytes.len() - 4_096, bytes.len() - 1] {
        fs::write(&file, &bytes[..length]).unwrap();
        assert!(Journal::verify_at(data.path(), None).is_err(), "cut to {length}");
        survives(data.path(), &events, &format!("cut to {length}"));
    }
}

#[test]
fn an_export_of_a_journal_that_was_cut_short_has_what_is_left_and_says_that_more_is_missing() {
    let data = folder();
    journal_of(data.path(), 400);
    let mut sound = Vec::new();
    Journal::export_at(data.path(), &mut sound).unwrap();
    let sound: Vec<&[u8]> = sound.split_inclusive(|byte| *byte == b'\n').collect();
    let file = data.path().join("journal.db");
    let bytes = fs::read(&file).unwrap();
    let pages = bytes.len() / 4_096;
    let mut most = 0;
    for length in (pages / 2..pages).map(|page| page * 4_096 + 100) {
        fs::write(&file, &bytes[..length]).unwrap();
        let mut out = Vec::new();
        let exported = Journal::export_at(data.path(), &mut out).unwrap();
        let lines: Vec<&[u8]> = out.split_inclusive(|byte| *byte == b'\n').collect();
        assert!(lines.iter().all(|line| sound.contains(line)), "cut to {length}: a line that never was");
        let is_all = exported.lost.is_empty() && exported.cut_at.is_none();
        assert_eq!(is_all, lines.len() == sound.len(), "cut to {length}: {exported:?}");
        let rest = exported.cut_at.map_or(0, |seq| sound.len() + 1 - usize::try_from(seq).unwrap());
        assert_eq!(lines.len() + exported.lost.len() + rest, sound.len(), "cut to {length}: {exported:?}");
        most = most.max(lines.len());
    }
    assert!(most > sound.len() / 2, "where little is missing most is there: {most}");
}

#[test]
fn an_export_of_a_damaged_journal_has_every_entry_that_can_be_read() {
    let data = folder();
    let (bytes, events) = sound(data.path());
    let file = data.path().join("journal.db");
    // The payload of entry 20 is somewhere: that page is overwritten.
    let needle = b"note 20";
    let at = bytes.windows(needle.len()).position(|window| window == needle).expect("it is stored");
    let mut broken = bytes.clone();
    broken[at / 4_096 * 4_096..][..16].fill(0xff);
    fs::write(&file, &broken).unwrap();
    let mut out = Vec::new();
    let exported = Journal::export_at(data.path(), &mut out).unwrap();
    assert!(exported.lost.contains(&20), "{exported:?}");
    let lines = String::from_utf8(out).unwrap();
    for event in events.iter().filter(|event| !exported.lost.contains(&event.seq)) {
        let line = lines.lines().find(|line| line.starts_with(&format!("{{\"seq\":{},", event.seq)));
        let line = line.unwrap_or_else(|| panic!("entry {} is whole and not there", event.seq));
        assert!(line.contains(text(event)), "{line}");
    }
    assert_eq!(lines.lines().count() + exported.lost.len(), events.len());
}
