//! What is asked about each kind of indicator, case by case.

use super::*;
use crate::slo::Op;

const EVERY: Duration = Duration::from_secs(15);

fn indicator(sli: Sli) -> Indicator {
    Indicator {
        id: "web".to_owned(),
        sli,
        method: Method::Occurrences,
        by: Vec::new(),
        source: None,
        history: Duration::from_hours(24),
    }
}

fn bad() -> Sli {
    Sli::Bad { bad: Query::parse("e"), total: Query::parse("r") }
}

fn good() -> Sli {
    Sli::Good { good: Query::parse("g"), total: Query::parse("r") }
}

fn asked(indicator: &Indicator) -> (String, String, f64) {
    let question = Question::new(indicator, EVERY).expect("a question");
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    (line(&question.part.text), line(&question.total.text), question.part.scale)
}

#[test]
fn every_kind_of_indicator_becomes_a_part_and_a_total() {
    let hole = |text| Query::parse(text);
    let cases = [
        ("bad events", bad(), "sum(increase(e[5m]))", "sum(increase(r[5m]))", 1.0),
        ("good events", good(), "sum(increase(g[5m]))", "sum(increase(r[5m]))", 1.0),
        (
            "rates",
            Sli::Bad { bad: hole("sum(rate(e[{{.window}}]))"), total: hole("sum(rate(r[{{.window}}]))") },
            "sum( sum(rate(e[5m])) )",
            "sum( sum(rate(r[5m])) )",
            300.0,
        ),
        (
            "a gauge",
            Sli::Up { gauge: hole("up") },
            "sum(sum_over_time(((( up ) > -Inf < Inf) != bool 0)[4m59s:15s]))",
            "sum(count_over_time((( up ) > -Inf < Inf)[4m59s:15s]))",
            1.0,
        ),
        (
            "a bound",
            Sli::Bound { value: hole("lag"), op: Op::Below, bound: 500.0 },
            "sum(sum_over_time(((( lag ) > -Inf < Inf) < bool 500)[4m59s:15s]))",
            "sum(count_over_time((( lag ) > -Inf < Inf)[4m59s:15s]))",
            1.0,
        ),
        (
            "a gauge of five minutes ago",
            Sli::Up { gauge: Query::PromQl("up offset 5m".to_owned()) },
            "sum(sum_over_time(((( up offset 5m ) > -Inf < Inf) != bool 0)[4m59s:15s]))",
            "sum(count_over_time((( up offset 5m ) > -Inf < Inf)[4m59s:15s]))",
            1.0,
        ),
        (
            "a recorded ratio",
            Sli::Ratio { ratio: hole("slo:ratio5m"), of: Share::Bad },
            "sum(sum_over_time((( slo:ratio5m ) > -Inf)[4m59s:15s]))",
            "sum(sum_over_time((( slo:ratio5m ) > bool -Inf)[4m59s:15s]))",
            15.0,
        ),
        (
            "a ratio of its own",
            Sli::Ratio { ratio: hole("a[{{.window}}] / b"), of: Share::Good },
            "sum(( a[5m] / b ) > -Inf)",
            "sum(( a[5m] / b ) > bool -Inf)",
            300.0,
        ),
        (
            "a native histogram",
            Sli::NativeLatency { histogram: hole("h"), within: Duration::from_millis(300) },
            "histogram_fraction(0, 0.3, sum(increase(h[5m]))) * histogram_count(sum(increase(h[5m]))) > -Inf",
            "histogram_count(sum(increase(h[5m])))",
            1.0,
        ),
    ];
    for (name, sli, part, total, scale) in cases {
        assert_eq!(asked(&indicator(sli)), (part.to_owned(), total.to_owned(), scale), "{name}");
    }
}

#[test]
fn groups_are_kept_by_every_aggregation() {
    let by = vec!["route".to_owned(), "zone".to_owned()];
    let slis = [
        bad(),
        Sli::Up { gauge: Query::parse("up") },
        Sli::Ratio { ratio: Query::parse("r"), of: Share::Bad },
        Sli::NativeLatency { histogram: Query::parse("h"), within: Duration::from_secs(1) },
    ];
    for sli in slis {
        let (part, total, _) = asked(&Indicator { by: by.clone(), ..indicator(sli) });
        for text in [part, total] {
            assert!(text.contains("sum by(route, zone)(") && !text.contains("sum("), "{text}");
        }
    }
}

#[test]
fn slices_are_judged_inside_a_tile_or_at_its_end() {
    let share = |range: &str| {
        format!(
            "(((sum(increase(e[{range}]))) or 0 * (sum(increase(r[{range}])))) / (sum(increase(r[{range}]))))"
        )
    };
    let (minute, hour) = (share("1m"), share("1h"));
    let slices = |target, slice| Method::Timeslices { target, slice: Duration::from_mins(slice) };
    let means = |slice| Method::RatioTimeslices { slice: Duration::from_mins(slice) };
    let cases = [
        (
            slices(0.95, 1),
            format!("sum_over_time(((1 - {minute}) < bool 0.95)[4m59s:1m])"),
            format!("count_over_time(({minute} > -Inf)[4m59s:1m])"),
        ),
        (slices(0.99, 60), format!("(1 - {hour}) < bool 0.99"), format!("count({hour} > -Inf)")),
        (
            means(1),
            format!("sum_over_time(({minute} > -Inf)[4m59s:1m])"),
            format!("count_over_time(({minute} > -Inf)[4m59s:1m])"),
        ),
        (means(60), format!("{hour} > -Inf"), format!("count({hour} > -Inf)")),
    ];
    for (method, part, total) in cases {
        assert_eq!(asked(&Indicator { method, ..indicator(bad()) }), (part, total, 1.0), "{method:?}");
    }
    let (part, _, _) = asked(&Indicator { method: slices(0.95, 5), ..indicator(good()) });
    assert!(part.ends_with(">= bool 0.95"), "{part}");
}

#[test]
fn slices_mix_rates_and_increases_in_the_same_unit() {
    let sli = Sli::Bad { bad: Query::parse("sum(rate(e[{{.window}}]))"), total: Query::parse("r") };
    let method = Method::RatioTimeslices { slice: Duration::from_mins(1) };
    let (part, _, _) = asked(&Indicator { method, ..indicator(sli) });
    assert!(part.contains("sum( sum(rate(e[1m])) )) * 60 or 0 * (sum(increase(r[1m]))"), "{part}");
}

#[test]
fn slices_that_do_not_fit_into_tiles_are_refused_with_the_reason() {
    let cases = [
        (Duration::from_mins(7), "time slices of 7m neither divide 5 minutes nor are a multiple of them"),
        (Duration::from_millis(500), "time slices of 500ms neither"),
        (Duration::ZERO, "time slices of 0s neither"),
        (Duration::from_secs(301), "time slices of 5m1s neither"),
    ];
    for (slice, expected) in cases {
        let method = Method::Timeslices { target: 0.9, slice };
        let error = Question::new(&Indicator { method, ..indicator(bad()) }, EVERY).expect_err("refused");
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn gauges_are_looked_at_as_often_as_they_are_asked_for_and_once_a_minute_at_least() {
    for (every, expected) in [(1, 1), (4, 4), (7, 6), (15, 15), (59, 30), (60, 60), (3_600, 60)] {
        assert_eq!(step(Duration::from_secs(every)), expected, "{every}");
        assert!(60_u64.is_multiple_of(expected));
    }
    let gauge = Sli::Up { gauge: Query::parse("up") };
    let method = Method::Timeslices { target: 0.9, slice: Duration::from_secs(25) };
    let (part, _, _) = asked(&Indicator { method, ..indicator(gauge) });
    assert!(part.contains("[24s:5s]") && part.ends_with("[4m59s:25s])"), "{part}");
}

#[test]
fn a_journey_is_asked_for_by_its_components() {
    assert!(Question::new(&indicator(Sli::Journey(Vec::new())), EVERY).is_err());
}
