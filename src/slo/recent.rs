//! The newest hour as finely as it was polled: running sums at the end of every cell and gap.
//!
//! Inside it this is the truth; before its start the closed buckets are.

use std::collections::VecDeque;

use super::series::{Counts, Run, Span, Sum};

const HOUR_MS: i64 = 3_600_000;
/// Cells are at least this wide: polls faster than that are joined, so that memory stays bounded.
const FINEST_MS: i64 = 5_000;
/// So many points are looked at one by one.
const NEAR: usize = 4;

/// An instant, and the sum of all that happened before it.
#[derive(Debug, Clone, Copy)]
struct Point {
    at: i64,
    sum: Sum,
}

impl Sum {
    /// Whether no part of it is more than the other's.
    fn is_within(self, other: Self) -> bool {
        self == self.least(other)
    }

    /// The smaller of each part.
    fn least(self, other: Self) -> Self {
        Self {
            bad: self.bad.min(other.bad),
            total: self.total.min(other.total),
            observed_ms: self.observed_ms.min(other.observed_ms),
        }
    }

    /// A share of `whole` as the same share of `new`; of what was nothing so far, the share `evenly`.
    fn rescaled(self, whole: Self, new: Self, evenly: f64) -> Self {
        let part = |own: f64, whole: f64, new: f64| new * if whole > 0.0 { own / whole } else { evenly };
        Self {
            bad: part(self.bad, whole.bad, new.bad),
            total: part(self.total, whole.total, new.total),
            observed_ms: part(self.observed_ms, whole.observed_ms, new.observed_ms),
        }
    }
}

/// Points in ascending order; between two of them lies a cell, or a gap where nothing grows.
#[derive(Debug, Clone, Default)]
pub struct Recent {
    points: VecDeque<Point>,
}

impl Recent {
    pub fn start(&self) -> Option<i64> {
        self.points.front().map(|point| point.at)
    }

    pub fn end(&self) -> Option<i64> {
        self.points.back().map(|point| point.at)
    }

    /// Begins at `at`, unless it has begun.
    pub fn begin(&mut self, at: i64) {
        if self.points.is_empty() {
            self.points.push_back(Point { at, sum: Sum::default() });
        }
    }

    /// Appends a cell; what lies between the end so far and its start is a gap.
    pub fn push(&mut self, cell: Span, counts: Counts) {
        self.gap(cell.from);
        let Some(last) = self.points.back().copied() else { return };
        let from = cell.from.max(last.at);
        if cell.to <= from {
            return;
        }
        let held = Sum { bad: counts.bad, total: counts.total, observed_ms: (cell.to - from) as f64 };
        self.append(Point { at: cell.to, sum: last.sum + held });
        self.evict();
    }

    /// Puts a run in the place of what it covers; what is newer than its end stays behind it.
    pub fn splice(&mut self, run: &Run) {
        if self.start().is_some_and(|start| run.end <= start) {
            return;
        }
        let seam = self.at(run.end);
        let newer = self.points.split_off(self.points.partition_point(|point| point.at <= run.end));
        self.overwrite(run);
        let base = self.at(run.end);
        for Point { at, sum } in newer {
            self.points.push_back(Point { at, sum: base + (sum - seam) });
        }
        self.evict();
    }

    fn overwrite(&mut self, run: &Run) {
        let fits = usize::try_from(HOUR_MS.div_euclid(run.width.max(1)) + 1).unwrap_or(0);
        let tiles = run.tiles.iter().skip(run.tiles.len().saturating_sub(fits));
        let start = run.end.saturating_sub(run.span(tiles.len()));
        if self.start().is_some_and(|first| first > start) {
            self.points.clear();
        }
        self.begin(start);
        for (from, tile) in (0..).map(|n| start + n * run.width).zip(tiles) {
            self.fit(Span { from, to: from + run.width }, *tile);
        }
    }

    /// Makes a cell hold what is now known of it. How its events lie inside stays as it was observed,
    /// stretched to the new sum; where the cell reaches beyond all that was known, what is more than
    /// that lies there. So a burst is found where it was first seen, in whatever tile it is told again.
    fn fit(&mut self, cell: Span, counts: Option<Counts>) {
        self.gap(cell.from);
        let held = counts.map_or_else(Sum::default, |Counts { bad, total }| Sum {
            bad,
            total,
            observed_ms: (cell.to - cell.from) as f64,
        });
        let end = self.end().map_or(cell.from, |end| end.min(cell.to));
        let known = self.at(end) - self.at(cell.from);
        let is_ahead = end < cell.to;
        if !is_ahead || !known.is_within(held) {
            self.stretch(Span { from: cell.from, to: end }, if is_ahead { known.least(held) } else { held });
        }
        if is_ahead {
            let sum = self.at(cell.from) + held;
            self.append(Point { at: cell.to, sum });
        }
    }

    /// Makes a stretch that lies inside the points hold another sum; what lies behind it moves along.
    fn stretch(&mut self, span: Span, held: Sum) {
        let (base, old) = (self.at(span.from), self.at(span.to));
        let known = old - base;
        self.split(span.from);
        self.split(span.to);
        let width = (span.to - span.from).max(1) as f64;
        for point in self.points.iter_mut().filter(|point| point.at > span.from) {
            point.sum = if point.at < span.to {
                let evenly = (point.at - span.from) as f64 / width;
                base + (point.sum - base).rescaled(known, held, evenly)
            } else {
                base + held + (point.sum - old)
            };
        }
    }

    /// Puts a point where a cell is cut.
    fn split(&mut self, at: i64) {
        let (sum, next) = (self.at(at), self.points.partition_point(|point| point.at <= at));
        let is_inside = next > 0 && next < self.points.len();
        if is_inside && self.points.get(next - 1).is_some_and(|point| point.at < at) {
            self.points.insert(next, Point { at, sum });
        }
    }

    /// Forgets what lies after `at`.
    pub fn cut(&mut self, at: i64) {
        let sum = self.at(at);
        let kept = self.points.partition_point(|point| point.at <= at);
        if kept == self.points.len() {
            return;
        }
        self.points.truncate(kept);
        if self.end().is_some_and(|end| end < at) {
            self.points.push_back(Point { at, sum });
        }
    }

    /// The running sum at an instant, evenly spread inside a cell; flat outside.
    pub fn at(&self, at: i64) -> Sum {
        let (Some(first), Some(last)) = (self.points.front(), self.points.back()) else {
            return Sum::default();
        };
        if at >= last.at {
            return last.sum;
        }
        if at <= first.at {
            return first.sum;
        }
        let next = self.next(at, first, last);
        match (self.points.get(next - 1), self.points.get(next)) {
            (Some(before), Some(after)) => {
                let share = (at - before.at) as f64 / (after.at - before.at) as f64;
                before.sum.towards(after.sum, share)
            }
            _ => last.sum,
        }
    }

    pub fn heap_bytes(&self) -> usize {
        self.points.capacity() * size_of::<Point>()
    }

    /// Where the first point after an instant is, which lies between two points. Polls come at a steady
    /// pace, so the share of time that has passed is nearly always the share of points; only an uneven past
    /// is searched.
    fn next(&self, at: i64, first: &Point, last: &Point) -> usize {
        let share = (at - first.at) as f64 / (last.at - first.at) as f64;
        let mut next = (share * (self.points.len() - 1) as f64) as usize + 1;
        for _ in 0..NEAR {
            if self.is_after(next - 1, at) {
                next -= 1;
            } else if self.is_after(next, at) {
                return next;
            } else {
                next += 1;
            }
        }
        self.points.partition_point(|point| point.at <= at)
    }

    fn is_after(&self, place: usize, at: i64) -> bool {
        self.points.get(place).is_none_or(|point| point.at > at)
    }

    fn gap(&mut self, to: i64) {
        let Some(last) = self.points.back().copied().filter(|last| last.at < to) else { return };
        if self.before_last().is_some_and(|before| before.sum == last.sum) {
            self.points.pop_back();
        }
        self.points.push_back(Point { at: to, sum: last.sum });
    }

    fn append(&mut self, point: Point) {
        if self.before_last().is_some_and(|before| point.at - before.at < FINEST_MS) {
            self.points.pop_back();
        }
        self.points.push_back(point);
    }

    fn before_last(&self) -> Option<&Point> {
        self.points.len().checked_sub(2).and_then(|at| self.points.get(at))
    }

    /// Keeps the hour before the end, and the one point that it begins in.
    fn evict(&mut self) {
        let Some(oldest) = self.end().map(|end| end - HOUR_MS) else { return };
        while self.points.get(1).is_some_and(|second| second.at <= oldest) {
            self.points.pop_front();
        }
    }
}
