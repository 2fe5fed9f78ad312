//! Runs every `tests/scenarios/boundaries/*.toml`: one tier, its two windows just under, on and just over its
//! factor.

use std::time::Duration;

use serde::Deserialize;
use warroom::slo::{Counts, Evaluator, Objective, Query, Sli, Slo, TierState, alert};
use warroom::text::Time;

const BUCKET_S: u64 = 300;
const DAYS: usize = 30;
/// Events of every bucket.
const TOTAL: f64 = 1e6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Boundary {
    #[expect(dead_code, reason = "for whoever reads the file")]
    about: String,
    /// Name of the default tier.
    tier: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Burn over both windows, as a share of the factor.
    long: f64,
    short: f64,
    state: TierState,
}

pub fn run(name: &str, boundary: &Boundary) {
    for case in &boundary.case {
        let state = judged(&boundary.tier, case);
        assert_eq!(state, case.state, "{name}: long {} short {}", case.long, case.short);
    }
}

fn judged(tier: &str, case: &Case) -> TierState {
    let now: Time = "2026-11-21T12:00:00Z".parse().unwrap();
    let sli = Sli::Bad { bad: Query::parse("errors_total"), total: Query::parse("requests_total") };
    let objective = Objective::from_percent(99.9).unwrap();
    let mut evaluator =
        Evaluator::new(vec![Slo::new("a", "shop", objective, Duration::from_hours(720), sli)]);
    evaluator.restore("a", now, history(tier, case));
    evaluator.evaluate(now);
    let tiers = &evaluator.readings()[0].alerts;
    tiers.iter().find(|found| found.name == tier).unwrap().state
}

/// Buckets whose last ones burn as the case wants the short window to, and those before them so that the
/// long window burns as it wants too.
fn history(tier: &str, case: &Case) -> Vec<Option<Counts>> {
    let tiers = alert::default_tiers(Duration::from_hours(720));
    let tier = tiers.iter().find(|found| found.name == tier).unwrap();
    let factor = tier.factor().unwrap();
    let (long, short) = tier.windows().unwrap();
    let [long, short] = [long, short].map(|window| usize::try_from(window.as_secs() / BUCKET_S).unwrap());
    let of_short = case.short * factor;
    let before = (case.long * factor * long as f64 - of_short * short as f64) / (long - short) as f64;
    let bucket = |burn: f64| Some(Counts { bad: burn * 0.001 * TOTAL, total: TOTAL });
    let quiet = vec![bucket(0.0); DAYS * 288 - long];
    [quiet, vec![bucket(before); long - short], vec![bucket(of_short); short]].concat()
}
