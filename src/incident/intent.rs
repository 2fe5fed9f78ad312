//! What a person or the system asks for, before the rules have judged it.

mod clock;
mod post;

use std::time::Duration;

use super::event::{AlertNews, AlertsTaken, SilenceEnded, SilenceMade};
use super::event::{
    Audience, Change, Edge, EventKind, Fields, Found, Imported, LinkKind, Mitigation, NoteKind,
};
use super::maintenance::title;
use super::triage::{Answer, Question};
use super::{Checks, Phase, Role, Severity};
use crate::slo::exclusion::Planned;
use crate::text::Time;

pub use clock::{ClockAsk, Sending};
pub use post::{PostAsk, Sure};

/// One request to the journal: who asks for what, about which incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// An id or a unique prefix. `None`: the only open incident, else the latest declared.
    pub incident: Option<String>,
    pub actor: String,
    /// When it happened, where that is not now.
    pub happened_at: Option<Time>,
    pub intent: Intent,
}

impl Ask {
    pub fn new(actor: impl Into<String>, intent: Intent) -> Self {
        Self { incident: None, actor: actor.into(), happened_at: None, intent }
    }

    /// What is asked, in a few words: for what is not saved yet. Raw text.
    pub fn words(&self) -> String {
        match &self.intent {
            Intent::Note { text, .. } | Intent::Update { text, .. } | Intent::AddTask { text, .. } => {
                text.clone()
            }
            Intent::Declare { title, severity, .. } => format!("declare {severity}: {title}"),
            Intent::Record { kind, .. } => super::describe(kind),
            Intent::MarkChange(change) => change.words(),
            Intent::PlanMaintenance { kind, service, .. } => format!("{} of {service}", title(*kind)),
            Intent::EndMaintenance { seq, .. } => format!("end window {seq}"),
            Intent::SetSeverity { to, .. } => format!("severity {to}"),
            Intent::SetPhase { to } => format!("phase {to}"),
            Intent::AssignRole { role, who, .. } => format!("{who} is {role}"),
            Intent::ReleaseRole { role, .. } => format!("release {role}"),
            Intent::OfferRole { role, who } => format!("offer {role} to {who}"),
            Intent::AcceptRole { role, .. } => format!("accept {role}"),
            Intent::DeclineRole { role, .. } => format!("decline {role}"),
            Intent::FinishTask { number } => format!("task {number} done"),
            Intent::DeclineTask { number, .. } => format!("task {number} declined"),
            Intent::PromoteTask { number } => format!("task {number} promoted"),
            Intent::Mitigate { kind } => format!("mitigated by {kind}"),
            Intent::Triage { question, answer } => format!("{question} {answer}"),
            Intent::PutTemporary { text } => format!("temporary: {text}"),
            Intent::RemoveTemporary { number } => format!("temporary {number} removed"),
            Intent::Check(_) => "closing checklist".to_owned(),
            Intent::SetFields(_) => "fields of the incident".to_owned(),
            Intent::Relate { other } => format!("related to {other}"),
            Intent::Merge { into } => format!("merge into {into}"),
            Intent::AddLink { kind, url } => format!("{kind}: {url}"),
            Intent::MarkImpact { edge, .. } => format!("impact {edge}"),
            Intent::Resolve => "resolve".to_owned(),
            Intent::Close => "close".to_owned(),
            Intent::Reopen { reason } => format!("reopen: {reason}"),
            Intent::Strike { seq, .. } => format!("strike {seq}"),
            Intent::Amend { seq, text } => format!("amend {seq}: {text}"),
            Intent::Redact { seq, .. } => format!("redact {seq}"),
            Intent::Clock(ask) => ask.words(),
            Intent::Post(ask) => ask.words(),
            Intent::Import(import) => format!("import of {} lines", import.lines.len()),
            Intent::Alert(ask) => ask.words(),
        }
    }

    #[must_use]
    pub fn about(mut self, incident: impl Into<String>) -> Self {
        self.incident = Some(incident.into());
        self
    }

    #[must_use]
    pub fn at(mut self, happened_at: Time) -> Self {
        self.happened_at = Some(happened_at);
        self
    }
}

/// What is asked for. Judged by [`Ledger::judge`](super::Ledger::judge), once on the screen's copy
/// and once more by the journal on the newest events.
#[expect(
    clippy::large_enum_variant,
    reason = "few asks are under way at a time; a box would cost every rule"
)]
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    Declare {
        title: String,
        severity: Severity,
        services: Vec<String>,
        ic: Option<String>,
        drill: bool,
        /// Its words want a confirmation before they leave.
        private: bool,
        found: Option<Found>,
    },
    Note {
        text: String,
        kind: NoteKind,
        star: bool,
    },
    SetSeverity {
        to: Severity,
        reason: String,
    },
    SetPhase {
        to: Phase,
    },
    /// Over another holder this is a forced takeover and wants a reason where the role is IC.
    AssignRole {
        role: Role,
        who: String,
        reason: Option<String>,
    },
    ReleaseRole {
        role: Role,
        who: Option<String>,
    },
    /// Asks somebody to take a role; they get it when they accept.
    OfferRole {
        role: Role,
        who: String,
    },
    /// The actor takes the role that was offered; the reason is asked for where they keep another one on
    /// a SEV1.
    AcceptRole {
        role: Role,
        reason: Option<String>,
    },
    /// The actor does not take it, or takes their own offer back.
    DeclineRole {
        role: Role,
        reason: Option<String>,
    },
    Update {
        text: String,
        audience: Audience,
        next: Option<Duration>,
    },
    AddTask {
        text: String,
        owner: String,
        due: Option<Duration>,
    },
    FinishTask {
        number: u32,
    },
    DeclineTask {
        number: u32,
        reason: String,
    },
    /// Makes it an action item of the postmortem.
    PromoteTask {
        number: u32,
    },
    Mitigate {
        kind: Mitigation,
    },
    /// Answers a question of triage, of an incident or before there is one.
    Triage {
        question: Question,
        answer: Answer,
    },
    /// Writes into the ledger of what has to go again.
    PutTemporary {
        text: String,
    },
    RemoveTemporary {
        number: u32,
    },
    /// What was found on the closing checklist.
    Check(Checks),
    SetFields(Fields),
    AddLink {
        kind: LinkKind,
        url: String,
    },
    /// Says that another incident has to do with this one.
    Relate {
        other: String,
    },
    /// Ends this incident as the same as another one, and goes on there.
    Merge {
        into: String,
    },
    MarkImpact {
        edge: Edge,
        at: Time,
    },
    Resolve,
    Close,
    Reopen {
        reason: String,
    },
    Strike {
        seq: u64,
        reason: String,
    },
    Amend {
        seq: u64,
        text: String,
    },
    Redact {
        seq: u64,
        reason: String,
    },
    MarkChange(Change),
    /// Whose time, from when to when, and why: the last is asked for where it has begun already.
    PlanMaintenance {
        kind: Planned,
        service: String,
        from: Time,
        to: Time,
        reason: Option<String>,
    },
    /// Ends the window that `seq` planned, now or at another time; before its start that cancels it.
    EndMaintenance {
        seq: u64,
        at: Option<Time>,
    },
    /// Lines that were written elsewhere.
    Import(ImportAsk),
    /// About alerts from outside.
    Alert(AlertAsk),
    /// What the system saw (alert transitions, evidence, runs of steps, saved postmortems); said once
    /// per `dedupe` key where there is one. `incident` of the ask decides where it belongs; without
    /// one it belongs to no incident.
    Record {
        kind: EventKind,
        dedupe: Option<String>,
    },
    /// What is about clocks: the ladder, putting one off, looking again.
    Clock(ClockAsk),
    /// What leaves, and what becomes of the backlog.
    Post(PostAsk),
}

/// Lines from elsewhere, in the order of their source.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportAsk {
    /// The incident to make for them; `None`: the one that the ask is about.
    pub into_new: Option<NewIncident>,
    pub lines: Vec<Import>,
}

/// An incident that is told from elsewhere; it happened at the ask's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewIncident {
    pub title: String,
    pub severity: Severity,
}

/// One line from elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// `None` where its source does not know.
    pub happened_at: Option<Time>,
    /// Who wrote it there.
    pub actor: String,
    /// `by` is filled in by the rules.
    pub line: Imported,
}

/// What is asked for about alerts from outside.
#[derive(Debug, Clone, PartialEq)]
pub enum AlertAsk {
    /// What the system noticed of them; what was told already is left out. `incident` of the ask is an
    /// exact id.
    Notice(AlertNews),
    /// The actor takes them. They belong where they are linked to, else to the open incident of their
    /// service.
    Acknowledge(AlertsTaken),
    /// They belong to the incident of the ask.
    Link(AlertsTaken),
    /// Alertmanager was told to call nobody for them.
    Silenced(SilenceMade),
    Unsilenced(SilenceEnded),
}

impl AlertAsk {
    fn words(&self) -> String {
        super::describe(&self.kind())
    }

    /// The event it would become.
    pub(super) fn kind(&self) -> EventKind {
        match self.clone() {
            Self::Notice(news) => EventKind::AlertsNoticed(news),
            Self::Acknowledge(taken) => EventKind::AlertsAcknowledged(taken),
            Self::Link(taken) => EventKind::AlertsLinked(taken),
            Self::Silenced(made) => EventKind::SilenceMade(made),
            Self::Unsilenced(ended) => EventKind::SilenceEnded(ended),
        }
    }
}

/// Why the rules said no: one sentence that names the way out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Refusal {
    pub why: String,
    pub kind: RefusalKind,
}

/// Decides the exit code: an unknown id is a usage error (2), anything else is a "no" (1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// The incident, entry or task named does not exist or is not the only one that fits.
    Unknown,
    /// The rules do not allow it now.
    NotAllowed,
    /// Already in the journal under this dedupe key: nothing to do.
    AlreadySaid,
}

impl Refusal {
    pub fn unknown(why: impl Into<String>) -> Self {
        Self { why: why.into(), kind: RefusalKind::Unknown }
    }

    pub fn not_allowed(why: impl Into<String>) -> Self {
        Self { why: why.into(), kind: RefusalKind::NotAllowed }
    }
}
