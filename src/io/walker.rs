//! One walk without a screen: the console's own model and rules, a journal, one command at a time.
//!
//! Takes no lease and polls nothing: what the system notices is for a console or a watch to write.

use std::collections::VecDeque;
use std::path::Path;

use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use tokio::sync::mpsc::Receiver;

use super::clock::Clock;
use super::journal::{AppendError, Journal, JournalError};
use super::runtime::{Signals, Told, messages};
use super::steps::Steps;
use super::surroundings;
use crate::app::msg::OutputLine;
use crate::app::{Effect, Model, Msg, update};
use crate::incident::Ask;

/// A model, and what carries its effects out.
#[derive(Debug)]
pub struct Walker {
    pub model: Model,
    journal: Journal,
    steps: Steps,
    tell: tokio::sync::mpsc::Sender<Told>,
    told: Receiver<Told>,
    clock: Clock,
    /// The command that runs has the terminal.
    lent: bool,
}

impl Walker {
    /// A walker on a journal and its data folder.
    pub fn new(model: Model, journal: Journal, (data, clock): (&Path, Clock)) -> Result<Self, JournalError> {
        let (tell, told) = messages();
        let steps = Steps::new(data.to_owned(), clock, tell.clone());
        let events = journal.events()?;
        let mut walker = Self { model, journal, steps, tell, told, clock, lent: false };
        walker.hear(Msg::Loaded(events));
        Ok(walker)
    }

    /// Gives its commands these variables, and masks these values in what they print.
    #[must_use]
    pub fn giving(mut self, variables: Vec<(String, String)>, secrets: &[String]) -> Self {
        self.steps.give(variables);
        self.steps.mask(secrets);
        self
    }

    /// One message at the present instant, and everything that follows from it.
    pub fn hear(&mut self, msg: Msg) {
        self.act(|model| update(model, msg));
    }

    /// Something a person does, and everything that follows from it.
    pub fn act(&mut self, act: impl FnOnce(&mut Model) -> Vec<Effect>) {
        self.model.now = self.clock.now();
        let mut waiting: VecDeque<Effect> = act(&mut self.model).into();
        while let Some(effect) = waiting.pop_front() {
            if let Some(answer) = self.carry_out(effect) {
                waiting.extend(update(&mut self.model, answer));
            }
        }
    }

    /// What is asked of the journal is answered at once; the rest answers in its own time. What a walk does
    /// not need is left to the console.
    fn carry_out(&mut self, effect: Effect) -> Option<Msg> {
        match effect {
            Effect::Append { ticket, ask } => return Some(self.append(ticket, &ask)),
            Effect::Run(request) => {
                self.lent = request.interactive && enable_raw_mode().is_ok();
                self.steps.run(request);
            }
            Effect::StopRun => self.steps.stop(),
            Effect::FindLeft(mark) => self.steps.find_left(mark),
            Effect::LookAround(carried) => surroundings::look(carried, self.tell.clone()),
            _ => {}
        }
        None
    }

    fn append(&mut self, ticket: u64, ask: &Ask) -> Msg {
        match self.journal.append(ask, self.clock.now()) {
            Ok(events) => Msg::Appended { ticket: Some(ticket), events },
            Err(AppendError::Refused(refusal)) => Msg::Refused { ticket, why: refusal.why },
            Err(AppendError::Journal(error)) => Msg::Unsaved { ticket, why: error.to_string() },
        }
    }

    /// Waits for the end of the command that runs; a signal stops it as the console's key does, and comes
    /// back as its number. `show` is told every line, unless the command has the terminal itself.
    pub async fn run_out(&mut self, signals: &mut Signals, show: impl Fn(&OutputLine)) -> Option<u8> {
        let mut halted = None;
        while self.model.runbook.running() {
            tokio::select! {
                number = signals.next() => {
                    halted = Some(number);
                    self.steps.stop();
                }
                told = self.told.recv() => {
                    let Some(msg) = told.and_then(Told::msg) else { continue };
                    if let (Msg::Output(lines), false) = (&msg, self.lent) {
                        lines.iter().for_each(&show);
                    }
                    self.hear(msg);
                }
            }
        }
        if std::mem::take(&mut self.lent) {
            // A terminal that is gone has no modes to give back.
            let _ = disable_raw_mode();
        }
        halted
    }

    /// Takes in what was looked up meanwhile.
    pub fn catch_up(&mut self) {
        while let Ok(told) = self.told.try_recv() {
            if let Some(msg) = told.msg() {
                self.hear(msg);
            }
        }
    }

    /// What the journal could not take.
    pub fn unsaved(&self) -> Vec<Ask> {
        self.model.timeline.pending.iter().map(|pending| pending.ask.clone()).collect()
    }
}
