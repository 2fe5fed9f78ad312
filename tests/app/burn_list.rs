//! The list of SLOs: its orders, its filter, its services, and a selection that stays with its row.

use warroom::app::burn::{Order, Row};
use warroom::app::{Effect, Msg};

use crate::desk::{Desk, at};
use crate::fleet::{CART, crowd, fleet, tiles};

/// Ids from the top; a service's heading as `# service`.
fn rows(desk: &Desk) -> Vec<String> {
    let readings = desk.model.burn.evaluator.readings();
    let row = |row: &Row| match row {
        Row::Slo(index) => readings[*index].slo.clone(),
        Row::Service(heading) => format!("# {}", heading.service),
    };
    desk.model.burn.list.rows().iter().map(row).collect()
}

fn selected(desk: &Desk) -> &str {
    desk.model.burn.selected().map_or("", |reading| reading.slo.as_str())
}

const SEARCH_PAGES: &str = r#"pages-by-handler{handler="/search"}"#;

#[test]
fn the_worst_comes_first_and_what_cannot_be_seen_before_what_is_well() {
    let expected = [
        "orders-availability",
        CART,
        "mail-delivery",
        "search-latency",
        "new-service",
        "silent-slo",
        "search-availability",
        "plugin-slo",
        "night-batch",
        "auth-availability",
        SEARCH_PAGES,
    ];
    assert_eq!(rows(&fleet()), expected);
}

#[test]
fn one_key_goes_through_the_orders_and_back_to_the_first() {
    let mut desk = fleet();
    let firsts = [
        (Order::Budget, "mail-delivery"),
        (Order::Burn, "orders-availability"),
        (Order::Name, "auth-availability"),
        (Order::Service, "auth-availability"),
        (Order::Worst, "orders-availability"),
    ];
    for (order, first) in firsts {
        desk.press(&["1", "S"]);
        assert_eq!(desk.model.burn.list.order, order);
        assert_eq!(rows(&desk)[0], first, "{order:?}");
        assert_eq!(rows(&desk).len(), 11);
    }
}

#[test]
fn an_unknown_budget_and_an_unknown_burn_come_last_in_their_orders() {
    let mut desk = fleet();
    for _ in 0..2 {
        desk.press(&["S"]);
        let shown = rows(&desk);
        assert!(shown[7..].contains(&"silent-slo".to_owned()), "{shown:?}");
    }
}

#[test]
fn until_somebody_chooses_the_worst_row_is_selected() {
    let mut desk = fleet();
    assert_eq!(selected(&desk), "orders-availability");
    desk.press(&["S"]);
    desk.press(&["S", "S", "S", "S", "g"]);
    assert_eq!(selected(&desk), "orders-availability");
}

#[test]
fn the_selection_stays_with_its_row_when_the_order_changes() {
    let mut desk = fleet();
    while selected(&desk) != "search-availability" {
        desk.press(&["j"]);
    }
    for _ in 0..5 {
        desk.press(&["S"]);
        assert_eq!(selected(&desk), "search-availability");
    }
    let before = desk.model.burn.list.at();
    desk.past(
        "search-availability",
        at("14:00:00"),
        tiles(576, 1_000.0, |ago| if ago < 9 { 0.9 } else { 0.0 }),
    );
    desk.wait(1);
    assert_eq!(selected(&desk), "search-availability");
    assert!(desk.model.burn.list.at() < before, "it fires now and went up");
}

#[test]
fn a_page_selects_its_row_unless_somebody_walks_the_list() {
    let bad = || tiles(576, 1_000.0, |ago| if ago < 4 { 0.9 } else { 0.0 });
    for (keys, wanted) in [(&["2"][..], "auth-availability"), (&["1", "j", "j"], "mail-delivery")] {
        let mut desk = fleet();
        desk.press(keys);
        desk.past("auth-availability", at("14:00:00"), bad());
        desk.wait(1);
        assert!(desk.effects.contains(&Effect::Bell));
        assert_eq!(selected(&desk), wanted, "{keys:?}");
    }
}

#[test]
fn a_filter_looks_at_id_service_owner_labels_and_state() {
    let cases: [(&str, &[&str]); 9] = [
        ("mail-del", &["mail-delivery"]),
        ("LEGACY", &["silent-slo", "plugin-slo"]),
        ("team-orders", &["orders-availability"]),
        ("tier=gold", &["orders-availability"]),
        ("handler=/cart", &[CART]),
        ("firing", &["orders-availability", CART]),
        ("stale", &["search-latency"]),
        ("search ok", &[SEARCH_PAGES]),
        ("nothing at all", &[]),
    ];
    for (text, expected) in cases {
        let mut desk = fleet();
        desk.press(&["1", "/", &format!("type:{text}"), "enter"]);
        assert!(!desk.model.typing());
        assert_eq!(rows(&desk), expected, "{text}");
    }
}

#[test]
fn a_filter_counts_the_firing_rows_that_it_hides() {
    let mut desk = fleet();
    assert_eq!(desk.model.burn.list.tally().firing_hidden, 0);
    desk.press(&["1", "/", "type:search"]);
    let tally = desk.model.burn.list.tally();
    assert_eq!((tally.all, tally.shown, tally.firing, tally.firing_hidden), (11, 3, 2, 2));
    desk.press(&["backspace", "backspace", "backspace", "backspace", "backspace", "backspace"]);
    assert_eq!(desk.model.burn.list.tally().firing_hidden, 0);
}

#[test]
fn a_filter_owns_the_keyboard_and_a_paste_until_it_is_left() {
    let mut desk = fleet();
    desk.press(&["1", "/", "type:d"]);
    assert!(desk.model.popup.is_none() && desk.model.typing(), "d is a letter, no declaration");
    desk.hear(Msg::Paste("elivery\n".to_owned()));
    assert_eq!(desk.model.burn.list.filter.text().trim(), "delivery");
    assert_eq!(rows(&desk), ["mail-delivery"]);
    desk.press(&["enter", "d"]);
    assert!(desk.model.popup.is_some());
}

#[test]
fn esc_goes_back_one_step_at_a_time() {
    let mut desk = fleet();
    desk.press(&["1", "z", "/", "type:search", "enter", "enter"]);
    assert!(desk.model.burn.detail.is_some());
    desk.press(&["esc"]);
    assert!(desk.model.burn.detail.is_none() && rows(&desk).len() == 3);
    desk.press(&["esc"]);
    assert!(rows(&desk).len() == 11 && desk.model.desk.zoomed);
    desk.press(&["esc"]);
    assert!(!desk.model.desk.zoomed);
}

#[test]
fn esc_in_another_pane_leaves_the_filter_alone() {
    let mut desk = fleet();
    desk.press(&["1", "/", "type:search", "enter", "2", "esc"]);
    assert_eq!(rows(&desk).len(), 3);
}

#[test]
fn services_stand_in_the_order_of_their_worst_row_and_fold() {
    let mut desk = fleet();
    desk.press(&["1", "t"]);
    let shown = rows(&desk);
    assert_eq!(&shown[..5], ["# orders", "orders-availability", "# web", CART, SEARCH_PAGES]);
    desk.press(&["g", "space"]);
    assert_eq!(&rows(&desk)[..2], ["# orders", "# web"]);
    assert_eq!(desk.model.burn.list.row().map(|row| matches!(row, Row::Service(_))), Some(true));
    desk.press(&["enter"]);
    assert_eq!(rows(&desk), shown, "enter opens a service");
    desk.press(&["f"]);
    assert!(rows(&desk).iter().all(|row| row.starts_with('#')));
    desk.press(&["f", "t"]);
    assert_eq!(rows(&desk).len(), 11);
}

#[test]
fn a_heading_counts_its_rows_and_shows_the_worst() {
    let mut desk = fleet();
    desk.press(&["1", "t"]);
    let headings = desk.model.burn.list.rows().iter().filter_map(|row| match row {
        Row::Service(heading) => {
            Some((heading.service.as_str(), heading.slos, heading.firing, heading.blind))
        }
        Row::Slo(_) => None,
    });
    let headings: Vec<_> = headings.collect();
    assert!(headings.contains(&("web", 2, 1, 0)) && headings.contains(&("legacy", 2, 0, 2)), "{headings:?}");
}

#[test]
fn a_folded_service_stays_selected_by_its_heading() {
    let mut desk = fleet();
    desk.press(&["1", "t", "g", "j", "space"]);
    let list = &desk.model.burn.list;
    assert_eq!(list.row(), list.rows().first(), "the row that was folded away gives way to its heading");
    desk.press(&["S"]);
    let Some(Row::Service(heading)) = desk.model.burn.list.row() else { panic!("no heading is selected") };
    assert_eq!(heading.service, "orders");
}

#[test]
fn a_thousand_rows_are_walked_from_end_to_end() {
    let mut desk = crowd(1_000);
    desk.press(&["1"]);
    assert_eq!(desk.model.burn.list.tally().firing, 10);
    assert_eq!(selected(&desk), "slo-00042");
    desk.press(&["G"]);
    assert_eq!(desk.model.burn.list.at(), 999);
    desk.press(&["j", "pagedown"]);
    assert_eq!(desk.model.burn.list.at(), 999);
    desk.press(&["g", "k"]);
    assert_eq!(desk.model.burn.list.at(), 0);
}
