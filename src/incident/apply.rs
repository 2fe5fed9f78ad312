//! One more event folded into one incident. Total: what makes no sense (a release of an empty seat, a
//! second declaration) changes nothing but the timeline.
//!
//! A struck or redacted event loses its effect as if it had never been applied, so an incident folded
//! live and one reloaded after a redaction are the same.

use std::time::Duration;

use super::checklist::{Checks, Temporary};
use super::clock::Clockwork;
use super::event::{Edge, Event, EventKind, Fields, Imported, Security};
use super::folding::TakenBack;
use super::state::{Ending, Incident, Link, Offer, Task, Tenure, Update};
use super::timeline::{self, Entry};
use super::triage::Answered;
use super::{Phase, Role, Status};

impl Incident {
    /// The incident that a declaration opens; `None` for any other event.
    pub(super) fn open(event: &Event) -> Option<Self> {
        let id = event.incident.clone()?;
        let EventKind::Declared { title, severity, services, drill } = event.kind.clone() else {
            return None;
        };
        Some(Self {
            id,
            title,
            severity,
            phase: Phase::Detection,
            status: Status::Open,
            services,
            drill,
            private: false,
            impact: None,
            found: None,
            security: Security::default(),
            links: Vec::new(),
            related: Vec::new(),
            merged_into: None,
            impact_start: None,
            impact_end: None,
            declared_at: event.sorts_at(),
            recorded_at: event.recorded_at,
            clock_from: event.recorded_at,
            declared_by: event.actor.clone(),
            triage: Vec::new(),
            mitigated: None,
            temporaries: Vec::new(),
            checks: Checks::default(),
            resolved_at: None,
            closed_at: None,
            tenures: Vec::new(),
            offers: Vec::new(),
            tasks: Vec::new(),
            updates: Vec::new(),
            evidence: Vec::new(),
            clockwork: Clockwork::default(),
            posts: Vec::new(),
            timeline: vec![Entry::new(event.clone())],
        })
        .map(|mut opened| {
            opened.follow_severity(event.recorded_at);
            opened
        })
    }

    /// Takes in one more of its own events; its line waits at the end for [`settle`](Self::settle).
    pub(super) fn take(&mut self, event: Event) {
        self.effect(&event);
        let amends = self.amended_elsewhere(&event.kind);
        let entry = Entry::new(event);
        self.timeline.push(Entry { amends: entry.amends.or(amends), ..entry });
    }

    /// The entry that an imported line corrects, as its source says.
    fn amended_elsewhere(&self, kind: &EventKind) -> Option<u64> {
        let EventKind::Imported(Imported { amends: Some(amended), .. }) = kind else { return None };
        let is_it =
            |entry: &&Entry| matches!(&entry.event.kind, EventKind::Imported(line) if line.key == *amended);
        self.timeline.iter().rev().find(is_it).map(|entry| entry.event.seq)
    }

    /// Puts the lines after the `sorted` first ones where they belong, marks those that no longer count, and
    /// folds the rest again without them.
    pub(super) fn settle(&mut self, sorted: usize, mut taken_back: Vec<TakenBack>) {
        timeline::sort_from(&mut self.timeline, sorted);
        if taken_back.is_empty() {
            return;
        }
        taken_back.sort_unstable_by_key(|taken| taken.target);
        let mut found = false;
        for entry in &mut self.timeline {
            let seq = entry.event.seq;
            let first = taken_back.partition_point(|taken| taken.target < seq);
            for taken in taken_back[first..].iter().take_while(|taken| taken.target == seq) {
                take_back(entry, taken.erased);
                found = true;
            }
        }
        if found {
            self.refold();
        }
    }

    /// Without its declaration there would be no incident: that one always counts.
    fn refold(&mut self) {
        let mut events: Vec<&Entry> = self.timeline.iter().collect();
        events.sort_by_cached_key(|entry| entry.event.seq);
        let Some(mut fresh) = events.first().and_then(|first| Self::open(&first.event)) else { return };
        for entry in events.into_iter().skip(1).filter(|entry| !entry.struck) {
            fresh.effect(&entry.event);
        }
        fresh.timeline = std::mem::take(&mut self.timeline);
        *self = fresh;
    }

    fn effect(&mut self, event: &Event) {
        self.move_by(event);
        self.wind(event);
        self.post_office(event);
    }

    fn move_by(&mut self, event: &Event) {
        match &event.kind {
            EventKind::SeverityChanged { to, .. } => self.severity = *to,
            EventKind::PhaseChanged { to, .. } => self.phase = *to,
            EventKind::RoleAssigned { role, who, reason, .. }
            | EventKind::RoleAccepted { role, who, reason, .. } => {
                self.answered(*role, who);
                self.seat(*role, (who, reason.as_deref()), event);
            }
            EventKind::RoleOffered { role, who } => self.offer(*role, who, event),
            EventKind::RoleDeclined { role, who, .. } => self.answered(*role, who),
            EventKind::RoleReleased { role, who } => self.unseat(*role, Some(who), event),
            EventKind::Updated { audience, next_s, .. } => self.updates.push(Update {
                at: event.recorded_at,
                audience: *audience,
                next: next_s.map(Duration::from_secs),
            }),
            EventKind::TaskAdded { .. } => self.add_task(event),
            EventKind::TaskDone { number } => self.end_task(*number, Ending::Done, event),
            EventKind::TaskDeclined { number, .. } => self.end_task(*number, Ending::Declined, event),
            EventKind::TaskPromoted { number } => self.end_task(*number, Ending::Promoted, event),
            EventKind::FieldsSet(fields) => self.set_fields(fields.clone()),
            EventKind::Related { other } => self.related.push(other.clone()),
            EventKind::LinkAdded { kind, url } => {
                self.links.push(Link { seq: event.seq, kind: *kind, url: url.clone() });
            }
            EventKind::ImpactMarked { edge: Edge::Start, at } => self.impact_start = Some(*at),
            EventKind::ImpactMarked { edge: Edge::End, at } => self.impact_end = Some(*at),
            EventKind::EvidenceKept(evidence) => self.evidence.push(evidence.clone()),
            _ => self.restoring(event),
        }
    }

    /// On the way back to service.
    fn restoring(&mut self, event: &Event) {
        let at = event.sorts_at();
        match &event.kind {
            EventKind::TriageAnswered { question, yes } => {
                let (question, answer, by) = (*question, (*yes).into(), event.actor.clone());
                self.triage.push(Answered { question, answer, by, at });
            }
            EventKind::TemporaryPut { number, text } => {
                let (number, text) = (*number, text.clone());
                self.temporaries.push(Temporary { number, text, put_at: at, removed_at: None });
            }
            EventKind::TemporaryRemoved { number } => {
                if let Some(put) = self.temporaries.iter_mut().find(|put| put.number == *number) {
                    put.removed_at = put.removed_at.or(Some(at));
                }
            }
            EventKind::Checked(checks) => self.checks.add(*checks),
            _ => self.milestone(event),
        }
    }

    fn milestone(&mut self, event: &Event) {
        let at = event.sorts_at();
        match &event.kind {
            EventKind::Mitigated { kind } => self.mitigated = Some((at, *kind)),
            EventKind::Merged { into } => {
                self.merged_into = Some(into.clone());
                self.status = Status::Closed;
                self.resolved_at = self.resolved_at.or(Some(at));
                self.closed_at = Some(at);
            }
            EventKind::Resolved => {
                self.status = Status::Resolved;
                self.resolved_at = Some(at);
            }
            EventKind::Closed => {
                self.status = Status::Closed;
                self.closed_at = Some(at);
            }
            EventKind::Reopened { .. } => {
                self.status = Status::Open;
                self.clock_from = event.recorded_at;
                (self.mitigated, self.resolved_at, self.closed_at) = (None, None, None);
                self.merged_into = None;
                (self.triage, self.checks) = (Vec::new(), Checks::default());
            }
            _ => {}
        }
    }

    /// A seat for one is offered to one at a time.
    fn offer(&mut self, role: Role, who: &str, event: &Event) {
        self.answered(role, who);
        let (who, by, at) = (who.to_owned(), event.actor.clone(), event.recorded_at);
        self.offers.push(Offer { role, who, by, at });
    }

    fn answered(&mut self, role: Role, who: &str) {
        self.offers.retain(|offer| offer.role != role || (role.several() && offer.who != who));
    }

    fn seat(&mut self, role: Role, (who, reason): (&str, Option<&str>), event: &Event) {
        if self.holders(role).any(|holder| holder == who) {
            return;
        }
        if !role.several() {
            self.unseat(role, None, event);
        }
        let (who, reason) = (who.to_owned(), reason.map(str::to_owned));
        self.tenures.push(Tenure { role, who, from: event.sorts_at(), to: None, reason });
    }

    /// Ends the tenure of one holder, or of whoever sits there.
    fn unseat(&mut self, role: Role, who: Option<&String>, event: &Event) {
        for held in &mut self.tenures {
            if held.role == role && held.to.is_none() && who.is_none_or(|who| held.who == *who) {
                held.to = Some(event.sorts_at().max(held.from));
            }
        }
    }

    fn add_task(&mut self, event: &Event) {
        let EventKind::TaskAdded { number, text, owner, due_at } = &event.kind else { return };
        if self.tasks.iter().any(|task| task.number == *number) {
            return;
        }
        self.tasks.push(Task {
            number: *number,
            text: text.clone(),
            owner: owner.clone(),
            added_at: event.recorded_at,
            due_at: *due_at,
            ended: None,
        });
    }

    fn end_task(&mut self, number: u32, how: Ending, event: &Event) {
        let task = self.tasks.iter_mut().find(|task| task.number == number && task.ended.is_none());
        if let Some(task) = task {
            task.ended = Some((event.sorts_at(), how));
        }
    }

    fn set_fields(&mut self, set: Fields) {
        self.title = set.title.unwrap_or_else(|| std::mem::take(&mut self.title));
        self.services = set.services.unwrap_or_else(|| std::mem::take(&mut self.services));
        self.impact = set.impact.or_else(|| self.impact.take());
        self.private = set.private.unwrap_or(self.private);
        self.found = set.found.or(self.found);
        self.security.set(set.security);
    }
}

/// Strikes an entry, or drops its payload; a founding declaration keeps it, for the whole incident hangs on
/// it.
fn take_back(entry: &mut Entry, erased: bool) {
    if !erased {
        entry.struck = true;
    } else if !matches!(entry.event.kind, EventKind::Declared { .. }) {
        let event = Event { kind: EventKind::Erased, ..entry.event.clone() };
        *entry = Entry { struck: entry.struck, ..Entry::new(event) };
    }
}
