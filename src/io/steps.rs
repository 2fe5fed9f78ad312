//! Runs confirmed runbook commands for the console, one at a time, and passes on what they say.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::thread;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinHandle;

use super::clock::Clock;
use super::exec::{self, ExecMsg, Plan, Running, StepName, Stream};
use super::runtime::Told;
use crate::app::Msg;
use crate::app::effect::RunRequest;
use crate::app::msg::OutputLine;
use crate::runbook::target;
use crate::text::redact::Redactor;
use crate::text::{Safe, Time};

/// Pieces of output that may wait for the screen.
const WAITING: usize = 64;

/// The command that runs, if one does.
#[derive(Debug)]
pub struct Steps {
    data: PathBuf,
    clock: Clock,
    told: Sender<Told>,
    /// Values that are secret wherever they are printed.
    secrets: Vec<String>,
    /// The well-known shapes of secrets, read where no key waits for it.
    shapes: Arc<OnceLock<Redactor>>,
    current: Option<Current>,
}

#[derive(Debug)]
struct Current {
    running: Running,
    /// Ends when everything the run said was passed on.
    passing: JoinHandle<()>,
}

impl Steps {
    pub fn new(data: PathBuf, clock: Clock, told: Sender<Told>) -> Self {
        let shapes = Arc::new(OnceLock::new());
        let early = Arc::clone(&shapes);
        // A run that begins before it is done waits for it, or reads them itself.
        let read = move || _ = early.get_or_init(Redactor::new);
        let _ = thread::Builder::new().name("shapes".to_owned()).spawn(read);
        Self { data, clock, told, secrets: Vec::new(), shapes, current: None }
    }

    /// From now on masks these values in whatever commands print.
    pub fn mask(&mut self, secrets: &[String]) {
        secrets.clone_into(&mut self.secrets);
    }

    /// Starts a command. Its plan's id, made of the time and the step, names its spool.
    pub fn run(&mut self, request: RunRequest) {
        let name = StepName {
            runbook: request.runbook,
            step: request.step,
            title: request.title,
            risk: request.risk,
            context: target::known(&request.targets),
        };
        let stamp = self.clock.now().format("%Y%m%dT%H%M%S%3f");
        let mut plan = Plan::new(format!("{stamp}-{}-{}", name.runbook, name.step), request.command);
        plan.timeout = request.timeout;
        plan.carried = request.carried;
        plan.interactive = request.interactive;
        plan.data = Some(self.data.clone());
        let (out, said) = channel(WAITING);
        let secrets = self.secrets.iter().chain(&request.secrets).map(String::as_str);
        let redactor = Arc::new(self.shapes.get_or_init(Redactor::new).clone().with_secrets(secrets));
        let running = exec::start(plan, redactor, self.clock, out);
        let passing = tokio::spawn(pass_on(said, self.told.clone(), name));
        self.current = Some(Current { running, passing });
    }

    /// Waits for the end of the command that runs, apart from this.
    pub fn over(&self) -> Option<impl Future<Output = ()> + use<>> {
        self.current.as_ref().map(|current| current.running.over())
    }

    /// Asks the running command to end; it answers within its grace.
    pub fn stop(&self) {
        if let Some(current) = &self.current {
            current.running.halt();
        }
    }

    /// Kills what still runs and waits until its end was told.
    pub async fn close(&mut self) {
        if let Some(current) = self.current.take() {
            current.running.kill();
            let _ = current.passing.await;
        }
    }
}

async fn pass_on(mut said: Receiver<ExecMsg>, told: Sender<Told>, name: StepName) {
    while let Some(msg) = said.recv().await {
        let msg = match msg {
            ExecMsg::Started { .. } => continue,
            ExecMsg::Masked { values, .. } => Msg::Masked(values),
            ExecMsg::Output { stream, at, lines, skipped, .. } => {
                Msg::Output(shown((stream, at), &lines, skipped))
            }
            ExecMsg::Ended { mut outcome, .. } => {
                if let Some(carried) = outcome.carried.take()
                    && told.send(Msg::Carried(carried).into()).await.is_err()
                {
                    return;
                }
                Msg::StepEnded(outcome.into_step_run(name.clone()))
            }
        };
        if told.send(msg.into()).await.is_err() {
            return;
        }
    }
}

fn shown((stream, at): (Stream, Time), lines: &[String], skipped: u64) -> Vec<OutputLine> {
    let left_out = (skipped > 0).then(|| format!("({skipped} lines left out here; the spool has them)"));
    let lines = lines.iter().map(|line| Safe::line(line).into_string());
    let error = stream == Stream::Err;
    left_out.into_iter().chain(lines).map(|text| OutputLine { at, error, text }).collect()
}
