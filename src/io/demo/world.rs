//! The simulated fleet: state and `advance(now)`. Pure and deterministic: the same seed, start and
//! commands give the same counters, however often it is looked at in between.

mod page;
mod service;

use std::collections::VecDeque;

use self::service::Service;
pub use self::service::{Rollout, Status};
use super::cast::CAST;
use super::story::{Act, BAD_CHECKOUT, Beat, HEAVY_WORKER, Scenario};
use crate::incident::event::ChangeKind;
use crate::io::sources::Change;
use crate::text::Time;

/// Longest stretch that is simulated at once, in seconds: after a suspended machine wakes.
const LONGEST_S: i64 = 86_400;

/// Five services, one database, one identity provider, and a story that happens to them.
#[derive(Debug, Clone)]
pub struct World {
    seed: u64,
    start: i64,
    /// The last second that was simulated.
    second: i64,
    services: Vec<Service>,
    identity: IdentityProvider,
    story: VecDeque<Beat>,
    untold: Vec<Change>,
}

/// Whom auth asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum IdentityProvider {
    Primary,
    PrimaryDown,
    Standby,
}

/// What ails a service: the shares of requests that fail and that are slow, beyond its habit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Trouble {
    errors: f64,
    slow: f64,
}

impl World {
    pub fn new(seed: u64, start: Time, scenario: Scenario) -> Self {
        let start = start.timestamp();
        Self {
            seed,
            start,
            second: start,
            services: CAST.iter().map(|part| Service::new(part, start)).collect(),
            identity: IdentityProvider::Primary,
            story: scenario.beats().into(),
            untold: Vec::new(),
        }
    }

    /// Lives on, second by second, until `now`; an earlier time changes nothing.
    pub fn advance(&mut self, now: Time) {
        let until = now.timestamp();
        self.second = self.second.max(until - LONGEST_S);
        while self.second < until {
            self.second += 1;
            self.play_story();
            self.step();
        }
    }

    /// The metrics page in text exposition format.
    pub fn page(&self) -> String {
        page::render(self)
    }

    /// Changes since this was last asked, oldest first.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.untold)
    }

    /// When the story goes on; `None` when it is told.
    pub fn next_beat(&self) -> Option<Time> {
        self.story.front().and_then(|beat| Time::from_timestamp(self.start + beat.after_s, 0))
    }

    /// Replaces a service's version, pod by pod.
    pub fn deploy(&mut self, service: &str, version: &str) -> Result<Rollout, String> {
        let second = self.second;
        let rollout = self.service(service)?.deploy(version, second)?;
        self.note(service, ChangeKind::Deploy, format!("deployed {} (was {})", rollout.to, rollout.from));
        Ok(rollout)
    }

    /// Goes back to the version before, pod by pod.
    pub fn roll_back(&mut self, service: &str) -> Result<Rollout, String> {
        let second = self.second;
        let rollout = self.service(service)?.roll_back(second)?;
        self.note(service, ChangeKind::Deploy, format!("rolled back {} to {}", rollout.from, rollout.to));
        Ok(rollout)
    }

    /// Whether auth reaches the identity provider it uses.
    pub fn identity_answers(&self) -> bool {
        self.identity != IdentityProvider::PrimaryDown
    }

    /// Moves auth to its standby identity provider; no other service has one.
    pub fn fail_over(&mut self, service: &str) -> Result<(), String> {
        self.service(service)?;
        if service != "auth" {
            return Err(format!("{service} has no standby to fail over to (auth has)"));
        }
        if self.identity == IdentityProvider::Standby {
            return Err("auth already uses the standby identity provider".to_owned());
        }
        self.identity = IdentityProvider::Standby;
        self.note(service, ChangeKind::Config, "failed over to the standby identity provider".to_owned());
        Ok(())
    }

    /// Every service as an operator would ask for it.
    pub fn status(&self) -> Vec<Status> {
        self.services.iter().map(|service| service.status(self.second)).collect()
    }

    fn service(&mut self, name: &str) -> Result<&mut Service, String> {
        let names = CAST.iter().map(|part| part.name).collect::<Vec<_>>().join(", ");
        let unknown = || format!("no service `{name}` (there are {names})");
        self.services.iter_mut().find(|service| service.part.name == name).ok_or_else(unknown)
    }

    fn note(&mut self, service: &str, kind: ChangeKind, what: String) {
        let at = Time::from_timestamp(self.second, 0).unwrap_or_default();
        self.untold.push(Change { service: service.to_owned(), kind, what, at });
    }

    fn play_story(&mut self) {
        while let Some(beat) = self.due_beat() {
            match beat.act {
                // The story names services that exist; deploying again what runs already is no news.
                Act::Deploy { service, version } => drop(self.deploy(service, version)),
                Act::IdentityProviderDown => self.identity = IdentityProvider::PrimaryDown,
            }
        }
    }

    fn due_beat(&mut self) -> Option<Beat> {
        let is_due = self.story.front()?.after_s <= self.second - self.start;
        if is_due { self.story.pop_front() } else { None }
    }

    fn step(&mut self) {
        let ailments = Ailments::of(self);
        for service in &mut self.services {
            service.step(self.seed, self.second, ailments.of_service(service.part.name));
        }
    }
}

/// What is wrong in the fleet right now.
#[derive(Debug, Clone, Copy)]
struct Ailments {
    bad_checkout: bool,
    slow_database: bool,
    no_identity: bool,
}

impl Ailments {
    fn of(world: &World) -> Self {
        let runs = |name: &str, version: &str| {
            world.services.iter().any(|service| service.part.name == name && service.version() == version)
        };
        Self {
            bad_checkout: runs("checkout", BAD_CHECKOUT),
            slow_database: runs("worker", HEAVY_WORKER),
            no_identity: world.identity == IdentityProvider::PrimaryDown,
        }
    }

    /// Where a service is heading; callers suffer with those they call.
    fn of_service(self, service: &str) -> Trouble {
        let (errors, slow) = match service {
            "checkout" if self.bad_checkout => (0.65, 0.5),
            "checkout" if self.no_identity => (0.1, 0.2),
            "checkout" if self.slow_database => (0.01, 0.9),
            "api" if self.no_identity => (0.2, 0.2),
            "api" if self.bad_checkout => (0.03, 0.05),
            "api" if self.slow_database => (0.002, 0.3),
            "search" if self.slow_database => (0.01, 0.6),
            "auth" if self.no_identity => (0.8, 0.9),
            _ => (0.0, 0.0),
        };
        Trouble { errors, slow }
    }
}
