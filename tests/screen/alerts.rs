//! The window of alerts at the sizes that people have; text that means harm; ten thousand of them.

use std::time::Duration;

use warroom::app::Msg;
use warroom::incident::inbox::{Batch, Extent, Heard, Labels, Told, parse};
use warroom::slo::telemetry::ALERTMANAGER;
use warroom::tui::Theme;

use super::frame::keep;
use super::picture::{draw, text};
use crate::desk::{Desk, at};

const GROUPS: &str = include_str!("../fixtures/incident/alertmanager-v2-alert-groups.json");

fn with(alerts: Vec<Heard>) -> Desk {
    let mut desk = Desk::paging();
    let (source, at) = ("am".to_owned(), desk.model.now);
    desk.hear(Msg::Alerts(Batch::new((source, at), Extent::Whole { up_since: None }, alerts)));
    desk
}

fn real() -> Desk {
    let mut alerts = parse::alerts(GROUPS).expect("a list").alerts;
    for alert in &mut alerts {
        alert.starts_at = at("13:48:38");
    }
    with(alerts)
}

#[test]
fn the_window_at_every_size() {
    let mut desk = real();
    desk.press(&["a", "enter", "down"]);
    for size in [(80, 24), (120, 36), (200, 60), (40, 10)] {
        let (cells, _) = draw(&desk.model, &Theme::default(), size);
        keep(&format!("alerts_{}x{}", size.0, size.1), &cells);
    }
    desk.model.burn.telemetry.set_sources([("am".to_owned(), ALERTMANAGER, Duration::from_secs(15))]);
    desk.press(&["s", "type:known", "enter"]);
    let (cells, _) = draw(&desk.model, &Theme::default(), (80, 24));
    keep("alerts_silence", &cells);
}

#[test]
fn the_burn_pane_says_how_many_wait_for_somebody() {
    let (cells, _) = draw(&real().model, &Theme::default(), (80, 24));
    let shown = text(&cells);
    assert!(shown.contains("8 alerts to ack (a)"), "{shown}");
}

#[test]
fn without_an_alertmanager_the_window_says_how_to_get_one() {
    let mut desk = Desk::empty();
    desk.press(&["a"]);
    let (cells, _) = draw(&desk.model, &Theme::default(), (120, 36));
    assert!(text(&cells).contains("add a [[source]] with kind = \"alertmanager\""), "{}", text(&cells));
}

#[test]
fn hostile_labels_reach_no_cell_as_they_are() {
    let hostile = "\u{1b}[2J\u{202e}evil\u{7}\n\u{9b}x";
    let labels = Labels::from([
        ("alertname".to_owned(), hostile.to_owned()),
        ("service".to_owned(), hostile.to_owned()),
    ]);
    let alert = Heard {
        fingerprint: hostile.to_owned(),
        starts_at: at("13:00:00"),
        ends_at: None,
        told: Told::Firing,
        annotations: Labels::from([("summary".to_owned(), hostile.to_owned())]),
        labels,
        generator_url: None,
    };
    let mut desk = with(vec![alert]);
    for keys in [&["a", "enter", "down"][..], &["s", "type:x", "enter"]] {
        desk.press(keys);
        for size in [(80, 24), (200, 60), (7, 3), (1, 1)] {
            let (cells, _) = draw(&desk.model, &Theme::default(), size);
            let shown = text(&cells);
            let is_harmful = |c: char| c.is_control() && c != '\n' || ('\u{202a}'..='\u{202e}').contains(&c);
            assert!(!shown.contains(is_harmful), "{shown:?}");
        }
    }
}

#[test]
fn ten_thousand_in_one_unfolded_group_are_walked_to_the_last() {
    let one = |n: usize| Heard {
        fingerprint: format!("{n:016x}"),
        starts_at: at("13:00:00"),
        ends_at: None,
        told: Told::Firing,
        labels: Labels::from([("alertname".to_owned(), "Storm".to_owned()), ("n".to_owned(), n.to_string())]),
        annotations: Labels::new(),
        generator_url: None,
    };
    let mut desk = with((0..10_000).map(one).collect());
    desk.press(&["a", "enter", "G"]);
    let (cells, _) = draw(&desk.model, &Theme::default(), (80, 24));
    let shown = text(&cells);
    assert!(shown.contains("10000 FIRING"), "{shown}");
    assert_eq!(desk.model.burn.alerts.chosen().len(), 1);
}

#[test]
fn the_window_names_its_keys_says_warning_and_offers_a_reader_nothing_that_writes() {
    let mut desk = real();
    desk.press(&["a"]);
    let shown = |desk: &Desk| text(&draw(&desk.model, &Theme::default(), (80, 24)).0);
    let screen = shown(&desk);
    assert!(screen.contains("a ack  s silence  l link  d declare  / filter"), "{screen}");
    assert!(screen.contains("[warning") && screen.contains("? keys"), "{screen}");
    desk.press(&["?"]);
    assert!(shown(&desk).contains("have the Alertmanager call nobody"), "{}", shown(&desk));
    desk.press(&["esc"]);
    desk.model.setting.reads_only = true;
    let screen = shown(&desk);
    let keys = screen.lines().find(|line| line.contains("/ filter")).expect("the keys");
    for gone in ["ack", "silence", "link", "declare"] {
        assert!(!keys.contains(gone), "{keys}");
    }
}
