//! Which stretches of time are asked for, case by case.

use super::*;

fn at(seconds: i64) -> Time {
    Time::from_timestamp(seconds, 0).expect("a time")
}

#[test]
fn history_comes_newest_first_without_gap_or_overlap_within_the_servers_limit() {
    let (from, to) = (at(0), at(30 * 86_400 + 123));
    let pieces = pieces(from, to);
    assert_eq!(pieces.first().map(|run| run.end), Some(at(30 * 86_400)));
    assert_eq!(pieces.iter().map(|run| run.tiles).sum::<usize>(), 30 * 288);
    assert!(pieces.iter().all(|run| run.tiles <= 11_000));
    for pair in pieces.windows(2) {
        assert_eq!(pair[1].end, when::before(pair[0].start(), WIDTH));
    }
    assert_eq!(pieces.last().map(Run::start), Some(at(300)), "the first tile ends 5 minutes after the start");
}

#[test]
fn a_span_shorter_than_a_bucket_needs_no_history() {
    assert!(pieces(at(600), at(899)).is_empty());
    assert!(pieces(at(900), at(300)).is_empty());
}

#[test]
fn a_poll_fills_closed_buckets_once_after_each_boundary_and_is_one_tile_else() {
    let filled_to = at(3_000);
    let runs: Vec<(i64, usize)> = [3_010, 3_299, 3_300, 3_307]
        .into_iter()
        .map(|now| poll_run(at(now), filled_to))
        .map(|run| (run.end.timestamp(), run.tiles))
        .collect();
    assert_eq!(runs, [(3_010, 1), (3_299, 1), (3_300, 4), (3_300, 4)]);
    let run = poll_run(at(3_307), filled_to);
    assert_eq!(run.start(), at(3_300 - 900), "the bucket that closed, and three before it");
    assert!(run.is_closed() && !poll_run(at(3_010), filled_to).is_closed());
    assert_eq!(WIDTH * 4, REACH);
}

#[test]
fn a_run_is_halved_without_gap_or_overlap_down_to_three_hours() {
    let mut runs = vec![Run { end: at(10 * 86_400), tiles: 2_016 }];
    let mut ends = Vec::new();
    while let Some(run) = runs.pop() {
        match run.halves() {
            Some((newer, older)) => runs.extend([older, newer]),
            None => ends.push((run.end, run.tiles)),
        }
    }
    assert!(ends.iter().all(|(_, tiles)| *tiles <= 36), "{ends:?}");
    assert_eq!(ends.iter().map(|(_, tiles)| tiles).sum::<usize>(), 2_016);
    for pair in ends.windows(2) {
        let span = WIDTH * u32::try_from(pair[0].1).expect("few");
        assert_eq!(pair[1].0, when::before(pair[0].0, span), "the newer half comes first");
    }
}

/// Tiles of two columns, as text: NaN is not equal to itself.
fn told(part: &[Option<f64>], total: &[Option<f64>]) -> Vec<String> {
    let run = Run { end: at(0), tiles: total.len() };
    let scaled = |values| Scaled { values, scale: 2.0 };
    let Sample::Tiles { tiles, .. } = tiles(run, scaled(part), scaled(total)) else {
        panic!("tiles expected")
    };
    let text =
        |tile: Option<Tile>| tile.map_or("gap".to_owned(), |tile| format!("{} of {}", tile.part, tile.total));
    tiles.into_iter().map(text).collect()
}

#[test]
fn absent_errors_are_zero_and_an_absent_total_is_not_observed() {
    let total = [Some(10.0), None, Some(10.0), Some(0.0)];
    let part = [None, Some(1.0), Some(2.0), None];
    assert_eq!(told(&part, &total), ["0 of 20", "gap", "4 of 20", "0 of 0"]);
    assert_eq!(told(&[], &total), ["0 of 20", "gap", "0 of 20", "0 of 0"]);
}

#[test]
fn what_is_no_count_goes_on_as_it_came() {
    let total = [Some(10.0), Some(f64::NAN), Some(10.0), Some(-1.0)];
    let part = [Some(f64::NAN), Some(1.0), Some(11.0), Some(f64::INFINITY)];
    assert_eq!(told(&part, &total), ["NaN of 20", "2 of NaN", "22 of 20", "inf of -2"]);
}
