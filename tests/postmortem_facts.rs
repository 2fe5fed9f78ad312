//! What is gathered for a postmortem: which event counts, what stays unknown, when one is due.

#[path = "stories/checkout.rs"]
mod checkout;

use std::time::Duration;

use checkout::{ID, Story, alert, at, evidence, step_ran};
use warroom::incident::event::{Audience, Change, ChangeKind, NoteKind, Standing, StepMark, StepOutcome};
use warroom::incident::{EventKind, Role, Severity};
use warroom::postmortem::{Facts, Share, Span, due};
use warroom::slo::TierState::{Firing, Frozen, Ok, Pending, Recovering, Rising};
use warroom::slo::exclusion::Planned;
use warroom::slo::{Budget, BudgetStatus, Reading, SloState, Weighting};

fn gather(story: &Story) -> Facts {
    Facts::gather(&story.incident, &story.context, at("12:00:00"))
}

/// A name, what alerts did and when, and the event that is the first page.
type Case<'a> = (&'a str, &'a [(&'a str, EventKind)], Option<u64>);

fn first_page(changes: &[(&str, EventKind)]) -> Option<u64> {
    let mut story = Story::declared(Severity::Sev2);
    for (clock, kind) in changes {
        story.around(clock, kind.clone());
    }
    gather(&story).detection.first_page.and_then(|page| page.seq)
}

#[test]
fn the_first_page_is_the_one_that_led_to_the_declaration() {
    let fires = |clock| (clock, alert(clock, Rising, Firing));
    let stops = |clock| (clock, alert(clock, Firing, Recovering));
    let cases: &[Case<'_>] = &[
        ("none at all", &[], None),
        ("still firing", &[fires("01:00:00")], Some(12)),
        ("over long before", &[fires("01:00:00"), stops("01:10:00")], None),
        ("over, then firing again", &[fires("01:00:00"), stops("01:10:00"), fires("03:14:00")], Some(14)),
        ("over just before", &[fires("03:00:00"), stops("03:10:00")], Some(12)),
        (
            "no data is no end",
            &[fires("01:00:00"), ("01:30:00", alert("01:30:00", Firing, Frozen))],
            Some(12),
        ),
        ("only after the declaration", &[fires("03:20:00")], Some(12)),
        ("only rising", &[("03:10:00", alert("03:10:00", Ok, Rising))], None),
    ];
    for (name, changes, expected) in cases {
        assert_eq!(first_page(changes), *expected, "{name}");
    }
}

#[test]
fn a_suppressed_page_is_no_page_and_says_so_in_the_timeline() {
    let mut story = Story::declared(Severity::Sev2);
    let EventKind::AlertChanged(mut page) = alert("03:10:00", Rising, Firing) else {
        unreachable!("an alert")
    };
    page.suppressed = Some("database upgrade".into());
    story.around("03:10:00", EventKind::AlertChanged(page));
    let facts = gather(&story);
    assert_eq!(facts.detection.first_page, None);
    assert_eq!(facts.header.duration, Span(until_noon(&story)));
    let told = facts.timeline.rows.iter().any(|row| row.text.ends_with("(suppressed: database upgrade)"));
    assert!(told, "{:?}", facts.timeline.rows);
}

/// From the declaration to when the facts are gathered.
fn until_noon(story: &Story) -> Duration {
    (at("12:00:00") - story.incident.declared_at).to_std().unwrap_or_default()
}

#[test]
fn a_window_that_reaches_into_the_incident_is_in_its_timeline() {
    let mut story = Story::declared(Severity::Sev2);
    let window = |service: &str, from, to| EventKind::MaintenancePlanned {
        kind: Planned::Maintenance,
        service: service.into(),
        from: at(from),
        to: at(to),
        reason: Some("database upgrade".into()),
    };
    story.around("00:10:00", window("checkout", "03:00:00", "04:00:00"));
    story.around("00:11:00", window("search", "03:00:00", "04:00:00"));
    story.around("00:12:00", window("checkout", "00:30:00", "00:40:00"));
    let rows = gather(&story).timeline.rows;
    let told: Vec<&str> =
        rows.iter().filter(|row| row.kind == "maintenance planned").map(|row| row.text.as_str()).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("planned maintenance of checkout, 2026"), "{told:?}");
}

#[test]
fn a_page_of_another_service_or_another_incident_is_not_ours() {
    let mut story = Story::declared(Severity::Sev2);
    story.around("03:14:00", alert("03:14:00", Rising, Firing));
    story.incident.services = vec!["search".into()];
    assert_eq!(gather(&story).detection.first_page, None);
    story.incident.services = vec!["checkout".into()];
    story.context[0].incident = Some("inc-of-somebody-else".into());
    assert_eq!(gather(&story).detection.first_page, None);
}

#[test]
fn a_page_after_the_declaration_does_not_move_the_detection() {
    let mut story = Story::declared(Severity::Sev2);
    story.tell("03:20:00", "warroom", alert("03:20:00", Rising, Firing), "page");
    story.resolve("03:26:00");
    assert_eq!(gather(&story).header.duration, Span(Duration::from_mins(10)));
}

#[test]
fn a_measure_with_an_end_that_is_unknown_or_before_its_start_has_no_span() {
    let mut story = Story::declared(Severity::Sev2);
    story.incident.impact_start = Some(at("03:30:00"));
    let facts = gather(&story);
    let spans: Vec<Option<Span>> = facts.detection.measures.iter().map(|measure| measure.span).collect();
    assert_eq!(spans, [None, None, None, None]);
}

#[test]
fn a_mitigation_before_the_detection_is_told_as_one() {
    let mut story = Story::declared(Severity::Sev2);
    story.mitigate("03:10:00");
    story.resolve("03:26:00");
    let summary = gather(&story).summary;
    assert!(summary.contains("It was mitigated by rollback before it was detected"), "{summary}");
}

#[test]
fn impact_without_an_end_has_no_duration_and_no_evidence_has_no_cost() {
    let mut story = Story::declared(Severity::Sev2);
    story.incident.impact_start = Some(at("03:10:00"));
    let impact = gather(&story).impact;
    assert_eq!((impact.duration, impact.costs.len(), impact.evidence), (None, 0, None));
}

#[test]
fn the_last_evidence_counts_and_struck_evidence_does_not() {
    let mut story = Story::declared(Severity::Sev2);
    story.tell("03:20:00", "warroom", evidence("03:20:00", Some(0.05)), "evidence");
    let last = story.tell("03:40:00", "warroom", evidence("03:40:00", Some(0.2)), "evidence");
    assert_eq!(gather(&story).impact.evidence, Some(last));
    assert_eq!(gather(&story).impact.costs[0].budget, Some(Share(0.2)));
    story.last().struck = true;
    assert_eq!(gather(&story).impact.costs[0].budget, Some(Share(0.05)));
}

#[test]
fn a_budget_share_without_traffic_stays_unknown() {
    let mut story = Story::declared(Severity::Sev2);
    story.tell("03:20:00", "warroom", evidence("03:20:00", None), "evidence");
    let facts = gather(&story);
    assert_eq!(facts.impact.costs[0].budget, None);
    assert!(facts.summary.ends_with("what it cost in error budget is not recorded."), "{}", facts.summary);
}

#[test]
fn alerts_that_only_hover_are_folded_away() {
    let mut story = Story::declared(Severity::Sev2);
    let hovering = [(Ok, Rising), (Rising, Pending), (Recovering, Ok), (Rising, Ok)];
    for (from, to) in hovering {
        story.tell("03:20:00", "warroom", alert("03:20:00", from, to), "hovers");
    }
    story.tell("03:21:00", "warroom", alert("03:21:00", Pending, Firing), "fires");
    let timeline = gather(&story).timeline;
    let texts: Vec<&str> = timeline.rows.iter().map(|row| row.text.as_str()).collect();
    assert_eq!((texts, timeline.folded), (vec!["declared SEV2: Checkout errors after deploy", "fires"], 4));
}

#[test]
fn an_unknown_time_stays_unknown_and_sorts_by_when_it_was_written_down() {
    let mut story = Story::declared(Severity::Sev2);
    let kind = EventKind::Noted { text: "x".into(), kind: NoteKind::Observation, starred: false };
    story.tell("03:30:00", "cem", kind, "somebody called");
    story.last().event.happened_at = None;
    let rows = gather(&story).timeline.rows;
    assert_eq!((rows[1].at, rows[1].text.as_str(), rows[1].human), (None, "somebody called", true));
}

#[test]
fn the_last_correction_stands_and_a_struck_one_does_not() {
    let mut story = Story::declared(Severity::Sev2);
    let note = EventKind::Noted { text: "1".into(), kind: NoteKind::Observation, starred: false };
    let seq = story.tell("03:30:00", "cem", note, "1");
    for text in ["2", "3", "4"] {
        story.tell("03:31:00", "cem", EventKind::Amended { seq, text: text.into() }, "amended");
    }
    story.last().struck = true;
    let timeline = gather(&story).timeline;
    assert_eq!((timeline.rows[1].text.as_str(), timeline.rows[1].marks.as_slice()), ("3", &["amended"][..]));
    assert_eq!(timeline.rows.len(), 2);
}

#[test]
fn changes_count_from_two_hours_before_the_start() {
    let mut story = Story::declared(Severity::Sev2);
    let deploy = |what: &str| EventKind::ChangeMarked(Change::new(ChangeKind::Deploy, "auth", what));
    story.around("01:10:00", deploy("too old"));
    let struck = story.around("02:00:00", deploy("struck"));
    story.around("02:00:01", EventKind::Struck { seq: struck, reason: "typo".into() });
    story.around("02:16:00", deploy("near"));
    story.tell("03:20:00", "ana", deploy("own"), "deploy");
    story.resolve("03:26:00");
    story.around("03:30:00", deploy("afterwards"));
    let changes = gather(&story).changes;
    let told: Vec<(&str, &str)> =
        changes.iter().map(|change| (change.what.as_str(), change.relative.as_str())).collect();
    assert_eq!(told, [("near", "1h 00m before detection"), ("own", "4m 00s after detection")]);
}

#[test]
fn steps_pair_with_their_marks_and_marks_without_a_run_stand_alone() {
    let mut story = Story::declared(Severity::Sev2);
    let mark = |step: &str, outcome| {
        EventKind::StepMarked(StepMark {
            runbook: "bad-deploy-rollback".into(),
            step: step.into(),
            title: "t".into(),
            outcome,
            standing: Standing::default(),
        })
    };
    story.tell("03:20:00", "cem", step_ran("03:20:00", "a", "false"), "ran");
    story.tell("03:21:00", "cem", mark("3", StepOutcome::Failed), "failed");
    story.tell("03:22:00", "cem", step_ran("03:22:00", "a", "true"), "ran");
    story.tell("03:23:00", "cem", mark("3", StepOutcome::Done), "done");
    story.tell("03:24:00", "cem", mark("4", StepOutcome::Skipped), "skipped");
    let ran = gather(&story).ran;
    let told: Vec<_> = ran.iter().map(|ran| (ran.command.as_deref(), ran.outcome.as_deref())).collect();
    assert_eq!(
        told,
        [(Some("false"), Some("failed")), (Some("true"), Some("done")), (None, Some("skipped"))]
    );
}

#[test]
fn the_longest_silence_is_judged_by_the_promise_else_by_the_cadence() {
    let update = |next_s| EventKind::Updated { text: "u".into(), audience: Audience::Public, next_s };
    let cases = [
        (Severity::Sev1, None, "04:00:00", Some(1800), 1),
        (Severity::Sev1, Some(3600), "04:00:00", Some(3600), 0),
        (Severity::Sev2, None, "04:00:00", Some(3600), 0),
        (Severity::Sev4, None, "04:00:00", None, 0),
    ];
    for (severity, promised, resolved, allowed, overdue) in cases {
        let mut story = Story::declared(severity);
        story.tell("03:20:00", "dee", update(promised), "u");
        story.resolve(resolved);
        let comms = gather(&story).comms;
        let gap = comms.longest.expect("a silence");
        assert_eq!(gap.span, Span(Duration::from_mins(40)), "{severity}");
        assert_eq!(gap.allowed, allowed.map(|s| Span(Duration::from_secs(s))), "{severity}");
        assert_eq!(comms.overdue, overdue, "{severity}");
    }
}

#[test]
fn commanders_are_told_over_time_and_open_tasks_become_candidates() {
    let mut story = Story::declared(Severity::Sev2);
    story.seat(Role::Ic, "ana", "03:16:00", Some("03:40:00"));
    story.seat(Role::Ic, "bo", "03:40:00", None);
    story.seat(Role::Scribe, "dee", "03:17:00", None);
    story.task(1, "done", true);
    story.task(2, "open", false);
    let facts = gather(&story);
    let commanders: Vec<&str> = facts.header.commanders.iter().map(|held| held.who.as_str()).collect();
    assert_eq!((commanders, facts.roles.len()), (vec!["ana", "bo"], 3));
    assert_eq!(facts.candidates.iter().filter_map(|item| item.task).collect::<Vec<_>>(), [2]);
}

#[test]
fn events_that_are_both_context_and_timeline_are_told_once() {
    let mut story = Story::declared(Severity::Sev2);
    story.tell("03:20:00", "warroom", alert("03:20:00", Rising, Firing), "fires");
    let mut copy = story.last().event.clone();
    copy.incident = None;
    story.context.push(copy);
    assert_eq!(gather(&story).timeline.rows.len(), 2);
    assert_eq!(story.incident.id, ID);
}

/// Evidence of an SLO whose budget was nearly gone before and is gone now.
fn overspent(clock: &str) -> EventKind {
    let EventKind::EvidenceKept(mut kept) = evidence(clock, Some(0.02)) else { unreachable!("evidence") };
    kept.readings.push(Reading {
        slo: "checkout-availability".into(),
        service: "checkout".into(),
        at: at(clock),
        objective: 0.999,
        period_s: 2_592_000,
        state: SloState::Exhausted,
        sli: Some(0.9989),
        budget: Some(Budget { remaining: -0.1, status: BudgetStatus::Exhausted }),
        burn: smallvec::SmallVec::new(),
        exhausted_in_s: None,
        bad: 1100.0,
        total: 1e6,
        coverage: 1.0,
        age_s: Some(3),
        weighting: Weighting::Events,
        alerts: Vec::new(),
        suppressed: None,
        unexcluded: None,
        trend: None,
        error: None,
    });
    EventKind::EvidenceKept(kept)
}

#[test]
fn a_postmortem_is_due_for_what_the_rules_name() {
    let told = |story: &Story| due(&story.incident);
    assert_eq!(told(&Story::declared(Severity::Sev1)).as_deref(), Some("it is SEV1"));
    assert_eq!(told(&Story::declared(Severity::Sev3)), None);

    let mut lowered = Story::declared(Severity::Sev2);
    lowered.incident.severity = Severity::Sev4;
    assert_eq!(told(&lowered).as_deref(), Some("it was SEV2"));

    let mut costly = Story::declared(Severity::Sev3);
    costly.tell("03:40:00", "warroom", evidence("03:40:00", Some(0.30)), "evidence");
    assert_eq!(told(&costly), None);
    costly.tell("03:41:00", "warroom", evidence("03:41:00", Some(0.414)), "evidence");
    assert_eq!(
        told(&costly).as_deref(),
        Some("it spent 41.4 % of the error budget of checkout-availability")
    );

    let mut broken = Story::declared(Severity::Sev3);
    broken.tell("03:40:00", "warroom", overspent("03:40:00"), "evidence");
    let why = "the SLO checkout-availability is broken: its error budget is gone";
    assert_eq!(told(&broken).as_deref(), Some(why));

    let mut drill = Story::declared(Severity::Sev1);
    drill.incident.drill = true;
    assert_eq!(told(&drill), None);
}
