//! A target that dies behind a real Prometheus is noticed while its increase still goes on.

use std::time::Duration;

use crate::native::{Requests, Service};
use crate::rig::{Ask, answer, bad_slo};
use warroom::config::SourceKind;
use warroom::io::sources::Polled;
use warroom::slo::{Sample, Slo};

/// An increase over five minutes goes on for five minutes after its target has died.
#[tokio::test(flavor = "multi_thread")]
async fn a_target_that_dies_gives_no_sample_with_the_next_scrape() {
    let service = Service::start(&["/pay"]);
    let Some(prometheus) = service.prometheus(&[]) else { return };
    service.each_scrape("/pay", Requests { instant: 3, fast: 2, slow: 1 });
    let (bad, all) = (r#"request_duration_seconds_bucket{le="0.25"}"#, "request_duration_seconds_count");
    let window = |text: &str| format!("sum(rate({text}[{{{{.window}}}}]))");
    let slos = vec![
        bad_slo("selectors", bad, all),
        bad_slo("promql", &window(bad), &window(all)),
        Slo { by: vec!["route".to_owned()], ..bad_slo("grouped", bad, all) },
    ];
    let kind = SourceKind::Prometheus { url: prometheus.url.clone() };
    let mut heard = Ask { every: Duration::from_millis(250), ..Ask::of(kind, slos) }.start();
    let measured = |polled: &Polled, slo: &str| {
        let answers = polled.answers.as_ref().expect("an answering source").iter();
        let mut own = answers.filter(|(subject, _)| subject.indicator == slo);
        own.any(|(_, sample)| matches!(sample, Ok(Sample::Tiles { tiles, .. }) if tiles.last().is_some_and(Option::is_some)))
    };
    let ids = ["selectors", "promql", "grouped"];
    heard.poll_until(|polled| ids.iter().all(|id| measured(polled, id))).await;
    drop(service);
    let polled = heard.poll_until(|polled| ids.iter().all(|id| !measured(polled, id))).await;
    let why = answer(&polled, "selectors");
    assert!(why.as_ref().is_err_and(|why| why.contains("no recent samples")), "{why:?}");
    let at = polled.at.timestamp_millis() as f64 / 1e3;
    let goes_on = prometheus.value(&format!("sum(increase({all}[5m]))"), at);
    assert!(
        goes_on.is_some_and(|count| count > 0.0),
        "the increase alone would still read healthy: {goes_on:?}"
    );
}
