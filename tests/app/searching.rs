//! The search window and the window of past incidents: asked with every letter, late answers dropped, and from
//! a hit to its line.

use warroom::app::form::Popup;
use warroom::app::on_search::Searching;
use warroom::app::{Effect, Msg, Pane};
use warroom::incident::event::Mitigation;
use warroom::incident::search::{Found, Hit, Order, Query};
use warroom::incident::{Ask, Entry, Intent};

use crate::declaring::declare;
use crate::desk::Desk;

fn searching(desk: &Desk) -> &Searching {
    let Some(Popup::Search(searching)) = &desk.model.popup else { panic!("{:?}", desk.model.popup) };
    searching
}

/// The last question that was asked.
fn asked(desk: &Desk) -> Query {
    let last = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Search(query) => Some(query.clone()),
        _ => None,
    });
    last.expect("a question")
}

fn hit(desk: &Desk, text: &str) -> Hit {
    let event = desk.events.iter().find(|event| Entry::new((*event).clone()).text.contains(text));
    Hit { entry: Entry::new(event.expect("an entry").clone()), marks: Vec::new(), title: None }
}

fn answer(desk: &mut Desk, query: Query, hits: Vec<Hit>) {
    desk.hear(Msg::Found { query, outcome: Ok(Found { hits, ..Found::default() }) });
}

/// A resolved incident of checkout, and an open one of search on the screen.
fn two() -> (Desk, String, String) {
    let mut desk = Desk::empty();
    desk.elsewhere(&Ask::new("bob", declare("checkout pool exhausted", "checkout")));
    let past = desk.model.timeline.shown.clone().expect("shown");
    for intent in [Intent::Mitigate { kind: Mitigation::Rollback }, Intent::Resolve] {
        desk.elsewhere(&Ask::new("bob", intent).about(&past));
    }
    desk.wait(60);
    desk.elsewhere(&Ask::new("bob", declare("search is slow", "search")));
    let now = desk.model.timeline.shown.clone().expect("shown");
    (desk, past, now)
}

#[test]
fn every_letter_asks_and_only_the_answer_to_what_stands_there_is_shown() {
    let (mut desk, ..) = two();
    desk.press(&["ctrl-r", "type:po"]);
    let early = asked(&desk);
    assert_eq!(early.wanted.words, ["po"]);
    desk.press(&["type:ol kind:declared"]);
    let query = asked(&desk);
    assert_eq!(
        (query.wanted.words.join(" "), query.wanted.kinds.join(" ")),
        ("pool".into(), "declared".into())
    );
    let hits = vec![hit(&desk, "pool")];
    answer(&mut desk, early, hits.clone());
    assert!(searching(&desk).found.is_none() && !searching(&desk).answered, "too late");
    answer(&mut desk, query.clone(), hits);
    assert_eq!(searching(&desk).hits().len(), 1);
    desk.press(&["esc"]);
    answer(&mut desk, query, Vec::new());
    assert!(desk.model.popup.is_none(), "an answer opens no window");
}

#[test]
fn no_words_ask_nothing_and_say_why_where_there_is_something() {
    let mut desk = Desk::empty();
    desk.press(&["ctrl-r", "type:  "]);
    assert_eq!(searching(&desk).refusal(), None);
    desk.press(&["type:?!"]);
    assert!(searching(&desk).refusal().is_some_and(|why| why.contains("no letter or digit")));
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Search(_))));
    desk.hear(Msg::Paste("x pool".to_owned()));
    assert_eq!(asked(&desk).wanted.words, ["?!x", "pool"]);
    desk.press(&["tab"]);
    assert_eq!(asked(&desk).order, Order::Ranked);
}

#[test]
fn enter_shows_the_incident_of_a_hit_and_chooses_its_line() {
    let (mut desk, past, now) = two();
    assert_eq!(desk.model.timeline.shown.as_ref(), Some(&now));
    desk.press(&["ctrl-r", "type:mitigated"]);
    let found = vec![hit(&desk, "search is slow"), hit(&desk, "mitigated by")];
    let seq = found[1].entry.event.seq;
    let query = asked(&desk);
    answer(&mut desk, query, found);
    desk.press(&["down", "down", "enter"]);
    assert!(desk.model.popup.is_none());
    assert_eq!(desk.model.timeline.shown.as_ref(), Some(&past));
    assert_eq!(desk.model.timeline.chosen().map(|entry| entry.event.seq), Some(seq));
    assert_eq!(desk.model.desk.focus, Pane::Timeline);
}

#[test]
fn a_search_that_fails_says_why_in_the_window() {
    let mut desk = Desk::empty();
    desk.press(&["ctrl-r", "type:pool"]);
    let query = asked(&desk);
    desk.hear(Msg::Found { query, outcome: Err("no journal".to_owned()) });
    assert_eq!(searching(&desk).found, Some(Err("no journal".to_owned())));
}

#[test]
fn an_incident_that_looks_like_a_past_one_says_so_once_and_the_window_leads_there_and_back() {
    let (mut desk, past, _) = two();
    desk.elsewhere(&Ask::new("bob", declare("checkout pool is exhausted", "checkout")));
    let now = desk.model.timeline.shown.clone().expect("shown");
    let says = |desk: &Desk| {
        let looks = format!("press V: it looks like {past}, ");
        desk.model.notices.newest_first().filter(|notice| notice.text.starts_with(&looks)).count()
    };
    assert_eq!(says(&desk), 1);
    desk.press(&["V"]);
    let Some(Popup::Similar(likes)) = &desk.model.popup else { panic!("{:?}", desk.model.popup) };
    let like = &likes.likes[0];
    assert_eq!(like.incident, past);
    assert!(like.why.contains("same service: checkout; words: exhausted, pool"), "{}", like.why);
    desk.press(&["enter"]);
    assert_eq!(desk.model.timeline.shown.as_ref(), Some(&past));
    desk.press(&["V"]);
    let Some(Popup::Similar(likes)) = &desk.model.popup else { panic!("{:?}", desk.model.popup) };
    let back = likes.likes.iter().position(|like| like.incident == now).expect("the way back");
    assert!(likes.likes[back].outcome.contains("back"));
    desk.press(&vec!["down"; back]);
    desk.press(&["enter"]);
    assert_eq!(desk.model.timeline.shown.as_ref(), Some(&now));
    assert_eq!(says(&desk), 1, "once");
}

#[test]
fn what_is_like_nothing_interrupts_nobody() {
    let (mut desk, ..) = two();
    desk.elsewhere(&Ask::new("bob", declare("mail bounces", "mail")));
    assert!(desk.model.notices.newest_first().all(|notice| !notice.text.contains("looks like")));
    desk.press(&["V"]);
    assert!(matches!(&desk.model.popup, Some(Popup::Similar(likes)) if likes.likes.is_empty()));
}
