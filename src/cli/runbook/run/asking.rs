//! The dialogue of a walk: what the model shows is said, what is typed becomes the console's keys.

use std::collections::BTreeSet;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::does;
use crate::app::form::{Confirm, Popup, Question};
use crate::app::msg::OutputLine;
use crate::app::{Msg, on_run, on_runbook};
use crate::cli::output::{Failure, remark, say};
use crate::incident::event::StepRun;
use crate::io::keyboard::{Keyboard, Line};
use crate::io::runtime::Signals;
use crate::io::walker::Walker;
use crate::runbook::judge::Diff;
use crate::runbook::walk::StepStatus;
use crate::runbook::{Risk, Step};

/// How a walk ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Well,
    /// A step failed, or was refused.
    Failed,
    /// The journal could not take all of it.
    Unsaved,
    Signal(u8),
}

/// What is to be done next.
enum Turn {
    Go,
    Leave,
    Signal(u8),
}

/// A walk, and whoever is asked.
pub(super) struct Talk {
    walker: Walker,
    keyboard: Option<Keyboard>,
    signals: Signals,
    failed: BTreeSet<String>,
    refused: bool,
    /// How many notices were said.
    heard: usize,
}

impl Talk {
    pub fn new(walker: Walker) -> Result<Self, Failure> {
        let signals = Signals::listen()
            .map_err(|error| Failure::Unreachable(format!("signals: {error} (too many open files?)")))?;
        let keyboard = Keyboard::is_there().then(Keyboard::start);
        let heard = walker.model.notices.newest_first().count();
        Ok(Self { walker, keyboard, signals, failed: BTreeSet::new(), refused: false, heard })
    }

    /// Walks on until the end, until somebody leaves, or past the one step that is wanted.
    pub async fn walk(mut self, only: Option<&str>) -> Ended {
        loop {
            self.walker.catch_up();
            let Some(step) = self.step() else { break };
            if self.status() != Some(StepStatus::Open) && self.is_over(only) {
                break;
            }
            self.tell(&step);
            let turn = if self.keyboard.is_some() { self.ask(&step).await } else { self.run().await };
            self.say_notices();
            match turn {
                Turn::Signal(number) => return Ended::Signal(number),
                Turn::Leave => break,
                Turn::Go if self.keyboard.is_none() => break,
                Turn::Go if only.is_some() && self.step().is_some_and(|now| Some(now.n.as_str()) != only) => {
                    break;
                }
                Turn::Go => {}
            }
        }
        self.end()
    }

    fn end(&self) -> Ended {
        let unsaved = self.walker.unsaved();
        for ask in &unsaved {
            remark(&format!("not saved: {}", ask.words()));
        }
        let (settled, all) =
            self.walker.model.runbook.open.as_ref().map(|open| open.walk.progress()).unwrap_or_default();
        remark(&format!("{settled} of {all} steps are behind you"));
        match () {
            () if !unsaved.is_empty() => Ended::Unsaved,
            () if self.refused || !self.failed.is_empty() => Ended::Failed,
            () => Ended::Well,
        }
    }

    fn step(&self) -> Option<Step> {
        self.walker.model.runbook.open.as_ref()?.step().cloned()
    }

    fn status(&self) -> Option<StepStatus> {
        Some(self.walker.model.runbook.open.as_ref()?.walk.step()?.status)
    }

    /// Whether nothing is left to ask about: a failed step is, and so is the one that was named.
    fn is_over(&self, only: Option<&str>) -> bool {
        only.is_none() && self.status() != Some(StepStatus::Failed)
    }

    /// The step as the console's pane has it.
    fn tell(&self, step: &Step) {
        let model = &self.walker.model;
        let Some(open) = &model.runbook.open else { return };
        remark("");
        remark(&format!("{} {}", step.n, on_runbook::spoken(model, &step.title)));
        for line in step.prose.iter().filter(|line| !line.trim().is_empty()) {
            remark(&format!("  {}", on_runbook::spoken(model, line)));
        }
        if let Some(command) = open.command() {
            let preview = on_run::preview(model, command);
            preview.text.lines().for_each(|line| remark(&format!("    $ {line}")));
            remark(&format!("    {}", does(preview.risk)));
        }
        step.expect
            .iter()
            .flat_map(|expect| expect.lines())
            .for_each(|line| remark(&format!("    = {line}")));
        if let Some(words) = on_run::left::words(model) {
            remark(&format!("  ! {words}"));
        }
    }

    /// One question about the current step.
    async fn ask(&mut self, step: &Step) -> Turn {
        let asks = on_runbook::asks(&self.walker.model);
        let runs = self.walker.model.runbook.command().is_some();
        let prompt = match (asks, runs) {
            (true, _) => "y yes, n no, u unknown, - skip, j next, k back, q leave: ",
            (_, true) => "r run, x done, ! failed, - skip, j next, k back, q leave: ",
            _ => "x done, ! failed, - skip, j next, k back, q leave: ",
        };
        let said = match self.typed(&format!("step {}: {prompt}", step.n), Line::Plain).await {
            Ok(said) => said,
            Err(turn) => return turn,
        };
        match said.as_str() {
            "q" => return Turn::Leave,
            "y" | "n" | "u" if asks => self.answer(&said),
            "r" if runs && !asks => return self.run().await,
            "x" | "!" | "-" | "j" | "k" => self.keys(&said),
            "" => {}
            other => remark(&format!("{other}: none of these")),
        }
        Turn::Go
    }

    /// A line from the keyboard, or why there is none.
    async fn typed(&mut self, prompt: &str, line: Line) -> Result<String, Turn> {
        let Some(keyboard) = &mut self.keyboard else { return Err(Turn::Leave) };
        tokio::select! {
            number = self.signals.next() => Err(Turn::Signal(number)),
            typed = keyboard.ask(prompt, line) => typed.ok_or(Turn::Leave),
        }
    }

    fn answer(&mut self, answer: &str) {
        self.key(KeyCode::Enter);
        self.keys(answer);
        self.key(KeyCode::Enter);
    }

    /// Asks for what is open, then for the run itself; by the console's own windows.
    async fn run(&mut self) -> Turn {
        self.keys("r");
        while let Some(Popup::Fill(filling)) = self.walker.model.popup.clone() {
            let Some(field) = filling.fields.get(filling.chosen) else { break };
            filling.refused.iter().for_each(|why| remark(&format!("  {why}")));
            if self.keyboard.is_none() {
                return self.refuse(&format!("wants {0} (--set {0}=VALUE)", field.name));
            }
            let line = if field.secret { Line::Hidden } else { Line::Fresh };
            let said = match self.typed(&format!("  {}: ", field.name), line).await {
                Ok(said) if !said.is_empty() => said,
                Ok(_) => {
                    self.key(KeyCode::Esc);
                    return Turn::Go;
                }
                Err(turn) => return turn,
            };
            self.walker.hear(Msg::Paste(said));
            self.key(KeyCode::Enter);
        }
        self.confirm().await
    }

    async fn confirm(&mut self) -> Turn {
        while let Some(Popup::Confirm(confirm)) = self.walker.model.popup.clone() {
            let Question::Run(request) = &confirm.question else { break };
            self.walker.catch_up();
            show(&confirm);
            let said = match (&self.keyboard, request.risk) {
                (None, Risk::Read) => "y".to_owned(),
                (None, risk) => {
                    return self.refuse(&format!("is a {}, and nobody is there to confirm it", risk.word()));
                }
                (Some(_), risk) => match self.typed(question(risk), Line::Fresh).await {
                    Ok(said) => said,
                    Err(turn) => return turn,
                },
            };
            let now = self.walker.model.now;
            if let Some(Popup::Confirm(asked)) = &mut self.walker.model.popup {
                asked.printed(now);
            }
            self.confirmed(request.risk, &said);
        }
        if !self.walker.model.runbook.running() {
            self.refused |= self.keyboard.is_none();
            return Turn::Go;
        }
        self.watch().await
    }

    /// What was typed, as the keys of the window; anything else closes it.
    fn confirmed(&mut self, risk: Risk, said: &str) {
        match (risk, said) {
            (_, "d") => self.held('d'),
            (Risk::Read, "r" | "y") | (Risk::Change, "y") => self.keys(said),
            (Risk::Destroy, "destroy") => {
                self.keys(said);
                self.key(KeyCode::Enter);
            }
            _ => {
                remark("not run");
                self.key(KeyCode::Esc);
            }
        }
    }

    fn refuse(&mut self, why: &str) -> Turn {
        let n = self.step().map(|step| step.n).unwrap_or_default();
        remark(&format!("runbook: step {n}: {why}"));
        self.refused = true;
        Turn::Leave
    }

    /// Until the command ends.
    async fn watch(&mut self) -> Turn {
        let halted = self.walker.run_out(&mut self.signals, print).await;
        let run = self.walker.model.runbook.run.clone();
        if let Some(ended) = run.as_ref().and_then(|run| run.ended.as_ref()) {
            self.note(ended);
        }
        if let Some(judgement) = run.and_then(|run| run.judgement) {
            remark(judgement.judged.words());
            judgement.lines.iter().for_each(|line| remark(&beside(line)));
        }
        halted.map_or(Turn::Go, Turn::Signal)
    }

    fn note(&mut self, ended: &StepRun) {
        if ended.exit == Some(0) {
            self.failed.remove(&ended.step);
        } else {
            self.failed.insert(ended.step.clone());
        }
    }

    /// What the console would say on its line of messages.
    fn say_notices(&mut self) {
        let all: Vec<String> =
            self.walker.model.notices.newest_first().map(|notice| notice.text.clone()).collect();
        let new = all.len().saturating_sub(self.heard);
        all.iter().take(new).rev().for_each(|text| remark(text));
        self.heard = all.len();
    }

    fn keys(&mut self, keys: &str) {
        keys.chars().for_each(|c| self.key(KeyCode::Char(c)));
    }

    fn key(&mut self, code: KeyCode) {
        self.walker.hear(Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    }

    fn held(&mut self, c: char) {
        self.walker.hear(Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)));
    }
}

/// The window before a command: its exact text, what it acts on and how.
fn show(confirm: &Confirm) {
    remark("");
    confirm.lines.iter().for_each(|line| remark(&format!("    {line}")));
    confirm.facts.iter().for_each(|(name, value)| remark(&format!("  {name:<16} {value}")));
}

fn question(risk: Risk) -> &'static str {
    match risk {
        Risk::Read => "  r or y runs it, d asks for its dry run, anything else runs nothing: ",
        Risk::Change => "  y runs it, d asks for its dry run, anything else runs nothing: ",
        Risk::Destroy => "  destroy runs it, d asks for its dry run, anything else runs nothing: ",
    }
}

/// A line of output, where the command wrote it.
fn print(line: &OutputLine) {
    if line.error {
        remark(&line.text);
    } else {
        // A reader that has gone away does not end the walk.
        let _ = say(&line.text);
    }
}

fn beside(line: &Diff) -> String {
    match line {
        Diff::Same(text) => format!("  {text}"),
        Diff::Missing(text) => format!("- {text}"),
        Diff::Unexpected(text) => format!("+ {text}"),
    }
}
