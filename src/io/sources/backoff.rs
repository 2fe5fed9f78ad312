//! When to ask again. Pure arithmetic; the waiting is done elsewhere.
//!
//! A target that fails is asked again soon, then ever more rarely, but never more rarely than it is
//! polled in health: so a target that is back is seen within one interval.

use std::time::Duration;

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
}
