//! Grouped SLOs: each row beside what was recorded of its group, and what to say where the two are not split
//! alike.

use std::collections::BTreeSet;

use super::*;
use warroom::slo::parity::strangers;
use warroom::slo::{Group, Subject};

fn group(route: &str) -> Group {
    Group::new([("route".to_owned(), route.to_owned())])
}

/// Route /a fails once in two thousand, route /b ten times as often.
fn grouped(by: &[&str]) -> Evaluator {
    let by = by.iter().map(|name| (*name).to_owned()).collect();
    let mut evaluator = Evaluator::new(vec![Slo { by, ..slo() }]);
    for (route, part) in [("/a", 0.05), ("/b", 0.5)] {
        let tiles = vec![Some(Tile { part, total: 100.0 }); TILES];
        let sample = Sample::Tiles { end: now(), width: Duration::from_mins(5), tiles };
        let subject = Subject { group: group(route), indicator: ID.to_owned() };
        evaluator.observe(subject, now(), Ok(sample));
    }
    evaluator.evaluate(now());
    evaluator
}

/// What Sloth records of one route.
fn of_route(name: &str, route: &str, value: f64) -> Recorded {
    series(name, &[("sloth_id", ID), ("route", route)], value)
}

fn rows_of(evaluator: &Evaluator, recorded: &[Recorded]) -> Vec<(String, Vec<Row>)> {
    let rows = Ours::all(evaluator, ID);
    rows.iter().map(|ours| (ours.id().to_owned(), compare(ours, recorded))).collect()
}

fn said(rows: &[Row], what: &str) -> Option<(Option<f64>, Option<Why>)> {
    rows.iter().find(|row| row.what == what).map(|row| (row.theirs, row.why))
}

#[test]
fn each_group_stands_beside_what_was_recorded_of_it() {
    let five = "slo:sli_error:ratio_rate5m";
    let alert = |route| {
        let labels =
            [("sloth_id", ID), ("route", route), ("alertstate", "firing"), ("sloth_severity", "page")];
        series("ALERTS", &labels, 1.0)
    };
    let recorded = [
        of_route(five, "/a", 0.0005),
        of_route(five, "/b", 0.004),
        of_route(five, "/c", 0.1),
        alert("/b"),
        sloth("slo:error_budget:ratio", 0.001),
    ];
    let evaluator = grouped(&["route"]);
    let rows = rows_of(&evaluator, &recorded);
    let [(a, of_a), (b, of_b)] = &rows[..] else { panic!("two rows: {rows:#?}") };
    assert_eq!(
        (a.as_str(), b.as_str()),
        ("web-availability{route=\"/a\"}", "web-availability{route=\"/b\"}")
    );
    let whats = ["error ratio 5m", "error ratio 1h", "error budget", "page fires"];
    let [ratio, hour, budget, page] = whats.map(|what| said(of_a, what).expect(what));
    assert_eq!(ratio, (Some(0.0005), None));
    assert_eq!(hour, (None, Some(Why::NotRecorded)));
    assert_eq!(budget, (Some(0.001), None), "a promise is of all groups");
    assert_eq!(page, (Some(0.0), None), "the other group's alert is not this one's");
    assert_eq!(said(of_b, "error ratio 5m"), Some((Some(0.004), Some(Why::Unexplained))));
    assert_eq!(said(of_b, "page fires"), Some((Some(1.0), Some(Why::OtherTiers))));
    assert_eq!(strangers(&evaluator, ID, &recorded), BTreeSet::from([group("/c")]));
    assert_eq!(strangers(&evaluator, "unheard of", &recorded), BTreeSet::new());
}

#[test]
fn what_is_split_otherwise_is_said_and_not_compared() {
    let five = "slo:sli_error:ratio_rate5m";
    let whole = [sloth(five, 0.002), sloth("slo:error_budget:ratio", 0.001)];
    for (id, rows) in rows_of(&grouped(&["route"]), &whole) {
        assert_eq!(said(&rows, "error ratio 5m"), Some((None, Some(Why::NotSplit))), "{id}");
        assert_eq!(said(&rows, "page fires"), Some((None, Some(Why::NotSplit))), "{id}");
        assert_eq!(said(&rows, "error budget"), Some((Some(0.001), None)), "{id}");
    }
    let split = [of_route(five, "/a", 0.0005), of_route(five, "/b", 0.0005)];
    assert_eq!(said(&rows(&split), "error ratio 5m"), Some((None, Some(Why::Split(2)))));
    let pyrra = |route| series("web:burnrate5m", &[("slo", ID), ("route", route)], 0.0005);
    assert_eq!(
        said(&rows(&[pyrra("/a"), pyrra("/b")]), "error ratio 5m (burnrate)"),
        Some((None, Some(Why::Split(2))))
    );
    let whole = [series("web:burnrate5m", &[("slo", ID)], 0.0005)];
    for (id, rows) in rows_of(&grouped(&["route"]), &whole) {
        assert_eq!(said(&rows, "error ratio (burnrate)"), Some((None, Some(Why::NotSplit))), "{id}");
    }
    assert_eq!(rows_of(&grouped(&["route"]), &[])[0].1, [], "nobody records it");
}

#[test]
fn pyrras_alerts_are_told_apart_by_their_windows() {
    let burn = |window: &str| series(&format!("web:burnrate{window}"), &[("slo", ID)], 0.0005);
    let alert = |state: &str, (long, short): (&str, &str)| {
        series("ALERTS", &[("slo", ID), ("alertstate", state), ("long", long), ("short", short)], 1.0)
    };
    let recorded = [
        burn("5m"),
        burn("30m"),
        burn("1h"),
        burn("6h"),
        alert("firing", ("1h", "5m")),
        alert("pending", ("4d", "6h")),
        series("ALERTS", &[("slo", ID), ("alertstate", "firing"), ("alertname", "SLOMetricAbsent")], 1.0),
    ];
    let alerts = rows(&recorded).into_iter().filter(|row| row.what.contains("fires"));
    let found: Vec<_> = alerts.map(|row| (row.what, row.ours, row.theirs, row.why)).collect();
    let [zero, one] = [Some(0.0), Some(1.0)];
    let expected = [
        ("page quick fires (1h/5m)", zero, one, Some(Why::Delay(None))),
        ("page slow fires (6h/30m)", zero, zero, None),
        ("alert fires (4d/6h)", None, zero, Some(Why::OtherTiers)),
    ];
    assert_eq!(found, expected.map(|(what, ours, theirs, why)| (what.to_owned(), ours, theirs, why)));
}

#[test]
fn of_a_latency_only_the_total_is_compared_with_the_events() {
    let of = |le: &str, value: f64| series("web:increase1h", &[("slo", ID), ("le", le)], value);
    let rows = rows(&[of("", 1_200.0), of("0.3", 1_190.0)]);
    assert_eq!(said(&rows, "events 1h (increase)"), Some((Some(1_200.0), None)), "{rows:#?}");
}
