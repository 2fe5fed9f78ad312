//! What is asked of a Prometheus, case by case.

use super::*;

fn at(seconds: i64) -> Time {
    Time::from_timestamp(seconds, 0).expect("a time")
}

#[test]
fn a_selector_is_asked_for_its_increase_over_a_bucket() {
    let asked = expression(&Query::parse(r#"http_requests_total{code=~"5.."}"#)).expect("an expression");
    assert_eq!(asked.text, r#"sum(increase(http_requests_total{code=~"5.."}[5m]))"#);
    assert!((asked.scale - 1.0).abs() < f64::EPSILON);
}

#[test]
fn rates_become_counts_and_increases_stay_as_they_are() {
    let cases = [
        ("sum(rate(a[{{.window}}]))", 300.0),
        ("sum(rate(a[{{ .window }}])) - sum(rate(b[{{.window}}]))", 300.0),
        ("sum(irate (a[{{.window}}]))", 300.0),
        ("sum(increase(a[{{.window}}]))", 1.0),
        ("sum(increase(a[{{.window}}])) # not rate(", 1.0),
        ("sum(count_over_time(a{b=\"rate(\"}[{{.window}}]))", 1.0),
        ("sum(count_over_time(a{b='\\'rate('}[{{.window}}]))", 1.0),
        ("sum(error_rate(a[{{.window}}]))", 1.0),
        ("sum(sum_over_time(rate_total[{{.window}}]))", 1.0),
    ];
    for (text, scale) in cases {
        let asked = expression(&Query::parse(text)).expect(text);
        assert!((asked.scale - scale).abs() < f64::EPSILON, "{text}: {}", asked.scale);
        assert!(!asked.text.contains("{{") && asked.text.contains("[5m]"), "{}", asked.text);
    }
}

#[test]
fn a_hole_that_nobody_fills_is_refused_by_name() {
    let error = expression(&Query::parse("sum(rate(a[{{.range}}]))")).expect_err("refused");
    assert_eq!(
        error,
        "query `sum(rate(a[{{.range}}]))`: unknown `{{.range}}` (only {{.window}} is filled in)"
    );
    let error = expression(&Query::parse("sum(rate(a[{{.window]))")).expect_err("refused");
    assert_eq!(error, "query `sum(rate(a[{{.window]))`: a `{{` is never closed");
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
fn a_poll_fills_closed_buckets_once_after_each_boundary() {
    let filled_to = at(3_000);
    let ends: Vec<i64> = [3_010, 3_299, 3_300, 3_307]
        .into_iter()
        .map(|now| poll_run(at(now), filled_to).end.timestamp())
        .collect();
    assert_eq!(ends, [3_010, 3_299, 3_300, 3_300]);
    let run = poll_run(at(3_307), filled_to);
    assert_eq!((run.tiles, run.start()), (13, at(3_300 - 3_600)));
}

#[test]
fn absent_errors_are_zero_and_an_absent_total_is_not_observed() {
    let total = [Some(10.0), None, Some(10.0), Some(0.0)];
    let part = [None, Some(1.0), Some(2.0), None];
    let Sample::Tiles { tiles, .. } = tiles(at(0), &part, &total) else { panic!("tiles expected") };
    let tile = |part, total| Some(Tile { part, total });
    assert_eq!(tiles, [tile(0.0, 10.0), None, tile(2.0, 10.0), tile(0.0, 0.0)]);
}

#[test]
fn what_is_no_count_goes_on_as_it_came() {
    let total = [Some(10.0), Some(f64::NAN), Some(10.0), Some(-1.0)];
    let part = [Some(f64::NAN), Some(1.0), Some(11.0), Some(f64::INFINITY)];
    let Sample::Tiles { tiles, .. } = tiles(at(0), &part, &total) else { panic!("tiles expected") };
    // As text, since NaN is not equal to itself.
    let found: Vec<String> =
        tiles.iter().flatten().map(|tile| format!("{} of {}", tile.part, tile.total)).collect();
    assert_eq!(found, ["NaN of 10", "1 of NaN", "11 of 10", "inf of -1"]);
}
