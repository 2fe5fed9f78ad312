//! Metric sources: one task a source, polling and telling, never awaited by the console's loop.
//!
//! Here are the messages, the rhythm and the fence that turns a panic into a message; how a kind of
//! source is asked is in its own file. Nothing is judged here: answers go out as they came.

mod access;
pub mod alertmanager;
mod backoff;
mod client;
mod filled;
pub(crate) mod http;
mod probe;
mod prometheus;
mod scrape;
mod signals;
mod wire;

use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;
use tokio::time::Instant;

pub(crate) use self::access::read as secret;
pub use self::client::Client;
pub use self::filled::{Filled, News};
pub use self::prometheus::{hour, instant};
use crate::config::{Source, SourceKind};
use crate::incident::event::ChangeKind;
use crate::incident::inbox::Batch;
use crate::io::clock::Clock;
use crate::slo::telemetry::Heartbeat;
use crate::slo::{Indicator, Sample, Subject};
use crate::text::{Time, when};

pub use signals::Signalled;
pub use wire::Wire;

/// What a source's task says.
#[derive(Debug, Clone, PartialEq)]
pub enum SourceMsg {
    Polled(Polled),
    Backfill(Backfill),
    Change(Change),
    Signals(Signalled),
    Alerts(Batch),
}

/// Per indicator and group, in the order of the configuration: its sample, or why it has none.
pub type Answers = Vec<(Subject, Result<Sample, String>)>;

/// One poll of a source: every SLO's sample, or why it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Polled {
    /// The source's name.
    pub source: String,
    /// When it was asked.
    pub at: Time,
    /// How long it took, on the wall.
    pub took: Duration,
    pub heartbeat: Heartbeat,
    /// `Err` where the source as a whole gave nothing.
    pub answers: Result<Answers, String>,
    /// What was odd but cost no SLO: bad lines of a page, warnings of a server. Raw text.
    pub warnings: Vec<String>,
    /// Some of what was counted lacks data, as the source itself says.
    pub is_partial: bool,
}

/// A piece of an indicator's history, the newest piece first.
#[derive(Debug, Clone, PartialEq)]
pub struct Backfill {
    pub source: String,
    pub subject: Subject,
    /// Always [`Sample::Tiles`] that fill closed buckets, or why this piece stays a gap.
    pub sample: Result<Sample, String>,
    /// How much of the source's history has been asked for, `0..=1`; 1 on the last piece.
    pub done: f32,
    /// Whether it is the last word on its stretch of time; of groups each is told apart.
    pub is_last: bool,
}

/// A change of a service that a source knows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub service: String,
    pub kind: ChangeKind,
    pub what: String,
    pub at: Time,
}

/// Starts the task of one source for the indicators that it measures, with a client of its own. It ends
/// when the receiver is gone.
pub fn spawn(source: &Source, asked: Vec<Indicator>, clock: Clock, tx: Sender<SourceMsg>) -> JoinHandle<()> {
    Client::new(source, clock).poll(asked, &Filled::default(), tx)
}

/// The secrets of sources as far as they can be read, to be masked wherever they turn up.
pub fn secrets(sources: &[Source]) -> Vec<String> {
    sources.iter().flat_map(|source| access::readable(&source.access)).collect()
}

/// Why a source can never measure an indicator, as its queries stand; `None` when it may.
pub fn unmeasurable(kind: &SourceKind, asked: &Indicator) -> Option<String> {
    match kind {
        SourceKind::Scrape { .. } | SourceKind::Probe(_) => scrape::check(asked).err(),
        SourceKind::Prometheus { .. } => prometheus::check(asked).err(),
        SourceKind::Alertmanager { .. } => Some("an Alertmanager measures nothing".to_owned()),
    }
}

/// What a round of questions came to.
struct Round {
    answers: Result<Answers, String>,
    warnings: Vec<String>,
    heartbeat: Heartbeat,
    /// Some of the answers lack data.
    is_partial: bool,
}

impl Round {
    /// Answers without a word beside them.
    fn whole(answers: Result<Answers, String>) -> Self {
        Self { answers, warnings: Vec::new(), heartbeat: Heartbeat::Unwatched, is_partial: false }
    }

    fn failed(why: String) -> Self {
        Self::whole(Err(why))
    }
}

/// Who asks, how often, and whom the answers go to.
#[derive(Debug, Clone)]
struct Desk {
    name: String,
    every: Duration,
    /// How much later the second poll comes.
    shift: Duration,
    clock: Clock,
    tx: Sender<SourceMsg>,
}

impl Desk {
    /// Polls for ever, or until nobody listens.
    async fn keep_polling<P: Poll>(&self, mut poller: P) {
        let mut failures: u32 = 0;
        let mut shift = self.shift;
        while !self.tx.is_closed() {
            let at = self.clock.now();
            let asked = Instant::now();
            let round = fence(poller.poll(at)).await.unwrap_or_else(Round::failed);
            failures = if round.answers.is_err() { failures.saturating_add(1) } else { 0 };
            let Round { answers, warnings, heartbeat, is_partial } = round;
            let (source, took) = (self.name.clone(), asked.elapsed());
            let news = Polled { source, at, took, heartbeat, answers, warnings, is_partial };
            self.tell(SourceMsg::Polled(news)).await;
            if failures == 0 && poller.has_more() {
                continue;
            }
            self.rest(at, failures, std::mem::take(&mut shift)).await;
        }
    }

    async fn tell(&self, message: SourceMsg) {
        // A closed channel is noticed by whoever loops: they end.
        let _ = self.tx.send(message).await;
    }

    /// Waits for the next poll, counted from when the last one began.
    async fn rest(&self, began: Time, failures: u32, shift: Duration) {
        let delay = backoff::delay(self.every, failures, chance()) + shift;
        let spent = when::since(began, self.clock.now());
        self.pause(delay.saturating_sub(spent)).await;
    }

    /// Waits for a span of the clock, at least a moment; shorter when the receiver goes.
    async fn pause(&self, span: Duration) {
        self.wait(self.clock.on_the_wall(span).max(Duration::from_millis(10))).await;
    }

    /// Waits for a span of the wall's time; shorter when the receiver goes.
    async fn wait(&self, wall: Duration) {
        let _ = tokio::time::timeout(wall, self.tx.closed()).await;
    }
}

/// A kind of source that can be asked.
trait Poll {
    fn poll(&mut self, now: Time) -> impl Future<Output = Round> + Send;

    /// Whether the last round left something that is to be asked at once.
    fn has_more(&self) -> bool {
        false
    }
}

/// Runs one piece of work; a panic in it becomes a sentence.
async fn fence<T>(work: impl Future<Output = T>) -> Result<T, String> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|panic| fault(panic.as_ref()))
}

/// The sentence for a panic of our own.
fn fault(panic: &(dyn Any + Send)) -> String {
    let said = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    format!("a fault in warroom itself: {} (polling goes on; please report it)", http::one_line(&said))
}

/// A chance in `0..1`; one half where the system has no randomness to give.
pub(super) fn chance() -> f64 {
    getrandom::u32().map_or(0.5, |roll| f64::from(roll) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_in_a_source_is_a_sentence_and_not_silence() {
        let said = fence(async { panic!("no such\nbucket: {}", 7) }).await.map(|never: ()| never);
        let expected = "a fault in warroom itself: no such bucket: 7 (polling goes on; please report it)";
        assert_eq!(said, Err(expected.to_owned()));
        assert_eq!(fence(async { 7 }).await, Ok(7));
    }

    /// Fails with a panic, an error, then is well again.
    struct Moody(u32);

    impl Poll for Moody {
        async fn poll(&mut self, _now: Time) -> Round {
            self.0 += 1;
            assert!(self.0 != 1, "a bad morning");
            let answers = if self.0 == 2 { Err("tired".to_owned()) } else { Ok(Vec::new()) };
            Round::whole(answers)
        }
    }

    #[tokio::test]
    async fn polling_goes_on_after_a_panic_and_after_an_error() {
        let (tx, mut inbox) = tokio::sync::mpsc::channel(1);
        let every = Duration::from_millis(20);
        let shift = Duration::ZERO;
        let desk = Desk { name: "moody".to_owned(), every, shift, clock: Clock::wall(), tx };
        let polling = tokio::spawn(async move { desk.keep_polling(Moody(0)).await });
        let mut heard = Vec::new();
        while heard.len() < 3 {
            if let Some(SourceMsg::Polled(polled)) = inbox.recv().await {
                heard.push(polled.answers.err());
            }
        }
        drop(inbox);
        polling.await.expect("it ends without a panic");
        let fault = "a fault in warroom itself: a bad morning (polling goes on; please report it)";
        assert_eq!(heard, [Some(fault.to_owned()), Some("tired".to_owned()), None]);
    }
}
