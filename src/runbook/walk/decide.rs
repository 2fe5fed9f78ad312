//! What an answer does to a walk: jumps, branches that are passed over, an `Otherwise` that is answered.

use std::ops::Range;

use super::{StepStatus, Walk};
use crate::incident::event::{Answer, Decision, Destination};
use crate::runbook::jump::Target;

impl Walk {
    /// Where an answer to the current step leads; `None` where it goes on with what is below or behind.
    pub fn leads(&self, answer: Answer) -> Option<Destination> {
        let step = self.step()?;
        let target = match answer {
            Answer::Yes => step.branches.yes.as_ref(),
            Answer::No => {
                step.branches.no.as_ref().or_else(|| self.otherwise(self.current)?.branches.yes.as_ref())
            }
            Answer::Unknown => None,
        };
        Some(match target? {
            Target::Runbook(name) => Destination::Runbook(name.clone()),
            Target::Step(n) => {
                let title = self.steps.iter().find(|step| step.n == *n)?.title.clone();
                Destination::Step { step: n.clone(), title }
            }
        })
    }

    /// The numbers of the steps that a decision about the current step passes over.
    pub fn passed_over(&self, decision: &Decision) -> Vec<String> {
        let mut then = self.clone();
        then.decide(self.current, decision);
        let before = self.steps.iter().map(|step| step.status);
        let passed = then.steps.iter().zip(before).enumerate().filter(|(index, (step, before))| {
            *index != self.current && step.status == StepStatus::Skipped && *before != StepStatus::Skipped
        });
        passed.map(|(_, (step, _))| step.n.clone()).collect()
    }

    pub(super) fn decide(&mut self, index: usize, decision: &Decision) {
        self.take_back(index);
        self.steps[index].answer = Some(decision.answer);
        match decision.answer {
            Answer::Unknown => {
                self.steps[index].status = StepStatus::Open;
                self.current = self.open_from(self.after(index)).unwrap_or(index);
            }
            Answer::Yes => self.said_yes(index, decision.to.as_ref()),
            Answer::No => self.said_no(index, decision.to.as_ref()),
        }
    }

    /// A yes does the step; its `Otherwise` is passed over.
    fn said_yes(&mut self, index: usize, to: Option<&Destination>) {
        let by = self.steps[index].n.clone();
        let behind = self.after(index);
        if self.otherwise(index).is_some() {
            self.skip(behind..self.after(behind), &by);
        }
        if to.is_some() {
            self.steps[index].status = StepStatus::Done;
            return self.lead(index, to);
        }
        let below = behind > index + 1 && self.steps[index].commands.is_empty();
        self.settle(index, if below { StepStatus::Done } else { StepStatus::Open });
    }

    /// A no passes the step over with everything below it; its `Otherwise` holds then.
    fn said_no(&mut self, index: usize, to: Option<&Destination>) {
        let by = self.steps[index].n.clone();
        let behind = self.after(index);
        self.skip(index + 1..behind, &by);
        let otherwise = self.otherwise(index).is_some();
        self.settle(index, StepStatus::Skipped);
        if otherwise {
            self.steps[behind].answer = Some(Answer::Yes);
            let leads = to.is_some() && self.steps[behind].commands.is_empty();
            self.steps[behind].status = if leads { StepStatus::Done } else { StepStatus::Open };
        }
        self.lead(index, to);
    }

    /// Goes where an answer leads. Ahead, the open steps between are passed over; back, everything from
    /// there on is open again.
    fn lead(&mut self, index: usize, to: Option<&Destination>) {
        let Some(Destination::Step { step, title }) = to else { return self.go_on(index) };
        let Some(there) = self.position(step, |known| known.title == *title) else {
            return self.go_on(index);
        };
        if there > index {
            let by = self.steps[index].n.clone();
            self.skip(index + 1..there, &by);
            self.steps[there].skipped_by = None;
            if self.steps[there].status == StepStatus::Skipped {
                self.steps[there].status = StepStatus::Open;
            }
        } else {
            self.steps[there..=index].iter_mut().for_each(super::WalkStep::reopen);
        }
        self.current = there;
    }

    fn go_on(&mut self, index: usize) {
        self.current = self.open_from(index + 1).unwrap_or(index);
    }

    pub(super) fn skip(&mut self, steps: Range<usize>, by: &str) {
        for step in self.steps[steps].iter_mut().filter(|step| step.status == StepStatus::Open) {
            step.status = StepStatus::Skipped;
            step.skipped_by = Some(by.to_owned());
        }
    }

    /// Another answer undoes what the one before passed over.
    fn take_back(&mut self, index: usize) {
        let n = self.steps[index].n.clone();
        for step in self.steps.iter_mut().filter(|step| step.skipped_by.as_ref() == Some(&n)) {
            step.reopen();
        }
        if self.steps[index].answer.is_some() {
            self.steps[index].status = StepStatus::Open;
        }
    }

    /// The `Otherwise` behind a question: the next step beside it.
    fn otherwise(&self, index: usize) -> Option<&super::WalkStep> {
        let next = self.steps.get(self.after(index))?;
        let beside = next.depth == self.steps[index].depth && next.section == self.steps[index].section;
        (beside && next.branches.otherwise).then_some(next)
    }
}
