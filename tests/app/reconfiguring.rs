//! Another configuration while the console runs: what was measured and what fires stays.

use std::collections::BTreeMap;
use std::time::Duration;

use warroom::app::Msg;
use warroom::app::on_config::Reconfigured;
use warroom::incident::event::Terms;
use warroom::slo::{Reading, Roster, Slo, SloState, TierState};
use warroom::text::{Place, Problem};

use crate::desk::{Desk, at};

const CHECKOUT: &str = "checkout-availability";

fn reading(desk: &Desk, slo: &str) -> Reading {
    let readings = desk.model.burn.evaluator.readings().iter();
    readings.clone().find(|reading| reading.slo == slo).cloned().expect("a row")
}

/// The desk's SLOs, changed.
fn roster(desk: &Desk, change: impl Fn(&mut Slo)) -> Roster {
    let mut slos: Vec<Slo> = desk.model.burn.evaluator.slos().cloned().collect();
    slos.iter_mut().for_each(change);
    let intervals = slos.iter().map(|slo| (slo.id.clone(), Duration::from_mins(5))).collect();
    Roster { slos, intervals, ..Roster::default() }
}

fn tell(desk: &mut Desk, roster: Roster, problems: Vec<Problem>) {
    let sources = vec![("prod".to_owned(), "prometheus", Duration::from_secs(15))];
    let values = BTreeMap::from([("checkout".to_owned(), BTreeMap::new())]);
    let zone = chrono_tz::Europe::Berlin;
    desk.hear(Msg::Reconfigured(Box::new(Reconfigured {
        roster,
        sources,
        alerts: warroom::incident::inbox::Rules::default(),
        services: Vec::new(),
        kept: BTreeMap::new(),
        zone,
        runs_only_reads: false,
        assisted: Vec::new(),
        values,
        terms: Terms::default(),
        targets: Vec::new(),
        problems,
    })));
    desk.hear(Msg::Tick(at("14:00:01")));
}

#[test]
fn an_edit_of_labels_and_owner_keeps_the_budget_and_what_fires() {
    let mut desk = Desk::paging();
    let before = reading(&desk, CHECKOUT);
    assert_eq!(before.state, SloState::Firing);
    let edited = roster(&desk, |slo| {
        slo.owner = Some("team-checkout".to_owned());
        slo.labels.insert("tier".to_owned(), "1".to_owned());
    });
    tell(&mut desk, edited, Vec::new());
    let after = reading(&desk, CHECKOUT);
    assert_eq!((after.state, after.budget, after.total), (before.state, before.budget, before.total));
    assert_eq!(
        desk.model.burn.evaluator.slo(CHECKOUT).and_then(|slo| slo.owner.as_deref()),
        Some("team-checkout")
    );
    assert_eq!(desk.model.setting.zone, chrono_tz::Europe::Berlin);
    let sources: Vec<&str> = desk.model.burn.telemetry.sources().map(|source| source.name.as_str()).collect();
    assert_eq!(sources, ["prod"]);
}

#[test]
fn an_edit_of_the_alerting_keeps_the_budget_and_the_tiers_that_stay() {
    let mut desk = Desk::paging();
    let before = reading(&desk, CHECKOUT);
    let firing = |reading: &Reading| -> Vec<String> {
        let firing = reading.alerts.iter().filter(|tier| tier.state == TierState::Firing);
        firing.map(|tier| tier.name.clone()).collect()
    };
    let edited = roster(&desk, |slo| slo.tiers.retain(|tier| tier.name != "page slow"));
    tell(&mut desk, edited, Vec::new());
    let after = reading(&desk, CHECKOUT);
    assert_eq!(after.budget, before.budget);
    assert_eq!(after.alerts.len(), before.alerts.len() - 1);
    let stay: Vec<String> = firing(&before).into_iter().filter(|name| name != "page slow").collect();
    assert!(!stay.is_empty());
    assert_eq!(firing(&after), stay);
}

#[test]
fn other_queries_begin_anew_and_what_is_gone_is_no_row() {
    let mut desk = Desk::paging();
    let mut edited = roster(&desk, |slo| slo.source = Some("second".to_owned()));
    edited.slos.retain(|slo| slo.id == CHECKOUT);
    tell(&mut desk, edited, Vec::new());
    assert_eq!(desk.model.burn.evaluator.readings().len(), 1);
    assert_eq!(reading(&desk, CHECKOUT).state, SloState::NoData);
    assert_eq!(desk.model.burn.evaluator.sparkline(CHECKOUT, Duration::from_hours(1), 4), [None; 4]);
}

#[test]
fn what_is_odd_about_it_is_said_with_its_place() {
    let mut desk = Desk::empty();
    let odd = Problem::error(Place::line("slos/a.yaml", 7), "bad-value", "is odd");
    let same = roster(&desk, |_| ());
    tell(&mut desk, same, vec![odd]);
    let said: Vec<&str> = desk.model.notices.newest_first().map(|notice| notice.text.as_str()).collect();
    assert!(said.contains(&"slos/a.yaml:7: is odd"), "{said:?}");
    assert!(said.contains(&"configuration read again: 3 SLOs, 1 sources"), "{said:?}");
}
