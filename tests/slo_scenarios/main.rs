//! Runs every `tests/scenarios/*.toml`: a service lives through phases, is asked all the while, and at given
//! instants its row must be in a given state.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod boundaries;
mod script;
mod world;

use std::path::Path;

use serde::de::DeserializeOwned;
use warroom::slo::alert::{TierState, default_tiers};
use warroom::slo::{Objective, Reading};
use warroom::text::when;

use boundaries::Boundary;
use script::{Expect, Scenario, span};
use world::World;

fn run(name: &str, scenario: &Scenario) {
    let every = span(&scenario.slo.every);
    let mut world = World::new(scenario);
    let start = world.now;
    let mut expectations = scenario.expect.iter().peekable();
    for phase in &scenario.phases {
        world.enter(phase);
        let end = when::after(world.now, span(&phase.lasts));
        while world.now < end {
            world.poll(phase.feed);
            world.evaluate();
            while let Some(expect) = expectations.next_if(|e| when::after(start, span(&e.at)) <= world.now) {
                check(name, expect, world.evaluate());
            }
            world.live(phase, every);
        }
    }
    assert!(expectations.next().is_none(), "{name}: an expectation lies after the last phase");
    assert_eq!(world.said, scenario.transitions, "{name}: transitions");
    assert_eq!(dead(scenario), scenario.dead, "{name}: tiers that cannot fire");
}

fn dead(scenario: &Scenario) -> Vec<String> {
    let objective = Objective::from_percent(scenario.slo.objective).unwrap();
    let tiers = default_tiers(span("720h"));
    tiers.into_iter().filter(|tier| !tier.can_fire(objective)).map(|tier| tier.name).collect()
}

fn check(name: &str, expect: &Expect, reading: &Reading) {
    let place = format!("{name} at {}", expect.at);
    let tiers: Vec<TierState> = reading.alerts.iter().map(|alert| alert.state).collect();
    assert_eq!(reading.state, expect.state, "{place}: {reading:#?}");
    assert!(expect.tiers.as_ref().is_none_or(|wanted| *wanted == tiers), "{place}: tiers {tiers:?}");
    if expect.budget.as_deref() == Some("unknown") {
        assert_eq!(reading.budget, None, "{place}");
    }
    near(&place, expect.remaining, reading.budget.map(|budget| budget.remaining));
    near(&place, expect.bad, Some(reading.bad));
    near(&place, expect.total, Some(reading.total));
    near(&place, expect.coverage, Some(reading.coverage));
    match (&expect.error, &reading.error) {
        (Some(wanted), Some(error)) => assert!(error.contains(wanted), "{place}: error {error:?}"),
        (None, None) => {}
        (wanted, error) => panic!("{place}: error {error:?}, expected {wanted:?}"),
    }
}

fn near(place: &str, wanted: Option<f64>, found: Option<f64>) {
    let Some(wanted) = wanted else { return };
    let found = found.unwrap_or_else(|| panic!("{place}: {wanted} expected, unknown found"));
    let slack = 1e-6 * wanted.abs().max(1.0);
    assert!((found - wanted).abs() <= slack, "{place}: {wanted} expected, {found} found");
}

/// Runs every file of a folder, and names those that failed.
fn all<File: DeserializeOwned>(folder: &str, at_least: usize, run: impl Fn(&str, &File)) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    paths.sort();
    assert!(paths.len() >= at_least, "scenarios are missing");
    let mut failed = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let run = std::panic::AssertUnwindSafe(|| run(&name, &file));
        if std::panic::catch_unwind(run).is_err() {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "failed, each told above: {failed:?}");
}

#[test]
fn every_scenario_goes_as_it_says() {
    all::<Scenario>("scenarios", 29, run);
}

#[test]
fn every_boundary_of_a_tier_is_where_it_says() {
    all::<Boundary>("scenarios/boundaries", 4, boundaries::run);
}
