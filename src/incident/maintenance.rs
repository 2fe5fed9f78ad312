//! Planned windows: what the journal says of each, and the stretches that the evaluator leaves out.
//!
//! Derived from events on demand, never stored beside them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::event::{Event, EventKind};
use super::ledger::Ledger;
use super::timeline::is_late;
use crate::slo::exclusion::{Exclusion, Planned};
use crate::text::Time;
use crate::text::when::rfc3339;

/// One planned window, with what later events did to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Window {
    /// Number of the event that planned it.
    pub seq: u64,
    pub service: String,
    pub kind: Planned,
    pub from: Time,
    /// As planned; see [`Window::until`].
    pub to: Time,
    pub reason: Option<String>,
    /// Who planned it, and when that was written down.
    pub by: String,
    pub recorded_at: Time,
    /// Agreed on after it had begun.
    pub late: bool,
    /// When somebody ended it early.
    pub ended: Option<Time>,
    pub struck: bool,
}

/// Where a window stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Ahead,
    Running,
    Over,
    /// Ended before it began.
    Cancelled,
    /// Struck: it never counted.
    Struck,
}

impl Standing {
    pub fn word(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Running => "running",
            Self::Over => "over",
            Self::Cancelled => "cancelled",
            Self::Struck => "struck",
        }
    }
}

impl Window {
    fn planned(event: &Event, struck: bool) -> Option<Self> {
        let EventKind::MaintenancePlanned { kind, service, from, to, reason } = event.kind.clone() else {
            return None;
        };
        let (by, recorded_at, late) = (event.actor.clone(), event.recorded_at, is_late(event));
        Some(Self {
            seq: event.seq,
            service,
            kind,
            from,
            to,
            reason,
            by,
            recorded_at,
            late,
            ended: None,
            struck,
        })
    }

    /// Its end: as planned, or earlier where somebody ended it.
    pub fn until(&self) -> Time {
        self.ended.map_or(self.to, |ended| ended.min(self.to))
    }

    /// Whether it leaves anything out: not struck, and not ended before it began.
    pub fn counts(&self) -> bool {
        !self.struck && self.until() > self.from
    }

    /// Whether any of it lies between two instants.
    pub fn touches(&self, from: Time, to: Time) -> bool {
        self.counts() && self.from < to && self.until() > from
    }

    pub fn standing(&self, now: Time) -> Standing {
        match () {
            () if self.struck => Standing::Struck,
            () if !self.counts() => Standing::Cancelled,
            () if now < self.from => Standing::Ahead,
            () if now <= self.until() => Standing::Running,
            () => Standing::Over,
        }
    }

    /// What it is for: its planner's reason, else its kind.
    pub fn why(&self) -> &str {
        self.reason.as_deref().unwrap_or_else(|| title(self.kind))
    }

    fn exclusion(&self) -> Exclusion {
        Exclusion {
            service: self.service.clone(),
            from: self.from,
            to: self.until(),
            kind: self.kind,
            why: self.reason.clone().unwrap_or_default(),
        }
    }

    /// The object of `maintenance list --json`. Text in it is raw.
    pub fn to_json(&self, now: Time) -> Value {
        json!({
            "seq": self.seq,
            "service": self.service,
            "kind": self.kind,
            "from": rfc3339(self.from),
            "to": rfc3339(self.to),
            "ended_at": self.ended.map(rfc3339),
            "state": self.standing(now).word(),
            "reason": self.reason,
            "by": self.by,
            "recorded_at": rfc3339(self.recorded_at),
            "late": self.late,
        })
    }
}

/// What a window of this kind is called.
pub fn title(kind: Planned) -> &'static str {
    match kind {
        Planned::Maintenance => "planned maintenance",
        Planned::Deploy => "deploy window",
    }
}

impl Ledger {
    /// Every window that was ever planned and not erased, by its start.
    pub fn windows(&self) -> Vec<Window> {
        let struck = self.struck_loose();
        let planned = self.loose.iter();
        let planned = planned.filter_map(|event| Window::planned(event, struck.contains(&event.seq)));
        let mut windows: BTreeMap<u64, Window> = planned.map(|window| (window.seq, window)).collect();
        for event in self.loose.iter().filter(|event| !struck.contains(&event.seq)) {
            if let EventKind::MaintenanceEnded { seq, at } = event.kind
                && let Some(window) = windows.get_mut(&seq)
            {
                window.ended = Some(window.ended.map_or(at, |earlier| earlier.min(at)));
            }
        }
        let mut windows: Vec<Window> = windows.into_values().collect();
        windows.sort_by_key(|window| (window.from, window.seq));
        windows
    }

    /// The stretches that count neither in budgets nor in alert windows, by their start.
    pub fn exclusions(&self) -> Vec<Exclusion> {
        self.windows().iter().filter(|window| window.counts()).map(Window::exclusion).collect()
    }

    /// Windows of a service that share time with a stretch.
    pub fn windows_within(&self, service: &str, from: Time, to: Time) -> Vec<Window> {
        let mut windows = self.windows();
        windows.retain(|window| window.service == service && window.touches(from, to));
        windows
    }

    pub(super) fn window(&self, seq: u64) -> Option<Window> {
        self.windows().into_iter().find(|window| window.seq == seq)
    }
}
