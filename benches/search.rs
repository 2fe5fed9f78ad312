//! What searching a million entries costs: making the index, keeping it up to date, and answers, the newest
//! first and ranked, by an index that is open already and by one that is opened for the question.

#![expect(clippy::unwrap_used, reason = "a bench that cannot measure may stop")]
#![expect(clippy::disallowed_methods, reason = "a bench looks at the clock itself")]

#[path = "support/filled.rs"]
mod filled;

use std::fs::metadata;
use std::path::Path;
use std::time::{Duration, Instant};

use filled::{at, fill, note, recorded};
use warroom::incident::search::{Found, Order, Query};
use warroom::incident::timeline::Filter;
use warroom::io::journal::Journal;
use warroom::io::search::Search;

const ENTRIES: usize = 1_000_000;
const INCIDENTS: usize = 1_000;
/// Runs of each question.
const RUNS: usize = 21;
/// Words that notes are made of besides those they all have.
const VOCABULARY: usize = 20_000;
/// A word of nearly all entries, of few, of one, the beginnings of such, several at once, and what is nowhere.
const QUESTIONS: [&str; 14] = [
    "checkout",
    "che",
    "word-777",
    "word-77",
    "number-4242",
    "checkout word-777",
    "word-777 che",
    "checkout 502 deploy rolling",
    "service-7 checkout",
    "by:ana queue",
    "kind:task checkout queue",
    "nowhere",
    "nowhere che",
    "service nowhere",
];

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let data = folder.path();
    fill(data, (ENTRIES, INCIDENTS), say);
    let mut search = Search::new(data);
    let (made, found) = timed(|| ask(&mut search, "number-4242", Order::Newest));
    assert_eq!(found.hits.len(), 1);
    let mb = |file: &str| metadata(data.join(file)).unwrap().len() as f64 / 1e6;
    println!("index of {ENTRIES} entries made in {:.1} s", made.as_secs_f64());
    println!("{:.0} MB beside a journal of {:.0} MB", mb("search.db"), mb("journal.db"));
    let mut journal = Journal::open(data).unwrap();
    journal.append(&recorded(note("one more".to_owned())), at(ENTRIES)).unwrap();
    let (more, _) = timed(|| ask(&mut search, "number-4242", Order::Newest));
    println!("one entry more taken in, and an answer: {:.1} ms", ms(more));
    println!(
        "\n{:<32}{:>6}{:>24}{:>24}{:>24}",
        "ms: median, longest", "hits", "newest", "opened for it", "ranked"
    );
    for words in QUESTIONS {
        print_question(data, &mut search, words);
    }
}

fn say(n: usize) -> String {
    let word = n * 7_919 % VOCABULARY;
    format!("checkout answers 502 since the deploy of 14:02; rolling back word-{word} number-{n}")
}

fn ask(search: &mut Search, words: &str, order: Order) -> Found {
    let found =
        search.find(&Query { wanted: Filter::parse(words), limit: 50, order, ..Query::default() }).unwrap();
    assert_eq!(found.without_index, None);
    found
}

fn print_question(data: &Path, search: &mut Search, words: &str) {
    let hits = ask(search, words, Order::Newest).hits.len();
    let newest = times(|| ask(search, words, Order::Newest));
    let opened = times(|| ask(&mut Search::new(data), words, Order::Newest));
    let ranked = times(|| ask(search, words, Order::Ranked));
    println!("{words:<32}{hits:>6}{newest:>24}{opened:>24}{ranked:>24}");
}

fn times(mut work: impl FnMut() -> Found) -> String {
    let mut times: Vec<Duration> = (0..RUNS).map(|_| timed(&mut work).0).collect();
    times.sort_unstable();
    format!("{:.1}, {:.1}", ms(times[RUNS / 2]), ms(times[RUNS - 1]))
}

fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let began = Instant::now();
    let done = work();
    (began.elapsed(), done)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
