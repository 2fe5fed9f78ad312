//! SLOs of every kind for the burn pane: one row of each state, and a crowd of them.

use std::collections::BTreeMap;

use warroom::app::Msg;
use warroom::slo::{Group, Slo, Subject, Tile};

use crate::desk::{Desk, at, slo};

/// Buckets of two days: enough for a budget and every page tier.
const TWO_DAYS: usize = 576;

/// Tiles of `total` events each; `bad(back)` is the bad share of the tile that many before the last.
pub fn tiles(count: usize, total: f64, bad: impl Fn(usize) -> f64) -> Vec<Option<Tile>> {
    let tile = |index: usize| Some(Tile { part: total * bad(count - 1 - index), total });
    (0..count).map(tile).collect()
}

/// The last `back` tiles are bad by `share`, the others hardly.
fn lately(back: usize, share: f64) -> Vec<Option<Tile>> {
    tiles(TWO_DAYS, 1_000.0, |ago| if ago < back { share } else { 0.000_2 })
}

/// The id of a cart's row.
pub const CART: &str = r#"pages-by-handler{handler="/cart/checkout"}"#;

/// The group of a handler's row.
fn handler(path: &str) -> Subject {
    let group = Group::new([("handler".to_owned(), path.to_owned())]);
    Subject { indicator: "pages-by-handler".to_owned(), group }
}

/// One row of each state, each with what makes it so.
pub fn fleet() -> Desk {
    let labels = BTreeMap::from([("tier".to_owned(), "gold".to_owned())]);
    let owned = Slo {
        owner: Some("team-Orders".to_owned()),
        criticality: Some("critical".to_owned()),
        labels,
        ..slo("orders-availability", "orders", Some("high-error-rate"))
    };
    let mut desk = Desk::of(vec![
        slo("auth-availability", "auth", None),
        slo("search-latency", "search", None),
        slo("search-availability", "search", None),
        owned,
        slo("mail-delivery", "mail", None),
        slo("night-batch", "batch", None),
        slo("new-service", "fresh", None),
        slo("plugin-slo", "legacy", None),
        slo("silent-slo", "legacy", None),
        Slo { by: vec!["handler".to_owned()], ..slo("pages-by-handler", "web", None) },
    ]);
    let now = at("14:00:00");
    desk.past("auth-availability", now, lately(0, 0.0));
    desk.past("search-latency", at("13:30:00"), lately(0, 0.0));
    desk.past("search-availability", now, lately(1, 0.02));
    desk.past("orders-availability", now, lately(4, 0.2));
    desk.past("mail-delivery", now, tiles(TWO_DAYS, 1_000.0, |ago| if ago > 400 { 0.02 } else { 0.0 }));
    desk.past("night-batch", now, tiles(TWO_DAYS, 0.0, |_| 0.0));
    desk.past("new-service", now, tiles(3, 1_000.0, |_| 0.0));
    desk.past(handler("/cart/checkout"), now, lately(4, 0.1));
    desk.past(handler("/search"), now, lately(0, 0.0));
    desk.model
        .burn
        .evaluator
        .unmeasurable("plugin-slo", "an SLI plugin: its query is not in the file".to_owned());
    let why = Err("prod: http://prometheus.example:9090: timed out after 2s".to_owned());
    desk.hear(Msg::Sampled { subject: "search-latency".into(), at: now, outcome: why });
    desk.wait(1);
    desk
}

/// So many SLOs in services of twenty, all measured for nine hours; every hundredth burns.
pub fn crowd(count: usize) -> Desk {
    let id = |number: usize| format!("slo-{number:05}");
    let slos = (0..count).map(|number| slo(&id(number), &format!("service-{:03}", number / 20), None));
    let mut desk = Desk::of(slos.collect());
    for number in 0..count {
        let burns = number % 100 == 42;
        let bad = |ago: usize| if burns && ago < 3 { 0.3 } else { 0.000_2 };
        desk.past(id(number), at("14:00:00"), tiles(108, 1_000.0, bad));
    }
    desk.wait(1);
    desk
}
