//! Native histograms as a real Prometheus scrapes, keeps and counts them, and what is said of a server that
//! has none.

use std::time::Duration;

use chrono_tz::Tz;

use crate::native::{HISTOGRAM, Requests, SLOW_FROM, Service};
use crate::real_prometheus::Prometheus;
use crate::rig::{Ask, Heard, answer, bad_slo};
use warroom::config::SourceKind;
use warroom::io::clock::Clock;
use warroom::io::sources::Polled;
use warroom::slo::spec::{SpecFile, load, native};
use warroom::slo::{Evaluator, Method, Query, Reading, Sample, Severity, Sli, Slo, SloState, Tier, Tile};

const FEATURE: [&str; 1] = ["--enable-feature=native-histograms"];
/// What every scrape finds: 3 in 100 take about a second.
const MIXED: Requests = Requests { instant: 10, fast: 960, slow: 30 };
const ALL_FAST: Requests = Requests { instant: 10, fast: 490, slow: 0 };
const MINUTES: fn(u64) -> Duration = Duration::from_mins;

/// One tier that five minutes decide.
fn slo(id: &str, selector: &str, within: Duration) -> Slo {
    Slo {
        sli: Sli::NativeLatency { histogram: Query::parse(selector), within },
        tiers: vec![Tier::burn(Severity::Page, 14.4, MINUTES(5), MINUTES(1))],
        period: Duration::from_hours(1),
        ..bad_slo(id, "", "")
    }
}

/// The same as Pyrra writes it.
fn pyrras() -> Slo {
    let text = format!(
        "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\nmetadata: {{name: pyrra}}\n\
         spec:\n  target: '99'\n  window: 4w\n  indicator:\n    latencyNative:\n      latency: 250ms\n      \
         total: {{metric: '{HISTOGRAM}{{route=\"/pay\"}}'}}\n"
    );
    let loaded = load(&[SpecFile { file: "pyrra.yaml", text: &text, source: None, period: None }]);
    loaded.slos.into_iter().next().unwrap_or_else(|| panic!("{:?}", loaded.problems))
}

/// And as warroom.toml does.
fn ours() -> Slo {
    let text = format!(
        "[[slo]]\nid = \"ours\"\nservice = \"web\"\nobjective = 99\nperiod = \"28d\"\n\
         latency = {{ histogram = '{HISTOGRAM}{{route=\"/pay\"}}', within = \"250ms\" }}\n"
    );
    let (slos, problems) = native::parse("warroom.toml", &text, Tz::UTC);
    slos.into_iter().next().unwrap_or_else(|| panic!("{problems:?}"))
}

/// Five minutes are good as a whole where such a share of them was.
fn slices(id: &str, target: f64) -> Slo {
    let method = Method::Timeslices { target, slice: MINUTES(5) };
    Slo { method, ..slo(id, &format!("{HISTOGRAM}{{route=\"/pay\"}}"), Duration::from_millis(250)) }
}

fn slos() -> Vec<Slo> {
    let pay = format!("{HISTOGRAM}{{route=\"/pay\"}}");
    vec![
        slo("on an edge", &pay, Duration::from_millis(250)),
        slo("above all", &pay, Duration::from_secs(1)),
        slo("inside a bucket", &pay, Duration::from_millis(950)),
        Slo { by: vec!["route".to_owned()], ..slo("grouped", HISTOGRAM, Duration::from_millis(250)) },
        pyrras(),
        ours(),
        slices("lenient slices", 0.96),
        slices("strict slices", 0.98),
    ]
}

fn ask(prometheus: &Prometheus) -> Heard {
    let kind = SourceKind::Prometheus { url: prometheus.url.clone() };
    Ask { every: Duration::from_millis(250), ..Ask::of(kind, slos()) }.start()
}

/// The newest tile of a row; `None` while there is none.
fn tile(polled: &Polled, row: &str) -> Option<Tile> {
    let answers = polled.answers.as_ref().expect("an answering source");
    let (_, sample) = answers.iter().find(|(subject, _)| subject.to_string() == row)?;
    let Ok(Sample::Tiles { tiles, .. }) = sample else { return None };
    tiles.last().copied().flatten()
}

fn good_share(polled: &Polled, row: &str) -> f64 {
    let tile = tile(polled, row).unwrap_or_else(|| panic!("{row}: {polled:?}"));
    tile.part / tile.total
}

fn reading(polled: &Polled, slo: Slo) -> Reading {
    let id = slo.id.clone();
    let mut evaluator = Evaluator::new(vec![slo]);
    evaluator.observe(id.as_str(), polled.at, answer(polled, &id));
    evaluator.evaluate(polled.at);
    evaluator.readings()[0].clone()
}

fn assert_share(polled: &Polled, row: &str, expected: f64) {
    let share = good_share(polled, row);
    assert!((share - expected).abs() < 1e-9, "{row}: {share} is not {expected}");
}

/// Before any request the row has no traffic; then a bound that is the edge of a bucket counts exactly, one
/// inside a bucket as the server divides it; a restart of the service is no request.
#[tokio::test(flavor = "multi_thread")]
async fn a_real_server_counts_what_was_fast_enough() {
    let service = Service::start(&["/pay", "/home"]);
    let Some(prometheus) = service.prometheus(&FEATURE) else { return };
    let mut heard = ask(&prometheus);
    let quiet = heard.poll_until(|polled| tile(polled, "on an edge").is_some()).await;
    assert_eq!(tile(&quiet, "on an edge"), Some(Tile { part: 0.0, total: 0.0 }));
    assert_eq!(reading(&quiet, slos().remove(0)).state, SloState::NoTraffic);

    service.each_scrape("/pay", MIXED);
    service.each_scrape("/home", ALL_FAST);
    let counted = |polled: &Polled, row: &str| tile(polled, row).is_some_and(|tile| tile.total > 0.0);
    let rows =
        ["on an edge", "grouped{route=\"/pay\"}", "grouped{route=\"/home\"}", "pyrra", "strict slices"];
    let polled = heard.poll_until(|polled| rows.iter().all(|row| counted(polled, row))).await;
    assert_share(&polled, "on an edge", 0.97);
    assert_share(&polled, "pyrra", 0.97);
    assert_share(&polled, "ours", 0.97);
    assert_share(&polled, "lenient slices", 1.0);
    assert_share(&polled, "strict slices", 0.0);
    assert_share(&polled, "above all", 1.0);
    assert_share(&polled, "grouped{route=\"/pay\"}", 0.97);
    assert_share(&polled, "grouped{route=\"/home\"}", 1.0);
    inside_a_bucket(good_share(&polled, "inside a bucket"));

    let [on_an_edge, above_all] = [0, 1].map(|place| reading(&polled, slos().remove(place)));
    assert_eq!(on_an_edge.state, SloState::Firing, "{on_an_edge:#?}");
    assert_eq!(above_all.state, SloState::Ok, "{above_all:#?}");

    let before = tile(&polled, "on an edge").expect("a tile").total;
    service.restart();
    let after = heard.poll_until(|polled| tile(polled, "on an edge").is_some_and(|tile| tile.total > before));
    assert_share(&after.await, "on an edge", 0.97);
}

/// Prometheus 2 spreads the requests of a bucket evenly, Prometheus 3 evenly over its logarithm.
fn inside_a_bucket(share: f64) {
    let evenly = (0.95 - SLOW_FROM) / (1.0 - SLOW_FROM);
    let by_logarithm = 1.0 - 0.95_f64.log2() / SLOW_FROM.log2();
    let of = |slow: f64| 0.97 + 0.03 * slow;
    let near = |expected: f64| (share - expected).abs() < 1e-9;
    assert!(near(of(evenly)) || near(of(by_logarithm)), "{share}: {} or {}", of(evenly), of(by_logarithm));
}

/// The server scrapes the same service, but keeps classic buckets only.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_native_histograms_is_never_healthy_and_says_why() {
    let service = Service::start(&["/pay"]);
    service.each_scrape("/pay", MIXED);
    let Some(prometheus) = service.prometheus(&[]) else { return };
    let mut heard = ask(&prometheus);
    let classic = format!("sum(increase({HISTOGRAM}_count[5m])) > 0");
    while prometheus.value(&classic, Clock::wall().now().timestamp_millis() as f64 / 1e3).is_none() {
        heard.poll().await;
    }
    let polled = heard.poll().await;
    for slo in slos() {
        let reading = reading(&polled, slo);
        assert_eq!(reading.state, SloState::NoData, "{reading:#?}");
        let why = reading.error.expect("a reason");
        assert!(why.starts_with("histogram: the source has no native histogram"), "{why}");
    }
}
