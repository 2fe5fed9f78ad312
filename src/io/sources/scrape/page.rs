//! One metrics page read for what is wanted of it. Pure: samples in, each group's series out.
//!
//! A counter that cannot be counted with (NaN, negative, a gauge) costs the indicator that wants it.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use crate::slo::exposition::{self, Dialect, Exposition, Kind, Sample};
use crate::slo::selector::Selector;
use crate::slo::{Counter, Group};
use crate::text::{Time, when};

/// Oddities of a kind told of one page; further bad lines are counted.
const TOLD: usize = 3;
/// A sample that is older by its own timestamp is not of now; Prometheus looks back as far.
const LOOKBACK: Duration = Duration::from_mins(5);

/// What one indicator asks of a page.
#[derive(Debug)]
pub struct Wants {
    pub series: Wanted,
    /// Labels that split it into groups.
    pub by: Vec<String>,
}

#[derive(Debug)]
pub enum Wanted {
    Counters { part: Selector, total: Selector },
    Gauges(Selector),
}

impl Wanted {
    fn selectors(&self) -> impl Iterator<Item = &Selector> {
        let (first, second) = match self {
            Self::Counters { part, total } => (part, Some(total)),
            Self::Gauges(values) => (values, None),
        };
        std::iter::once(first).chain(second)
    }
}

/// What one page gave.
#[derive(Debug)]
pub struct Page {
    /// In the order of the wants.
    pub found: Vec<Result<Groups, String>>,
    pub warnings: Vec<String>,
}

/// The series of one indicator, group by group.
pub type Groups = BTreeMap<Group, Found>;

/// The series of one group.
#[derive(Debug, Default)]
pub struct Found {
    pub part: Vec<Counter>,
    /// Of counters the total; of gauges all there is.
    pub whole: Vec<Counter>,
}

impl Page {
    /// Whether the page holds any series of an indicator, countable or not.
    pub fn feeds(&self, wanted: usize) -> bool {
        self.found.get(wanted).is_some_and(|found| found.as_ref().map_or(true, |groups| !groups.is_empty()))
    }

    /// Finds what is wanted on a page that was read; `url` names its series, since two processes expose
    /// the same names.
    pub fn of(url: &str, page: &Exposition<'_>, wants: &[Wants]) -> Self {
        let mut reader = Reader { url, page, metrics: metrics(page), twice: BTreeSet::new() };
        let found = wants.iter().map(|wants| reader.found(wants)).collect();
        Self { found, warnings: reader.warnings() }
    }
}

/// Reads the page of `url`, which its server may have called by name. Samples that say of themselves that
/// they are old are left out, as a Prometheus does: their target is gone, and the page only remembers it.
pub fn read(
    url: &str,
    (body, dialect): (&[u8], Option<Dialect>),
    wants: &[Wants],
    now: Time,
) -> Result<Page, String> {
    let text = String::from_utf8_lossy(body);
    let asked = Asked::of(wants);
    let dialect = dialect.unwrap_or_else(|| Dialect::of(&text));
    let oldest = when::before(now, LOOKBACK).timestamp_millis();
    let old = Cell::new(0_usize);
    let page = exposition::parse_only(&text, dialect, |sample| {
        let is_old = sample.timestamp.is_some_and(|at| at < oldest);
        let is_asked = asked.wants(sample);
        old.set(old.get() + usize::from(is_asked && is_old));
        is_asked && !is_old
    });
    let mut page = Page::of(url, &whole(page)?, wants);
    if old.get() > 0 {
        let left_out =
            format!("{url}: {} samples left out: by their own timestamps older than 5 minutes", old.get());
        page.warnings.push(left_out);
    }
    Ok(page)
}

/// A whole page, or why the text is none.
pub fn parse(text: &str, dialect: Option<Dialect>) -> Result<Exposition<'_>, String> {
    whole(exposition::parse_as(text, dialect.unwrap_or_else(|| Dialect::of(text))))
}

fn whole(page: Exposition<'_>) -> Result<Exposition<'_>, String> {
    match page.fault {
        Some(fault) => Err(describe(fault, &page)),
        None => Ok(page),
    }
}

/// What any indicator wants: metrics by name, and what selectors without a name match.
#[derive(Debug, Default)]
struct Asked<'a> {
    metrics: HashSet<&'a str>,
    nameless: Vec<&'a Selector>,
}

impl<'a> Asked<'a> {
    fn of(wants: &'a [Wants]) -> Self {
        let mut asked = Self::default();
        for selector in wants.iter().flat_map(|wants| wants.series.selectors()) {
            match selector.metric() {
                Some(metric) => _ = asked.metrics.insert(metric),
                None => asked.nameless.push(selector),
            }
        }
        asked
    }

    fn wants(&self, sample: &Sample<'_>) -> bool {
        self.metrics.contains(&*sample.name) || self.nameless.iter().any(|selector| selector.matches(sample))
    }
}

fn describe(fault: exposition::Fault, page: &Exposition<'_>) -> String {
    match (fault, page.problems.first()) {
        (exposition::Fault::Nonsense, Some(first)) => format!("{fault}: {first}"),
        _ => fault.to_string(),
    }
}

/// Every metric's samples, so that an indicator looks at its own metric and not at the whole page.
type Metrics<'a> = HashMap<&'a str, Vec<&'a Sample<'a>>>;

fn metrics<'a>(page: &'a Exposition<'_>) -> Metrics<'a> {
    let mut metrics = Metrics::new();
    for sample in &page.samples {
        metrics.entry(&sample.name).or_default().push(sample);
    }
    metrics
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Counts,
    Gauges,
}

struct Reader<'a> {
    url: &'a str,
    page: &'a Exposition<'a>,
    metrics: Metrics<'a>,
    /// Series that the page has more than once.
    twice: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn found(&mut self, wants: &Wants) -> Result<Groups, String> {
        let mut groups = Groups::new();
        let (whole, how) = match &wants.series {
            Wanted::Counters { part, total } => {
                for (group, counter) in self.series(part, &wants.by, Use::Counts)? {
                    groups.entry(group).or_default().part.push(counter);
                }
                (total, Use::Counts)
            }
            Wanted::Gauges(values) => (values, Use::Gauges),
        };
        for (group, counter) in self.series(whole, &wants.by, how)? {
            groups.entry(group).or_default().whole.push(counter);
        }
        Ok(groups)
    }

    /// The series that a selector matches; of two lines for one series the first counts.
    fn series(
        &mut self,
        wanted: &Selector,
        by: &[String],
        how: Use,
    ) -> Result<Vec<(Group, Counter)>, String> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for sample in self.matched(wanted) {
            self.refuse(sample, how)?;
            let series = sample.series();
            if seen.insert(series.clone()) {
                let counter = Counter { series: format!("{} {series}", self.url), value: sample.value };
                found.push((group(sample, by), counter));
            } else {
                self.twice.insert(series);
            }
        }
        Ok(found)
    }

    fn matched(&self, wanted: &Selector) -> Vec<&'a Sample<'a>> {
        let matches = |sample: &&Sample<'_>| wanted.matches(sample);
        match wanted.metric() {
            Some(metric) => self.metrics.get(metric).into_iter().flatten().copied().filter(matches).collect(),
            None => self.page.samples.iter().filter(matches).collect(),
        }
    }

    fn refuse(&self, sample: &Sample<'_>, how: Use) -> Result<(), String> {
        let why = match (how, self.page.kind_of(&sample.name)) {
            (Use::Gauges, Some(Kind::Counter)) => {
                "a counter, no gauge (count its events with bad or good, and total)".to_owned()
            }
            (Use::Gauges, _) => return Ok(()),
            (Use::Counts, Some(Kind::Gauge | Kind::GaugeHistogram)) => "a gauge, no counter".to_owned(),
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

/// The group of a series: a label that it does not carry is the empty text.
fn group(sample: &Sample<'_>, by: &[String]) -> Group {
    Group::new(by.iter().map(|name| (name.clone(), sample.label(name).to_owned())))
}
