//! The buckets that a source's messages fill, summed the plain way: the yardstick for any evaluator.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use warroom::io::sources::SourceMsg;
use warroom::slo::{Sample, Sli, Slo, Tile};

use crate::rig::judged;

const WIDTH_S: i64 = 300;

/// Closed 5-minute buckets by SLO and by their end in seconds since 1970.
#[derive(Debug, Default)]
pub struct Ledger {
    buckets: HashMap<String, BTreeMap<i64, Tile>>,
}

impl Ledger {
    /// Takes in what a message fills; a run that ends between two bucket boundaries fills nothing.
    pub fn hear(&mut self, message: SourceMsg) {
        match message {
            SourceMsg::Backfill(piece) => {
                self.fill(&piece.subject.to_string(), piece.sample.expect("a piece of history"));
            }
            SourceMsg::Polled(polled) => {
                for (subject, sample) in polled.answers.expect("an answering source") {
                    self.fill(&subject.to_string(), sample.expect("a sample"));
                }
            }
            SourceMsg::Change(_) | SourceMsg::Signals(_) | SourceMsg::Alerts(_) => {}
        }
    }

    fn fill(&mut self, slo: &str, sample: Sample) {
        let Sample::Tiles { end, tiles, .. } = sample else { panic!("tiles expected") };
        if end.timestamp_millis() % (WIDTH_S * 1_000) != 0 {
            return;
        }
        let buckets = self.buckets.entry(slo.to_owned()).or_default();
        let ends = (0..).map(|back| end.timestamp() - back * WIDTH_S);
        let filled = ends.zip(tiles.into_iter().rev()).filter_map(|(end, tile)| Some((end, tile?)));
        buckets.extend(filled);
    }

    /// The end of the newest bucket of an SLO.
    pub fn newest(&self, slo: &str) -> i64 {
        *self.buckets[slo].last_key_value().expect("a bucket").0
    }

    /// Share of bad events over a window that ends at a bucket's end.
    pub fn ratio(&self, slo: &Slo, end: i64, window: Duration) -> f64 {
        let start = end - window.as_secs().cast_signed();
        ratio(&slo.sli, self.buckets[&slo.id].range(start + 1..=end).map(|(_, tile)| *tile))
    }
}

/// Bad ÷ total of some tiles, each judged by itself.
pub fn ratio(sli: &Sli, tiles: impl Iterator<Item = Tile>) -> f64 {
    let counts = tiles.map(|tile| judged(sli, tile).expect("a count"));
    let (bad, total) =
        counts.fold((0.0, 0.0), |(bad, total), counts| (bad + counts.bad, total + counts.total));
    bad / total
}
