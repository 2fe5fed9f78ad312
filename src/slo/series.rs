//! What sources deliver, and the buckets it is kept in.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::text::Time;

/// Events of a stretch of time: how many were bad, how many there were.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub bad: f64,
    pub total: f64,
}

/// One counter as scraped: which series, and its running total.
#[derive(Debug, Clone, PartialEq)]
pub struct Counter {
    /// The series' own name and labels, canonical; resets are handled per series.
    pub series: String,
    pub value: f64,
}

/// What one poll (or one chunk of history) says of one SLO.
#[derive(Debug, Clone, PartialEq)]
pub enum Sample {
    /// A direct scrape: raw counters at the poll's instant. `part` is what the SLI counts against
    /// `total` (bad or good events); each is the whole set that its selector matched.
    Counters { part: Vec<Counter>, total: Vec<Counter> },
    /// A Prometheus answer: counts of consecutive tiles of `width`, the last one ending at `end`.
    /// `None` is a tile the server has no samples for. A run whose `end` is a multiple of the bucket
    /// width fills closed buckets, any other is the newest hour as seen at `end`.
    Tiles { end: Time, width: Duration, tiles: Vec<Option<Counts>> },
}
