//! A run of the system's lines while it is gathered.

use std::ops::Range;

use crate::incident::timeline::tally::Tally;
use crate::incident::{Entry, Weight};

/// Lines of the system without a word of anybody between them.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub key: u64,
    pub places: Range<usize>,
    /// Not folded: its entries are rows.
    pub open: bool,
    pub facts: usize,
    pub first_fact: usize,
    pub last_fact: usize,
    /// Of everything before the last fact.
    pub earlier: Tally,
    pub all: Tally,
}

impl Run {
    pub fn begin(key: u64, at: usize, open: bool) -> Self {
        let (earlier, all) = (Tally::default(), Tally::default());
        Self { key, places: at..at, open, facts: 0, first_fact: at, last_fact: at, earlier, all }
    }

    pub fn take(&mut self, at: usize, entry: &Entry) {
        self.places.end = at + 1;
        if entry.weight() == Weight::Fact {
            if self.facts == 0 {
                self.first_fact = at;
            }
            self.facts += 1;
            (self.last_fact, self.earlier) = (at, self.all);
        }
        self.all.count(entry);
    }
}
