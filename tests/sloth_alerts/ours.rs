//! Our evaluator in simulated time: scraped and evaluated once a minute.

use std::time::Duration;

use warroom::slo::{
    Counter, Evaluator, Objective, Query, Reading, Sample, Severity, Sli, Slo, TierReading, TierState,
};
use warroom::text::Time;

use crate::episodes::{COMPARED_FROM, Episode, MINUTE, START};

/// What the tiers say in one minute.
pub struct Minute {
    reading: Reading,
}

impl Minute {
    pub fn fires(&self, severity: Severity) -> bool {
        self.of(severity).any(|tier| tier.state == TierState::Firing)
    }

    /// Whether a tier that fires is at 95 % of its factor or above, on both windows.
    pub fn lingers(&self, severity: Severity) -> bool {
        self.is_over(severity, 0.95)
    }

    /// Whether it fires only because an alert is let go below 95 %.
    pub fn is_held(&self, severity: Severity) -> bool {
        self.fires(severity) && !self.is_over(severity, 1.0)
    }

    fn is_over(&self, severity: Severity, share: f64) -> bool {
        let firing = self.of(severity).filter(|tier| tier.state == TierState::Firing);
        firing.into_iter().any(|tier| {
            let wanted = tier.factor.expect("a burn tier") * share;
            [tier.long_s, tier.short_s].into_iter().flatten().all(|window| {
                self.reading.burn_over(Duration::from_secs(window)).is_some_and(|burn| burn >= wanted)
            })
        })
    }

    fn of(&self, severity: Severity) -> impl Iterator<Item = &TierReading> {
        self.reading.alerts.iter().filter(move |tier| tier.severity == severity)
    }
}

fn slo(id: &str) -> Slo {
    Slo::new(
        id,
        id,
        Objective::from_percent(99.9).expect("an objective"),
        Duration::from_hours(720),
        Sli::Bad { bad: Query::parse("errors"), total: Query::parse("requests") },
    )
}

fn scraped(bad: f64, total: f64) -> Sample {
    let counter = |series: &str, value| Counter { series: series.to_owned(), value };
    let part = vec![counter("500", bad)];
    Sample::Counters { part, total: vec![counter("500", bad), counter("200", total - bad)] }
}

/// The minutes that are compared, each after its scrape.
pub fn lived(episode: &Episode) -> Vec<Minute> {
    let mut evaluator = Evaluator::new(vec![slo(episode.job)]);
    evaluator.set_interval(episode.job, MINUTE);
    let mut minutes = Vec::new();
    for minute in 0..=episode.last_minute() {
        let at = START + minute * 60;
        let now = Time::from_timestamp(at, 0).expect("a time");
        let (bad, total) = episode.counters(minute);
        evaluator.observe(episode.job, now, Ok(scraped(bad, total)));
        evaluator.evaluate(now);
        if at >= COMPARED_FROM {
            minutes.push(Minute { reading: evaluator.readings()[0].clone() });
        }
    }
    minutes
}
