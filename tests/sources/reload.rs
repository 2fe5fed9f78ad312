//! Another configuration for sources that run: what is asked again of a Prometheus, and what is not.

use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use warroom::app::Msg;
use warroom::config::{self, Config, SourceKind};
use warroom::io::clock::Clock;
use warroom::io::feed::Feed;
use warroom::io::runtime::{Told, messages};
use warroom::io::sources::SourceMsg;
use warroom::slo::{Evaluator, Slo};
use warroom::text::when;

use crate::hostile::{Manner, Server};
use crate::rig::{Ask, PATIENCE, bad_slo};
use crate::stub::Asked;

const API: &str = "/api/v1/query_range";
const DAY: usize = 288;

fn well(target: &str) -> Manner {
    Manner::ok(&Asked::of(target).answer(|_| Some("1".to_owned())))
}

fn configuration(server: &Server, every: &str, slos: &[(&str, &str)]) -> Config {
    let source = format!("[[source]]\nname = \"prod\"\nkind = \"prometheus\"\nurl = \"{}\"\n", server.at(""));
    let slo = |(id, period): &(&str, &str)| {
        format!(
            "[[slo]]\nid = \"{id}\"\nservice = \"web\"\nobjective = 99\nperiod = \"{period}\"\n\
             bad = 'bad_total{{slo=\"{id}\"}}'\ntotal = 'all_total{{slo=\"{id}\"}}'\n"
        )
    };
    let text = format!("{source}every = \"{every}\"\n{}", slos.iter().map(slo).collect::<String>());
    let parsed = config::parse("warroom.toml", &text, Config::default());
    assert_eq!(parsed.problems, []);
    parsed.config
}

/// Waits until so many closed buckets of an SLO's history came; one less where a bucket closes meanwhile.
async fn loaded(told: &mut Receiver<Told>, slo: &str, tiles: usize) {
    let mut seen = 0;
    let search = async {
        while seen + 1 < tiles {
            let Told::Msg(msg) = told.recv().await.expect("a living source") else { continue };
            if let Msg::History { subject, sample: warroom::slo::Sample::Tiles { tiles, .. } } = *msg
                && subject.indicator == slo
            {
                seen += tiles.len();
            }
        }
    };
    tokio::time::timeout(PATIENCE, search).await.expect("its history");
}

/// Tiles of history that were asked for of an SLO in requests after the first so many.
fn asked_of(server: &Server, slo: &str, after: usize) -> Vec<usize> {
    let asked = server.asked();
    let about = asked.iter().skip(after).filter(|target| target.contains(&format!("slo%3D%22{slo}%22")));
    about.map(|target| Asked::of(target).tiles()).filter(|tiles| *tiles > 4).collect()
}

/// A bucket may close while the test runs.
fn near(asked: &[usize], tiles: usize) {
    let sum: usize = asked.iter().sum();
    assert!(sum.abs_diff(tiles) <= 1, "{asked:?} are {sum} tiles, not {tiles}");
}

/// Ten of a hundred events in every five minutes.
fn steady(target: &str) -> Manner {
    Manner::ok(
        &Asked::of(target).answer(|leg| Some(if leg.contains("bad_") { "10" } else { "100" }.to_owned())),
    )
}

#[tokio::test]
async fn a_restart_loses_nothing_of_the_bucket_that_is_open_on_a_prometheus() {
    let server = Server::start().await;
    server.set(API, Manner::Decides(steady));
    let kind = SourceKind::Prometheus { url: server.at("") };
    let slo = Slo { period: Duration::from_hours(24), ..bad_slo("web", "bad_total", "all_total") };
    let mut evaluator = Evaluator::new(vec![slo.clone()]);
    let mut heard = Ask { every: Duration::from_hours(1), ..Ask::of(kind, vec![slo]) }.start();
    let (mut polled, mut is_loaded) = (None, false);
    while polled.is_none() || !is_loaded {
        match heard.next().await {
            SourceMsg::Polled(first) => {
                polled = Some(first.at);
                for (subject, outcome) in first.answers.expect("a server") {
                    evaluator.observe(subject, first.at, outcome);
                }
            }
            SourceMsg::Backfill(piece) => {
                is_loaded = piece.done >= 1.0;
                evaluator.observe(piece.subject, Clock::wall().now(), piece.sample);
            }
            _ => {}
        }
    }
    // The newest ten minutes, and with them whatever bucket is open.
    let now = polled.expect("a poll");
    evaluator.evaluate(now);
    for minutes in [5, 10] {
        let from = when::before(now, Duration::from_mins(minutes));
        let held = evaluator.slices("web", from, now, 1).remove(0);
        let whole = minutes as f64;
        assert!((held.observed_ms - whole * 60_000.0).abs() < 1.0, "{minutes}m: {held:?}");
        assert!(
            (held.total - whole * 20.0).abs() < 0.1 && (held.bad - whole * 2.0).abs() < 0.1,
            "{minutes}m: {held:?}"
        );
    }
}

#[tokio::test]
async fn a_reload_asks_for_the_history_that_is_not_there_yet_and_no_other() {
    let server = Server::start().await;
    server.set(API, Manner::Decides(well));
    let (tell, mut told) = messages();
    let mut feed = Feed::start(&configuration(&server, "1h", &[("web", "7d")]), Clock::wall(), tell);
    loaded(&mut told, "web", 7 * DAY).await;
    let before = server.asked().len();

    // Another SLO beside it: its own history.
    feed.follow(&configuration(&server, "1h", &[("web", "7d"), ("api", "7d")]));
    loaded(&mut told, "api", 7 * DAY).await;
    assert_eq!(asked_of(&server, "web", before), Vec::<usize>::new());
    near(&asked_of(&server, "api", before), 7 * DAY);

    // A longer period and another interval: what is older.
    let before = server.asked().len();
    feed.follow(&configuration(&server, "30m", &[("web", "28d"), ("api", "7d")]));
    loaded(&mut told, "web", 21 * DAY).await;
    near(&asked_of(&server, "web", before), 21 * DAY);
    assert_eq!(asked_of(&server, "api", before), Vec::<usize>::new());
}

#[tokio::test]
async fn a_history_that_was_interrupted_goes_on_and_one_that_went_comes_back_whole() {
    let server = Server::start().await;
    // The newest day, and then nothing more.
    server.set(
        API,
        Manner::Decides(|target| if Asked::of(target).tiles() > DAY { Manner::Hangs } else { well(target) }),
    );
    let (tell, mut told) = messages();
    let mut feed = Feed::start(&configuration(&server, "1h", &[("web", "7d")]), Clock::wall(), tell);
    loaded(&mut told, "web", DAY).await;
    let reached = || async {
        while asked_of(&server, "web", 0).len() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, reached()).await.expect("the second piece");
    server.set(API, Manner::Decides(well));
    let before = server.asked().len();
    feed.follow(&configuration(&server, "1h", &[("web", "7d"), ("api", "1d")]));
    loaded(&mut told, "web", 6 * DAY).await;
    near(&asked_of(&server, "web", before), 6 * DAY);

    feed.follow(&configuration(&server, "1h", &[("api", "1d")]));
    let before = server.asked().len();
    feed.follow(&configuration(&server, "1h", &[("api", "1d"), ("web", "7d")]));
    loaded(&mut told, "web", 7 * DAY).await;
    near(&asked_of(&server, "web", before), 7 * DAY);
}
