//! The burn pane drawn: the list in its orders, filtered and by service, the page of one SLO, the sources.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use warroom::app::Msg;
use warroom::incident::event::{ChangeKind, Mitigation};
use warroom::incident::{Ask, Intent};
use warroom::slo::telemetry::{Heartbeat, Pulse};
use warroom::slo::{Severity, Slo, Tier};
use warroom::text::Time;
use warroom::tui::Theme;

use std::time::Duration;

use super::frame::keep;
use super::picture::{draw, text};
use super::scene;
use crate::desk::{Desk, at, slo};
use crate::fleet::{CART, crowd, fleet, tiles};

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 60)];

fn cells(desk: &Desk, size: (u16, u16)) -> Buffer {
    draw(&desk.model, &Theme::default(), size).0
}

fn shown(desk: &Desk, size: (u16, u16)) -> String {
    text(&cells(desk, size))
}

/// The row of the pane that holds a text.
fn row(desk: &Desk, size: (u16, u16), wanted: &str) -> String {
    let shown = shown(desk, size);
    let mut rows = shown.lines().filter(|line| line.starts_with(['│', '┌']));
    rows.find(|line| line.contains(wanted)).unwrap_or_else(|| panic!("{wanted}:\n{shown}")).to_owned()
}

#[test]
fn a_row_of_each_state_at_every_size() {
    let mut desk = fleet();
    desk.press(&["1", "z"]);
    for size in SIZES {
        keep(&format!("burn_list_{}x{}", size.0, size.1), &cells(&desk, size));
    }
}

#[test]
fn other_orders_are_named_in_the_title() {
    let mut desk = fleet();
    desk.press(&["1", "z"]);
    for (name, words) in [
        ("budget", "least budget first"),
        ("burn", "fastest burn first"),
        ("name", "by name"),
        ("service", "by service"),
    ] {
        desk.press(&["S"]);
        assert!(row(&desk, (80, 24), "[1 Burn]").contains(words), "{name}");
        keep(&format!("burn_by_{name}"), &cells(&desk, (80, 24)));
    }
    desk.press(&["S"]);
    assert!(!row(&desk, (80, 24), "[1 Burn]").contains("first"));
}

#[test]
fn a_filter_is_shown_and_says_what_it_hides() {
    let mut desk = fleet();
    desk.press(&["1", "z", "/", "type:search"]);
    let (cells, screen) = draw(&desk.model, &Theme::default(), (80, 24));
    keep("burn_filter", &cells);
    assert!(screen.caret.is_some());
    assert!(text(&cells).contains("2 FIRING hidden by the filter"));
    desk.press(&["type: none"]);
    assert!(shown(&desk, (80, 24)).contains("no SLO holds search none"));
    desk.press(&["enter"]);
    assert_eq!(draw(&desk.model, &Theme::default(), (80, 24)).1.caret, None);
}

#[test]
fn services_fold() {
    let mut desk = fleet();
    desk.press(&["1", "z", "t", "j", "j", "space"]);
    for size in [(80, 24), (120, 36)] {
        keep(&format!("burn_services_{}x{}", size.0, size.1), &cells(&desk, size));
    }
}

#[test]
fn a_thousand_rows_keep_the_selected_one_in_sight() {
    let mut desk = crowd(1_000);
    desk.press(&["1", "z"]);
    for _ in 0..40 {
        desk.press(&["pagedown"]);
    }
    keep("burn_thousand", &cells(&desk, (80, 24)));
    assert!(shown(&desk, (80, 24)).contains(">slo-"));
    desk.press(&["2", "z"]);
    let strip = shown(&desk, (80, 24));
    assert_eq!(strip.matches("!! FIRING").count(), 3, "a strip shows the worst:\n{strip}");
}

/// An incident on a service that was deployed before it failed, mitigated meanwhile.
fn happened() -> Desk {
    let mut desk = scene::incident();
    desk.press(&["esc"]);
    let incident = desk.model.timeline.shown.clone().expect("an incident is shown");
    desk.elsewhere(&Ask::new("ana", Intent::Mitigate { kind: Mitigation::Rollback }).about(incident));
    desk.press(&["1", "g", "enter"]);
    desk
}

#[test]
fn the_page_of_one_slo_at_every_size() {
    let mut desk = happened();
    for size in SIZES {
        keep(&format!("burn_page_{}x{}", size.0, size.1), &cells(&desk, size));
    }
    desk.press(&["z", "]", "c", "left", "left", "j", "j"]);
    for size in SIZES {
        keep(&format!("burn_page_compared_{}x{}", size.0, size.1), &cells(&desk, size));
    }
}

#[test]
fn the_page_says_what_users_feel_first() {
    let desk = happened();
    let first = row(&desk, (120, 36), "in the last 5m");
    assert!(first.contains("!! FIRING  300 of 1,000 requests failed (30.0%) in the last 5m"), "{first}");
}

#[test]
fn deploys_and_the_marks_of_incidents_stand_on_the_time_axis() {
    let desk = happened();
    let shown = shown(&desk, (200, 60));
    for mark in ["▲ v2.14.0 (was v2.13.2)", "SEV2 declared", "mitigated"] {
        assert!(shown.contains(mark), "{mark}:\n{shown}");
    }
}

#[test]
fn the_thresholds_are_those_of_its_own_tiers() {
    let tiers = [(14.0, 64, 5), (7.0, 320, 26)].map(|(factor, long, short)| {
        let minutes = |minutes| Duration::from_mins(minutes);
        Tier::burn(Severity::Page, factor, minutes(long), minutes(short))
    });
    let own = Slo { tiers: tiers.to_vec(), ..slo("own-tiers", "own", None) };
    let mut desk = Desk::of(vec![own]);
    desk.past("own-tiers", at("14:00:00"), tiles(120, 1_000.0, |_| 0.001));
    desk.wait(1);
    desk.press(&["1", "z", "enter"]);
    let shown = shown(&desk, (120, 36));
    assert!(shown.contains("14x page") && shown.contains("7x page") && shown.contains("0.7%"), "{shown}");
    assert!(!shown.contains("14.4"), "{shown}");
}

/// The lowest row of the curve, without its scale.
fn ground(desk: &Desk) -> Vec<char> {
    let shown = shown(desk, (80, 24));
    let lines: Vec<&str> = shown.lines().collect();
    let times = lines.iter().position(|line| line.contains('╵')).unwrap_or_else(|| panic!("{shown}"));
    lines[times - 1].chars().skip(9).take(57).collect()
}

#[test]
fn a_gap_no_traffic_and_no_errors_are_three_different_things() {
    let mut desk = Desk::of(vec![slo("one", "one", None)]);
    let mut past = tiles(12, 1_000.0, |_| 0.0);
    past[2..5].fill(None);
    for tile in past[6..9].iter_mut().flatten() {
        tile.total = 0.0;
    }
    desk.past("one", at("14:00:00"), past);
    desk.wait(1);
    desk.press(&["1", "enter"]);
    let ground: String = ground(&desk).into_iter().collect();
    let runs: Vec<char> = ground.chars().fold(Vec::new(), |mut runs, sign| {
        if runs.last() != Some(&sign) {
            runs.push(sign);
        }
        runs
    });
    assert_eq!(runs.iter().collect::<String>().trim_start_matches('░'), "▁░▁·▁", "{ground}");
    let legend = shown(&desk, (80, 24));
    assert!(legend.contains("░ no data") && legend.contains("· no traffic"), "{legend}");
}

#[test]
fn the_cursor_counts_its_own_step() {
    let mut desk = fleet();
    desk.press(&["1", "enter", "left", "left"]);
    let legend = row(&desk, (80, 24), "13:59-14:00");
    assert!(legend.contains("40 of 200 requests failed, 20.0%, 200x"), "{legend}");
}

#[test]
fn nothing_measured_old_and_unmeasurable_pages_say_so_first() {
    let cases = [
        ("silent-slo", "?  no data  nothing is known: no source has answered yet"),
        ("plugin-slo", "?  unmeasurable  nothing is known: an SLI plugin"),
        (
            "search-latency",
            "?  STALE  <1 of 1,000 requests failed (0.020%) in the 5m up to 13:30:00; nothing newer for 30m",
        ),
        ("night-batch", "?  no traffic  no requests in the last 5m"),
    ];
    for (id, expected) in cases {
        let mut desk = fleet();
        desk.press(&["1", "/", &format!("type:{id}"), "enter", "enter"]);
        let shown = shown(&desk, (120, 36));
        assert!(shown.contains(expected), "{id}:\n{shown}");
        keep(&format!("burn_page_of_{id}"), &cells(&desk, (80, 24)));
    }
}

#[test]
fn what_is_not_known_never_looks_healthy() {
    let mut desk = fleet();
    desk.press(&["1", "z"]);
    for id in ["search-latency", "silent-slo", "plugin-slo", "new-service"] {
        for size in SIZES {
            let row = row(&desk, size, id);
            assert!(row.contains("?  ") && !row.contains("healthy") && !row.contains(" ok "), "{row}");
        }
    }
}

#[test]
fn the_row_of_a_group_keeps_what_tells_it_from_its_sisters() {
    let mut desk = fleet();
    desk.press(&["1", "z"]);
    assert!(row(&desk, (200, 60), CART).contains("FIRING"));
    for width in [80, 64, 52] {
        let row = row(&desk, (width, 24), "/cart");
        assert!(row.contains("FIRING"), "{width}: {row}");
    }
}

#[test]
fn sources_have_one_line_while_all_is_well_and_one_each_where_not() {
    let mut desk = fleet();
    let now = desk.model.now;
    polled(&mut desk, [("eu", pulse(now, 10, None)), ("us", pulse(now, 10, None))]);
    desk.press(&["1", "z"]);
    assert!(shown(&desk, (80, 24)).contains("2 sources ok, the oldest answer 0s ago"));
    polled(&mut desk, [("eu", pulse(now, 7, None)), ("us", pulse(now, 0, Some("connection refused")))]);
    desk.wait(120);
    keep("burn_sources", &cells(&desk, (80, 24)));
    for size in [(40, 10), (80, 24), (200, 60)] {
        assert!(shown(&desk, size).contains("OLD"), "{size:?}");
    }
    desk.press(&["2", "z"]);
    assert!(shown(&desk, (80, 24)).contains("OLD"), "in the strip too");
}

#[test]
fn a_change_of_a_service_is_marked_on_its_page_alone() {
    let mut desk = fleet();
    for (service, what) in [("orders", "v7"), ("mail", "v9")] {
        let (kind, at) = (ChangeKind::Deploy, at("13:40:00"));
        desk.hear(Msg::Changed { at, kind, service: service.to_owned(), what: what.to_owned() });
    }
    desk.press(&["1", "z", "enter"]);
    let shown = shown(&desk, (120, 36));
    assert!(shown.contains("▲ v7") && !shown.contains("v9"), "{shown}");
}

/// Two sources are polled; what each one's last poll came to.
fn polled(desk: &mut Desk, pulses: [(&str, Pulse); 2]) {
    let every = Duration::from_secs(15);
    let sources = [("eu", "prometheus", every), ("us", "scrape", every)];
    desk.model.burn.telemetry.set_sources(sources.map(|(name, kind, every)| (name.to_owned(), kind, every)));
    for (source, pulse) in pulses {
        desk.hear(Msg::Pulse { source: source.to_owned(), pulse });
    }
}

/// A poll in which `answered` of ten indicators have an answer.
fn pulse(at: Time, answered: usize, error: Option<&str>) -> Pulse {
    Pulse {
        at,
        took: Duration::from_millis(40),
        asked: 10,
        answered,
        heartbeat: Heartbeat::Unwatched,
        error: error.map(str::to_owned),
        warnings: Vec::new(),
        is_partial: false,
    }
}

const KEYS: [&str; 16] =
    ["1", "2", "z", "enter", "esc", "S", "t", "f", "space", "[", "]", "c", "left", "j", "G", "/"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_size_and_no_key_brings_it_down(
        keys in prop::collection::vec(prop::sample::select(&KEYS[..]), 1..12),
        width in 0..220_u16,
        height in 0..70_u16,
    ) {
        let mut desk = fleet();
        let now = desk.model.now;
        polled(&mut desk, [("eu", pulse(now, 7, None)), ("us", pulse(now, 0, Some("refused")))]);
        for key in keys {
            desk.press(&[key]);
            let (cells, screen) = draw(&desk.model, &Theme::default(), (width, height));
            prop_assert!(screen.caret.is_none_or(|caret| cells.area.contains(caret)));
        }
    }
}
