//! Total outages in a real Prometheus, polled in simulated time: when each is first seen to fire, whatever
//! scrape interval it was recorded with and wherever it began between two scrapes, polls and boundaries.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::real_prometheus::Prometheus;
use crate::rig::{Ask, answer, bad_slo};
use warroom::config::SourceKind;
use warroom::io::clock::Clock;
use warroom::io::sources::{Polled, SourceMsg};
use warroom::slo::{Evaluator, Sample, Slo, SloState};

const SPEED: f64 = 30.0;
const EVERY: Duration = Duration::from_secs(15);
/// At 99.9 % the quick page wants 1.44 % of an hour.
const NEEDED_S: f64 = 51.84;
const SCRAPES: [i64; 3] = [5, 15, 30];
/// Outages of each scrape interval, and how far apart they begin.
const OUTAGES: i64 = 14;
const APART_S: i64 = 23;

/// One service. Seconds, since 1970 where they are instants.
#[derive(Debug, Clone)]
struct Service {
    id: String,
    scrape: i64,
    /// When it is scraped, modulo its interval.
    scraped: i64,
    begins: i64,
    /// Its error counter appears with its first error.
    is_born: bool,
}

impl Service {
    /// The first outage begins three minutes after `now`, the last ones beyond the next boundary.
    fn all(now: i64) -> Vec<Self> {
        let service = |scrape: i64, at: i64| Self {
            id: format!("every{scrape}-{at}"),
            scrape,
            scraped: at * 7 % scrape,
            begins: now + 180 + at * APART_S + scrape / 4,
            is_born: at % 2 == 1,
        };
        SCRAPES.iter().flat_map(|scrape| (0..OUTAGES).map(move |at| service(*scrape, at))).collect()
    }

    fn slo(&self) -> Slo {
        let all = format!("web_requests_total{{service=\"{}\"}}", self.id);
        bad_slo(&self.id, &all.replace('}', ",code=\"500\"}"), &all)
    }

    /// Two hours before `now` and a quarter of an hour after it: ten requests a second.
    fn write(&self, text: &mut String, now: i64) {
        let first = (now - 7_200).div_euclid(self.scrape) * self.scrape + self.scraped;
        for code in ["200", "500"] {
            for at in (first..now + 900).step_by(usize::try_from(self.scrape).expect("a step")) {
                let failed = 10 * (at - self.begins).max(0);
                let count = if code == "500" { failed } else { 10 * (at - first) - failed };
                let is_there = code == "200" || !self.is_born || failed > 0;
                if is_there {
                    let labels = format!("service=\"{}\",code=\"{code}\"", self.id);
                    let _ = writeln!(text, "web_requests_total{{{labels}}} {count} {at}");
                }
            }
        }
    }

    /// The first scrape that has seen enough of the outage.
    fn seen(&self) -> i64 {
        let enough = (self.begins as f64 + NEEDED_S).ceil() as i64;
        enough + (self.scraped - enough).rem_euclid(self.scrape)
    }
}

/// One poll: when it was, and the end of its newest tile. Milliseconds.
#[derive(Debug, Clone, Copy)]
struct Look {
    at: i64,
    end: i64,
}

impl Look {
    fn of(polled: &Polled, id: &str) -> Self {
        let Ok(Sample::Tiles { end, .. }) = answer(polled, id) else { panic!("tiles expected: {polled:?}") };
        Self { at: polled.at.timestamp_millis(), end: end.timestamp_millis() }
    }

    fn fills_buckets(self) -> bool {
        self.end % 300_000 == 0
    }
}

/// For each service the polls up to the one at which it fires.
async fn watch(prometheus: &Prometheus, clock: Clock, services: &[Service]) -> BTreeMap<String, Vec<Look>> {
    let slos: Vec<Slo> = services.iter().map(Service::slo).collect();
    let mut evaluator = Evaluator::new(slos.clone());
    let kind = SourceKind::Prometheus { url: prometheus.url.clone() };
    let mut heard = Ask { every: EVERY, clock, ..Ask::of(kind, slos) }.start();
    let mut polls: BTreeMap<String, Vec<Look>> = BTreeMap::new();
    let mut firing = 0;
    while firing < services.len() {
        let polled = match heard.next().await {
            SourceMsg::Backfill(piece) => {
                evaluator.observe(piece.subject, clock.now(), piece.sample);
                continue;
            }
            SourceMsg::Polled(polled) => polled,
            SourceMsg::Change(_) | SourceMsg::Signals(_) | SourceMsg::Alerts(_) => continue,
        };
        let states: BTreeMap<&str, SloState> =
            evaluator.readings().iter().map(|reading| (reading.slo.as_str(), reading.state)).collect();
        for service in services.iter().filter(|service| states.get(&*service.id) != Some(&SloState::Firing)) {
            polls.entry(service.id.clone()).or_default().push(Look::of(&polled, &service.id));
        }
        for (subject, outcome) in polled.answers.expect("an answering source") {
            evaluator.observe(subject, polled.at, outcome);
        }
        evaluator.evaluate(polled.at);
        firing = evaluator.readings().iter().filter(|reading| reading.state == SloState::Firing).count();
    }
    polls
}

#[tokio::test(flavor = "multi_thread")]
async fn a_total_outage_fires_at_the_first_poll_after_the_scrape_that_saw_52_s_of_it() {
    let clock = Clock::scaled(SPEED);
    let began = clock.now().timestamp();
    let services = Service::all(began);
    let mut text = String::from("# TYPE web_requests counter\n");
    for service in &services {
        service.write(&mut text, began);
    }
    text.push_str("# EOF\n");
    let Some(prometheus) = Prometheus::with_past(&text) else { return };
    let polls = watch(&prometheus, clock, &services).await;
    for service in &services {
        let looks = &polls[&service.id];
        let knew = looks.iter().filter(|look| look.end >= service.seen() * 1_000).count();
        assert!(knew <= 1, "{service:?}: {knew} polls knew of it: {looks:?}");
        let fires = looks.last().expect("a poll").at;
        let took = (fires - service.begins * 1_000) as f64 / 1e3;
        assert!(took > 0.9 * NEEDED_S, "{service:?}: {took} s");
    }
    let longest = polls.values().max_by_key(|looks| looks.len()).expect("services");
    let filled: Vec<&[Look]> = longest.windows(2).filter(|pair| pair[0].fills_buckets()).collect();
    assert!(!filled.is_empty(), "a boundary was crossed: {longest:?}");
    let every = i64::try_from(EVERY.as_millis()).expect("an interval");
    for pair in filled {
        assert!(pair[1].at - pair[0].at < every / 2, "what came after it is asked for at once: {pair:?}");
    }
}
