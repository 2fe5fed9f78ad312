//! What the journal costs: one durable entry and a burst, beside a bare write and sync of as many bytes; and
//! what a command pays before it can say anything, which is to read and fold everything.
//!
//! Runs are interleaved, so that a busy moment of the machine falls on everything alike.

#![expect(clippy::unwrap_used, reason = "a bench that cannot measure may stop")]
#![expect(clippy::disallowed_methods, reason = "a bench looks at the clock itself")]

#[path = "support/filled.rs"]
mod filled;

use std::fs::{self, File, metadata};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use filled::{at, fill, note, recorded};
use warroom::incident::Ask;
use warroom::io::journal::Journal;

/// Interleaved runs of a durable write.
const WRITES: usize = 500;
/// Entries of a burst.
const BURST: usize = 1_000;
/// Entries and incidents of the journals that are opened.
const JOURNALS: [(usize, usize); 4] = [(10_000, 1), (10_000, 100), (1_000_000, 1), (1_000_000, 1_000)];

fn main() {
    // Only `cargo bench` asks for measures; a test run of all targets does not.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    print_writes(&folder.path().join("writes"));
    println!("\n{:<44}{:>10}{:>12}{:>12}", "open and fold", "best ms", "its CPU ms", "resident MB");
    for (entries, incidents) in JOURNALS {
        let data = folder.path().join(format!("{entries}-{incidents}"));
        fill(&data, (entries, incidents), say);
        print_opening(&data, &format!("{entries} entries, {incidents} incidents"), entries);
        fs::remove_dir_all(data).unwrap();
    }
}

fn say(_: usize) -> String {
    "checkout answers 502 since the deploy of 14:02; rolling back".to_owned()
}

/// The means of a durable entry, an entry of a burst, and two bare writes of as many bytes: one that makes
/// its file longer, as a log does, and one that does not.
fn print_writes(data: &Path) {
    let mut journal = Journal::open(data).unwrap();
    let bytes = vec![0x5a; bytes_of_one_append(&mut journal, data)];
    let mut longer = File::create(data.join("longer")).unwrap();
    let mut same = File::create(data.join("same")).unwrap();
    let burst: Vec<Ask> = (0..BURST).map(|_| recorded(note(say(0)))).collect();
    let mut spent = [Duration::ZERO; 4];
    for run in 0..WRITES {
        spent[0] += timed(|| drop(journal.append(&recorded(note(say(0))), at(run)).unwrap()));
        spent[1] += timed(|| write(&mut longer, &bytes));
        spent[2] += timed(|| {
            same.seek(SeekFrom::Start(0)).unwrap();
            write(&mut same, &bytes);
        });
        if run % (WRITES / 10) == 0 {
            spent[3] += timed(|| drop(journal.append_all(&burst, at(run)).unwrap())) * (WRITES / 10) as u32;
        }
    }
    let mean = spent.map(|spent| spent.as_secs_f64() * 1_000.0 / WRITES as f64);
    println!("means of {WRITES} interleaved runs, {} bytes each", bytes.len());
    let names =
        ["one append", "bare write and sync, a file that grows", "bare write and sync, one that does not"];
    for (name, mean_ms) in names.iter().zip(mean) {
        println!("{name:<44}{mean_ms:>10.3} ms{:>8.2} x", mean_ms / mean[1]);
    }
    println!(
        "{:<44}{:>10.3} ms",
        format!("an append of {BURST} in one commit, each"),
        mean[3] / BURST as f64
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}

fn write(file: &mut File, bytes: &[u8]) {
    file.write_all(bytes).unwrap();
    file.sync_data().unwrap();
}

/// Bytes that one append adds to the write-ahead log: whole pages and their headers.
fn bytes_of_one_append(journal: &mut Journal, data: &Path) -> usize {
    let log = data.join("journal.db-wal");
    journal.append(&recorded(note(say(0))), at(0)).unwrap();
    let before = metadata(&log).unwrap().len();
    journal.append(&recorded(note(say(0))), at(0)).unwrap();
    (metadata(&log).unwrap().len() - before) as usize
}

/// The best of some runs, and what it took of the processor: other work on the machine is not in that.
fn print_opening(data: &Path, name: &str, entries: usize) {
    let mut times: Vec<(Duration, Duration)> = Vec::new();
    let mut resident = 0;
    for _ in 0..if entries > 100_000 { 3 } else { 21 } {
        let (began, cpu) = (Instant::now(), cpu_time());
        let journal = Journal::open_read_only(data).unwrap();
        times.push((began.elapsed(), cpu_time().saturating_sub(cpu)));
        assert_eq!(journal.ledger().head, entries as u64);
        resident = resident_mb();
    }
    let (best, cpu) = times.into_iter().min().unwrap_or_default();
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    println!("{name:<44}{:>10.1}{:>12.1}{resident:>12}", ms(best), ms(cpu));
}

/// What this thread has spent on a processor.
fn cpu_time() -> Duration {
    let spent = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(spent.split_whitespace().next().unwrap().parse().unwrap())
}

fn resident_mb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}
