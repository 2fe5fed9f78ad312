//! Signals out of metrics pages: rates between two polls, series by series so that a restart is no
//! spike; percentiles from what the buckets grew by; gauges as they stand.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::{Answers, Signal, quantile};
use crate::slo::counters::Side;
use crate::slo::exposition::{Exposition, Kind, Sample};
use crate::slo::preset::{Across, Full, Load, LoadKind, Service};
use crate::slo::selector::{BadSelector, Selector};
use crate::slo::series::{Counter, millis};
use crate::text::Time;

/// One target's page, or why it could not be read.
#[derive(Debug, Clone, Copy)]
pub struct PageOf<'p> {
    pub target: &'p str,
    pub page: Result<&'p Exposition<'p>, &'p str>,
}

/// What one service's signals are counted with, and the counters of the last good poll.
#[derive(Debug, Clone)]
pub struct Meter {
    signals: Vec<Signal>,
    requests: Option<Series>,
    errors: Option<Series>,
    buckets: Option<(Series, f64)>,
    loads: Vec<LoadMeter>,
    polled: Option<i64>,
    /// Targets whose pages held any of its series when they last answered.
    fed_by: BTreeSet<String>,
}

#[derive(Debug, Clone)]
struct LoadMeter {
    load: Load,
    value: Series,
    full: Vec<Series>,
}

/// The series of one selector.
#[derive(Debug, Clone)]
struct Series {
    selector: Selector,
    kind: LoadKind,
    side: Side,
}

/// One poll: the pages that were read, and how long after the last one.
struct Look<'p> {
    at: i64,
    pause: i64,
    /// Seconds since the last good poll; `None` at first sight and after a long pause.
    elapsed_s: Option<f64>,
    /// Targets that fed it at the last good poll.
    watched: &'p BTreeSet<String>,
    pages: Vec<(&'p str, &'p Exposition<'p>)>,
}

/// A series on a page, and what it is worth: a gauge's value, a counter's growth a second.
struct Found<'p> {
    target: &'p str,
    sample: &'p Sample<'p>,
    value: f64,
}

/// What a selector found; `None` where growth is not known yet.
type Finds<'p> = Result<Option<Vec<Found<'p>>>, String>;

impl Meter {
    pub fn new(service: &Service) -> Result<Self, BadSelector> {
        let counter = |text: Option<&String>| text.map(|text| Series::new(text, LoadKind::Rate)).transpose();
        let buckets = service.duration.as_ref();
        let buckets = buckets.map(|times| {
            let series = Series::new(&times.part("_bucket"), LoadKind::Rate)?;
            Ok((series, times.unit.seconds()))
        });
        Ok(Self {
            signals: Signal::of(service),
            requests: counter(service.counted().as_ref())?,
            errors: counter(service.errors.as_ref())?,
            buckets: buckets.transpose()?,
            loads: service.loads.iter().map(LoadMeter::new).collect::<Result<_, _>>()?,
            polled: None,
            fed_by: BTreeSet::new(),
        })
    }

    /// Reads the pages of one poll. After a pause longer than `pause` counters are only remembered:
    /// nobody knows when they grew. A target that fed it and fails makes every signal unknown, since a
    /// part would be shown as the whole.
    pub fn read(&mut self, at: Time, pages: &[PageOf<'_>], pause: Duration) -> Answers {
        if let Some(why) = self.missing(pages) {
            return self.signals.iter().map(|signal| (*signal, Err(why.clone()))).collect();
        }
        let (at, pause) = (at.timestamp_millis(), millis(pause));
        let elapsed = self.polled.replace(at).map(|last| at - last);
        let elapsed = elapsed.filter(|elapsed| (1..=pause).contains(elapsed));
        let pages: Vec<_> = pages.iter().filter_map(|of| Some((of.target, of.page.ok()?))).collect();
        let watched = self.learn(&pages);
        let elapsed_s = elapsed.map(|elapsed| elapsed as f64 / 1e3);
        let look = Look { at, pause, elapsed_s, watched: &watched, pages };
        let mut answers = Answers::new();
        if let Some(series) = &mut self.requests {
            answers.insert(Signal::Rate, series.sum(&look));
        }
        if let Some(series) = &mut self.errors {
            answers.insert(Signal::Errors, series.sum(&look));
        }
        if let Some((series, tick)) = &mut self.buckets {
            answers.extend(percentiles(series.find(&look), *tick));
        }
        let loads = self.loads.iter_mut().enumerate();
        answers.extend(loads.map(|(place, meter)| (Signal::Load(place), meter.read(&look))));
        answers
    }

    /// Why a page that it needs is not there; while nobody knows which it needs, any.
    fn missing(&self, pages: &[PageOf<'_>]) -> Option<String> {
        let needed = |of: &&PageOf<'_>| self.fed_by.is_empty() || self.fed_by.contains(of.target);
        pages.iter().filter(needed).find_map(|of| of.page.err()).map(str::to_owned)
    }

    /// Remembers which targets feed it; says which did before.
    fn learn(&mut self, pages: &[(&str, &Exposition<'_>)]) -> BTreeSet<String> {
        let loads = self.loads.iter().flat_map(|meter| std::iter::once(&meter.value).chain(&meter.full));
        let counted = self.requests.iter().chain(&self.errors);
        let buckets = self.buckets.iter().map(|(series, _)| series);
        let series: Vec<&Series> = counted.chain(buckets).chain(loads).collect();
        let feeds = |page: &Exposition<'_>| {
            page.samples.iter().any(|sample| series.iter().any(|series| series.selector.matches(sample)))
        };
        let fed = pages.iter().filter(|(_, page)| feeds(page)).map(|(target, _)| (*target).to_owned());
        let fed_by = fed.collect();
        std::mem::replace(&mut self.fed_by, fed_by)
    }
}

impl Series {
    fn new(text: &str, kind: LoadKind) -> Result<Self, BadSelector> {
        Ok(Self { selector: Selector::parse(text)?, kind, side: Side::default() })
    }

    /// The sum of all series; `None` where none matches.
    fn sum(&mut self, look: &Look<'_>) -> Result<Option<f64>, String> {
        Ok(self.find(look)?.and_then(|found| sum(&found)))
    }

    fn find<'p>(&mut self, look: &Look<'p>) -> Finds<'p> {
        let mut found = Vec::new();
        for (target, page) in &look.pages {
            for sample in &page.samples {
                if self.selector.matches(sample) {
                    let value = self.worth(look, (target, page), sample)?;
                    found.push(Found { target, sample, value });
                }
            }
        }
        let is_known = self.kind == LoadKind::Gauge || look.elapsed_s.is_some();
        Ok(is_known.then_some(found))
    }

    fn worth(
        &mut self,
        look: &Look<'_>,
        (target, page): (&str, &Exposition<'_>),
        sample: &Sample<'_>,
    ) -> Result<f64, String> {
        if self.kind == LoadKind::Gauge {
            return Ok(sample.value);
        }
        let is_count = sample.value.is_finite() && sample.value >= 0.0;
        if !is_count || page.kind_of(&sample.name) == Some(Kind::Gauge) {
            return Err(format!("{target}: {} is no counter (kind = \"gauge\"?)", sample.series()));
        }
        let counter = Counter { series: format!("{target} {}", sample.series()), value: sample.value };
        let growth = self.side.growth(&[counter], look.at, look.pause, |_| look.watched.contains(target));
        Ok(look.elapsed_s.map_or(0.0, |elapsed| growth / elapsed))
    }
}

/// The percentiles of what the buckets of all series grew by.
fn percentiles(found: Finds<'_>, tick: f64) -> Vec<(Signal, Result<Option<f64>, String>)> {
    let buckets = found.map(|found| found.map(|found| buckets(&found)));
    [Signal::P50, Signal::P95, Signal::P99]
        .into_iter()
        .map(|signal| {
            let at = |buckets: &Vec<(f64, f64)>| Some(quantile(signal.quantile()?, buckets)? * tick);
            (signal, buckets.clone().map(|buckets| buckets.as_ref().and_then(at)))
        })
        .collect()
}

/// Upper bounds with what was counted at or below them. A series without a readable bound counts nowhere.
fn buckets(found: &[Found<'_>]) -> Vec<(f64, f64)> {
    found.iter().filter_map(|one| Some((one.sample.label("le").parse().ok()?, one.value))).collect()
}

impl LoadMeter {
    fn new(load: &Load) -> Result<Self, BadSelector> {
        let full: &[String] = if let Full::Series(full) = &load.full { full } else { &[] };
        Ok(Self {
            value: Series::new(&load.value, load.kind)?,
            full: full.iter().map(|text| Series::new(text, load.kind)).collect::<Result<_, _>>()?,
            load: load.clone(),
        })
    }

    fn read(&mut self, look: &Look<'_>) -> Result<Option<f64>, String> {
        // All of them are read, so that each remembers its counters.
        let value = self.value.find(look)?;
        let full: Vec<_> = self.full.iter_mut().map(|series| series.find(look)).collect::<Result<_, _>>()?;
        let (Some(value), Some(full)) = (value, full.into_iter().collect::<Option<Vec<_>>>()) else {
            return Ok(None);
        };
        Ok(self.load.worth(&value, &full.into_iter().flatten().collect::<Vec<_>>()))
    }
}

impl Load {
    /// One number out of the series of the value and of what is full.
    fn worth(&self, value: &[Found<'_>], full: &[Found<'_>]) -> Option<f64> {
        let turned = |share: f64| if self.left { 1.0 - share } else { share };
        match (self.across, &self.full) {
            (Across::Sum, Full::Open) => sum(value),
            (Across::Sum, Full::At(full)) => Some(turned(sum(value)? / full)),
            (Across::Sum, Full::Series(_)) => Some(turned(sum(value)? / sum(full)?)),
            (Across::Worst, Full::Open) => worst(value.iter().map(|one| one.value)),
            (Across::Worst, Full::At(full)) => worst(value.iter().map(|one| turned(one.value / full))),
            (Across::Worst, Full::Series(_)) => worst(shares(value, full).into_iter().map(turned)),
        }
    }
}

/// Value by what is full, for each label set that has both.
fn shares(value: &[Found<'_>], full: &[Found<'_>]) -> Vec<f64> {
    let mut wholes: BTreeMap<String, f64> = BTreeMap::new();
    for one in full {
        *wholes.entry(one.labels()).or_default() += one.value;
    }
    value.iter().filter_map(|one| Some(one.value / wholes.get(&one.labels())?)).collect()
}

impl Found<'_> {
    /// Its target and labels without the metric's name: what two metrics of one thing have in common.
    fn labels(&self) -> String {
        let mut labels: Vec<_> = self.sample.labels.iter().filter(|(_, value)| !value.is_empty()).collect();
        labels.sort();
        format!("{} {labels:?}", self.target)
    }
}

fn sum(found: &[Found<'_>]) -> Option<f64> {
    (!found.is_empty()).then(|| found.iter().map(|one| one.value).sum())
}

fn worst(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.filter(|value| !value.is_nan()).reduce(f64::max)
}
