//! What the journal costs: one durable entry and a burst, beside a bare write and sync of as many bytes; and
//! what a command pays before it can say anything, which is to read and fold everything.
//!
//! Runs are interleaved, so that a busy moment of the machine falls on everything alike.

#![expect(clippy::unwrap_used, reason = "a bench that cannot measure may stop")]
#![expect(clippy::disallowed_methods, reason = "a bench looks at the clock itself")]

use std::fs::{self, File, metadata};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use warroom::incident::event::{Change, ChangeKind, NoteKind};
use warroom::incident::{Ask, EventKind, Intent, Severity};
use warroom::io::journal::Journal;
use warroom::slo::{Severity as AlertSeverity, TierState, Transition};
use warroom::text::Time;

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
        fill(&data, entries, incidents);
        print_opening(&data, &format!("{entries} entries, {incidents} incidents"), entries);
        fs::remove_dir_all(data).unwrap();
    }
}

fn at(second: usize) -> Time {
    Time::from_timestamp(1_795_000_000 + second.cast_signed() as i64, 0).unwrap()
}

fn note() -> EventKind {
    let text = "checkout answers 502 since the deploy of 14:02; rolling back".to_owned();
    EventKind::Noted { text, kind: NoteKind::Observation, starred: false }
}

fn recorded(kind: EventKind) -> Ask {
    Ask::new("ana", Intent::Record { kind, dedupe: None })
}

/// The means of a durable entry, an entry of a burst, and two bare writes of as many bytes: one that makes
/// its file longer, as a log does, and one that does not.
fn print_writes(data: &Path) {
    let mut journal = Journal::open(data).unwrap();
    let bytes = vec![0x5a; bytes_of_one_append(&mut journal, data)];
    let mut longer = File::create(data.join("longer")).unwrap();
    let mut same = File::create(data.join("same")).unwrap();
    let burst: Vec<Ask> = (0..BURST).map(|_| recorded(note())).collect();
    let mut spent = [Duration::ZERO; 4];
    for run in 0..WRITES {
        spent[0] += timed(|| drop(journal.append(&recorded(note()), at(run)).unwrap()));
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
    journal.append(&recorded(note()), at(0)).unwrap();
    let before = metadata(&log).unwrap().len();
    journal.append(&recorded(note()), at(0)).unwrap();
    (metadata(&log).unwrap().len() - before) as usize
}

/// A journal as teams make it: notes, alerts, deploys, tasks, lines that come late, lines that are struck.
fn fill(data: &Path, entries: usize, incidents: usize) {
    let mut journal = Journal::open(data).unwrap();
    let declare = |n: usize| Intent::Declare {
        title: format!("service {n} is down"),
        severity: Severity::Sev2,
        services: vec![format!("service-{n}")],
        ic: None,
        drill: false,
        found: None,
    };
    let declared: Vec<Ask> = (0..incidents).map(|n| Ask::new("ana", declare(n))).collect();
    let answers = journal.append_all(&declared, at(0)).unwrap();
    let ids: Vec<String> =
        answers.into_iter().map(|said| said.unwrap()[0].incident.clone().unwrap()).collect();
    for from in (journal.ledger().head as usize..entries).step_by(10_000) {
        let until = (from + 10_000).min(entries);
        let asks: Vec<Ask> = (from..until).map(|n| entry(n, &ids)).collect();
        for answer in journal.append_all(&asks, at(from)).unwrap() {
            answer.unwrap();
        }
    }
}

/// Entry `n`, in one of the incidents as if by chance.
fn entry(n: usize, ids: &[String]) -> Ask {
    let service = (n * 7_919) % ids.len();
    let about = |ask: Ask| ask.about(&ids[service]);
    match n % 100 {
        // Each costs a look at the whole incident, so there are few of them.
        _ if n % 10_000 == 5_026 => {
            Ask::new("ana", Intent::Strike { seq: n as u64 - 20, reason: "wrong".to_owned() })
        }
        0 => {
            let what = format!("v{n}");
            recorded(EventKind::ChangeMarked(Change::new(
                ChangeKind::Deploy,
                format!("service-{service}"),
                what,
            )))
        }
        1..20 => about(recorded(EventKind::AlertChanged(transition(n)))).at(at(n)),
        20..25 => about(recorded(note())).at(at(n.saturating_sub(900))),
        25 => {
            let (text, owner) = ("look at the queue".to_owned(), "bob".to_owned());
            about(Ask::new("ana", Intent::AddTask { text, owner, due: None }))
        }
        _ => about(recorded(note())).at(at(n)),
    }
}

fn transition(n: usize) -> Transition {
    Transition {
        slo: "checkout-availability".to_owned(),
        service: "checkout".to_owned(),
        at: at(n),
        tier: "page quick".to_owned(),
        severity: AlertSeverity::Page,
        factor: Some(14.4),
        long_s: Some(3_600),
        short_s: Some(300),
        from: TierState::Ok,
        to: TierState::Firing,
        long_burn: 21.5,
        short_burn: 33.25,
        bad: 120.0,
        total: 4_000.0,
        short_bad: 60.0,
        short_total: 500.0,
        suppressed: None,
        budget_remaining: Some(0.75),
    }
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
