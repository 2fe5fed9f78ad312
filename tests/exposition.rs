//! The text exposition format: what is read, what a bad line costs, and what is no metrics page.

#![expect(clippy::expect_used, reason = "a test that cannot go on says so by panicking")]

#[path = "common/daemon.rs"]
mod daemon;

use std::borrow::Cow;
use std::io::Write;
use std::process::{Command, Stdio};

use daemon::daemon;
use proptest::prelude::*;
use warroom::slo::exposition::{Dialect, Exposition, Fault, Kind, Sample, parse, parse_as, parse_only};

/// Name, labels and value of the only sample of a line.
fn one(line: &str) -> (String, Vec<(String, String)>, f64) {
    let text = format!("{line}\n");
    let page = parse(&text);
    assert_eq!(page.problems, [], "{line}");
    let sample = page.samples.first().expect(line);
    assert_eq!(page.samples.len(), 1, "{line}");
    let labels = sample.labels.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    (sample.name.to_string(), labels.collect(), sample.value)
}

/// The complaint about a line, in words.
fn complaint(line: &str) -> String {
    let text = format!("up 1\n{line}\n");
    let page = parse(&text);
    assert_eq!(page.samples.len(), 1, "`{line}` must cost itself and nothing else");
    page.problems.first().expect(line).to_string()
}

#[test]
fn lines_are_read_with_labels_values_and_timestamps() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let cases = [
        ("up 1", "up", vec![], 1.0),
        ("  up\t1  ", "up", vec![], 1.0),
        ("up{} 1", "up", vec![], 1.0),
        ("up {a=\"b\"} 1", "up", vec![pair("a", "b")], 1.0),
        ("up{a=\"b\",} 1e3", "up", vec![pair("a", "b")], 1000.0),
        ("up{ a = \"b\" , c=\"\" } +Inf", "up", vec![pair("a", "b"), pair("c", "")], f64::INFINITY),
        ("up{a=\"b\"}1", "up", vec![pair("a", "b")], 1.0),
        ("job:up:sum{a=\"x, y={z}\"} -2.5", "job:up:sum", vec![pair("a", "x, y={z}")], -2.5),
        (r#"up{a="say \"hi\"\n\\o/"} 1"#, "up", vec![pair("a", "say \"hi\"\n\\o/")], 1.0),
        (r#"{"http.requests", "code.class"="5xx"} 7"#, "http.requests", vec![pair("code.class", "5xx")], 7.0),
        ("h_bucket{le=\"+Inf\"} 12", "h_bucket", vec![pair("le", "+Inf")], 12.0),
        ("up{a=\"héllo ✓\"} 1", "up", vec![pair("a", "héllo ✓")], 1.0),
    ];
    for (line, name, labels, value) in cases {
        assert_eq!(one(line), (name.to_owned(), labels, value), "{line}");
    }
    assert!(one("up NaN").2.is_nan());
    assert_eq!(parse("up 1 1700000000000\n").samples[0].timestamp, Some(1_700_000_000_000));
    assert_eq!(parse("up 1 -5\r\n").samples[0].timestamp, Some(-5));
}

#[test]
fn a_bad_line_costs_itself_and_says_where_and_why() {
    let cases = [
        ("up", "line 2, column 3: the value is missing"),
        ("up one", "line 2, column 4: `one` is no number"),
        ("up{a=\"b} 1", "line 2, column 11: the closing quote is missing"),
        ("up{a=b} 1", "line 2, column 6: a text in double quotes expected, `b` found"),
        ("up{a} 1", "line 2, column 5: `=` expected after a label name, `}` found"),
        ("up{a=\"b\" c=\"d\"} 1", "line 2, column 10: `,` or `}` expected after a label, `c` found"),
        ("up{a=\"b\"", "line 2, column 9: `,` or `}` expected after a label, the end found"),
        ("up{a=\"1\",a=\"2\"} 1", "line 2, column 12: label `a` comes twice"),
        ("up{=\"b\"} 1", "line 2, column 5: a label has no name"),
        (r#"up{a="c:\dir"} 1"#, r#"line 2, column 11: `\d` is no escape: only `\\`, `\"` and `\n` are"#),
        ("{a=\"b\"} 1", "line 2, column 8: a metric name is missing, ` ` found"),
        ("9up 1", "line 2, column 1: a metric name is missing, `9` found"),
        ("up 1 now", "line 2, column 6: `now` is no timestamp in milliseconds"),
        ("up 1 2 3", "line 2, column 8: more text after the timestamp"),
        ("up{a=\"ü\"} x", "line 2, column 11: `x` is no number"),
        ("# TYPE up thing", "line 2, column 16: TYPE is none of counter, gauge, histogram, summary, untyped"),
    ];
    for (line, expected) in cases {
        assert_eq!(complaint(line), expected, "{line}");
    }
}

#[test]
fn a_huge_line_is_refused_by_its_length() {
    let line = format!("up{{a=\"{}\"}} 1", "x".repeat(70_000));
    assert_eq!(complaint(&line), "line 2, column 1: the line is 70010 bytes long, 65536 are read at most");
}

#[test]
fn a_flood_of_bad_lines_is_counted_not_kept() {
    let text = format!("up 1\n{}", "?\n".repeat(1_000));
    let page = parse(&text);
    assert_eq!((page.problems.len(), page.more_problems, page.fault), (100, 900, None));
}

#[test]
fn types_are_kept_and_known_for_the_series_of_a_histogram() {
    let text = "# HELP h A histogram, 'TYPE' here is prose.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_count 2\n\
                # TYPE g gauge\ng 1\n# a comment\n#\n";
    let page = parse(text);
    let kinds = ["h_bucket", "h_count", "g", "other"].map(|name| page.kind_of(name));
    assert_eq!(kinds, [Some(Kind::Histogram), Some(Kind::Histogram), Some(Kind::Gauge), None]);
    assert_eq!((page.problems.as_slice(), page.fault), (&[][..], None));
}

#[test]
fn a_body_that_is_no_metrics_page_is_named_as_what_it_is() {
    let cases = [
        ("", Some(Fault::Empty)),
        (" \n\n", Some(Fault::Empty)),
        ("<!DOCTYPE html>\n<html><body>Log in</body></html>\n", Some(Fault::Html)),
        ("{\"status\":\"ok\"}\n", Some(Fault::Json)),
        ("[1, 2]", Some(Fault::Json)),
        ("502 Bad Gateway\n", Some(Fault::Nonsense)),
        ("up 1\nhttp_requests_total{code=\"20", Some(Fault::Cut)),
        ("up 1\nrequests_total 12", Some(Fault::Cut)),
        ("# only a comment\n", None),
        ("{\"up\"} 1\n", None),
        ("up 1\n", None),
    ];
    for (body, fault) in cases {
        assert_eq!(parse(body).fault, fault, "{body:?}");
    }
}

#[test]
fn open_metrics_is_read_with_its_suffixes_exemplars_and_seconds() {
    let text = "# TYPE jobs counter\n# UNIT jobs jobs\njobs_total{a=\"b\"} 7.0 1700000000.25 # {trace_id=\"x # y\"} 1 1.5\n\
                jobs_total 3 # {} 1\njobs_created{a=\"b\"} 1.7e9\n# TYPE h histogram\nh_bucket{le=\"1.0\"} 2 # {t=\"1\"} 0.5\n\
                h_created 1.7e9\n# TYPE now gaugehistogram\nnow_bucket{le=\"1.0\"} 2\n# TYPE build info\nbuild_info 1\n\
                # TYPE odd unknown\nodd 1\n# EOF";
    let page = parse(text);
    assert_eq!((page.dialect, page.problems.as_slice(), page.fault), (Dialect::OpenMetrics, &[][..], None));
    let names: Vec<&str> = page.samples.iter().map(|sample| &*sample.name).collect();
    assert_eq!(names, ["jobs_total", "jobs_total", "h_bucket", "now_bucket", "build_info", "odd"]);
    assert_eq!(page.samples[0].timestamp, Some(1_700_000_000_250));
    assert_eq!((page.samples[0].value, page.samples[1].value), (7.0, 3.0));
    let kinds = ["jobs_total", "h_bucket", "now_bucket", "odd"].map(|name| page.kind_of(name));
    let expected = [Kind::Counter, Kind::Histogram, Kind::GaugeHistogram, Kind::Untyped].map(Some);
    assert_eq!(kinds, expected);
}

#[test]
fn open_metrics_without_its_end_is_cut_when_its_server_calls_it_so() {
    let cases = [
        ("a_total 1\n", Some(Fault::NoEnd)),
        ("a_total 1\n# EO", Some(Fault::NoEnd)),
        ("a_total 1\n# EOF\n", None),
        ("# EOF\n", None),
        ("", Some(Fault::Empty)),
        ("<html>\n", Some(Fault::Html)),
    ];
    for (body, fault) in cases {
        assert_eq!(parse_as(body, Dialect::OpenMetrics).fault, fault, "{body:?}");
    }
    let names =
        ["application/openmetrics-text; version=1.0.0; charset=utf-8", "text/plain; version=0.0.4", ""];
    assert_eq!(names.map(Dialect::named), [Some(Dialect::OpenMetrics), None, None]);
}

#[test]
fn what_only_says_since_when_another_counts_is_no_sample() {
    let text = "# TYPE a_total counter\na_total 1\n# TYPE a_created gauge\na_created 1.7e9\n\
                # TYPE orders_created counter\norders_created 5\nusers_created 6\n# TYPE g gauge\ng_created 7\n";
    let page = parse(text);
    let names: Vec<&str> = page.samples.iter().map(|sample| &*sample.name).collect();
    assert_eq!(names, ["a_total", "orders_created", "users_created", "g_created"]);
}

#[test]
fn what_is_not_wanted_is_read_for_its_faults_and_not_kept() {
    let text = "a_total{x=\"1\"} 1\nb_total{y=\"2\",z=\"3\"} 2\nb_total{y=2} 3\na_total{x=\"4\"} 4\n";
    let page = parse_only(text, Dialect::Text, |sample| sample.name == "a_total");
    let kept: Vec<String> = page.samples.iter().map(ToString::to_string).collect();
    assert_eq!(kept, ["a_total{x=\"1\"} 1", "a_total{x=\"4\"} 4"]);
    assert_eq!((page.problems.len(), page.problems[0].line, page.fault), (1, 3, None));
    assert_eq!(parse_only(text, Dialect::Text, |_| false).fault, None);
}

#[test]
fn a_suffix_belongs_to_the_kind_that_owns_it() {
    let text = "# TYPE jobs gauge\njobs 1\njobs_count 2\njobs_total 3\n";
    let kinds = ["jobs", "jobs_count", "jobs_total"].map(|name| parse(text).kind_of(name));
    assert_eq!(kinds, [Some(Kind::Gauge), None, None]);
}

#[test]
fn a_line_cut_short_never_passes_for_a_smaller_counter() {
    let page = parse("a_total 1\nb_total 12");
    assert_eq!(page.samples.iter().map(|sample| sample.name.as_ref()).collect::<Vec<_>>(), ["a_total"]);
}

#[test]
fn a_series_has_one_name_whatever_the_order_of_its_labels() {
    let text = "up{b=\"2\",a=\"1\\\"\"} 1\nup{a=\"1\\\"\",b=\"2\",c=\"\"} 1\n{\"up.x\",a=\"1\"} 1\nup 1\n";
    let names: Vec<String> = parse(text).samples.iter().map(Sample::series).collect();
    assert_eq!(names, [r#"up{a="1\"",b="2"}"#, r#"up{a="1\"",b="2"}"#, r#"{"up.x",a="1"}"#, "up"]);
}

fn any_sample() -> impl Strategy<Value = Sample<'static>> {
    let name = prop_oneof!["[a-zA-Z_:][a-zA-Z0-9_:]{0,12}", "\\PC{1,12}"];
    let label = prop_oneof!["[a-zA-Z_][a-zA-Z0-9_]{0,8}", "\\PC{1,8}"];
    let value = "(\\PC|[\n\t\"\\\\{},=#]){1,20}";
    let labels = prop::collection::btree_map(label, value, 0..5);
    (name, labels, any::<f64>(), any::<Option<i64>>()).prop_map(|(name, labels, value, timestamp)| Sample {
        name: Cow::Owned(name),
        labels: labels.into_iter().map(|(name, value)| (Cow::Owned(name), Cow::Owned(value))).collect(),
        value,
        timestamp,
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(samples in prop::collection::vec(any_sample(), 1..8)) {
        let text = samples.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n") + "\n";
        let page = parse(&text);
        prop_assert_eq!(&page.problems, &[]);
        prop_assert_eq!(page.samples.len(), samples.len());
        for (read, written) in page.samples.iter().zip(&samples) {
            prop_assert_eq!(read.series(), written.series());
            prop_assert_eq!(read.timestamp, written.timestamp);
            prop_assert!(read.value.total_cmp(&written.value).is_eq() || read.value.is_nan() && written.value.is_nan());
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "(\\PC|[\n\r\t\"\\\\{},=#]){0,200}") {
        let page = parse(&text);
        prop_assert!(page.samples.len() + page.problems.len() <= text.lines().count());
    }

    #[test]
    fn no_cut_of_a_good_page_invents_a_sample(cut in 0..PAGE.len()) {
        let whole = parse(PAGE);
        let part: Exposition<'_> = parse(&PAGE[..PAGE.floor_char_boundary(cut)]);
        prop_assert!(whole.samples.starts_with(&part.samples));
    }
}

const PAGE: &str = "# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\n\
    http_requests_total{code=\"200\",path=\"/a\\\"b\"} 1234\nhttp_requests_total{code=\"500\"} 56\n\
    # TYPE h histogram\nh_bucket{le=\"0.1\"} 3\nh_bucket{le=\"+Inf\"} 4\nh_sum 1.5\nh_count 4\n";

/// Whether promtool can parse a page; lint findings (exit code 3) do not count.
fn promtool_parses(promtool: &std::path::Path, page: &str) -> bool {
    let mut child = Command::new(promtool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("promtool starts");
    child.stdin.take().expect("its input").write_all(page.as_bytes()).expect("it reads");
    matches!(child.wait().expect("it ends").code(), Some(0 | 3))
}

#[test]
fn promtool_agrees_on_what_a_page_is() {
    let Some(promtool) = daemon("promtool") else { return };
    let pages = [
        (PAGE, true),
        ("up{a=\"b\",} 1\n", true),
        ("up {a=\"b\"}1 5\n", true),
        ("up{a=\"say \\\"hi\\\"\\n\\\\\"} +Inf\n", true),
        ("up NaN\n", true),
        ("up{a=\"c:\\dir\"} 1\n", false),
        ("up{a=b} 1\n", false),
        ("up{a=\"b} 1\n", false),
        ("up one\n", false),
        ("up 1 2 3\n", false),
        ("9up 1\n", false),
        ("# TYPE up thing\nup 1\n", false),
        ("# TYPE up gauge\n# TYPE up gauge\nup 1\n", false),
        ("up 1", false),
    ];
    for (page, good) in pages {
        let ours = parse(page);
        assert_eq!(ours.problems.is_empty() && ours.fault.is_none(), good, "ours: {page:?}");
        assert_eq!(promtool_parses(&promtool, page), good, "promtool: {page:?}");
    }
}
