//! Many SLOs and one server: how many requests they cost, and what a bad query among them costs.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::hostile::{Manner, Server};
use crate::rig::{Ask, Heard, answer, bad_slo};
use crate::stub::Asked;
use warroom::config::SourceKind;
use warroom::io::clock::Clock;
use warroom::io::sources::{Backfill, SourceMsg};
use warroom::slo::{Sample, Slo, Subject};

const API: &str = "/api/v1/query_range";
const REFUSAL: &str = r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
const TOO_MUCH: &str = r#"{"status":"error","errorType":"execution","error":"too many samples"}"#;

fn well(target: &str) -> Manner {
    Manner::ok(
        &Asked::of(target).answer(|leg| Some(if leg.contains("bad_") { "1" } else { "10" }.to_owned())),
    )
}

/// Refuses every request that holds a query with `broken` in it.
fn strict(target: &str) -> Manner {
    if target.contains("broken") { Manner::answer("400 Bad Request", REFUSAL) } else { well(target) }
}

/// Without a past, so that every request is one of a poll.
fn slo(id: usize, bad: &str, total: &str) -> Slo {
    Slo { period: Duration::from_secs(1), ..bad_slo(&id.to_string(), bad, total) }
}

fn ask(server: &Server, slos: Vec<Slo>) -> Ask {
    Ask::of(SourceKind::Prometheus { url: server.at("") }, slos)
}

async fn serving(decide: fn(&str) -> Manner) -> Server {
    let server = Server::start().await;
    server.set(API, Manner::Decides(decide));
    server
}

#[tokio::test]
async fn ten_thousand_slos_are_all_answered_in_one_poll() {
    let server = serving(well).await;
    let own = |id| slo(id, &format!("bad_total{{a=\"{id}\"}}"), &format!("all_total{{a=\"{id}\"}}"));
    let every = Duration::from_hours(1);
    let polled = Ask { every, ..ask(&server, (0..10_000).map(own).collect()) }.start().poll().await;
    let answers = polled.answers.expect("a server");
    assert_eq!(answers.iter().filter(|(_, outcome)| outcome.is_ok()).count(), 10_000);
    assert_eq!(server.asked().len(), 400, "twenty thousand expressions, fifty a request");
}

#[tokio::test]
async fn slos_that_share_a_total_ask_for_it_once() {
    let server = serving(well).await;
    let own = |id| slo(id, &format!("bad_total{{a=\"{id}\"}}"), "all_total");
    let every = Duration::from_hours(1);
    let polled = Ask { every, ..ask(&server, (0..99).map(own).collect()) }.start().poll().await;
    assert_eq!(polled.answers.expect("a server").len(), 99);
    let asked: Vec<usize> = server.asked().iter().map(|target| Asked::of(target).legs().len()).collect();
    assert_eq!(asked, [50, 50]);
}

/// With a pause between polls that is long enough to count the requests of one, and minutes before a
/// boundary of the buckets, after which two polls follow each other.
fn apart(ask: Ask) -> Ask {
    Ask { every: Duration::from_millis(400), clock: Clock::scaled(1.01), ..ask }
}

/// How many requests each poll made, and the polls' answers.
async fn requests(heard: &mut Heard, server: &Server, polls: usize) -> Vec<usize> {
    let mut counts = Vec::new();
    let mut before = 0;
    for _ in 0..polls {
        heard.poll().await;
        let now = server.asked().len();
        counts.push(now - before);
        before = now;
    }
    counts
}

#[tokio::test]
async fn a_refused_batch_is_taken_apart_once_and_the_bad_query_goes_alone_from_then_on() {
    let server = serving(strict).await;
    let own = |id| slo(id, &format!("bad_total{{a=\"{id}\"}}"), "all_total");
    let mut slos: Vec<Slo> = (0..40).map(own).collect();
    slos.push(slo(40, "broken", "all_total"));
    let mut heard = apart(ask(&server, slos)).start();
    let polled = heard.poll().await;
    for id in 0..40 {
        assert!(answer(&polled, &id.to_string()).is_ok(), "{id} is answered in the first poll");
    }
    assert_eq!(answer(&polled, "40"), Err("bad query: bad_data: parse error".to_owned()));
    let first = server.asked().len();
    assert!(first <= 42, "{first}");
    let counts = requests(&mut heard, &server, 3).await;
    assert_eq!(counts.iter().skip(1).collect::<Vec<_>>(), [&2, &2], "one batch, one alone: {counts:?}");
}

#[tokio::test]
async fn two_queries_an_slo_are_the_limit_even_when_everything_is_refused() {
    let server = serving(strict).await;
    let slos: Vec<Slo> = (0..50)
        .map(|id| slo(id, &format!("broken{{a=\"{id}\"}}"), &format!("broken{{b=\"{id}\"}}")))
        .collect();
    let mut heard = apart(ask(&server, slos)).start();
    let mut last = 0;
    for _ in 0..4 {
        let polled = heard.poll().await;
        let now = server.asked().len();
        assert!(now - last <= 100, "{}", now - last);
        last = now;
        assert!(polled.answers.expect("a server").iter().all(|(_, outcome)| outcome.is_err()));
    }
    let polled = heard.poll().await;
    assert_eq!(answer(&polled, "49"), Err("total query: bad_data: parse error".to_owned()));
}

/// Everything of a source's history, piece by piece.
async fn history(heard: &mut Heard) -> Vec<Backfill> {
    let mut pieces = Vec::new();
    while pieces.last().is_none_or(|piece: &Backfill| piece.done < 1.0) {
        if let SourceMsg::Backfill(piece) = heard.next().await {
            pieces.push(piece);
        }
    }
    pieces
}

fn days(days: u64, slos: usize) -> Vec<Slo> {
    let own = |id: usize| Slo {
        period: Duration::from_hours(24 * days),
        ..slo(id, &format!("bad_total{{a=\"{id}\"}}"), "all_total")
    };
    (0..slos).map(own).collect()
}

/// Tiles by SLO, and the ends of its pieces in the order they came.
fn filled(pieces: &[Backfill]) -> BTreeMap<&Subject, (usize, Vec<i64>)> {
    let mut filled: BTreeMap<&Subject, (usize, Vec<i64>)> = BTreeMap::new();
    for piece in pieces {
        let Ok(Sample::Tiles { end, tiles, .. }) = &piece.sample else { continue };
        let entry = filled.entry(&piece.subject).or_default();
        entry.0 += tiles.iter().flatten().count();
        entry.1.push(end.timestamp());
    }
    filled
}

#[tokio::test]
async fn a_history_that_is_too_much_at_once_comes_in_smaller_pieces_newest_first() {
    let server = serving(|target| {
        let asked = Asked::of(target);
        let is_too_much = asked.tiles() > 1_000 || asked.legs().len() * asked.tiles() > 2_500;
        if is_too_much { Manner::answer("422 Unprocessable Entity", TOO_MUCH) } else { well(target) }
    })
    .await;
    let pieces = history(&mut ask(&server, days(15, 20)).start()).await;
    assert!(pieces.iter().all(|piece| piece.sample.is_ok()));
    assert!(pieces.is_sorted_by(|a, b| a.done <= b.done));
    let filled = filled(&pieces);
    assert_eq!(filled.len(), 20);
    for (subject, (tiles, ends)) in filled {
        assert_eq!(tiles, 15 * 288, "{subject}");
        assert!(ends.is_sorted_by(|a, b| a > b), "{subject}: {ends:?}");
    }
}

#[tokio::test]
async fn a_range_that_cannot_be_had_stays_a_gap_and_is_said() {
    let server = serving(|target| {
        let asked = Asked::of(target);
        let age = warroom::io::clock::Clock::wall().now().timestamp() as f64 - asked.start;
        if age > 2.5 * 86_400.0 { Manner::answer("422 Unprocessable Entity", TOO_MUCH) } else { well(target) }
    })
    .await;
    let pieces = history(&mut ask(&server, days(4, 1)).start()).await;
    let gaps: Vec<_> = pieces.iter().filter_map(|piece| piece.sample.as_ref().err()).collect();
    assert!(!gaps.is_empty() && gaps.iter().all(|why| *why == "execution: too many samples"), "{gaps:?}");
    let filled = filled(&pieces);
    let (tiles, _) = filled.first_key_value().expect("an SLO").1;
    // What is just younger than the limit comes too, to the three hours of the smallest piece.
    assert!((2 * 288 + 100..=2 * 288 + 144).contains(tiles), "{tiles}");
}

#[tokio::test]
async fn a_history_of_a_bad_query_costs_a_few_requests_and_its_neighbours_nothing() {
    let server = serving(strict).await;
    let mut slos = days(30, 3);
    slos.push(Slo { period: Duration::from_hours(24 * 30), ..slo(3, "broken", "all_total") });
    let mut heard = Ask { every: Duration::from_hours(1), ..ask(&server, slos) }.start();
    let pieces = history(&mut heard).await;
    for (subject, (tiles, _)) in filled(&pieces) {
        assert_eq!((tiles, subject.indicator != "3"), (30 * 288, true), "{subject}");
    }
    let requests = server.asked().iter().filter(|target| target.contains("broken")).count();
    assert!(requests < 16, "{requests}");
}
