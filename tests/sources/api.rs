//! A Prometheus server that misbehaves: what is asked of it, and what each answer costs and says.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::hostile::{Manner, Server};
use crate::rig::{Ask, Heard, answer, bad_slo, judged};
use crate::stub::{Asked, matrix};
use warroom::config::{Partial, SourceKind};
use warroom::io::clock::Clock;
use warroom::io::sources::{Polled, SourceMsg, instant};
use warroom::slo::telemetry::Heartbeat;
use warroom::slo::{Group, Query, Sample, Sli, Slo, Tile};
use warroom::text::{Time, when};

const API: &str = "/api/v1/query_range";

/// What a healthy server says of the queries of these tests.
fn value(leg: &str) -> Option<String> {
    let values = [("none_total", ""), ("nan_total", "NaN"), ("good_total", "7"), ("bad_total", "1")];
    let found = values.iter().find(|(name, _)| leg.contains(name)).map_or("10", |(_, value)| *value);
    (!found.is_empty()).then(|| found.to_owned())
}

fn well(target: &str) -> String {
    Asked::of(target).answer(value)
}

/// A server that answers 10 for totals and 1 for what is bad.
async fn healthy() -> Server {
    let server = Server::start().await;
    server.set(API, Manner::Computes(well));
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

/// Bad and total of the newest tile of an SLO, as its SLI judges it; `None` where none was observed.
fn newest(polled: &Polled, slo: &Slo) -> Option<(f64, f64)> {
    let (_, tiles) = match answer(polled, &slo.id) {
        Err(why) if why.contains("no recent samples") => return None,
        sample => tiles(sample.expect("a sample")),
    };
    let counts = judged(&slo.sli, tiles.last().copied().expect("a tile")?)?;
    Some((counts.bad, counts.total))
}

/// The same without a past: every request is one of a poll.
fn young() -> Slo {
    Slo { period: Duration::from_secs(1), ..web() }
}

#[tokio::test]
async fn a_poll_is_one_request_for_the_newest_tile() {
    let server = healthy().await;
    let every = Duration::from_hours(1);
    let polled = Ask { every, ..ask(&server, vec![young()]) }.start().poll().await;
    let (end, tiles) = tiles(answer(&polled, "web").expect("a sample"));
    let is_boundary = end.timestamp_millis() % 300_000 == 0;
    assert!(end == polled.at || is_boundary, "{end}");
    let tile = Some(Tile { part: 1.0, total: 10.0 });
    assert!(tiles == [tile] || is_boundary && tiles == [tile; 4], "{tiles:?}");
    let asked: Vec<Asked> = server.asked().iter().map(|target| Asked::of(target)).collect();
    assert_eq!(asked.len(), 1);
    let all = "sum(increase(all_total[5m]))";
    let while_it_is_there = format!("({all}) and on() (count(\nall_total\n))");
    let all = if is_boundary { all } else { &while_it_is_there };
    assert_eq!(asked[0].legs(), ["sum(increase(bad_total[5m]))", all]);
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

/// What one poll says of an SLO when the server answers every request with its total in a manner.
async fn error_of(manner: Manner) -> String {
    let server = healthy().await;
    server.set("odd_total", manner);
    let slos = vec![young(), Slo { period: young().period, ..bad_slo("odd", "bad_total", "odd_total") }];
    let heard = Ask { every: Duration::from_hours(1), ..ask(&server, slos) };
    let polled = heard.start().poll().await;
    assert_eq!(newest(&polled, &young()), Some((1.0, 10.0)), "the other SLO goes on");
    let requests = server.asked().len();
    assert!(requests <= 8, "a batch of three and its parts, redirects counted twice: {requests}");
    answer(&polled, "odd").expect_err("an error")
}

#[tokio::test]
async fn a_query_that_fails_costs_its_row_and_is_explained() {
    let refused = r#"{"status":"error","errorType":"bad_data","error":"invalid parameter \"query\":\n 1:5: parse error: unexpected <eof>"}"#;
    let half = matrix("[{\"metric\":{},\"values\":[[1,\"1\"");
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
        (Manner::ok("{}"), "no answer of the Prometheus API: there is no data in it"),
        (
            Manner::answer(
                "503 Service Unavailable",
                r#"{"status":"error","errorType":"unavailable","error":"TSDB not ready"}"#,
            ),
            "unavailable: TSDB not ready",
        ),
        (
            Manner::ok(&half[..half.len() - 2]),
            "no answer of the Prometheus API: EOF while parsing a list at line 1 column 89",
        ),
        (Manner::broken_off(&half), "the answer broke off before its end"),
        (Manner::Floods(50), "total query: the answer is larger than 16 MiB"),
        (Manner::redirect("/elsewhere"), "HTTP 404 Not Found"),
    ];
    for (manner, expected) in cases {
        let case = format!("{manner:?}");
        assert_eq!(error_of(manner).await, expected, "{case}");
    }
}

#[tokio::test]
async fn a_hanging_query_costs_its_row_once_it_is_found_out() {
    let server = healthy().await;
    server.set("odd_total", Manner::Hangs);
    let slos = vec![web(), bad_slo("odd", "bad_total", "odd_total")];
    let mut heard = Ask { timeout: Duration::from_millis(300), ..ask(&server, slos) }.start();
    let polled = heard.poll_until(|polled| polled.answers.is_ok()).await;
    assert_eq!(answer(&polled, "odd"), Err("timed out after 300ms".to_owned()));
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
    let slo = |index: usize| {
        let id = index.to_string();
        Slo {
            period: Duration::from_secs(1),
            ..bad_slo(&id, &format!("bad_total{{a=\"{id}\"}}"), "all_total")
        }
    };
    let slos = (0..2_000).map(slo).collect();
    let polled = Ask { timeout: Duration::from_millis(100), ..ask(&server, slos) }.start().poll().await;
    assert_eq!(polled.answers, Err(format!("{}: timed out after 100ms", server.at(""))));
    let requests = server.asked().len();
    assert!(requests < 10, "{requests} requests");
}

#[tokio::test]
async fn absent_errors_are_zero_absent_totals_and_nan_are_unobserved() {
    let server = healthy().await;
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
    let good = Sli::Good { good: Query::parse("good_total"), total: Query::parse("all_total") };
    let slos = vec![
        Slo { sli: good, ..bad_slo("good", "", "") },
        bad_slo("rates", "sum(rate(bad_total[{{.window}}]))", "sum(rate(all_total[{{ .window }}]))"),
    ];
    let polled = listen(&server, slos.clone()).poll().await;
    assert_eq!(newest(&polled, &slos[0]), Some((3.0, 10.0)));
    assert_eq!(newest(&polled, &slos[1]), Some((300.0, 3_000.0)));
}

/// A healthy answer with something said beside it.
fn with(target: &str, said: &str) -> Manner {
    Manner::ok(&well(target).replacen('{', &format!("{{{said},"), 1))
}

#[tokio::test]
async fn words_about_the_query_are_told_beside_the_answer() {
    let server = Server::start().await;
    server.set(API, Manner::Decides(|target| with(target, r#""infos":["PromQL info: no\ncounter"]"#)));
    let polled = listen(&server, vec![web()]).poll().await;
    assert_eq!(polled.warnings, ["PromQL info: no counter"]);
    assert_eq!(newest(&polled, &web()), Some((1.0, 10.0)));
}

#[tokio::test]
async fn partial_data_is_told_and_not_counted() {
    let decisions: [crate::hostile::Decision; 2] = [
        |target| with(target, r#""warnings":["store\nunreachable"]"#),
        |target| with(target, r#""isPartial":true"#),
    ];
    for (decide, said) in decisions.into_iter().zip(["store unreachable", "a part of its storage"]) {
        let server = Server::start().await;
        server.set(API, Manner::Decides(decide));
        let polled = listen(&server, vec![web()]).poll().await;
        let why = answer(&polled, "web").expect_err("partial");
        let expected = format!("partial data, not counted: {said} (what did not answer may hold the errors");
        assert!(why.starts_with(&expected) && !polled.is_partial, "{why}");
        let vectors = instant(&ask(&server, Vec::new()).source(), Clock::wall(), &["up".to_owned()]).await;
        assert_eq!(vectors, [Err(why)], "nor is it shown as a signal");
    }
}

#[tokio::test]
async fn partial_data_that_is_accepted_is_counted_and_told() {
    let server = Server::start().await;
    server.set(API, Manner::Decides(|target| with(target, r#""warnings":["store\nunreachable"]"#)));
    let mut heard = Ask { partial: Partial::Accept, ..ask(&server, vec![web()]) }.start();
    let polled = heard.poll().await;
    assert_eq!(newest(&polled, &web()), Some((1.0, 10.0)));
    assert!(polled.is_partial);
    assert_eq!(
        polled.warnings.first().map(String::as_str),
        Some("partial data, counted all the same: store unreachable")
    );
    server.set(API, Manner::Decides(well_done));
    let whole = heard.poll_until(|polled| !polled.is_partial).await;
    assert_eq!((newest(&whole, &web()), whole.warnings), (Some((1.0, 10.0)), Vec::new()));
}

fn well_done(target: &str) -> Manner {
    Manner::ok(&well(target))
}

#[tokio::test]
async fn a_server_whose_clock_is_off_is_asked_by_its_own_clock_and_that_is_said() {
    let server = Server::start().await;
    server.set(
        API,
        Manner::Decides(|target| {
            let date = when::after(Clock::wall().now(), Duration::from_mins(2));
            let date = format!("Date: {}", date.format("%a, %d %b %Y %H:%M:%S GMT"));
            Manner::answer_with("200 OK", &[&date], &well(target))
        }),
    );
    let mut heard = listen(&server, vec![young()]);
    heard.poll().await;
    let ahead = |polled: &Polled| {
        let (end, _) = tiles(answer(polled, "web").expect("a sample"));
        when::since(polled.at, end) > Duration::from_secs(110)
    };
    let polled = heard.poll_until(ahead).await;
    let warning = polled.warnings.first().expect("a warning");
    assert!(warning.starts_with("the server's clock is 1") && warning.contains("ahead of ours"), "{warning}");
}

#[tokio::test]
async fn a_heartbeat_is_asked_with_the_poll_and_is_missing_when_its_series_is() {
    let server = Server::start().await;
    server.set(
        API,
        Manner::Computes(|target| {
            let asked = Asked::of(target);
            asked.answer(|leg| match leg {
                "max(timestamp(\nup{job=\"x\"}\n))" => Some(format!("{}", asked.end - 7.0)),
                other => value(other),
            })
        }),
    );
    let watched = |series: &str| Ask { heartbeat: Some(series.to_owned()), ..ask(&server, vec![young()]) };
    let polled = watched("up{job=\"x\"}").start().poll().await;
    let Heartbeat::Seen(at) = polled.heartbeat else { panic!("seen: {:?}", polled.heartbeat) };
    assert_eq!(when::since(at, polled.at).as_secs(), 7);
    let gone = watched("none_total").start().poll().await;
    assert_eq!((gone.heartbeat, newest(&gone, &young())), (Heartbeat::Missing, Some((1.0, 10.0))));
    server.set(API, Manner::answer("503 Service Unavailable", ""));
    assert_eq!(watched("up").start().poll().await.heartbeat, Heartbeat::Missing);
}

#[tokio::test]
async fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let server = Server::start().await;
    server.set(API, Manner::answer_with("429 Too Many Requests", &["Retry-After: 1"], "slow down"));
    let mut heard = listen(&server, vec![young()]);
    let first = heard.poll().await.answers.expect_err("busy");
    assert!(first.ends_with("HTTP 429 Too Many Requests"), "{first}");
    let second = heard.poll().await.answers.expect_err("left alone");
    assert!(second.ends_with("HTTP 429 Too Many Requests (asked again in 1s)"), "{second}");
    assert_eq!(server.asked().len(), 1, "it is not asked in between");
    server.set(API, Manner::Computes(well));
    let polled = heard.poll_until(|polled| polled.answers.is_ok()).await;
    assert_eq!(newest(&polled, &young()), Some((1.0, 10.0)));
}

#[tokio::test]
async fn expressions_are_worth_what_the_server_says_and_fail_on_their_own() {
    let server = healthy().await;
    server.set(
        "odd_total",
        Manner::answer("400 Bad Request", r#"{"status":"error","errorType":"bad_data","error":"no"}"#),
    );
    let queries = ["bad_total", "odd_total", "none_total", "nan_total", "all_total"].map(str::to_owned);
    let source = ask(&server, Vec::new()).source();
    let found = instant(&source, Clock::wall(), &queries).await;
    let one = |value: f64| vec![(Group::default(), value)];
    assert_eq!(found[0], Ok(one(1.0)));
    assert_eq!(found[1], Err("bad_data: no".to_owned()));
    assert_eq!(found[2], Ok(Vec::new()));
    assert!(found[3].as_ref().is_ok_and(|values| values[0].1.is_nan()));
    assert_eq!(found[4], Ok(one(10.0)));
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
    let server = Server::start().await;
    server.set(API, Manner::Gathers(4));
    let long = |index: usize| format!("all_total{{a=\"{}{index}\"}}", "x".repeat(9_000));
    let slo = |index: usize| Slo {
        period: young().period,
        ..bad_slo(&index.to_string(), &long(index), &long(index))
    };
    listen(&server, (0..20).map(slo).collect()).poll().await;
    assert!(server.heads().iter().all(|head| head.starts_with("POST ")), "{:?}", server.heads());
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
    server.set(API, Manner::Computes(well));

    let (from, to) = (began.timestamp() / 300 + 1, clock.now().timestamp() / 300);
    let mut filled = BTreeSet::new();
    let covered = async {
        while !(from..=to).all(|bucket| filled.contains(&bucket)) {
            let sample = match heard.next().await {
                SourceMsg::Polled(polled) => {
                    polled.answers.ok().and_then(|answers| answers.into_iter().next()?.1.ok())
                }
                SourceMsg::Backfill(piece) => piece.sample.ok(),
                SourceMsg::Change(_) | SourceMsg::Signals(_) | SourceMsg::Alerts(_) => None,
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
