//! Five-minute buckets aligned to the clock, with running sums: any window is two look-ups.
//!
//! A bucket is measured (a count of zero is zero traffic) or a gap. Instants are milliseconds since
//! 1970; nothing here asks for the present one.

use std::collections::VecDeque;
use std::time::Duration;

use super::measured::Measured;
use super::series::{Counts, Span, Sum, millis};

/// Width of a bucket.
pub const BUCKET_MS: i64 = 300_000;
/// Longest history that is kept, in buckets: 400 days. A longer period shows as missing coverage.
const LONGEST: i64 = 400 * 288;

/// The closed buckets of one SLO, and the open one as far as live polls have filled it.
#[derive(Debug, Clone)]
pub struct History {
    /// Number of the oldest bucket, counted from 1970.
    first: i64,
    /// The sum of all buckets before each one, then the sum of all: one entry more than buckets.
    running: VecDeque<Counts>,
    measured: Measured,
    /// Milliseconds observed of the newest bucket.
    observed: i64,
    capacity: i64,
    /// Grows when running sums of closed buckets change, so that copies of them are told from the truth.
    epoch: u64,
}

impl History {
    pub fn new(keep: Duration) -> Self {
        Self {
            first: 0,
            running: VecDeque::from([Counts::default()]),
            measured: Measured::default(),
            observed: 0,
            capacity: capacity(keep),
            epoch: 0,
        }
    }

    /// Keeps more or less from now on.
    pub fn keep(&mut self, keep: Duration) {
        self.capacity = capacity(keep);
        self.epoch += 1;
        self.evict();
    }

    /// Overwrites consecutive buckets, the first one being number `index`. Chunks may come in any
    /// order; what is older than the history keeps is left out.
    pub fn fill(&mut self, index: i64, tiles: &[Option<Counts>]) {
        let end = index + buckets(tiles.len());
        let oldest = end.max(self.end()) - self.capacity;
        let skip = usize::try_from(oldest - index).unwrap_or(0);
        let Some(tiles) = tiles.get(skip..).filter(|tiles| !tiles.is_empty()) else { return };
        let index = index + buckets(skip);
        self.epoch += 1;
        self.reach(end - 1);
        self.reach(index);
        self.overwrite(index, tiles);
        self.measured.set(index, tiles.iter().map(Option::is_some));
        if end == self.end() {
            self.observed = if tiles.last().is_some_and(Option::is_some) { BUCKET_MS } else { 0 };
        }
    }

    /// Adds what a live poll counted to the buckets it overlaps, by their share of its time.
    pub fn spread(&mut self, span: Span, counts: Counts) {
        let last = (span.to - 1).div_euclid(BUCKET_MS);
        let first = span.from.div_euclid(BUCKET_MS).max(last - self.capacity);
        let width = (span.to - span.from).max(1) as f64;
        for index in first..=last {
            let from = span.from.max(index * BUCKET_MS);
            let to = span.to.min((index + 1) * BUCKET_MS);
            let share = (to - from) as f64 / width;
            self.add(index, counts.share(share), to - from);
        }
    }

    /// The running sum at an instant, evenly spread inside a bucket; flat before the first and after
    /// the last one.
    pub fn at(&self, at: i64) -> Sum {
        let index = at.div_euclid(BUCKET_MS).clamp(self.first, self.end());
        let low = self.edge(index);
        if at <= index * BUCKET_MS || index == self.end() {
            return low;
        }
        low.towards(self.edge(index + 1), share_of_bucket(at))
    }

    /// The running sums where a bucket begins and where it ends, if both stand until the epoch changes:
    /// the newest bucket may still grow.
    pub fn closed_edges(&self, index: i64) -> Option<(Sum, Sum)> {
        let closed = self.first <= index && index + 1 < self.end();
        closed.then(|| (self.edge(index), self.edge(index + 1)))
    }

    #[inline]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Buckets that begin at or after `from` and are over at `to`, by their start.
    pub fn closed(&self, span: Span) -> impl Iterator<Item = (i64, Option<Counts>)> + '_ {
        let first = span.from.div_euclid(BUCKET_MS) + i64::from(span.from.rem_euclid(BUCKET_MS) > 0);
        let end = span.to.div_euclid(BUCKET_MS).min(self.end());
        (first.max(self.first)..end).map(|index| (index * BUCKET_MS, self.bucket(index)))
    }

    /// Forgets the buckets that begin after `at`, and of the one that it lies in what came after.
    pub fn cut(&mut self, at: i64) {
        let end = at.div_euclid(BUCKET_MS) + 1;
        if end > self.end() {
            return;
        }
        let buckets = usize::try_from(end - self.first).unwrap_or(0);
        let known = if end == self.end() { self.observed } else { BUCKET_MS };
        self.epoch += 1;
        self.running.truncate(buckets + 1);
        self.measured.cut(end.max(self.first));
        self.observed = at.rem_euclid(BUCKET_MS).min(known);
        self.keep_of_newest(self.observed as f64 / known.max(1) as f64);
    }

    /// Of the newest bucket only a share of what it holds is left.
    fn keep_of_newest(&mut self, share: f64) {
        let Some(before) = self.running.len().checked_sub(2).and_then(|at| self.running.get(at)).copied()
        else {
            return;
        };
        if let Some(newest) = self.running.back_mut() {
            let own = (*newest - before).share(share);
            *newest = before;
            *newest += own;
        }
    }

    pub fn heap_bytes(&self) -> usize {
        self.running.capacity() * size_of::<Counts>() + self.measured.heap_bytes()
    }

    fn bucket(&self, index: i64) -> Option<Counts> {
        let sum = self.measured.get(index).then(|| self.edge(index + 1) - self.edge(index))?;
        Some(Counts { bad: sum.bad, total: sum.total })
    }

    /// The running sum where bucket `index` begins.
    fn edge(&self, index: i64) -> Sum {
        let running = self.running.get(self.slot(index)).or(self.running.back());
        let Counts { bad, total } = running.copied().unwrap_or_default();
        Sum { bad, total, observed_ms: f64::from(self.measured.before(index)) * BUCKET_MS as f64 }
    }

    fn add(&mut self, index: i64, counts: Counts, observed: i64) {
        if index < self.end() - self.capacity {
            return;
        }
        self.reach(index);
        let slot = self.slot(index);
        for running in self.running.iter_mut().skip(slot + 1) {
            *running += counts;
        }
        let newest = index == self.end() - 1;
        self.epoch += u64::from(!newest);
        let observed = if newest { self.observed + observed } else { observed };
        if newest {
            self.observed = observed;
        }
        // Half a bucket is enough to speak for it: events always count, coverage is rounded.
        if observed * 2 >= BUCKET_MS && !self.measured.get(index) {
            self.measured.set(index, std::iter::once(true));
        }
    }

    fn overwrite(&mut self, index: i64, tiles: &[Option<Counts>]) {
        let slot = self.slot(index);
        let mut sum = self.running.get(slot).copied().unwrap_or_default();
        let mut shift = Counts::default();
        let mut tiles = tiles.iter();
        for running in self.running.iter_mut().skip(slot + 1) {
            if let Some(tile) = tiles.next() {
                sum += tile.unwrap_or_default();
                shift = sum - *running;
                *running = sum;
            } else {
                *running += shift;
            }
        }
    }

    /// Makes the history reach bucket `index`, with gaps up to it. Older than it keeps: no change.
    fn reach(&mut self, index: i64) {
        if self.is_empty() || index - self.end() >= self.capacity {
            self.restart(index);
        }
        if index < self.end() - self.capacity {
            return;
        }
        let older = usize::try_from(self.first - index).unwrap_or(0);
        self.epoch += older as u64;
        for _ in 0..older {
            self.running.push_front(self.running.front().copied().unwrap_or_default());
            self.first -= 1;
        }
        self.measured.set(index, std::iter::repeat_n(false, older));
        while index >= self.end() {
            self.running.push_back(self.running.back().copied().unwrap_or_default());
            self.observed = 0;
        }
        self.evict();
    }

    fn restart(&mut self, index: i64) {
        self.epoch += 1;
        self.first = index;
        self.measured = Measured::with_capacity(self.capacity);
        self.running.clear();
        self.running.push_back(Counts::default());
        // Exactly what a full history takes: doubling would cost half as much again per SLO.
        self.running.reserve_exact(self.capacity as usize + 2);
    }

    fn evict(&mut self) {
        while buckets(self.running.len()) > self.capacity + 1 {
            self.running.pop_front();
            self.first += 1;
        }
        self.measured.drop_before(self.first);
    }

    fn is_empty(&self) -> bool {
        self.running.len() <= 1
    }

    /// Number of the bucket after the newest one.
    fn end(&self) -> i64 {
        self.first + buckets(self.running.len()) - 1
    }

    fn slot(&self, index: i64) -> usize {
        usize::try_from(index - self.first).unwrap_or(0)
    }
}

/// How much of its bucket has passed at an instant, `0..1`.
#[inline]
pub(super) fn share_of_bucket(at: i64) -> f64 {
    at.rem_euclid(BUCKET_MS) as f64 / BUCKET_MS as f64
}

/// Buckets that cover `keep` wherever it begins, the open one included.
fn capacity(keep: Duration) -> i64 {
    (millis(keep) / BUCKET_MS + 2).min(LONGEST)
}

fn buckets(count: usize) -> i64 {
    (count as u64).cast_signed()
}
