//! PromQL in runbooks: told from commands and from output, cut into queries, filled.

use warroom::runbook::parse;
use warroom::runbook::query::{Series, fill, number};

fn queries(lang: &str, text: &str) -> Vec<String> {
    let runbook = parse("x", &format!("## Fix\n\nLook at it:\n\n```{lang}\n{text}\n```\n"));
    let steps = runbook.steps();
    assert!(steps.iter().all(|placed| placed.step.commands.is_empty()), "no command: {text}");
    steps.iter().flat_map(|placed| placed.step.queries.clone()).collect()
}

#[test]
fn promql_is_told_by_its_language_or_its_looks_and_is_no_command() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("promql", "up", &["up"]),
        ("promql", "up == 0\ndown == 1", &["up == 0", "down == 1"]),
        ("promql", "sum(\n  rate(x[5m])\n)\n/ 2\n\nup", &["sum(\n  rate(x[5m])\n)\n/ 2", "up"]),
        ("promql", "# free\na_b > 1\nand on (x)\nc_d", &["a_b > 1\nand on (x)\nc_d"]),
        ("console", "node_filesystem_free_bytes", &["node_filesystem_free_bytes"]),
        ("", "sum by (job) (rate(http_total[5m]))", &["sum by (job) (rate(http_total[5m]))"]),
        ("", "kube_pod_info{pod=~\"x.*\"} > 0", &["kube_pod_info{pod=~\"x.*\"} > 0"]),
        ("", "http_total{code=\"200\"} 12", &[]),
        ("text", "some log line", &[]),
        ("json", "{\"a\": \"b\"}", &[]),
        ("yaml", "expr: sum(rate(x[5m]))", &[]),
        ("sql", "select sum(x) from y", &[]),
        ("promql", "", &[]),
    ];
    for (lang, text, wanted) in cases {
        assert_eq!(queries(lang, text), *wanted, "{lang} {text}");
    }
}

#[test]
fn what_a_command_printed_is_no_query() {
    let source = "## Fix\n\n1. Look\n\n   ```sh\n   curl localhost/metrics\n   ```\n\n   ```\n   up_total{a=\"b\"}\n   ```\n";
    let runbook = parse("x", source);
    let step = runbook.step("1").expect("step 1");
    assert_eq!((step.queries.len(), step.expect.as_deref()), (0, Some("up_total{a=\"b\"}")));
}

#[test]
fn a_query_is_filled_within_its_quotes_and_names_what_it_wants() {
    let value = |name: &str| (name == "job").then(|| "a\"b".to_owned());
    let filled = |query: &str| fill(query, value);
    assert_eq!(filled("up{job=\"{{job}}\"} < 5 > 2").as_deref(), Ok("up{job=\"a\\\"b\"} < 5 > 2"));
    assert_eq!(
        filled("rate(x{job=\"$job\"}[$__rate_interval])").as_deref(),
        Ok("rate(x{job=\"a\\\"b\"}[5m])")
    );
    assert_eq!(filled("a{b=\"<pod>\"} + ${ns} + <pod>"), Err(vec!["pod".to_owned(), "ns".to_owned()]));
}

#[test]
fn a_series_is_worth_its_last_value_and_a_number_is_short() {
    let series = Series { labels: String::new(), values: vec![Some(0.0), None, Some(2.0)] };
    assert_eq!((series.now(), series.spark().as_str()), (Some(2.0), "▁ █"));
    let cases = [
        (12.0, "12"),
        (0.003_33, "0.00333"),
        (1_234.567, "1234.6"),
        (12e9, "1.20e10"),
        (0.0, "0"),
        (1e-7, "1.00e-7"),
        (-2.5, "-2.5"),
    ];
    for (value, shown) in cases {
        assert_eq!(number(value), shown);
    }
}
