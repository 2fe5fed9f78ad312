//! The walk through a runbook: where we are, what was done and decided, rebuilt from events alone.
//!
//! A pure value: `Walk::open`, then `apply` for each event. It survives a reload of the runbook:
//! steps are found again by their content, not by position.

mod decide;
mod step;

use std::collections::BTreeMap;

use super::step::Runbook;
use crate::incident::EventKind;
use crate::incident::event::{
    Answer, Decision, Judged, Standing, StepMark, StepOutcome, StepRun, StepStart, Verification,
};

pub use step::{StepStatus, WalkStep};

/// One walk through one runbook.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    pub runbook: String,
    /// SHA-256 (hex) of the runbook's text that the steps come from.
    pub sha256: String,
    /// Every step in the order of the file, children behind their parent.
    pub steps: Vec<WalkStep>,
    /// Index of the current step; 0 in a runbook without steps.
    pub current: usize,
    /// Values of placeholders that are on record. Secret ones never are.
    pub answers: BTreeMap<String, String>,
    /// A step that ran by itself failed, and nobody has gone on since.
    pub held: bool,
}

impl Walk {
    /// A walk at the first step.
    pub fn open(runbook: &Runbook) -> Self {
        let steps = runbook.steps().iter().map(|placed| WalkStep::new(runbook, placed)).collect();
        let (name, sha256) = (runbook.name.clone(), runbook.sha256.clone());
        Self { runbook: name, sha256, steps, current: 0, answers: BTreeMap::new(), held: false }
    }

    /// The walk that events have made of a runbook.
    pub fn replay<'a>(runbook: &Runbook, events: impl IntoIterator<Item = &'a EventKind>) -> Self {
        let mut walk = Self::open(runbook);
        events.into_iter().for_each(|event| walk.apply(event));
        walk
    }

    /// Folds one event of the person who walks. Events of other runbooks and of steps that are gone
    /// change nothing.
    pub fn apply(&mut self, event: &EventKind) {
        self.held = match event {
            EventKind::StepRan(run) if run.runbook == self.runbook => run.assisted && run.exit != Some(0),
            _ => self.held && !self.goes_on(event),
        };
        match event {
            EventKind::StepStarted(start) if start.runbook == self.runbook => self.started(start),
            EventKind::StepRan(run) if run.runbook == self.runbook => self.ran(run),
            EventKind::StepMarked(mark) if mark.runbook == self.runbook => self.marked(mark),
            EventKind::StepAnswered(decision) if decision.runbook == self.runbook => self.answered(decision),
            EventKind::StepVerified(verified) if verified.runbook == self.runbook => self.verified(verified),
            EventKind::ValuesGiven(given) if given.runbook == self.runbook => {
                self.answers.extend(given.values.clone());
            }
            _ => {}
        }
    }

    /// Whether somebody does something by hand on this walk.
    fn goes_on(&self, event: &EventKind) -> bool {
        let runbook = match event {
            EventKind::StepMarked(mark) => &mark.runbook,
            EventKind::StepAnswered(decision) => &decision.runbook,
            EventKind::StepVerified(verified) => &verified.runbook,
            EventKind::ValuesGiven(given) => &given.runbook,
            _ => return false,
        };
        *runbook == self.runbook
    }

    /// Folds what somebody else did in the same walk: it counts, and the current step stays current.
    pub fn observe(&mut self, event: &EventKind) {
        let here = self.current;
        self.apply(event);
        self.current = here;
    }

    /// The current step; `None` in a runbook without steps.
    pub fn step(&self) -> Option<&WalkStep> {
        self.steps.get(self.current)
    }

    /// Goes some steps on, or back; never past the first or the last.
    pub fn go(&mut self, by: isize) {
        let last = self.steps.len().saturating_sub(1);
        self.current = self.current.saturating_add_signed(by).min(last);
    }

    /// How many steps are no longer open, of how many.
    pub fn progress(&self) -> (usize, usize) {
        let settled = self.steps.iter().filter(|step| step.status != StepStatus::Open).count();
        (settled, self.steps.len())
    }

    /// What the record of something done in the current step says of where it stood.
    pub fn standing(&self) -> Standing {
        let step_sha256 = self.step().map(|step| step.sha256.clone());
        Standing { step_sha256, ..Standing::default() }
    }

    /// Number and title of the step that an event of ours leads to; `None` where the walk ends there.
    pub fn next_after(&self, event: &EventKind) -> Option<String> {
        let mut then = self.clone();
        then.apply(event);
        then.step().filter(|step| step.status == StepStatus::Open).map(WalkStep::named)
    }

    /// Takes a changed runbook: what was done stays with its step, the current step stays current.
    pub fn rebind(&mut self, runbook: &Runbook) {
        let (answers, held) = (std::mem::take(&mut self.answers), self.held);
        let mut old = std::mem::replace(self, Self { answers, held, ..Self::open(runbook) });
        let here = old.steps.get(old.current).cloned();
        let mut waiting: Vec<usize> = (0..self.steps.len()).collect();
        let mut renamed = BTreeMap::new();
        for alike in step::LIKENESS {
            waiting.retain(|index| match self.steps[*index].inherit(&mut old.steps, alike) {
                Some(n) => renamed.insert(n, self.steps[*index].n.clone()).is_some_and(|_| false),
                None => true,
            });
        }
        for step in &mut self.steps {
            step.skipped_by = step.skipped_by.take().map(|n| renamed.get(&n).cloned().unwrap_or(n));
        }
        self.current = here.and_then(|here| here.among(&self.steps)).unwrap_or(old.current);
        self.current = self.current.min(self.steps.len().saturating_sub(1));
    }

    fn started(&mut self, start: &StepStart) {
        if let Some(index) = self.place(&start.step, &start.title, &start.standing) {
            self.steps[index].started = Some(start.mark.clone());
            self.current = index;
        }
    }

    fn ran(&mut self, run: &StepRun) {
        let Some(index) = self.place(&run.step, &run.title, &run.standing) else { return };
        let step = &mut self.steps[index];
        step.started = None;
        step.to_judge = false;
        if run.exit != Some(0) {
            return self.settle(index, StepStatus::Failed);
        }
        step.ran.insert(run.command.clone());
        // A pass is never assumed: what did not come out as expected is for a person to judge.
        step.to_judge = matches!(run.judged, Some(Judged::Different | Judged::CannotTell));
        let done = step.ran.len() >= step.commands.len() && !step.to_judge;
        self.settle(index, if done { StepStatus::Done } else { StepStatus::Open });
    }

    fn marked(&mut self, mark: &StepMark) {
        let Some(index) = self.place(&mark.step, &mark.title, &mark.standing) else { return };
        self.steps[index].skipped_by = None;
        self.steps[index].started = None;
        if mark.outcome == StepOutcome::Skipped {
            let by = self.steps[index].n.clone();
            self.skip(index + 1..self.after(index), &by);
        }
        self.settle(index, mark.outcome.into());
    }

    fn verified(&mut self, verified: &Verification) {
        let Some(index) = self.place(&verified.step, &verified.title, &verified.standing) else { return };
        let status = match verified.answer {
            Answer::Yes => StepStatus::Done,
            Answer::No => StepStatus::Failed,
            Answer::Unknown => StepStatus::Open,
        };
        self.settle(index, status);
    }

    fn answered(&mut self, decision: &Decision) {
        if let Some(index) = self.place(&decision.step, &decision.title, &decision.standing) {
            self.decide(index, decision);
        }
    }

    fn settle(&mut self, index: usize, status: StepStatus) {
        let step = &mut self.steps[index];
        step.status = status;
        step.to_judge &= status == StepStatus::Open;
        self.current = match status {
            StepStatus::Open | StepStatus::Failed => index,
            StepStatus::Done | StepStatus::Skipped => self.open_from(index + 1).unwrap_or(index),
        };
    }

    /// The next open step from `index` on.
    fn open_from(&self, index: usize) -> Option<usize> {
        let behind = self.steps.iter().enumerate().skip(index);
        behind.filter(|(_, step)| step.status == StepStatus::Open).map(|(at, _)| at).next()
    }

    /// The step behind a step and everything below it.
    fn after(&self, index: usize) -> usize {
        let depth = self.steps[index].depth;
        let below = self.steps[index + 1..].iter().take_while(|step| step.depth > depth).count();
        index + 1 + below
    }

    /// The step an event speaks of. One whose text changed since it was written says so from now on.
    fn place(&mut self, n: &str, title: &str, standing: &Standing) -> Option<usize> {
        let then = standing.step_sha256.as_deref();
        let index = then.and_then(|sha256| self.position(n, |step| step.sha256 == sha256));
        let index = index.or_else(|| self.position(n, |step| step.title == title))?;
        self.steps[index].edited = then.is_some_and(|sha256| self.steps[index].sha256 != sha256);
        Some(index)
    }

    /// The step that fits, the one with that number where several do.
    fn position(&self, n: &str, fits: impl Fn(&WalkStep) -> bool) -> Option<usize> {
        let both = self.steps.iter().position(|step| fits(step) && step.n == n);
        both.or_else(|| self.steps.iter().position(&fits))
    }
}
