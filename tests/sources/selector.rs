//! Bare vector selectors: what they match and why some texts are none.

use proptest::prelude::*;
use warroom::slo::exposition::parse;
use warroom::slo::selector::Selector;

const PAGE: &str = r#"http_requests_total{service="api",code="200"} 1
http_requests_total{service="api",code="500"} 2
http_requests_total{service="web",code="503"} 3
http_requests_total{code="404"} 4
http_requests 5
{"http.requests",code="200"} 6
http_requests_total{service="a\nb"} 7
"#;

/// Values of the series that a selector matches.
fn matched(selector: &str) -> Vec<f64> {
    let selector = Selector::parse(selector).expect(selector);
    let page = parse(PAGE);
    page.samples.iter().filter(|sample| selector.matches(sample)).map(|sample| sample.value).collect()
}

#[test]
fn each_operator_matches_as_promql_does() {
    let cases: [(&str, &[f64]); 17] = [
        ("http_requests", &[5.0]),
        ("http_requests_total", &[1.0, 2.0, 3.0, 4.0, 7.0]),
        (" http_requests_total { } ", &[1.0, 2.0, 3.0, 4.0, 7.0]),
        (r#"http_requests_total{code=~"5.."}"#, &[2.0, 3.0]),
        (r#"http_requests_total{code=~"5"}"#, &[]),
        (r#"http_requests_total{code!~"5..",service="api"}"#, &[1.0]),
        (r#"http_requests_total{service!="api"}"#, &[3.0, 4.0, 7.0]),
        (r#"http_requests_total{service=""}"#, &[4.0]),
        (r#"http_requests_total{service!="",code!=""}"#, &[1.0, 2.0, 3.0]),
        (r#"http_requests_total{service=~"|web",code=~".+"}"#, &[3.0, 4.0]),
        ("http_requests_total{service='api', code=`200`,}", &[1.0]),
        ("http_requests_total{\n  service = \"api\",\n  code = \"500\"\n}", &[2.0]),
        (r#"{__name__="http_requests"}"#, &[5.0]),
        (r#"{__name__=~"http.requests"}"#, &[5.0, 6.0]),
        (r#"{"http.requests"}"#, &[6.0]),
        (r#"http_requests_total{service=~"a.b"}"#, &[7.0]),
        (r#"http_requests_total{service="a\x0ab"}"#, &[7.0]),
    ];
    for (selector, expected) in cases {
        assert_eq!(matched(selector), expected, "{selector}");
    }
}

#[test]
fn a_text_that_is_no_bare_selector_says_where_it_fails() {
    let cases = [
        ("", "at character 1: it selects everything: name a metric"),
        ("{}", "at character 3: it selects everything: name a metric"),
        (r#"{a=~".*"}"#, "at character 10: it selects everything: name a metric"),
        ("sum(rate(a[5m]))", "at character 4: `sum(` is a PromQL function: a scrape takes a bare selector"),
        ("a[5m]", "at character 2: a range is PromQL: leave it out, the increase is taken for you"),
        ("a + b", "at character 3: `+` does not belong to a selector"),
        ("a{b}", "at character 4: `=`, `!=`, `=~` or `!~` expected, `}` found"),
        ("a{b==\"c\"}", "at character 6: `==` is no operator: use `=`, `!=`, `=~` or `!~`"),
        ("a{b=c}", "at character 5: a quoted text expected, `c` found"),
        ("a{b=\"c}", "at character 5: the closing quote is missing"),
        ("a{b=\"c\"", "at character 8: `,` or `}` expected, the end found"),
        ("a{=\"c\"}", "at character 3: a label name expected, `=` found"),
        ("a{\"b\"}", "at character 3: a second metric name"),
        ("a{__name__=\"b\"}", "at character 3: a second metric name"),
        (r#"a{b=~"\d+"}"#, r"at character 9: `\d` is no escape (in a regular expression write `\\d`)"),
        ("é", "at character 1: `é` does not belong to a selector"),
        ("a{é=\"1\"}", "at character 3: a label name expected, `é` found"),
    ];
    for (text, expected) in cases {
        let error = Selector::parse(text).expect_err(text);
        assert_eq!(error.to_string(), expected, "{text}");
    }
}

#[test]
fn a_broken_regular_expression_is_shown_with_its_reason() {
    for (text, start) in [
        ("a{b=~\"(\"}", "at character 6: `(` is no regular expression: "),
        ("a{b=~\")(\"}", "at character 6: `)(` is no regular expression: "),
    ] {
        let error = Selector::parse(text).expect_err(text).to_string();
        assert!(error.starts_with(start) && error.len() > start.len(), "{error}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(\\PC|[\n\"'`\\\\{}=~!,]){0,60}") {
        let _ = Selector::parse(&text);
    }

    #[test]
    fn an_exact_matcher_finds_its_value_whatever_is_in_it(value in "(\\PC|[\n\"\\\\]){1,20}") {
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let selector = Selector::parse(&format!("a{{b=\"{quoted}\"}}")).expect("a selector");
        let page = format!("a{{b=\"{quoted}\"}} 1\na{{b=\"\"}} 1\n");
        let matches: Vec<bool> = parse(&page).samples.iter().map(|sample| selector.matches(sample)).collect();
        prop_assert_eq!(matches, [true, false]);
    }
}
