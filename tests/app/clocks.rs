//! The clocks in the console: the bell, the ladder, putting one off; what waits to leave.

use std::time::Duration;

use warroom::app::form::Popup;
use warroom::app::outgoing::News;
use warroom::app::{Effect, Msg};
use warroom::config::{Secret, Target};
use warroom::incident::event::{Audience, EventKind, Fields, GivenUp, Level, Rung, Terms};
use warroom::incident::intent::{ClockAsk, PostAsk, Sure};
use warroom::incident::outbox::Kind;
use warroom::incident::{Ask, Intent};

use crate::desk::Desk;

fn target(name: &str, audiences: &[Audience]) -> Target {
    let url = Some(Secret::Env("HOOK".into()));
    Target { name: name.into(), kind: Kind::Slack, url, routing_key: None, audiences: audiences.to_vec() }
}

fn bells(desk: &Desk) -> usize {
    desk.effects.iter().filter(|effect| **effect == Effect::Bell).count()
}

fn said(desk: &Desk) -> String {
    desk.model.notices.newest_first().next().map(|notice| notice.text.clone()).unwrap_or_default()
}

fn kinds(desk: &Desk) -> Vec<String> {
    desk.events.iter().map(|event| event.kind.word()).collect()
}

fn form(desk: &Desk) -> Vec<String> {
    match &desk.model.popup {
        Some(Popup::Form(form)) => {
            form.choices.iter().map(|choice| format!("{}: {}", choice.label, choice.detail)).collect()
        }
        other => panic!("no form: {other:?}"),
    }
}

fn snooze(clock: &str, minutes: u64) -> Ask {
    let length = Duration::from_mins(minutes);
    Ask::new("ana", Intent::Clock(ClockAsk::Snooze { clock: clock.into(), length }))
}

#[test]
fn a_clock_that_runs_over_rings_once_and_the_next_round_rings_again() {
    let mut desk = Desk::declared();
    desk.press(&["n", "type:looking", "enter", "esc"]);
    desk.wait(1);
    desk.press(&["n", "type:looking", "enter", "esc"]);
    desk.effects.clear();
    desk.wait(59 * 60);
    assert_eq!(bells(&desk), 0, "a SEV2 has an hour");
    for _ in 0..5 {
        desk.wait(60);
    }
    assert_eq!(bells(&desk), 1, "once, however long it stays so");
    desk.press(&["u", "type:still down", "enter"]);
    desk.wait(61 * 60);
    assert_eq!(bells(&desk), 2);
}

#[test]
fn a_clock_that_was_put_off_rings_when_that_is_over_too() {
    let mut desk = Desk::empty();
    let look = ClockAsk::Recheck { what: "queue".into(), due: Duration::from_mins(10) };
    desk.elsewhere(&Ask::new("ana", Intent::Clock(look)));
    desk.wait(11 * 60);
    assert_eq!(bells(&desk), 1, "without an incident");
    desk.elsewhere(&snooze("recheck-1", 5));
    desk.wait(60);
    assert_eq!(bells(&desk), 1);
    desk.wait(5 * 60);
    assert_eq!(bells(&desk), 2);
}

#[test]
fn the_ladder_shows_every_level_and_calls_and_hears_them() {
    let mut desk = Desk::declared();
    desk.press(&["E"]);
    let levels = form(&desk);
    assert!(levels[0].starts_with("L1: primary on-call, nobody named: called for now"), "{levels:?}");
    assert!(levels[4].starts_with("L5: executive, nobody named: not due"), "{levels:?}");
    desk.press(&["enter"]);
    assert!(
        matches!(&desk.model.popup, Some(Popup::Form(form)) if form.refused.is_some()),
        "nobody is named"
    );
    desk.press(&["type:ben, no answer on the phone", "enter"]);
    let told = desk.events.last().map(|event| event.kind.clone());
    assert!(
        matches!(told, Some(EventKind::Escalated(step)) if step.who == "ben" && step.why == "no answer on the phone")
    );
    desk.press(&["E"]);
    assert!(form(&desk)[0].starts_with("answer L1: ben is there"), "{:?}", form(&desk));
    desk.press(&["enter"]);
    let told = desk.events.last().map(|event| event.kind.clone());
    assert!(
        matches!(told, Some(EventKind::EscalationAcknowledged(answer)) if answer.who == "ben"),
        "ben, not ana"
    );
}

#[test]
fn while_the_next_level_is_due_enter_answers_for_nobody() {
    let mut desk = Desk::declared();
    desk.press(&["E", "type:ben, no answer on the phone", "enter"]);
    desk.wait(61 * 60);
    desk.press(&["E"]);
    let Some(Popup::Form(form)) = &desk.model.popup else { panic!("the ladder: {:?}", desk.model.popup) };
    let labels: Vec<&str> = form.choices.iter().map(|choice| choice.label.as_str()).collect();
    assert_eq!((labels[0], labels[form.chosen]), ("answer L1", "L2"), "{labels:?}");
}

#[test]
fn the_most_urgent_clock_is_put_off_with_two_keys() {
    let mut desk = Desk::declared();
    desk.wait(31 * 60);
    desk.press(&["Z"]);
    let first = form(&desk)[0].clone();
    desk.press(&["enter"]);
    let told = desk.events.last().map(|event| event.kind.clone());
    assert!(
        matches!(told, Some(EventKind::ClockSnoozed(snooze)) if first.starts_with(&snooze.clock)),
        "{first}"
    );
}

#[test]
fn the_configured_terms_go_with_a_declaration_and_stay() {
    let mut desk = Desk::paging();
    let terms = Terms { executives_s: Some(1800), ..Terms::default() };
    desk.model.setting.outgoing.terms = terms.clone();
    desk.press(&["d", "enter"]);
    assert!(desk.events.iter().any(|event| event.kind == EventKind::TermsFrozen(terms.clone())));
    desk.model.setting.outgoing.terms = Terms::default();
    desk.wait(1);
    assert_eq!(desk.model.incident().expect("shown").clockwork.terms, terms);
}

/// `status` takes public updates and those of stakeholders.
fn with_targets() -> Desk {
    let mut desk = Desk::declared();
    let audiences = [Audience::Public, Audience::Stakeholders];
    desk.model.setting.outgoing.targets = vec![target("status", &audiences)];
    desk
}

fn letter(desk: &Desk) -> String {
    match &desk.model.popup {
        Some(Popup::Letter(letter)) => letter.editor.text(),
        other => panic!("no letter: {other:?}"),
    }
}

#[test]
fn an_update_is_the_templates_text_edited_and_sent_as_it_was_seen() {
    let mut desk = with_targets();
    desk.press(&["u", "enter"]);
    let text = letter(&desk);
    assert!(text.contains("Who is affected: checkout"), "{text}");
    desk.press(&["type:NOW ", "ctrl-s"]);
    let sent = desk.model.ledger.posts().next().map(|(_, queued)| queued.post.clone()).expect("queued");
    assert_eq!(
        (sent.target.as_str(), sent.text.as_str()),
        ("status", format!("NOW {}", text.trim()).as_str())
    );
    let handed = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Deliver(letters) => Some(letters.len()),
        _ => None,
    });
    assert_eq!(handed, Some(1), "whoever holds the lease gets it");
    assert_eq!(said(&desk), "update recorded; queued for status");
    assert!(kinds(&desk).contains(&"updated".to_owned()));
}

#[test]
fn words_typed_in_place_of_a_template_go_the_same_way_or_say_that_they_go_nowhere() {
    let mut desk = with_targets();
    desk.press(&["u", "down", "type:cards fail, we roll back", "enter"]);
    assert_eq!(letter(&desk).trim(), "cards fail, we roll back", "seen before it goes");
    desk.press(&["ctrl-s", "y"]);
    let sent = desk.model.ledger.posts().next().map(|(_, queued)| queued.post.text.clone());
    assert_eq!(sent.as_deref(), Some("cards fail, we roll back"));
    let mut nobody = Desk::declared();
    nobody.press(&["u", "down", "type:cards fail", "enter"]);
    assert!(kinds(&nobody).contains(&"updated".to_owned()));
    assert!(said(&nobody).starts_with("recorded, sent to nobody: no [[outbox]]"), "{}", said(&nobody));
}

#[test]
fn public_words_want_a_second_key_and_a_no_loses_none_of_them() {
    let mut desk = with_targets();
    desk.press(&["u", "down", "enter", "type:NOW ", "ctrl-s"]);
    assert!(matches!(desk.model.popup, Some(Popup::Confirm(_))));
    let before = desk.events.len();
    desk.press(&["esc"]);
    assert!(letter(&desk).starts_with("NOW "), "still there");
    assert_eq!(desk.events.len(), before);
    desk.press(&["ctrl-s", "enter"]);
    assert_eq!(desk.events.len(), before, "enter confirms nothing");
    desk.press(&["y"]);
    assert_eq!(desk.model.ledger.posts().count(), 1);
}

#[test]
fn a_private_incident_lets_nothing_out_without_its_word() {
    let mut desk = with_targets();
    let private = Intent::SetFields(Fields { private: Some(true), ..Fields::default() });
    desk.elsewhere(&Ask::new("ana", private));
    for way in ["ctrl-s", "ctrl-y", "ctrl-o"] {
        desk.press(&["u", "enter", way]);
        let before = desk.events.len();
        desk.press(&["y", "enter"]);
        assert_eq!(desk.events.len(), before, "{way}: a single key lets nothing private out");
        desk.press(&["esc", "esc"]);
    }
    desk.effects.clear();
    desk.press(&["u", "enter", "ctrl-y", "type:private", "enter"]);
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Copy(_))), "{:?}", desk.model.popup);
}

#[test]
fn a_copy_says_so_where_the_terminal_is_not_known_to_take_one() {
    let mut desk = Desk::declared();
    desk.press(&["u", "enter", "ctrl-y"]);
    assert!(said(&desk).contains("it is not known to"), "{}", said(&desk));
    desk.model.setting.outgoing.copies = true;
    desk.press(&["u", "enter", "ctrl-y"]);
    assert_eq!(said(&desk), "update recorded and copied");
}

#[test]
fn the_all_clear_is_offered_when_it_is_over() {
    let mut desk = Desk::declared();
    desk.elsewhere(&Ask::new("ana", Intent::Resolve));
    assert_eq!(said(&desk), "resolved; u writes the all-clear, p drafts the postmortem, C closes it");
    desk.press(&["u", "enter"]);
    let text = letter(&desk);
    assert!(text.starts_with("All clear: ") && text.contains("a postmortem, due by 2026-11-23"), "{text}");
    desk.press(&["ctrl-s"]);
    assert!(matches!(desk.events.last().map(|event| &event.kind), Some(EventKind::Updated { .. })));
}

#[test]
fn a_post_that_was_given_up_is_tried_again_or_dropped_from_its_window() {
    let mut desk = with_targets();
    let publish = PostAsk::Publish {
        text: "cards fail".into(),
        audience: Audience::Stakeholders,
        next: None,
        to: vec!["status".into()],
        sure: Sure::default(),
    };
    desk.elsewhere(&Ask::new("ana", Intent::Post(publish)));
    let (incident, post) =
        desk.model.ledger.posts().map(|(i, q)| (i.id.clone(), q.seq)).next().expect("queued");
    desk.press(&["X", "enter"]);
    assert!(
        matches!(&desk.model.popup, Some(Popup::Form(form)) if form.refused.is_some()),
        "it waits by itself"
    );
    desk.press(&["esc"]);
    let kind = EventKind::PostFailed(GivenUp { post, attempts: 1, reason: "HTTP 404 Not Found".into() });
    desk.hear(Msg::Outgoing(News::Ended { incident: Some(incident), kind: Box::new(kind) }));
    assert_eq!(said(&desk), format!("post {post} was given up: HTTP 404 Not Found"));
    desk.press(&["X", "enter"]);
    assert_eq!(kinds(&desk).last().map(String::as_str), Some("post_retried"));
    desk.press(&["X", "type:told them by phone", "enter"]);
    assert_eq!(kinds(&desk).last().map(String::as_str), Some("post_dropped"));
    desk.press(&["X"]);
    assert_eq!(said(&desk), "nothing waits to leave");
}

#[test]
fn calling_somebody_to_a_private_incident_wants_its_word_first() {
    let mut desk = Desk::paging();
    let rung = Rung {
        level: Level::L1,
        who: Some("ben".into()),
        target: Some("pager".into()),
        after_s: None,
        acknowledge_s: None,
    };
    desk.model.setting.outgoing.terms = Terms { ladder: vec![rung], ..Terms::default() };
    desk.press(&["d", "enter"]);
    let private = Intent::SetFields(Fields { private: Some(true), ..Fields::default() });
    desk.elsewhere(&Ask::new("ana", private));
    desk.press(&["E", "enter"]);
    assert!(matches!(desk.model.popup, Some(Popup::Confirm(_))));
    desk.press(&["type:private", "enter"]);
    assert_eq!(kinds(&desk).last().map(String::as_str), Some("post_queued"));
}
