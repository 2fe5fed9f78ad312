//! Time slices of direct scrapes: what is counted between polls, gathered slice by slice of the clock.
//!
//! A Prometheus counts slices itself. A slice is told when it is over, and only if half of it was seen; one
//! without events is measured and is neither good nor bad.

use std::time::Duration;

use super::series::{Counts, Span, millis};
use super::sli::Method;

/// Slack on a target, relative: nine of ten is not below 0.9 for a rounding error.
const ROUNDING: f64 = 1e-9;

/// The slice under way.
#[derive(Debug, Clone)]
pub struct Slicer {
    method: Method,
    start: i64,
    seen: i64,
    counts: Counts,
    /// Until when there is anything, and until when it was told.
    upto: i64,
    told: i64,
}

impl Slicer {
    pub fn new(method: Method) -> Self {
        Self { method, start: 0, seen: 0, counts: Counts::default(), upto: 0, told: 0 }
    }

    /// Adds what happened in a span, spread evenly. Each slice that ends in it is told as one event, as
    /// good as the method finds it; where the method has no slices, the span is told as it is.
    pub fn add(&mut self, span: Span, counts: Counts, mut tell: impl FnMut(Span, Counts)) {
        let Some(width) = self.width() else { return tell(span, counts) };
        let mut from = span.from;
        while from < span.to {
            let start = from - from.rem_euclid(width);
            let to = span.to.min(start + width);
            self.gather(start, to - from, counts.share((to - from) as f64 / span.millis() as f64));
            if to == start + width && self.seen * 2 >= width {
                tell(Span { from: start, to }, self.judged());
                self.told = to;
            }
            from = to;
        }
        self.upto = span.to;
    }

    /// How far the newest slice is behind the newest poll. No more: a source that is silent for the rest of
    /// a long slice is stale as soon as any other.
    pub fn lag(&self) -> Duration {
        let behind = if self.told > 0 { self.upto - self.told } else { 0 };
        Duration::from_millis(u64::try_from(behind).unwrap_or(0))
    }

    fn width(&self) -> Option<i64> {
        match self.method {
            Method::Occurrences => None,
            Method::Timeslices { slice, .. } | Method::RatioTimeslices { slice } => {
                Some(millis(slice).max(1000))
            }
        }
    }

    fn gather(&mut self, start: i64, seen: i64, counts: Counts) {
        if self.start != start {
            (self.start, self.seen, self.counts) = (start, 0, Counts::default());
        }
        self.seen += seen;
        self.counts += counts;
    }

    /// The slice as one event.
    fn judged(&self) -> Counts {
        let Counts { bad, total } = self.counts;
        if total <= 0.0 {
            return Counts::default();
        }
        let bad = match self.method {
            Method::Timeslices { target, .. } => {
                f64::from(u8::from(1.0 - bad / total < target * (1.0 - ROUNDING)))
            }
            Method::Occurrences | Method::RatioTimeslices { .. } => bad / total,
        };
        Counts { bad, total: 1.0 }
    }
}
