//! A total outage as a Prometheus tells of it, in simulated time: any scrape interval, any moment between
//! two scrapes, two polls and two boundaries of buckets.

use super::plan::{Scaled, WIDTH_S, tiles};
use super::*;
use crate::slo::{Counts, Evaluator, Objective, Query, Sli, Slo, SloState};

/// Polls before the outage.
const CALM_S: i64 = 360;
/// At 99.9 % the quick page wants 1.44 % of an hour.
const NEEDED_S: f64 = 51.84;
const PER_SECOND: f64 = 10.0;

/// How an error counter looked before the outage.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Errors {
    /// It is there and zero.
    Zero,
    /// It counted errors long ago.
    Old,
    /// It appears with its first error.
    Born,
}

/// One way in which an outage meets scrapes and polls. Seconds.
#[derive(Debug, Clone, Copy)]
struct Meeting {
    errors: Errors,
    scrape: f64,
    /// When scrapes and polls happen, modulo their intervals.
    scraped: f64,
    every: i64,
    polled: i64,
    /// When everything begins to fail, after a boundary of the buckets.
    begins: f64,
}

/// A multiple of five minutes.
const BOUNDARY: i64 = 1_800_000_000;

impl Meeting {
    fn start(self) -> f64 {
        BOUNDARY as f64 + self.begins
    }

    /// The last scrape at or before an instant.
    fn scrape_before(self, at: f64) -> f64 {
        ((at - self.scraped) / self.scrape).floor() * self.scrape + self.scraped
    }

    /// What a scrape finds of requests that failed, and of those that did not.
    fn errors_at(self, at: f64) -> Option<f64> {
        let failed = (at - self.start()).max(0.0) * PER_SECOND;
        match self.errors {
            Errors::Zero => Some(failed),
            Errors::Old => Some(1e6 + failed),
            Errors::Born => (failed > 0.0).then_some(failed),
        }
    }

    fn successes_at(self, at: f64) -> f64 {
        1e9 + (at.min(self.start()) - BOUNDARY as f64) * PER_SECOND
    }

    /// `increase(…[5m])` at an instant, as Prometheus defines it.
    fn increase(self, end: f64, value: impl Fn(f64) -> Option<f64>) -> Option<f64> {
        let (width, last) = (WIDTH_S as f64, self.scrape_before(end));
        let count = ((last - (end - width)) / self.scrape).floor() as u32;
        let times = (0..=count).rev().map(|back| last - f64::from(back) * self.scrape);
        let samples: Vec<(f64, f64)> = times.filter_map(|at| Some((at, value(at)?))).collect();
        let ((first, low), (last, high)) = (*samples.first()?, *samples.last()?);
        if samples.len() < 2 {
            return None;
        }
        let (spanned, grown) = (last - first, high - low);
        let step = spanned / (samples.len() - 1) as f64;
        let to_zero = if grown > 0.0 { spanned * low / grown } else { f64::INFINITY };
        let reach = |gap: f64| if gap < step * 1.1 { gap } else { step / 2.0 };
        let before = reach((first - (end - width)).min(to_zero));
        Some(grown * (spanned + before + reach(end - last)) / spanned)
    }

    /// Both columns of a run.
    fn answer(self, run: Run) -> Sample {
        let start = run.start().timestamp_millis() as f64 / 1e3;
        let ends = || (0..run.tiles).map(|tile| start + tile as f64 * WIDTH_S as f64);
        let errors: Vec<Option<f64>> =
            ends().map(|end| self.increase(end, |at| self.errors_at(at))).collect();
        let sum = |(end, errors): (f64, &Option<f64>)| {
            Some(self.increase(end, |at| Some(self.successes_at(at)))? + errors.unwrap_or(0.0))
        };
        let total: Vec<Option<f64>> = ends().zip(&errors).map(sum).collect();
        tiles(run, Scaled { values: &errors, scale: 1.0 }, Scaled { values: &total, scale: 1.0 })
    }

    /// When the console shows it as firing. As the desk does, it polls once more where a poll filled closed
    /// buckets.
    fn fires_at(self) -> i64 {
        let mut now = self.start() as i64 - CALM_S;
        now += (self.polled - now).rem_euclid(self.every);
        let mut evaluator = evaluator();
        let mut filled_to = closed(at(now));
        let bucket = Some(Counts { bad: 0.0, total: PER_SECOND * WIDTH_S as f64 });
        evaluator.restore("web", filled_to, vec![bucket; 24]);
        loop {
            let run = poll_run(at(now), filled_to);
            evaluator.observe("web", at(now), Ok(self.answer(run)));
            evaluator.evaluate(at(now));
            if evaluator.readings().iter().any(|reading| reading.state == SloState::Firing) {
                return now;
            }
            assert!((now as f64) < self.start() + 600.0, "{self:?} never fires");
            if run.is_closed() && run.end > filled_to {
                filled_to = run.end;
            } else {
                now += self.every;
            }
        }
    }
}

fn at(seconds: i64) -> Time {
    Time::from_timestamp(seconds, 0).expect("a time")
}

fn evaluator() -> Evaluator {
    let sli = Sli::Bad { bad: Query::parse("errors_total"), total: Query::parse("requests_total") };
    let objective = Objective::from_percent(99.9).expect("an objective");
    Evaluator::new(vec![Slo::new("web", "web", objective, Duration::from_hours(720), sli)])
}

/// Outages that begin anywhere between two boundaries.
fn meetings() -> Vec<Meeting> {
    let mut meetings = Vec::new();
    for errors in [Errors::Zero, Errors::Old, Errors::Born] {
        for (scrape, every) in
            [5.0, 15.0, 30.0].iter().flat_map(|scrape| [10, 15, 30].map(|every| (*scrape, every)))
        {
            for (scraped, polled) in [0.0, 0.3, 0.9].iter().flat_map(|share| [0, 4, 9].map(|at| (share, at)))
            {
                let meeting =
                    Meeting { errors, scrape, scraped: scraped * scrape, every, polled, begins: 0.0 };
                meetings.extend((0..28).map(|step| Meeting { begins: f64::from(step) * 10.7, ..meeting }));
            }
        }
    }
    meetings
}

/// Fires at the first poll that can know of a scrape which saw 51.84 s of it: after 52 s, one scrape and
/// one poll at the latest. Not much earlier either: what `increase` guesses beyond the newest scrape is
/// never a tenth.
#[test]
fn a_total_outage_shows_within_52_s_one_scrape_and_one_poll_however_they_meet() {
    for meeting in meetings() {
        let (start, fires) = (meeting.start(), meeting.fires_at());
        let enough = start + NEEDED_S;
        let seen = meeting.scrape_before(enough + meeting.scrape - 1e-6);
        let latest = seen.ceil() as i64 + (meeting.polled - seen.ceil() as i64).rem_euclid(meeting.every);
        assert!(fires <= latest, "{meeting:?}: {fires}, not {latest}");
        let took = fires as f64 - start;
        assert!(took <= 52.0 + meeting.scrape + meeting.every as f64, "{meeting:?}: {took} s");
        assert!(took >= 0.9 * NEEDED_S, "{meeting:?}: {took} s");
    }
}
