//! Signals out of answers and pages: rates, shares, percentiles, loads, and an hour of them.

#![expect(
    clippy::expect_used,
    clippy::type_complexity,
    reason = "a test that cannot go on says so by panicking"
)]

use std::time::Duration;

use warroom::slo::exposition;
use warroom::slo::preset::{Across, Full, Histogram, Load, LoadKind, Service, Tick};
use warroom::slo::signal::{Answers, Board, Link, Meter, PageOf, Signal, Signals, quantile};
use warroom::text::{Time, when};

const PAUSE: Duration = Duration::from_mins(1);

fn at(second: i64) -> Time {
    Time::from_timestamp(1_700_000_000 + second, 0).expect("a time")
}

fn load(name: &str, value: &str, kind: LoadKind, full: Full) -> Load {
    let across = if kind == LoadKind::Rate { Across::Sum } else { Across::Worst };
    Load {
        name: name.to_owned(),
        value: value.to_owned(),
        kind,
        across,
        full,
        left: false,
        unit: String::new(),
    }
}

fn web() -> Service {
    Service {
        requests: Some("r_total".to_owned()),
        errors: Some("r_total{code=~\"5..\"}".to_owned()),
        duration: Some(Histogram { base: "d_seconds".to_owned(), unit: Tick::Seconds }),
        loads: vec![
            load("pool", "used", LoadKind::Gauge, Full::Series(vec!["most".to_owned()])),
            load("cpu", "cpu_total", LoadKind::Rate, Full::At(2.0)),
        ],
        ..Service::new("web")
    }
}

/// What a meter says of one page a poll, `(second, page)`.
fn metered(service: &Service, polls: &[(i64, &str)]) -> Vec<Signals> {
    let mut meter = Meter::new(service).expect("selectors");
    let poll = |(second, text): &(i64, &str)| {
        let page = exposition::parse(text);
        assert_eq!(page.fault, None, "{text}");
        let pages = [PageOf { target: "t", page: Ok(&page) }];
        Signals::new(service, at(*second), meter.read(at(*second), &pages, PAUSE))
    };
    polls.iter().map(poll).collect()
}

fn near(value: Option<f64>, expected: f64) {
    let value = value.expect("a value");
    assert!((value - expected).abs() < 1e-9, "{value} is not {expected}");
}

#[test]
fn rates_are_per_series_between_two_polls() {
    let first = "r_total{code=\"200\"} 100\nr_total{code=\"500\"} 7\n";
    let cases = [
        ("steady", "r_total{code=\"200\"} 190\nr_total{code=\"500\"} 17\n", 10.0, 0.1),
        ("one restarts", "r_total{code=\"200\"} 90\nr_total{code=\"500\"} 17\n", 10.0, 0.1),
        (
            "born since",
            "r_total{code=\"200\"} 100\nr_total{code=\"500\"} 7\nr_total{code=\"503\"} 5\n",
            0.5,
            1.0,
        ),
        ("no errors", "r_total{code=\"200\"} 200\nr_total{code=\"500\"} 7\n", 10.0, 0.0),
    ];
    for (name, second, rate, share) in cases {
        let said = metered(&web(), &[(0, first), (10, second)]);
        let [before, after] = said.as_slice() else { panic!("{name}: two polls") };
        assert_eq!(
            (before.rate_per_s, before.error_share),
            (None, None),
            "{name}: nothing is known at first"
        );
        near(after.rate_per_s, rate);
        near(after.error_share, share);
    }
}

#[test]
fn without_requests_there_is_no_share_and_after_a_long_pause_no_rate() {
    let page = "r_total{code=\"200\"} 100\n";
    let said = metered(&web(), &[(0, page), (10, page), (100, "r_total{code=\"200\"} 900\n")]);
    assert_eq!(said.iter().map(|one| one.rate_per_s).collect::<Vec<_>>(), [None, Some(0.0), None]);
    assert!(said.iter().all(|one| one.error_share.is_none()));
    assert_eq!(said.iter().map(|one| one.faults.len()).sum::<usize>(), 0);
}

#[test]
fn percentiles_are_of_what_the_buckets_grew_by() {
    let page = |counts: [u32; 4]| {
        let bounds = ["0.1", "0.5", "1", "+Inf"];
        let lines = bounds.iter().zip(counts);
        lines.map(|(le, count)| format!("d_seconds_bucket{{le=\"{le}\"}} {count}\n")).collect::<String>()
    };
    let service = Service { requests: None, errors: None, loads: Vec::new(), ..web() };
    let (first, second) = (page([1000, 1000, 1000, 1000]), page([1050, 1090, 1098, 1100]));
    let said = metered(&service, &[(0, &first), (10, &second)]);
    let newest = said.last().expect("a poll");
    near(newest.p50_s, 0.1);
    near(newest.p95_s, 0.5 + 0.5 * 5.0 / 8.0);
    near(newest.p99_s, 1.0);
    assert_eq!(said.first().expect("a poll").p50_s, None);
}

#[test]
fn loads_are_shares_of_what_is_full_series_by_series() {
    let first = "used{db=\"a\"} 5\nused{db=\"b\"} 9\nmost{db=\"a\"} 50\nmost{db=\"b\"} 10\ncpu_total 100\n";
    let second = "used{db=\"a\"} 5\nused{db=\"b\"} 8\nmost{db=\"a\"} 50\nmost{db=\"b\"} 10\ncpu_total 105\n";
    let said = metered(&web(), &[(0, first), (10, second)]);
    let loads = |signals: &Signals| signals.saturation.iter().map(|load| load.value).collect::<Vec<_>>();
    assert_eq!(said.iter().map(loads).collect::<Vec<_>>(), [[Some(0.9), None], [Some(0.8), Some(0.25)]]);
}

#[test]
fn a_gauge_taken_for_a_counter_costs_that_signal_and_no_other() {
    let page = "# TYPE r_total gauge\nr_total 5\nused 1\nmost 2\ncpu_total 1\n";
    let said = metered(&web(), &[(0, page), (10, page)]);
    let newest = said.last().expect("a poll");
    assert_eq!(newest.fault(Signal::Rate), Some("t: r_total is no counter (kind = \"gauge\"?)"));
    assert_eq!(newest.fault(Signal::Load(0)), None);
    assert_eq!(newest.value(Signal::Load(0)), Some(0.5));
}

#[test]
fn a_page_that_is_missing_makes_its_services_unknown_not_smaller() {
    let service = web();
    let mut meter = Meter::new(&service).expect("selectors");
    let (one, other) = (exposition::parse("r_total 5\n"), exposition::parse("else 1\n"));
    let both = [PageOf { target: "a", page: Ok(&one) }, PageOf { target: "b", page: Ok(&other) }];
    meter.read(at(0), &both, PAUSE);
    let without_b = [both[0], PageOf { target: "b", page: Err("b: refused") }];
    assert_eq!(meter.read(at(10), &without_b, PAUSE)[&Signal::Rate], Ok(Some(0.0)), "b never fed it");
    let without_a = [PageOf { target: "a", page: Err("a: refused") }, both[1]];
    let answers = meter.read(at(20), &without_a, PAUSE);
    assert_eq!(answers.len(), 7);
    assert!(answers.values().all(|said| *said == Err("a: refused".to_owned())));
}

#[test]
fn quantiles_are_taken_as_prometheus_takes_them() {
    let inf = f64::INFINITY;
    let cases: [(&str, f64, &[(f64, f64)], Option<f64>); 10] = [
        ("inside the first bucket, from 0", 0.5, &[(1.0, 10.0), (inf, 10.0)], Some(0.5)),
        ("linear inside a bucket", 0.75, &[(1.0, 50.0), (2.0, 100.0), (inf, 100.0)], Some(1.5)),
        ("beyond the last bound", 0.99, &[(1.0, 50.0), (2.0, 60.0), (inf, 100.0)], Some(2.0)),
        ("no observations", 0.5, &[(1.0, 0.0), (inf, 0.0)], None),
        ("no infinite bucket", 0.5, &[(1.0, 5.0), (2.0, 5.0)], None),
        ("the infinite bucket alone", 0.5, &[(inf, 5.0)], None),
        ("any order", 0.75, &[(inf, 100.0), (2.0, 100.0), (1.0, 50.0)], Some(1.5)),
        (
            "equal bounds of two targets",
            0.75,
            &[(1.0, 20.0), (1.0, 30.0), (2.0, 100.0), (inf, 100.0)],
            Some(1.5),
        ),
        ("a falling bucket is levelled", 0.5, &[(1.0, 50.0), (2.0, 40.0), (inf, 100.0)], Some(1.0)),
        ("a first bound at or below 0", 0.1, &[(0.0, 50.0), (1.0, 100.0), (inf, 100.0)], Some(0.0)),
    ];
    for (name, q, buckets, expected) in cases {
        assert_eq!(quantile(q, buckets), expected, "{name}");
    }
}

#[test]
fn what_a_server_says_becomes_signals_and_nan_is_unknown() {
    let service = web();
    let answers = Answers::from([
        (Signal::Rate, Ok(Some(20.0))),
        (Signal::Errors, Ok(None)),
        (Signal::P50, Ok(Some(f64::NAN))),
        (Signal::P95, Err("bad_data: no".to_owned())),
        (Signal::Load(0), Ok(Some(0.4))),
    ]);
    let signals = Signals::new(&service, at(0), answers);
    assert_eq!((signals.rate_per_s, signals.error_share), (Some(20.0), Some(0.0)), "no error ever happened");
    assert_eq!((signals.p50_s, signals.p95_s, signals.p99_s), (None, None, None));
    assert_eq!(signals.faults, [(Signal::P95, "bad_data: no".to_owned())]);
    let lost = Signals::failed(&service, at(0), "refused");
    assert_eq!((lost.faults.len(), lost.rate_per_s, lost.error_share), (7, None, None));
}

fn rate(second: i64, rate: f64) -> Signals {
    Signals::new(&web(), at(second), Answers::from([(Signal::Rate, Ok(Some(rate)))]))
}

fn board() -> Board {
    let mut board = Board::default();
    board.set_services([(web(), Duration::from_secs(10))]);
    board
}

#[test]
fn a_change_is_held_against_a_quarter_of_an_hour_before() {
    let mut board = board();
    board.heard("web", rate(0, 10.0));
    assert_eq!(board.change("web", Signal::Rate), None, "one point is no change");
    board.heard("web", rate(120, 15.0));
    let young = board.change("web", Signal::Rate).expect("two minutes of past");
    assert_eq!((young.growth(), young.over), (Some(0.5), Duration::from_mins(2)));
    for minute in 3..=20 {
        board.heard("web", rate(minute * 60, f64::from(minute as i32) * 10.0));
    }
    let grown = board.change("web", Signal::Rate).expect("enough past");
    assert_eq!((grown.before, grown.now, grown.over), (50.0, 200.0, Duration::from_mins(15)));
    assert_eq!(board.change("web", Signal::P99), None, "never known");
    assert_eq!(board.change("nobody", Signal::Rate), None);
}

#[test]
fn an_hour_is_kept_and_thinned_without_averaging() {
    let mut board = board();
    for second in 0..=7_200 {
        board.heard("web", rate(second, second as f64));
    }
    let spark = board.spark("web", Signal::Rate, at(7_200), 60);
    assert_eq!(spark.len(), 60);
    let known: Vec<f64> = spark.iter().map(|value| value.expect("heard all along")).collect();
    assert!(known.iter().all(|value| value.fract() == 0.0), "{known:?}: values that were heard");
    assert!(known.is_sorted() && known.first() >= Some(&3_600.0), "{known:?}");
    assert_eq!(known.last(), Some(&7_200.0));
    let thin = format!("{board:?}").matches("rate_per_s").count();
    assert_eq!(thin, 1, "only the newest is kept whole");
}

#[test]
fn old_signals_are_overdue_and_late_ones_change_nothing() {
    let mut board = board();
    board.heard("web", rate(100, 5.0));
    board.heard("web", rate(50, 9.0));
    assert_eq!(board.newest("web").and_then(|signals| signals.rate_per_s), Some(5.0));
    assert_eq!(board.overdue("web", at(160)), None);
    assert_eq!(board.overdue("web", at(161)), Some(Duration::from_secs(61)));
}

#[test]
fn a_past_stays_over_a_reload_unless_other_series_are_meant() {
    let mut board = board();
    board.heard("web", rate(0, 5.0));
    let linked = Service { logs: Link::parse("https://l/").ok(), ..web() };
    board.set_services([(linked, Duration::from_secs(30))]);
    assert!(board.newest("web").is_some());
    board.set_services([(Service { errors: None, ..web() }, Duration::from_secs(30))]);
    assert!(board.newest("web").is_none());
}

#[test]
fn links_are_filled_and_encoded() {
    let text =
        "https://logs/{{service}}?q=%7Bapp%3D%22{{service}}%22%7D&from={{from}}&to={{to_ms}}#x{{from_ms}}";
    let link = Link::parse(text).expect("a link");
    let filled = link.fill("a b/é&c", at(0), when::after(at(0), Duration::from_mins(5)));
    assert_eq!(
        filled,
        "https://logs/a%20b%2F%C3%A9%26c?q=%7Bapp%3D%22a%20b%2F%C3%A9%26c%22%7D\
         &from=2023-11-14T22%3A13%3A20.000Z&to=1700000300000#x1700000000000"
    );
}
