//! When to ask again. Pure arithmetic; the waiting is done elsewhere.
//!
//! A target that fails is asked again soon, then ever more rarely, but never more rarely than it is
//! polled in health: so a target that is back is seen within one interval.

use std::time::Duration;

use crate::config::Turn;

/// Part of the interval after which the first retry comes.
const FIRST: u32 = 8;
/// Share of a delay that chance takes off, so that many consoles do not ask in step.
const JITTER: f64 = 0.25;

/// How long to wait after `failures` failed polls in a row; `every` after none. `roll` is a chance in
/// `0..1`. Never longer than `every`.
pub(crate) fn delay(every: Duration, failures: u32, roll: f64) -> Duration {
    if failures == 0 {
        return every;
    }
    let grown = (every / FIRST).saturating_mul(1 << (failures - 1).min(16)).min(every);
    grown.mul_f64(1.0 - JITTER * roll.clamp(0.0, 1.0))
}

/// How much later than its interval a source's second poll comes, so that sources of one host take
/// turns from then on. A source that has its host to itself is never shifted, and no first poll is.
///
/// After an outage the jitter of the retries keeps consoles apart that all saw it end.
pub(crate) fn shift(every: Duration, turn: Turn) -> Duration {
    let of = u32::try_from(turn.of).unwrap_or(u32::MAX).max(1);
    every.saturating_mul(u32::try_from(turn.before).unwrap_or(u32::MAX).min(of)) / of
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_target_is_asked_soon_then_rarely_but_once_an_interval() {
        let every = Duration::from_secs(16);
        let delays: Vec<u64> = (0..8).map(|failures| delay(every, failures, 0.0).as_secs()).collect();
        assert_eq!(delays, [16, 2, 4, 8, 16, 16, 16, 16]);
    }

    #[test]
    fn chance_only_shortens_a_retry_and_never_below_three_quarters() {
        let every = Duration::from_secs(16);
        for failures in [1, 3, 9, u32::MAX] {
            assert!(delay(every, failures, 1.0) < delay(every, failures, 0.0));
            assert_eq!(delay(every, failures, 1.0), delay(every, failures, 0.0).mul_f64(0.75));
            assert!(delay(every, failures, 0.0) <= every);
        }
    }

    #[test]
    fn only_sources_of_one_host_are_shifted_and_they_share_the_interval_evenly() {
        let every = Duration::from_secs(15);
        let shifts =
            |of| (0..of).map(|before| shift(every, Turn { before, of }).as_secs()).collect::<Vec<_>>();
        assert_eq!(shifts(1), [0]);
        assert_eq!(shifts(3), [0, 5, 10]);
        assert_eq!(shift(every, Turn { before: 9, of: 0 }), every, "nonsense stays within the interval");
    }
}
