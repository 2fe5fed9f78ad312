//! The windows of the search and of past incidents, at the sizes people have.

use warroom::app::{Effect, Msg};
use warroom::incident::event::Mitigation;
use warroom::incident::search::{Found, Hit};
use warroom::incident::{Ask, Entry, Intent};
use warroom::tui::Theme;

use super::frame::keep;
use super::picture::{draw, text};
use crate::declaring::declare;
use crate::desk::Desk;

/// A past incident of checkout with long and short lines, and an open one that is like it.
fn scene() -> Desk {
    let mut desk = Desk::empty();
    desk.elsewhere(&Ask::new("bob", declare("checkout down, connection pool exhausted", "checkout")));
    let past = desk.model.timeline.shown.clone().expect("shown");
    for line in [
        "the database says: remaining connection slots are reserved, nobody gets one, and the application waits until the pool is given back",
        "pool of checkout raised to 200 #db",
    ] {
        desk.press(&["n", &format!("type:{line}"), "enter", "esc"]);
    }
    for intent in [Intent::Mitigate { kind: Mitigation::Rollback }, Intent::Resolve] {
        desk.wait(14 * 60);
        desk.elsewhere(&Ask::new("bob", intent).about(&past));
    }
    desk.wait(21 * 24 * 3_600);
    desk.elsewhere(&Ask::new("bob", declare("pool of checkout exhausted again", "checkout")));
    desk
}

/// Answers the last question as the index would for the word pool.
fn answer(desk: &mut Desk) {
    let query = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Search(query) => Some(query.clone()),
        _ => None,
    });
    let entries = desk.events.iter().rev().map(|event| Entry::new(event.clone()));
    let hits = entries.filter(|entry| entry.text.contains("pool")).map(|entry| {
        let at = entry.text.find("pool").expect("it is there");
        let seq = entry.event.seq;
        Hit {
            marks: std::iter::once(at..at + 4).collect(),
            title: Some("checkout down, connection pool exhausted".to_owned()),
            entry: Entry { struck: seq % 2 == 0, ..entry },
        }
    });
    let found = Found { hits: hits.collect(), more: true, without_index: None };
    desk.hear(Msg::Found { query: query.expect("a question"), outcome: Ok(found) });
}

#[test]
fn hits_are_rows_with_the_found_words_in_sight() {
    let mut desk = scene();
    desk.press(&["ctrl-r", "type:pool"]);
    answer(&mut desk);
    desk.press(&["down"]);
    for size in [(80, 24), (120, 36)] {
        let (cells, screen) = draw(&desk.model, &Theme::default(), size);
        keep(&format!("search_{}x{}", size.0, size.1), &cells);
        assert!(screen.caret.is_some());
        let shown = text(&cells);
        assert!(shown.lines().filter(|line| line.contains("pool")).count() >= 4, "{shown}");
    }
}

#[test]
fn the_window_says_when_there_is_nothing_to_show_and_why() {
    let mut desk = scene();
    desk.press(&["ctrl-r"]);
    let says = |desk: &Desk, wanted: &str| {
        let shown = text(&draw(&desk.model, &Theme::default(), (80, 24)).0);
        assert!(shown.contains(wanted), "{wanted} in\n{shown}");
    };
    says(&desk, "kind:decision, by:ana and tag:db");
    desk.press(&["type:pool"]);
    says(&desk, "searching");
    let Some(Effect::Search(query)) = desk.effects.last().cloned() else { panic!("asked") };
    let slow =
        Found { without_index: Some("another process holds search.db".to_owned()), ..Found::default() };
    desk.hear(Msg::Found { query: query.clone(), outcome: Ok(slow) });
    says(&desk, "another process holds search.db: searched without it");
    says(&desk, "Nothing found.");
    desk.hear(Msg::Found { query, outcome: Err("journal: is damaged".to_owned()) });
    says(&desk, "journal: is damaged");
}

#[test]
fn past_incidents_are_told_with_what_ended_them_and_why_they_are_here() {
    let mut desk = scene();
    desk.press(&["V"]);
    for size in [(80, 24), (120, 36)] {
        keep(&format!("similar_{}x{}", size.0, size.1), &draw(&desk.model, &Theme::default(), size).0);
    }
    let shown = text(&draw(&desk.model, &Theme::default(), (80, 24)).0);
    assert!(shown.contains("mitigated by rollback in 14m"), "{shown}");
    assert!(shown.contains("same service: checkout; words: exhausted, pool"), "{shown}");
}

#[test]
fn a_long_line_begins_at_a_word_and_fills_its_row() {
    let mut desk = scene();
    desk.press(&["ctrl-r", "type:pool"]);
    answer(&mut desk);
    let shown = text(&draw(&desk.model, &Theme::default(), (80, 24)).0);
    let row = shown.lines().find(|line| line.contains("the pool is given back")).expect("the long line");
    let words = row.split_once('…').expect("it is cut").1;
    let begun = words.split(' ').next().unwrap_or_default();
    assert!(
        "the database says: remaining connection slots are reserved, nobody gets one, and the application waits"
            .split(' ')
            .any(|word| word == begun),
        "{row}"
    );
    let used = words.trim_end_matches(['│', ' ']).chars().count();
    assert!(used + 16 > words.trim_end_matches('│').chars().count(), "the row is full: {row}");
}
