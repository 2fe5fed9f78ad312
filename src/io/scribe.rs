//! The journal's thread: appends what is asked, retries what failed, tells of what others wrote.
//!
//! What waits is committed together: one write to the disk for a storm, each ask with its own answer.

use std::iter;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::oneshot;

use super::clock::Clock;
use super::journal::{Answer, Journal, JournalError, Limits};
use super::lease::Claim;
use super::reader::Reader;
use super::runtime::Told;
use crate::app::Msg;
use crate::incident::intent::RefusalKind;
use crate::incident::{Ask, Event, EventKind};
use crate::text::{Time, when};

/// Between two looks for what other processes wrote; half a second is promised.
const LOOK: Duration = Duration::from_millis(200);
/// How long another process may hold the journal before a line shows as UNSAVED.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two tries of what could not be saved.
const RETRY: Duration = Duration::from_secs(1);
/// Most asks of one commit, so that the first of them need not wait long for the last.
const BURST: usize = 1024;

/// A handle on the journal's thread. Nothing here waits, but for [`close`](Self::close).
#[derive(Debug)]
pub struct Scribe {
    asks: Option<Arc<mpsc::Sender<Job>>>,
    told: Sender<Told>,
    claim: Claim,
    thread: Option<JoinHandle<Vec<Ask>>>,
}

/// A way to the journal for what is posted to us. It does not keep the journal's thread alive.
#[derive(Debug, Clone)]
pub struct Intake(Weak<mpsc::Sender<Job>>);

/// What became of something that was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// It is on the disk.
    Recorded,
    /// It was there already.
    Known,
    /// The rules do not take it: why.
    Refused(String),
    /// The journal could not be written: whoever posted it has to come again.
    Unsaved,
}

/// One thing to write, and who asks.
#[derive(Debug)]
struct Job {
    ask: Ask,
    voice: Voice,
}

impl Job {
    /// The ticket of a person who waits for the answer.
    fn ticket(&self) -> Option<u64> {
        if let Voice::Person(ticket) = self.voice { Some(ticket) } else { None }
    }
}

/// Who asks, and so where the answer goes.
#[derive(Debug)]
enum Voice {
    /// A person at the console; the answer carries the ticket.
    Person(u64),
    /// The system, while it holds the lease; nobody waits for an answer.
    System,
    /// What the system was posted, and no other process was; nobody waits for an answer.
    Receiver,
    /// Another system that posted it and waits.
    Sender(oneshot::Sender<Received>),
}

impl Intake {
    /// Writes what was posted, whoever holds the lease: its key says it once. Answers when it is on the disk,
    /// or cannot be.
    pub async fn receive(&self, ask: Ask) -> Received {
        let (answer, answered) = oneshot::channel();
        let Some(asks) = self.0.upgrade() else { return Received::Unsaved };
        if asks.send(Job { ask, voice: Voice::Sender(answer) }).is_err() {
            return Received::Unsaved;
        }
        drop(asks);
        answered.await.unwrap_or(Received::Unsaved)
    }
}

impl Scribe {
    /// Opens the journal and starts its thread; the whole journal is told first.
    ///
    /// # Errors
    /// When the journal cannot be opened: nothing can be recorded, so there is nothing to start.
    pub fn start(data: &Path, clock: Clock, told: Sender<Told>) -> Result<Self, JournalError> {
        let mut journal = Journal::open(data)?;
        journal.limit(Limits { patience: PATIENCE, ..Limits::default() })?;
        let (asks, jobs) = mpsc::channel();
        let answers = told.clone();
        let claim = Claim::on(data);
        let lease = claim.clone();
        let thread = thread::Builder::new().name("journal".to_owned()).spawn(move || {
            lease.holds();
            Desk { journal, clock, told: answers, claim: lease, failed: Vec::new(), retry_at: None }
                .work(&jobs)
        });
        Ok(Self { asks: Some(Arc::new(asks)), told, claim, thread: thread.ok() })
    }

    /// As [`Self::start`] for a console that only reads: takes no lease and writes nothing.
    ///
    /// # Errors
    /// When there is no journal, or it cannot be read.
    pub fn reading(data: &Path, told: Sender<Told>) -> Result<Self, JournalError> {
        let reader = Reader::open(data, told.clone())?;
        let (asks, jobs) = mpsc::channel();
        let thread = thread::Builder::new().name("journal".to_owned()).spawn(move || {
            reader.work(&jobs, Job::ticket);
            Vec::new()
        });
        Ok(Self { asks: Some(Arc::new(asks)), told, claim: Claim::none(), thread: thread.ok() })
    }

    /// The process's claim on the lease, for others who write what the system notices.
    pub fn claim(&self) -> Claim {
        self.claim.clone()
    }

    /// A way in for what others post.
    pub fn intake(&self) -> Intake {
        Intake(self.asks.as_ref().map(Arc::downgrade).unwrap_or_default())
    }

    /// A person asks.
    pub fn append(&self, ticket: u64, ask: Ask) {
        self.send(Job { ask, voice: Voice::Person(ticket) });
    }

    /// The system noticed something; written only while this process holds the lease.
    pub fn notice(&self, ask: Ask) {
        self.send(Job { ask, voice: Voice::System });
    }

    /// The system was posted something; written whoever holds the lease.
    pub fn record(&self, ask: Ask) {
        self.send(Job { ask, voice: Voice::Receiver });
    }

    fn send(&self, job: Job) {
        let Some(asks) = &self.asks else { return };
        let ticket = job.ticket();
        if let (Err(_), Some(ticket)) = (asks.send(job), ticket) {
            let why = "the journal's thread has died (leave and start again)".to_owned();
            let _ = self.told.try_send(Msg::Unsaved { ticket, why }.into());
        }
    }

    /// Waits until everything asked so far was written or refused for good; what could not be saved
    /// comes back.
    pub async fn close(&mut self) -> Vec<Ask> {
        self.asks = None;
        let Some(thread) = self.thread.take() else { return Vec::new() };
        let joined = tokio::task::spawn_blocking(move || thread.join()).await;
        self.claim.release();
        joined.ok().and_then(Result::ok).unwrap_or_default()
    }
}

/// The thread's own state.
struct Desk {
    journal: Journal,
    clock: Clock,
    told: Sender<Told>,
    claim: Claim,
    /// What could not be saved yet, in the order it was asked.
    failed: Vec<Job>,
    retry_at: Option<Time>,
}

impl Desk {
    /// Works until nobody asks any more; what could not be saved by then comes back.
    fn work(&mut self, jobs: &mpsc::Receiver<Job>) -> Vec<Ask> {
        self.tell_all();
        loop {
            match jobs.recv_timeout(LOOK) {
                Ok(first) => self.write(iter::once(first).chain(jobs.try_iter()).take(BURST).collect()),
                Err(RecvTimeoutError::Timeout) => self.look(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.retry();
        }
        let left = std::mem::take(&mut self.failed).into_iter().map(|job| job.ask);
        left.filter(|ask| self.journal.append(ask, self.clock.now()).is_err()).collect()
    }

    /// The whole journal: at the start, and after words in it were erased.
    fn tell_all(&mut self) {
        match self.journal.events() {
            Ok(events) => self.tell(Msg::Loaded(events)),
            Err(error) => self.died(&error),
        }
    }

    fn write(&mut self, mut jobs: Vec<Job>) {
        let noticed = |job: &Job| matches!(job.voice, Voice::System);
        if jobs.iter().any(noticed) && !self.claim.holds() {
            jobs.retain(|job| !noticed(job));
        }
        if self.failed.is_empty() {
            self.try_write(jobs);
        } else {
            // What was asked first is written first.
            for job in jobs {
                self.keep(job, "waits for an earlier line");
            }
        }
    }

    /// All in one commit; on an error none was written, and all are tried again.
    fn try_write(&mut self, jobs: Vec<Job>) {
        let now = self.clock.now();
        let (voices, asks): (Vec<_>, Vec<_>) = jobs.into_iter().map(|job| (job.voice, job.ask)).unzip();
        match self.journal.append_all(&asks, now) {
            Ok(answers) => self.answer(voices.into_iter().zip(answers)),
            Err(error) => {
                let jobs = voices.into_iter().zip(asks).map(|(voice, ask)| Job { ask, voice });
                self.put_off(jobs, &error, now);
            }
        }
    }

    fn put_off(&mut self, jobs: impl Iterator<Item = Job>, error: &JournalError, now: Time) {
        let why = error.fault.to_string();
        for mut job in jobs {
            // It happened when it was asked, whenever it will be written.
            job.ask.happened_at = job.ask.happened_at.or(Some(now));
            self.keep(job, &why);
        }
        self.retry_at = Some(when::after(now, self.pause()));
    }

    /// Keeps what is to be tried again. Whoever posted something comes again by itself.
    fn keep(&mut self, job: Job, why: &str) {
        match job.voice {
            Voice::Person(ticket) => self.tell(Msg::Unsaved { ticket, why: why.to_owned() }),
            Voice::System | Voice::Receiver => {}
            Voice::Sender(answer) => {
                let _ = answer.send(Received::Unsaved);
                return;
            }
        }
        self.failed.push(job);
    }

    /// The first alone, so that a disk that is still full is asked for little; then those that waited
    /// behind it.
    fn retry(&mut self) {
        if self.failed.is_empty() || self.retry_at.is_some_and(|at| self.clock.now() < at) {
            return;
        }
        let mut first = std::mem::take(&mut self.failed);
        let rest = first.split_off(1);
        self.try_write(first);
        if self.failed.is_empty() && !rest.is_empty() {
            self.try_write(rest);
        } else {
            self.failed.extend(rest);
        }
    }

    /// The pause between tries, in the clock's own time.
    fn pause(&self) -> Duration {
        RETRY.mul_f64(self.clock.speed())
    }

    /// What other processes wrote, where anything did.
    fn look(&mut self) {
        if self.journal.changed() {
            self.answer(iter::empty());
        }
    }

    /// Everything since the last telling, ours and others', in order; what answers a ticket comes with it.
    fn answer(&mut self, answers: impl Iterator<Item = (Voice, Answer)>) {
        let events = match self.journal.catch_up() {
            Ok(events) => events,
            Err(error) => return self.died(&error),
        };
        let erased = events.iter().any(|event| matches!(event.kind, EventKind::Redacted { .. }));
        let mut events = events.into_iter().peekable();
        for (voice, answer) in answers {
            match (voice, answer) {
                (Voice::Person(ticket), Ok(own)) => {
                    let last = own.last().map_or(0, |event| event.seq);
                    let until = iter::from_fn(|| events.next_if(|event| event.seq <= last)).collect();
                    self.tell(Msg::Appended { ticket: Some(ticket), events: until });
                }
                (Voice::Person(ticket), Err(refusal)) => {
                    self.tell(Msg::Refused { ticket, why: refusal.why });
                }
                (Voice::System | Voice::Receiver, _) => {}
                // Who has gone away meanwhile needs no answer.
                (Voice::Sender(sender), answer) => drop(sender.send(received(answer))),
            }
        }
        let rest: Vec<Event> = events.collect();
        if !rest.is_empty() {
            self.tell(Msg::Appended { ticket: None, events: rest });
        }
        if erased {
            self.tell_all();
        }
    }

    fn died(&self, error: &JournalError) {
        self.tell(Msg::TaskDied { task: "journal".to_owned(), why: error.to_string() });
    }

    fn tell(&self, msg: Msg) {
        // The console has ended: nobody is left to be told.
        let _ = self.told.blocking_send(msg.into());
    }
}

fn received(answer: Answer) -> Received {
    match answer {
        Ok(_) => Received::Recorded,
        Err(refusal) if refusal.kind == RefusalKind::AlreadySaid => Received::Known,
        Err(refusal) => Received::Refused(refusal.why),
    }
}
