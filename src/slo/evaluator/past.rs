//! What may be asked of the past of a row: what it spent, its buckets, its burn slice by slice.

use std::time::Duration;

use super::{Evaluator, Place};
use crate::slo::budget::Spent;
use crate::slo::part::Part;
use crate::slo::series::{Counts, Span, Sum, millis};
use crate::slo::track::Track;
use crate::text::Time;

/// More points than any screen has columns.
const POINTS: usize = 4096;
/// The longest stretch a sparkline can span: more than any history.
const STRETCH: Duration = Duration::from_hours(400 * 24);

impl Evaluator {
    /// What the stretch from `from` to `to` took out of an SLO's budget, as far as it was observed;
    /// `None` where nothing of it was.
    pub fn spent(&self, slo: &str, from: Time, to: Time) -> Option<Spent> {
        self.track(slo)?.spent(Span::between(from, to))
    }

    /// Burn rates of `points` equal slices of the `window` before the last `evaluate`, the newest
    /// last; `None` for a slice without events.
    pub fn sparkline(&self, slo: &str, window: Duration, points: usize) -> Vec<Option<f64>> {
        let points = points.min(POINTS);
        let (Some(track), Some(now)) = (self.track(slo), self.now) else { return vec![None; points] };
        let end = now.timestamp_millis();
        let whole = Span { from: end - millis(window.min(STRETCH)), to: end };
        slices(whole, points).map(|slice| track.burn(slice)).collect()
    }

    /// What each of `points` equal slices between two instants held, the oldest first; a slice without
    /// observation has no `observed_ms`. Of a journey the events of all components.
    pub fn slices(&self, slo: &str, from: Time, to: Time, points: usize) -> Vec<Sum> {
        let points = points.clamp(1, POINTS);
        let Some(track) = self.track(slo) else { return vec![Sum::default(); points] };
        slices(Span::between(from, to), points).map(|slice| track.slice(slice)).collect()
    }

    /// The closed five-minute buckets that begin at or after `from` and end by `to`, by their start,
    /// the oldest first; `None` is a gap. Bad events are bad ones whatever the SLI counts. A journey has
    /// none of its own, its components do: `id/name`.
    pub fn buckets(&self, slo: &str, from: Time, to: Time) -> Vec<(Time, Option<Counts>)> {
        let Some(part) = self.part(slo) else { return Vec::new() };
        let buckets = part.ground.intake.series.buckets(Span::between(from, to));
        buckets.filter_map(|(start, counts)| Some((Time::from_timestamp_millis(start)?, counts))).collect()
    }

    /// Bytes that an SLO's history takes on the heap.
    pub fn history_bytes(&self, slo: &str) -> usize {
        let parts = self.track(slo).map_or(&[] as &[Part], |track| &track.parts);
        parts.iter().map(|part| part.ground.intake.series.heap_bytes()).sum()
    }

    fn track(&self, slo: &str) -> Option<&Track> {
        self.tracks.get(self.places.get(slo)?.track)
    }

    fn part(&self, slo: &str) -> Option<&Part> {
        let Place { track, part } = self.places.get(slo)?;
        self.tracks.get(*track)?.parts.get((*part)?)
    }
}

/// Equal slices of a stretch, the oldest first.
fn slices(whole: Span, points: usize) -> impl Iterator<Item = Span> {
    let count = signed(points.max(1));
    let edge = move |slice: usize| whole.from + (whole.to - whole.from) * signed(slice) / count;
    (0..points).map(move |slice| Span { from: edge(slice), to: edge(slice + 1) })
}

fn signed(count: usize) -> i64 {
    (count as u64).cast_signed()
}
