//! The demo's fleet: a story that pages in time and heals by the runbook's command, and a past that
//! makes budgets mean something.

use std::time::Duration;

use crate::rig::{PATIENCE, answer, judged};
use tokio::sync::mpsc::channel;
use warroom::config::SourceKind;
use warroom::io::clock::Clock;
use warroom::io::demo::{Action, Fleet, Scenario, World, admin, config, history};
use warroom::io::sources::{SourceMsg, spawn, unmeasurable};
use warroom::slo::exposition::parse;
use warroom::slo::selector::Selector;
use warroom::slo::{Counts, Query, Sample, Sli, Slo, Tile};
use warroom::text::{Time, when};

/// Wall seconds to demo seconds at the usual speed.
const SPEED: i64 = 12;
const SEED: u64 = 7;

fn noon() -> Time {
    "2026-11-21T12:02:13Z".parse().expect("a time")
}

fn slo(id: &str) -> Slo {
    config("http://127.0.0.1").slos.into_iter().find(|slo| slo.id == id).expect(id)
}

/// One SLO of a simulated fleet, scraped every ten seconds.
struct Watched {
    world: World,
    slo: Slo,
    start: Time,
    past: Sample,
    /// Seconds since the start, and the counters then.
    scrapes: Vec<(i64, Counts)>,
}

impl Watched {
    fn new(scenario: Scenario, id: &str) -> Self {
        Self::begin(noon(), scenario, id)
    }

    fn begin(start: Time, scenario: Scenario, id: &str) -> Self {
        let world = World::new(SEED, start, scenario);
        let slo = slo(id);
        let past = history(&slo, start);
        Self { world, slo, start, past, scrapes: vec![(0, Counts::default())] }
    }

    /// Seconds since the start.
    fn now(&self) -> i64 {
        self.scrapes.last().expect("the start").0
    }

    fn scrape_after(&mut self, seconds: i64) {
        let now = self.now() + seconds;
        self.world.advance(when::after(self.start, Duration::from_secs(now as u64)));
        let page = self.world.page();
        self.scrapes.push((now, counted(&page, &self.slo.sli)));
    }

    /// Scrapes until a condition holds; the seconds since the start then.
    fn until(&mut self, latest: i64, holds: impl Fn(&Self) -> bool) -> i64 {
        while !holds(self) {
            assert!(self.now() < latest, "not within {latest} s: {:?}", self.burns());
            self.scrape_after(10);
        }
        self.now()
    }

    /// Burn rates over an hour and over five minutes, the past before the start included.
    fn burns(&self) -> [f64; 2] {
        [3_600, 300].map(|window| self.burn(window))
    }

    fn burn(&self, window: i64) -> f64 {
        let newest = self.scrapes.last().expect("the start");
        let from = newest.0 - window;
        let oldest = self.scrapes.iter().rev().find(|(at, _)| *at <= from).unwrap_or(&self.scrapes[0]);
        let before = if from < 0 { tail(&self.slo.sli, &self.past, -from / 300) } else { Counts::default() };
        let bad = newest.1.bad - oldest.1.bad + before.bad;
        let total = newest.1.total - oldest.1.total + before.total;
        bad / total / self.slo.objective.error_budget()
    }

    fn pages(&self) -> bool {
        self.burns().iter().all(|burn| *burn > 14.4)
    }
}

/// Bad and total of an SLI on a metrics page.
fn counted(page: &str, sli: &Sli) -> Counts {
    let page = parse(page);
    assert_eq!((page.problems.as_slice(), page.fault), (&[][..], None));
    let sum = |query: &Query| -> f64 {
        let selector = Selector::parse(query.text()).expect("a selector");
        page.samples.iter().filter(|sample| selector.matches(sample)).map(|sample| sample.value).sum()
    };
    let queries = sli.queries();
    let (part, total) = (sum(queries[0]), sum(queries[1]));
    assert!(total > 0.0, "{sli:?}");
    judged(sli, Tile { part, total }).expect("a count")
}

/// The last tiles of a history, judged by its SLI, together.
fn tail(sli: &Sli, sample: &Sample, tiles: i64) -> Counts {
    let Sample::Tiles { tiles: all, .. } = sample else { panic!("tiles expected") };
    let mut sum = Counts::default();
    for tile in all.iter().rev().take(tiles as usize) {
        sum += judged(sli, tile.expect("observed")).expect("a count");
    }
    sum
}

#[test]
fn the_bad_deploy_is_marked_within_ten_seconds_and_pages_within_twenty_five() {
    let mut checkout = Watched::new(Scenario::BadDeploy, "checkout-availability");
    assert!(!checkout.pages());
    let paged = checkout.until(25 * SPEED, Watched::pages);
    assert!(paged > 10 * SPEED, "there is a calm to see first: {paged} s");
    let changes = checkout.world.take_changes();
    let [change] = changes.as_slice() else { panic!("one change: {changes:?}") };
    assert_eq!(
        (change.service.as_str(), change.what.as_str()),
        ("checkout", "deployed v2.14.0 (was v2.13.2)")
    );
    assert!(when::since(noon(), change.at) <= Duration::from_secs(10 * SPEED as u64), "{change:?}");
    let failing =
        checkout.world.status().iter().find(|status| status.service == "checkout").expect("it").errors;
    assert!((0.6..=1.0).contains(&failing), "{failing}");
}

#[test]
fn it_pages_in_time_at_any_hour() {
    for hours in 1..24 {
        let start = when::after(noon(), Duration::from_hours(hours));
        let mut checkout = Watched::begin(start, Scenario::BadDeploy, "checkout-availability");
        let paged = checkout.until(25 * SPEED, Watched::pages);
        assert!(paged > 10 * SPEED, "{hours}: {paged} s");
    }
}

#[test]
fn a_rollback_stops_the_errors_in_half_a_minute_and_the_short_window_follows() {
    let mut checkout = Watched::new(Scenario::BadDeploy, "checkout-availability");
    let paged = checkout.until(25 * SPEED, Watched::pages);
    checkout.until(paged + 120, |watched| watched.now() >= paged + 60);
    let rollout = checkout.world.roll_back("checkout").expect("a rollback");
    assert_eq!((rollout.from.as_str(), rollout.to.as_str()), ("v2.14.0", "v2.13.2"));
    let rolled_back = checkout.now();
    checkout
        .until(rolled_back + 30, |watched| watched.world.status().iter().all(|status| status.errors < 0.001));
    let recovered = checkout.until(rolled_back + 340, |watched| watched.burn(300) < 14.4);
    assert!(recovered - rolled_back <= 340);
    assert!(checkout.burn(3_600) > 14.4, "the hour remembers");
}

#[test]
fn an_outage_of_the_identity_provider_pages_for_auth_until_it_fails_over() {
    let mut auth = Watched::new(Scenario::Outage, "auth-availability");
    auth.until(25 * SPEED, Watched::pages);
    assert_eq!(auth.world.take_changes(), [], "nobody changed anything");
    assert_eq!(
        auth.world.fail_over("checkout"),
        Err("checkout has no standby to fail over to (auth has)".to_owned())
    );
    auth.world.fail_over("auth").expect("a failover");
    let now = auth.now();
    auth.until(now + 40, |watched| watched.world.status().iter().all(|status| status.errors < 0.001));
}

#[test]
fn a_slow_database_pages_for_latency_and_not_for_errors() {
    let mut latency = Watched::new(Scenario::Latency, "checkout-latency");
    latency.until(80 * SPEED, Watched::pages);
    let mut errors = Watched::new(Scenario::Latency, "checkout-availability");
    errors.until(300, |watched| watched.now() >= 300);
    assert!(!errors.pages());
    let [change] = &latency.world.take_changes()[..] else { panic!("one change") };
    assert_eq!((change.service.as_str(), change.what.as_str()), ("worker", "deployed v4.2.0 (was v4.1.7)"));
}

#[test]
fn in_calm_nothing_burns() {
    for slo in config("http://127.0.0.1").slos {
        let mut calm = Watched::new(Scenario::Calm, &slo.id);
        calm.scrape_after(3_600);
        calm.scrape_after(3_600);
        let burn = calm.burn(3_600);
        assert!(burn < 1.0, "{}: {burn}", slo.id);
    }
}

#[test]
fn the_fleet_is_the_same_however_often_it_is_looked_at() {
    let mut often = World::new(SEED, noon(), Scenario::BadDeploy);
    let mut once = often.clone();
    for second in 1..=400 {
        often.advance(when::after(noon(), Duration::from_secs(second)));
    }
    once.advance(when::after(noon(), Duration::from_secs(400)));
    assert_eq!(often.page(), once.page());
    let mut other = World::new(SEED + 1, noon(), Scenario::BadDeploy);
    other.advance(when::after(noon(), Duration::from_secs(400)));
    assert_ne!(other.page(), once.page());
}

#[test]
fn the_past_month_leaves_budgets_that_mean_something() {
    let expected = [
        ("api-availability", 0.70),
        ("checkout-availability", 0.62),
        ("checkout-latency", 0.74),
        ("search-availability", 0.52),
        ("auth-availability", 0.93),
        ("worker-success", 0.88),
    ];
    for (id, left) in expected {
        let slo = slo(id);
        let Sample::Tiles { end, tiles, width } = history(&slo, noon()) else { panic!("tiles expected") };
        assert_eq!((end.timestamp() % 300, width, tiles.len()), (0, Duration::from_mins(5), 8_640));
        assert!(when::since(end, noon()) < width);
        let month = tail(&slo.sli, &history(&slo, noon()), 8_640);
        let remaining = 1.0 - month.bad / month.total / slo.objective.error_budget();
        assert!((remaining - left).abs() < 0.03, "{id}: {remaining}");
    }
}

#[test]
fn no_tier_is_over_when_the_demo_begins() {
    for hour in 0..24 {
        let start = when::after(noon(), Duration::from_hours(hour));
        for slo in config("http://127.0.0.1").slos {
            let month = history(&slo, start);
            for (factor, long, short) in [(14.4, 12, 1), (6.0, 72, 6), (3.0, 288, 24), (1.0, 864, 72)] {
                let over = |tiles| {
                    let counts = tail(&slo.sli, &month, tiles);
                    counts.bad / counts.total / slo.objective.error_budget() > factor
                };
                assert!(!over(long) || !over(short), "{} at {start}: {factor}", slo.id);
            }
        }
    }
}

#[test]
fn history_is_unobserved_for_an_slo_that_is_not_the_demos() {
    let strange = Slo { id: "strange".to_owned(), ..slo("api-availability") };
    let Sample::Tiles { tiles, .. } = history(&strange, noon()) else { panic!("tiles expected") };
    assert!(tiles.iter().all(Option::is_none));
}

#[test]
fn scenarios_go_by_name() {
    for scenario in Scenario::ALL {
        assert_eq!(scenario.name().parse(), Ok(scenario));
    }
    assert_eq!(
        "bad-deply".parse::<Scenario>(),
        Err("scenario: `bad-deply`: no such scenario (did you mean `bad-deploy`? known: bad-deploy, latency, outage, \
             calm)"
            .to_owned())
    );
}

#[test]
fn actions_go_by_name() {
    assert_eq!("rollback".parse(), Ok(Action::Rollback));
    assert_eq!("deploy=v1".parse(), Ok(Action::Deploy { version: "v1".to_owned() }));
    let unknown = "action: `deploy=`: unknown (rollback, failover, status or deploy=VERSION)";
    assert_eq!("deploy=".parse::<Action>(), Err(unknown.to_owned()));
}

/// What a command says, line by line.
async fn run(url: &str, action: Action, service: &str) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    let done = admin(url, action, service, |line| lines.push(line.to_owned())).await;
    done.map(|()| lines)
}

#[tokio::test]
async fn the_fleet_is_scraped_breaks_and_is_healed_over_http() {
    let clock = Clock::scaled(240.0);
    let (tx, mut inbox) = channel(64);
    let fleet = Fleet::start(clock, SEED, Scenario::BadDeploy, tx.clone()).await.expect("a fleet");
    let config = config(&fleet.url());
    let source = config.sources.into_iter().next().expect("a source");
    assert!(config.slos.iter().all(|slo| unmeasurable(&source.kind, &slo.indicators()[0]).is_none()));
    assert_eq!(source.kind, SourceKind::Scrape { urls: vec![format!("{}/metrics", fleet.url())] });
    spawn(&source, config.slos.iter().flat_map(Slo::indicators).collect(), clock, tx);

    let (mut measured, mut changes) = (false, Vec::new());
    let told = async {
        while !measured || changes.is_empty() {
            match inbox.recv().await.expect("a living source") {
                SourceMsg::Change(change) => changes.push(change.what),
                SourceMsg::Polled(polled) => {
                    assert_eq!(polled.warnings, Vec::<String>::new());
                    measured = config.slos.iter().all(|slo| answer(&polled, &slo.id).is_ok());
                }
                SourceMsg::Backfill(_) | SourceMsg::Signals(_) | SourceMsg::Alerts(_) => {
                    panic!("a scrape has no history")
                }
            }
        }
    };
    tokio::time::timeout(PATIENCE, told).await.expect("a change in time");
    assert_eq!(changes, ["deployed v2.14.0 (was v2.13.2)"]);

    let said = run(&fleet.url(), Action::Rollback, "checkout").await.expect("a rollback");
    assert_eq!(said.first().map(String::as_str), Some("rolling back checkout v2.14.0 -> v2.13.2"));
    assert_eq!(said[said.len() - 2..], ["  6/6 pods on v2.13.2", "done"]);
    let rolled_back = async {
        loop {
            if let SourceMsg::Change(change) = inbox.recv().await.expect("a living source") {
                return change.what;
            }
        }
    };
    let what = tokio::time::timeout(PATIENCE, rolled_back).await.expect("a change in time");
    assert_eq!(what, "rolled back v2.14.0 to v2.13.2");
}

#[tokio::test]
async fn the_admin_command_says_what_it_cannot_do() {
    let (tx, _inbox) = channel(64);
    let fleet = Fleet::start(Clock::scaled(12.0), SEED, Scenario::Calm, tx).await.expect("a fleet");
    let url = fleet.url();
    assert_eq!(
        run(&url, Action::Rollback, "chekout").await,
        Err(format!(
            "demo fleet: {url}: no service `chekout` (there are api, checkout, search, auth, worker)"
        ))
    );
    let status = run(&url, Action::Status, "checkout").await.expect("a status");
    assert_eq!(status, ["checkout  v2.13.2  6/6 pods  errors 0.02 %"]);
    assert_eq!(run(&url, Action::Status, "").await.expect("a status").len(), 5);
    drop(fleet);
    let gone = async {
        loop {
            if let Err(error) = run(&url, Action::Status, "").await {
                return error;
            }
        }
    };
    let error = tokio::time::timeout(PATIENCE, gone).await.expect("the fleet stops");
    assert!(error.starts_with(&format!("demo fleet: {url}: connection ")), "{error}");
}
