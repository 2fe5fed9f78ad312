//! The way of a sample into an SLO's series: checked, judged as bad of total, and never half trusted.
//!
//! What cannot be a count never enters; it costs its tile or its poll, and the reason is told.

use std::time::Duration;

use super::counters::{Counters, Scrape};
use super::gauges;
use super::history::BUCKET_MS;
use super::series::{Counter, Counts, Run, Sample, Series, Span, Tile, millis};
use super::sli::{Judged, Method, Share, Sli};
use super::slicer::Slicer;
use crate::text::Time;

const NARROWEST_TILE: Duration = Duration::from_secs(1);
const WIDEST_TILE: Duration = Duration::from_hours(24);

/// What an SLO has been told so far.
#[derive(Debug, Clone)]
pub struct Intake {
    pub series: Series,
    counters: Counters,
    /// When gauges were last seen, and could be judged.
    looked: Option<i64>,
    slicer: Slicer,
    /// A longer pause between two scrapes is a gap.
    pub pause: Duration,
}

impl Intake {
    pub fn new(method: Method, keep: Duration, pause: Duration) -> Self {
        Self {
            series: Series::new(keep),
            counters: Counters::default(),
            looked: None,
            slicer: Slicer::new(method),
            pause,
        }
    }

    /// How far the newest count is behind the newest poll: a slice of scrapes is told when it is over.
    pub fn lag(&self) -> Duration {
        self.slicer.lag()
    }

    /// Takes a sample that arrived at `at`; what is sound in it is kept even where `Err` names a fault.
    pub fn take(&mut self, sli: &Sli, at: Time, sample: Sample) -> Result<(), String> {
        let at = at.timestamp_millis();
        match sample {
            Sample::Counters { part, total } => self.scrape(sli, at, &part, &total),
            Sample::Gauges { values } => self.look(sli, at, &values),
            Sample::Tiles { end, width, tiles } => {
                self.rewind(at.saturating_add(BUCKET_MS));
                let mut judge = Judge { sli, fault: None };
                let tiles = tiles.into_iter().map(|tile| judge.tile(tile)).collect();
                let run = run(at, end, width, tiles)?;
                judge.missing(&run, &self.series);
                self.series.fill(&run);
                judge.fault.map_or(Ok(()), Err)
            }
        }
    }

    /// Puts closed buckets back as [`Series::buckets`] gave them: already bad of total.
    pub fn restore(&mut self, end: Time, buckets: Vec<Option<Counts>>) {
        let sound = |tile: &Counts| {
            let Counts { bad, total } = *tile;
            (0.0..=total).contains(&bad) && total.is_finite()
        };
        let tiles = buckets.into_iter().map(|tile| tile.filter(sound)).collect();
        self.series.fill(&Run { end: end.timestamp_millis(), width: BUCKET_MS, tiles });
    }

    fn scrape(&mut self, sli: &Sli, at: i64, part: &[Counter], total: &[Counter]) -> Result<(), String> {
        self.rewind(at);
        let growth = self.counters.poll(at, &Scrape { part, total }, millis(self.pause))?;
        let Some(growth) = growth else { return Ok(()) };
        let mut judge = Judge { sli, fault: None };
        if let Some(counts) = judge.counts(growth.part, growth.total) {
            self.append(growth.span, counts);
        }
        judge.fault.map_or(Ok(()), Err)
    }

    /// What gauges show now speaks for the time since they were last seen: the whole is seconds. After a
    /// longer pause nobody knows, and what cannot be judged leaves a gap.
    fn look(&mut self, sli: &Sli, at: i64, values: &[f64]) -> Result<(), String> {
        self.rewind(at);
        let good = gauges::goodness(sli, values)?;
        let last = self.looked.replace(at);
        let span = last.map(|from| Span { from, to: at });
        if let Some(span) = span.filter(|span| span.from < at && span.millis() <= millis(self.pause)) {
            let total = span.millis() as f64 / 1000.0;
            self.append(span, Counts { bad: (1.0 - good) * total, total });
        }
        Ok(())
    }

    fn append(&mut self, span: Span, counts: Counts) {
        let series = &mut self.series;
        self.slicer.add(span, counts, |span, counts| series.append(span, counts));
    }

    /// Data ahead of the clock: the clock was set back, and that time is lived again.
    fn rewind(&mut self, latest: i64) {
        if self.series.newest().is_some_and(|newest| newest > latest) {
            self.series.cut(latest);
        }
    }
}

fn run(at: i64, end: Time, width: Duration, tiles: Vec<Option<Counts>>) -> Result<Run, String> {
    if !(NARROWEST_TILE..=WIDEST_TILE).contains(&width) {
        return Err(format!("answer: tiles of {width:?}: not between a second and a day (check the source)"));
    }
    let end = end.timestamp_millis();
    if end > at.saturating_add(BUCKET_MS) {
        return Err(
            "answer: it ends in the future: left out (compare the clocks of both machines)".to_owned()
        );
    }
    Ok(Run { end, width: millis(width), tiles })
}

/// Judges counts by an SLI, and remembers the first fault.
struct Judge<'a> {
    sli: &'a Sli,
    fault: Option<String>,
}

impl Judge<'_> {
    fn tile(&mut self, tile: Option<Tile>) -> Option<Counts> {
        tile.and_then(|tile| self.counts(tile.part, tile.total))
    }

    fn counts(&mut self, part: f64, total: f64) -> Option<Counts> {
        match self.sli.judge(part, total) {
            Judged::Sound(counts) => Some(counts),
            Judged::Capped(counts) => {
                self.say(|word| {
                    format!("{word} events: {part} of {total}: more than all (do both queries match the same series?)")
                });
                Some(counts)
            }
            Judged::Uncountable => {
                self.say(|word| {
                    format!("{word} events: {part} of {total}: not a count, left out (check the query)")
                });
                None
            }
        }
    }

    /// A newest tile without samples deserves a word: it is why the row will go stale.
    fn missing(&mut self, run: &Run, series: &Series) {
        let newest = series.newest().is_none_or(|newest| run.end >= newest);
        if newest && run.tiles.last().is_some_and(Option::is_none) {
            let why = self.sli.absence();
            self.say(|_| why.to_owned());
        }
    }

    fn say(&mut self, fault: impl FnOnce(&str) -> String) {
        let word = match self.sli.counts() {
            Share::Bad => "bad",
            Share::Good => "good",
        };
        self.fault.get_or_insert_with(|| fault(word));
    }
}
