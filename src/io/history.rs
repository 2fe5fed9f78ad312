//! `history.db`: closed buckets of sources that remember nothing, so that a restart keeps thirty days.
//!
//! Rebuildable: whatever is wrong with the file costs the past and a warning, never the console. Read
//! by every process at its start, written by the one that holds the lease.

mod book;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::Sender;

use super::clock::Clock;
use super::lease::Claim;
use super::runtime::Told;
use crate::app::Msg;
use crate::config::probe::{Asking, Expected};
use crate::config::{Config, Probe, Source, SourceKind};
use crate::slo::keep::{self, Kept, Past};
use crate::slo::{Counts, Indicator, Slo, Subject};
use crate::text::{Place, Problem, Time, when};

pub use book::{Book, Fault};

/// Closed buckets of this many rows are held for a file that cannot be written now.
const HELD: usize = 100_000;
/// A pause between scrapes up to so many intervals is filled by the poll that ends it.
const LATE_POLLS: u32 = 3;
/// And one of a minute in any case.
const LATE: Duration = Duration::from_mins(10);

/// A stretch of one row's past, its last bucket ending at `end`; `None` is a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Restored {
    pub subject: Subject,
    pub end: Time,
    pub buckets: Vec<Option<Counts>>,
}

/// The indicators that need to be kept: those that no Prometheus remembers.
pub fn kept(config: &Config) -> BTreeMap<String, Kept> {
    let indicators = config.slos.iter().flat_map(Slo::indicators);
    let kept = indicators.filter_map(|asked| {
        let source = config.source_of(&asked)?;
        let words = words(source)?;
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let key = keep::key(&asked, &words);
        let late = LATE.max(source.every.saturating_mul(LATE_POLLS));
        let Indicator { id, history, .. } = asked;
        Some((id, Kept { key, late, back: history }))
    });
    kept.collect()
}

/// What about a source decides what its numbers mean; `None` for one that has a history itself.
fn words(source: &Source) -> Option<Vec<String>> {
    let own = [source.name.clone(), source.kind.word().to_owned()];
    let rest = match &source.kind {
        SourceKind::Prometheus { .. } | SourceKind::Alertmanager { .. } => return None,
        SourceKind::Scrape { urls } => urls.clone(),
        SourceKind::Probe(probe) => probe_words(probe),
    };
    Some(own.into_iter().chain(rest).collect())
}

fn probe_words(probe: &Probe) -> Vec<String> {
    let status = |expected: &Expected| match expected {
        Expected::Status(status) => status.to_string(),
        Expected::Class(hundreds) => format!("{hundreds}xx"),
    };
    let method = match probe.method {
        Asking::Get => "GET",
        Asking::Head => "HEAD",
    };
    let mut words = probe.urls.clone();
    words.push(probe.expect.iter().map(status).collect::<Vec<_>>().join(","));
    words.push(probe.within.map(when::short_span).unwrap_or_default());
    words.push(method.to_owned());
    words.push(probe.body.clone().unwrap_or_default());
    words
}

/// The past of every indicator that is kept, for a process that waits for it; and what is wrong with the
/// file, if anything is.
pub fn read(data: &Path, kept: &BTreeMap<String, Kept>, now: Time) -> (Vec<Restored>, Option<Problem>) {
    if kept.is_empty() || !book::is_there(data) {
        return (Vec::new(), None);
    }
    match Book::open(data).and_then(|book| book.read(kept, now)) {
        Ok(past) => (past, None),
        Err(fault) => (Vec::new(), Some(warning(data, &fault, "budgets begin anew"))),
    }
}

fn warning(data: &Path, fault: &Fault, costs: &str) -> Problem {
    let file = data.join(book::FILE).display().to_string();
    Problem::warning(Place::file(file), "history", format!("{fault}: {costs}"))
}

/// What a historian works with.
#[derive(Debug)]
pub struct Start {
    pub data: PathBuf,
    pub claim: Claim,
    pub kept: BTreeMap<String, Kept>,
    pub clock: Clock,
    pub told: Sender<Told>,
}

/// What the thread is asked for.
#[derive(Debug)]
enum Job {
    Keep(Vec<Past>),
    Recall(BTreeMap<String, Kept>),
}

/// A handle on the history's thread. Nothing here waits, but for [`close`](Self::close).
#[derive(Debug)]
pub struct Historian {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Historian {
    /// Starts the thread, which tells the past first.
    pub fn start(start: Start) -> Self {
        let (jobs, inbox) = mpsc::channel();
        let work = move || Desk { start, book: None, held: Vec::new(), warned: false }.work(&inbox);
        let thread = thread::Builder::new().name("history".to_owned()).spawn(work);
        Self { jobs: Some(jobs), thread: thread.ok() }
    }

    /// Hands over what is to be kept.
    pub fn keep(&self, past: Vec<Past>) {
        self.ask(Job::Keep(past));
    }

    /// Has the past of these indicators told, after what was handed over before is written.
    pub fn recall(&self, kept: BTreeMap<String, Kept>) {
        self.ask(Job::Recall(kept));
    }

    fn ask(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // A thread that died has said so; its past is rebuilt from now on.
            let _ = jobs.send(job);
        }
    }

    /// Waits until everything handed over so far is written, or cannot be.
    pub async fn close(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

/// The thread's own state.
struct Desk {
    start: Start,
    book: Option<Book>,
    /// What could not be written yet.
    held: Vec<Past>,
    /// The file's trouble was told.
    warned: bool,
}

impl Desk {
    fn work(&mut self, inbox: &mpsc::Receiver<Job>) {
        let kept = std::mem::take(&mut self.start.kept);
        self.tell_past(&kept);
        while let Ok(job) = inbox.recv() {
            match job {
                Job::Keep(past) => self.keep(past),
                Job::Recall(kept) => self.tell_past(&kept),
            }
        }
    }

    fn keep(&mut self, past: Vec<Past>) {
        self.held.extend(past);
        if self.start.claim.holds() {
            self.write();
        } else {
            // Whoever holds the lease writes the same.
            self.held.clear();
        }
    }

    fn tell_past(&mut self, kept: &BTreeMap<String, Kept>) {
        let (past, problem) = read(&self.start.data, kept, self.start.clock.now());
        for Restored { subject, end, buckets } in past {
            let Some(Kept { key, .. }) = kept.get(&subject.indicator) else { continue };
            self.tell(Msg::Restored { key: key.clone(), subject, end, buckets });
        }
        if let Some(problem) = problem {
            self.warned = true;
            self.tell(Msg::Problems(vec![problem]));
        }
    }

    fn write(&mut self) {
        match self.try_write() {
            Ok(()) => {
                self.held.clear();
                self.warned = false;
            }
            Err(fault) => self.failed(&fault),
        }
    }

    fn try_write(&mut self) -> Result<(), Fault> {
        let now = self.start.clock.now();
        let mut book = match self.book.take() {
            Some(book) => book,
            None => Book::open(&self.start.data)?,
        };
        book.keep(&self.held, now)?;
        self.book = Some(book);
        Ok(())
    }

    /// A broken file makes room for a new one; another trouble may pass, and what is held is written then.
    fn failed(&mut self, fault: &Fault) {
        let costs = match fault {
            Fault::Broken(_) => match book::set_aside(&self.start.data) {
                Ok(()) => {
                    let again = self.try_write();
                    self.held.clear();
                    if again.is_ok() { "set aside, a new one begins" } else { "no history is kept" }
                }
                Err(_) => "it cannot be set aside, no history is kept",
            },
            _ => "the history is kept in memory until it can be written",
        };
        if !std::mem::replace(&mut self.warned, true) || matches!(fault, Fault::Broken(_)) {
            self.tell(Msg::Problems(vec![warning(&self.start.data, fault, costs)]));
        }
        let surplus = self.held.len().saturating_sub(HELD);
        self.held.drain(..surplus);
    }

    fn tell(&self, msg: Msg) {
        // The console has ended: nobody is left to be told.
        let _ = self.start.told.blocking_send(msg.into());
    }
}
