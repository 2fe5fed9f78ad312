//! An incident as its events have made it. Durations run from when things happened, clocks from when
//! they were written down.
//!
//! Data and look-ups only: `apply` changes it, the rules judge it.

use std::time::Duration;

use super::checklist::{Checks, Temporary};
use super::clock::Clockwork;
use super::event::{Audience, Evidence, Found, LinkKind, Mitigation, Security};
use super::outbox::Queued;
use super::timeline::Entry;
use super::triage::Answered;
use super::{Phase, Role, Severity, Status};
use crate::text::{Time, when};

/// The fold of one incident's events.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    pub id: String,
    pub title: String,
    pub severity: Severity,
    pub phase: Phase,
    pub status: Status,
    pub services: Vec<String>,
    pub drill: bool,
    pub private: bool,
    /// What users feel, in somebody's words.
    pub impact: Option<String>,
    /// How somebody first knew.
    pub found: Option<Found>,
    pub security: Security,
    pub links: Vec<Link>,
    /// Ids of incidents that have to do with it, as it says itself.
    pub related: Vec<String>,
    /// The incident that it is the same as.
    pub merged_into: Option<String>,
    pub impact_start: Option<Time>,
    pub impact_end: Option<Time>,
    /// When it was declared to have happened; durations run from here.
    pub declared_at: Time,
    /// When the declaration was written down; clocks run from here.
    pub recorded_at: Time,
    /// When the comms clock began: the recording of the declaration or of the last reopening.
    pub clock_from: Time,
    pub declared_by: String,
    /// Answers of triage since the declaration or the last reopening, in order.
    pub triage: Vec<Answered>,
    pub mitigated: Option<(Time, Mitigation)>,
    /// The ledger of what was put in place and has to go again.
    pub temporaries: Vec<Temporary>,
    /// What was found on the closing checklist.
    pub checks: Checks,
    pub resolved_at: Option<Time>,
    pub closed_at: Option<Time>,
    /// Every holding of every role, ended ones too, in order.
    pub tenures: Vec<Tenure>,
    /// Roles somebody was asked to take and has not answered yet, in the order they were offered.
    pub offers: Vec<Offer>,
    pub tasks: Vec<Task>,
    pub updates: Vec<Update>,
    pub evidence: Vec<Evidence>,
    /// What its clocks run on.
    pub clockwork: Clockwork,
    /// What was queued to leave, in order.
    pub posts: Vec<Queued>,
    /// Every event of the incident as a line, sorted by when it happened.
    pub timeline: Vec<Entry>,
}

/// A page that belongs to the incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The event that added it.
    pub seq: u64,
    pub kind: LinkKind,
    pub url: String,
}

/// One person holding one role for a while.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenure {
    pub role: Role,
    pub who: String,
    pub from: Time,
    pub to: Option<Time>,
    /// Why it was taken over somebody's head, or beside another role.
    pub reason: Option<String>,
}

/// A role that waits for an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub role: Role,
    pub who: String,
    /// Who asked.
    pub by: String,
    pub at: Time,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub number: u32,
    pub text: String,
    pub owner: String,
    pub added_at: Time,
    pub due_at: Option<Time>,
    /// When and how it ended.
    pub ended: Option<(Time, Ending)>,
}

/// How a task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Done,
    Declined,
    /// It goes on as an action item.
    Promoted,
}

impl Ending {
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Declined => "declined",
            Self::Promoted => "promoted",
        }
    }
}

/// A status update that went out.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// When it was recorded: clocks run from there.
    pub at: Time,
    pub audience: Audience,
    pub next: Option<Duration>,
}

impl Incident {
    /// Who holds a role now: at most one, except for subject matter experts.
    pub fn holders(&self, role: Role) -> impl Iterator<Item = &str> {
        self.held().filter(move |tenure| tenure.role == role).map(|tenure| tenure.who.as_str())
    }

    /// Roles that are held now, in the order they were taken.
    pub fn held(&self) -> impl Iterator<Item = &Tenure> {
        self.tenures.iter().filter(|tenure| tenure.to.is_none())
    }

    /// Who held which role at an instant; at the moment of a hand-over both did.
    pub fn held_at(&self, at: Time) -> impl Iterator<Item = &Tenure> {
        self.tenures.iter().filter(move |tenure| tenure.from <= at && tenure.to.is_none_or(|to| at < to))
    }

    /// What a person was offered and has not answered.
    pub fn offers_to<'a>(&'a self, who: &'a str) -> impl Iterator<Item = &'a Offer> {
        self.offers.iter().filter(move |offer| offer.who == who)
    }

    /// The role that would make another one a second seat for somebody, where the severity wants one
    /// person a seat.
    pub fn second_seat(&self, role: Role, who: &str) -> Option<&Tenure> {
        let mut others = self.held().filter(|held| held.who == who && held.role != role);
        others.next().filter(|_| self.severity.wants_full_roster())
    }

    pub fn commander(&self) -> Option<&str> {
        self.holders(Role::Ic).next()
    }

    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    /// The entry of one event, wherever it was sorted.
    pub fn entry(&self, seq: u64) -> Option<&Entry> {
        self.timeline.iter().find(|entry| entry.event.seq == seq)
    }

    /// Tasks that nobody has finished, declined or promoted, in the order they were given.
    pub fn open_tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.ended.is_none())
    }

    /// Tasks that go on after it: promoted ones, and those left open.
    pub fn tasks_to_follow(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.ended.is_none_or(|(_, how)| how == Ending::Promoted))
    }

    /// From declaration to resolution, frozen there; to `now` while open.
    pub fn duration(&self, now: Time) -> Duration {
        when::since(self.declared_at, self.resolved_at.unwrap_or(now))
    }
}
