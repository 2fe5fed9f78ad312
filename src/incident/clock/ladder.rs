//! The escalation ladder of one incident: which levels are called for, were called, have answered.

use std::time::Duration;

use crate::incident::event::Level;
use crate::incident::{Incident, Severity};
use crate::text::Time;
use crate::text::when::{after, rough_span, since};

/// Where a level stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Nothing calls for it.
    Idle,
    /// Called for from `due_at` on; late once they could have answered.
    Wanted {
        due_at: Time,
        overdue_at: Time,
    },
    Called {
        who: String,
        at: Time,
        answer_by: Time,
    },
    Answered {
        who: String,
        at: Time,
    },
}

impl Stage {
    /// `called for now`, `ana called, answer OVERDUE 3m`.
    pub fn words(&self, now: Time) -> String {
        match self {
            Self::Idle => "not due".to_owned(),
            Self::Wanted { due_at, .. } if now < *due_at => {
                format!("called for in {}", rough_span(since(now, *due_at)))
            }
            Self::Wanted { overdue_at, .. } if now < *overdue_at => "called for now".to_owned(),
            Self::Wanted { .. } => "called for, OVERDUE".to_owned(),
            Self::Called { who, answer_by, .. } if now < *answer_by => {
                format!("{who} called, has {} to answer", rough_span(since(now, *answer_by)))
            }
            Self::Called { who, answer_by, .. } => {
                format!("{who} called, answer OVERDUE {}", rough_span(since(*answer_by, now)))
            }
            Self::Answered { who, .. } => format!("{who} acknowledged"),
        }
    }
}

impl Incident {
    /// The stage of every level, L1 first.
    pub fn ladder(&self) -> [(Level, Stage); 5] {
        Level::ALL.map(|level| (level, self.stage(level)))
    }

    /// The level that is called next: the lowest that is called for, else the one above the highest
    /// called. `None` at the top.
    pub fn next_level(&self) -> Option<Level> {
        let wanted = |level: &Level| matches!(self.stage(*level), Stage::Wanted { .. });
        let highest = self.steps().map(|step| step.level).max();
        let above = |level: &Level| highest.is_none_or(|highest| *level > highest);
        Level::ALL.into_iter().find(wanted).or_else(|| Level::ALL.into_iter().find(above))
    }

    /// The level that was called and has not answered; of several the highest.
    pub fn unanswered_level(&self) -> Option<Level> {
        let called = |level: &Level| matches!(self.stage(*level), Stage::Called { .. });
        Level::ALL.into_iter().rev().find(called)
    }

    pub(super) fn stage(&self, level: Level) -> Stage {
        let rung = self.clockwork.terms.rung(level);
        let answers = rung.and_then(|rung| rung.acknowledge_s).unwrap_or(level.acknowledge_s());
        let answers = Duration::from_secs(answers);
        if let Some(step) = self.steps().rev().find(|step| step.level == level) {
            let who = step.who.clone();
            return match &step.answered {
                Some((who, at)) => Stage::Answered { who: who.clone(), at: *at },
                None => Stage::Called { who, at: step.at, answer_by: after(step.at, answers) },
            };
        }
        // Who stands higher was called already: nobody below is waited for.
        let passed = self.steps().any(|step| step.level > level);
        let due = self.cause(level).filter(|_| self.is_open() && !passed);
        due.map_or(Stage::Idle, |due_at| Stage::Wanted { due_at, overdue_at: after(due_at, answers) })
    }

    /// The instant from which a level is called for (field manual, escalation ladder).
    fn cause(&self, level: Level) -> Option<Time> {
        let rung = self.clockwork.terms.rung(level);
        let delay = Duration::from_secs(rung.and_then(|rung| rung.after_s).unwrap_or(level.after_s()));
        let work = &self.clockwork;
        let sev1 = work.sev1_since.map(|since| since.max(self.clock_from));
        let silent = self.severity <= Severity::Sev2 && !self.has_responded();
        let silence = silent.then(|| after(self.clock_from, delay));
        match level {
            Level::L1 | Level::L2 => silence,
            Level::L3 => sev1.or(silence),
            Level::L4 => {
                let felt = self.mitigated.is_none() && self.impact_end.is_none();
                let from = sev1.filter(|_| felt)?;
                Some(after(from.max(self.impact_start.unwrap_or(from)), delay))
            }
            Level::L5 => {
                let long = sev1.map(|from| after(from, delay));
                long.into_iter().chain(work.breach_since).min()
            }
        }
    }
}
