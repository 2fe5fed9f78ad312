//! The demo's configuration: one scrape source and what the fleet promises. Pure.

use std::time::Duration;

use super::cast::CAST;
use crate::config::{Access, Config, Partial, Source, SourceKind, Turn};
use crate::slo::preset::{self, Across, Full, Load, LoadKind, Names, Service};
use crate::slo::{Objective, Query, Sli, Slo};
use crate::text::Place;

/// Time between two scrapes, on the demo's clock.
const EVERY: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(2);
pub(super) const PERIOD: Duration = Duration::from_hours(30 * 24);

/// One promise, and what the month before was like.
#[derive(Debug)]
pub(super) struct Promise {
    pub(super) id: &'static str,
    pub(super) service: &'static str,
    pub(super) percent: f64,
    pub(super) measure: Measure,
    runbook: &'static str,
    pub(super) criticality: &'static str,
    /// What went wrong in the last 30 days.
    pub(super) episodes: &'static [Episode],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Share of requests without a server error.
    Availability,
    /// Share of requests under 300 ms.
    Latency,
    /// Share of jobs that succeed.
    Jobs,
}

/// A bad stretch: when it began, how long it was, and the share of the error budget that it cost.
#[derive(Debug)]
pub(super) struct Episode {
    pub(super) hours_ago: i64,
    pub(super) minutes: i64,
    pub(super) cost: f64,
}

pub(super) const PROMISES: [Promise; 6] = [
    Promise {
        id: "api-availability",
        service: "api",
        percent: 99.9,
        measure: Measure::Availability,
        runbook: "high-error-rate",
        criticality: "critical",
        episodes: &[Episode { hours_ago: 197, minutes: 40, cost: 0.15 }],
    },
    Promise {
        id: "checkout-availability",
        service: "checkout",
        percent: 99.9,
        measure: Measure::Availability,
        runbook: "bad-deploy-rollback",
        criticality: "critical",
        episodes: &[
            Episode { hours_ago: 151, minutes: 35, cost: 0.12 },
            Episode { hours_ago: 458, minutes: 25, cost: 0.08 },
        ],
    },
    Promise {
        id: "checkout-latency",
        service: "checkout",
        percent: 99.0,
        measure: Measure::Latency,
        runbook: "high-latency",
        criticality: "standard",
        episodes: &[Episode { hours_ago: 291, minutes: 150, cost: 0.1 }],
    },
    Promise {
        id: "search-availability",
        service: "search",
        percent: 99.5,
        measure: Measure::Availability,
        runbook: "database-connections",
        criticality: "standard",
        episodes: &[Episode { hours_ago: 122, minutes: 180, cost: 0.32 }],
    },
    Promise {
        id: "auth-availability",
        service: "auth",
        percent: 99.95,
        measure: Measure::Availability,
        runbook: "dependency-outage",
        criticality: "critical",
        episodes: &[],
    },
    Promise {
        id: "worker-success",
        service: "worker",
        percent: 99.0,
        measure: Measure::Jobs,
        runbook: "high-error-rate",
        criticality: "minor",
        episodes: &[Episode { hours_ago: 293, minutes: 240, cost: 0.09 }],
    },
];

/// What the console runs with on a fleet at `url`.
pub fn config(url: &str) -> Config {
    let source = Source {
        name: "fleet".to_owned(),
        kind: SourceKind::Scrape { urls: vec![format!("{}/metrics", url.trim_end_matches('/'))] },
        every: EVERY,
        timeout: TIMEOUT,
        access: Access::default(),
        heartbeat: None,
        partial: Partial::default(),
        turn: Turn::default(),
    };
    let slos = PROMISES.iter().filter_map(Promise::slo).collect();
    let services = CAST.iter().map(|part| service(part.name)).collect();
    Config { sources: vec![source], slos, services, ..Config::default() }
}

/// What the console shows of one service of the fleet. The worker counts jobs, the others requests.
fn service(name: &str) -> Service {
    let counters = match name {
        "worker" => Service {
            requests: Some("worker_jobs_total{service=\"worker\"}".to_owned()),
            errors: Some("worker_jobs_total{service=\"worker\",outcome=\"failed\"}".to_owned()),
            ..Service::new(name)
        },
        _ => web(name),
    };
    let load = |what: &str, value: &str, full| Load {
        name: what.to_owned(),
        value: format!("{value}{{service=\"{name}\"}}"),
        kind: LoadKind::Gauge,
        across: Across::Worst,
        full,
        left: false,
        unit: String::new(),
    };
    let connections = Full::Series(vec![format!("db_connections_max{{service=\"{name}\"}}")]);
    Service {
        loads: vec![
            load("cpu", "process_cpu_ratio", Full::At(1.0)),
            load("db pool", "db_connections_in_use", connections),
        ],
        defined_at: Place::file("demo"),
        ..counters
    }
}

fn web(name: &str) -> Service {
    let names = Names { service: name.to_owned(), ..Names::default() };
    let Some(http) = preset::find("http") else { return Service::new(name) };
    Service {
        requests: http.requests(&names),
        errors: http.errors(&names),
        duration: http.duration(&names),
        ..Service::new(name)
    }
}

impl Promise {
    fn slo(&self) -> Option<Slo> {
        Some(Slo {
            runbook: Some(self.runbook.to_owned()),
            criticality: Some(self.criticality.to_owned()),
            owner: Some(format!("team-{}", self.service)),
            defined_at: Place::file("demo"),
            ..Slo::new(self.id, self.service, Objective::from_percent(self.percent)?, PERIOD, self.sli())
        })
    }

    fn sli(&self) -> Sli {
        let service = self.service;
        match self.measure {
            Measure::Availability => Sli::Bad {
                bad: Query::parse(&format!("http_requests_total{{service=\"{service}\",code=~\"5..\"}}")),
                total: Query::parse(&format!("http_requests_total{{service=\"{service}\"}}")),
            },
            Measure::Latency => Sli::Good {
                good: Query::parse(&format!(
                    "http_request_duration_seconds_bucket{{service=\"{service}\",le=\"0.3\"}}"
                )),
                total: Query::parse(&format!("http_request_duration_seconds_count{{service=\"{service}\"}}")),
            },
            Measure::Jobs => Sli::Bad {
                bad: Query::parse(&format!("worker_jobs_total{{service=\"{service}\",outcome=\"failed\"}}")),
                total: Query::parse(&format!("worker_jobs_total{{service=\"{service}\"}}")),
            },
        }
    }
}
