//! One event of every kind, with the sentence it is told in.

use std::collections::BTreeMap;

use serde_json::json;
use warroom::incident::event::{
    Acknowledgement, AlertChange, AlertGroup, AlertKey, AlertNews, AlertsTaken, Answer, Audience, Change,
    ChangeKind, Decision, Delivery, Destination, Dropped, Edge, Escalation, Evidence, Fields, Found, GivenUp,
    Imported, Level, LinkKind, Mitigation, NoteKind, Opened, Post, Recheck, Rung, Security, SilenceEnded,
    SilenceMade, Snooze, Spent, Standing, StepMark, StepOutcome, StepStart, Terms, ValuesGiven, Verification,
};
use warroom::incident::triage::Question;
use warroom::incident::{Checks, EventKind, Phase, Role, Severity};
use warroom::slo::exclusion::Planned;
use warroom::slo::{TierState, Transition};
use warroom::text::Time;

use crate::alert::alert;
use crate::run::run;

fn text(text: &str) -> String {
    text.to_owned()
}

fn at() -> Time {
    "2026-11-21T13:40:00.123Z".parse().unwrap_or_default()
}

fn evidence() -> Evidence {
    let (from, to) = (at(), at());
    let spent = Spent { slo: text("a"), from, to, bad: 1.0, total: 3.0, budget_share: Some(1.0 / 3.0) };
    Evidence { moment: text("declared"), at: at(), readings: vec![], spent: vec![spent] }
}

/// Every kind once; a new kind belongs here too.
pub fn all() -> Vec<(EventKind, &'static str)> {
    let mut kinds = moves();
    kinds.extend(people());
    kinds.extend(fields());
    kinds.extend(restoring());
    kinds.extend(facts());
    kinds.extend(steps());
    kinds.extend(clocks());
    kinds.extend(posts());
    kinds.extend(alerts());
    kinds.extend(walks());
    kinds
}

fn started(runbook: &str, step: &str, title: &str) -> StepStart {
    StepStart {
        runbook: text(runbook),
        step: text(step),
        title: text(title),
        command: text("df -h"),
        mark: text("41.20261121T134000123-disk-full-4"),
        ..StepStart::default()
    }
}

/// What is done on a walk beside running and marking.
fn walks() -> Vec<(EventKind, &'static str)> {
    use EventKind as K;
    let (runbook, step, title) = (text("disk-full"), text("4"), text("If the disk fills again"));
    let standing = Standing {
        role: Some(Role::Ops),
        step_sha256: Some(text("cd")),
        revision: Some(text("1f3a")),
        next: Some(text("10 Scale out")),
    };
    let to = Some(Destination::Step { step: text("10"), title: text("Scale out") });
    let skipped = vec![text("5"), text("6"), text("9")];
    let values = BTreeMap::from([(text("pod"), text("web-1"))]);
    let decided = Decision {
        runbook: runbook.clone(),
        step: step.clone(),
        title: title.clone(),
        answer: Answer::Yes,
        to,
        skipped,
        standing: standing.clone(),
    };
    let elsewhere = Some(Destination::Runbook(text("high-latency")));
    let away = Decision { to: elsewhere, skipped: vec![], standing: Standing::default(), ..decided.clone() };
    let started = started(&runbook, &step, &title);
    let verified = Verification {
        runbook: runbook.clone(),
        step,
        title,
        bound: text("checkout burn 5m < 1 within 5m"),
        answer: Answer::No,
        measured: Some(2.5),
        why: text("burn 2.5 after 5m 00s"),
        waited_s: 300,
        standing,
    };
    let answered = |answer, measured| Verification { answer, measured, ..verified.clone() };
    vec![
        (K::StepAnswered(decided), "step 4, If the disk fills again: yes; on to step 10; skips steps 5 to 9"),
        (K::StepAnswered(away), "step 4, If the disk fills again: yes; on to runbook high-latency"),
        (K::StepStarted(started.clone()), "started step 4, If the disk fills again"),
        (
            K::StepStarted(StepStart { assisted: true, ..started }),
            "runs by itself step 4, If the disk fills again",
        ),
        (K::ValuesGiven(ValuesGiven { runbook, values }), "values for disk-full: pod = web-1"),
        (
            K::StepVerified(answered(Answer::Unknown, None)),
            "step 4, checkout burn 5m < 1 within 5m: cannot be told (burn 2.5 after 5m 00s)",
        ),
        (
            K::StepVerified(verified),
            "step 4, checkout burn 5m < 1 within 5m: does NOT hold (burn 2.5 after 5m 00s)",
        ),
    ]
}

/// Who holds which role, and who does what.
fn people() -> Vec<(EventKind, &'static str)> {
    use EventKind as K;
    vec![
        (
            K::RoleAssigned {
                role: Role::Ic,
                who: text("bob"),
                from: Some(text("ana")),
                reason: Some(text("ana is offline")),
            },
            "incident commander is now bob, after ana: ana is offline",
        ),
        (K::RoleReleased { role: Role::Sme, who: text("cem") }, "subject matter expert is no longer cem"),
        (K::RoleOffered { role: Role::Ic, who: text("bob") }, "offered incident commander to bob"),
        (
            K::RoleAccepted { role: Role::Ic, who: text("bob"), from: Some(text("ana")), reason: None },
            "bob takes over as incident commander from ana",
        ),
        (
            K::RoleDeclined { role: Role::Ops, who: text("cem"), reason: Some(text("asleep")) },
            "cem does not take over as operations lead: asleep",
        ),
        (
            K::TaskAdded { number: 2, text: text("call"), owner: text("dee"), due_at: Some(at()) },
            "task 2 for dee: call",
        ),
        (K::TaskDone { number: 2 }, "task 2 done"),
        (K::TaskDeclined { number: 3, reason: text("no need") }, "task 3 declined: no need"),
        (K::TaskPromoted { number: 4 }, "task 4 becomes an action item"),
    ]
}

/// What is said of it field by field.
fn fields() -> Vec<(EventKind, &'static str)> {
    use EventKind as K;
    let set = (Some(text("Card payments fail")), Some(vec![text("api")]), Some(text("no cards")), Some(true));
    vec![
        (
            K::FieldsSet(Fields {
                title: set.0,
                services: set.1,
                impact: set.2,
                private: set.3,
                ..Fields::default()
            }),
            "set title: Card payments fail; services: api; impact: no cards; private",
        ),
        (
            K::FieldsSet(Fields {
                found: Some(Found::User),
                security: Security {
                    indicators: Some(text("203.0.113.9")),
                    affected_data: Some(text("orders")),
                    contained_at: Some(at()),
                },
                ..Fields::default()
            }),
            "set found by user; indicators: 203.0.113.9; affected data: orders; contained at 2026-11-21 13:40 UTC",
        ),
    ]
}

fn moves() -> Vec<(EventKind, &'static str)> {
    use EventKind as K;
    let (title, services) = (text("Checkout down"), vec![text("checkout"), text("api")]);
    vec![
        (
            K::Declared { title, severity: Severity::Sev1, services, drill: true },
            "declared SEV1 as a drill: Checkout down (on checkout, api)",
        ),
        (
            K::Noted { text: text("host a is slow"), kind: NoteKind::Decision, starred: true },
            "host a is slow",
        ),
        (
            K::SeverityChanged { from: Severity::Sev2, to: Severity::Sev1, reason: text("all users") },
            "severity SEV2 to SEV1: all users",
        ),
        (K::PhaseChanged { from: Phase::Triage, to: Phase::FollowUp }, "phase triage to follow-up"),
        (
            K::Updated { text: text("cards fail"), audience: Audience::Public, next_s: Some(1200) },
            "update to public: cards fail (next update in 20m)",
        ),
        (K::Related { other: text("inc-2026-1120-dns") }, "related to inc-2026-1120-dns"),
        (
            K::Merged { into: text("inc-2026-1121-cards") },
            "merged into inc-2026-1121-cards: it goes on there",
        ),
        (
            K::LinkAdded { kind: LinkKind::Ticket, url: text("https://t.example/7") },
            "ticket: https://t.example/7",
        ),
        (K::ImpactMarked { edge: Edge::Start, at: at() }, "impact start: 2026-11-21 13:40 UTC"),
        (K::Resolved, "resolved"),
        (K::Closed, "closed"),
        (K::Reopened { reason: text("it is back") }, "reopened: it is back"),
        (K::Struck { seq: 7, reason: text("wrong host") }, "struck entry 7: wrong host"),
        (K::Amended { seq: 7, text: text("it was b") }, "correction to entry 7: it was b"),
        (K::Redacted { seq: 7, reason: text("a password") }, "redacted entry 7: a password"),
    ]
}

/// What leads back to service.
fn restoring() -> Vec<(EventKind, &'static str)> {
    use EventKind as K;
    vec![
        (
            K::TriageAnswered { question: Question::CauseObvious, yes: false },
            "triage: Is the cause obvious? no: open a war room and page subject matter experts",
        ),
        (K::Mitigated { kind: Mitigation::Rollback }, "mitigated by rollback"),
        (K::TemporaryPut { number: 1, text: text("flag off") }, "temporary mitigation 1: flag off"),
        (K::TemporaryRemoved { number: 1 }, "temporary mitigation 1 removed"),
        (
            K::Checked(Checks { baseline: Some(true), data: Some(false), temporary: None }),
            "closing checklist: baseline yes, data whole no",
        ),
    ]
}

fn facts() -> Vec<(EventKind, &'static str)> {
    use EventKind as K;
    vec![
        (
            K::AlertChanged(Transition { at: at(), ..alert(TierState::Pending, TierState::Firing) }),
            "checkout-availability page fires: 62.1x over 1h, 0.3x over 5m, 1234 of 20000 bad, budget overspent by 12.5%",
        ),
        (
            K::ChangeMarked(Change::new(ChangeKind::Deploy, text("checkout"), text("v42"))),
            "deploy of checkout: v42",
        ),
        (
            K::MaintenancePlanned {
                kind: Planned::Maintenance,
                service: text("checkout"),
                from: at(),
                to: at() + chrono::TimeDelta::hours(2),
                reason: Some(text("database upgrade")),
            },
            "planned maintenance of checkout, 2026-11-21 13:40 UTC to 2026-11-21 15:40 UTC: database upgrade",
        ),
        (K::MaintenanceEnded { seq: 7, at: at() }, "ended the window of entry 7 at 2026-11-21 13:40 UTC"),
        (K::EvidenceKept(evidence()), "kept the readings of 0 objectives (declared)"),
        (K::PostmortemSaved { sha256: text("ab"), bytes: 20 }, "saved the postmortem (20 bytes)"),
        (
            K::PostmortemExported { path: text("pm.md"), sha256: text("ab") },
            "exported the postmortem to pm.md",
        ),
        (
            K::Imported(Imported {
                text: text("cards fail"),
                kind: text("message"),
                by: text("ana"),
                from: text("slack #incident"),
                key: text("slack:C1:1.5"),
                written: Some(text("1532")),
                stands_at: Some(at()),
                ..Imported::default()
            }),
            "cards fail",
        ),
        (K::Erased, "redacted"),
        (
            K::Unknown { kind: text("moon_phase"), data: json!({"full": true}) },
            "moon_phase (this version cannot read it)",
        ),
    ]
}

/// What was done by a runbook.
fn steps() -> Vec<(EventKind, &'static str)> {
    use EventKind as K;
    let (runbook, step, title) = (text("disk-full"), text("2"), text("Find the large files"));
    vec![
        (
            K::RunbookOpened(Opened { name: text("disk-full"), sha256: text("ab"), revision: None }),
            "opened runbook disk-full",
        ),
        (K::StepRan(run("timed out after 1m", at())), "ran step 3.1, Roll back: timed out after 1m (1m 05s)"),
        (
            K::StepMarked(StepMark {
                runbook,
                step,
                title,
                outcome: StepOutcome::Skipped,
                standing: Standing::default(),
            }),
            "step 2 skipped: Find the large files",
        ),
    ]
}

/// What is due, who is called, what is put off.
fn clocks() -> Vec<(EventKind, &'static str)> {
    use EventKind as K;
    let (level, who) = (Level::L2, text("ben"));
    let rung = Rung {
        level,
        who: Some(who.clone()),
        target: Some(text("pager")),
        after_s: None,
        acknowledge_s: Some(60),
    };
    let terms = Terms { executives_s: Some(1800), ladder: vec![rung], ..Terms::default() };
    vec![
        (K::TermsFrozen(terms), "clocks as configured: 1 of 5 levels named"),
        (
            K::Escalated(Escalation { level, who: who.clone(), why: text("ana is silent") }),
            "escalated to L2, ben: ana is silent",
        ),
        (K::EscalationAcknowledged(Acknowledgement { level, who }), "ben acknowledges as L2"),
        (
            K::ClockSnoozed(Snooze { clock: text("update"), round: at(), until: at() }),
            "put update off once, until 2026-11-21 13:40 UTC",
        ),
        (
            K::RecheckSet(Recheck { what: text("queue depth"), due_at: at() }),
            "look again at 2026-11-21 13:40 UTC: queue depth",
        ),
        (K::RecheckEnded { seq: 7 }, "looked again, as entry 7 asked"),
    ]
}

/// What leaves.
fn posts() -> Vec<(EventKind, &'static str)> {
    use EventKind as K;
    let post = Post {
        follows: None,
        target: text("status"),
        key: text("k1"),
        text: text("cards fail"),
        sha256: text("ab"),
        audience: Some(Audience::Public),
        level: None,
    };
    vec![
        (K::PostQueued(post), "queued for status: update to public"),
        (K::PostSent(Delivery { post: 9, attempts: 2 }), "sent post 9 at try 2"),
        (
            K::PostFailed(GivenUp { post: 9, attempts: 1, reason: text("HTTP 404 Not Found") }),
            "gave post 9 up after 1: HTTP 404 Not Found",
        ),
        (K::PostRetried { post: 9 }, "post 9 is tried again"),
        (K::PostDropped(Dropped { post: 9, reason: text("stale") }), "dropped post 9: stale"),
    ]
}

/// Alerts from outside.
fn alerts() -> Vec<(EventKind, &'static str)> {
    use EventKind as K;
    let group = AlertGroup { name: text("HostDown"), place: text("prod") };
    let key = |print: &str| AlertKey { fingerprint: text(print), starts_at: at() };
    let news = |change, why: Option<&str>| AlertNews {
        change,
        group: group.clone(),
        more_groups: 0,
        service: Some(text("checkout")),
        source: text("am"),
        severity: Some(text("critical")),
        why: why.map(text),
        alerts: vec![key("aa")].into(),
    };
    let storm = AlertNews {
        more_groups: 3,
        alerts: vec![key("aa"), key("bb")].into(),
        ..news(AlertChange::Fired, None)
    };
    let taken =
        |alerts: Vec<AlertKey>| AlertsTaken { group: group.clone(), service: None, alerts: alerts.into() };
    let silence = SilenceMade {
        source: text("am"),
        id: text("7c1f"),
        matchers: vec![text("cluster=\"prod\""), text("job=~\"n.*\"")],
        ends_at: at(),
        comment: text("new disks"),
        covered: 2,
    };
    vec![
        (K::AlertsNoticed(news(AlertChange::Fired, None)), "HostDown (prod) fires [critical]"),
        (K::AlertsNoticed(storm), "HostDown (prod) and 3 groups more fire [critical], 2 alerts"),
        (K::AlertsNoticed(news(AlertChange::Resolved, None)), "HostDown (prod) resolved"),
        (
            K::AlertsNoticed(news(AlertChange::Suppressed, Some("silenced by 7c1f"))),
            "HostDown (prod) suppressed: silenced by 7c1f",
        ),
        (K::AlertsNoticed(news(AlertChange::Flapping, None)), "HostDown (prod) comes and goes"),
        (K::AlertsAcknowledged(taken(vec![key("aa")])), "acknowledged HostDown (prod)"),
        (
            K::AlertsLinked(taken(vec![key("aa"), key("bb")])),
            "linked 2 alerts of HostDown (prod) to this incident",
        ),
        (
            K::SilenceMade(silence),
            "silenced {cluster=\"prod\", job=~\"n.*\"} in am until 2026-11-21 13:40 UTC, 2 alerts now: new disks (7c1f)",
        ),
        (K::SilenceEnded(SilenceEnded { source: text("am"), id: text("7c1f") }), "ended silence 7c1f of am"),
    ]
}
