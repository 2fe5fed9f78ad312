//! One step of a walk: what it is, where it stands, and which step of an edited runbook it became.

use std::collections::BTreeSet;

use crate::incident::event::{Answer, StepOutcome};
use crate::runbook::branch::{self, Branches};
use crate::runbook::step::{Placed, Runbook};

#[derive(Debug, Clone, PartialEq)]
pub struct WalkStep {
    pub n: String,
    pub title: String,
    /// Title of its section.
    pub section: String,
    pub depth: usize,
    /// SHA-256 (hex) of what the step says, its number left out.
    pub sha256: String,
    /// The commands as the runbook has them, placeholders open.
    pub commands: Vec<String>,
    /// It asks for a decision.
    pub decision: bool,
    pub branches: Branches,
    pub status: StepStatus,
    /// What was answered, of a step that decides.
    pub answer: Option<Answer>,
    /// Number of the step whose answer passed it over.
    pub skipped_by: Option<String>,
    /// Its command ended well and a person has yet to judge what came out.
    pub to_judge: bool,
    /// Its command was started and has no end on record: the mark of its processes.
    pub started: Option<String>,
    /// Its text changed after something was done here.
    pub edited: bool,
    /// Texts that ran here and ended well; a step is done when it has one for each command.
    pub(super) ran: BTreeSet<String>,
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

/// Whether one step may be what became of another.
pub(super) type Likeness = fn(&WalkStep, &WalkStep) -> bool;

/// The surest first.
pub(super) const LIKENESS: [Likeness; 4] =
    [WalkStep::same_text, WalkStep::same_work, WalkStep::same_title, WalkStep::same_commands];

impl WalkStep {
    pub(super) fn new(runbook: &Runbook, placed: &Placed<'_>) -> Self {
        Self {
            n: placed.step.n.clone(),
            title: placed.step.title.clone(),
            section: placed.section.title.clone(),
            depth: placed.depth,
            sha256: placed.step.sha256(),
            commands: placed.step.commands.iter().map(|command| command.text.clone()).collect(),
            decision: placed.step.decision,
            branches: branch::of(runbook, placed.step),
            status: StepStatus::Open,
            answer: None,
            skipped_by: None,
            to_judge: false,
            started: None,
            edited: false,
            ran: BTreeSet::new(),
        }
    }

    /// Which of the step's commands is next: the first that has not ended well, else the last again.
    pub fn next_command(&self) -> usize {
        self.ran.len().min(self.commands.len().saturating_sub(1))
    }

    /// Waits for somebody to say yes, no or unknown.
    pub fn asks(&self) -> bool {
        self.decision && self.answer.is_none() && self.status == StepStatus::Open
    }

    /// Number and title.
    pub fn named(&self) -> String {
        format!("{} {}", self.n, self.title)
    }

    /// As nobody had touched it.
    pub(super) fn reopen(&mut self) {
        (self.status, self.answer, self.skipped_by) = (StepStatus::Open, None, None);
        (self.to_judge, self.edited, self.started) = (false, false, None);
        self.ran.clear();
    }

    fn same_text(&self, other: &Self) -> bool {
        self.sha256 == other.sha256
    }

    fn same_work(&self, other: &Self) -> bool {
        self.same_title(other) && self.commands == other.commands
    }

    fn same_title(&self, other: &Self) -> bool {
        self.title == other.title
    }

    fn same_commands(&self, other: &Self) -> bool {
        !self.commands.is_empty() && self.commands == other.commands
    }

    fn touched(&self) -> bool {
        self.status != StepStatus::Open
            || self.answer.is_some()
            || !self.ran.is_empty()
            || self.started.is_some()
    }

    /// Which of `others` is this step, or what became of it.
    pub(super) fn among(&self, others: &[Self]) -> Option<usize> {
        LIKENESS.into_iter().find_map(|alike| self.nearest(others, alike))
    }

    /// Takes over what was done in the step of `old` that is alike; that step's number.
    pub(super) fn inherit(&mut self, old: &mut Vec<Self>, alike: Likeness) -> Option<String> {
        let known = old.remove(self.nearest(old, alike)?);
        self.edited = known.edited || (known.touched() && !self.same_text(&known));
        (self.status, self.answer, self.skipped_by) = (known.status, known.answer, known.skipped_by);
        (self.to_judge, self.ran, self.started) = (known.to_judge, known.ran, known.started);
        Some(known.n)
    }

    /// The step among `others` that is alike, the one with the same number where several are.
    fn nearest(&self, others: &[Self], alike: Likeness) -> Option<usize> {
        let numbered = others.iter().position(|other| alike(self, other) && other.n == self.n);
        numbered.or_else(|| others.iter().position(|other| alike(self, other)))
    }
}
