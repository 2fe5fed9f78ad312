//! One metrics page read for what is wanted of it. Pure: bytes in, counters out.
//!
//! A counter that cannot be counted with (NaN, negative, a gauge) costs the SLO that wants it.

use std::collections::{BTreeSet, HashSet};

use crate::slo::Counter;
use crate::slo::exposition::{self, Exposition, Kind, Sample};
use crate::slo::selector::Selector;

/// Oddities of a kind told of one page; further bad lines are counted.
const TOLD: usize = 3;

/// What one SLO counts.
#[derive(Debug)]
pub(super) struct Wants {
    pub(super) part: Selector,
    pub(super) total: Selector,
}

/// What one page gave.
#[derive(Debug)]
pub(super) struct Page {
    /// In the order of the wants.
    pub(super) found: Vec<Result<Found, String>>,
    pub(super) warnings: Vec<String>,
}

/// The series of one SLO on one page.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) part: Vec<Counter>,
    pub(super) total: Vec<Counter>,
}

impl Page {
    /// Whether the page holds any series of an SLO, countable or not.
    pub(super) fn feeds(&self, wanted: usize) -> bool {
        match self.found.get(wanted) {
            Some(Ok(found)) => !found.part.is_empty() || !found.total.is_empty(),
            Some(Err(_)) => true,
            None => false,
        }
    }
}

/// Reads the page of `url`; series are named by it, since two processes expose the same names.
pub(super) fn read(url: &str, body: &[u8], wants: &[Wants]) -> Result<Page, String> {
    let text = String::from_utf8_lossy(body);
    let page = parse(&text)?;
    let mut reader = Reader { url, page: &page, twice: BTreeSet::new() };
    let found = wants.iter().map(|wants| reader.found(wants)).collect();
    Ok(Page { found, warnings: reader.warnings() })
}

/// A whole metrics page, or why the text is none.
pub(in crate::io::sources) fn parse(text: &str) -> Result<Exposition<'_>, String> {
    let page = exposition::parse(text);
    match page.fault {
        Some(fault) => Err(describe(fault, &page)),
        None => Ok(page),
    }
}

fn describe(fault: exposition::Fault, page: &Exposition<'_>) -> String {
    match (fault, page.problems.first()) {
        (exposition::Fault::Nonsense, Some(first)) => format!("{fault}: {first}"),
        _ => fault.to_string(),
    }
}

struct Reader<'a> {
    url: &'a str,
    page: &'a Exposition<'a>,
    /// Series that the page has more than once.
    twice: BTreeSet<String>,
}

impl Reader<'_> {
    fn found(&mut self, wants: &Wants) -> Result<Found, String> {
        Ok(Found { part: self.counters(&wants.part)?, total: self.counters(&wants.total)? })
    }

    /// The counters that a selector matches; of two lines for one series the first counts.
    fn counters(&mut self, wanted: &Selector) -> Result<Vec<Counter>, String> {
        let mut seen = HashSet::new();
        let mut counters = Vec::new();
        for sample in self.page.samples.iter().filter(|sample| wanted.matches(sample)) {
            self.refuse_uncountable(sample)?;
            let series = sample.series();
            if seen.insert(series.clone()) {
                counters.push(Counter { series: format!("{} {series}", self.url), value: sample.value });
            } else {
                self.twice.insert(series);
            }
        }
        Ok(counters)
    }

    fn refuse_uncountable(&self, sample: &Sample<'_>) -> Result<(), String> {
        let why = match self.page.kind_of(&sample.name) {
            Some(Kind::Gauge) => "a gauge, no counter".to_owned(),
            _ if sample.value.is_finite() && sample.value >= 0.0 => return Ok(()),
            _ => format!("{}, which no counter can be", sample.value),
        };
        Err(format!("{}: {} is {why}", self.url, sample.series()))
    }

    fn warnings(&self) -> Vec<String> {
        let twice = self.twice.iter().take(TOLD);
        let mut told = self.bad_lines();
        told.extend(twice.map(|series| format!("{}: {series} comes twice, the first line counts", self.url)));
        told
    }

    fn bad_lines(&self) -> Vec<String> {
        let problems = &self.page.problems;
        let mut told: Vec<String> =
            problems.iter().take(TOLD).map(|problem| format!("{}: {problem}", self.url)).collect();
        let more = problems.len().saturating_sub(TOLD) + self.page.more_problems;
        if more > 0 {
            told.push(format!("{}: {more} more bad lines", self.url));
        }
        told
    }
}
