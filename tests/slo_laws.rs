//! Laws of the evaluation core that hold for any data.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::time::Duration;

use proptest::prelude::*;
use warroom::slo::series::{Run, Series, Span};
use warroom::slo::{Counter, Counts, Evaluator, Objective, Query, Reading, Sample, Sli, Slo, SloState, Tile};
use warroom::text::Time;

const BUCKET_MS: i64 = 300_000;
/// 2026-11-21T12:00:00Z, a multiple of five minutes.
const NOON_MS: i64 = 1_795_262_400_000;

fn slo(sli: Sli) -> Slo {
    Slo::new("a", "shop", Objective::from_percent(99.9).unwrap(), Duration::from_hours(48), sli)
}

fn bad() -> Sli {
    Sli::Bad { bad: Query::parse("errors_total"), total: Query::parse("requests_total") }
}

fn good() -> Sli {
    Sli::Good { good: Query::parse("good_total"), total: Query::parse("requests_total") }
}

fn at(ms: i64) -> Time {
    Time::from_timestamp_millis(ms).unwrap()
}

fn counts() -> impl Strategy<Value = Option<Counts>> {
    let counts = (0_u32..1000, 0_u32..1000);
    proptest::option::weighted(0.9, counts).prop_map(|counts| {
        counts.map(|(bad, more)| Counts { bad: f64::from(bad), total: f64::from(bad + more) })
    })
}

fn run_until(end: i64, tiles: &[Option<Counts>]) -> Run {
    Run { end, width: BUCKET_MS, tiles: tiles.to_vec() }
}

/// Bad, total and observed milliseconds of a window, tile by tile.
fn naive(run: &Run, window: Span) -> [f64; 3] {
    let mut sums = [0.0; 3];
    let start = run.end - run.width * i64::try_from(run.tiles.len()).unwrap();
    for (from, tile) in (0..).map(|n| start + n * run.width).zip(&run.tiles) {
        let overlap = (window.to.min(from + run.width) - window.from.max(from)).max(0) as f64;
        let Some(counts) = tile else { continue };
        let share = overlap / run.width as f64;
        sums = [sums[0] + counts.bad * share, sums[1] + counts.total * share, sums[2] + overlap];
    }
    sums
}

fn assert_sums(series: &Series, run: &Run, window: Span) -> Result<(), TestCaseError> {
    let sum = series.window(window);
    for (found, wanted) in [sum.bad, sum.total, sum.observed_ms].into_iter().zip(naive(run, window)) {
        prop_assert!((found - wanted).abs() <= 1e-6 * wanted.max(1.0), "{window:?}: {found} for {wanted}");
    }
    Ok(())
}

/// A number as a broken exporter may send it.
fn hostile() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any::<f64>(),
        4 => 0.0..1e6,
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(f64::MAX),
        1 => Just(-0.0),
    ]
}

fn hostile_time() -> impl Strategy<Value = Time> {
    let near = NOON_MS - 10_000_000..NOON_MS + 10_000_000;
    let limits = Time::MIN_UTC.timestamp_millis()..Time::MAX_UTC.timestamp_millis();
    prop_oneof![8 => near, 1 => limits].prop_map(at)
}

fn hostile_sample() -> impl Strategy<Value = Sample> {
    let counter = ("[ab]", hostile()).prop_map(|(series, value)| Counter { series, value });
    let side = proptest::collection::vec(counter, 0..4).boxed();
    let tile = proptest::option::of((hostile(), hostile()));
    let tile = tile.prop_map(|tile| tile.map(|(part, total)| Tile { part, total }));
    let width = prop_oneof![
        Just(Duration::from_mins(5)),
        Just(Duration::ZERO),
        Just(Duration::MAX),
        (0_u64..4_000_000).prop_map(Duration::from_millis)
    ];
    let end = prop_oneof![hostile_time(), (-30_i64..30).prop_map(|bucket| at(NOON_MS + bucket * BUCKET_MS))];
    let tiles = (end, width, proptest::collection::vec(tile, 0..40))
        .prop_map(|(end, width, tiles)| Sample::Tiles { end, width, tiles });
    prop_oneof![(side.clone(), side).prop_map(|(part, total)| Sample::Counters { part, total }), tiles]
}

#[derive(Debug, Clone)]
enum Call {
    Observe(Time, Result<Sample, String>),
    Evaluate(Time),
    Interval(Duration),
    Revise(u64),
}

fn call() -> impl Strategy<Value = Call> {
    let outcome = proptest::result::maybe_ok(hostile_sample(), "[a-z]{0,5}");
    prop_oneof![
        4 => (hostile_time(), outcome).prop_map(|(time, outcome)| Call::Observe(time, outcome)),
        3 => hostile_time().prop_map(Call::Evaluate),
        1 => (0..u64::MAX).prop_map(|s| Call::Interval(Duration::from_secs(s))),
        1 => prop_oneof![0_u64..200_000, Just(u64::MAX)].prop_map(Call::Revise),
    ]
}

fn play(calls: &[Call]) -> Vec<String> {
    let mut evaluator = Evaluator::new(vec![slo(good())]);
    let mut said = Vec::new();
    for call in calls {
        match call.clone() {
            Call::Observe(time, outcome) => evaluator.observe("a", time, outcome),
            Call::Evaluate(now) => {
                said.push(format!("{:?}{:?}", evaluator.evaluate(now), evaluator.readings()));
            }
            Call::Interval(interval) => evaluator.set_interval("a", interval),
            Call::Revise(seconds) => {
                let period = Duration::from_secs(seconds);
                evaluator.set_slos(vec![Slo { period, ..slo(good()) }]);
            }
        }
        said.push(format!("{:?}", evaluator.spent("a", at(NOON_MS - 5_000_000), at(NOON_MS))));
        said.push(format!("{:?}", evaluator.sparkline("a", Duration::from_hours(1), 7)));
        said.push(format!("{:?}", evaluator.buckets("a", Time::MIN_UTC, Time::MAX_UTC).len()));
    }
    said
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_window_is_the_sum_of_its_tiles(
        tiles in proptest::collection::vec(counts(), 1..200),
        phase in 0..BUCKET_MS,
        edges in proptest::collection::vec((0_i64..70_000_000, 0_i64..70_000_000), 8),
    ) {
        let closed = run_until(NOON_MS, &tiles);
        let mut series = Series::new(Duration::from_hours(48));
        series.fill(&closed);
        for (from, to) in &edges {
            assert_sums(&series, &closed, Span { from: NOON_MS - from, to: NOON_MS - to })?;
        }
        let hour = run_until(NOON_MS + phase, &tiles[..tiles.len().min(12)]);
        series.fill(&hour);
        // Inside a tile that was known in parts its parts stay; between the edges of tiles they sum up.
        let edge = |ago: i64| hour.end - (ago % 3_600_000).div_euclid(BUCKET_MS) * BUCKET_MS;
        for (from, to) in edges {
            let within = Span { from: edge(from), to: edge(to) };
            if tiles.len() >= 12 {
                assert_sums(&series, &hour, within)?;
            }
        }
    }

    #[test]
    fn the_order_of_chunks_does_not_matter(
        (tiles, order) in proptest::collection::vec(counts(), 40)
            .prop_flat_map(|tiles| (Just(tiles), Just((0..8_usize).collect::<Vec<_>>()).prop_shuffle())),
    ) {
        let whole = run_until(NOON_MS, &tiles);
        let mut series = Series::new(Duration::from_hours(48));
        for chunk in order {
            let end = NOON_MS - BUCKET_MS * i64::try_from(35 - chunk * 5).unwrap();
            series.fill(&run_until(end, &tiles[chunk * 5..chunk * 5 + 5]));
        }
        let buckets: Vec<_> = series.buckets(Span { from: 0, to: i64::MAX }).map(|(_, counts)| counts).collect();
        let newest = tiles.iter().rposition(Option::is_some).map_or(0, |at| at + 1);
        prop_assert_eq!(&buckets[..], &tiles[..newest]);
        assert_sums(&series, &whole, Span { from: NOON_MS - 9_000_000, to: NOON_MS })?;
    }

    #[test]
    fn reading_again_overwrites(
        first in proptest::collection::vec(counts(), 30),
        again in proptest::collection::vec(counts(), 1..20),
        back in 0_usize..10,
    ) {
        let mut series = Series::new(Duration::from_hours(48));
        series.fill(&run_until(NOON_MS, &first));
        series.fill(&run_until(NOON_MS - BUCKET_MS * i64::try_from(back).unwrap(), &again));
        let mut wanted = first;
        let end = wanted.len() - back;
        wanted.splice(end - again.len()..end, again);
        let whole = run_until(NOON_MS, &wanted);
        assert_sums(&series, &whole, Span { from: NOON_MS - 9_000_000, to: NOON_MS - 3_600_000 })?;
    }

    #[test]
    fn resets_never_take_events_away(values in proptest::collection::vec((0_u32..500, 0_u32..500), 2..60)) {
        let mut evaluator = Evaluator::new(vec![slo(bad())]);
        let mut wanted = 0.0;
        let mut last = None;
        for (n, (one, two)) in (0..).zip(&values) {
            let counters = [("one", one), ("two", two)];
            let total = counters.map(|(series, value)| Counter { series: series.to_owned(), value: f64::from(*value) });
            let sample = Sample::Counters { part: total[..1].to_vec(), total: total.to_vec() };
            evaluator.observe("a", at(NOON_MS + n * 15_000), Ok(sample));
            if let Some((before_one, before_two)) = last {
                let grown = |before: u32, now: u32| f64::from(now.checked_sub(before).unwrap_or(now));
                wanted += grown(before_one, *one) + grown(before_two, *two);
            }
            last = Some((*one, *two));
        }
        let end = at(NOON_MS + 15_000 * i64::try_from(values.len() - 1).unwrap());
        evaluator.evaluate(end);
        let reading = &evaluator.readings()[0];
        prop_assert!((reading.total - wanted).abs() < 1e-6, "{} for {wanted}", reading.total);
        prop_assert!(reading.bad >= 0.0 && reading.bad <= reading.total);
    }

    #[test]
    fn the_same_calls_give_the_same_answers(calls in proptest::collection::vec(call(), 0..30)) {
        prop_assert_eq!(play(&calls), play(&calls));
    }

    #[test]
    fn hostile_input_never_makes_nonsense_numbers(calls in proptest::collection::vec(call(), 0..40)) {
        let mut evaluator = Evaluator::new(vec![slo(good())]);
        for call in calls {
            let Call::Observe(time, outcome) = call else { continue };
            evaluator.observe("a", time, outcome);
            evaluator.evaluate(at(NOON_MS));
            let reading = &evaluator.readings()[0];
            prop_assert!(reading.bad.is_finite() && reading.bad >= 0.0 && reading.bad <= reading.total + 1.0);
            prop_assert!((0.0..=1.0).contains(&reading.coverage));
            prop_assert!(reading.burn.iter().all(|burn| burn.rate.is_none_or(|rate| (0.0..1001.0).contains(&rate))));
        }
    }

    /// However a history is cut into chunks, and the polls after it into rounds of looking, the rows end the
    /// same.
    #[test]
    fn any_split_into_batches_gives_the_same_answers(
        tiles in proptest::collection::vec(counts(), 60),
        cuts in proptest::collection::vec(1_usize..60, 0..5),
        polls in proptest::collection::vec(0_u32..200, 1..40),
        looks in proptest::collection::vec(any::<bool>(), 40),
    ) {
        let whole = lived(&tiles, &[], &polls, &[]);
        let split = lived(&tiles, &cuts, &polls, &looks);
        for (one, other) in numbers(&whole).into_iter().zip(numbers(&split)) {
            prop_assert_eq!(one.is_some(), other.is_some());
            let (one, other) = (one.unwrap_or(0.0), other.unwrap_or(0.0));
            prop_assert!((one - other).abs() <= 1e-9 * one.abs().max(1.0), "{one} and {other}");
        }
    }

    #[test]
    fn a_bad_event_more_never_leaves_more_of_the_budget(
        tiles in proptest::collection::vec(counts(), 1..60),
        place in 0_usize..60,
        more in 1_u32..50,
    ) {
        let place = place % tiles.len();
        let mut worse = tiles.clone();
        if let Some(counts) = &mut worse[place] {
            counts.bad = (counts.bad + f64::from(more)).min(counts.total);
        }
        let left = |tiles: &[Option<Counts>]| {
            lived(tiles, &[], &[], &[]).budget.map_or(f64::NAN, |budget| budget.remaining)
        };
        let (before, after) = (left(&tiles), left(&worse));
        prop_assert!(after <= before || before.is_nan() && after.is_nan(), "{before} became {after}");
    }

    /// What was not observed is never called healthy, and the silence after it resolves nothing.
    #[test]
    fn silence_is_never_ok_and_tells_nothing(
        tiles in proptest::collection::vec(counts(), 1..60),
        silence in 61_000_i64..1_000_000_000,
    ) {
        let mut evaluator = Evaluator::new(vec![slo(bad())]);
        evaluator.restore("a", at(NOON_MS), tiles);
        evaluator.evaluate(at(NOON_MS));
        let before: Vec<_> = evaluator.readings()[0].alerts.iter().map(|tier| tier.state).collect();
        let said = evaluator.evaluate(at(NOON_MS + silence));
        let reading = &evaluator.readings()[0];
        prop_assert!(said.is_empty());
        prop_assert!(matches!(reading.state, SloState::Stale | SloState::NoData), "{:?}", reading.state);
        prop_assert_eq!(before, reading.alerts.iter().map(|tier| tier.state).collect::<Vec<_>>());
    }
}

/// The row after a history that came in chunks, the newest first, and polls of which some were followed by a
/// look.
fn lived(tiles: &[Option<Counts>], cuts: &[usize], polls: &[u32], looks: &[bool]) -> Reading {
    let mut evaluator = Evaluator::new(vec![slo(bad())]);
    let mut cuts: Vec<usize> =
        cuts.iter().copied().chain([0, tiles.len()]).filter(|cut| *cut <= tiles.len()).collect();
    cuts.sort_unstable();
    for pair in cuts.windows(2).rev().filter(|pair| pair[0] < pair[1]) {
        let end = NOON_MS - BUCKET_MS * i64::try_from(tiles.len() - pair[1]).unwrap();
        evaluator.restore("a", at(end), tiles[pair[0]..pair[1]].to_vec());
    }
    let mut total = 0;
    let mut now = NOON_MS;
    for (poll, growth) in polls.iter().enumerate() {
        now = NOON_MS + 15_000 * i64::try_from(poll).unwrap();
        total += growth;
        let counter = |value: u32| vec![Counter { series: "a".to_owned(), value: f64::from(value) }];
        evaluator.observe(
            "a",
            at(now),
            Ok(Sample::Counters { part: counter(total / 7), total: counter(total) }),
        );
        if looks.get(poll) == Some(&true) {
            evaluator.evaluate(at(now));
        }
    }
    evaluator.evaluate(at(now));
    evaluator.readings()[0].clone()
}

/// Every number of a row. Which of its tiers fire is their memory, not its data.
fn numbers(row: &Reading) -> Vec<Option<f64>> {
    let burns = row.burn.iter().map(|burn| burn.rate);
    let age = row.age_s.map(|age| age as f64);
    let left = row.budget.map(|budget| budget.remaining);
    let sums = [row.bad, row.total, row.coverage].map(Some);
    burns.chain(sums).chain([row.sli, left, row.trend, age]).collect()
}
