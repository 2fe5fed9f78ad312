//! The 30 days before the demo began: the same traffic and habits, and a few bad stretches. Pure.

use std::time::Duration;

use super::cast::{Dice, Part, part};
use super::slos::{Episode, Measure, PERIOD, PROMISES, Promise};
use crate::slo::{Counts, Sample, Slo, Tile};
use crate::text::{Time, when};

const WIDTH: Duration = Duration::from_mins(5);
const WIDTH_S: i64 = 300;
/// The past is the same in every run: only the time of day it is seen from differs.
const SEED: u64 = 30;

/// An SLO's closed 5-minute buckets of the 30 days before `now`; not observed for an SLO that is not
/// the demo's own.
pub fn history(slo: &Slo, now: Time) -> Sample {
    let end = now.timestamp().div_euclid(WIDTH_S) * WIDTH_S;
    let count = (PERIOD.as_secs() / WIDTH.as_secs()).cast_signed();
    let tiles = PROMISES
        .iter()
        .find(|promise| promise.id == slo.id)
        .and_then(|promise| Some(Past { promise, part: part(promise.service)?, end }.tiles(count)))
        .unwrap_or_else(|| vec![None; count as usize]);
    Sample::Tiles { end: Time::from_timestamp(end, 0).unwrap_or(now), width: WIDTH, tiles }
}

struct Past {
    promise: &'static Promise,
    part: &'static Part,
    /// The end of the last tile, in seconds since 1970.
    end: i64,
}

impl Past {
    fn tiles(&self, count: i64) -> Vec<Option<Tile>> {
        let ends = (1 - count..=0).map(|index| self.end + index * WIDTH_S);
        let mut buckets: Vec<(i64, Counts)> = ends.map(|end| (end, self.habit(end))).collect();
        let budget = buckets.iter().map(|(_, counts)| counts.total).sum::<f64>()
            * (1.0 - self.promise.percent / 100.0);
        for episode in self.promise.episodes {
            self.strike(&mut buckets, episode, episode.cost * budget);
        }
        buckets.into_iter().map(|(_, counts)| Some(self.as_counted(counts))).collect()
    }

    /// Counts as the promise's own queries tell them: latency counts what was good.
    fn as_counted(&self, Counts { bad, total }: Counts) -> Tile {
        let part = match self.promise.measure {
            Measure::Latency => total - bad,
            Measure::Availability | Measure::Jobs => bad,
        };
        Tile { part, total }
    }

    /// A bucket on an ordinary day.
    fn habit(&self, end: i64) -> Counts {
        let mut dice = Dice::new(SEED, self.promise.id, end);
        let at = Time::from_timestamp(end, 0).unwrap_or_default();
        let total =
            (self.part.traffic(when::before(at, WIDTH / 2)) * WIDTH_S as f64 * dice.wobble(0.03)).round();
        let share = self.habitual_share() * dice.wobble(0.5);
        let bad = dice.count(total * share);
        Counts { bad: (bad as f64).min(total), total }
    }

    fn habitual_share(&self) -> f64 {
        match self.promise.measure {
            Measure::Latency => self.part.slow,
            Measure::Availability | Measure::Jobs => self.part.errors,
        }
    }

    /// Spreads the bad events of an episode over its buckets.
    fn strike(&self, buckets: &mut [(i64, Counts)], episode: &Episode, bad: f64) {
        let from = self.end - episode.hours_ago * 3_600;
        let to = from + episode.minutes * 60;
        let struck = (to - from) as f64 / WIDTH_S as f64;
        for (_, counts) in buckets.iter_mut().filter(|(end, _)| (from..to).contains(end)) {
            counts.bad = (counts.bad + bad / struck).round().min(counts.total);
        }
    }
}
