//! Debian's Prometheus and ours on the same counters: the alerts that Sloth generated for it and our tiers
//! fire at the same times. Skipped where Prometheus is not installed.

#![expect(clippy::expect_used, reason = "a test whose setting fails has failed")]

#[path = "common/daemon.rs"]
mod daemon;
#[path = "sloth_alerts/episodes.rs"]
mod episodes;
#[path = "sloth_alerts/ours.rs"]
mod ours;
#[path = "common/real_prometheus.rs"]
mod real_prometheus;
#[path = "sloth_alerts/rules.rs"]
mod rules;

use std::collections::BTreeSet;

use episodes::{COMPARED_FROM, EPISODES, Episode};
use ours::Minute;
use real_prometheus::{Prometheus, escape};
use rules::Rules;
use warroom::slo::Severity;

const SEVERITIES: [Severity; 2] = [Severity::Page, Severity::Ticket];

/// Minutes, of those that are compared, in which Prometheus's alert of a severity holds.
fn theirs(prometheus: &Prometheus, rules: &Rules, severity: Severity, episode: &Episode) -> Vec<bool> {
    let (from, to) = (COMPARED_FROM, episode.end());
    let holds = holds(prometheus, &rules.alert(severity), (from, to));
    (from..=to).step_by(60).map(|at| holds.contains(&at)).collect()
}

/// The instants, a minute apart, at which an expression has a result.
fn holds(prometheus: &Prometheus, promql: &str, (from, to): (i64, i64)) -> BTreeSet<i64> {
    let query = escape(promql);
    let target = format!("/api/v1/query_range?start={from}&end={to}&step=60&query={query}");
    let answer: serde_json::Value = serde_json::from_str(&prometheus.get(&target)).expect("JSON");
    assert_eq!(answer["status"], "success", "{answer}");
    let series = answer["data"]["result"].as_array().expect("a matrix");
    let points = series.iter().flat_map(|one| one["values"].as_array().expect("points"));
    points.map(|point| point[0].as_f64().expect("seconds") as i64).collect()
}

/// Where a row of minutes begins to hold.
fn begins(holds: &[bool]) -> Vec<usize> {
    (1..holds.len()).filter(|at| holds[*at] && !holds[at - 1]).collect()
}

/// Whether the two changed at most one minute apart around a minute.
fn within_one(holds: &[bool], at: usize, wanted: bool) -> bool {
    let around = at.saturating_sub(1)..=(at + 1).min(holds.len() - 1);
    holds[around].contains(&wanted)
}

/// They agree in every minute, to one evaluation; ours may go on while its burn is above 95 % of the
/// factor, so that a burn which trembles at the threshold is one alert.
fn agree(name: &str, severity: Severity, ours: &[Minute], theirs: &[bool]) {
    let fires: Vec<bool> = ours.iter().map(|minute| minute.fires(severity)).collect();
    let (our_begins, their_begins) = (begins(&fires), begins(theirs));
    assert_eq!(our_begins.len(), their_begins.len(), "{name} {severity:?}: alerts of ours and theirs");
    for (our, their) in our_begins.iter().zip(&their_begins) {
        assert!(our.abs_diff(*their) <= 1, "{name} {severity:?}: ours at {our}, theirs at {their}");
    }
    for (at, (our, their)) in fires.iter().zip(theirs).enumerate() {
        let explained = our == their || within_one(theirs, at, *our) || (*our && ours[at].lingers(severity));
        assert!(explained, "{name} {severity:?}: minute {at}: ours {our}, theirs {their}");
    }
}

#[test]
fn every_episode_alerts_as_prometheus_does_to_the_minute() {
    let Some(prometheus) = Prometheus::with_past(&episodes::openmetrics()) else { return };
    let counters = prometheus.value("count(http_request_duration_seconds_count)", episodes::START as f64);
    assert_eq!(counters, Some(2.0 * EPISODES.len() as f64), "all of it was taken in");
    for episode in EPISODES {
        let rules = Rules::of(episode.job);
        let ours = ours::lived(episode);
        for severity in SEVERITIES {
            let theirs = theirs(&prometheus, &rules, severity, episode);
            let fired = theirs.contains(&true);
            assert_eq!(fired, episode.alerts(severity), "{}: {severity:?} of Prometheus", episode.job);
            agree(episode.job, severity, &ours, &theirs);
        }
    }
}

#[test]
fn promtool_finds_the_alert_set_that_we_expect() {
    let Some(promtool) = daemon::daemon("promtool") else { return };
    for episode in EPISODES {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let rules = Rules::of(episode.job);
        rules.write(folder.path(), episode, &ours::lived(episode));
        let told = std::process::Command::new(&promtool)
            .args(["test", "rules"])
            .arg(folder.path().join("test.yml"))
            .output()
            .expect("promtool starts");
        let said =
            format!("{}{}", String::from_utf8_lossy(&told.stdout), String::from_utf8_lossy(&told.stderr));
        assert!(told.status.success(), "{}: {said}", episode.job);
    }
}
