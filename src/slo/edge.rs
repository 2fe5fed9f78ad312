//! Where a window begins, remembered: its bucket changes once in five minutes, it is asked for at every poll.
//!
//! Holds copies of running sums, never the truth: a changed epoch throws them away.

use super::history::{BUCKET_MS, History, share_of_bucket};
use super::series::Sum;

/// No bucket has this number.
const NOWHERE: i64 = i64::MIN;

/// The running sums on both sides of the bucket that a window begins in.
#[derive(Debug, Clone, Copy)]
pub struct Edge {
    bucket: i64,
    low: Sum,
    high: Sum,
}

impl Default for Edge {
    fn default() -> Self {
        Self { bucket: NOWHERE, low: Sum::default(), high: Sum::default() }
    }
}

impl Edge {
    /// The running sum at an instant, as [`History::at`] has it.
    #[inline]
    pub fn at(&mut self, history: &History, at: i64) -> Sum {
        let bucket = at.div_euclid(BUCKET_MS);
        if self.bucket != bucket && !self.move_to(history, bucket) {
            return history.at(at);
        }
        self.low.towards(self.high, share_of_bucket(at))
    }

    fn move_to(&mut self, history: &History, bucket: i64) -> bool {
        let edges = history.closed_edges(bucket);
        if let Some((low, high)) = edges {
            (self.bucket, self.low, self.high) = (bucket, low, high);
        }
        edges.is_some()
    }
}
