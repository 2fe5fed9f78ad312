//! Which expressions share a request, and what was learned of those that should not. Pure.

use std::collections::HashMap;
use std::time::Duration;

use crate::text::{Time, when};

/// Expressions in one request, and bytes of all of them together.
pub(super) const MOST_LEGS: usize = 50;
const MOST_BYTES: usize = 16_000;
/// A server that is slow gets requests no smaller than this.
const FEWEST_LEGS: usize = 5;
/// After so long what was learned is tried again.
const REMEMBERED: Duration = Duration::from_hours(1);

/// What a request taught about batches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lesson {
    /// This expression was refused, and would take its neighbours with it.
    Alone(String),
    /// A batch took too long.
    TooLarge,
}

/// The memory of one source; a reload begins anew.
#[derive(Debug)]
pub(super) struct Batching {
    most: usize,
    shrunk: Option<Time>,
    alone: HashMap<String, Time>,
}

impl Default for Batching {
    fn default() -> Self {
        Self { most: MOST_LEGS, shrunk: None, alone: HashMap::new() }
    }
}

impl Batching {
    /// The positions of expressions, request by request, in their order. What was refused is asked
    /// alone.
    pub(super) fn batches(&self, legs: &[&str]) -> Vec<Vec<usize>> {
        let (alone, together): (Vec<usize>, Vec<usize>) =
            (0..legs.len()).partition(|at| legs.get(*at).is_some_and(|leg| self.alone.contains_key(*leg)));
        let mut batches = Vec::new();
        let (mut batch, mut bytes) = (Vec::new(), 0);
        for at in together {
            let length = legs.get(at).map_or(0, |leg| leg.len());
            if batch.len() == self.most || (bytes + length > MOST_BYTES && !batch.is_empty()) {
                batches.push(std::mem::take(&mut batch));
                bytes = 0;
            }
            batch.push(at);
            bytes += length;
        }
        batches.extend([batch].into_iter().filter(|batch| !batch.is_empty()));
        batches.extend(alone.into_iter().map(|at| vec![at]));
        batches
    }

    pub(super) fn learn(&mut self, now: Time, lessons: Vec<Lesson>) {
        if lessons.contains(&Lesson::TooLarge) {
            self.most = (self.most / 2).max(FEWEST_LEGS);
            self.shrunk = Some(now);
        }
        for lesson in lessons {
            if let Lesson::Alone(leg) = lesson {
                self.alone.entry(leg).or_insert(now);
            }
        }
    }

    /// Forgets what is too long ago to hold for ever.
    pub(super) fn forget(&mut self, now: Time) {
        let is_old = |since: Time| when::since(since, now) >= REMEMBERED;
        self.alone.retain(|_, since| !is_old(*since));
        if self.shrunk.is_some_and(is_old) {
            (self.most, self.shrunk) = (MOST_LEGS, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_timestamp(seconds, 0).expect("a time")
    }

    fn sizes(batching: &Batching, legs: &[&str]) -> Vec<usize> {
        batching.batches(legs).iter().map(Vec::len).collect()
    }

    #[test]
    fn batches_hold_fifty_expressions_or_sixteen_kilobytes() {
        let batching = Batching::default();
        assert_eq!(sizes(&batching, &["up"; 120]), [50, 50, 20]);
        let long = "x".repeat(6_000);
        assert_eq!(sizes(&batching, &[long.as_str(); 5]), [2, 2, 1]);
        let huge = "x".repeat(40_000);
        assert_eq!(sizes(&batching, &["up", &huge, "up"]), [1, 1, 1]);
        assert!(batching.batches(&[]).is_empty());
    }

    #[test]
    fn what_was_refused_is_asked_alone_for_an_hour() {
        let mut batching = Batching::default();
        batching.learn(at(0), vec![Lesson::Alone("bad".to_owned())]);
        assert_eq!(batching.batches(&["a", "bad", "b"]), [vec![0, 2], vec![1]]);
        batching.forget(at(3_599));
        batching.learn(at(3_599), vec![Lesson::Alone("bad".to_owned())]);
        batching.forget(at(3_600));
        assert_eq!(batching.batches(&["a", "bad", "b"]), [vec![0, 1, 2]]);
    }

    #[test]
    fn a_slow_server_gets_smaller_requests_for_an_hour() {
        let mut batching = Batching::default();
        for expected in [25, 12, 6, 5, 5] {
            batching.learn(at(0), vec![Lesson::TooLarge]);
            assert_eq!(sizes(&batching, &["up"; 50])[0], expected);
        }
        batching.forget(at(3_600));
        assert_eq!(sizes(&batching, &["up"; 50]), [50]);
    }
}
