//! Masking a stream of output on one core: log lines without a word that wakes a rule, log lines full
//! of such words, and one line without an end. In megabytes a second of the thread's own processor time.

#![expect(clippy::unwrap_used, reason = "a bench that cannot measure may stop")]

use std::fs;
use std::hint::black_box;

use warroom::text::redact::{Redactor, Window};

const BYTES: usize = 20_000_000;
/// As much as the command runner reads at once.
const PIECE: usize = 64 * 1024;
const RUNS: usize = 5;

fn log(line: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(BYTES + 256);
    let mut number = 0;
    while text.len() < BYTES {
        text.push_str(&line(number));
        number += 1;
    }
    text
}

fn plain(number: usize) -> String {
    format!(
        "2026-11-21T14:03:{:02}Z checkout-7d9f-{number} GET /cart/{number} 200 12ms ua=curl/8\n",
        number % 60
    )
}

/// What wakes rules on every line, a secret on one of a hundred.
fn wordy(number: usize) -> String {
    let secret = if number.is_multiple_of(100) { "password=hunter2hunter2" } else { "password=$DB" };
    format!(
        "level=info path=/api/token/{number} auth=ok secret=null key={number} {secret} msg=\"token refreshed\"\n"
    )
}

/// What this thread has spent on a processor.
fn cpu_seconds() -> f64 {
    let spent = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    spent.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1e9
}

fn measure(name: &str, redactor: &Redactor, text: &str) {
    let once = || {
        let before = cpu_seconds();
        let mut window = Window::new(redactor);
        for piece in text.as_bytes().chunks(PIECE) {
            black_box(window.push(std::str::from_utf8(piece).unwrap_or_default()));
            window.take_masked();
        }
        black_box(window.finish());
        cpu_seconds() - before
    };
    let mut times: Vec<f64> = (0..RUNS).map(|_| once()).collect();
    times.sort_by(f64::total_cmp);
    let rate = |seconds: f64| text.len() as f64 / 1e6 / seconds;
    println!("{name:<44}{:>9.1} MB/s (slowest run {:.1})", rate(times[0]), rate(times[RUNS - 1]));
}

fn main() {
    let before = cpu_seconds();
    let shapes = Redactor::new();
    println!("{:<44}{:>9.1} ms", "compile the rules", (cpu_seconds() - before) * 1e3);
    let typed = shapes.clone().with_secrets(["correct-horse-battery", "s3cr3t/w0rd", "hunter2typed"]);
    for (kind, redactor) in [("the shapes", &shapes), ("and three typed secrets", &typed)] {
        measure(&format!("quiet log, {kind}"), redactor, &log(plain));
        measure(&format!("log full of waking words, {kind}"), redactor, &log(wordy));
        measure(&format!("one line of 20 MB, {kind}"), redactor, &"0123456789abcde ".repeat(BYTES / 16));
    }
}
