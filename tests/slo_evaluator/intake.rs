//! How samples become counts: tiles and scrapes, late, odd or out of order.

use std::time::Duration;

use warroom::slo::{Counts, Evaluator, Method, Sample, Slo, SloState};

use super::{burn, good, noon, row, same, scrape, slo, tile, tiles, with_history};

#[test]
fn windows_up_to_an_hour_are_the_tiles_of_the_newest_run() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    let end = noon(137);
    let hour: Vec<_> = (1..=12).map(|bad| tile(f64::from(bad), 100.0)).collect();
    evaluator.observe("a", end, Ok(tiles(end, hour)));
    let reading = row(&mut evaluator, end);
    same(burn(&reading, 5), 12.0 / 100.0 / 0.001);
    same(burn(&reading, 30), (7..=12).sum::<u64>() as f64 / 600.0 / 0.001);
    same(burn(&reading, 60), 78.0 / 1200.0 / 0.001);
}

#[test]
fn a_longer_window_is_the_newest_hour_and_then_the_buckets_cut_at_the_seam() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    let end = noon(150);
    evaluator.observe("a", end, Ok(tiles(end, vec![tile(10.0, 1000.0); 12])));
    let reading = row(&mut evaluator, end);
    same(burn(&reading, 120), 120.0 / 24_000.0 / 0.001);
    same(reading.coverage, 1.0);
}

#[test]
fn a_run_that_ends_on_a_bucket_is_the_newest_hour_too() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    evaluator.observe("a", noon(150), Ok(tiles(noon(150), vec![tile(500.0, 1000.0); 12])));
    evaluator.observe("a", noon(301), Ok(tiles(noon(300), vec![tile(0.0, 1000.0); 13])));
    let reading = row(&mut evaluator, noon(301));
    same(burn(&reading, 60), 0.0);
    assert_eq!(reading.age_s, Some(1));
}

#[test]
fn one_five_minute_answer_a_poll_moves_the_newest_hour_on() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    // A tenth of all fails from noon on; the first answers see a part of that.
    for second in (15..=600).step_by(15) {
        let end = noon(second);
        let bad = 100.0 * second.min(300) as f64 / 300.0;
        evaluator.observe("a", end, Ok(tiles(end, vec![tile(bad, 1000.0)])));
    }
    let reading = row(&mut evaluator, noon(600));
    same(burn(&reading, 5), 100.0);
    assert!((burn(&reading, 60) - 100.0 * 10.0 / 60.0).abs() < 1e-6, "{}", burn(&reading, 60));
}

#[test]
fn a_burst_is_counted_once_by_overlapping_answers_and_by_the_bucket_that_closes_over_it() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    // All 60 errors come between 30 and 45 seconds after noon.
    let seen = |from: i64, to: i64| if from < 45 && 45 <= to { 60.0 } else { 0.0 };
    for second in (15..=1200).step_by(15) {
        let end = noon(second);
        let is_boundary = second % 300 == 0;
        let width = |back: i64| tile(seen(second - 300 * (back + 1), second - 300 * back), 1000.0);
        let run = if is_boundary { vec![width(3), width(2), width(1), width(0)] } else { vec![width(0)] };
        evaluator.observe("a", end, Ok(tiles(end, run)));
        let reading = row(&mut evaluator, end);
        let expected = if second < 45 { 0.0 } else { 60.0 / 12_000.0 / 0.001 };
        assert!((burn(&reading, 60) - expected).abs() < 1e-6, "{second}: {}", burn(&reading, 60));
        assert!((burn(&reading, 5) - seen(second - 300, second)).abs() < 1e-6, "{second}");
    }
}

#[test]
fn late_data_overwrites_the_last_buckets() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    evaluator.observe("a", noon(310), Ok(tiles(noon(300), vec![tile(7.0, 900.0); 3])));
    let reading = row(&mut evaluator, noon(310));
    assert_eq!((reading.bad, reading.total), (21.0, 8637.0 * 1000.0 + 3.0 * 900.0));
    let buckets = evaluator.buckets("a", noon(-900), noon(300));
    let wanted: Vec<_> = [(-900, 0.0, 1000.0), (-600, 7.0, 900.0), (-300, 7.0, 900.0), (0, 7.0, 900.0)]
        .map(|(start, bad, total)| (noon(start), Some(Counts { bad, total })))
        .into();
    assert_eq!(buckets, wanted);
}

#[test]
fn chunks_of_history_may_come_newest_first_and_say_how_much_there_is() {
    let mut evaluator = Evaluator::new(vec![slo("a")]);
    let mut coverage = Vec::new();
    for chunk in 0..3 {
        let end = noon(-chunk * 10 * 86_400);
        evaluator.observe("a", noon(0), Ok(tiles(end, vec![tile(1.0, 1000.0); 2880])));
        coverage.push((row(&mut evaluator, noon(0)).coverage * 3.0).round());
    }
    assert_eq!(coverage, [1.0, 2.0, 3.0]);
    same(evaluator.readings()[0].bad, 8640.0);
}

#[test]
fn gaps_are_not_zeros() {
    let mut evaluator = with_history(slo("a"), None);
    let reading = row(&mut evaluator, noon(0));
    assert_eq!((reading.state, reading.budget, reading.coverage), (SloState::NoData, None, 0.0));
    let error = reading.error.unwrap();
    assert!(error.contains("no recent samples"), "{error}");
}

#[test]
fn good_events_of_tiles_become_bad_ones() {
    let mut evaluator = with_history(good("a"), tile(1999.0, 2000.0));
    same(row(&mut evaluator, noon(0)).bad, 8640.0);
}

#[test]
fn what_is_not_a_count_costs_its_tile_and_is_said() {
    let odd_tiles = [
        tile(f64::NAN, 10.0),
        tile(1.0, f64::NAN),
        tile(f64::INFINITY, f64::INFINITY),
        tile(-1.0, 10.0),
        tile(1.0, -10.0),
        tile(1.0, 1e300),
    ];
    for odd in odd_tiles {
        let mut evaluator = Evaluator::new(vec![slo("a"), slo("b")]);
        let run = vec![tile(1.0, 1000.0), odd, tile(1.0, 1000.0)];
        evaluator.observe("a", noon(0), Ok(tiles(noon(0), run)));
        evaluator.observe("b", noon(0), Ok(tiles(noon(0), vec![tile(0.0, 1.0); 3])));
        let reading = row(&mut evaluator, noon(0));
        assert_eq!((reading.bad, reading.total), (2.0, 2000.0), "{odd:?}");
        assert_eq!(evaluator.buckets("a", noon(-600), noon(-300)), [(noon(-600), None)]);
        assert!(reading.error.unwrap().contains("not a count"), "{odd:?}");
        assert_eq!(evaluator.readings()[1].error, None, "the other row is untouched");
    }
}

#[test]
fn an_answer_from_the_future_or_in_odd_tiles_is_left_out() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    let wrong = [
        tiles(noon(3600), vec![tile(1.0, 1.0)]),
        Sample::Tiles { end: noon(0), width: Duration::ZERO, tiles: vec![tile(1.0, 1.0)] },
        Sample::Tiles { end: noon(0), width: Duration::MAX, tiles: vec![tile(1.0, 1.0)] },
    ];
    for sample in wrong {
        evaluator.observe("a", noon(1), Ok(sample));
        let reading = row(&mut evaluator, noon(1));
        same(reading.bad, 0.0);
        assert!(reading.error.unwrap().starts_with("answer: "));
    }
}

#[test]
fn an_endpoint_that_was_away_does_not_count_its_life_again() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    let both = |n: f64| scrape(&[("a", 1e6), ("b", 2e6)], &[("a", 1e7 + n), ("b", 2e7 + n)]);
    let one = |n: f64| scrape(&[("a", 1e6)], &[("a", 1e7 + n)]);
    let mut second = 0;
    for (polls, sample) in [(4, &both as &dyn Fn(f64) -> Sample), (20, &one), (4, &both)] {
        for _ in 0..polls {
            evaluator.observe("a", noon(second), Ok(sample(second as f64)));
            second += 15;
        }
    }
    let reading = row(&mut evaluator, noon(second));
    same(reading.bad, 0.0);
    assert!(reading.total < 8641.0 * 1000.0, "{}", reading.total);
}

#[test]
fn a_series_away_for_one_poll_counts_on() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    let b = [100.0, 110.0, f64::NAN, 130.0];
    for (n, b) in (0..).zip(b) {
        let mut total = vec![("a", 5.0)];
        total.extend((!b.is_nan()).then_some(("b", b)));
        evaluator.observe("a", noon(n * 15), Ok(scrape(&[], &total)));
    }
    same(evaluator.spent("a", noon(0), noon(45)).unwrap().total, 30.0);
}

#[test]
fn buckets_put_back_are_the_same_history() {
    let mut first = with_history(good("a"), tile(999.0, 1000.0));
    first.evaluate(noon(0));
    let buckets = first.buckets("a", noon(-30 * 86_400), noon(0));
    assert_eq!(buckets.len(), 8640);
    let mut second = Evaluator::new(vec![good("a")]);
    second.restore("a", noon(0), buckets.into_iter().map(|(_, counts)| counts).collect());
    second.evaluate(noon(0));
    assert_eq!(first.readings(), second.readings());
}

#[test]
fn a_clock_set_back_lives_that_time_again() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    let poll = |evaluator: &mut Evaluator, second: i64, total: f64| {
        evaluator.observe("a", noon(second), Ok(scrape(&[], &[("a", total)])));
        evaluator.evaluate(noon(second));
    };
    for step in 0..40 {
        poll(&mut evaluator, step * 15, step as f64 * 10.0);
    }
    poll(&mut evaluator, 60, 400.0);
    poll(&mut evaluator, 75, 410.0);
    let reading = &evaluator.readings()[0];
    assert_eq!((reading.state, reading.age_s), (SloState::Ok, Some(0)));
    same(evaluator.spent("a", noon(60), noon(75)).unwrap().total, 10.0);
}

#[test]
fn a_history_takes_less_than_150_kb_an_slo() {
    let mut evaluator = with_history(slo("a"), tile(1.0, 1000.0));
    for step in 0..1000 {
        evaluator.observe("a", noon(step * 15), Ok(scrape(&[], &[("a", step as f64)])));
    }
    assert!(evaluator.history_bytes("a") <= 150_000, "{}", evaluator.history_bytes("a"));
}

#[test]
fn a_target_that_comes_late_brings_no_past_and_hides_no_outage() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 3000.0));
    let live = |evaluator: &mut Evaluator, from: i64, to: i64| {
        for second in (from..to).step_by(15) {
            // Every request of one target fails; the other has counted for a year without an error.
            let failed = 10.0 * second as f64;
            let (mut errors, mut requests) =
                (vec![("http://a/metrics e", failed)], vec![("http://a/metrics r", failed)]);
            if second >= 900 {
                errors.push(("http://b/metrics e", 0.0));
                requests.push(("http://b/metrics r", 5e8));
            }
            evaluator.observe("a", noon(second), Ok(scrape(&errors, &requests)));
        }
        row(evaluator, noon(to - 15))
    };
    assert_eq!(live(&mut evaluator, 0, 900).state, SloState::Firing);
    let reading = live(&mut evaluator, 900, 1800);
    assert_eq!(reading.state, SloState::Firing);
    assert_eq!(reading.total, 8640.0 * 3000.0, "as many as before: ten a second");
}

#[test]
fn the_first_error_of_a_target_that_was_there_counts() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 3000.0));
    let requests = |count| [("http://a/metrics r", count), ("http://b/metrics r", count)];
    evaluator.observe("a", noon(0), Ok(scrape(&[], &requests(100.0))));
    evaluator.observe("a", noon(15), Ok(scrape(&[("http://b/metrics e", 7.0)], &requests(110.0))));
    assert_eq!(row(&mut evaluator, noon(15)).bad, 7.0);
}

#[test]
fn time_that_is_lived_again_is_counted_once() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 0.0));
    let mut requests = 0.0;
    let mut live = |evaluator: &mut Evaluator, from: i64, to: i64| {
        for second in (from..=to).step_by(15) {
            evaluator.observe("a", noon(second), Ok(scrape(&[("a", 0.0)], &[("a", requests)])));
            requests += 150.0;
        }
    };
    live(&mut evaluator, 0, 270);
    for _ in 0..20 {
        live(&mut evaluator, 30, 270);
    }
    live(&mut evaluator, 285, 5400);
    let total = row(&mut evaluator, noon(5400)).total;
    // A poll is lost where the clock is set back; nothing comes twice.
    assert!((total - 54_000.0).abs() <= 300.0, "{total}");
}

#[test]
fn a_source_that_falls_silent_in_a_long_slice_is_stale_as_soon_as_any_other() {
    let method = Method::Timeslices { target: 0.9, slice: Duration::from_hours(1) };
    let mut evaluator = Evaluator::new(vec![Slo { method, alerting: false, ..slo("a") }]);
    for second in (0..=7800).step_by(15) {
        let requests = 10.0 * second as f64;
        evaluator.observe("a", noon(second), Ok(scrape(&[("a", 0.0)], &[("a", requests)])));
    }
    assert_eq!(row(&mut evaluator, noon(7860)).state, SloState::Ok);
    assert_eq!(row(&mut evaluator, noon(7861)).state, SloState::Stale);
}

#[test]
fn a_source_that_died_before_the_clock_was_set_back_is_stale_at_once() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    assert_eq!(row(&mut evaluator, noon(0)).state, SloState::Ok);
    let reading = row(&mut evaluator, noon(-3600));
    assert_eq!((reading.state, reading.age_s), (SloState::Stale, Some(3600)));
    assert_eq!(
        row(&mut evaluator, noon(-200)).state,
        SloState::Ok,
        "two clocks that differ by less than a bucket"
    );
}
