//! Direct scrapes: counters kept apart, and what a bad target costs and says.

use std::time::Duration;

use crate::hostile::{Manner, Server};
use crate::rig::{Ask, Heard, answer, bad_slo};
use warroom::config::SourceKind;
use warroom::slo::{Counter, Sample, Slo};

const PAGE: &str = "# TYPE http_requests_total counter\n\
    http_requests_total{service=\"web\",code=\"200\"} 100\n\
    http_requests_total{service=\"web\",code=\"500\"} 3\n\
    http_requests_total{service=\"web\",code=\"503\"} 2\n\
    # TYPE in_flight gauge\nin_flight 4\n";

fn web() -> Slo {
    bad_slo("web", r#"http_requests_total{code=~"5.."}"#, "http_requests_total")
}

fn ask(urls: &[String], slos: Vec<Slo>) -> Ask {
    Ask::of(SourceKind::Scrape { urls: urls.to_vec() }, slos)
}

fn scrape(urls: &[String], slos: Vec<Slo>) -> Heard {
    ask(urls, slos).start()
}

/// The sums of the part's and the total's counters.
fn sums(sample: Sample) -> (f64, f64) {
    let Sample::Counters { part, total } = sample else { panic!("counters expected") };
    let sum = |counters: Vec<Counter>| counters.iter().map(|counter| counter.value).sum();
    (sum(part), sum(total))
}

#[tokio::test]
async fn each_series_keeps_its_own_counter_named_by_its_page() {
    let server = Server::start().await;
    server.set("/a", Manner::ok(PAGE));
    server.set("/b", Manner::ok("http_requests_total{code=\"500\",service=\"web\"} 7\n"));
    let (a, b) = (server.at("/a"), server.at("/b"));
    let polled = scrape(&[a.clone(), b.clone()], vec![web()]).poll().await;
    let Sample::Counters { part, total } = answer(&polled, "web").expect("a sample") else {
        panic!("counters expected")
    };
    let counter = |url: &str, code: &str, value: f64| Counter {
        series: format!("{url} http_requests_total{{code=\"{code}\",service=\"web\"}}"),
        value,
    };
    assert_eq!(part, [counter(&a, "500", 3.0), counter(&a, "503", 2.0), counter(&b, "500", 7.0)]);
    assert_eq!(total.len(), 4);
    assert_eq!(polled.warnings, Vec::<String>::new());
}

/// The whole source's error when its only page behaves in a manner.
async fn error_of(manner: Manner) -> String {
    let server = Server::start().await;
    server.set("/metrics", manner);
    let polled = scrape(&[server.at("/metrics")], vec![web()]).poll().await;
    let error = polled.answers.expect_err("an error");
    let prefix = format!("{}: ", server.at("/metrics"));
    error.strip_prefix(&prefix).unwrap_or_else(|| panic!("no URL in `{error}`")).to_owned()
}

#[tokio::test]
async fn every_bad_answer_is_named() {
    let half = &PAGE[..PAGE.len() / 2];
    let cases = [
        (Manner::answer("500 Internal Server Error", "oops"), "HTTP 500 Internal Server Error"),
        (Manner::answer("404 Not Found", ""), "HTTP 404 Not Found"),
        (Manner::ok("<html>Please log in</html>"), "answers HTML, not metrics (is the path right?)"),
        (Manner::ok("{\"status\":\"ok\"}"), "answers JSON, not metrics (is the path right?)"),
        (Manner::ok(""), "the answer is empty"),
        (
            Manner::ok("all fine here\n"),
            "answers text without a single metric (is the path right?): line 1, column 5: `fine` is no number",
        ),
        (
            Manner::ok(half),
            "the metrics page is cut off in its last line (the exporter must end it with a line feed)",
        ),
        (Manner::broken_off(PAGE), "the answer broke off before its end"),
        (Manner::Floods(50), "the answer is larger than 16 MiB"),
        (
            Manner::Says(b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n".to_vec()),
            "the answer is larger than 16 MiB",
        ),
        (Manner::redirect("/metrics"), "redirects more than 3 times"),
        (
            Manner::redirect("https://example.invalid/metrics"),
            "redirects to https://example.invalid/metrics (configure that URL)",
        ),
        (Manner::Says(Vec::new()), "connection closed before message completed"),
    ];
    for (manner, expected) in cases {
        let case = format!("{manner:?}");
        assert_eq!(error_of(manner).await, expected, "{}", case.chars().take(200).collect::<String>());
    }
}

#[tokio::test]
async fn a_target_that_is_down_or_slow_is_named() {
    let server = Server::start().await;
    server.set("/metrics", Manner::Hangs);
    let timeout = Duration::from_millis(200);
    let hanging = Ask { timeout, ..ask(&[server.at("/metrics")], vec![web()]) }.start().poll().await;
    let down = free_url().await;
    let refused = scrape(std::slice::from_ref(&down), vec![web()]).poll().await;
    let unknown = scrape(&["ftp://127.0.0.1/metrics".to_owned()], vec![web()]).poll().await;
    let errors = [hanging, refused, unknown].map(|polled| polled.answers.expect_err("an error"));
    assert_eq!(
        errors,
        [
            format!("{}: timed out after 200ms", server.at("/metrics")),
            format!("{down}: connection refused"),
            "ftp://127.0.0.1/metrics: `ftp` is neither http nor https".to_owned(),
        ]
    );
}

/// A URL on which nobody listens.
async fn free_url() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    format!("http://{}/metrics", listener.local_addr().expect("an address"))
}

#[tokio::test]
async fn a_failing_page_costs_only_the_slos_that_it_feeds() {
    let server = Server::start().await;
    server.set("/web", Manner::ok(PAGE));
    server.set("/jobs", Manner::ok("jobs_total{outcome=\"ok\"} 5\n"));
    let jobs = bad_slo("jobs", r#"jobs_total{outcome="failed"}"#, "jobs_total");
    let mut heard = scrape(&[server.at("/web"), server.at("/jobs")], vec![web(), jobs]);
    let polled = heard.poll().await;
    assert_eq!(sums(answer(&polled, "web").expect("a sample")), (5.0, 105.0));
    assert_eq!(sums(answer(&polled, "jobs").expect("a sample")), (0.0, 5.0));

    server.set("/jobs", Manner::answer("503 Service Unavailable", ""));
    let polled = heard.poll_until(|polled| answer(polled, "jobs").is_err()).await;
    assert_eq!(answer(&polled, "jobs"), Err(format!("{}: HTTP 503 Service Unavailable", server.at("/jobs"))));
    assert_eq!(sums(answer(&polled, "web").expect("a sample")), (5.0, 105.0));

    server.set("/jobs", Manner::ok("jobs_total{outcome=\"ok\"} 6\n"));
    let polled = heard.poll_until(|polled| answer(polled, "jobs").is_ok()).await;
    assert_eq!(sums(answer(&polled, "jobs").expect("a sample")), (0.0, 6.0));
}

#[tokio::test]
async fn an_slo_that_nothing_feeds_blames_a_page_that_never_answered() {
    let server = Server::start().await;
    server.set("/web", Manner::ok(PAGE));
    let jobs = bad_slo("jobs", "jobs_failed_total", "jobs_total");
    let polled = scrape(&[server.at("/web"), server.at("/gone")], vec![web(), jobs]).poll().await;
    assert_eq!(answer(&polled, "jobs"), Err(format!("{}: HTTP 404 Not Found", server.at("/gone"))));
    assert!(answer(&polled, "web").is_ok());
}

#[tokio::test]
async fn what_cannot_be_counted_with_costs_the_slo_that_wants_it() {
    let server = Server::start().await;
    server.set("/metrics", Manner::ok(&format!("{PAGE}broken_total NaN\nshrunk_total -1\n")));
    let slos =
        ["broken_total", "shrunk_total", "in_flight", "missing_total", "sum(rate(a[{{.window}}]))", "a[5m]"]
            .map(|metric| bad_slo(metric, r#"http_requests_total{code="500"}"#, metric));
    let url = server.at("/metrics");
    let polled = scrape(std::slice::from_ref(&url), [slos.to_vec(), vec![web()]].concat()).poll().await;
    let errors: Vec<_> = slos.iter().map(|slo| answer(&polled, &slo.id).expect_err(&slo.id)).collect();
    assert_eq!(errors, [
        format!("{url}: broken_total is NaN, which no counter can be"),
        format!("{url}: shrunk_total is -1, which no counter can be"),
        format!("{url}: in_flight is a gauge, no counter"),
        "no series matches the total `missing_total` (is the name right?)".to_owned(),
        "a scrape cannot answer PromQL: `sum(rate(a[{{.window}}]))` (write a bare selector, or use a Prometheus)"
            .to_owned(),
        "selector `a[5m]`: at character 2: a range is PromQL: leave it out, the increase is taken for you".to_owned(),
    ]);
    assert_eq!(sums(answer(&polled, "web").expect("a sample")), (5.0, 105.0));
}

#[tokio::test]
async fn a_bad_line_is_told_and_the_other_lines_count() {
    let server = Server::start().await;
    let twice = "http_requests_total{code=\"500\",service=\"web\"} 99\n";
    server.set("/metrics", Manner::ok(&format!("{PAGE}http_requests_total{{code=5}} 1\n{twice}")));
    let url = server.at("/metrics");
    let polled = scrape(std::slice::from_ref(&url), vec![web()]).poll().await;
    assert_eq!(sums(answer(&polled, "web").expect("a sample")), (5.0, 105.0));
    assert_eq!(
        polled.warnings,
        [
            format!("{url}: line 7, column 26: a text in double quotes expected, `5` found"),
            format!(
                "{url}: http_requests_total{{code=\"500\",service=\"web\"}} comes twice, the first line counts"
            ),
        ]
    );
}

#[tokio::test]
async fn the_task_ends_when_nobody_listens() {
    let server = Server::start().await;
    server.set("/metrics", Manner::ok(PAGE));
    let mut heard =
        Ask { every: Duration::from_hours(1), ..ask(&[server.at("/metrics")], vec![web()]) }.start();
    heard.poll().await;
    heard.leave().await;
}

#[tokio::test]
async fn a_url_is_asked_as_it_is_written() {
    let server = Server::start().await;
    server.set("/", Manner::Computes(|target| format!("http_requests_total{{target=\"{target}\"}} 1\n")));
    let url = server.at("/probe?target=web:80&module=http");
    let polled = scrape(std::slice::from_ref(&url), vec![web()]).poll().await;
    let series = format!("{url} http_requests_total{{target=\"/probe?target=web:80&module=http\"}}");
    let total = vec![Counter { series, value: 1.0 }];
    assert_eq!(answer(&polled, "web"), Ok(Sample::Counters { part: Vec::new(), total }));
}

#[tokio::test]
async fn a_redirect_loop_is_left_after_three() {
    let server = Server::start().await;
    server.set("/metrics", Manner::redirect("/metrics"));
    let every = Duration::from_hours(1);
    let mut heard = Ask { every, ..ask(&[server.at("/metrics")], vec![web()]) }.start();
    heard.poll().await.answers.expect_err("an error");
    assert_eq!(server.asked(), ["/metrics"; 4]);
}

#[tokio::test]
async fn many_pages_are_fetched_side_by_side_but_not_all_at_once() {
    let server = Server::start().await;
    server.set("/page", Manner::Gathers(32));
    let urls: Vec<String> = (0..70).map(|page| server.at(&format!("/page/{page}"))).collect();
    let error = scrape(&urls, vec![web()]).poll().await.answers.expect_err("an error");
    assert!(error.ends_with("/page/2: HTTP 500 Internal Server Error; and 67 more"), "{error}");
    assert_eq!(server.most_at_once(), 32);
}

/// `http_requests_total{code="500"} 3` and a line feed, compressed with gzip.
const GZIPPED: [u8; 54] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 203, 40, 41, 41, 136, 47, 74, 45, 44, 77, 45, 46, 41, 142, 47, 201,
    47, 73, 204, 169, 78, 206, 79, 73, 181, 85, 50, 53, 48, 80, 170, 85, 48, 230, 2, 0, 214, 64, 75, 159, 34,
    0, 0, 0,
];

#[tokio::test]
async fn a_compressed_page_is_read() {
    let server = Server::start().await;
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", GZIPPED.len());
    server.set("/metrics", Manner::Says([head.as_bytes(), &GZIPPED].concat()));
    let polled = scrape(&[server.at("/metrics")], vec![web()]).poll().await;
    assert_eq!(sums(answer(&polled, "web").expect("a sample")), (3.0, 3.0));
}

#[tokio::test]
async fn a_target_that_cannot_be_spoken_to_encrypted_costs_itself() {
    let server = Server::start().await;
    server.set("/metrics", Manner::ok(PAGE));
    let encrypted = server.at("/secret").replace("http:", "https:");
    let secret = bad_slo("secret", "secret_bad_total", "secret_total");
    let polled = scrape(&[server.at("/metrics"), encrypted.clone()], vec![web(), secret]).poll().await;
    assert_eq!(sums(answer(&polled, "web").expect("a sample")), (5.0, 105.0));
    let error = answer(&polled, "secret").expect_err("an error");
    assert!(error.starts_with(&format!("{encrypted}: ")) && error.len() > encrypted.len() + 10, "{error}");
}

#[tokio::test]
async fn secrets_in_a_url_are_not_told() {
    let url = free_url().await.replace("http://", "http://ops:hunter2@");
    let polled = scrape(std::slice::from_ref(&url), vec![web()]).poll().await;
    let error = polled.answers.expect_err("an error");
    assert_eq!(error, format!("{}: connection refused", url.replace("hunter2", "***")));
}
