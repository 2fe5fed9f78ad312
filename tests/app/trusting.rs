//! Sources that are not to be trusted: said once, and nothing is offered on their word.

use std::time::Duration;

use warroom::app::notice::Tone;
use warroom::app::{Effect, Msg};
use warroom::slo::telemetry::{Heartbeat, Pulse};

use crate::desk::{Desk, at};

/// A poll of the default source at 14:00.
fn pulse(heartbeat: Heartbeat) -> Msg {
    let pulse = Pulse {
        at: at("14:00:00"),
        took: Duration::from_millis(5),
        asked: 3,
        answered: 3,
        heartbeat,
        error: None,
        warnings: Vec::new(),
        is_partial: false,
    };
    Msg::Pulse { source: "prod".to_owned(), pulse }
}

/// The desk with one source and this poll of it, just before checkout burns.
fn desk(heartbeat: Heartbeat) -> Desk {
    let mut desk = Desk::empty();
    let sources = [("prod".to_owned(), "prometheus", Duration::from_secs(15))];
    desk.model.burn.telemetry.set_sources(sources);
    desk.hear(pulse(heartbeat));
    desk.measured("checkout-availability", 3, 0.3);
    desk
}

fn said(desk: &Desk, words: &str) -> Vec<(Tone, String)> {
    let notices = desk.model.notices.newest_first().filter(|notice| notice.text.contains(words));
    notices.map(|notice| (notice.tone, notice.text.clone())).collect()
}

#[test]
fn a_page_on_a_source_without_heartbeat_rings_says_so_and_offers_nothing() {
    let mut desk = desk(Heartbeat::Missing);
    desk.wait(1);
    let pages = said(&desk, " pages: ");
    let doubts = |(tone, text): &(Tone, String)| {
        *tone == Tone::Danger && text.ends_with(", but source prod is NO HEARTBEAT: no incident is offered")
    };
    assert!(!pages.is_empty() && pages.iter().all(doubts), "{pages:?}");
    assert!(desk.effects.contains(&Effect::Bell) && desk.model.burn.offers.is_empty());
}

#[test]
fn a_page_on_a_sound_source_offers_an_incident() {
    let mut desk = desk(Heartbeat::Seen(at("13:59:58")));
    desk.wait(1);
    assert_eq!(desk.model.burn.offers, ["checkout-availability"]);
    assert!(said(&desk, " pages: ")[0].1.ends_with("to declare an incident"));
}

#[test]
fn a_source_that_turns_is_said_once_each_way() {
    let mut desk = desk(Heartbeat::Unwatched);
    desk.wait(30);
    assert!(said(&desk, "source prod").is_empty());
    desk.wait(60);
    desk.wait(60);
    let old = (Tone::Warning, "source prod has been silent too long: its SLOs decide nothing".to_owned());
    assert_eq!(said(&desk, "source prod"), [old]);
    let Msg::Pulse { source, pulse } = pulse(Heartbeat::Unwatched) else { panic!("a pulse") };
    desk.hear(Msg::Pulse { source, pulse: Pulse { at: desk.model.now, ..pulse } });
    desk.wait(1);
    desk.wait(1);
    let told = said(&desk, "source prod");
    assert_eq!(told[0], (Tone::Good, "source prod is trusted again".to_owned()));
    assert_eq!(told.len(), 2);
}
