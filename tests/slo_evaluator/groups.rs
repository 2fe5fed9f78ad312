//! Grouped SLOs: a row for each set of labels, made by its first answer.

use warroom::slo::{Evaluator, Group, Objective, Sample, Slo, SloState, Subject, TierState};

use super::{month_of, noon, same, slo, tile, tiles};

const DAY: i64 = 86_400;

fn grouped() -> Slo {
    Slo { by: vec!["region".to_owned()], ..slo("a") }
}

fn region(name: &str) -> Subject {
    let group = Group::new([("region".to_owned(), name.to_owned())]);
    Subject { indicator: "a".to_owned(), group }
}

fn month(bad: f64, second: i64) -> Sample {
    tiles(noon(second), month_of(tile(bad, 1000.0)))
}

/// Rows of `a` for these regions, each with its bad events a bucket.
fn with(regions: &[(&str, f64)]) -> Evaluator {
    let mut evaluator = Evaluator::new(vec![grouped(), slo("b")]);
    for (name, bad) in regions {
        evaluator.observe(region(name), noon(0), Ok(month(*bad, 0)));
    }
    evaluator.evaluate(noon(0));
    evaluator
}

fn rows(evaluator: &Evaluator) -> Vec<(&str, SloState)> {
    evaluator.readings().iter().map(|reading| (reading.slo.as_str(), reading.state)).collect()
}

#[test]
fn before_any_group_the_slo_says_no_data() {
    let evaluator = with(&[]);
    assert_eq!(rows(&evaluator), [("a", SloState::NoData), ("b", SloState::NoData)]);
}

#[test]
fn each_group_is_a_row_of_its_own_in_its_slos_place() {
    let mut evaluator = with(&[("us", 100.0), ("eu", 0.0)]);
    let wanted =
        [("a{region=\"eu\"}", SloState::Ok), ("a{region=\"us\"}", SloState::Firing), ("b", SloState::NoData)];
    assert_eq!(rows(&evaluator), wanted);
    let slo = evaluator.slo("a{region=\"us\"}").unwrap();
    assert_eq!(slo.group.labels().collect::<Vec<_>>(), [("region", "us")]);
    assert_eq!(evaluator.slo("a").unwrap().by, ["region"], "as it was configured");
    same(evaluator.spent("a{region=\"us\"}", noon(-300), noon(0)).unwrap().bad, 100.0);
    assert_eq!(evaluator.buckets("a{region=\"eu\"}", noon(-300), noon(0)).len(), 1);
    evaluator.observe(region("eu"), noon(15), Ok(month(100.0, 0)));
    let said = evaluator.evaluate(noon(15));
    assert!(!said.is_empty() && said.iter().all(|told| told.slo == "a{region=\"eu\"}"), "{said:?}");
}

#[test]
fn what_names_no_group_concerns_every_row() {
    let mut evaluator = with(&[("us", 0.0), ("eu", 0.0)]);
    let errors = |evaluator: &mut Evaluator| -> Vec<Option<String>> {
        evaluator.evaluate(noon(1));
        evaluator.readings().iter().map(|reading| reading.error.clone()).collect()
    };
    evaluator.observe("a", noon(1), Err("cannot reach prod".to_owned()));
    let refused = Some("cannot reach prod".to_owned());
    assert_eq!(errors(&mut evaluator), [refused.clone(), refused, None]);
    evaluator.observe("a", noon(1), Ok(month(0.0, 0)));
    let said = errors(&mut evaluator);
    assert!(said[0].as_ref().is_some_and(|why| why.contains("it has no region")), "{said:?}");
    evaluator.observe(region("eu"), noon(1), Ok(month(0.0, 0)));
    let said = errors(&mut evaluator);
    assert_eq!((said[0].is_none(), said[1].is_some()), (true, true), "each recovers on its own");
}

#[test]
fn an_answer_for_a_group_of_an_slo_without_groups_is_left_out() {
    let mut evaluator = Evaluator::new(vec![slo("a")]);
    evaluator.observe(region("eu"), noon(0), Ok(month(0.0, 0)));
    evaluator.evaluate(noon(0));
    let reading = &evaluator.readings()[0];
    assert_eq!((reading.state, reading.error.is_some()), (SloState::NoData, true));
}

#[test]
fn rows_survive_an_edit_that_measures_the_same() {
    let mut evaluator = with(&[("us", 100.0), ("eu", 0.0)]);
    let laxer = Slo { objective: Objective::from_percent(80.0).unwrap(), ..grouped() };
    evaluator.set_slos(vec![slo("b"), laxer]);
    evaluator.evaluate(noon(1));
    let states: Vec<_> = evaluator.readings().iter().map(|row| (row.slo.as_str(), row.objective)).collect();
    assert_eq!(states, [("b", 0.999), ("a{region=\"eu\"}", 0.8), ("a{region=\"us\"}", 0.8)]);
    same(evaluator.readings()[2].bad, 864_000.0);
    let by_zone = Slo { by: vec!["zone".to_owned()], ..grouped() };
    evaluator.set_slos(vec![by_zone]);
    assert_eq!(rows(&evaluator), [("a", SloState::NoData)], "other groups are other rows");
}

#[test]
fn a_group_that_is_gone_is_stale_for_a_day_and_then_has_no_row() {
    let mut evaluator = with(&[("us", 0.0), ("eu", 0.0)]);
    evaluator.observe(region("eu"), noon(DAY), Ok(month(0.0, DAY)));
    evaluator.evaluate(noon(DAY));
    assert_eq!(rows(&evaluator)[1], ("a{region=\"us\"}", SloState::Stale));
    evaluator.evaluate(noon(DAY + 1));
    assert_eq!(rows(&evaluator).iter().map(|row| row.0).collect::<Vec<_>>(), ["a{region=\"eu\"}", "b"]);
    evaluator.evaluate(noon(3 * DAY));
    assert_eq!(rows(&evaluator), [("a", SloState::NoData), ("b", SloState::NoData)], "all are gone");
}

#[test]
fn a_group_that_fires_is_never_dropped() {
    let mut evaluator = with(&[("us", 100.0)]);
    evaluator.evaluate(noon(9 * DAY));
    assert_eq!(rows(&evaluator)[0], ("a{region=\"us\"}", SloState::Stale));
    assert_eq!(evaluator.readings()[0].alerts[0].state, TierState::Firing);
}

#[test]
fn more_groups_than_anybody_reads_are_named_and_not_measured() {
    let mut evaluator = Evaluator::new(vec![grouped()]);
    for n in 0..1005 {
        let one = vec![tile(0.0, 1.0)];
        evaluator.observe(region(&format!("r{n:04}")), noon(0), Ok(tiles(noon(0), one)));
    }
    evaluator.evaluate(noon(0));
    assert_eq!(evaluator.readings().len(), 1001);
    let parent = &evaluator.readings()[0];
    assert_eq!((parent.slo.as_str(), parent.state), ("a", SloState::NoData));
    let error = parent.error.as_ref().unwrap();
    for word in ["more than 1000 of region", "{region=\"r1000\"}", "and 2 more"] {
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn an_unmeasurable_grouped_slo_says_so_once() {
    let mut evaluator = Evaluator::new(vec![grouped()]);
    evaluator.unmeasurable("a", "a scrape cannot answer PromQL".to_owned());
    evaluator.evaluate(noon(0));
    assert_eq!(rows(&evaluator), [("a", SloState::Unmeasurable)]);
}

#[test]
fn history_put_back_makes_the_row_of_its_group() {
    let mut first = with(&[("eu", 3.0)]);
    let buckets = first.buckets("a{region=\"eu\"}", noon(-30 * DAY), noon(0));
    let mut second = Evaluator::new(vec![grouped(), slo("b")]);
    second.restore(region("eu"), noon(0), buckets.into_iter().map(|(_, counts)| counts).collect());
    second.evaluate(noon(0));
    first.evaluate(noon(0));
    assert_eq!(first.readings(), second.readings());
}
