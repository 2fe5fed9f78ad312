//! An incident told by hand, event by event, for the tests of the postmortem.
#![expect(clippy::expect_used, reason = "a story that cannot be told is a broken test")]

use warroom::incident::clock::Clockwork;
use warroom::incident::event::{Evidence, Mitigation, Security, Spent, StepRun};
use warroom::incident::state::{Ending, Task, Tenure};
use warroom::incident::{Checks, Entry, Event, EventKind, Incident, Origin, Phase, Role, Severity, Status};
use warroom::slo::{self, TierState, Transition};
use warroom::text::Time;

pub const ID: &str = "inc-2026-1121-checkout-errors";

/// `HH:MM:SS` of the day.
pub fn at(clock: &str) -> Time {
    format!("2026-11-21T{clock}Z").parse().expect("a time")
}

/// An incident that grows event by event. What the fold would know is set by hand beside it.
pub struct Story {
    pub incident: Incident,
    pub context: Vec<Event>,
    seq: u64,
}

impl Story {
    /// Declared at 03:16:00 and nothing else.
    pub fn declared(severity: Severity) -> Self {
        let incident = Incident {
            id: ID.to_owned(),
            title: "Checkout errors after deploy".to_owned(),
            severity,
            phase: Phase::Detection,
            status: Status::Open,
            services: vec!["checkout".to_owned()],
            drill: false,
            private: false,
            impact: None,
            found: None,
            security: Security::default(),
            links: Vec::new(),
            related: Vec::new(),
            merged_into: None,
            impact_start: None,
            impact_end: None,
            declared_at: at("03:16:00"),
            recorded_at: at("03:16:00"),
            clock_from: at("03:16:00"),
            declared_by: "ana".to_owned(),
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
            timeline: Vec::new(),
        };
        let mut story = Self { incident, context: Vec::new(), seq: 10 };
        let kind = EventKind::Declared {
            title: story.incident.title.clone(),
            severity,
            services: story.incident.services.clone(),
            drill: false,
        };
        story.tell("03:16:00", "ana", kind, &format!("declared {severity}: Checkout errors after deploy"));
        story
    }

    /// Adds an event of the incident with its line; returns its sequence number.
    pub fn tell(&mut self, clock: &str, actor: &str, kind: EventKind, text: &str) -> u64 {
        let origin = if matches!(kind, EventKind::Noted { .. } | EventKind::Updated { .. }) {
            Origin::Human
        } else {
            Origin::System
        };
        let event = self.event(Some(ID), clock, actor, kind);
        let seq = event.seq;
        let entry = Entry {
            event: Event { origin, ..event },
            text: text.to_owned(),
            starred: false,
            late: false,
            struck: false,
            amends: None,
        };
        self.incident.timeline.push(entry);
        seq
    }

    /// Adds an event that belongs to no incident.
    pub fn around(&mut self, clock: &str, kind: EventKind) -> u64 {
        let event = self.event(None, clock, "warroom", kind);
        let seq = event.seq;
        self.context.push(event);
        seq
    }

    fn event(&mut self, incident: Option<&str>, clock: &str, actor: &str, kind: EventKind) -> Event {
        self.seq += 1;
        Event {
            seq: self.seq,
            incident: incident.map(str::to_owned),
            happened_at: Some(at(clock)),
            recorded_at: at(clock),
            actor: actor.to_owned(),
            origin: Origin::System,
            kind,
        }
    }

    pub fn last(&mut self) -> &mut Entry {
        self.incident.timeline.last_mut().expect("an entry")
    }

    pub fn mitigate(&mut self, clock: &str) {
        self.incident.mitigated = Some((at(clock), Mitigation::Rollback));
        self.tell(clock, "ana", EventKind::Mitigated { kind: Mitigation::Rollback }, "mitigated by rollback");
    }

    pub fn resolve(&mut self, clock: &str) {
        self.incident.resolved_at = Some(at(clock));
        self.incident.status = Status::Resolved;
        self.incident.phase = Phase::FollowUp;
        self.tell(clock, "ana", EventKind::Resolved, "resolved");
    }

    pub fn seat(&mut self, role: Role, who: &str, from: &str, to: Option<&str>) {
        self.incident.tenures.push(Tenure {
            role,
            who: who.to_owned(),
            from: at(from),
            to: to.map(at),
            reason: None,
        });
    }

    pub fn task(&mut self, number: u32, text: &str, done: bool) {
        self.incident.tasks.push(Task {
            number,
            text: text.to_owned(),
            owner: "cem".to_owned(),
            added_at: at("03:30:00"),
            due_at: None,
            ended: done.then(|| (at("03:40:00"), Ending::Done)),
        });
    }
}

/// A tier of checkout-availability going from one state to another.
pub fn alert(clock: &str, from: TierState, to: TierState) -> EventKind {
    EventKind::AlertChanged(Transition {
        slo: "checkout-availability".to_owned(),
        service: "checkout".to_owned(),
        at: at(clock),
        tier: "page quick".to_owned(),
        severity: slo::Severity::Page,
        factor: Some(14.4),
        long_s: Some(3600),
        short_s: Some(300),
        from,
        to,
        long_burn: 32.55,
        short_burn: 180.0,
        bad: 1200.0,
        total: 40_000.0,
        short_bad: 0.0,
        short_total: 0.0,
        suppressed: None,
        budget_remaining: Some(0.61),
    })
}

/// Evidence that checkout-availability lost `share` of its budget.
pub fn evidence(clock: &str, share: Option<f64>) -> EventKind {
    EventKind::EvidenceKept(Evidence {
        moment: "resolved".to_owned(),
        at: at(clock),
        readings: Vec::new(),
        spent: vec![Spent {
            slo: "checkout-availability".to_owned(),
            from: at("03:10:00"),
            to: at(clock),
            bad: 10_432.4,
            total: 181_200.0,
            budget_share: share,
        }],
    })
}

pub fn step_ran(clock: &str, title: &str, command: &str) -> EventKind {
    EventKind::StepRan(StepRun {
        runbook: "bad-deploy-rollback".to_owned(),
        step: "3".to_owned(),
        title: title.to_owned(),
        command: command.to_owned(),
        risk: "change".to_owned(),
        started_at: at(clock),
        duration_s: 8.25,
        exit: Some(0),
        ended: "exit 0".to_owned(),
        sha256: "00".to_owned(),
        bytes: 12,
        tail: "rolled back".to_owned(),
        spool: None,
        survivors: Vec::new(),
        ..StepRun::default()
    })
}
