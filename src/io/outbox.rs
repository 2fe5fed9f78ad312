//! The outbox at work: posts go out one after the other for each target, are tried again with growing
//! pauses, and what became of them is told. Only the process that holds the lease sends.
//!
//! Reads a target's address at each try and keeps it to itself: no event, log line or error has it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderName};
use tokio::sync::mpsc::{Sender, UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::feed::Task;
use super::lease::Claim;
use super::runtime::Told;
use super::sources::{Wire, chance};
use crate::app::Msg;
use crate::app::outgoing::News;
use crate::config::Target;
use crate::incident::EventKind;
use crate::incident::event::{Delivery, GivenUp};
use crate::incident::outbox::{self, GIVE_UP_AFTER, Kind, Letter, Verdict};

/// One try, from connecting to the last byte.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Between two looks whether the lease is ours by now.
const LOOK: Duration = Duration::from_secs(1);
const PAGERDUTY: &str = "https://events.pagerduty.com/v2/enqueue";

/// A handle on the task that sends. Nothing here waits; with it the task ends.
#[derive(Debug)]
pub struct Courier {
    orders: UnboundedSender<Order>,
    _task: Task,
}

/// What the task is told.
enum Order {
    /// Everything that waits now.
    Deliver(Vec<Letter>),
    Targets(Vec<Target>),
}

impl Courier {
    /// Sends to these targets while `claim` holds the lease; says through `told` what became of it.
    pub fn start(targets: Vec<Target>, claim: Claim, told: Sender<Told>) -> Self {
        let (orders, heard) = unbounded_channel();
        let round = Round { targets, claim, told, lines: BTreeMap::new(), ended: BTreeSet::new() };
        Self { orders, _task: Task::of(round.run(heard)) }
    }

    /// What waits now; what is not among it any more is not tried again.
    pub fn deliver(&self, waiting: Vec<Letter>) {
        // Ends with the handle, never before.
        let _ = self.orders.send(Order::Deliver(waiting));
    }

    /// Goes on with other targets.
    pub fn follow(&self, targets: Vec<Target>) {
        let _ = self.orders.send(Order::Targets(targets));
    }
}

/// The task's own state.
struct Round {
    targets: Vec<Target>,
    claim: Claim,
    told: Sender<Told>,
    /// What waits, for each target in the order it was queued.
    lines: BTreeMap<String, Line>,
    /// What this process has dealt with and the journal does not say yet.
    ended: BTreeSet<u64>,
}

/// The posts of one target: only the first is tried, so that none overtakes another.
struct Line {
    waiting: Vec<Letter>,
    attempts: u32,
    due: Instant,
    under_way: bool,
}

impl Round {
    async fn run(mut self, mut heard: UnboundedReceiver<Order>) {
        let mut tries: JoinSet<(u64, String, Verdict)> = JoinSet::new();
        let desk = Arc::new(Desk::default());
        loop {
            let due = self.next_due();
            tokio::select! {
                order = heard.recv() => match order {
                    Some(order) => self.obey(order),
                    None => return,
                },
                Some(done) = tries.join_next(), if !tries.is_empty() => {
                    if let Ok((seq, target, verdict)) = done {
                        self.ended(seq, &target, verdict).await;
                    }
                }
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
            }
            for (target, letter) in self.take_due() {
                let desk = Arc::clone(&desk);
                tries.spawn(async move {
                    let verdict = desk.attempt(&target, &letter).await;
                    (letter.queued.seq, target.name, verdict)
                });
            }
        }
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Targets(targets) => self.targets = targets,
            Order::Deliver(waiting) => {
                let seqs: BTreeSet<u64> = waiting.iter().map(|letter| letter.queued.seq).collect();
                self.ended.retain(|seq| seqs.contains(seq));
                let mut lines: BTreeMap<String, Vec<Letter>> = BTreeMap::new();
                for letter in waiting.into_iter().filter(|letter| !self.ended.contains(&letter.queued.seq)) {
                    lines.entry(letter.queued.post.target.clone()).or_default().push(letter);
                }
                let names: BTreeSet<String> = self.lines.keys().chain(lines.keys()).cloned().collect();
                for name in names {
                    self.line(&name).follow(lines.remove(&name).unwrap_or_default());
                }
            }
        }
    }

    fn line(&mut self, name: &str) -> &mut Line {
        self.lines.entry(name.to_owned()).or_insert_with(|| Line {
            waiting: Vec::new(),
            attempts: 0,
            due: Instant::now(),
            under_way: false,
        })
    }

    /// The instant of the next try. A line whose target is not ours waits for another configuration.
    fn next_due(&self) -> Option<Instant> {
        let ours = |name: &String| self.targets.iter().any(|target| target.name == *name);
        let ready = self.lines.iter().filter(|(name, line)| line.is_ready() && ours(name));
        ready.map(|(_, line)| line.due).min()
    }

    /// The first post of each line that is due, if we are the one who sends; else we look again later.
    fn take_due(&mut self) -> Vec<(Target, Letter)> {
        let now = Instant::now();
        if self.next_due().is_none_or(|due| due > now) {
            return Vec::new();
        }
        let holds = self.claim.holds();
        let mut due = Vec::new();
        for target in &self.targets {
            let line = self.lines.get_mut(&target.name).filter(|line| line.is_ready() && line.due <= now);
            let Some(line) = line else { continue };
            if !holds {
                line.due = now + LOOK;
                continue;
            }
            line.under_way = true;
            due.extend(line.waiting.first().map(|letter| (target.clone(), letter.clone())));
        }
        due
    }

    /// Goes on after a try: the next post, or a pause.
    async fn ended(&mut self, post: u64, target: &str, verdict: Verdict) {
        let line = self.line(target);
        line.under_way = false;
        line.attempts += 1;
        let attempts = line.attempts;
        let told = match verdict {
            Verdict::Again { why, wait } if attempts < GIVE_UP_AFTER => {
                line.due = Instant::now() + outbox::pause(attempts, wait, chance());
                News::Delayed { target: target.to_owned(), attempts, why }
            }
            verdict => {
                let found = line.waiting.iter().position(|letter| letter.queued.seq == post);
                let letter = found.map(|at| line.waiting.remove(at));
                (line.attempts, line.due) = (0, Instant::now());
                self.ended.insert(post);
                // What nobody waits for any more was dropped meanwhile; that it left is said all the same.
                let incident = letter.map(|letter| letter.incident);
                News::Ended { incident, kind: Box::new(outcome(post, attempts, verdict)) }
            }
        };
        // The console has ended.
        let _ = self.told.send(Msg::Outgoing(told).into()).await;
    }
}

impl Line {
    fn is_ready(&self) -> bool {
        !self.under_way && !self.waiting.is_empty()
    }

    /// Another first post is tried at once: it has not failed yet.
    fn follow(&mut self, waiting: Vec<Letter>) {
        let first = |letters: &[Letter]| letters.first().map(|letter| letter.queued.seq);
        if first(&self.waiting) != first(&waiting) {
            (self.attempts, self.due) = (0, Instant::now());
        }
        self.waiting = waiting;
    }
}

/// Addresses and keys of targets as far as they can be read, to be masked wherever they turn up.
pub fn secrets(targets: &[Target]) -> Vec<String> {
    let named = targets.iter().flat_map(|target| [&target.url, &target.routing_key]).flatten();
    named.filter_map(|secret| Wire::secret("outbox", secret).ok()).collect()
}

/// The event that a try which was the last one leads to.
pub fn outcome(post: u64, attempts: u32, verdict: Verdict) -> EventKind {
    match verdict {
        Verdict::Sent => EventKind::PostSent(Delivery { post, attempts }),
        Verdict::Never { why: reason } | Verdict::Again { why: reason, .. } => {
            EventKind::PostFailed(GivenUp { post, attempts, reason })
        }
    }
}

/// Carries one post to its target.
#[derive(Debug)]
pub struct Desk {
    wire: Wire,
}

impl Default for Desk {
    fn default() -> Self {
        Self { wire: Wire::new(TIMEOUT) }
    }
}

impl Desk {
    /// One try. Nothing of the target's address is in the words that come back.
    pub async fn attempt(&self, target: &Target, letter: &Letter) -> Verdict {
        let secret =
            |what, secret: &Option<_>| secret.as_ref().map(|own| Wire::secret(what, own)).transpose();
        let (url, key) = match (secret("url", &target.url), secret("routing key", &target.routing_key)) {
            (Ok(url), Ok(key)) => (url, key),
            // Somebody may still mend the file.
            (Err(why), _) | (_, Err(why)) => return Verdict::Again { why, wait: None },
        };
        let url = url.unwrap_or_else(|| PAGERDUTY.to_owned());
        let body = outbox::body(target.kind, letter, &key.unwrap_or_default());
        let mut headers = vec![(CONTENT_TYPE, "application/json".to_owned())];
        if target.kind != Kind::Pagerduty {
            headers.push((HeaderName::from_static("idempotency-key"), letter.queued.post.key.clone()));
        }
        match self.wire.post(&url, headers, body.to_string()).await {
            Ok(answer) => outbox::verdict(answer.status, &answer.shown, answer.retry_after),
            Err(why) => Verdict::Again { why, wait: None },
        }
    }
}
