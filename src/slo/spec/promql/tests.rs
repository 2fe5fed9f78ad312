//! Queries get their window, whatever they were written with.

use super::{Slip, bare_counter, bucket_sum, of_counters, of_gauges, of_ratio, of_value, windowed};
use crate::slo::Query;

fn shown(query: Result<Query, Slip>) -> String {
    match query {
        Ok(Query::Selector(text)) => format!("selector {text}"),
        Ok(Query::PromQl(text)) => text,
        Err((what, _)) => format!("! {what}"),
    }
}

#[test]
fn counters_are_read_by_their_increase() {
    let cases = [
        ("a_total", "selector a_total"),
        (" a_total{x=\"[5m]\"} ", "selector a_total{x=\"[5m]\"}"),
        ("sum(a_total{x=\"1\"})", "selector a_total{x=\"1\"}"),
        ("sum ( a_total )", "selector a_total"),
        ("sum(rate(a_total[{{ .window }}]))", "sum(rate(a_total[{{.window}}]))"),
        ("sum(rate(a_total[5m]))", "sum(rate(a_total[{{.window}}]))"),
        ("max_over_time(sum(rate(a[1m]))[5m:1m])", "max_over_time(sum(rate(a[1m]))[{{.window}}:1m])"),
        ("a_total offset 1m", "increase(a_total[{{.window}}] offset 1m)"),
        (
            "sum(a_total) by (job) - sum by (job) (b_total{x=~\"a|b\"})",
            "sum(increase(a_total[{{.window}}])) by (job) - sum by (job) (increase(b_total{x=~\"a|b\"}[{{.window}}]))",
        ),
        (
            "sum(a) / on(x) group_left(y) sum(b) > bool 1.5e3 # a and b",
            "sum(increase(a[{{.window}}])) / on(x) group_left(y) sum(increase(b[{{.window}}])) > bool 1.5e3 # a and b",
        ),
        ("{__name__=\"a\"} or b", "increase({__name__=\"a\"}[{{.window}}]) or increase(b[{{.window}}])"),
        ("sum(a[{{.step}}])", "! {{.step}} is an unknown hole"),
        ("sum(a[{{.window]))", "! a {{ is never closed"),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(of_counters(text)), expected, "{text}");
    }
}

#[test]
fn gauges_and_values_are_read_as_they_stand() {
    assert_eq!(shown(of_gauges("a{x=\"1\"}")), "sum(sum_over_time(a{x=\"1\"}[{{.window}}]))");
    assert_eq!(shown(of_gauges("a + b")), "sum_over_time((\na + b\n)[{{.window}}:])");
    assert_eq!(shown(of_gauges("sum(rate(a[1m]))")), "sum(rate(a[{{.window}}]))");
    assert_eq!(shown(of_value("max_over_time(a[2m])")), "max_over_time(a[2m])");
    assert_eq!(shown(of_value("a")), "selector a");
    assert_eq!(shown(of_ratio("1 - rate(a[1m])")), "1 - rate(a[{{.window}}])");
    assert_eq!(shown(of_ratio("slo:ratio")), "selector slo:ratio");
}

#[test]
fn a_window_is_written_alike_whatever_its_blanks() {
    assert_eq!(windowed("a[{{  .window }}:{{.window}}]").unwrap(), "a[{{.window}}:{{.window}}]");
    assert_eq!(windowed("a[5m]").unwrap_err().0, "has no {{.window}}");
}

#[test]
fn buckets_that_are_added_up_are_noticed() {
    for text in ["h_bucket", "h_bucket{job=\"le\"}", "sum(rate(n[1m])) - sum(rate(h_bucket{a=\"b\"}[1m]))"] {
        let (what, _) = bucket_sum(text).unwrap();
        assert_eq!(what, "adds up all buckets of h_bucket, and each holds those below it", "{text}");
    }
    for text in [
        "h_bucket{le=\"0.3\"}",
        "sum(rate(h_bucket{le=~\"1([.]0)?\"}[1m]))",
        "histogram_quantile(0.9, sum by (le) (rate(h_bucket[1m])))",
        "histogram_quantile(0.9, sum(rate(h_bucket[1m])) by (job, le))",
        "h_count",
        "sum(rate(bucket_total[1m]))",
    ] {
        assert_eq!(bucket_sum(text), None, "{text}");
    }
}

#[test]
fn a_counter_without_a_range_beside_one_with_it_is_noticed() {
    let (what, _) = bare_counter("sum(rate(a_total[5m])) + sum(b_total{x=\"1\"})").unwrap();
    assert_eq!(what, "b_total stands without a range beside one that has one");
    for text in [
        "sum(a_total) + sum(b_total)",
        "sum(rate(a_total[5m])) + sum(increase(b_total{x=\"1\"}[{{.window}}]))",
        "sum(rate(a_total[5m])) * on(pod) group_left kube_pod_info",
    ] {
        assert_eq!(bare_counter(text), None, "{text}");
    }
}
