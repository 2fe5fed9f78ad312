//! Indicators without events: gauges and ratios weigh by time, and what is no number is a gap.

use std::time::Duration;

use warroom::slo::{Evaluator, Method, Op, Query, Sample, Share, Sli, Slo, SloState, Weighting};

use super::{noon, row, same, scrape, slo, tile, tiles};

fn of(sli: Sli) -> Slo {
    Slo { sli, ..slo("a") }
}

fn up() -> Sli {
    Sli::Up { gauge: Query::parse("up") }
}

fn bound(op: Op, bound: f64) -> Sli {
    Sli::Bound { value: Query::parse("queue_depth"), op, bound }
}

fn ratio(of: Share) -> Sli {
    Sli::Ratio { ratio: Query::parse("share"), of }
}

/// Each poll is an instant and what the gauges showed.
fn polled(sli: Sli, polls: &[(i64, &[f64])]) -> Evaluator {
    let mut evaluator = Evaluator::new(vec![of(sli)]);
    for (second, values) in polls {
        evaluator.observe("a", noon(*second), Ok(Sample::Gauges { values: values.to_vec() }));
    }
    evaluator
}

#[test]
fn each_poll_speaks_for_the_time_since_the_last_one() {
    let mut evaluator = polled(up(), &[(0, &[1.0]), (15, &[1.0]), (25, &[0.0]), (60, &[1.0])]);
    let reading = row(&mut evaluator, noon(60));
    assert_eq!((reading.bad, reading.total, reading.weighting), (10.0, 60.0, Weighting::Time));
}

#[test]
fn several_series_are_judged_one_by_one_and_averaged() {
    let cases: [(Sli, &[f64], f64); 9] = [
        (up(), &[1.0, 0.0, 1.0, 1.0], 0.25),
        (up(), &[0.0], 1.0),
        (bound(Op::AtMost, 10.0), &[10.0, 10.1], 0.5),
        (bound(Op::Below, 10.0), &[10.0, 9.9], 0.5),
        (bound(Op::AtLeast, 10.0), &[10.0, 9.9], 0.5),
        (bound(Op::Above, 10.0), &[10.0, 10.1], 0.5),
        (ratio(Share::Good), &[0.75], 0.25),
        (ratio(Share::Bad), &[0.75, 0.25], 0.5),
        (ratio(Share::Good), &[1.0 + 1e-12], 0.0),
    ];
    for (sli, values, bad) in cases {
        let mut evaluator = polled(sli.clone(), &[(0, values), (20, values)]);
        let reading = row(&mut evaluator, noon(20));
        assert_eq!(reading.total, 20.0, "{sli:?}");
        same(reading.bad, 20.0 * bad);
    }
}

#[test]
fn what_cannot_be_judged_leaves_a_gap_and_a_word() {
    let cases: [(Sli, &[f64], &str); 6] = [
        (up(), &[], "no series matches"),
        (up(), &[1.0, f64::NAN], "NaN is not a number"),
        (bound(Op::Below, 1.0), &[f64::INFINITY], "inf is not a number"),
        (ratio(Share::Good), &[99.9], "99.9 is not a share"),
        (ratio(Share::Bad), &[-0.5], "-0.5 is not a share"),
        (Sli::Bad { bad: Query::parse("e"), total: Query::parse("t") }, &[1.0], "not a number"),
    ];
    for (sli, values, word) in cases {
        let mut evaluator = polled(sli, &[(0, values), (20, values)]);
        let reading = row(&mut evaluator, noon(20));
        assert_eq!((reading.state, reading.total), (SloState::NoData, 0.0), "{word}");
        assert!(
            reading.error.as_ref().is_some_and(|error| error.contains(word)),
            "{word}: {:?}",
            reading.error
        );
    }
}

#[test]
fn a_pause_is_a_gap_and_the_next_good_poll_spans_a_bad_one() {
    let mut evaluator =
        polled(up(), &[(0, &[1.0]), (15, &[f64::NAN]), (30, &[1.0]), (200, &[0.0]), (210, &[0.0])]);
    let reading = row(&mut evaluator, noon(210));
    assert_eq!((reading.bad, reading.total), (10.0, 40.0));
}

#[test]
fn a_poll_twice_or_out_of_order_counts_once() {
    let mut evaluator = polled(up(), &[(0, &[1.0]), (15, &[0.0]), (15, &[0.0]), (5, &[0.0]), (30, &[1.0])]);
    let reading = row(&mut evaluator, noon(30));
    assert!(reading.total <= 30.0 && reading.bad <= 15.0, "{} of {}", reading.bad, reading.total);
}

#[test]
fn ratios_of_a_prometheus_come_in_seconds() {
    let mut evaluator = Evaluator::new(vec![of(ratio(Share::Bad))]);
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), vec![tile(3.0, 300.0); 8640])));
    let reading = row(&mut evaluator, noon(0));
    same(reading.sli.unwrap(), 0.99);
    assert_eq!((reading.total, reading.weighting), (2_592_000.0, Weighting::Time));
}

#[test]
fn slices_of_a_scrape_are_one_event_each() {
    let slice = Duration::from_mins(1);
    let cases = [
        (Method::Timeslices { target: 0.9, slice }, 1.0, 4.0),
        (Method::RatioTimeslices { slice }, 0.05 + 0.2, 4.0),
    ];
    for (method, bad, total) in cases {
        let mut evaluator = Evaluator::new(vec![Slo { method, ..slo("a") }]);
        // The second minute is 5 % bad, the third 20 %, in the fourth nobody asks.
        let (mut errors, mut requests) = (0.0, 0.0);
        for poll in 0..=20 {
            evaluator.observe("a", noon(poll * 15), Ok(scrape(&[("a", errors)], &[("a", requests)])));
            let minute = poll / 4;
            requests += if minute == 3 { 0.0 } else { 100.0 };
            errors += [0.0, 5.0, 20.0, 0.0, 0.0, 0.0][usize::try_from(minute).unwrap()];
        }
        let reading = row(&mut evaluator, noon(300));
        same(reading.bad, bad);
        same(reading.total, total);
    }
}

#[test]
fn a_slice_is_told_when_it_is_over_and_that_is_not_stale() {
    let method = Method::Timeslices { target: 0.9, slice: Duration::from_mins(5) };
    let mut evaluator = Evaluator::new(vec![Slo { method, ..slo("a") }]);
    let mut requests = 0.0;
    for poll in 0..=38 {
        evaluator.observe("a", noon(poll * 15), Ok(scrape(&[("a", 0.0)], &[("a", requests)])));
        requests += 100.0;
    }
    assert_ne!(row(&mut evaluator, noon(570)).state, SloState::Stale);
    assert_eq!(row(&mut evaluator, noon(570 + 91)).state, SloState::Stale);
}
