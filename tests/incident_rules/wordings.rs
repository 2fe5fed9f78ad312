//! Status updates from templates: what the shipped ones say, and what a mistake in one is told with.

use std::time::Duration;

use chrono_tz::Tz;
use warroom::incident::event::{Audience, Fields, Mitigation};
use warroom::incident::wording::{Moment, Saying, TEMPLATES, draft};
use warroom::incident::{Intent, Severity};

use crate::room::{Room, declare};

fn shipped(saying: Saying) -> (&'static str, &'static str) {
    TEMPLATES.into_iter().find(|(name, _)| *name == saying.template()).expect("shipped")
}

fn told(room: &Room, template: (&str, &str), next: Option<u64>) -> String {
    let moment = Moment { now: room.now, zone: Tz::Europe__Berlin, next: next.map(Duration::from_mins) };
    draft(room.incident(), moment, template).unwrap_or_else(|problem| problem.to_string())
}

fn failing() -> Room {
    let mut room = Room::empty();
    room.says(declare("Card payments fail", Severity::Sev1));
    let impact = Some("one in three payments is declined".to_owned());
    room.says(Intent::SetFields(Fields { impact, ..Fields::default() }));
    room.wait(12);
    room
}

#[test]
fn every_audience_hears_what_happens_who_is_affected_what_is_done_and_when_next() {
    let mut room = failing();
    assert_eq!(
        told(&room, shipped(Saying::Update(Audience::Public)), Some(20)),
        "Problems with checkout\n\nWhat happens: one in three payments is declined\n\
         Who is affected: users of checkout, since 15:00 CET.\n\
         What we do: we are working on it with priority.\nNext update: by 15:32 CET."
    );
    room.says(Intent::Mitigate { kind: Mitigation::Rollback });
    for audience in Audience::ALL {
        let text = told(&room, shipped(Saying::Update(*audience)), None);
        let holds = |part: &str| assert!(text.contains(part), "{audience}: {part}\n{text}");
        let is_public = *audience == Audience::Public;
        assert_eq!(
            text.contains("Card payments fail"),
            !is_public,
            "{audience}: its title speaks to us\n{text}"
        );
        holds("one in three payments is declined");
        holds("checkout");
        holds("15:12 CET");
        holds("by 15:42 CET");
    }
}

#[test]
fn the_public_read_no_names_and_no_numbers_of_ours() {
    let room = failing();
    let text = told(&room, shipped(Saying::Update(Audience::Public)), None);
    for inner in ["ana", "SEV", "inc-2026", "phase", "Card payments fail"] {
        assert!(!text.contains(inner), "{inner}\n{text}");
    }
}

#[test]
fn the_all_clear_says_when_it_was_over_and_when_the_postmortem_is_due() {
    let mut room = failing();
    room.says(Intent::Mitigate { kind: Mitigation::Rollback });
    room.says(Intent::Resolve);
    assert_eq!(
        told(&room, shipped(Saying::AllClear), None),
        "All clear: Card payments fail\n\nWhat happened: Card payments fail (checkout), from 15:00 CET, for 12m.\n\
         Impact: one in three payments is declined\nResolved: 15:12 CET, by rollback.\n\
         Next steps: a postmortem, due by 2026-11-23 15:12 CET. Incident inc-2026-1121-card-payments-fail."
    );
}

#[test]
fn what_nobody_said_is_not_known_yet_and_a_drill_says_so_first() {
    let mut room = Room::empty();
    room.says(Intent::Declare {
        title: "Fire drill".into(),
        severity: Severity::Sev3,
        services: vec![],
        ic: None,
        drill: true,
        private: false,
        found: None,
    });
    for (name, text) in TEMPLATES {
        let told = told(&room, (name, text), None);
        assert!(told.starts_with("DRILL") || told.starts_with("This is a drill"), "{told}");
        let is_public = name == Saying::Update(Audience::Public).template();
        assert_eq!(told.contains("not known yet"), !is_public, "customers read what is known\n{told}");
        assert!(!told.contains("{{"), "{told}");
    }
}

#[test]
fn a_mistake_in_a_template_names_its_line_and_the_name_that_was_meant() {
    let room = failing();
    let mine = |text: &str| told(&room, ("/etc/w/templates/update-public.md", text), None);
    assert_eq!(mine("{{ title | upper }}"), "CARD PAYMENTS FAIL");
    assert_eq!(mine("<b>&{{ title }}"), "<b>&Card payments fail", "plain text: nothing is escaped");
    assert!(
        mine("a\n{{ impcat }}")
            .ends_with("/etc/w/templates/update-public.md:2:4: `impcat` is undefined (did you mean impact?)")
    );
    assert!(mine("{{ title | safe }}").contains("write text filters only"));
}
