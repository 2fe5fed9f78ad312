//! Planned stretches: they cost nothing, they page nobody, and nothing hides behind them.

use warroom::slo::exclusion::Planned;
use warroom::slo::{Evaluator, Exclusion, SloState, Transition};
use warroom::text::Time;

use super::{burn, month_of, noon, row, same, scrape, slo, tile, tiles, with_history};

fn planned(from: i64, to: i64) -> Exclusion {
    Exclusion {
        service: "shop".to_owned(),
        from: noon(from),
        to: noon(to),
        kind: Planned::Maintenance,
        why: "database upgrade".to_owned(),
    }
}

/// A service of ten requests a second, polled every 15 s from `from` to `to`; all of them fail while `bad`.
struct Life {
    evaluator: Evaluator,
    requests: f64,
    errors: f64,
    said: Vec<Transition>,
}

impl Life {
    fn new(exclusions: Vec<Exclusion>) -> Self {
        let mut evaluator = with_history(slo("a"), tile(0.0, 3000.0));
        evaluator.set_exclusions(exclusions);
        Self { evaluator, requests: 0.0, errors: 0.0, said: Vec::new() }
    }

    fn live(&mut self, from: i64, to: i64, bad: bool) {
        for second in (from..to).step_by(15) {
            self.evaluator.observe(
                "a",
                noon(second),
                Ok(scrape(&[("a", self.errors)], &[("a", self.requests)])),
            );
            self.said.extend(self.evaluator.evaluate(noon(second)));
            self.requests += 150.0;
            self.errors += if bad { 150.0 } else { 0.0 };
        }
    }

    fn pages(&self) -> Vec<Time> {
        self.said.iter().filter(|told| told.pages()).map(|told| told.at).collect()
    }
}

#[test]
fn periods_and_windows_leave_it_out_and_the_whole_is_told_beside() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    let hours = [vec![tile(1000.0, 1000.0); 12], vec![tile(1.0, 1000.0); 12]].concat();
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), hours)));
    evaluator.set_exclusions(vec![planned(-7200, -3600)]);
    let reading = row(&mut evaluator, noon(0));
    assert_eq!((reading.bad, reading.total), (12.0, 8_628_000.0));
    same(reading.coverage, 1.0);
    same(burn(&reading, 60), 1.0);
    // Two hours and six hours of service, the planned one not among them.
    same(burn(&reading, 120), 0.5);
    same(burn(&reading, 360), 1.0 / 6.0);
    let whole = reading.unexcluded.unwrap();
    assert_eq!((whole.bad, whole.total), (12_012.0, 8_640_000.0));
    same(whole.budget_remaining.unwrap(), 1.0 - 12_012.0 / 8640.0);
    assert_eq!(reading.suppressed, None);
    evaluator.set_exclusions(Vec::new());
    let reading = row(&mut evaluator, noon(0));
    assert_eq!((reading.bad, reading.unexcluded), (12_012.0, None));
}

#[test]
fn a_budget_spent_in_maintenance_is_not_spent() {
    let mut evaluator = with_history(slo("a"), tile(0.0, 1000.0));
    evaluator.observe("a", noon(0), Ok(tiles(noon(0), vec![tile(1000.0, 1000.0); 12])));
    evaluator.set_exclusions(vec![planned(-3600, 0)]);
    assert_eq!(evaluator.spent("a", noon(-3600), noon(0)), None);
    same(row(&mut evaluator, noon(1)).budget.unwrap().remaining, 1.0);
}

#[test]
fn plans_that_overlap_or_touch_count_once() {
    let mut evaluator = with_history(slo("a"), tile(1.0, 1000.0));
    evaluator.set_exclusions(vec![
        planned(-7200, -3600),
        planned(-5400, -1800),
        planned(-1800, -900),
        planned(0, -9),
    ]);
    let reading = row(&mut evaluator, noon(0));
    assert_eq!(reading.total, (8640.0 - 21.0) * 1000.0);
}

#[test]
fn another_services_maintenance_changes_nothing() {
    let mut evaluator = with_history(slo("a"), tile(1.0, 1000.0));
    let plain = row(&mut evaluator, noon(0));
    evaluator.set_exclusions(vec![Exclusion { service: "mail".to_owned(), ..planned(-7200, 900) }]);
    assert_eq!(row(&mut evaluator, noon(0)), plain);
    evaluator.set_exclusions(vec![planned(-90 * 86_400, -60 * 86_400), planned(900, 1800)]);
    assert_eq!(row(&mut evaluator, noon(0)), plain, "long ago, or not yet");
}

#[test]
fn an_outage_inside_is_recorded_and_pages_nobody() {
    let mut life = Life::new(vec![planned(600, 4200)]);
    life.live(0, 900, false);
    life.live(900, 2400, true);
    let reading = row(&mut life.evaluator, noon(2385));
    assert_eq!(reading.state, SloState::Firing);
    assert_eq!(reading.suppressed.as_deref(), Some("maintenance: database upgrade"));
    same(reading.budget.unwrap().remaining, 1.0);
    life.live(2400, 6000, false);
    assert!(!life.said.is_empty() && life.pages().is_empty());
    let inside: Vec<_> = life.said.iter().filter(|told| told.at <= noon(4200)).collect();
    assert!(inside.iter().all(|told| told.suppressed.is_some()), "{inside:?}");
    let reading = row(&mut life.evaluator, noon(5985));
    assert_eq!((reading.state, reading.suppressed), (SloState::Ok, None));
}

#[test]
fn an_outage_that_outlasts_the_maintenance_pages_as_soon_as_a_new_one_would() {
    let mut life = Life::new(vec![planned(600, 7800)]);
    life.live(0, 900, false);
    life.live(900, 9000, true);
    let page = life.pages()[0];
    assert!(page > noon(7800) && page <= noon(7800 + 52 + 15), "{page}");
}

#[test]
fn what_fired_suppressed_and_still_does_is_told_when_the_plan_ends() {
    let mut life = Life::new(vec![planned(600, 900)]);
    life.live(0, 555, false);
    life.live(555, 1200, true);
    assert!(
        life.said.iter().any(|told| told.suppressed.is_some() && told.to == warroom::slo::TierState::Firing)
    );
    let page = life.pages()[0];
    assert!(
        page > noon(900) && page <= noon(930),
        "{page}: it failed 45 s before the plan, so it is known at once"
    );
}

#[test]
fn errors_of_a_long_maintenance_do_not_page_after_it() {
    let mut life = Life::new(vec![planned(600, 7800)]);
    life.live(0, 900, false);
    life.live(900, 7790, true);
    life.live(7790, 12_000, false);
    assert_eq!(life.pages(), Vec::<Time>::new());
}

#[test]
fn silence_at_the_end_of_a_plan_pages_nobody_by_itself() {
    let mut life = Life::new(vec![planned(600, 900)]);
    life.live(0, 555, false);
    life.live(555, 900, true);
    for second in (900..7200).step_by(15) {
        life.said.extend(life.evaluator.evaluate(noon(second)));
    }
    assert_eq!(life.pages(), Vec::<Time>::new());
    assert_eq!(life.evaluator.readings()[0].state, SloState::Stale);
}

#[test]
fn a_thousand_plans_are_left_out_as_one_is() {
    let many: Vec<_> = (0..1000).map(|n| planned(-(n * 1800) - 900, -(n * 1800))).collect();
    let mut evaluator = with_history(slo("a"), tile(1.0, 1000.0));
    evaluator.set_exclusions(many);
    let reading = row(&mut evaluator, noon(1));
    same(reading.total, (8640.0 - 3000.0) * 1000.0);
    same(burn(&reading, 360), 1.0);
    assert_eq!(reading.unexcluded.unwrap().total, 8640.0 * 1000.0);
    let mut fresh = with_history(slo("a"), None);
    fresh.observe("a", noon(0), Ok(tiles(noon(0), month_of(tile(1.0, 1000.0)))));
    same(row(&mut fresh, noon(1)).total, 8640.0 * 1000.0);
}
