//! One confirmed command, run: its own session, its output streamed, masked and kept, its end certain.
//!
//! The command runs in bash (else sh) with `-u`, so that a variable nobody set ends it instead of
//! turning `rm -r $DIR/x` into something else. Stopping answers within grace + 1 s whatever holds
//! its pipes. A screen that is slow to read never slows the command: lines it has no room for are
//! counted, and the spool has them all.

mod decode;
mod keep;
mod pump;
mod reap;
mod session;
mod spool;
mod tail;
mod terminal;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::incident::event::StepRun;
use crate::io::clock::Clock;
use crate::runbook::{Carried, Risk};
use crate::text::redact::{Counts, Masked, Redactor};
use crate::text::{Time, when};
pub use reap::marked;
pub use session::kill_all;

/// A command may run this long unless its plan says otherwise.
pub const TIMEOUT: Duration = Duration::from_mins(5);
/// How long a command may take to end after it was asked to.
pub const GRACE: Duration = Duration::from_secs(5);
/// The variable that marks a command's processes, so that those which left its session are found.
pub const MARK: &str = "WARROOM_RUN";

/// What is to run, exactly as it was confirmed.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Names the run in messages and its spool file; unique among the runs of one data folder.
    pub id: String,
    pub command: String,
    /// Where it runs; `None` is where the program was started.
    pub cwd: Option<PathBuf>,
    pub env: Vec<(String, String)>,
    pub timeout: Duration,
    /// What earlier blocks of its walk left; its folder gives way to `cwd`.
    pub carried: Carried,
    /// It has the whole terminal while it runs; its input is closed otherwise.
    pub interactive: bool,
    /// From TERM to KILL.
    pub grace: Duration,
    /// The data folder, below which `spool/ID.log` keeps the whole output; `None` keeps no file.
    pub data: Option<PathBuf>,
}

impl Plan {
    pub fn new(id: impl Into<String>, command: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            command: command.into(),
            cwd: None,
            env: Vec::new(),
            timeout: TIMEOUT,
            carried: Carried::default(),
            interactive: false,
            grace: GRACE,
            data: None,
        }
    }
}

/// Which of the two outputs a line came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    Out,
    Err,
}

/// What a run says while it lasts. `run` is the plan's id.
#[derive(Debug, Clone, PartialEq)]
pub enum ExecMsg {
    Started {
        run: String,
        pid: u32,
        at: Time,
        /// The text that runs, masked.
        command: String,
        /// The value of [`MARK`] in the environment of its processes.
        mark: String,
    },
    Output {
        run: String,
        stream: Stream,
        at: Time,
        /// Decoded and masked, still raw otherwise: make them [`Safe`](crate::text::Safe) to show them.
        lines: Vec<String>,
        /// Lines left out before these because nobody took them in time.
        skipped: u64,
    },
    /// What was masked by its shape in the output so far, while it is in memory.
    Masked {
        run: String,
        values: Vec<Masked>,
    },
    Ended {
        run: String,
        outcome: Box<Outcome>,
    },
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    Exit(i32),
    Signal(i32),
    TimedOut(Duration),
    Stopped,
    /// It never ran; the reason.
    NotStarted(String),
}

impl How {
    /// The exit code, where the command ended by itself.
    pub fn exit(&self) -> Option<i32> {
        match self {
            Self::Exit(code) => Some(*code),
            _ => None,
        }
    }
}

impl std::fmt::Display for How {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit {code}"),
            Self::Signal(number) => write!(f, "ended by {}", reap::signal_name(*number)),
            Self::TimedOut(after) => write!(f, "timed out after {}", span(*after)),
            Self::Stopped => f.write_str("stopped"),
            Self::NotStarted(why) => write!(f, "not started: {why}"),
        }
    }
}

/// `5m`, `90s`, `250ms`.
fn span(length: Duration) -> String {
    match (length.as_secs(), length.subsec_millis()) {
        (0, millis) => format!("{millis}ms"),
        (secs, _) if secs % 60 == 0 => format!("{}m", secs / 60),
        (secs, _) => format!("{secs}s"),
    }
}

/// Processes that outlived a run and are named where it is told; the record has all of them.
const NAMED: usize = 3;

/// A process that outlived the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survivor {
    pub pid: u32,
    /// Its command line, masked like everything else.
    pub command: String,
}

/// A run that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The text that ran, masked.
    pub command: String,
    pub started_at: Time,
    pub ended_at: Time,
    /// Where it ran.
    pub folder: String,
    pub how: How,
    /// SHA-256 (hex) and length in bytes of the whole masked output, both streams as they came.
    pub sha256: String,
    pub bytes: u64,
    /// The last lines of it.
    pub tail: String,
    /// File of the whole masked output, relative to the data folder.
    pub spool: Option<String>,
    pub survivors: Vec<Survivor>,
    /// What else there is to know: a held pipe, a spool that could not be written.
    pub notes: Vec<String>,
    /// What was masked in the output, by rule.
    pub masked: Counts,
    /// Where its shell stood at its end and what it had set; `None` where it did not say.
    pub carried: Option<Carried>,
}

/// What the event of a run needs to know beside its outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct StepName {
    pub runbook: String,
    pub step: String,
    pub title: String,
    pub risk: Risk,
    /// What it acts on, as far as that was known when it was confirmed.
    pub context: Option<String>,
}

impl Outcome {
    /// The run as the journal keeps it.
    pub fn into_step_run(self, name: StepName) -> StepRun {
        let survivors: Vec<String> =
            self.survivors.iter().map(|left| format!("{} {}", left.pid, left.command)).collect();
        let how = std::iter::once(self.how.to_string()).chain(self.notes);
        let ended = how.chain(still_running(&survivors)).collect::<Vec<_>>().join("; ");
        StepRun {
            runbook: name.runbook,
            step: name.step,
            title: name.title,
            command: self.command,
            risk: name.risk.word().to_owned(),
            started_at: self.started_at,
            duration_s: when::since(self.started_at, self.ended_at).as_secs_f64(),
            exit: self.how.exit(),
            ended,
            sha256: self.sha256,
            bytes: self.bytes,
            tail: self.tail,
            spool: self.spool,
            survivors,
            cwd: Some(self.folder),
            context: name.context,
            ..StepRun::default()
        }
    }
}

/// What outlived the run, the first of it by number and command.
fn still_running(survivors: &[String]) -> Option<String> {
    let named = survivors.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match survivors.len() {
        0 => None,
        count if count > NAMED => Some(format!("still running: {named} and {} more", count - NAMED)),
        _ => Some(format!("still running: {named}")),
    }
}

/// How a run is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Halt {
    No,
    /// TERM, grace, KILL.
    Stop,
    /// KILL at once.
    Kill,
}

/// A run that was started. Dropping it kills the command's session.
#[derive(Debug)]
pub struct Running {
    pub id: String,
    halt: watch::Sender<Halt>,
    done: watch::Receiver<Option<Arc<Outcome>>>,
}

impl Running {
    /// Asks the command to end: TERM, grace, KILL. Answers at once; [`wait`](Self::wait) tells the end.
    pub fn halt(&self) {
        self.ask(Halt::Stop);
    }

    /// Kills the command's session without grace. Answers at once.
    pub fn kill(&self) {
        self.ask(Halt::Kill);
    }

    /// The end of the run; `None` when its runtime went away first.
    pub async fn wait(&self) -> Option<Arc<Outcome>> {
        let mut done = self.done.clone();
        let outcome = done.wait_for(Option::is_some).await.ok()?;
        outcome.clone()
    }

    /// Waits for the end, apart from this handle.
    pub fn over(&self) -> impl Future<Output = ()> + use<> {
        let mut done = self.done.clone();
        async move {
            let _ = done.wait_for(Option::is_some).await;
        }
    }

    pub fn is_over(&self) -> bool {
        self.done.borrow().is_some()
    }

    fn ask(&self, halt: Halt) {
        self.halt.send_if_modified(|asked| {
            let more = halt > *asked;
            *asked = halt.max(*asked);
            more
        });
    }
}

/// Starts a plan on the current tokio runtime. What it says goes to `out`; a full `out` costs lines
/// of output there, never the run.
pub fn start(plan: Plan, redactor: Arc<Redactor>, clock: Clock, out: mpsc::Sender<ExecMsg>) -> Running {
    let (halt, asked) = watch::channel(Halt::No);
    let (tell, done) = watch::channel(None);
    let id = plan.id.clone();
    let desk = session::Desk { redactor, clock, out, asked };
    tokio::spawn(async move {
        let run = plan.id.clone();
        let out = desk.out.clone();
        let outcome = session::run(plan, desk).await;
        tell.send_replace(Some(Arc::new(outcome.clone())));
        // The process is gone: waiting for a slow reader harms nobody here.
        let _ = out.send(ExecMsg::Ended { run, outcome: Box::new(outcome) }).await;
    });
    Running { id, halt, done }
}
