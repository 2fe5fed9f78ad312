//! A Prometheus server that misbehaves: what is asked of it, and what each answer costs and says.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::hostile::{Manner, Server};
use crate::rig::{Ask, Heard, answer, bad_slo, judged};
use warroom::config::SourceKind;
use warroom::io::clock::Clock;
use warroom::io::sources::{Polled, SourceMsg};
use warroom::slo::{Query, Sample, Sli, Slo, Tile};
use warroom::text::{Time, when};

const API: &str = "/api/v1/query_range";

/// A number of a request's query string.
fn parameter(target: &str, name: &str) -> f64 {
    let (_, query) = target.split_once('?').expect("a query string");
    let value = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).expect(name);
    value.parse().expect("a number")
}

/// A correct answer: one series with the same value at every step of the request.
fn constant(target: &str, value: &str) -> String {
    let (start, end, step) =
        (parameter(target, "start"), parameter(target, "end"), parameter(target, "step"));
    let steps = ((end - start) / step).round() as usize;
    let values: Vec<String> =
        (0..=steps).map(|index| format!("[{:.3},\"{value}\"]", start + index as f64 * step)).collect();
    reply(&format!("[{{\"metric\":{{}},\"values\":[{}]}}]", values.join(",")))
}

fn reply(result: &str) -> String {
    format!("{{\"status\":\"success\",\"data\":{{\"resultType\":\"matrix\",\"result\":{result}}}}}")
}

fn ten(target: &str) -> String {
    constant(target, "10")
}

fn one(target: &str) -> String {
    constant(target, "1")
}

fn not_a_number(target: &str) -> String {
    constant(target, "NaN")
}

/// A server that answers 10 for totals and 1 for what is bad.
async fn healthy() -> Server {
    let server = Server::start().await;
    server.set("all_total", Manner::Computes(ten));
    server.set("bad_total", Manner::Computes(one));
    server
}

fn web() -> Slo {
    Slo { period: Duration::from_hours(24), ..bad_slo("web", "bad_total", "all_total") }
}

fn listen(server: &Server, slos: Vec<Slo>) -> Heard {
    ask(server, slos).start()
}

fn ask(server: &Server, slos: Vec<Slo>) -> Ask {
    Ask::of(SourceKind::Prometheus { url: server.at("") }, slos)
}

fn tiles(sample: Sample) -> (Time, Vec<Option<Tile>>) {
    match sample {
        Sample::Tiles { end, width, tiles } if width == Duration::from_mins(5) => (end, tiles),
        other => panic!("5-minute tiles expected: {other:?}"),
    }
}

/// Bad and total of the newest tile of an SLO, as its SLI judges it.
fn newest(polled: &Polled, slo: &Slo) -> Option<(f64, f64)> {
    let (_, tiles) = tiles(answer(polled, &slo.id).expect("a sample"));
    let counts = judged(&slo.sli, tiles.last().copied().expect("a tile")?)?;
    Some((counts.bad, counts.total))
}

#[tokio::test]
async fn a_poll_asks_two_small_queries_and_brings_the_newest_hour() {
    let server = healthy().await;
    let every = Duration::from_hours(1);
    let polled = Ask { every, ..ask(&server, vec![web()]) }.start().poll().await;
    let (end, tiles) = tiles(answer(&polled, "web").expect("a sample"));
    assert!(end == polled.at || end.timestamp_millis() % 300_000 == 0, "{end}");
    assert_eq!(tiles, vec![Some(Tile { part: 1.0, total: 10.0 }); 13]);
    let hours = server.asked().into_iter().filter(|target| is_poll(target)).count();
    assert_eq!(hours, 2);
}

fn is_poll(target: &str) -> bool {
    let span = parameter(target, "end") - parameter(target, "start");
    (span - 3_600.0).abs() < 1.0
}

#[tokio::test]
async fn history_comes_newest_first_on_the_buckets_and_says_how_far_it_is() {
    let server = healthy().await;
    let month = Slo { period: Duration::from_hours(30 * 24), ..web() };
    let mut heard = listen(&server, vec![month]);
    let (mut ends, mut count, mut done) = (Vec::new(), 0, Vec::new());
    while done.last().is_none_or(|done| *done < 1.0) {
        let SourceMsg::Backfill(piece) = heard.next().await else { continue };
        let (end, tiles) = tiles(piece.sample.expect("a piece"));
        ends.push(end);
        count += tiles.iter().flatten().count();
        done.push(piece.done);
    }
    assert_eq!(count, 30 * 288);
    assert!(ends.is_sorted_by(|a, b| a > b), "{ends:?}");
    assert!(done.is_sorted(), "{done:?}");
    assert!(
        ends.iter().all(|end| end.timestamp() % 300 == 0 && end.timestamp_subsec_millis() == 0),
        "{ends:?}"
    );
}

/// What one poll says of an SLO when the server answers its total query in a manner.
async fn error_of(manner: Manner) -> String {
    let server = healthy().await;
    server.set("odd_total", manner);
    let slos = vec![web(), bad_slo("odd", "bad_total", "odd_total")];
    let polled = listen(&server, slos).poll().await;
    assert_eq!(newest(&polled, &web()), Some((1.0, 10.0)), "the other SLO goes on");
    answer(&polled, "odd").expect_err("an error")
}

#[tokio::test]
async fn a_query_that_fails_costs_its_row_and_is_explained() {
    let refused = r#"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\":\n 1:5: parse error: unexpected <eof>"}"#;
    let half = reply("[{\"metric\":{},\"values\":[[1,\"1\"");
    let cases = [
        (
            Manner::answer("400 Bad Request", refused),
            "total query: bad_data: invalid parameter \"query\": 1:5: parse error: unexpected <eof>",
        ),
        (
            Manner::answer("422 Unprocessable Entity", r#"{"status":"error","errorType":"execution"}"#),
            "total query: execution: no reason given",
        ),
        (Manner::answer("500 Internal Server Error", "oops"), "HTTP 500 Internal Server Error"),
        (Manner::answer("401 Unauthorized", "<html>"), "HTTP 401 Unauthorized"),
        (Manner::ok("<html>Welcome</html>"), "answers HTML, not the Prometheus API (is the URL right?)"),
        (Manner::ok(""), "no answer of the Prometheus API: EOF while parsing a value at line 1 column 0"),
        (
            Manner::ok(&half[..half.len() - 2]),
            "no answer of the Prometheus API: EOF while parsing a list at line 1 column 89",
        ),
        (Manner::broken_off(&half), "the answer broke off before its end"),
        (Manner::Floods(50), "the answer is larger than 16 MiB"),
        (Manner::redirect(API), "HTTP 404 Not Found"),
    ];
    for (manner, expected) in cases {
        let case = format!("{manner:?}");
        assert_eq!(error_of(manner).await, expected, "{case}");
    }
}

#[tokio::test]
async fn a_hanging_query_costs_its_row() {
    let server = healthy().await;
    server.set("odd_total", Manner::Hangs);
    let slos = vec![web(), bad_slo("odd", "bad_total", "odd_total")];
    let polled = Ask { timeout: Duration::from_secs(1), ..ask(&server, slos) }.start().poll().await;
    assert_eq!(answer(&polled, "odd"), Err("timed out after 1s".to_owned()));
    assert_eq!(newest(&polled, &web()), Some((1.0, 10.0)));
}

#[tokio::test]
async fn a_server_that_is_gone_is_one_error_of_the_source() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let slos = (0..100).map(|index| bad_slo(&index.to_string(), "bad_total", "all_total")).collect();
    let kind = SourceKind::Prometheus { url: url.clone() };
    let polled = Ask::of(kind, slos).start().poll().await;
    assert_eq!(polled.answers, Err(format!("{url}: connection refused")));
}

#[tokio::test]
async fn a_server_that_hangs_costs_a_few_timeouts_not_one_an_slo() {
    let server = Server::start().await;
    server.set(API, Manner::Hangs);
    let slos = (0..200).map(|index| bad_slo(&index.to_string(), "bad_total", "all_total")).collect();
    let polled = Ask { timeout: Duration::from_millis(100), ..ask(&server, slos) }.start().poll().await;
    assert_eq!(polled.answers, Err(format!("{}: timed out after 100ms", server.at(""))));
    let polls = server.asked().iter().filter(|target| is_poll(target)).count();
    assert!(polls < 40, "{polls} queries");
}

#[tokio::test]
async fn absent_errors_are_zero_absent_totals_and_nan_are_unobserved() {
    let server = healthy().await;
    server.set("none_total", Manner::ok(&reply("[]")));
    server.set("nan_total", Manner::Computes(not_a_number));
    let slos = vec![
        bad_slo("no errors yet", "none_total", "all_total"),
        bad_slo("no total", "bad_total", "none_total"),
        bad_slo("nan errors", "nan_total", "all_total"),
        bad_slo("nan total", "bad_total", "nan_total"),
    ];
    let polled = listen(&server, slos.clone()).poll().await;
    let expected = [Some((0.0, 10.0)), None, None, None];
    for (slo, expected) in slos.iter().zip(expected) {
        assert_eq!(newest(&polled, slo), expected, "{}", slo.id);
    }
}

#[tokio::test]
async fn good_events_and_rates_become_bad_counts() {
    let server = healthy().await;
    server.set("good_total", Manner::Computes(|target| constant(target, "7")));
    let good = Sli::Good { good: Query::parse("good_total"), total: Query::parse("all_total") };
    let slos = vec![
        Slo { sli: good, ..bad_slo("good", "", "") },
        bad_slo("rates", "sum(rate(bad_total[{{.window}}]))", "sum(rate(all_total[{{ .window }}]))"),
    ];
    let polled = listen(&server, slos.clone()).poll().await;
    assert_eq!(newest(&polled, &slos[0]), Some((3.0, 10.0)));
    assert_eq!(newest(&polled, &slos[1]), Some((300.0, 3_000.0)));
}

#[tokio::test]
async fn warnings_of_the_server_are_told_beside_the_answer() {
    let server = healthy().await;
    let warned = reply("[]").replacen('{', r#"{"warnings":["store\nunreachable"],"#, 1);
    server.set("bad_total", Manner::ok(&warned));
    let polled = listen(&server, vec![web()]).poll().await;
    assert_eq!(polled.warnings, ["store unreachable"]);
    assert_eq!(newest(&polled, &web()), Some((0.0, 10.0)));
}

#[tokio::test]
async fn a_query_with_an_unknown_hole_is_refused_without_asking() {
    let server = healthy().await;
    let slos = vec![web(), bad_slo("odd", "bad_total", "sum(rate(all_total[{{.range}}]))")];
    let reason = warroom::io::sources::unmeasurable(
        &SourceKind::Prometheus { url: String::new() },
        &slos[1].indicators()[0],
    );
    let polled = listen(&server, slos).poll().await;
    let error = answer(&polled, "odd").expect_err("an error");
    assert_eq!(
        error,
        "query `sum(rate(all_total[{{.range}}]))`: unknown `{{.range}}` (only {{.window}} is filled in)"
    );
    assert_eq!(reason, Some(error));
}

#[tokio::test]
async fn a_long_query_is_posted_and_four_are_asked_at_once() {
    let server = healthy().await;
    server.set(API, Manner::Gathers(4));
    let long = format!("all_total{{a=\"{}\"}}", "x".repeat(3_000));
    let slos = (0..20).map(|index| bad_slo(&index.to_string(), &long, &long)).collect();
    listen(&server, slos).poll().await;
    assert!(server.asked().iter().all(|target| target == API), "{:?}", server.asked());
    assert_eq!(server.most_at_once(), 4);
}

#[tokio::test]
async fn after_an_outage_of_hours_the_gap_is_filled() {
    let server = healthy().await;
    let clock = Clock::scaled(6_000.0);
    let kind = SourceKind::Prometheus { url: server.at("/") };
    let day = Slo { period: Duration::from_hours(3), ..web() };
    let mut heard = Ask { clock, ..Ask::of(kind, vec![day]) }.start();
    let began = heard.poll_until(|polled| polled.answers.is_ok()).await.at;
    server.set(API, Manner::answer("503 Service Unavailable", "starting"));
    heard.poll_until(|polled| when::since(began, polled.at) > Duration::from_hours(3)).await;
    server.set(API, Manner::Computes(ten));

    let (from, to) = (began.timestamp() / 300 + 1, clock.now().timestamp() / 300);
    let mut filled = BTreeSet::new();
    let covered = async {
        while !(from..=to).all(|bucket| filled.contains(&bucket)) {
            let sample = match heard.next().await {
                SourceMsg::Polled(polled) => {
                    polled.answers.ok().and_then(|answers| answers.into_iter().next()?.1.ok())
                }
                SourceMsg::Backfill(piece) => piece.sample.ok(),
                SourceMsg::Change(_) | SourceMsg::Signals(_) => None,
            };
            let Some((end, tiles)) = sample.map(tiles) else { continue };
            if end.timestamp_millis() % 300_000 == 0 {
                let last = end.timestamp() / 300;
                filled.extend((0..).map(|back| last - back).take(tiles.len()));
            }
        }
    };
    tokio::time::timeout(crate::rig::PATIENCE, covered).await.expect("every bucket of the outage");
}

#[tokio::test]
async fn the_task_ends_when_nobody_listens_even_while_it_waits_for_the_server() {
    let server = Server::start().await;
    server.set(API, Manner::answer("503 Service Unavailable", ""));
    let mut heard = Ask { every: Duration::from_hours(1), ..ask(&server, vec![web()]) }.start();
    heard.poll().await.answers.expect_err("an error");
    heard.leave().await;
}
