//! What a direct scrape answers besides plain counters: gauges, bounds, ratios, groups, buckets; and what
//! it refuses, with the way out. Both formats of a page.

use std::time::Duration;

use crate::hostile::{Manner, Server};
use crate::rig::{Ask, Heard, answer, bad_slo};
use warroom::config::SourceKind;
use warroom::io::clock::Clock;
use warroom::io::sources::unmeasurable;
use warroom::slo::{Component, Counter, Method, Op, Query, Sample, Share, Sli, Slo};

const PAGE: &str = "# TYPE up_gauge gauge\nup_gauge{zone=\"a\"} 1\nup_gauge{zone=\"b\"} 0\n\
    # TYPE queue_depth gauge\nqueue_depth 17.5\n\
    # TYPE share gauge\nshare 0.993\n\
    # TYPE jobs_total counter\njobs_total{tenant=\"x\",outcome=\"ok\"} 90\njobs_total{tenant=\"x\",outcome=\"bad\"} 3\n\
    jobs_total{tenant=\"y\",outcome=\"ok\"} 50\njobs_total{outcome=\"ok\"} 7\n";

fn slo(id: &str, sli: Sli) -> Slo {
    Slo { sli, ..bad_slo(id, "a", "b") }
}

fn jobs(by: &[&str]) -> Slo {
    let by = by.iter().map(ToString::to_string).collect();
    Slo { by, ..bad_slo("jobs", "jobs_total{outcome=\"bad\"}", "jobs_total") }
}

fn scrape(server: &Server, slos: Vec<Slo>) -> Heard {
    Ask::of(SourceKind::Scrape { urls: vec![server.at("/metrics")] }, slos).start()
}

async fn serving(page: &str) -> Server {
    let server = Server::start().await;
    server.set("/metrics", Manner::ok(page));
    server
}

/// Part and total, summed.
fn sums(sample: Result<Sample, String>) -> (f64, f64) {
    let Ok(Sample::Counters { part, total }) = sample else { panic!("counters expected, not {sample:?}") };
    let sum = |counters: Vec<Counter>| counters.iter().map(|counter| counter.value).sum();
    (sum(part), sum(total))
}

#[tokio::test]
async fn gauges_come_as_they_stand_every_series_of_them() {
    let server = serving(PAGE).await;
    let slos = vec![
        slo("up", Sli::Up { gauge: Query::parse("up_gauge") }),
        slo("queue", Sli::Bound { value: Query::parse("queue_depth"), op: Op::AtMost, bound: 20.0 }),
        slo("ratio", Sli::Ratio { ratio: Query::parse("share"), of: Share::Good }),
        slo("gone", Sli::Up { gauge: Query::parse("no_such_gauge") }),
        slo("counter", Sli::Up { gauge: Query::parse("jobs_total{tenant=\"y\"}") }),
    ];
    let polled = scrape(&server, slos).poll().await;
    let gauges = |values: &[f64]| Ok(Sample::Gauges { values: values.to_vec() });
    assert_eq!(answer(&polled, "up"), gauges(&[1.0, 0.0]));
    assert_eq!(answer(&polled, "queue"), gauges(&[17.5]));
    assert_eq!(answer(&polled, "ratio"), gauges(&[0.993]));
    let missing = "no series matches the total `no_such_gauge` (is the name right?)";
    assert_eq!(answer(&polled, "gone"), Err(missing.to_owned()));
    let counter = format!(
        "{}: jobs_total{{outcome=\"ok\",tenant=\"y\"}} is a counter, no gauge (count its events with bad or good, and total)",
        server.at("/metrics")
    );
    assert_eq!(answer(&polled, "counter"), Err(counter));
}

#[tokio::test]
async fn a_gauge_that_is_no_number_is_handed_on_for_the_evaluator_to_judge() {
    let server = serving("lag NaN\n").await;
    let bound = Sli::Bound { value: Query::parse("lag"), op: Op::Below, bound: 1.0 };
    let polled = scrape(&server, vec![slo("lag", bound)]).poll().await;
    let Ok(Sample::Gauges { values }) = answer(&polled, "lag") else { panic!("gauges expected") };
    assert!(values.len() == 1 && values[0].is_nan());
}

#[tokio::test]
async fn each_label_set_is_an_answer_of_its_own_and_a_missing_label_is_the_empty_text() {
    let server = serving(PAGE).await;
    let polled = scrape(&server, vec![jobs(&["tenant"])]).poll().await;
    assert_eq!(polled.answers.as_ref().map(Vec::len), Ok(3));
    assert_eq!(sums(answer(&polled, "jobs{tenant=\"x\"}")), (3.0, 93.0));
    assert_eq!(sums(answer(&polled, "jobs{tenant=\"y\"}")), (0.0, 50.0));
    assert_eq!(sums(answer(&polled, "jobs{tenant=\"\"}")), (0.0, 7.0));
}

#[tokio::test]
async fn a_group_of_bad_events_without_a_total_says_so() {
    let server = serving("bad_total{tenant=\"x\"} 5\nall_total{team=\"x\"} 9\n").await;
    let grouped = Slo { by: vec!["tenant".to_owned()], ..bad_slo("web", "bad_total", "all_total") };
    let polled = scrape(&server, vec![grouped]).poll().await;
    assert_eq!(sums(answer(&polled, "web{tenant=\"\"}")), (0.0, 9.0));
    let why =
        "events without a total: `all_total` has no series of this group (do both queries carry tenant?)";
    assert_eq!(answer(&polled, "web{tenant=\"x\"}"), Err(why.to_owned()));
}

#[tokio::test]
async fn a_group_that_is_gone_says_so_once() {
    let server = serving(PAGE).await;
    let mut heard = scrape(&server, vec![jobs(&["tenant"])]);
    heard.poll().await;
    server.set("/metrics", Manner::ok("jobs_total{tenant=\"x\",outcome=\"ok\"} 91\n"));
    let polled = heard.poll_until(|polled| sums(answer(polled, "jobs{tenant=\"x\"}")).1 < 93.0).await;
    let why = "no page has a series of this group any more";
    assert_eq!(answer(&polled, "jobs{tenant=\"y\"}"), Err(why.to_owned()));
    assert_eq!(heard.poll().await.answers.map(|answers| answers.len()), Ok(1));
}

#[tokio::test]
async fn a_thousand_groups_are_measured_and_keep_their_place() {
    let page = |from: usize, to: usize| {
        (from..to).map(|n| format!("all_total{{user=\"{n:05}\"}} 1\n")).collect::<String>()
    };
    let server = serving(&page(1000, 2200)).await;
    let grouped = Slo { by: vec!["user".to_owned()], ..bad_slo("web", "bad_total", "all_total") };
    let mut heard = scrape(&server, vec![grouped]);
    let polled = heard.poll().await;
    let told = |left: usize| {
        format!("web: 1000 groups are measured, {left} more are left out (group by labels with fewer values)")
    };
    assert_eq!(polled.answers.as_ref().map(Vec::len), Ok(1000));
    assert_eq!(polled.warnings, [told(200)]);
    // Newcomers that sort before the others take nobody's place.
    server.set("/metrics", Manner::ok(&page(0, 2200)));
    let polled = heard.poll_until(|polled| polled.warnings == [told(1200)]).await;
    assert!(answer(&polled, "web{user=\"01000\"}").is_ok() && answer(&polled, "web{user=\"01999\"}").is_ok());
}

#[tokio::test]
async fn a_bucket_is_found_however_its_bound_is_written() {
    let server = serving(
        "# TYPE h histogram\nh_bucket{le=\"0.5\"} 3\nh_bucket{le=\"1.0\"} 8\nh_bucket{le=\"+Inf\"} 10\nh_sum 4\nh_count 10\n",
    )
    .await;
    let cases = [
        ("h_bucket{le=\"1\"}", Ok((8.0, 10.0))),
        ("h_bucket{le=\"1.0\"}", Ok((8.0, 10.0))),
        ("h_bucket{le=\"1.00\"}", Ok((8.0, 10.0))),
        ("h_bucket{le=\"0.5\"}", Ok((3.0, 10.0))),
        ("h_bucket{le=~\"0.5|1\"}", Ok((11.0, 10.0))),
        ("h_bucket{le=\"Inf\"}", Ok((10.0, 10.0))),
        ("h_bucket{le!=\"1\",le!=\"+Inf\"}", Ok((3.0, 10.0))),
        ("h_bucket{le=\"2\"}", Err("no bucket has le=\"2\" (write a bound that the histogram has)")),
    ];
    let good = |query: &str| Sli::Good { good: Query::parse(query), total: Query::parse("h_count") };
    let slos = cases.iter().map(|(query, _)| slo(query, good(query))).collect();
    let polled = scrape(&server, slos).poll().await;
    for (query, expected) in cases {
        let found = answer(&polled, query).map(|sample| sums(Ok(sample)));
        assert_eq!(found, expected.map_err(str::to_owned), "{query}");
    }
}

#[test]
fn what_a_page_can_never_answer_is_refused_with_the_way_out() {
    let histogram = Query::parse("h");
    let slices = Method::Timeslices { target: 0.95, slice: Duration::from_mins(1) };
    let journey = Sli::Journey(vec![Component {
        name: "pay".to_owned(),
        weight: 1.0,
        sli: Sli::Up { gauge: Query::parse("sum(a[{{.window}}])") },
        source: None,
    }]);
    let promql =
        "a scrape cannot answer PromQL: `sum(a[{{.window}}])` (write a bare selector, or use a Prometheus)";
    let cases = [
        (
            slo("native", Sli::NativeLatency { histogram, within: Duration::from_secs(1) }),
            Some(
                "a metrics page has no native histogram (name a bucket of a classic one, or use a Prometheus)",
            ),
        ),
        (slo("journey", journey), Some(promql)),
        (jobs(&["tenant"]), None),
        (Slo { method: slices, ..jobs(&[]) }, None),
        (slo("up", Sli::Up { gauge: Query::parse("up_gauge") }), None),
    ];
    for (slo, expected) in cases {
        let kind = SourceKind::Scrape { urls: Vec::new() };
        let refused = slo.indicators().iter().find_map(|asked| unmeasurable(&kind, asked));
        assert_eq!(refused.as_deref(), expected, "{}", slo.id);
    }
}

const OPEN: &str = "# TYPE jobs counter\n# UNIT jobs jobs\n# HELP jobs Jobs.\n\
    jobs_total{outcome=\"ok\"} 90.0 1700000000.123 # {trace_id=\"ab\"} 1.0 1700000000.1\n\
    jobs_total{outcome=\"bad\"} 3.0 # {} 1.0\njobs_created{outcome=\"ok\"} 1.7e9\n# EOF\n";

fn named(content_type: &str, body: &str) -> Manner {
    let length = body.len();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
    Manner::Says(format!("{head}{body}").into_bytes())
}

#[tokio::test]
async fn samples_that_say_they_are_old_are_not_of_now() {
    let server =
        serving("jobs_total{outcome=\"ok\"} 90 1700000000123\njobs_total{outcome=\"bad\"} 3 1700000000123\n")
            .await;
    let polled = scrape(&server, vec![jobs(&[])]).poll().await;
    let why = answer(&polled, "jobs").expect_err("a page that only remembers its target");
    assert!(why.contains("no series matches"), "{why}");
    let said = polled.warnings.first().expect("a warning");
    assert!(said.ends_with("2 samples left out: by their own timestamps older than 5 minutes"), "{said}");
}

#[tokio::test]
async fn open_metrics_is_read_whether_or_not_the_server_calls_it_so() {
    let open = OPEN.replace("1700000000.123", &format!("{}.123", Clock::wall().now().timestamp()));
    let cut = open.trim_end().trim_end_matches("# EOF");
    let name = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let cases = [
        (named(name, &open), Ok((3.0, 93.0))),
        (named(name, open.trim_end()), Ok((3.0, 93.0))),
        (Manner::ok(&open), Ok((3.0, 93.0))),
        (
            named(name, cut),
            Err("the metrics page is cut off: `# EOF` is missing (the exporter must end it so)"),
        ),
    ];
    for (manner, expected) in cases {
        let server = Server::start().await;
        server.set("/metrics", manner);
        let polled = scrape(&server, vec![jobs(&[])]).poll().await;
        let found = polled.answers.clone().map(|_| sums(answer(&polled, "jobs")));
        let expected = expected.map_err(|why| format!("{}: {why}", server.at("/metrics")));
        assert_eq!((found, polled.warnings), (expected, Vec::new()));
    }
}
