//! Which expressions share a request, and what was learned of those that should not. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use crate::text::{Time, when};

/// Expressions in one request, and bytes of all of them together.
pub(super) const MOST_LEGS: usize = 50;
const MOST_BYTES: usize = 16_000;
/// After so long what was learned is tried again.
const REMEMBERED: Duration = Duration::from_hours(1);

/// What a request taught: this expression goes with at most so many from now on, itself included. One
/// that was refused would take its neighbours with it, and so goes alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lesson {
    pub(super) leg: String,
    pub(super) most: usize,
}

/// The memory of one source; a reload begins anew.
#[derive(Debug, Default)]
pub(super) struct Batching {
    limits: HashMap<String, Limit>,
}

#[derive(Debug, Clone, Copy)]
struct Limit {
    most: usize,
    since: Time,
}

impl Batching {
    /// The positions of expressions, request by request, in their order.
    pub(super) fn batches(&self, legs: &[&str]) -> Vec<Vec<usize>> {
        let mut by_limit: BTreeMap<Reverse<usize>, Vec<usize>> = BTreeMap::new();
        for (at, leg) in legs.iter().enumerate() {
            let most = self.limits.get(*leg).map_or(MOST_LEGS, |limit| limit.most.clamp(1, MOST_LEGS));
            by_limit.entry(Reverse(most)).or_default().push(at);
        }
        by_limit.into_iter().flat_map(|(Reverse(most), places)| chunks(legs, &places, most)).collect()
    }

    /// Keeps the strictest of what was learned.
    pub(super) fn learn(&mut self, now: Time, lessons: Vec<Lesson>) {
        for Lesson { leg, most } in lessons {
            let limit = self.limits.entry(leg).or_insert(Limit { most, since: now });
            limit.most = limit.most.min(most);
        }
    }

    /// Forgets what is too long ago to hold for ever.
    pub(super) fn forget(&mut self, now: Time) {
        self.limits.retain(|_, limit| when::since(limit.since, now) < REMEMBERED);
    }
}

/// Neighbours go together, as many as fit.
fn chunks(legs: &[&str], places: &[usize], most: usize) -> Vec<Vec<usize>> {
    let (mut chunks, mut chunk, mut bytes) = (Vec::new(), Vec::new(), 0);
    for at in places {
        let length = legs.get(*at).map_or(0, |leg| leg.len());
        if chunk.len() == most || (bytes + length > MOST_BYTES && !chunk.is_empty()) {
            chunks.push(std::mem::take(&mut chunk));
            bytes = 0;
        }
        chunk.push(*at);
        bytes += length;
    }
    chunks.extend([chunk].into_iter().filter(|chunk| !chunk.is_empty()));
    chunks
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

    fn lesson(leg: &str, most: usize) -> Lesson {
        Lesson { leg: leg.to_owned(), most }
    }

    #[test]
    fn what_was_refused_is_asked_alone_for_an_hour() {
        let mut batching = Batching::default();
        batching.learn(at(0), vec![lesson("bad", 1)]);
        assert_eq!(batching.batches(&["a", "bad", "b"]), [vec![0, 2], vec![1]]);
        batching.forget(at(3_599));
        batching.learn(at(3_599), vec![lesson("bad", 1)]);
        batching.forget(at(3_600));
        assert_eq!(batching.batches(&["a", "bad", "b"]), [vec![0, 1, 2]]);
    }

    #[test]
    fn what_was_slow_together_is_asked_in_smaller_company_and_the_strictest_word_counts() {
        let mut batching = Batching::default();
        batching.learn(at(0), ["b", "c", "d"].map(|leg| lesson(leg, 2)).to_vec());
        assert_eq!(batching.batches(&["a", "b", "c", "d", "e"]), [vec![0, 4], vec![1, 2], vec![3]]);
        batching.learn(at(9), vec![lesson("c", 1), lesson("b", 25), lesson("d", 0)]);
        assert_eq!(batching.batches(&["a", "b", "c", "d"]), [vec![0], vec![1], vec![2], vec![3]]);
    }
}
