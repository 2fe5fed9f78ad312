//! PromQL as text, case by case.

use super::*;

#[test]
fn ranges_are_written_with_the_largest_units() {
    let cases =
        [(300, "5m"), (299, "4m59s"), (60, "1m"), (59, "59s"), (3_600, "1h"), (5_400, "1h30m"), (0, "0s")];
    for (seconds, text) in cases {
        assert_eq!(duration(seconds), text);
    }
}

#[test]
fn rates_are_told_from_increases_outside_of_quotes_and_comments() {
    let cases = [
        ("sum(rate(a[5m]))", true),
        ("sum(rate(a[5m])) - sum(rate(b[5m]))", true),
        ("sum(irate (a[5m]))", true),
        ("sum(increase(a[5m]))", false),
        ("sum(increase(a[5m])) # not rate(", false),
        ("sum(count_over_time(a{b=\"rate(\"}[5m]))", false),
        ("sum(count_over_time(a{b='\\'rate('}[5m]))", false),
        ("sum(error_rate(a[5m]))", false),
        ("sum(sum_over_time(rate_total[5m]))", false),
        ("# increase(\nsum(rate(a[5m]))", true),
        ("sum(rate(a{b=\"never closed[5m]))", true),
    ];
    for (text, expected) in cases {
        assert_eq!(is_per_second(text), expected, "{text}");
    }
}

#[test]
fn a_hole_that_nobody_fills_is_refused_by_name() {
    assert_eq!(
        fill_window("rate(a[{{ .window }}]) / b[{{.window}}]", "5m").expect("filled"),
        "rate(a[5m]) / b[5m]"
    );
    let error = fill_window("sum(rate(a[{{.range}}]))", "5m").expect_err("refused");
    assert_eq!(
        error,
        "query `sum(rate(a[{{.range}}]))`: unknown `{{.range}}` (only {{.window}} is filled in)"
    );
    let error = fill_window("sum(rate(a[{{.window]))", "5m").expect_err("refused");
    assert_eq!(error, "query `sum(rate(a[{{.window]))`: a `{{` is never closed");
}

#[test]
fn a_whole_bound_of_a_bucket_is_found_in_every_spelling() {
    let cases = [
        (r#"b{le="1"}"#, r#"b{le=~"1([.]0)?"}"#),
        (r#"b{le="1.0"}"#, r#"b{le=~"1([.]0)?"}"#),
        (r#"b{le = '10',code="2"}"#, r#"b{le =~"10([.]0)?",code="2"}"#),
        (r#"b{le="2000000"}"#, r#"b{le=~"2000000([.]0)?|2e[+]?0?6"}"#),
        (r#"b{le="1.5e+06"}"#, r#"b{le=~"1500000([.]0)?|1[.]5e[+]?0?6"}"#),
        (r#"b{le="0.3"}"#, r#"b{le="0.3"}"#),
        (r#"b{le="+Inf"}"#, r#"b{le="+Inf"}"#),
        (r#"b{le!="1"}"#, r#"b{le!="1"}"#),
        (r#"b{le=~"1"}"#, r#"b{le=~"1"}"#),
        (r#"b{role="1",title="le=\"1\""}"#, r#"b{role="1",title="le=\"1\""}"#),
        (r#"b{} # le="1"#, r#"b{} # le="1"#),
    ];
    for (text, expected) in cases {
        assert_eq!(loosen_bounds(text), expected, "{text}");
    }
}

#[test]
fn labels_that_are_no_plain_names_stand_in_quotes() {
    let by = ["route".to_owned(), "http.method".to_owned(), "9lives".to_owned()];
    assert_eq!(aggregate("sum", &by), r#"sum by(route, "http.method", "9lives")"#);
    assert_eq!(aggregate("count", &[]), "count");
}
