//! Runs a plan for a test and collects what it says. Files live in a folder that goes away.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tokio::sync::mpsc;
use warroom::io::clock::Clock;
use warroom::io::exec::{self, ExecMsg, Outcome, Plan, Running, Stream};
use warroom::text::redact::Redactor;

/// No test waits longer than this for anything: a guard, not a measure.
pub const GUARD: Duration = Duration::from_mins(4);

pub struct Lab {
    folder: tempfile::TempDir,
    redactor: Arc<Redactor>,
    out: mpsc::Sender<ExecMsg>,
    inbox: mpsc::Receiver<ExecMsg>,
    pub said: Vec<ExecMsg>,
}

/// A plan with an id of its own.
pub fn plan(command: &str) -> Plan {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    Plan::new(format!("run-{}", NEXT.fetch_add(1, Ordering::Relaxed)), command)
}

pub fn word(msg: &ExecMsg) -> &'static str {
    match msg {
        ExecMsg::Started { .. } => "started",
        ExecMsg::Output { .. } => "output",
        ExecMsg::Masked { .. } => "masked",
        ExecMsg::Ended { .. } => "ended",
    }
}

impl Lab {
    pub fn new() -> Self {
        Self::with([], 1024)
    }

    pub fn with_secrets<const N: usize>(secrets: [&str; N]) -> Self {
        Self::with(secrets, 1024)
    }

    /// A channel that holds this many messages.
    pub fn with_room(room: usize) -> Self {
        Self::with([], room)
    }

    fn with<const N: usize>(secrets: [&str; N], room: usize) -> Self {
        static SHARED: LazyLock<Redactor> = LazyLock::new(Redactor::new);
        let (out, inbox) = mpsc::channel(room);
        let redactor = Arc::new(SHARED.clone().with_secrets(secrets));
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder, redactor, out, inbox, said: Vec::new() }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub fn start(&self, plan: Plan) -> Running {
        exec::start(plan, Arc::clone(&self.redactor), Clock::wall(), self.out.clone())
    }

    /// Runs to the end, reading all the while.
    pub async fn run(&mut self, plan: Plan) -> Outcome {
        let running = self.start(plan);
        self.until(|msg| matches!(msg, ExecMsg::Ended { .. })).await;
        end(&running).await
    }

    pub async fn into_run(mut self, plan: Plan) -> Outcome {
        self.run(plan).await
    }

    /// Runs to the end, and reads nothing before.
    pub async fn run_unread(&mut self, plan: Plan) -> Outcome {
        let running = self.start(plan);
        end(&running).await
    }

    /// Waits until a message lies there that nobody takes.
    pub async fn until_full(&self) {
        let full = async {
            while self.inbox.is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(GUARD, full).await.expect("in time");
    }

    /// Reads until a message fits.
    pub async fn until(&mut self, fits: impl Fn(&ExecMsg) -> bool) {
        loop {
            let msg =
                tokio::time::timeout(GUARD, self.inbox.recv()).await.expect("in time").expect("a message");
            self.said.push(msg);
            if self.said.last().is_some_and(&fits) {
                return;
            }
        }
    }

    /// Reads until a line of output holds `text`; the line.
    pub async fn until_line(&mut self, text: &str) -> String {
        let holds = |msg: &ExecMsg| matches!(msg, ExecMsg::Output { lines, .. } if lines.iter().any(|line| line.contains(text)));
        self.until(holds).await;
        self.lines(Stream::Out).into_iter().rev().find(|line| line.contains(text)).expect("the line")
    }

    /// What one stream said so far.
    pub fn lines(&self, wanted: Stream) -> Vec<String> {
        let lines = self.said.iter().filter_map(|msg| match msg {
            ExecMsg::Output { stream, lines, .. } if *stream == wanted => Some(lines.clone()),
            _ => None,
        });
        lines.flatten().collect()
    }
}

pub async fn end(running: &Running) -> Outcome {
    let outcome = tokio::time::timeout(GUARD, running.wait()).await.expect("in time");
    outcome.expect("an outcome").as_ref().clone()
}
