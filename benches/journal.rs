//! What one durable entry costs: an append against a bare write and sync of as many bytes.

#![expect(clippy::unwrap_used, reason = "a bench that cannot measure may stop")]

use std::fs::{File, metadata};
use std::hint::black_box;
use std::io::Write;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use warroom::incident::event::NoteKind;
use warroom::incident::{Ask, EventKind, Intent};
use warroom::io::clock::Clock;
use warroom::io::journal::Journal;

fn note() -> Ask {
    let text = "checkout answers 502 since the deploy of 14:02; rolling back".to_owned();
    let kind = EventKind::Noted { text, kind: NoteKind::Observation, starred: false };
    Ask::new("ana", Intent::Record { kind, dedupe: None })
}

/// Bytes that one append adds to the write-ahead log: whole pages and their headers.
fn bytes_of_one_append(journal: &mut Journal, data: &Path, clock: &Clock) -> usize {
    let log = data.join("journal.db-wal");
    journal.append(&note(), clock.now()).unwrap();
    let before = metadata(&log).unwrap().len();
    journal.append(&note(), clock.now()).unwrap();
    (metadata(&log).unwrap().len() - before) as usize
}

fn append(criterion: &mut Criterion) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let clock = Clock::wall();
    let mut journal = Journal::open(folder.path()).unwrap();
    let bytes = vec![0x5a; bytes_of_one_append(&mut journal, folder.path(), &clock)];
    let mut bare = File::create(folder.path().join("bare")).unwrap();
    let mut group = criterion.benchmark_group("one durable entry");
    group.bench_function("append", |bench| {
        bench.iter(|| journal.append(black_box(&note()), clock.now()).unwrap());
    });
    group.bench_function(format!("write and sync of {} bytes", bytes.len()), |bench| {
        bench.iter(|| {
            bare.write_all(black_box(&bytes)).unwrap();
            bare.sync_data().unwrap();
        });
    });
    group.finish();
}

/// What a command pays before it can say anything: read, check and fold a year of entries.
fn open(criterion: &mut Criterion) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let asks: Vec<Ask> = std::iter::repeat_with(note).take(10_000).collect();
    Journal::open(folder.path()).unwrap().append_all(&asks, Clock::wall().now()).unwrap();
    criterion.bench_function("open 10,000 entries", |bench| {
        bench.iter(|| Journal::open_read_only(folder.path()).unwrap().head_hash());
    });
}

criterion_group!(benches, append, open);
criterion_main!(benches);
