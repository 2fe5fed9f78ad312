//! What 1,500 runbooks cost: reading them, making the shelf that finds them, and an answer to each key typed
//! into the window. The runbooks are the real ones of the tests, over and over, each with words of its own.

#![expect(clippy::unwrap_used, reason = "a bench that cannot measure may stop")]
#![expect(clippy::disallowed_methods, reason = "a bench looks at the clock itself")]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use warroom::runbook::find::Moment;
use warroom::runbook::{Runbook, Shelf, parse};

const BOOKS: usize = 1_500;
const RUNS: usize = 15;
/// What is typed, letter by letter: a name, letters of one, words of texts, what is nowhere.
const TYPED: [&str; 7] = [
    "",
    "kubepodnotready-77",
    "kpnr",
    "disk full",
    "certificate rotation",
    "kubectl logs",
    "nowhere to be seen",
];

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let sources = sources();
    let bytes: usize = sources.iter().map(|(_, source)| source.len()).sum();
    println!("{BOOKS} runbooks, {:.1} MB", bytes as f64 / 1e6);
    println!("\n{:<44}{:>10}{:>16}", "best of runs, ms", "clock", "processor");
    let read = || sources.iter().map(|(name, source)| parse(name, source)).collect::<Vec<Runbook>>();
    let library = measured("read all of them", read);
    let steps: usize = library.iter().map(|book| book.steps().len()).sum();
    let shelf = measured("make the shelf", || Shelf::new(&library));
    for words in TYPED {
        let mut slowest = (Duration::ZERO, Duration::ZERO);
        let mut hits = 0;
        for (at, letter) in words.char_indices().chain([(words.len(), ' ')]) {
            let typed = if letter == ' ' { &words[..at] } else { &words[..at + letter.len_utf8()] };
            slowest = slowest.max(best(|| hits = shelf.find(typed, &Moment::default()).len()));
        }
        let name = format!("slowest key of `{words}`, {hits} found");
        println!("{name:<44}{:>10.1}{:>16.1}", ms(slowest.0), ms(slowest.1));
    }
    println!("{steps} steps in all");
}

/// The fixtures, over and over; each copy is called otherwise and says so.
fn sources() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/runbooks");
    let mut real: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| {
            (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap())
        })
        .collect();
    real.sort();
    let copy = |number: usize| {
        let (name, source) = &real[number % real.len()];
        let name = format!("{name}-{number}");
        (name.clone(), format!("{source}\n\nThis one is {name}.\n"))
    };
    (0..BOOKS).map(copy).collect()
}

fn measured<T>(name: &str, mut work: impl FnMut() -> T) -> T {
    let (clock, cpu) = best(&mut work);
    println!("{name:<44}{:>10.1}{:>16.1}", ms(clock), ms(cpu));
    work()
}

/// The shortest of some runs, and what it took of the processor: other work on the machine is not in that.
fn best<T>(mut work: impl FnMut() -> T) -> (Duration, Duration) {
    let runs = (0..RUNS).map(|_| {
        let (began, cpu) = (Instant::now(), cpu_time());
        let done = work();
        let spent = (began.elapsed(), cpu_time().saturating_sub(cpu));
        drop(done);
        spent
    });
    runs.min_by_key(|(_, cpu)| *cpu).unwrap()
}

/// What this thread has spent on a processor.
fn cpu_time() -> Duration {
    let spent = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(spent.split(' ').next().unwrap().parse().unwrap())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
