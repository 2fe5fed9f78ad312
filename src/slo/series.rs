//! What sources deliver, and the one line of counts it becomes for an SLO.
//!
//! The line is the newest hour as finely as it was polled, continued backwards by closed five-minute
//! buckets. It never judges (good or bad is settled before) and never asks the time.

use std::ops::{Add, AddAssign, Sub};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::history::{BUCKET_MS, History};
use super::recent::Recent;
use crate::text::Time;

/// Events of a stretch of time, judged: how many were bad, how many there were.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub bad: f64,
    pub total: f64,
}

/// What an SLI's two queries counted over one tile of time, in events, as the source told it: any
/// number, NaN too. Whether `part` is good or bad events only [`Sli::judge`](super::Sli::judge) knows.
///
/// Of an indicator without events the whole is time: samples taken for gauges, seconds for ratios.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tile {
    /// Good events where the SLI counts good ones, else bad ones ([`Sli::counts`](super::Sli::counts)).
    pub part: f64,
    /// All of them.
    pub total: f64,
}

/// One counter as scraped: which series, and its running total.
#[derive(Debug, Clone, PartialEq)]
pub struct Counter {
    /// The series' own name and labels, canonical; resets are handled per series. Of several targets each
    /// writes its address and a blank before it.
    pub series: String,
    pub value: f64,
}

impl Counter {
    /// The address of the target that shows it; empty where there is but one.
    pub(super) fn target(&self) -> &str {
        let address = self.series.split(' ').next().filter(|word| word.contains("://"));
        address.unwrap_or_default()
    }
}

/// What one poll (or one chunk of history) says of one SLO.
#[derive(Debug, Clone, PartialEq)]
pub enum Sample {
    /// A direct scrape: raw counters at the poll's instant. `part` is what the SLI counts against
    /// `total` (bad or good events); each is the whole set that its selector matched.
    Counters { part: Vec<Counter>, total: Vec<Counter> },
    /// A direct scrape of gauges, every series that the selector matched, at the poll's instant. What
    /// each is worth [`Sli::goodness`](super::Sli::goodness) says.
    Gauges { values: Vec<f64> },
    /// A Prometheus answer: consecutive tiles of `width`, the last one ending at `end`. `None` is a
    /// tile the server has no samples for. A run whose `end` is a multiple of the bucket width fills
    /// closed buckets, any other is the newest hour as seen at `end`.
    Tiles { end: Time, width: Duration, tiles: Vec<Option<Tile>> },
}

/// What a window held: its events, and how much of it was observed, in milliseconds.
///
/// Also a running sum since some fixed instant; the difference of two of them is a window.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sum {
    pub bad: f64,
    pub total: f64,
    pub observed_ms: f64,
}

impl Sum {
    /// Observed share of a window of so many milliseconds, `0..=1`.
    #[inline]
    pub fn coverage(&self, width_ms: i64) -> f64 {
        (self.observed_ms / width_ms.max(1) as f64).clamp(0.0, 1.0)
    }

    /// The running sum a `share` (`0..1`) of the way from `self` to `next`: events are taken as spread
    /// evenly over a cell, the best guess inside one.
    #[inline]
    pub(super) fn towards(self, next: Self, share: f64) -> Self {
        Self {
            bad: self.bad + share * (next.bad - self.bad),
            total: self.total + share * (next.total - self.total),
            observed_ms: self.observed_ms + share * (next.observed_ms - self.observed_ms),
        }
    }
}

impl Add for Sum {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        Self {
            bad: self.bad + other.bad,
            total: self.total + other.total,
            observed_ms: self.observed_ms + other.observed_ms,
        }
    }
}

impl Sub for Sum {
    type Output = Self;
    /// Never negative: rounding may leave a hair below zero, and counts have no sign.
    #[inline]
    fn sub(self, other: Self) -> Self {
        Self {
            bad: (self.bad - other.bad).max(0.0),
            total: (self.total - other.total).max(0.0),
            observed_ms: (self.observed_ms - other.observed_ms).max(0.0),
        }
    }
}

impl Counts {
    /// This share of them, `0..=1`.
    pub(super) fn share(self, share: f64) -> Self {
        Self { bad: self.bad * share, total: self.total * share }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.bad += other.bad;
        self.total += other.total;
    }
}

impl Sub for Counts {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { bad: self.bad - other.bad, total: self.total - other.total }
    }
}

/// Whole milliseconds of a span, small enough that adding it to an instant cannot overflow.
pub(super) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX).min(i64::MAX / 4)
}

/// A stretch of time in milliseconds since 1970, open at its start, closed at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

impl Span {
    /// Of two instants.
    pub fn between(from: Time, to: Time) -> Self {
        Self { from: from.timestamp_millis(), to: to.timestamp_millis() }
    }

    /// Milliseconds, none where it ends before it begins.
    pub fn millis(self) -> i64 {
        self.to.saturating_sub(self.from).max(0)
    }
}

/// Consecutive tiles of one width, the last one ending at `end`; already bad of total.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub end: i64,
    pub width: i64,
    pub tiles: Vec<Option<Counts>>,
}

impl Run {
    /// Whether its tiles are closed buckets.
    fn is_aligned(&self) -> bool {
        self.width == BUCKET_MS && self.end.rem_euclid(BUCKET_MS) == 0
    }

    fn start(&self) -> i64 {
        self.end.saturating_sub(self.span(self.tiles.len()))
    }

    /// Milliseconds that `tiles` of it take.
    pub(super) fn span(&self, tiles: usize) -> i64 {
        self.width.saturating_mul(i64::try_from(tiles).unwrap_or(i64::MAX))
    }

    /// End of the newest tile that holds a count.
    fn newest(&self) -> Option<i64> {
        let back = self.tiles.iter().rev().position(Option::is_some)?;
        Some(self.end.saturating_sub(self.span(back)))
    }
}

/// The place in a series where the newest hour takes over from the closed buckets.
#[derive(Debug, Clone, Copy)]
pub struct Seam {
    /// The newest count.
    pub end: i64,
    at: i64,
    /// Running sum of the closed buckets, gone on to the end by the newest hour.
    all: Sum,
    /// Running sum of the newest hour, at its end.
    now: Sum,
}

/// The counts of one SLO over time.
#[derive(Debug, Clone)]
pub struct Series {
    history: History,
    recent: Recent,
    newest: Option<i64>,
    revision: u64,
}

impl Series {
    /// Keeps `keep` of closed buckets (at most 400 days).
    pub fn new(keep: Duration) -> Self {
        Self { history: History::new(keep), recent: Recent::default(), newest: None, revision: 0 }
    }

    /// Keeps more or less from now on.
    pub fn keep(&mut self, keep: Duration) {
        self.history.keep(keep);
        self.revision += 1;
    }

    /// End of the newest observed count: where windows are anchored.
    #[inline]
    pub fn newest(&self) -> Option<i64> {
        self.newest
    }

    /// Grows with every change, so that an unchanged series need not be summed again.
    #[inline]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What a live poll counted since the one before; also spread over the buckets it overlaps.
    pub fn append(&mut self, span: Span, counts: Counts) {
        let from = span.from.max(self.newest.unwrap_or(i64::MIN));
        if span.to <= from {
            return;
        }
        self.history.spread(Span { from, to: span.to }, counts);
        // From the bucket's edge, so that the part of the bucket before the first poll is asked
        // neither of the bucket (its events would count twice) nor found observed.
        self.recent.begin(from - from.rem_euclid(BUCKET_MS));
        self.recent.push(Span { from, to: span.to }, counts);
        self.touch(span.to);
    }

    /// An answer of a Prometheus, or a chunk of history: an aligned run fills buckets; a run that is
    /// the newest data is the newest hour too. Reading again overwrites.
    pub fn fill(&mut self, run: &Run) {
        if run.is_aligned() {
            self.history.fill(run.start().div_euclid(BUCKET_MS), &run.tiles);
        }
        // An unaligned answer that was overtaken has nothing to say: the newer one covers its hour.
        if run.is_aligned() || self.recent.end().is_none_or(|end| run.end >= end) {
            self.recent.splice(run);
        }
        self.revision += 1;
        if let Some(newest) = run.newest() {
            self.touch(newest);
        }
    }

    /// Forgets what lies after `at`: the clock was set back, and that time is now lived again.
    pub fn cut(&mut self, at: i64) {
        self.history.cut(at);
        self.recent.cut(at);
        self.newest = self.newest.map(|newest| newest.min(at));
        self.revision += 1;
    }

    /// What happened after `from` up to `to`; cells cut by an edge count by their share of time.
    pub fn window(&self, span: Span) -> Sum {
        if span.from >= span.to {
            return Sum::default();
        }
        let seam = self.recent.start().map_or(span.to, |start| start.clamp(span.from, span.to));
        let old = self.history.at(seam) - self.history.at(span.from);
        old + (self.recent.at(span.to) - self.recent.at(seam))
    }

    /// Where the newest hour and the closed buckets meet, for windows that end at the newest count.
    pub fn seam(&self, closed: impl FnOnce(&History, i64) -> Sum) -> Option<Seam> {
        let end = self.newest?;
        let at = self.recent.start().map_or(end, |start| start.min(end));
        let now = self.recent.at(end);
        let all = closed(&self.history, at) + (now - self.recent.at(at));
        Some(Seam { end, at, all, now })
    }

    /// The same as [`window`](Self::window) from `start` to the newest count; running sums of closed
    /// buckets are asked of `closed`, who may remember them.
    #[inline]
    pub fn since(&self, seam: &Seam, start: i64, closed: impl FnOnce(&History, i64) -> Sum) -> Sum {
        if start >= seam.end {
            return Sum::default();
        }
        if start >= seam.at {
            return seam.now - self.recent.at(start);
        }
        seam.all - closed(&self.history, start)
    }

    /// Grows when running sums of closed buckets changed.
    #[inline]
    pub fn epoch(&self) -> u64 {
        self.history.epoch()
    }

    /// Closed buckets by their start, oldest first; `None` is a gap.
    pub fn buckets(&self, span: Span) -> impl Iterator<Item = (i64, Option<Counts>)> + '_ {
        let closed = self.newest.map_or(span.from, |newest| newest.min(span.to));
        self.history.closed(Span { from: span.from, to: closed })
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.history.heap_bytes() + self.recent.heap_bytes()
    }

    fn touch(&mut self, newest: i64) {
        self.newest = self.newest.max(Some(newest));
        self.revision += 1;
    }
}
