//! The life of one run: its session started, watched, ended. Whoever lets go of it kills it.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use std::os::unix::process::ExitStatusExt;

use process_wrap::tokio::{ChildWrapper, CommandWrap, ProcessSession};
use rustix::process::{Pid, Signal, kill_process_group, nice};
use tokio::io::DuplexStream;
use tokio::process::{ChildStderr, ChildStdout};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

use super::keep::{Given, Keep};
use super::pump::{self, Record, Wiring};
use super::spool::Spool;
use super::terminal::Lent;
use super::{ExecMsg, Halt, How, MARK, Outcome, Plan, Running, Survivor, reap};
use crate::io::clock::Clock;
use crate::runbook::Carried;
use crate::text::Time;
use crate::text::redact::{Counts, Redactor};

/// How long after a command's own end its output is waited for, and after an end that was forced.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_STOPPED: Duration = Duration::from_millis(250);
/// Between two looks at whether a session is empty.
const LOOK: Duration = Duration::from_millis(40);
/// How far the thread that reads output stands back, on the system's scale of niceness.
const GIVING_WAY: i32 = 10;
/// How long killed processes may take to vanish.
const VANISH: Duration = Duration::from_millis(200);

/// What a run needs beside its plan.
pub(super) struct Desk {
    pub redactor: Arc<Redactor>,
    pub clock: Clock,
    pub out: mpsc::Sender<ExecMsg>,
    pub asked: watch::Receiver<Halt>,
}

/// The session of a running command. Dropped before its end, it is killed.
struct Session {
    child: Box<dyn ChildWrapper>,
    pid: u32,
    over: bool,
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.over {
            signal_group(self.pid, Signal::KILL);
        }
    }
}

/// Runs a plan to its end, whatever that is.
pub(super) async fn run(plan: Plan, mut desk: Desk) -> Outcome {
    let started_at = desk.clock.now();
    let mark = format!("{}.{}", std::process::id(), plan.id);
    let keep = Keep::open().ok();
    let given = given(&plan);
    let (mut session, outputs) = match spawn(&plan, &mark, keep.as_ref()) {
        Ok(spawned) => spawned,
        Err(why) => return not_started(&plan, &desk, started_at, why),
    };
    let mut notes = Vec::new();
    let (time_up, until) = watch::channel(None);
    let spool = open_spool(&plan, until.clone(), &mut notes);
    let wiring = Wiring {
        run: plan.id.clone(),
        hello: ExecMsg::Started {
            run: plan.id.clone(),
            pid: session.pid,
            at: started_at,
            command: desk.redactor.redact(&plan.command).0,
            mark: mark.clone(),
        },
        redactor: Arc::clone(&desk.redactor),
        clock: desk.clock,
        out: desk.out.clone(),
        until,
        spool,
    };
    let (reading, lent) = match outputs {
        Outputs::Pipes(stdout, stderr) => (apart(pump::run(wiring, stdout, stderr)), None),
        Outputs::Terminal(lent, screen) => {
            (apart(pump::run(wiring, Some(screen), None::<DuplexStream>)), Some(lent))
        }
    };
    let how = live(&mut session, &plan, &mut desk.asked).await;
    time_up.send_replace(Some(Instant::now() + linger(&how)));
    let record = reading.await.unwrap_or_else(|_| lost());
    drop(lent);
    let carried = match keep {
        Some(keep) => keep.finish(&given, &desk.redactor).await,
        None => None,
    };
    let survivors = survivors(session.pid, mark, &desk.redactor).await;
    notes.extend(record.notes);
    let folder = given.folder.display().to_string();
    let end = End { started_at, folder, how, survivors, notes, carried };
    end.outcome(&plan, &desk, Record { notes: Vec::new(), ..record })
}

/// Works on output on a thread of its own, which gives way to all others: a command that prints as fast as it can
/// waits for us, and no key waits for it.
fn apart(work: impl Future<Output = Record> + Send + 'static) -> oneshot::Receiver<Record> {
    let (tell, done) = oneshot::channel();
    let runtime = Handle::current();
    let work = move || {
        // Of this thread alone; where it may not be lowered it works as before.
        let _ = nice(GIVING_WAY);
        let _ = tell.send(runtime.block_on(work));
    };
    // Without a thread the receiver says so: nobody sends.
    let _ = thread::Builder::new().name("output".to_owned()).spawn(work);
    done
}

/// The folder and the environment a plan starts with.
fn given(plan: &Plan) -> Given {
    let folder = folder_of(plan).map_or_else(|| std::env::current_dir().unwrap_or_default(), Path::to_owned);
    let readable =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    let environment = std::env::vars_os().filter_map(readable).chain(plan.env.iter().cloned()).collect();
    Given { folder, environment, carried: plan.carried.clone() }
}

fn folder_of(plan: &Plan) -> Option<&Path> {
    plan.cwd.as_deref().or(plan.carried.folder.as_deref().map(Path::new))
}

/// Kills the sessions of all runs at once and waits for their ends: about a second at most.
pub async fn kill_all(runs: &[Running]) {
    runs.iter().for_each(Running::kill);
    for run in runs {
        let _ = run.wait().await;
    }
}

/// Where a run's output comes from.
enum Outputs {
    Pipes(Option<ChildStdout>, Option<ChildStderr>),
    Terminal(Lent, DuplexStream),
}

fn spawn(plan: &Plan, mark: &str, keep: Option<&Keep>) -> Result<(Session, Outputs), String> {
    if let Some(cwd) = folder_of(plan).filter(|cwd| !cwd.is_dir()) {
        return Err(format!("{}: no such folder", cwd.display()));
    }
    let started = shell("bash", plan, (mark, keep)).or_else(|why| match why.kind() {
        ErrorKind::NotFound => shell("sh", plan, (mark, keep)),
        _ => Err(why),
    });
    let (child, outputs) = started.map_err(|why| format!("no shell could be started: {why}"))?;
    let pid = child.id().ok_or("it ended before it could be watched")?;
    Ok((Session { child, pid, over: false }, outputs))
}

fn shell(
    program: &str,
    plan: &Plan,
    (mark, keep): (&str, Option<&Keep>),
) -> std::io::Result<(Box<dyn ChildWrapper>, Outputs)> {
    let mut command = tokio::process::Command::new(program);
    command.arg("-u").arg("-c").arg(&plan.command);
    command.envs(plan.env.iter().map(|(name, value)| (name, value)));
    command.envs(plan.carried.variables.iter().map(|(name, variable)| (name, &variable.value)));
    command.envs(keep.map(|keep| keep.environment(&plan.carried)).unwrap_or_default()).env(MARK, mark);
    command.current_dir(folder_of(plan).unwrap_or(Path::new(".")));
    if plan.interactive {
        let (pty, pts) = pty_process::open().map_err(std::io::Error::other)?;
        let child = pty_process::Command::from(command).spawn(pts).map_err(io_error)?;
        let (lent, screen) = Lent::to(pty)?;
        return Ok((Box::new(child), Outputs::Terminal(lent, screen)));
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = CommandWrap::from(command).wrap(ProcessSession).spawn()?;
    let (stdout, stderr) = (child.stdout().take(), child.stderr().take());
    Ok((child, Outputs::Pipes(stdout, stderr)))
}

/// The kind of an error says whether another shell is worth a try.
fn io_error(error: pty_process::Error) -> std::io::Error {
    match error {
        pty_process::Error::Io(error) => error,
        other => std::io::Error::other(other),
    }
}

fn linger(how: &How) -> Duration {
    if matches!(how, How::Exit(_) | How::Signal(_)) { LINGER } else { LINGER_STOPPED }
}

fn open_spool(
    plan: &Plan,
    until: watch::Receiver<Option<Instant>>,
    notes: &mut Vec<String>,
) -> Option<Spool> {
    match Spool::open(plan.data.as_deref()?, &plan.id, until) {
        Ok(spool) => Some(spool),
        Err(why) => {
            notes.push(why);
            None
        }
    }
}

/// Waits for the end: the command's own, the timeout's, or the one that was asked for.
async fn live(session: &mut Session, plan: &Plan, asked: &mut watch::Receiver<Halt>) -> How {
    let deadline = Instant::now() + plan.timeout;
    let (how, halt) = tokio::select! {
        status = session.child.wait() => {
            session.over = true;
            return status.map_or_else(|why| How::NotStarted(why.to_string()), ended);
        }
        () = sleep_until(deadline) => (How::TimedOut(plan.timeout), Halt::Stop),
        halt = asked_for(asked) => (How::Stopped, halt),
    };
    let grace = if halt == Halt::Kill { Duration::ZERO } else { plan.grace };
    session.end(grace, asked).await;
    how
}

/// What is asked for; a handle that was dropped asks for a kill.
async fn asked_for(asked: &mut watch::Receiver<Halt>) -> Halt {
    let halt = asked.wait_for(|halt| *halt != Halt::No).await;
    halt.map_or(Halt::Kill, |halt| *halt)
}

fn ended(status: ExitStatus) -> How {
    match (status.code(), status.signal()) {
        (Some(code), _) => How::Exit(code),
        (None, Some(signal)) => How::Signal(signal),
        (None, None) => How::Signal(0),
    }
}

impl Session {
    /// TERM, up to `grace` for the session to empty, KILL. A kill that is asked for meanwhile cuts
    /// the grace short.
    async fn end(&mut self, grace: Duration, asked: &mut watch::Receiver<Halt>) {
        let patience = Instant::now() + grace;
        if !grace.is_zero() {
            self.signal(Signal::TERM).await;
            tokio::select! {
                () = self.emptied(patience) => {}
                _ = asked.wait_for(|halt| *halt == Halt::Kill) => {}
            }
        }
        self.signal(Signal::KILL).await;
        self.emptied(Instant::now() + VANISH).await;
        self.over = true;
    }

    /// Signals the group, and those of the session who made groups of their own.
    async fn signal(&self, signal: Signal) {
        signal_group(self.pid, signal);
        let apart = self.members().await.unwrap_or_default();
        let apart: Vec<u32> = apart.iter().filter(|one| one.group != self.pid).map(|one| one.pid).collect();
        reap::signal(signal, &apart);
    }

    /// Waits until nobody is left, at most until `patience`. Without /proc the leader stands for all.
    async fn emptied(&mut self, patience: Instant) {
        let mut gone = false;
        while Instant::now() < patience {
            gone = gone || matches!(self.child.try_wait(), Ok(Some(_)) | Err(_));
            let empty = self.members().await.is_none_or(|members| members.is_empty());
            if gone && empty {
                return;
            }
            sleep_until(patience.min(Instant::now() + LOOK)).await;
        }
    }

    async fn members(&self) -> Option<Vec<reap::Process>> {
        let pid = self.pid;
        tokio::task::spawn_blocking(move || reap::members(pid)).await.ok().flatten()
    }
}

/// Both kinds of session have a leader, whose group has its number.
fn signal_group(leader: u32, signal: Signal) {
    if let Some(group) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, signal);
    }
}

async fn survivors(pid: u32, mark: String, redactor: &Redactor) -> Vec<Survivor> {
    let found = tokio::task::spawn_blocking(move || reap::survivors(pid, &mark)).await.unwrap_or_default();
    let masked = |left: Survivor| Survivor { command: redactor.redact(&left.command).0, ..left };
    found.into_iter().map(masked).collect()
}

/// The end of a run, apart from its output.
struct End {
    started_at: Time,
    folder: String,
    how: How,
    survivors: Vec<Survivor>,
    notes: Vec<String>,
    carried: Option<Carried>,
}

impl End {
    fn outcome(self, plan: &Plan, desk: &Desk, record: Record) -> Outcome {
        Outcome {
            command: desk.redactor.redact(&plan.command).0,
            started_at: self.started_at,
            ended_at: desk.clock.now(),
            folder: self.folder,
            how: self.how,
            sha256: record.sha256,
            bytes: record.bytes,
            tail: record.tail,
            spool: record.spool,
            survivors: self.survivors,
            notes: self.notes,
            masked: record.masked,
            carried: self.carried,
        }
    }
}

fn not_started(plan: &Plan, desk: &Desk, started_at: Time, why: String) -> Outcome {
    let folder = given(plan).folder.display().to_string();
    let end = End {
        started_at,
        folder,
        how: How::NotStarted(why),
        survivors: Vec::new(),
        notes: Vec::new(),
        carried: None,
    };
    end.outcome(plan, desk, lost())
}

/// No output at all: who reads it is gone.
fn lost() -> Record {
    Record {
        sha256: String::new(),
        bytes: 0,
        tail: String::new(),
        spool: None,
        masked: Counts::new(),
        notes: Vec::new(),
    }
}
