//! The life of one run: its session started, watched, ended. Whoever lets go of it kills it.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use std::os::unix::process::ExitStatusExt;

use process_wrap::tokio::{ChildWrapper, CommandWrap, ProcessSession};
use rustix::process::Signal;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::pump::{self, Record, Wiring};
use super::spool::Spool;
use super::{ExecMsg, Halt, How, MARK, Outcome, Plan, Running, Survivor, reap};
use crate::io::clock::Clock;
use crate::text::Time;
use crate::text::redact::{Counts, Redactor};

/// How long after a command's own end its output is waited for, and after an end that was forced.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_STOPPED: Duration = Duration::from_millis(250);
/// Between two looks at whether a session is empty.
const LOOK: Duration = Duration::from_millis(40);
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
            let _ = self.child.start_kill();
        }
    }
}

/// Runs a plan to its end, whatever that is.
pub(super) async fn run(plan: Plan, mut desk: Desk) -> Outcome {
    let started_at = desk.clock.now();
    let mark = format!("{}.{}", std::process::id(), plan.id);
    let mut session = match spawn(&plan, &mark) {
        Ok(session) => session,
        Err(why) => return not_started(&plan, &desk, started_at, why),
    };
    let mut notes = Vec::new();
    let (time_up, until) = watch::channel(None);
    let spool = open_spool(&plan, until.clone(), &mut notes);
    let wiring = Wiring {
        run: plan.id.clone(),
        hello: ExecMsg::Started { run: plan.id.clone(), pid: session.pid, at: started_at },
        redactor: Arc::clone(&desk.redactor),
        clock: desk.clock,
        out: desk.out.clone(),
        until,
        spool,
    };
    let (stdout, stderr) = (session.child.stdout().take(), session.child.stderr().take());
    let reading = tokio::spawn(pump::run(wiring, stdout, stderr));
    let how = live(&mut session, &plan, &mut desk.asked).await;
    time_up.send_replace(Some(Instant::now() + linger(&how)));
    let record = reading.await.unwrap_or_else(|_| lost());
    let survivors = survivors(session.pid, mark, &desk.redactor).await;
    notes.extend(record.notes);
    let end = End { started_at, how, survivors, notes };
    end.outcome(&plan, &desk, Record { notes: Vec::new(), ..record })
}

/// Kills the sessions of all runs at once and waits for their ends: about a second at most.
pub async fn kill_all(runs: &[Running]) {
    runs.iter().for_each(Running::kill);
    for run in runs {
        let _ = run.wait().await;
    }
}

fn spawn(plan: &Plan, mark: &str) -> Result<Session, String> {
    if let Some(cwd) = plan.cwd.as_deref().filter(|cwd| !cwd.is_dir()) {
        return Err(format!("{}: no such folder", cwd.display()));
    }
    let child = shell("bash", plan, mark).or_else(|why| match why.kind() {
        ErrorKind::NotFound => shell("sh", plan, mark),
        _ => Err(why),
    });
    let child = child.map_err(|why| format!("no shell could be started: {why}"))?;
    let pid = child.id().ok_or("it ended before it could be watched")?;
    Ok(Session { child, pid, over: false })
}

fn shell(program: &str, plan: &Plan, mark: &str) -> std::io::Result<Box<dyn ChildWrapper>> {
    let mut command = CommandWrap::with_new(program, |command| {
        command.arg("-u").arg("-c").arg(&plan.command);
        command.envs(plan.env.iter().map(|(name, value)| (name, value))).env(MARK, mark);
        command.current_dir(plan.cwd.as_deref().unwrap_or(Path::new(".")));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    });
    command.wrap(ProcessSession).spawn()
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
        let _ = self.child.signal(signal.as_raw());
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

async fn survivors(pid: u32, mark: String, redactor: &Redactor) -> Vec<Survivor> {
    let found = tokio::task::spawn_blocking(move || reap::survivors(pid, &mark)).await.unwrap_or_default();
    let masked = |left: Survivor| Survivor { command: redactor.redact(&left.command).0, ..left };
    found.into_iter().map(masked).collect()
}

/// The end of a run, apart from its output.
struct End {
    started_at: Time,
    how: How,
    survivors: Vec<Survivor>,
    notes: Vec<String>,
}

impl End {
    fn outcome(self, plan: &Plan, desk: &Desk, record: Record) -> Outcome {
        Outcome {
            command: desk.redactor.redact(&plan.command).0,
            started_at: self.started_at,
            ended_at: desk.clock.now(),
            how: self.how,
            sha256: record.sha256,
            bytes: record.bytes,
            tail: record.tail,
            spool: record.spool,
            survivors: self.survivors,
            notes: self.notes,
            masked: record.masked,
        }
    }
}

fn not_started(plan: &Plan, desk: &Desk, started_at: Time, why: String) -> Outcome {
    let end = End { started_at, how: How::NotStarted(why), survivors: Vec::new(), notes: Vec::new() };
    end.outcome(plan, desk, lost())
}

/// No output at all.
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
