//! The walk through a runbook: where we are, what was done, rebuilt from events alone.
//!
//! A pure value: `Walk::open`, then `apply` for each event. It survives a reload of the runbook:
//! steps are found again by title and commands, not by position.

use std::collections::BTreeSet;

use super::step::{Placed, Runbook};
use crate::incident::EventKind;
use crate::incident::event::{StepOutcome, StepRun};

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
}

#[derive(Debug, Clone, PartialEq)]
pub struct WalkStep {
    pub n: String,
    pub title: String,
    /// Title of its section.
    pub section: String,
    pub depth: usize,
    /// The commands as the runbook has them, placeholders open.
    pub commands: Vec<String>,
    pub status: StepStatus,
    /// Its text changed after something was done here.
    pub edited: bool,
    /// Texts that ran here and ended well; a step is done when it has one for each command.
    ran: BTreeSet<String>,
}

/// Where one step stands. That it is running right now, only the caller knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepStatus {
    Open,
    Done,
    Skipped,
    Failed,
}

impl From<StepOutcome> for StepStatus {
    fn from(outcome: StepOutcome) -> Self {
        match outcome {
            StepOutcome::Done => Self::Done,
            StepOutcome::Skipped => Self::Skipped,
            StepOutcome::Failed => Self::Failed,
        }
    }
}

impl Walk {
    /// A walk at the first step.
    pub fn open(runbook: &Runbook) -> Self {
        let steps = runbook.steps().iter().map(WalkStep::new).collect();
        Self { runbook: runbook.name.clone(), sha256: runbook.sha256.clone(), steps, current: 0 }
    }

    /// The walk that events have made of a runbook.
    pub fn replay<'a>(runbook: &Runbook, events: impl IntoIterator<Item = &'a EventKind>) -> Self {
        let mut walk = Self::open(runbook);
        events.into_iter().for_each(|event| walk.apply(event));
        walk
    }

    /// Folds one event. Events of other runbooks and of steps that are gone change nothing.
    pub fn apply(&mut self, event: &EventKind) {
        match event {
            EventKind::StepRan(run) if run.runbook == self.runbook => self.ran(run),
            EventKind::StepMarked { runbook, step, title, outcome } if *runbook == self.runbook => {
                self.mark(step, title, (*outcome).into());
            }
            _ => {}
        }
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

    /// Takes a changed runbook: what was done stays with its step, the current step stays current.
    pub fn rebind(&mut self, runbook: &Runbook) {
        let mut old = std::mem::replace(self, Self::open(runbook));
        let here = old.steps.get(old.current).cloned();
        let mut waiting: Vec<usize> = (0..self.steps.len()).collect();
        for alike in WalkStep::LIKENESS {
            waiting.retain(|index| !self.steps[*index].inherit(&mut old.steps, alike));
        }
        self.current = here.and_then(|here| here.among(&self.steps)).unwrap_or(old.current);
        self.current = self.current.min(self.steps.len().saturating_sub(1));
    }

    fn ran(&mut self, run: &StepRun) {
        let Some(index) = self.find(&run.step, &run.title) else { return };
        let step = &mut self.steps[index];
        let status = match run.exit {
            Some(0) => {
                step.ran.insert(run.command.clone());
                if step.ran.len() >= step.commands.len() { StepStatus::Done } else { StepStatus::Open }
            }
            _ => StepStatus::Failed,
        };
        self.settle(index, status);
    }

    fn mark(&mut self, n: &str, title: &str, status: StepStatus) {
        if let Some(index) = self.find(n, title) {
            self.settle(index, status);
        }
    }

    fn settle(&mut self, index: usize, status: StepStatus) {
        self.steps[index].status = status;
        self.current = match status {
            StepStatus::Open | StepStatus::Failed => index,
            StepStatus::Done | StepStatus::Skipped => self.open_from(index),
        };
    }

    /// The next open step behind `index`; `index` itself where all behind it are settled.
    fn open_from(&self, index: usize) -> usize {
        let behind = self.steps.iter().enumerate().skip(index + 1);
        behind.filter(|(_, step)| step.status == StepStatus::Open).map(|(at, _)| at).next().unwrap_or(index)
    }

    /// The step of that title, the one with that number where several share it.
    fn find(&self, n: &str, title: &str) -> Option<usize> {
        let titled = |step: &WalkStep| step.title == title;
        let both = self.steps.iter().position(|step| titled(step) && step.n == n);
        both.or_else(|| self.steps.iter().position(titled))
    }
}

/// Whether one step may be what became of another.
type Likeness = fn(&WalkStep, &WalkStep) -> bool;

impl WalkStep {
    /// The surest first.
    const LIKENESS: [Likeness; 3] = [Self::same_text, Self::same_title, Self::same_commands];

    fn new(placed: &Placed<'_>) -> Self {
        Self {
            n: placed.step.n.clone(),
            title: placed.step.title.clone(),
            section: placed.section.title.clone(),
            depth: placed.depth,
            commands: placed.step.commands.iter().map(|command| command.text.clone()).collect(),
            status: StepStatus::Open,
            edited: false,
            ran: BTreeSet::new(),
        }
    }

    /// Which of the step's commands is next: the first that has not ended well, else the last again.
    pub fn next_command(&self) -> usize {
        self.ran.len().min(self.commands.len().saturating_sub(1))
    }

    fn same_text(&self, other: &Self) -> bool {
        self.same_title(other) && self.commands == other.commands
    }

    fn same_title(&self, other: &Self) -> bool {
        self.title == other.title
    }

    fn same_commands(&self, other: &Self) -> bool {
        !self.commands.is_empty() && self.commands == other.commands
    }

    /// Which of `others` is this step, or what became of it.
    fn among(&self, others: &[Self]) -> Option<usize> {
        Self::LIKENESS.into_iter().find_map(|alike| self.nearest(others, alike))
    }

    /// Takes over what was done in the step of `old` that is alike; whether there was one.
    fn inherit(&mut self, old: &mut Vec<Self>, alike: Likeness) -> bool {
        let Some(at) = self.nearest(old, alike) else { return false };
        let known = old.remove(at);
        self.edited = known.edited || (known.status != StepStatus::Open && !self.same_text(&known));
        self.status = known.status;
        self.ran = known.ran;
        true
    }

    /// The step among `others` that is alike, the one with the same number where several are.
    fn nearest(&self, others: &[Self], alike: Likeness) -> Option<usize> {
        let numbered = others.iter().position(|other| alike(self, other) && other.n == self.n);
        numbered.or_else(|| others.iter().position(|other| alike(self, other)))
    }
}
