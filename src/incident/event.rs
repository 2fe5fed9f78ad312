//! Events: what happened, stored for ever.
//!
//! The names and fields of [`EventKind`] are the journal's format. They gain companions; they never
//! change meaning. A kind this version does not know is kept whole as [`EventKind::Unknown`]; a field
//! it does not know stays in the stored payload, which is never re-encoded.

mod alert;
mod change;
mod evidence;
mod fields;
mod imported;
mod post;
mod step;
mod stored;
mod terms;
mod word;

pub use alert::{
    AlertChange, AlertGroup, AlertKey, AlertKeys, AlertNews, AlertsTaken, SilenceEnded, SilenceMade,
};
pub use change::Change;
pub use evidence::{Evidence, Spent};
pub use fields::{Fields, Security};
pub use imported::Imported;
pub use post::{Delivery, Dropped, FollowUp, Follows, GivenUp, Post};
pub use step::{
    Decision, Destination, Judged, Opened, Standing, StepMark, StepRun, StepStart, ValuesGiven, Verification,
};
pub use terms::{Acknowledgement, Escalation, Hours, Level, Recheck, Rung, Snooze, Terms};
pub use word::{Answer, Audience, ChangeKind, Edge, Found, LinkKind, Mitigation, NoteKind, StepOutcome};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::triage::Question;
use super::{Checks, Phase, Role, Severity};
use crate::slo::Transition;
use crate::slo::exclusion::Planned;
use crate::text::Time;

/// Who wrote the words of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Human,
    System,
}

/// One stored event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Position in the journal, from 1, without gaps.
    pub seq: u64,
    /// `None` for what belongs to a service and not to an incident: changes, maintenance, decisions.
    pub incident: Option<String>,
    /// When it happened; `None` where nobody knows.
    pub happened_at: Option<Time>,
    /// When it was written down.
    pub recorded_at: Time,
    pub actor: String,
    pub origin: Origin,
    pub kind: EventKind,
}

impl Event {
    /// The instant an entry is sorted by: when it happened, else when it was written down (of an imported
    /// line: where it was).
    pub fn sorts_at(&self) -> Time {
        let there = if let EventKind::Imported(line) = &self.kind { line.stands_at } else { None };
        self.happened_at.or(there).unwrap_or(self.recorded_at)
    }

    /// Whether it happened between two instants, both counted; of a planned window, whether any of the
    /// window lies there, whenever it was agreed on.
    pub fn lies_within(&self, from: Time, until: Time) -> bool {
        match self.kind {
            EventKind::MaintenancePlanned { from: begins, to, .. } => begins <= until && to > from,
            _ => (from..=until).contains(&self.sorts_at()),
        }
    }
}

/// An event the rules admitted and the journal has not numbered yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    pub incident: Option<String>,
    pub happened_at: Option<Time>,
    pub actor: String,
    pub origin: Origin,
    pub kind: EventKind,
    /// What the system notices is said once: the journal refuses a second event with the same key.
    pub dedupe: Option<String>,
}

/// Everything that can happen. Tagged in the journal as `kind` with its fields as `data`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum EventKind {
    Declared {
        title: String,
        severity: Severity,
        #[serde(default)]
        services: Vec<String>,
        #[serde(default)]
        drill: bool,
    },
    Noted {
        text: String,
        kind: NoteKind,
        #[serde(default)]
        starred: bool,
    },
    SeverityChanged {
        from: Severity,
        to: Severity,
        reason: String,
    },
    PhaseChanged {
        from: Phase,
        to: Phase,
    },
    /// `from` is who gave the seat up; `reason` is there when it was taken by force.
    RoleAssigned {
        role: Role,
        who: String,
        #[serde(default)]
        from: Option<String>,
        #[serde(default)]
        reason: Option<String>,
    },
    RoleReleased {
        role: Role,
        who: String,
    },
    /// Somebody is asked to take a role; nothing moves before they accept.
    RoleOffered {
        role: Role,
        who: String,
    },
    /// Who was asked takes the role, `from` whoever held it; `reason` is there when they keep another one.
    RoleAccepted {
        role: Role,
        who: String,
        #[serde(default)]
        from: Option<String>,
        #[serde(default)]
        reason: Option<String>,
    },
    /// An offer nobody takes: declined by `who`, or withdrawn by whoever made it.
    RoleDeclined {
        role: Role,
        who: String,
        #[serde(default)]
        reason: Option<String>,
    },
    Updated {
        text: String,
        audience: Audience,
        /// Seconds until the next update was promised.
        #[serde(default)]
        next_s: Option<u64>,
    },
    TaskAdded {
        /// Number inside the incident, from 1.
        number: u32,
        text: String,
        owner: String,
        #[serde(default)]
        due_at: Option<Time>,
    },
    TaskDone {
        number: u32,
    },
    /// Nobody does it, and why.
    TaskDeclined {
        number: u32,
        reason: String,
    },
    /// It outlives the incident as an action item.
    TaskPromoted {
        number: u32,
    },
    Mitigated {
        kind: Mitigation,
    },
    FieldsSet(Fields),
    /// A question of the triage tree was answered; it belongs to no incident before there is one.
    TriageAnswered {
        question: Question,
        yes: bool,
    },
    /// Something was put in place that has to go again: a flag, shed traffic, spare capacity.
    TemporaryPut {
        /// Number inside the incident, from 1.
        number: u32,
        text: String,
    },
    TemporaryRemoved {
        number: u32,
    },
    /// What somebody found when they walked the closing checklist.
    Checked(Checks),
    /// A page that belongs to the incident: its channel, its ticket.
    LinkAdded {
        kind: LinkKind,
        url: String,
    },
    /// Another incident that has to do with this one.
    Related {
        other: String,
    },
    /// It is the same as another one and goes on there; its id stays valid.
    Merged {
        into: String,
    },
    ImpactMarked {
        edge: Edge,
        at: Time,
    },
    Resolved,
    Closed,
    Reopened {
        reason: String,
    },
    /// `seq` no longer counts; it stays listed.
    Struck {
        seq: u64,
        reason: String,
    },
    Amended {
        seq: u64,
        text: String,
    },
    /// The payload of `seq` was erased; its digest keeps the chain whole.
    Redacted {
        seq: u64,
        reason: String,
    },
    /// An alert tier changed its state.
    AlertChanged(Transition),
    ChangeMarked(Change),
    /// A stretch of a service's time that counts neither in budgets nor in alerts.
    MaintenancePlanned {
        kind: Planned,
        service: String,
        from: Time,
        to: Time,
        #[serde(default)]
        reason: Option<String>,
    },
    /// The window that `seq` planned ends at `at`; one that had not begun by then never was.
    MaintenanceEnded {
        seq: u64,
        at: Time,
    },
    RunbookOpened(Opened),
    StepRan(StepRun),
    StepMarked(StepMark),
    EvidenceKept(Evidence),
    PostmortemSaved {
        sha256: String,
        bytes: u64,
    },
    PostmortemExported {
        path: String,
        sha256: String,
    },
    /// A line that was written elsewhere.
    Imported(Imported),
    /// What became of alerts from outside, many in one line.
    AlertsNoticed(AlertNews),
    AlertsAcknowledged(AlertsTaken),
    AlertsLinked(AlertsTaken),
    SilenceMade(SilenceMade),
    SilenceEnded(SilenceEnded),
    TermsFrozen(Terms),
    Escalated(Escalation),
    EscalationAcknowledged(Acknowledgement),
    ClockSnoozed(Snooze),
    RecheckSet(Recheck),
    /// The look that `seq` asked for was taken.
    RecheckEnded {
        seq: u64,
    },
    PostQueued(Post),
    PostSent(Delivery),
    PostFailed(GivenUp),
    /// What was given up is tried anew.
    PostRetried {
        post: u64,
    },
    PostDropped(Dropped),
    StepAnswered(Decision),
    ValuesGiven(ValuesGiven),
    StepVerified(Verification),
    StepStarted(StepStart),
    /// The payload is gone: somebody redacted it.
    #[serde(skip)]
    Erased,
    /// Written by a newer version; kept as it is.
    #[serde(skip)]
    Unknown {
        kind: String,
        data: Value,
    },
}

impl EventKind {
    /// Where a walk stood when this was done in it; `None` of what is no step of a walk.
    pub fn standing_mut(&mut self) -> Option<&mut Standing> {
        match self {
            Self::StepRan(run) => Some(&mut run.standing),
            Self::StepMarked(mark) => Some(&mut mark.standing),
            Self::StepAnswered(decision) => Some(&mut decision.standing),
            Self::StepVerified(verified) => Some(&mut verified.standing),
            _ => None,
        }
    }

    /// The stored word of the kind.
    pub fn word(&self) -> String {
        self.encode().0
    }

    /// The kind's word and its data, as the journal stores them.
    pub fn encode(&self) -> (String, Value) {
        if let Self::Unknown { kind, data } = self {
            return (kind.clone(), data.clone());
        }
        let Ok(Value::Object(mut whole)) = serde_json::to_value(self) else {
            return ("erased".to_owned(), Value::Null);
        };
        let kind = whole.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        (kind, whole.remove("data").unwrap_or(Value::Null))
    }

    /// Reads what [`encode`](Self::encode) wrote. Never fails: what this version cannot read is
    /// [`EventKind::Unknown`].
    pub fn decode(kind: &str, data: Value) -> Self {
        if kind == "erased" && data.is_null() {
            return Self::Erased;
        }
        let mut whole = serde_json::Map::new();
        whole.insert("kind".to_owned(), Value::from(kind));
        if !data.is_null() {
            whole.insert("data".to_owned(), data.clone());
        }
        serde_json::from_value(Value::Object(whole))
            .unwrap_or_else(|_| Self::Unknown { kind: kind.to_owned(), data })
    }
}
