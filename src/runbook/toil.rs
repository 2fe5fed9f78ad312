//! Toil: steps that people ran by hand again and again, from the journal alone, and which of them might run by
//! themselves.
//!
//! What is done often, only reads and nearly always ends well needs no decision of a person: the field manual
//! automates diagnosis first, by how often it is done times how long it takes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::stage::{Allowed, Stage};
use super::staged;
use super::step::{Risk, Runbook};
use super::{Library, risk};
use crate::incident::event::StepRun;
use crate::incident::{EventKind, Incident, Ledger};
use crate::text::Time;

/// Runs that a step needs before anything is proposed.
pub const ENOUGH: usize = 3;
/// The share of runs, in per cent, that has to have ended with exit 0.
pub const NEARLY_ALWAYS: usize = 95;

/// A step as it was run by hand, in drills not.
#[derive(Debug, Clone, PartialEq)]
pub struct Chore {
    pub runbook: String,
    /// Number and title as they were last.
    pub step: String,
    pub title: String,
    /// SHA-256 (hex) of the step's text; runs of another text are another chore.
    pub sha256: String,
    pub runs: usize,
    /// Of these, those with exit 0.
    pub ended_well: usize,
    /// How long the commands took together, in seconds.
    pub time_s: f64,
    /// Incidents in which it was run, and people who ran it.
    pub incidents: usize,
    pub people: usize,
    pub standing: Standing,
}

/// What may become of a chore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It might run by itself; `marked` where the runbook says so already.
    Candidate { marked: bool },
    /// It runs by itself now.
    Allowed,
    /// A person has to decide: it does more than read, or wants what only a person has.
    Manual,
    /// Too few runs, or too many that failed.
    Unproven,
    /// The step is gone, or says something else now.
    Edited,
}

impl Standing {
    pub fn words(self) -> &'static str {
        match self {
            Self::Candidate { .. } => "candidate",
            Self::Allowed => "runs by itself",
            Self::Manual => "manual",
            Self::Unproven => "unproven",
            Self::Edited => "edited since",
        }
    }
}

impl Chore {
    /// The line below `stages:` of the runbook's front matter.
    pub fn mark(&self) -> String {
        format!("  {}: {}", self.step, super::stage::ASSISTED)
    }

    /// The lines of `warroom.toml`.
    pub fn permission(&self) -> [String; 3] {
        Allowed::of(&self.runbook, &self.sha256).lines()
    }
}

/// The toil of a time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Toil {
    /// Candidates first, then by how often they were done.
    pub chores: Vec<Chore>,
    /// Runs by hand, and by themselves.
    pub by_hand: usize,
    pub by_themselves: usize,
    /// How long the commands that people ran took together, in seconds.
    pub time_s: f64,
}

/// What the library and the configuration say today.
#[derive(Debug, Clone, Copy)]
pub struct Today<'a> {
    pub library: &'a Library,
    pub allowed: &'a [Allowed],
}

/// The toil since an instant, drills left out.
pub fn since(ledger: &Ledger, from: Time, today: Today<'_>) -> Toil {
    let mut toil = Toil::default();
    let mut tallies: BTreeMap<(&str, &str), Tally<'_>> = BTreeMap::new();
    for (incident, who, run) in runs(ledger, from) {
        if run.assisted {
            toil.by_themselves += 1;
            continue;
        }
        toil.by_hand += 1;
        toil.time_s += run.duration_s;
        // A run of another day, before steps had hashes, counts and leads nowhere.
        if let Some(sha256) = &run.standing.step_sha256 {
            tallies.entry((&run.runbook, sha256)).or_insert_with(|| Tally::of(run)).count(incident, who, run);
        }
    }
    toil.chores = tallies.into_values().map(|tally| tally.chore(today)).collect();
    let is_candidate = |chore: &Chore| matches!(chore.standing, Standing::Candidate { .. });
    toil.chores.sort_by_key(|chore| (!is_candidate(chore), Reverse(chore.runs)));
    toil
}

fn runs(ledger: &Ledger, from: Time) -> impl Iterator<Item = (&str, &str, &StepRun)> {
    let real = ledger.incidents.iter().filter(|incident| !incident.drill);
    real.flat_map(move |incident: &Incident| {
        let entries = incident.timeline.iter().filter(|entry| !entry.struck);
        entries.filter_map(move |entry| match &entry.event.kind {
            EventKind::StepRan(run) if run.started_at >= from => {
                Some((incident.id.as_str(), entry.event.actor.as_str(), run))
            }
            _ => None,
        })
    })
}

/// The runs of one step as it stood.
struct Tally<'a> {
    last: &'a StepRun,
    runs: usize,
    ended_well: usize,
    time_s: f64,
    incidents: BTreeSet<&'a str>,
    people: BTreeSet<&'a str>,
    /// All that ran did nothing but read.
    reads: bool,
}

impl<'a> Tally<'a> {
    fn of(run: &'a StepRun) -> Self {
        let (incidents, people) = (BTreeSet::new(), BTreeSet::new());
        Self { last: run, runs: 0, ended_well: 0, time_s: 0.0, incidents, people, reads: true }
    }

    fn count(&mut self, incident: &'a str, who: &'a str, run: &'a StepRun) {
        if run.started_at >= self.last.started_at {
            self.last = run;
        }
        self.runs += 1;
        self.ended_well += usize::from(run.exit == Some(0));
        self.time_s += run.duration_s;
        self.incidents.insert(incident);
        self.people.insert(who);
        self.reads &= run.risk == Risk::Read.word() && risk::of(&run.command) == Risk::Read;
    }

    fn chore(self, today: Today<'_>) -> Chore {
        let standing = self.standing(today);
        let sha256 = self.last.standing.step_sha256.clone().unwrap_or_default();
        let StepRun { runbook, step, title, .. } = self.last.clone();
        Chore {
            runbook,
            step: now(today, self.last).map_or(step, |(_, step)| step.n.clone()),
            title,
            sha256,
            runs: self.runs,
            ended_well: self.ended_well,
            time_s: self.time_s,
            incidents: self.incidents.len(),
            people: self.people.len(),
            standing,
        }
    }

    fn standing(&self, today: Today<'_>) -> Standing {
        let Some((book, step)) = now(today, self.last) else { return Standing::Edited };
        let marked = book.stage_of(&step.n) == Stage::Assisted;
        let allowed = today.allowed.iter().any(|allowed| allowed.step(book) == Some(step));
        match () {
            () if marked && allowed => Standing::Allowed,
            () if !self.reads || step.decision || staged::never(book, step).is_some() => Standing::Manual,
            () if self.runs < ENOUGH || self.ended_well * 100 < self.runs * NEARLY_ALWAYS => {
                Standing::Unproven
            }
            () => Standing::Candidate { marked },
        }
    }
}

/// The step of today that says what it said then.
fn now<'a>(today: Today<'a>, run: &StepRun) -> Option<(&'a Runbook, &'a super::Step)> {
    let sha256 = run.standing.step_sha256.as_deref()?;
    let book = today.library.get(&run.runbook)?;
    let step = Allowed::of(&run.runbook, sha256).step(book)?;
    Some((book, step))
}
