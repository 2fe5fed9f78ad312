//! Every clock that runs, as one list: the header, the brief, `show` and `warroom clocks` share it.

use std::cmp::Reverse;
use std::time::Duration;

use serde_json::{Value, json};

use super::{ClockState, Stage, UPDATE, words};
use crate::incident::event::{Audience, Level};
use crate::incident::state::{Task, Update};
use crate::incident::{Incident, Severity, Status};
use crate::text::Time;
use crate::text::when::{after, rfc3339, since};

/// Characters of what is due that a crowded line has room for.
const LONGEST_WHAT: usize = 14;

/// One clock in its present round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// How it is called where it is snoozed: `update`, `respond`, `L2`, `task-3`.
    pub name: String,
    /// What is due, in a few words. Raw.
    pub what: String,
    /// When the round began.
    pub from: Time,
    pub due_at: Time,
    pub overdue_at: Time,
    /// Somebody put this round off.
    pub snoozed: bool,
}

impl Clock {
    pub(in crate::incident) fn new(name: impl Into<String>, what: impl Into<String>, from: Time) -> Self {
        let (name, what) = (name.into(), what.into());
        Self { name, what, from, due_at: from, overdue_at: from, snoozed: false }
    }

    pub(in crate::incident) fn due(self, due_at: Time, overdue_at: Time) -> Self {
        Self { due_at, overdue_at: overdue_at.max(due_at), ..self }
    }

    fn within(self, span: u64) -> Self {
        let at = after(self.from, Duration::from_secs(span));
        self.due(at, at)
    }

    pub fn state(&self, now: Time) -> ClockState {
        ClockState::at(now, self.due_at, self.overdue_at)
    }

    /// `update due in 12m`, `respond OVERDUE 3m (snoozed)`.
    pub fn words(&self, now: Time) -> String {
        let snoozed = if self.snoozed { " (snoozed)" } else { "" };
        format!("{}{snoozed}", words(&format!("{} ", self.what), self.due_at, self.overdue_at, now))
    }

    /// As [`words`](Self::words), without what stands in brackets; with the clock's name where what is due
    /// is still long.
    pub fn short(&self, now: Time) -> String {
        let what = self.what.split(" (").next().unwrap_or_default();
        let what = if what.chars().count() > LONGEST_WHAT { self.name.as_str() } else { what };
        Self { what: what.to_owned(), ..self.clone() }.words(now)
    }

    /// One object of `clocks --json`. Seconds to go are negative once it is due.
    pub fn to_json(&self, now: Time) -> Value {
        let to_go = self.due_at.signed_duration_since(now).num_seconds();
        json!({
            "clock": self.name,
            "what": self.what,
            "since": rfc3339(self.from),
            "due_at": rfc3339(self.due_at),
            "overdue_at": rfc3339(self.overdue_at),
            "due_in_s": to_go,
            "state": self.state(now),
            "snoozed": self.snoozed,
        })
    }

    pub(in crate::incident) fn put_off(mut self, until: Option<Time>) -> Self {
        if let Some(until) = until {
            self.snoozed = true;
            (self.due_at, self.overdue_at) = (self.due_at.max(until), self.overdue_at.max(until));
        }
        self
    }
}

/// In the order of their urgency: what is overdue the longest first, then what is due the soonest.
pub fn soonest(mut clocks: Vec<Clock>, now: Time) -> Vec<Clock> {
    clocks.sort_by_key(|clock| {
        let state = clock.state(now);
        let at = if state == ClockState::Overdue { clock.overdue_at } else { clock.due_at };
        (Reverse(state), at, clock.name.clone())
    });
    clocks
}

impl Incident {
    /// Every clock that runs, the most urgent first. Once resolved only the postmortem's does.
    pub fn clocks(&self, now: Time) -> Vec<Clock> {
        let mut clocks: Vec<Clock> = if self.is_open() {
            let tasks = self.open_tasks().filter_map(timer);
            let ladder = self.ladder().into_iter().filter_map(|(level, stage)| self.rung(level, stage));
            let said = [self.update(now), self.respond(), self.public_post(), self.executives()];
            said.into_iter().flatten().chain(ladder).chain(tasks).collect()
        } else {
            self.postmortem().into_iter().collect()
        };
        for clock in clocks.iter_mut().filter(|clock| clock.name != UPDATE) {
            *clock = clock.clone().put_off(self.snoozed_until(&clock.name, clock.from));
        }
        soonest(clocks, now)
    }

    /// Until when this round of a clock was put off.
    pub(super) fn snoozed_until(&self, name: &str, round: Time) -> Option<Time> {
        let own =
            self.clockwork.snoozes.iter().filter(|snooze| snooze.clock == name && snooze.round == round);
        own.map(|snooze| snooze.until).max()
    }

    fn update(&self, now: Time) -> Option<Clock> {
        let comms = self.comms_clock(now)?;
        let snoozed = self.snoozed_until(UPDATE, comms.from).is_some();
        let clock = Clock::new(UPDATE, UPDATE, comms.from).due(comms.due_at, comms.overdue_at);
        Some(Clock { snoozed, ..clock })
    }

    /// The severity matrix's "respond within".
    fn respond(&self) -> Option<Clock> {
        let work = &self.clockwork;
        if self.has_responded() {
            return None;
        }
        let (terms, clock) = (&work.terms, Clock::new("respond", "response", self.clock_from));
        Some(match self.severity {
            Severity::Sev1 => clock.within(terms.respond_sev1_s),
            Severity::Sev2 => clock.within(terms.respond_sev2_s),
            Severity::Sev3 => {
                let at = terms.hours.later(self.clock_from, Duration::from_secs(terms.respond_sev3_s));
                clock.due(at, at)
            }
            Severity::Sev4 => {
                let (opens, closes) = terms.hours.next_day(self.clock_from);
                clock.due(opens, closes)
            }
        })
    }

    /// Where it was asked for: the first public post, and the one that tells the scope after it.
    fn public_post(&self) -> Option<Clock> {
        let terms = &self.clockwork.terms;
        let mut posts = self.updates_to(Audience::Public);
        match (posts.next(), posts.next()) {
            (None, _) => {
                let clock = Clock::new("first-post", "first public post", self.clock_from);
                terms.first_post_s.map(|span| clock.within(span))
            }
            (Some(first), None) => {
                let clock = Clock::new("scope-post", "public post on the scope", first.at);
                terms.scope_post_s.map(|span| clock.within(span))
            }
            _ => None,
        }
        .filter(|_| self.severity <= Severity::Sev2)
    }

    fn executives(&self) -> Option<Clock> {
        let span = self.clockwork.terms.executives_s.filter(|_| self.severity <= Severity::Sev2)?;
        let from = self.updates_to(Audience::Executives).last().map_or(self.clock_from, |update| update.at);
        Some(Clock::new("executives", "executives' update", from).within(span))
    }

    fn updates_to(&self, audience: Audience) -> impl Iterator<Item = &Update> {
        let own = move |update: &&Update| update.audience == audience && update.at >= self.clock_from;
        self.updates.iter().filter(own)
    }

    fn rung(&self, level: Level, stage: Stage) -> Option<Clock> {
        let name = level.to_string();
        match stage {
            Stage::Wanted { due_at, overdue_at } => {
                let what = format!("call {level} ({})", level.title());
                Some(Clock::new(name, what, self.clock_from).due(due_at, overdue_at))
            }
            Stage::Called { who, at, answer_by } => {
                let what = format!("answer of {level} ({who})");
                Some(Clock::new(name, what, at).due(answer_by, answer_by))
            }
            Stage::Idle | Stage::Answered { .. } => None,
        }
    }

    /// From the resolution of a SEV1 or SEV2 until its postmortem went out or it was closed.
    fn postmortem(&self) -> Option<Clock> {
        let work = &self.clockwork;
        let due = self.status == Status::Resolved && self.severity.wants_postmortem() && !work.published;
        let resolved = work.resolved.filter(|_| due)?;
        Some(Clock::new("postmortem", "postmortem", resolved).within(work.terms.postmortem_s))
    }
}

fn timer(task: &Task) -> Option<Clock> {
    let due_at = task.due_at?;
    let what = format!("task {} ({})", task.number, task.owner);
    Some(Clock::new(format!("task-{}", task.number), what, task.added_at).due(due_at, due_at))
}

/// How far a clock may be put off at once: a shift, no more.
pub(in crate::incident) const LONGEST_SNOOZE: Duration = Duration::from_hours(8);

impl Clock {
    /// Whether it could still be put off to `until`; else why not, with the way out.
    pub(in crate::incident) fn may_wait(&self, now: Time, until: Time) -> Result<(), String> {
        if self.snoozed {
            let name = &self.name;
            return Err(format!(
                "clock: {name}: was put off once already (do what is due, or say why not in a note)"
            ));
        }
        if until <= self.due_at {
            let due = rfc3339(self.due_at);
            return Err(format!("clock: {}: is not due before {due} anyhow (nothing to put off)", self.name));
        }
        if since(now, until) > LONGEST_SNOOZE {
            return Err(format!(
                "clock: {}: cannot be put off for more than 8h (give a shorter --for)",
                self.name
            ));
        }
        Ok(())
    }
}
