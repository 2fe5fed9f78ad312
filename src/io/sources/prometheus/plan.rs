//! Which stretches of time a Prometheus is asked for, and what its columns mean. Pure numbers.
//!
//! Everything is asked tile by tile, a tile being one bucket of the history. A poll asks for the one
//! tile that ends now. The first poll after each boundary of the buckets asks for the last closed ones
//! instead, and the next one follows at once: what came after the boundary is not to wait for an interval.
//!
//! How exact that is: the newest five minutes are always what PromQL itself says, and so is any window
//! at a boundary, within 1 %. Between two boundaries a longer window may begin inside a bucket that was
//! never seen in parts (it closed before the console began, or more than an hour ago); its events are
//! taken as evenly spread. With steady traffic that is right within 1 %, too. A burst shorter than the
//! bucket may be counted in the wrong minute of it: the window is off by the bad events of the two buckets that its
//! edges cut at the most, for five minutes at the most.

use std::time::Duration;

use crate::slo::{Sample, Tile};
use crate::text::{Time, when};

/// Width of a tile: the bucket of the history.
pub(super) const WIDTH: Duration = Duration::from_mins(5);
pub(super) const WIDTH_S: u64 = 300;
/// Tiles read at a boundary: the bucket that just closed, and three before it for late data.
const LATE_TILES: usize = 4;
/// How far such a poll reaches back; what was missed before that is a gap to fill.
pub(super) const REACH: Duration = Duration::from_mins(20);
/// Tiles of the first piece of history (a day), so that the fast windows are there at once, and of
/// every other piece (a week); a server gives at most 11,000 points a series.
const FIRST_PIECE: usize = 288;
const PIECE: usize = 7 * 288;
/// A range is not split finer than this: three hours.
const FINEST: usize = 36;

/// Consecutive tiles, the last one ending at `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Run {
    pub(super) end: Time,
    pub(super) tiles: usize,
}

impl Run {
    /// The end of the first tile.
    pub(super) fn start(&self) -> Time {
        let steps = u32::try_from(self.tiles.saturating_sub(1)).unwrap_or(u32::MAX);
        when::before(self.end, WIDTH.saturating_mul(steps))
    }

    /// Its newer and its older half; `None` where it is short enough for any server.
    pub(super) fn halves(self) -> Option<(Self, Self)> {
        let newer = Self { tiles: self.tiles / 2, ..self };
        let older = Self { end: when::before(newer.start(), WIDTH), tiles: self.tiles - newer.tiles };
        (self.tiles > FINEST).then_some((newer, older))
    }

    /// Whether it fills closed buckets.
    pub(super) fn is_closed(self) -> bool {
        self.end == closed(self.end)
    }
}

/// The newest end of a bucket that is not after `now`.
pub(super) fn closed(now: Time) -> Time {
    let width = WIDTH_S.cast_signed();
    Time::from_timestamp(now.timestamp().div_euclid(width) * width, 0).unwrap_or(now)
}

/// What one poll asks for. Where a bucket has closed since `filled_to`, the run ends there and so
/// fills closed buckets, late data of those before it included; else it is the newest tile.
pub(super) fn poll_run(now: Time, filled_to: Time) -> Run {
    let boundary = closed(now);
    if boundary > filled_to { Run { end: boundary, tiles: LATE_TILES } } else { Run { end: now, tiles: 1 } }
}

/// The pieces that cover the buckets after `from` up to `to`, the newest first.
pub(super) fn pieces(from: Time, to: Time) -> Vec<Run> {
    let end = closed(to);
    let mut left =
        usize::try_from((end - from).num_seconds().max(0) / WIDTH_S.cast_signed()).unwrap_or(usize::MAX);
    let mut pieces = Vec::new();
    let mut end = end;
    while left > 0 {
        let size = if pieces.is_empty() { FIRST_PIECE } else { PIECE };
        let run = Run { end, tiles: left.min(size) };
        end = when::before(run.start(), WIDTH);
        left -= run.tiles;
        pieces.push(run);
    }
    pieces
}

/// Tiles of two columns of `run`. Without a total a tile is not observed; with a total and without a
/// part the part is zero, since a series that counts what never happened does not exist. What is no
/// count (NaN, a part above its total) goes on as it came: it is judged, and said, where the SLI is
/// known.
pub(super) fn tiles(run: Run, part: Scaled<'_>, total: Scaled<'_>) -> Sample {
    let tile = |at| Some(Tile { total: total.at(at)?, part: part.at(at).unwrap_or(0.0) });
    Sample::Tiles { end: run.end, width: WIDTH, tiles: (0..run.tiles).map(tile).collect() }
}

/// One value a tile, still to be multiplied; no values where the server knows no such series.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scaled<'a> {
    pub(super) values: &'a [Option<f64>],
    pub(super) scale: f64,
}

impl Scaled<'_> {
    fn at(&self, tile: usize) -> Option<f64> {
        self.values.get(tile).copied().flatten().map(|value| value * self.scale)
    }
}

#[cfg(test)]
mod tests;
