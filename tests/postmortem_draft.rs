//! The draft: the whole text of one incident, the same bytes each time, and hostile text made harmless.

#[path = "stories/checkout.rs"]
mod checkout;

use checkout::{Story, alert, at, evidence, step_ran};
use proptest::prelude::*;
use warroom::incident::event::{
    Audience, Change, ChangeKind, Edge, NoteKind, Standing, StepMark, StepOutcome,
};
use warroom::incident::{EventKind, Role, Severity};
use warroom::postmortem::{Facts, TEMPLATE, draft};
use warroom::slo::TierState;

fn note(text: &str, kind: NoteKind) -> EventKind {
    EventKind::Noted { text: text.to_owned(), kind, starred: false }
}

fn update(text: &str, next_s: Option<u64>) -> EventKind {
    EventKind::Updated { text: text.to_owned(), audience: Audience::Public, next_s }
}

/// A whole incident: a bad deploy, found by its page, rolled back, resolved.
fn whole() -> Story {
    let mut story = Story::declared(Severity::Sev1);
    setting(&mut story);
    search(&mut story);
    remedy(&mut story);
    aftermath(&mut story);
    story.incident.timeline.sort_by_key(|entry| (entry.event.sorts_at(), entry.event.seq));
    story
}

/// What happened around it, who was there, what users felt.
fn setting(story: &mut Story) {
    let deploy = EventKind::ChangeMarked(Change::new(ChangeKind::Deploy, "checkout", "v2.41"));
    story.around("03:08:00", deploy);
    story.around("03:14:07", alert("03:14:07", TierState::Rising, TierState::Firing));
    story.around(
        "03:20:00",
        EventKind::ChangeMarked(Change::new(ChangeKind::Flag, "search", "new ranking off")),
    );
    story.incident.impact = Some("One payment in seventeen failed with a 502.".into());
    story.incident.impact_start = Some(at("03:10:00"));
    story.incident.impact_end = Some(at("03:37:30"));
    story.seat(Role::Ic, "ana", "03:16:00", Some("03:40:00"));
    story.seat(Role::Ic, "bo", "03:40:00", None);
    story.seat(Role::Ops, "cem", "03:18:00", None);
    story.task(1, "watch the queue", true);
    story.task(2, "canary every checkout deploy", false);
}

/// Looking for the cause: notes, one corrected, one struck.
fn search(story: &mut Story) {
    story.tell(
        "03:16:30",
        "ana",
        EventKind::ImpactMarked { edge: Edge::Start, at: at("03:10:00") },
        "impact started 03:10",
    );
    story.tell(
        "03:18:00",
        "ana",
        EventKind::RoleAssigned { role: Role::Ops, who: "cem".into(), from: None, reason: None },
        "ops: cem",
    );
    story.tell(
        "03:20:00",
        "dee",
        update("Payments fail for some. We are rolling back.", Some(1200)),
        "update (public): Payments fail for some. We are rolling back.",
    );
    story.tell("03:21:00", "cem", note("roll back v2.41", NoteKind::Decision), "roll back v2.41");
    story.last().starred = true;
    let typo =
        story.tell("03:22:00", "cem", note("502 from poyments", NoteKind::Observation), "502 from poyments");
    let wrong = story.tell(
        "03:23:00",
        "eli",
        note("it is the database", NoteKind::Observation),
        "it is the database",
    );
    story.last().struck = true;
    story.tell("03:23:30", "eli", EventKind::Struck { seq: wrong, reason: "it was not".into() }, "struck");
    story.tell(
        "03:24:00",
        "cem",
        EventKind::Amended { seq: typo, text: "502 from payments".into() },
        "amended",
    );
}

/// The rollback, and a note that came late.
fn remedy(story: &mut Story) {
    story.tell(
        "03:35:00",
        "cem",
        step_ran("03:35:00", "Roll back", "kubectl rollout undo deployment/checkout | tee out"),
        "ran 3: Roll back, exit 0",
    );
    let done = EventKind::StepMarked(StepMark {
        runbook: "bad-deploy-rollback".into(),
        step: "3".into(),
        title: "Roll back".into(),
        outcome: StepOutcome::Done,
        standing: Standing::default(),
    });
    story.tell("03:36:00", "cem", done, "step 3 done");
    story.mitigate("03:37:00");
    story.tell(
        "03:25:00",
        "fay",
        note("saw a spike in logins", NoteKind::Observation),
        "saw a spike in logins",
    );
    story.last().late = true;
}

/// Severity lowered, all clear, evidence kept.
fn aftermath(story: &mut Story) {
    story.tell(
        "03:45:00",
        "ana",
        EventKind::SeverityChanged {
            from: Severity::Sev1,
            to: Severity::Sev2,
            reason: "errors are gone".into(),
        },
        "SEV1 to SEV2: errors are gone",
    );
    story.incident.severity = Severity::Sev2;
    story.tell(
        "03:50:00",
        "warroom",
        alert("03:50:00", TierState::Firing, TierState::Recovering),
        "page on checkout-availability stopped firing",
    );
    story.tell(
        "03:55:00",
        "dee",
        update("Payments work again.", None),
        "update (public): Payments work again.",
    );
    story.resolve("04:01:00");
    story.tell("04:01:01", "warroom", evidence("04:01:00", Some(0.1234)), "evidence kept");
}

fn render(story: &Story) -> String {
    let facts = Facts::gather(&story.incident, &story.context, at("12:00:00"));
    draft(&facts, TEMPLATE.0, TEMPLATE.1).unwrap_or_else(|problem| problem.to_string())
}

#[test]
fn a_whole_incident_becomes_this_draft() {
    insta::assert_snapshot!("whole_incident", render(&whole()));
}

#[test]
fn an_incident_of_which_nothing_is_known_says_so_everywhere() {
    let mut story = Story::declared(Severity::Sev3);
    story.incident.services.clear();
    insta::assert_snapshot!("bare_incident", render(&story));
}

#[test]
fn a_resolved_incident_reads_the_same_a_year_later() {
    let story = whole();
    let later = at("12:00:00") + chrono::TimeDelta::days(365);
    let facts = Facts::gather(&story.incident, &story.context, later);
    assert_eq!(draft(&facts, TEMPLATE.0, TEMPLATE.1).expect("a draft"), render(&story));
    assert_eq!(render(&story), render(&story));
}

#[test]
fn an_open_incident_says_as_of_when_it_was_gathered() {
    let mut story = whole();
    story.incident.resolved_at = None;
    let text = render(&story);
    assert!(text.contains("detection to now: open, as of 2026-11-21 12:00:00 UTC"), "{text}");
    assert!(text.contains("is open for 8h 45m"), "{text}");
}

#[test]
fn a_timeline_of_thousands_of_lines_is_drafted_whole() {
    let mut story = Story::declared(Severity::Sev2);
    for number in 0..5_000 {
        let text = format!("line {number}");
        story.tell("03:30:00", "cem", note(&text, NoteKind::Observation), &text);
    }
    assert!(render(&story).contains("| observation | line 4999 |"));
}

const HOSTILE: &str = "```\n</td><script>alert(1)</script> ![x](http://evil.example/p.png) [y](javascript:z) | extra | \u{1b}]0;title\u{7} \u{202e}\n# Lessons\n- {{ 7 * 7 }}";

fn hostile() -> Story {
    let mut story = whole();
    story.incident.title = HOSTILE.into();
    story.incident.impact = Some(HOSTILE.into());
    story.incident.services = vec![HOSTILE.into(), "checkout".into()];
    story.tell("03:30:00", HOSTILE, note(HOSTILE, NoteKind::Action), HOSTILE);
    story.tell("03:31:00", HOSTILE, update(HOSTILE, None), HOSTILE);
    story.tell("03:32:00", "cem", step_ran("03:32:00", HOSTILE, HOSTILE), HOSTILE);
    story.task(9, HOSTILE, false);
    story
}

/// What a Markdown reader makes of a text, as the parser's events.
fn events(text: &str) -> Vec<pulldown_cmark::Event<'_>> {
    pulldown_cmark::Parser::new_ext(text, pulldown_cmark::Options::all()).collect()
}

#[test]
fn hostile_text_adds_no_markup_and_no_power() {
    use pulldown_cmark::{Event, Tag};
    let (tame, wild) = (render(&whole()), render(&hostile()));
    assert!(!wild.chars().any(|c| c.is_control() && c != '\n'), "{wild}");
    assert!(!wild.contains('\u{202e}'));
    for event in events(&wild) {
        let harmful = matches!(
            event,
            Event::Html(_)
                | Event::InlineHtml(_)
                | Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_) | Tag::HtmlBlock)
        );
        assert!(!harmful, "{event:?}");
    }
    let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
    assert_eq!(headings(&wild), headings(&tame));
    assert!(wild.contains("{{ 7 * 7 }}") || wild.contains("{{ 7 \\* 7 }}"), "templates in text are text");
}

#[test]
fn every_row_of_every_table_keeps_its_cells() {
    for line in render(&hostile()).lines().filter(|line| line.starts_with('|')) {
        let bars = line.replace("\\\\", "").replace("\\|", "").matches('|').count();
        assert!([3, 4, 6, 7, 9].contains(&bars), "{bars} bars: {line}");
    }
    let text = render(&hostile());
    let rows: Vec<&str> = text
        .lines()
        .skip_while(|line| *line != "## Timeline")
        .take_while(|line| !line.starts_with("Left out"))
        .filter(|line| line.starts_with("| 2026"))
        .collect();
    assert!(rows.len() > 15);
    for row in rows {
        assert_eq!(row.replace("\\\\", "").replace("\\|", "").matches('|').count(), 6, "{row}");
    }
}

proptest! {
    #[test]
    fn no_text_of_a_note_breaks_out_of_its_row(text in "[ -~\\n`|<\\[\\]!*_#\\\\\u{202e}\u{1b}é]{0,60}") {
        use pulldown_cmark::{Event, Tag};
        let mut story = Story::declared(Severity::Sev2);
        story.tell("03:30:00", "cem", note(&text, NoteKind::Action), &text);
        let text = render(&story);
        let harmful = |event: &Event<'_>| matches!(event, Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)));
        prop_assert!(!events(&text).iter().any(harmful));
        let row = text.lines().find(|line| line.starts_with("| 2026-11-21 03:30:00 | 12 |"));
        let bars = row.map(|row| row.replace("\\\\", "").replace("\\|", "").matches('|').count());
        prop_assert_eq!(bars, Some(6));
    }
}
