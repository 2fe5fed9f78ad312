//! Journeys: several indicators as one promise; bad shares add by weight, the weakest covers.

use std::time::Duration;

use warroom::slo::{Component, Counts, Evaluator, Method, Objective, Query, Sli, Slo, SloState};

use super::{burn, month_of, noon, row, same, slo, tile, tiles};

fn component(name: &str, weight: f64) -> Component {
    let sli = Sli::Bad {
        bad: Query::parse(&format!("{name}_errors")),
        total: Query::parse(&format!("{name}_all")),
    };
    Component { name: name.to_owned(), weight, sli, source: None }
}

fn journey(weights: [f64; 2]) -> Slo {
    let parts = vec![component("cart", weights[0]), component("pay", weights[1])];
    Slo { sli: Sli::Journey(parts), objective: Objective::from_percent(80.0).unwrap(), ..slo("a") }
}

/// A month of both components, so many bad of a hundred events a bucket each.
fn lived(slo: Slo, bad: [f64; 2]) -> Evaluator {
    let mut evaluator = Evaluator::new(vec![slo]);
    for (id, bad) in ["a/cart", "a/pay"].into_iter().zip(bad) {
        evaluator.observe(id, noon(0), Ok(tiles(noon(0), month_of(tile(bad, 100.0)))));
    }
    evaluator
}

#[test]
fn missing_shares_add_by_their_weight() {
    let cases = [
        ([1.0, 1.0], [5.0, 5.0], 0.90),
        ([0.5, 1.0], [5.0, 5.0], 0.925),
        ([2.0, 1.0], [0.0, 5.0], 0.95),
        ([1.0, 1.0], [60.0, 70.0], 0.0),
        ([1.0, 1.0], [0.0, 0.0], 1.0),
    ];
    for method in [Method::Occurrences, Method::RatioTimeslices { slice: Duration::from_mins(1) }] {
        for (weights, bad, sli) in cases {
            let mut evaluator = lived(Slo { method, ..journey(weights) }, bad);
            let reading = row(&mut evaluator, noon(0));
            same(reading.sli.unwrap(), sli);
            same(reading.budget.unwrap().remaining, 1.0 - (1.0 - sli) / 0.2);
            same(burn(&reading, 60), (1.0 - sli) / 0.2);
            assert_eq!(reading.total, 2.0 * 8640.0 * 100.0, "counts are the sums");
            same(reading.bad, 8640.0 * (bad[0] + bad[1]));
        }
    }
}

#[test]
fn of_slices_that_are_good_or_bad_a_component_counts_in_full() {
    let method = Method::Timeslices { target: 0.95, slice: Duration::from_mins(1) };
    let mut evaluator = lived(Slo { method, ..journey([0.5, 0.1]) }, [5.0, 5.0]);
    same(row(&mut evaluator, noon(0)).sli.unwrap(), 0.9);
}

#[test]
fn the_component_least_covered_and_furthest_behind_speaks_for_all() {
    let mut evaluator = Evaluator::new(vec![journey([1.0, 1.0])]);
    evaluator.observe("a/cart", noon(0), Ok(tiles(noon(0), month_of(tile(0.0, 100.0)))));
    let reading = row(&mut evaluator, noon(0));
    assert_eq!((reading.state, reading.budget, reading.coverage), (SloState::NoData, None, 0.0));
    let half = [vec![None; 4320], vec![tile(0.0, 100.0); 4320]].concat();
    evaluator.observe("a/pay", noon(0), Ok(tiles(noon(0), half)));
    let reading = row(&mut evaluator, noon(0));
    assert_eq!(reading.state, SloState::Ok);
    same(reading.coverage, 0.5);
    evaluator.observe("a/cart", noon(90), Ok(tiles(noon(90), vec![tile(0.0, 100.0); 12])));
    let reading = row(&mut evaluator, noon(90));
    assert_eq!((reading.state, reading.age_s), (SloState::Stale, Some(90)));
}

#[test]
fn an_error_names_its_component_and_a_sound_answer_clears_it() {
    let mut evaluator = lived(journey([1.0, 1.0]), [0.0, 0.0]);
    evaluator.observe("a/pay", noon(1), Err("timed out".to_owned()));
    assert_eq!(row(&mut evaluator, noon(1)).error.as_deref(), Some("pay: timed out"));
    evaluator.observe("a/cart", noon(2), Ok(tiles(noon(2), vec![tile(0.0, 1.0); 12])));
    assert_eq!(row(&mut evaluator, noon(2)).error.as_deref(), Some("pay: timed out"), "not the other's");
    evaluator.observe("a/pay", noon(3), Ok(tiles(noon(3), vec![tile(0.0, 1.0); 12])));
    assert_eq!(row(&mut evaluator, noon(3)).error, None);
    evaluator.observe("a", noon(4), Err("no source".to_owned()));
    assert_eq!(row(&mut evaluator, noon(4)).error.as_deref(), Some("cart: no source"));
}

#[test]
fn the_past_of_a_journey_is_kept_by_component() {
    let mut first = lived(journey([0.5, 1.0]), [5.0, 10.0]);
    let mut second = Evaluator::new(vec![journey([0.5, 1.0])]);
    for id in ["a/cart", "a/pay"] {
        let buckets: Vec<Option<Counts>> =
            first.buckets(id, noon(-30 * 86_400), noon(0)).into_iter().map(|(_, counts)| counts).collect();
        assert_eq!(buckets.len(), 8640);
        second.restore(id, noon(0), buckets);
    }
    assert_eq!(row(&mut first, noon(0)), row(&mut second, noon(0)));
    assert!(first.buckets("a", noon(-300), noon(0)).is_empty(), "none of its own");
    let spent = first.spent("a", noon(-300), noon(0)).unwrap();
    assert_eq!((spent.bad, spent.total), (15.0, 200.0));
    same(spent.budget_share.unwrap(), (0.5 * 5.0 + 10.0) / (0.2 * 864_000.0));
    same(first.sparkline("a", Duration::from_mins(5), 1)[0].unwrap(), 0.125 / 0.2);
}

#[test]
fn another_weight_keeps_the_history_another_query_loses_its_components() {
    let mut evaluator = lived(journey([1.0, 1.0]), [5.0, 5.0]);
    evaluator.set_slos(vec![journey([0.5, 1.0])]);
    same(row(&mut evaluator, noon(0)).sli.unwrap(), 0.925);
    let mut changed = journey([0.5, 1.0]);
    if let Sli::Journey(parts) = &mut changed.sli {
        parts[1].sli = Sli::Up { gauge: Query::parse("up") };
    }
    evaluator.set_slos(vec![changed]);
    assert_eq!(row(&mut evaluator, noon(0)).state, SloState::NoData);
    assert_eq!(evaluator.buckets("a/cart", noon(-300), noon(0)).len(), 1);
}
